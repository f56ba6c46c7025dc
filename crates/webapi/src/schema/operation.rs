//! A route as both schemas tell of it: its names, and what it takes from path, query and body.

use crate::dto::camel_case;
use crate::route::{Parameter, Row};

use super::types::{Kind, Types};

/// Something that a route takes.
#[derive(Clone, Debug)]
pub struct Argument {
    /// Its name in the path, the query or the body.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether it has to be there.
    pub is_required: bool,
}

/// A route.
pub struct Operation<'a> {
    /// The declaration.
    pub row: &'a Row,
    /// Whether a guest may use it.
    pub is_open: bool,
    /// Its service's name, such as `catalogProductRepositoryV1`.
    pub service: String,
    /// Its path with braces, such as `/V1/products/{sku}`.
    pub path: String,
    /// What stands in the path.
    pub in_path: Vec<Argument>,
    /// What else its service takes, and the server does not set.
    pub others: Vec<Argument>,
    /// What it answers.
    pub answer: Kind,
    /// Whether it may answer null.
    pub may_answer_null: bool,
}

impl<'a> Operation<'a> {
    /// The operation of a row.
    pub fn new(row: &'a Row, is_open: bool, types: &Types) -> Self {
        let names: Vec<&str> = row
            .path
            .split('/')
            .filter_map(|segment| segment.strip_prefix(':'))
            .collect();
        let declared = |name: &str| row.parameters.iter().find(|p| p.name == name);
        let in_path = names.iter().map(|name| Argument {
            name: (*name).to_owned(),
            kind: declared(name).map_or(Kind::Text, |p| types.kind(&p.kind)),
            is_required: true,
        });
        let is_forced = |p: &Parameter| row.forced.iter().any(|(name, _)| *name == p.name);
        let others = row.parameters.iter();
        let others = others.filter(|p| !names.contains(&&*p.name) && !is_forced(p));
        Self {
            in_path: in_path.collect(),
            others: others
                .map(|parameter| Argument {
                    name: parameter.name.clone(),
                    kind: types.kind(&parameter.kind),
                    is_required: parameter.default.is_none(),
                })
                .collect(),
            row,
            is_open,
            service: service_name(&row.service),
            path: braced(&row.path),
            answer: types.kind(&row.returns),
            may_answer_null: row.returns.ends_with("|null"),
        }
    }

    /// Takes note of what its handler gives: in some places that is a text where the contract says
    /// a number, or the other way round, as in Magento.
    /// The id that a write gives may be either: a text where it is new.
    pub fn is_given(&mut self, kind: &Kind) {
        let is_write = self.row.method != "GET";
        match (&self.answer, kind) {
            (Kind::Integer | Kind::Text, Kind::Any) if is_write => {
                self.answer = Kind::IntegerOrText;
            }
            (answer, kind) if answer.is_simple() && kind.is_simple() => {
                self.answer = kind.clone();
            }
            _ => {}
        }
    }

    /// Its id, such as `GetV1ProductsSku`.
    pub fn id(&self) -> String {
        let method = camel_case(&self.row.method.to_ascii_lowercase());
        let words = self.path.split(|c: char| !c.is_ascii_alphanumeric());
        method + &words.map(camel_case).collect::<String>()
    }

    /// What its service's method is, such as `ProductRepositoryInterface::get`.
    pub fn description(&self) -> String {
        let (_, interface) = self.row.service.rsplit_once('\\').unwrap_or_default();
        format!("{interface}::{}", self.row.operation)
    }

    /// What it takes in the query: an object's fields each by their own name.
    pub fn query(&self, types: &Types) -> Vec<Argument> {
        let mut out = Vec::new();
        for argument in &self.others {
            flatten(argument.clone(), types, &mut Vec::new(), &mut out);
        }
        out
    }
}

/// Puts an argument of the query into its simple parts: `searchCriteria` is, among others,
/// `searchCriteria[filterGroups][0][filters][0][field]`.
fn flatten(argument: Argument, types: &Types, within: &mut Vec<String>, out: &mut Vec<Argument>) {
    let Argument {
        name,
        kind,
        is_required,
    } = argument;
    match kind {
        Kind::Object(of) => {
            if within.contains(&of) {
                return;
            }
            let fields = types.fields(&of);
            within.push(of);
            for field in fields {
                let key = camel_key(&field.name);
                let part = Argument {
                    name: format!("{name}[{key}]"),
                    kind: field.kind.clone(),
                    is_required: is_required && !field.nullable,
                };
                flatten(part, types, within, out);
            }
            within.pop();
        }
        Kind::List(element) => match *element {
            Kind::Object(_) => {
                let part = Argument {
                    name: format!("{name}[0]"),
                    kind: *element,
                    is_required,
                };
                flatten(part, types, within, out);
            }
            _ => out.push(Argument {
                name: format!("{name}[]"),
                kind: Kind::List(element),
                is_required,
            }),
        },
        // No contract takes these from a query.
        Kind::Extension(_) | Kind::CustomAttribute | Kind::Nothing => {}
        kind => out.push(Argument {
            name,
            kind,
            is_required,
        }),
    }
}

