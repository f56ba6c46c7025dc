//! Customers' tokens: who a customer is, is for the family of customers to say ([`Customers`]).

use std::sync::Arc;

use ferrite_base::{Clock, Fault, Kind, Phrase, Secret, StoreScope};
use ferrite_settings::Settings;
use ferrite_storage::{Db, Tx};
use ferrite_webapi::{Call, Routes};

use crate::jwt::{Claims, JwtKey};
use crate::throttle::Counter;
use crate::{password, throttle};

/// The user type of customers in tokens.
pub(crate) const CUSTOMER: i64 = 3;

/// What a sign-in needs to know of a customer.
#[derive(Clone, Debug)]
pub struct Account {
    /// The customer's id.
    pub id: i64,
    /// The hash of the password; none where none was ever set.
    pub password_hash: Option<String>,
    /// Whether signing in is refused at present.
    pub is_locked: bool,
    /// Whether signing in is refused whatever the password is: the account waits for its
    /// confirmation, or its website is closed to its group.
    pub is_closed: bool,
}

/// What a customer's tokens are held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Since when tokens count, in seconds since 1970.
    pub tokens_since: i64,
    /// The website of the account; none where accounts count in all of them.
    pub website_id: Option<i64>,
}

impl Standing {
    /// Whether a token counts that was issued then; one of the second in which tokens were revoked
    /// is revoked too.
    pub fn covers(self, issued: i64) -> bool {
        issued > self.tokens_since
    }
}

/// The customers, as accounts sees them.
pub trait Customers: Send + Sync {
    /// The customer of an e-mail address in a website.
    fn find(
        &self,
        tx: &mut Tx<'_>,
        at: &Settings,
        email: &str,
        website_id: i64,
    ) -> Result<Option<Account>, Fault>;

    /// Notes whether a sign-in went well.
    fn note(&self, db: &Db, at: &Settings, id: i64, failed: bool) -> Result<(), Fault>;

    /// What tokens are held against; none where there is no such customer.
    fn standing(&self, tx: &mut Tx<'_>, at: &Settings, id: i64) -> Result<Option<Standing>, Fault>;

    /// Makes all tokens of a customer count no more.
    fn revoke(&self, tx: &mut Tx<'_>, id: i64, now: i64) -> Result<(), Fault>;
}

/// Binds the routes of customers' tokens.
pub(crate) fn routes(
    routes: &mut Routes,
    db: Db,
    key: JwtKey,
    clock: Clock,
    customers: Arc<dyn Customers>,
) {
    let revoking = Arc::clone(&customers);
    let now = clock.clone();
    routes.bind(
        "POST /V1/integration/customer/revoke-customer-token",
        move |_: &Call, tx: &mut Tx<'_>, id: i64| {
            revoking.revoke(tx, id, now.unix_seconds())?;
            Ok(true)
        },
    );
    let sign_in = SignIn {
        db,
        key,
        clock,
        customers,
    };
    routes.bind_outside(
        "POST /V1/integration/customer/token",
        move |call: &Call, email: String, password: String| {
            sign_in.token(call, &email, &Secret::new(password))
        },
    );
}

struct SignIn {
    db: Db,
    key: JwtKey,
    clock: Clock,
    customers: Arc<dyn Customers>,
}

impl SignIn {
    fn token(&self, call: &Call, email: &str, given: &Secret) -> Result<String, Fault> {
        crate::tokens::require(email, given)?;
        let source = call.source();
        let counters = Counter::of_tokens(call.settings(), "customer", email, source);
        let (throttled, account) = self.db.read(|tx| {
            let throttled = throttle::is_locked(tx, &self.clock, &counters)?;
            let account = self
                .customers
                .find(tx, call.settings(), email, call.store.website_id)?;
            Ok::<_, Fault>((throttled, account))
        })?;
        let hash = account
            .as_ref()
            .and_then(|found| found.password_hash.as_deref());
        let right = password::verify(given, hash)?;
        if let Some(account) = account.as_ref().filter(|found| !found.is_locked) {
            self.customers
                .note(&self.db, call.settings(), account.id, !right)?;
        }
        let account = account.filter(|found| {
            let is_open = !found.is_locked && !found.is_closed && !throttled;
            right && is_open
        });
        throttle::note(&self.db, &self.clock, counters, account.is_none())?;
        let Some(account) = account else {
            return Err(crate::tokens::refused());
        };
        let path = "webapi/jwtauth/customer_expiration";
        let minutes = call.settings().number(path, &StoreScope::admin());
        let iat = self.clock.unix_seconds();
        let claims = Claims {
            uid: account.id,
            utypid: CUSTOMER,
            iat,
            exp: iat + 60 * if minutes > 0 { minutes } else { 30 },
        };
        let issued = self.key.issue(&claims);
        issued.ok_or_else(|| Fault::internal("a token cannot be issued"))
    }
}

/// `The password doesn't match this account. …`
pub fn wrong_password() -> Fault {
    let text = "The password doesn't match this account. Verify the password and try again.";
    Fault::new(Kind::Denied, Phrase::new(text))
}
