//! `GET /V1/modules`.

use ferrite_webapi::{Call, Fault, Routes, Tx};

/// Binds the routes.
pub fn routes(routes: &mut Routes) {
    routes.bind_kept("GET /V1/modules", modules);
}

/// The names of the enabled modules, in the order in which they are loaded.
fn modules(_: &Call, _: &mut Tx<'_>) -> Result<Vec<String>, Fault> {
    let names = ferrite_modules::enabled().map(|module| module.name.to_owned());
    Ok(names.collect())
}
