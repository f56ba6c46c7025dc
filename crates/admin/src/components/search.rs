//! What a grid's state asks of a collection.

use ferrite_storage::{Direction, Filter, Search, Sort};

use super::grid::State;

/// The search of a collection whose fields have the names of the columns.
pub fn search(state: &State) -> Search {
    let filters = state.filters.iter().map(|(field, value)| {
        vec![Filter {
            field: (*field).to_owned(),
            condition: "like".to_owned(),
            value: format!("%{}%", literal(value)),
        }]
    });
    let direction = if state.is_descending {
        Direction::Descending
    } else {
        Direction::Ascending
    };
    Search {
        groups: filters.collect(),
        sort: vec![Sort {
            field: state.sort.to_owned(),
            direction,
        }],
        page_size: Some(state.limit),
        page: state.page,
    }
}

/// Text in which nothing stands for other letters.
pub fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_stands_for_itself() {
        assert_eq!(literal("50%_a\\b"), "50\\%\\_a\\\\b");
    }
}
