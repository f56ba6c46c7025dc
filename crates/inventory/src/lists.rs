//! What the lists of this room have in common.

use ferrite_base::Fault;
use ferrite_storage::{Collection, Direction, Document, Sort};
use ferrite_webapi::{Call, SearchCriteria, SearchResults, Tx};

/// A page of a collection. `names` are clients' names of fields beside ours; `order` is what sorts
/// where nothing else was asked for.
pub(crate) fn page<T: Document, S>(
    call: &Call,
    tx: &mut Tx<'_>,
    all: &Collection<T>,
    mut criteria: SearchCriteria,
    (names, order): (&[(&str, &str)], Option<&str>),
    mut show: impl FnMut(&mut Tx<'_>, &T) -> Result<S, Fault>,
) -> Result<SearchResults<S>, Fault> {
    let mut search = criteria.search(call.settings(), &call.store)?;
    search.rename(names);
    if search.sort.is_empty() {
        search.sort.extend(order.map(|field| Sort {
            field: field.to_owned(),
            direction: Direction::Ascending,
        }));
    }
    let page = all.search(tx, &search)?;
    let items: Result<Vec<S>, Fault> = page.items.iter().map(|row| show(tx, row)).collect();
    Ok(SearchResults {
        items: items?,
        criteria,
        total: page.total,
    })
}
