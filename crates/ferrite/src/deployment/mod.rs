//! The deployment configuration: what `app/etc/env.php` and `app/etc/config.php` hold, as Magento
//! names it.
//!
//! Of `config.php`, which goes with the code, Ferrite reads modules, dumped scopes and values that
//! are locked for all; of `env.php`, which is one machine's, the values locked there, the panel's path
//! and the mode as they are until somebody sets others, and the state of cache types. Both are written whole and renamed into place, so
//! that nobody ever reads half a file; what somebody else wrote there is kept.

#[cfg(test)]
mod tests;
mod tree;

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use ferrite_settings::{Fixed, FixedValue, PANEL_PATH};
use serde_json::{Map, Value};

use crate::hosts::{MODE, MODES};
use crate::project::Project;

/// Which of the two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pool {
    /// `app/etc/env.php`
    Environment,
    /// `app/etc/config.php`
    Shared,
}

impl Pool {
    /// The file, below the project's folder.
    pub fn file(self) -> &'static str {
        match self {
            Self::Environment => "app/etc/env.php",
            Self::Shared => "app/etc/config.php",
        }
    }
}

/// One of the files, open for changes.
pub struct Deployment {
    path: PathBuf,
    /// What it holds.
    pub tree: Map<String, Value>,
    is_literal: bool,
    /// Held from reading to writing, so that of two who change a file neither undoes the other.
    _lock: Option<File>,
}

impl Deployment {
    /// Reads a file, which is never run; one that is not there holds nothing.
    pub fn read(project: &Project, pool: Pool) -> Result<Self> {
        let path = project.path(pool.file());
        let (tree, is_literal) = match fs::read(&path) {
            Ok(bytes) => returned(&bytes).with_context(|| path.display().to_string())?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => (Map::new(), true),
            Err(error) => return Err(error).context(path.display().to_string()),
        };
        Ok(Self {
            path,
            tree,
            is_literal,
            _lock: None,
        })
    }

    /// Reads a file to change and write it; waits for whoever is at it already.
    pub fn edit(project: &Project, pool: Pool) -> Result<Self> {
        Ok(Self {
            _lock: Some(lock(project)?),
            ..Self::read(project, pool)?
        })
    }

    /// The value below these keys.
    pub fn get(&self, keys: &[&str]) -> Option<&Value> {
        let (first, rest) = keys.split_first()?;
        let begin = self.tree.get(*first)?;
        rest.iter().try_fold(begin, |value, key| value.get(*key))
    }

    /// Sets the value below these keys; whatever is no array on the way gives way to one.
    pub fn set(&mut self, keys: &[&str], value: Value) {
        let Some((last, way)) = keys.split_last() else {
            return;
        };
        let mut place = &mut self.tree;
        for key in way {
            let next = place
                .entry(*key)
                .or_insert_with(|| Value::Object(Map::new()));
            if !next.is_object() {
                *next = Value::Object(Map::new());
            }
            let Value::Object(inner) = next else {
                return;
            };
            place = inner;
        }
        place.insert((*last).to_owned(), value);
    }

    /// Writes the file anew; a new one is readable by its owner alone.
    pub fn write(&self) -> Result<()> {
        if !self.is_literal {
            bail!(
                "{} computes some of its values: writing it would lose them. Change it by hand.",
                self.path.display()
            );
        }
        let text = ferrite_php::write_config(&tree::array_of(&self.tree));
        replace(&self.path, &text)
    }
}

/// The array that a file returns, and whether all of it is literal: only then can it be written anew.
fn returned(bytes: &[u8]) -> Result<(Map<String, Value>, bool)> {
    let returned = ferrite_php::literals_in(bytes)
        .map_err(|problem| anyhow!("line {}: {}", problem.line, problem.message))?;
    Ok((tree::object_of(returned.array), returned.is_whole))
}

/// Waits for whoever is at one of the files, and keeps others waiting for as long as it is held.
pub fn lock(project: &Project) -> Result<File> {
    project.make_folder("var/locks")?;
    let path = project.path("var/locks/deployment.lock");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    let file = options.open(&path);
    let file = file.with_context(|| format!("cannot open {}", path.display()))?;
    file.lock()?;
    Ok(file)
}

