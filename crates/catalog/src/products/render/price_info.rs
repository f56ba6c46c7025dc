//! Prices as a page shows them: numbers, and texts in the currency.

use ferrite_base::Amount;
use ferrite_store::symbol;
use ferrite_webapi::Opt;

use super::types::{FormattedPrices, Msrp, PriceExtension, PriceInfo, TaxAdjustments};
use crate::products::charged::Charged;

/// What Magento says of a manufacturer's price, unless it is told otherwise.
const EXPLANATION: &str = "Our price is lower than the manufacturer&#039;s &quot;minimum \
    advertised price.&quot; As a result, we cannot show you the price in catalog or the product \
    page. <br><br> You have no obligation to purchase the product once you know the price. You can \
    simply remove the item from your cart.";

/// The prices of a product; `msrp` is the manufacturer's, or empty.
pub(super) fn of(charged: &Charged, msrp: &str, currency: &str) -> PriceInfo {
    let formatted = || formatted(charged, currency);
    let (lowest, highest, regular) = (charged.lowest, charged.highest, charged.regular);
    let adjusted = TaxAdjustments {
        final_price: lowest.into(),
        max_price: highest.into(),
        max_regular_price: highest.into(),
        minimal_regular_price: lowest.into(),
        special_price: charged.special.unwrap_or_default().into(),
        minimal_price: lowest.into(),
        regular_price: regular.into(),
        formatted_prices: formatted().into(),
    };
    let extension = PriceExtension {
        msrp: manufacturers(msrp, currency).into(),
        tax_adjustments: adjusted.into(),
        weee_attributes: Vec::new().into(),
        weee_adjustment: span(lowest, currency).into(),
    };
    PriceInfo {
        final_price: lowest.into(),
        max_price: highest.into(),
        max_regular_price: highest.into(),
        minimal_regular_price: lowest.into(),
        special_price: Opt::Null, // it stands among the adjusted prices alone
        minimal_price: lowest.into(),
        regular_price: regular.into(),
        formatted_prices: formatted().into(),
        extension_attributes: extension.into(),
    }
}

fn formatted(charged: &Charged, currency: &str) -> FormattedPrices {
    let text = |amount: Amount| Opt::Is(span(amount, currency));
    FormattedPrices {
        final_price: text(charged.lowest),
        max_price: text(charged.highest),
        minimal_price: text(charged.lowest),
        max_regular_price: text(charged.highest),
        minimal_regular_price: text(charged.lowest),
        special_price: charged.special.map(|amount| span(amount, currency)).into(),
        regular_price: text(charged.regular),
    }
}

fn manufacturers(msrp: &str, currency: &str) -> Msrp {
    Msrp {
        msrp_price: span(msrp.parse().unwrap_or_default(), currency).into(),
        is_applicable: "".into(),
        is_shown_price_on_gesture: "".into(),
        msrp_message: "".into(),
        explanation_message: EXPLANATION.into(),
    }
}

/// A price on a page.
fn span(amount: Amount, currency: &str) -> String {
    format!("<span class=\"price\">{}</span>", money(amount, currency))
}

/// An amount as English writes it: `$1,234.50`.
fn money(amount: Amount, currency: &str) -> String {
    let text = amount.abs().fixed(2);
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let mut grouped = String::with_capacity(whole.len() + whole.len() / 3);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if amount.is_negative() { "-" } else { "" };
    format!("{sign}{}{grouped}.{cents}", symbol(currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_by_thousands() {
        let shown = |text: &str| money(text.parse().unwrap(), "USD");
        for (amount, text) in [
            ("0", "$0.00"),
            ("12", "$12.00"),
            ("999.999", "$1,000.00"),
            ("1234.5", "$1,234.50"),
            ("1234567", "$1,234,567.00"),
            ("-1.005", "-$1.01"), // a float is a little less than a half
            ("12345678901234.123456", "$12,345,678,901,234.12"),
        ] {
            assert_eq!(shown(amount), text);
        }
        assert_eq!(money(5.into(), "EUR"), "€5.00");
    }
}
