//! The data types of stock.

use ferrite_webapi::dto;
use ferrite_webapi::dto::NoExtension;

dto! {
    /// `Magento\CatalogInventory\Api\Data\StockItemInterface`
    pub struct StockItem {
        item_id: i64 [null],
        product_id: i64 [null],
        stock_id: i64 [null],
        qty: f64,
        is_in_stock: bool,
        is_qty_decimal: bool,
        show_default_notification_message: bool [read],
        use_config_min_qty: bool,
        min_qty: f64,
        use_config_min_sale_qty: i64,
        min_sale_qty: f64,
        use_config_max_sale_qty: bool,
        max_sale_qty: f64,
        use_config_backorders: bool,
        backorders: i64,
        use_config_notify_stock_qty: bool,
        notify_stock_qty: f64,
        use_config_qty_increments: bool,
        qty_increments: f64,
        use_config_enable_qty_inc: bool,
        enable_qty_increments: bool,
        use_config_manage_stock: bool,
        manage_stock: bool,
        low_stock_date: String,
        is_decimal_divided: bool,
        stock_status_changed_auto: i64,
        extension_attributes: NoExtension [null],
    }
}

dto! {
    /// `Magento\CatalogInventory\Api\Data\StockStatusInterface`
    pub struct StockStatus {
        product_id: i64,
        stock_id: i64,
        qty: f64,
        stock_status: i64,
        stock_item: StockItem,
        extension_attributes: NoExtension [null],
    }
}
