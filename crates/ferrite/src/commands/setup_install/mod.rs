//! `setup:install`: the tables, and what a fresh install holds.

mod install;
mod options;
mod switches;

pub use install::{Installation, Steps, install};

use std::process::ExitCode;

use anyhow::{Result, bail};
use ferrite_accounts::NewAdmin;
use ferrite_base::{Phrase, Secret};
use ferrite_settings::PANEL_PATH;
use ferrite_storage::Durability;

use self::options::Options;
use super::info::admin_uri;
use super::{app_config, module, setup_upgrade};
use crate::console::output::{lines, say};
use crate::console::{Context, Entry, Exists, Outcome, ask_for_empty};
use crate::project::Database;

/// `setup:install`
pub static INSTALL: Entry<Options> = Entry {
    name: "setup:install",
    description: "Makes the store of a project",
    exists: Exists::Always,
    run,
};

/// Installs into an empty store.
fn run(context: &Context, options: Options) -> Outcome {
    let project = &context.project;
    if project.is_installed() {
        bail!("{} is installed already", project.shown());
    }
    let options = if options.interactive && context.is_interactive {
        asked(options)?
    } else {
        options
    };
    let mut problems = options.problems();
    problems.extend(switches::problem(project, &options)?);
    if !problems.is_empty() {
        lines(problems);
        bail!("Parameter validation failed");
    }
    if options
        .dry_run
        .as_deref()
        .is_some_and(|value| !matches!(value, "0" | "false"))
    {
        say!("The options are valid. Nothing was installed.");
        return Ok(ExitCode::SUCCESS);
    }
    say!("Starting Magento installation:");
    let switches = switches::chosen(project, &options)?;
    let installation = options.into_installation();
    let mut steps = Steps::told(installation.steps());
    let db = install(project, installation, Durability::Full, &mut steps)?;
    db.announce_every_commit();
    module::write_switches(
        project,
        switches.iter().map(|(name, on)| (name.as_str(), *on)),
    )?;
    say!("[SUCCESS]: Magento installation complete.");
    let settings = project.settings(db.clone());
    say!("[SUCCESS]: Magento Admin URI: {}", admin_uri(&settings));
    lines(app_config::import(project, &db)?);
    setup_upgrade::after_install(project, &db)
}

/// Asks for what a store cannot do without.
fn asked(mut options: Options) -> Result<Options> {
    let fields = [
        ("Base URL", &mut options.base_url),
        ("Admin user", &mut options.admin_user),
        ("Admin password", &mut options.admin_password),
        ("Admin email", &mut options.admin_email),
        ("Admin first name", &mut options.admin_firstname),
        ("Admin last name", &mut options.admin_lastname),
    ];
    ask_for_empty(fields)?;
    Ok(options)
}

impl Options {
    /// Everything that is wrong, a line each.
    fn problems(&self) -> Vec<String> {
        let mut problems = self.misfits();
        if let Some(name) = &self.backend_frontname {
            let declared = ferrite_settings::find(PANEL_PATH);
            if declared.is_some_and(|declared| declared.refusal(name).is_some()) {
                problems.push(format!("Invalid backend frontname '{name}'"));
            }
        }
        if let Some(admin) = self.admin() {
            problems.extend(admin.problems().iter().map(Phrase::rendered));
            if admin.password.reveal() == admin.user_name && !admin.user_name.is_empty() {
                problems.push("Password cannot be the same as the user name.".to_owned());
            }
        }
        problems
    }

    /// The options whose values do not fit.
    fn misfits(&self) -> Vec<String> {
        let mut misfits = Vec::new();
        let mut check = |name: &str, value: &str, holds: bool| {
            if !holds {
                misfits.push(format!("Command option '{name}': Invalid value '{value}'."));
            }
        };
        check("base-url", &self.base_url, is_url(&self.base_url));
        if let Some(url) = &self.base_url_secure {
            check("base-url-secure", url, url.starts_with("https://"));
        }
        if let Some(code) = &self.language {
            let known = |(language, country): (&str, &str)| {
                (2..=3).contains(&language.len()) && !country.is_empty()
            };
            check("language", code, code.split_once('_').is_some_and(known));
        }
        if let Some(code) = &self.currency {
            let upper = code.bytes().all(|byte| byte.is_ascii_uppercase());
            check("currency", code, code.len() == 3 && upper);
        }
        if let Some(zone) = &self.timezone {
            check("timezone", zone, zone == "UTC" || zone.contains('/'));
        }
        if let Some(engine) = &self.search_engine {
            let known = ["opensearch", "elasticsearch8", "elasticsearch7"];
            check("search-engine", engine, known.contains(&engine.as_str()));
        }
        if self.db_host.is_some() {
            check("db-name", "", self.db_name.is_some());
            check("db-user", "", self.db_user.is_some());
        }
        check("db-prefix", &self.db_prefix, self.db_prefix.is_empty());
        if let Some(key) = &self.key {
            // The key itself is shown to nobody.
            let fits = key.len() >= 32 && !key.contains(char::is_whitespace);
            check("key", "…", fits);
        }
        misfits
    }

