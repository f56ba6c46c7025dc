//! Commands beside a running server: the very next request obeys.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use ferrite_accounts::FAILURES;
use ferrite_accounts::roles::ROLES;
use ferrite_accounts::sessions::{SESSIONS, Session};
use ferrite_base::Secret;
use ferrite_catalog::products::{INDEX, PRODUCTS};
use ferrite_storage::{Error, ServerLock};
use ferrite_testkit::Store;
use serde_json::Value;

use crate::support::{Project, Server};

const GUESTS: &str = "webapi/webapisecurity/allow_insecure";
/// A route that a guest may use only where guests are allowed.
const VIEWS: &str = "/rest/V1/store/storeViews";

#[test]
fn maintenance_mode_turns_everybody_away_but_exempt_addresses() {
    let project = Project::installed();
    let server = project.serve();
    let statuses = |server: &Server| {
        [
            "/rest/V1/directory/countries/LU",
            "/admin",
            "/oauth/token/request",
        ]
        .map(|target| server.status(target))
    };
    let open = statuses(&server);
    assert_eq!((open[0], open[1]), (200, 200));
    project.ok(&["maintenance:enable"]);
    assert_eq!(statuses(&server), [503; 3]);
    let told = server.ask("GET", VIEWS, "", "");
    let told: Value = serde_json::from_slice(&told.body).unwrap();
    assert_eq!(told["message"], "Service Temporarily Unavailable");
    project.ok(&["maintenance:allow-ips", "192.0.2.1"]);
    assert_eq!(statuses(&server), [503; 3]);
    project.ok(&["maintenance:allow-ips", "127.0.0.1", "--add"]);
    assert_eq!(statuses(&server), open);
    project.ok(&["maintenance:allow-ips", "--none"]);
    assert_eq!(statuses(&server), [503; 3]);
    project.ok(&["maintenance:disable"]);
    assert_eq!(statuses(&server), open);
    // A flag that somebody puts there by hand counts as well, after a second.
    fs::write(project.path("var/.maintenance.flag"), "").unwrap();
    let until = Instant::now() + Duration::from_secs(20);
    while statuses(&server) != [503; 3] {
        assert!(Instant::now() < until, "the flag is not seen");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_locked_value_counts_before_a_saved_one() {
    let project = Project::installed();
    let server = project.serve();
    assert_eq!(server.status(VIEWS), 401);
    project.ok(&["config:set", "--lock-env", GUESTS, "1"]);
    assert_eq!(server.status(VIEWS), 200);
    let refused = project.run(&["config:set", GUESTS, "0"]);
    assert!(!refused.status.success());
    assert_eq!(server.status(VIEWS), 200);
    // The environment's file counts before the one that goes with the code.
    project.ok(&["config:set", "--lock-config", GUESTS, "0"]);
    assert_eq!(server.status(VIEWS), 200);
    project.ok(&["config:set", "--lock-env", GUESTS, "0"]);
    assert_eq!(server.status(VIEWS), 401);
}

fn change(project: &Project, from: &str, to: &str) {
    let file = project.path("app/etc/env.php");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(file, text.replace(from, to)).unwrap();
}

#[test]
fn what_is_changed_by_hand_counts_once_the_cache_is_cleaned_or_off() {
    let project = Project::installed();
    let server = project.serve();
    project.ok(&["config:set", "--lock-env", GUESTS, "1"]);
    assert_eq!(server.status(VIEWS), 200);
    change(
        &project,
        "'allow_insecure' => '1'",
        "'allow_insecure' => '0'",
    );
    assert_eq!(server.status(VIEWS), 200);
    assert_eq!(
        project.ok(&["cache:clean", "config"]),
        "Cleaned cache types:\nconfig\n"
    );
    assert_eq!(server.status(VIEWS), 401);
    project.ok(&["cache:disable", "config"]);
    change(
        &project,
        "'allow_insecure' => '0'",
        "'allow_insecure' => '1'",
    );
    assert_eq!(server.status(VIEWS), 200);
    change(
        &project,
        "'allow_insecure' => '1'",
        "'allow_insecure' => '0'",
    );
    assert_eq!(server.status(VIEWS), 401);
    project.ok(&["cache:enable", "config"]);
    assert_eq!(server.status(VIEWS), 401);
    change(
        &project,
        "'allow_insecure' => '0'",
        "'allow_insecure' => '1'",
    );
    assert_eq!(server.status(VIEWS), 401);
    project.ok(&["cache:flush"]);
    assert_eq!(server.status(VIEWS), 200);
}

#[test]
fn changed_files_have_to_be_imported() {
    let project = Project::installed();
    project.ok(&["app:config:dump"]);
    let file = project.path("app/etc/config.php");
    let text = fs::read_to_string(&file).unwrap();
    let view = "'stores' => [\n            'french' => [\n                'website_id' => '1',\n                \
                'name' => 'French'\n            ],";
    fs::write(&file, text.replacen("'stores' => [", view, 1)).unwrap();
    let status = project.run(&["app:config:status"]);
    assert_eq!(status.status.code(), Some(2));
    let refused = project.run(&["config:set", "-e", GUESTS, "1"]);
    let said = String::from_utf8(refused.stdout).unwrap();
    assert!(
        said.starts_with("This command is unavailable right now."),
        "{said}"
    );
    let imported = project.ok(&["app:config:import"]);
    assert_eq!(
        imported,
        "Processing configurations data from configuration file...\nStores were processed\n"
    );
    assert!(project.ok(&["store:list"]).contains("| French "));
    assert_eq!(project.ok(&["app:config:import"]), "Nothing to import.\n");
    assert_eq!(project.run(&["app:config:status"]).status.code(), Some(0));
    fs::write(
        &file,
        fs::read_to_string(&file).unwrap().replace("'1'", "'soon'"),
    )
    .unwrap();
    let failed = project.run(&["app:config:import"]);
    assert_eq!(failed.status.code(), Some(1));
    let said = String::from_utf8(failed.stdout).unwrap();
    assert!(said.starts_with("Import failed: "), "{said}");
    fs::write(&file, "<?php\nreturn [\n").unwrap();
    let failed = project.run(&["config:set", "-c", GUESTS, "1"]);
    let said = String::from_utf8(failed.stderr).unwrap();
    assert!(said.contains("config.php: line 2: "), "{said}");
}

/// How many products a list of all names finds.
fn found(server: &Server, token: &str) -> i64 {
    let query = "searchCriteria%5Bfilter_groups%5D%5B0%5D%5Bfilters%5D%5B0%5D%5Bfield%5D=name&\
                 searchCriteria%5Bfilter_groups%5D%5B0%5D%5Bfilters%5D%5B0%5D%5Bvalue%5D=Apple";
    let answer = server.ask("GET", &format!("/rest/V1/products?{query}"), token, "");
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    body["total_count"].as_i64().unwrap()
}

#[test]
fn reindexing_makes_the_index_of_products_anew() {
    let project = Project::installed();
    let server = project.serve();
    let token = server.sign_in(Store::ADMIN, Store::PASSWORD).unwrap();
    let product = r#"{"product": {"sku": "A", "name": "Apple", "price": 1, "attribute_set_id": 4,
        "type_id": "simple", "extension_attributes": {"stock_item": {"qty": 5, "is_in_stock": true}}}}"#;
    let posted = server.ask("POST", "/rest/V1/products", &token, product);
    assert_eq!(
        posted.status,
        200,
        "{}",
        String::from_utf8_lossy(&posted.body)
    );
    assert_eq!(found(&server, &token), 1);
    let db = project.store();
    let damaged = db.write(|tx| {
        for row in INDEX.all(tx)? {
            INDEX.delete(tx, row.id)?;
        }
        let mut product = PRODUCTS.all(tx)?.remove(0);
        product.is_salable = false;
        PRODUCTS.put(tx, &product)
    });
    damaged.unwrap();
    assert_eq!(found(&server, &token), 0);
    project.ok(&["indexer:reindex", "catalogsearch_fulltext"]);
    assert_eq!(found(&server, &token), 1);
    let salable = || {
        db.read(|tx| Ok::<_, Error>(PRODUCTS.all(tx)?.remove(0).is_salable))
            .unwrap()
    };
    assert!(!salable());
    // Cron makes those anew that are marked.
    project.ok(&["indexer:reset", "cataloginventory_stock"]);
    project.ok(&["cron:run", "--group=index"]);
    assert!(salable());
    let again = project.ok(&["indexer:status", "cataloginventory_stock"]);
    assert!(again.contains("| Ready "), "{again}");
}

