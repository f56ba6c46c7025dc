//! `GET /V1/inventory/in-store-pickup/pickup-locations/`: where customers of a website may collect.
//!
//! A pickup location is a source that is switched on, is said to be one, and belongs to the stock
//! that the website sells from. Around a place nobody is found without a provider of geography.

#[cfg(test)]
mod tests;
mod types;

use ferrite_base::Fault;
use ferrite_webapi::search_criteria::{Filter as Condition, FilterGroup, FilterValue};
use ferrite_webapi::{Call, Json, Opt, Routes, SearchCriteria, Tx};

use crate::source_items::{IN_STOCK, SourceItemRow};
use crate::sources::{SOURCES, SourceRow};
use crate::{constructed, distance, links, stocks};
use types::{Filter, Filters, PickupLocation, SearchRequest, SearchRequestExtension, SearchResult};

/// Names of a pickup location's fields beside those of its source.
const NAMES: [(&str, &str); 3] = [
    ("pickup_location_code", "source_code"),
    ("name", "frontend_name"),
    ("description", "frontend_description"),
];

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    routes.bind_kept("GET /V1/inventory/in-store-pickup/pickup-locations/", list);
}

fn list(call: &Call, tx: &mut Tx<'_>, request: Json) -> Result<SearchResult, Fault> {
    let mut request: SearchRequest = constructed::read(&request, &["scopeCode"])?;
    request.current_page.or_set(1);
    request.scope_type.or_set(stocks::WEBSITE.to_owned());
    for (_, filter) in filters(&mut request) {
        if filter.value.get().is_none() {
            return Err(Fault::required(["value"]));
        }
        filter.condition_type.or_set("eq".to_owned());
    }
    let kind = request.scope_type.value().unwrap_or_default();
    let code = request.scope_code.value().unwrap_or_default();
    let stock_id = stocks::of_channel(tx, &kind, &code)?;
    if request.area.get().is_some() {
        return Err(distance::no_key());
    }
    let mut codes = Vec::new();
    for source in links::sources_of(tx, stock_id)? {
        if has_all(tx, source.code(), request.extension_attributes.get())? {
            codes.push(source.code().to_owned());
        }
    }
    let mut search = criteria(&mut request, &codes).search(call.settings(), &call.store)?;
    search.rename(&NAMES);
    let page = SOURCES.search(tx, &search)?;
    let items: Result<Vec<_>, Fault> = page.items.iter().map(location).collect();
    Ok(SearchResult {
        items: items?.into(),
        search_request: request.into(),
        total_count: page.total.into(),
    })
}

/// The filters of a request, by the field that they look at.
fn filters(request: &mut SearchRequest) -> Vec<(&'static str, &mut Filter)> {
    let Some(filters) = request.filters.get_mut() else {
        return Vec::new();
    };
    let Filters {
        country,
        postcode,
        region,
        region_id,
        city,
        street,
        name,
        pickup_location_code,
    } = filters;
    let named: [(&'static str, &mut Opt<Filter>); 8] = [
        ("country_id", country),
        ("postcode", postcode),
        ("region", region),
        ("region_id", region_id),
        ("city", city),
        ("street", street),
        ("name", name),
        ("pickup_location_code", pickup_location_code),
    ];
    named
        .into_iter()
        .filter_map(|(field, filter)| Some((field, filter.get_mut()?)))
        .collect()
}

/// The same question to the sources, as criteria of any list: these have their bounds.
fn criteria(request: &mut SearchRequest, codes: &[String]) -> SearchCriteria {
    let is = |field: &str, condition: &str, value: String| FilterGroup {
        filters: vec![Condition {
            field: field.into(),
            value: FilterValue(value).into(),
            condition_type: condition.into(),
        }]
        .into(),
    };
    let mut groups = vec![
        is("enabled", "eq", "1".to_owned()),
        is("is_pickup_location_active", "eq", "1".to_owned()),
        is("source_code", "in", codes.join(",")),
    ];
    for (field, filter) in filters(request) {
        let condition = filter.condition_type.value().unwrap_or_default();
        let value = filter.value.value().unwrap_or_default();
        groups.push(is(field, &condition, value));
    }
    SearchCriteria {
        filter_groups: groups.into(),
        sort_orders: request.sort.clone(),
        page_size: request.page_size.clone(),
        current_page: request.current_page.clone(),
    }
}

/// Whether all products that were asked for lie in a source.
fn has_all(
    tx: &mut Tx<'_>,
    code: &str,
    asked: Option<&SearchRequestExtension>,
) -> Result<bool, Fault> {
    let products = asked.and_then(|asked| asked.products_info.get());
    for product in products.into_iter().flatten() {
        let sku = product.sku.value().unwrap_or_default();
        let held = SourceItemRow::find(tx, code, &sku)?;
        if held.is_none_or(|held| held.status != IN_STOCK) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A source as customers see it.
fn location(source: &SourceRow) -> Result<PickupLocation, Fault> {
    let source = source.shown()?;
    let said = source.extension_attributes.value().unwrap_or_default();
    Ok(PickupLocation {
        pickup_location_code: source.source_code,
        name: said.frontend_name,
        email: source.email,
        fax: source.fax,
        contact_name: source.contact_name,
        description: said.frontend_description,
        latitude: source.latitude,
        longitude: source.longitude,
        country_id: source.country_id,
        region_id: source.region_id,
        region: source.region,
        city: source.city,
        street: source.street,
        postcode: source.postcode,
        phone: source.phone,
        extension_attributes: Opt::Absent,
    })
}
