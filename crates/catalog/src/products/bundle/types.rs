//! The data types of bundles.

use ferrite_base::Amount;
use ferrite_webapi::dto;
use ferrite_webapi::dto::NoExtension;

dto! {
    /// `Magento\Bundle\Api\Data\OptionInterface`
    pub struct BundleOption {
        option_id: i64 [null],
        title: String [null],
        required: bool [null],
        r#type: String [null],
        position: i64 [null],
        sku: String [null],
        product_links: Vec<BundleLink> [null],
        extension_attributes: NoExtension [null],
    }
}

dto! {
    /// `Magento\Bundle\Api\Data\LinkInterface`
    pub struct BundleLink {
        id: String [null],
        sku: String [null],
        option_id: i64 [null],
        qty: f64 [null],
        position: i64 [null],
        is_default: bool,
        price: Amount,
        price_type: i64,
        can_change_quantity: i64 [null],
        extension_attributes: NoExtension [null],
    }
}

dto! {
    /// `Magento\Bundle\Api\Data\OptionTypeInterface`
    pub struct BundleInput {
        label: String,
        code: String,
    }
}