#[test]
fn an_index_is_made_by_one_process_at_a_time() {
    let project = Project::installed();
    fs::create_dir_all(project.path("var/locks")).unwrap();
    let lock = ServerLock::acquire(&project.path("var/locks/index-inventory.lock")).unwrap();
    let output = project.run(&["indexer:reindex", "cataloginventory_stock", "inventory"]);
    let said = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines[0].starts_with("Stock index has been rebuilt successfully in "));
    assert_eq!(
        lines[1],
        "Inventory index is locked by another reindex process. Skipping."
    );
    assert_eq!((lines.len(), output.status.code()), (2, Some(1)));
    drop(lock);
    project.ok(&["indexer:reindex", "inventory"]);
}

#[test]
fn admins_are_made_renewed_and_unlocked() {
    let project = Project::installed();
    let server = project.serve();
    let create = |password: &str| {
        let password = format!("--admin-password={password}");
        let words = [
            "admin:user:create",
            "--admin-user=ann",
            &password,
            "--admin-email=ann@example.com",
            "--admin-firstname=Ann",
            "--admin-lastname=Lee",
        ];
        project.ok(&words)
    };
    assert_eq!(server.sign_in("ann", "Secret123"), Err(401));
    create("Secret123");
    assert!(server.sign_in("ann", "Secret123").is_ok());
    create("Secret456");
    assert_eq!(server.sign_in("ann", "Secret123"), Err(401));
    assert!(server.sign_in("ann", "Secret456").is_ok());
    for _ in 0..6 {
        assert_eq!(server.sign_in("ann", "wrong"), Err(401));
    }
    assert_eq!(server.sign_in("ann", "Secret456"), Err(401));
    let told = project.ok(&["admin:user:unlock", "ann"]);
    assert_eq!(told, "The user account \"ann\" has been unlocked\n");
    assert!(server.sign_in("ann", "Secret456").is_ok());
}

