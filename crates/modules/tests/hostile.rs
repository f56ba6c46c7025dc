//! What a hostile or broken project does to reading it: the rest loads, and every fault says where.

use std::fs;
use std::path::Path;

use ferrite_modules::{Config, Installation, Options, Origin, Report, validate};

struct Project(tempfile::TempDir);

impl Project {
    fn new() -> Self {
        let project = Self(tempfile::tempdir().expect("a test can write and read"));
        project.module("Good", "Citizen");
        project
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().expect("a test can write and read"))
            .expect("a test can write and read");
        fs::write(path, bytes).expect("a test can write and read");
    }

    fn module(&self, vendor: &str, name: &str) -> String {
        let folder = format!("app/code/{vendor}/{name}");
        let registration = format!(
            "<?php\nuse Magento\\Framework\\Component\\ComponentRegistrar;\n\
             ComponentRegistrar::register(ComponentRegistrar::MODULE, '{vendor}_{name}', __DIR__);\n"
        );
        self.write(&format!("{folder}/registration.php"), registration);
        let xml = format!("<config><module name=\"{vendor}_{name}\"/></config>");
        self.write(&format!("{folder}/etc/module.xml"), xml);
        folder
    }

    fn read(&self) -> Installation {
        let installation = Installation::read(self.root(), Options { adopt: true })
            .expect("a test can write and read");
        assert!(
            installation.module("Good_Citizen").is_some(),
            "the rest loads"
        );
        installation
    }

    /// The faults; the module they belong to is out.
    fn faults(&self) -> Vec<Report> {
        let installation = self.read();
        let faults = installation.reports.into_iter().filter(Report::is_fault);
        faults.collect()
    }
}

fn bombs() -> Vec<(&'static str, Vec<u8>)> {
    let resources = "<resource id=\"A_B::c\" title=\"Title\"/>\n".repeat(100_000);
    let many = "<integration name=\"Many\"><email>a@b.test</email></integration>\n".repeat(100_000);
    let deep = "<resource id=\"Aa_Bb::c\">";
    vec![
        (
            "etc/acl.xml",
            format!("<config><acl><resources>{resources}</resources></acl></config>").into_bytes(),
        ),
        (
            "etc/acl.xml",
            format!(
                "<config><acl><resources>{}{}",
                deep.repeat(10_000),
                "</resource>".repeat(10_000)
            )
            .into_bytes(),
        ),
        (
            "etc/integration.xml",
            format!("<config>{many}</config>").into_bytes(),
        ),
        (
            "etc/webapi.xml",
            b"<!DOCTYPE r [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><routes>&b;</routes>"
                .to_vec(),
        ),
        (
            "etc/config.xml",
            b"<!DOCTYPE r SYSTEM 'http://evil.test/x.dtd'><config/>".to_vec(),
        ),
        (
            "etc/integration/api.xml",
            b"<integrations>\n<integration></integrations>".to_vec(),
        ),
        ("etc/adminhtml/menu.xml", b"<config>\xff</config>".to_vec()),
    ]
}

#[test]
fn xml_beyond_its_bounds_leaves_its_module_out() {
    for (name, bytes) in bombs() {
        let project = Project::new();
        let folder = project.module("Evil", "Bomb");
        project.write(&format!("{folder}/{name}"), bytes);
        let faults = project.faults();
        assert_eq!(faults.len(), 1, "{name}: {faults:?}");
        let fault = &faults[0];
        assert_eq!(fault.file, Path::new(&folder).join(name));
        assert!(fault.line.is_some() && fault.column.is_some(), "{fault}");
        assert!(!fault.hint.is_empty(), "{fault}");
        assert_eq!(fault.module.as_deref(), Some("Evil_Bomb"));
        assert!(project.read().module("Evil_Bomb").is_none());
    }
}

