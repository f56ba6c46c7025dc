//! Admins and roles, as an admin who is signed in changes them.
//!
//! In comes what a form says ([`UserDetails`], [`RoleDetails`]) with the state that its author has
//! seen; out comes the saved row, or why it was not saved ([`Unsaved`]). Each change is one
//! transaction, which looks at the author's own role once more: nobody gives, or takes over, more
//! than they hold. After it there is still somebody active who may do everything, if there was one
//! before. It raises the generation, so that it counts from the next request on.

mod reach;
mod roles;
#[cfg(test)]
mod tests;
mod users;

use ferrite_acl::Tree;
use ferrite_base::{Clock, Fault, Phrase};
use ferrite_settings::Settings;
use ferrite_storage::{Db, Error, Tx};

pub use roles::RoleDetails;
pub use users::UserDetails;

use reach::Reach;

/// Changes admins and roles in the name of an admin.
#[derive(Clone)]
pub struct People {
    /// The store.
    pub db: Db,
    /// The configuration: when accounts are locked.
    pub settings: Settings,
    /// The time.
    pub clock: Clock,
    /// The resource tree that grants are read against.
    pub tree: &'static Tree,
    /// The id of the admin who changes them.
    pub actor: i64,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The field, by its name in the details.
    pub field: &'static str,
    /// Magento's sentence.
    pub message: Phrase,
}

/// Why something was not saved.
#[derive(Debug)]
pub enum Unsaved {
    /// What was given does not fit.
    Problems(Vec<Problem>),
    /// Somebody else has saved the row since its author has seen it.
    Changed,
    /// It is refused for another reason.
    Fault(Fault),
}

impl From<Fault> for Unsaved {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Error> for Unsaved {
    fn from(error: Error) -> Self {
        Self::Fault(error.into())
    }
}

impl People {
    /// Makes a change that leaves the store with somebody in charge.
    fn change<T: Send + 'static>(
        &self,
        function: impl Fn(&mut Tx<'_>, &Reach) -> Result<T, Unsaved> + Send + 'static,
    ) -> Result<T, Unsaved> {
        let (tree, actor) = (self.tree, self.actor);
        self.db.write(move |tx| {
            tx.raise_generation();
            let reach = Reach::of(tx, tree, actor)?;
            let was_in_charge = reach::is_anybody_in_charge(tx)?;
            let answer = function(tx, &reach)?;
            if was_in_charge && !reach::is_anybody_in_charge(tx)? {
                let text = "Nobody would be left who may do everything. Give another active user a \
                            role with all resources first.";
                return Err(Fault::invalid(text).into());
            }
            Ok(answer)
        })
    }
}

/// What is wrong with a text that is longer than Magento's column.
fn too_long(field: &'static str, label: &str, text: &str, most: usize) -> Option<Problem> {
    (text.chars().count() > most).then(|| {
        let phrase = "\"%1\" must be at most %2 characters long.";
        Problem {
            field,
            message: Phrase::list(phrase, [label.to_owned(), most.to_string()]),
        }
    })
}
