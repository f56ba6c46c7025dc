//! `searchCriteria` over declared fields: filters, sorting, paging, as MySQL answers Magento.
//!
//! Names of columns come from declarations alone; what a client sends is bound as a value.

use regex::RegexBuilder;

use crate::{Collection, Document, Field, FieldKind, Result, Tx, Value, fold};

/// What is asked for. Filters of a group are alternatives; all groups must hold.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Groups of filters.
    pub groups: Vec<Vec<Filter>>,
    /// Sort orders, the first counting most. Without one: by id.
    pub sort: Vec<Sort>,
    /// Rows a page: none or 0 for all, a negative number for one.
    pub page_size: Option<i64>,
    /// The page, from 1; below that it is 1.
    pub page: i64,
}

/// One condition.
#[derive(Clone, Debug)]
pub struct Filter {
    /// A declared field, or `entity_id`.
    pub field: String,
    /// Magento's condition type; an unknown one is `eq`.
    pub condition: String,
    /// What is compared with.
    pub value: String,
}

/// One sort order.
#[derive(Clone, Debug)]
pub struct Sort {
    /// A declared field, or `entity_id`.
    pub field: String,
    /// Which way.
    pub direction: Direction,
}

/// A direction of sorting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The smallest first.
    Ascending,
    /// The largest first.
    Descending,
}

/// A page, and how many there are on all pages.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows of the page; none past the end.
    pub items: Vec<T>,
    /// The number of rows on all pages.
    pub total: i64,
}

impl Search {
    /// Calls fields by the names that a collection has for them: pairs of a client's name and ours.
    pub fn rename(&mut self, names: &[(&str, &str)]) {
        let filters = self.groups.iter_mut().flatten().map(|one| &mut one.field);
        for field in filters.chain(self.sort.iter_mut().map(|one| &mut one.field)) {
            if let Some((_, ours)) = names.iter().find(|(theirs, _)| theirs == field) {
                (*ours).clone_into(field);
            }
        }
    }
}

pub(crate) const LONGEST_PATTERN: usize = 1_000;

/// Values on their way into a statement.
#[derive(Default)]
struct Condition {
    sql: String,
    values: Vec<Value>,
}

impl<T: Document> Collection<T> {
    /// Finds a page.
    pub fn search(&self, tx: &mut Tx<'_>, search: &Search) -> Result<Page<T>> {
        let (filter, mut values) = self.filter(tx, &search.groups)?;
        let count = format!("SELECT COUNT(*) FROM {}{filter}", self.name);
        let rows = tx.query_on(self.tables(), &count, &values)?;
        let total = rows
            .first()
            .and_then(|row| row.first())
            .and_then(Value::as_int)
            .unwrap_or(0);

        let order = self.order(&search.sort)?;
        let mut sql = format!("SELECT id, doc FROM {}{filter} ORDER BY {order}", self.name);
        if let Some(size) = search.page_size.filter(|size| *size != 0) {
            let size = size.max(1);
            let skipped = size.saturating_mul(search.page.max(1) - 1);
            sql.push_str(" LIMIT ? OFFSET ?");
            values.extend([Value::Int(size), Value::Int(skipped)]);
        }
        Ok(Page {
            items: self.read(tx, &sql, &values)?,
            total,
        })
    }

    /// All that these groups find, by id.
    pub fn found(&self, tx: &mut Tx<'_>, groups: &[Vec<Filter>]) -> Result<Vec<T>> {
        let (filter, values) = self.filter(tx, groups)?;
        let sql = format!("SELECT id, doc FROM {}{filter} ORDER BY id", self.name);
        self.read(tx, &sql, &values)
    }

    /// The ids of all that these groups find, in their order.
    pub fn ids(&self, tx: &mut Tx<'_>, groups: &[Vec<Filter>]) -> Result<Vec<i64>> {
        let (filter, values) = self.filter(tx, groups)?;
        let sql = format!("SELECT id FROM {}{filter} ORDER BY id", self.name);
        let rows = tx.query_on(self.tables(), &sql, &values)?;
        let id = |row: Vec<Value>| row.first().and_then(Value::as_int);
        Ok(rows.into_iter().filter_map(id).collect())
    }

    /// Whether these groups find anything.
    pub fn finds(&self, tx: &mut Tx<'_>, groups: &[Vec<Filter>]) -> Result<bool> {
        let (filter, values) = self.filter(tx, groups)?;
        let sql = format!("SELECT 1 FROM {}{filter} LIMIT 1", self.name);
        Ok(!tx.query_on(self.tables(), &sql, &values)?.is_empty())
    }