#[test]
fn an_admin_needs_the_role_of_administrators() {
    let project = Project::installed();
    let gone = project.store().write(|tx| ROLES.delete(tx, 1));
    assert_eq!(gone, Ok(true));
    let output = project.run(&[
        "admin:user:create",
        "--admin-user=ann",
        "--admin-password=Secret123",
        "--admin-email=ann@example.com",
        "--admin-firstname=Ann",
        "--admin-lastname=Lee",
    ]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("No administrators role was found, data fixture needs to be run"));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn what_others_need_of_a_file_is_kept() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = Project::installed();
    let (link, real) = (project.path("app/etc/env.php"), project.path("var/env.php"));
    let text =
        "<?php\nreturn [\n    'MAGE_MODE' => 'default',\n    'db' => ['p' => 'it\\'s']\n];\n";
    fs::write(&real, text).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    project.ok(&["config:set", "-e", GUESTS, "1"]);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(
        fs::metadata(&real).unwrap().permissions().mode() & 0o777,
        0o640
    );
    let written = fs::read_to_string(&real).unwrap();
    assert!(written.contains("'p' => 'it\\'s'"), "{written}");
    fs::write(&real, "<?php return ['key' => getenv('KEY')];").unwrap();
    let output = project.run(&["cache:disable", "layout"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("computes some of its values"), "{said}");
}

#[test]
fn cron_takes_away_what_is_over() {
    let project = Project::installed();
    let db = project.store();
    let old = Session {
        id: 0,
        lookup: "x".to_owned(),
        admin_id: 1,
        password_mark: String::new(),
        started_at: 0,
        seen_at: 0,
        ended: None,
        used: Vec::new(),
    };
    let failure = ferrite_accounts::Failures {
        id: 0,
        who: "admin - nobody".to_owned(),
        count: 3,
        until: 1,
    };
    db.write(move |tx| {
        SESSIONS.insert(tx, &mut old.clone())?;
        FAILURES.insert(tx, &mut failure.clone())
    })
    .unwrap();
    let left = || {
        db.read(|tx| Ok::<_, Error>((SESSIONS.count(tx)?, FAILURES.count(tx)?)))
            .unwrap()
    };
    assert_eq!(left(), (1, 1));
    assert_eq!(
        project.ok(&["cron:run", "--group=index"]),
        "Ran jobs by schedule.\n"
    );
    assert_eq!(left(), (1, 1));
    assert_eq!(project.ok(&["cron:run"]), "Ran jobs by schedule.\n");
    assert_eq!(left(), (0, 0));
}

#[test]
fn the_panels_path_is_that_of_the_installation() {
    let project = Project::new();
    project.ok(&[
        "setup:install",
        "--base-url=http://127.0.0.1/",
        "--backend-frontname=hidden_door",
    ]);
    let server = project.serve();
    assert_eq!(
        (server.status("/hidden_door"), server.status("/admin")),
        (200, 404)
    );
    // There is no admin yet.
    assert_eq!(server.sign_in(Store::ADMIN, Store::PASSWORD), Err(401));
    let said = project.run(&["setup:install", "--base-url=http://127.0.0.1/"]);
    assert_eq!(said.status.code(), Some(1));
}

#[test]
fn what_another_installation_left_goes_on_demand_only() {
    let project = Project::installed();
    project.ok(&["integration:create", "Erp", "--resources", "all"]);
    for file in ["app/etc/ferrite.toml", "app/etc/crypt.key"] {
        fs::remove_file(project.path(file)).unwrap();
    }
    let install = ["setup:install", "--base-url=http://h/"];
    let output = project.run(&install);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("--cleanup-database takes it away."), "{said}");
    assert!(!project.path("var/.maintenance.flag").exists());
    let output = project.run(&["cache:clean"]);
    assert_eq!(output.status.code(), Some(1));
    project.ok(&[&install[..], &["--cleanup-database"]].concat());
    assert_eq!(project.ok(&["integration:list"]), "");
}

