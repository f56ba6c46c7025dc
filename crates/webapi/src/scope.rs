//! The store view that an address names.
//!
//! In: a raw path, `/rest/{store}/V1/…` or what else may stand there. Out: the store view, and the
//! path below it.

use ferrite_base::{Fault, Kind, Phrase, StoreScope};
use ferrite_settings::Settings;

/// Cuts `/rest` and the store code off the raw path of a route.
pub fn scope<'a>(settings: &Settings, path: &'a str) -> Result<(StoreScope, &'a str), Fault> {
    let (scope, path) = place(settings, path)?;
    let version = path.strip_prefix('V').and_then(|tail| tail.bytes().next());
    if version.is_some_and(|digit| digit.is_ascii_digit()) {
        Ok((scope, path))
    } else {
        Err(cannot_be_processed())
    }
}

/// The store view of a raw path, and what stands below it.
pub fn place<'a>(settings: &Settings, path: &'a str) -> Result<(StoreScope, &'a str), Fault> {
    let behind = || path.split_once("/rest").map(|(_, rest)| rest);
    let after = path
        .strip_prefix("/rest")
        .or_else(behind)
        .ok_or_else(cannot_be_processed)?;
    let after = after.trim_start_matches('/');
    let stores = settings.stores();
    let (first, rest) = after.split_once('/').unwrap_or((after, ""));
    Ok(if first == "all" {
        (StoreScope::admin(), rest)
    } else if let Some(store) = stores.by_code(first).filter(|store| store.id != 0) {
        (store.scope(), rest)
    } else {
        (stores.default_scope(), after)
    })
}

fn cannot_be_processed() -> Fault {
    let phrase = Phrase::new("Specified request cannot be processed.");
    Fault::new(Kind::Request, phrase)
}
