//! The data type of a group.

use ferrite_storage::Error;
use ferrite_tax::classes::customer_class_name;
use ferrite_webapi::{Opt, Tx, dto};

use super::rows::CustomerGroup;

dto! {
    /// `Magento\Customer\Api\Data\GroupInterface`
    pub struct Group {
        id: i64 [null],
        code: String,
        tax_class_id: i64,
        tax_class_name: String [null],
        extension_attributes: GroupExtension [null],
    }
}

dto! {
    /// `Magento\Customer\Api\Data\GroupExtensionInterface`
    pub struct GroupExtension {
        exclude_website_ids: Vec<i64> [null],
    }
}

impl Group {
    /// A group as answers show it.
    pub(super) fn of(tx: &mut Tx<'_>, row: &CustomerGroup) -> Result<Self, Error> {
        let excluded = &row.excluded_website_ids;
        let extension = (!excluded.is_empty()).then(|| GroupExtension {
            exclude_website_ids: Opt::Is(excluded.clone()),
        });
        Ok(Self {
            id: row.id.into(),
            code: row.code.as_str().into(),
            tax_class_id: row.tax_class_id.into(),
            tax_class_name: customer_class_name(tx, row.tax_class_id)?.into(),
            extension_attributes: extension.into(),
        })
    }
}
