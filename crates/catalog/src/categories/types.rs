//! The data types of categories.

use ferrite_webapi::dto;
use ferrite_webapi::dto::{CustomAttributes, NoExtension};

dto! {
    /// `Magento\Catalog\Api\Data\CategoryInterface`
    pub struct CategoryInput {
        id: i64 [null],
        parent_id: i64 [null],
        name: String [null],
        is_active: bool [null],
        position: i64 [null],
        level: i64 [null],
        children: String [null, read],
        created_at: String [null],
        updated_at: String [null],
        path: String [null],
        available_sort_by: Vec<String> [null],
        include_in_menu: bool [null],
        extension_attributes: NoExtension [null],
        custom_attributes: CustomAttributes [null],
    }
}

dto! {
    /// `Magento\Catalog\Api\Data\CategoryTreeInterface`
    pub struct CategoryTree {
        id: i64 [null],
        parent_id: i64,
        name: String,
        is_active: bool,
        position: i64,
        level: i64,
        product_count: i64,
        children_data: Vec<CategoryTree>,
    }
}

dto! {
    /// `Magento\Catalog\Api\Data\CategoryProductLinkInterface`
    pub struct CategoryProductLink {
        sku: String [null],
        position: i64 [null],
        category_id: String,
        extension_attributes: NoExtension [null],
    }
}
