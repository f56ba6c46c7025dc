//! `maintenance:…`: the flag files by which a store says that it is not to be used at present.

use std::net::IpAddr;
use std::process::ExitCode;

use clap::Args;

use crate::console::output::{lines, say};
use crate::console::{Context, Entry, Exists, NoOptions, Outcome};
use ferrite_storage::Error;

use crate::maintenance::Maintenance;

/// `maintenance:enable`
pub static ENABLE: Entry<Addresses> = Entry {
    name: "maintenance:enable",
    description: "Enables maintenance mode",
    exists: Exists::Always,
    run: |context, addresses| switch(context, &addresses, true),
};

/// `maintenance:disable`
pub static DISABLE: Entry<Addresses> = Entry {
    name: "maintenance:disable",
    description: "Disables maintenance mode",
    exists: Exists::Always,
    run: |context, addresses| switch(context, &addresses, false),
};

/// `maintenance:status`
pub static STATUS: Entry<NoOptions> = Entry {
    name: "maintenance:status",
    description: "Shows whether maintenance mode is active",
    exists: Exists::Always,
    run: status,
};

/// `maintenance:allow-ips`
pub static ALLOW_IPS: Entry<AllowOptions> = Entry {
    name: "maintenance:allow-ips",
    description: "Sets the addresses that are served all the same",
    exists: Exists::Always,
    run: allow,
};

/// Options of `maintenance:enable` and `maintenance:disable`.
#[derive(Args)]
pub struct Addresses {
    /// An address that is served all the same; 'none' for none
    #[arg(long)]
    ip: Vec<String>,
}

/// Options of `maintenance:allow-ips`.
#[derive(Args)]
pub struct AllowOptions {
    /// The addresses
    #[arg(num_args = 0..)]
    ip: Vec<String>,
    /// Takes all addresses away
    #[arg(long)]
    none: bool,
    /// Adds to those that are there
    #[arg(long)]
    add: bool,
}

/// What is wrong with addresses, one line each.
fn problems(addresses: &[String], none_is_one: bool) -> Vec<String> {
    let known = |text: &&String| text.parse::<IpAddr>().is_ok() || (none_is_one && *text == "none");
    let wrong = addresses.iter().filter(|text| !known(text));
    let mut problems: Vec<String> = wrong.map(|text| format!("Invalid IP {text}")).collect();
    if addresses.len() > 1 && none_is_one && addresses.iter().any(|text| text == "none") {
        problems.push("Multiple values are not allowed when 'none' is used".to_owned());
    }
    problems
}

fn switch(context: &Context, addresses: &Addresses, on: bool) -> Outcome {
    let problems = problems(&addresses.ip, true);
    if !problems.is_empty() {
        lines(problems);
        return Ok(ExitCode::FAILURE);
    }
    let maintenance = Maintenance::of(&context.project);
    maintenance.set(on)?;
    let text = if on { "Enabled" } else { "Disabled" };
    say!("{text} maintenance mode");
    if addresses.ip.iter().any(|text| text == "none") {
        maintenance.set_exempt(&[])?;
        say!("Set exempt IP-addresses: none");
    } else if !addresses.ip.is_empty() {
        maintenance.set_exempt(&addresses.ip)?;
        say!("Set exempt IP-addresses: {}", addresses.ip.join(", "));
    }
    announce(context);
    Ok(ExitCode::SUCCESS)
}

/// Tells a server beside the command. Without a store it finds out by itself within a second.
fn announce(context: &Context) {
    if let Ok(db) = context.project.open() {
        let raised = db.write(|tx| {
            tx.raise_generation();
            Ok::<_, Error>(())
        });
        drop(raised);
    }
}

fn status(context: &Context, _: NoOptions) -> Outcome {
    let maintenance = Maintenance::of(&context.project);
    let state = if maintenance.is_on() {
        "active"
    } else {
        "not active"
    };
    let exempt = maintenance.exempt();
    say!("Status: maintenance mode is {state}");
    say!("List of exempt IP-addresses: {}", named(&exempt));
    Ok(ExitCode::SUCCESS)
}

fn named(addresses: &[String]) -> String {
    if addresses.is_empty() {
        return "none".to_owned();
    }
    addresses.join(", ")
}

fn allow(context: &Context, options: AllowOptions) -> Outcome {
    let maintenance = Maintenance::of(&context.project);
    if options.none {
        maintenance.set_exempt(&[])?;
        say!("Set exempt IP-addresses: none");
        return Ok(ExitCode::SUCCESS);
    }
    let problems = problems(&options.ip, false);
    if !problems.is_empty() {
        lines(problems);
        return Ok(ExitCode::FAILURE);
    }
    let mut addresses = if options.add {
        maintenance.exempt()
    } else {
        Vec::new()
    };
    for address in options.ip {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    if !addresses.is_empty() {
        maintenance.set_exempt(&addresses)?;
    }
    say!("Set exempt IP-addresses: {}", named(&maintenance.exempt()));
    Ok(ExitCode::SUCCESS)
}
