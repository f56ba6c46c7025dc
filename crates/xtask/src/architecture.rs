//! Holds the crates against the list in `ARCHITECTURE.md`: arrows point down it only.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The crates in the order of the list, by the names of their folders.
fn listed(text: &str) -> Vec<String> {
    let named = |line: &str| {
        let (name, _) = line.strip_prefix("| `")?.split_once("` |")?;
        let (_, folder) = name.rsplit_once('/').unwrap_or(("", name));
        Some(folder.to_owned())
    };
    text.lines().filter_map(named).collect()
}

/// A package as the list names it.
fn folder(package: &Value) -> String {
    let name = package["name"].as_str().expect("a package has a name");
    name.strip_prefix("ferrite-").unwrap_or(name).to_owned()
}

fn packages(root: &Path) -> Vec<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut metadata = Command::new(cargo);
    metadata.args(["metadata", "--format-version=1", "--no-deps", "--offline"]);
    let output = metadata.current_dir(root).output().expect("cargo runs");
    assert!(output.status.success(), "cargo metadata fails");
    let read: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    read["packages"].as_array().expect("packages").clone()
}

/// The arrows that do not point down, those of tests and build scripts included.
fn pointing_up(list: &[String], packages: &[Value]) -> Vec<String> {
    let place = |name: &str| list.iter().position(|listed| listed == name);
    let mut wrong = Vec::new();
    for package in packages {
        let from = folder(package);
        let dependencies = package["dependencies"].as_array().expect("dependencies");
        for to in dependencies.iter().map(folder) {
            let Some(below) = place(&to) else { continue };
            if place(&from).is_none_or(|above| above >= below) {
                wrong.push(format!("{from} -> {to}"));
            }
        }
    }
    wrong
}

#[test]
fn crates_stand_in_the_list_and_arrows_point_down_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = std::fs::read_to_string(root.join("ARCHITECTURE.md")).expect("it is there");
    let list = listed(&text);
    let packages = packages(&root);
    let mut there: Vec<String> = packages.iter().map(folder).collect();
    let mut named = list.clone();
    there.sort_unstable();
    named.sort_unstable();
    assert_eq!(named, there, "each crate stands in the list once");
    assert_eq!(pointing_up(&list, &packages), [""; 0]);
}

#[test]
fn an_arrow_that_points_up_is_found() {
    let list = listed("| `one` | x |\n| `examples/two` | x |\n");
    assert_eq!(list, ["one", "two"]);
    let package = serde_json::json!({
        "name": "ferrite-two", "dependencies": [{"name": "ferrite-one"}, {"name": "serde"}],
    });
    assert_eq!(pointing_up(&list, &[package]), ["two -> one"]);
}
