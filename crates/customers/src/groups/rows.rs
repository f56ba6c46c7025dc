//! What is stored of groups, and which there are after an installation.

use ferrite_base::Fault;
use ferrite_storage::{Collection, Error, Field, Scalar, Tx, serde_document};
use ferrite_tax::{ClassType, ClassUser};
use serde::{Deserialize, Serialize};

/// How many characters of a code are kept.
pub(super) const CODE_LENGTH: usize = 32;

/// The tax class of customers that a fresh install has.
pub(super) const RETAIL_CUSTOMER: i64 = 3;

/// A group of customers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct CustomerGroup {
    /// Its id; 0 is the group of whoever is not logged in.
    pub(crate) id: i64,
    /// Its name, unique.
    pub(crate) code: String,
    /// The tax class of its customers.
    pub(crate) tax_class_id: i64,
    /// The websites that are closed to it.
    #[serde(default)]
    pub(crate) excluded_website_ids: Vec<i64>,
}

serde_document!(CustomerGroup);

/// All groups.
pub(crate) static GROUPS: Collection<CustomerGroup> = Collection {
    name: "customer_group",
    fields: &[
        Field::unique_text("code", |group: &CustomerGroup| {
            Some(Scalar::from(group.code.as_str()))
        }),
        Field::int("tax_class_id", |group: &CustomerGroup| {
            Some(Scalar::from(group.tax_class_id))
        }),
    ],
};

/// Groups hold the tax classes of customers.
pub struct GroupsOfTaxClass;

impl ClassUser for GroupsOfTaxClass {
    fn class_type(&self) -> ClassType {
        ClassType::Customer
    }

    fn things(&self) -> &'static str {
        "customer group"
    }

    fn uses(&self, tx: &mut Tx<'_>, class_id: i64) -> Result<bool, Fault> {
        let found = GROUPS.find(tx, "tax_class_id", &Scalar::from(class_id))?;
        Ok(found.is_some())
    }
}

/// Writes the groups of a fresh install.
pub fn install(tx: &mut Tx<'_>) -> Result<(), Error> {
    let codes = ["NOT LOGGED IN", "General", "Wholesale", "Retailer"];
    for (id, code) in (0..).zip(codes) {
        let group = CustomerGroup {
            id,
            code: code.to_owned(),
            tax_class_id: RETAIL_CUSTOMER,
            excluded_website_ids: Vec::new(),
        };
        GROUPS.insert_as(tx, &group)?;
    }
    Ok(())
}

/// Writes them into a store from before there were groups.
pub fn fill(tx: &mut Tx<'_>) -> Result<(), Error> {
    if GROUPS.count(tx)? == 0 {
        install(tx)?;
    }
    Ok(())
}
