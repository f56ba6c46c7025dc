//! `GET /V1/products`: searching the index by any attribute, by category and by website.

use ferrite_base::{Fault, Kind, Phrase, StoreScope};
use ferrite_settings::Website;
use ferrite_storage::{Direction, FieldKind, Filter, Page, Scalar, Search, Sort};
use ferrite_webapi::extension::Providers;
use ferrite_webapi::{Call, Json, SearchCriteria, SearchResults, Tx};

use super::own_values;
use super::read;
use super::rows::{self, INDEX, Indexed, PRODUCTS, Product};
use crate::attributes::Attribute;
use crate::categories::CATEGORY_PRODUCTS;
use crate::eav::known::{Attributes, BySet};
use crate::scoped::DEFAULT;

/// So many groups may come of one.
const MOST_CLAUSES: usize = 64;

/// A page of products, as an answer shows them.
pub(super) fn list(
    call: &Call,
    tx: &mut Tx<'_>,
    mut criteria: SearchCriteria,
) -> Result<SearchResults<Json>, Fault> {
    let page = page(call, tx, &mut criteria)?;
    let nobody = Providers::default();
    let mut by_set = BySet::default();
    let shown = |product: &Product| {
        let (store_id, shape) = (call.store.store_id, read::Shape::Listed);
        read::product(call, tx, product, store_id, &nobody, &mut by_set, shape)
    };
    let items: Result<Vec<Json>, Fault> = page.items.iter().map(shown).collect();
    Ok(SearchResults {
        items: items?,
        criteria,
        total: page.total,
    })
}

/// A page of the products that are searched for, as they are stored.
pub fn page(
    call: &Call,
    tx: &mut Tx<'_>,
    criteria: &mut SearchCriteria,
) -> Result<Page<Product>, Fault> {
    page_in(call, tx, criteria, &call.store)
}

/// The same in another store view than the address names.
pub(super) fn page_in(
    call: &Call,
    tx: &mut Tx<'_>,
    criteria: &mut SearchCriteria,
    store: &StoreScope,
) -> Result<Page<Product>, Fault> {
    let mut search = criteria.search(call.settings(), store)?;
    let store_id = store.store_id;
    let stores = call.settings().stores();
    for one in search
        .groups
        .iter()
        .flatten()
        .filter(|one| one.field == "website_id")
    {
        for id in one.value.split(',').map(str::trim) {
            let known = |site: &Website| site.id.to_string() == id;
            if !stores.websites.iter().any(known) {
                return Err(Fault::not_found(format!(
                    "The website with id {id} that was requested wasn't found. \
                     Verify the website and try again."
                )));
            }
        }
    }
    let own = own_order(tx, &mut search)?;
    let search = over_index(tx, search, store_id)?;
    let page = match own {
        Some((Order::Value(attribute), direction)) => {
            let view = view(tx, store_id)?;
            own_values::sorted(tx, search, &attribute, direction, view)?
        }
        Some((Order::Place(category_id), direction)) => {
            let links = CATEGORY_PRODUCTS.list_by(tx, "category_id", &Scalar::from(category_id))?;
            let places = links.iter().map(|link| (link.product_id, link.position));
            own_values::sorted_by(tx, search, &places.collect(), direction)?
        }
        None => INDEX.search(tx, &search)?,
    };
    Ok(Page {
        items: products(tx, &page.items)?,
        total: page.total,
    })
}

/// The products that a search in the words of clients finds in a store view.
pub(super) fn matching(
    tx: &mut Tx<'_>,
    search: Search,
    store_id: i64,
) -> Result<Vec<Product>, Fault> {
    let search = over_index(tx, search, store_id)?;
    let found = INDEX.search(tx, &search)?.items;
    products(tx, &found)
}

/// The products of rows of the index.
fn products(tx: &mut Tx<'_>, rows: &[Indexed]) -> Result<Vec<Product>, Fault> {
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.extend(PRODUCTS.get(tx, row.product_id())?);
    }
    Ok(items)
}

/// An order that the index does not know.
enum Order {
    /// By an attribute that clients have added.
    Value(Attribute),
    /// By the places in a category.
    Place(i64),
}

