//! Names that look alike, or that a database's collation takes for one: of integrations and of admins.
//! What is one name is refused, and what is another is another's.

use anyhow::{Result, bail, ensure};
use ferrite_testkit::Store;
use serde_json::json;

use super::caller::{Caller, ask, token, wants};

const PASSWORD: &str = "Names-Pass-1!";

/// The same name in capitals, with a blank, with a letter of full width, with an accent, and with an
/// accent that stands by itself.
const SAME: [&str; 5] = [
    "NAMESAKE",
    "Namesake ",
    "Ｎamesake",
    "Namesaké",
    "Namesake\u{301}",
];

/// The second letter is Cyrillic.
const OTHER: &str = "Nаmesake";

/// Both kinds.
pub fn check(store: &Store) -> Result<()> {
    integrations(store)?;
    admins(store)?;
    println!("names that look alike are kept apart or refused");
    Ok(())
}

fn integrations(store: &Store) -> Result<()> {
    let create = |name: &str| store.run(&["integration:create", name, "--resources", "all"]);
    create("Namesake")?;
    for name in SAME {
        let text = format!("The integration with name \"{name}\" exists.");
        refused(name, create(name), &text)?;
    }
    create(OTHER)?;
    let long = "é".repeat(256);
    refused("256 letters", create(&long), "255 symbols")
}

fn admins(store: &Store) -> Result<()> {
    let create = |name: &str, mail: &str| {
        store.run(&[
            "admin:user:create",
            &format!("--admin-user={name}"),
            &format!("--admin-password={PASSWORD}"),
            &format!("--admin-email={mail}"),
            "--admin-firstname=Na",
            "--admin-lastname=Mes",
        ])
    };
    create("namesake", "namesake@example.com")?;
    for name in SAME {
        let made = create(name.trim_end(), "another@example.com");
        let text = "An existing user has the given username but different email.";
        refused(name, made, text)?;
    }
    let text = "An existing user has the given email but different username.";
    refused("an e-mail", create("names", "Namesaké@example.com"), text)?;

    // Another name is another account, with a password of its own.
    let cyrillic = OTHER.to_lowercase();
    create(&cyrillic, "another@example.com")?;
    token(store, "admin", &cyrillic, PASSWORD)?;
    let body = json!({"username": cyrillic, "password": Store::PASSWORD}).to_string();
    let target = "/rest/V1/integration/admin/token";
    let answer = ask(store, &mut Caller::Guest, "POST", target, Some(&body))?;
    wants(&cyrillic, &answer, 401, "")
}

fn refused(name: &str, done: Result<String>, text: &str) -> Result<()> {
    let Err(error) = done else {
        bail!("{name:?} is taken beside the name that it looks like");
    };
    let said = format!("{error:#}");
    ensure!(said.contains(text), "{name:?} is refused with {said}");
    Ok(())
}
