//! `/V1/adobestock/…`: pictures of Adobe Stock, as in a Magento where no key of Adobe's is
//! configured. Nothing was ever licensed, so no picture is known, and there is nobody to ask for more.

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_storage::in_memory::{self, Cell};
use ferrite_webapi::{Call, Json, Routes, SearchCriteria, SearchResults, Tx};

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    routes.bind("GET /V1/adobestock/search", ask);
    routes.bind("GET /V1/adobestock/asset/list", ask);
    routes.bind("GET /V1/adobestock/asset/search", known);
    routes.bind("GET /V1/adobestock/asset/:id", asset::<Json>);
    routes.bind("DELETE /V1/adobestock/asset/:id", asset::<Json>);
}

/// A search at Adobe's.
fn ask(_: &Call, _: &mut Tx<'_>, _: SearchCriteria) -> Result<Json, Fault> {
    Err(Fault::invalid("Adobe API Key is not valid!"))
}

/// A search among the pictures that are known.
fn known(
    call: &Call,
    _: &mut Tx<'_>,
    mut criteria: SearchCriteria,
) -> Result<SearchResults<Json>, Fault> {
    let search = criteria.search(call.settings(), &call.store)?;
    let nothing = |_: &Json, _: &str| -> Option<Cell> { None };
    let page = in_memory::search(&[], &search, nothing)?;
    Ok(SearchResults {
        items: page.items,
        criteria,
        total: page.total,
    })
}

/// One picture, to be read or forgotten.
fn asset<T>(_: &Call, _: &mut Tx<'_>, id: i64) -> Result<T, Fault> {
    let text = "Adobe Stock asset with id \"%1\" does not exist.";
    Err(Fault::new(Kind::NotFound, Phrase::list(text, [id])))
}

#[cfg(test)]
mod tests {
    use ferrite_webapi::testing::World;
    use serde_json::{Value, json};

    #[test]
    fn no_picture_is_known() {
        let world = World::new(crate::tables(), crate::install, crate::routes);
        let path = "/V1/adobestock";
        let list = "GET /V1/adobestock/asset/search?searchCriteria[pageSize]=2";
        let found = world.ok(list, &Value::Null);
        let criteria = json!({"filter_groups": [], "page_size": 2});
        let none = json!({"items": [], "search_criteria": criteria, "total_count": 0});
        assert_eq!(found, none);
        for method in ["GET", "DELETE"] {
            let (status, _) = world.admin(&format!("{method} {path}/asset/7"), &Value::Null);
            assert_eq!(status, 404, "{method}");
        }
        for list in ["search", "asset/list"] {
            let route = format!("GET {path}/{list}?searchCriteria[pageSize]=2");
            assert_eq!(
                world.refused(&route, &Value::Null),
                "Adobe API Key is not valid!"
            );
        }
    }
}
