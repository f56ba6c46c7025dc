//! `/V1/categories…`: the tree, single categories, lists, moves, and the attributes they have.

mod attributes;
mod links;
mod read;
mod rows;
mod save;
#[cfg(test)]
mod tests;
mod tree;
mod types;

pub(crate) use rows::has_url_path;
pub use rows::{CATEGORIES, CATEGORY_PRODUCTS, Category, CategoryProduct};

use ferrite_base::{Kind, Phrase};
use ferrite_storage::{Declared, Error, in_memory};
use ferrite_webapi::{Call, Fault, Json, Maybe, Routes, SearchCriteria, SearchResults, Tx};

use types::CategoryInput;

/// Binds the routes.
pub fn routes(routes: &mut Routes) {
    routes.bind_kept("GET /V1/categories", tree::get);
    routes.bind("POST /V1/categories", post);
    routes.bind("PUT /V1/categories/:id", post);
    routes.bind_kept("GET /V1/categories/:categoryId", get);
    routes.bind("DELETE /V1/categories/:categoryId", tree::delete);
    routes.bind("PUT /V1/categories/:categoryId/move", tree::shift);
    routes.bind_kept("GET /V1/categories/list", list);
    attributes::routes(routes);
    links::routes(routes);
}

/// The tables.
pub fn tables() -> Vec<&'static dyn Declared> {
    vec![&CATEGORIES, &CATEGORY_PRODUCTS]
}

/// The root of all, and the root of the default group.
pub fn install(tx: &mut Tx<'_>) -> Result<(), Error> {
    let now = tx.now().clone();
    for (id, parent_id, name, path) in [
        (1, 0, "Root Catalog", "1"),
        (2, 1, "Default Category", "1/2"),
    ] {
        let mut category = Category::below(parent_id, path, id - 1, &now);
        category.id = id;
        category.level = id - 1;
        category.values.set(0, "name", name.into());
        if id == 2 {
            for (code, value) in [("is_active", "1"), ("include_in_menu", "1")] {
                category.values.set(0, code, value.into());
            }
            category.values.set(0, "display_mode", "PRODUCTS".into());
        }
        CATEGORIES.insert_as(tx, &category)?;
    }
    Ok(())
}

fn post(call: &Call, tx: &mut Tx<'_>, category: CategoryInput) -> Result<Json, Fault> {
    let saved = save::save(call, tx, &category)?;
    Ok(read::category(tx, &saved, call.store.store_id)?)
}

fn get(call: &Call, tx: &mut Tx<'_>, id: i64, store: Maybe<i64>) -> Result<Json, Fault> {
    let category = load(tx, id)?;
    let store_id = store.0.unwrap_or(call.store.store_id);
    Ok(read::category(tx, &category, store_id)?)
}

fn list(
    call: &Call,
    tx: &mut Tx<'_>,
    mut criteria: SearchCriteria,
) -> Result<SearchResults<Json>, Fault> {
    let search = criteria.search(call.settings(), &call.store)?;
    let store_id = call.store.store_id;
    let fields = search.groups.iter().flatten().map(|filter| &filter.field);
    let sorted = search.sort.iter().map(|sort| &sort.field);
    for name in fields.chain(sorted) {
        if !attributes::is_searchable(name) {
            let text = "The \"%1\" attribute name is invalid. Reset the name and try again.";
            return Err(Fault::new(
                Kind::Invalid,
                Phrase::list(text, [name.as_str()]),
            ));
        }
    }
    // The root of all is no category that a client lists.
    let mut all = CATEGORIES.all(tx)?;
    all.retain(|category| category.id != 1);
    let cell = |category: &Category, name: &str| Some(category.cell(store_id, name));
    let page = in_memory::search(&all, &search, cell)?;
    let mut items = Vec::with_capacity(page.items.len());
    for category in &page.items {
        items.push(read::category(tx, category, store_id)?);
    }
    Ok(SearchResults {
        items,
        criteria,
        total: page.total,
    })
}

/// The category of an id, or Magento's sentence.
pub(crate) fn load(tx: &mut Tx<'_>, id: i64) -> Result<Category, Fault> {
    let found = CATEGORIES.get(tx, id)?;
    found.ok_or_else(|| Fault::no_such_entity("id", id))
}
