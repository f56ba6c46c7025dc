//! `/V1/products/attribute-sets/groups`: the groups into which a set sorts its attributes.

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_storage::{Direction, Scalar, Sort, Tx};
use ferrite_webapi::dto::Opt;
use ferrite_webapi::{Call, Routes, SearchCriteria, SearchResults, dto};

use super::rows::{self, GROUPS, Group, MEMBERS, SETS};
use crate::eav::attributes::ATTRIBUTES;

dto! {
    /// `Magento\Eav\Api\Data\AttributeGroupInterface`
    pub struct GroupData {
        attribute_group_id: String [null],
        attribute_group_name: String [null],
        attribute_set_id: i64 [null],
        extension_attributes: GroupExtension [null],
    }
}

dto! {
    /// `Magento\Eav\Api\Data\AttributeGroupExtensionInterface`
    pub struct GroupExtension {
        attribute_group_code: String [null],
        sort_order: String [null],
    }
}

impl GroupData {
    fn of(group: &Group) -> Self {
        Self {
            attribute_group_id: group.id.to_string().as_str().into(),
            attribute_group_name: group.name.clone().into(),
            attribute_set_id: group.set_id.into(),
            extension_attributes: Opt::Absent,
        }
    }
}

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    let path = "/V1/products/attribute-sets";
    routes.bind_kept(&format!("GET {path}/groups/list"), list);
    routes.bind(&format!("POST {path}/groups"), save);
    routes.bind(&format!("PUT {path}/:attributeSetId/groups"), save);
    routes.bind(&format!("DELETE {path}/groups/:groupId"), delete);
}

/// The group of an id, or Magento's sentence.
pub(super) fn load(tx: &mut Tx<'_>, id: i64) -> Result<Group, Fault> {
    let found = GROUPS.get(tx, id)?;
    found.ok_or_else(|| {
        let text = "The group with the \"%1\" ID doesn't exist. Verify the ID and try again.";
        Fault::new(Kind::NotFound, Phrase::list(text, [id]))
    })
}

/// A page of groups: those with the highest place first, whatever order is asked for.
fn list(
    call: &Call,
    tx: &mut Tx<'_>,
    mut criteria: SearchCriteria,
) -> Result<SearchResults<GroupData>, Fault> {
    let mut search = criteria.search(call.settings(), &call.store)?;
    search.rename(&[("attribute_group_id", "id")]);
    let descending = |field: &str| Sort {
        field: field.to_owned(),
        direction: Direction::Descending,
    };
    search.sort = vec![descending("sort_order"), descending("id")];
    let page = GROUPS.search(tx, &search)?;
    Ok(SearchResults {
        items: page.items.iter().map(GroupData::of).collect(),
        criteria,
        total: page.total,
    })
}

/// Adds a group to a set, or renames the one whose id was sent.
fn save(_: &Call, tx: &mut Tx<'_>, sent: GroupData) -> Result<GroupData, Fault> {
    let set_id = sent.attribute_set_id.value();
    let set = match set_id {
        Some(id) => SETS.get(tx, id)?,
        None => None,
    };
    let Some(set) = set else {
        return Err(Fault::no_such_entity("attributeSetId", set_id));
    };
    let sent_id = sent.attribute_group_id.value().filter(|id| !id.is_empty());
    let held = match &sent_id {
        Some(id) => match id.parse() {
            Ok(number) => GROUPS.get(tx, number)?,
            Err(_) => None,
        },
        None => None,
    };
    if sent_id.is_some() && held.is_none() {
        return Err(Fault::no_such_entity("attributeGroupId", None::<i64>));
    }
    if held.as_ref().is_some_and(|held| held.set_id != set.id) {
        return Err(Fault::invalid(
            "The attribute group doesn't belong to the provided attribute set.",
        ));
    }
    let others = rows::groups_of(tx, set.id)?;
    let is_new = held.is_none();
    let mut group = held.unwrap_or_else(|| Group {
        id: 0,
        set_id: set.id,
        name: None,
        code: None,
        sort_order: others.last().map_or(0, |last| last.sort_order) + 1,
    });
    set_names(&mut group, &sent, is_new);
    let same = |other: &Group| {
        other.id != group.id
            && ((group.name.is_some() && other.name == group.name)
                || (group.code.is_some() && other.code == group.code))
    };
    if others.iter().any(same) {
        return Err(Fault::invalid("The attributeGroup can't be saved."));
    }
    if is_new {
        GROUPS.insert(tx, &mut group)?;
    } else {
        GROUPS.put(tx, &group)?;
    }
    Ok(GroupData::of(&group))
}

fn set_names(group: &mut Group, sent: &GroupData, is_new: bool) {
    if let Some(name) = sent.attribute_group_name.value() {
        if is_new {
            group.code = Some(rows::code_of(&name));
        }
        group.name = Some(name);
    }
    let Some(extension) = sent.extension_attributes.get() else {
        return;
    };
    if let Some(code) = extension.attribute_group_code.value() {
        group.code = Some(code);
    }
    if let Some(order) = extension
        .sort_order
        .get()
        .and_then(|order| order.parse().ok())
    {
        group.sort_order = order;
    }
}

fn delete(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<bool, Fault> {
    load(tx, id)?;
    let members = MEMBERS.list_by(tx, "attribute_group_id", &Scalar::from(id))?;
    for member in &members {
        let attribute = ATTRIBUTES.get(tx, member.attribute_id)?;
        if attribute.is_some_and(|attribute| !attribute.is_user_defined()) {
            return Err(Fault::invalid(
                "The attribute group can't be deleted because it contains system attributes.",
            ));
        }
    }
    for member in &members {
        super::members::forget(tx, member)?;
    }
    Ok(GROUPS.delete(tx, id)?)
}
