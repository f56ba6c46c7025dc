//! What Magento's own attributes choose from: fixed lists, countries, tax classes.

use ferrite_base::Fault;
use ferrite_storage::{Scalar, Tx};
use ferrite_store::countries;
use ferrite_tax::ClassType;
use ferrite_tax::classes::CLASSES;

use super::{AttributeOption, blank};
use crate::eav::attributes::{AttributeRow, YES_NO};

/// How a page can be laid out: labels with values.
pub(crate) const LAYOUTS: &[(&str, &str)] = &[
    ("No layout updates", ""),
    ("Empty", "empty"),
    ("1 column", "1column"),
    ("2 columns with left bar", "2columns-left"),
    ("2 columns with right bar", "2columns-right"),
    ("3 columns", "3columns"),
];

/// The fixed lists, by the end of the class that gives them: labels with values.
const FIXED: &[(&str, &[(&str, &str)])] = &[
    (
        "\\Product\\Attribute\\Source\\Status",
        &[("Enabled", "1"), ("Disabled", "2")],
    ),
    (
        "\\Product\\Visibility",
        &[
            ("Not Visible Individually", "1"),
            ("Catalog", "2"),
            ("Search", "3"),
            ("Catalog, Search", "4"),
        ],
    ),
    (
        "\\Model\\Source\\Stock",
        &[("In Stock", "1"), ("Out of Stock", "0")],
    ),
    (
        "\\Design\\Options\\Container",
        &[
            ("Product Info Column", "container1"),
            ("Block after Info Column", "container2"),
        ],
    ),
    ("\\Product\\Attribute\\Source\\Layout", LAYOUTS),
    (
        "\\Msrp\\Model\\Product\\Attribute\\Source\\Type\\Price",
        &[
            ("Use config", "0"),
            ("On Gesture", "1"),
            ("In Cart", "2"),
            ("Before Order Confirmation", "3"),
        ],
    ),
    (
        "\\Bundle\\Model\\Product\\Attribute\\Source\\Price\\View",
        &[("Price Range", "0"), ("As Low as", "1")],
    ),
    (
        "\\Product\\Attribute\\Source\\LayoutUpdate",
        &[("No update", "")],
    ),
];

/// What an attribute without options of its own chooses from; nothing where it does not choose.
pub(super) fn options(tx: &mut Tx<'_>, row: &AttributeRow) -> Result<Vec<AttributeOption>, Fault> {
    let source = row.text("source_model");
    if source == YES_NO {
        return Ok(of(&[("Yes", "1"), ("No", "0")]));
    }
    if source.ends_with("\\TaxClass\\Source\\Product") {
        return tax_classes(tx);
    }
    if source.ends_with("\\Source\\Countryofmanufacture") {
        return Ok(countries());
    }
    let fixed = FIXED.iter().find(|(end, _)| source.ends_with(end));
    Ok(fixed.map(|(_, list)| of(list)).unwrap_or_default())
}

fn of(list: &[(&str, &str)]) -> Vec<AttributeOption> {
    let option = |(label, value): &(&str, &str)| AttributeOption::of(label, value);
    list.iter().map(option).collect()
}

fn tax_classes(tx: &mut Tx<'_>) -> Result<Vec<AttributeOption>, Fault> {
    let product = Scalar::from(ClassType::Product.as_str());
    let classes = CLASSES.list_by(tx, "class_type", &product)?;
    let none = AttributeOption::of("None", "0");
    let option = |class: &ferrite_tax::classes::TaxClass| {
        AttributeOption::of(&class.name, &class.id.to_string())
    };
    Ok(std::iter::once(none)
        .chain(classes.iter().map(option))
        .collect())
}

/// All countries that have a name, by name.
fn countries() -> Vec<AttributeOption> {
    let named = |one: &'static countries::Country| Some((one.name.as_deref()?, one.id.as_str()));
    let mut named: Vec<_> = countries::all().iter().filter_map(named).collect();
    named.sort_unstable();
    std::iter::once(blank()).chain(of(&named)).collect()
}
