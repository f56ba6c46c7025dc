//! Signing in to the panel, and an admin's own password asked for once more.

use std::net::IpAddr;

use ferrite_base::{Clock, Fault, Kind, Phrase, Secret, StoreScope};
use ferrite_settings::Settings;
use ferrite_storage::{Db, Scalar, Tx};

use crate::admins::{ADMINS, Admin};
use crate::password;
use crate::throttle::{self, Counter};

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is wrong, or there is no such admin, or the admin may not sign in.
    Wrong,
    /// Too many were wrong of late.
    Locked,
}

/// What signing in needs.
#[derive(Clone)]
pub struct SignIn {
    /// The store.
    pub db: Db,
    /// The configuration: `admin/security/lockout_…`.
    pub settings: Settings,
    /// The time.
    pub clock: Clock,
}

/// Where somebody signs in from.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The address.
    pub source: Option<IpAddr>,
    /// What names a browser in which that admin has signed in before. Failures elsewhere do not lock
    /// it out (OWASP's "device cookies").
    pub device: Option<String>,
}

impl SignIn {
    /// The admin of a name and password. Failures are counted for unknown names too, and an answer
    /// takes as long.
    pub fn admin(
        &self,
        name: &str,
        given: &Secret,
        origin: &Origin,
    ) -> Result<Result<Admin, Refusal>, Fault> {
        let mut counters = vec![self.counter(name, origin)];
        if origin.device.is_none() {
            let source = Counter::of_source(origin.source);
            if self.db.read(|tx| source.is_locked(tx, &self.clock))? {
                return Err(too_many());
            }
            counters.push(source);
        }
        let counter = &counters[..1];
        let (locked, admin) = self.db.read(|tx| {
            let locked = throttle::is_locked(tx, &self.clock, counter)?;
            Ok::<_, Fault>((locked, ADMINS.find(tx, "user_name", &Scalar::from(name))?))
        })?;
        let hash = admin.as_ref().map(|admin| admin.password_hash.as_str());
        let right = password::verify(given, hash)?;
        // Of many who try at once, none gets in by the password that locked the others out.
        let reread = |tx: &mut Tx<'_>| throttle::is_locked(tx, &self.clock, counter);
        if locked || self.db.read(reread)? {
            return Ok(Err(Refusal::Locked));
        }
        let strict = "admin/security/use_case_sensitive_login";
        let strict = self.settings.flag(strict, &StoreScope::admin());
        let admin = admin.filter(|admin| right && admin.is_active);
        let admin = admin.filter(|admin| !strict || admin.user_name == name);
        throttle::note(&self.db, &self.clock, counters, admin.is_none())?;
        Ok(admin.ok_or(Refusal::Wrong))
    }

    /// Whether it is the password of an admin who is signed in; a wrong one counts as a failed
    /// sign-in.
    pub fn confirm(
        &self,
        admin: &Admin,
        given: &Secret,
        origin: &Origin,
    ) -> Result<Result<(), Refusal>, Fault> {
        let first = self.admin(&admin.user_name, given, origin)?;
        match first {
            Ok(_) => Ok(Ok(())),
            Err(Refusal::Locked) => Ok(Err(Refusal::Locked)),
            Err(Refusal::Wrong) => {
                let counter = self.counter(&admin.user_name, origin);
                let locked = self.db.read(|tx| counter.is_locked(tx, &self.clock))?;
                Ok(Err(if locked {
                    Refusal::Locked
                } else {
                    Refusal::Wrong
                }))
            }
        }
    }

    fn counter(&self, name: &str, origin: &Origin) -> Counter {
        Counter::of_panel(&self.settings, name, origin.device.as_deref())
    }
}

fn too_many() -> Fault {
    let text = "Too many sign-ins from your address have failed. Please wait and try again later.";
    Fault::new(Kind::TooManyRequests, Phrase::new(text))
}
