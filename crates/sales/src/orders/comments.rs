//! The comments on an order (`Magento\Sales\Api\OrderManagementInterface`).

use ferrite_base::{Kind, Phrase};
use ferrite_storage::Scalar;
use ferrite_webapi::search_criteria::{Filter, FilterGroup, FilterValue};
use ferrite_webapi::{Call, Fault, Json, SearchCriteria, SearchResults, Tx};

use super::rows::COMMENTS;
use super::types::StatusHistory;
use super::{load, read, save};

/// The comments on an order, the oldest first.
pub(super) fn list(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<SearchResults<Json>, Fault> {
    let rows = COMMENTS.list_by(tx, "parent_id", &Scalar::from(id))?;
    let filter = Filter {
        field: "parent_id".into(),
        value: FilterValue(id.to_string()).into(),
        condition_type: "eq".into(),
    };
    let group = FilterGroup {
        filters: vec![filter].into(),
    };
    let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    Ok(SearchResults {
        items: rows.iter().map(read::comment).collect(),
        criteria: SearchCriteria {
            filter_groups: vec![group].into(),
            ..SearchCriteria::default()
        },
        total,
    })
}

/// Adds a comment. A status may be named, but only the one that the order has.
pub(super) fn add(
    _: &Call,
    tx: &mut Tx<'_>,
    id: i64,
    mut comment: StatusHistory,
) -> Result<bool, Fault> {
    let order = load(tx, id)?;
    let current = order
        .values
        .get("status")
        .and_then(Json::as_str)
        .unwrap_or_default();
    if let Some(status) = comment.status.get()
        && status != current
    {
        let text = "Unable to add comment: The status \"%1\" is not part of the order\n                 status history.";
        return Err(Fault::new(
            Kind::Invalid,
            Phrase::list(text, [status.as_str()]),
        ));
    }
    comment.status.or_set(current.to_owned());
    save::put_comment(tx, id, &comment)?;
    Ok(true)
}