    /// The first admin; none where none of the options is given.
    fn admin(&self) -> Option<NewAdmin> {
        let given = [
            &self.admin_user,
            &self.admin_password,
            &self.admin_email,
            &self.admin_firstname,
            &self.admin_lastname,
        ];
        given.iter().any(|text| !text.is_empty()).then(|| NewAdmin {
            user_name: self.admin_user.clone(),
            email: self.admin_email.clone(),
            first_name: self.admin_firstname.clone(),
            last_name: self.admin_lastname.clone(),
            password: Secret::new(self.admin_password.clone()),
        })
    }

    fn into_installation(self) -> Installation {
        let admin = self.admin();
        let mut values = Vec::new();
        let mut set = |path: &'static str, value: Option<String>| {
            values.extend(value.map(|value| (path, value)));
        };
        set("web/secure/base_url", self.base_url_secure.map(slashed));
        set("general/locale/code", self.language);
        set("general/locale/timezone", self.timezone);
        for path in [
            "currency/options/base",
            "currency/options/default",
            "currency/options/allow",
        ] {
            set(path, self.currency.clone());
        }
        set(PANEL_PATH, self.backend_frontname);
        let database = match (self.db_host, self.db_name, self.db_user) {
            (Some(host), Some(name), Some(user)) => Some(Database {
                host,
                name,
                user,
                password: self.db_password,
            }),
            _ => None,
        };
        Installation {
            base_url: slashed(self.base_url),
            admin,
            database,
            values,
            crypt_key: self.key,
            cleans_up: self.cleanup_database,
        }
    }
}

/// Whether it is an address with a host.
fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("http://");
    let rest = rest.or_else(|| text.strip_prefix("https://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
}

/// An address with its final slash.
fn slashed(url: String) -> String {
    if url.ends_with('/') { url } else { url + "/" }
}

#[cfg(test)]
mod tests {
    use clap::{Args as _, FromArgMatches as _};

    use super::*;

    fn options(words: &[&str]) -> Options {
        let command = Options::augment_args(clap::Command::new("x").no_binary_name(true));
        let matches = command.try_get_matches_from(words).unwrap();
        Options::from_arg_matches(&matches).unwrap()
    }

    #[test]
    fn an_installation_needs_an_address_and_a_whole_admin_or_none() {
        assert_eq!(options(&["--base-url=http://h/"]).problems(), [""; 0]);
        assert_eq!(
            options(&["--base-url=h", "--backend-frontname=rest"]).problems(),
            [
                "Command option 'base-url': Invalid value 'h'.",
                "Invalid backend frontname 'rest'"
            ]
        );
        let partial = options(&["--base-url=http://h/", "--admin-user=a"]);
        assert_eq!(
            partial.problems(),
            [
                "\"First Name\" is required. Enter and try again.",
                "\"Last Name\" is required. Enter and try again.",
                "Please enter a valid email.",
                "Password is required field."
            ]
        );
    }

    #[test]
    fn magentos_other_options_are_taken_and_unknown_ones_are_not() {
        let given = options(&[
            "--base-url=http://h",
            "--search-engine=opensearch",
            "--opensearch-host=x",
            "--session-save-redis-db=2",
            "--use-rewrites=1",
            "--currency=EUR",
        ]);
        let with = given.into_installation();
        assert_eq!(with.base_url, "http://h/");
        assert_eq!(with.values.len(), 3);
        let command = Options::augment_args(clap::Command::new("x").no_binary_name(true));
        assert!(command.try_get_matches_from(["--use-nothing=1"]).is_err());
    }
}
