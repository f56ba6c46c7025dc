//! Passwords, changed, forgotten and set anew (`Magento\Customer\Api\AccountManagementInterface`).
//!
//! Hashing takes its time, so these handlers run outside of a write's transaction and make their
//! own. Tokens of a reset are kept as their SHA-256, count once, and for some hours.

use ferrite_accounts::{password, wrong_password};
use ferrite_base::{Clock, Fault, Kind, Phrase, Randomness, Secret, phrase};
use ferrite_storage::Db;
use ferrite_webapi::{Call, Json, Maybe, Routes, Tx};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::checks;
use crate::identity::{is_locked, note, unlock};
use crate::read::load;
use crate::rows::{CUSTOMERS, Row, find};
use crate::save::no_such_account;

/// For how many hours a token of a reset counts.
const RESET_HOURS: &str = "customer/password/reset_link_expiration_period";

const TEMPLATES: [&str; 2] = ["email_reset", "email_reminder"];

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes, db: &Db, clock: &Clock, randomness: &Randomness) {
    let account = Account {
        db: db.clone(),
        clock: clock.clone(),
        randomness: randomness.clone(),
    };
    let change = account.clone();
    routes.bind_outside(
        "PUT /V1/customers/me/password",
        move |call: &Call, id: i64, current: String, new: String| {
            change.change(call, id, &Secret::new(current), &Secret::new(new))
        },
    );
    let initiate = account.clone();
    routes.bind_outside(
        "PUT /V1/customers/password",
        move |call: &Call, email: String, template: String, website: Maybe<i64>| {
            initiate.initiate(call, &email, &template, website.0)
        },
    );
    let reset = account.clone();
    routes.bind_outside(
        "POST /V1/customers/resetPassword",
        move |call: &Call, email: String, token: String, new: String| {
            reset.reset(call, &email, &token, &Secret::new(new))
        },
    );
    routes.bind(
        "GET /V1/customers/:customerId/password/resetLinkToken/:resetPasswordLinkToken",
        move |call: &Call, tx: &mut Tx<'_>, id: i64, token: String| {
            account.is_valid(call, tx, id, &token)
        },
    );
}

#[derive(Clone)]
struct Account {
    db: Db,
    clock: Clock,
    randomness: Randomness,
}

fn digest(token: &str) -> String {
    let bytes = Sha256::digest(token.as_bytes());
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Account {
    fn change(&self, call: &Call, id: i64, current: &Secret, new: &Secret) -> Result<bool, Fault> {
        let row = call.read(|tx| load(tx, id))?;
        let hash = row.values.get("password_hash").and_then(Json::as_str);
        let right = password::verify(current, hash)?;
        if !is_locked(&row, &self.clock) {
            note(&self.db, call.settings(), &self.clock, id, !right)?;
            if right {
                return self.set_password(call, &row, new);
            }
        }
        let after = call.read(|tx| load(tx, id))?;
        if is_locked(&after, &self.clock) {
            return Err(Fault::new(
                Kind::Denied,
                Phrase::new("The account is locked."),
            ));
        }
        Err(wrong_password())
    }

    fn set_password(&self, call: &Call, row: &Row, new: &Secret) -> Result<bool, Fault> {
        checks::differs_from_email(new, row.text("email"))?;
        checks::check_strength(call.settings(), &call.store, new)?;
        let (id, hash) = (row.id, password::hash(new)?);
        call.write_answer(move |tx| {
            let mut row = load(tx, id)?;
            row.set("password_hash", hash.as_str());
            for field in ["reset_token", "reset_token_at"] {
                row.values.remove(field);
            }
            unlock(&mut row);
            row.set("updated_at", tx.now().as_str());
            CUSTOMERS.put(tx, &row)?;
            Ok(true)
        })
    }

    /// Makes a token for a reset.
    fn initiate(
        &self,
        call: &Call,
        email: &str,
        template: &str,
        website_id: Option<i64>,
    ) -> Result<bool, Fault> {
        let website_id = website_id.unwrap_or(call.store.website_id);
        let found = call.read(|tx| find(tx, call.settings(), email, website_id))?;
        let row = found.ok_or_else(|| no_such_account(email, phrase::Value::Number(website_id)))?;
        if !TEMPLATES.contains(&template) {
            let text = "Invalid value of \"%value\" provided for the %fieldName field. \
                        Possible values: %template1 or %template2.";
            let values = [
                ("value", template),
                ("fieldName", "template"),
                ("template1", "email_reminder"),
                ("template2", "email_reset"),
            ];
            return Err(Fault::new(Kind::Invalid, Phrase::named(text, values)));
        }
        let (id, now) = (row.id, self.clock.unix_seconds());
        let token = digest(&self.randomness.token());
        call.write_answer(move |tx| {
            let mut row = load(tx, id)?;
            row.set("reset_token", token.as_str());
            row.set("reset_token_at", now);
            CUSTOMERS.put(tx, &row)?;
            Ok(true)
        })
    }

    fn reset(&self, call: &Call, email: &str, token: &str, new: &Secret) -> Result<bool, Fault> {
        let website_id = call.store.website_id;
        let found = call.read(|tx| find(tx, call.settings(), email, website_id))?;
        let row = found.ok_or_else(|| no_such_account(email, website_id.to_string().into()))?;
        self.check_token(call, &row, token)?;
        self.set_password(call, &row, new)
    }

    fn is_valid(&self, call: &Call, tx: &mut Tx<'_>, id: i64, token: &str) -> Result<bool, Fault> {
        if id <= 0 {
            let text = "Invalid value of \"%value\" provided for the %fieldName field.";
            let values = [("value", id.into()), ("fieldName", "customerId".into())];
            let values: [(&str, phrase::Value); 2] = values;
            return Err(Fault::new(Kind::Invalid, Phrase::named(text, values)));
        }
        let row = load(tx, id)?;
        self.check_token(call, &row, token)?;
        Ok(true)
    }

    /// Whether a token opens a reset now.
    fn check_token(&self, call: &Call, row: &Row, token: &str) -> Result<(), Fault> {
        if token.is_empty() {
            return Err(Fault::required(["resetPasswordLinkToken"]));
        }
        let held = row.text("reset_token");
        let is_same = bool::from(held.as_bytes().ct_eq(digest(token).as_bytes()));
        if held.is_empty() || !is_same {
            let text = "The password token is mismatched. Reset and try again.";
            return Err(Fault::invalid(text));
        }
        let hours = call.settings().number(RESET_HOURS, &call.store);
        let ends = row
            .number("reset_token_at")
            .saturating_add(hours.saturating_mul(3600));
        if self.clock.unix_seconds() >= ends {
            let text = "The password token is expired. Reset and try again.";
            return Err(Fault::invalid(text));
        }
        Ok(())
    }
}
