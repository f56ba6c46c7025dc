//! `/V1/customerGroups/default`: the group of a customer when nothing else is said
//! (`customer/create_account/default_group`).

use ferrite_base::{Fault, StoreScope};
use ferrite_settings::Settings;
use ferrite_webapi::{Call, Maybe, Routes, Tx};

use super::load;
use super::types::Group;

const PATH: &str = "customer/create_account/default_group";

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.bind("GET /V1/customerGroups/default", get);
    routes.bind("GET /V1/customerGroups/default/:storeId", get);
    routes.bind("PUT /V1/customerGroups/default/:id", set);
}

/// The id of the default group in a store view.
pub(crate) fn id(settings: &Settings, scope: &StoreScope) -> i64 {
    settings.number(PATH, scope)
}

/// Whether a group is the default one of any store view.
pub(super) fn is_any(settings: &Settings, group_id: i64) -> bool {
    let stores = settings.stores();
    let mut views = stores.views.iter();
    views.any(|view| id(settings, &view.scope()) == group_id)
}

fn get(call: &Call, tx: &mut Tx<'_>, store_id: Maybe<i64>) -> Result<Group, Fault> {
    let scope = match store_id.0 {
        None => call.store.clone(),
        Some(store_id) => {
            let stores = call.settings().stores();
            let view = stores.view(store_id);
            let view = view.ok_or_else(|| Fault::no_such_entity("storeId", store_id))?;
            view.scope()
        }
    };
    let group = load(tx, "groupId", id(call.settings(), &scope))?;
    Ok(Group::of(tx, &group)?)
}

/// Makes a group the default one of all store views.
fn set(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<i64, Fault> {
    load(tx, "id", id)?;
    ferrite_settings::set_default_value(tx, PATH, Some(&id.to_string()))?;
    Ok(id)
}
