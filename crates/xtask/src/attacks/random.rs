//! Random requests over all routes, as guest and as admin. `FERRITE_SEED` runs them again.

use anyhow::{Context, Result, ensure};
use ferrite_base::Clock;
use ferrite_testkit::{Random, Store};
use serde_json::{Value, json};

use super::{Door, SIGN_IN, get, post};
use crate::stage::Repo;

const REQUESTS: usize = 4_000;

const TEXTS: &[&str] = &[
    "",
    "a",
    "\0",
    "-1",
    "0",
    "1",
    "2",
    "9223372036854775808",
    "1e308",
    "0x1",
    "NaN",
    "null",
    "[]",
    "'\"><script>",
    "0000-00-00",
    "9999-12-31 23:59:59",
    "%",
    "\u{202e}",
    "admin",
    "simple",
    "US",
    "default",
    "1,2,3",
    "../../x",
    "true",
    "me",
    "a%2Fb",
    "\u{feff}",
];

/// Sends them; none may be answered 500, and all have to be answered.
pub fn check(repo: &Repo, door: &Door) -> Result<()> {
    let seed = match std::env::var("FERRITE_SEED") {
        Ok(seed) => seed.parse().context("FERRITE_SEED")?,
        Err(_) => Clock::system().unix_seconds().unsigned_abs(),
    };
    println!("{REQUESTS} random requests, FERRITE_SEED={seed}");
    let table = std::fs::read_to_string(repo.root.join("crates/webapi/data/routes.csv"))?;
    let rows: Vec<Vec<&str>> = table
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect())
        .collect();
    let token = sign_in(door)?;
    let mut random = Random::new(seed);
    for number in 0..REQUESTS {
        let request = one(&mut random, &rows, &token);
        let statuses = door.statuses(&request)?;
        let fits = statuses.len() == 1 && statuses[0] != 500;
        ensure!(
            fits,
            "random request {number} of FERRITE_SEED={seed} is answered {statuses:?}:\n{}",
            String::from_utf8_lossy(&request)
        );
    }
    Ok(())
}

fn sign_in(door: &Door) -> Result<String> {
    let body = json!({"username": Store::ADMIN, "password": Store::PASSWORD}).to_string();
    let request = post(
        SIGN_IN,
        "Content-Type: application/json\r\n",
        body.as_bytes(),
    );
    let answer = String::from_utf8(door.send(&request)?)?;
    let (_, body) = answer.split_once("\r\n\r\n").context("no answer")?;
    Ok(serde_json::from_str(body)?)
}

fn one(random: &mut Random, rows: &[Vec<&str>], token: &str) -> Vec<u8> {
    let row = &rows[index(random, rows.len())];
    let (method, path) = (row[1], row[2]);
    let mut target = String::from("/rest");
    for part in path.split('/').skip(1) {
        target.push('/');
        match part.strip_prefix(':') {
            Some(_) => target.push_str(&escaped(pick(random, TEXTS))),
            None => target.push_str(part),
        }
    }
    if random.below(4) == 0 {
        let fields = ["sku", "name", "id", "created_at", "entity_id", "x"];
        let conditions = ["eq", "in", "like", "regexp", "finset", "from", "null", "x"];
        target.push_str(&format!(
            "?searchCriteria[filterGroups][0][filters][0][field]={}\
             &searchCriteria[filterGroups][0][filters][0][value]={}\
             &searchCriteria[filterGroups][0][filters][0][conditionType]={}\
             &searchCriteria[pageSize]={}",
            pick(random, &fields),
            escaped(pick(random, TEXTS)),
            pick(random, &conditions),
            escaped(pick(random, TEXTS))
        ));
    }
    let mut headers = String::new();
    if random.below(8) != 0 {
        headers = format!("Authorization: Bearer {token}\r\n");
    }
    if matches!(method, "GET" | "DELETE") {
        let request = get(&target, &headers);
        let rest = request.get(3..).unwrap_or_default();
        return [method.as_bytes(), rest].concat();
    }
    headers.push_str("Content-Type: application/json\r\n");
    let body = body(random, row).to_string();
    let request = post(&target, &headers, body.as_bytes());
    let rest = request.get(4..).unwrap_or_default();
    [method.as_bytes(), rest].concat()
}

/// An object with the parameters of the row, whatever their types are.
fn body(random: &mut Random, row: &[&str]) -> Value {
    let names = row.get(8).copied().unwrap_or_default().split(';');
    let names = names.filter_map(|one| one.split(':').next()).map(str::trim);
    names
        .map(|name| (name.to_owned(), value(random, 3)))
        .collect()
}

fn value(random: &mut Random, depth: u32) -> Value {
    let nested = depth > 0;
    match random.below(8) {
        0 => Value::Null,
        1 => json!(random.below(2) == 0),
        2 => json!(pick(random, &[0, 1, -1, 4, i64::MAX, i64::MIN])),
        3 => json!(pick(random, &[1.5, 1e308, -1e308, 5e-324, -0.0, 1e18])),
        4 if nested => (0..random.below(4))
            .map(|_| value(random, depth - 1))
            .collect(),
        5 | 6 if nested => {
            let names = [
                "id",
                "sku",
                "name",
                "email",
                "value",
                "extension_attributes",
                "custom_attributes",
            ];
            let entries = (0..random.below(4)).map(|_| pick(random, &names).to_string());
            let entries: Vec<String> = entries.collect();
            entries
                .into_iter()
                .map(|name| (name, value(random, depth - 1)))
                .collect()
        }
        _ => json!(pick(random, TEXTS)),
    }
}

fn pick<T: Copy>(random: &mut Random, of: &[T]) -> T {
    of[index(random, of.len())]
}

fn index(random: &mut Random, length: usize) -> usize {
    usize::try_from(random.below(length as u64)).unwrap_or(0)
}

fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(escape).collect()
}
