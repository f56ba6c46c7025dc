//! The words by which a product is found in a store view: of its searchable attributes, each as
//! often as its attribute weighs.

use std::collections::HashMap;

use ferrite_storage::full_text::{Found, FullText, Marked, words};
use ferrite_storage::{Error, Tx};

use crate::attributes::{Attribute, Backend, Fact};
use crate::eav::known::Attributes;
use crate::eav::options::OPTIONS;
use crate::products::rows::{self, PRODUCTS, Product};
use crate::scoped::DEFAULT;

/// The index: products by store view.
pub static WORDS: FullText = FullText {
    name: "catalog_product_words",
};

/// Where more of the same word adds less and less.
const SATURATION: f64 = 1.2;

/// Puts a product in that is not there, for all store views; `known` are the attributes of its set.
pub(in crate::products) fn index(
    tx: &mut Tx<'_>,
    product: &Product,
    known: &Attributes,
) -> Result<(), Error> {
    let mut everywhere: Option<Marked> = None;
    for view in &rows::views(tx)?.0 {
        let Some(part) = part(*view) else {
            continue;
        };
        let words = match &everywhere {
            Some(same) if !differs(product, known, *view) => same.clone(),
            _ => words_in(tx, product, known, *view)?,
        };
        if *view == DEFAULT {
            everywhere = Some(words.clone());
        }
        WORDS.insert(tx, product.id, part, words)?;
    }
    Ok(())
}

/// The same for one store view.
pub(in crate::products) fn index_in(
    tx: &mut Tx<'_>,
    product: &Product,
    known: &Attributes,
    view: i64,
) -> Result<(), Error> {
    let Some(part) = part(view) else {
        return Ok(());
    };
    WORDS.delete_part(tx, product.id, part)?;
    let words = words_in(tx, product, known, view)?;
    WORDS.insert(tx, product.id, part, words)
}

/// Takes a product out.
pub(in crate::products) fn forget(tx: &mut Tx<'_>, product_id: i64) -> Result<(), Error> {
    WORDS.delete(tx, product_id)
}

/// Has all products put in, where none is: step by step, as for store views that are new.
pub(crate) fn fill(tx: &mut Tx<'_>) -> Result<(), Error> {
    if WORDS.is_empty(tx)? && PRODUCTS.count(tx)? > 0 {
        for view in &rows::views(tx)?.0 {
            rows::forget_indexed(tx, *view)?;
        }
    }
    Ok(())
}

/// A store view as a part of the index.
pub(super) fn part(view: i64) -> Option<u16> {
    u16::try_from(view).ok()
}

/// Whether a store view may have other words than the default scope: values, or labels of options.
fn differs(product: &Product, known: &Attributes, view: i64) -> bool {
    let chosen =
        |one: &Attribute| chooses_own(one) && !product.values.text(DEFAULT, &one.code).is_empty();
    product.values.stores().any(|store| store == view) || known.iter().any(chosen)
}

fn words_in(
    tx: &mut Tx<'_>,
    product: &Product,
    known: &Attributes,
    view: i64,
) -> Result<Marked, Error> {
    let mut all = Marked::default();
    for attribute in known.iter().filter(|one| one.fact(Fact::Searchable) == "1") {
        let found = words(&text(tx, product, attribute, view)?);
        all.add(&found, weight(&attribute.code));
    }
    Ok(all)
}

/// Whether its values are options that a client has made, with labels of their own.
fn chooses_own(attribute: &Attribute) -> bool {
    is_choice(attribute) && attribute.fact(Fact::UserDefined) == "1"
}

fn is_choice(attribute: &Attribute) -> bool {
    matches!(attribute.fact(Fact::Input), "select" | "multiselect")
}

/// How much more a word counts in an attribute.
fn weight(code: &str) -> usize {
    match code {
        "sku" => 6,
        "name" => 5,
        _ => 1,
    }
}

/// What an attribute says of a product: a text without its tags, or the labels of what was chosen.
fn text(
    tx: &mut Tx<'_>,
    product: &Product,
    attribute: &Attribute,
    view: i64,
) -> Result<String, Error> {
    if attribute.code == "sku" {
        return Ok(product.sku.clone());
    }
    let value = product.values.text(view, &attribute.code);
    if chooses_own(attribute) {
        let mut labels = Vec::new();
        for id in value.split(',').filter_map(|id| id.trim().parse().ok()) {
            let option = OPTIONS.get(tx, id)?;
            labels.extend(option.map(|option| option.label(view).to_owned()));
        }
        return Ok(labels.join(" "));
    }
    if is_choice(attribute) || attribute.backend != Backend::Text {
        return Ok(String::new());
    }
    Ok(without_tags(value))
}

fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        match tag.split_once('>') {
            Some((_, after)) => rest = after,
            None => {
                rest = tag; // a sign, and no tag
                break;
            }
        }
    }
    text + rest
}

/// How well products fit the words that were asked for: rare words count more, and more of the same
/// word adds less and less. Of the last word its beginning is enough.
pub(super) fn scores(found: &[Found], asked: &[String]) -> HashMap<i64, f64> {
    let mut scores: HashMap<i64, f64> = HashMap::new();
    let last = asked.len().saturating_sub(1);
    for (place, word) in asked.iter().enumerate() {
        let fits = |held: &&String| *held == word || (place == last && held.starts_with(word));
        let often = |row: &Found| row.words.iter().filter(fits).count();
        let holding: Vec<(i64, usize)> = found.iter().map(|row| (row.thing, often(row))).collect();
        let holding: Vec<_> = holding
            .into_iter()
            .filter(|(_, often)| *often > 0)
            .collect();
        let rarity = 1.0 + (as_f64(found.len()) / as_f64(holding.len().max(1))).ln();
        for (thing, often) in holding {
            let often = as_f64(often);
            *scores.entry(thing).or_default() += rarity * often / (often + SATURATION);
        }
    }
    scores
}

fn as_f64(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(thing: i64, text: &str) -> Found {
        Found {
            thing,
            words: words(text),
        }
    }

    #[test]
    fn tags_are_no_words() {
        assert_eq!(
            words(&without_tags("<p class=\"a\">One</p>two")),
            ["one", "two"]
        );
        assert_eq!(words(&without_tags("less < more")), ["less", "more"]);
    }

    #[test]
    fn what_fits_better_counts_more() {
        let found = [
            row(1, "watch watch strap"),
            row(2, "watch"),
            row(3, "digital"),
            row(4, "watchmaker"),
        ];
        let scores = scores(&found, &words("digital watch"));
        assert!(scores[&1] > scores[&2], "more often");
        assert!(scores[&3] > scores[&2], "the rarer word");
        assert_eq!(scores[&4], scores[&2], "the beginning of the last word");
        assert_eq!(scores.len(), 4);
    }
}
