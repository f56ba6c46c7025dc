//! What is stored of a product, and the index that lists search.
//!
//! The index has a row for each product and store view with the values that count there. A store
//! view that is new gets them in steps ([`super::new_views`]), and counts after the last ([`is_indexed`]).

use std::sync::Arc;

use ferrite_base::{Amount, DateTime, Fault};
use ferrite_settings::STORE_VIEWS;
use ferrite_storage::{Collection, Document, Error, Field, FieldKind, Scalar, Tx, serde_document};
use ferrite_tax::{ClassType, ClassUser};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::attributes;
use super::links::{ASSOCIATED, Link};
use super::tier_prices::StoredTierPrice;
use crate::attributes::Backend;
use crate::scoped::{DEFAULT, Scoped};

/// The unit in which columns of the index hold decimals, in digits behind the point.
pub(super) const MILLIONTHS: u32 = 6;

/// A product.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Product {
    /// Its row.
    pub id: i64,
    /// Its stock keeping unit, unique as MySQL compares.
    pub sku: String,
    /// Its attribute set.
    pub attribute_set_id: i64,
    /// `simple`, `virtual`, …
    pub type_id: String,
    /// When it was made.
    pub created_at: DateTime,
    /// When it was last changed.
    pub updated_at: DateTime,
    /// The values of its attributes.
    pub values: Scoped,
    /// The websites that sell it.
    pub website_ids: Vec<i64>,
    /// Whether it can be sold, as far as others know: lists by price show nothing else.
    #[serde(default)]
    pub is_salable: bool,
    /// Its links to other products.
    #[serde(default)]
    pub links: Vec<Link>,
    /// Its custom options, as on the wire; nothing computes with their prices.
    #[serde(default)]
    pub options: Vec<Value>,
    /// Its tier prices.
    #[serde(default)]
    pub tier_prices: Vec<StoredTierPrice>,
}

serde_document!(Product);

/// All products.
pub static PRODUCTS: Collection<Product> = Collection {
    name: "catalog_product",
    fields: &[Field::unique_text("sku", |one: &Product| {
        Some(Scalar::from(one.sku.as_str()))
    })],
};

impl Product {
    /// The product of a sku, as MySQL compares.
    pub fn find(tx: &mut Tx<'_>, sku: &str) -> Result<Option<Self>, Error> {
        PRODUCTS.find(tx, "sku", &Scalar::from(sku))
    }

    /// Whether it is switched on in the scope of all.
    pub fn is_enabled(&self) -> bool {
        self.values.text(DEFAULT, "status") != "2"
    }

    /// The products that a grouped product consists of.
    pub fn associated(&self) -> impl Iterator<Item = i64> {
        let parts = self.links.iter().filter(|link| link.kind == ASSOCIATED);
        parts.map(|link| link.product_id)
    }

    /// Whether it has custom options.
    pub fn has_options(&self) -> bool {
        !self.options.is_empty()
    }

    /// Whether one of its custom options has to be chosen.
    pub fn has_required_options(&self) -> bool {
        let required = |option: &Value| option.get("is_require") == Some(&Value::Bool(true));
        self.options.iter().any(required)
    }
}

/// The values of a product that count in one store view.
#[derive(Clone, Debug, Default)]
pub struct Indexed {
    /// Its row.
    pub id: i64,
    product_id: i64,
    store_id: i64,
    /// The values, by field.
    values: Map<String, Value>,
}

impl Document for Indexed {
    fn id(&self) -> i64 {
        self.id
    }

    fn set_id(&mut self, id: i64) {
        self.id = id;
    }

    fn to_text(&self) -> Result<String, Error> {
        // The columns hold the values; of the document only the product is read back.
        Ok(self.product_id.to_string())
    }

    fn from_text(text: &str) -> Result<Self, Error> {
        Ok(Self {
            product_id: text.parse().unwrap_or(0),
            ..Self::default()
        })
    }
}

impl Indexed {
    /// The product.
    pub fn product_id(&self) -> i64 {
        self.product_id
    }

    fn text(&self, name: &str) -> Option<Scalar> {
        self.values.get(name)?.as_str().map(Scalar::from)
    }

