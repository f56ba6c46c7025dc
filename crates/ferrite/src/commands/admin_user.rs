//! `admin:user:create`, with Magento's options.

use std::path::Path;

use anyhow::Result;
use clap::Args;
use ferrite_accounts::NewAdmin;
use ferrite_base::{Clock, Secret};

use crate::project::Project;

/// Options of `admin:user:create`.
#[derive(Args)]
pub struct Options {
    /// The user name.
    #[arg(long)]
    admin_user: String,
    /// The password.
    #[arg(long)]
    admin_password: String,
    /// The e-mail address.
    #[arg(long)]
    admin_email: String,
    /// The first name.
    #[arg(long)]
    admin_firstname: String,
    /// The last name.
    #[arg(long)]
    admin_lastname: String,
}

/// Makes an admin who may do everything.
pub fn run(root: &Path, options: Options) -> Result<()> {
    let db = Project::at(root).open()?;
    let admin = NewAdmin {
        user_name: options.admin_user,
        email: options.admin_email,
        first_name: options.admin_firstname,
        last_name: options.admin_lastname,
        password: Secret::new(options.admin_password),
    };
    let admin = admin.checked(Clock::system().now())?;
    let name = admin.user_name.clone();
    db.write(move |tx| ferrite_accounts::create(tx, &admin))?;
    println!("Created Magento administrator user named {name}");
    Ok(())
}
