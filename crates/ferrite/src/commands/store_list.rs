//! `store:list` and `store:website:list`: the scope tree as tables.

use std::process::ExitCode;

use crate::console::{Context, Entry, Exists, NoOptions, Outcome, output, table};

/// `store:list`
pub static STORES: Entry<NoOptions> = Entry {
    name: "store:list",
    description: "Lists the store views",
    exists: Exists::Installed,
    run: stores,
};

/// `store:website:list`
pub static WEBSITES: Entry<NoOptions> = Entry {
    name: "store:website:list",
    description: "Lists the websites",
    exists: Exists::Installed,
    run: websites,
};

/// Where a store view or website stands among its siblings: nobody can choose another place.
const SORT_ORDER: &str = "0";

fn stores(context: &Context, _: NoOptions) -> Outcome {
    let stores = context.settings(context.open()?).stores();
    let row = |view: &ferrite_settings::StoreView| {
        vec![
            view.id.to_string(),
            view.website_id.to_string(),
            view.store_group_id.to_string(),
            view.name.clone(),
            view.code.clone(),
            SORT_ORDER.to_owned(),
            view.is_active.to_string(),
        ]
    };
    let rows: Vec<_> = stores.views.iter().map(row).collect();
    let heads = [
        "ID",
        "Website ID",
        "Group ID",
        "Name",
        "Code",
        "Sort Order",
        "Is Active",
    ];
    output::lines(table::drawn(&heads, &rows));
    Ok(ExitCode::SUCCESS)
}

fn websites(context: &Context, _: NoOptions) -> Outcome {
    let stores = context.settings(context.open()?).stores();
    let row = |site: &ferrite_settings::Website| {
        vec![
            site.id.to_string(),
            site.default_group_id.to_string(),
            site.name.clone(),
            site.code.clone(),
            SORT_ORDER.to_owned(),
            u8::from(site.is_default).to_string(),
        ]
    };
    let rows: Vec<_> = stores.websites.iter().map(row).collect();
    let heads = [
        "ID",
        "Default Group Id",
        "Name",
        "Code",
        "Sort Order",
        "Is Default",
    ];
    output::lines(table::drawn(&heads, &rows));
    Ok(ExitCode::SUCCESS)
}