/// Writes a file beside and renames it into place. A link is followed, and the mode of a file that
/// is there is kept: other programs may read it.
fn replace(path: &Path, text: &str) -> Result<()> {
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let path = real.as_path();
    let mode = fs::metadata(path).map_or(0o600, |held| held.permissions().mode() & 0o777);
    let beside = path.with_extension(format!("php.{}", std::process::id()));
    let write = || -> std::io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let mut file = options.open(&beside)?;
        file.set_permissions(fs::Permissions::from_mode(mode))?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// The types of caches, in the registry's order.
pub const CACHE_TYPES: [&str; 15] = [
    "config",
    "layout",
    "block_html",
    "collections",
    "reflection",
    "db_ddl",
    "compiled_config",
    "eav",
    "customer_notification",
    "config_integration",
    "config_integration_api",
    "graphql_query_resolver_result",
    "full_page",
    "config_webservice",
    "translate",
];

/// Whether a type of cache is switched on: unless `env.php` says otherwise.
pub fn is_cache_enabled(environment: &Deployment, code: &str) -> bool {
    let state = environment.get(&["cache_types", code]);
    state.is_none_or(|state| !matches!(state, Value::Bool(false)) && state != 0 && state != "0")
}

/// What both files fix, the environment's last: of two values for one place that one counts.
pub fn fixed(project: &Project) -> Result<Fixed> {
    let shared = Deployment::read(project, Pool::Shared)?;
    let environment = Deployment::read(project, Pool::Environment)?;
    let mut values = fixed_in(&shared);
    values.extend(fixed_in(&environment));
    Ok(Fixed {
        values,
        defaults: given(&environment),
        is_cached: is_cache_enabled(&environment, "config"),
    })
}

/// Where `env.php` of a Magento that was here before names what is a setting here.
const GIVEN: [(&[&str], &str); 2] = [
    (&["backend", "frontName"], PANEL_PATH),
    (&["MAGE_MODE"], MODE),
];

/// What `env.php` gives where nobody sets another value; what a setting cannot be is passed over.
fn given(environment: &Deployment) -> Vec<FixedValue> {
    let values = GIVEN.iter().filter_map(|(keys, path)| {
        let value = environment.get(keys)?.as_str()?;
        let refusal = ferrite_settings::find(path)?.refusal(value);
        let fits = refusal.is_none() && (*path != MODE || MODES.contains(&value));
        fits.then(|| FixedValue {
            scope: "default".to_owned(),
            code: String::new(),
            path: (*path).to_owned(),
            value: value.to_owned(),
        })
    });
    values.collect()
}

/// The values that one file fixes.
pub fn fixed_in(file: &Deployment) -> Vec<FixedValue> {
    let mut found = Vec::new();
    let Some(Value::Object(system)) = file.tree.get("system") else {
        return found;
    };
    for (scope, below) in system {
        match scope.as_str() {
            "default" => leaves(below, scope, "", &mut Vec::new(), &mut found),
            "websites" | "stores" => {
                for (code, below) in below.as_object().into_iter().flatten() {
                    leaves(below, scope, code, &mut Vec::new(), &mut found);
                }
            }
            _ => {}
        }
    }
    found
}

fn leaves<'a>(
    tree: &'a Value,
    scope: &str,
    code: &str,
    way: &mut Vec<&'a str>,
    found: &mut Vec<FixedValue>,
) {
    let value = match tree {
        Value::Object(inner) => {
            for (key, below) in inner {
                way.push(key);
                leaves(below, scope, code, way, found);
                way.pop();
            }
            return;
        }
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(u8::from(*flag).to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Array(_) => None,
    };
    if let (Some(value), 3) = (value, way.len()) {
        found.push(FixedValue {
            scope: scope.to_owned(),
            code: code.to_owned(),
            path: way.join("/"),
            value,
        });
    }
}
