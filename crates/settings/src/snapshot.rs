//! One copy in memory of what counts at each scope: what files beside the store fix, what somebody set,
//! what modules and declarations give; with the scope tree, as of one generation of the store.

use std::collections::HashMap;
use std::sync::Arc;

use ferrite_base::StoreScope;
use ferrite_storage::Generation;

use crate::{Stores, declared};

/// A value that a file beside the store fixes: it counts before one that is set at the same scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedValue {
    /// `default`, `websites` or `stores`.
    pub scope: String,
    /// The code of the website or store view; empty for the default scope.
    pub code: String,
    /// `section/group/field`
    pub path: String,
    /// The text.
    pub value: String,
}

/// What files beside the store say.
#[derive(Clone, Debug, Default)]
pub struct Fixed {
    /// The values; of two for one place the last counts.
    pub values: Vec<FixedValue>,
    /// Values that count at their scope where nobody has set one there.
    pub defaults: Vec<FixedValue>,
    /// Whether all of it may be kept until the generation moves.
    pub is_cached: bool,
}

/// Where fixed values come from; asked whenever the configuration is read anew. Nothing while the
/// files cannot be read: what was fixed before still is.
pub type FixedSource = Arc<dyn Fn() -> Option<Fixed> + Send + Sync>;

/// Each path's values: (scope, id, value).
pub(crate) type Values = HashMap<String, Vec<(String, i64, String)>>;

#[derive(Default)]
pub(crate) struct Snapshot {
    pub(crate) generation: Option<Generation>,
    pub(crate) values: Values,
    pub(crate) fixed: Values,
    pub(crate) defaults: Values,
    pub(crate) stores: Arc<Stores>,
}

impl Snapshot {
    pub(crate) fn text(&self, path: &str, scope: &StoreScope) -> &str {
        let places = [
            ("stores", scope.store_id),
            ("websites", scope.website_id),
            ("default", 0),
        ];
        let skipped = if scope.is_admin() { 2 } else { 0 };
        let set = places.into_iter().skip(skipped).find_map(|(kind, id)| {
            let set = self.value(kind, id, path);
            set.or_else(|| at(&self.defaults, kind, id, path))
        });
        let default = || declared::find(path).map_or("", |declared| declared.default);
        set.unwrap_or_else(default)
    }

    pub(crate) fn value(&self, scope: &str, scope_id: i64, path: &str) -> Option<&str> {
        let fixed = at(&self.fixed, scope, scope_id, path);
        fixed.or_else(|| at(&self.values, scope, scope_id, path))
    }
}

pub(crate) fn at<'a>(
    values: &'a Values,
    scope: &str,
    scope_id: i64,
    path: &str,
) -> Option<&'a str> {
    let mut places = values.get(path)?.iter().rev();
    let found = places.find(|(kind, id, _)| kind == scope && *id == scope_id);
    found.map(|(_, _, value)| value.as_str())
}

/// The fixed values at their scopes' ids; one for a code that is nobody's counts nowhere.
pub(crate) fn placed(fixed: Vec<FixedValue>, stores: &Stores) -> Values {
    let mut values = Values::new();
    for one in fixed {
        let id = match one.scope.as_str() {
            "default" => Some(0),
            "websites" => {
                let mut sites = stores.websites.iter();
                sites.find(|site| site.code == one.code).map(|site| site.id)
            }
            _ => stores.by_code(&one.code).map(|view| view.id),
        };
        if let Some(id) = id {
            let place = (one.scope, id, one.value);
            values.entry(one.path).or_default().push(place);
        }
    }
    values
}
