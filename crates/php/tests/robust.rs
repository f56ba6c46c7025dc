//! Whatever is read: no panic, no hang, and what comes out has a place.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ferrite_php::setup::{Module, Phase, Source, apply_patch, patch_order, recurring, versioned};
use ferrite_php::{Script, registrations, returned_value};
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
            let _ = returned_value(&script, path, &BTreeMap::new());
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
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

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
