//! What is stored of attribute sets, their groups and what is in them, and what a fresh install
//! holds.

use std::collections::HashMap;

use ferrite_base::url_key;
use ferrite_storage::{Collection, Error, Field, Scalar, Tx, serde_document};
use serde::{Deserialize, Serialize};

use super::TYPES;
use crate::attributes::Fact;
use crate::eav::DEFAULT_SET;
use crate::products::attributes::fresh;

/// An attribute set.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AttributeSet {
    /// Its row.
    pub(super) id: i64,
    /// Its name, unique within its entity type.
    pub(super) name: String,
    /// What has it.
    pub(super) entity_type_id: i64,
    /// Its place.
    pub(super) sort_order: i64,
}

serde_document!(AttributeSet);

impl AttributeSet {
    /// Whether it is the one that things of its entity type have when nothing is said: of each
    /// type the one that a fresh install has under the type's id.
    pub(super) fn is_default(&self) -> bool {
        self.id == self.entity_type_id
    }
}

/// All sets.
pub(crate) static SETS: Collection<AttributeSet> = Collection {
    name: "eav_attribute_set",
    fields: &[
        Field::text("attribute_set_name", |set: &AttributeSet| {
            Some(Scalar::from(set.name.as_str()))
        }),
        Field::int("entity_type_id", |set: &AttributeSet| {
            Some(Scalar::from(set.entity_type_id))
        }),
        Field::text("entity_type_code", |set: &AttributeSet| {
            let place = usize::try_from(set.entity_type_id - 1).ok()?;
            TYPES.get(place).map(|code| Scalar::from(*code))
        }),
        Field::int("sort_order", |set: &AttributeSet| {
            Some(Scalar::from(set.sort_order))
        })
        .without_index(),
    ],
};

/// A group of a set.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    /// Its row.
    pub(super) id: i64,
    /// The set that it belongs to.
    pub(super) set_id: i64,
    /// Its name.
    pub(super) name: Option<String>,
    /// Its code, unique within the set.
    pub(super) code: Option<String>,
    /// Its place.
    pub(super) sort_order: i64,
}

serde_document!(Group);

/// All groups.
pub(crate) static GROUPS: Collection<Group> = Collection {
    name: "eav_attribute_group",
    fields: &[
        Field::int("attribute_set_id", |group: &Group| {
            Some(Scalar::from(group.set_id))
        }),
        Field::text("attribute_group_name", |group: &Group| {
            group.name.as_deref().map(Scalar::from)
        }),
        Field::text("attribute_group_code", |group: &Group| {
            group.code.as_deref().map(Scalar::from)
        }),
        Field::int("sort_order", |group: &Group| {
            Some(Scalar::from(group.sort_order))
        })
        .without_index(),
    ],
};

/// That an attribute is in a set.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Member {
    /// Its row.
    pub(crate) id: i64,
    /// The set.
    pub(crate) set_id: i64,
    /// The group of the set.
    pub(super) group_id: i64,
    /// The attribute.
    pub(crate) attribute_id: i64,
    /// Its place in the group.
    pub(super) sort_order: i64,
}

serde_document!(Member);

/// What is in which set.
pub(crate) static MEMBERS: Collection<Member> = Collection {
    name: "eav_entity_attribute",
    fields: &[
        Field::int("attribute_set_id", |one: &Member| {
            Some(Scalar::from(one.set_id))
        }),
        Field::int("attribute_group_id", |one: &Member| {
            Some(Scalar::from(one.group_id))
        }),
        Field::int("attribute_id", |one: &Member| {
            Some(Scalar::from(one.attribute_id))
        }),
    ],
};

/// The groups of the default set of products: id, name, code, place.
const FRESH: [(i64, &str, &str, i64); 10] = [
    (7, "Product Details", "product-details", 10),
    (8, "Advanced Pricing", "advanced-pricing", 40),
    (
        9,
        "Search Engine Optimization",
        "search-engine-optimization",
        30,
    ),
    (10, "Images", "image-management", 20),
    (11, "Design", "design", 50),
    (12, "Autosettings", "autosettings", 60),
    (13, "Content", "content", 15),
    (14, "Schedule Design Update", "schedule-design-update", 55),
    (15, "Bundle Items", "bundle-items", 16),
    (16, "Gift Options", "gift-options", 60),
];

/// Writes the sets of a fresh install, and what is in that of products.
pub(crate) fn install(tx: &mut Tx<'_>) -> Result<(), Error> {
    for id in (1..).take(TYPES.len()) {
        let set = AttributeSet {
            id,
            name: "Default".to_owned(),
            entity_type_id: id,
            // Those of customers and addresses come second.
            sort_order: if id <= 2 { 2 } else { 1 },
        };
        SETS.insert_as(tx, &set)?;
    }
    for (id, name, code, sort_order) in FRESH {
        let group = Group {
            id,
            set_id: DEFAULT_SET,
            name: Some(name.to_owned()),
            code: Some(code.to_owned()),
            sort_order,
        };
        GROUPS.insert_as(tx, &group)?;
    }
    for attribute in fresh() {
        let number = |fact: Fact| attribute.fact(fact).parse::<i64>().ok();
        let (Some(attribute_id), Some(group_id)) = (number(Fact::Id), number(Fact::Group)) else {
            continue; // in no set yet
        };
        let mut member = Member {
            id: 0,
            set_id: DEFAULT_SET,
            group_id,
            attribute_id,
            sort_order: number(Fact::PlaceInGroup).unwrap_or(0),
        };
        MEMBERS.insert(tx, &mut member)?;
    }
    Ok(())
}

/// The groups of a set, by place.
pub(super) fn groups_of(tx: &mut Tx<'_>, set_id: i64) -> Result<Vec<Group>, Error> {
    let mut groups = GROUPS.list_by(tx, "attribute_set_id", &Scalar::from(set_id))?;
    groups.sort_by_key(|group| (group.sort_order, group.id));
    Ok(groups)
}

/// What is in a set, by place.
pub(super) fn members_of(tx: &mut Tx<'_>, set_id: i64) -> Result<Vec<Member>, Error> {
    let mut members = MEMBERS.list_by(tx, "attribute_set_id", &Scalar::from(set_id))?;
    members.sort_by_key(|member| (member.sort_order, member.id));
    Ok(members)
}

/// Gives a set the groups of another, with what is in them.
pub(super) fn copy_content(
    tx: &mut Tx<'_>,
    from: &AttributeSet,
    to: &AttributeSet,
) -> Result<(), Error> {
    let mut copies = HashMap::new();
    for group in groups_of(tx, from.id)? {
        let mut copy = Group {
            id: 0,
            set_id: to.id,
            ..group.clone()
        };
        GROUPS.insert(tx, &mut copy)?;
        copies.insert(group.id, copy.id);
    }
    for member in members_of(tx, from.id)? {
        let Some(group_id) = copies.get(&member.group_id).copied() else {
            continue;
        };
        let mut copy = Member {
            id: 0,
            set_id: to.id,
            group_id,
            ..member
        };
        MEMBERS.insert(tx, &mut copy)?;
    }
    Ok(())
}

/// Takes the groups of a set away, and what is in them.
pub(super) fn forget_content(tx: &mut Tx<'_>, set_id: i64) -> Result<(), Error> {
    let set = Scalar::from(set_id);
    MEMBERS.delete_by(tx, "attribute_set_id", &set)?;
    GROUPS.delete_by(tx, "attribute_set_id", &set)?;
    Ok(())
}

/// The code of a group's name.
pub(super) fn code_of(name: &str) -> String {
    url_key(name)
}
