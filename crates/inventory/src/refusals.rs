//! What the resources of multi-source inventory refuse with: sentences about fields, collected under
//! one heading.

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_storage::Error;

/// The heading of most refusals.
pub(crate) const VALIDATION: &str = "Validation Failed";

/// `"%field" can not be empty.`
pub(crate) fn empty(field: &str) -> Phrase {
    of_field("\"%field\" can not be empty.", field)
}

/// `"%field" should be numeric.`
pub(crate) fn not_numeric(field: &str) -> Phrase {
    of_field("\"%field\" should be numeric.", field)
}

/// A sentence about a field.
pub(crate) fn of_field(text: &str, field: &str) -> Phrase {
    Phrase::named(text, [("field", field)])
}

/// Whether a text says nothing.
pub(crate) fn is_blank(text: Option<&String>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}

/// Refuses under a heading where something was noted, also where it is one thing alone.
pub(crate) fn refuse(heading: &str, wrong: Vec<Phrase>) -> Result<(), Fault> {
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Fault {
        kind: Kind::Invalid,
        phrase: Phrase::new(heading),
        errors: wrong,
    })
}

/// What a list that holds nothing is refused with.
pub(crate) fn no_input() -> Fault {
    Fault::invalid("Input data is empty")
}

/// What a value that its column does not take is refused with.
pub(crate) fn not_saved(text: &'static str) -> impl Fn(Error) -> Fault {
    move |error| match error {
        Error::Duplicate(_) | Error::TooLong(_) => Fault::invalid(text),
        other => other.into(),
    }
}
