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
    /// `source_model`: of categories its last part
    Source = 11,
    /// `position`
    Position = 12,
    /// `used_in_product_listing`
    InListing = 14,
    /// `apply_to`: the type ids that have it, all where it is empty
    ApplyTo = 13,
    /// Its place among the values that a product shows
    Place = 15,
    /// `is_user_defined`
    UserDefined = 16,
    /// `is_unique`
    Unique = 17,
    /// `is_searchable`
    Searchable = 18,
    /// `is_filterable`
    Filterable = 19,
    /// `is_comparable`
    Comparable = 20,
    /// `is_visible_on_front`
    VisibleOnFront = 21,
    /// `is_visible_in_advanced_search`
    InAdvancedSearch = 22,
    /// `is_filterable_in_search`
    FilterableInSearch = 23,
    /// `used_for_sort_by`
    ForSorting = 24,
    /// `is_used_for_promo_rules`
    ForPromoRules = 25,
    /// `is_used_in_grid`
    InGrid = 26,
    /// `is_visible_in_grid`
    VisibleInGrid = 27,
    /// `is_filterable_in_grid`
    FilterableInGrid = 28,
    /// `frontend_class`
    FrontendClass = 29,
    /// `backend_model`
    BackendModel = 30,
    /// The group of the default set that it is in
    Group = 31,
    /// Its place in that group
    PlaceInGroup = 32,
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

    /// An attribute of these facts.
    pub(crate) fn of_facts(facts: csv::StringRecord) -> Self {
        attribute(facts)
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
