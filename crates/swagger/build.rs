//! Takes the files of swagger-ui that the page needs out of the archive that its crate holds.

use std::borrow::Cow;
use std::error::Error;
use std::fs::File;
use std::io::{Cursor, copy};
use std::path::PathBuf;

use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::ZipArchive;

/// Below the archive's only folder.
const FILES: [&str; 3] = [
    "dist/swagger-ui-bundle.js",
    "dist/swagger-ui.css",
    "LICENSE",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED))?;
    for wanted in FILES {
        let is_wanted =
            |name: &String| name.split_once('/').is_some_and(|(_, rest)| rest == wanted);
        let mut names = archive
            .file_names()
            .filter_map(Result::ok)
            .map(Cow::into_owned);
        let name = names.find(is_wanted);
        drop(names);
        let name = name.ok_or_else(|| format!("swagger-ui's archive has no {wanted}"))?;
        let plain_name = wanted.rsplit('/').next().unwrap_or(wanted);
        let mut file = File::create(out.join(plain_name))?;
        copy(&mut archive.by_name(&name)?, &mut file)?;
    }
    Ok(())
}
