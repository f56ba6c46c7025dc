//! `config:show [PATH]`: one value, or those of a section, of a group, or all that there are.

use std::process::ExitCode;

use clap::Args;
use ferrite_base::StoreScope;
use ferrite_settings::{DECLARED, Settings, find, is_secret};

use super::{Place, no_path, place, refuse};
use crate::console::output::say;
use crate::console::{Context, Entry, Exists, Outcome};

/// `config:show`
pub static SHOW: Entry<Options> = Entry {
    name: "config:show",
    description: "Shows configuration values",
    exists: Exists::Always,
    run,
};

/// Options of `config:show`.
#[derive(Args)]
pub struct Options {
    /// section/group/field, section/group or section; all values without it
    path: Option<String>,
    /// default, website or store
    #[arg(long, default_value = "default")]
    scope: String,
    /// The code of the website or store view
    #[arg(long, default_value = "")]
    scope_code: String,
}

/// What is shown instead of a secret.
const HIDDEN: &str = "******";

fn run(context: &Context, options: Options) -> Outcome {
    let settings = context.settings_with_modules(context.open()?)?;
    let place = match place(&settings, &options.scope, &options.scope_code) {
        Ok(place) => place,
        Err(sentence) => return refuse(&sentence),
    };
    let wanted = options.path.as_deref().unwrap_or_default();
    let wanted = wanted.trim_matches('/');
    if wanted.split('/').count() == 3 {
        if !settings.is_known(wanted) {
            return refuse(&no_path(wanted));
        }
        say!("{}", shown(wanted, &value(&settings, &place, wanted)));
        return Ok(ExitCode::SUCCESS);
    }
    let paths = paths(&settings, &place, wanted);
    if paths.is_empty() && !wanted.is_empty() {
        return refuse(&no_path(wanted));
    }
    for path in paths {
        let value = value(&settings, &place, &path);
        say!("{path} - {}", shown(&path, &value));
    }
    Ok(ExitCode::SUCCESS)
}

/// The paths below a section or group that are declared or have a value, the declared ones first.
fn paths(settings: &Settings, place: &Place, below: &str) -> Vec<String> {
    let is_below = |path: &str| {
        let rest = path.strip_prefix(below);
        below.is_empty() || rest.is_some_and(|rest| rest.starts_with('/'))
    };
    let declared = DECLARED.iter().map(|declared| declared.path.to_owned());
    let mut saved = settings.paths_at(place.scope, place.id);
    saved.extend(settings.default_paths());
    saved.sort_unstable();
    saved.dedup();
    let saved = saved.into_iter().filter(|path| find(path).is_none());
    declared
        .chain(saved)
        .filter(|path| is_below(path))
        .collect()
}

/// The value that counts at a place.
fn value(settings: &Settings, place: &Place, path: &str) -> String {
    let stores = settings.stores();
    let scope = match place.scope {
        "stores" => stores.view(place.id).map(|view| view.scope()),
        "websites" => {
            let of_site = StoreScope {
                // No store view has this id: what counts is the website's.
                store_id: -1,
                website_id: place.id,
                code: "".into(),
            };
            Some(of_site)
        }
        _ => None,
    };
    settings.text(path, &scope.unwrap_or_else(StoreScope::admin))
}

/// A value as it may be seen: neither what is secret nor what was encrypted.
fn shown<'a>(path: &str, value: &'a str) -> &'a str {
    let mut parts = value.splitn(3, ':');
    let number = |part: Option<&str>| {
        part.is_some_and(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
    };
    let encrypted = number(parts.next()) && number(parts.next()) && parts.next().is_some();
    if !value.is_empty() && (is_secret(path) || encrypted) {
        HIDDEN
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_what_was_encrypted_are_hidden() {
        assert_eq!(shown("a/b/password", "x"), HIDDEN);
        assert_eq!(shown("a/b/api_key", "x"), HIDDEN);
        assert_eq!(shown("a/b/password", ""), "");
        assert_eq!(shown("a/b/c", "0:3:AbC="), HIDDEN);
        assert_eq!(shown("a/b/c", "10:30"), "10:30");
        assert_eq!(shown("customer/password/lockout_failures", "10"), "10");
    }
}
