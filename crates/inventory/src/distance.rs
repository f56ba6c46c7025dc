//! `/V1/inventory/get-distance…`, `get-lat…-from-address`: how far it is, as the configured provider
//! of geography tells.
//!
//! `google` asks Google Maps with a key; Ferrite asks nobody, so that it answers as a Magento without
//! one. `offline` measures the distance between two places by itself, and knows the places of no
//! address until somebody has imported them.

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_webapi::{Call, Json, Routes, Tx, dto};

use crate::constructed;
use crate::selection::Address;

const PROVIDER: &str = "cataloginventory/source_selection_distance_based/provider";
const OFFLINE: &str = "offline";

/// What an address needs.
pub(crate) const ADDRESS: [&str; 5] = ["country", "postcode", "street", "region", "city"];

const EARTH_RADIUS_KM: f64 = 6_371.0;

dto! {
    /// `Magento\InventoryDistanceBasedSourceSelectionApi\Api\Data\LatLngInterface`
    pub struct LatLng {
        lat: f64 [made],
        lng: f64 [made],
    }
}

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    routes.bind_kept(
        "GET /V1/inventory/get-distance-provider-code",
        provider_code,
    );
    routes.bind_kept("GET /V1/inventory/get-distance", distance);
    routes.bind_kept("GET /V1/inventory/get-latlng-from-address", place);
    routes.bind_kept("GET /V1/inventory/get-latslngs-from-address", place);
}

fn provider(call: &Call) -> String {
    call.settings().text(PROVIDER, &call.store).to_string()
}

/// What Google Maps without a key says.
pub(crate) fn no_key() -> Fault {
    Fault::invalid("Google API key is not defined")
}

fn provider_code(call: &Call, _: &mut Tx<'_>) -> Result<String, Fault> {
    Ok(provider(call))
}

fn distance(call: &Call, _: &mut Tx<'_>, source: Json, destination: Json) -> Result<f64, Fault> {
    let from: LatLng = constructed::read(&source, &["lat", "lng"])?;
    let to: LatLng = constructed::read(&destination, &["lat", "lng"])?;
    if provider(call) != OFFLINE {
        return Err(no_key());
    }
    Ok(between(&from, &to))
}

fn place(call: &Call, _: &mut Tx<'_>, address: Json) -> Result<Json, Fault> {
    let address: Address = constructed::read(&address, &ADDRESS)?;
    if provider(call) != OFFLINE {
        return Err(no_key());
    }
    let words = [
        &address.street,
        &address.postcode,
        &address.city,
        &address.region,
        &address.country,
    ];
    let words: Vec<String> = words.iter().filter_map(|word| word.value()).collect();
    let text = "Unknown geoname for %1";
    Err(Fault::new(
        Kind::NotFound,
        Phrase::list(text, [words.join(" ")]),
    ))
}

/// Kilometres between two places along the surface of the earth.
fn between(from: &LatLng, to: &LatLng) -> f64 {
    let radians = |degrees: Option<f64>| degrees.unwrap_or(0.0).to_radians();
    let (lat, lng) = (radians(from.lat.value()), radians(from.lng.value()));
    let (to_lat, to_lng) = (radians(to.lat.value()), radians(to.lng.value()));
    let half = |angle: f64| (angle / 2.0).sin().powi(2);
    let chord = half(to_lat - lat) + lat.cos() * to_lat.cos() * half(to_lng - lng);
    2.0 * EARTH_RADIUS_KM * chord.clamp(0.0, 1.0).sqrt().asin()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::world;

    fn place(lat: f64, lng: f64) -> LatLng {
        LatLng {
            lat: lat.into(),
            lng: lng.into(),
        }
    }

    #[test]
    fn distances_are_those_of_the_globe() {
        let (berlin, paris) = (place(52.52, 13.405), place(48.8566, 2.3522));
        let there = between(&berlin, &paris);
        assert!((there - 877.5).abs() < 2.0, "{there}");
        assert!((there - between(&paris, &berlin)).abs() < 1e-9);
        assert_eq!(between(&berlin, &berlin), 0.0);
        let around = between(&place(0.0, 0.0), &place(0.0, 180.0));
        assert!((around - std::f64::consts::PI * EARTH_RADIUS_KM).abs() < 1e-6);
    }

    #[test]
    fn the_provider_that_is_configured_answers() {
        let world = world();
        let get = |what: &str, query: &str| {
            world.admin(&format!("GET /V1/inventory/{what}?{query}"), &Json::Null)
        };
        let ends = "source[lat]=0&source[lng]=0&destination[lat]=0&destination[lng]=90";
        let address = "address[country]=DE&address[postcode]=1&address[street]=S\
                       &address[region]=R&address[city]=C";
        assert_eq!(
            get("get-distance-provider-code", ""),
            (200, json!("google"))
        );
        for (route, query) in [
            ("get-distance", ends),
            ("get-latlng-from-address", address),
            ("get-latslngs-from-address", address),
        ] {
            let (status, answer) = get(route, query);
            assert_eq!(
                (status, answer),
                (400, json!({"message": "Google API key is not defined"}))
            );
        }
        let offline =
            |tx: &mut Tx<'_>| ferrite_settings::set_default_value(tx, PROVIDER, Some(OFFLINE));
        world.db.write(offline).unwrap();
        let (status, distance) = get("get-distance", ends);
        assert_eq!(
            (status, distance.as_f64().map(f64::round)),
            (200, Some(10_008.0))
        );
        assert_eq!(get("get-latlng-from-address", address).0, 404);
        assert_eq!(get("get-distance", "source[lat]=0&source[lng]=0").0, 400);
        assert_eq!(get("get-latlng-from-address", "address[country]=DE").0, 400);
    }
}
