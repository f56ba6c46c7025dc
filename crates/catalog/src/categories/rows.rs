//! What is stored of a category, and which products stand in it.

use ferrite_base::DateTime;
use ferrite_storage::{
    Collection, Error, Field, FieldKind, Scalar, Tx, in_memory::Cell, serde_document,
};
use serde::{Deserialize, Serialize};

use super::attributes;
use crate::attributes::Backend;
use crate::scoped::{DEFAULT, Scoped};

/// A category.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Category {
    /// Its row.
    pub id: i64,
    /// The category above it.
    pub parent_id: i64,
    /// The ids from the root down to itself, with slashes between them.
    pub path: String,
    /// How deep it lies; the root of all is 0.
    pub level: i64,
    /// Where it stands among its siblings.
    pub position: i64,
    /// How many categories lie below it, at any depth.
    pub children_count: i64,
    /// When it was made.
    pub created_at: DateTime,
    /// When it was last changed.
    pub updated_at: DateTime,
    /// The values of its attributes.
    pub values: Scoped,
}

serde_document!(Category);

/// All categories.
pub static CATEGORIES: Collection<Category> = Collection {
    name: "catalog_category",
    fields: &[
        Field::int("parent_id", |one: &Category| {
            Some(Scalar::from(one.parent_id))
        }),
        Field::text("path", |one: &Category| {
            Some(Scalar::from(one.path.as_str()))
        }),
        Field::text("url_path", |one: &Category| {
            Some(Scalar::from(one.values.get(DEFAULT, "url_path")?.as_str()?))
        }),
    ],
};

/// Whether a category is shown under this path.
pub(crate) fn has_url_path(tx: &mut Tx<'_>, path: &str) -> Result<bool, Error> {
    let found = CATEGORIES.find(tx, "url_path", &Scalar::from(path))?;
    Ok(found.is_some())
}

impl Category {
    /// A category that has no id and no values yet.
    pub(super) fn below(parent_id: i64, path: &str, position: i64, now: &DateTime) -> Self {
        Self {
            id: 0,
            parent_id,
            path: path.to_owned(),
            level: 0,
            position,
            children_count: 0,
            created_at: now.clone(),
            updated_at: now.clone(),
            values: Scoped::default(),
        }
    }

    /// Whether it lies below the category of this path.
    pub(super) fn lies_below(&self, path: &str) -> bool {
        let rest = self.path.strip_prefix(path);
        rest.is_some_and(|rest| rest.starts_with('/'))
    }

    /// A field as searches see it in a store view.
    pub(super) fn cell(&self, store_id: i64, name: &str) -> Cell {
        let number = |value: i64| (FieldKind::Int, Some(Scalar::from(value)));
        let text = |value: &str| (FieldKind::Text, Some(Scalar::from(value)));
        match name {
            "entity_id" | "id" => number(self.id),
            "parent_id" => number(self.parent_id),
            "level" => number(self.level),
            "position" => number(self.position),
            "children_count" => number(self.children_count),
            "path" => text(&self.path),
            "created_at" => text(self.created_at.as_str()),
            "updated_at" => text(self.updated_at.as_str()),
            code => {
                let held = self
                    .values
                    .get(store_id, code)
                    .and_then(|value| value.as_str());
                let whole = attributes::find(code).is_some_and(|one| one.backend == Backend::Int);
                if whole {
                    let number = held.and_then(|text| text.parse::<i64>().ok());
                    (FieldKind::Int, number.map(Scalar::from))
                } else {
                    (FieldKind::Text, held.map(Scalar::from))
                }
            }
        }
    }
}

/// A product's place in a category.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CategoryProduct {
    /// Its row.
    pub id: i64,
    /// The category.
    pub category_id: i64,
    /// The product.
    pub product_id: i64,
    /// Where it stands.
    pub position: i64,
}

serde_document!(CategoryProduct);

/// Which products stand in which categories.
pub static CATEGORY_PRODUCTS: Collection<CategoryProduct> = Collection {
    name: "catalog_category_product",
    fields: &[
        Field::int("category_id", |one: &CategoryProduct| {
            Some(Scalar::from(one.category_id))
        }),
        Field::int("product_id", |one: &CategoryProduct| {
            Some(Scalar::from(one.product_id))
        }),
    ],
};
