//! The countries and regions of a fresh store, as data.

use std::sync::LazyLock;

/// A country that addresses can be in.
#[derive(Debug)]
pub struct Country {
    /// Its id, the two-letter code.
    pub id: String,
    /// ISO 3166-1 alpha-2.
    pub iso2: String,
    /// ISO 3166-1 alpha-3.
    pub iso3: String,
    /// Its English name; the Netherlands Antilles, which are no more, have none.
    pub name: Option<String>,
    /// Its regions, by name.
    pub regions: Vec<Region>,
}

/// A state or province.
#[derive(Debug)]
pub struct Region {
    /// Its id, the order in which an installation writes it.
    pub id: i64,
    /// Its code within the country.
    pub code: String,
    /// Its English name.
    pub name: String,
}

static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(read);

/// All countries, by id.
pub fn all() -> &'static [Country] {
    &COUNTRIES
}

/// The country of this id, as written.
pub fn find(id: &str) -> Option<&'static Country> {
    COUNTRIES.iter().find(|country| country.id == id)
}

fn read() -> Vec<Country> {
    let mut countries: Vec<Country> = rows(include_str!("../../data/countries.csv"))
        .into_iter()
        .filter_map(|row| {
            let [id, iso2, iso3, name] = <[String; 4]>::try_from(row).ok()?;
            let name = Some(name).filter(|name| !name.is_empty());
            Some(Country {
                id,
                iso2,
                iso3,
                name,
                regions: Vec::new(),
            })
        })
        .collect();
    for row in rows(include_str!("../../data/regions.csv")) {
        let Ok([id, country, code, name]) = <[String; 4]>::try_from(row) else {
            continue;
        };
        let found = countries.iter_mut().find(|found| found.id == country);
        if let (Some(country), Ok(id)) = (found, id.parse()) {
            country.regions.push(Region { id, code, name });
        }
    }
    for country in &mut countries {
        country
            .regions
            .sort_by(|left, right| left.name.cmp(&right.name));
    }
    countries
}

fn rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let records = reader.records().filter_map(Result::ok);
    records
        .map(|record| record.iter().map(str::to_owned).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_data_is_read() {
        assert_eq!(all().len(), 249);
        let regions: usize = all().iter().map(|country| country.regions.len()).sum();
        let written = include_str!("../../data/regions.csv").lines().count() - 1;
        assert_eq!(regions, written);
        assert_eq!(find("AU").unwrap().regions[0].code, "ACT");
        assert!(find("us").is_none());
    }
}
