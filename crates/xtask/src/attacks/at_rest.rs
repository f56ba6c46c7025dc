//! What lies on the disk: who may read it, a key that is not the store's, and what errors tell.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use ferrite_testkit::Store;

use super::caller::{send, signer, wants};
use crate::server::{Scratch, Server, free_port};

const KEY: &str = "app/etc/crypt.key";

const CREATE: [&str; 7] = [
    "integration:create",
    "Signed",
    "--resources",
    "all",
    "--activate",
    "--format",
    "json",
];

/// All of them, on a store of its own that is made and served under a mask that lets everybody read.
pub fn check(ferrite: &Path, scratch: &Scratch) -> Result<()> {
    let unmasked = scratch.0.join("ferrite-unmasked");
    let script = format!(
        "#!/bin/sh\numask 000\nexec '{}' \"$@\"\n",
        ferrite.display()
    );
    std::fs::write(&unmasked, script)?;
    std::fs::set_permissions(&unmasked, Permissions::from_mode(0o700))?;
    let store = Store::install(&unmasked, &scratch.0.join("unmasked"), free_port()?, &[])?;
    let mut server = Server::start(&store, scratch.0.join("unmasked.log"))?;
    let signed = signer(&store, &store.run(&CREATE)?)?.get("/rest/V1/modules")?;
    wants("a signed request", &send(&store, &signed)?, 200, "")?;
    for folder in ["app/etc", "var"] {
        readable_by_its_owner(&store.folder.join(folder))?;
    }
    server.stop()?;
    keys(&store)?;
    passwords_in_errors(&store)?;
    println!("what lies on the disk is its owner's alone");
    Ok(())
}

/// Folders 0700 and files 0600, all the way down.
fn readable_by_its_owner(place: &Path) -> Result<()> {
    let data = std::fs::symlink_metadata(place)?;
    let mode = data.permissions().mode() & 0o777;
    let wanted = if data.is_dir() { 0o700 } else { 0o600 };
    ensure!(
        mode == wanted,
        "{} has mode {mode:o} instead of {wanted:o}",
        place.display()
    );
    if data.is_dir() {
        for entry in std::fs::read_dir(place)? {
            readable_by_its_owner(&entry?.path())?;
        }
    }
    Ok(())
}

/// Without its key a store is not served: one sentence, exit status 1, and no new key.
fn keys(store: &Store) -> Result<()> {
    let path = store.folder.join(KEY);
    let key = std::fs::read(&path).context(KEY)?;
    for (name, other) in [
        ("missing", None),
        ("empty", Some(Vec::new())),
        ("short", Some(b"abc".to_vec())),
        ("another", Some(b"0123456789abcdef".repeat(4))),
        ("no text", Some(vec![0xff; 64])),
    ] {
        match &other {
            None => std::fs::remove_file(&path)?,
            Some(bytes) => std::fs::write(&path, bytes)?,
        }
        for command in [store.serve(), store.console(&["integration:list"])] {
            let said = failure(command).with_context(|| format!("a key that is {name}"))?;
            ensure!(said.contains("crypt.key"), "a key that is {name}: {said}");
        }
        ensure!(path.exists() == other.is_some(), "a new key was made");
    }
    std::fs::write(&path, key)?;
    Ok(())
}

/// The one sentence that a command says when it fails, in its frame; how to call it may follow.
fn failure(mut command: Command) -> Result<String> {
    let ran = command.stdout(Stdio::null()).output()?;
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    ensure!(
        ran.status.code() == Some(1),
        "it ends with {} and says {said}",
        ran.status
    );
    let sentences = said.lines().map(str::trim).filter(|line| !line.is_empty());
    ensure!(sentences.count() <= 2, "it says {said}");
    Ok(said)
}

/// A database that cannot be reached, or refuses its password.
fn passwords_in_errors(store: &Store) -> Result<()> {
    let secret = "Planted-Database-4713!";
    let file = store.folder.join("app/etc/ferrite.toml");
    let kept = std::fs::read_to_string(&file)?;
    for host in ["127.0.0.1:1", "nowhere.invalid:3306", "127.0.0.1:x"] {
        let text = format!(
            "[database]\nhost = \"{host}\"\nname = \"n\"\nuser = \"u\"\npassword = \"{secret}\"\n"
        );
        std::fs::write(&file, text)?;
        let said = failure(store.serve()).with_context(|| host.to_owned())?;
        ensure!(!said.contains(secret), "{said}");
    }
    // What cannot be read is told without its text.
    std::fs::write(&file, format!("[database]\npassword = \"{secret}\nhost"))?;
    let ran = store.serve().stdout(Stdio::null()).output()?;
    let said = String::from_utf8_lossy(&ran.stderr);
    ensure!(!ran.status.success() && !said.contains(secret), "{said}");
    std::fs::write(&file, kept)?;
    Ok(())
}
