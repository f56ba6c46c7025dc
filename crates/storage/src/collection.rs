//! A declared kind of thing: one row each, found by id and by declared fields.

use crate::changes::Tables;
use crate::statements::Statements;
use crate::{Document, Error, Result, Scalar, Tx, Value};

/// How a field's values are kept and compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Text, compared by its folded key.
    Text,
    /// Whole numbers.
    Int,
    /// Decimals, in millionths.
    Decimal,
}

/// A field that can be searched and sorted by.
pub struct Field<T> {
    /// Its name, as clients write it.
    pub name: &'static str,
    /// How it is kept.
    pub kind: FieldKind,
    /// Whether no two rows may have the same value.
    pub unique: bool,
    /// Whether it has an index; without one a search looks at every row that is left.
    pub indexed: bool,
    /// Another field by whose order rows that have a value of this one in common are paged through.
    pub paged_by: Option<&'static str>,
    /// Its value in a document.
    pub value: fn(&T) -> Option<Scalar>,
}

impl<T> Field<T> {
    /// Text that may repeat.
    pub const fn text(name: &'static str, value: fn(&T) -> Option<Scalar>) -> Self {
        Self {
            name,
            kind: FieldKind::Text,
            unique: false,
            indexed: true,
            paged_by: None,
            value,
        }
    }

    /// Text of at most 255 characters that stands once.
    pub const fn unique_text(name: &'static str, value: fn(&T) -> Option<Scalar>) -> Self {
        Self {
            name,
            kind: FieldKind::Text,
            unique: true,
            indexed: true,
            paged_by: None,
            value,
        }
    }

    /// A whole number that may repeat.
    pub const fn int(name: &'static str, value: fn(&T) -> Option<Scalar>) -> Self {
        Self {
            name,
            kind: FieldKind::Int,
            unique: false,
            indexed: true,
            paged_by: None,
            value,
        }
    }

    /// A decimal, its value in millionths.
    pub const fn decimal(name: &'static str, value: fn(&T) -> Option<Scalar>) -> Self {
        Self {
            name,
            kind: FieldKind::Decimal,
            unique: false,
            indexed: true,
            paged_by: None,
            value,
        }
    }

    /// The same without an index: for values that few searches ask for, or that nearly all rows
    /// have in common.
    pub const fn without_index(mut self) -> Self {
        self.indexed = false;
        self
    }

    /// The same for a value that very many rows have in common, and nearly every search names: its index
    /// holds another field too, whose order the pages of such searches have.
    pub const fn paged_by(mut self, other: &'static str) -> Self {
        self.indexed = false;
        self.paged_by = Some(other);
        self
    }

    pub(crate) fn column(&self) -> String {
        format!("f_{}", self.name)
    }
}

/// A kind of thing with its table.
pub struct Collection<T: 'static> {
    /// The table's name.
    pub name: &'static str,
    /// What it can be searched by.
    pub fields: &'static [Field<T>],
}

impl<T: Document> Collection<T> {
    /// The thing of this id.
    pub fn get(&self, tx: &mut Tx<'_>, id: i64) -> Result<Option<T>> {
        let sql = format!("SELECT id, doc FROM {} WHERE id = ?", self.name);
        Ok(self.read(tx, &sql, &[Value::Int(id)])?.pop())
    }

    /// The same in a write that nobody else may come between: until it ends, no other one locks,
    /// changes or deletes this thing.
    pub fn lock(&self, tx: &mut Tx<'_>, id: i64) -> Result<Option<T>> {
        // On SQLite a write is alone as it is.
        let lock = if tx.is_sqlite() { "" } else { " FOR UPDATE" };
        let sql = format!("SELECT id, doc FROM {} WHERE id = ?{lock}", self.name);
        Ok(self.read(tx, &sql, &[Value::Int(id)])?.pop())
    }

    /// The first thing whose field has this value.
    pub fn find(&self, tx: &mut Tx<'_>, field: &str, value: &Scalar) -> Result<Option<T>> {
        let column = self.field(field)?.column();
        let sql = format!(
            "SELECT id, doc FROM {} WHERE {column} = ? ORDER BY id LIMIT 1",
            self.name
        );
        Ok(self.read(tx, &sql, &[value.clone().into_column()])?.pop())
    }

    /// All things whose field has this value, by id.
    pub fn list_by(&self, tx: &mut Tx<'_>, field: &str, value: &Scalar) -> Result<Vec<T>> {
        let column = self.field(field)?.column();
        let sql = format!(
            "SELECT id, doc FROM {} WHERE {column} = ? ORDER BY id",
            self.name
        );
        self.read(tx, &sql, &[value.clone().into_column()])
    }

    /// Everything, by id.
    pub fn all(&self, tx: &mut Tx<'_>) -> Result<Vec<T>> {
        self.read(
            tx,
            &format!("SELECT id, doc FROM {} ORDER BY id", self.name),
            &[],
        )
    }

    /// How many there are.
    pub fn count(&self, tx: &mut Tx<'_>) -> Result<i64> {
        let sql = format!("SELECT COUNT(*) FROM {}", self.name);
        let rows = tx.query_on(self.tables(), &sql, &[])?;
        Ok(rows
            .first()
            .and_then(|row| row.first())
            .and_then(Value::as_int)
            .unwrap_or(0))
    }

    /// Adds a thing; its id is given by the store.
    pub fn insert(&self, tx: &mut Tx<'_>, thing: &mut T) -> Result<i64> {
        let values = self.values([Value::Text(thing.to_text()?)], thing)?;
        let id = tx.insert(self.name, &Statements::of(self).insert, &values)?;
        thing.set_id(id);
        Ok(id)
    }

