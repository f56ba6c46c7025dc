//! Commands that look at modules, switch them and make them: what they do to files, and to a server
//! that runs beside them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use ferrite_setup::{PATCHES, PatchRow, SETUP_MODULES, SetupModule};
use ferrite_storage::Error;
use ferrite_testkit::Store;
use serde_json::Value;

use crate::support::{Project, Server};

/// A route of the module `Vela_Api`, which has no handler here.
const THINGS: &str = "/rest/V1/vela/things/1";
/// A route of `Magento_Sales`.
const ORDER: &str = "/rest/V1/orders/1";

fn names(server: &Server, token: &str) -> Vec<String> {
    let answer = server.ask("GET", "/rest/V1/modules", token, "");
    assert_eq!(answer.status, 200);
    serde_json::from_slice(&answer.body).unwrap()
}

fn message(server: &Server, target: &str, token: &str) -> (u16, String) {
    let answer = server.ask("GET", target, token, "");
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    let message = body["message"].as_str().unwrap_or_default();
    (answer.status, message.to_owned())
}

#[test]
fn a_server_knows_a_module_from_the_next_request_on() {
    let project = Project::with_modules("webapi");
    let server = project.serve();
    let token = server.sign_in(Store::ADMIN, Store::PASSWORD).unwrap();
    let has = |module: &str| names(&server, &token).iter().any(|name| name == module);
    let listed = |id: &str| project.ok(&["integration:resources", id]) != "None\n";
    assert!(!has("Vela_Api") && !listed("Vela_Api::things"));
    assert_eq!(message(&server, THINGS, &token).0, 404);

    project.ok(&["module:enable", "Vela_Api"]);
    assert!(has("Vela_Api") && !has("Vela_Override") && listed("Vela_Api::things"));
    assert_eq!(server.status(THINGS), 401);
    let (status, said) = message(&server, THINGS, &token);
    assert_eq!(status, 501);
    assert!(
        said.contains("Vela_Api") && said.contains("ThingRepository"),
        "{said}"
    );

    project.ok(&["module:disable", "Vela_Api"]);
    assert!(!has("Vela_Api") && !listed("Vela_Api::things"));
    assert_eq!(message(&server, THINGS, &token).0, 404);
}

#[test]
fn a_built_in_module_goes_with_its_routes_and_resources() {
    let project = Project::installed();
    let server = project.serve();
    let token = server.sign_in(Store::ADMIN, Store::PASSWORD).unwrap();
    let answer = |target| message(&server, target, &token);
    assert_eq!(
        answer(ORDER).1,
        "The entity that was requested doesn't exist. Verify the entity and try again."
    );
    assert!(names(&server, &token).contains(&"Magento_Sales".to_owned()));
    let granted = |id: &str| {
        let name = format!("--resources={id}");
        project
            .run(&["integration:create", id, &name])
            .status
            .success()
    };
    assert!(granted("Magento_Sales::ship"));

    project.ok(&["module:disable", "Magento_Sales"]);
    assert_eq!(answer(ORDER).1, "Request does not match any route.");
    assert!(!names(&server, &token).contains(&"Magento_Sales".to_owned()));
    assert!(!granted("Magento_Sales::invoice"));
    assert_eq!(
        project.ok(&["integration:resources", "magento_sales::ship"]),
        "None\n"
    );

    project.ok(&["module:enable", "Magento_Sales"]);
    assert_eq!(
        answer(ORDER).1,
        "The entity that was requested doesn't exist. Verify the entity and try again."
    );
    assert!(granted("Magento_Sales::invoice"));
}

#[test]
fn a_server_outlives_the_loss_of_every_module() {
    let project = Project::installed();
    let server = project.serve();
    let token = server.sign_in(Store::ADMIN, Store::PASSWORD).unwrap();
    project.ok(&["module:disable", "--all"]);
    assert_eq!(server.status("/rest/V1/directory/countries/LU"), 404);
    project.ok(&["module:enable", "--all"]);
    assert_eq!(server.status("/rest/V1/directory/countries/LU"), 200);
    assert!(names(&server, &token).contains(&"Magento_TwoFactorAuth".to_owned()));
}

