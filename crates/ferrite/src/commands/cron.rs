//! `cron:…`: what is done from time to time, and the crontab that sees to it.

use std::io::Write as _;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use ferrite_base::Clock;
use ferrite_storage::Db;

use super::indexer;
use crate::console::output::{say, verbosity};
use crate::console::{Context, Entry, Exists, NoOptions, Outcome};
use crate::wiring;

/// `cron:run`
pub static RUN: Entry<RunOptions> = Entry {
    name: "cron:run",
    description: "Does what is to be done from time to time",
    exists: Exists::Installed,
    run,
};

/// `cron:install`
pub static INSTALL: Entry<InstallOptions> = Entry {
    name: "cron:install",
    description: "Puts a line for this project into the user's crontab",
    exists: Exists::Installed,
    run: install,
};

/// `cron:remove`
pub static REMOVE: Entry<NoOptions> = Entry {
    name: "cron:remove",
    description: "Takes this project's lines out of the user's crontab",
    exists: Exists::Installed,
    run: remove,
};

/// Options of `cron:run`.
#[derive(Args)]
pub struct RunOptions {
    /// Of one group alone: default or index
    #[arg(long)]
    group: Option<String>,
}

/// Options of `cron:install`.
#[derive(Args)]
pub struct InstallOptions {
    /// Replaces lines that are there
    #[arg(short = 'f', long)]
    force: bool,
    /// Leaves out what is a server's own affair
    #[arg(short = 'd', long)]
    non_optional: bool,
}

/// A job: what it is called, its group, and how it says what it did.
struct Job {
    name: &'static str,
    group: &'static str,
    run: fn(&Context, &Db) -> Result<String>,
}

const JOBS: [Job; 6] = [
    Job {
        name: "security_clean_sessions_and_failures",
        group: "default",
        run: clean_accounts,
    },
    Job {
        name: "oauth_clean_expired_verifiers",
        group: "default",
        run: clean_verifiers,
    },
    Job {
        name: "oauth_clean_nonces",
        group: "default",
        run: clean_nonces,
    },
    Job {
        name: "bulk_cleanup",
        group: "default",
        run: clean_bulks,
    },
    Job {
        name: "catalog_index_new_store_views",
        group: "index",
        run: index_new_views,
    },
    Job {
        name: "indexer_reindex_all_invalid",
        group: "index",
        run: reindex_invalid,
    },
];

/// Runs all jobs; one that fails does not keep the others from running.
fn run(context: &Context, options: RunOptions) -> Outcome {
    let db = context.open()?;
    let is_meant = |job: &&Job| {
        options
            .group
            .as_deref()
            .is_none_or(|group| group == job.group)
    };
    let mut failed = Vec::new();
    for job in JOBS.iter().filter(is_meant) {
        match (job.run)(context, &db) {
            Ok(text) if verbosity() > 0 => say!("{}: {text}", job.name),
            Ok(_) => {}
            Err(error) => failed.push(format!("{}: {error:#}", job.name)),
        }
    }
    if !failed.is_empty() {
        bail!("{}", failed.join("\n"));
    }
    say!("Ran jobs by schedule.");
    Ok(ExitCode::SUCCESS)
}

fn clean_accounts(_: &Context, db: &Db) -> Result<String> {
    let now = Clock::system().unix_seconds();
    let gone = db.write(move |tx| ferrite_accounts::clean_up(tx, now))?;
    Ok(format!("{gone} rows are gone"))
}

fn clean_verifiers(context: &Context, db: &Db) -> Result<String> {
    let integrations = wiring::integrations(&context.project, db.clone())?;
    Ok(format!("{} rows are gone", integrations.forget_expired()?))
}

fn clean_nonces(context: &Context, db: &Db) -> Result<String> {
    let text = if wiring::forget_nonces(&context.project, db)? {
        "floors are raised"
    } else {
        "the server does it"
    };
    Ok(text.to_owned())
}

fn clean_bulks(context: &Context, db: &Db) -> Result<String> {
    let settings = context.project.settings(db.clone());
    let now = Clock::system().unix_seconds();
    let gone = ferrite_webapi::bulk::forget_old(db, &settings, now)?;
    Ok(format!("{gone} bulks are gone"))
}

fn index_new_views(_: &Context, db: &Db) -> Result<String> {
    ferrite_catalog::products::index_new_views(db)?;
    Ok("all store views are complete".to_owned())
}

fn reindex_invalid(context: &Context, db: &Db) -> Result<String> {
    let lines = indexer::reindex_invalid(&context.project, db)?;
    Ok(format!("{} indexes were made anew", lines.len()))
}

/// The marks around this project's lines.
fn marks(context: &Context) -> Result<(String, String)> {
    let root = context.root().canonicalize()?;
    // FNV-1a tells projects apart; nobody is kept out by it.
    let hash = root
        .as_os_str()
        .as_encoded_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    Ok((
        format!("#~ MAGENTO START {hash:016x}"),
        format!("#~ MAGENTO END {hash:016x}"),
    ))
}

fn install(context: &Context, options: InstallOptions) -> Outcome {
    let (start, end) = marks(context)?;
    let held = crontab()?;
    if held.contains(&start) && !options.force {
        say!("Crontab has already been generated and saved");
        return Ok(ExitCode::FAILURE);
    }
    let mut text = without(&held, &start, &end);
    let quoted = |path: &std::path::Path| {
        let text = path.display().to_string().replace('\'', "'\\''");
        // A percent sign would end a crontab's command.
        format!("'{}'", text.replace('%', "\\%"))
    };
    let binary = quoted(&std::env::current_exe()?);
    let root = context.root().canonicalize()?;
    let log = quoted(&root.join("var/cron.log"));
    let root = quoted(&root);
    text += &format!("{start}\n* * * * * {binary} --root {root} cron:run >> {log} 2>&1\n{end}\n");
    save(&text)?;
    say!("Crontab has been generated and saved");
    Ok(ExitCode::SUCCESS)
}

fn remove(context: &Context, _: NoOptions) -> Outcome {
    let (start, end) = marks(context)?;
    let held = crontab()?;
    if held.contains(&start) {
        save(&without(&held, &start, &end))?;
    }
    say!("Magento cron tasks have been removed");
    Ok(ExitCode::SUCCESS)
}

/// The user's crontab; empty where there is none.
fn crontab() -> Result<String> {
    let listed = Command::new("crontab").arg("-l").output();
    let listed = listed.context("the program crontab cannot be run")?;
    if listed.status.success() {
        return Ok(String::from_utf8_lossy(&listed.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&listed.stderr);
    if said.to_lowercase().contains("no crontab") {
        return Ok(String::new());
    }
    bail!("crontab -l fails: {}", said.trim())
}

fn save(text: &str) -> Result<()> {
    let mut child = Command::new("crontab")
        .arg("-")
        .stdin(Stdio::piped())
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(text.as_bytes())?;
    }
    if !child.wait()?.success() {
        bail!("the crontab is not taken");
    }
    Ok(())
}

/// A crontab without the lines from one mark to the other.
fn without(text: &str, start: &str, end: &str) -> String {
    let mut inside = false;
    let mut out = String::new();
    for line in text.lines() {
        inside |= line == start;
        if !inside {
            out.push_str(line);
            out.push('\n');
        }
        inside &= line != end;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_projects_own_lines_go() {
        let text = "a\n#~ S\nb\n#~ E\nc\n";
        assert_eq!(without(text, "#~ S", "#~ E"), "a\nc\n");
        assert_eq!(without("a\n", "#~ S", "#~ E"), "a\n");
    }
}
