//! What is around the commands: the script that runs them, shells, crontabs, terminals.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::Project;

#[test]
fn the_crontab_gets_and_loses_this_projects_lines_alone() {
    let project = Project::installed();
    let (programs, kept) = (project.path("programs"), project.path("kept"));
    fs::create_dir_all(&programs).unwrap();
    let script = format!(
        "#!/bin/sh\nif [ \"$1\" = -l ]; then cat '{0}'; else cat > '{0}'; fi\n",
        kept.display()
    );
    let program = programs.join("crontab");
    fs::write(&program, script).unwrap();
    executable(&program);
    fs::write(&kept, "5 4 * * * backup\n").unwrap();
    let run = |words: &[&str]| {
        let path = format!("{}:/usr/bin:/bin", programs.display());
        let output = project.command(words).env("PATH", path).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        (
            said,
            output.status.code().unwrap(),
            fs::read_to_string(&kept).unwrap(),
        )
    };
    let (said, code, text) = run(&["cron:install"]);
    assert_eq!(
        (said.as_str(), code),
        ("Crontab has been generated and saved\n", 0)
    );
    assert!(
        text.starts_with("5 4 * * * backup\n#~ MAGENTO START "),
        "{text}"
    );
    assert!(text.contains(" cron:run >> "), "{text}");
    let (said, code, same) = run(&["cron:install"]);
    assert_eq!(
        (said.as_str(), code),
        ("Crontab has already been generated and saved\n", 1)
    );
    assert_eq!(same, text);
    assert_eq!(run(&["cron:install", "--force"]).2, text);
    let (said, code, text) = run(&["cron:remove"]);
    assert_eq!(
        (said.as_str(), code),
        ("Magento cron tasks have been removed\n", 0)
    );
    assert_eq!(text, "5 4 * * * backup\n");
}

fn executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn the_projects_own_script_is_the_console() {
    let project = Project::installed();
    let script = project.path("bin/magento");
    let run = |words: &[&str]| {
        let output = std::process::Command::new(&script)
            .args(words)
            .output()
            .unwrap();
        (
            String::from_utf8(output.stdout).unwrap(),
            output.status.code(),
        )
    };
    assert_eq!(
        run(&["c:c", "translate"]).0,
        "Cleaned cache types:\ntranslate\n"
    );
    let (list, code) = run(&[]);
    assert!(list.starts_with("Magento CLI 2.4.7-p2\n\nUsage:\n") && code == Some(0));
    assert_eq!(list, run(&["list"]).0);
    let json: Value = serde_json::from_str(&run(&["list", "--format=json"]).0).unwrap();
    assert_eq!(json["application"]["version"], "2.4.7-p2");
    let namespaces = json["namespaces"].as_array().unwrap();
    let cache = namespaces.iter().find(|one| one["id"] == "cache").unwrap();
    assert_eq!(cache["commands"].as_array().unwrap().len(), 5);
    let commands = json["commands"].as_array().unwrap();
    let set = commands
        .iter()
        .find(|one| one["name"] == "config:set")
        .unwrap();
    let alone = run(&["help", "config:set", "--format=json"]).0;
    assert_eq!(serde_json::from_str::<Value>(&alone).unwrap(), *set);
    assert_eq!(
        set["definition"]["arguments"]["path"],
        json!({"name": "path", "is_required": true, "is_array": false,
            "description": "section/group/field", "default": null})
    );
    assert_eq!(
        set["definition"]["options"]["lock-env"],
        json!({"name": "--lock-env", "shortcut": "-e", "accept_value": false,
            "is_value_required": false, "is_multiple": false,
            "description": "Locks the value in app/etc/env.php", "default": false})
    );
    let short = run(&["list", "--format=json", "--short"]).0;
    let short: Value = serde_json::from_str(&short).unwrap();
    assert!(short["commands"][0].get("definition").is_none());
}

#[test]
fn colours_are_for_terminals_and_who_asks_for_them() {
    let project = Project::installed();
    assert!(!project.ok(&["list"]).contains('\u{1b}'));
    assert!(
        project
            .ok(&["list", "--ansi"])
            .contains("\u{1b}[32mcache:clean\u{1b}[39m")
    );
    let refused = project.run(&["nothing", "--ansi"]);
    assert!(
        String::from_utf8(refused.stderr)
            .unwrap()
            .contains("\u{1b}[37;41m")
    );
    assert_eq!(project.ok(&["indexer:info", "--quiet"]), "");
}

