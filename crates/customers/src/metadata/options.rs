//! What the selects among the attributes offer.

use ferrite_base::Fault;
use ferrite_store::countries;
use ferrite_webapi::{Call, Tx};

use super::types::AttributeOption;
use crate::groups::GROUPS;

const GENDERS: [(&str, &str); 3] = [("1", "Male"), ("2", "Female"), ("3", "Not Specified")];

/// The options of a source; none where there is no such source.
pub(super) fn of(
    call: &Call,
    tx: &mut Tx<'_>,
    source: &str,
) -> Result<Vec<AttributeOption>, Fault> {
    Ok(match source {
        "gender" => {
            let genders = GENDERS.iter().map(|(value, label)| option(label, value));
            std::iter::once(nothing()).chain(genders).collect()
        }
        "group" => groups(tx)?,
        "website" => {
            let stores = call.settings().stores();
            let sites = stores.websites.iter().filter(|site| site.id != 0);
            sites
                .map(|site| option(&site.name, &site.id.to_string()))
                .collect()
        }
        "store" => store_views(call),
        "country" => countries(),
        "region" => regions(),
        _ => Vec::new(),
    })
}

fn option(label: &str, value: &str) -> AttributeOption {
    AttributeOption {
        label: label.into(),
        value: value.into(),
        ..AttributeOption::default()
    }
}

/// The option that chooses nothing.
fn nothing() -> AttributeOption {
    option(" ", "")
}

/// The groups that customers can be in: all but that of whoever is not logged in.
fn groups(tx: &mut Tx<'_>) -> Result<Vec<AttributeOption>, Fault> {
    let groups = GROUPS.all(tx)?;
    let groups = groups.iter().filter(|group| group.id != 0);
    Ok(groups
        .map(|group| option(&group.code, &group.id.to_string()))
        .collect())
}

/// Store views below their store groups.
fn store_views(call: &Call) -> Vec<AttributeOption> {
    let stores = call.settings().stores();
    let groups = stores.groups.iter().filter(|group| group.id != 0);
    groups
        .map(|group| {
            let views = stores.views.iter();
            let views = views.filter(|view| view.store_group_id == group.id);
            let views = views.map(|view| option(&view.name, &view.id.to_string()));
            AttributeOption {
                label: group.name.as_str().into(),
                options: views.collect::<Vec<_>>().into(),
                ..AttributeOption::default()
            }
        })
        .collect()
}

fn countries() -> Vec<AttributeOption> {
    let named = countries::all().iter().filter_map(|country| {
        let name = country.name.as_deref()?;
        Some((name, country.id.as_str()))
    });
    let mut named: Vec<_> = named.collect();
    named.sort_unstable();
    let countries = named.into_iter().map(|(name, id)| option(name, id));
    std::iter::once(nothing()).chain(countries).collect()
}

fn regions() -> Vec<AttributeOption> {
    let label = "Please select a region, state or province.";
    let regions = countries::all().iter().flat_map(|country| &country.regions);
    let regions = regions.map(|region| option(&region.name, &region.id.to_string()));
    std::iter::once(option(label, "")).chain(regions).collect()
}
