//! `composer.json`: what a package needs, what it does not go together with, where its classes lie.

use std::path::Path;

use serde_json::Value;

use super::schema::short;
use crate::xml::Text;
use crate::{Package, Report, file};

/// What the file says; `None`, with a warning, where it is no JSON object. A folder of classes that
/// leads out of the package is a fault.
pub fn read(bytes: &[u8], shown: &Path, reports: &mut Vec<Report>) -> Option<Package> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let value: Value = match serde_json::from_slice(bytes) {
        Ok(value) => value,
        Err(error) => {
            let message = "The file is no valid JSON.";
            let report = Report::warning(shown, message).hint("Correct it here, or just before.");
            reports.push(report.at(file::small(error.line()), file::small(error.column())));
            return None;
        }
    };
    let Some(object) = value.as_object() else {
        let report = Report::warning(shown, "The file is no JSON object.");
        reports.push(
            report.hint("Write {\"name\": \"vendor/module\", \"type\": \"magento2-module\"}."),
        );
        return None;
    };
    let text = |key: &str| object.get(key).and_then(Value::as_str).map(str::to_owned);
    let pairs = |value: Option<&Value>| {
        let entries = value.and_then(Value::as_object).into_iter().flatten();
        let texts =
            entries.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
        texts.collect::<Vec<_>>()
    };
    let autoload = object.get("autoload");
    let psr4 = autoload.and_then(|autoload| autoload.get("psr-4"));
    let files = autoload.and_then(|autoload| autoload.get("files"));
    let mut psr4_pairs = Vec::new();
    for (prefix, folders) in psr4.and_then(Value::as_object).into_iter().flatten() {
        let several = folders.as_array().into_iter().flatten();
        for folder in several.chain([folders]).filter_map(Value::as_str) {
            if is_inside(folder) {
                psr4_pairs.push((prefix.clone(), folder.to_owned()));
            } else {
                reports.push(leaves(bytes, shown, folder));
            }
        }
    }
    let files = files.and_then(Value::as_array).into_iter().flatten();
    let outside = files
        .filter_map(Value::as_str)
        .filter(|path| !is_inside(path));
    reports.extend(outside.map(|path| leaves(bytes, shown, path)));
    Some(Package {
        name: text("name").unwrap_or_default(),
        version: text("version"),
        kind: text("type"),
        require: pairs(object.get("require")),
        conflict: pairs(object.get("conflict")),
        psr4: psr4_pairs,
    })
}

/// The files of `autoload` that a package has composer load, below its folder.
pub fn loaded_files(bytes: &[u8]) -> Vec<String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let value: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let files = value.pointer("/autoload/files").and_then(Value::as_array);
    let files = files.into_iter().flatten().filter_map(Value::as_str);
    let inside = files.filter(|path| is_inside(path));
    inside.map(str::to_owned).collect()
}

fn is_inside(path: &str) -> bool {
    !path.contains('\0') && Path::new(path).is_relative() && file::normal(Path::new(path)).is_some()
}

fn leaves(bytes: &[u8], shown: &Path, path: &str) -> Report {
    let message = format!("The path '{}' leads out of the package.", short(path));
    let report = Report::fault(shown, message).hint("Name a folder or file within the package.");
    // The text as JSON most likely writes it; where it is written otherwise the file has to do.
    let written = serde_json::to_string(path).unwrap_or_default();
    let Some(at) = memchr::memmem::find(bytes, written.as_bytes()) else {
        return report;
    };
    let text = String::from_utf8_lossy(&bytes[..at]);
    let (line, column) = Text::new(&text, shown).position(text.len());
    report.at(line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (Option<Package>, Vec<Report>) {
        let mut reports = Vec::new();
        let found = read(text.as_bytes(), Path::new("composer.json"), &mut reports);
        (found, reports)
    }

    #[test]
    fn what_counts_of_a_package_is_read() {
        let (found, reports) = of(
            r#"{"name": "acme/sync", "type": "magento2-module", "version": "1.2.0",
                "require": {"php": ">=8.1", "magento/module-sales": "*"}, "conflict": {"acme/old": "*"},
                "autoload": {"files": ["registration.php"], "psr-4": {"Acme\\Sync\\": ["", "src/"]}}}"#,
        );
        let found = found.unwrap();
        assert!(reports.is_empty());
        assert_eq!(
            (found.name.as_str(), found.version.as_deref()),
            ("acme/sync", Some("1.2.0"))
        );
        assert_eq!(found.require.len() + found.conflict.len(), 3);
        assert_eq!(
            found.psr4[1],
            ("Acme\\Sync\\".to_owned(), "src/".to_owned())
        );
    }

    #[test]
    fn broken_files_warn_and_ways_out_are_faults() {
        assert!(of("{").1[0].line.is_some() && !of("{").1[0].is_fault());
        assert_eq!(of("[]").0, None);
        for path in ["/etc", "../../x", "a/../../x", "a\\u0000b"] {
            let text = format!(
                r#"{{"autoload": {{"psr-4": {{"A\\B\\": "{path}"}}, "files": ["{path}"]}}}}"#
            );
            let (found, reports) = of(&text);
            assert!(found.unwrap().psr4.is_empty());
            assert_eq!(
                reports.iter().filter(|report| report.is_fault()).count(),
                2,
                "{path}"
            );
        }
        let deep = "[".repeat(100_000);
        assert_eq!(of(&deep).0, None);
    }
}
