//! PHP as modules ship it: registrations, files that return an array, and setup scripts.
#![no_main]

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ferrite_php::setup::{Module, Phase, Source, apply_patch, patch_order, recurring, versioned};
use ferrite_php::{
    Script, literals_in, registrations, registrations_in, returned_literals, returned_value,
    value_in,
};
use libfuzzer_sys::fuzz_target;

/// How many classes have a file.
const MAX_CLASSES: usize = 8;

fuzz_target!(|data: &[u8]| {
    if let Ok(script) = Script::parse(data) {
        let folder = Path::new("/app/code/A/B");
        let found = registrations(&script, folder);
        if !script.has_errors() {
            assert_eq!(registrations_in(data, folder), Ok(found));
        }
        let path = Path::new("/app/etc/config.php");
        let value = returned_value(&script, path, &BTreeMap::new());
        // Read without a tree, a file says the same; as text, since NAN is no number.
        let same = value_in(data, path, &BTreeMap::new());
        assert_eq!(format!("{same:?}"), format!("{value:?}"));
        let (same, literals) = (literals_in(data), returned_literals(&script));
        assert_eq!(format!("{same:?}"), format!("{literals:?}"));
    }
    // Each class that is asked for has its file parsed: a handful shows all there is to see.
    let asked = Cell::new(0);
    let source = |class: &str| {
        asked.set(asked.get() + 1);
        (asked.get() <= MAX_CLASSES && class.starts_with("A\\B\\")).then(|| Source {
            file: "Setup/InstallData.php".to_owned(),
            bytes: data.to_vec(),
        })
    };
    let namespaces = ["A\\B".to_owned()];
    let module = Module {
        name: "A_B",
        namespaces: &namespaces,
        version: Some("1.0.0"),
        stored: None,
        source: &source,
        preference: &|_| None,
    };
    let _ = versioned(module, Phase::Data);
    let _ = recurring(module, Phase::Data);
    let patch = "A\\B\\Setup\\Patch\\Data\\Patch".to_owned();
    let _ = apply_patch(module, Phase::Data, &patch);
    let _ = patch_order(module, Phase::Data, &[patch], &BTreeSet::new());
});
