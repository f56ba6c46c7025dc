//! What the Web API says of itself, held against public tools: a validator reads its documents, and
//! schemathesis calls every operation with what the document allows and with what it does not, once
//! as an integration that may do everything and once as a guest.
//!
//! `FERRITE_SEED` decides what is tried, `FERRITE_EXAMPLES` how much.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use ferrite_testkit::{Client, Store};

use crate::server::{Scratch, Server, install};
use crate::stage::{Outcome, Repo, run};

/// Below `/rest/all/`, in Magento's form.
const MAGENTO_FORMS: [&str; 3] = ["schema?services=all", "async/schema", "async/bulk/schema"];

/// What schemathesis looks for.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_schema_conformance";

/// What is tried of an operation beyond its fixed cases: enough for a run of a few minutes.
const EXAMPLES: &str = "3";

const SEED: &str = "1";

/// The validator and both callers. `python` has the packages.
pub fn check(repo: &Repo, python: &Path) -> Result<Outcome> {
    for caller in [Some("schemathesis"), None] {
        let name = caller.map_or("openapi-guest", |_| "openapi");
        let scratch = Scratch::create(&std::env::temp_dir(), name)?;
        // Deleting and changing passwords is tried as well: each caller has a store of its own.
        let ferrite = repo.target.join("release/ferrite");
        let store = install(&ferrite, &scratch, name, None)?;
        let token = caller.map(|name| bearer(&store, name)).transpose()?;
        let mut server = Server::start(&store, scratch.0.join("server.log"))?;
        let examination = Examination {
            repo,
            python,
            store: &store,
            token,
            folder: &scratch.0,
        };
        let agreed = examination.documents().and_then(|()| examination.calls());
        if agreed.is_err() {
            server.print_log();
        }
        agreed.with_context(|| format!("as {}", caller.unwrap_or("a guest")))?;
        server.stop()?;
    }
    Ok(Outcome::Passed)
}

/// The token of an integration that may do everything, where such tokens are taken as they are.
pub fn bearer(store: &Store, name: &str) -> Result<String> {
    store.run(&[
        "config:set",
        "oauth/consumer/enable_integration_as_bearer",
        "1",
    ])?;
    let token = store.integration(name)?.token;
    token.context("an active integration has a token")
}

/// A running store as a caller sees it.
struct Examination<'a> {
    repo: &'a Repo,
    python: &'a Path,
    store: &'a Store,
    /// Of a guest none.
    token: Option<String>,
    /// Where the tools may write.
    folder: &'a Path,
}

impl Examination<'_> {
    /// Every document is valid.
    fn documents(&self) -> Result<()> {
        let mut validate = self.repo.command(self.python);
        validate.args(["-m", "openapi_spec_validator"]);
        let forms = MAGENTO_FORMS.map(|form| format!("/rest/all/{form}"));
        let targets = std::iter::once("/openapi.json").chain(forms.iter().map(String::as_str));
        for (index, target) in targets.enumerate() {
            let file = self.folder.join(format!("document-{index}.json"));
            std::fs::write(&file, self.document(target)?)?;
            validate.arg(file);
        }
        run(&mut validate).context("a document is not valid")
    }

    /// A document as the caller gets it.
    fn document(&self, target: &str) -> Result<Vec<u8>> {
        let address = self.store.address();
        let token = self.token.as_ref();
        let caller = token.map(|token| format!("Authorization: Bearer {token}\r\n"));
        let caller = caller.unwrap_or_default();
        let request = format!("GET {target} HTTP/1.1\r\nHost: {address}\r\n{caller}\r\n");
        let answer = Client::connect(address)?.exchange(request.as_bytes())?;
        ensure!(answer.status == 200, "GET {target}: {}", answer.status);
        Ok(answer.body)
    }

    /// What is answered is what the document says.
    fn calls(&self) -> Result<()> {
        let folder = self.folder.join("schemathesis");
        std::fs::create_dir(&folder)?;
        // In a file, where no list of processes shows it.
        let token = self.token.as_ref();
        let headers = token.map(|token| format!("[headers]\nAuthorization = \"Bearer {token}\"\n"));
        let settings = folder.join("schemathesis.toml");
        std::fs::write(settings, headers.unwrap_or_default())?;
        let setting = |name: &str, usual: &str| std::env::var(name).unwrap_or(usual.to_owned());
        let mut calls = self
            .repo
            .command(self.python.with_file_name("schemathesis"));
        calls.args(["run", &format!("{}/openapi.json", self.store.base())]);
        calls.args(["--phases", "examples,coverage,fuzzing"]);
        calls.args(["--checks", CHECKS]);
        calls.args(["--max-examples", &setting("FERRITE_EXAMPLES", EXAMPLES)]);
        calls.args(["--seed", &setting("FERRITE_SEED", SEED)]);
        // Two workers in one Python disturb one another's parsing, and in what order they call is chance.
        calls.args(["--workers", "1", "--request-timeout", "10"]);
        calls.args(["--no-color", "--warnings", "off"]);
        run(calls.current_dir(&folder)).context("the server does not do what /openapi.json says")
    }
}
