//! The binary: argument parsing, one file per command, wiring.

mod admission;
mod body;
mod commands;
mod demo_data;
mod heads;
mod hosts;
mod project;
mod server;
mod source;
mod wiring;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Magento's integration server as one binary.
#[derive(Parser)]
#[command(name = "ferrite", version)]
struct Options {
    /// The project's folder.
    #[arg(long, global = true)]
    root: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves a throw-away store with data in it, and the Acme ERP connector beside it.
    Demo(commands::demo::Options),
    /// Makes a project's folder.
    New(commands::new::Options),
    /// Makes the store of a project.
    #[command(name = "setup:install")]
    SetupInstall(commands::setup_install::Options),
    /// Sets a configuration value.
    #[command(name = "config:set")]
    ConfigSet(commands::config::SetOptions),
    /// Shows configuration values.
    #[command(name = "config:show")]
    ConfigShow(commands::config::ShowOptions),
    /// Sets the mode: in production only hosts of the base URLs are served.
    #[command(name = "deploy:mode:set")]
    DeployModeSet(commands::deploy_mode::Options),
    /// Shows the mode.
    #[command(name = "deploy:mode:show")]
    DeployModeShow,
    /// Makes an admin.
    #[command(name = "admin:user:create")]
    AdminUserCreate(commands::admin_user::Options),
    /// Makes a further store view.
    #[command(name = "store:create")]
    StoreCreate(commands::store_create::Options),
    /// Makes an integration.
    #[command(name = "integration:create")]
    IntegrationCreate(commands::integration::CreateOptions),
    /// Lists the integrations.
    #[command(name = "integration:list")]
    IntegrationList(commands::integration::ListOptions),
    /// Shows an integration, without any secret.
    #[command(name = "integration:show")]
    IntegrationShow(commands::integration::NameOptions),
    /// Activates an integration.
    #[command(name = "integration:activate")]
    IntegrationActivate(commands::integration::NameOptions),
    /// Gives an integration new tokens; the old ones are refused at once.
    #[command(name = "integration:reauthorize")]
    IntegrationReauthorize(commands::integration::NameOptions),
    /// Deletes an integration.
    #[command(name = "integration:delete")]
    IntegrationDelete(commands::integration::NameOptions),
    /// Lists the routes of the Web API that have no handler yet.
    #[command(name = "dev:routes")]
    Routes,
    /// Prints the Authorization header for one request.
    Sign(commands::sign::Options),
    /// Serves the project.
    Serve(commands::serve::Options),
}

fn main() -> ExitCode {
    let options = Options::parse();
    let given = options.root;
    let root = given.clone().unwrap_or_else(|| PathBuf::from("."));
    let done = match options.command {
        Command::Demo(options) => commands::demo::run(options),
        Command::New(options) => commands::new::run(options),
        Command::SetupInstall(options) => commands::setup_install::run(&root, options),
        Command::ConfigSet(options) => commands::config::set(&root, options),
        Command::ConfigShow(options) => commands::config::show(&root, options),
        Command::DeployModeSet(options) => commands::deploy_mode::set(&root, &options),
        Command::DeployModeShow => commands::deploy_mode::show(&root),
        Command::AdminUserCreate(options) => commands::admin_user::run(&root, options),
        Command::StoreCreate(options) => commands::store_create::run(&root, options),
        Command::IntegrationCreate(options) => commands::integration::create(&root, options),
        Command::IntegrationList(options) => commands::integration::list(&root, options),
        Command::IntegrationShow(options) => commands::integration::show(&root, options),
        Command::IntegrationActivate(options) | Command::IntegrationReauthorize(options) => {
            commands::integration::activate(&root, options)
        }
        Command::IntegrationDelete(options) => commands::integration::delete(&root, options),
        Command::Routes => commands::routes::run(&root),
        Command::Sign(options) => commands::sign::run(given, options),
        Command::Serve(options) => commands::serve::run(&root, options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", ferrite_base::log_line(&format!("{error:#}")));
            ExitCode::FAILURE
        }
    }
}
