//! `GET /V1/products-render-info`: what a shop's page shows of products in a store view — prices as
//! a guest sees them, links of buttons, images. Open to everybody.
//!
//! In: search criteria, the store view, the currency. Out: [`types::Rendered`]. Only what is
//! switched on and sold in the store view's website is shown.

mod price_info;
mod types;

use ferrite_base::{Fault, Kind, Phrase, StoreScope};
use ferrite_images::Size;
use ferrite_webapi::search_criteria::{Filter, FilterGroup, FilterValue};
use ferrite_webapi::{Call, Opt, Routes, SearchCriteria, Tx};
use serde_json::json;

use super::charged::{self, Asked};
use super::list;
use super::media;
use super::rows::Product;
use types::{Button, Image, ProductRender, RenderExtension, Rendered};

/// Where a shop shows images outside of a product's page: a code, the role of the image, and the
/// pixels of each side.
const PLACES: [(&str, &str, u16, u16); 6] = [
    (
        "recently_viewed_products_grid_content_widget",
        "small_image",
        300,
        300,
    ),
    (
        "recently_viewed_products_list_content_widget",
        "small_image",
        270,
        270,
    ),
    (
        "recently_viewed_products_images_names_widget",
        "thumbnail",
        75,
        90,
    ),
    (
        "recently_compared_products_grid_content_widget",
        "small_image",
        300,
        300,
    ),
    (
        "recently_compared_products_list_content_widget",
        "small_image",
        270,
        207,
    ),
    (
        "recently_compared_products_images_names_widget",
        "thumbnail",
        75,
        90,
    ),
];

/// Binds the route.
pub(super) fn routes(routes: &mut Routes) {
    routes.bind("GET /V1/products-render-info", list);
}

fn list(
    call: &Call,
    tx: &mut Tx<'_>,
    mut criteria: SearchCriteria,
    store_id: i64,
    currency_code: String,
) -> Result<Rendered, Fault> {
    let stores = call.settings().stores();
    let view = stores.view(store_id).ok_or_else(|| {
        Fault::not_found(
            "The store that was requested wasn't found. Verify the store and try again.",
        )
    })?;
    let scope = view.scope();
    let base = call.settings().text("currency/options/base", &scope);
    if currency_code != base {
        let text = "Undefined rate from \"%1-%2\".";
        return Err(Fault::new(
            Kind::Invalid,
            Phrase::list(text, [base, currency_code]),
        ));
    }
    let only = |field: &str, value: i64| FilterGroup {
        filters: vec![Filter {
            field: field.into(),
            value: FilterValue(value.to_string()).into(),
            condition_type: Opt::Absent,
        }]
        .into(),
    };
    criteria.filter_groups.or_set(Vec::new());
    if let Some(groups) = criteria.filter_groups.get_mut() {
        groups.push(only("status", 1));
        groups.push(only("website_id", scope.website_id));
    }
    let page = list::page_in(call, tx, &mut criteria, &scope)?;
    let shown = Shown {
        call,
        scope: &scope,
        currency: &currency_code,
    };
    let mut items = Vec::with_capacity(page.items.len());
    for product in &page.items {
        items.push(shown.product(tx, product)?);
    }
    Ok(Rendered {
        items: items.into(),
    })
}

/// Where products are shown.
struct Shown<'a> {
    call: &'a Call,
    scope: &'a StoreScope,
    currency: &'a str,
}

