//! `config:…`: values of the configuration, at any scope, in the store or locked in a file.

pub mod sensitive;
pub mod set;
pub mod show;

use std::process::ExitCode;

use anyhow::Result;
use ferrite_settings::{Settings, flags};
use ferrite_storage::Db;
use serde_json::Value;

use crate::console::Outcome;
use crate::console::output::say;
use crate::deployment::{Deployment, Pool};
use crate::project::Project;

/// A sentence that refuses, alone on its line, with exit code 1.
pub(crate) fn refuse(text: &str) -> Outcome {
    say!("{text}");
    Ok(ExitCode::FAILURE)
}

/// A scope as the configuration names it, with whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// `default`, `websites` or `stores`.
    pub scope: &'static str,
    /// The website's or the store view's id; 0 for the default scope.
    pub id: i64,
    /// Its code; empty for the default scope.
    pub code: String,
}

impl Place {
    /// Where a value stands in a file of the deployment configuration.
    pub fn keys<'a>(&'a self, path: &'a str) -> Vec<&'a str> {
        let mut keys = vec!["system", self.scope];
        if !self.code.is_empty() {
            keys.push(&self.code);
        }
        keys.extend(path.split('/'));
        keys
    }
}

/// The place of a scope and a code; the inner error is Magento's sentence.
pub(crate) fn place(settings: &Settings, scope: &str, code: &str) -> Result<Place, String> {
    let kind = match scope {
        "" => return Err("A scope is missing. Enter a scope and try again.".to_owned()),
        "default" if code.is_empty() => {
            return Ok(Place {
                scope: "default",
                id: 0,
                code: String::new(),
            });
        }
        "default" => {
            let text = "The \"default\" scope can't include a scope code. Try again without \
                        entering a scope code.";
            return Err(text.to_owned());
        }
        "website" | "websites" => "websites",
        "store" | "stores" => "stores",
        other => return Err(no_value(other)),
    };
    if code.is_empty() {
        return Err("A scope code is missing. Enter a code and try again.".to_owned());
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if !code.starts_with(|c: char| c.is_ascii_alphabetic()) || !code.bytes().all(plain) {
        let text = "The scope code can include only letters (a-z), numbers (0-9) and underscores \
                    (_). Also, the first character must be a letter.";
        return Err(text.to_owned());
    }
    let stores = settings.stores();
    let id = if kind == "websites" {
        let found = stores.websites.iter().find(|site| site.code == code);
        found.map(|site| site.id)
    } else {
        stores.by_code(code).map(|view| view.id)
    };
    match id {
        Some(id) => Ok(Place {
            scope: kind,
            id,
            code: code.to_owned(),
        }),
        None => Err(no_value(code)),
    }
}

fn no_value(text: &str) -> String {
    format!("The \"{text}\" value doesn't exist. Enter another value and try again.")
}

/// Magento's sentence for a path that nobody declares.
pub(crate) fn no_path(path: &str) -> String {
    format!("The \"{path}\" path doesn't exist. Verify and try again.")
}

/// The fact that says which configuration files were imported.
const IMPORTED: &str = "config_hash";

/// The sections of the files that are imported into the store.
const IMPORTED_SECTIONS: [&str; 4] = ["scopes", "themes", "system", "i18n"];

/// What the files hold of the sections that are imported.
pub(crate) fn held(project: &Project) -> Result<Value> {
    let mut held = serde_json::Map::new();
    for pool in [Pool::Shared, Pool::Environment] {
        let file = Deployment::read(project, pool)?;
        for section in IMPORTED_SECTIONS {
            let value = file.tree.get(section);
            let empty = |value: &Value| value.as_object().is_some_and(serde_json::Map::is_empty);
            if let Some(value) = value.filter(|value| !value.is_null() && !empty(value)) {
                held.insert(format!("{}/{section}", pool.file()), value.clone());
            }
        }
    }
    Ok(Value::Object(held))
}

/// Whether the files hold what was imported last.
pub(crate) fn is_imported(project: &Project, db: &Db) -> Result<bool> {
    let imported = db.read(|tx| flags::get(tx, IMPORTED))?;
    let imported = imported.unwrap_or_else(|| Value::Object(serde_json::Map::new()));
    Ok(imported == held(project)?)
}

/// Notes that what the files hold is imported. Serving processes read them anew.
pub(crate) fn note_imported(project: &Project, db: &Db) -> Result<()> {
    let held = held(project)?;
    db.write(move |tx| {
        tx.raise_generation();
        flags::set(tx, IMPORTED, held.clone())
    })?;
    Ok(())
}