    fn int(&self, name: &str) -> Option<Scalar> {
        match self.values.get(name)? {
            Value::Number(number) => number.as_i64().map(Scalar::from),
            Value::String(text) => text.parse::<i64>().ok().map(Scalar::from),
            _ => None,
        }
    }

    fn decimal(&self, name: &str) -> Option<Scalar> {
        let number: Amount = self.values.get(name)?.as_str()?.parse().ok()?;
        Some(Scalar::from(number.scaled(MILLIONTHS)))
    }

    /// The values of a product in a store view.
    pub(super) fn of(product: &Product, store_id: i64) -> Self {
        let mut values = Map::new();
        let mut put = |name: &str, value: Value| values.insert(name.to_owned(), value);
        put("sku", product.sku.as_str().into());
        put("type_id", product.type_id.as_str().into());
        put("attribute_set_id", product.attribute_set_id.into());
        put("created_at", product.created_at.as_str().into());
        put("updated_at", product.updated_at.as_str().into());
        let sites: Vec<String> = product.website_ids.iter().map(i64::to_string).collect();
        put("website_ids", sites.join(",").into());
        put("is_salable", i64::from(product.is_salable).into());
        put("has_options", i64::from(product.has_options()).into());
        put(
            "required_options",
            i64::from(product.has_required_options()).into(),
        );
        for attribute in attributes::fresh() {
            if attribute.backend != Backend::Static
                && let Some(value) = product.values.get(store_id, &attribute.code)
                && value != ""
            {
                put(&attribute.code, value.clone());
            }
        }
        Self {
            id: 0,
            product_id: product.id,
            store_id,
            values,
        }
    }
}

macro_rules! fields {
    ($($kind:ident: $($name:literal)*;)*) => {
        &[
            Field::int("product_id", |row: &Indexed| Some(Scalar::from(row.product_id))),
            Field::int("store_id", |row: &Indexed| Some(Scalar::from(row.store_id)))
                .paged_by("product_id"),
            // An index of these would cost each new product a page of the log: a sku is looked up among
            // the products, and lists in the order of names and prices are rare.
            Field::text("sku", |row: &Indexed| row.text("sku")).without_index(),
            Field::text("name", |row: &Indexed| row.text("name")).without_index(),
            Field::decimal("price", |row: &Indexed| row.decimal("price")).without_index(),
            Field::text("url_key", |row: &Indexed| row.text("url_key")),
            Field::text("updated_at", |row: &Indexed| row.text("updated_at")),
            $($(Field::$kind($name, |row: &Indexed| row.$kind($name)).without_index(),)*)*
        ]
    };
}

/// Products hold the tax classes of products.
pub struct ProductsOfTaxClass;

impl ClassUser for ProductsOfTaxClass {
    fn class_type(&self) -> ClassType {
        ClassType::Product
    }

    fn things(&self) -> &'static str {
        "product"
    }

    fn uses(&self, tx: &mut Tx<'_>, class_id: i64) -> Result<bool, Fault> {
        let found = INDEX.find(tx, "tax_class_id", &Scalar::from(class_id))?;
        Ok(found.is_some())
    }
}

/// All products in all indexed store views.
pub static INDEX: Collection<Indexed> = Collection {
    name: "catalog_product_index",
    fields: fields! {
        int: "attribute_set_id" "status" "visibility" "tax_class_id" "manufacturer"
            "color" "quantity_and_stock_status" "links_purchased_separately" "links_exist"
            "price_type" "sku_type" "weight_type" "price_view" "shipment_type" "old_id"
            "is_salable" "has_options" "required_options";
        text: "type_id" "created_at" "website_ids" "description" "short_description"
            "special_from_date" "special_to_date" "meta_title" "meta_keyword" "meta_description"
            "image" "small_image" "thumbnail" "news_from_date" "news_to_date" "custom_design"
            "custom_design_from" "custom_design_to" "custom_layout_update" "page_layout"
            "options_container" "image_label" "small_image_label" "thumbnail_label"
            "country_of_manufacture" "custom_layout" "custom_layout_update_file"
            "msrp_display_actual_price_type" "url_path" "samples_title" "links_title"
            "gift_message_available" "swatch_image" "gallery";
        decimal: "special_price" "cost" "weight" "minimal_price" "msrp" "tier_price";
    },
};