#[test]
fn of_two_who_change_a_file_neither_undoes_the_other() {
    let project = Project::installed();
    let paths = [
        "oauth/consumer/expiration_period",
        "oauth/consumer/post_timeout",
        "oauth/cleanup/expiration_period",
        "admin/security/lockout_failures",
    ];
    let both = paths.map(|path| {
        let mut command = project.command(&["config:set", "--lock-env", path, "17"]);
        command.stdout(Stdio::null()).spawn().unwrap()
    });
    for mut child in both {
        assert!(child.wait().unwrap().success());
    }
    for path in paths {
        assert_eq!(project.ok(&["config:show", path]), "17\n");
    }
}

#[test]
fn errors_that_nobody_handles_are_logged() {
    let project = Project::installed();
    project.run(&["cache:clean", "nothing"]);
    project.run(&["cache:clean", "--nothing"]);
    let log = fs::read_to_string(project.path("var/log/system.log")).unwrap();
    assert_eq!(log.lines().count(), 1);
    assert!(
        log.contains("main.CRITICAL: cache:clean: The following requested"),
        "{log}"
    );
}

#[test]
fn a_broken_file_lets_no_lock_go() {
    let project = Project::installed();
    project.ok(&["config:set", "-e", GUESTS, "0"]);
    let server = project.serve();
    assert_eq!(server.status(VIEWS), 401);
    let set = project
        .store()
        .write(|tx| ferrite_settings::set_default_value(tx, GUESTS, Some("1")));
    set.unwrap();
    assert_eq!(server.status(VIEWS), 401);
    fs::write(project.path("app/etc/env.php"), "<?php\nreturn [").unwrap();
    let refused = project.run(&["cache:clean"]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("app/etc/env.php: line 2: "), "{said}");
    let raised = project.store().write(|tx| {
        tx.raise_generation();
        Ok::<_, Error>(())
    });
    raised.unwrap();
    assert_eq!(server.status(VIEWS), 401);
}

#[test]
fn a_key_of_ones_own_seals_the_secrets() {
    let project = Project::new();
    let key = "0123456789abcdef0123456789abcdef";
    project.ok(&[
        "setup:install",
        "--base-url=http://h/",
        &format!("--key={key}"),
    ]);
    let held = fs::read_to_string(project.path("app/etc/crypt.key")).unwrap();
    assert_eq!(Secret::new(held).reveal(), key);
    project.ok(&["integration:create", "Erp", "--resources", "all"]);
}
