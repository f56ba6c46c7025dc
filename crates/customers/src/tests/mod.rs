mod account;
mod groups;
mod routed;

use std::sync::Arc;

use ferrite_accounts::Customers as _;
use ferrite_acl::{Grants, Tree};
use ferrite_base::{Clock, Fault, Randomness, Secret, StoreScope};
use ferrite_settings::Settings;
use ferrite_storage::{Db, Durability, Engine, Options, Sealer};
use ferrite_webapi::dto::Wire as _;
use ferrite_webapi::identity::{Caller, Credentials, Head, Identity};
use ferrite_webapi::{Api, Json, Request, Routes, Services};
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::{Value, json};

use super::addresses::Rules;
use super::save::{NewAccount, Place, create};
use super::types::Customer;
use super::*;

/// What tokens are made of: each call begins with the same one.
const SEED: u64 = 7;

pub(crate) struct World {
    _folder: tempfile::TempDir,
    pub(crate) db: Db,
    clock: Clock,
}

impl World {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(1_800_000_000);
        let db = Db::open(Options {
            engine: Engine::Sqlite {
                file: folder.path().join("store.db"),
            },
            durability: Durability::Normal,
            clock: clock.clone(),
            generation_file: None,
            run_writes_twice: true,
        })
        .unwrap();
        db.migrate([ferrite_settings::tables(), ferrite_tax::tables(), tables()].concat())
            .unwrap();
        db.write(|tx| {
            ferrite_settings::install(tx, "http://store.test/")?;
            ferrite_tax::install(tx)?;
            install(tx)
        })
        .unwrap();
        Self {
            _folder: folder,
            db,
            clock,
        }
    }

    fn create(&self, customer: Value) -> Result<Json, Fault> {
        let customer = Customer::from_value(&customer)?.unwrap();
        let place = Place {
            website_id: 1,
            store_id: 1,
            created_in: "Default Store View".to_owned(),
            group_id: 1,
        };
        let account = NewAccount {
            password_hash: Some("hash".to_owned()),
            confirmation: None,
        };
        let rules = Rules::of(&Settings::new(self.db.clone()), &StoreScope::admin());
        self.db
            .write(move |tx| create(tx, &customer, &place, &account, &rules))
    }

    /// Sends a request below `/rest` as somebody.
    fn call(&self, caller: Caller, route: &str, body: &Value) -> (u16, Value) {
        self.call_by(Vec::new(), caller, route, body)
    }

    /// The same, with those who know which credentials still hold.
    fn call_by(
        &self,
        credentials: Vec<Arc<dyn Credentials>>,
        caller: Caller,
        route: &str,
        body: &Value,
    ) -> (u16, Value) {
        let mut routes = Routes::default();
        super::routes(
            &mut routes,
            &self.db,
            &self.clock,
            &Randomness::seeded(SEED),
        );
        let table = routes.into_table(|_| true, Tree::core()).unwrap();
        let services = Services {
            db: self.db.clone(),
            settings: Settings::new(self.db.clone()),
            tree: Tree::core(),
            credentials,
            clock: self.clock.clone(),
            randomness: Randomness::system(),
            sealer: Sealer::new(&Secret::new("a key of tests"), Randomness::system()),
            serves: |_, _| true,
            log: |line| panic!("{line}"),
        };
        let granted: &[&str] = match caller {
            Caller::Admin(_) => &[ferrite_acl::ALL],
            _ => &[],
        };
        let grants = Grants::from_ids(Tree::core(), granted);
        let (method, path) = route.split_once(' ').unwrap();
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let request = Request {
            head: Head {
                method: method.parse().unwrap(),
                path: format!("/rest{path}"),
                query: Some(query.to_owned()),
                headers: HeaderMap::from_iter([(
                    CONTENT_TYPE,
                    HeaderValue::from_static("application/json"),
                )]),
                ..Head::default()
            },
            body: if body.is_null() {
                Vec::new()
            } else {
                body.to_string().into_bytes()
            },
            caller: Some(Identity::new(caller, Arc::new(grants))),
            at: None,
        };
        let answer = Api::new(Arc::new(services), table).answer(request);
        (answer.status, serde_json::from_slice(&answer.body).unwrap())
    }

    fn admin(&self, route: &str, body: &Value) -> (u16, Value) {
        self.call(Caller::Admin(1), route, body)
    }

    fn accounts(&self) -> CustomerAccounts {
        CustomerAccounts {
            clock: self.clock.clone(),
        }
    }

    /// The configuration as it stands.
    fn at(&self) -> Settings {
        Settings::new(self.db.clone()).at_this_moment()
    }
}

/// A customer of the main website as a caller.
fn customer(id: i64) -> Caller {
    Caller::Customer {
        id,
        website_id: Some(1),
    }
}

