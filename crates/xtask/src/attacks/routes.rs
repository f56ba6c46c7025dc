//! Every route of the table as everybody: a guest, also where the configuration opens reads to guests;
//! a customer; an admin and an integration with another resource, with the route's own, and with all. Who may not is
//! refused before anything that was sent is read. Who may is led to the route, at once and later, and
//! whatever it then makes of nothing is no fault of its own.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use anyhow::{Context, Result, ensure};
use ferrite_testkit::{Answer, Signer, Store};
use serde_json::{Value, json};

use super::caller::{Caller, ask, integration, token};
use crate::guest_walk;
use crate::panel::{Browser, hidden};
use crate::stage::Repo;
use crate::table::{self, Row};

/// A resource that no route wants, and under which none lies that one does.
const OTHER: &str = "Magento_Reports::review";

/// What every integration holds beside what it was given.
const EVERYBODYS: &str = "Magento_Backend::admin";

const CUSTOMER: (&str, &str) = ("routes@example.com", "Routes-Pass-1!");

/// What is said where no route is found.
const NOWHERE: &str = "Request does not match any route.";
const ADMIN: (&str, &str) = ("walks", "Walks-Pass-1!");

/// A route, ready to be asked.
struct Route {
    row: Row,
    /// Its path, with a number for each parameter.
    path: String,
}

impl Route {
    fn new(row: Row) -> Self {
        let part = |part: &str| match part.strip_prefix(':') {
            Some(_) => "999999".to_owned(),
            None => part.to_owned(),
        };
        let parts: Vec<String> = row.path.split('/').map(part).collect();
        Self {
            path: parts.join("/"),
            row,
        }
    }

    fn is_open(&self) -> bool {
        self.row.resources == "anonymous"
    }

    fn is_for_customers(&self) -> bool {
        self.row.resources == "self"
    }

    /// Asks at `base`, `/rest` or `/rest/async`; a fault of our own is an error, and so is a route
    /// of this side that is not served.
    fn ask(
        &self,
        store: &Store,
        caller: &mut Caller<'_>,
        base: &str,
        body: &str,
    ) -> Result<Answer> {
        let method = self.row.method.as_str();
        let body = matches!(method, "POST" | "PUT").then_some(body);
        let target = format!("{base}{}", self.path);
        let answer = ask(store, caller, method, &target, body)?;
        let is_open = answer.status == 501 && !self.row.is_of_this_side();
        ensure!(
            answer.status < 500 || is_open,
            "{method} {target} is answered {}",
            shown(&answer)
        );
        Ok(answer)
    }

    /// Whether an answer is the refusal of a caller who lacks what the route wants.
    fn is_refused(&self, answer: &Answer) -> bool {
        let text = "The consumer isn't authorized to access %resources.";
        let body = json!({"message": text, "parameters": {"resources": self.row.resources}});
        answer.status == 401
            && serde_json::from_slice::<Value>(&answer.body).is_ok_and(|found| found == body)
    }

    /// Asks as somebody who may or may not, at once and, where the route changes something, later;
    /// what may not is sent with a body that cannot be read. A customer asks at once alone: what is
    /// put off could take the token away in the middle of the walk.
    fn check(&self, store: &Store, who: &str, caller: &mut Caller<'_>, may: bool) -> Result<()> {
        let later = self.row.method != "GET" && !matches!(caller, Caller::Bearer(_));
        let bases = ["/rest"].into_iter().chain(later.then_some("/rest/async"));
        for base in bases {
            let answer = self.ask(store, caller, base, if may { "{}" } else { "{" })?;
            let fits = match may {
                _ if self.row.module == table::ABSENT => answer.status == 404,
                true if self.row.secure => {
                    answer.status == 400 && contains(&answer, "only in HTTPS")
                }
                true => {
                    !contains(&answer, "isn't authorized to access") && !contains(&answer, NOWHERE)
                }
                false => self.is_refused(&answer),
            };
            ensure!(
                fits,
                "{} at {base} as {who} is answered {}",
                self.row.name(),
                shown(&answer)
            );
        }
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
    let rows = table::rows(repo)?.into_iter();
    let mut routes: Vec<Route> = rows.map(Route::new).collect();
    // What takes tokens away comes last.
    routes.sort_by_key(|route| route.path.contains("revoke"));

    for route in &routes {
        route.check(store, "a guest", &mut Caller::Guest, route.is_open())?;
    }
    let opened = guest_walk::opened(repo)?;
    guest_walk::with_guest_access(store, || {
        routes.iter().try_for_each(|route| {
            let may = route.is_open() || opened.contains(&route.row.recorded_name());
            route.check(store, "a guest with access", &mut Caller::Guest, may)
        })
    })?;
    let customer = customer(store)?;
    for route in &routes {
        let may = route.is_open() || route.is_for_customers();
        route.check(store, "a customer", &mut Caller::Bearer(&customer), may)?;
    }
    let mut other = integration(store, "Walks with another", OTHER)?;
    for route in &routes {
        let may = route.is_open() || route.row.resources == EVERYBODYS;
        route.check(
            store,
            "an integration with another resource",
            &mut Caller::Signer(&mut other),
            may,
        )?;
    }
    let admin = admin(store)?;
    for route in &routes {
        let may = route.is_open() || route.row.resources == EVERYBODYS;
        let who = "an admin whose role holds another resource";
        route.check(store, who, &mut Caller::Bearer(&admin), may)?;
    }
    let integrations = with_resources(store, &routes)?;
    println!(
        "{} routes as guest, customer, admin without a resource, and {integrations} integrations",
        routes.len()
    );
    Ok(())
}

/// As integrations with all resources, and with each route's own; how many those are.
fn with_resources(store: &Store, routes: &[Route]) -> Result<usize> {
    let mut all = integration(store, "Walks with all", "all")?;
    let mut of_resource: BTreeMap<&str, Option<Signer>> = BTreeMap::new();
    for route in routes {
        let mut everything = Caller::Signer(&mut all);
        let who = "an integration with all resources";
        route.check(store, who, &mut everything, true)?;
        if route.row.module == table::ABSENT {
            continue;
        }
        if route.is_for_customers() {
            let answer = route.ask(store, &mut everything, "/rest", "{}")?;
            ensure!(
                matches!(answer.status, 400 | 501),
                "{} without a customer is answered {}",
                route.row.name(),
                shown(&answer)
            );
        } else if !route.is_open() {
            let own = match of_resource.entry(&route.row.resources) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(own(store, &route.row.resources)?),
            };
            let Some(own) = own.as_mut() else { continue };
            let who = "an integration with its own resource";
            route.check(store, who, &mut Caller::Signer(own), true)?;
        }
    }
    Ok(of_resource.len() + 2)
}

/// An integration with a route's own resource; none where the tree does not offer it.
fn own(store: &Store, resource: &str) -> Result<Option<Signer>> {
    match integration(store, &format!("Walks with {resource}"), resource) {
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
    token(store, "customer", email, password).with_context(|| format!("the token of {email}"))
}
