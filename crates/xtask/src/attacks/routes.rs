//! Every route of the table as everybody: a guest, a customer, an admin and an integration with another
//! resource, integrations with the route's own, and with all. Who may not is refused before anything that was sent is read.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use anyhow::{Context, Result, ensure};
use ferrite_testkit::{Answer, Signer, Store};
use serde_json::{Value, json};

use super::caller::{Caller, ask, signer, token};
use crate::panel::{Browser, hidden};
use crate::stage::Repo;

/// A resource that no route wants, and under which none lies that one does.
const OTHER: &str = "Magento_Reports::review";

/// What every integration holds beside what it was given.
const EVERYBODYS: &str = "Magento_Backend::admin";

/// Its routes are there only while two-factor authentication is on.
const ABSENT: &str = "Magento_TwoFactorAuth";

const CUSTOMER: (&str, &str) = ("routes@example.com", "Routes-Pass-1!");

const ADMIN: (&str, &str) = ("walks", "Walks-Pass-1!");

/// A route, ready to be asked.
struct Route {
    module: String,
    method: String,
    target: String,
    resources: String,
    secure: bool,
}

impl Route {
    fn read(line: &str) -> Option<Self> {
        let columns: Vec<&str> = line.split(',').collect();
        let [module, method, path, _, _, resources, _, secure, ..] = columns.as_slice() else {
            return None;
        };
        let part = |part: &str| match part.strip_prefix(':') {
            Some(_) => "999999".to_owned(),
            None => part.to_owned(),
        };
        let parts: Vec<String> = path.split('/').map(part).collect();
        Some(Self {
            module: (*module).to_owned(),
            method: (*method).to_owned(),
            target: format!("/rest{}", parts.join("/")),
            resources: resources.replace('|', ", "),
            secure: *secure == "true",
        })
    }

    fn is_open(&self) -> bool {
        self.resources == "anonymous"
    }

    fn is_for_customers(&self) -> bool {
        self.resources == "self"
    }

    fn ask(&self, store: &Store, caller: &mut Caller<'_>, body: &str) -> Result<Answer> {
        let body = matches!(self.method.as_str(), "POST" | "PUT").then_some(body);
        let answer = ask(store, caller, &self.method, &self.target, body)?;
        let fits = answer.status < 500 || answer.status == 501;
        ensure!(fits, "{} is answered {}", self.name(), shown(&answer));
        Ok(answer)
    }

    fn name(&self) -> String {
        format!("{} {}", self.method, self.target)
    }

    /// Whether an answer is the refusal of a caller who lacks what the route wants.
    fn is_refused(&self, answer: &Answer) -> bool {
        let text = "The consumer isn't authorized to access %resources.";
        let body = json!({"message": text, "parameters": {"resources": self.resources}});
        answer.status == 401
            && serde_json::from_slice::<Value>(&answer.body).is_ok_and(|found| found == body)
    }

    /// Asks as somebody who may or may not; what may not is sent with a body that cannot be read.
    fn check(&self, store: &Store, who: &str, caller: &mut Caller<'_>, may: bool) -> Result<()> {
        let answer = self.ask(store, caller, if may { "{}" } else { "{" })?;
        let fits = match may {
            _ if self.module == ABSENT => answer.status == 404,
            true if self.secure => answer.status == 400 && contains(&answer, "only in HTTPS"),
            true => !contains(&answer, "isn't authorized to access"),
            false => self.is_refused(&answer),
        };
        ensure!(
            fits,
            "{} as {who} is answered {}",
            self.name(),
            shown(&answer)
        );
        Ok(())
    }
}

fn contains(answer: &Answer, text: &str) -> bool {
    memchr::memmem::find(&answer.body, text.as_bytes()).is_some()
}

fn shown(answer: &Answer) -> String {
    format!(
        "{} {}",
        answer.status,
        String::from_utf8_lossy(&answer.body)
    )
}

