//! `searchCriteria` on the wire: what a client may ask of a list, and what a list answers.
//!
//! A handler takes a [`SearchCriteria`], turns it into a [`Search`] over its collection
//! ([`SearchCriteria::search`]: page sizes are limited) and answers with
//! [`SearchResults`], which echoes the criteria as they were sent.

use ferrite_base::phrase::Value as PhraseValue;
use ferrite_base::{Fault, Kind, Phrase, StoreScope};
use ferrite_settings::Settings;
use ferrite_storage::{Direction, Filter as Condition, Search, Sort};
use serde_json::{Map, Value};

use crate::dto::{Opt, Wire};
use crate::route::IntoReply;

const MOST_FILTERS: usize = 200;
const MOST_ORDERS: usize = 16;
const LONGEST_PATTERN: usize = 1_000;

crate::dto! {
    /// `Magento\Framework\Api\SearchCriteriaInterface`
    pub struct SearchCriteria {
        filter_groups: Vec<FilterGroup>,
        sort_orders: Vec<SortOrder> [null],
        page_size: i64 [null],
        current_page: i64 [null],
    }
}

crate::dto! {
    /// `Magento\Framework\Api\Search\FilterGroup`: alternatives.
    pub struct FilterGroup {
        filters: Vec<Filter> [null],
    }
}

crate::dto! {
    /// `Magento\Framework\Api\Filter`
    pub struct Filter {
        field: String,
        value: FilterValue,
        condition_type: String [null],
    }
}

crate::dto! {
    /// `Magento\Framework\Api\SortOrder`
    pub struct SortOrder {
        field: SortField,
        direction: SortDirection,
    }
}

/// The field of a sort order: letters, digits and underscores.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SortField(pub String);

impl Wire for SortField {
    const TYPE: &'static str = "string";

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }

    fn from_value(value: &Value) -> Result<Option<Self>, Fault> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        match String::from_value(value)? {
            Some(field) if !field.bytes().all(plain) => {
                let text = "Sort order field %1 contains restricted symbols";
                Err(Fault::new(Kind::Invalid, Phrase::list(text, [field])))
            }
            field => Ok(field.map(Self)),
        }
    }
}

/// `ASC` or `DESC`, written in any case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SortDirection(pub String);

impl Wire for SortDirection {
    const TYPE: &'static str = "string";

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }

    fn from_value(value: &Value) -> Result<Option<Self>, Fault> {
        let direction = String::from_value(value)?.map(|text| text.to_ascii_uppercase());
        match direction.as_deref() {
            None | Some("ASC" | "DESC") => Ok(direction.map(Self)),
            Some(_) => {
                let text = "The sort order has to be specified as %1 for ascending order or %2 for descending order.";
                let phrase = Phrase::list(text, ["ASC", "DESC"]);
                Err(Fault::new(Kind::Invalid, phrase))
            }
        }
    }
}

/// What a field is compared with: a text, or a list as the comma-separated text that `in` takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilterValue(pub String);

impl Wire for FilterValue {
    const TYPE: &'static str = "string";

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }

    fn from_value(value: &Value) -> Result<Option<Self>, Fault> {
        if let Value::Array(_) | Value::Object(_) = value {
            let parts = String::list_from_value(value)?.unwrap_or_default();
            return Ok(Some(Self(parts.join(","))));
        }
        Ok(String::from_value(value)?.map(Self))
    }
}

impl SearchCriteria {
    /// The same question to a collection.
    ///
    /// Fails with Magento's message for a page larger than the limit where limits are switched on.
    pub fn search(&mut self, settings: &Settings, store: &StoreScope) -> Result<Search, Fault> {
        self.limit(settings, store)?;
        self.bound()?;
        let orders = self.sort_orders.get().into_iter().flatten();
        let sort = orders.filter_map(SortOrder::sort).collect();
        let groups = self.filter_groups.get().into_iter().flatten();
        Ok(Search {
            groups: groups.map(FilterGroup::conditions).collect(),
            sort,
            page_size: self.page_size.value(),
            page: self.current_page.value().unwrap_or(1),
        })
    }

    /// What costs more than any client needs is refused before the store sees it.
    fn bound(&self) -> Result<(), Fault> {
        let groups = self.filter_groups.get().into_iter().flatten();
        let mut filters = 0;
        for condition in groups.flat_map(FilterGroup::conditions) {
            filters += 1;
            let kind = condition.condition.as_str();
            let is_pattern = matches!(kind, "like" | "nlike" | "fulltext" | "regexp");
            if is_pattern && condition.value.len() > LONGEST_PATTERN {
                let text = "The pattern for \"%1\" is longer than %2 bytes.";
                let values = [condition.field, LONGEST_PATTERN.to_string()];
                return Err(Fault::new(Kind::Invalid, Phrase::list(text, values)));
            }
        }
        let orders = self.sort_orders.get().map_or(0, Vec::len);
        if filters > MOST_FILTERS || orders > MOST_ORDERS {
            let text = "searchCriteria has more than %1 filters or %2 sort orders.";
            let values = [MOST_FILTERS.to_string(), MOST_ORDERS.to_string()];
            return Err(Fault::new(Kind::Invalid, Phrase::list(text, values)));
        }
        Ok(())
    }

    /// The page size under `webapi/validation/…`.
    fn limit(&mut self, settings: &Settings, store: &StoreScope) -> Result<(), Fault> {
        if !settings.flag("webapi/validation/input_limit_enabled", store) {
            return Ok(());
        }
        let number = |path: &str, fallback: i64| {
            settings
                .text(path, store)
                .trim()
                .parse()
                .unwrap_or(fallback)
        };
        let largest = number("webapi/validation/maximum_page_size", 300);
        match self.page_size.value() {
            Some(size) if size > largest => {
                let text = "Maximum SearchCriteria pageSize is %max";
                let phrase = Phrase::named(text, [("max", PhraseValue::Number(largest))]);
                Err(Fault::new(Kind::Invalid, phrase))
            }
            Some(_) => Ok(()),
            None => {
                let default = number("webapi/validation/default_page_size", 999_999);
                self.page_size = Opt::Is(default);
                Ok(())
            }
        }
    }