#[cfg(unix)]
#[test]
fn only_regular_files_within_are_read() {
    use std::os::unix::fs::symlink;
    let project = Project::new();
    let outside = tempfile::tempdir().unwrap();
    fs::write(
        outside.path().join("secret.xml"),
        "<config>top secret</config>",
    )
    .unwrap();
    let targets = [
        "/dev/zero",
        "/etc/passwd",
        "self",
        "folder",
        "pipe",
        "outside",
        "large",
    ];
    for (number, target) in targets.iter().enumerate() {
        let folder = project.module("Evil", &format!("Link{number}"));
        let file = project.root().join(&folder).join("etc/acl.xml");
        match *target {
            "self" => symlink(&file, &file).unwrap(),
            "folder" => fs::create_dir(&file).unwrap(),
            "pipe" => {
                let made = std::process::Command::new("mkfifo").arg(&file).status();
                assert!(made.unwrap().success());
            }
            "outside" => symlink(outside.path().join("secret.xml"), &file).unwrap(),
            "large" => fs::File::create(&file).unwrap().set_len(100 << 20).unwrap(),
            other => symlink(other, &file).unwrap(),
        }
    }
    let faults = project.faults();
    assert_eq!(faults.len(), targets.len(), "{faults:?}");
    for fault in faults {
        assert!(!fault.hint.is_empty());
        let shown = fault.to_string();
        assert!(
            !shown.contains("root:") && !shown.contains("secret"),
            "{shown}"
        );
    }
}

#[cfg(unix)]
#[test]
fn links_lead_to_each_real_folder_once() {
    use std::os::unix::fs::symlink;
    let project = Project::new();
    let code = project.root().join("app/code");
    symlink(code.join("Good/Citizen"), code.join("Good/Again")).unwrap();
    symlink(&code, code.join("Loop")).unwrap();
    symlink(code.join("Good/Self"), code.join("Good/Self")).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let package = Project(elsewhere);
    let folder = package.module("Path", "Repository");
    symlink(package.root().join(folder), code.join("Good/Package")).unwrap();
    let installation = project.read();
    assert!(installation.module("Path_Repository").is_some());
    let faults: Vec<_> = installation
        .reports
        .iter()
        .filter(|report| report.is_fault())
        .collect();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert_eq!(faults[0].file, Path::new("app/code/Good/Self"));
}

#[test]
fn ways_out_of_the_project_are_refused() {
    for path in [
        "__DIR__ . '/../../..'",
        "'/etc'",
        "__DIR__ . '/../../../../..'",
        "\"/tmp\\0x\"",
    ] {
        let project = Project::new();
        let folder = project.module("Evil", "Way");
        let registration = format!(
            "<?php\n\\Magento\\Framework\\Component\\ComponentRegistrar::register('module', 'Evil_Way', {path});\n"
        );
        project.write(&format!("{folder}/registration.php"), registration);
        let faults = project.faults();
        assert_eq!(faults.len(), 1, "{path}: {faults:?}");
        assert_eq!(faults[0].line, Some(2), "{path}");
        assert!(project.read().module("Evil_Way").is_none());
    }
    let project = Project::new();
    let folder = project.module("Evil", "Name");
    project.write(
        &format!("{folder}/etc/module.xml"),
        "<config>\n<module name=\"../../x\"/></config>",
    );
    assert_eq!(project.faults()[0].line, Some(2));
}

#[test]
fn composer_s_list_is_held_to_the_project() {
    let project = Project::new();
    project.write(
        "vendor/composer/autoload_files.php",
        "<?php\n$vendorDir = dirname(__DIR__);\nreturn array(\n'a' => $vendorDir . '/../../../etc/registration.php',\n'b' => '/etc/registration.php',\n'c' => $vendorDir . '/gone/registration.php',\n);\n",
    );
    let faults = project.faults();
    assert_eq!(faults.len(), 3, "{faults:?}");
}

#[test]
fn php_that_nests_or_breaks_is_a_fault() {
    for code in [
        format!(
            "<?php\nreturn {}{};",
            "[".repeat(100_000),
            "]".repeat(100_000)
        ),
        "<?php\nfoo(".to_owned(),
        String::from_utf8_lossy(b"<\0?\0").into_owned(),
    ] {
        let project = Project::new();
        let folder = project.module("Evil", "Code");
        project.write(&format!("{folder}/registration.php"), &code);
        let faults = project.faults();
        assert!(!faults.is_empty());
        assert!(
            faults.iter().all(|fault| fault.line.is_some()),
            "{faults:?}"
        );
    }
}