/// What bash offers for what has been typed.
fn completed(project: &Project, typed: &str) -> Vec<String> {
    let script = project.ok(&["completion", "bash"]);
    let ask = format!(
        "{script}\nCOMP_LINE='{typed}'; COMP_POINT=${{#COMP_LINE}}; _magento; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    let output = std::process::Command::new("bash")
        .arg("-c")
        .arg(ask)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    said.lines()
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn shells_complete_names_and_options() {
    let project = Project::installed();
    assert_eq!(completed(&project, "magento cache:c"), ["clean"]);
    assert_eq!(
        completed(&project, "magento indexer:set-"),
        ["set-mode", "set-status"]
    );
    assert_eq!(
        completed(&project, "magento maintena"),
        [
            "maintenance:allow-ips",
            "maintenance:disable",
            "maintenance:enable",
            "maintenance:status"
        ]
    );
    assert_eq!(
        completed(&project, "bin/magento config:set --lock"),
        ["--lock-env", "--lock-config", "--lock"]
    );
    let script = format!("{} ", project.path("bin/magento").display());
    let offered = |typed: &str| completed(&project, &format!("{script}{typed}"));
    assert_eq!(
        offered("module:enable Magento_"),
        [
            "Magento_TwoFactorAuth",
            "Magento_AdminAdobeImsTwoFactorAuth"
        ]
    );
    assert_eq!(
        offered("module:enable -f Magento_TwoFactorAuth Magento_"),
        ["Magento_AdminAdobeImsTwoFactorAuth"]
    );
    assert_eq!(
        offered("module:disable Magento_Two"),
        [""; 0],
        "it is off already"
    );
    assert_eq!(offered("mod:sta Magento_TwoF"), ["Magento_TwoFactorAuth"]);
    assert_eq!(
        offered("cache:clean config config_i"),
        ["config_integration", "config_integration_api"]
    );
    assert_eq!(offered("indexer:reindex inv"), ["inventory"]);
    assert_eq!(offered("indexer:set-mode sch"), ["schedule"]);
    assert_eq!(
        offered("config:set oauth/signature/"),
        [
            "oauth/signature/accept_legacy_form",
            "oauth/signature/accept_sha1"
        ]
    );
    assert_eq!(offered("config:set oauth/signature/accept_sha1 "), [""; 0]);
    assert_eq!(offered("help deploy:mode:se"), ["set"]);
    assert_eq!(offered("deploy:mode:set de"), ["default", "developer"]);
    assert_eq!(offered("module:enable --cl"), ["--clear-static-content"]);
    project.ok(&["integration:create", "Acme-ERP", "--resources=all"]);
    assert_eq!(offered("integration:show "), ["Acme-ERP"]);
    let elsewhere = format!(
        "{} --root {} module:enable Magento_T",
        crate::support::binary().display(),
        project.root().display()
    );
    assert_eq!(completed(&project, &elsewhere), ["Magento_TwoFactorAuth"]);
    let zsh = project.ok(&["completion", "zsh"]);
    assert!(zsh.contains(" _complete -- $command $arguments "), "{zsh}");
    assert!(
        zsh.contains("'cache\\:clean:Cleans types of caches'"),
        "{zsh}"
    );
    let fish = project.ok(&["completion", "fish"]);
    assert!(
        fish.contains("-f -a 'cache:clean' -d 'Cleans types of caches'"),
        "{fish}"
    );
    assert!(
        fish.contains("'__fish_seen_subcommand_from module:enable' -f -a '(__magento_words)'"),
        "{fish}"
    );
    assert!(!project.ok(&["list"]).contains("_complete"));
    assert_eq!(project.run(&["completion", "tcsh"]).status.code(), Some(1));
}

#[test]
fn the_row_of_an_address_is_named() {
    let project = Project::installed();
    let file = project.path("addresses.txt");
    let addresses = [
        "GET /rest/V1/products/types",
        "GET /rest/default/V1/products/24-MB01?fields=sku",
        "POST /rest/all/async/V1/products",
        "PUT /rest/async/bulk/V1/products/bySku",
        "GET /rest/V1/nowhere",
        "nothing",
    ];
    fs::write(&file, addresses.join("\n")).unwrap();
    let output = project
        .command(&["dev:routes", "--of", &file.to_string_lossy()])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let rows: Vec<&str> = said.lines().collect();
    assert_eq!(
        rows,
        [
            "direct GET /V1/products/types",
            "direct GET /V1/products/:sku",
            "later POST /V1/products",
            "bulk PUT /V1/products/:sku",
            "none",
            "none",
        ]
    );
}
