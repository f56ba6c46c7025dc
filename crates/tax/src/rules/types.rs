//! The data type of rules.

use ferrite_webapi::dto::NoExtension;
use ferrite_webapi::{Opt, dto};

use super::rows::Rule;

dto! {
    /// `Magento\Tax\Api\Data\TaxRuleInterface`
    pub struct TaxRule {
        id: i64 [null],
        code: String,
        priority: i64,
        position: i64,
        customer_tax_class_ids: Vec<i64>,
        product_tax_class_ids: Vec<i64>,
        tax_rate_ids: Vec<i64>,
        calculate_subtotal: bool [null],
        extension_attributes: NoExtension [null],
    }
}

impl TaxRule {
    /// A rule as answers show it.
    pub(super) fn of(rule: &Rule) -> Self {
        Self {
            id: rule.id.into(),
            code: rule.code.as_str().into(),
            priority: rule.priority.into(),
            position: rule.position.into(),
            customer_tax_class_ids: rule.customer_class_ids.clone().into(),
            product_tax_class_ids: rule.product_class_ids.clone().into(),
            tax_rate_ids: rule.rate_ids.clone().into(),
            calculate_subtotal: rule.calculate_subtotal.into(),
            extension_attributes: Opt::Absent,
        }
    }
}
