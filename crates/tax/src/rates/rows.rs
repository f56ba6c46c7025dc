//! What is stored of a rate, and which there are after an installation.

use std::collections::BTreeMap;

use ferrite_base::Amount;
use ferrite_storage::{Collection, Error, Field, Scalar, Tx, serde_document};
use serde::{Deserialize, Serialize};

/// The largest percentage that its `decimal(12,4)` column holds, in ten thousandths.
const LARGEST: i64 = 999_999_999_999;

/// How many digits the column keeps behind the point.
const DIGITS: u32 = 4;

/// A rate.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Rate {
    /// Its row.
    pub(crate) id: i64,
    /// Its country.
    pub(crate) country_id: String,
    /// Its region; 0 is all of the country.
    pub(crate) region_id: i64,
    /// Its postcode, in which `*` stands for any rest; of a range `from-to`.
    pub(crate) postcode: String,
    /// Its postcodes, where they are a range.
    pub(crate) range: Option<Range>,
    /// The percentage, in ten thousandths.
    pub(crate) rate: i64,
    /// Its name, unique.
    pub(crate) code: String,
    /// What customers see it called, by store view.
    pub(crate) titles: BTreeMap<i64, String>,
}

/// A range of postcodes, both ends included.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Range {
    pub(crate) from: i64,
    pub(crate) to: i64,
}

serde_document!(Rate);

impl Rate {
    /// The percentage.
    pub(super) fn percentage(&self) -> Amount {
        Amount::from_scaled(self.rate, DIGITS)
    }

    /// The code of its region, where it has one.
    pub(super) fn region_code(&self) -> Option<&'static str> {
        super::region_code(self.region_id)
    }
}

/// A percentage as it is kept; none where it is beyond what the column holds.
pub(super) fn ten_thousandths(rate: Amount) -> Option<i64> {
    let is_within = rate.abs() <= Amount::from_scaled(LARGEST, DIGITS);
    is_within.then(|| rate.scaled(DIGITS))
}

/// All rates.
pub(crate) static RATES: Collection<Rate> = Collection {
    name: "tax_calculation_rate",
    fields: &[
        Field::unique_text("code", |rate: &Rate| Some(Scalar::from(rate.code.as_str()))),
        Field::text("tax_country_id", |rate: &Rate| {
            Some(Scalar::from(rate.country_id.as_str()))
        }),
        Field::int("tax_region_id", |rate: &Rate| {
            Some(Scalar::from(rate.region_id))
        }),
        Field::text("region_name", |rate: &Rate| {
            rate.region_code().map(Scalar::from)
        }),
        Field::text("tax_postcode", |rate: &Rate| {
            Some(Scalar::from(rate.postcode.as_str()))
        }),
        Field::decimal("rate", |rate: &Rate| Some(Scalar::from(rate.rate * 100))),
        Field::int("zip_is_range", |rate: &Rate| {
            rate.range.map(|_| Scalar::from(1))
        })
        .without_index(),
        Field::int("zip_from", |rate: &Rate| {
            rate.range.map(|range| Scalar::from(range.from))
        })
        .without_index(),
        Field::int("zip_to", |rate: &Rate| {
            rate.range.map(|range| Scalar::from(range.to))
        })
        .without_index(),
    ],
};

/// Writes the rates of a fresh install.
pub(crate) fn install(tx: &mut Tx<'_>) -> Result<(), Error> {
    let rates = [
        (1, 12, 82_500, "US-CA-*-Rate 1"),
        (2, 43, 83_750, "US-NY-*-Rate 1"),
    ];
    for (id, region_id, rate, code) in rates {
        let rate = Rate {
            id,
            country_id: "US".to_owned(),
            region_id,
            postcode: "*".to_owned(),
            range: None,
            rate,
            code: code.to_owned(),
            titles: BTreeMap::new(),
        };
        RATES.insert_as(tx, &rate)?;
    }
    Ok(())
}
