//! What an address must have, by the rules of its country.

use ferrite_base::{Fault, Phrase, StoreScope};
use ferrite_settings::Settings;
use ferrite_store::countries;
use ferrite_webapi::Opt;

use super::region_id;
use crate::checks::invalid_value;
use crate::types::Address;

const MOST_STREET_LINES: usize = 2;

/// The rules of a store view.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    allowed: Vec<String>,
    without_postcode: Vec<String>,
    with_state: Vec<String>,
}

impl Rules {
    /// As they are configured.
    pub(crate) fn of(settings: &Settings, store: &StoreScope) -> Self {
        let list = |path: &str| {
            let text = settings.text(path, store);
            let parts = text.split(',').map(str::trim);
            parts
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        Self {
            allowed: list("general/country/allow"),
            without_postcode: list("general/country/optional_zip_countries"),
            with_state: list("general/region/state_required"),
        }
    }

    /// Whether addresses may be in a country; nothing configured allows all.
    pub(crate) fn allows(&self, country_id: &str) -> bool {
        let is_allowed = self.allowed.is_empty() || is_in(&self.allowed, country_id);
        is_allowed && countries::find(country_id).is_some()
    }

    /// The addresses of a new customer as they are to be stored: no id that was sent is of one of
    /// theirs, and those in countries that are not allowed are left out.
    pub(crate) fn new_ones(&self, sent: &[Address]) -> Vec<Address> {
        let country = |one: &Address| one.country_id.value().unwrap_or_default();
        let allowed = sent.iter().filter(|one| self.allows(&country(one)));
        let fresh = |one: &Address| Address {
            id: Opt::Absent,
            ..one.clone()
        };
        allowed.map(fresh).collect()
    }

    /// Refuses an address that is not whole, with everything that is wrong with it.
    pub(crate) fn check(&self, address: &Address) -> Result<(), Fault> {
        let mut wrong = self.missing(address);
        self.check_country(address, &mut wrong);
        if wrong.is_empty() {
            return Ok(());
        }
        Err(Fault::several(wrong))
    }

    fn missing(&self, address: &Address) -> Vec<Phrase> {
        let given = |text: Option<&String>| text.is_some_and(|text| !text.trim().is_empty());
        let country_id = address.country_id.get().map_or("", String::as_str);
        let street = address.street.get();
        let needed = [
            ("firstname", given(address.firstname.get())),
            ("lastname", given(address.lastname.get())),
            ("street", street.is_some_and(|lines| given(lines.first()))),
            ("city", given(address.city.get())),
            ("telephone", given(address.telephone.get())),
            (
                "postcode",
                is_in(&self.without_postcode, country_id) || given(address.postcode.get()),
            ),
        ];
        let missing = needed.iter().filter(|(_, is_there)| !is_there);
        let mut found: Vec<Phrase> = missing
            .map(|(field, _)| Fault::required_phrase(field))
            .collect();
        if street.map_or(0, Vec::len) > MOST_STREET_LINES {
            let text = "\"Street Address\" cannot contain more than 2 lines.";
            found.push(Phrase::new(text));
        }
        found
    }

    fn check_country(&self, address: &Address, wrong: &mut Vec<Phrase>) {
        let country_id = address.country_id.get().map_or("", String::as_str);
        if country_id.is_empty() {
            wrong.push(Fault::required_phrase("countryId"));
            return;
        }
        let country = countries::find(country_id).filter(|_| self.allows(country_id));
        let Some(country) = country else {
            wrong.push(invalid_value("countryId", country_id));
            return;
        };
        let needs_state = is_in(&self.with_state, country_id);
        let name = address.region.get().and_then(|region| region.region.get());
        match region_id(address, &country.regions) {
            None if needs_state && !country.regions.is_empty() => {
                wrong.push(Fault::required_phrase("regionId"));
            }
            None if needs_state && name.is_none_or(|name| name.trim().is_empty()) => {
                wrong.push(Fault::required_phrase("region"));
            }
            Some(id)
                if !country.regions.is_empty()
                    && country.regions.iter().all(|one| one.id != id) =>
            {
                wrong.push(invalid_value("regionId", id.to_string()));
            }
            _ => {}
        }
    }
}

fn is_in(list: &[String], id: &str) -> bool {
    list.iter().any(|one| one == id)
}

#[cfg(test)]
mod tests {
    use ferrite_webapi::dto::Wire as _;
    use serde_json::{Value, json};

    use super::*;
    use crate::tests::World;

    fn problem(changes: Value) -> Option<String> {
        let world = World::new();
        let mut address = json!({
            "firstname": "A", "lastname": "B", "street": ["x"], "city": "Y", "postcode": "1",
            "telephone": "1", "country_id": "DE",
        });
        for (name, value) in changes.as_object().unwrap() {
            address[name] = value.clone();
        }
        let rules = Rules::of(&Settings::new(world.db.clone()), &StoreScope::admin());
        let address = Address::from_value(&address).unwrap().unwrap();
        rules.check(&address).err().map(|fault| fault.to_string())
    }

    #[test]
    fn a_country_says_what_is_needed() {
        assert_eq!(problem(json!({})), None);
        assert_eq!(problem(json!({"country_id": "GB", "postcode": ""})), None);
        let required = |field: &str| Some(format!("\"{field}\" is required. Enter and try again."));
        assert_eq!(problem(json!({"postcode": " "})), required("postcode"));
        assert_eq!(problem(json!({"country_id": "US"})), required("regionId"));
        assert_eq!(problem(json!({"country_id": ""})), required("countryId"));
        let wrong = "Invalid value of \"QQ\" provided for the countryId field.";
        assert_eq!(problem(json!({"country_id": "QQ"})).as_deref(), Some(wrong));
        let wrong = "Invalid value of \"57\" provided for the regionId field.";
        assert_eq!(problem(json!({"region_id": 57})).as_deref(), Some(wrong));
    }
}
