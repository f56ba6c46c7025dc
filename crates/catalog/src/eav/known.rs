//! Which attributes a product has: those of a fresh install, as far as they were not changed, and
//! those that were added since, as far as the product's set has them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use ferrite_storage::{Error, Filter, Scalar, Tx};

use super::attributes::{ATTRIBUTES, AttributeRow};
use super::sets::{self, MEMBERS};
use crate::attributes::{Attribute, Fact};
use crate::products::attributes::fresh;

/// Attributes of products.
#[derive(Clone, Debug)]
pub(crate) struct Attributes {
    all: Vec<Cow<'static, Attribute>>,
    /// Their places in `all`, in the order in which a product shows its values; sorted when it is asked for.
    shown: OnceLock<Vec<usize>>,
}

impl Attributes {
    fn new(all: Vec<Cow<'static, Attribute>>) -> Self {
        Self {
            all,
            shown: OnceLock::new(),
        }
    }

    /// All of them.
    pub(crate) fn all(tx: &mut Tx<'_>) -> Result<Arc<Self>, Error> {
        tx.remembered(0, Self::read)
    }

    fn read(tx: &mut Tx<'_>) -> Result<Self, Error> {
        let own = ATTRIBUTES.list_by(tx, "is_own", &Scalar::from(1))?;
        let lasting = fresh().iter().filter(|one| !is_added(one));
        let mut all: Vec<Cow<'static, Attribute>> = lasting.map(Cow::Borrowed).collect();
        for row in own {
            let attribute = Cow::Owned(of_row(&row));
            match all.iter_mut().find(|one| one.code == row.code) {
                Some(one) => *one = attribute,
                None => all.push(attribute),
            }
        }
        Ok(Self::new(all))
    }

    /// Those that are in a set; none where there is no such set of products. What cannot be taken out
    /// of a set is in every one.
    pub(crate) fn of_set(tx: &mut Tx<'_>, set_id: i64) -> Result<Option<Arc<Self>>, Error> {
        struct OfSet(Option<Arc<Attributes>>);
        let made = tx.remembered(set_id, |tx| {
            let known = Self::all(tx)?.in_set(tx, set_id)?;
            Ok::<_, Error>(OfSet(known.map(Arc::new)))
        })?;
        Ok(made.0.clone())
    }

    fn in_set(&self, tx: &mut Tx<'_>, set_id: i64) -> Result<Option<Self>, Error> {
        if !sets::is_of_products(tx, set_id)? {
            return Ok(None);
        }
        let asked: Vec<&str> = self.iter().filter(|one| is_added(one)).map(id).collect();
        let filter = |field: &str, condition: &str, value: String| {
            vec![Filter {
                field: field.to_owned(),
                condition: condition.to_owned(),
                value,
            }]
        };
        let groups = [
            filter("attribute_set_id", "eq", set_id.to_string()),
            filter("attribute_id", "in", asked.join(",")),
        ];
        let members = MEMBERS.found(tx, &groups)?;
        let ids: Vec<String> = members
            .iter()
            .map(|one| one.attribute_id.to_string())
            .collect();
        let is_in = |one: &&Cow<'static, Attribute>| {
            !is_added(one) || ids.iter().any(|member| member == id(one))
        };
        let all = self.all.iter().filter(is_in).cloned();
        Ok(Some(Self::new(all.collect())))
    }

    /// All, in the order in which they are loaded.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Attribute> {
        self.all.iter().map(AsRef::as_ref)
    }

    /// The attribute of a code.
    pub(crate) fn find(&self, code: &str) -> Option<&Attribute> {
        self.iter().find(|attribute| attribute.code == code)
    }

    /// Those that can be added to sets and taken out of them.
    pub(crate) fn added(&self) -> impl Iterator<Item = &Attribute> {
        self.iter().filter(|one| is_added(one))
    }

    /// All, in the order in which a product shows its values.
    pub(crate) fn as_shown(&self) -> impl Iterator<Item = &Attribute> {
        let places = self.shown.get_or_init(|| {
            let place = |one: &Attribute| one.fact(Fact::Place).parse::<i64>().unwrap_or(LAST);
            let mut placed: Vec<_> = self.iter().map(place).zip(0..).collect();
            placed.sort_by_key(|(place, _)| *place);
            placed.into_iter().map(|(_, at)| at).collect()
        });
        let at = |place: &usize| self.all.get(*place).map(AsRef::as_ref);
        places.iter().filter_map(at)
    }
}

/// The place of what clients have added.
const LAST: i64 = 36;

/// Whether an attribute can be added to sets and taken out of them.
fn is_added(attribute: &Attribute) -> bool {
    attribute.fact(Fact::UserDefined) == "1"
}

fn id(attribute: &Attribute) -> &str {
    attribute.fact(Fact::Id)
}

fn of_row(row: &AttributeRow) -> Attribute {
    let held = fresh().iter().find(|one| one.code == row.code);
    let flag = |name: &str| if row.flag(name) { "1" } else { "0" };
    let types = row
        .values
        .get("apply_to")
        .and_then(|types| types.as_array());
    let types: Vec<&str> = types
        .into_iter()
        .flatten()
        .filter_map(|one| one.as_str())
        .collect();
    let (id, types) = (row.id.to_string(), types.join(","));
    let facts = HashMap::from([
        (Fact::Id as usize, id.as_str()),
        (Fact::Code as usize, row.code.as_str()),
        (Fact::Backend as usize, row.text("backend_type")),
        (Fact::Input as usize, row.text("frontend_input")),
        (Fact::Label as usize, row.text("default_frontend_label")),
        (Fact::Required as usize, flag("is_required")),
        (Fact::Default as usize, row.text("default_value")),
        (Fact::Scope as usize, row.text("scope")),
        (Fact::Visible as usize, flag("is_visible")),
        (Fact::ApplyTo as usize, types.as_str()),
        (
            Fact::Place as usize,
            held.map_or("", |held| held.fact(Fact::Place)),
        ),
        (Fact::UserDefined as usize, flag("is_user_defined")),
        (Fact::Unique as usize, row.text("is_unique")),
        (Fact::Searchable as usize, row.text("is_searchable")),
        (
            Fact::Filterable as usize,
            if row.filterable > 0 { "1" } else { "0" },
        ),
        (
            Fact::FilterableInSearch as usize,
            flag("is_filterable_in_search"),
        ),
    ]);
    let last = Fact::PlaceInGroup as usize;
    let fact = |place: usize| facts.get(&place).copied().unwrap_or_default();
    Attribute::of_facts((0..=last).map(fact).collect())
}

/// The attributes of sets, each asked for once.
#[derive(Default)]
pub(crate) struct BySet(HashMap<i64, Option<Arc<Attributes>>>);

impl BySet {
    /// With those of one set, which were read already.
    pub(crate) fn of(set_id: i64, known: Arc<Attributes>) -> Self {
        Self(HashMap::from([(set_id, Some(known))]))
    }

    /// Those of a set; none where there is no such set.
    pub(crate) fn get(
        &mut self,
        tx: &mut Tx<'_>,
        set_id: i64,
    ) -> Result<Option<Arc<Attributes>>, Error> {
        if let Some(held) = self.0.get(&set_id) {
            return Ok(held.clone());
        }
        let read = Attributes::of_set(tx, set_id)?;
        self.0.insert(set_id, read.clone());
        Ok(read)
    }
}
