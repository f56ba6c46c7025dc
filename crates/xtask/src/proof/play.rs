//! Plays a conversation of our own with a running store. The format is that of the recordings: steps
//! with `id`, `method`, `path`, `auth`, `headers`, `body`, `capture` and `expect`. `auth` is `admin` without
//! another word, else `guest`, `bearer:TOKEN` or `integration:RESOURCES`. Beside `body`, which is the
//! whole answer, `expect` may have `holds`: the keys that it names and no others; `includes` and
//! `lacks`: items that a list has, or has not, in the same sense. A step that has a `command` in place
//! of a request runs it on the store.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use ferrite_base::Randomness;
use ferrite_testkit::{Answer, Signer, Store};
use serde_json::{Map, Value};

use super::Answered;
use super::compare::{Extent, differences, dig, fill, filled};
use crate::attacks::caller::{Caller, ask, integration, plain, send, token};

const KEYS: [&str; 9] = [
    "id", "method", "path", "auth", "headers", "body", "capture", "expect", "command",
];

/// Plays all steps of a file; an error at the first that is answered otherwise than it wants.
pub fn conversation(store: &Store, file: &Path) -> Result<Vec<Answered>> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).with_context(|| name.clone())?;
    let read: Value = serde_json::from_str(&text).with_context(|| name.clone())?;
    let steps = read["steps"].as_array().with_context(|| name.clone())?;
    let run = format!("w{}", Randomness::system().hex::<3>());
    let mut player = Player {
        store,
        admin: token(store, "admin", Store::ADMIN, Store::PASSWORD)?,
        signers: BTreeMap::new(),
        known: Map::from_iter([("run".to_owned(), run.clone().into())]),
        run,
    };
    let mut answered = Vec::new();
    for step in steps {
        let played = player.play(step);
        let id = step["id"].as_str().unwrap_or_default();
        answered.extend(played.with_context(|| format!("{name}, step {id}"))?);
    }
    Ok(answered)
}

struct Player<'a> {
    store: &'a Store,
    admin: String,
    /// By the resources that they may use.
    signers: BTreeMap<String, Signer>,
    run: String,
    /// What was captured, and `run`.
    known: Map<String, Value>,
}

impl Player<'_> {
    /// Plays a step; what was asked, unless it was a command.
    fn play(&mut self, step: &Value) -> Result<Option<Answered>> {
        let keys = step.as_object().context("no object")?.keys();
        for key in keys {
            ensure!(KEYS.contains(&key.as_str()), "nothing is known of {key:?}");
        }
        if let Some(command) = step["command"].as_array() {
            let words: Vec<_> = command.iter().filter_map(Value::as_str).collect();
            self.store.run(&words)?;
            return Ok(None);
        }
        let text = |key: &str| step[key].as_str().with_context(|| format!("no {key}"));
        let method = text("method")?.to_owned();
        let target = filled(text("path")?, &self.known);
        let body = step.get("body").map(|body| fill(body, &self.known));
        let answer = self.send(step, &method, &target, body.as_ref())?;
        self.judge(step, &answer)?;
        Ok(Some(Answered {
            method,
            target,
            status: answer.status,
            body,
        }))
    }

    fn send(
        &mut self,
        step: &Value,
        method: &str,
        target: &str,
        body: Option<&Value>,
    ) -> Result<Answer> {
        let auth = filled(step["auth"].as_str().unwrap_or("admin"), &self.known);
        let body = body.map(Value::to_string);
        if let Some(headers) = step["headers"].as_object() {
            ensure!(auth == "admin", "only an admin sends headers");
            let mut lines = format!("Authorization: Bearer {}\r\n", self.admin);
            for (name, value) in headers {
                lines += &format!("{name}: {}\r\n", value.as_str().unwrap_or_default());
            }
            let request = plain(self.store, method, target, &lines, body.as_deref());
            return send(self.store, &request);
        }
        let mut caller = match auth.split_once(':') {
            None if auth == "admin" => Caller::Bearer(&self.admin),
            None if auth == "guest" => Caller::Guest,
            Some(("bearer", token)) => Caller::Bearer(token),
            Some(("integration", resources)) => {
                if !self.signers.contains_key(resources) {
                    let name = format!("{} {}", self.run, self.signers.len());
                    let signer = integration(self.store, &name, resources)?;
                    self.signers.insert(resources.to_owned(), signer);
                }
                let signer = self.signers.get_mut(resources);
                Caller::Signer(signer.context("no signer")?)
            }
            _ => bail!("nobody is called {auth:?}"),
        };
        ask(self.store, &mut caller, method, target, body.as_deref())
    }

    fn judge(&mut self, step: &Value, answer: &Answer) -> Result<()> {
        let expect = &step["expect"];
        let shown: String = String::from_utf8_lossy(&answer.body)
            .chars()
            .take(1000)
            .collect();
        let status = expect["status"].as_u64().context("no status is wanted")?;
        ensure!(
            u64::from(answer.status) == status,
            "it is answered {} {shown} instead of {status}",
            answer.status
        );
        let body: Value = serde_json::from_slice(&answer.body).with_context(|| shown.clone())?;
        for (name, path) in step["capture"].as_object().into_iter().flatten() {
            let path = path.as_str().context("a path that is no text")?;
            let value = dig(&body, path).with_context(|| format!("no {path} in {shown}"))?;
            self.known.insert(name.clone(), value.clone());
        }
        let differences = wrong(&fill(expect, &self.known), &body)?;
        ensure!(
            differences.is_empty(),
            "{} in {shown}",
            differences.join("; ")
        );
        Ok(())
    }
}

