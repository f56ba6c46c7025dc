//! `module:new Vendor_Name`: a complete integration module in `app/code`, in which `module:validate`
//! finds nothing.
//!
//! It is written into a folder beside and renamed into place, so that nobody ever finds half of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use ferrite_acl::ADMIN;
use ferrite_integrations::{Access, Details};
use ferrite_modules::{Installation, escape, validate};

use super::read;
use super::scaffold::Scaffold;
use crate::console::output::say;
use crate::console::{Context, Entry, Exists, Outcome};

/// `module:new`
pub static NEW: Entry<Options> = Entry {
    name: "module:new",
    description: "Makes a complete integration module",
    exists: Exists::Always,
    run,
};

/// Options of `module:new`.
#[derive(Args)]
pub struct Options {
    /// Vendor_Name
    name: String,
    /// The integration's e-mail address
    #[arg(long, default_value = "integration@example.com")]
    email: String,
    /// The callback URL
    #[arg(long, default_value = "")]
    endpoint: String,
    /// The identity link URL
    #[arg(long = "identity-link", default_value = "")]
    identity_link: String,
    /// The ids of resources that it is granted, with commas between them
    #[arg(long, default_value = "")]
    resources: String,
}

/// As many letters as the column of set-up modules and a resource's title have.
const LONGEST: usize = 50;
/// The module that brings integrations in.
const INTEGRATION: &str = "Magento_Integration";

fn run(context: &Context, options: Options) -> Outcome {
    let installation = read(context)?;
    let scaffold = scaffold(&installation, options)?;
    let module = scaffold.module();
    let inside = format!("app/code/{}/{}", scaffold.vendor, scaffold.name);
    let known = installation.module(&module).is_some();
    if known || installation.left_out.contains(&module) {
        bail!("There is a module {module} already.");
    }
    if fs::symlink_metadata(context.project.path(&inside)).is_ok() {
        bail!("{inside} is there already.");
    }
    write(context, &scaffold)?;
    for (file, _) in scaffold.files() {
        say!("{inside}/{file}");
    }
    say!();
    say!("The module {module} has been made. Next: module:enable {module}, then setup:upgrade.");
    Ok(ExitCode::SUCCESS)
}

/// The options, checked against the modules that there are.
fn scaffold(installation: &Installation, options: Options) -> Result<Scaffold> {
    let Some((vendor, name)) = parts(&options.name) else {
        bail!(
            "\"{}\" is no name of a module: write Vendor_Name, letters and digits alone, each part \
             with a capital first, at most {LONGEST} letters in all.",
            escape(&options.name)
        );
    };
    let details = Details {
        name: options.name.clone(),
        email: options.email.clone(),
        endpoint: options.endpoint.clone(),
        identity_link_url: options.identity_link.clone(),
        access: Access::All,
    };
    if let Some(problem) = details.problems(&installation.tree).first() {
        bail!("{}: {}", problem.field, problem.message);
    }
    let mut sequence = BTreeSet::from([INTEGRATION.to_owned()]);
    let mut resources = Vec::new();
    let given = options.resources.split(',').map(str::trim);
    for id in given.filter(|id| !id.is_empty()) {
        let mut offered = installation.tree.descendants_of(ADMIN);
        let Some(node) = offered.find(|node| node.id() == id) else {
            bail!(
                "There is no resource \"{}\" to grant: integration:resources lists them.",
                escape(id)
            );
        };
        sequence.insert(node.module().to_owned());
        if !resources.iter().any(|known| known == id) {
            resources.push(id.to_owned());
        }
    }
    Ok(Scaffold {
        vendor: vendor.to_owned(),
        name: name.to_owned(),
        email: options.email,
        endpoint: options.endpoint,
        identity_link: options.identity_link,
        resources,
        sequence,
    })
}

/// Vendor and name of a module, each of at least two letters or digits with a capital first.
fn parts(name: &str) -> Option<(&str, &str)> {
    let (vendor, rest) = name.split_once('_')?;
    let is_part = |part: &str| {
        part.len() >= 2
            && part.starts_with(|first: char| first.is_ascii_uppercase())
            && part.chars().all(|letter| letter.is_ascii_alphanumeric())
    };
    (name.len() <= LONGEST && is_part(vendor) && is_part(rest)).then_some((vendor, rest))
}

/// Writes the files beside and renames them into place.
fn write(context: &Context, scaffold: &Scaffold) -> Result<()> {
    let folder = vendors_folder(context, &scaffold.vendor)?;
    // Hidden, so that nobody who looks for modules sees it.
    let beside = folder.join(format!(".{}.{}", scaffold.name, std::process::id()));
    let written = write_files(&beside, scaffold)
        .and_then(|()| fs::rename(&beside, folder.join(&scaffold.name)).map_err(Into::into));
    if written.is_err() {
        let _ = fs::remove_dir_all(&beside);
    }
    written.with_context(|| format!("cannot make {}", scaffold.module()))
}

/// The vendor's folder, which is made; refused where a link leads out of the project.
fn vendors_folder(context: &Context, vendor: &str) -> Result<PathBuf> {
    let folder = context.project.path("app/code").join(vendor);
    fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make {}", escape(&folder.to_string_lossy())))?;
    let (real, root) = (folder.canonicalize()?, context.root().canonicalize()?);
    if !real.starts_with(&root) {
        bail!("app/code/{vendor} leads out of the project.");
    }
    Ok(real)
}

fn write_files(folder: &Path, scaffold: &Scaffold) -> Result<()> {
    fs::create_dir(folder)?;
    fs::create_dir(folder.join("etc"))?;
    for (name, text) in scaffold.files() {
        fs::write(folder.join(name), text)?;
    }
    // What this version of the rules does not accept is never handed out.
    match validate(folder).first() {
        Some(report) => bail!("{report}"),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_within_the_folder() {
        assert_eq!(parts("Acme_Sync2"), Some(("Acme", "Sync2")));
        let wrong = [
            "",
            "Acme",
            "Acme_",
            "_Sync",
            "A_B",
            "acme_Sync",
            "Acme_sync",
            "Acme_../X",
            "../X_Yy",
            "Acme_Sync/..",
            "Acme_Sy_nc",
            "Acme_Sync\n",
            "Ac\u{e9}_Sync",
            "Acme_Sync\0",
            "Acme_..",
        ];
        for name in wrong {
            assert_eq!(parts(name), None, "{name:?}");
        }
        let longest = format!("Acme_{}", "A".repeat(LONGEST - 5));
        assert!(parts(&longest).is_some() && parts(&format!("{longest}A")).is_none());
    }
}
