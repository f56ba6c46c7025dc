//! `GET /V1/analytics/link`: where a collected file of figures can be fetched. Nothing is collected
//! here, so there is never one, as in a Magento whose Advanced Reporting is not subscribed to.

use ferrite_webapi::{Call, Fault, Json, Routes, Tx};

/// Binds the routes.
pub fn routes(routes: &mut Routes) {
    routes.bind("GET /V1/analytics/link", link);
}

fn link(_: &Call, _: &mut Tx<'_>) -> Result<Json, Fault> {
    Err(Fault::not_found("File is not ready yet."))
}
