//! Signing in to the panel, and an admin's own password asked for once more.

use ferrite_base::{Clock, Fault, Secret, StoreScope};
use ferrite_settings::Settings;
use ferrite_storage::{Db, Scalar, Tx};

use crate::admins::{ADMINS, Admin};
use crate::password;
use crate::throttle::{self, Limits};

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

impl SignIn {
    /// The admin of a name and password. Failures are counted for unknown names too, and an answer
    /// takes as long.
    pub fn admin(&self, name: &str, given: &Secret) -> Result<Result<Admin, Refusal>, Fault> {
        let limits = Limits::of_panel(&self.settings);
        let who = format!("panel {}", name.chars().take(200).collect::<String>());
        let (locked, admin) = self.db.read(|tx| {
            let locked = throttle::is_locked(tx, limits, &self.clock, &who)?;
            Ok::<_, Fault>((locked, ADMINS.find(tx, "user_name", &Scalar::from(name))?))
        })?;
        let hash = admin.as_ref().map(|admin| admin.password_hash.as_str());
        let right = password::verify(given, hash);
        // Of many who try at once, none gets in by the password that locked the others out.
        let reread = |tx: &mut Tx<'_>| throttle::is_locked(tx, limits, &self.clock, &who);
        if locked || self.db.read(reread)? {
            return Ok(Err(Refusal::Locked));
        }
        let strict = "admin/security/use_case_sensitive_login";
        let strict = self.settings.flag(strict, &StoreScope::admin());
        let admin = admin.filter(|admin| right && admin.is_active);
        let admin = admin.filter(|admin| !strict || admin.user_name == name);
        throttle::note(&self.db, limits, &self.clock, &who, admin.is_none())?;
        Ok(admin.ok_or(Refusal::Wrong))
    }

    /// Whether it is the password of an admin who is signed in; a wrong one counts as a failed
    /// sign-in.
    pub fn confirm(&self, admin: &Admin, given: &Secret) -> Result<Result<(), Refusal>, Fault> {
        let first = self.admin(&admin.user_name, given)?;
        match first {
            Ok(_) => Ok(Ok(())),
            Err(Refusal::Locked) => Ok(Err(Refusal::Locked)),
            Err(Refusal::Wrong) => {
                let limits = Limits::of_panel(&self.settings);
                let who = format!("panel {}", admin.user_name);
                let locked = self
                    .db
                    .read(|tx| throttle::is_locked(tx, limits, &self.clock, &who))?;
                Ok(Err(if locked {
                    Refusal::Locked
                } else {
                    Refusal::Wrong
                }))
            }
        }
    }
}
