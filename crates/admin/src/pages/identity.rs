//! "Current User Identity Verification": the admin's own password, asked for again.

use ferrite_accounts as accounts;
use ferrite_accounts::sessions::{self, Ended};
use ferrite_base::{Fault, Secret};

use crate::web::{Refusal, Visit};

/// What Magento says of a wrong one.
pub const WRONG: &str = "The password entered for the current user is invalid. Verify the password and \
                         try again.";

/// Whether the form's password is the admin's. Wrong ones count, and may lock the account: then all
/// of its sessions end.
pub fn is_verified(visit: &Visit<'_>) -> Result<bool, Refusal> {
    let panel = visit.panel();
    let given = Secret::new(visit.asked.field("current_password"));
    let origin = visit.asked.origin(&visit.admin.user_name);
    let verdict = panel.sign_in.confirm(&visit.admin, &given, &origin)?;
    if verdict == Err(accounts::Refusal::Locked) {
        let id = visit.admin.id;
        panel.db().write(move |tx| {
            sessions::end_all(tx, id, Ended::Locked)?;
            Ok::<_, Fault>(())
        })?;
        return Err(Refusal::SignedOut(Ended::Locked));
    }
    Ok(verdict.is_ok())
}
