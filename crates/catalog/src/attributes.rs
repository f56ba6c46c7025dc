//! Facts about attributes, as a fresh install has them (`data/*_attributes.csv`).

/// How a value is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// A column of the thing itself.
    Static,
    /// A whole number.
    Int,
    /// A decimal of six digits.
    Decimal,
    /// A moment.
    DateTime,
    /// Text.
    Text,
}

/// A fact of an attribute, by its place in a row.
#[derive(Clone, Copy, Debug)]
pub enum Fact {
    /// `attribute_id`
    Id = 0,
    /// `attribute_code`
    Code = 1,
    /// `backend_type`
    Backend = 2,
    /// `frontend_input`
    Input = 3,
    /// `frontend_label`
    Label = 4,
    /// `is_required`
    Required = 5,
    /// `default_value`
    Default = 6,
    /// `scope`
    Scope = 7,
    /// `is_visible`
    Visible = 8,
    /// `is_wysiwyg_enabled`
    Wysiwyg = 9,
    /// `is_html_allowed_on_front`
    Html = 10,
    /// `source_model`, its last part
    Source = 11,
    /// `apply_to`: the type ids that have it, all where it is empty
    ApplyTo = 13,
    /// Its place among the values that a product shows
    Place = 15,
}

/// An attribute.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its code.
    pub code: String,
    /// How its values are kept.
    pub backend: Backend,
    /// Whether it has one value for all store views.
    pub is_global: bool,
    facts: csv::StringRecord,
}

impl Attribute {
    /// A fact as text; empty where it is not known.
    pub fn fact(&self, fact: Fact) -> &str {
        self.facts.get(fact as usize).unwrap_or_default()
    }

    /// Whether things of a type have it.
    pub fn applies_to(&self, type_id: &str) -> bool {
        let types = self.fact(Fact::ApplyTo);
        types.is_empty() || types.split(',').any(|one| one == type_id)
    }
}

/// Reads a table of attributes.
pub(crate) fn table(text: &str) -> Vec<Attribute> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader
        .records()
        .filter_map(Result::ok)
        .map(attribute)
        .collect()
}

fn attribute(facts: csv::StringRecord) -> Attribute {
    let fact = |place: Fact| facts.get(place as usize).unwrap_or_default();
    let backend = match fact(Fact::Backend) {
        "static" => Backend::Static,
        "int" => Backend::Int,
        "decimal" => Backend::Decimal,
        "datetime" => Backend::DateTime,
        _ => Backend::Text,
    };
    Attribute {
        code: fact(Fact::Code).to_owned(),
        backend,
        is_global: fact(Fact::Scope) == "global",
        facts,
    }
}
