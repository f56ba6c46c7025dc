//! Which attributes are in a set: `/V1/products/attribute-sets/…/attributes`.

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_storage::{Error, Scalar, Tx};
use ferrite_webapi::{Call, Routes};

use super::groups;
use super::rows::{MEMBERS, Member, SETS, members_of};
use crate::eav::PRODUCT_TYPE;
use crate::eav::attributes::{self, ATTRIBUTES, AttributeRow, ProductAttribute, shown};
use crate::products;

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    let path = "/V1/products/attribute-sets";
    routes.bind_kept(&format!("GET {path}/:attributeSetId/attributes"), list);
    routes.bind(&format!("POST {path}/attributes"), assign);
    let one = format!("DELETE {path}/:attributeSetId/attributes/:attributeCode");
    routes.bind(&one, unassign);
    routes.bind_kept(
        "GET /V1/products/media/types/:attributeSetName",
        image_roles,
    );
}

/// The attributes of a set, by their places.
fn list(call: &Call, tx: &mut Tx<'_>, set_id: String) -> Result<Vec<ProductAttribute>, Fault> {
    let unknown = || Fault::no_such_entity("id", set_id.as_str());
    let number = set_id.trim().parse().map_err(|_| unknown())?;
    let set = SETS.get(tx, number)?.ok_or_else(unknown)?;
    super::of_products(set.entity_type_id)?;
    let rows = attributes_of(tx, set.id)?;
    rows.iter().map(|row| shown(call, tx, row)).collect()
}

fn attributes_of(tx: &mut Tx<'_>, set_id: i64) -> Result<Vec<AttributeRow>, Error> {
    let mut rows = Vec::new();
    for member in members_of(tx, set_id)? {
        rows.extend(ATTRIBUTES.get(tx, member.attribute_id)?);
    }
    Ok(rows)
}

/// The attributes of a set that name images.
fn image_roles(
    call: &Call,
    tx: &mut Tx<'_>,
    set_name: String,
) -> Result<Vec<ProductAttribute>, Fault> {
    let named = SETS.list_by(tx, "attribute_set_name", &Scalar::from(set_name.as_str()))?;
    let set = named
        .into_iter()
        .find(|set| set.entity_type_id == PRODUCT_TYPE);
    let Some(set) = set else {
        return Ok(Vec::new());
    };
    let rows = attributes_of(tx, set.id)?;
    let images = rows
        .iter()
        .filter(|row| row.text("frontend_input") == "media_image");
    images.map(|row| shown(call, tx, row)).collect()
}

/// Puts an attribute into a group of a set; the row's id is answered as text.
fn assign(
    _: &Call,
    tx: &mut Tx<'_>,
    set_id: i64,
    group_id: i64,
    code: String,
    sort_order: i64,
) -> Result<String, Fault> {
    let Some(set) = SETS.get(tx, set_id)? else {
        let text = "The AttributeSet with a \"%1\" ID doesn't exist. \
                    Verify the attributeSet and try again.";
        return Err(Fault::new(Kind::NotFound, Phrase::list(text, [set_id])));
    };
    if set.entity_type_id != PRODUCT_TYPE {
        return Err(Fault::invalid(
            "The attribute set ID is incorrect. Verify the ID and try again.",
        ));
    }
    let group = groups::load(tx, group_id)?;
    let attribute = attributes::load(tx, &code)?;
    if group.set_id != set.id {
        return Err(Fault::invalid(
            "The attribute group doesn't belong to the attribute set.",
        ));
    }
    let held = find(tx, set.id, attribute.id)?;
    let is_new = held.is_none();
    let mut member = Member {
        id: held.map_or(0, |held| held.id),
        set_id: set.id,
        group_id,
        attribute_id: attribute.id,
        sort_order,
    };
    if is_new {
        MEMBERS.insert(tx, &mut member)?;
    } else {
        MEMBERS.put(tx, &member)?;
    }
    Ok(member.id.to_string())
}

/// The row of an attribute in a set.
fn find(tx: &mut Tx<'_>, set_id: i64, attribute_id: i64) -> Result<Option<Member>, Error> {
    let all = MEMBERS.list_by(tx, "attribute_id", &Scalar::from(attribute_id))?;
    Ok(all.into_iter().find(|member| member.set_id == set_id))
}

/// Takes an attribute out of a set, and its values from the products that are in it.
fn unassign(_: &Call, tx: &mut Tx<'_>, set_id: String, code: String) -> Result<bool, Fault> {
    let set = match set_id.trim().parse() {
        Ok(number) => SETS.get(tx, number)?,
        Err(_) => None,
    };
    let Some(set) = set else {
        let text = "The \"%1\" attribute set wasn't found. Verify and try again.";
        return Err(Fault::new(Kind::NotFound, Phrase::list(text, [set_id])));
    };
    let attribute = attributes::load(tx, &code)?;
    let Some(member) = find(tx, set.id, attribute.id)? else {
        let text = "The \"%1\" attribute wasn't found in the \"%2\" attribute set. \
                    Enter the attribute and try again.";
        let phrase = Phrase::list(text, [code, set_id]);
        return Err(Fault::new(Kind::Invalid, phrase));
    };
    if !attribute.is_user_defined() {
        return Err(Fault::invalid("The system attribute can't be deleted."));
    }
    forget(tx, &member)?;
    Ok(true)
}

/// Takes an attribute out of a set, and its values from the products that are in it.
pub(super) fn forget(tx: &mut Tx<'_>, member: &Member) -> Result<(), Fault> {
    if let Some(attribute) = ATTRIBUTES.get(tx, member.attribute_id)? {
        let is_free = products::check_free(tx, attribute.id, Some(member.set_id));
        is_free.map_err(|fault| locked(&attribute.code, fault))?;
        products::forget_attribute(tx, &attribute.code, Some(member.set_id))?;
    }
    MEMBERS.delete(tx, member.id)?;
    Ok(())
}

/// `Attribute '%1' is locked. %2`
fn locked(code: &str, why: Fault) -> Fault {
    if why.kind != Kind::Invalid {
        return why;
    }
    let text = "Attribute '%1' is locked. %2";
    let values = [code.to_owned(), why.phrase.text];
    Fault::new(Kind::Invalid, Phrase::list(text, values))
}

/// Takes an attribute out of all sets.
pub(crate) fn forget_attribute(tx: &mut Tx<'_>, attribute_id: i64) -> Result<(), Error> {
    MEMBERS.delete_by(tx, "attribute_id", &Scalar::from(attribute_id))?;
    Ok(())
}
