//! Objects that Magento makes through their constructors: what these need has to be sent, under the
//! very names of their parameters.

use ferrite_base::Fault;
use ferrite_webapi::Json;
use ferrite_webapi::dto::Wire;

/// Reads such an object.
pub(crate) fn read<T: Wire + Default>(value: &Json, needed: &[&str]) -> Result<T, Fault> {
    let is_missing = |name: &&&str| value.get(**name).is_none_or(Json::is_null);
    let missing: Vec<&str> = needed.iter().filter(is_missing).copied().collect();
    if !missing.is_empty() {
        return Err(Fault::required(missing));
    }
    Ok(T::from_value(value)?.unwrap_or_default())
}

/// Reads a list of them; whatever is no list is an empty one.
pub(crate) fn read_all<T: Wire + Default>(
    value: Option<&Json>,
    needed: &[&str],
) -> Result<Vec<T>, Fault> {
    let elements: Vec<&Json> = match value {
        Some(Json::Array(list)) => list.iter().collect(),
        Some(Json::Object(map)) => map.values().collect(),
        _ => Vec::new(),
    };
    elements
        .into_iter()
        .map(|element| read(element, needed))
        .collect()
}