impl Shown<'_> {
    fn product(&self, tx: &mut Tx<'_>, product: &Product) -> Result<ProductRender, Fault> {
        let now = self.call.now();
        let asked = Asked {
            store_id: self.scope.store_id,
            website_id: self.scope.website_id,
            now: &now,
        };
        let charged = charged::charged(tx, product, asked)?;
        let value = |code: &str| product.values.text(self.scope.store_id, code);
        let url = self.url(product);
        Ok(ProductRender {
            add_to_cart_button: self.cart_button(product, &url),
            add_to_compare_button: self.compare_button(product),
            price_info: price_info::of(&charged, value("msrp"), self.currency).into(),
            images: self.images(tx, product)?.into(),
            id: product.id.into(),
            name: value("name").into(),
            r#type: product.type_id.as_str().into(),
            is_salable: if product.is_salable { "1" } else { "" }.into(),
            store_id: self.scope.store_id.into(),
            currency_code: self.currency.into(),
            extension_attributes: RenderExtension {
                review_html: review_link(&url).into(),
                wishlist_button: self.wishlist_button(product).into(),
            }
            .into(),
            url: url.into(),
        })
    }

    /// An address of the shop.
    fn address(&self, path: &str) -> String {
        self.call.settings().base_url() + path
    }

    /// The address of a product's page.
    fn url(&self, product: &Product) -> String {
        match product.values.text(self.scope.store_id, "url_key") {
            "" => self.address(&format!("catalog/product/view/id/{}/", product.id)),
            key => self.address(&format!("{key}.html")),
        }
    }

    fn cart_button(&self, product: &Product, url: &str) -> Opt<Button> {
        let id = product.id;
        // What has to be chosen is chosen on the product's page.
        let is_composite = matches!(
            product.type_id.as_str(),
            "configurable" | "bundle" | "grouped"
        );
        let has_required = is_composite || product.has_required_options();
        let action = self.address(&format!("checkout/cart/add/uenc/%25uenc%25/product/{id}/"));
        let action = if has_required {
            format!("{url}?options=cart")
        } else {
            action
        };
        let data = json!({"action": action, "data": {"product": id.to_string(), "uenc": "%uenc%"}});
        Button {
            post_data: data.to_string().into(),
            url: action.into(),
            required_options: has_required.into(),
        }
        .into()
    }

    fn compare_button(&self, product: &Product) -> Opt<Button> {
        let action = self.address("catalog/product_compare/add/");
        let data = json!({"action": action, "data": {"product": product.id.to_string(), "uenc": "%uenc%"}});
        Button {
            post_data: Opt::Null,
            url: data.to_string().into(),
            required_options: Opt::Null,
        }
        .into()
    }

    fn wishlist_button(&self, product: &Product) -> Button {
        let action = self.address("wishlist/index/add/");
        let data = json!({"action": action, "data": {"product": product.id, "uenc": "%uenc%"}});
        Button {
            post_data: Opt::Null,
            url: data.to_string().into(),
            required_options: Opt::Null,
        }
    }

    /// The product's images, once for each place that shows one.
    fn images(&self, tx: &mut Tx<'_>, product: &Product) -> Result<Vec<Image>, Fault> {
        let there = media::paths(tx, product.id)?;
        let value = |code: &str| product.values.text(self.scope.store_id, code);
        let image = |(code, role, width, height): &(&str, &str, u16, u16)| {
            let file = value(role);
            // A role may hold any text, such as `no_selection`.
            if !there.iter().any(|path| path == file) {
                return None;
            }
            let label = match value(&format!("{role}_label")) {
                "" => value("name"),
                label => label,
            };
            let address = Size::new(*width, *height).address(file);
            let (width, height) = (f64::from(*width), f64::from(*height));
            Some(Image {
                url: self.address(&format!("media/{address}")).into(),
                code: (*code).into(),
                height: height.into(),
                width: width.into(),
                label: label.into(),
                resized_width: width.into(),
                resized_height: height.into(),
            })
        };
        Ok(PLACES.iter().filter_map(image).collect())
    }
}

/// A link to a product's reviews, of which there are none yet.
fn review_link(url: &str) -> String {
    let url = url.replace('&', "&amp;").replace('"', "&quot;");
    let lines = [
        "    <div class=\"product-reviews-summary short empty\">".to_owned(),
        "        <div class=\"reviews-actions\">".to_owned(),
        format!("            <a class=\"action add\" href=\"{url}#review-form\">"),
        "                Be the first to review this product            </a>".to_owned(),
        "        </div>".to_owned(),
        "    </div>".to_owned(),
        String::new(),
    ];
    lines.join("\n")
}
