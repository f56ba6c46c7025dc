//! `setup:upgrade` with modules as they are found in the wild, beside a running server and killed in
//! the middle.

use std::fs;
use std::path::Path;
use std::time::Duration;

use ferrite_integrations::{INTEGRATIONS, Integration, Status};
use ferrite_storage::Error;
use serde_json::Value;

use crate::support::{Project, copy};

/// The modules that the readers are tested with.
fn fixture(project: &Project, name: &str) {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/modules");
    copy(&all.join(name), &project.root());
}

fn integrations(project: &Project) -> Vec<Integration> {
    let read = project.store().read(|tx| INTEGRATIONS.all(tx));
    read.unwrap()
}

fn write(project: &Project, inside: &str, text: &str) {
    let path = project.path(inside);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn module(project: &Project, name: &str, integration: &str) {
    let (vendor, short) = name.split_once('_').unwrap();
    let folder = format!("app/code/{vendor}/{short}");
    write(
        project,
        &format!("{folder}/registration.php"),
        &format!(
            "<?php\nuse Magento\\Framework\\Component\\ComponentRegistrar;\n\
             ComponentRegistrar::register(ComponentRegistrar::MODULE, '{name}', __DIR__);\n"
        ),
    );
    write(
        project,
        &format!("{folder}/etc/module.xml"),
        &format!("<config><module name=\"{name}\" setup_version=\"1.0.0\"/></config>"),
    );
    write(
        project,
        &format!("{folder}/etc/integration.xml"),
        &format!(
            "<config><integration name=\"{integration}\"><email>a@b.test</email><resources>\
             <resource name=\"Magento_Sales::sales\"/></resources></integration></config>"
        ),
    );
}

#[test]
fn the_tutorials_module_stands_in_the_store_after_three_commands() {
    let project = Project::installed();
    let server = project.serve();
    assert_eq!(server.status("/rest/V1/directory/countries/LU"), 200);
    fixture(&project, "tutorial");
    let said = project.ok(&["setup:upgrade"]);
    let lines: Vec<&str> = said.lines().collect();
    let at = |line: &str| lines.iter().position(|one| *one == line).unwrap();
    let order = [
        "Updating modules:",
        "Schema creation/updates:",
        "Schema post-updates:",
        "Data install/update:",
        "Installing data...",
        "Data post-updates:",
        "Nothing to import.",
    ];
    assert!(order.is_sorted_by_key(|line| at(line)), "{said}");
    assert_eq!(
        lines[at("Installing data...") - 1],
        "Module 'MGT_IntegrationManager':"
    );
    let made = integrations(&project).pop().unwrap();
    assert_eq!(made.module.as_deref(), Some("MGT_IntegrationManager"));
    assert_eq!(made.status, Status::Inactive);
    let again = project.ok(&["setup:upgrade"]);
    assert!(!again.contains("Installing data..."), "{again}");
    assert_eq!(integrations(&project).pop().unwrap().id, made.id);
    // The server, which was there all the time, knows the module.
    let header = server.sign_in("admin", "Admin123!x").unwrap();
    let modules = server.ask("GET", "/rest/V1/modules", &header, "");
    let modules = String::from_utf8(modules.body).unwrap();
    assert!(modules.contains("\"MGT_IntegrationManager\""), "{modules}");
}

#[test]
fn what_would_change_is_shown_without_changing_it() {
    let project = Project::installed();
    module(&project, "Acme_Sync", "AcmeSync");
    let said = project.ok(&["setup:upgrade", "--dry-run"]);
    assert!(said.contains("AcmeSync of Acme_Sync is new"), "{said}");
    assert!(integrations(&project).is_empty());
    let config = fs::read_to_string(project.path("app/etc/config.php")).unwrap_or_default();
    assert!(!config.contains("Acme_Sync"), "{config}");
    project.ok(&["setup:upgrade"]);
    let file = project.path("app/code/Acme/Sync/etc/integration.xml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("a@b.test", "c@d.test")).unwrap();
    let before = integrations(&project).pop().unwrap();
    let said = project.ok(&["setup:upgrade", "--dry-run"]);
    let line = "    ~ email: \"a@b.test\" -> \"c@d.test\"";
    assert!(said.lines().any(|one| one == line), "{said}");
    assert_eq!(integrations(&project).pop().unwrap().id, before.id);
    project.ok(&["setup:upgrade"]);
    let after = integrations(&project).pop().unwrap();
    assert_eq!(after.status, Status::Reset);
    assert_ne!(after.consumer_id, before.consumer_id);
}

#[test]
fn a_broken_module_is_left_out_and_the_others_go_on() {
    let project = Project::installed();
    module(&project, "Acme_Sync", "AcmeSync");
    module(&project, "Bad_Xml", "BadSync");
    write(
        &project,
        "app/code/Bad/Xml/etc/integration.xml",
        "<config>\n  <integration\n</config>",
    );
    let output = project.run(&["setup:upgrade"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("fault: app/code/Bad/Xml/etc/integration.xml:"),
        "{said}"
    );
    let names: Vec<_> = integrations(&project)
        .into_iter()
        .map(|one| one.name)
        .collect();
    assert_eq!(names, ["AcmeSync"]);
}

#[test]
fn the_integration_of_a_module_that_is_gone_can_be_deleted() {
    let project = Project::installed();
    module(&project, "Acme_Sync", "AcmeSync");
    project.ok(&["setup:upgrade"]);
    assert!(
        !project
            .run(&["integration:delete", "AcmeSync"])
            .status
            .success()
    );
    fs::remove_dir_all(project.path("app/code/Acme")).unwrap();
    let said = project.ok(&["setup:upgrade"]);
    assert!(
        said.contains("AcmeSync was declared by Acme_Sync"),
        "{said}"
    );
    project.ok(&["integration:delete", "AcmeSync"]);
    assert!(integrations(&project).is_empty());
}

#[test]
fn a_route_of_a_module_is_in_the_table_and_names_its_class() {
    let project = Project::installed();
    let server = project.serve();
    assert_eq!(server.status("/rest/V1/acme/things"), 404);
    module(&project, "Acme_Sync", "AcmeSync");
    write(
        &project,
        "app/code/Acme/Sync/etc/webapi.xml",
        "<routes><route url=\"/V1/acme/things\" method=\"GET\">\
         <service class=\"Acme\\Sync\\Api\\ThingsInterface\" method=\"getList\"/>\
         <resources><resource ref=\"Acme_Sync::things\"/></resources></route></routes>",
    );
    write(
        &project,
        "app/code/Acme/Sync/etc/acl.xml",
        "<config><acl><resources><resource id=\"Magento_Backend::admin\">\
         <resource id=\"Acme_Sync::things\" title=\"Things\"/></resource></resources></acl></config>",
    );
    project.ok(&["setup:upgrade"]);
    assert_eq!(server.status("/rest/V1/acme/things"), 401);
    let header = server.sign_in("admin", "Admin123!x").unwrap();
    let answer = server.ask("GET", "/rest/V1/acme/things", &header, "");
    let body = String::from_utf8(answer.body).unwrap();
    assert_eq!(answer.status, 501, "{body}");
    assert!(
        body.contains("ThingsInterface::getList of Acme_Sync"),
        "{body}"
    );
}

#[test]
fn values_that_a_module_gives_count_where_nobody_set_one() {
    let project = Project::installed();
    module(&project, "Acme_Sync", "AcmeSync");
    write(
        &project,
        "app/code/Acme/Sync/etc/config.xml",
        "<config><default><acme><sync><speed>7</speed></sync></acme></default>\
         <stores><default><acme><sync><speed>8</speed></sync></acme></default></stores></config>",
    );
    assert!(
        !project
            .run(&["config:show", "acme/sync/speed"])
            .status
            .success()
    );
    project.ok(&["setup:upgrade"]);
    let at_view = [
        "config:show",
        "--scope=store",
        "--scope-code=default",
        "acme/sync/speed",
    ];
    assert_eq!(project.ok(&["config:show", "acme/sync/speed"]), "7\n");
    assert_eq!(project.ok(&at_view), "8\n");
    project.ok(&["config:set", "acme/sync/speed", "9"]);
    assert_eq!(project.ok(&["config:show", "acme/sync/speed"]), "9\n");
    assert_eq!(project.ok(&at_view), "8\n");
    assert_eq!(
        project.ok(&["config:show", "acme"]),
        "acme/sync/speed - 9\n"
    );
}

#[test]
fn a_store_is_upgraded_whole_or_not_at_all() {
    const MODULES: i64 = 60;
    let project = Project::installed();
    for number in 0..MODULES {
        module(
            &project,
            &format!("Acme_M{number}"),
            &format!("Sync{number}"),
        );
    }
    let mut halves = Vec::new();
    for pause in (0..200).step_by(20) {
        let mut child = project.command(&["setup:upgrade"]).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(pause));
        let _ = child.kill();
        child.wait().unwrap();
        let count = project.store().read(|tx| INTEGRATIONS.count(tx));
        halves.push(count);
    }
    let whole = Ok::<_, Error>(MODULES);
    assert!(
        halves
            .iter()
            .all(|count| *count == Ok(0) || *count == whole),
        "{halves:?}"
    );
    project.ok(&["setup:upgrade"]);
    let count = project.store().read(|tx| INTEGRATIONS.count(tx));
    assert_eq!(count, whole);
}

#[test]
fn a_developer_is_told_by_every_answer_that_an_upgrade_is_due() {
    const VIEWS: &str = "/rest/V1/store/storeViews";
    let project = Project::installed();
    module(&project, "Acme_Sync", "AcmeSync");
    project.ok(&["setup:upgrade"]);
    project.ok(&["deploy:mode:set", "developer"]);
    let server = project.serve();
    assert_eq!(server.status(VIEWS), 401);
    let file = project.path("app/code/Acme/Sync/etc/module.xml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("1.0.0", "1.1.0")).unwrap();
    project.ok(&["cache:clean", "config"]);
    let refused = server.ask("GET", VIEWS, "", "");
    let body: Value = serde_json::from_slice(&refused.body).unwrap();
    let message = "Please upgrade your database: Run \"bin/magento setup:upgrade\" from the Magento root \
                   directory.\nThe following modules are outdated:\n\
                   Acme_Sync schema: current version - 1.0.0, required version - 1.1.0\n\
                   Acme_Sync data: current version - 1.0.0, required version - 1.1.0";
    assert_eq!((refused.status, &body["message"]), (503, &message.into()));
    // The panel, which tells what is due, and every other mode go on.
    assert_eq!(server.status("/admin"), 200);
    project.ok(&["deploy:mode:set", "default"]);
    assert_eq!(server.status(VIEWS), 401);
    project.ok(&["deploy:mode:set", "developer"]);
    assert_eq!(server.status(VIEWS), 503);
    project.ok(&["setup:upgrade"]);
    assert_eq!(server.status(VIEWS), 401);
}

#[test]
fn the_panel_is_where_the_checkout_says_until_a_setting_says_otherwise() {
    let project = Project::installed();
    let server = project.serve();
    let at = |path: &str| server.status(path);
    assert_eq!((at("/admin"), at("/admin_x9y8z7")), (200, 404));
    write(
        &project,
        "app/etc/env.php",
        "<?php return ['backend' => ['frontName' => 'admin_x9y8z7']];",
    );
    project.ok(&["cache:clean", "config"]);
    assert_eq!((at("/admin"), at("/admin_x9y8z7")), (404, 200));
    project.ok(&["config:set", "admin/url/custom_path", "back_door"]);
    assert_eq!((at("/back_door"), at("/admin_x9y8z7")), (200, 404));
}
