//! The data types of sources.

use ferrite_webapi::dto;
use ferrite_webapi::dto::NoExtension;

dto! {
    /// `Magento\InventoryApi\Api\Data\SourceInterface`
    pub struct Source {
        source_code: String [null],
        name: String [null],
        email: String [null],
        contact_name: String [null],
        enabled: bool [null],
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
        fax: String [null],
        use_default_carrier_config: bool [null],
        carrier_links: Vec<CarrierLink> [null],
        extension_attributes: SourceExtension [null],
    }
}

dto! {
    /// `Magento\InventoryApi\Api\Data\SourceCarrierLinkInterface`
    pub struct CarrierLink {
        carrier_code: String [null],
        position: i64 [null],
        extension_attributes: NoExtension [null],
    }
}

dto! {
    /// `Magento\InventoryApi\Api\Data\SourceExtensionInterface`: whether and how customers may
    /// collect there.
    pub struct SourceExtension {
        is_pickup_location_active: bool [null],
        frontend_name: String [null],
        frontend_description: String [null],
    }
}
