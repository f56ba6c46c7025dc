//! Users: made, changed, deleted, unlocked, their tokens revoked.

use ferrite_base::{Fault, Phrase, Secret};
use ferrite_storage::Tx;

use super::reach::Reach;
use super::{People, Problem, Unsaved, too_long};
use crate::admins::{self, ADMINS, Admin};
use crate::roles::ROLES;
use crate::{password, sessions, throttle};

/// With the present one so many passwords may not be taken again.
const EARLIER: usize = 4;

/// What the form of a user says.
#[derive(Clone, Debug)]
pub struct UserDetails {
    /// What the user signs in with; Magento's column takes 40 characters.
    pub user_name: String,
    /// The first name, at most 32 characters.
    pub first_name: String,
    /// The last name, at most 32 characters.
    pub last_name: String,
    /// The e-mail address, at most 128 characters.
    pub email: String,
    /// A new password; empty to keep the present one.
    pub password: Secret,
    /// The same once more.
    pub confirmation: Secret,
    /// Whether the user may sign in.
    pub is_active: bool,
    /// The id of the user's role; 0 where none is picked.
    pub role_id: i64,
}

impl UserDetails {
    /// Everything that is wrong by Magento's rules, in its order; `is_new` where a password is needed.
    pub fn problems(&self, is_new: bool) -> Vec<Problem> {
        let problem = |(field, message)| Problem { field, message };
        let names = [&*self.user_name, &*self.first_name, &*self.last_name];
        let named = admins::named_problems(names, &self.email);
        let mut problems: Vec<Problem> = named.into_iter().map(problem).collect();
        let lengths = [
            too_long("user_name", "User Name", &self.user_name, 40),
            too_long("first_name", "First Name", &self.first_name, 32),
            too_long("last_name", "Last Name", &self.last_name, 32),
            too_long("email", "Email", &self.email, 128),
        ];
        problems.extend(lengths.into_iter().flatten());
        problems.extend(self.password_problems(is_new));
        if self.role_id == 0 {
            let text = "This is a required field.";
            problems.push(problem(("role", Phrase::new(text))));
        }
        problems
    }

    fn password_problems(&self, is_new: bool) -> Vec<Problem> {
        let (given, again) = (self.password.reveal(), self.confirmation.reveal());
        let mut problems = Vec::new();
        if is_new || !given.is_empty() {
            let weak = admins::password_problem(given);
            let named = !given.is_empty() && given == self.user_name;
            let named = named.then(|| Phrase::new(admins::SAME_AS_NAME));
            problems.extend(weak.or(named).map(|message| Problem {
                field: "password",
                message,
            }));
        }
        if given != again {
            let text = "Your password confirmation must match your password.";
            problems.push(Problem {
                field: "confirmation",
                message: Phrase::new(text),
            });
        }
        problems
    }

    /// The user with what the form says; what it does not say stays.
    fn onto(&self, user: Admin) -> Admin {
        Admin {
            user_name: self.user_name.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            email: self.email.clone(),
            is_active: self.is_active,
            role_id: self.role_id,
            revision: user.revision + 1,
            ..user
        }
    }
}

impl People {
    /// Adds a user.
    pub fn add_user(&self, details: &UserDetails) -> Result<Admin, Unsaved> {
        fitting(details.problems(true))?;
        let blank = Admin {
            id: 0,
            user_name: String::new(),
            email: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            password_hash: password::hash(&details.password)?,
            is_active: false,
            role_id: 0,
            created_at: self.clock.now(),
            revision: 0,
            revoked_at: 0,
            earlier_hashes: Vec::new(),
        };
        let made = details.onto(blank);
        self.change(move |tx, reach| {
            let mut made = made.clone();
            check_role(tx, made.role_id)?;
            reach.check_user(tx, &made)?;
            admins::free(ADMINS.insert(tx, &mut made))?;
            Ok(made)
        })
    }

