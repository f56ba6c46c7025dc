//! `cache:…`: Magento's types of caches.
//!
//! Cleaning a type raises its number in the store ([`version`]) and with it the generation: every
//! serving process reads the configuration and the files in `app/etc` anew before its next answer,
//! and drops the answers it has kept. Whether a type is enabled stands in `app/etc/env.php`; while
//! `config` is not, nothing of the configuration is kept from one request to the next.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;
use ferrite_settings::flags;
use ferrite_storage::{Db, Error, Tx};
use serde_json::Value;

use crate::console::output::say;
use crate::console::{Context, Entry, Exists, NoOptions, Outcome};
use crate::deployment::{CACHE_TYPES, Deployment, Pool, is_cache_enabled};

/// `cache:clean`
pub static CLEAN: Entry<Types> = Entry {
    name: "cache:clean",
    description: "Cleans types of caches",
    exists: Exists::Installed,
    run: |context, types| clean(context, &types, "Cleaned cache types:"),
};

/// `cache:flush`
pub static FLUSH: Entry<Types> = Entry {
    name: "cache:flush",
    description: "Empties the storage of types of caches",
    exists: Exists::Installed,
    run: |context, types| clean(context, &types, "Flushed cache types:"),
};

/// `cache:status`
pub static STATUS: Entry<NoOptions> = Entry {
    name: "cache:status",
    description: "Shows which types of caches are enabled",
    exists: Exists::Installed,
    run: status,
};

/// `cache:enable`
pub static ENABLE: Entry<Types> = Entry {
    name: "cache:enable",
    description: "Enables types of caches",
    exists: Exists::Installed,
    run: |context, types| switch(context, &types, true),
};

/// `cache:disable`
pub static DISABLE: Entry<Types> = Entry {
    name: "cache:disable",
    description: "Disables types of caches",
    exists: Exists::Installed,
    run: |context, types| switch(context, &types, false),
};

/// Options of the commands that take types.
#[derive(Args)]
pub struct Types {
    /// The types, with blanks between them; all without one
    #[arg(num_args = 0..)]
    types: Vec<String>,
}

impl Types {
    /// The types that are meant, in the registry's order.
    fn chosen(&self) -> Result<Vec<&'static str>> {
        let unknown: Vec<String> = self
            .types
            .iter()
            .filter(|code| !CACHE_TYPES.contains(&code.as_str()))
            .map(|code| format!("'{code}'"))
            .collect();
        if !unknown.is_empty() {
            bail!(
                "The following requested cache types are not supported: {}.\nSupported types: {}",
                unknown.join(", "),
                CACHE_TYPES.join(", ")
            );
        }
        let is_meant = |code: &&str| self.types.is_empty() || self.types.iter().any(|t| t == code);
        Ok(CACHE_TYPES.into_iter().filter(is_meant).collect())
    }
}

fn flag(code: &str) -> String {
    format!("cache_{code}")
}

/// How often a type has been cleaned: what was read from files under another number is stale.
pub fn version(tx: &mut Tx<'_>, code: &str) -> Result<i64, Error> {
    let found = flags::get(tx, &flag(code))?;
    Ok(found.as_ref().and_then(Value::as_i64).unwrap_or(0))
}

/// Cleans types of caches.
pub fn raise(db: &Db, types: &[&'static str]) -> Result<(), Error> {
    let types = types.to_vec();
    db.write(move |tx| {
        tx.raise_generation();
        for code in &types {
            let number = version(tx, code)? + 1;
            flags::set(tx, &flag(code), number.into())?;
        }
        Ok(())
    })
}

fn clean(context: &Context, types: &Types, heading: &str) -> Outcome {
    let types = types.chosen()?;
    raise(&context.open()?, &types)?;
    say!("{heading}");
    types.iter().for_each(|code| say!("{code}"));
    Ok(ExitCode::SUCCESS)
}

fn status(context: &Context, _: NoOptions) -> Outcome {
    let environment = Deployment::read(&context.project, Pool::Environment)?;
    show_status(&environment);
    Ok(ExitCode::SUCCESS)
}

/// Prints which types are enabled.
pub fn show_status(environment: &Deployment) {
    say!("Current status:");
    for code in CACHE_TYPES {
        say!(
            "{code:>30}: {}",
            u8::from(is_cache_enabled(environment, code))
        );
    }
}

fn switch(context: &Context, types: &Types, on: bool) -> Outcome {
    let types = types.chosen()?;
    let mut environment = Deployment::edit(&context.project, Pool::Environment)?;
    let changed: Vec<&'static str> = types
        .into_iter()
        .filter(|code| is_cache_enabled(&environment, code) != on)
        .collect();
    if changed.is_empty() {
        say!("There is nothing to change in cache status");
        return Ok(ExitCode::SUCCESS);
    }
    let db = context.open()?;
    for code in CACHE_TYPES {
        let state = if changed.contains(&code) {
            on
        } else {
            is_cache_enabled(&environment, code)
        };
        environment.set(&["cache_types", code], u8::from(state).into());
    }
    environment.write()?;
    raise(&db, &changed)?;
    say!("Changed cache status:");
    for code in &changed {
        say!("{code:>30}: {} -> {}", u8::from(!on), u8::from(on));
    }
    if on {
        say!("Cleaned cache types:");
        changed.iter().for_each(|code| say!("{code}"));
    }
    Ok(ExitCode::SUCCESS)
}
