//! The table of `module:validate`: each folder of `fixtures/validate` holds the file that provokes its
//! messages, in an otherwise good module, or a whole project where it has an `app` or a `vendor`. What no
//! file can hold (links, sockets, 8 MB) is [`made`]. `FERRITE_WRITE_EXPECTED=1` writes the table anew.
//!
//! Every sentence in the sources of the readers has to stand in the table ([`sentences`]).

mod sentences;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use ferrite_modules::{Installation, Options, Report, validate};

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

/// What is wrong with a folder: with all its modules, where it is that of a project.
fn found(folder: &Path) -> Vec<Report> {
    if folder.join("app").is_dir() {
        let all = Installation::read(folder, Options { adopt: true });
        return all.expect("a project can be read").reports;
    }
    validate(folder)
}

/// Where a case's files are put, and what they are put over.
fn placed(case: &Path, changed: &[PathBuf]) -> tempfile::TempDir {
    if !case.join("app").is_dir() {
        return module_with(case, changed);
    }
    let project = tempfile::tempdir().expect("a test can write and read");
    for path in changed {
        let to = project.path().join(path);
        fs::create_dir_all(to.parent().expect("a test can write and read"))
            .expect("a test can write and read");
        fs::copy(case.join(path), to).expect("a test can write and read");
    }
    project
}

/// Cases that are made: a name, and what is done to a good module.
type Made = (&'static str, fn(&Path));

/// A file of the module with a text in it.
fn write(module: &Path, file: &str, text: &str) {
    let path = module.join(file);
    fs::create_dir_all(path.parent().expect("a test can write and read"))
        .expect("a test can write and read");
    fs::write(path, text).expect("a test can write and read");
}

fn link(module: &Path, file: &str, to: &str) {
    let path = module.join(file);
    fs::create_dir_all(path.parent().expect("a test can write and read"))
        .expect("a test can write and read");
    symlink(to, path).expect("a test can write and read");
}

/// `count` times what a number comes to.
fn times(count: usize, text: impl Fn(usize) -> String) -> String {
    (0..count).map(text).collect()
}

fn acl(module: &Path, inner: &str) {
    let text = format!("<config><acl><resources>{inner}</resources></acl></config>");
    write(module, "etc/acl.xml", &text);
}

fn register(module: &Path, name: &str) {
    let text = format!(
        "<?php\nuse Magento\\Framework\\Component\\ComponentRegistrar;\n\
         ComponentRegistrar::register(ComponentRegistrar::MODULE, {name}, __DIR__);\n"
    );
    write(module, "registration.php", &text);
}

const MADE: &[Made] = &[
    ("file-above-8-mb", |module| {
        acl(module, &" ".repeat(8 * 1024 * 1024 + 1));
    }),
    ("file-is-a-pipe", |module| {
        let made = Command::new("mkfifo")
            .arg(module.join("etc/acl.xml"))
            .status();
        assert!(made.is_ok_and(|status| status.success()));
    }),
    ("file-is-a-socket", |module| {
        let bound = UnixListener::bind(module.join("etc/acl.xml"));
        drop(bound.expect("a test can make a socket"));
    }),
    ("folder-is-a-circle-of-links", |module| {
        fs::remove_file(module.join("registration.php")).expect("a test can write and read");
        write(module, "app/etc/config.php", "<?php\nreturn [];\n");
        link(module, "app/code/Acme/Case", "Case");
    }),
    ("folder-is-missing", |module| {
        fs::remove_dir_all(module).expect("a test can write and read");
    }),
    ("link-leads-in-a-circle", |module| {
        link(module, "etc/acl.xml", "acl.xml");
    }),
    ("link-leads-out", |module| {
        link(module, "etc/acl.xml", "/etc/hostname");
    }),
    ("php-above-a-million-bytes", |module| {
        register(module, &format!("'{}'", "x".repeat(1_100_000)));
    }),
    ("php-calls-nest-too-deep", |module| {
        let (open, close) = ("(".repeat(100), ")".repeat(100));
        let step = |number: usize| {
            let next = number + 1;
            format!("private function m{number}() {{ return {open}$this->m{next}(){close}; }}\n")
        };
        let text = format!(
            "<?php\nnamespace Acme\\Case\\Setup;\n\
             class InstallData implements \\Magento\\Framework\\Setup\\InstallDataInterface {{\n\
             public function install($setup, $context) {{ $this->m0(); }}\n{}\
             private function m5() {{}}\n}}\n",
            times(5, step)
        );
        let versioned = "<config><module name=\"Acme_Case\" setup_version=\"1.0.0\"/></config>";
        write(module, "etc/module.xml", versioned);
        write(module, "Setup/InstallData.php", &text);
    }),
    ("php-nests-too-deep", |module| {
        register(
            module,
            &format!("{}'a'{}", "(".repeat(300), ")".repeat(300)),
        );
    }),
    ("registration-is-a-link-to-nothing", |module| {
        fs::remove_file(module.join("registration.php")).expect("a test can write and read");
        link(module, "registration.php", "gone.php");
    }),
    ("registration-is-missing", |module| {
        fs::remove_file(module.join("registration.php")).expect("a test can write and read");
    }),
    ("xml-nests-too-deep", |module| {
        let (open, close) = ("<resource id=\"Acme_Case::a\">", "</resource>");
        acl(module, &(open.repeat(300) + &close.repeat(300)));
    }),
    ("xml-with-too-many-attributes", |module| {
        let attributes = times(200, |number| format!(" a{number}=\"x\""));
        acl(module, &format!("<resource{attributes}/>"));
    }),
    ("xml-with-too-many-elements", |module| {
        acl(module, &"<resource/>".repeat(60_000));
    }),
    ("xml-with-too-many-namespaces", |module| {
        let spaced = |number| format!("<resource xmlns:a{number}=\"x:{number}\"/>");
        acl(module, &times(80, spaced));
    }),
];

fn row(case: &str, report: &Report, real: &str) -> String {
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
        "| {case} | {kind} | {} {place} | {} | {} |\n",
        text(&report.file.to_string_lossy()),
        text(&report.message),
        text(&report.hint),
    )
}

