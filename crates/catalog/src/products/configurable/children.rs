//! `/V1/configurable-products/:sku/children`: the variations of a product, one at a time.

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_webapi::extension::Providers;
use ferrite_webapi::{Call, Json, Routes, Tx};

use super::TYPE;
use super::payload::check_links;
use super::rows::{self, SUPER_ATTRIBUTES, SUPER_LINKS, SuperLink};
use crate::attributes::Fact;
use crate::eav::known::{Attributes, BySet};
use crate::products::rows::{PRODUCTS, index_anew};
use crate::products::{by_sku, read};
use crate::scoped::DEFAULT;

/// Roles that a configurable product says of that no image has them, once it has a variation.
const ROLES: [&str; 3] = ["image", "small_image", "thumbnail"];

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    let path = "/V1/configurable-products/:sku";
    routes.bind_kept(&format!("GET {path}/children"), list);
    routes.bind(&format!("POST {path}/child"), add);
    routes.bind(&format!("DELETE {path}/children/:childSku"), remove);
}

/// The variations, with what a shop's lists show of products and the attributes that tell them
/// apart.
fn list(call: &Call, tx: &mut Tx<'_>, sku: String) -> Result<Vec<Json>, Fault> {
    let parent = by_sku(tx, &sku)?;
    let mut codes = Vec::new();
    for one in rows::attributes_of(tx, parent.id)? {
        codes.push(rows::attribute(tx, one.attribute_id)?.code);
    }
    let all = Attributes::all(tx)?;
    let in_lists = all.iter().filter(|one| one.fact(Fact::InListing) == "1");
    codes.extend(in_lists.map(|one| one.code.clone()));
    codes.extend(["required_options", "has_options", "category_ids"].map(str::to_owned));
    let mut by_set = BySet::default();
    let mut children = Vec::new();
    for child in rows::children_of(tx, parent.id)? {
        if child.has_required_options() {
            continue; // it cannot be bought by itself
        }
        let (store_id, nobody) = (call.store.store_id, Providers::default());
        let shape = read::Shape::Listed;
        let mut shown = read::product(call, tx, &child, store_id, &nobody, &mut by_set, shape)?;
        if let Json::Object(fields) = &mut shown {
            for hidden in ["weight", "extension_attributes", "options"] {
                fields.remove(hidden);
            }
            if let Some(Json::Array(values)) = fields.get_mut("custom_attributes") {
                values.retain(|one| codes.iter().any(|code| one["attribute_code"] == **code));
            }
        }
        children.push(shown);
    }
    Ok(children)
}

/// Makes a product a variation. The options are written anew under the labels of their attributes,
/// as Magento does.
fn add(_: &Call, tx: &mut Tx<'_>, sku: String, child_sku: String) -> Result<bool, Fault> {
    let mut parent = by_sku(tx, &sku)?;
    let child = by_sku(tx, &child_sku)?;
    let links = rows::links_of(tx, parent.id)?;
    if links.iter().any(|link| link.product_id == child.id) {
        return Err(Fault::invalid("The product is already attached."));
    }
    let attributes = rows::attributes_of(tx, parent.id)?;
    if parent.type_id != TYPE || attributes.is_empty() {
        return Err(Fault::invalid(
            "The parent product doesn't have configurable product options.",
        ));
    }
    let mut codes = Vec::with_capacity(attributes.len());
    for mut one in attributes {
        let attribute = rows::attribute(tx, one.attribute_id)?;
        if rows::value(&child, &attribute.code).is_none() {
            let text = "The child product doesn't have the \"%1\" attribute value. \
                        Verify the value and try again.";
            let phrase = Phrase::list(text, [attribute.code.as_str()]);
            return Err(Fault::new(Kind::Invalid, phrase));
        }
        let label = attribute.text("default_frontend_label").to_owned();
        one.labels = std::collections::BTreeMap::from([(DEFAULT, label)]);
        SUPER_ATTRIBUTES.delete(tx, one.id)?;
        SUPER_ATTRIBUTES.insert(tx, &mut one)?;
        codes.push(attribute.code);
    }
    let held = links.iter().map(|link| link.product_id);
    let ids: Vec<i64> = held.chain([child.id]).collect();
    check_links(tx, &codes, &ids, |id| id.to_string().into())?;
    let mut link = SuperLink {
        id: 0,
        parent_id: parent.id,
        product_id: child.id,
    };
    SUPER_LINKS.insert(tx, &mut link)?;
    for role in ROLES {
        if parent.values.text(DEFAULT, role).is_empty() {
            parent.values.set(DEFAULT, role, "no_selection".into());
        }
    }
    PRODUCTS.put(tx, &parent)?;
    index_anew(tx, &parent)?;
    Ok(true)
}

fn remove(_: &Call, tx: &mut Tx<'_>, sku: String, child_sku: String) -> Result<bool, Fault> {
    let parent = by_sku(tx, &sku)?;
    let child = crate::products::rows::Product::find(tx, &child_sku)?;
    let links = rows::links_of(tx, parent.id)?;
    let is_child = |link: &&SuperLink| {
        child
            .as_ref()
            .is_some_and(|child| child.id == link.product_id)
    };
    let Some(link) = links.iter().find(is_child) else {
        return Err(Fault::not_found(
            "The option that was requested doesn't exist. Verify the entity and try again.",
        ));
    };
    Ok(SUPER_LINKS.delete(tx, link.id)?)
}
