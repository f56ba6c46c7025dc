//! `/V1/attributeMetadata/…/custom`: a fresh install has no attributes of one's own.

use ferrite_webapi::{Call, Fault, Json, Routes, Tx};

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    routes.bind("GET /V1/attributeMetadata/customer/custom", custom);
    routes.bind("GET /V1/attributeMetadata/customerAddress/custom", custom);
}

fn custom(_: &Call, _: &mut Tx<'_>, _interface: String) -> Result<Vec<Json>, Fault> {
    Ok(Vec::new())
}
