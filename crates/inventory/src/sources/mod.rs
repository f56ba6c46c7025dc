//! `/V1/inventory/sources`: the places that products are kept in and shipped from.
//!
//! A source is saved whole as far as its name and its address go, whatever the method is; its other
//! fields stay where nothing was sent for them. It cannot be deleted, only switched off, and the
//! one of a fresh install not even that.

mod rows;
#[cfg(test)]
mod tests;
mod types;

pub(crate) use rows::{SOURCES, SourceRow, install};
pub(crate) use types::Source;

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_storage::fold::fold;
use ferrite_webapi::{Call, Maybe, Routes, SearchCriteria, SearchResults, Tx};

use crate::lists;
use crate::refusals::{VALIDATION, empty, is_blank, not_saved, of_field, refuse};

/// The source of a fresh install; the quantity of a stock item is what lies there.
pub(crate) const DEFAULT: &str = "default";

const NOT_SAVED: &str = "Could not save Source";

/// How many characters a country's code, and the other texts, may have.
const COUNTRY_LENGTH: usize = 2;
const LENGTH: usize = 255;

/// How many bytes a description may have.
const DESCRIPTION_LENGTH: usize = 65_535;

/// Whether a code is that of the default source, as MySQL compares.
pub(crate) fn is_default(code: &str) -> bool {
    fold(code) == DEFAULT
}

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    routes.bind_kept("GET /V1/inventory/sources", list);
    routes.bind_kept("GET /V1/inventory/sources/:sourceCode", get);
    routes.bind("POST /V1/inventory/sources", save);
    routes.bind("PUT /V1/inventory/sources/:sourceCode", save);
}

fn get(_: &Call, tx: &mut Tx<'_>, code: String) -> Result<Source, Fault> {
    let found = SourceRow::find(tx, &code)?;
    let text = "Source with code \"%value\" does not exist.";
    let missing = || {
        Fault::new(
            Kind::NotFound,
            Phrase::named(text, [("value", code.as_str())]),
        )
    };
    found.ok_or_else(missing)?.shown()
}

fn list(
    call: &Call,
    tx: &mut Tx<'_>,
    criteria: Maybe<SearchCriteria>,
) -> Result<SearchResults<Source>, Fault> {
    let criteria = criteria.0.unwrap_or_default();
    let by = (&[][..], Some("source_code"));
    lists::page(call, tx, &SOURCES, criteria, by, |_, row| row.shown())
}

/// Adds a source, or changes the one of its code.
fn save(_: &Call, tx: &mut Tx<'_>, sent: Source) -> Result<(), Fault> {
    refuse(VALIDATION, wrong(&sent))?;
    let code = sent.source_code.value().unwrap_or_default();
    let held = SourceRow::find(tx, &code)?;
    let is_new = held.is_none();
    let mut row = held.unwrap_or_default();
    row.lay_over(&sent)?;
    if !fits(&row.shown()?) {
        return Err(Fault::invalid(NOT_SAVED));
    }
    let saved = if is_new {
        SOURCES.insert(tx, &mut row).map(|_| ())
    } else {
        SOURCES.put(tx, &row)
    };
    saved.map_err(not_saved(NOT_SAVED))
}

/// All that is wrong with what was sent.
fn wrong(sent: &Source) -> Vec<Phrase> {
    let mut wrong = Vec::new();
    if is_blank(sent.name.get()) {
        wrong.push(empty("name"));
    }
    let code = sent.source_code.value().unwrap_or_default();
    if code.trim().is_empty() {
        wrong.push(empty("source_code"));
    }
    if code.contains(char::is_whitespace) {
        let text = "\"%field\" can not contain whitespaces.";
        wrong.push(of_field(text, "source_code"));
    }
    if is_blank(sent.postcode.get()) {
        wrong.push(empty("postcode"));
    }
    if is_blank(sent.country_id.get()) {
        wrong.push(empty("country_id"));
    }
    if sent
        .carrier_links
        .get()
        .is_some_and(|links| !links.is_empty())
    {
        let text = "You can't configure \"%field\" because you have chosen \
                    Global Shipping configuration.";
        wrong.push(of_field(text, "carrier_links"));
    }
    if is_default(&code) && sent.enabled.value() == Some(false) {
        wrong.push(Phrase::new("Default source can not be disabled."));
    }
    wrong
}

/// Whether the columns hold it.
fn fits(source: &Source) -> bool {
    let within =
        |text: Option<&String>, most: usize| text.is_none_or(|text| text.chars().count() <= most);
    let said = source.extension_attributes.get();
    let texts = [
        &source.source_code,
        &source.name,
        &source.email,
        &source.contact_name,
        &source.region,
        &source.city,
        &source.street,
        &source.postcode,
        &source.phone,
        &source.fax,
    ];
    let bytes = |text: Option<&String>| text.map_or(0, String::len);
    texts.iter().all(|text| within(text.get(), LENGTH))
        && within(said.and_then(|said| said.frontend_name.get()), LENGTH)
        && within(source.country_id.get(), COUNTRY_LENGTH)
        && bytes(source.description.get()) <= DESCRIPTION_LENGTH
        && bytes(said.and_then(|said| said.frontend_description.get())) <= DESCRIPTION_LENGTH
        && source.latitude.value().is_none_or(|at| at.abs() < 100.0)
        && source.longitude.value().is_none_or(|at| at.abs() < 1_000.0)
}
