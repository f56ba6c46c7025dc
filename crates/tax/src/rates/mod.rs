//! `/V1/taxRates`: how much tax is due in a country, a region, a postcode or a range of them.
//!
//! [`rows`] has what is stored and what a fresh install holds. A rate that a rule names cannot be
//! deleted.

mod rows;
mod types;

pub(crate) use rows::{RATES, install};

use std::collections::BTreeMap;

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_settings::Stores;
use ferrite_storage::Tx;
use ferrite_store::countries::{self, Country};
use ferrite_webapi::{Call, Routes, SearchCriteria, SearchResults};

use crate::{code_refused, invalid_value, refuse, rules};
use rows::{Range, Rate};
use types::TaxRate;

/// How many digits an end of a range may have.
const ZIP_LENGTH: usize = 9;

/// How many characters of a postcode are kept.
const POSTCODE_LENGTH: usize = 10;

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    routes.bind_kept("GET /V1/taxRates/:rateId", get);
    routes.bind_kept("GET /V1/taxRates/search", list);
    routes.bind("POST /V1/taxRates", save);
    routes.bind("PUT /V1/taxRates", save);
    routes.bind("DELETE /V1/taxRates/:rateId", delete);
}

/// The rate of an id, or Magento's sentence.
fn load(tx: &mut Tx<'_>, id: i64) -> Result<Rate, Fault> {
    let found = RATES.get(tx, id)?;
    found.ok_or_else(|| Fault::no_such_entity("taxRateId", id))
}

fn get(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<TaxRate, Fault> {
    Ok(TaxRate::of(&load(tx, id)?))
}

fn list(
    call: &Call,
    tx: &mut Tx<'_>,
    mut criteria: SearchCriteria,
) -> Result<SearchResults<TaxRate>, Fault> {
    let mut search = criteria.search(call.settings(), &call.store)?;
    search.rename(&[("tax_calculation_rate_id", "id")]);
    let page = RATES.search(tx, &search)?;
    Ok(SearchResults {
        items: page.items.iter().map(TaxRate::of).collect(),
        criteria,
        total: page.total,
    })
}

/// Adds a rate, or changes the one whose id was sent: all of it but titles that were not sent.
fn save(call: &Call, tx: &mut Tx<'_>, sent: TaxRate) -> Result<TaxRate, Fault> {
    let held = match sent.id.value().filter(|id| *id != 0) {
        Some(id) => Some(load(tx, id)?),
        None => None,
    };
    let stores = call.settings().stores();
    let mut rate = checked(&sent, &stores)?;
    if sent.titles.get().is_none()
        && let Some(held) = &held
    {
        rate.titles.clone_from(&held.titles);
    }
    let saved = match held {
        None => RATES.insert(tx, &mut rate).map(|_| ()),
        Some(held) => {
            rate.id = held.id;
            RATES.put(tx, &rate)
        }
    };
    saved.map_err(code_refused)?;
    Ok(TaxRate::of(&rate))
}

/// What was sent as a rate without an id, or all that is wrong with it.
fn checked(sent: &TaxRate, stores: &Stores) -> Result<Rate, Fault> {
    let mut wrong = Vec::new();
    let country_id = sent.tax_country_id.value().unwrap_or_default();
    let country = countries::find(&country_id.to_uppercase());
    if country_id.trim().is_empty() {
        wrong.push(Fault::required_phrase("country_id"));
    } else if country.is_none() {
        wrong.push(invalid_value("country_id", country_id));
    }
    let region_id = sent.tax_region_id.value().unwrap_or(0);
    if region_id != 0 && region_code(region_id).is_none() {
        wrong.push(invalid_value("region_id", region_id));
    }
    let percentage = sent.rate.value().filter(|rate| !rate.is_negative());
    let rate = percentage.and_then(rows::ten_thousandths);
    match (percentage, rate) {
        (None, _) => wrong.push(Fault::required_phrase("percentage_rate")),
        (Some(rate), None) => wrong.push(invalid_value("percentage_rate", rate.to_string())),
        _ => {}
    }
    let code = sent.code.value().unwrap_or_default();
    if code.trim().is_empty() {
        wrong.push(Fault::required_phrase("code"));
    }
    let postcode = sent.tax_postcode.value().unwrap_or_default();
    let range = if sent.zip_is_range.value().unwrap_or(0) != 0 {
        range(sent, &mut wrong)
    } else {
        if postcode.trim().is_empty() {
            wrong.push(Fault::required_phrase("postcode"));
        }
        None
    };
    let titles = titles(sent, stores, &mut wrong);
    refuse(wrong)?;
    let (Some(country), Some(rate)) = (country, rate) else {
        return Err(Fault::internal("a tax rate passed without country or rate"));
    };
    let postcode = match range {
        Some(Range { from, to }) => format!("{from}-{to}"),
        None => postcode.chars().take(POSTCODE_LENGTH).collect(),
    };
    Ok(Rate {
        id: 0,
        country_id: country.id.clone(),
        region_id: region_of(country, region_id),
        postcode,
        range,
        rate,
        code,
        titles,
    })
}

/// A region's id where it lies in the country; otherwise all regions are meant.
fn region_of(country: &Country, region_id: i64) -> i64 {
    let own = country.regions.iter().any(|region| region.id == region_id);
    if own { region_id } else { 0 }
}

/// The code of a region of any country.
fn region_code(region_id: i64) -> Option<&'static str> {
    let mut regions = countries::all().iter().flat_map(|country| &country.regions);
    let found = regions.find(|region| region.id == region_id)?;
    Some(&found.code)
}

/// A range of postcodes, which are numbers.
fn range(sent: &TaxRate, wrong: &mut Vec<Phrase>) -> Option<Range> {
    let mut end = |field: &str, value: Option<i64>| {
        let fits = value.filter(|number| *number >= 0);
        if fits.is_none() {
            wrong.push(invalid_value(field, value));
        }
        fits
    };
    let from = end("zip_from", sent.zip_from.value());
    let to = end("zip_to", sent.zip_to.value());
    let (from, to) = (from?, to?);
    if from > to {
        let text = "Range To should be equal or greater than Range From.";
        wrong.push(Phrase::new(text));
    } else if to.to_string().len() > ZIP_LENGTH {
        wrong.push(Phrase::new(
            "The ZIP Code length is invalid. \
             Verify that the length is nine characters or fewer and try again.",
        ));
    }
    Some(Range { from, to })
}

/// Titles by store view; the last one counts, and an empty one is none.
fn titles(sent: &TaxRate, stores: &Stores, wrong: &mut Vec<Phrase>) -> BTreeMap<i64, String> {
    let mut titles = BTreeMap::new();
    for title in sent.titles.get().into_iter().flatten() {
        let store = title.store_id.value().unwrap_or_default();
        let known = store
            .trim()
            .parse()
            .ok()
            .filter(|id| stores.view(*id).is_some());
        let Some(store_id) = known else {
            wrong.push(invalid_value("store_id", store));
            continue;
        };
        match title.value.value().filter(|text| !text.is_empty()) {
            Some(text) => titles.insert(store_id, text),
            None => titles.remove(&store_id),
        };
    }
    titles
}

fn delete(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<bool, Fault> {
    load(tx, id)?;
    if rules::use_rate(tx, id)? {
        let text = "The tax rate can't be removed because it exists in a tax rule.";
        return Err(Fault::new(Kind::Invalid, Phrase::new(text)));
    }
    RATES.delete(tx, id)?;
    Ok(true)
}

#[cfg(test)]
mod tests;
