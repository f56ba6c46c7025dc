//! `/V1/inventory/stocks`: what sales channels sell from, and which stock a channel has.
//!
//! A website that no other stock has sells from the stock of a fresh install.

mod rows;
#[cfg(test)]
mod tests;
mod types;

pub(crate) use rows::{CHANNELS, Channel, STOCKS, install};
pub(crate) use types::Stock;

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_settings::Stores;
use ferrite_storage::Scalar;
use ferrite_webapi::{Call, Maybe, Routes, SearchCriteria, SearchResults, Tx};

use crate::links::LINKS;
use crate::lists;
use crate::refusals::{VALIDATION, empty, is_blank, not_saved, refuse};
use rows::StockRecord;
use types::SalesChannel;

/// The stock of a fresh install: its quantities are those of the stock items.
pub(crate) const DEFAULT: i64 = 1;

/// The one type of sales channels that there is.
pub(crate) const WEBSITE: &str = "website";

/// The largest id that a client may give.
const LARGEST: i64 = 0xffff_ffff;

const NOT_SAVED: &str = "Could not save Stock";

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    routes.bind_kept("GET /V1/inventory/stocks", list);
    routes.bind_kept("GET /V1/inventory/stocks/:stockId", get);
    routes.bind("POST /V1/inventory/stocks", save);
    routes.bind("PUT /V1/inventory/stocks/:stockId", save);
    routes.bind("DELETE /V1/inventory/stocks/:stockId", delete);
    routes.bind_kept("GET /V1/inventory/stock-resolver/:type/:code", resolve);
}

fn load(tx: &mut Tx<'_>, id: i64) -> Result<StockRecord, Fault> {
    let text = "Stock with id \"%value\" does not exist.";
    let missing = || Fault::new(Kind::NotFound, Phrase::named(text, [("value", id)]));
    STOCKS.get(tx, id)?.ok_or_else(missing)
}

fn get(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<Stock, Fault> {
    load(tx, id)?.shown(tx)
}

fn list(
    call: &Call,
    tx: &mut Tx<'_>,
    criteria: Maybe<SearchCriteria>,
) -> Result<SearchResults<Stock>, Fault> {
    let criteria = criteria.0.unwrap_or_default();
    let by = (&[("stock_id", "id")][..], None);
    lists::page(call, tx, &STOCKS, criteria, by, |tx, row| row.shown(tx))
}

/// The stock that a sales channel sells from.
pub(crate) fn of_channel(tx: &mut Tx<'_>, kind: &str, code: &str) -> Result<i64, Fault> {
    let found = Channel::find(tx, kind, code)?;
    let missing = || Fault::not_found("No linked stock found");
    Ok(found.ok_or_else(missing)?.stock_id)
}

fn resolve(_: &Call, tx: &mut Tx<'_>, kind: String, code: String) -> Result<Stock, Fault> {
    let id = of_channel(tx, &kind, &code)?;
    load(tx, id)?.shown(tx)
}

/// Adds a stock, under its id where one was sent, or changes the one of that id.
fn save(call: &Call, tx: &mut Tx<'_>, sent: Stock) -> Result<i64, Fault> {
    let extension = sent.extension_attributes.get();
    let channels = extension.and_then(|extension| extension.sales_channels.get());
    let stores = call.settings().stores();
    let mut wrong = Vec::new();
    if is_blank(sent.name.get()) {
        wrong.push(empty("name"));
    }
    wrong.extend(
        channels
            .into_iter()
            .flatten()
            .filter_map(|one| wrong_channel(one, &stores)),
    );
    refuse(VALIDATION, wrong)?;
    let mut stock = StockRecord {
        id: sent.stock_id.value().unwrap_or(0),
        name: sent.name.value().unwrap_or_default(),
    };
    let saved = match stock.id {
        0 => STOCKS.insert(tx, &mut stock).map(|_| ()),
        id if !(1..=LARGEST).contains(&id) => return Err(Fault::invalid(NOT_SAVED)),
        id if STOCKS.get(tx, id)?.is_some() => STOCKS.put(tx, &stock),
        _ => STOCKS.insert_as(tx, &stock),
    };
    saved.map_err(not_saved(NOT_SAVED))?;
    if let Some(channels) = channels {
        set_channels(tx, stock.id, channels)?;
    }
    Ok(stock.id)
}

/// What is wrong with a sales channel, where something is.
fn wrong_channel(channel: &SalesChannel, stores: &Stores) -> Option<Phrase> {
    if is_blank(channel.r#type.get()) {
        return Some(empty("type"));
    }
    let code = channel.code.value().unwrap_or_default();
    let is_website = channel.r#type.get().is_some_and(|kind| kind == WEBSITE);
    let known = stores.websites.iter().any(|site| site.code == code);
    if !is_website || known {
        return None;
    }
    let text = "The website with code \"%code\" does not exist.";
    Some(Phrase::named(text, [("code", code)]))
}

/// Gives a stock these channels; what it had before sells from the stock of a fresh install.
fn set_channels(tx: &mut Tx<'_>, id: i64, channels: &[SalesChannel]) -> Result<(), Fault> {
    let wanted = |channel: &SalesChannel| {
        let kind = channel.r#type.value().unwrap_or_default();
        (kind, channel.code.value().unwrap_or_default())
    };
    let wanted: Vec<(String, String)> = channels.iter().map(wanted).collect();
    for held in Channel::of_stock(tx, id)? {
        if wanted
            .iter()
            .any(|(kind, code)| *kind == held.kind && *code == held.code)
        {
            continue;
        }
        if held.kind == WEBSITE {
            Channel::assign(tx, WEBSITE, &held.code, DEFAULT)?;
        } else {
            CHANNELS.delete(tx, held.id)?;
        }
    }
    for (kind, code) in &wanted {
        Channel::assign(tx, kind, code, id).map_err(not_saved(NOT_SAVED))?;
    }
    Ok(())
}

fn delete(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<(), Fault> {
    if id == DEFAULT {
        return Err(Fault::invalid("Default Stock could not be deleted."));
    }
    if !Channel::of_stock(tx, id)?.is_empty() {
        let text = "Stock has at least one sale channel and could not be deleted.";
        return Err(Fault::invalid(text));
    }
    if !STOCKS.delete(tx, id)? {
        let text = "There is no stock with \"%fieldValue\" for \"%fieldName\". \
                    Verify and try again.";
        let values = [("fieldName", "stock_id".into()), ("fieldValue", id.into())];
        let phrase = Phrase::named::<ferrite_base::phrase::Value, 2>(text, values);
        return Err(Fault::new(Kind::NotFound, phrase));
    }
    LINKS.delete_by(tx, "stock_id", &Scalar::from(id))?;
    Ok(())
}
