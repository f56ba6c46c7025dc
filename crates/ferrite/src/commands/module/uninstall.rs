//! `module:uninstall`: takes away modules that composer brought, with what the store remembers of
//! them. A module in `app/code` is its author's own, and a built-in one is part of the binary: both
//! are refused.
//!
//! Where composer keeps a list of files, composer itself removes the package, or that list would name
//! files that are gone; elsewhere the package's folder below `vendor` is removed.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use ferrite_modules::{Constraint, Installation, Module, Origin, constraints, escape};
use ferrite_setup::{PATCHES, SETUP_MODULES};
use ferrite_storage::{Db, Error, Tx};

use super::cleanup::{clean_up, remove};
use super::{ended, fault_of, quoted, read, write_switches};
use crate::console::output::{lines, say};
use crate::console::{Context, Entry, Exists, Outcome, question};
use crate::deployment;

/// `module:uninstall`
pub static UNINSTALL: Entry<Options> = Entry {
    name: "module:uninstall",
    description: "Takes away modules that composer brought",
    exists: Exists::Always,
    run,
};

/// Options of `module:uninstall`.
#[derive(Args)]
pub struct Options {
    /// The modules, with blanks between them
    #[arg(required = true, num_args = 1..)]
    module: Vec<String>,
    /// Forgets their patches as well: installed again, they are taken again
    #[arg(short, long)]
    remove_data: bool,
    /// Removes static view files as well
    #[arg(short, long)]
    clear_static_content: bool,
}

const COMPOSERS_LIST: &str = "vendor/composer/autoload_files.php";

fn run(context: &Context, options: Options) -> Outcome {
    if !context.project.is_installed() {
        say!("You cannot run this command because the Magento application is not installed.");
        return Ok(ExitCode::FAILURE);
    }
    let installation = read(context)?;
    let refused = refusals(&installation, &options.module)?;
    if !refused.is_empty() {
        lines(refused);
        return Ok(ExitCode::FAILURE);
    }
    if context.is_interactive && !is_sure()? {
        return Ok(ExitCode::SUCCESS);
    }
    let meant = options.module.iter();
    let modules: Vec<&Module> = meant.filter_map(|name| installation.module(name)).collect();
    remove_code(context.root(), &modules)?;
    let lock = deployment::lock(&context.project)?;
    let after = read(context)?;
    write_switches(&context.project, after.switches())?;
    drop(lock);
    forget(&context.open()?, &options.module, options.remove_data)?;
    say!("The following modules have been uninstalled:");
    lines(modules.iter().map(|module| format!("- {}", module.name)));
    say!();
    clean_up(context, "module:uninstall", options.clear_static_content)?;
    Ok(ended(&after, ExitCode::SUCCESS))
}

/// Why the modules cannot be taken away, a line for each reason.
fn refusals(installation: &Installation, names: &[String]) -> Result<Vec<String>> {
    let given = || names.iter().map(String::as_str);
    if let Some(report) = given().find_map(|name| fault_of(installation, name)) {
        bail!("{report}");
    }
    let unknown = quoted(given().filter(|name| installation.module(name).is_none()));
    if !unknown.is_empty() {
        return Ok(vec![format!("Unknown module(s): {unknown}")]);
    }
    let foreign: Vec<_> = given()
        .filter_map(|name| foreign(installation, names, name))
        .collect();
    if !foreign.is_empty() {
        return Ok(foreign);
    }
    let named: Vec<&str> = given().collect();
    let found = constraints(installation, &named, false);
    Ok(found.iter().flat_map(Constraint::lines).collect())
}

/// Why a module is not composer's to take away.
fn foreign(installation: &Installation, names: &[String], name: &str) -> Option<String> {
    let module = installation.module(name)?;
    let why = match (module.origin, package(module)) {
        (Origin::BuiltIn, _) => "is built in".to_owned(),
        (Origin::Vendor, Some(package)) => {
            let mut others = installation.modules.iter();
            let same = |other: &&Module| self::package(other).as_ref() == Some(&package);
            let other = others.find(|other| same(other) && !names.contains(&other.name))?;
            return Some(format!(
                "{name} cannot be uninstalled alone: {} is in the same package, {}.",
                other.name,
                escape(&package)
            ));
        }
        (_, _) => format!(
            "lies in {}: remove that folder and run setup:upgrade",
            escape(&module.path.to_string_lossy())
        ),
    };
    Some(format!("{name} is not installed by composer: it {why}."))
}

/// The package that brought a module: composer puts each into the folder of its name below `vendor`.
fn package(module: &Module) -> Option<String> {
    let below = module.path.strip_prefix("vendor").ok()?;
    let mut parts = below.components().map(|part| part.as_os_str().to_str());
    Some(format!("{}/{}", parts.next()??, parts.next()??))
}

fn is_sure() -> Result<bool> {
    let answer = question("This removes code and what the store keeps of it. Are you sure? [y/N]")?;
    Ok(answer.to_lowercase().starts_with('y'))
}

fn remove_code(root: &Path, modules: &[&Module]) -> Result<()> {
    let packages: BTreeSet<String> = modules.iter().filter_map(|one| package(one)).collect();
    if root.join(COMPOSERS_LIST).exists() {
        return run_composer(root, &packages);
    }
    for package in &packages {
        let path = root.join("vendor").join(package);
        remove(&path).with_context(|| format!("cannot remove vendor/{}", escape(package)))?;
        if let Some(vendor) = path.parent() {
            // Of a vendor with further packages the folder stays.
            let _ = std::fs::remove_dir(vendor);
        }
    }
    Ok(())
}

fn run_composer(root: &Path, packages: &BTreeSet<String>) -> Result<()> {
    let mut composer = Command::new("composer");
    composer
        .args(["remove", "--no-interaction", "--"])
        .args(packages);
    let status = composer.current_dir(root).status().context(
        "composer, which keeps the list of this project's packages, cannot be run; \
         nothing was changed",
    )?;
    if !status.success() {
        bail!("composer did not remove the packages: {status}");
    }
    Ok(())
}

/// Forgets the versions of modules, and their patches where asked to.
fn forget(db: &Db, names: &[String], with_patches: bool) -> Result<(), Error> {
    let names = names.to_vec();
    db.write(move |tx: &mut Tx<'_>| {
        tx.raise_generation();
        for row in SETUP_MODULES.all(tx)? {
            if names.contains(&row.module) {
                SETUP_MODULES.delete(tx, row.id)?;
            }
        }
        for row in PATCHES.all(tx)?.iter().filter(|_| with_patches) {
            let is_theirs = |name: &String| {
                let namespace = format!("{}\\", name.replacen('_', "\\", 1));
                row.patch_name.starts_with(&namespace)
            };
            if names.iter().any(is_theirs) {
                PATCHES.delete(tx, row.id)?;
            }
        }
        Ok(())
    })
}
