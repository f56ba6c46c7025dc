//! What hangs on an order, on the wire: addresses, comments, shipping.

use ferrite_webapi::{Json, dto};

use super::OrderItem;

dto! {
    /// `Magento\Sales\Api\Data\OrderAddressInterface`
    pub struct OrderAddress {
        address_type: String,
        city: String,
        company: String [null],
        country_id: String,
        customer_address_id: i64 [null],
        customer_id: i64 [null],
        email: String [null],
        entity_id: i64 [null],
        fax: String [null],
        firstname: String,
        lastname: String,
        middlename: String [null],
        parent_id: i64 [null],
        postcode: String,
        prefix: String [null],
        region: String [null],
        region_code: String [null],
        region_id: i64 [null],
        street: Vec<String> [null],
        suffix: String [null],
        telephone: String,
        vat_id: String [null],
        vat_is_valid: i64 [null],
        vat_request_date: String [null],
        vat_request_id: String [null],
        vat_request_success: i64 [null],
        extension_attributes: Json [null],
    }
}

dto! {
    /// `Magento\Sales\Api\Data\OrderStatusHistoryInterface`
    pub struct StatusHistory {
        comment: String,
        created_at: String [null],
        entity_id: i64 [null],
        entity_name: String [null],
        is_customer_notified: i64,
        is_visible_on_front: i64,
        parent_id: i64,
        status: String [null],
        extension_attributes: Json [null],
    }
}

dto! {
    /// `Magento\Sales\Api\Data\ShippingAssignmentInterface`
    pub struct ShippingAssignment {
        shipping: Shipping,
        items: Vec<OrderItem>,
        stock_id: i64 [null],
        extension_attributes: Json [null],
    }
}

dto! {
    /// `Magento\Sales\Api\Data\ShippingInterface`
    pub struct Shipping {
        address: OrderAddress [null],
        method: String [null],
        total: Total [null],
        extension_attributes: Json [null],
    }
}

dto! {
    /// `Magento\Sales\Api\Data\TotalInterface`
    pub struct Total {
        base_shipping_amount: f64 [null],
        base_shipping_canceled: f64 [null],
        base_shipping_discount_amount: f64 [null],
        base_shipping_discount_tax_compensation_amnt: f64 [null],
        base_shipping_incl_tax: f64 [null],
        base_shipping_invoiced: f64 [null],
        base_shipping_refunded: f64 [null],
        base_shipping_tax_amount: f64 [null],
        base_shipping_tax_refunded: f64 [null],
        shipping_amount: f64 [null],
        shipping_canceled: f64 [null],
        shipping_discount_amount: f64 [null],
        shipping_discount_tax_compensation_amount: f64 [null],
        shipping_incl_tax: f64 [null],
        shipping_invoiced: f64 [null],
        shipping_refunded: f64 [null],
        shipping_tax_amount: f64 [null],
        shipping_tax_refunded: f64 [null],
        extension_attributes: Json [null],
    }
}