/// What is wrong with a setup script, each with what its message says.
fn broken_scripts() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let class = "<?php\nnamespace Evil\\Script\\Setup;\nclass InstallData { public function install($s, $c) {\n";
    let in_class = |body: &str| format!("{class}{body}\n}} }}").into_bytes();
    let utf_16 = "<?php class X {}".encode_utf16().flat_map(u16::to_le_bytes);
    let deep = format!("return {}1{};", "(".repeat(100_000), ")".repeat(100_000));
    let manager = "\\Magento\\Integration\\Model\\ConfigBasedIntegrationManager";
    vec![
        ("does not parse", in_class("$this->x->("), "Syntax error"),
        ("nests", in_class(&deep), "nests deeper"),
        ("is UTF-16", utf_16.collect(), "UTF-16"),
        (
            "is long",
            vec![b' '; (1 << 20) + 1],
            "more than 1048576 bytes",
        ),
        ("is too long", vec![b' '; (8 << 20) + 1], "larger than 8 MB"),
        ("has no class", b"<?php\n".to_vec(), "does not declare"),
        (
            "never ends",
            in_class("while (true) { $a = 1; }"),
            "more than 10000 steps",
        ),
        (
            "calls itself",
            in_class("$this->install($s, $c);"),
            "calls are open at once",
        ),
        (
            "computes its names",
            in_class(&format!(
                "(new {manager}())->processIntegrationConfig([getenv('X')]);"
            )),
            "cannot be told",
        ),
    ]
}

#[test]
fn setup_scripts_that_cannot_be_read_leave_their_module_out() {
    for (what, bytes, expected) in broken_scripts() {
        let project = Project::new();
        let folder = project.module("Evil", "Script");
        let xml = "<config><module name=\"Evil_Script\" setup_version=\"1.0.0\"/></config>";
        project.write(&format!("{folder}/etc/module.xml"), xml);
        let file = format!("{folder}/Setup/InstallData.php");
        project.write(&file, bytes);
        let faults = project.faults();
        assert_eq!(faults.len(), 1, "{what}: {faults:?}");
        assert_eq!(faults[0].file, Path::new(&file), "{what}");
        assert!(
            faults[0].message.contains(expected),
            "{what}: {}",
            faults[0]
        );
        let has_place = faults[0].line.is_some() && faults[0].column.is_some();
        assert!(has_place || what == "is too long", "{what}: {}", faults[0]);
        assert!(project.read().module("Evil_Script").is_none(), "{what}");
    }
}

#[cfg(unix)]
#[test]
fn setup_scripts_that_are_no_files_of_the_module_leave_it_out() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("InstallData.php"), "<?php").unwrap();
    for kind in ["folder", "link"] {
        let project = Project::new();
        let folder = project.module("Evil", "Script");
        let xml = "<config><module name=\"Evil_Script\" setup_version=\"1.0.0\"/></config>";
        project.write(&format!("{folder}/etc/module.xml"), xml);
        let file = project.root().join(&folder).join("Setup/InstallData.php");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        match kind {
            "folder" => fs::create_dir(&file).unwrap(),
            _ => std::os::unix::fs::symlink(outside.path().join("InstallData.php"), &file).unwrap(),
        }
        assert_eq!(project.faults().len(), 1, "{kind}: {:?}", project.faults());
        assert!(project.read().module("Evil_Script").is_none(), "{kind}");
    }
}