#[test]
fn what_else_stands_in_config_php_is_kept() {
    let project = Project::with_modules("constraints");
    let file = project.path("app/etc/config.php");
    let text = "<?php\nreturn [\n    'scopes' => ['x' => 'it\\'s'],\n    'modules' => [\n        \
                'Gone_Away' => 1,\n        'Magento_Store' => 1,\n        'Magento_Weee' => 0\n    ]\n];\n";
    fs::write(&file, text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    project.ok(&["module:enable", "Kite_Base"]);
    let written = fs::read_to_string(&file).unwrap();
    assert!(written.contains("'x' => 'it\\'s'"), "{written}");
    assert!(
        written.contains("'Kite_Base' => 1,\n        'Kite_Orders' => 0,"),
        "{written}"
    );
    assert!(written.contains("'Magento_Weee' => 0"), "{written}");
    assert!(!written.contains("Gone_Away"), "{written}");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o644);

    // Releases share the file by a link.
    let shared = project.path("var/config.php");
    fs::rename(&file, &shared).unwrap();
    std::os::unix::fs::symlink(&shared, &file).unwrap();
    project.ok(&["module:enable", "Kite_Orders"]);
    assert!(fs::symlink_metadata(&file).unwrap().is_symlink());
    let written = fs::read_to_string(&shared).unwrap();
    assert!(written.contains("'Kite_Orders' => 1"), "{written}");

    // A file that cannot be read is told and not written over.
    let broken = "<?php\nreturn ['modules' => [\n";
    fs::write(&file, broken).unwrap();
    let commands: [&[&str]; 2] = [&["module:disable", "Magento_Wishlist"], &["setup:upgrade"]];
    for words in commands {
        let refused = project.run(words);
        assert_eq!(refused.status.code(), Some(1));
        let said = String::from_utf8([refused.stdout, refused.stderr].concat()).unwrap();
        assert!(said.contains("app/etc/config.php:"), "{said}");
        assert_eq!(fs::read_to_string(&file).unwrap(), broken);
    }
}

#[test]
fn of_several_who_switch_at_once_none_undoes_the_other() {
    let project = Project::installed();
    let modules = [
        "Magento_Weee",
        "Magento_Wishlist",
        "Magento_Review",
        "Magento_Rss",
    ];
    let children = modules.map(|module| {
        let mut command = project.command(&["module:disable", module]);
        command.stdout(Stdio::null()).spawn().unwrap()
    });
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let mut words = vec!["module:status"];
    words.extend(modules);
    let wanted = modules.map(|module| format!("{module} :  Module is disabled\n"));
    assert_eq!(project.ok(&words), wanted.concat());
}

#[test]
fn generated_files_go_and_links_are_not_followed() {
    let project = Project::with_modules("constraints");
    let kept = project.path("kept");
    for folder in [
        "kept",
        "generated/code/Acme",
        "pub/static/frontend",
        "generated/metadata",
    ] {
        fs::create_dir_all(project.path(folder)).unwrap();
    }
    for file in [
        "kept/file",
        "generated/code/Acme/X.php",
        "pub/static/.htaccess",
        "pub/static/a.js",
    ] {
        fs::write(project.path(file), "x").unwrap();
    }
    std::os::unix::fs::symlink(&kept, project.path("generated/metadata/link")).unwrap();
    std::os::unix::fs::symlink(&kept, project.path("var/view_preprocessed")).unwrap();
    project.ok(&["module:enable", "Kite_Base"]);
    assert!(!project.path("generated/code/Acme").exists());
    assert!(fs::symlink_metadata(project.path("generated/metadata/link")).is_err());
    assert!(project.path("pub/static/a.js").exists());
    project.ok(&["module:disable", "-c", "Kite_Base"]);
    assert!(!project.path("pub/static/a.js").exists());
    assert!(!project.path("pub/static/frontend").exists());
    assert!(project.path("pub/static/.htaccess").exists());
    assert!(kept.join("file").exists());
}

