//! `POST /V1/integration/admin/token`.

use ferrite_base::{Clock, Fault, Kind, Phrase, Secret, StoreScope};
use ferrite_storage::{Db, Scalar};
use ferrite_webapi::{Call, Routes};

use crate::admins::{ADMINS, Admin};
use crate::bearer::ADMIN;
use crate::jwt::{Claims, JwtKey};
use crate::throttle::Counter;
use crate::{password, throttle};

/// Binds the route.
pub(crate) fn routes(routes: &mut Routes, db: Db, key: JwtKey, clock: Clock) {
    let admin = move |call: &Call, name: String, password: String| {
        sign_in(call, &db, &key, &clock, &name, &Secret::new(password))
    };
    routes.bind_outside("POST /V1/integration/admin/token", admin);
}

fn sign_in(
    call: &Call,
    db: &Db,
    key: &JwtKey,
    clock: &Clock,
    name: &str,
    password: &Secret,
) -> Result<String, Fault> {
    require(name, password)?;
    let counters = Counter::of_tokens(call.settings(), "admin", name, call.source());
    let (locked, admin) = db.read(|tx| {
        let locked = throttle::is_locked(tx, clock, &counters)?;
        Ok::<_, Fault>((locked, ADMINS.find(tx, "user_name", &Scalar::from(name))?))
    })?;
    let hash = admin.as_ref().map(|admin| admin.password_hash.as_str());
    let right = password::verify(password, hash)?;
    // Of many who try at once, none gets in by the password that locked the others out.
    let locked = locked || db.read(|tx| throttle::is_locked(tx, clock, &counters))?;
    let admin: Option<Admin> = admin.filter(|admin| right && admin.is_active && !locked);
    throttle::note(db, clock, counters, admin.is_none())?;
    let Some(admin) = admin else {
        return Err(refused());
    };
    let minutes = call
        .settings()
        .number("webapi/jwtauth/admin_expiration", &StoreScope::admin());
    let iat = clock.unix_seconds();
    let exp = iat + 60 * if minutes > 0 { minutes } else { 30 };
    let claims = Claims {
        uid: admin.id,
        utypid: ADMIN,
        iat,
        exp,
    };
    key.issue(&claims)
        .ok_or_else(|| Fault::internal("a token cannot be issued"))
}

/// An empty name or password counts as missing.
pub(crate) fn require(name: &str, password: &Secret) -> Result<(), Fault> {
    let given = [("username", name), ("password", password.reveal())];
    let empty = given.iter().filter(|(_, text)| text.is_empty());
    let empty: Vec<&str> = empty.map(|(field, _)| *field).collect();
    if empty.is_empty() {
        return Ok(());
    }
    Err(Fault::required(empty))
}

/// One sentence for whatever is wrong.
pub(crate) fn refused() -> Fault {
    let text = "The account sign-in was incorrect or your account is disabled temporarily. \
                Please wait and try again later.";
    Fault::new(Kind::Denied, Phrase::new(text))
}
