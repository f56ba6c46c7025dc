//! Admin users, as `admin_user` holds them.

use ferrite_base::{DateTime, Fault, Kind, Phrase, Secret};
use ferrite_storage::{Collection, Error, Field, Scalar, Tx, serde_document};
use serde::{Deserialize, Serialize};

use crate::{password, roles, throttle};

/// An admin.
#[derive(Clone, Serialize, Deserialize)]
pub struct Admin {
    /// The user's id.
    pub id: i64,
    /// What the user signs in with, unique whatever its case.
    pub user_name: String,
    /// The e-mail address, unique whatever its case.
    pub email: String,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// The password's hash.
    pub password_hash: String,
    /// Whether the user may sign in.
    pub is_active: bool,
    /// The user's role: what the user may do.
    pub role_id: i64,
    /// When the user was made.
    pub created_at: DateTime,
}

serde_document!(Admin);

/// All admins.
pub static ADMINS: Collection<Admin> = Collection {
    name: "admin_user",
    fields: &[
        Field::unique_text("user_name", |admin: &Admin| {
            Some(Scalar::from(admin.user_name.as_str()))
        }),
        Field::unique_text("email", |admin: &Admin| {
            Some(Scalar::from(admin.email.as_str()))
        }),
    ],
};

/// What an admin is made of.
#[derive(Clone, Debug)]
pub struct NewAdmin {
    /// What the user signs in with.
    pub user_name: String,
    /// The e-mail address.
    pub email: String,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// The password.
    pub password: Secret,
}

impl NewAdmin {
    /// Everything that is wrong by Magento's rules, in Magento's order.
    pub fn problems(&self) -> Vec<Phrase> {
        let required = [
            ("User Name", &self.user_name),
            ("First Name", &self.first_name),
            ("Last Name", &self.last_name),
        ];
        let missing = required.iter().filter(|(_, text)| text.trim().is_empty());
        let mut problems: Vec<Phrase> = missing
            .map(|(field, _)| Fault::required_phrase(field))
            .collect();
        let (name, host) = self.email.split_once('@').unwrap_or_default();
        if name.is_empty() || !host.contains('.') || self.email.contains(char::is_whitespace) {
            problems.push(Phrase::new("Please enter a valid email."));
        }
        problems.extend(password_problem(self.password.reveal()));
        problems
    }

    /// Checks everything by Magento's rules and makes the admin, who may do everything.
    pub fn checked(&self, now: DateTime) -> Result<Admin, Fault> {
        if let Some(problem) = self.problems().into_iter().next() {
            return Err(Fault::new(Kind::Invalid, problem));
        }
        if self.password.reveal() == self.user_name {
            return Err(Fault::invalid(
                "Password cannot be the same as the user name.",
            ));
        }
        Ok(Admin {
            id: 0,
            user_name: self.user_name.clone(),
            email: self.email.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            password_hash: password::hash(&self.password)?,
            is_active: true,
            role_id: roles::ADMINISTRATORS,
            created_at: now,
        })
    }
}

/// What is wrong with a new password.
fn password_problem(password: &str) -> Option<Phrase> {
    if password.is_empty() {
        return Some(Phrase::new("Password is required field."));
    }
    if password.chars().count() < 7 {
        let text = "Your password must be at least %1 characters.";
        return Some(Phrase::list(text, ["7"]));
    }
    let letter = password.chars().any(char::is_alphabetic);
    let digit = password.chars().any(|letter| letter.is_ascii_digit());
    let text = "Your password must include both numeric and alphabetic characters.";
    (!letter || !digit).then(|| Phrase::new(text))
}

/// Adds an admin, and the role of the first one.
pub fn create(tx: &mut Tx<'_>, admin: &Admin) -> Result<i64, Fault> {
    tx.raise_generation();
    roles::install(tx)?;
    match ADMINS.insert(tx, &mut admin.clone()) {
        Err(Error::Duplicate(_)) => Err(Fault::invalid(
            "A user with the same user name or email already exists.",
        )),
        other => Ok(other?),
    }
}

/// Adds an admin of the role Administrators. Where name and e-mail are those of one that is there,
/// that one gets the names and the password, is active, and keeps its role.
pub fn save(tx: &mut Tx<'_>, admin: &Admin) -> Result<i64, Fault> {
    let by_name = ADMINS.find(tx, "user_name", &Scalar::from(admin.user_name.as_str()))?;
    let by_email = ADMINS.find(tx, "email", &Scalar::from(admin.email.as_str()))?;
    let both = "Username and email both need to match an existing user or both be new.";
    match (by_name, by_email) {
        (None, None) => {
            if roles::ROLES.get(tx, roles::ADMINISTRATORS)?.is_none() {
                return Err(Fault::invalid(
                    "No administrators role was found, data fixture needs to be run",
                ));
            }
            create(tx, admin)
        }
        (Some(found), Some(other)) if found.id == other.id => {
            tx.raise_generation();
            let id = found.id;
            let renewed = Admin {
                first_name: admin.first_name.clone(),
                last_name: admin.last_name.clone(),
                password_hash: admin.password_hash.clone(),
                is_active: true,
                ..found
            };
            ADMINS.put(tx, &renewed)?;
            Ok(id)
        }
        (None, Some(_)) => Err(Fault::invalid(format!(
            "An existing user has the given email but different username. {both}"
        ))),
        (Some(_), _) => Err(Fault::invalid(format!(
            "An existing user has the given username but different email. {both}"
        ))),
    }
}

/// Forgets the failed sign-ins of an admin: false where there were none, none where there is no
/// such admin.
pub fn unlock(tx: &mut Tx<'_>, user_name: &str) -> Result<Option<bool>, Error> {
    let Some(admin) = ADMINS.find(tx, "user_name", &Scalar::from(user_name))? else {
        return Ok(None);
    };
    Ok(Some(throttle::forgive(tx, &admin.user_name)?))
}
