//! The data types of configurable products.

use ferrite_webapi::dto;
use ferrite_webapi::dto::NoExtension;

dto! {
    /// `Magento\ConfigurableProduct\Api\Data\OptionInterface`
    pub struct ConfigurableOption {
        id: i64 [null],
        attribute_id: String [null],
        label: String [null],
        position: i64 [null],
        is_use_default: bool [null],
        values: Vec<OptionValue> [null],
        extension_attributes: NoExtension [null],
        product_id: i64 [null],
    }
}

dto! {
    /// `Magento\ConfigurableProduct\Api\Data\OptionValueInterface`
    pub struct OptionValue {
        value_index: i64,
        extension_attributes: NoExtension [null],
    }
}
