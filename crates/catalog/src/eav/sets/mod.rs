//! Attribute sets: `/V1/eav/attribute-sets` for every entity type, `/V1/products/attribute-sets`
//! for products alone.
//!
//! A set has groups ([`groups`]), and in them attributes ([`members`]). A new one begins as a copy
//! of another.

mod groups;
mod members;
mod rows;

pub(crate) use members::forget_attribute;
pub(crate) use rows::{GROUPS, MEMBERS, SETS, install};

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_storage::{Error, Filter, Tx};
use ferrite_webapi::dto::{NoExtension, Opt};
use ferrite_webapi::{Call, Routes, SearchCriteria, SearchResults, dto};

use super::attributes::invalid_value;
use super::{DEFAULT_SET, PRODUCT_TYPE};
use rows::AttributeSet;

/// The entity types, by id from 1.
const TYPES: [&str; 8] = [
    "customer",
    "customer_address",
    "catalog_category",
    "catalog_product",
    "order",
    "invoice",
    "creditmemo",
    "shipment",
];

/// The longest name.
const NAME_LENGTH: usize = 255;

dto! {
    /// `Magento\Eav\Api\Data\AttributeSetInterface`
    pub struct SetData {
        attribute_set_id: i64 [null],
        attribute_set_name: String,
        sort_order: i64,
        entity_type_id: i64 [null],
        extension_attributes: NoExtension [null],
    }
}

impl SetData {
    fn of(set: &AttributeSet) -> Self {
        Self {
            attribute_set_id: set.id.into(),
            attribute_set_name: set.name.as_str().into(),
            sort_order: set.sort_order.into(),
            entity_type_id: set.entity_type_id.into(),
            extension_attributes: Opt::Absent,
        }
    }
}

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    let eav = "/V1/eav/attribute-sets";
    routes.bind_kept(&format!("GET {eav}/list"), list);
    routes.bind_kept(&format!("GET {eav}/:attributeSetId"), get);
    routes.bind(&format!("POST {eav}"), create);
    routes.bind(&format!("PUT {eav}/:attributeSetId"), update);
    routes.bind(&format!("DELETE {eav}/:attributeSetId"), delete);
    let products = "/V1/products/attribute-sets";
    routes.bind_kept(&format!("GET {products}/sets/list"), list_of_products);
    routes.bind_kept(&format!("GET {products}/:attributeSetId"), get_of_products);
    routes.bind(&format!("POST {products}"), create_of_products);
    routes.bind(
        &format!("PUT {products}/:attributeSetId"),
        update_of_products,
    );
    routes.bind(
        &format!("DELETE {products}/:attributeSetId"),
        delete_of_products,
    );
    groups::routes(routes);
    members::routes(routes);
}

/// The set of an id, or Magento's sentence.
fn load(tx: &mut Tx<'_>, id: i64) -> Result<AttributeSet, Fault> {
    let found = SETS.get(tx, id)?;
    found.ok_or_else(|| Fault::no_such_entity("id", id))
}

/// The set of an id, which has to be one of products.
fn load_of_products(tx: &mut Tx<'_>, id: i64) -> Result<AttributeSet, Fault> {
    let set = load(tx, id)?;
    of_products(set.entity_type_id)?;
    Ok(set)
}

fn of_products(entity_type_id: i64) -> Result<(), Fault> {
    if entity_type_id == PRODUCT_TYPE {
        return Ok(());
    }
    Err(Fault::invalid(
        "Provided Attribute set non product Attribute set.",
    ))
}

