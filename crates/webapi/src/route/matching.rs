//! Finding the row for a method and a path, by Magento's rules.
//!
//! An exact path wins. Otherwise rows are tried in the byte order of their paths and the last match
//! counts, so that a literal segment beats a parameter (`:` sorts before letters).

use std::borrow::Cow;
use std::collections::HashMap;

use ferrite_acl::{Requirement, Tree};
use percent_encoding::percent_decode_str;

use super::{Bound, Row};

/// A row with what the server needs to serve it.
pub struct Entry {
    /// The facts.
    pub row: Row,
    /// The resources as bits.
    pub requirement: Requirement,
    /// What serves it; none yet for some.
    pub handler: Option<Bound>,
    segments: Vec<String>,
}

/// All rows of the modules that are switched on.
pub struct Table {
    entries: Vec<Entry>,
    by_method: HashMap<String, Places>,
}

/// Where the rows of one method stand.
#[derive(Default)]
struct Places {
    exact: HashMap<String, usize>,
    by_length: HashMap<usize, Vec<usize>>,
}

/// A found row, and the path's parameters in order.
pub struct Match<'a> {
    /// The row.
    pub entry: &'a Entry,
    /// (name, decoded value)
    pub parameters: Vec<(String, String)>,
    /// The name of a parameter whose value is no text: a broken escape, no UTF-8, or NUL in it.
    pub unreadable: Option<String>,
}

impl Table {
    pub(super) fn new(mut rows: Vec<(Row, Option<Bound>)>, tree: &Tree) -> Self {
        rows.sort_by(|left, right| left.0.path.cmp(&right.0.path));
        let entries: Vec<Entry> = rows
            .into_iter()
            .map(|(row, handler)| Entry {
                requirement: Requirement::new(tree, &row.resources),
                segments: trimmed(&row.path).split('/').map(str::to_owned).collect(),
                row,
                handler,
            })
            .collect();
        let mut by_method: HashMap<String, Places> = HashMap::new();
        for (index, entry) in entries.iter().enumerate() {
            let places = by_method.entry(entry.row.method.clone()).or_default();
            let path = trimmed(&entry.row.path).to_owned();
            places.exact.insert(path, index);
            let length = entry.segments.len();
            places.by_length.entry(length).or_default().push(index);
        }
        Self { entries, by_method }
    }

    /// All rows, by path.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The row for a raw path (still percent-encoded) below `/rest/{store}`.
    pub fn find(&self, method: &str, path: &str) -> Option<Match<'_>> {
        let path = trimmed(path);
        let places = self.by_method.get(method)?;
        if let Some(index) = places.exact.get(path) {
            return Some(Match {
                entry: self.entries.get(*index)?,
                parameters: Vec::new(),
                unreadable: None,
            });
        }
        let segments: Vec<&str> = path.split('/').collect();
        let candidates = places.by_length.get(&segments.len())?;
        let entry = candidates
            .iter()
            .rev()
            .filter_map(|index| self.entries.get(*index))
            .find(|entry| entry.matches(&segments))?;
        Some(Match {
            parameters: entry.parameters(&segments),
            unreadable: entry.unreadable(&segments),
            entry,
        })
    }
}

impl Entry {
    fn matches(&self, path: &[&str]) -> bool {
        self.segments
            .iter()
            .zip(path)
            .all(|(want, got)| want.starts_with(':') || want == got)
    }

    fn unreadable(&self, path: &[&str]) -> Option<String> {
        let named = self.segments.iter().zip(path);
        let mut named = named.filter_map(|(want, got)| Some((want.strip_prefix(':')?, got)));
        let found = named.find(|(_, got)| !is_text(got));
        found.map(|(name, _)| name.to_owned())
    }

    fn parameters(&self, path: &[&str]) -> Vec<(String, String)> {
        self.segments
            .iter()
            .zip(path)
            .filter_map(|(want, got)| Some((want.strip_prefix(':')?.to_owned(), decoded(got))))
            .collect()
    }
}

/// A segment's text, `+` being a space as in PHP's `urldecode`.
fn decoded(segment: &str) -> String {
    let text = if segment.contains('+') {
        Cow::Owned(segment.replace('+', " "))
    } else {
        Cow::Borrowed(segment)
    };
    percent_decode_str(&text).decode_utf8_lossy().into_owned()
}

fn trimmed(path: &str) -> &str {
    path.trim_matches('/')
}

/// Whether a segment of a path can be read.
fn is_text(segment: &str) -> bool {
    let mut escapes = segment.split('%').skip(1);
    let whole = |escape: &str| escape.bytes().take_while(u8::is_ascii_hexdigit).count() >= 2;
    escapes.all(whole)
        && percent_decode_str(segment)
            .decode_utf8()
            .is_ok_and(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(method: &str, path: &str) -> Option<(String, Vec<(String, String)>)> {
        let table = super::super::Routes::default()
            .into_table(|_| true, Tree::core())
            .unwrap();
        table
            .find(method, path)
            .map(|hit| (hit.entry.row.path.clone(), hit.parameters))
    }

    #[test]
    fn literals_beat_parameters_and_slashes_stay_in_their_segment() {
        assert_eq!(
            found("GET", "/V1/products/types").unwrap().0,
            "/V1/products/types"
        );
        let (path, parameters) = found("GET", "/V1/products/A%2FB%20c/").unwrap();
        assert_eq!(path, "/V1/products/:sku");
        assert_eq!(parameters, [("sku".to_owned(), "A/B c".to_owned())]);
        assert!(found("DELETE", "/V1/products").is_none());
        assert!(found("GET", "/V1/Products/types").is_none());
        assert!(found("GET", "/V1/invoices").is_some());
    }

    #[test]
    fn broken_escapes_and_nul_are_no_text() {
        for good in ["a", "a%2Fb", "%C3%a4", "100%25", "%252e"] {
            assert!(is_text(good), "{good}");
        }
        for bad in ["%", "%4", "%zz", "a%2", "%00", "%ff", "%C3", "%4g"] {
            assert!(!is_text(bad), "{bad}");
        }
    }
}
