//! A store that is measured, in a folder of its own, with an integration that may do everything.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, ensure};
use ferrite_testkit::{Client, Credentials, Random, Signer, Store};
use serde_json::json;
use tempfile::TempDir;

use crate::bare;
use crate::demo_data;
use crate::process::{self, Served};

pub struct Shop {
    folder: TempDir,
    pub store: Store,
    pub credentials: Credentials,
}

impl Shop {
    /// A new one without data.
    pub fn new() -> Result<Self> {
        // Below the build's own folder: memory is no disk, and /tmp is memory on many machines.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let ferrite = Path::new(env!("CARGO_BIN_EXE_ferrite"));
        let project = folder.path().join("project");
        let store = Store::install(ferrite, &project, process::free_port()?, &[])?;
        let credentials = store.integration("Measured")?;
        Ok(Self {
            folder,
            store,
            credentials,
        })
    }

    /// Its folder, on the disk that its database is on.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Puts what the demo holds into the store, and further products where more are wanted.
    pub fn fill(&self, products: u64) -> Result<()> {
        let mut served = Served::start(self.store.serve())?;
        process::until_listening(self.store.port)?;
        let mut connection = self.connection(u64::MAX / 3)?;
        for (path, body) in demo_data::requests() {
            connection.post(&format!("/rest{path}"), &body)?;
        }
        for number in 0..products {
            connection.post("/rest/V1/products", &product(number))?;
        }
        drop(connection);
        served.end()
    }

    /// A connection that signs, once the server listens.
    pub fn connection(&self, nonces: u64) -> Result<Connection> {
        let host = self.store.address().to_string();
        Ok(Connection {
            signer: Signer::new(self.credentials.clone(), host, Random::new(nonces)),
            client: Client::connect(self.store.address())?,
        })
    }

    /// The yardstick of reads, answering with this body, and its port.
    pub fn bare(&self, body: &[u8]) -> Result<(Served, u16)> {
        let port = process::free_port()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args([bare::SERVE, &port.to_string()]);
        command.arg(self.kept("body", body)?);
        command.stdout(Stdio::null());
        let bare = Served::start(command)?;
        process::until_listening(port)?;
        Ok((bare, port))
    }

    /// A file beside the store.
    pub fn kept(&self, name: &str, bytes: &[u8]) -> Result<PathBuf> {
        let file = self.folder().join(name);
        std::fs::write(&file, bytes)?;
        Ok(file)
    }
}

/// One client that waits for each answer.
pub struct Connection {
    signer: Signer,
    client: Client,
}

impl Connection {
    pub fn get(&mut self, path: &str) -> Result<Vec<u8>> {
        let request = self.signer.get(path)?;
        self.exchange("GET", path, &request)
    }

    pub fn post(&mut self, path: &str, body: &str) -> Result<Vec<u8>> {
        let request = self.signer.post(path, body)?;
        self.exchange("POST", path, &request)
    }

    fn exchange(&mut self, method: &str, path: &str, request: &[u8]) -> Result<Vec<u8>> {
        let answer = self.client.exchange(request)?;
        let said = String::from_utf8_lossy(&answer.body);
        ensure!(answer.is_success(), "{method} {path} is answered {said}");
        Ok(answer.body)
    }
}

/// A product with a text and what a shop's own products have at least.
pub fn product(number: u64) -> String {
    let product = json!({
        "sku": format!("measured-{number}"),
        "name": format!("Measured product {number}"),
        "attribute_set_id": 4,
        "type_id": "simple",
        "price": number % 1000,
        "status": 1,
        "visibility": 4,
        "weight": 1,
        "extension_attributes": {
            "stock_item": {"qty": number % 100, "is_in_stock": true},
        },
        "custom_attributes": [
            {"attribute_code": "description", "value": "Goes with the others. ".repeat(20)},
        ],
    });
    json!({"product": product}).to_string()
}
