//! The data types of source selection.

use ferrite_webapi::dto::NoExtension;
use ferrite_webapi::{Json, dto};

dto! {
    /// `Magento\InventorySourceSelectionApi\Api\Data\SourceSelectionAlgorithmInterface`
    pub struct Algorithm {
        code: String,
        title: String,
        description: String,
        extension_attributes: NoExtension [null],
    }
}

dto! {
    /// `Magento\InventorySourceSelectionApi\Api\Data\InventoryRequestInterface`; its items are read
    /// one by one.
    pub struct InventoryRequest {
        stock_id: i64,
        items: Json,
        extension_attributes: InventoryRequestExtension [null],
    }
}

dto! {
    /// `Magento\InventorySourceSelectionApi\Api\Data\InventoryRequestExtensionInterface`
    pub struct InventoryRequestExtension {
        destination_address: Json [null],
    }
}

dto! {
    /// `Magento\InventorySourceSelectionApi\Api\Data\ItemRequestInterface`
    pub struct ItemRequest {
        sku: String,
        qty: f64,
        extension_attributes: NoExtension [null],
    }
}

dto! {
    /// `Magento\InventorySourceSelectionApi\Api\Data\AddressInterface`
    pub struct Address {
        country: String [made],
        postcode: String [made],
        street: String [made],
        region: String [made],
        city: String [made],
    }
}

dto! {
    /// `Magento\InventorySourceSelectionApi\Api\Data\SourceSelectionItemInterface`
    pub struct SelectionItem {
        source_code: String,
        sku: String,
        qty_to_deduct: f64,
        qty_available: f64,
        extension_attributes: NoExtension [null],
    }
}

dto! {
    /// `Magento\InventorySourceSelectionApi\Api\Data\SourceSelectionResultInterface`
    pub struct Selection {
        source_selection_items: Vec<SelectionItem>,
        shippable: bool,
        extension_attributes: NoExtension [null],
    }
}
