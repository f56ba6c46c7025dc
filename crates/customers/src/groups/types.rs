//! The data type of a group.

use ferrite_webapi::{Opt, dto};

use super::rows::{CustomerGroup, tax_class_name};

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
    pub(super) fn of(row: &CustomerGroup) -> Self {
        let excluded = &row.excluded_website_ids;
        let extension = (!excluded.is_empty()).then(|| GroupExtension {
            exclude_website_ids: Opt::Is(excluded.clone()),
        });
        Self {
            id: row.id.into(),
            code: row.code.as_str().into(),
            tax_class_id: row.tax_class_id.into(),
            tax_class_name: tax_class_name(row.tax_class_id).map(str::to_owned).into(),
            extension_attributes: extension.into(),
        }
    }
}
