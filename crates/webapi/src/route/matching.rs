//! Finding the row for a method and a path, by Magento's rules.
//!
//! Of all rows that match, the last in the byte order of their paths counts: a literal segment beats
//! a parameter, since `:` sorts before letters, and the first segment that differs decides.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use ferrite_acl::{Requirement, Tree};
use percent_encoding::percent_decode_str;

use super::{Row, Served};

/// Rows that bulk requests may also call under another path: method, declared path, the other one.
const ALIASES: [(&str, &str, &str); 1] = [("PUT", "/V1/products/:sku", "/V1/products")];

/// A row with what the server needs to serve it.
pub struct Entry {
    /// The facts.
    pub row: Row,
    /// The resources as bits.
    pub requirement: Requirement,
    /// What serves it; none yet for some.
    pub handler: Option<Served>,
    segments: Vec<String>,
}

/// How the rows of the table can be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `/V1/…`: done when it is answered.
    Direct,
    /// `/async/V1/…`: done later.
    Later,
    /// `/async/bulk/V1/…`: many at once, done later. A parameter of the path, `:sku`, is written
    /// `bySku`, and each of the many has its own.
    Bulk,
}

/// All rows of the modules that are switched on.
pub struct Table {
    entries: Vec<Arc<Entry>>,
    by_method: HashMap<String, Node>,
    bulk_by_method: HashMap<String, Node>,
    /// The paths without parameters of rows that are served.
    whole_paths: HashSet<String>,
}

/// What may follow a segment. Of two rows with the same parameters the one that comes later in the
/// order of paths stands here.
#[derive(Default)]
struct Node {
    /// By their text, in its order.
    literals: Vec<(String, Node)>,
    parameter: Option<Box<Node>>,
    /// The row that ends here.
    row: Option<usize>,
}

impl Node {
    fn put<'a>(&mut self, mut segments: impl Iterator<Item = &'a String>, row: usize) {
        let Some(segment) = segments.next() else {
            self.row = Some(row);
            return;
        };
        if segment.starts_with(':') {
            self.parameter.get_or_insert_default().put(segments, row);
            return;
        }
        let key = |(text, _): &(String, Self)| text.cmp(segment);
        let place = match self.literals.binary_search_by(key) {
            Ok(place) => place,
            Err(place) => {
                let fresh = (segment.clone(), Self::default());
                self.literals.insert(place, fresh);
                place
            }
        };
        if let Some((_, next)) = self.literals.get_mut(place) {
            next.put(segments, row);
        }
    }

    fn find(&self, path: Option<&str>) -> Option<usize> {
        let Some(path) = path else {
            return self.row;
        };
        let (segment, rest) = match path.split_once('/') {
            Some((segment, rest)) => (segment, Some(rest)),
            None => (path, None),
        };
        let key = |(text, _): &(String, Self)| text.as_str().cmp(segment);
        let literal = self.literals.binary_search_by(key).ok();
        let literal = literal.and_then(|place| self.literals.get(place));
        literal
            .and_then(|(_, next)| next.find(rest))
            .or_else(|| self.parameter.as_ref()?.find(rest))
    }
}

impl Table {
    pub(super) fn new(mut rows: Vec<(Row, Option<Served>)>, tree: &Tree) -> Self {
        rows.sort_by(|left, right| left.0.path.cmp(&right.0.path));
        let entries: Vec<Arc<Entry>> = rows
            .into_iter()
            .map(|(row, handler)| {
                Arc::new(Entry {
                    requirement: Requirement::new(tree, &row.resources),
                    segments: trimmed(&row.path).split('/').map(str::to_owned).collect(),
                    row,
                    handler,
                })
            })
            .collect();
        let mut by_method: HashMap<String, Node> = HashMap::new();
        let mut bulk_by_method: HashMap<String, Node> = HashMap::new();
        for (index, entry) in entries.iter().enumerate() {
            let method = &entry.row.method;
            let root = by_method.entry(method.clone()).or_default();
            root.put(entry.segments.iter(), index);
            let bulk: Vec<String> = entry.segments.iter().map(|one| in_bulk(one)).collect();
            let root = bulk_by_method.entry(method.clone()).or_default();
            root.put(bulk.iter(), index);
            for (of, path, alias) in ALIASES {
                if (of, path) == (method.as_str(), entry.row.path.as_str()) {
                    let alias: Vec<String> = trimmed(alias).split('/').map(str::to_owned).collect();
                    root.put(alias.iter(), index);
                }
            }
        }
        let served = entries.iter().filter(|entry| entry.handler.is_some());
        let whole_paths = served.map(|entry| entry.segments.join("/")).collect();
        Self {
            entries,
            by_method,
            bulk_by_method,
            whole_paths,
        }
    }

