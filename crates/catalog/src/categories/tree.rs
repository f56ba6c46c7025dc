//! The tree as a whole: reading it, moving a branch, cutting one off
//! (`Magento\Catalog\Api\CategoryManagementInterface`).

use std::collections::{HashMap, HashSet};

use ferrite_base::{Kind, Phrase};
use ferrite_storage::{Error, Scalar};
use ferrite_webapi::{Call, Fault, Maybe, Tx};

use super::load;
use super::rows::{CATEGORIES, CATEGORY_PRODUCTS, Category};
use super::save::{recount, url_path};
use super::types::CategoryTree;
use crate::{products, root_category};

/// The tree below a category, to a depth.
pub(super) fn get(
    call: &Call,
    tx: &mut Tx<'_>,
    root: Maybe<i64>,
    depth: Maybe<i64>,
) -> Result<CategoryTree, Fault> {
    let stores = call.settings().stores();
    let store_id = call.store.store_id;
    let root = root.0.unwrap_or_else(|| match store_id {
        0 => 1,
        _ => root_category(&stores, store_id),
    });
    let root = load(tx, root)?;
    let mut below: HashMap<i64, Vec<Category>> = HashMap::new();
    for category in CATEGORIES.all(tx)? {
        below.entry(category.parent_id).or_default().push(category);
    }
    for siblings in below.values_mut() {
        siblings.sort_by_key(|one| (one.position, one.id));
    }
    let mut products: HashMap<i64, HashSet<i64>> = HashMap::new();
    for link in CATEGORY_PRODUCTS.all(tx)? {
        products
            .entry(link.category_id)
            .or_default()
            .insert(link.product_id);
    }
    let forest = Forest {
        below,
        products,
        store_id,
    };
    Ok(forest.branch(&root, depth.0.unwrap_or(i64::MAX)))
}

/// All categories by their parent, and the products in each.
struct Forest {
    below: HashMap<i64, Vec<Category>>,
    products: HashMap<i64, HashSet<i64>>,
    store_id: i64,
}

impl Forest {
    fn branch(&self, category: &Category, depth: i64) -> CategoryTree {
        let values = &category.values;
        let children = self.below.get(&category.id).map_or(&[][..], Vec::as_slice);
        let shown = if depth > 0 { children } else { &[] };
        let counted = self.counted(category);
        CategoryTree {
            id: category.id.into(),
            parent_id: category.parent_id.into(),
            name: values.text(self.store_id, "name").into(),
            is_active: (values.text(self.store_id, "is_active") == "1").into(),
            position: category.position.into(),
            level: category.level.into(),
            product_count: i64::try_from(counted.len()).unwrap_or(i64::MAX).into(),
            children_data: shown
                .iter()
                .map(|child| self.branch(child, depth.saturating_sub(1)))
                .collect::<Vec<_>>()
                .into(),
        }
    }

    /// The products of a category; an anchor counts those below it too.
    fn counted(&self, category: &Category) -> HashSet<i64> {
        let mut counted = self.products.get(&category.id).cloned().unwrap_or_default();
        if category.values.text(self.store_id, "is_anchor") == "1" {
            for child in self.below.get(&category.id).into_iter().flatten() {
                counted.extend(self.counted(child));
            }
        }
        counted
    }
}

/// Moves a category with all that lies below it.
pub(super) fn shift(
    call: &Call,
    tx: &mut Tx<'_>,
    id: i64,
    parent_id: i64,
    after: Maybe<i64>,
) -> Result<bool, Fault> {
    let mut category = load(tx, id)?;
    let parent = load(tx, parent_id)?;
    if parent.id == id {
        return Err(Fault::invalid("Could not move category"));
    }
    if parent.lies_below(&category.path) {
        return Err(Fault::invalid(
            "Operation do not allow to move a parent category to any of children category",
        ));
    }
    if category.level == 0 {
        return Err(Fault::invalid("Could not move category"));
    }
    let taken = siblings_of(tx, parent_id, id)?
        .iter()
        .any(|sibling| sibling.values.text(0, "url_key") == category.values.text(0, "url_key"));
    let is_elsewhere = category.parent_id != parent_id;
    let path = url_path(&parent, category.values.text(0, "url_key"), 0);
    if is_elsewhere && (taken || products::is_path_taken(tx, &path)?) {
        return Err(Fault::invalid(
            "URL key for specified store already exists.",
        ));
    }
    close_gap(tx, &category)?;
    let position = place(tx, parent_id, after.0, call.store.store_id)?;
    let mut siblings = siblings_of(tx, parent_id, id)?;
    for sibling in siblings.iter_mut().filter(|one| one.position >= position) {
        sibling.position += 1;
        CATEGORIES.put(tx, sibling)?;
    }
    let moved = category.children_count + 1;
    let above = category
        .path
        .rsplit_once('/')
        .map_or("", |(above, _)| above)
        .to_owned();
    recount(tx, &above, -moved)?;
    let old = std::mem::replace(&mut category.path, format!("{}/{id}", parent.path));
    category.parent_id = parent_id;
    category.position = position;
    category.level = parent.level + 1;
    retrace(&mut category, &parent);
    CATEGORIES.put(tx, &category)?;
    recount(tx, &parent.path, moved)?;
    carry_along(tx, &old, category)?;
    Ok(true)
}

