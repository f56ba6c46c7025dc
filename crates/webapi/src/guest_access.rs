//! The routes that `webapi/webapisecurity/allow_insecure` opens to guests: these 31 and no others.

/// The setting's path.
pub const SETTING: &str = "webapi/webapisecurity/allow_insecure";

const OPENED: [&str; 31] = [
    "/V1/products",
    "/V1/products/:sku",
    "/V1/products/types",
    "/V1/products/attributes/:attributeCode",
    "/V1/products/attributes/:attributeCode/options",
    "/V1/products/media/types/:attributeSetName",
    "/V1/products/:sku/media/:entryId",
    "/V1/products/attribute-sets/sets/list",
    "/V1/products/attribute-sets/:attributeSetId",
    "/V1/products/attribute-sets/:attributeSetId/attributes",
    "/V1/products/attribute-sets/groups/list",
    "/V1/products/:sku/media",
    "/V1/products/:sku/group-prices/:customerGroupId/tiers",
    "/V1/products/:sku/options",
    "/V1/products/:sku/options/:optionId",
    "/V1/products/links/types",
    "/V1/products/links/:type/attributes",
    "/V1/products/:sku/links/:type",
    "/V1/categories",
    "/V1/categories/:categoryId",
    "/V1/categories/:categoryId/products",
    "/V1/stockStatuses/:productSku",
    "/V1/configurable-products/:sku/children",
    "/V1/configurable-products/:sku/options/:id",
    "/V1/configurable-products/:sku/options/all",
    "/V1/cmsPage/:pageId",
    "/V1/cmsBlock/:blockId",
    "/V1/store/storeViews",
    "/V1/store/storeGroups",
    "/V1/store/websites",
    "/V1/store/storeConfigs",
];

/// Whether the setting opens this row.
pub fn opens(method: &str, path: &str) -> bool {
    method == "GET" && OPENED.contains(&path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_opened_path_is_a_row_that_is_closed_otherwise() {
        let rows = crate::route::declared();
        for path in OPENED {
            let row = rows
                .iter()
                .find(|row| row.method == "GET" && row.path == path);
            let row = row.unwrap_or_else(|| panic!("no row for {path}"));
            assert_ne!(row.resources, ["anonymous"], "{path}");
        }
    }
}