    /// The criteria as an answer shows them.
    pub fn echo(mut self) -> Value {
        self.filter_groups.or_set(Vec::new());
        for group in self.filter_groups.get_mut().into_iter().flatten() {
            for filter in group.filters.get_mut().into_iter().flatten() {
                filter.condition_type.or_set("eq".to_owned());
            }
        }
        self.to_value()
    }
}

impl FilterGroup {
    fn conditions(&self) -> Vec<Condition> {
        let filters = self.filters.get().into_iter().flatten();
        filters
            .map(|filter| Condition {
                field: filter.field.value().unwrap_or_default(),
                condition: filter
                    .condition_type
                    .value()
                    .unwrap_or_else(|| "eq".to_owned()),
                value: filter.value.value().unwrap_or_default().0,
            })
            .collect()
    }
}

impl SortOrder {
    /// The order as the store takes it; none without a field.
    fn sort(&self) -> Option<Sort> {
        let field = self.field.value().filter(|field| !field.0.is_empty())?.0;
        let direction = self.direction.get().map(|direction| direction.0.as_str());
        let direction = if direction == Some("ASC") {
            Direction::Ascending
        } else {
            Direction::Descending
        };
        Some(Sort { field, direction })
    }
}

/// `Magento\Framework\Api\SearchResultsInterface`: a page, what was asked, how many there are.
pub struct SearchResults<T> {
    /// The rows of the page.
    pub items: Vec<T>,
    /// What was asked.
    pub criteria: SearchCriteria,
    /// The number of rows on all pages.
    pub total: i64,
}

impl<T: Wire> IntoReply for SearchResults<T> {
    const TYPE: &'static str = "SearchResults";

    fn into_reply(self) -> Value {
        let mut out = Map::new();
        out.insert("items".to_owned(), self.items.into_value());
        out.insert("search_criteria".to_owned(), self.criteria.echo());
        out.insert("total_count".to_owned(), self.total.into());
        Value::Object(out)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> SearchCriteria {
        SearchCriteria::from_value(&value)
            .expect("criteria")
            .expect("an object")
    }

    #[test]
    fn criteria_are_echoed_as_sent_with_eq_where_nothing_was_said() {
        let criteria = read(json!({
            "filterGroups": {"5": {"filters": {"9": {"field": "sku", "value": ["a", "b"]}}}},
            "pageSize": "-1",
        }));
        let in_query = read(json!({
            "filterGroups": [{"filters": [{"field": "sku", "value": {"0": "a", "1": "b"}}]}],
            "pageSize": -1,
        }));
        assert_eq!(in_query.echo(), criteria.clone().echo());
        assert_eq!(
            criteria.echo(),
            json!({"filter_groups": [{"filters": [{"field": "sku", "value": "a,b", "condition_type": "eq"}]}],
                   "page_size": -1})
        );
        assert_eq!(
            read(Value::String(String::new())).echo(),
            json!({"filter_groups": []})
        );
    }

    #[test]
    fn criteria_that_say_nothing_may_be_written_in_any_way() {
        for query in [
            "searchCriteria",
            "searchCriteria=",
            "searchCriteria=all",
            "searchCriteria[]=",
        ] {
            let sent = crate::wire::query::parse(query).expect("a query");
            let criteria = read(sent["searchCriteria"].clone());
            assert_eq!(criteria.echo(), json!({"filter_groups": []}), "{query}");
        }
    }

    #[test]
    fn what_costs_too_much_is_refused() {
        let filters = |count: usize, condition: &str, value: &str| {
            let filter = json!({"field": "sku", "value": value, "conditionType": condition});
            read(json!({"filterGroups": [{"filters": vec![filter; count]}]})).bound()
        };
        assert!(filters(MOST_FILTERS, "like", &"%".repeat(LONGEST_PATTERN)).is_ok());
        assert!(filters(MOST_FILTERS + 1, "eq", "a").is_err());
        assert!(filters(1, "regexp", &"a".repeat(LONGEST_PATTERN + 1)).is_err());
        assert!(filters(1, "in", &"a,".repeat(LONGEST_PATTERN)).is_ok());
        let orders = vec![json!({"field": "sku", "direction": "ASC"}); MOST_ORDERS + 1];
        assert!(read(json!({"sortOrders": orders})).bound().is_err());
    }

    #[test]
    fn a_sort_order_is_checked_where_it_stands_and_written_in_capitals() {
        let one =
            |order: Value| SearchCriteria::from_value(&json!({"sortOrders": [order], "x": 1}));
        let said = |order| one(order).err().expect("refused").phrase.rendered();
        let unknown = "\"X\" is not supported. Correct the field name and try again.";
        assert_eq!(said(json!({"field": "sku", "direction": "desc"})), unknown);
        assert_eq!(
            said(json!({"field": "a b"})),
            "Sort order field a b contains restricted symbols"
        );
        assert!(said(json!({"direction": ""})).starts_with("The sort order has to be specified"));
        let criteria = read(json!({"sortOrders": [{"field": "sku", "direction": "asc"}]}));
        let order = &criteria.sort_orders.get().expect("sent")[0];
        assert_eq!(
            order.sort().expect("a field").direction,
            Direction::Ascending
        );
        assert_eq!(order.to_value()["direction"], json!("ASC"));
    }
}
