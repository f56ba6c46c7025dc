//! Admin users, as `admin_user` holds them.

use ferrite_base::{DateTime, Fault, Kind, Phrase, Secret};
use ferrite_storage::{Collection, Error, Field, Scalar, Tx, serde_document};
use serde::{Deserialize, Serialize};

use crate::{password, roles, throttle};

/// So many characters of a password are hashed when somebody signs in.
const LONGEST_PASSWORD: usize = 256;

/// What Magento says where somebody's password is their name.
pub(crate) const SAME_AS_NAME: &str = "Password cannot be the same as the user name.";

/// What Magento says where a name or an address is somebody else's.
const TAKEN: &str = "A user with the same user name or email already exists.";

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
    /// How often the user was saved: who saves tells which state they have seen.
    #[serde(default)]
    pub revision: i64,
    /// Tokens issued up to this moment count no more, in seconds since 1970.
    #[serde(default)]
    pub revoked_at: i64,
    /// The hashes of the passwords before the present one, the latest first.
    #[serde(default)]
    pub earlier_hashes: Vec<String>,
}

serde_document!(Admin);

impl Admin {
    /// Whether a token that was issued then, in seconds since 1970, still speaks for the user. One
    /// of the second of a revocation does not.
    pub fn covers(&self, issued: i64) -> bool {
        self.is_active && issued > self.revoked_at
    }
}

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
        Field::text("first_name", |admin: &Admin| {
            Some(Scalar::from(admin.first_name.as_str()))
        }),
        Field::text("last_name", |admin: &Admin| {
            Some(Scalar::from(admin.last_name.as_str()))
        }),
        Field::int("is_active", |admin: &Admin| {
            Some(Scalar::from(i64::from(admin.is_active)))
        }),
        Field::int("role_id", |admin: &Admin| Some(Scalar::from(admin.role_id))),
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
        let named = named_problems(
            [&self.user_name, &self.first_name, &self.last_name],
            &self.email,
        );
        let mut problems: Vec<Phrase> = named.into_iter().map(|(_, problem)| problem).collect();
        problems.extend(password_problem(self.password.reveal()));
        problems
    }

    /// Checks everything by Magento's rules and makes the admin, who may do everything.
    pub fn checked(&self, now: DateTime) -> Result<Admin, Fault> {
        if let Some(problem) = self.problems().into_iter().next() {
            return Err(Fault::new(Kind::Invalid, problem));
        }
        if self.password.reveal() == self.user_name {
            return Err(Fault::invalid(SAME_AS_NAME));
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
            revision: 0,
            revoked_at: 0,
            earlier_hashes: Vec::new(),
        })
    }
}

/// What is wrong with user name, first and last name and with the address, by Magento's rules and in
/// its order; each with the field's column.
pub(crate) fn named_problems(names: [&str; 3], email: &str) -> Vec<(&'static str, Phrase)> {
    let fields = [
        ("user_name", "User Name"),
        ("first_name", "First Name"),
        ("last_name", "Last Name"),
    ];
    let missing = fields.into_iter().zip(names);
    let missing = missing.filter(|(_, text)| text.trim().is_empty());
    let mut problems: Vec<_> = missing
        .map(|((column, label), _)| (column, Fault::required_phrase(label)))
        .collect();
    let (name, host) = email.split_once('@').unwrap_or_default();
    if name.is_empty() || !host.contains('.') || email.contains(char::is_whitespace) {
        problems.push(("email", Phrase::new("Please enter a valid email.")));
    }
    problems
}

/// What is wrong with a new password.
pub(crate) fn password_problem(password: &str) -> Option<Phrase> {
    if password.is_empty() {
        return Some(Phrase::new("Password is required field."));
    }
    if password.chars().count() < 7 {
        let text = "Your password must be at least %1 characters.";
        return Some(Phrase::list(text, ["7"]));
    }
    if password.chars().count() > LONGEST_PASSWORD {
        let text = "Please enter a password with at most %1 characters.";
        return Some(Phrase::list(text, [LONGEST_PASSWORD.to_string()]));
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
    free(ADMINS.insert(tx, &mut admin.clone()))
}

/// What came of writing an admin, where a taken name or address has Magento's sentence.
pub(crate) fn free<T>(written: Result<T, Error>) -> Result<T, Fault> {
    match written {
        Err(Error::Duplicate(_)) => Err(Fault::invalid(TAKEN)),
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
                revision: found.revision + 1,
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
