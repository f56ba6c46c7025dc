//! Which recorded steps were answered as Magento answered them: what the comparison reports, laid
//! over the recordings.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use super::Answered;

/// The steps of the recordings in `files` that passed. `report` is what `conformance.py --json` has
/// written of this run; it does not tell of what is `pending`, which counts for nothing here.
pub fn answered(files: &[PathBuf], report: &Path, pending: &str) -> Result<Vec<Answered>> {
    let report = read(report)?;
    let pending: BTreeSet<&str> = pending.lines().collect();
    let scenarios = report.as_array().context("the report is no list")?;
    let failed: BTreeMap<&str, &Value> = scenarios
        .iter()
        .filter_map(|one| Some((one["name"].as_str()?, &one["failed"])))
        .collect();
    let mut answered = Vec::new();
    for file in files {
        let scenario = read(file)?;
        let name = scenario["name"].as_str().unwrap_or_default();
        let Some(failed) = failed.get(name) else {
            continue;
        };
        let steps = scenario["steps"].as_array().into_iter().flatten();
        let passed = steps.filter(|step| {
            let id = step["id"].as_str().unwrap_or_default();
            failed.get(id).is_none() && !pending.contains(&*format!("{name} / {id}"))
        });
        answered.extend(passed.filter_map(of_step));
    }
    Ok(answered)
}

fn read(file: &Path) -> Result<Value> {
    let bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
    serde_json::from_slice(&bytes).with_context(|| file.display().to_string())
}

/// What a step that passed asked, and the status that it was answered with; none where several are right.
fn of_step(step: &Value) -> Option<Answered> {
    let status = u16::try_from(step["expect"]["status"].as_u64()?).ok()?;
    if step.get("expect_any").is_some() || status >= 500 {
        return None;
    }
    Some(Answered {
        method: step["method"].as_str()?.to_owned(),
        target: filled(step["path"].as_str()?),
        status,
        body: step.get("body").map(all_filled),
    })
}

/// What stands in place of a value that a run has put in: a text and a number.
const FILLING: &str = "7";

/// A body with the same in all of its texts.
fn all_filled(body: &Value) -> Value {
    match body {
        Value::String(text) => filled(text).into(),
        Value::Array(items) => items.iter().map(all_filled).collect(),
        Value::Object(pairs) => {
            let filled = pairs.iter();
            let filled = filled.map(|(key, value)| (key.clone(), all_filled(value)));
            Value::Object(filled.collect())
        }
        other => other.clone(),
    }
}

/// A text with something in place of what the run has put in: `{{sku}}` is a segment of a path, or a
/// part of one.
fn filled(text: &str) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((_, behind)) = after.split_once("}}") else {
            break;
        };
        filled.push_str(before);
        filled.push_str(FILLING);
        rest = behind;
    }
    filled + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::Scratch;
    use serde_json::json;

    #[test]
    fn only_steps_that_passed_count() {
        let scratch = Scratch::create(&std::env::temp_dir(), "recorded").unwrap();
        let step = |id: &str, status: u16| {
            json!({"id": id, "method": "GET", "path": "/rest/V1/products/A-{{run}}/media?x={{y}}",
                "body": {"id": "{{y}}", "of": ["{{run}}-a", 1]}, "expect": {"status": status}})
        };
        let mut either = step("either", 200);
        either["expect_any"] = json!([{"status": 404}]);
        let steps = [
            step("good", 200),
            step("bad", 200),
            step("open", 200),
            step("fell", 500),
            either,
        ];
        let file = scratch.0.join("one.json");
        let scenario = json!({"name": "one", "steps": steps});
        std::fs::write(&file, scenario.to_string()).unwrap();
        let other = scratch.0.join("other.json");
        let scenario = json!({"name": "not run", "steps": [step("good", 200)]});
        std::fs::write(&other, scenario.to_string()).unwrap();
        let report = scratch.0.join("report.json");
        let said = json!([{"name": "one", "failed": {"bad": ["status"]}}]);
        std::fs::write(&report, said.to_string()).unwrap();
        let found = answered(&[file, other], &report, "# Open\none / open\n").unwrap();
        let good = Answered {
            method: "GET".to_owned(),
            target: "/rest/V1/products/A-7/media?x=7".to_owned(),
            status: 200,
            body: Some(json!({"id": "7", "of": ["7-a", 1]})),
        };
        assert_eq!(found, [good]);
    }
}
