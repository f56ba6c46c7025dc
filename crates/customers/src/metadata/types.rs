//! The data types of attributes.

use ferrite_webapi::dto;

dto! {
    /// `Magento\Customer\Api\Data\AttributeMetadataInterface`
    pub struct AttributeMetadata {
        frontend_input: String,
        input_filter: String,
        store_label: String,
        validation_rules: Vec<ValidationRule>,
        multiline_count: i64,
        visible: bool,
        required: bool,
        data_model: String,
        options: Vec<AttributeOption>,
        frontend_class: String,
        user_defined: bool,
        sort_order: i64,
        frontend_label: String,
        note: String,
        system: bool,
        backend_type: String,
        is_used_in_grid: bool [null],
        is_visible_in_grid: bool [null],
        is_filterable_in_grid: bool [null],
        is_searchable_in_grid: bool [null],
        attribute_code: String,
    }
}

dto! {
    /// `Magento\Customer\Api\Data\ValidationRuleInterface`
    pub struct ValidationRule {
        name: String,
        value: String,
    }
}

dto! {
    /// `Magento\Customer\Api\Data\OptionInterface`
    pub struct AttributeOption {
        label: String,
        value: String [null],
        options: Vec<AttributeOption> [null],
    }
}