    /// Takes away what these groups find; none of them is everything.
    pub fn delete_found(&self, tx: &mut Tx<'_>, groups: &[Vec<Filter>]) -> Result<u64> {
        let (filter, values) = self.filter(tx, groups)?;
        tx.execute(&format!("DELETE FROM {}{filter}", self.name), &values)
    }

    /// The `WHERE` of groups, with its values.
    fn filter(&self, tx: &mut Tx<'_>, groups: &[Vec<Filter>]) -> Result<(String, Vec<Value>)> {
        let mut parts: Vec<String> = Vec::new();
        let mut values = Vec::new();
        for group in groups.iter().filter(|group| !group.is_empty()) {
            let condition = self.group(tx, group)?;
            parts.push(format!("({})", condition.sql));
            values.extend(condition.values);
        }
        let filter = if parts.is_empty() {
            String::new()
        } else {
            format!(" WHERE {}", parts.join(" AND "))
        };
        Ok((filter, values))
    }

    fn order(&self, sort: &[Sort]) -> Result<String> {
        let mut parts = Vec::new();
        for one in sort {
            let way = if one.direction == Direction::Ascending {
                "ASC"
            } else {
                "DESC"
            };
            parts.push(format!("{} {way}", self.column(&one.field)?.0));
        }
        parts.push("id ASC".to_owned());
        Ok(parts.join(", "))
    }

    fn column(&self, name: &str) -> Result<(String, FieldKind)> {
        match self.field(name) {
            Ok(field) => Ok((field.column(), field.kind)),
            Err(_) if matches!(name, "entity_id" | "id") => Ok(("id".to_owned(), FieldKind::Int)),
            Err(error) => Err(error),
        }
    }

    fn group(&self, tx: &mut Tx<'_>, group: &[Filter]) -> Result<Condition> {
        let mut out = Condition::default();
        let mut parts = Vec::new();
        for filter in group {
            // `from` and `to` of one field in one group are a range.
            let pair = |name: &str| {
                group
                    .iter()
                    .find(|other| other.field == filter.field && other.condition == name)
            };
            let condition = match filter.condition.as_str() {
                "to" if pair("from").is_some() => continue,
                "from" if let Some(end) = pair("to") => {
                    let mut from = self.condition(tx, filter)?;
                    let to = self.condition(tx, end)?;
                    from.sql = format!("({} AND {})", from.sql, to.sql);
                    from.values.extend(to.values);
                    from
                }
                _ => self.condition(tx, filter)?,
            };
            parts.push(condition.sql);
            out.values.extend(condition.values);
        }
        out.sql = parts.join(" OR ");
        Ok(out)
    }

    fn condition(&self, tx: &mut Tx<'_>, filter: &Filter) -> Result<Condition> {
        let (column, kind) = self.column(&filter.field)?;
        let is_common = self
            .field(&filter.field)
            .is_ok_and(|field| field.paged_by.is_some());
        let value = || bound(kind, &filter.value);
        let compared = |operator: &str| Condition {
            sql: format!("{column} {operator} ?"),
            values: vec![value()],
        };
        let plain = |sql: String| Condition {
            sql,
            values: Vec::new(),
        };
        let text = |sql: String, text: String| Condition {
            sql,
            values: vec![Value::Text(text)],
        };
        let escape = "ESCAPE '!'";
        Ok(match filter.condition.as_str() {
            "eq" if is_common && tx.is_sqlite() => Condition {
                // Or its planner takes the index on this field for the one that narrows most.
                sql: format!("likelihood({column} = ?, 0.5)"),
                values: vec![value()],
            },
            "neq" => compared("<>"),
            "gt" => compared(">"),
            "gteq" | "from" => compared(">="),
            "lt" => compared("<"),
            "lteq" | "to" => compared("<="),
            "like" => text(format!("{column} LIKE ? {escape}"), pattern(&filter.value)),
            "nlike" => text(
                format!("{column} NOT LIKE ? {escape}"),
                pattern(&filter.value),
            ),
            "fulltext" => text(
                format!("{column} LIKE ? {escape}"),
                pattern(&format!("%{}%", filter.value)),
            ),
            "in" | "nin" => {
                let values: Vec<Value> = filter
                    .value
                    .split(',')
                    .map(|part| bound(kind, part))
                    .collect();
                let marks = vec!["?"; values.len()].join(", ");
                let not = if filter.condition == "nin" {
                    "NOT "
                } else {
                    ""
                };
                Condition {
                    sql: format!("{column} {not}IN ({marks})"),
                    values,
                }
            }
            "null" => plain(format!("{column} IS NULL")),
            "notnull" => plain(format!("{column} IS NOT NULL")),
            "seq" if filter.value.is_empty() => plain(format!("{column} IS NULL")),
            "sneq" if filter.value.is_empty() => plain(format!("{column} IS NOT NULL")),
            "sneq" => compared("<>"),
            "finset" | "nfinset" => {
                let list = if tx.is_sqlite() {
                    format!("INSTR(',' || {column} || ',', ?)")
                } else {
                    format!("INSTR(CONCAT(',', {column}, ','), ?)")
                };
                let operator = if filter.condition == "finset" {
                    ">"
                } else {
                    "="
                };
                let wanted = format!(",{},", fold::fold(&filter.value));
                text(format!("{list} {operator} 0"), wanted)
            }
            "regexp" => self.regexp(tx, &column, &filter.value)?,
            _ => compared("="),
        })
    }