/// The place behind the category that was named, or behind the youngest active one below a parent
/// where none was or the named one is younger still; the first place behind none at all.
fn place(tx: &mut Tx<'_>, parent_id: i64, after: Option<i64>, store_id: i64) -> Result<i64, Error> {
    let mut below = CATEGORIES.list_by(tx, "parent_id", &Scalar::from(parent_id))?;
    below.retain(|category| category.values.text(store_id, "is_active") == "1");
    let youngest = below.iter().map(|category| category.id).max();
    let after = match (after, youngest) {
        (Some(after), Some(youngest)) => Some(after.min(youngest)),
        (after, youngest) => after.or(youngest),
    };
    Ok(match after.filter(|id| *id != 0) {
        Some(id) => CATEGORIES.get(tx, id)?.map_or(0, |one| one.position) + 1,
        None => 1,
    })
}

/// The categories right below a parent, in order, without one of them.
fn siblings_of(tx: &mut Tx<'_>, parent_id: i64, except: i64) -> Result<Vec<Category>, Error> {
    let mut siblings = CATEGORIES.list_by(tx, "parent_id", &Scalar::from(parent_id))?;
    siblings.retain(|sibling| sibling.id != except);
    siblings.sort_by_key(|sibling| (sibling.position, sibling.id));
    Ok(siblings)
}

/// Moves up what stood behind a category that leaves its place.
fn close_gap(tx: &mut Tx<'_>, leaving: &Category) -> Result<(), Error> {
    for mut sibling in siblings_of(tx, leaving.parent_id, leaving.id)? {
        if sibling.position > leaving.position {
            sibling.position -= 1;
            CATEGORIES.put(tx, &sibling)?;
        }
    }
    Ok(())
}

/// Gives everything below a category whose place or URL path has changed its new one.
pub(super) fn carry_along(tx: &mut Tx<'_>, old: &str, moved: Category) -> Result<(), Error> {
    let mut below: Vec<Category> = CATEGORIES.all(tx)?;
    below.retain(|category| category.lies_below(old));
    below.sort_by_key(|category| category.level);
    let mut done = HashMap::from([(moved.id, moved)]);
    for mut category in below {
        let Some(parent) = done.get(&category.parent_id) else {
            continue;
        };
        category.path = format!("{}/{}", parent.path, category.id);
        category.level = parent.level + 1;
        retrace(&mut category, parent);
        CATEGORIES.put(tx, &category)?;
        done.insert(category.id, category);
    }
    Ok(())
}

/// The URL path below a parent, in every scope where it is another one than before.
fn retrace(category: &mut Category, parent: &Category) {
    let own = category.values.stores().chain(parent.values.stores());
    let scopes: Vec<i64> = std::iter::once(0).chain(own).collect();
    for store_id in scopes {
        let values = &category.values;
        let key = values.text(store_id, "url_key");
        let path = url_path(parent, key, store_id);
        if !key.is_empty() && values.text(store_id, "url_path") != path {
            category.values.set(store_id, "url_path", path.into());
        }
    }
}

/// Deletes a category with all that lies below it; roots stay.
pub(super) fn delete(call: &Call, tx: &mut Tx<'_>, id: i64) -> Result<bool, Fault> {
    let category = load(tx, id)?;
    let stores = call.settings().stores();
    let is_root = stores
        .groups
        .iter()
        .any(|group| group.root_category_id == id);
    if category.level == 0 || is_root {
        let text = "Cannot delete category with id %1";
        return Err(Fault::new(
            Kind::Invalid,
            Phrase::list(text, [id.to_string()]),
        ));
    }
    let mut gone: Vec<Category> = CATEGORIES.all(tx)?;
    gone.retain(|one| one.id == id || one.lies_below(&category.path));
    for one in &gone {
        CATEGORY_PRODUCTS.delete_by(tx, "category_id", &Scalar::from(one.id))?;
        CATEGORIES.delete(tx, one.id)?;
    }
    let above = category
        .path
        .rsplit_once('/')
        .map_or("", |(above, _)| above);
    let count = i64::try_from(gone.len()).unwrap_or(i64::MAX);
    recount(tx, above, -count)?;
    Ok(true)
}
