//! The table of pages, and which there are after an installation.

use ferrite_storage::{Collection, Error, Tx, columns};
use serde_json::{Map, Value};

use crate::rows::Row;

/// All pages.
pub(crate) static PAGES: Collection<Row> = Collection {
    name: "cms_page",
    fields: columns! { Row;
        indexed { text(text): "identifier" "title" "creation_time" "update_time"; }
        others {
            text(text): "page_layout" "meta_title" "meta_keywords" "meta_description"
                "content_heading" "content" "layout_update_xml" "custom_layout_update_xml"
                "custom_theme"
                "custom_root_template" "custom_theme_from" "custom_theme_to";
            int(number): "sort_order";
            int(flag): "is_active";
            text(stores): "store_id";
        }
    },
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
