//! What products consist of, for those who have to know whether there is any of it.

use ferrite_storage::{Error, Tx};

use super::rows::{PRODUCTS, Product};
use super::{bundle, configurable};

/// What a product consists of: of each of these lists something has to be there. What is switched
/// off is in none of them; a product that consists of nothing else has no lists.
pub fn parts(tx: &mut Tx<'_>, product: &Product) -> Result<Vec<Vec<i64>>, Error> {
    let lists = match product.type_id.as_str() {
        "grouped" => vec![product.associated().collect()],
        "configurable" => vec![configurable::variations_of(tx, product.id)?],
        "bundle" => bundle::choices_of(tx, product.id)?,
        _ => Vec::new(),
    };
    let mut enabled = Vec::with_capacity(lists.len());
    for list in lists {
        let mut ids: Vec<i64> = Vec::with_capacity(list.len());
        for id in list {
            let part = PRODUCTS.get(tx, id)?;
            ids.extend(part.filter(Product::is_enabled).map(|part| part.id));
        }
        enabled.push(ids);
    }
    Ok(enabled)
}
