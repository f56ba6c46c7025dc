//! A module's XML and JSON files: the first byte says which of them holds the rest, in the order that
//! `cargo xtask fuzz` knows too. Whatever it is, what is wrong comes out as reports.
#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;

const FILES: [&str; 9] = [
    "composer.json",
    "etc/acl.xml",
    "etc/adminhtml/menu.xml",
    "etc/config.xml",
    "etc/integration.xml",
    "etc/integration/api.xml",
    "etc/integration/config.xml",
    "etc/webapi.xml",
    "etc/module.xml",
];

const REGISTRATION: &str = "<?php\n\\Magento\\Framework\\Component\\ComponentRegistrar::register('module', \
    'A_B', __DIR__);\n";

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        let parent = path.parent().expect("it lies in the folder");
        fs::create_dir_all(parent).expect("a folder");
        fs::write(path, bytes).expect("a file");
    };
    put("registration.php", REGISTRATION.as_bytes());
    put("etc/module.xml", b"<config><module name=\"A_B\"/></config>");
    put(FILES[usize::from(*first) % FILES.len()], rest);
    let reports = ferrite_modules::validate(folder.path());
    let _ = ferrite_modules::Report::json(&reports);
});
