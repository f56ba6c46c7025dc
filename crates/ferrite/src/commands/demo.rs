//! `demo`: a throw-away store with data in it, and the Acme ERP connector beside it.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result, bail};
use clap::Args;
use ferrite_acl::Grants;
use ferrite_base::{Randomness, Secret, StoreScope};
use ferrite_integrations::{Access, Details};
use ferrite_settings::Settings;
use ferrite_storage::{Durability, ServerLock};
use ferrite_webapi::identity::{Caller, Head, Identity};
use ferrite_webapi::{Api, Request};
use hyper::Method;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use tokio::signal::unix::{SignalKind, signal};

use crate::commands::serve::keep_house;
use crate::commands::setup_install::{self, Installation};
use crate::demo_data;
use crate::project::Project;
use crate::{server, wiring};

const USER: &str = "admin";
const PASSWORD: &str = "Admin123!x";

/// Options of `demo`.
#[derive(Args)]
pub struct Options {
    /// Where the store listens.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where Acme ERP listens.
    #[arg(long, default_value = "127.0.0.1:8090")]
    erp_listen: SocketAddr,
}

/// A folder that goes when the demo ends.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is the system's to clean up: it is a temporary folder.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Serves until Ctrl-C.
pub fn run(options: Options) -> Result<()> {
    let listener = TcpListener::bind(options.listen).with_context(|| {
        format!(
            "{} is in use or cannot be bound: choose another with --listen",
            options.listen
        )
    })?;
    let listen = listener.local_addr()?;
    let erp = start_acme_erp(options.erp_listen)?;
    let folder = Folder(demo_root()?.join(Randomness::system().hex::<8>()));
    let project = Project::at(&folder.0);
    let base_url = format!("http://{listen}/");
    let db = install(&project, &base_url)?;
    let _lock = ServerLock::acquire(&project.path("var/server.lock"))?;
    let served = wiring::server(&project, db)?;
    fill(&served, &base_url)?;
    fs::write(pointer()?, folder.0.display().to_string())?;
    introduce(&served.api, listen, options.erp_listen)?;
    keep_house(&served)?;
    let nonces = Arc::clone(&served.nonces);
    let done = server::run(listener, served);
    nonces.close().context("the record of nonces")?;
    fs::remove_file(pointer()?)?;
    if erp.join().is_err() {
        bail!("Acme ERP ended badly");
    }
    done
}

/// A folder of the user's own among the temporary ones.
fn demo_root() -> Result<PathBuf> {
    let user = fs::metadata("/proc/self").map_or(0, |own| own.uid());
    let path = std::env::temp_dir().join(format!("ferrite-demo-{user}"));
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true).mode(0o700).create(&path)?;
    let found = fs::symlink_metadata(&path)?;
    if !found.is_dir() || found.uid() != user {
        bail!("{} belongs to somebody else", path.display());
    }
    Ok(path)
}

fn pointer() -> Result<PathBuf> {
    Ok(demo_root()?.join("running"))
}

/// The folder of the demo that is running.
pub fn running() -> Option<PathBuf> {
    let text = fs::read_to_string(pointer().ok()?).ok()?;
    let path = Path::new(text.trim()).to_owned();
    path.is_dir().then_some(path)
}

fn install(project: &Project, base_url: &str) -> Result<ferrite_storage::Db> {
    for folder in ["bin", "app/code", "app/etc", "var"] {
        project.make_folder(folder)?;
    }
    setup_install::install(
        project,
        Installation {
            base_url: base_url.to_owned(),
            admin: ferrite_accounts::NewAdmin {
                user_name: USER.to_owned(),
                email: "admin@example.com".to_owned(),
                first_name: "Demo".to_owned(),
                last_name: "Admin".to_owned(),
                password: Secret::new(PASSWORD.to_owned()),
            },
            database: None,
        },
        Durability::Normal,
    )
}

/// Acme ERP in a thread of its own; Ctrl-C ends it too.
fn start_acme_erp(listen: SocketAddr) -> Result<thread::JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut options = acme_erp::Options::new(listen);
    options.listen_flag = "--erp-listen";
    let acme = runtime.block_on(acme_erp::Server::bind(options))?;
    let serve = move || {
        let served = runtime.block_on(acme.run(stopped()));
        if let Err(error) = served {
            eprintln!("Acme ERP: {error}");
        }
    };
    Ok(thread::Builder::new()
        .name("acme-erp".to_owned())
        .spawn(serve)?)
}

async fn stopped() {
    let interrupted = signal(SignalKind::interrupt());
    let (Ok(mut interrupted), Ok(mut terminated)) = (interrupted, signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupted.recv() => {}
        _ = terminated.recv() => {}
    }
}

/// Puts the demo's data in through the Web API, and makes an integration to call it with.
fn fill(served: &wiring::Server, base_url: &str) -> Result<()> {
    let settings: &Settings = &served.api.services().settings;
    settings.set("oauth/consumer/allow_local_callbacks", Some("1"))?;
    for (path, body) in demo_data::requests() {
        post(&served.api, &path, &body, Some(everything()))
            .with_context(|| format!("{path} of the demo's data"))?;
    }
    let integrations = served.provider.integrations();
    let made = integrations.create(&Details {
        name: "Demo".to_owned(),
        email: String::new(),
        endpoint: String::new(),
        identity_link_url: String::new(),
        access: Access::All,
    })?;
    integrations.activate(made.id)?;
    debug_assert_eq!(
        settings.text("web/unsecure/base_url", &StoreScope::admin()),
        base_url
    );
    Ok(())
}

fn everything() -> Identity {
    Identity::new(Caller::Admin(1), Arc::new(Grants::all()))
}

fn post(api: &Api, path: &str, body: &str, caller: Option<Identity>) -> Result<String> {
    let response = api.answer(Request {
        head: Head {
            method: Method::POST,
            path: format!("/rest{path}"),
            headers: HeaderMap::from_iter([(
                CONTENT_TYPE,
                HeaderValue::from_static("application/json"),
            )]),
            ..Head::default()
        },
        body: body.as_bytes().to_vec(),
        caller,
    });
    let body = String::from_utf8_lossy(&response.body).into_owned();
    if response.status != 200 {
        bail!("answered {}: {body}", response.status);
    }
    Ok(body)
}

fn introduce(api: &Api, listen: SocketAddr, erp: SocketAddr) -> Result<()> {
    let login = format!("{{\"username\": \"{USER}\", \"password\": \"{PASSWORD}\"}}");
    let token = post(api, "/V1/integration/admin/token", &login, None)?;
    let token = token.trim_matches('"');
    let binary = std::env::current_exe()?;
    let url = format!("http://{listen}/rest/V1/products/24-MB01");
    println!("The store is at    http://{listen}/");
    println!("Panel              http://{listen}/admin   {USER} / {PASSWORD}");
    println!("Acme ERP           http://{erp}/");
    println!("  Callback URL       http://{erp}/callback");
    println!("  Identity link URL  http://{erp}/link");
    println!();
    println!("A call with a bearer token, good for an hour:");
    println!("  curl -H 'Authorization: Bearer {token}' {url}");
    println!();
    println!("A call that signs itself:");
    println!("  curl -H \"$({} sign GET {url})\" {url}", binary.display());
    println!();
    println!("Ctrl-C ends both; nothing is kept.");
    Ok(())
}