/// Where an answer is not what is wanted of it.
fn wrong(expect: &Value, body: &Value) -> Result<Vec<String>> {
    let holding = |want: &Value| {
        let items = body.as_array().into_iter().flatten();
        let mut found = items.map(|item| differences(want, item, Extent::Named));
        found.any(|differences| differences.is_empty())
    };
    let mut found = Vec::new();
    let wants = expect.as_object().context("nothing is wanted")?;
    for (key, want) in wants.iter().filter(|(key, _)| *key != "status") {
        let items = want.as_array().into_iter().flatten();
        match key.as_str() {
            "body" => found.extend(differences(want, body, Extent::Whole)),
            "holds" => found.extend(differences(want, body, Extent::Named)),
            "includes" => {
                let missing = items.filter(|want| !holding(want));
                found.extend(missing.map(|want| format!("no {want}")));
            }
            "lacks" => {
                let there = items.filter(|want| holding(want));
                found.extend(there.map(|want| format!("there is {want}")));
            }
            other => bail!("nothing is known of {other:?}"),
        }
    }
    ensure!(wants.len() > 1, "only a status is wanted");
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_step_wants_more_than_a_status_and_nothing_unknown() {
        assert!(wrong(&json!({"status": 200}), &json!({})).is_err());
        assert!(wrong(&json!({"status": 200, "has": 1}), &json!({})).is_err());
        let right = wrong(&json!({"status": 200, "body": {}}), &json!({}));
        assert!(right.unwrap().is_empty());
    }

    #[test]
    fn a_list_includes_and_lacks_items_by_the_keys_that_are_named() {
        let list = json!([{"sku": "A", "qty": 1}, {"sku": "B", "qty": 2}]);
        for (expect, count) in [
            (json!({"status": 200, "includes": [{"sku": "B"}]}), 0),
            (
                json!({"status": 200, "includes": [{"sku": "B", "qty": 1}]}),
                1,
            ),
            (json!({"status": 200, "lacks": [{"sku": "C"}]}), 0),
            (json!({"status": 200, "lacks": [{"sku": "A"}]}), 1),
        ] {
            assert_eq!(wrong(&expect, &list).unwrap().len(), count, "{expect}");
        }
    }
}