#[test]
fn versions_and_patches_of_the_store_are_held_against_the_codes() {
    let project = Project::with_modules("tutorial");
    project.ok(&["module:enable", "MGT_IntegrationManager"]);
    let remember = |schema: &str, data: &str| {
        let row = SetupModule {
            id: 0,
            module: "MGT_IntegrationManager".to_owned(),
            schema_version: Some(schema.to_owned()),
            data_version: Some(data.to_owned()),
        };
        let wrote = project.store().write(move |tx| {
            for old in SETUP_MODULES.all(tx)? {
                SETUP_MODULES.delete(tx, old.id)?;
            }
            SETUP_MODULES.insert(tx, &mut row.clone())?;
            Ok::<_, Error>(())
        });
        wrote.unwrap();
        let told = project.run(&["setup:db:status"]);
        (
            told.status.code().unwrap(),
            String::from_utf8(told.stdout).unwrap(),
        )
    };
    assert_eq!(
        remember("2.0.0", "2.0.0"),
        (0, "All modules are up to date.\n".to_owned())
    );
    let (code, said) = remember("2.0.0", "2.0.1");
    assert_eq!(code, 2);
    let line = "MGT_IntegrationManager       data:       2.0.1  ->  2.0.0      \n";
    assert!(said.contains(line) && !said.contains("schema:"), "{said}");
    assert_eq!(remember("1.0.0", "1.0.0").0, 2);
    project.ok(&["setup:upgrade"]);
    project.ok(&["setup:db:status"]);
}

#[test]
fn patches_wait_until_they_are_taken() {
    let project = Project::with_modules("data-patch");
    project.ok(&["module:enable", "Acme_StockLink"]);
    let told = project.run(&["setup:db:status"]);
    assert_eq!(told.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(told.stdout).unwrap(),
        "Data patches are not up to date\nRun 'setup:upgrade' to update your DB schema and data.\n"
    );
    put_patch(&project, r"Acme\StockLink\Setup\Patch\Data\AddIntegration");
    assert_eq!(
        project.ok(&["setup:db:status"]),
        "All modules are up to date.\n"
    );
}

fn put_patch(project: &Project, name: &str) {
    let row = PatchRow {
        id: 0,
        patch_name: name.to_owned(),
    };
    let wrote = project
        .store()
        .write(move |tx| PATCHES.insert(tx, &mut row.clone()));
    wrote.unwrap();
}

#[test]
fn a_composer_module_is_uninstalled_with_what_the_store_keeps() {
    let project = Project::with_modules("vendor-plain");
    project.ok(&["module:enable", "Orbit_Base", "Orbit_Feed"]);
    let row = SetupModule {
        id: 0,
        module: "Orbit_Feed".to_owned(),
        schema_version: Some("1".to_owned()),
        data_version: None,
    };
    let db = project.store();
    db.write(move |tx| SETUP_MODULES.insert(tx, &mut row.clone()))
        .unwrap();
    put_patch(&project, r"Orbit\Feed\Setup\Patch\Data\First");
    put_patch(&project, r"Orbit\FeedMore\Setup\Patch\Data\First");
    let server = project.serve();
    let token = server.sign_in(Store::ADMIN, Store::PASSWORD).unwrap();
    assert!(names(&server, &token).contains(&"Orbit_Feed".to_owned()));

    let said = project.ok(&["module:uninstall", "--remove-data", "Orbit_Feed"]);
    assert!(said.starts_with("The following modules have been uninstalled:\n- Orbit_Feed\n\n"));
    assert!(!names(&server, &token).contains(&"Orbit_Feed".to_owned()));
    assert!(!project.path("vendor/orbit/module-feed").exists());
    assert!(project.path("vendor/orbit/module-base").exists());
    let config = fs::read_to_string(project.path("app/etc/config.php")).unwrap();
    assert!(!config.contains("Orbit_Feed") && config.contains("'Orbit_Base' => 1"));
    let left = db.read(|tx| Ok::<_, Error>((SETUP_MODULES.count(tx)?, PATCHES.all(tx)?)));
    let (versions, patches) = left.unwrap();
    assert_eq!(versions, 0);
    let patches: Vec<_> = patches.iter().map(|one| one.patch_name.as_str()).collect();
    assert_eq!(patches, [r"Orbit\FeedMore\Setup\Patch\Data\First"]);
}

