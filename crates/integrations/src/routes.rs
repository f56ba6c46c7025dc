//! `GET /V1/modules`.

use ferrite_webapi::{Call, Fault, Routes, Tx};

/// Binds the routes. `modules` are the names of the enabled modules, in the order in which they are
/// loaded.
pub fn routes(routes: &mut Routes, modules: Vec<String>) {
    routes.bind_kept(
        "GET /V1/modules",
        move |_: &Call, _: &mut Tx<'_>| -> Result<Vec<String>, Fault> { Ok(modules.clone()) },
    );
}
