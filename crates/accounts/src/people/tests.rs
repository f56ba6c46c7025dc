//! Users and roles changed by admins of several reaches, over a store of their own.

mod law;
mod tokens;

use ferrite_acl::{ALL, Tree};
use ferrite_base::{Clock, Secret};
use ferrite_settings::Settings;
use ferrite_storage::{Db, Durability, Engine, Options, Tx};

use super::{People, RoleDetails, Unsaved, UserDetails};
use crate::admins::{ADMINS, Admin};
use crate::jwt::Claims;
use crate::roles::ADMINISTRATORS;
use crate::throttle::{self, Counter, Locked};
use crate::{Account, Bearer, Customers, JwtKey, Standing, password, sessions};

const USERS: &str = "Magento_User::acl_users";
const SALES: &str = "Magento_Sales::sales_order";

/// A store with the admin `first`, who may do everything.
struct Store {
    _folder: tempfile::TempDir,
    people: People,
}

impl Store {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(1_800_000_000);
        let db = Db::open(Options {
            engine: Engine::Sqlite {
                file: folder.path().join("store.db"),
            },
            durability: Durability::Normal,
            clock: clock.clone(),
            generation_file: None,
            run_writes_twice: true,
        })
        .unwrap();
        let tables = [ferrite_settings::tables(), crate::tables()];
        db.migrate(tables.concat()).unwrap();
        db.write(|tx| ferrite_settings::install(tx, "http://store.test/"))
            .unwrap();
        let settings = Settings::new(db.clone());
        let people = People {
            settings,
            clock,
            tree: Tree::core(),
            actor: 1,
            db,
        };
        let store = Self {
            _folder: folder,
            people,
        };
        assert_eq!(store.insert("first", ADMINISTRATORS), 1);
        store
    }

    /// Adds an admin with a password that nobody knows, past all checks.
    fn insert(&self, name: &str, role_id: i64) -> i64 {
        let admin = Admin {
            id: 0,
            user_name: name.to_owned(),
            email: format!("{name}@store.test"),
            first_name: "Ada".to_owned(),
            last_name: "Min".to_owned(),
            password_hash: String::new(),
            is_active: true,
            role_id,
            created_at: self.people.clock.now(),
            revision: 0,
            revoked_at: 0,
            earlier_hashes: Vec::new(),
        };
        let add = move |tx: &mut Tx<'_>| crate::create(tx, &admin);
        self.people.db.write(add).unwrap()
    }

    fn role(&self, name: &str, resources: &[&str]) -> i64 {
        self.people.add_role(&role(name, resources)).unwrap().id
    }

    fn user(&self, id: i64) -> Admin {
        self.people
            .db
            .read(|tx| ADMINS.get(tx, id))
            .unwrap()
            .unwrap()
    }

    fn of(&self, actor: i64) -> People {
        People {
            actor,
            ..self.people.clone()
        }
    }
}

fn role(name: &str, resources: &[&str]) -> RoleDetails {
    RoleDetails {
        name: name.to_owned(),
        resources: resources.iter().map(|&id| id.to_owned()).collect(),
    }
}

/// What the form says of a user as it is.
fn form(user: &Admin) -> UserDetails {
    UserDetails {
        user_name: user.user_name.clone(),
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        email: user.email.clone(),
        password: Secret::new(""),
        confirmation: Secret::new(""),
        is_active: user.is_active,
        role_id: user.role_id,
    }
}

fn with_password(details: UserDetails, text: &str) -> UserDetails {
    UserDetails {
        password: Secret::new(text),
        confirmation: Secret::new(text),
        ..details
    }
}

/// All that was said against a change.
#[track_caller]
fn said<T>(answer: Result<T, Unsaved>) -> Vec<String> {
    match answer {
        Ok(_) => panic!("it was saved"),
        Err(Unsaved::Changed) => vec!["changed".to_owned()],
        Err(Unsaved::Fault(fault)) => vec![fault.phrase.rendered()],
        Err(Unsaved::Problems(problems)) => {
            let sentences = problems.iter().map(|one| one.message.rendered());
            sentences.collect()
        }
    }
}

#[track_caller]
fn is_beyond<T>(answer: Result<T, Unsaved>) {
    let said = said(answer);
    assert!(said[0].starts_with("You need more permissions"), "{said:?}");
}