/// Whether lists can be searched by this.
pub(super) fn is_field(name: &str) -> bool {
    let own = ["product_id", "store_id", "website_ids", "is_salable"];
    !own.contains(&name) && INDEX.fields.iter().any(|field| field.name == name)
}

/// The kind of a field.
pub(super) fn kind(name: &str) -> Option<FieldKind> {
    let field = INDEX.fields.iter().find(|field| field.name == name)?;
    Some(field.kind)
}

/// A store view that is in the index.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IndexedView {
    id: i64,
}

serde_document!(IndexedView);

/// The store views that are in the index.
pub static INDEXED_VIEWS: Collection<IndexedView> = Collection {
    name: "catalog_product_index_view",
    fields: &[],
};

/// Whether a store view has rows of its own; otherwise those of the default scope count for it.
pub(super) fn is_indexed(tx: &mut Tx<'_>, store_id: i64) -> Result<bool, Error> {
    Ok(INDEXED_VIEWS.get(tx, store_id)?.is_some())
}

/// Notes that something is missing in the index of a store view.
pub(super) fn forget_indexed(tx: &mut Tx<'_>, store_id: i64) -> Result<(), Error> {
    INDEXED_VIEWS.delete(tx, store_id)?;
    Ok(())
}

/// Notes that all products are in the index of a store view.
pub(super) fn set_indexed(tx: &mut Tx<'_>, store_id: i64) -> Result<(), Error> {
    forget_indexed(tx, store_id)?;
    INDEXED_VIEWS.insert_as(tx, &IndexedView { id: store_id })
}

/// The ids of all store views, that of the default scope among them.
pub(super) struct Views(pub(super) Vec<i64>);

/// All store views, as the store has them: the configuration may be older.
pub(super) fn views(tx: &mut Tx<'_>) -> Result<Arc<Views>, Error> {
    tx.remembered(0, |tx| {
        let views = STORE_VIEWS.all(tx)?;
        Ok(Views(views.iter().map(|view| view.id).collect()))
    })
}

/// Puts a product that is not in it into the index, for all store views.
pub(super) fn index(tx: &mut Tx<'_>, product: &Product) -> Result<(), Error> {
    let views = views(tx)?;
    index_in(tx, product, &views.0)
}

/// The same for these store views.
pub(super) fn index_in(tx: &mut Tx<'_>, product: &Product, views: &[i64]) -> Result<(), Error> {
    let has_own = |view: &i64| product.values.stores().any(|store| store == *view);
    let (own, inheriting): (Vec<i64>, Vec<i64>) = views.iter().partition(|view| has_own(view));
    let everywhere = Indexed::of(product, DEFAULT);
    let inheriting = inheriting.into_iter().map(Scalar::from);
    INDEX.insert_for_each(tx, &everywhere, "store_id", inheriting)?;
    for view in own {
        INDEX.insert(tx, &mut Indexed::of(product, view))?;
    }
    Ok(())
}

/// Notes whether a product can be sold.
pub fn set_salable(tx: &mut Tx<'_>, product_id: i64, is_salable: bool) -> Result<(), Error> {
    let Some(mut product) = PRODUCTS.get(tx, product_id)? else {
        return Ok(());
    };
    if product.is_salable == is_salable {
        return Ok(());
    }
    product.is_salable = is_salable;
    PRODUCTS.put(tx, &product)?;
    let (id, value) = (Scalar::from(product_id), i64::from(is_salable));
    INDEX.set_column(tx, "is_salable", &Scalar::from(value), "product_id", &id)?;
    Ok(())
}

/// Puts a changed product into the index anew, for all store views.
pub(super) fn index_anew(tx: &mut Tx<'_>, product: &Product) -> Result<(), Error> {
    unindex(tx, product.id)?;
    index(tx, product)
}

/// Takes a product out of the index.
pub(super) fn unindex(tx: &mut Tx<'_>, product_id: i64) -> Result<(), Error> {
    INDEX.delete_by(tx, "product_id", &Scalar::from(product_id))?;
    Ok(())
}