    /// All rows, by path.
    pub fn entries(&self) -> &[Arc<Entry>] {
        &self.entries
    }

    /// The row for a raw path (still percent-encoded) below `/rest/{store}`.
    pub fn find(&self, method: &str, path: &str) -> Option<&Arc<Entry>> {
        self.find_as(Form::Direct, method, path)
    }

    /// The row for a path in a form.
    pub fn find_as(&self, form: Form, method: &str, path: &str) -> Option<&Arc<Entry>> {
        let roots = match form {
            Form::Bulk => &self.bulk_by_method,
            Form::Direct | Form::Later => &self.by_method,
        };
        let path = trimmed(path);
        let found = self.entries.get(roots.get(method)?.find(Some(path))?)?;
        // What is not served takes no path, with a value of a parameter, that is another row's own.
        let is_others = found.handler.is_none()
            && found.parameter_names().next().is_some()
            && self.whole_paths.contains(path);
        (!is_others).then_some(found)
    }

    /// The row of this method and declared path.
    pub fn declared(&self, method: &str, path: &str) -> Option<&Arc<Entry>> {
        let is_it = |entry: &&Arc<Entry>| entry.row.method == method && entry.row.path == path;
        self.entries.iter().find(is_it)
    }
}

impl Entry {
    /// The name of a parameter whose value is no text: a broken escape, no UTF-8, or NUL in it.
    pub fn unreadable(&self, path: &str) -> Option<&str> {
        if !path.contains('%') {
            return None;
        }
        let named = self.segments.iter().zip(trimmed(path).split('/'));
        let mut named = named.filter_map(|(want, got)| Some((want.strip_prefix(':')?, got)));
        let found = named.find(|(_, got)| !is_text(got));
        found.map(|(name, _)| name)
    }

    /// The names of the path's parameters, in order.
    pub fn parameter_names(&self) -> impl Iterator<Item = &str> {
        let segments = self.segments.iter();
        segments.filter_map(|segment| segment.strip_prefix(':'))
    }

    /// The parameters of a path that leads here, in order: (name, decoded value).
    pub fn parameters(&self, path: &str) -> Vec<(String, String)> {
        self.segments
            .iter()
            .zip(trimmed(path).split('/'))
            .filter_map(|(want, got)| Some((want.strip_prefix(':')?.to_owned(), decoded(got))))
            .collect()
    }
}

/// A declared segment as it is written in bulk: `:sku` as `bySku`.
fn in_bulk(segment: &str) -> String {
    let Some(name) = segment.strip_prefix(':') else {
        return segment.to_owned();
    };
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    let name = first.into_iter().chain(letters);
    "by".chars().chain(name).collect()
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
            .map(|entry| (entry.row.path.clone(), entry.parameters(path)))
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
    fn what_is_not_served_leaves_other_rows_their_paths() {
        #[expect(clippy::unnecessary_wraps, reason = "a handler's form")]
        fn none(_: &crate::Call, _: &mut crate::Tx<'_>) -> Result<bool, crate::Fault> {
            Ok(true)
        }
        let mut routes = super::super::Routes::default();
        routes.bind("GET /V1/carts/licence", none);
        let table = routes.into_table(|_| true, Tree::core()).unwrap();
        let found = |path: &str| table.find("PUT", path).map(|entry| entry.row.name());
        assert_eq!(found("/V1/carts/licence"), None);
        assert_eq!(
            found("/V1/carts/7").as_deref(),
            Some("PUT /V1/carts/:cartId")
        );
    }

    #[test]
    fn in_bulk_a_parameter_is_written_by_its_name() {
        let table = super::super::Routes::default()
            .into_table(|_| true, Tree::core())
            .unwrap();
        let found = |method: &str, path: &str| {
            let found = table.find_as(Form::Bulk, method, path);
            found.map(|entry| entry.row.path.clone())
        };
        let product = Some("/V1/products/:sku".to_owned());
        assert_eq!(found("PUT", "/V1/products/bySku"), product);
        assert_eq!(found("PUT", "/V1/products"), product);
        assert_eq!(table.find("PUT", "/V1/products").map(|_| ()), None);
        assert_eq!(found("PUT", "/V1/products/ABC"), None);
        assert_eq!(found("PUT", "/V1/products/BySku"), None);
        for entry in table.entries().iter().filter(|one| one.row.method != "GET") {
            let row = &entry.row;
            let named: Vec<String> = row.path.split('/').map(in_bulk).collect();
            let path = named.join("/");
            assert!(!path.contains(':'), "{path}");
            assert_eq!(found(&row.method, &path), Some(row.path.clone()));
        }
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
