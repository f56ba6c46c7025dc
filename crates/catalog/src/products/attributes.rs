//! The attributes that products have.

use std::sync::LazyLock;

use crate::attributes::{Attribute, Fact, table};

/// The attribute set of products that a fresh install has.
pub(super) const DEFAULT_SET: i64 = 4;

static ATTRIBUTES: LazyLock<Vec<Attribute>> =
    LazyLock::new(|| table(include_str!("../../data/product_attributes.csv")));

/// All attributes, in the order in which they are loaded.
pub(super) fn all() -> &'static [Attribute] {
    &ATTRIBUTES
}

static AS_SHOWN: LazyLock<Vec<&Attribute>> = LazyLock::new(|| {
    let mut attributes: Vec<&Attribute> = all().iter().collect();
    attributes.sort_by_key(|one| one.fact(Fact::Place).parse::<i64>().unwrap_or(i64::MAX));
    attributes
});

/// All attributes, in the order in which a product shows its values.
pub(super) fn as_shown() -> &'static [&'static Attribute] {
    &AS_SHOWN
}

/// The attribute of a code.
pub(super) fn find(code: &str) -> Option<&'static Attribute> {
    all().iter().find(|attribute| attribute.code == code)
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
        let price = find("price").expect("there");
        assert!(price.applies_to("simple") && !price.applies_to("grouped"));
        assert!(find("name").expect("there").applies_to("grouped"));
        assert_eq!(all().len(), 61, "all facts are read");
    }
}
