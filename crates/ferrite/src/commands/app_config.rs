//! `app:config:…`: between the store and `app/etc/config.php`, which goes with the code.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use ferrite_base::{Fault, StoreScope};
use ferrite_settings::{DECLARED, PANEL_PATH, Settings, Stores, add_store_view, is_secret};
use ferrite_storage::Db;
use serde_json::{Map, Value, json};

use super::config::{held, is_imported, note_imported, refuse};
use crate::console::output::{lines, say};
use crate::console::{Context, Entry, Exists, NoOptions, Outcome};
use crate::deployment::{Deployment, Pool};
use crate::project::Project;

/// `app:config:dump`
pub static DUMP: Entry<DumpOptions> = Entry {
    name: "app:config:dump",
    description: "Writes the store's configuration into app/etc/config.php",
    exists: Exists::Installed,
    run: dump,
};

/// `app:config:import`
pub static IMPORT: Entry<NoOptions> = Entry {
    name: "app:config:import",
    description: "Takes what the configuration files hold into the store",
    exists: Exists::Installed,
    run: |context, _| match import(&context.project, &context.open()?) {
        Ok(texts) => {
            lines(texts);
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => refuse(&format!("Import failed: {error:#}")),
    },
};

/// `app:config:status`
pub static STATUS: Entry<NoOptions> = Entry {
    name: "app:config:status",
    description: "Shows whether the configuration files have to be imported",
    exists: Exists::Installed,
    run: status,
};

/// Options of `app:config:dump`.
#[derive(Args)]
pub struct DumpOptions {
    /// scopes, themes, system, i18n; all without one
    #[arg(num_args = 0..)]
    config_types: Vec<String>,
}

/// The types in the registry's order.
pub const TYPES: [&str; 4] = ["scopes", "themes", "system", "i18n"];

/// Paths whose values are one machine's: they stay out of a file that goes with the code.
const OF_A_MACHINE: [&str; 6] = [
    PANEL_PATH,
    "system/deploy/mode",
    "web/unsecure/base_url",
    "web/secure/base_url",
    "web/proxies/trusted_proxies",
    "web/hosts/allowed_hosts",
];

fn dump(context: &Context, options: DumpOptions) -> Outcome {
    let is_meant = |name: &&str| {
        options.config_types.is_empty() || options.config_types.iter().any(|one| one == name)
    };
    let types: Vec<&str> = TYPES.into_iter().filter(is_meant).collect();
    if types.is_empty() {
        return refuse("Nothing dumped. Check the config types specified and try again");
    }
    let db = context.open()?;
    let settings = context.settings(db.clone());
    let mut file = Deployment::edit(&context.project, Pool::Shared)?;
    let mut left_out = Vec::new();
    for name in &types {
        let value = match *name {
            "scopes" => scopes(&settings.stores()),
            "system" => {
                let (values, left) = system(&settings);
                left_out = left;
                values
            }
            _ => Value::Object(Map::new()),
        };
        file.set(&[name], value);
    }
    file.write()?;
    note_imported(&context.project, &db)?;
    if !left_out.is_empty() {
        say!("Values of this machine alone were left out; app/etc/env.php can hold them:");
        left_out.iter().for_each(|path| say!("{path}"));
    }
    say!("Done. Config types dumped: {}", types.join(", "));
    Ok(ExitCode::SUCCESS)
}

/// Websites, groups and store views as Magento's file has them.
fn scopes(stores: &Stores) -> Value {
    let websites = stores.websites.iter().map(|site| {
        let row = json!({
            "website_id": site.id.to_string(), "code": site.code, "name": site.name,
            "sort_order": "0", "default_group_id": site.default_group_id.to_string(),
            "is_default": u8::from(site.is_default).to_string(),
        });
        (site.code.clone(), row)
    });
    let groups = stores.groups.iter().map(|group| {
        let row = json!({
            "group_id": group.id.to_string(), "website_id": group.website_id.to_string(),
            "name": group.name, "root_category_id": group.root_category_id.to_string(),
            "default_store_id": group.default_store_id.to_string(), "code": group.code,
        });
        (group.id.to_string(), row)
    });
    let views = stores.views.iter().map(|view| {
        let row = json!({
            "store_id": view.id.to_string(), "code": view.code,
            "website_id": view.website_id.to_string(),
            "group_id": view.store_group_id.to_string(), "name": view.name,
            "sort_order": "0", "is_active": view.is_active.to_string(),
        });
        (view.code.clone(), row)
    });
    json!({
        "websites": websites.collect::<Map<_, _>>(),
        "groups": groups.collect::<Map<_, _>>(),
        "stores": views.collect::<Map<_, _>>(),
    })
}

/// The values that count, as a tree for each scope; with the paths that were left out.
fn system(settings: &Settings) -> (Value, Vec<String>) {
    let mut file = Map::new();
    let mut left_out = Vec::new();
    let belongs = |path: &str| !OF_A_MACHINE.contains(&path) && !is_secret(path);
    for declared in DECLARED {
        let value = settings.text(declared.path, &StoreScope::admin());
        if belongs(declared.path) {
            put(&mut file, &["default"], declared.path, value);
        } else if !value.is_empty() {
            left_out.push(declared.path.to_owned());
        }
    }
    let stores = settings.stores();
    let sites = stores
        .websites
        .iter()
        .map(|site| ("websites", site.id, &site.code));
    let views = stores
        .views
        .iter()
        .map(|view| ("stores", view.id, &view.code));
    for (scope, id, code) in sites.chain(views).filter(|(_, id, _)| *id != 0) {
        for path in settings
            .paths_at(scope, id)
            .iter()
            .filter(|path| belongs(path))
        {
            let value = settings.value_at(scope, id, path).unwrap_or_default();
            put(&mut file, &[scope, code], path, value);
        }
    }
    (Value::Object(file), left_out)
}

fn put(tree: &mut Map<String, Value>, way: &[&str], path: &str, value: String) {
    let mut place = tree;
    let mut keys: Vec<&str> = way.iter().copied().chain(path.split('/')).collect();
    let last = keys.pop().unwrap_or_default();
    for key in keys {
        let next = place
            .entry(key)
            .or_insert_with(|| Value::Object(Map::new()));
        let Value::Object(inner) = next else {
            return;
        };
        place = inner;
    }
    place.insert(last.to_owned(), Value::String(value));
}

/// Imports what the files hold: store views that are not there are made, values are checked.
pub fn import(project: &Project, db: &Db) -> Result<Vec<String>> {
    if is_imported(project, db)? {
        return Ok(vec!["Nothing to import.".to_owned()]);
    }
    let mut lines = vec!["Processing configurations data from configuration file...".to_owned()];
    let held = held(project)?;
    for (section, value) in held.as_object().into_iter().flatten() {
        if section.ends_with("/scopes") && import_views(project, db, value)? {
            lines.push("Stores were processed".to_owned());
        }
    }
    for pool in [Pool::Shared, Pool::Environment] {
        for fixed in crate::deployment::fixed_in(&Deployment::read(project, pool)?) {
            let declared = ferrite_settings::find(&fixed.path);
            if let Some(refusal) = declared.and_then(|one| one.refusal(&fixed.value)) {
                anyhow::bail!("{}: {refusal}", fixed.path);
            }
        }
    }
    note_imported(project, db)?;
    Ok(lines)
}

/// Makes the store views that a file names and the store does not have; whether there were any.
fn import_views(project: &Project, db: &Db, scopes: &Value) -> Result<bool> {
    let stores = project.settings(db.clone()).stores();
    let site_of = |view: &Value| {
        let id = number(&view["website_id"])?;
        let sites = scopes["websites"].as_object()?;
        let mut found = sites
            .iter()
            .filter(|(_, site)| number(&site["website_id"]) == Some(id));
        found.next().map(|(code, _)| code.clone())
    };
    let mut wanted = Vec::new();
    for (code, view) in scopes["stores"].as_object().into_iter().flatten() {
        if stores.by_code(code).is_none() {
            let site = site_of(view).unwrap_or_default();
            let name = view["name"].as_str().unwrap_or(code).to_owned();
            wanted.push((code.clone(), site, name));
        }
    }
    if wanted.is_empty() {
        return Ok(false);
    }
    db.write(move |tx| {
        for (code, site, name) in &wanted {
            add_store_view(tx, code, site, name)?;
        }
        Ok::<_, Fault>(())
    })?;
    ferrite_catalog::products::index_new_views(db)?;
    Ok(true)
}

/// A number, however it is written.
fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn status(context: &Context, _: NoOptions) -> Outcome {
    if is_imported(&context.project, &context.open()?)? {
        say!("Config files are up to date.");
        return Ok(ExitCode::SUCCESS);
    }
    say!(
        "Config files have changed. Run app:config:import or setup:upgrade command to \
         synchronize configuration."
    );
    Ok(ExitCode::from(2))
}