/// What every case provokes: a link to it, its reports, and where it lay.
fn provoked() -> Vec<(String, Vec<Report>, String)> {
    let mut cases: Vec<_> = fs::read_dir(folder())
        .expect("a test can write and read")
        .map(|entry| entry.expect("a test can write and read").path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    let mut all = Vec::new();
    for case in &cases {
        let name = case.file_name().unwrap_or_default().to_string_lossy();
        let mut changed = Vec::new();
        files(case, Path::new(""), &mut changed);
        changed.sort();
        let placed = placed(case, &changed);
        let real = placed.path().canonicalize().expect("the folder is there");
        let link = format!("[{name}]({name}/{})", changed[0].display());
        all.push((link, found(placed.path()), real.display().to_string()));
    }
    for (name, make) in MADE {
        let module = module_with(Path::new(""), &[]);
        let real = module.path().canonicalize().expect("the folder is there");
        make(module.path());
        let link = format!("{name} (made)");
        all.push((link, found(module.path()), real.display().to_string()));
    }
    all
}

#[test]
fn every_message_has_a_file_that_provokes_it() {
    let mut table = String::from(
        "# What module:validate says\n\n| provoked by | | where | message | hint |\n|---|---|---|---|---|\n",
    );
    let mut said = Vec::new();
    let mut silent = BTreeSet::new();
    for (name, reports, real) in provoked() {
        for report in &reports {
            assert!(!report.hint.is_empty(), "{name}: {report}");
            table.push_str(&row(&name, report, &real));
            said.extend([report.message.clone(), report.hint.clone()]);
        }
        if reports.is_empty() {
            silent.insert(name);
        }
    }
    let file = folder().join("messages.md");
    if std::env::var_os("FERRITE_WRITE_EXPECTED").is_some() {
        fs::write(&file, &table).unwrap();
    }
    assert_eq!(silent, BTreeSet::new(), "every case provokes something");
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert!(table == expected, "{table}");
    assert_eq!(
        sentences::unprovoked(&said),
        [""; 0],
        "every sentence of the readers is provoked by some case"
    );
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
