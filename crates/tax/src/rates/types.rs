//! The data types of rates.

use ferrite_base::Amount;
use ferrite_webapi::dto::NoExtension;
use ferrite_webapi::{Opt, dto};

use super::rows::Rate;

dto! {
    /// `Magento\Tax\Api\Data\TaxRateInterface`
    pub struct TaxRate {
        id: i64 [null],
        tax_country_id: String,
        tax_region_id: i64 [null],
        region_name: String [null],
        tax_postcode: String [null],
        zip_is_range: i64 [null],
        zip_from: i64 [null],
        zip_to: i64 [null],
        rate: Amount,
        code: String,
        titles: Vec<Title> [null],
        extension_attributes: NoExtension [null],
    }
}

dto! {
    /// `Magento\Tax\Api\Data\TaxRateTitleInterface`
    pub struct Title {
        store_id: String,
        value: String,
        extension_attributes: NoExtension [null],
    }
}

impl TaxRate {
    /// A rate as answers show it.
    pub(super) fn of(rate: &Rate) -> Self {
        let title = |(store_id, text): (&i64, &String)| Title {
            store_id: store_id.to_string().into(),
            value: text.as_str().into(),
            ..Title::default()
        };
        let range = rate.range;
        Self {
            id: rate.id.into(),
            tax_country_id: rate.country_id.as_str().into(),
            tax_region_id: rate.region_id.into(),
            region_name: rate.region_code().map(str::to_owned).into(),
            tax_postcode: rate.postcode.as_str().into(),
            zip_is_range: range.map(|_| 1).into(),
            zip_from: range.map(|range| range.from).into(),
            zip_to: range.map(|range| range.to).into(),
            rate: rate.percentage().into(),
            code: rate.code.as_str().into(),
            titles: rate.titles.iter().map(title).collect::<Vec<_>>().into(),
            extension_attributes: Opt::Absent,
        }
    }
}
