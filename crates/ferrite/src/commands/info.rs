//! `info:adminuri`: where the panel is.

use std::process::ExitCode;

use ferrite_base::StoreScope;
use ferrite_settings::{PANEL_PATH, Settings};

use crate::console::output::say;
use crate::console::{Context, Entry, Exists, NoOptions, Outcome};

/// `info:adminuri`
pub static ADMIN_URI: Entry<NoOptions> = Entry {
    name: "info:adminuri",
    description: "Shows the path of the panel",
    exists: Exists::Installed,
    run,
};

/// The panel's path, with its slash.
pub fn admin_uri(settings: &Settings) -> String {
    format!("/{}", settings.text(PANEL_PATH, &StoreScope::admin()))
}

fn run(context: &Context, _: NoOptions) -> Outcome {
    let settings = context.settings(context.open()?);
    say!("\nAdmin URI: {}\n", admin_uri(&settings));
    Ok(ExitCode::SUCCESS)
}
