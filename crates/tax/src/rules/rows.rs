//! What is stored of a rule.

use ferrite_base::Fault;
use ferrite_storage::{Collection, Error, Field, Scalar, Tx, serde_document};
use serde::{Deserialize, Serialize};

use crate::classes::{ClassType, TaxClass};

/// A rule.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Rule {
    /// Its row.
    pub(crate) id: i64,
    /// Its name, unique.
    pub(crate) code: String,
    /// Rules of one priority add up; those of a later one come on top.
    pub(crate) priority: i64,
    /// Its place in lists.
    pub(crate) position: i64,
    /// The classes of customers.
    pub(crate) customer_class_ids: Vec<i64>,
    /// The classes of products.
    pub(crate) product_class_ids: Vec<i64>,
    /// The rates.
    pub(crate) rate_ids: Vec<i64>,
    /// Whether it is reckoned from the subtotal alone.
    pub(crate) calculate_subtotal: bool,
}

serde_document!(Rule);

/// All rules.
pub(crate) static RULES: Collection<Rule> = Collection {
    name: "tax_calculation_rule",
    fields: &[
        Field::unique_text("code", |rule: &Rule| Some(Scalar::from(rule.code.as_str()))),
        Field::int("priority", |rule: &Rule| Some(Scalar::from(rule.priority))),
        Field::int("position", |rule: &Rule| Some(Scalar::from(rule.position))),
        Field::int("calculate_subtotal", |rule: &Rule| {
            Some(Scalar::from(i64::from(rule.calculate_subtotal)))
        })
        .without_index(),
    ],
};

/// The fields that rules are found by through their parts.
pub(super) const RATE: &str = "tax_calculation_rate_id";
pub(super) const CUSTOMER: &str = "customer_tax_class_id";
pub(super) const PRODUCT: &str = "product_tax_class_id";
pub(super) const PARTS: [&str; 3] = [RATE, CUSTOMER, PRODUCT];

/// A class or a rate that a rule names.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RulePart {
    pub(crate) id: i64,
    pub(crate) rule_id: i64,
    /// One of [`PARTS`].
    field: String,
    value: i64,
}

serde_document!(RulePart);

impl RulePart {
    fn of(&self, field: &str) -> Option<Scalar> {
        (self.field == field).then(|| Scalar::from(self.value))
    }
}

/// All that rules name.
pub(crate) static RULE_PARTS: Collection<RulePart> = Collection {
    name: "tax_calculation",
    fields: &[
        Field::int("rule_id", |part: &RulePart| {
            Some(Scalar::from(part.rule_id))
        }),
        Field::int(RATE, |part: &RulePart| part.of(RATE)),
        Field::int(CUSTOMER, |part: &RulePart| part.of(CUSTOMER)),
        Field::int(PRODUCT, |part: &RulePart| part.of(PRODUCT)),
    ],
};

/// Writes what a rule names.
pub(super) fn set_parts(tx: &mut Tx<'_>, rule: &Rule) -> Result<(), Error> {
    forget_parts(tx, rule.id)?;
    let lists = [
        (RATE, &rule.rate_ids),
        (CUSTOMER, &rule.customer_class_ids),
        (PRODUCT, &rule.product_class_ids),
    ];
    for (field, ids) in lists {
        for value in ids {
            let mut part = RulePart {
                id: 0,
                rule_id: rule.id,
                field: field.to_owned(),
                value: *value,
            };
            RULE_PARTS.insert(tx, &mut part)?;
        }
    }
    Ok(())
}

/// Takes away what a rule names.
pub(super) fn forget_parts(tx: &mut Tx<'_>, rule_id: i64) -> Result<(), Error> {
    RULE_PARTS.delete_by(tx, "rule_id", &Scalar::from(rule_id))?;
    Ok(())
}

/// Whether a rule names a rate.
pub(crate) fn use_rate(tx: &mut Tx<'_>, rate_id: i64) -> Result<bool, Fault> {
    Ok(RULE_PARTS.find(tx, RATE, &Scalar::from(rate_id))?.is_some())
}

/// Whether a rule names a class.
pub(crate) fn use_class(tx: &mut Tx<'_>, class: &TaxClass) -> Result<bool, Fault> {
    let field = match class.class_type {
        ClassType::Customer => CUSTOMER,
        ClassType::Product => PRODUCT,
    };
    Ok(RULE_PARTS
        .find(tx, field, &Scalar::from(class.id))?
        .is_some())
}