/// The walks.
pub fn check(repo: &Repo, store: &Store) -> Result<()> {
    let table = std::fs::read_to_string(repo.root.join("crates/webapi/data/routes.csv"))?;
    let mut routes: Vec<Route> = table.lines().skip(1).filter_map(Route::read).collect();
    ensure!(routes.len() == 416, "the table has {} routes", routes.len());
    // What takes tokens away comes last.
    routes.sort_by_key(|route| route.target.contains("revoke"));

    for route in &routes {
        route.check(store, "a guest", &mut Caller::Guest, route.is_open())?;
    }
    let customer = customer(store)?;
    for route in &routes {
        let may = route.is_open() || route.is_for_customers();
        route.check(store, "a customer", &mut Caller::Bearer(&customer), may)?;
    }
    let mut other = integration(store, OTHER)?;
    for route in &routes {
        let may = route.is_open() || route.resources == EVERYBODYS;
        route.check(
            store,
            "an integration with another resource",
            &mut Caller::Signer(&mut other),
            may,
        )?;
    }
    let admin = admin(store)?;
    for route in &routes {
        let may = route.is_open() || route.resources == EVERYBODYS;
        let who = "an admin whose role holds another resource";
        route.check(store, who, &mut Caller::Bearer(&admin), may)?;
    }
    let mut all = integration(store, "all")?;
    let mut of_resource: BTreeMap<&str, Option<Signer>> = BTreeMap::new();
    for route in &routes {
        let is_me = route.is_for_customers() && route.module != ABSENT;
        let mut everything = Caller::Signer(&mut all);
        route.check(
            store,
            "an integration with all resources",
            &mut everything,
            true,
        )?;
        if is_me {
            let answer = route.ask(store, &mut everything, "{}")?;
            let fits = matches!(answer.status, 400 | 501);
            ensure!(
                fits,
                "{} without a customer is answered {}",
                route.name(),
                shown(&answer)
            );
        } else if !route.is_open() && route.module != ABSENT {
            let own = match of_resource.entry(&route.resources) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(own(store, &route.resources)?),
            };
            let Some(own) = own.as_mut() else { continue };
            let who = "an integration with its own resource";
            route.check(store, who, &mut Caller::Signer(own), true)?;
        }
    }
    println!(
        "{} routes as guest, customer, admin without a resource, and {} integrations",
        routes.len(),
        of_resource.len() + 2
    );
    Ok(())
}

fn integration(store: &Store, resources: &str) -> Result<Signer> {
    let name = format!("Walks with {resources}");
    let made = store.run(&[
        "integration:create",
        &name,
        "--resources",
        &resources.replace(' ', ""),
        "--activate",
        "--format",
        "json",
    ]);
    signer(store, &made.with_context(|| name.clone())?)
}

/// An integration with a route's own resource; none where the tree does not offer it.
fn own(store: &Store, resource: &str) -> Result<Option<Signer>> {
    match integration(store, resource) {
        Err(error) if format!("{error:#}").contains("there is no resource") => Ok(None),
        made => made.map(Some),
    }
}

/// An admin with a role that holds [`OTHER`] alone, both made in the panel.
fn admin(store: &Store) -> Result<String> {
    let mut browser = Browser::signed_in(store)?;
    let mut save = |path: &str, fields: &[(&str, &str)]| {
        let form = browser.get(path)?;
        let (once, seen) = (hidden(&form, "once")?, hidden(&form, "seen")?);
        let own = [
            ("once", once.as_str()),
            ("seen", seen.as_str()),
            ("current_password", Store::PASSWORD),
        ];
        let key = hidden(&form, "form_key")?;
        let answer = browser.post(path, &key, &[&own, fields].concat())?;
        ensure!(
            answer.status == 303,
            "{path} is answered {}",
            shown(&answer)
        );
        browser.get("/user/new")
    };
    let form = save("/role/new", &[("rolename", "Walks"), ("resource[]", OTHER)])?;
    let form = String::from_utf8_lossy(&form.body);
    let before = form
        .split_once("<bdi>Walks</bdi>")
        .map(|(before, _)| before);
    let value = before.and_then(|before| before.rsplit_once("value=\"")?.1.split_once('"'));
    let (role, _) = value.context("the role is not offered")?;
    let (name, password) = ADMIN;
    let fields = [
        ("username", name),
        ("firstname", "Wa"),
        ("lastname", "Lks"),
        ("email", "walks@example.com"),
        ("password", password),
        ("password_confirmation", password),
        ("is_active", "1"),
        ("role", role),
    ];
    save("/user/new", &fields)?;
    token(store, "admin", name, password)
}

fn customer(store: &Store) -> Result<String> {
    let (email, password) = CUSTOMER;
    let body = json!({"customer": {"email": email, "firstname": "Ro", "lastname": "Utes"}, "password": password});
    let made = ask(
        store,
        &mut Caller::Guest,
        "POST",
        "/rest/V1/customers",
        Some(&body.to_string()),
    )?;
    ensure!(
        made.status == 200,
        "a customer is answered {}",
        shown(&made)
    );
    token(store, "customer", email, password)
}
