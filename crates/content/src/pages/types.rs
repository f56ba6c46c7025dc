//! The data type of pages.

use ferrite_webapi::dto;

dto! {
    /// `Magento\Cms\Api\Data\PageInterface`
    pub struct Page {
        id: i64 [null],
        identifier: String,
        title: String [null],
        page_layout: String [null],
        meta_title: String [null],
        meta_keywords: String [null],
        meta_description: String [null],
        content_heading: String [null],
        content: String [null],
        creation_time: String [null],
        update_time: String [null],
        sort_order: String [null],
        layout_update_xml: String [null],
        custom_theme: String [null],
        custom_root_template: String [null],
        custom_layout_update_xml: String [null],
        custom_theme_from: String [null],
        custom_theme_to: String [null],
        active: bool [null],
    }
}
