//! `/V1/products/:sku/websites`: the websites that sell a product, one at a time.

use ferrite_base::{Fault, Kind, Phrase, phrase};
use ferrite_webapi::{Call, Routes, Tx, dto};

use super::by_sku;
use super::rows::{self, PRODUCTS, Product};

dto! {
    /// `Magento\Catalog\Api\Data\ProductWebsiteLinkInterface`
    pub struct WebsiteLink {
        sku: String,
        website_id: i64,
    }
}

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.bind("POST /V1/products/:sku/websites", add);
    routes.bind("PUT /V1/products/:sku/websites", add);
    routes.bind("DELETE /V1/products/:sku/websites/:websiteId", remove);
}

fn add(call: &Call, tx: &mut Tx<'_>, link: WebsiteLink) -> Result<bool, Fault> {
    // The path names the product, also where the body names another one.
    let sku = call.path_parameter("sku").map(str::to_owned);
    let sku = sku.or_else(|| link.sku.value()).unwrap_or_default();
    let Some(website_id) = link.website_id.value().filter(|id| *id != 0) else {
        return Err(Fault::invalid(
            "There are not websites for assign to product",
        ));
    };
    let mut product = by_sku(tx, &sku)?;
    let stores = call.settings().stores();
    if !stores.websites.iter().any(|site| site.id == website_id) {
        let text = "Could not assign product \"%1\" to websites \"%2\"";
        let values: [phrase::Value; 2] = [product.id.to_string().into(), website_id.into()];
        return Err(Fault::new(Kind::Invalid, Phrase::list(text, values)));
    }
    if !product.website_ids.contains(&website_id) {
        product.website_ids.push(website_id);
        product.website_ids.sort_unstable();
        put(tx, &product)?;
    }
    Ok(true)
}

/// Takes a product off a website; it need not be there.
fn remove(_: &Call, tx: &mut Tx<'_>, sku: String, website_id: i64) -> Result<bool, Fault> {
    let mut product = by_sku(tx, &sku)?;
    product.website_ids.retain(|id| *id != website_id);
    put(tx, &product)?;
    Ok(true)
}

fn put(tx: &mut Tx<'_>, product: &Product) -> Result<(), Fault> {
    PRODUCTS.put(tx, product)?;
    Ok(rows::index_anew(tx, product)?)
}
