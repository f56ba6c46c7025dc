//! The attributes of customers and addresses, as a fresh install has them, as data.

use std::sync::LazyLock;

/// What attributes belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entity {
    /// A customer.
    Customer,
    /// An address of a customer.
    Address,
}

impl Entity {
    /// The entity type's code.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Address => "customer_address",
        }
    }
}

/// An attribute.
#[derive(Debug)]
pub(super) struct Attribute {
    entity: String,
    /// Its id.
    pub(super) id: i64,
    /// Its code.
    pub(super) code: String,
    /// What a form shows for it.
    pub(super) input: String,
    /// What is done to a value before it is looked at.
    pub(super) input_filter: String,
    /// Its label.
    pub(super) label: String,
    /// What its values must look like: names and values of rules.
    pub(super) rules: Vec<(String, String)>,
    /// How many lines it has.
    pub(super) multiline_count: i64,
    /// Whether forms show it.
    pub(super) is_visible: bool,
    /// Whether it must have a value.
    pub(super) is_required: bool,
    /// Whether it is there in every store.
    pub(super) is_system: bool,
    /// How its values are kept.
    pub(super) backend: String,
    /// Its place in forms.
    pub(super) sort_order: i64,
    /// Whether it is in the panel's grid, shown there, filterable, searchable.
    pub(super) grid: [bool; 4],
    /// Where its options come from; empty where it has none.
    pub(super) source: String,
    forms: Vec<String>,
}

static ATTRIBUTES: LazyLock<Vec<Attribute>> = LazyLock::new(read);

/// The attributes of an entity type.
pub(super) fn all(entity: Entity) -> impl Iterator<Item = &'static Attribute> {
    let name = entity.name();
    ATTRIBUTES
        .iter()
        .filter(move |attribute| attribute.entity == name)
}

impl Attribute {
    /// Whether a form has it.
    pub(super) fn is_in(&self, form: &str) -> bool {
        self.forms.iter().any(|one| one == form)
    }

    /// The classes that make a browser check its input.
    pub(super) fn frontend_class(&self) -> &'static str {
        let is_email =
            |(name, value): &(String, String)| name == "input_validation" && value == "email";
        match (self.is_required, self.rules.iter().any(is_email)) {
            (true, true) => "required-entry validate-email",
            (true, false) => "required-entry",
            (false, true) => "validate-email",
            (false, false) => "",
        }
    }
}

fn read() -> Vec<Attribute> {
    let text = include_str!("../../data/attributes.csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let records = reader.records().filter_map(Result::ok);
    records.filter_map(|record| attribute(&record)).collect()
}

fn attribute(record: &csv::StringRecord) -> Option<Attribute> {
    let text = |index: usize| record.get(index).map(str::to_owned);
    let number = |index: usize| record.get(index)?.parse::<i64>().ok();
    let flag = |index: usize| Some(number(index)? != 0);
    let parts = |index: usize, mark: char| {
        let parts = record.get(index)?.split(mark);
        Some(parts.filter(|part| !part.is_empty()).map(str::to_owned))
    };
    let rules = parts(6, ';')?.filter_map(|rule| {
        let (name, value) = rule.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    });
    let grid: Vec<bool> = record.get(13)?.chars().map(|digit| digit == '1').collect();
    Some(Attribute {
        entity: text(0)?,
        id: number(1)?,
        code: text(2)?,
        input: text(3)?,
        input_filter: text(4)?,
        label: text(5)?,
        rules: rules.collect(),
        multiline_count: number(7)?,
        is_visible: flag(8)?,
        is_required: flag(9)?,
        is_system: flag(10)?,
        backend: text(11)?,
        sort_order: number(12)?,
        grid: grid.try_into().ok()?,
        source: text(14)?,
        forms: parts(15, '|')?.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        let lines = include_str!("../../data/attributes.csv").lines().count();
        assert_eq!(ATTRIBUTES.len(), lines - 1);
        assert_eq!(all(Entity::Address).count(), 19);
    }

    #[test]
    fn a_form_has_its_attributes() {
        let form = |name: &str| all(Entity::Customer).filter(|one| one.is_in(name)).count();
        assert_eq!(form("customer_account_edit"), 10);
        assert_eq!(form("customer_address_edit"), 0);
    }
}
