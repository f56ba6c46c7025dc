//! The range of what a bundle costs: from the cheapest choice that is allowed to the dearest.

use ferrite_base::Amount;
use ferrite_webapi::{Fault, Tx};

use super::has_fixed_price;
use super::rows::{OptionRow, Selection, options_of, selections_of};
use crate::products::charged::{Asked, Charged, can_be_bought, of_its_own};
use crate::products::rows::{PRODUCTS, Product};

/// What a choice adds, before and after what is taken off.
#[derive(Clone, Copy)]
struct Choice {
    regular: Amount,
    charged: Amount,
}

/// What is charged for a bundle; `own` are its own prices, which count where they are fixed.
pub(in crate::products) fn charged(
    tx: &mut Tx<'_>,
    product: &Product,
    asked: Asked<'_>,
    own: Charged,
) -> Result<Charged, Fault> {
    let is_fixed = has_fixed_price(product);
    let mut sum = if is_fixed { own } else { Charged::default() };
    let mut cheapest_of_all: Option<Choice> = None;
    let mut is_any_required = false;
    for option in options_of(tx, product.id)? {
        let mut choices = Vec::new();
        for selection in selections_of(tx, option.id)? {
            if let Some(part) = PRODUCTS.get(tx, selection.product_id)?
                && can_be_bought(&part, asked)
            {
                let part = of_its_own(&part, asked);
                choices.push(if is_fixed {
                    fixed(&selection, own)
                } else {
                    dynamic(&selection, part)
                });
            }
        }
        sum.highest += dearest(&option, &choices);
        let Some(cheapest) = cheapest(&choices) else {
            continue;
        };
        cheapest_of_all = self::cheapest(&[&[cheapest], cheapest_of_all.as_slice()].concat());
        if option.required {
            is_any_required = true;
            sum.regular += cheapest.regular;
            sum.lowest += cheapest.charged;
        }
    }
    // Nobody buys a bundle of nothing: at least one choice is made.
    if let Some(one) = cheapest_of_all.filter(|_| !is_any_required && !is_fixed) {
        sum.regular += one.regular;
        sum.lowest += one.charged;
    }
    Ok(Charged {
        regular: sum.regular.in_column(),
        lowest: sum.lowest.in_column(),
        highest: sum.highest.in_column(),
        ..sum
    })
}

/// A choice at the price of its product.
fn dynamic(selection: &Selection, part: Charged) -> Choice {
    let qty = Amount::from_f64(selection.qty);
    Choice {
        regular: part.regular.times(qty),
        charged: part.lowest.times(qty),
    }
}

/// A choice at a price of its own: an amount, or a share of the bundle's price.
fn fixed(selection: &Selection, own: Charged) -> Choice {
    let of = |whole: Amount| match selection.price_type {
        0 => selection.price,
        _ => whole.percent(selection.price),
    };
    let qty = Amount::from_f64(selection.qty);
    Choice {
        regular: of(own.regular).times(qty),
        charged: of(own.lowest).times(qty),
    }
}

fn cheapest(choices: &[Choice]) -> Option<Choice> {
    choices.iter().copied().min_by_key(|choice| choice.charged)
}

/// The most that an option can add: all of its choices where several may be taken.
fn dearest(option: &OptionRow, choices: &[Choice]) -> Amount {
    let charged = choices.iter().map(|choice| choice.charged);
    match option.input.as_str() {
        "checkbox" | "multi" => charged.sum(),
        _ => charged.fold(Amount::ZERO, Amount::max),
    }
}