fn ada(email: &str) -> Value {
    json!({
        "email": email, "firstname": "Ada", "lastname": "Lovelace", "dob": "1990-02-03",
        "addresses": [
            {"firstname": "Ada", "lastname": "L", "street": ["1 Main St"], "city": "Austin",
             "region": {"region_code": "TX"}, "country_id": "US", "postcode": "78701",
             "telephone": "1", "default_billing": true},
            {"firstname": "Ada"},
        ],
    })
}

#[test]
fn a_customer_keeps_whole_addresses_and_their_regions() {
    let world = World::new();
    let made = world.create(ada("a@example.com")).unwrap();
    let addresses = made["addresses"].as_array().unwrap();
    assert_eq!(addresses.len(), 1, "an address in no country is left out");
    assert_eq!(addresses[0]["region"]["region"], "Texas");
    assert_eq!(addresses[0]["default_billing"], true);
    assert_eq!(made["default_billing"], addresses[0]["id"].to_string());
    assert_eq!(made["group_id"], 1);
    assert!(!made.to_string().contains("hash"), "no secret is shown");
}

#[test]
fn an_address_of_mail_has_one_account_in_a_website() {
    let world = World::new();
    world.create(ada("a@example.com")).unwrap();
    let again = world.create(ada("A@Example.com")).unwrap_err();
    let said = "A customer with the same email address already exists in an associated website.";
    assert_eq!(again.phrase.text, said);
}

#[test]
fn ten_wrong_passwords_lock_for_a_while() {
    let world = World::new();
    world.create(ada("a@example.com")).unwrap();
    let accounts = world.accounts();
    let locked = || {
        let at = world.at();
        let found = world
            .db
            .read(|tx| accounts.find(tx, &at, "a@example.com", 1));
        found.unwrap().unwrap().is_locked
    };
    for _ in 0..9 {
        accounts.note(&world.db, &world.at(), 1, true).unwrap();
    }
    assert!(!locked());
    accounts.note(&world.db, &world.at(), 1, true).unwrap();
    assert!(locked());
    world.clock.advance(601);
    assert!(!locked());
}

#[test]
fn revoked_tokens_count_no_more() {
    let world = World::new();
    world.create(ada("a@example.com")).unwrap();
    let (accounts, at) = (world.accounts(), world.at());
    let since = || {
        let standing = world.db.read(|tx| accounts.standing(tx, &at, 1)).unwrap();
        standing.map(|standing| standing.tokens_since)
    };
    assert_eq!(since(), Some(0));
    let revoking = world.accounts();
    world
        .db
        .write(move |tx| revoking.revoke(tx, 1, 1_800_000_000))
        .unwrap();
    assert_eq!(since(), Some(1_800_000_000));
    let nobody = world.db.read(|tx| accounts.standing(tx, &at, 2)).unwrap();
    assert_eq!(nobody, None);
}

#[test]
fn accounts_of_all_websites_are_one_where_they_are_shared() {
    let world = World::new();
    world.create(ada("a@example.com")).unwrap();
    let accounts = world.accounts();
    let found = |website_id: i64| {
        let at = world.at();
        let found = world
            .db
            .read(|tx| accounts.find(tx, &at, "a@example.com", website_id));
        found.unwrap().is_some()
    };
    let standing = || {
        let at = world.at();
        world.db.read(|tx| accounts.standing(tx, &at, 1)).unwrap()
    };
    assert!(found(1) && !found(2));
    assert_eq!(standing().unwrap().website_id, Some(1));
    let path = "customer/account_share/scope";
    Settings::new(world.db.clone())
        .set(path, Some("0"))
        .unwrap();
    assert!(found(1) && found(2));
    assert_eq!(standing().unwrap().website_id, None);
}

#[test]
fn an_address_that_is_not_whole_refuses_its_customer() {
    let world = World::new();
    let mut sent = ada("a@example.com");
    sent["addresses"] = json!([{"firstname": "A", "lastname": "B", "country_id": "DE"}]);
    let refused = world.create(sent).unwrap_err();
    assert_eq!(refused.errors.len(), 4, "street, city, telephone, postcode");
    assert_eq!(world.db.read(|tx| CUSTOMERS.count(tx)), Ok(0));
}

#[test]
fn ids_that_a_new_customer_cannot_know_are_not_taken() {
    let world = World::new();
    let mut sent = ada("a@example.com");
    sent["id"] = json!(77);
    sent["default_shipping"] = json!("99");
    sent["addresses"][0]["id"] = json!(88);
    let made = world.create(sent).unwrap();
    assert_eq!(
        (&made["id"], &made["addresses"][0]["id"]),
        (&json!(1), &json!(1))
    );
    assert!(made.get("default_shipping").is_none());
}
