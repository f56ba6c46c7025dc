//! Input types: how an attribute's values are entered, and what follows for how they are kept.

/// What follows from an input type.
pub(super) struct Input {
    /// As a client names it.
    pub(super) name: &'static str,
    /// As it is kept.
    pub(super) kept_as: &'static str,
    /// How values are kept.
    pub(super) backend: &'static str,
    /// The class that checks values.
    pub(super) backend_model: Option<&'static str>,
    /// The class that gives the choices.
    pub(super) source_model: Option<&'static str>,
}

/// The choices are options of the attribute's own.
pub(crate) const OWN_OPTIONS: &str = "Magento\\Eav\\Model\\Entity\\Attribute\\Source\\Table";
/// Yes and no.
pub(crate) const YES_NO: &str = "Magento\\Eav\\Model\\Entity\\Attribute\\Source\\Boolean";
const MOMENT: &str = "Magento\\Eav\\Model\\Entity\\Attribute\\Backend\\Datetime";
const LIST: &str = "Magento\\Eav\\Model\\Entity\\Attribute\\Backend\\ArrayBackend";
const PRICE: &str = "Magento\\Catalog\\Model\\Product\\Attribute\\Backend\\Price";
const FIXED_TAX: &str = "Magento\\Weee\\Model\\Attribute\\Backend\\Weee\\Tax";

/// The types that products may have with a fixed product tax.
pub(super) const TAXED_TYPES: [&str; 5] = [
    "simple",
    "virtual",
    "downloadable",
    "bundle",
    "configurable",
];

const fn input(name: &'static str, backend: &'static str) -> Input {
    Input {
        name,
        kept_as: name,
        backend,
        backend_model: None,
        source_model: None,
    }
}

const fn checked(name: &'static str, backend: &'static str, model: &'static str) -> Input {
    Input {
        backend_model: Some(model),
        ..input(name, backend)
    }
}

const fn chosen(name: &'static str, kept_as: &'static str, source: &'static str) -> Input {
    Input {
        kept_as,
        source_model: Some(source),
        ..input(name, "int")
    }
}

const INPUTS: [Input; 15] = [
    input("text", "varchar"),
    input("textarea", "text"),
    input("texteditor", "static"),
    checked("date", "datetime", MOMENT),
    checked("datetime", "datetime", MOMENT),
    chosen("boolean", "boolean", YES_NO),
    checked("multiselect", "text", LIST),
    chosen("select", "select", OWN_OPTIONS),
    checked("price", "decimal", PRICE),
    input("media_image", "varchar"),
    input("gallery", "varchar"),
    checked("weee", "static", FIXED_TAX),
    chosen("swatch_visual", "select", OWN_OPTIONS),
    chosen("swatch_text", "select", OWN_OPTIONS),
    Input {
        kept_as: "textarea",
        ..input("pagebuilder", "text")
    },
];

/// The input type of a name.
pub(super) fn find(name: &str) -> Option<&'static Input> {
    INPUTS.iter().find(|input| input.name == name)
}
