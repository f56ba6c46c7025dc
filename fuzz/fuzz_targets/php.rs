//! PHP as modules ship it: registrations, files that return an array, and setup scripts.
#![no_main]

use std::collections::BTreeMap;
use std::path::Path;

use ferrite_php::setup::{Module, Phase, Source, recurring, versioned};
use ferrite_php::{Script, registrations, returned_value};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(script) = Script::parse(data) {
        let _ = registrations(&script, Path::new("/app/code/A/B"));
        let _ = returned_value(&script, Path::new("/app/etc/config.php"), &BTreeMap::new());
    }
    let source = |class: &str| {
        class.starts_with("A\\B\\").then(|| Source {
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
    };
    let _ = versioned(module, Phase::Data);
    let _ = recurring(module, Phase::Data);
});