#[test]
fn what_a_registration_includes_is_held_to_its_package() {
    let project = Project::new();
    let outside = tempfile::tempdir().unwrap();
    let registration = "<?php \\Magento\\Framework\\Component\\ComponentRegistrar::register('module', 'Evil_Far', __DIR__);";
    fs::write(outside.path().join("registration.php"), registration).unwrap();
    let far = outside.path().display();
    project.write(
        "vendor/acme/bundle/registration.php",
        format!(
            "<?php\nrequire '{far}/registration.php';\nrequire __DIR__ . '/../../../app/code/Good/Citizen/registration.php';\n\
             require __FILE__;\nforeach (glob(__DIR__ . '/*/registration.php') as $file) {{ require $file; }}\n"
        ),
    );
    project.write(
        "vendor/acme/bundle/a/registration.php",
        "<?php require __DIR__ . '/../registration.php';",
    );
    #[cfg(unix)]
    std::os::unix::fs::symlink(
        outside.path(),
        project.root().join("vendor/acme/bundle/far"),
    )
    .unwrap();
    let installation = project.read();
    assert!(installation.module("Evil_Far").is_none());
    assert!(!installation.has_faults(), "{:?}", installation.reports);
    let warnings: Vec<_> = installation
        .reports
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(warnings[0].contains("registers nothing"), "{warnings:?}");
}

#[test]
fn unreadable_roots_and_folders_say_so() {
    let gone = Installation::read(Path::new("/nonexistent/root"), Options::default());
    assert!(gone.unwrap_err().to_string().contains("cannot be read"));
    let faults = validate(Path::new("/nonexistent/module"));
    assert!(faults[0].is_fault());
    let empty = tempfile::tempdir().unwrap();
    let faults = validate(empty.path());
    assert_eq!(
        faults.len(),
        2,
        "registration.php and etc/module.xml: {faults:?}"
    );
}

#[test]
fn a_built_in_module_whose_name_is_taken_stays() {
    let project = Project::new();
    let folder = project.module("Sham", "Catalog");
    let registration = "<?php \\Magento\\Framework\\Component\\ComponentRegistrar::register(\
                        'module', 'Magento_Catalog', __DIR__);";
    project.write(&format!("{folder}/registration.php"), registration);
    project.write(
        "app/etc/config.php",
        "<?php return ['modules' => ['Magento_Catalog' => 1]];",
    );
    let installation = project.read();
    assert!(installation.left_out.contains("Magento_Catalog"));
    let kept = installation.module("Magento_Catalog").unwrap();
    assert_eq!((kept.origin, kept.enabled), (Origin::BuiltIn, true));
    let switches = installation.switches();
    let named = switches
        .iter()
        .filter(|(name, _)| *name == "Magento_Catalog");
    assert_eq!(named.count(), 1);
}

#[test]
fn the_list_of_modules_is_replaced_and_all_else_kept() {
    let project = Project::new();
    project.write(
        "app/etc/config.php",
        "<?php\nreturn ['scopes' => ['websites' => ['base' => ['code' => 'base']]], 'modules' => ['Good_Citizen' => 0, 'Gone_Away' => 1]];\n",
    );
    let installation = project.read();
    assert!(!installation.module("Good_Citizen").unwrap().enabled);
    let mut config = installation.config.clone().unwrap();
    config.set_modules(installation.switches());
    config.write(project.root()).unwrap();
    let again = Config::read(project.root()).unwrap().unwrap();
    assert_eq!(again, config);
    assert_eq!(again.is_enabled("Good_Citizen"), Some(false));
    assert_eq!(again.is_enabled("Gone_Away"), None);
    assert_eq!(again.is_enabled("Magento_Store"), Some(true));
    let code = again.at(&["scopes", "websites", "base", "code"]);
    assert_eq!(code.and_then(|code| code.as_text()), Some("base"));
    let left: Vec<_> = fs::read_dir(project.root().join("app/etc"))
        .unwrap()
        .collect();
    assert_eq!(left.len(), 1, "no other file stays behind");
}

#[test]
fn a_broken_list_of_modules_is_a_fault_and_is_not_overwritten() {
    let project = Project::new();
    project.write("app/etc/config.php", "<?php\nreturn [");
    let installation = project.read();
    assert!(installation.has_faults() && installation.config.is_none());
    assert!(Config::read(project.root()).is_err());
}
