//! How the products that were found spread over prices, categories and what can be filtered by.

use std::collections::BTreeMap;

use ferrite_storage::{Error, Scalar, Tx};
use ferrite_webapi::Json;

use super::Hit;
use super::types::{Aggregations, Bucket, BucketValue};
use crate::attributes::{Attribute, Fact};
use crate::categories::{CATEGORIES, CATEGORY_PRODUCTS};
use crate::eav::known::Attributes;

/// The root above all categories.
const ROOT: i64 = 1;

/// Counts what was found; `counts` says which attributes have a bucket.
pub(super) fn of(
    tx: &mut Tx<'_>,
    hits: &[Hit],
    store_id: i64,
    counts: impl Fn(&Attribute) -> bool,
) -> Result<Aggregations, Error> {
    let mut buckets = vec![
        bucket("price", prices(hits)),
        bucket("category", categories(tx, hits)?),
    ];
    let known = Attributes::all(tx)?;
    let chooses = |one: &&Attribute| matches!(one.fact(Fact::Input), "select" | "multiselect");
    for attribute in known.iter().filter(chooses).filter(|one| counts(one)) {
        let mut values: BTreeMap<i64, i64> = BTreeMap::new();
        for hit in hits {
            let chosen = hit.product.values.text(store_id, &attribute.code);
            for id in chosen.split(',').filter_map(|id| id.trim().parse().ok()) {
                *values.entry(id).or_default() += 1;
            }
        }
        buckets.push(bucket(&attribute.code, by_id(values)));
    }
    let names: Vec<String> = buckets.iter().filter_map(|one| one.name.value()).collect();
    Ok(Aggregations {
        buckets: buckets.into(),
        bucket_names: names.into(),
    })
}

/// Of a search that counts nothing.
pub(super) fn none() -> Aggregations {
    Aggregations {
        buckets: Vec::new().into(),
        bucket_names: Vec::new().into(),
    }
}

fn bucket(of: &str, values: Vec<(Json, i64)>) -> Bucket {
    let value = |(value, count): (Json, i64)| BucketValue {
        value: match &value {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        }
        .into(),
        metrics: vec![value, count.into()].into(),
    };
    Bucket {
        name: format!("{of}_bucket").into(),
        values: values.into_iter().map(value).collect::<Vec<_>>().into(),
    }
}

fn by_id(counted: BTreeMap<i64, i64>) -> Vec<(Json, i64)> {
    counted
        .into_iter()
        .map(|(id, count)| (id.into(), count))
        .collect()
}

/// Categories with those above them, since they show what lies below.
fn categories(tx: &mut Tx<'_>, hits: &[Hit]) -> Result<Vec<(Json, i64)>, Error> {
    let mut paths: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    let mut counted = BTreeMap::new();
    for hit in hits {
        let links = CATEGORY_PRODUCTS.list_by(tx, "product_id", &Scalar::from(hit.product.id))?;
        let mut ids: Vec<i64> = Vec::new();
        for link in links {
            if let std::collections::btree_map::Entry::Vacant(place) = paths.entry(link.category_id)
            {
                let category = CATEGORIES.get(tx, link.category_id)?;
                let path = category.map_or_else(String::new, |category| category.path);
                place.insert(path.split('/').filter_map(|id| id.parse().ok()).collect());
            }
            let path = paths.get(&link.category_id).into_iter().flatten();
            ids.extend(path.filter(|id| **id != ROOT));
        }
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            *counted.entry(id).or_default() += 1;
        }
    }
    Ok(by_id(counted))
}

/// Prices in steps of a power of ten: the largest that tells two steps apart, down to ten.
fn prices(hits: &[Hit]) -> Vec<(Json, i64)> {
    // Steps are whole, so that what is behind the point decides nothing.
    steps(&hits.iter().map(|hit| hit.price.floor()).collect::<Vec<_>>())
}

fn steps(prices: &[i64]) -> Vec<(Json, i64)> {
    let highest = prices.iter().copied().fold(0, i64::max);
    let mut step = 1;
    while highest / step >= 10 {
        step *= 10;
    }
    loop {
        let mut counted: BTreeMap<i64, i64> = BTreeMap::new();
        for price in prices {
            *counted.entry(price.div_euclid(step)).or_default() += 1;
        }
        if step <= 10 || counted.len() > 1 {
            let text = |place: i64| {
                let from = place.saturating_mul(step);
                format!("{from}_{}", from.saturating_add(step))
            };
            let named = counted.into_iter();
            return named
                .map(|(place, count)| (text(place).into(), count))
                .collect();
        }
        step /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_fall_into_the_largest_steps_that_tell_them_apart() {
        let shown = |prices: &[i64]| {
            let steps = steps(prices);
            let text = |(name, count): &(Json, i64)| format!("{}:{count}", name.as_str().unwrap());
            steps.iter().map(text).collect::<Vec<_>>()
        };
        assert_eq!(shown(&[12, 34, 39]), ["10_20:1", "30_40:2"]);
        assert_eq!(shown(&[120, 150]), ["120_130:1", "150_160:1"]);
        assert_eq!(shown(&[120, 950]), ["100_200:1", "900_1000:1"]);
        assert_eq!(shown(&[4]), ["4_5:1"]);
        assert_eq!(shown(&[]), [""; 0]);
        assert_eq!(shown(&[1, i64::MAX]).len(), 2);
    }
}
