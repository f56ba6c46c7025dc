//! The attributes that products have in a fresh install, and the types of products.

use std::sync::LazyLock;

use crate::attributes::{Attribute, table};

static ATTRIBUTES: LazyLock<Vec<Attribute>> =
    LazyLock::new(|| table(include_str!("../../data/product_attributes.csv")));

/// The attributes of a fresh install, in the order in which they are loaded.
pub(crate) fn fresh() -> &'static [Attribute] {
    &ATTRIBUTES
}

/// Types of products, with their labels.
pub(super) const TYPES: [(&str, &str); 6] = [
    ("simple", "Simple Product"),
    ("configurable", "Configurable Product"),
    ("grouped", "Grouped Product"),
    ("virtual", "Virtual Product"),
    ("bundle", "Bundle Product"),
    ("downloadable", "Downloadable Product"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_belong_to_what_is_sold_by_itself() {
        let find = |code: &str| fresh().iter().find(|one| one.code == code);
        let price = find("price").expect("there");
        assert!(price.applies_to("simple") && !price.applies_to("grouped"));
        assert!(find("name").expect("there").applies_to("grouped"));
        assert_eq!(fresh().len(), 61, "all facts are read");
    }
}
