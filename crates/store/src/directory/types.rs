//! The types of `/V1/directory/…`.

use ferrite_base::Amount;
use ferrite_webapi::{Opt, dto};

use super::countries;

dto! {
    /// `Magento\Directory\Api\Data\CountryInformationInterface`
    pub struct Country {
        id: String,
        two_letter_abbreviation: String,
        three_letter_abbreviation: String,
        full_name_locale: String,
        full_name_english: String,
        available_regions: Vec<Region> [null],
    }
}

dto! {
    /// `Magento\Directory\Api\Data\RegionInformationInterface`
    pub struct Region {
        id: String,
        code: String,
        name: String,
    }
}

dto! {
    /// `Magento\Directory\Api\Data\CurrencyInformationInterface`
    pub struct Currency {
        base_currency_code: String,
        base_currency_symbol: String,
        default_display_currency_code: String,
        default_display_currency_symbol: String,
        available_currency_codes: Vec<String>,
        exchange_rates: Vec<ExchangeRate>,
    }
}

dto! {
    /// `Magento\Directory\Api\Data\ExchangeRateInterface`
    pub struct ExchangeRate {
        currency_to: String,
        rate: Amount,
    }
}

impl Country {
    /// What the Web API shows of a country.
    pub fn of(country: &countries::Country) -> Self {
        let regions: Vec<Region> = country.regions.iter().map(Region::of).collect();
        Self {
            id: country.id.clone().into(),
            two_letter_abbreviation: country.iso2.clone().into(),
            three_letter_abbreviation: country.iso3.clone().into(),
            full_name_locale: country.name.clone().into(),
            full_name_english: country.name.clone().into(),
            available_regions: if regions.is_empty() {
                Opt::Absent
            } else {
                regions.into()
            },
        }
    }
}

impl Region {
    fn of(region: &countries::Region) -> Self {
        Self {
            id: region.id.to_string().into(),
            code: region.code.clone().into(),
            name: region.name.clone().into(),
        }
    }
}
