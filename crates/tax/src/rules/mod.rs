//! `/V1/taxRules`: which rates apply where a customer of some classes buys a product of some.
//!
//! A rule is one document; the classes and rates that it names are rows of their own beside it
//! ([`RULE_PARTS`]), since rules are searched by them and they cannot be deleted while named.

mod rows;
mod types;

pub(crate) use rows::{RULE_PARTS, RULES, use_class, use_rate};

use ferrite_base::{Fault, Phrase, phrase};
use ferrite_storage::{Filter, Search, Tx};
use ferrite_webapi::{Call, Routes, SearchCriteria, SearchResults};

use crate::classes::{CLASSES, ClassType};
use crate::code_refused;
use crate::rates::RATES;
use rows::{PARTS, Rule};
use types::TaxRule;

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    routes.bind_kept("GET /V1/taxRules/:ruleId", get);
    routes.bind_kept("GET /V1/taxRules/search", list);
    routes.bind("POST /V1/taxRules", save);
    routes.bind("PUT /V1/taxRules", save);
    routes.bind("DELETE /V1/taxRules/:ruleId", delete);
}

/// The rule of an id, or Magento's sentence.
fn load(tx: &mut Tx<'_>, id: i64) -> Result<Rule, Fault> {
    let found = RULES.get(tx, id)?;
    found.ok_or_else(|| Fault::no_such_entity("taxRuleId", id))
}

fn get(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<TaxRule, Fault> {
    Ok(TaxRule::of(&load(tx, id)?))
}

fn list(
    call: &Call,
    tx: &mut Tx<'_>,
    mut criteria: SearchCriteria,
) -> Result<SearchResults<TaxRule>, Fault> {
    let mut search = criteria.search(call.settings(), &call.store)?;
    search.rename(&[
        ("tax_calculation_rule_id", "id"),
        ("rd.tax_calculation_rate_id", rows::RATE),
        ("tax_rate_ids", rows::RATE),
        ("cd.customer_tax_class_id", rows::CUSTOMER),
        ("customer_tax_class_ids", rows::CUSTOMER),
        ("cd.product_tax_class_id", rows::PRODUCT),
        ("product_tax_class_ids", rows::PRODUCT),
    ]);
    for filter in search.groups.iter_mut().flatten() {
        if PARTS.contains(&filter.field.as_str()) {
            *filter = by_part(tx, filter)?;
        }
    }
    let page = RULES.search(tx, &search)?;
    Ok(SearchResults {
        items: page.items.iter().map(TaxRule::of).collect(),
        criteria,
        total: page.total,
    })
}

/// A filter by what rules name, as one by the ids of those that name it.
fn by_part(tx: &mut Tx<'_>, filter: &Filter) -> Result<Filter, Fault> {
    let search = Search {
        groups: vec![vec![filter.clone()]],
        ..Search::default()
    };
    let parts = RULE_PARTS.search(tx, &search)?.items;
    let mut ids: Vec<String> = parts.iter().map(|part| part.rule_id.to_string()).collect();
    ids.dedup();
    ids.push("0".to_owned()); // no rule: an empty list would ask for nothing
    Ok(Filter {
        field: "id".to_owned(),
        condition: "in".to_owned(),
        value: ids.join(","),
    })
}

/// Adds a rule, or changes the one whose id was sent. What is wrong is said rendered, since
/// Magento's repository throws it anew.
fn save(_: &Call, tx: &mut Tx<'_>, sent: TaxRule) -> Result<TaxRule, Fault> {
    let held = match sent.id.value().filter(|id| *id != 0) {
        Some(id) => Some(load(tx, id)?),
        None => None,
    };
    let mut rule = checked(tx, &sent)?;
    let saved = match &held {
        None => RULES.insert(tx, &mut rule).map(|_| ()),
        Some(held) => {
            rule.id = held.id;
            // What was not sent keeps its value, though the answer does not show it.
            if sent.calculate_subtotal.get().is_none() {
                rule.calculate_subtotal = held.calculate_subtotal;
            }
            RULES.put(tx, &rule)
        }
    };
    saved.map_err(code_refused)?;
    rows::set_parts(tx, &rule)?;
    let mut shown = TaxRule::of(&rule);
    shown.calculate_subtotal = sent.calculate_subtotal;
    Ok(shown)
}

fn checked(tx: &mut Tx<'_>, sent: &TaxRule) -> Result<Rule, Fault> {
    let mut wrong = Vec::new();
    let position = not_negative("position", sent.position.value(), &mut wrong);
    let priority = not_negative("priority", sent.priority.value(), &mut wrong);
    let code = sent.code.value().unwrap_or_default();
    if code.trim().is_empty() {
        wrong.push(Fault::required_phrase("code"));
    }
    let mut classes = |field: &str, ids: Option<Vec<i64>>, class_type| {
        let ids = listed(field, ids, &mut wrong);
        for id in &ids {
            match CLASSES.get(tx, *id)? {
                None => wrong.push(Fault::no_such_entity("class_id", *id).phrase),
                Some(class) if class.class_type != class_type => wrong.push(wrong_type(field)),
                Some(_) => {}
            }
        }
        Ok::<_, Fault>(ids)
    };
    let sent_classes = sent.customer_tax_class_ids.value();
    let customer_class_ids = classes("customer_tax_class_ids", sent_classes, ClassType::Customer)?;
    let sent_classes = sent.product_tax_class_ids.value();
    let product_class_ids = classes("product_tax_class_ids", sent_classes, ClassType::Product)?;
    let rate_ids = listed("tax_rate_ids", sent.tax_rate_ids.value(), &mut wrong);
    for id in &rate_ids {
        if RATES.get(tx, *id)?.is_none() {
            wrong.push(Fault::no_such_entity("taxRateId", *id).phrase);
        }
    }
    if !wrong.is_empty() {
        let mut fault = Fault::several(wrong).into_rendered();
        fault.errors.clear();
        return Err(fault);
    }
    Ok(Rule {
        id: 0,
        code,
        priority,
        position,
        customer_class_ids,
        product_class_ids,
        rate_ids,
        calculate_subtotal: sent.calculate_subtotal.value().unwrap_or(false),
    })
}

/// A list that may not be empty, each id once.
fn listed(field: &str, ids: Option<Vec<i64>>, wrong: &mut Vec<Phrase>) -> Vec<i64> {
    let mut kept = Vec::new();
    for id in ids.unwrap_or_default() {
        if !kept.contains(&id) {
            kept.push(id);
        }
    }
    if kept.is_empty() {
        wrong.push(Fault::required_phrase(field));
    }
    kept
}

/// Magento leaves the value out of this sentence.
fn wrong_type(field: &str) -> Phrase {
    let text = "No such entity with %fieldName = %fieldValue";
    Phrase::named(text, [("fieldName", field)])
}

fn not_negative(field: &str, number: Option<i64>, wrong: &mut Vec<Phrase>) -> i64 {
    match number {
        None => wrong.push(Fault::required_phrase(field)),
        Some(number) if number < 0 => {
            let text =
                "The %fieldName value of \"%value\" must be greater than or equal to %minValue.";
            let values = [
                ("fieldName", phrase::Value::from(field)),
                ("value", number.into()),
                ("minValue", 0.into()),
            ];
            wrong.push(Phrase::named(text, values));
        }
        Some(_) => {}
    }
    number.unwrap_or(0)
}

fn delete(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<bool, Fault> {
    load(tx, id)?;
    rows::forget_parts(tx, id)?;
    Ok(RULES.delete(tx, id)?)
}

#[cfg(test)]
mod tests;
