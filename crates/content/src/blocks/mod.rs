//! `/V1/cmsBlock`: pieces of content that pages and templates take in by their identifier.

use ferrite_base::{Fault, Kind, Phrase, phrase};
use ferrite_storage::{Collection, Scalar, Tx, columns};
use ferrite_webapi::{Call, Routes, SearchCriteria, SearchResults, dto};

use crate::rows::{self, Row};

/// The columns of limited length.
const COLUMNS: [(&str, usize); 2] = [("identifier", 255), ("title", 255)];

dto! {
    /// `Magento\Cms\Api\Data\BlockInterface`
    pub struct Block {
        id: i64 [null],
        identifier: String,
        title: String [null],
        content: String [null],
        creation_time: String [null],
        update_time: String [null],
        active: bool [null],
    }
}

/// All blocks.
pub(crate) static BLOCKS: Collection<Row> = Collection {
    name: "cms_block",
    fields: columns! { Row;
        indexed { text(text): "identifier" "title" "creation_time" "update_time"; }
        others {
            text(text): "content";
            int(flag): "is_active";
            text(stores): "store_id";
        }
    },
};

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    routes.bind_kept("GET /V1/cmsBlock/:blockId", get);
    routes.bind_kept("GET /V1/cmsBlock/search", list);
    routes.bind("POST /V1/cmsBlock", save);
    routes.bind("PUT /V1/cmsBlock/:id", save);
    routes.bind("DELETE /V1/cmsBlock/:blockId", delete);
}

fn unknown(id: impl Into<phrase::Value>) -> Fault {
    let text = "The CMS block with the \"%1\" ID doesn't exist.";
    Fault::new(Kind::NotFound, Phrase::list(text, [id]))
}

/// A block by its id or, where that is no number, by its identifier.
fn load(tx: &mut Tx<'_>, id: &str) -> Result<Row, Fault> {
    let found = match id.parse::<i64>() {
        Ok(number) => BLOCKS.get(tx, number)?,
        Err(_) => BLOCKS.find(tx, "identifier", &Scalar::from(id))?,
    };
    found.ok_or_else(|| unknown(id))
}

fn get(_: &Call, tx: &mut Tx<'_>, id: String) -> Result<Block, Fault> {
    load(tx, &id)?.shown()
}

fn list(
    call: &Call,
    tx: &mut Tx<'_>,
    criteria: SearchCriteria,
) -> Result<SearchResults<Block>, Fault> {
    rows::list(&BLOCKS, "block_id", call, tx, criteria)
}

/// Adds a block, or lays what was sent over the one whose id was sent.
fn save(call: &Call, tx: &mut Tx<'_>, sent: Block) -> Result<Block, Fault> {
    let held = match sent.id.value().filter(|id| *id != 0) {
        Some(id) => Some(BLOCKS.get(tx, id)?.ok_or_else(|| unknown(id))?),
        None => None,
    };
    let is_new = held.is_none();
    let mut row = held.unwrap_or_else(|| Row {
        store_ids: rows::stores_of(call),
        ..Row::default()
    });
    let now = tx.now().clone();
    let mut answered = row.lay_over(&sent, &now)?;
    let value = |name: &str| row.values.get(name).and_then(|value| value.as_str());
    let missing: Vec<&str> = ["identifier", "title"]
        .into_iter()
        .filter(|name| value(name).is_none_or(str::is_empty))
        .collect();
    if !missing.is_empty() {
        return Err(Fault::required(missing));
    }
    if let Some(field) = rows::too_long(&row.values, &COLUMNS) {
        let text = "The value of \"%1\" is longer than 255 characters.";
        return Err(Fault::new(Kind::Invalid, Phrase::list(text, [field])));
    }
    let itself = format!("block_id=\"{}\"", row.id);
    if !is_new && value("content").is_some_and(|content| content.contains(&itself)) {
        return Err(Fault::invalid(
            "Make sure that static block content does not reference the block itself.",
        ));
    }
    let identifier = value("identifier").unwrap_or_default().to_owned();
    if rows::is_taken(&BLOCKS, tx, &identifier, &row)? {
        return Err(Fault::invalid(
            "A block identifier with the same properties already exists in the selected store.",
        ));
    }
    if is_new {
        BLOCKS.insert(tx, &mut row)?;
    } else {
        BLOCKS.put(tx, &row)?;
    }
    // What was not sent of a new block is not shown: it reads as switched off.
    answered.entry("active").or_insert(false.into());
    row.values = answered;
    row.shown()
}

fn delete(_: &Call, tx: &mut Tx<'_>, id: String) -> Result<bool, Fault> {
    let block = load(tx, &id)?;
    Ok(BLOCKS.delete(tx, block.id)?)
}

#[cfg(test)]
mod tests;