#[test]
fn what_is_wrong_is_said_in_magentos_words_and_order() {
    let store = Store::new();
    let nothing = UserDetails {
        user_name: String::new(),
        first_name: " ".to_owned(),
        last_name: String::new(),
        email: "a@b".to_owned(),
        role_id: 0,
        ..with_password(form(&store.user(1)), "")
    };
    assert_eq!(
        said(store.people.add_user(&nothing)),
        [
            "\"User Name\" is required. Enter and try again.",
            "\"First Name\" is required. Enter and try again.",
            "\"Last Name\" is required. Enter and try again.",
            "Please enter a valid email.",
            "Password is required field.",
            "This is a required field.",
        ]
    );
    let taken = with_password(form(&store.user(1)), "Secret123");
    let sentence = "A user with the same user name or email already exists.";
    assert_eq!(said(store.people.add_user(&taken)), [sentence]);
    for (text, again, sentence) in [
        (
            "abc1",
            "abc1",
            "Your password must be at least 7 characters.",
        ),
        (
            "abcdefgh",
            "abcdefgh",
            "Your password must include both numeric and alphabetic characters.",
        ),
        (
            "Secret123",
            "Secret124",
            "Your password confirmation must match your password.",
        ),
        (
            "second12",
            "second12",
            "Password cannot be the same as the user name.",
        ),
    ] {
        let details = UserDetails {
            user_name: "second12".to_owned(),
            email: "second@store.test".to_owned(),
            confirmation: Secret::new(again),
            ..with_password(form(&store.user(1)), text)
        };
        assert_eq!(said(store.people.add_user(&details)), [sentence], "{text}");
    }
}

#[test]
fn a_user_is_made_and_changed_and_the_second_of_two_edits_is_told() {
    let store = Store::new();
    let details = UserDetails {
        user_name: "second".to_owned(),
        email: "second@store.test".to_owned(),
        ..with_password(form(&store.user(1)), "Secret123")
    };
    let made = store.people.add_user(&details).unwrap();
    assert!(password::verify(&Secret::new("Secret123"), Some(&made.password_hash)).unwrap());
    let renamed = UserDetails {
        first_name: "Grace".to_owned(),
        ..form(&made)
    };
    let saved = store.people.change_user(made.id, made.revision, &renamed);
    assert_eq!(saved.unwrap().password_hash, made.password_hash);
    let again = store
        .people
        .change_user(made.id, made.revision, &form(&made));
    assert_eq!(said(again), ["changed"]);
    assert_eq!(store.user(made.id).first_name, "Grace");
}

#[test]
fn none_of_the_last_five_passwords_is_taken_again() {
    let store = Store::new();
    let id = store.insert("second", ADMINISTRATORS);
    let change = |text: &str| {
        let user = store.user(id);
        let details = with_password(form(&user), text);
        store.people.change_user(id, user.revision, &details)
    };
    let words = ["Secret1", "Secret2", "Secret3", "Secret4", "Secret5"];
    for word in words {
        change(word).unwrap();
    }
    let used = "Sorry, but this password has already been used. Please create another.";
    for word in words {
        assert_eq!(said(change(word)), [used], "{word}");
    }
    change("Secret6").unwrap();
    change("Secret1").unwrap();
}

#[test]
fn sessions_end_with_another_role_or_password_and_tokens_with_activity() {
    let store = Store::new();
    let (db, settings) = (&store.people.db, &store.people.settings);
    let id = store.insert("second", ADMINISTRATORS);
    let clerk = store.role("Clerk", &[SALES]);
    let is_alive = |token: &str| {
        let found = sessions::find(db, settings, token, 1_800_000_000).unwrap();
        matches!(found, sessions::Found::Alive(_))
    };
    let change = |edit: &dyn Fn(&mut UserDetails)| {
        let user = store.user(id);
        sessions::start(db, settings, &user, "token", 1_800_000_000).unwrap();
        let mut details = form(&user);
        edit(&mut details);
        store
            .people
            .change_user(id, user.revision, &details)
            .unwrap();
        let alive = is_alive("token");
        db.write(move |tx| sessions::drop_all(tx, id)).unwrap();
        alive
    };
    assert!(change(&|details| details.last_name = "Other".to_owned()));
    assert!(!change(&|details| details.role_id = clerk));
    assert!(!change(&|details| {
        details.password = Secret::new("Secret123");
        details.confirmation = Secret::new("Secret123");
    }));
    assert_eq!(store.user(id).revoked_at, 0);
    assert!(!change(&|details| details.is_active = false));
    assert!(!store.user(id).covers(1_800_000_000));
    store.people.delete_user(id).unwrap();
    assert!(!is_alive("token"));
}

