//! What holds whatever is tried: somebody stays in charge, and nobody gives more than they hold.

use ferrite_acl::{ALL, Grants};
use proptest::prelude::*;

use super::{SALES, Store, USERS, form, role};
use crate::People;
use crate::admins::ADMINS;
use crate::people::reach::is_anybody_in_charge;
use crate::roles::{ADMINISTRATORS, ROLES};

/// A step: who, what, whom, and which role it is about.
fn step() -> impl Strategy<Value = (i64, u8, i64, i64)> {
    (1..5_i64, 0..5_u8, 1..5_i64, 1..5_i64)
}

/// What an admin holds; nothing where the admin is gone or inactive.
fn held(people: &People, id: i64) -> Grants {
    let read = people.db.read(|tx| {
        let user = ADMINS.get(tx, id)?.filter(|user| user.is_active);
        let role = user.map_or(0, |user| user.role_id);
        crate::roles::grants(tx, role, people.tree)
    });
    read.unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever is tried by whomever, somebody stays in charge, and nobody comes to hold what the
    /// one who changed it did not.
    #[test]
    fn somebody_stays_in_charge(steps in proptest::collection::vec(step(), 1..24)) {
        let store = Store::new();
        let roles = [
            ADMINISTRATORS,
            store.role("Registrar", &[USERS, SALES]),
            store.role("Clerk", &[SALES]),
            store.role("All", &[ALL]),
        ];
        for (name, role) in ["b", "c", "d"].into_iter().zip(&roles[1..]) {
            store.insert(name, *role);
        }
        for (actor, what, whom, about) in steps {
            let people = store.of(actor);
            let before: Vec<Grants> = (1..5).map(|id| held(&people, id)).collect();
            let revision = people.db.read(|tx| ADMINS.get(tx, whom)).unwrap();
            let Some(user) = revision else {
                continue;
            };
            let role_now = people.db.read(|tx| ROLES.get(tx, about)).unwrap();
            let seen = role_now.map_or(0, |role| role.revision);
            let mut details = form(&user);
            let is_done = match what {
                0 => people.delete_user(whom).is_ok(),
                1 => people.delete_role(about).is_ok(),
                2 => {
                    details.is_active = !details.is_active;
                    people.change_user(whom, user.revision, &details).is_ok()
                }
                3 => {
                    details.role_id = about;
                    people.change_user(whom, user.revision, &details).is_ok()
                }
                _ => {
                    let resources = if whom == 1 { ALL } else { SALES };
                    people.change_role(about, seen, &role("R", &[resources])).is_ok()
                }
            };
            let in_charge = people.db.read(is_anybody_in_charge).unwrap();
            prop_assert!(in_charge);
            let own = &before[usize::try_from(actor - 1).unwrap()];
            for (id, was) in (1..5).zip(&before) {
                let now = held(&people, id);
                let more = now != *was && !was.is_all();
                let gained: Vec<&str> = match more {
                    true => now.ids(people.tree),
                    false => Vec::new(),
                };
                prop_assert!(is_done || now == *was);
                prop_assert!(own.is_all() || !now.is_all() || was.is_all());
                prop_assert!(gained.iter().all(|id| own.allows_id(people.tree, id)));
            }
        }
    }
}
