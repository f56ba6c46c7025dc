//! The panel as a browser without scripts uses it: pages, forms and cookies.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};
use ferrite_testkit::{Answer, Client, Store};

/// A browser.
pub struct Browser<'a> {
    store: &'a Store,
    /// Its cookies, by name.
    pub cookies: BTreeMap<String, String>,
}

impl<'a> Browser<'a> {
    /// A browser in which the administrator has signed in.
    pub fn signed_in(store: &'a Store) -> Result<Self> {
        let cookies = BTreeMap::new();
        let mut browser = Self { store, cookies };
        let page = browser.get("/")?;
        let fields = [("username", Store::ADMIN), ("password", Store::PASSWORD)];
        let answer = browser.post("/sign-in", &hidden(&page, "form_key")?, &fields)?;
        ensure!(
            answer.status == 303,
            "signing in is answered {}",
            answer.status
        );
        Ok(browser)
    }

    /// A page below the panel's path.
    pub fn get(&mut self, path: &str) -> Result<Answer> {
        self.send("GET", path, "")
    }

    /// Sends a form.
    pub fn post(&mut self, path: &str, key: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        let mut body = format!("form_key={}", escaped(key));
        for (name, value) in fields {
            write!(body, "&{}={}", escaped(name), escaped(value))?;
        }
        self.send("POST", path, &body)
    }

    fn send(&mut self, method: &str, path: &str, body: &str) -> Result<Answer> {
        let host = self.store.address();
        let cookies = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let cookies: Vec<_> = cookies.collect();
        let request = format!(
            "{method} /admin{path} HTTP/1.1\r\nHost: {host}\r\nCookie: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            cookies.join("; "),
            body.len()
        );
        let answer = Client::connect(host)?.exchange(request.as_bytes())?;
        for line in answer.head.lines() {
            let Some((name, line)) = line.split_once(": ") else {
                continue;
            };
            let pair = line.split(';').next().and_then(|pair| pair.split_once('='));
            if let Some((cookie, value)) = pair.filter(|_| name.eq_ignore_ascii_case("set-cookie"))
            {
                self.cookies.insert(cookie.to_owned(), value.to_owned());
            }
        }
        Ok(answer)
    }
}

/// The value of a hidden field of a page.
pub fn hidden(page: &Answer, name: &str) -> Result<String> {
    let text = String::from_utf8_lossy(&page.body);
    let start = format!("name=\"{name}\" value=\"");
    let value = text
        .split_once(&start)
        .and_then(|(_, rest)| rest.split_once('"'));
    let (value, _) = value.with_context(|| format!("no {name} in a page"))?;
    Ok(value.to_owned())
}

fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(escape).collect()
}
