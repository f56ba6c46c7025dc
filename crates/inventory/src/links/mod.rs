//! `/V1/inventory/stock-source-links`: which sources a stock is made up of, and in which order.
//!
//! The stock and the source of a fresh install belong together; no client changes that.

#[cfg(test)]
mod tests;

use ferrite_base::{Fault, Phrase};
use ferrite_storage::{Collection, Error, Field, Scalar, Tx, serde_document};
use ferrite_webapi::{Call, Routes, SearchCriteria, SearchResults, dto};
use serde::{Deserialize, Serialize};

use crate::refusals::{VALIDATION, empty, is_blank, no_input, not_numeric, of_field, refuse};
use crate::sources::{self, Source, SourceRow};
use crate::stocks::{self, STOCKS};
use crate::{key, lists};

dto! {
    /// `Magento\InventoryApi\Api\Data\StockSourceLinkInterface`
    pub struct StockSourceLink {
        stock_id: i64 [null],
        source_code: String [null],
        priority: i64 [null],
        extension_attributes: LinkExtension [null],
    }
}

dto! {
    /// `Magento\InventoryApi\Api\Data\StockSourceLinkExtensionInterface`: the panel's name of the source.
    pub struct LinkExtension {
        source_name: String [null],
    }
}

/// A link.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LinkRow {
    /// Its row.
    pub(crate) id: i64,
    /// The stock.
    pub(crate) stock_id: i64,
    /// The source.
    pub(crate) source_code: String,
    /// Its place among the stock's sources, the smallest first.
    pub(crate) priority: i64,
}

serde_document!(LinkRow);

/// All links.
pub(crate) static LINKS: Collection<LinkRow> = Collection {
    name: "inventory_source_stock_link",
    fields: &[
        Field::unique_text("stock_and_source", |link: &LinkRow| {
            Some(key(&link.stock_id.to_string(), &link.source_code))
        }),
        Field::int("stock_id", |link: &LinkRow| {
            Some(Scalar::from(link.stock_id))
        }),
        Field::text("source_code", |link: &LinkRow| {
            Some(Scalar::from(link.source_code.as_str()))
        }),
        Field::int("priority", |link: &LinkRow| {
            Some(Scalar::from(link.priority))
        })
        .without_index(),
    ],
};

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    routes.bind_kept("GET /V1/inventory/stock-source-links", list);
    routes.bind("POST /V1/inventory/stock-source-links", save);
    routes.bind("POST /V1/inventory/stock-source-links-delete", delete);
    routes.bind_kept(
        "GET /V1/inventory/get-sources-assigned-to-stock-ordered-by-priority/:stockId",
        assigned,
    );
}

/// Writes the link of a fresh install.
pub(crate) fn install(tx: &mut Tx<'_>) -> Result<(), Error> {
    let link = LinkRow {
        id: 1,
        stock_id: stocks::DEFAULT,
        source_code: sources::DEFAULT.to_owned(),
        priority: 1,
    };
    LINKS.insert_as(tx, &link)
}

/// The sources of a stock by priority, also those that are switched off.
pub(crate) fn sources_of(tx: &mut Tx<'_>, stock_id: i64) -> Result<Vec<SourceRow>, Error> {
    let mut links = LINKS.list_by(tx, "stock_id", &Scalar::from(stock_id))?;
    links.sort_by_key(|link| link.priority);
    let mut sources = Vec::with_capacity(links.len());
    for link in links {
        sources.extend(SourceRow::find(tx, &link.source_code)?);
    }
    Ok(sources)
}

fn assigned(_: &Call, tx: &mut Tx<'_>, stock_id: i64) -> Result<Vec<Source>, Fault> {
    sources_of(tx, stock_id)?
        .iter()
        .map(SourceRow::shown)
        .collect()
}

fn list(
    call: &Call,
    tx: &mut Tx<'_>,
    criteria: SearchCriteria,
) -> Result<SearchResults<StockSourceLink>, Fault> {
    let by = (&[("link_id", "id")][..], None);
    lists::page(call, tx, &LINKS, criteria, by, |_, link| {
        Ok(StockSourceLink {
            stock_id: link.stock_id.into(),
            source_code: link.source_code.as_str().into(),
            priority: link.priority.into(),
            ..StockSourceLink::default()
        })
    })
}

fn touches_default(link: &StockSourceLink) -> bool {
    link.stock_id.value() == Some(stocks::DEFAULT)
        || link
            .source_code
            .get()
            .is_some_and(|code| sources::is_default(code))
}

/// Adds links, or changes the priority of those that are there.
fn save(_: &Call, tx: &mut Tx<'_>, sent: Vec<StockSourceLink>) -> Result<(), Fault> {
    if sent.iter().any(touches_default) {
        let text = "Can not save link related to Default Source or Default Stock";
        return Err(Fault::invalid(text));
    }
    if sent.is_empty() {
        return Err(no_input());
    }
    refuse(VALIDATION, sent.iter().flat_map(wrong).collect())?;
    for link in &sent {
        put(tx, link)?;
    }
    Ok(())
}

/// All that is wrong with a link.
fn wrong(link: &StockSourceLink) -> Vec<Phrase> {
    let mut wrong = Vec::new();
    if is_blank(link.source_code.get()) {
        wrong.push(empty("source_code"));
    }
    if link.stock_id.get().is_none() {
        wrong.push(not_numeric("stock_id"));
    }
    if link.priority.value().is_none_or(|priority| priority < 1) {
        let text = "\"%field\" should be greater then 0.";
        wrong.push(of_field(text, "priority"));
    }
    wrong
}

fn put(tx: &mut Tx<'_>, link: &StockSourceLink) -> Result<(), Fault> {
    let not_there = || Fault::invalid("Could not save StockSourceLinks");
    let stock_id = link.stock_id.value().unwrap_or(0);
    STOCKS.get(tx, stock_id)?.ok_or_else(not_there)?;
    let code = link.source_code.value().unwrap_or_default();
    let source = SourceRow::find(tx, &code)?.ok_or_else(not_there)?;
    let mut row = LinkRow {
        id: 0,
        stock_id,
        source_code: source.code().to_owned(),
        priority: link.priority.value().unwrap_or(1),
    };
    let held = key(&stock_id.to_string(), source.code());
    match LINKS.find(tx, "stock_and_source", &held)? {
        Some(held) => {
            row.id = held.id;
            LINKS.put(tx, &row)?;
        }
        None => {
            let added = LINKS.insert(tx, &mut row);
            added.map_err(crate::refusals::not_saved(
                "Could not save StockSourceLinks",
            ))?;
        }
    }
    Ok(())
}

/// Takes links away; what is none is passed over.
fn delete(_: &Call, tx: &mut Tx<'_>, sent: Vec<StockSourceLink>) -> Result<(), Fault> {
    if sent.iter().any(touches_default) {
        let text = "Can not delete link related to Default Source or Default Stock";
        return Err(Fault::invalid(text));
    }
    if sent.is_empty() {
        return Err(no_input());
    }
    for link in &sent {
        let stock_id = link.stock_id.value().unwrap_or(0);
        let code = link.source_code.value().unwrap_or_default();
        LINKS.delete_by(tx, "stock_and_source", &key(&stock_id.to_string(), &code))?;
    }
    Ok(())
}
