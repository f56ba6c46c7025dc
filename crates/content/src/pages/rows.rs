//! The table of pages, and which there are after an installation.

use ferrite_storage::{Collection, Error, Field, Tx};
use serde_json::{Map, Value};

use crate::rows::Row;

/// All pages.
pub(crate) static PAGES: Collection<Row> = Collection {
    name: "cms_page",
    fields: &[
        Field::text("identifier", |row: &Row| row.text("identifier")),
        Field::text("title", |row: &Row| row.text("title")),
        Field::text("page_layout", |row: &Row| row.text("page_layout")).without_index(),
        Field::text("meta_title", |row: &Row| row.text("meta_title")).without_index(),
        Field::text("meta_keywords", |row: &Row| row.text("meta_keywords")).without_index(),
        Field::text("meta_description", |row: &Row| row.text("meta_description")).without_index(),
        Field::text("content_heading", |row: &Row| row.text("content_heading")).without_index(),
        Field::text("content", |row: &Row| row.text("content")).without_index(),
        Field::text("creation_time", |row: &Row| row.text("creation_time")),
        Field::text("update_time", |row: &Row| row.text("update_time")),
        Field::int("sort_order", |row: &Row| row.number("sort_order")).without_index(),
        Field::text("layout_update_xml", |row: &Row| {
            row.text("layout_update_xml")
        })
        .without_index(),
        Field::text("custom_layout_update_xml", |row: &Row| {
            row.text("custom_layout_update_xml")
        })
        .without_index(),
        Field::text("custom_theme", |row: &Row| row.text("custom_theme")).without_index(),
        Field::text("custom_root_template", |row: &Row| {
            row.text("custom_root_template")
        })
        .without_index(),
        Field::text("custom_theme_from", |row: &Row| {
            row.text("custom_theme_from")
        })
        .without_index(),
        Field::text("custom_theme_to", |row: &Row| row.text("custom_theme_to")).without_index(),
        Field::int("is_active", Row::active).without_index(),
        Field::text("store_id", Row::stores).without_index(),
    ],
};

/// The pages of a fresh install: identifier, title, layout, heading, content.
const FRESH: [[&str; 5]; 4] = [
    [
        "no-route",
        "404 Not Found",
        "2columns-right",
        "Whoops, our bad...",
        "<p>There is no page at this address.</p>",
    ],
    [
        "home",
        "Home page",
        "1column",
        "Home Page",
        "<p>Welcome.</p>",
    ],
    [
        "enable-cookies",
        "Enable Cookies",
        "1column",
        "What are Cookies?",
        "<p>This shop needs cookies to know what is in your cart.</p>",
    ],
    [
        "privacy-policy-cookie-restriction-mode",
        "Privacy and Cookie Policy",
        "1column",
        "Privacy and Cookie Policy",
        "<p>Write here what becomes of your customers' data.</p>",
    ],
];

/// Writes the pages of a fresh install, for all store views.
pub(crate) fn install(tx: &mut Tx<'_>) -> Result<(), Error> {
    let now = tx.now().as_str().to_owned();
    for (id, [identifier, title, layout, heading, content]) in (1..).zip(FRESH) {
        let mut fields = vec![
            ("identifier", identifier),
            ("title", title),
            ("page_layout", layout),
            ("content_heading", heading),
            ("content", content),
            ("creation_time", &now),
            ("update_time", &now),
            ("sort_order", "0"),
        ];
        if id == 1 {
            fields.push(("meta_keywords", "Page keywords"));
            fields.push(("meta_description", "Page description"));
        }
        let text = |(name, value): (&str, &str)| (name.to_owned(), Value::from(value));
        let mut values: Map<String, Value> = fields.into_iter().map(text).collect();
        values.insert("active".to_owned(), true.into());
        let row = Row {
            id,
            store_ids: vec![0],
            values,
        };
        PAGES.insert_as(tx, &row)?;
    }
    Ok(())
}
