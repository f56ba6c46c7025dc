//! The data types of products.

use super::media::MediaEntry;
use ferrite_base::Amount;
use ferrite_webapi::dto::{CustomAttributes, NoExtension};
use ferrite_webapi::{Json, dto};

dto! {
    /// `Magento\Catalog\Api\Data\ProductInterface`
    pub struct ProductInput {
        id: i64 [null],
        sku: String,
        name: String [null],
        attribute_set_id: i64 [null],
        price: Amount [null],
        status: i64 [null],
        visibility: i64 [null],
        type_id: String [null],
        created_at: String [null],
        updated_at: String [null],
        weight: f64 [null],
        extension_attributes: Json [null],
        product_links: Vec<ProductLink> [null],
        options: Vec<ProductOption> [null],
        media_gallery_entries: Vec<MediaEntry> [null],
        tier_prices: Vec<TierPrice> [null],
        custom_attributes: CustomAttributes [null],
    }
}

dto! {
    /// `Magento\Catalog\Api\Data\ProductLinkInterface`
    pub struct ProductLink {
        sku: String,
        link_type: String,
        linked_product_sku: String,
        linked_product_type: String,
        position: i64,
        extension_attributes: ProductLinkExtension [null],
    }
}

dto! {
    /// `Magento\Catalog\Api\Data\ProductLinkExtensionInterface`
    pub struct ProductLinkExtension {
        qty: f64 [null],
    }
}

dto! {
    /// `Magento\Catalog\Api\Data\ProductLinkTypeInterface`
    pub struct LinkType {
        code: i64,
        name: String,
    }
}

dto! {
    /// `Magento\Catalog\Api\Data\ProductLinkAttributeInterface`
    pub struct Coded {
        code: String,
        r#type: String,
    }
}

dto! {
    /// `Magento\Catalog\Api\Data\ProductTierPriceInterface`
    pub struct TierPrice {
        customer_group_id: i64,
        qty: f64,
        value: Amount,
        extension_attributes: TierPriceExtension [null],
    }
}

dto! {
    /// `Magento\Catalog\Api\Data\ProductTierPriceExtensionInterface`
    pub struct TierPriceExtension {
        percentage_value: Amount [null],
        website_id: i64 [null],
    }
}

dto! {
    /// `Magento\Catalog\Api\Data\ProductCustomOptionInterface`
    pub struct ProductOption {
        product_sku: String,
        option_id: i64 [null],
        title: String,
        r#type: String,
        sort_order: i64,
        is_require: bool,
        price: Amount [null],
        price_type: String [null],
        sku: String [null],
        file_extension: String [null],
        max_characters: i64 [null],
        image_size_x: i64 [null],
        image_size_y: i64 [null],
        values: Vec<OptionValue> [null],
        extension_attributes: NoExtension [null],
    }
}

dto! {
    /// `Magento\Catalog\Api\Data\ProductCustomOptionValuesInterface`
    pub struct OptionValue {
        title: String,
        sort_order: i64,
        price: Amount,
        price_type: String,
        sku: String [null],
        option_type_id: i64 [null],
    }
}

dto! {
    /// `Magento\Catalog\Api\Data\CategoryLinkInterface`
    pub struct CategoryLink {
        position: i64 [null],
        category_id: String,
        extension_attributes: NoExtension [null],
    }
}

dto! {
    /// `Magento\Catalog\Api\Data\ProductTypeInterface`
    pub struct ProductType {
        name: String,
        label: String,
    }
}

dto! {
    /// `Magento\Catalog\Api\Data\ProductCustomOptionTypeInterface`
    pub struct OptionType {
        label: String,
        code: String,
        group: String,
    }
}
