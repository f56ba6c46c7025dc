//! `/V1/carts/licence`: the terms and conditions that customers agree to when they order.
//!
//! The Web API reads them only; a fresh store has none.

use ferrite_storage::{Collection, Field, Scalar, serde_document};
use ferrite_webapi::dto::NoExtension;
use ferrite_webapi::{Call, Fault, Routes, SearchCriteria, Tx, dto};
use serde::{Deserialize, Serialize};

/// Whether customers are asked to agree at all.
const ENABLED: &str = "checkout/options/enable_agreements";

/// Terms and conditions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Agreement {
    /// Their row.
    pub id: i64,
    /// Their name.
    pub name: String,
    /// What they say.
    pub content: String,
    /// How high the box is in which they stand, as CSS.
    pub content_height: Option<String>,
    /// What stands beside the box to tick.
    pub checkbox_text: String,
    /// Whether they count.
    pub is_active: bool,
    /// Whether the content is HTML.
    pub is_html: bool,
    /// 0 where they are agreed to by ordering, 1 where a box has to be ticked.
    pub mode: i64,
    /// The store views that have them; 0 is all of them.
    pub store_ids: Vec<i64>,
}

serde_document!(Agreement);

/// All agreements.
pub static AGREEMENTS: Collection<Agreement> = Collection {
    name: "checkout_agreement",
    fields: &[
        Field::text("name", |one: &Agreement| {
            Some(Scalar::from(one.name.as_str()))
        }),
        Field::text("content", |one: &Agreement| {
            Some(Scalar::from(one.content.as_str()))
        })
        .without_index(),
        Field::text("content_height", |one: &Agreement| {
            one.content_height.as_deref().map(Scalar::from)
        })
        .without_index(),
        Field::text("checkbox_text", |one: &Agreement| {
            Some(Scalar::from(one.checkbox_text.as_str()))
        })
        .without_index(),
        Field::int("is_active", |one: &Agreement| {
            Some(Scalar::from(i64::from(one.is_active)))
        })
        .without_index(),
        Field::int("is_html", |one: &Agreement| {
            Some(Scalar::from(i64::from(one.is_html)))
        })
        .without_index(),
        Field::int("mode", |one: &Agreement| Some(Scalar::from(one.mode))).without_index(),
    ],
};

dto! {
    /// `Magento\CheckoutAgreements\Api\Data\AgreementInterface`
    pub struct AgreementData {
        agreement_id: i64,
        name: String,
        content: String,
        content_height: String [null],
        checkbox_text: String,
        is_active: bool,
        is_html: bool,
        mode: i64,
        extension_attributes: NoExtension [null],
    }
}

impl AgreementData {
    fn of(one: &Agreement) -> Self {
        Self {
            agreement_id: one.id.into(),
            name: one.name.as_str().into(),
            content: one.content.as_str().into(),
            content_height: one.content_height.clone().into(),
            checkbox_text: one.checkbox_text.as_str().into(),
            is_active: one.is_active.into(),
            is_html: one.is_html.into(),
            mode: one.mode.into(),
            ..Self::default()
        }
    }
}

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    routes.bind_kept("GET /V1/carts/licence", asked);
    routes.bind_kept("GET /V1/carts/licence/list", list);
}

/// What customers of the store view are asked to agree to.
fn asked(call: &Call, tx: &mut Tx<'_>) -> Result<Vec<AgreementData>, Fault> {
    if !call.settings().flag(ENABLED, &call.store) {
        return Ok(Vec::new());
    }
    let all = AGREEMENTS.all(tx)?;
    let here = |one: &&Agreement| {
        one.is_active
            && (one.store_ids.contains(&0) || one.store_ids.contains(&call.store.store_id))
    };
    Ok(all.iter().filter(here).map(AgreementData::of).collect())
}

/// All that a search finds, as a plain list.
fn list(
    call: &Call,
    tx: &mut Tx<'_>,
    mut criteria: SearchCriteria,
) -> Result<Vec<AgreementData>, Fault> {
    let mut search = criteria.search(call.settings(), &call.store)?;
    search.rename(&[("agreement_id", "id")]);
    let page = AGREEMENTS.search(tx, &search)?;
    Ok(page.items.iter().map(AgreementData::of).collect())
}

#[cfg(test)]
mod tests;