fn get(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<SetData, Fault> {
    Ok(SetData::of(&load(tx, id)?))
}

fn get_of_products(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<SetData, Fault> {
    Ok(SetData::of(&load_of_products(tx, id)?))
}

fn list(
    call: &Call,
    tx: &mut Tx<'_>,
    criteria: SearchCriteria,
) -> Result<SearchResults<SetData>, Fault> {
    search(call, tx, criteria, None)
}

fn list_of_products(
    call: &Call,
    tx: &mut Tx<'_>,
    criteria: SearchCriteria,
) -> Result<SearchResults<SetData>, Fault> {
    search(call, tx, criteria, Some(PRODUCT_TYPE))
}

fn search(
    call: &Call,
    tx: &mut Tx<'_>,
    mut criteria: SearchCriteria,
    entity_type: Option<i64>,
) -> Result<SearchResults<SetData>, Fault> {
    let mut search = criteria.search(call.settings(), &call.store)?;
    search.rename(&[("attribute_set_id", "id")]);
    if let Some(id) = entity_type {
        search.groups.push(vec![Filter {
            field: "entity_type_id".to_owned(),
            condition: "eq".to_owned(),
            value: id.to_string(),
        }]);
    }
    let page = SETS.search(tx, &search)?;
    Ok(SearchResults {
        items: page.items.iter().map(SetData::of).collect(),
        criteria,
        total: page.total,
    })
}

/// Makes a set of an entity type after another one.
fn create(
    _: &Call,
    tx: &mut Tx<'_>,
    type_code: String,
    sent: SetData,
    skeleton_id: i64,
) -> Result<SetData, Fault> {
    let found = TYPES.iter().position(|one| *one == type_code);
    let Some(entity_type) = found.and_then(|place| i64::try_from(place + 1).ok()) else {
        let text = format!("Invalid entity_type specified: {type_code}");
        return Err(Fault::invalid(text));
    };
    without_id(&sent)?;
    if skeleton_id == 0 {
        return Err(invalid_value("skeletonId", skeleton_id));
    }
    let skeleton = load(tx, skeleton_id)?;
    copy(tx, &sent, entity_type, &skeleton)
}

fn create_of_products(
    _: &Call,
    tx: &mut Tx<'_>,
    sent: SetData,
    skeleton_id: i64,
) -> Result<SetData, Fault> {
    without_id(&sent)?;
    let based = |what: &str| {
        let text = format!("The attribute set couldn't be created because it's based on a {what}.");
        Fault::invalid(text)
    };
    let skeleton = SETS.get(tx, skeleton_id)?;
    let skeleton = skeleton.ok_or_else(|| based("non-existing attribute set"))?;
    if skeleton.entity_type_id != PRODUCT_TYPE {
        return Err(based("non-product attribute set"));
    }
    copy(tx, &sent, PRODUCT_TYPE, &skeleton)
}

fn without_id(sent: &SetData) -> Result<(), Fault> {
    match sent.attribute_set_id.value() {
        Some(id) => Err(invalid_value("id", id)),
        None => Ok(()),
    }
}

fn copy(
    tx: &mut Tx<'_>,
    sent: &SetData,
    entity_type_id: i64,
    skeleton: &AttributeSet,
) -> Result<SetData, Fault> {
    let name = sent.attribute_set_name.value().unwrap_or_default();
    if name.is_empty() {
        return Err(Fault::invalid(
            "The attribute set name is empty. Enter the name and try again.",
        ));
    }
    let mut set = AttributeSet {
        id: 0,
        name,
        entity_type_id,
        sort_order: sent.sort_order.value().unwrap_or(0),
    };
    if is_taken(tx, &set)? {
        return Err(Fault::invalid(format!(
            "A \"{}\" attribute set name already exists. Create a new name and try again.",
            set.name
        )));
    }
    if set.name.chars().count() > NAME_LENGTH {
        return Err(unable());
    }
    SETS.insert(tx, &mut set)?;
    rows::copy_content(tx, skeleton, &set)?;
    Ok(SetData::of(&set))
}

/// Whether another set of the entity type has the name.
fn is_taken(tx: &mut Tx<'_>, set: &AttributeSet) -> Result<bool, Error> {
    let name = ferrite_storage::Scalar::from(set.name.as_str());
    let others = SETS.list_by(tx, "attribute_set_name", &name)?;
    let same =
        |other: &AttributeSet| other.id != set.id && other.entity_type_id == set.entity_type_id;
    Ok(others.iter().any(same))
}

fn unable() -> Fault {
    Fault::invalid(
        "The attribute set couldn't be saved due to an error. Verify your information and try \
         again. If the error persists, please try again later.",
    )
}

/// Lays what was sent over a set.
fn update(_: &Call, tx: &mut Tx<'_>, sent: SetData) -> Result<SetData, Fault> {
    let mut set = load(tx, sent.attribute_set_id.value().unwrap_or(0))?;
    if let Some(name) = sent.attribute_set_name.value() {
        set.name = name;
    }
    if let Some(order) = sent.sort_order.value() {
        set.sort_order = order;
    }
    let length = set.name.chars().count();
    let other_type = sent
        .entity_type_id
        .value()
        .is_some_and(|id| id != set.entity_type_id);
    if length == 0 || length > NAME_LENGTH || other_type || is_taken(tx, &set)? {
        return Err(unable());
    }
    SETS.put(tx, &set)?;
    Ok(SetData::of(&set))
}

fn update_of_products(call: &Call, tx: &mut Tx<'_>, sent: SetData) -> Result<SetData, Fault> {
    of_products(sent.entity_type_id.value().unwrap_or(0))?;
    update(call, tx, sent)
}

/// Takes a set away. Products that are in it have no attributes from then on.
fn delete(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<bool, Fault> {
    let set = load(tx, id)?;
    if set.is_default() {
        return Err(Fault::new(
            Kind::Invalid,
            Phrase::new("The default attribute set can't be deleted."),
        ));
    }
    rows::forget_content(tx, id)?;
    Ok(SETS.delete(tx, id)?)
}

fn delete_of_products(call: &Call, tx: &mut Tx<'_>, id: i64) -> Result<bool, Fault> {
    load_of_products(tx, id)?;
    delete(call, tx, id)
}

/// Whether products can be in a set.
pub(crate) fn is_of_products(tx: &mut Tx<'_>, id: i64) -> Result<bool, Error> {
    if id == DEFAULT_SET {
        return Ok(true); // it cannot be deleted
    }
    let set = SETS.get(tx, id)?;
    Ok(set.is_some_and(|set| set.entity_type_id == PRODUCT_TYPE))
}
