//! What happens to a project between two commands of a conversation.

use std::fs;

use ferrite_accounts::roles::ROLES;
use ferrite_settings::flags;
use ferrite_setup::{SETUP_MODULES, SetupModule};
use ferrite_storage::{Error, ServerLock};
use serde_json::json;

use crate::support::Project;

/// What has happened and lasts until the conversation is over.
#[derive(Default)]
pub struct Happenings {
    locks: Vec<ServerLock>,
}

impl Happenings {
    /// Makes something happen:
    ///
    /// - `write FILE TEXT` writes a file, with `\\n` for ends of lines;
    /// - `remove FILE` removes a file or a folder;
    /// - `versions MODULE SCHEMA DATA` is what the store remembers of a module then;
    /// - `sign-ins NAME` has six sign-ins of an admin fail;
    /// - `no-roles` removes the role of administrators;
    /// - `index-lock ID` takes an index, as a process does that makes it anew.
    pub fn happen(&mut self, project: &Project, words: &[String]) {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["write", file, text] => {
                let path = project.path(file);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text.replace("\\n", "\n")).unwrap();
            }
            ["remove", file] => {
                let path = project.path(file);
                if path.is_dir() {
                    fs::remove_dir_all(path).unwrap();
                } else {
                    fs::remove_file(path).unwrap();
                }
            }
            ["versions", module, schema, data] => remember(project, module, schema, data),
            ["sign-ins", name] => {
                let server = project.serve();
                for _ in 0..6 {
                    assert_eq!(server.sign_in(name, "wrong"), Err(401));
                }
            }
            ["no-roles"] => {
                let gone = project.store().write(|tx| ROLES.delete(tx, 1));
                assert_eq!(gone, Ok(true));
            }
            ["index-lock", id] => {
                let file = project.path(&format!("var/locks/index-{id}.lock"));
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                self.locks.push(ServerLock::acquire(&file).unwrap());
                let name = format!("indexer_{id}");
                let working = json!({"status": "working", "mode": "schedule", "updated": ""});
                let wrote = project
                    .store()
                    .write(move |tx| flags::set(tx, &name, working.clone()));
                wrote.unwrap();
            }
            other => panic!("{other:?} does not happen"),
        }
    }
}

fn remember(project: &Project, module: &str, schema: &str, data: &str) {
    let row = SetupModule {
        id: 0,
        module: module.to_owned(),
        schema_version: Some(schema.to_owned()),
        data_version: Some(data.to_owned()),
    };
    let wrote = project.store().write(move |tx| {
        for old in SETUP_MODULES.all(tx)? {
            if old.module == row.module {
                SETUP_MODULES.delete(tx, old.id)?;
            }
        }
        SETUP_MODULES.insert(tx, &mut row.clone())?;
        Ok::<_, Error>(())
    });
    wrote.unwrap();
}
