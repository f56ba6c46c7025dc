//! The data types of attributes.

use ferrite_webapi::dto;
use ferrite_webapi::dto::CustomAttributes;

use crate::eav::options::AttributeOption;

dto! {
    /// `Magento\Catalog\Api\Data\ProductAttributeInterface`
    pub struct ProductAttribute {
        extension_attributes: AttributeExtension [null],
        is_wysiwyg_enabled: bool [null],
        is_html_allowed_on_front: bool [null],
        used_for_sort_by: bool [null],
        is_filterable: bool [null],
        is_filterable_in_search: bool [null],
        is_used_in_grid: bool [null],
        is_visible_in_grid: bool [null],
        is_filterable_in_grid: bool [null],
        position: i64 [null],
        apply_to: Vec<String> [null],
        is_searchable: String [null],
        is_visible_in_advanced_search: String [null],
        is_comparable: String [null],
        is_used_for_promo_rules: String [null],
        is_visible_on_front: String [null],
        used_in_product_listing: String [null],
        is_visible: bool [null],
        scope: String [null],
        attribute_id: i64 [null],
        attribute_code: String,
        frontend_input: String,
        entity_type_id: String,
        is_required: bool,
        options: Vec<AttributeOption> [null],
        is_user_defined: bool [null],
        default_frontend_label: String [null],
        frontend_labels: Vec<FrontendLabel>,
        note: String [null],
        backend_type: String [null],
        backend_model: String [null],
        source_model: String [null],
        default_value: String [null],
        is_unique: String [null],
        frontend_class: String [null],
        validation_rules: Vec<ValidationRule> [null],
        custom_attributes: CustomAttributes [null],
    }
}

dto! {
    /// `Magento\Catalog\Api\Data\EavAttributeExtensionInterface`
    pub struct AttributeExtension {
        is_pagebuilder_enabled: bool [null],
    }
}

dto! {
    /// `Magento\Eav\Api\Data\AttributeFrontendLabelInterface`
    pub struct FrontendLabel {
        store_id: i64 [null],
        label: String [null],
    }
}

dto! {
    /// `Magento\Eav\Api\Data\AttributeValidationRuleInterface`
    pub struct ValidationRule {
        key: String,
        value: String,
    }
}

dto! {
    /// `Magento\Catalog\Api\Data\ProductAttributeTypeInterface`
    pub struct InputType {
        value: String,
        label: String,
    }
}
