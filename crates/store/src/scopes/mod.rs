//! `/V1/store/…`: the scope tree as the settings hold it, the admin's rows included.

mod types;

use ferrite_webapi::{Call, Fault, Maybe, Routes, Tx};

use types::{Group, StoreConfig, StoreView, Website};

/// Binds the routes.
pub fn routes(routes: &mut Routes) {
    routes.bind_kept("GET /V1/store/storeViews", views);
    routes.bind_kept("GET /V1/store/storeGroups", groups);
    routes.bind_kept("GET /V1/store/websites", websites);
    routes.bind_kept("GET /V1/store/storeConfigs", configs);
}

fn views(call: &Call, _: &mut Tx<'_>) -> Result<Vec<StoreView>, Fault> {
    Ok(call
        .settings()
        .stores()
        .views
        .iter()
        .map(StoreView::of)
        .collect())
}

fn groups(call: &Call, _: &mut Tx<'_>) -> Result<Vec<Group>, Fault> {
    Ok(call
        .settings()
        .stores()
        .groups
        .iter()
        .map(Group::of)
        .collect())
}

fn websites(call: &Call, _: &mut Tx<'_>) -> Result<Vec<Website>, Fault> {
    Ok(call
        .settings()
        .stores()
        .websites
        .iter()
        .map(Website::of)
        .collect())
}

/// All store views but the admin's, or those of the codes that are asked for.
fn configs(
    call: &Call,
    _: &mut Tx<'_>,
    codes: Maybe<Vec<String>>,
) -> Result<Vec<StoreConfig>, Fault> {
    let stores = call.settings().stores();
    let wanted = |code: &String| codes.0.as_ref().is_none_or(|codes| codes.contains(code));
    let views = stores
        .views
        .iter()
        .filter(|view| view.id != 0 && wanted(&view.code));
    Ok(views
        .map(|view| StoreConfig::of(view, call.settings()))
        .collect())
}
