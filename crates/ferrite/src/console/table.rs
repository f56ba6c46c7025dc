//! Tables of text as Symfony draws them.

/// A table with a line of heads and rows of as many cells.
pub fn drawn(heads: &[&str], rows: &[Vec<String>]) -> Vec<String> {
    let length = |text: &str| text.chars().count();
    let widths: Vec<usize> = heads
        .iter()
        .enumerate()
        .map(|(column, head)| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            let longest = cells.map(|cell| length(cell)).max().unwrap_or(0);
            longest.max(length(head))
        })
        .collect();
    let rule: String = widths
        .iter()
        .map(|width| "-".repeat(width + 2))
        .fold("+".to_owned(), |line, dashes| line + &dashes + "+");
    let line = |cells: &[&str]| {
        let cells = cells.iter().zip(&widths);
        cells.fold("|".to_owned(), |line, (cell, width)| {
            let rest = " ".repeat(width.saturating_sub(length(cell)));
            format!("{line} {cell}{rest} |")
        })
    };
    let mut lines = vec![rule.clone(), line(heads), rule.clone()];
    lines.extend(rows.iter().map(|row| {
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        line(&cells)
    }));
    if !rows.is_empty() {
        lines.push(rule);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [
            vec!["1".to_owned(), "Väter".to_owned()],
            vec!["10".to_owned(), String::new()],
        ];
        let lines = drawn(&["ID", "Name"], &rows);
        let wanted = [
            "+----+-------+",
            "| ID | Name  |",
            "+----+-------+",
            "| 1  | Väter |",
            "| 10 |       |",
            "+----+-------+",
        ];
        assert_eq!(lines, wanted);
    }
}
