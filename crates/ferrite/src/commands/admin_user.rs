//! `admin:user:create` and `admin:user:unlock`, with Magento's options.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use ferrite_accounts::NewAdmin;
use ferrite_base::{Clock, Secret};

use crate::console::output::{lines, say};
use crate::console::{Context, Entry, Exists, Outcome, ask_for_empty};

/// `admin:user:create`
pub static CREATE: Entry<CreateOptions> = Entry {
    name: "admin:user:create",
    description: "Makes an admin, or renews one",
    exists: Exists::Always,
    run: create,
};

/// `admin:user:unlock`
pub static UNLOCK: Entry<UnlockOptions> = Entry {
    name: "admin:user:unlock",
    description: "Forgets the failed sign-ins of an admin",
    exists: Exists::Installed,
    run: unlock,
};

/// Options of `admin:user:create`.
#[derive(Args)]
pub struct CreateOptions {
    /// The user name
    #[arg(long, default_value = "")]
    admin_user: String,
    /// The password
    #[arg(long, default_value = "")]
    admin_password: String,
    /// The e-mail address
    #[arg(long, default_value = "")]
    admin_email: String,
    /// The first name
    #[arg(long, default_value = "")]
    admin_firstname: String,
    /// The last name
    #[arg(long, default_value = "")]
    admin_lastname: String,
}

/// Options of `admin:user:unlock`.
#[derive(Args)]
pub struct UnlockOptions {
    /// The user name
    #[arg(required = true)]
    username: String,
}

/// Makes an admin who may do everything; one of the same name and address is renewed.
fn create(context: &Context, options: CreateOptions) -> Outcome {
    let db = context.open()?;
    let options = if context.is_interactive {
        asked(options)?
    } else {
        options
    };
    let admin = NewAdmin {
        user_name: options.admin_user,
        email: options.admin_email,
        first_name: options.admin_firstname,
        last_name: options.admin_lastname,
        password: Secret::new(options.admin_password),
    };
    let problems = admin.problems();
    if !problems.is_empty() {
        lines(problems.iter().map(ferrite_base::Phrase::rendered));
        return Ok(ExitCode::FAILURE);
    }
    let admin = admin.checked(Clock::system().now())?;
    let name = admin.user_name.clone();
    db.write(move |tx| ferrite_accounts::save(tx, &admin))?;
    say!("Created Magento administrator user named {name}");
    Ok(ExitCode::SUCCESS)
}

/// Asks for whatever was not given.
fn asked(mut options: CreateOptions) -> Result<CreateOptions> {
    let fields = [
        ("Admin user", &mut options.admin_user),
        ("Admin password", &mut options.admin_password),
        ("Admin email", &mut options.admin_email),
        ("Admin first name", &mut options.admin_firstname),
        ("Admin last name", &mut options.admin_lastname),
    ];
    ask_for_empty(fields)?;
    Ok(options)
}

fn unlock(context: &Context, options: UnlockOptions) -> Outcome {
    let (db, name) = (context.open()?, options.username);
    let asked = name.clone();
    match db.write(move |tx| ferrite_accounts::unlock(tx, &asked))? {
        Some(true) => say!("The user account \"{name}\" has been unlocked"),
        Some(false) => {
            say!("The user account \"{name}\" was not locked or could not be unlocked");
        }
        None => say!("Couldn't find the user account \"{name}\""),
    }
    Ok(ExitCode::SUCCESS)
}
