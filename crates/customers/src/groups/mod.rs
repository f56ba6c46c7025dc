//! `/V1/customerGroups`: the groups that customers belong to, and which of them is the default one.
//!
//! [`rows`] has what is stored and what a fresh install holds, [`default`] who belongs where when
//! nothing is said. A group that everybody may fall back to cannot be taken away.

pub(crate) mod default;
mod rows;
mod types;

pub(crate) use rows::GROUPS;
pub use rows::{GroupsOfTaxClass, fill, install};

use ferrite_base::{Fault, Kind};
use ferrite_settings::Settings;
use ferrite_storage::{Error, Scalar};
use ferrite_tax::classes::customer_class_name;
use ferrite_webapi::dto::Wire as _;
use ferrite_webapi::{Call, Routes, SearchCriteria, SearchResults, Tx};

use super::checks;
use super::rows::CUSTOMERS;
use rows::{CODE_LENGTH, CustomerGroup, RETAIL_CUSTOMER};
use types::Group;

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    routes.bind_kept("GET /V1/customerGroups/:id", get);
    routes.bind_kept("GET /V1/customerGroups/search", list);
    routes.bind("GET /V1/customerGroups/:id/permissions", is_readonly);
    routes.bind("POST /V1/customerGroups", save);
    routes.bind("PUT /V1/customerGroups/:id", save);
    routes.bind("DELETE /V1/customerGroups/:id", delete);
    default::routes(routes);
}

/// The group of an id, or Magento's sentence, which calls the id as the service does.
fn load(tx: &mut Tx<'_>, field: &str, id: i64) -> Result<CustomerGroup, Fault> {
    let found = GROUPS.get(tx, id)?;
    found.ok_or_else(|| Fault::no_such_entity(field, id))
}

/// The name of a group.
pub fn group_name(tx: &mut Tx<'_>, id: i64) -> Result<Option<String>, Error> {
    Ok(GROUPS.get(tx, id)?.map(|group| group.code))
}

/// The id of the group of this name, as MySQL compares.
pub fn group_named(tx: &mut Tx<'_>, name: &str) -> Result<Option<i64>, Error> {
    let found = GROUPS.find(tx, "code", &Scalar::from(name))?;
    Ok(found.map(|group| group.id))
}

fn get(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<Group, Fault> {
    let group = load(tx, "id", id)?;
    Ok(Group::of(tx, &group)?)
}

fn list(
    call: &Call,
    tx: &mut Tx<'_>,
    mut criteria: SearchCriteria,
) -> Result<SearchResults<Group>, Fault> {
    let mut search = criteria.search(call.settings(), &call.store)?;
    search.rename(&[("customer_group_id", "id"), ("customer_group_code", "code")]);
    let page = GROUPS.search(tx, &search)?;
    let items: Result<_, Error> = page.items.iter().map(|row| Group::of(tx, row)).collect();
    Ok(SearchResults {
        items: items?,
        criteria,
        total: page.total,
    })
}

/// Whether a group is one that everybody may fall back to.
fn is_readonly(call: &Call, tx: &mut Tx<'_>, id: i64) -> Result<bool, Fault> {
    load(tx, "groupId", id)?;
    Ok(is_fixed(call.settings(), id))
}

fn is_fixed(settings: &Settings, id: i64) -> bool {
    id == 0 || default::is_any(settings, id)
}

/// Adds a group, or changes the one that the path or the body names.
fn save(call: &Call, tx: &mut Tx<'_>, group: Group) -> Result<Group, Fault> {
    let code: String = group.code.value().unwrap_or_default();
    if code.is_empty() {
        return Err(Fault::required(["code"]));
    }
    let id = match call.path_parameter("id") {
        Some(named) => i64::from_value(&named.into())?,
        None => group.id.value(),
    };
    let held = id.map(|id| load(tx, "id", id)).transpose()?;
    let sent = group.tax_class_id.value();
    // Only a new group has a tax class of its own accord.
    let class = match (&held, sent) {
        (None, None | Some(0)) => Some(RETAIL_CUSTOMER),
        _ => sent,
    };
    let known = match class {
        Some(id) => customer_class_name(tx, id)?.and(Some(id)),
        None => None,
    };
    let Some(tax_class_id) = known else {
        let phrase = checks::invalid_value("taxClassId", class);
        return Err(Fault::new(Kind::Invalid, phrase));
    };
    let excluded = group.extension_attributes.get();
    let excluded = excluded.and_then(|sent| sent.exclude_website_ids.value());
    let excluded = excluded.map(|ids| known_websites(call.settings(), ids));
    let excluded = excluded.transpose()?;
    let is_new = held.is_none();
    let mut row = held.unwrap_or_default();
    row.code = code.chars().take(CODE_LENGTH).collect();
    row.tax_class_id = tax_class_id;
    if let Some(excluded) = excluded {
        row.excluded_website_ids = excluded;
    }
    let saved = if is_new {
        GROUPS.insert(tx, &mut row).map(|_| ())
    } else {
        GROUPS.put(tx, &row)
    };
    match saved {
        Ok(()) => Ok(Group::of(tx, &row)?),
        Err(Error::Duplicate(_)) => Err(Fault::invalid("Customer Group already exists.")),
        Err(error) => Err(error.into()),
    }
}

/// Websites to exclude, all of which there are.
fn known_websites(settings: &Settings, excluded: Vec<i64>) -> Result<Vec<i64>, Fault> {
    let stores = settings.stores();
    let known = |id: &i64| stores.websites.iter().any(|site| site.id == *id);
    match excluded.iter().find(|id| !known(id)) {
        Some(id) => Err(super::save::no_such_website(*id)),
        None => Ok(excluded),
    }
}

/// Takes a group away; its customers fall back to the default one.
fn delete(call: &Call, tx: &mut Tx<'_>, id: i64) -> Result<bool, Fault> {
    if is_fixed(call.settings(), id) {
        return Err(Fault::invalid("Cannot delete group."));
    }
    load(tx, "id", id)?;
    for mut customer in CUSTOMERS.list_by(tx, "group_id", &Scalar::from(id))? {
        let place = call.settings().stores();
        let place = place.view(customer.number("store_id"));
        let scope = place.map_or_else(|| call.store.clone(), ferrite_settings::StoreView::scope);
        customer.set("group_id", default::id(call.settings(), &scope));
        CUSTOMERS.put(tx, &customer)?;
    }
    GROUPS.delete(tx, id)?;
    Ok(true)
}
