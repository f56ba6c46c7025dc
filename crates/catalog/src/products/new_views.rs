//! A store view that is new gets all products into its index step by step: no transaction is longer
//! than one step, however many products there are. Until the last step, lists search the index of
//! the default scope for it.

use ferrite_settings::STORE_VIEWS;
use ferrite_storage::{Db, Direction, Error, Filter, Search, Sort, Tx};

use super::rows::{self, INDEX, Indexed, PRODUCTS};
use super::search::words;
use crate::eav::known::BySet;

/// How many ids of products a step covers.
const STEP: i64 = 200;

/// Notes that the store views of a store without products are complete.
pub(crate) fn install(tx: &mut Tx<'_>) -> Result<(), Error> {
    for view in STORE_VIEWS.all(tx)? {
        rows::set_indexed(tx, view.id)?;
    }
    Ok(())
}

/// Puts all products into the index of those store views that are not complete.
pub fn index_new_views(db: &Db) -> Result<(), Error> {
    let waiting = db.read(|tx| {
        let mut waiting = Vec::new();
        for view in STORE_VIEWS.all(tx)? {
            if !rows::is_indexed(tx, view.id)? {
                waiting.push(view.id);
            }
        }
        Ok::<_, Error>(waiting)
    })?;
    for view in waiting {
        let mut next = Some(0);
        while let Some(after) = next {
            next = db.write(move |tx| step(tx, view, after))?;
        }
    }
    Ok(())
}

/// Makes the whole index anew, store view by store view; `told` hears how many ids of how many are
/// done. Lists go on being answered meanwhile: each step changes its own products alone.
pub fn rebuild_index(db: &Db, mut told: impl FnMut(i64, i64)) -> Result<(), Error> {
    let (views, last) = db.read(|tx| Ok::<_, Error>((STORE_VIEWS.all(tx)?, last(tx)?)))?;
    let views: Vec<i64> = views.iter().map(|view| view.id).collect();
    let all = last * i64::try_from(views.len()).unwrap_or(1);
    let mut done = 0;
    for view in &views {
        let view = *view;
        let mut next = Some(0);
        while let Some(after) = next {
            next = db.write(move |tx| step(tx, view, after))?;
            told(done + next.unwrap_or(last), all);
        }
        done += last;
    }
    // What is left belongs to products or store views that are gone.
    db.write(move |tx| {
        let of_nobody = [vec![filter("product_id", "gt", self::last(tx)?)]];
        INDEX.delete_found(tx, &of_nobody)?;
        let of_none = views
            .iter()
            .map(|view| vec![filter("store_id", "neq", *view)]);
        INDEX.delete_found(tx, &of_none.collect::<Vec<_>>())?;
        Ok(())
    })
}

/// Puts the next products into the index of a store view; the id to go on after, or none at the end.
fn step(tx: &mut Tx<'_>, view: i64, after: i64) -> Result<Option<i64>, Error> {
    let end = after.saturating_add(STEP);
    let within = |field: &str| {
        let bound = |condition: &str, id: i64| vec![filter(field, condition, id)];
        vec![bound("gt", after), bound("lteq", end)]
    };
    // It comes before all reading: it waits for saves of these products that are under way, and
    // those that come later wait for this step.
    let mut old = within("product_id");
    old.push(vec![filter("store_id", "eq", view)]);
    INDEX.delete_found(tx, &old)?;
    let products = Search {
        groups: within("id"),
        ..Search::default()
    };
    let mut by_set = BySet::default();
    for product in PRODUCTS.search(tx, &products)?.items {
        INDEX.insert(tx, &mut Indexed::of(&product, view))?;
        if let Some(known) = by_set.get(tx, product.attribute_set_id)? {
            words::index_in(tx, &product, &known, view)?;
        }
    }
    if last(tx)? > end {
        return Ok(Some(end));
    }
    rows::set_indexed(tx, view)?;
    Ok(None)
}

/// The highest id of a product.
fn last(tx: &mut Tx<'_>) -> Result<i64, Error> {
    let highest = Search {
        sort: vec![Sort {
            field: "id".to_owned(),
            direction: Direction::Descending,
        }],
        page_size: Some(1),
        page: 1,
        ..Search::default()
    };
    let found = PRODUCTS.search(tx, &highest)?.items.pop();
    Ok(found.map_or(0, |product| product.id))
}

fn filter(field: &str, condition: &str, value: i64) -> Filter {
    Filter {
        field: field.to_owned(),
        condition: condition.to_owned(),
        value: value.to_string(),
    }
}
