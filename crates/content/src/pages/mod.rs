//! `/V1/cmsPage`: pages with an address of their own in the shop.
//!
//! A page's address is its identifier, which [`address`] checks; how it looks ([`design`]) may be
//! changed only by who holds that resource.

mod address;
mod design;
mod rows;
mod types;

pub(crate) use rows::{PAGES, install};

use ferrite_base::{DateTime, Fault, Kind, Phrase, url_key};
use ferrite_storage::Tx;
use ferrite_webapi::dto::Opt;
use ferrite_webapi::{Call, Routes, SearchCriteria, SearchResults};
use serde_json::{Map, Value};

use crate::rows::{Row, list as list_rows, stores_of, too_long};
use types::Page;

/// The columns of limited length.
const COLUMNS: [(&str, usize); 7] = [
    ("identifier", 100),
    ("title", 255),
    ("page_layout", 255),
    ("meta_title", 255),
    ("content_heading", 255),
    ("custom_theme", 100),
    ("custom_root_template", 255),
];

/// The columns that hold a day.
const DAYS: [&str; 2] = ["custom_theme_from", "custom_theme_to"];

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    routes.bind_kept("GET /V1/cmsPage/:pageId", get);
    routes.bind_kept("GET /V1/cmsPage/search", list);
    routes.bind("POST /V1/cmsPage", save);
    routes.bind("PUT /V1/cmsPage/:id", save);
    routes.bind("DELETE /V1/cmsPage/:pageId", delete);
}

/// The page of an id, or Magento's sentence.
fn load(tx: &mut Tx<'_>, id: i64) -> Result<Row, Fault> {
    let found = PAGES.get(tx, id)?;
    found.ok_or_else(|| {
        let text = "The CMS page with the \"%1\" ID doesn't exist.";
        Fault::new(Kind::NotFound, Phrase::list(text, [id]))
    })
}

/// `Could not save the page: %1`
fn could_not_save(why: &str) -> Fault {
    Fault::new(
        Kind::Invalid,
        Phrase::list("Could not save the page: %1", [why]),
    )
}

/// What Magento says where it does not say why.
fn something_wrong() -> Fault {
    could_not_save("Something went wrong while saving the page.")
}

fn get(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<Page, Fault> {
    load(tx, id)?.shown()
}

fn list(
    call: &Call,
    tx: &mut Tx<'_>,
    criteria: SearchCriteria,
) -> Result<SearchResults<Page>, Fault> {
    list_rows(&PAGES, "page_id", call, tx, criteria)
}

/// Adds a page, or lays what was sent over the one whose id was sent. Its identifier comes from its
/// title where none was sent, also in an update.
fn save(call: &Call, tx: &mut Tx<'_>, mut sent: Page) -> Result<Page, Fault> {
    design::check(&sent)?;
    let held = match sent.id.value().filter(|id| *id != 0) {
        Some(id) => Some(load(tx, id)?),
        None => None,
    };
    design::permitted(call, &sent, held.as_ref())?;
    if sent.identifier.get().is_none_or(String::is_empty) {
        sent.identifier = Opt::Is(url_key(sent.title.get().map_or("", String::as_str)));
    }
    let is_new = held.is_none();
    let before = held.clone();
    let mut row = held.unwrap_or_else(|| Row {
        store_ids: stores_of(call),
        ..Row::default()
    });
    let now = tx.now().clone();
    let mut answered = row.lay_over(&sent, &now)?;
    settle(&mut row.values, &mut answered)?;
    address::check(tx, &row, before.as_ref())?;
    if is_new {
        PAGES.insert(tx, &mut row)?;
    } else {
        PAGES.put(tx, &row)?;
    }
    // What was not sent of a new page is not shown: it reads as switched off.
    answered.entry("active").or_insert(false.into());
    row.values = answered;
    row.shown()
}

/// Values as their columns hold them; the answer shows a day with its midnight.
fn settle(values: &mut Map<String, Value>, answered: &mut Map<String, Value>) -> Result<(), Fault> {
    if too_long(values, &COLUMNS).is_some() {
        return Err(something_wrong());
    }
    for name in DAYS {
        let Some(text) = values.get(name).and_then(Value::as_str) else {
            continue;
        };
        if text.trim().is_empty() {
            values.remove(name);
            answered.remove(name);
            continue;
        }
        let moment = DateTime::parse(text).ok_or_else(something_wrong)?;
        let day = moment.as_str().get(..10).unwrap_or_default().to_owned();
        answered.insert(name.to_owned(), format!("{day} 00:00:00").into());
        values.insert(name.to_owned(), day.into());
    }
    let order = values.get("sort_order").and_then(Value::as_str);
    let order: i16 = match order.map(str::trim) {
        None | Some("") => 0,
        Some(text) => text.parse().map_err(|_| something_wrong())?,
    };
    values.insert("sort_order".to_owned(), order.to_string().into());
    Ok(())
}

fn delete(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<bool, Fault> {
    load(tx, id)?;
    Ok(PAGES.delete(tx, id)?)
}

#[cfg(test)]
mod tests;
