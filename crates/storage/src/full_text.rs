//! A full-text index beside the collections: SQLite's FTS5, MariaDB's `FULLTEXT`.
//!
//! Both engines are given words that were split and folded here, each behind a mark, so that
//! neither's own idea of words, of words that are too short, or of words that do not matter makes a
//! difference. The engine finds the rows; what they say comes back with them, for its reader to rank.
//!
//! What a transaction puts in or takes out is found after its commit, on both engines.

use crate::changes::Tables;
use crate::ddl::Declared;
use crate::{Result, Tx, Value, fold};

/// Stands before each word: three letters are the least that MariaDB keeps.
const MARK: &str = "zz";

/// Letters of a word that are kept; MariaDB leaves out what is longer than 84.
const LONGEST: usize = 60;

/// Bits of a row's id that say which part of a thing it is.
const PART_BITS: u32 = 16;

/// An index of texts. A thing has a row for each of its parts, such as its languages.
pub struct FullText {
    /// The table's name.
    pub name: &'static str,
}

/// A change that is still to be made.
pub(crate) struct TextChange {
    sql: String,
    values: Vec<Value>,
}

/// A row that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The thing.
    pub thing: i64,
    /// Its words, as they were put in.
    pub words: Vec<String>,
}

/// The words of a row, put together for the engine.
#[derive(Clone, Debug, Default)]
pub struct Marked(String);

impl Marked {
    /// Adds words, each so often.
    pub fn add(&mut self, words: &[String], times: usize) {
        for word in std::iter::repeat_n(words, times).flatten() {
            if !self.0.is_empty() {
                self.0.push(' ');
            }
            self.0.push_str(MARK);
            self.0.push_str(word);
        }
    }
}

/// The words of a text: runs of letters and digits, folded.
pub fn words(text: &str) -> Vec<String> {
    let folded = fold::fold(text);
    let runs = folded.split(|letter: char| !letter.is_alphanumeric());
    let kept = runs.filter(|run| !run.is_empty());
    kept.map(|run| run.chars().take(LONGEST).collect())
        .collect()
}

fn row_id(thing: i64, part: u16) -> i64 {
    (thing << PART_BITS) | i64::from(part)
}

impl FullText {
    /// Puts the words of a part of a thing in; there is no row of it yet.
    pub fn insert(&self, tx: &mut Tx<'_>, thing: i64, part: u16, words: Marked) -> Result<()> {
        let key = key(tx);
        let sql = format!("INSERT INTO {} ({key}, words) VALUES (?, ?)", self.name);
        let values = [Value::Int(row_id(thing, part)), Value::Text(words.0)];
        self.change(tx, sql, values.into())
    }

    /// Takes all parts of a thing out.
    pub fn delete(&self, tx: &mut Tx<'_>, thing: i64) -> Result<()> {
        self.delete_between(tx, row_id(thing, 0), row_id(thing, u16::MAX))
    }

    /// Takes one part of a thing out.
    pub fn delete_part(&self, tx: &mut Tx<'_>, thing: i64, part: u16) -> Result<()> {
        self.delete_between(tx, row_id(thing, part), row_id(thing, part))
    }

    fn delete_between(&self, tx: &mut Tx<'_>, first: i64, last: i64) -> Result<()> {
        let key = key(tx);
        let sql = format!("DELETE FROM {} WHERE {key} BETWEEN ? AND ?", self.name);
        self.change(tx, sql, vec![Value::Int(first), Value::Int(last)])
    }

    /// SQLite's index takes in what has come since the last savepoint as a tree of its own, and many
    /// small trees have to be merged: so changes are made at the end, those of several writes together.
    fn change(&self, tx: &mut Tx<'_>, sql: String, values: Vec<Value>) -> Result<()> {
        tx.written.add(self.tables());
        if !tx.is_sqlite() {
            tx.execute_on(self.tables(), &sql, &values)?;
            return Ok(());
        }
        tx.texts.push(TextChange { sql, values });
        Ok(())
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self, tx: &mut Tx<'_>) -> Result<bool> {
        let sql = format!("SELECT {} FROM {} LIMIT 1", key(tx), self.name);
        Ok(tx.query_on(self.tables(), &sql, &[])?.is_empty())
    }

