//! Admin users, as `admin_user` holds them.

use ferrite_base::{DateTime, Fault, Phrase, Secret};
use ferrite_storage::{Collection, Error, Field, Scalar, Tx, serde_document};
use serde::{Deserialize, Serialize};

use crate::{password, roles};

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
    /// Checks everything by Magento's rules and makes the admin, who may do everything.
    pub fn checked(&self, now: DateTime) -> Result<Admin, Fault> {
        let required = [
            ("User Name", &self.user_name),
            ("First Name", &self.first_name),
            ("Last Name", &self.last_name),
        ];
        if let Some((field, _)) = required.iter().find(|(_, text)| text.trim().is_empty()) {
            return Err(Fault::required([*field]));
        }
        let (name, host) = self.email.split_once('@').unwrap_or_default();
        if name.is_empty() || !host.contains('.') || self.email.contains(char::is_whitespace) {
            return Err(Fault::invalid("Please enter a valid email."));
        }
        let password = self.password.reveal();
        if password.is_empty() {
            return Err(Fault::invalid("Password is required field."));
        }
        if password.chars().count() < 7 {
            let text = "Your password must be at least %1 characters.";
            return Err(Fault::new(
                ferrite_base::Kind::Invalid,
                Phrase::list(text, ["7"]),
            ));
        }
        let letter = password.chars().any(char::is_alphabetic);
        if !letter || !password.chars().any(|letter| letter.is_ascii_digit()) {
            let text = "Your password must include both numeric and alphabetic characters.";
            return Err(Fault::invalid(text));
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
