//! `acme-erp`: serves until Ctrl-C.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use acme_erp::{Options, Server, StartError};
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

/// A small third-party platform that connects to a store.
#[derive(Parser)]
#[command(name = "acme-erp")]
struct Arguments {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// A file that keeps accounts and connections; without it they are gone at the end. It holds
    /// the stores' secrets and can be read by its owner alone.
    #[arg(long)]
    data: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), StartError> {
    let mut options = Options::new(arguments.listen);
    options.data = arguments.data;
    let server = Server::bind(options).await?;
    let address = server.address();
    println!("Acme ERP is at http://{address}/. Ctrl-C ends it.");
    println!("  Callback URL       http://{address}/callback");
    println!("  Identity link URL  http://{address}/link");
    server.run(stopped()).await
}

/// Waits for SIGINT or SIGTERM.
async fn stopped() {
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
