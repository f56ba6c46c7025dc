//! The data types of stocks.

use ferrite_webapi::dto;
use ferrite_webapi::dto::NoExtension;

dto! {
    /// `Magento\InventoryApi\Api\Data\StockInterface`
    pub struct Stock {
        stock_id: i64 [null],
        name: String [null],
        extension_attributes: StockExtension [null],
    }
}

dto! {
    /// `Magento\InventoryApi\Api\Data\StockExtensionInterface`
    pub struct StockExtension {
        sales_channels: Vec<SalesChannel> [null],
    }
}

dto! {
    /// `Magento\InventorySalesApi\Api\Data\SalesChannelInterface`
    pub struct SalesChannel {
        r#type: String [null],
        code: String [null],
        extension_attributes: NoExtension [null],
    }
}