#[test]
fn where_composer_keeps_the_list_it_removes_the_package_itself() {
    let project = Project::with_modules("vendor-composer");
    project.ok(&["module:enable", "Helio_Orders"]);
    let programs = project.path("programs");
    fs::create_dir_all(&programs).unwrap();
    let run = || {
        let mut command = project.command(&["module:uninstall", "Helio_Orders"]);
        let path = format!("{}:/usr/bin:/bin", programs.display());
        command.env("PATH", path).output().unwrap()
    };
    let missing = run();
    assert_eq!(missing.status.code(), Some(1));
    assert!(
        String::from_utf8(missing.stderr)
            .unwrap()
            .contains("nothing was changed")
    );
    assert!(project.path("vendor/helio/module-orders").exists());
    assert_eq!(
        project.ok(&["module:status", "Helio_Orders"]),
        "Helio_Orders : Module is enabled\n"
    );

    let program = programs.join("composer");
    let script = "#!/bin/sh\necho \"$@\" > given\nrm -r vendor/helio\n\
                  echo '<?php return [];' > vendor/composer/autoload_files.php\n";
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(run().status.code(), Some(0));
    let given = fs::read_to_string(project.path("given")).unwrap();
    assert_eq!(given, "remove --no-interaction -- helio/module-orders\n");
    assert_eq!(
        project.ok(&["module:status", "Helio_Orders"]),
        "Helio_Orders : Module does not exist\n"
    );
}

#[test]
fn a_new_module_can_be_enabled_and_is_whole() {
    let project = Project::installed();
    let files = project.ok(&[
        "module:new",
        "Acme_ERP2Go",
        "--resources=Magento_Sales::ship",
    ]);
    for file in files.lines().take_while(|line| !line.is_empty()) {
        assert!(project.path(file).is_file(), "{file}");
    }
    assert_eq!(project.ok(&["setup:di:compile"]).lines().count(), 11);
    project.ok(&["module:enable", "Acme_ERP2Go"]);
    let shown = project.ok(&["integration:resources", "--module=Acme_ERP2Go"]);
    let line =
        "  Acme ERP2 Go  Acme_ERP2Go::access  Acme_ERP2Go  app/code/Acme/ERP2Go/etc/acl.xml:7\n";
    assert!(shown.ends_with(line), "{shown}");
    let hidden: Vec<_> = fs::read_dir(project.path("app/code/Acme"))
        .unwrap()
        .collect();
    assert_eq!(hidden.len(), 1);
    let said = project.ok(&["setup:upgrade"]);
    assert!(
        !said.contains("warning:") && !said.contains("fault:"),
        "{said}"
    );
    assert!(project.ok(&["integration:list"]).contains("Acme ERP2 Go"));
    project.ok(&["module:config:status"]);
    project.ok(&["setup:db:status"]);
}

#[test]
fn a_new_module_stays_in_the_project() {
    let project = Project::installed();
    let outside = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(outside.path(), project.path("app/code/Acme")).unwrap();
    let refused = project.run(&["module:new", "Acme_Sync"]);
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(
        said.contains("app/code/Acme leads out of the project."),
        "{said}"
    );
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    // What is there is left as it is, also where it is no module.
    fs::create_dir_all(project.path("app/code/Best/Thing")).unwrap();
    let refused = project.run(&["module:new", "Best_Thing"]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(
        said.contains("app/code/Best/Thing is there already."),
        "{said}"
    );
    assert_eq!(
        fs::read_dir(project.path("app/code/Best/Thing"))
            .unwrap()
            .count(),
        0
    );
}

#[test]
fn nothing_that_a_file_says_moves_a_terminal() {
    let project = Project::with_modules("webapi");
    let file = project.path("app/code/Vela/Api/etc/acl.xml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("Things", "Th\u{9b}2J\u{202e}ings")).unwrap();
    project.ok(&["module:enable", "Vela_Api"]);
    let commands: [&[&str]; 4] = [
        &["integration:resources", "vela"],
        &["integration:resources", "vela", "--format=json"],
        &["module:status", "\u{1b}[2J"],
        &["module:enable", "\u{1b}[2J"],
    ];
    for words in commands {
        let said = project.run(words).stdout;
        let said = String::from_utf8(said).unwrap();
        let moves = |letter: char| letter != '\n' && (letter.is_control() || letter == '\u{202e}');
        assert!(!said.is_empty() && !said.chars().any(moves), "{said:?}");
    }
}