    /// The things that hold any of these words in this part, by id and at most so many; of the last
    /// word its beginning is enough.
    pub fn find(
        &self,
        tx: &mut Tx<'_>,
        part: u16,
        words: &[String],
        most: i64,
    ) -> Result<Vec<Found>> {
        let Some((last, others)) = words.split_last() else {
            return Ok(Vec::new());
        };
        let key = key(tx);
        let (matches, asked) = if tx.is_sqlite() {
            let others = others.iter().map(|word| format!("\"{MARK}{word}\""));
            let all: Vec<String> = others.chain([format!("\"{MARK}{last}\"*")]).collect();
            (format!("{} MATCH ?", self.name), all.join(" OR "))
        } else {
            let others = others.iter().map(|word| format!("{MARK}{word}"));
            let all: Vec<String> = others.chain([format!("{MARK}{last}*")]).collect();
            let matches = "MATCH (words) AGAINST (? IN BOOLEAN MODE)".to_owned();
            (matches, all.join(" "))
        };
        let sql = format!(
            "SELECT {key}, words FROM {} WHERE {matches} AND {key} % {} = ? ORDER BY {key} LIMIT ?",
            self.name,
            1_i64 << PART_BITS
        );
        let values = [
            Value::Text(asked),
            Value::Int(i64::from(part)),
            Value::Int(most),
        ];
        let rows = tx.query_on(self.tables(), &sql, &values)?;
        Ok(rows.into_iter().map(found).collect())
    }

    fn tables(&self) -> Tables {
        Tables::of(self.name)
    }
}

/// Makes changes at the end of a transaction, in their order.
pub(crate) fn write_to_sqlite(
    connection: &rusqlite::Connection,
    changes: &[TextChange],
) -> Result<()> {
    for TextChange { sql, values } in changes {
        let mut statement = connection.prepare_cached(sql)?;
        statement.execute(rusqlite::params_from_iter(values))?;
    }
    Ok(())
}

fn key(tx: &Tx<'_>) -> &'static str {
    if tx.is_sqlite() { "rowid" } else { "id" }
}

fn found(row: Vec<Value>) -> Found {
    let mut cells = row.into_iter();
    let id = cells.next().and_then(|cell| cell.as_int()).unwrap_or(0);
    let text = cells.next().map(Value::into_bytes).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let plain = |word: &str| word.strip_prefix(MARK).unwrap_or(word).to_owned();
    Found {
        thing: id >> PART_BITS,
        words: text.split(' ').map(plain).collect(),
    }
}

impl Declared for FullText {
    fn migrate(&self, tx: &mut Tx<'_>) -> Result<()> {
        let name = self.name;
        let sql = if tx.is_sqlite() {
            // Of the words nothing is to be split any further, and where they stand is not asked.
            format!(
                "CREATE VIRTUAL TABLE IF NOT EXISTS {name} \
                 USING fts5(words, tokenize = 'ascii', detail = none, columnsize = 0)"
            )
        } else {
            format!(
                "CREATE TABLE IF NOT EXISTS {name} (id BIGINT NOT NULL PRIMARY KEY, \
                 words LONGTEXT NOT NULL, FULLTEXT KEY {name}_words (words)) \
                 CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
            )
        };
        tx.execute(&sql, &[])?;
        Ok(())
    }

    fn shape(&self) -> String {
        format!("{} full text", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_split_into_folded_words() {
        assert_eq!(
            words("Crème-Brûlée, 24-WB04!"),
            ["creme", "brulee", "24", "wb04"]
        );
        assert_eq!(words("日本語 テスト"), ["日本語", "テスト"]);
        assert!(words(" -\"*() ").is_empty());
        assert_eq!(words(&"ä".repeat(100)), ["a".repeat(60)]);
    }
}