    /// Patterns are matched in Rust, in linear time, over the folded keys.
    fn regexp(&self, tx: &mut Tx<'_>, column: &str, pattern: &str) -> Result<Condition> {
        let nothing = Condition {
            sql: "1 = 0".to_owned(),
            values: Vec::new(),
        };
        if pattern.len() > LONGEST_PATTERN {
            return Ok(nothing);
        }
        let built = RegexBuilder::new(pattern)
            .case_insensitive(true)
            .size_limit(1 << 20)
            .build();
        let Ok(pattern) = built else {
            return Ok(nothing);
        };
        let sql = format!(
            "SELECT id, {column} FROM {} WHERE {column} IS NOT NULL",
            self.name
        );
        let mut ids = Vec::new();
        for row in tx.query_on(self.tables(), &sql, &[])? {
            let mut cells = row.into_iter();
            if let (Some(Value::Int(id)), Some(cell)) = (cells.next(), cells.next()) {
                let shown = match cell {
                    Value::Int(number) => number.to_string(),
                    other => String::from_utf8_lossy(&other.into_bytes()).into_owned(),
                };
                if pattern.is_match(&shown) {
                    ids.push(id.to_string());
                }
            }
        }
        if ids.is_empty() {
            return Ok(nothing);
        }
        Ok(Condition {
            sql: format!("id IN ({})", ids.join(", ")),
            values: Vec::new(),
        })
    }
}

impl<T> Field<T> {
    /// A client's text as this field's column holds it.
    pub fn bound(&self, text: &str) -> Value {
        bound(self.kind, text)
    }
}

pub(crate) fn bound(kind: FieldKind, text: &str) -> Value {
    match kind {
        FieldKind::Text => Value::Text(fold::fold(text)),
        FieldKind::Int => Value::Int(leading_number(text, 1)),
        FieldKind::Decimal => Value::Int(leading_number(text, 1_000_000)),
    }
}

/// The number that a text begins with, scaled; 0 where it begins with none, as in MySQL.
fn leading_number(text: &str, scale: i64) -> i64 {
    let text = text.trim_start();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut number: i64 = 0;
    let mut scale_left = scale;
    let mut after_point = false;
    for letter in digits.chars() {
        match (letter.to_digit(10), after_point) {
            (Some(digit), false) => {
                number = number.saturating_mul(10).saturating_add(i64::from(digit));
            }
            (Some(_), true) if scale_left == 1 => break,
            (Some(digit), true) => {
                number = number.saturating_mul(10).saturating_add(i64::from(digit));
                scale_left /= 10;
            }
            (None, false) if letter == '.' => after_point = true,
            _ => break,
        }
    }
    number.saturating_mul(scale_left).saturating_mul(sign)
}

/// A `LIKE` pattern over folded keys; a backslash escapes, as in MySQL.
fn pattern(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '!' => out.push_str("!!"),
            '\\' => match letters.next() {
                Some(next @ ('%' | '_')) => {
                    out.push('!');
                    out.push(next);
                }
                Some(next) => out.push(next),
                None => out.push('\\'),
            },
            other => out.push(other),
        }
    }
    fold::fold(&out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_mysql_reads_text() {
        assert_eq!(leading_number("12.5kg", 1_000_000), 12_500_000);
        assert_eq!(leading_number("-0.1234567", 1_000_000), -123_456);
        assert_eq!(leading_number("abc", 1), 0);
        assert_eq!(leading_number("99999999999999999999", 1), i64::MAX);
    }
}
