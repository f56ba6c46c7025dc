//! `app/etc/config.php` and `app/etc/env.php`: which modules are switched on, and since when there is
//! a store.

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::path::Path;

use ferrite_php::{Array, Key, Value};

use crate::discover::fault_of;
use crate::file::Ground;
use crate::{ModulesError, Report};

const CONFIG: &str = "app/etc/config.php";
const ENV: &str = "app/etc/env.php";

/// What `app/etc/config.php` holds: the switches of modules, and what else stands there (`scopes`,
/// `system`, `themes`, `i18n`), which is kept as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    root: Value,
    /// The switches again, to look a name up at once.
    switches: HashMap<String, bool>,
}

impl Default for Config {
    fn default() -> Self {
        Self::of(Value::Array(Array::default()))
    }
}

impl Config {
    fn of(root: Value) -> Self {
        let modules = root.at(&["modules"]).and_then(Value::as_array);
        let entries = modules.map(Array::entries).unwrap_or_default();
        let switches = entries.iter().filter_map(|(key, value)| match key {
            Key::Text(name) => Some((name.clone(), value.is_true())),
            Key::Integer(_) => None,
        });
        Self {
            switches: switches.collect(),
            root,
        }
    }

    /// Reads the file below a root; `None` where there is none.
    ///
    /// # Errors
    /// It is there, but cannot be read: a fault with line and column.
    pub fn read(root: &Path) -> Result<Option<Self>, ModulesError> {
        let reason = |reason| ModulesError::Root {
            path: root.to_owned(),
            reason,
        };
        let ground = Ground::new(root).map_err(reason)?;
        Self::read_on(&ground).map_err(|report| ModulesError::Config(Box::new(report)))
    }

    pub(crate) fn read_on(ground: &Ground) -> Result<Option<Self>, Report> {
        let value = returned(ground, CONFIG)?;
        let shown = Path::new(CONFIG);
        match value {
            None => Ok(None),
            Some(value @ Value::Array(_)) => Ok(Some(Self::of(value))),
            Some(_) => {
                let report = Report::fault(shown, "The file returns no array.").at(1, 1);
                Err(report.hint("Return ['modules' => ['Vendor_Module' => 1]]."))
            }
        }
    }

    /// Whether a module is switched on; `None` where the file does not name it.
    pub fn is_enabled(&self, module: &str) -> Option<bool> {
        self.switches.get(module).copied()
    }

    /// The modules in the order of the file, each with its switch.
    pub fn modules(&self) -> impl Iterator<Item = (&str, bool)> {
        let modules = self.root.at(&["modules"]).and_then(Value::as_array);
        let entries = modules.map(Array::entries).unwrap_or_default();
        entries.iter().filter_map(|(key, value)| match key {
            Key::Text(name) => Some((name.as_str(), value.is_true())),
            Key::Integer(_) => None,
        })
    }

    /// What stands at a path of keys, such as `["system", "default"]`.
    pub fn at(&self, path: &[&str]) -> Option<&Value> {
        self.root.at(path)
    }

    /// Replaces the list of modules, in the order in which they are to be loaded. All else is kept.
    pub fn set_modules<'a>(&mut self, modules: impl IntoIterator<Item = (&'a str, bool)>) {
        let entries = modules
            .into_iter()
            .map(|(name, enabled)| (Key::of_text(name), Value::Integer(i64::from(enabled))));
        let list = Value::Array(Array::new(entries));
        let mut root = self.root.as_array().cloned().unwrap_or_default();
        root.set("modules", list);
        *self = Self::of(Value::Array(root));
    }

    /// Writes the file below a root, as Magento lays it out: into another one beside it, which then
    /// takes its place, so that nobody ever reads half of it. A link is followed.
    ///
    /// # Errors
    /// The file cannot be written; the old one stands as it was.
    pub fn write(&self, root: &Path) -> Result<(), ModulesError> {
        let path = root.join(CONFIG);
        // Deployments share the file among releases by a link, which has to stay.
        let path = path.canonicalize().unwrap_or(path);
        let folder = path.parent().unwrap_or(root);
        let text = ferrite_php::write_config(&self.root);
        let write = || -> std::io::Result<()> {
            std::fs::create_dir_all(folder)?;
            let mut file = tempfile::Builder::new()
                .prefix(".config")
                .tempfile_in(folder)?;
            file.write_all(text.as_bytes())?;
            if let Ok(facts) = path.metadata() {
                file.as_file().set_permissions(facts.permissions())?;
            }
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|error| error.error)?;
            std::fs::File::open(folder)?.sync_all()
        };
        write().map_err(|reason| ModulesError::Write {
            path: path.clone(),
            reason,
        })
    }
}

/// Whether `app/etc/env.php` says that a store is installed here. Nothing else of it is looked at:
/// it holds secrets.
pub(crate) fn is_installed(ground: &Ground) -> Result<bool, Report> {
    let value = returned(ground, ENV)?;
    Ok(value.is_some_and(|value| value.at(&["install", "date"]).is_some_and(Value::is_true)))
}

fn returned(ground: &Ground, name: &str) -> Result<Option<Value>, Report> {
    let path = ground.root().join(name);
    let Some(bytes) = ground.read(&path, ground.real())? else {
        return Ok(None);
    };
    ferrite_php::value_in(&bytes, &path, &BTreeMap::new())
        .map(Some)
        .map_err(|problem| fault_of(Path::new(name), &problem))
}
