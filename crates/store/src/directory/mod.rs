//! `/V1/directory/…`: countries with their regions, and the currency. Open to everybody.

pub mod countries;
mod types;

use ferrite_base::Amount;
use ferrite_webapi::{Call, Fault, Routes, Tx};

use types::{Country, Currency, ExchangeRate};

/// Binds the routes.
pub fn routes(routes: &mut Routes) {
    routes.bind_kept("GET /V1/directory/countries", list);
    routes.bind_kept("GET /V1/directory/countries/:countryId", country);
    routes.bind_kept("GET /V1/directory/currency", currency);
}

fn list(_: &Call, _: &mut Tx<'_>) -> Result<Vec<Country>, Fault> {
    Ok(countries::all().iter().map(Country::of).collect())
}

fn country(_: &Call, _: &mut Tx<'_>, id: String) -> Result<Country, Fault> {
    let found = countries::find(&id).map(Country::of);
    found.ok_or_else(|| Fault::not_found("The country isn't available."))
}

/// Rates of currencies come with the currency settings; a fresh store has one currency.
fn currency(call: &Call, _: &mut Tx<'_>) -> Result<Currency, Fault> {
    let text = |path: &str| call.settings().text(path, &call.store);
    let base = text("currency/options/base");
    let display = text("currency/options/default");
    let rate = ExchangeRate {
        currency_to: base.clone().into(),
        rate: Amount::from(1).into(),
    };
    let allowed = text("currency/options/allow");
    Ok(Currency {
        base_currency_symbol: symbol(&base).into(),
        default_display_currency_symbol: symbol(&display).into(),
        base_currency_code: base.into(),
        default_display_currency_code: display.into(),
        available_currency_codes: allowed
            .split(',')
            .map(str::to_owned)
            .collect::<Vec<_>>()
            .into(),
        exchange_rates: vec![rate].into(),
    })
}

/// The sign of a currency in English; a currency without one shows its code.
pub fn symbol(code: &str) -> &str {
    match code {
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" => "¥",
        "INR" => "₹",
        other => other,
    }
}
