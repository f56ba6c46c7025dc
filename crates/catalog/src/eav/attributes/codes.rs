//! What an attribute's code may be.

use ferrite_base::{Fault, Kind, Phrase, url_key};

use super::invalid_value;

/// The longest code.
const LONGEST: usize = 60;

/// Names under which a product itself answers, so that no attribute can have them.
const RESERVED: &[&str] = &[
    "position",
    "attribute_default_value",
    "attribute_set_id",
    "attribute_text",
    "attributes",
    "available_in_categories",
    "cache_id_tags",
    "cache_tags",
    "category",
    "category_collection",
    "category_id",
    "category_ids",
    "created_at",
    "cross_sell_link_collection",
    "cross_sell_product_collection",
    "cross_sell_product_ids",
    "cross_sell_products",
    "custom_attribute",
    "custom_attributes",
    "custom_attributes_codes",
    "custom_design_date",
    "custom_option",
    "custom_options",
    "data",
    "default_attribute_set_id",
    "entity_id",
    "extension_attributes",
    "final_price",
    "formated_price",
    "formatted_price",
    "formated_tier_price",
    "gift_message_available",
    "has_options",
    "id",
    "id_by_sku",
    "id_field_name",
    "identities",
    "image",
    "is_salable",
    "is_virtual",
    "link_instance",
    "media_attribute_values",
    "media_attributes",
    "media_config",
    "media_gallery_entries",
    "media_gallery_images",
    "minimal_price",
    "model",
    "name",
    "option_by_id",
    "option_instance",
    "options",
    "orig_data",
    "preconfigured_values",
    "price",
    "price_info",
    "price_model",
    "product_entities_info",
    "product_links",
    "product_url",
    "qty",
    "related_link_collection",
    "related_product_collection",
    "related_product_ids",
    "related_products",
    "reserved_attributes",
    "resource",
    "resource_collection",
    "sku",
    "special_from_date",
    "special_price",
    "special_to_date",
    "status",
    "store",
    "store_id",
    "store_ids",
    "stored_data",
    "tier_price",
    "tier_prices",
    "type_instance",
    "up_sell_link_collection",
    "up_sell_product_collection",
    "up_sell_product_ids",
    "up_sell_products",
    "updated_at",
    "url_in_store",
    "url_model",
    "visibility",
    "visible_in_catalog_statuses",
    "visible_in_site_visibilities",
    "visible_statuses",
    "website_ids",
    "website_store_ids",
    "weight",
];

/// The code that was sent, or one made of the label.
pub(super) fn code(sent: Option<&str>, label: &str) -> Result<String, Fault> {
    let code = match sent.filter(|code| !code.is_empty()) {
        Some(code) => code.to_owned(),
        None => of_label(label),
    };
    if !is_code(&code) {
        return Err(invalid_value("attribute_code", Some(code)));
    }
    if RESERVED.contains(&code.as_str()) {
        let text =
            "The attribute code '%1' is reserved by system. Please try another attribute code";
        return Err(Fault::new(Kind::Invalid, Phrase::list(text, [code])));
    }
    Ok(code)
}

fn is_code(code: &str) -> bool {
    let first = code.bytes().next();
    first.is_some_and(|byte| byte.is_ascii_lowercase())
        && code.len() <= LONGEST
        && code
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// A label in plain letters; one that does not begin with any gets some in front.
fn of_label(label: &str) -> String {
    let key = url_key(label).replace('-', "_");
    let key: String = key.chars().take(LONGEST - "attr_".len()).collect();
    if key.starts_with(|letter: char| letter.is_ascii_lowercase()) {
        key
    } else {
        format!("attr_{key}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_plain_and_come_from_labels() {
        assert_eq!(code(None, "Größe & Farbe").unwrap(), "grosse_farbe");
        assert_eq!(code(Some(""), "3D").unwrap(), "attr_3d");
        assert_eq!(code(None, &"x".repeat(99)).unwrap().len(), 55);
        for bad in ["9a", "A", "a-b", "position", &"a".repeat(61)] {
            assert!(code(Some(bad), "").is_err(), "{bad}");
        }
    }
}
