//! The declaration of a data type: see [`dto!`](crate::dto!).

/// Declares a data type of the Web API, one line a field, in output order.
///
/// `null` after a field's type: it is left out of answers while it is null. `read`: a request may
/// not set it. `made`: Magento's class takes it in its constructor alone, so a request has to write its
/// name in camelCase.
///
/// ```
/// ferrite_webapi::dto! {
///     /// `Magento\Store\Api\Data\WebsiteInterface`
///     pub struct Website {
///         id: i64,
///         code: String,
///         nickname: String [null],
///     }
/// }
/// let site = Website { id: 1.into(), code: "base".into(), ..Website::default() };
/// let json = ferrite_webapi::dto::encode(&site);
/// assert_eq!(json.to_string(), r#"{"id":1,"code":"base"}"#);
/// ```
#[macro_export]
macro_rules! dto {
    ($(#[$doc:meta])* pub struct $name:ident { $($(#[$field_doc:meta])* $field:ident : $type:ty $([$($mark:ident),*])?),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Default)]
        pub struct $name {
            $($(#[$field_doc])* #[doc = concat!("`", stringify!($field), "`")] pub $field: $crate::dto::Opt<$type>,)*
        }

        impl $crate::dto::Dto for $name {
            fn fields(&self) -> &'static [$crate::dto::Field] {
                const FIELDS: &[$crate::dto::Field] = &[$($crate::dto::Field {
                    name: $crate::dto::plain_name(stringify!($field)),
                    omitted_when_null: $crate::dto!(@has null $($($mark)*)?),
                    read_only: $crate::dto!(@has read $($($mark)*)?),
                    made: $crate::dto!(@has made $($($mark)*)?),
                },)*];
                FIELDS
            }

            fn slot(&self, index: usize) -> Option<&dyn $crate::dto::Slot> {
                let slots: [&dyn $crate::dto::Slot; [$(stringify!($field)),*].len()] = [$(&self.$field),*];
                slots.get(index).copied()
            }

            fn slot_mut(&mut self, index: usize) -> Option<&mut dyn $crate::dto::Slot> {
                let slots: [&mut dyn $crate::dto::Slot; [$(stringify!($field)),*].len()] = [$(&mut self.$field),*];
                slots.into_iter().nth(index)
            }
        }

        impl $crate::dto::Wire for $name {
            const TYPE: &'static str = stringify!($name);

            fn to_value(&self) -> $crate::Json {
                $crate::dto::encode(self)
            }

            fn from_value(value: &$crate::Json) -> Result<Option<Self>, $crate::Fault> {
                let mut made = Self::default();
                $crate::dto::decode(&mut made, value)?;
                Ok(Some(made))
            }

            fn has_field(name: &str) -> bool {
                [$($crate::dto::plain_name(stringify!($field))),*].contains(&name)
            }

            fn list_from_value(value: &$crate::Json) -> Result<Option<Vec<Self>>, $crate::Fault> {
                $crate::dto::read_objects(value)
            }
        }
    };
    (@has null $($mark:ident)*) => { $crate::dto!(@any null: $($mark)*) };
    (@has read $($mark:ident)*) => { $crate::dto!(@any read: $($mark)*) };
    (@has made $($mark:ident)*) => { $crate::dto!(@any made: $($mark)*) };
    (@any null: null $($rest:ident)*) => { true };
    (@any read: read $($rest:ident)*) => { true };
    (@any made: made $($rest:ident)*) => { true };
    (@any $want:ident: $other:ident $($rest:ident)*) => { $crate::dto!(@any $want: $($rest)*) };
    (@any $want:ident:) => { false };
}
