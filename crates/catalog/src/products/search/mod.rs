//! `GET /V1/search`: the search of a shop's pages, open to everybody. It finds ids, the best first,
//! with how the products spread ([`aggregations`]); words come from an index of their own
//! ([`words`]).
//!
//! In: a request's name, which says what may be asked, and filters that all have to hold. Only what
//! a shop shows is found: switched on, visible, in the website, and to be had.

mod aggregations;
#[cfg(test)]
mod tests;
mod types;
pub(super) mod words;

use std::collections::HashMap;

use ferrite_base::{Amount, Fault, Kind, Phrase};
use ferrite_storage::full_text;
use ferrite_storage::{Filter, Search};
use ferrite_webapi::{Call, Json, Routes, Tx};
use serde_json::json;

use super::charged::{self, Asked};
use super::list;
use super::rows::Product;
use crate::attributes::{Attribute, Backend, Fact};
use crate::categories::CATEGORIES;
use crate::eav::known::Attributes;
use types::{Document, FullTextCriteria, FullTextResult};
use words::WORDS;

/// No search finds more.
const MOST: usize = 10_000;

/// Binds the route.
pub(super) fn routes(routes: &mut Routes) {
    routes.bind("GET /V1/search", search);
}

/// What a request's name stands for.
#[derive(Clone, Copy, PartialEq)]
enum Container {
    /// The box for words.
    Quick,
    /// The page of a category.
    Category,
    /// The form for attributes.
    Advanced,
}

impl Container {
    fn named(name: &str) -> Result<Self, Fault> {
        match name {
            "quick_search_container" => Ok(Self::Quick),
            "catalog_view_container" => Ok(Self::Category),
            "advanced_search_container" => Ok(Self::Advanced),
            "" => Err(Fault::invalid("Request name not defined.")),
            name => {
                let text = "The \"%1\" request name doesn't exist. Verify the name and try again.";
                Err(Fault::new(Kind::Invalid, Phrase::list(text, [name])))
            }
        }
    }

    /// Whether one may filter by an attribute.
    fn takes(self, attribute: &Attribute) -> bool {
        match self {
            Self::Advanced => attribute.fact(Fact::Searchable) == "1",
            _ => self.counts(attribute),
        }
    }

    /// Whether the values of an attribute are counted.
    fn counts(self, attribute: &Attribute) -> bool {
        match self {
            Self::Quick => attribute.fact(Fact::FilterableInSearch) == "1",
            Self::Category => !matches!(attribute.fact(Fact::Filterable), "" | "0"),
            Self::Advanced => false,
        }
    }
}

/// A product that was found.
pub(super) struct Hit {
    product: Product,
    /// What a guest is charged at least.
    price: Amount,
}

/// What is asked for.
#[derive(Default)]
struct Wanted {
    words: Vec<String>,
    groups: Vec<Vec<Filter>>,
    from: Option<Amount>,
    to: Option<Amount>,
    is_anything: bool,
}

fn search(
    call: &Call,
    tx: &mut Tx<'_>,
    criteria: FullTextCriteria,
) -> Result<FullTextResult, Fault> {
    let container = Container::named(&criteria.request_name.value().unwrap_or_default())?;
    let mut plain = criteria.unnamed();
    let asked = plain.search(call.settings(), &call.store)?;
    let wanted = wanted(tx, container, &asked)?;
    let mut sort = asked.sort;
    // How well it fits and the place in a category are no fields of a product.
    sort.retain(|one| !matches!(one.field.as_str(), "relevance" | "_score" | "position"));
    let is_sorted = !sort.is_empty();
    let (mut hits, scores) = if wanted.is_anything {
        found(call, tx, wanted, sort)?
    } else {
        (Vec::new(), HashMap::new())
    };
    let score = |hit: &Hit| scores.get(&hit.product.id).copied().unwrap_or(1.0);
    if !is_sorted {
        hits.sort_by(|one, other| score(other).total_cmp(&score(one)));
    }
    let aggregations = if container == Container::Advanced {
        aggregations::none()
    } else {
        let counts = |attribute: &Attribute| container.counts(attribute);
        aggregations::of(tx, &hits, call.store.store_id, counts)?
    };
    // Pages are counted from 0 here.
    let page = criteria.current_page.value().unwrap_or(0).max(0);
    let size = plain.page_size.value().map_or(MOST, whole);
    let shown = hits
        .iter()
        .skip(whole(page).saturating_mul(size))
        .take(size);
    let document = |hit: &Hit| {
        let score = (!is_sorted).then(|| (score(hit) * 1e6).round() / 1e6);
        Document {
            id: hit.product.id.into(),
            custom_attributes: vec![json!({"attribute_code": "score", "value": score})].into(),
        }
    };
    Ok(FullTextResult {
        items: shown.map(document).collect::<Vec<_>>().into(),
        aggregations: aggregations.into(),
        search_criteria: echo(&criteria, plain.echo()).into(),
        total_count: i64::try_from(hits.len()).unwrap_or(i64::MAX).into(),
    })
}