    /// Adds a thing once for each of these values of a field that its document does not hold.
    pub fn insert_for_each(
        &self,
        tx: &mut Tx<'_>,
        thing: &T,
        field: &str,
        each: impl IntoIterator<Item = Scalar>,
    ) -> Result<()> {
        let place = self.fields.iter().position(|one| one.name == field);
        let place = place.ok_or_else(|| Error::UnknownField(field.to_owned()))?;
        let mut values = self.values([Value::Text(thing.to_text()?)], thing)?;
        let statements = Statements::of(self);
        for one in each {
            // The document comes first.
            if let Some(value) = values.get_mut(place + 1) {
                *value = one.into_column();
            }
            tx.insert(self.name, &statements.insert, &values)?;
        }
        Ok(())
    }

    /// Adds a thing under the id that it has.
    pub fn insert_as(&self, tx: &mut Tx<'_>, thing: &T) -> Result<()> {
        let head = [Value::Int(thing.id()), Value::Text(thing.to_text()?)];
        let values = self.values(head, thing)?;
        tx.execute_on(self.tables(), &Statements::of(self).insert_as, &values)?;
        Ok(())
    }

    /// Replaces a thing.
    pub fn put(&self, tx: &mut Tx<'_>, thing: &T) -> Result<()> {
        let mut values = self.values([Value::Text(thing.to_text()?)], thing)?;
        values.push(Value::Int(thing.id()));
        match tx.execute_on(self.tables(), &Statements::of(self).put, &values)? {
            0 => Err(Error::Missing {
                table: self.name,
                id: thing.id(),
            }),
            _ => Ok(()),
        }
    }

    /// Takes a thing away. False where there was none.
    pub fn delete(&self, tx: &mut Tx<'_>, id: i64) -> Result<bool> {
        let sql = format!("DELETE FROM {} WHERE id = ?", self.name);
        Ok(tx.execute_on(self.tables(), &sql, &[Value::Int(id)])? > 0)
    }

    /// Takes away all things whose field has this value; returns how many.
    pub fn delete_by(&self, tx: &mut Tx<'_>, field: &str, value: &Scalar) -> Result<u64> {
        let column = self.field(field)?.column();
        let sql = format!("DELETE FROM {} WHERE {column} = ?", self.name);
        tx.execute_on(self.tables(), &sql, &[value.clone().into_column()])
    }

    /// Sets the column of a field that documents do not hold, for all things whose field `by` has the
    /// value `key`; returns how many those are.
    pub fn set_column(
        &self,
        tx: &mut Tx<'_>,
        field: &str,
        value: &Scalar,
        by: &str,
        key: &Scalar,
    ) -> Result<u64> {
        let (column, by) = (self.field(field)?.column(), self.field(by)?.column());
        let sql = format!("UPDATE {} SET {column} = ? WHERE {by} = ?", self.name);
        let values = [value.clone().into_column(), key.clone().into_column()];
        tx.execute_on(self.tables(), &sql, &values)
    }

    pub(crate) fn field(&self, name: &str) -> Result<&Field<T>> {
        let found = self.fields.iter().find(|field| field.name == name);
        found.ok_or_else(|| Error::UnknownField(name.to_owned()))
    }

    pub(crate) fn read(&self, tx: &mut Tx<'_>, sql: &str, values: &[Value]) -> Result<Vec<T>> {
        let rows = tx.query_on(self.tables(), sql, values)?;
        rows.into_iter().map(|row| self.thing(row)).collect()
    }

    /// The table, as what a transaction looks at.
    pub(crate) fn tables(&self) -> Tables {
        Tables::of(self.name)
    }

    fn thing(&self, row: Vec<Value>) -> Result<T> {
        let mut cells = row.into_iter();
        let id = cells.next().and_then(|cell| cell.as_int()).unwrap_or(0);
        let text = cells.next().map(Value::into_bytes).unwrap_or_default();
        let mut thing = T::from_text(&String::from_utf8_lossy(&text))?;
        thing.set_id(id);
        Ok(thing)
    }

    /// The values of a statement's head, and behind them those of the fields.
    fn values<const HEAD: usize>(&self, head: [Value; HEAD], thing: &T) -> Result<Vec<Value>> {
        let mut values = Vec::with_capacity(HEAD + self.fields.len() + 1);
        values.extend(head);
        for field in self.fields {
            let value = (field.value)(thing).map_or(Value::Null, Scalar::into_column);
            if field.unique
                && value
                    .as_text()
                    .is_some_and(|text| text.chars().count() > 255)
            {
                return Err(Error::TooLong(field.name.to_owned()));
            }
            values.push(value);
        }
        Ok(values)
    }

    /// Derives the columns of the next rows from their documents: of at most `most` rows above this
    /// id. The id to go on after, or none at the end.
    pub fn derive_anew(&self, tx: &mut Tx<'_>, after: i64, most: i64) -> Result<Option<i64>> {
        let sql = format!(
            "SELECT id, doc FROM {} WHERE id > ? ORDER BY id LIMIT ?",
            self.name
        );
        let things = self.read(tx, &sql, &[Value::Int(after), Value::Int(most)])?;
        for thing in &things {
            self.put(tx, thing)?;
        }
        Ok(things.last().map(Document::id))
    }

    /// Fills columns that were added after their rows.
    pub(crate) fn backfill(&self, tx: &mut Tx<'_>) -> Result<()> {
        for thing in self.all(tx)? {
            self.put(tx, &thing)?;
        }
        Ok(())
    }
}