#[test]
fn nobody_gives_or_takes_over_more_than_they_hold() {
    let store = Store::new();
    let small = store.role("Registrar", &[USERS, "Magento_User::acl_roles"]);
    let large = store.role("Clerk", &[USERS, SALES]);
    let registrar = store.insert("registrar", small);
    let clerk = store.insert("clerk", large);
    let peer = store.insert("peer", small);
    let people = store.of(registrar);

    is_beyond(people.add_role(&role("All", &[ALL])));
    is_beyond(people.add_role(&role("Sales", &[SALES])));
    people.add_role(&role("Users", &[USERS])).unwrap();
    is_beyond(people.change_role(small, 1, &role("Registrar", &[USERS, SALES])));
    is_beyond(people.change_role(large, 1, &role("Clerk", &[USERS])));
    is_beyond(people.delete_role(large));
    is_beyond(people.delete_role(ADMINISTRATORS));

    for id in [clerk, 1] {
        let user = store.user(id);
        let details = with_password(form(&user), "Secret123");
        is_beyond(people.change_user(id, user.revision, &details));
        is_beyond(people.delete_user(id));
        is_beyond(people.revoke_tokens(id));
        is_beyond(people.unlock_user(id));
    }
    for given in [large, ADMINISTRATORS] {
        let promoted = |user: Admin| UserDetails {
            role_id: given,
            ..form(&user)
        };
        is_beyond(people.change_user(peer, 0, &promoted(store.user(peer))));
        is_beyond(people.change_user(registrar, 0, &promoted(store.user(registrar))));
        let new = UserDetails {
            user_name: "new".to_owned(),
            email: "new@store.test".to_owned(),
            ..with_password(promoted(store.user(peer)), "Secret123")
        };
        is_beyond(people.add_user(&new));
    }
    let renamed = UserDetails {
        first_name: "Grace".to_owned(),
        ..form(&store.user(peer))
    };
    people.change_user(peer, 0, &renamed).unwrap();
    people.delete_user(peer).unwrap();
}

#[test]
fn one_can_not_do_away_with_oneself_or_with_a_role_in_use() {
    let store = Store::new();
    let own = "You cannot delete your own account.";
    assert_eq!(said(store.people.delete_user(1)), [own]);
    let inactive = UserDetails {
        is_active: false,
        ..form(&store.user(1))
    };
    let refused = store.people.change_user(1, 0, &inactive);
    assert_eq!(said(refused), ["You cannot deactivate your own account."]);
    let refused = store.people.delete_role(ADMINISTRATORS);
    assert_eq!(said(refused), ["You cannot delete self-assigned roles."]);

    let clerk = store.role("Clerk", &[SALES]);
    let id = store.insert("clerk", clerk);
    let said_of = said(store.people.delete_role(clerk));
    assert!(said_of[0].ends_with("clerk"), "{said_of:?}");
    // Whoever held everything would hold less, and nobody else does.
    let less = store
        .people
        .change_role(ADMINISTRATORS, 0, &role("Less", &[SALES]));
    assert!(said(less)[0].starts_with("Nobody would be left"));
    let less = UserDetails {
        role_id: clerk,
        ..form(&store.user(1))
    };
    let less = store.people.change_user(1, 0, &less);
    assert!(said(less)[0].starts_with("Nobody would be left"));

    store.people.delete_user(id).unwrap();
    store.people.delete_role(clerk).unwrap();
    let missing = "We can't find a user to delete.";
    assert_eq!(said(store.people.delete_user(id)), [missing]);
    let missing = "We can't find a role to delete.";
    assert_eq!(said(store.people.delete_role(clerk)), [missing]);
    let missing = "This role no longer exists.";
    let gone = store.people.change_role(clerk, 1, &role("Clerk", &[SALES]));
    assert_eq!(said(gone), [missing]);
    // Who is gone changes nobody any more.
    let refused = store.of(id).delete_user(1);
    assert_eq!(said(refused), ["Your own account counts no more."]);
}

#[test]
fn a_locked_account_is_seen_and_unlocked() {
    let store = Store::new();
    let (db, settings, clock) = (
        &store.people.db,
        &store.people.settings,
        &store.people.clock,
    );
    let locked = || {
        let now = clock.unix_seconds();
        let locked = Locked::read(db, settings, now).unwrap();
        locked.has("FIRST")
    };
    let of_panel = || vec![Counter::of_panel(settings, "first", None)];
    for _ in 0..5 {
        throttle::note(db, clock, of_panel(), true).unwrap();
    }
    assert!(!locked());
    throttle::note(db, clock, of_panel(), true).unwrap();
    assert!(locked());
    let (user, any) = store.people.unlock_user(1).unwrap();
    assert_eq!((user.user_name.as_str(), any), ("first", true));
    assert!(!locked());
    assert!(!store.people.unlock_user(1).unwrap().1);
    for _ in 0..6 {
        let of_tokens = Counter::of_tokens(settings, "admin", "first", None);
        throttle::note(db, clock, of_tokens, true).unwrap();
    }
    assert!(locked());
    clock.advance(3_700);
    assert!(!locked());
}