/// The first sort order, where the index does not know it; it is taken out.
fn own_order(tx: &mut Tx<'_>, search: &mut Search) -> Result<Option<(Order, Direction)>, Fault> {
    let Some(first) = search.sort.first() else {
        return Ok(None);
    };
    if first.field == "position"
        && let Some(category_id) = only_category(search)
    {
        let direction = search.sort.remove(0).direction;
        return Ok(Some((Order::Place(category_id), direction)));
    }
    let known_here = ["entity_id", "id", "position"].contains(&first.field.as_str());
    if known_here || rows::is_field(&first.field) {
        return Ok(None);
    }
    let attribute = Attributes::all(tx)?.find(&first.field).cloned();
    let attribute = attribute.ok_or_else(|| no_attribute(&first.field))?;
    let direction = first.direction;
    search.sort.remove(0);
    Ok(Some((Order::Value(attribute), direction)))
}

/// The category that a search names, where it names a single one.
fn only_category(search: &Search) -> Option<i64> {
    let filters = search.groups.iter().flatten();
    let named = filters.filter(|one| one.field == "category_id");
    let mut ids: Vec<&str> = named.flat_map(|one| one.value.split(',')).collect();
    ids.dedup();
    match ids.as_slice() {
        [id] => id.trim().parse().ok(),
        _ => None,
    }
}

/// The store view whose index counts for a store view.
pub(super) fn view(tx: &mut Tx<'_>, store_id: i64) -> Result<i64, Fault> {
    let is_indexed = rows::is_indexed(tx, store_id)?;
    Ok(if is_indexed { store_id } else { DEFAULT })
}

/// The same search in the words of the index, within one store view.
fn over_index(tx: &mut Tx<'_>, search: Search, store_id: i64) -> Result<Search, Fault> {
    let view = view(tx, store_id)?;
    let mut groups = vec![vec![filter("store_id", "eq", &view.to_string())]];
    for group in search.groups {
        let clauses = clauses(tx, group, view)?;
        groups.extend(clauses.into_iter().filter(|clause| !clause.is_empty()));
    }
    let mut sort = Vec::with_capacity(search.sort.len());
    for order in search.sort {
        let field = match order.field.as_str() {
            "entity_id" | "id" => "product_id".to_owned(),
            "price" => {
                // Only what can be bought has a price to be sorted by.
                groups.push(vec![filter("is_salable", "eq", "1")]);
                groups.push(vec![filter("status", "eq", "1")]);
                order.field.clone()
            }
            "position" => continue, // a place in a category is none in a list of many
            name if rows::is_field(name) => name.to_owned(),
            name => return Err(no_attribute(name)),
        };
        sort.push(Sort { field, ..order });
    }
    if sort.is_empty() {
        sort.push(Sort {
            field: "product_id".to_owned(),
            direction: Direction::Ascending,
        });
    }
    Ok(Search {
        groups,
        sort,
        ..search
    })
}

fn filter(field: &str, condition: &str, value: &str) -> Filter {
    Filter {
        field: field.to_owned(),
        condition: condition.to_owned(),
        value: value.to_owned(),
    }
}

/// The groups that all have to hold for one group of a request to hold: more than one where an
/// alternative asks for several things at once.
fn clauses(tx: &mut Tx<'_>, group: Vec<Filter>, view: i64) -> Result<Vec<Vec<Filter>>, Fault> {
    let mut all = vec![Vec::new()];
    for one in group {
        let wanted = match (one.field.as_str(), one.condition.as_str()) {
            ("website_id", "neq" | "nin") => outside_websites(&one),
            _ => vec![translate(tx, one, view)?],
        };
        if all.len() * wanted.len() > MOST_CLAUSES {
            return Err(Fault::invalid("Too many values for \"website_id\"."));
        }
        let with = |held: &Vec<Filter>| {
            let held = held.clone();
            let joined = wanted
                .iter()
                .map(move |one| [held.clone(), one.clone()].concat());
            joined.collect::<Vec<_>>()
        };
        all = all.iter().flat_map(with).collect();
    }
    Ok(all)
}

/// In none of the websites: each is excluded by itself.
fn outside_websites(one: &Filter) -> Vec<Vec<Filter>> {
    let ids = one.value.split(',');
    ids.map(|id| vec![filter("website_ids", "nfinset", id.trim())])
        .collect()
}