    /// Changes a user whom the author has seen in the state `seen`, which is [`Admin::revision`].
    /// All sessions of the user end with another password or role, and when the user is deactivated;
    /// then tokens count no more either.
    pub fn change_user(&self, id: i64, seen: i64, details: &UserDetails) -> Result<Admin, Unsaved> {
        // Who may not touch the user is not told either which passwords the user has had.
        let found = self.db.read(|tx| {
            let found = ADMINS.get(tx, id)?.ok_or_else(gone)?;
            Reach::of(tx, self.tree, self.actor)?.check_user(tx, &found)?;
            Ok::<_, Fault>(found)
        })?;
        fitting(details.problems(false))?;
        let hash = match details.password.reveal() {
            "" => None,
            _ => Some(new_hash(&found, &details.password)?),
        };
        let (details, now) = (details.clone(), self.clock.unix_seconds());
        self.change(move |tx, reach| {
            let found = ADMINS.get(tx, id)?.ok_or_else(gone)?;
            if found.revision != seen {
                return Err(Unsaved::Changed);
            }
            if found.id == reach.actor.id && !details.is_active {
                return Err(Fault::invalid("You cannot deactivate your own account.").into());
            }
            check_role(tx, details.role_id)?;
            reach.check_user(tx, &found)?;
            let mut changed = details.onto(found.clone());
            reach.check_user(tx, &changed)?;
            if let Some(hash) = &hash {
                changed
                    .earlier_hashes
                    .insert(0, found.password_hash.clone());
                changed.earlier_hashes.truncate(EARLIER);
                changed.password_hash.clone_from(hash);
            }
            if hash.is_some() || changed.role_id != found.role_id || !changed.is_active {
                sessions::drop_all(tx, id)?;
            }
            if !changed.is_active {
                changed.revoked_at = now;
            }
            admins::free(ADMINS.put(tx, &changed))?;
            Ok(changed)
        })
    }

    /// Deletes a user, with all sessions.
    pub fn delete_user(&self, id: i64) -> Result<Admin, Unsaved> {
        self.change(move |tx, reach| {
            if id == reach.actor.id {
                return Err(Fault::invalid("You cannot delete your own account.").into());
            }
            let missing = || Fault::not_found("We can't find a user to delete.");
            let user = ADMINS.get(tx, id)?.ok_or_else(missing)?;
            reach.check_user(tx, &user)?;
            sessions::drop_all(tx, id)?;
            ADMINS.delete(tx, id)?;
            Ok(user)
        })
    }

    /// Revokes all tokens that a user has got so far.
    pub fn revoke_tokens(&self, id: i64) -> Result<Admin, Unsaved> {
        let now = self.clock.unix_seconds();
        self.change(move |tx, reach| {
            let missing = || Fault::not_found("We can't find a user to revoke.");
            let mut user = ADMINS.get(tx, id)?.ok_or_else(missing)?;
            reach.check_user(tx, &user)?;
            user.revoked_at = now;
            ADMINS.put(tx, &user)?;
            Ok(user)
        })
    }

    /// Forgets the failed sign-ins of a user; whether there were any.
    pub fn unlock_user(&self, id: i64) -> Result<(Admin, bool), Unsaved> {
        self.change(move |tx, reach| {
            let user = ADMINS.get(tx, id)?.ok_or_else(gone)?;
            reach.check_user(tx, &user)?;
            let any = throttle::forgive(tx, &user.user_name)?;
            Ok((user, any))
        })
    }
}

/// The hash of a password that the user has not had of late.
fn new_hash(user: &Admin, given: &Secret) -> Result<String, Unsaved> {
    let earlier = user.earlier_hashes.iter().take(EARLIER);
    for hash in std::iter::once(&user.password_hash).chain(earlier) {
        if password::verify(given, Some(hash))? {
            let text = "Sorry, but this password has already been used. Please create another.";
            return Err(Unsaved::Problems(vec![Problem {
                field: "password",
                message: Phrase::new(text),
            }]));
        }
    }
    Ok(password::hash(given)?)
}

fn fitting(problems: Vec<Problem>) -> Result<(), Unsaved> {
    match problems.is_empty() {
        true => Ok(()),
        false => Err(Unsaved::Problems(problems)),
    }
}

fn gone() -> Fault {
    Fault::not_found("This user no longer exists.")
}

fn check_role(tx: &mut Tx<'_>, id: i64) -> Result<(), Unsaved> {
    match ROLES.get(tx, id)? {
        Some(_) => Ok(()),
        None => Err(Unsaved::Problems(vec![Problem {
            field: "role",
            message: Phrase::new("This role no longer exists."),
        }])),
    }
}
