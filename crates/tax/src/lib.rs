//! Taxes: classes that products and customers belong to, rates by place, and the rules that say
//! which rates apply to which pairs of classes.
//!
//! Who uses a class is known above this room: [`ClassUser`] says so before a class is deleted.

pub mod classes;
mod rates;
mod rules;

pub use classes::{ClassType, ClassUser, ClassUsers};

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_storage::{Declared, Error, Tx};
use ferrite_webapi::Routes;

/// Binds the routes; `users` are those who may hold a class.
pub fn routes(routes: &mut Routes, users: ClassUsers) {
    classes::routes(routes, users);
    rates::routes(routes);
    rules::routes(routes);
}

/// The tables.
pub fn tables() -> Vec<&'static dyn Declared> {
    vec![
        &classes::CLASSES,
        &rates::RATES,
        &rules::RULES,
        &rules::RULE_PARTS,
    ]
}

/// Writes what a fresh install holds.
pub fn install(tx: &mut Tx<'_>) -> Result<(), Error> {
    classes::install(tx)?;
    rates::install(tx)
}

/// Writes it into a store from before there were taxes.
pub fn fill(tx: &mut Tx<'_>) -> Result<(), Error> {
    if classes::CLASSES.count(tx)? == 0 && rates::RATES.count(tx)? == 0 {
        install(tx)?;
    }
    Ok(())
}

/// `Invalid value of "%value" provided for the %fieldName field.`
fn invalid_value(field: &str, value: impl Into<ferrite_base::phrase::Value>) -> Phrase {
    let text = "Invalid value of \"%value\" provided for the %fieldName field.";
    Phrase::named(text, [("fieldName", field.into()), ("value", value.into())])
}

/// A refusal for whatever was noted, where something was.
fn refuse(wrong: Vec<Phrase>) -> Result<(), Fault> {
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Fault::several(wrong))
}

/// What a store says of a code that is taken or too long.
fn code_refused(error: Error) -> Fault {
    match error {
        Error::Duplicate(_) => {
            Fault::new(Kind::Invalid, Phrase::list("%1 already exists.", ["Code"]))
        }
        Error::TooLong(field) => Fault::new(
            Kind::Invalid,
            Phrase::list(
                "The value of \"%1\" is longer than %2 characters.",
                [field, "255".to_owned()],
            ),
        ),
        other => other.into(),
    }
}
