//! The data types of what a shop's page shows of a product.

use ferrite_base::Amount;
use ferrite_webapi::{Json, dto};

dto! {
    /// `Magento\Catalog\Api\Data\ProductRenderSearchResultsInterface`
    pub struct Rendered {
        items: Vec<ProductRender>,
    }
}

dto! {
    /// `Magento\Catalog\Api\Data\ProductRenderInterface`
    pub struct ProductRender {
        add_to_cart_button: Button,
        add_to_compare_button: Button,
        price_info: PriceInfo,
        images: Vec<Image>,
        url: String,
        id: i64,
        name: String,
        r#type: String,
        is_salable: String,
        store_id: i64,
        currency_code: String,
        extension_attributes: RenderExtension,
    }
}

dto! {
    /// `Magento\Catalog\Api\Data\ProductRenderExtensionInterface`
    pub struct RenderExtension {
        review_html: String,
        wishlist_button: Button,
    }
}

dto! {
    /// `Magento\Catalog\Api\Data\ProductRender\ButtonInterface`
    pub struct Button {
        post_data: String,
        url: String,
        required_options: bool,
    }
}

dto! {
    /// `Magento\Catalog\Api\Data\ProductRender\PriceInfoInterface`
    pub struct PriceInfo {
        final_price: Amount,
        max_price: Amount,
        max_regular_price: Amount,
        minimal_regular_price: Amount,
        special_price: Amount,
        minimal_price: Amount,
        regular_price: Amount,
        formatted_prices: FormattedPrices,
        extension_attributes: PriceExtension [null],
    }
}

dto! {
    /// `Magento\Catalog\Api\Data\ProductRender\PriceInfoExtensionInterface`
    pub struct PriceExtension {
        msrp: Msrp,
        tax_adjustments: TaxAdjustments,
        weee_attributes: Vec<Json>,
        weee_adjustment: String,
    }
}

dto! {
    /// `Magento\Catalog\Api\Data\ProductRender\PriceInfoInterface` with taxes; a type of its own,
    /// since it holds no further adjustments.
    pub struct TaxAdjustments {
        final_price: Amount,
        max_price: Amount,
        max_regular_price: Amount,
        minimal_regular_price: Amount,
        special_price: Amount,
        minimal_price: Amount,
        regular_price: Amount,
        formatted_prices: FormattedPrices,
    }
}

dto! {
    /// `Magento\Catalog\Api\Data\ProductRender\FormattedPriceInfoInterface`
    pub struct FormattedPrices {
        final_price: String,
        max_price: String,
        minimal_price: String,
        max_regular_price: String,
        minimal_regular_price: String,
        special_price: String,
        regular_price: String,
    }
}

dto! {
    /// `Magento\Msrp\Api\Data\ProductRender\MsrpPriceInfoInterface`
    pub struct Msrp {
        msrp_price: String,
        is_applicable: String,
        is_shown_price_on_gesture: String,
        msrp_message: String,
        explanation_message: String,
    }
}

dto! {
    /// `Magento\Catalog\Api\Data\ProductRender\ImageInterface`
    pub struct Image {
        url: String,
        code: String,
        height: f64,
        width: f64,
        label: String,
        resized_width: f64,
        resized_height: f64,
    }
}