/// `filter_groups` as `filterGroups`.
fn camel_key(name: &str) -> String {
    let camel = camel_case(name);
    let mut letters = camel.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

/// `/V1/products/:sku` as `/V1/products/{sku}`.
fn braced(path: &str) -> String {
    let segments = path.split('/').map(|segment| {
        let name = segment.strip_prefix(':');
        name.map_or_else(|| segment.to_owned(), |name| format!("{{{name}}}"))
    });
    segments.collect::<Vec<_>>().join("/")
}

/// `/V1/products/{sku}` as `/V1/products/bySku`, the path of a bulk of such calls.
pub fn by_names(path: &str) -> String {
    let segments = path.split('/').map(|segment| {
        let name = segment
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        name.map_or_else(
            || segment.to_owned(),
            |name| format!("by{}", camel_case(name)),
        )
    });
    segments.collect::<Vec<_>>().join("/")
}

/// `Magento\Catalog\Api\ProductRepositoryInterface` as `catalogProductRepositoryV1`.
pub fn service_name(contract: &str) -> String {
    let mut parts: Vec<&str> = contract.trim_start_matches('\\').split('\\').collect();
    if parts.first() == Some(&"Magento") {
        parts.remove(0);
    }
    if let Some(api) = parts.iter().position(|part| *part == "Api") {
        parts.remove(api);
        if api > 0 && parts.get(api) == parts.get(api - 1) {
            parts.remove(api);
        }
    }
    let joined: String = parts.concat();
    let stem = joined.strip_suffix("Interface").unwrap_or(&joined);
    format!("{}V1", camel_key(stem))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::route::declared;

    fn operation(name: &str, check: impl FnOnce(Operation<'_>, &Types)) {
        let types = Types::declared();
        let rows = declared();
        let row = rows.iter().find(|row| row.name() == name).unwrap();
        check(Operation::new(row, false, types), types);
    }

    #[test]
    fn names_are_magentos() {
        operation("GET /V1/products/:sku", |operation, _| {
            assert_eq!(operation.id(), "GetV1ProductsSku");
            assert_eq!(operation.service, "catalogProductRepositoryV1");
            assert_eq!(operation.path, "/V1/products/{sku}");
            assert_eq!(by_names(&operation.path), "/V1/products/bySku");
        });
        let store = service_name(r"Magento\Store\Api\StoreRepositoryInterface");
        assert_eq!(store, "storeStoreRepositoryV1");
        let own = service_name(r"Vendor\Shelf\Api\Shelf\BookInterface");
        assert_eq!(own, "vendorShelfBookV1");
    }

    #[test]
    fn an_answer_is_what_its_handler_gives() {
        operation("POST /V1/taxClasses", |mut operation, _| {
            assert_eq!(operation.answer, Kind::Text);
            operation.is_given(&Kind::Integer);
            assert_eq!(operation.answer, Kind::Integer);
            operation.is_given(&Kind::Any);
            assert_eq!(operation.answer, Kind::IntegerOrText);
        });
        operation("GET /V1/modules", |mut operation, types| {
            operation.is_given(&types.kind("array"));
            assert_eq!(operation.answer, Kind::List(Box::new(Kind::Text)));
        });
    }

    #[test]
    fn no_two_operations_have_one_id() {
        let types = Types::declared();
        let rows = declared();
        let mut ids = HashSet::new();
        for row in &rows {
            let id = Operation::new(row, false, types).id();
            assert!(
                ids.insert(id.clone()),
                "{id} of {} is another's",
                row.name()
            );
        }
    }

    #[test]
    fn criteria_are_flattened_and_forced_values_left_out() {
        operation("GET /V1/products", |operation, types| {
            let query = operation.query(types);
            let names: Vec<&str> = query.iter().map(|argument| &*argument.name).collect();
            let field = "searchCriteria[filterGroups][0][filters][0][field]";
            assert!(names.contains(&field), "{names:?}");
            assert!(names.contains(&"searchCriteria[currentPage]"), "{names:?}");
        });
        operation("GET /V1/customers/me", |operation, _| {
            assert_eq!(operation.others.len(), 0);
        });
        operation("GET /V1/store/storeConfigs", |operation, types| {
            let query = operation.query(types);
            let codes: Vec<_> = query.iter().map(|a| (&*a.name, a.is_required)).collect();
            assert_eq!(codes, [("storeCodes[]", false)]);
        });
    }
}
