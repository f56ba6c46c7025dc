//! The data types of customers.

use ferrite_webapi::dto;
use ferrite_webapi::dto::{CustomAttributes, NoExtension};

dto! {
    /// `Magento\Customer\Api\Data\CustomerInterface`
    pub struct Customer {
        id: i64 [null],
        group_id: i64 [null],
        default_billing: String [null],
        default_shipping: String [null],
        confirmation: String [null],
        created_at: String [null],
        updated_at: String [null],
        created_in: String [null],
        dob: String [null],
        email: String,
        firstname: String,
        lastname: String,
        middlename: String [null],
        prefix: String [null],
        suffix: String [null],
        gender: i64 [null],
        store_id: i64 [null],
        taxvat: String [null],
        website_id: i64 [null],
        addresses: Vec<Address> [null],
        disable_auto_group_change: i64 [null],
        extension_attributes: CustomerExtension [null],
        custom_attributes: CustomAttributes [null],
    }
}

dto! {
    /// `Magento\Customer\Api\Data\CustomerExtensionInterface`
    pub struct CustomerExtension {
        is_subscribed: bool [null],
        assistance_allowed: i64 [null],
    }
}

dto! {
    /// `Magento\Customer\Api\Data\AddressInterface`
    pub struct Address {
        id: i64 [null],
        customer_id: i64 [null],
        region: Region [null],
        region_id: i64 [null],
        country_id: String [null],
        street: Vec<String> [null],
        company: String [null],
        telephone: String [null],
        fax: String [null],
        postcode: String [null],
        city: String [null],
        firstname: String [null],
        lastname: String [null],
        middlename: String [null],
        prefix: String [null],
        suffix: String [null],
        vat_id: String [null],
        default_shipping: bool [null],
        default_billing: bool [null],
        extension_attributes: NoExtension [null],
        custom_attributes: CustomAttributes [null],
    }
}

dto! {
    /// `Magento\Customer\Api\Data\RegionInterface`
    pub struct Region {
        region_code: String,
        region: String,
        region_id: i64,
        extension_attributes: NoExtension [null],
    }
}

dto! {
    /// `Magento\Customer\Api\Data\ValidationResultsInterface`
    pub struct ValidationResults {
        valid: bool,
        messages: Vec<String>,
    }
}