fn translate(tx: &mut Tx<'_>, one: Filter, view: i64) -> Result<Vec<Filter>, Fault> {
    match one.field.as_str() {
        "entity_id" | "id" => Ok(vec![Filter {
            field: "product_id".to_owned(),
            ..one
        }]),
        "store" | "store_id" => Ok(Vec::new()), // the address has named it already
        "website_id" => Ok(by_website(&one)),
        "category_id" => by_category(tx, &one),
        "sku" if matches!(one.condition.as_str(), "eq" | "in") => by_sku(tx, one),
        "tier_price" | "quantity_and_stock_status" => Err(no_attribute(&one.field)),
        name if rows::is_field(name) => Ok(vec![unscaled(one)]),
        name => match Attributes::all(tx)?.find(name) {
            Some(attribute) => Ok(vec![own_values::products(tx, attribute, &one, view)?]),
            None => Err(no_attribute(name)),
        },
    }
}

/// A moment that is compared without its time begins at midnight, as texts compare anyway.
fn unscaled(one: Filter) -> Filter {
    match (rows::kind(&one.field), one.condition.as_str()) {
        // A set of numbers is compared as a list.
        (Some(FieldKind::Int), "finset") => Filter {
            condition: "eq".to_owned(),
            ..one
        },
        (Some(FieldKind::Int), "nfinset") => Filter {
            condition: "neq".to_owned(),
            ..one
        },
        _ => one,
    }
}

/// Skus are looked up among the products, which have an index of them.
fn by_sku(tx: &mut Tx<'_>, one: Filter) -> Result<Vec<Filter>, Fault> {
    let ids = PRODUCTS.ids(tx, &[vec![one]])?;
    // No product has the id 0: a list is never empty.
    let ids: Vec<String> = ids
        .into_iter()
        .chain([0])
        .map(|id| id.to_string())
        .collect();
    Ok(vec![filter("product_id", "in", &ids.join(","))])
}

fn by_website(one: &Filter) -> Vec<Filter> {
    let ids = one.value.split(',');
    ids.map(|id| filter("website_ids", "finset", id.trim()))
        .collect()
}

/// Products in categories are named by their ids.
fn by_category(tx: &mut Tx<'_>, one: &Filter) -> Result<Vec<Filter>, Fault> {
    let mut ids = Vec::new();
    for category in one
        .value
        .split(',')
        .filter_map(|id| id.trim().parse::<i64>().ok())
    {
        let links = CATEGORY_PRODUCTS.list_by(tx, "category_id", &Scalar::from(category))?;
        ids.extend(links.into_iter().map(|link| link.product_id.to_string()));
    }
    let condition = match one.condition.as_str() {
        "neq" | "nin" => "nin",
        // Every product is in the index of categories, also one that is in none.
        "null" => return Ok(vec![filter("product_id", "eq", "0")]),
        "notnull" => return Ok(vec![filter("product_id", "gt", "0")]),
        _ => "in",
    };
    Ok(vec![filter("product_id", condition, &ids.join(","))])
}

fn no_attribute(name: &str) -> Fault {
    let text = "The \"%1\" attribute name is invalid. Reset the name and try again.";
    Fault::new(Kind::Invalid, Phrase::list(text, [name]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::products::tests::World;

    #[test]
    fn outside_several_websites_is_outside_each() {
        let world = World::new();
        let asked = |group: Vec<Filter>| world.read(|tx| clauses(tx, group, DEFAULT));
        let outside = filter("website_id", "nin", "1,2");
        let both = asked(vec![outside.clone(), filter("name", "eq", "A")]).unwrap();
        let shown = |one: &Filter| format!("{} {} {}", one.field, one.condition, one.value);
        let shown: Vec<Vec<String>> = both
            .iter()
            .map(|clause| clause.iter().map(shown).collect())
            .collect();
        assert_eq!(
            shown,
            [
                ["website_ids nfinset 1", "name eq A"],
                ["website_ids nfinset 2", "name eq A"]
            ]
        );
        let within = filter("website_id", "in", "1,2");
        assert_eq!(asked(vec![within]).unwrap()[0].len(), 2);
        assert!(asked(vec![outside; 7]).is_err(), "it does not explode");
    }
}
