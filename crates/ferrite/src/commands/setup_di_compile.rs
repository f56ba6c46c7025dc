//! `setup:di:compile`: every module is validated, and a fault fails.
//!
//! Ferrite has no classes to generate; what Magento does here is named step by step as it names it,
//! so that scripts which follow it find their lines. Whatever is wrong with modules is told at once.

use std::process::ExitCode;

use anyhow::Result;
use ferrite_base::Clock;
use ferrite_modules::{Installation, Report, SetupState};

use super::module;
use crate::console::output::say;
use crate::console::progress;
use crate::console::{Context, Entry, Exists, NoOptions, Outcome};

/// `setup:di:compile`
pub static COMPILE: Entry<NoOptions> = Entry {
    name: "setup:di:compile",
    description: "Validates every module",
    exists: Exists::Always,
    run,
};

const STEPS: [&str; 9] = [
    "Proxies code generation",
    "Repositories code generation",
    "Service data attributes generation",
    "Application code generator",
    "Interceptors generation",
    "Area configuration aggregation",
    "Interception cache generation",
    "App action list generation",
    "Plugin list generation",
];

fn run(context: &Context, _: NoOptions) -> Outcome {
    Ok(if compile(context)? {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Validates every module and says so; false where one has a fault, or none is switched on.
pub fn compile(context: &Context) -> Result<bool> {
    let clock = Clock::system();
    let begun = clock.unix_seconds();
    let installation = module::read(context)?;
    if !installation.modules.iter().any(|module| module.enabled) {
        say!(
            "You cannot run this command because modules are not enabled. You can enable modules by \
             running the 'module:enable --all' command."
        );
        return Ok(false);
    }
    say!("Compilation was started.");
    let reports = reports(context, &installation)?;
    if reports.iter().any(Report::is_fault) {
        reports.iter().for_each(|report| say!("{report}"));
        let faults = reports.iter().filter(|report| report.is_fault()).count();
        say!("Faults: {faults}, warnings: {}", reports.len() - faults);
        return Ok(false);
    }
    let elapsed = elapsed(clock.unix_seconds() - begun);
    for (step, number) in STEPS.iter().zip(1..) {
        let (all, share) = (STEPS.len(), number * 100 / STEPS.len());
        let bar = progress::bar(share);
        say!(
            "{step}... {number}/{all} {bar} {share:3}% {elapsed} {}",
            memory()
        );
    }
    say!("Generated code and dependency injection configuration successfully.");
    reports.iter().for_each(|report| say!("{report}"));
    Ok(true)
}

/// Everything that is wrong: with files, and with setup scripts as the store stands and as a new one
/// would.
fn reports(context: &Context, installation: &Installation) -> Result<Vec<Report>> {
    let mut reports = installation.reports.clone();
    let mut states = vec![SetupState::default()];
    if context.project.is_installed() {
        states.push(context.open()?.read(ferrite_setup::state)?);
    }
    for state in states {
        for report in installation.setup(&state).reports {
            if !reports.contains(&report) {
                reports.push(report);
            }
        }
    }
    Ok(reports)
}

/// Seconds in the words of a progress line.
fn elapsed(seconds: i64) -> String {
    match seconds {
        ..=0 => "< 1 sec".to_owned(),
        1 => "1 sec".to_owned(),
        2..60 => format!("{seconds} secs"),
        60..120 => "1 min".to_owned(),
        _ => format!("{} mins", seconds / 60),
    }
}

/// The most memory that the process has taken, where the system tells.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u32>().ok());
    format!("{:.1} MiB", f64::from(kibibytes.unwrap_or(0)) / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_told_in_words() {
        let told = [0, 1, 59, 60, 119, 120].map(elapsed);
        assert_eq!(
            told,
            ["< 1 sec", "1 sec", "59 secs", "1 min", "1 min", "2 mins"]
        );
    }
}