/// A count that a client has sent; none where it is negative.
fn whole(number: i64) -> usize {
    usize::try_from(number).unwrap_or(0)
}

/// The criteria as an answer shows them, the request's name first.
fn echo(criteria: &FullTextCriteria, plain: Json) -> Json {
    let mut shown = serde_json::Map::new();
    let name = criteria.request_name.value().unwrap_or_default();
    shown.insert("request_name".to_owned(), name.into());
    if let Json::Object(plain) = plain {
        shown.extend(plain);
    }
    Json::Object(shown)
}

fn filter(field: &str, condition: &str, value: &str) -> Vec<Filter> {
    vec![Filter {
        field: field.to_owned(),
        condition: condition.to_owned(),
        value: value.to_owned(),
    }]
}

/// Reads the filters; what the request has no place for is left out.
fn wanted(tx: &mut Tx<'_>, container: Container, asked: &Search) -> Result<Wanted, Fault> {
    let mut wanted = Wanted::default();
    let known = Attributes::all(tx)?;
    for one in asked.groups.iter().flatten() {
        let amount = || one.value.trim().parse::<Amount>().ok();
        match (one.field.as_str(), one.condition.as_str()) {
            ("search_term", _) if container == Container::Quick => {
                wanted.words = full_text::words(&one.value);
                if wanted.words.is_empty() {
                    return Ok(Wanted::default());
                }
            }
            ("price.from", _) | ("price", "from" | "gteq") => wanted.from = amount(),
            ("price.to", _) | ("price", "to" | "lteq") => wanted.to = amount(),
            ("category_ids" | "category_id" | "category", _) => {
                let ids = with_below(tx, &one.value)?;
                wanted.groups.push(filter("category_id", "in", &ids));
            }
            ("visibility", _) => {
                let visible = filter("visibility", "in", &one.value);
                wanted.groups.push(visible);
            }
            (field, _) => match known.find(field).filter(|found| container.takes(found)) {
                Some(attribute) => wanted.groups.push(vec![by_attribute(attribute, one)]),
                None => continue,
            },
        }
        wanted.is_anything = true;
    }
    Ok(wanted)
}

/// Texts are searched for what they hold.
fn by_attribute(attribute: &Attribute, one: &Filter) -> Filter {
    let is_text = matches!(attribute.backend, Backend::Text | Backend::Static)
        && !matches!(attribute.fact(Fact::Input), "select" | "multiselect");
    if is_text && matches!(one.condition.as_str(), "eq" | "like") {
        let value = format!("%{}%", one.value.trim_matches('%'));
        return Filter {
            condition: "like".to_owned(),
            value,
            ..one.clone()
        };
    }
    one.clone()
}

/// Categories with all that lie below them, as a list of ids.
fn with_below(tx: &mut Tx<'_>, ids: &str) -> Result<String, Fault> {
    let wanted: Vec<&str> = ids.split(',').map(str::trim).collect();
    let mut all = Vec::new();
    for category in CATEGORIES.all(tx)? {
        if category.path.split('/').any(|id| wanted.contains(&id)) {
            all.push(category.id.to_string());
        }
    }
    Ok(all.join(","))
}

/// The products that fit, in the order that is asked for, with how well their words fit.
fn found(
    call: &Call,
    tx: &mut Tx<'_>,
    wanted: Wanted,
    sort: Vec<ferrite_storage::Sort>,
) -> Result<(Vec<Hit>, HashMap<i64, f64>), Fault> {
    let store = &call.store;
    let mut groups = wanted.groups;
    groups.push(filter("status", "eq", "1"));
    groups.push(filter("visibility", "in", "2,3,4"));
    groups.push(filter("website_id", "eq", &store.website_id.to_string()));
    let mut scores = HashMap::new();
    if !wanted.words.is_empty() {
        let view = list::view(tx, store.store_id)?;
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        let rows = match words::part(view) {
            Some(part) => WORDS.find(tx, part, &wanted.words, most)?,
            None => Vec::new(),
        };
        scores = words::scores(&rows, &wanted.words);
        let ids: Vec<String> = rows.iter().map(|row| row.thing.to_string()).collect();
        groups.push(filter("entity_id", "in", &ids.join(",")));
    }
    let search = Search {
        groups,
        sort,
        page_size: i64::try_from(MOST).ok(),
        page: 1,
    };
    let now = call.now();
    let asked = Asked {
        store_id: store.store_id,
        website_id: store.website_id,
        now: &now,
    };
    let shows_all = call
        .settings()
        .flag("cataloginventory/options/show_out_of_stock", store);
    let mut hits = Vec::new();
    for product in list::matching(tx, search, store.store_id)? {
        if !product.is_salable && !shows_all {
            continue;
        }
        let price = charged::charged(tx, &product, asked)?.lowest;
        let fits =
            wanted.from.is_none_or(|from| price >= from) && wanted.to.is_none_or(|to| price <= to);
        if fits {
            hits.push(Hit { product, price });
        }
    }
    Ok((hits, scores))
}
