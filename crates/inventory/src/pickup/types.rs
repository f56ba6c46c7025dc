//! The data types of pickup locations.

use ferrite_webapi::dto;
use ferrite_webapi::dto::NoExtension;
use ferrite_webapi::search_criteria::SortOrder;

dto! {
    /// `Magento\InventoryInStorePickupApi\Api\Data\SearchRequestInterface`
    pub struct SearchRequest {
        area: Area [null, made],
        filters: Filters [null, made],
        page_size: i64 [null, made],
        current_page: i64 [made],
        scope_type: String [made],
        scope_code: String [made],
        sort: Vec<SortOrder> [null, made],
        extension_attributes: SearchRequestExtension [null],
    }
}

dto! {
    /// `Magento\InventoryInStorePickupApi\Api\Data\SearchRequest\AreaInterface`: around a place that
    /// a search term names.
    pub struct Area {
        radius: i64 [made],
        search_term: String [made],
    }
}

dto! {
    /// `Magento\InventoryInStorePickupApi\Api\Data\SearchRequest\FiltersInterface`
    pub struct Filters {
        country: Filter [null, made],
        postcode: Filter [null, made],
        region: Filter [null, made],
        region_id: Filter [null, made],
        city: Filter [null, made],
        street: Filter [null, made],
        name: Filter [null, made],
        pickup_location_code: Filter [null, made],
    }
}

dto! {
    /// `Magento\InventoryInStorePickupApi\Api\Data\SearchRequest\FilterInterface`
    pub struct Filter {
        value: String [made],
        condition_type: String [made],
    }
}

dto! {
    /// `Magento\InventoryInStorePickupApi\Api\Data\SearchRequestExtensionInterface`
    pub struct SearchRequestExtension {
        products_info: Vec<ProductInfo> [null],
    }
}

dto! {
    /// `Magento\InventoryInStorePickupApi\Api\Data\SearchRequest\ProductInfoInterface`
    pub struct ProductInfo {
        sku: String [made],
        extension_attributes: NoExtension [null],
    }
}

dto! {
    /// `Magento\InventoryInStorePickupApi\Api\Data\PickupLocationInterface`
    pub struct PickupLocation {
        pickup_location_code: String,
        name: String [null],
        email: String [null],
        fax: String [null],
        contact_name: String [null],
        description: String [null],
        latitude: f64 [null],
        longitude: f64 [null],
        country_id: String [null],
        region_id: i64 [null],
        region: String [null],
        city: String [null],
        street: String [null],
        postcode: String [null],
        phone: String [null],
        extension_attributes: NoExtension [null],
    }
}

dto! {
    /// `Magento\InventoryInStorePickupApi\Api\Data\SearchResultInterface`
    pub struct SearchResult {
        items: Vec<PickupLocation>,
        search_request: SearchRequest,
        total_count: i64,
    }
}
