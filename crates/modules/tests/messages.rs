//! The table of `module:validate`: each folder of `fixtures/validate` holds the file that provokes its
//! messages, in an otherwise good module. `FERRITE_WRITE_EXPECTED=1` writes the table anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use ferrite_modules::{Report, validate};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/validate")
}

/// All files below a folder, relative to it.
fn files(folder: &Path, below: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder.join(below)).expect("a test can write and read") {
        let entry = entry.expect("a test can write and read");
        let path = below.join(entry.file_name());
        if entry
            .file_type()
            .expect("a test can write and read")
            .is_dir()
        {
            files(folder, &path, found);
        } else {
            found.push(path);
        }
    }
}

/// A good module with the files of one case put over it.
fn module_with(case: &Path, changed: &[PathBuf]) -> tempfile::TempDir {
    let module = tempfile::tempdir().expect("a test can write and read");
    let write = |path: &Path, bytes: Vec<u8>| {
        let path = module.path().join(path);
        fs::create_dir_all(path.parent().expect("a test can write and read"))
            .expect("a test can write and read");
        fs::write(path, bytes).expect("a test can write and read");
    };
    write(Path::new("registration.php"), b"<?php\nuse Magento\\Framework\\Component\\ComponentRegistrar;\nComponentRegistrar::register(ComponentRegistrar::MODULE, 'Acme_Case', __DIR__);\n".to_vec());
    let replaces = |path: &PathBuf| {
        path.to_string_lossy()
            .eq_ignore_ascii_case("etc/module.xml")
    };
    if !changed.iter().any(replaces) {
        write(
            Path::new("etc/module.xml"),
            b"<config><module name=\"Acme_Case\"/></config>\n".to_vec(),
        );
    }
    for path in changed {
        write(
            path,
            fs::read(case.join(path)).expect("a test can write and read"),
        );
    }
    module
}

fn row(case: &str, changed: &Path, report: &Report, real: &str) -> String {
    let place = match (report.line, report.column) {
        (Some(line), Some(column)) => format!("{line}:{column}"),
        (Some(line), None) => line.to_string(),
        _ => String::new(),
    };
    let text =
        |text: &str| ferrite_modules::escape(&text.replace(real, "<module>")).replace('|', "\\|");
    let kind = if report.is_fault() {
        "fault"
    } else {
        "warning"
    };
    format!(
        "| [{case}]({case}/{}) | {kind} | {} {place} | {} | {} |\n",
        changed.display(),
        text(&report.file.to_string_lossy()),
        text(&report.message),
        text(&report.hint),
    )
}

#[test]
fn every_message_has_a_file_that_provokes_it() {
    let mut cases: Vec<_> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    let mut table = String::from(
        "# What module:validate says\n\n| provoked by | | where | message | hint |\n|---|---|---|---|---|\n",
    );
    let mut silent = BTreeSet::new();
    for case in &cases {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let mut changed = Vec::new();
        files(case, Path::new(""), &mut changed);
        let module = module_with(case, &changed);
        let reports = validate(module.path());
        let real = module.path().canonicalize().unwrap();
        for report in &reports {
            assert!(!report.hint.is_empty(), "{name}: {report}");
            table.push_str(&row(&name, &changed[0], report, &real.to_string_lossy()));
        }
        if reports.is_empty() {
            silent.insert(name);
        }
    }
    assert_eq!(silent, BTreeSet::new(), "every case provokes something");
    let file = folder().join("messages.md");
    if std::env::var_os("FERRITE_WRITE_EXPECTED").is_some() {
        fs::write(&file, &table).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert!(table == expected, "{table}");
}

#[test]
fn a_good_module_has_no_message() {
    let module = module_with(Path::new(""), &[]);
    assert_eq!(validate(module.path()), []);
}

#[test]
fn the_tutorial_s_module_has_no_message() {
    let tutorial = "../../fixtures/modules/tutorial/app/code/MGT/IntegrationManager";
    assert_eq!(
        validate(&Path::new(env!("CARGO_MANIFEST_DIR")).join(tutorial)),
        []
    );
}
