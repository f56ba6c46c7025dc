//! The declaration of what a collection can be searched by: see [`columns!`](crate::columns!).

/// Declares the fields of a collection by name, each kind with the method of the row that reads it:
/// `indexed` ones that many searches ask for, `others` that are looked at row by row, and `further`
/// fields that are read in another way.
///
/// ```
/// use ferrite_storage::{Collection, Field, Scalar, columns, serde_document};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Clone, Serialize, Deserialize)]
/// struct Note {
///     id: i64,
///     title: String,
///     body: String,
/// }
/// serde_document!(Note);
///
/// impl Note {
///     fn text(&self, name: &str) -> Option<Scalar> {
///         Some(Scalar::from(if name == "title" { self.title.as_str() } else { self.body.as_str() }))
///     }
/// }
///
/// static NOTES: Collection<Note> = Collection {
///     name: "note",
///     fields: columns! { Note;
///         indexed { text(text): "title"; }
///         others { text(text): "body"; }
///         further { Field::int("length", |note: &Note| Some(Scalar::from(note.body.len() as i64))) }
///     },
/// };
/// let names: Vec<_> = NOTES.fields.iter().map(|field| (field.name, field.indexed)).collect();
/// assert_eq!(names, [("title", true), ("body", false), ("length", true)]);
/// ```
#[macro_export]
macro_rules! columns {
    (
        $row:ty;
        $(indexed { $($kind:ident($read:ident): $($name:literal)*;)* })?
        $(others { $($other_kind:ident($other_read:ident): $($other:literal)*;)* })?
        $(further { $($field:expr),* $(,)? })?
    ) => {
        &[
            $($($($crate::Field::$kind($name, |row: &$row| row.$read($name)),)*)*)?
            $($($(
                $crate::Field::$other_kind($other, |row: &$row| row.$other_read($other))
                    .without_index(),
            )*)*)?
            $($($field,)*)?
        ]
    };
}
