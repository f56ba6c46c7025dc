//! Whatever is read: no panic, no hang, and what comes out has a place.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use ferrite_php::setup::{Module, Phase, Source, apply_patch, patch_order, recurring, versioned};
use ferrite_php::{Script, registrations, registrations_in, returned_value, value_in};
use proptest::prelude::*;

const CORPUS: [&str; 6] = [
    include_str!("corpus/registration.php"),
    include_str!("corpus/autoload_files.php"),
    include_str!("corpus/config.php"),
    include_str!("corpus/InstallData.php"),
    include_str!("corpus/UpgradeData.php"),
    include_str!("corpus/Patch.php"),
];

/// Reads the bytes as each kind of file.
fn read_as_everything(bytes: &[u8]) {
    match Script::parse(bytes) {
        Ok(script) => {
            let path = Path::new("/x/registration.php");
            let found = registrations(&script, Path::new("/x"));
            assert!(found.problems.iter().all(|problem| problem.line > 0));
            // Without a syntax tree the same is read.
            let read = registrations_in(bytes, Path::new("/x")).expect("it parses");
            if script.has_errors() {
                assert_eq!((read.found.len(), &read.problems), (0, &found.problems));
            } else {
                assert_eq!(read, found);
            }
            let value = returned_value(&script, path, &BTreeMap::new());
            let same = value_in(bytes, path, &BTreeMap::new());
            assert_eq!(format!("{same:?}"), format!("{value:?}"));
        }
        Err(problem) => assert!(problem.line > 0 && problem.column > 0),
    }
    let source = |_: &str| {
        Some(Source {
            file: "X.php".to_owned(),
            bytes: bytes.to_vec(),
        })
    };
    let module = Module {
        name: "Acme_Sync",
        namespaces: &[],
        version: Some("1.1.0"),
        stored: None,
        source: &source,
        preference: &|_| None,
    };
    let class = "Acme\\Sync\\Setup\\Patch\\Data\\Patch".to_owned();
    let _ = versioned(module, Phase::Data);
    let _ = recurring(module, Phase::Schema);
    let _ = apply_patch(module, Phase::Data, &class);
    let _ = patch_order(module, Phase::Data, &[class], &BTreeSet::new());
}

#[test]
fn the_corpus_parses() {
    for code in CORPUS {
        let script = Script::parse(code.as_bytes()).expect("it parses");
        assert_eq!(script.errors(), [], "{code}");
        read_as_everything(code.as_bytes());
        read_as_everything(code.replace('\n', "\r\n").as_bytes());
    }
}

/// Pieces of PHP that meet in ways nobody writes.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<?php "),
        Just("?>"),
        Just("class InstallData "),
        Just("{"),
        Just("}"),
        Just("("),
        Just(")"),
        Just("["),
        Just("]"),
        Just("$a"),
        Just("$this->"),
        Just("'x'"),
        Just("\"$a{$b}\""),
        Just("=>"),
        Just("="),
        Just(";"),
        Just("..."),
        Just("foreach ($a as $k => $v) "),
        Just("<<<A\n $a\n A;"),
        Just("function f($x = "),
        Just("return "),
        Just("fn() => "),
        Just("match(true) "),
        Just("? "),
        Just(": "),
        Just("self::X"),
        Just("new "),
        Just("use A\\{B, C as D};"),
        Just("namespace Acme\\Sync\\Setup;"),
        Just("array_merge("),
        Just("sprintf('%5s%"),
        Just(", "),
        Just("-"),
        Just("."),
        Just("switch (1) { case 1: "),
        Just("try { "),
        Just("\\"),
        Just("é"),
        Just("\0"),
        Just("static "),
        Just("public "),
        Just("enum Channel: string { case A = "),
        Just("self::cases()"),
        Just("yield "),
        Just("yield from "),
        Just("&$a"),
        Just("function () use (&$a) "),
        Just("foreach ($a as &$v) "),
        Just("(...)"),
        Just("new class($a) { "),
        Just("use T { f as g; } "),
        Just("trait T { "),
        Just("array_walk($a, "),
        Just("array_shift("),
        Just("sort("),
        Just("require __DIR__ . "),
        Just("glob("),
        Just("$this->manager->processIntegrationConfig("),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// Every PHP file of the layouts and of what `module:validate` is shown with.
static LAYOUTS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let (mut open, mut files) = (vec![fixtures], Vec::new());
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "php") {
                files.push(path);
            }
        }
    }
    files.sort();
    let read = |path: &std::path::PathBuf| std::fs::read(path).expect("a file");
    files.iter().map(read).collect()
});

#[test]
fn the_files_of_all_layouts_are_read() {
    assert!(LAYOUTS.len() > 100);
    LAYOUTS.iter().for_each(|bytes| read_as_everything(bytes));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn layouts_with_pieces_put_in_are_read(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), pieces()), 1..4),
    ) {
        let mut bytes = LAYOUTS[which.index(LAYOUTS.len())].clone();
        for (at, piece) in changes {
            let at = at.index(bytes.len().max(1));
            bytes.splice(at..at, piece.bytes().take(60));
        }
        read_as_everything(&bytes);
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read_as_everything(&bytes);
        read_as_everything(&[b"<?php ", &*bytes].concat());
    }

    #[test]
    fn any_pieces_are_read(code in pieces()) {
        read_as_everything(format!("<?php {code}").as_bytes());
    }

    #[test]
    fn usual_registrations_with_changes_are_read(
        declares in any::<bool>(),
        imports in any::<bool>(),
        name in "[A-Za-z_\\\\'$]{0,9}",
        changes in prop::collection::vec((any::<prop::sample::Index>(), "[\\\\(),;#/*a-z '\"]{0,2}|\\n|\\?>"), 0..3),
    ) {
        let long = "\\Magento\\Framework\\Component\\ComponentRegistrar";
        let short = if imports { "ComponentRegistrar" } else { long };
        let mut code = format!(
            "<?php\n/** a comment */\n{}{}{short}::register({short}::MODULE, '{name}', __DIR__);\n",
            if declares { "declare(strict_types=1);\n" } else { "" },
            if imports { format!("use {};\n", &long[1..]) } else { String::new() },
        );
        for (at, piece) in changes {
            code.insert_str(at.index(code.len()), &piece);
        }
        read_as_everything(code.as_bytes());
    }

    #[test]
    fn changed_files_are_read(
        which in 0..CORPUS.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..8),
    ) {
        let mut bytes = CORPUS[which].as_bytes().to_vec();
        for (at, byte, change) in changes {
            let at = at.index(bytes.len());
            match change {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => bytes.truncate(at.max(1)),
            }
        }
        read_as_everything(&bytes);
    }
}
