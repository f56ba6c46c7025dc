//! A sentence of Magento's with its placeholders, and the values that belong into them.

/// The values of a [`Phrase`]'s placeholders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Parameters {
    /// The sentence has no placeholders.
    #[default]
    None,
    /// Values of `%1`, `%2`, …: a JSON list on the wire.
    List(Vec<Value>),
    /// Values of `%fieldName`, …: a JSON object on the wire, in this order.
    Named(Vec<(String, Value)>),
}

/// A value of a placeholder: the wire keeps numbers and null apart from text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Printed as a JSON string.
    Text(String),
    /// Printed as a JSON number.
    Number(i64),
    /// Printed as null.
    Null,
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl Value {
    fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Null => String::new(),
        }
    }
}

/// A sentence with placeholders (`%1`, `%fieldName`) and their values, apart until somebody
/// [renders](Phrase::rendered) it: most of Magento's REST errors go out unrendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// The sentence as it stands in Magento's dictionaries.
    pub text: String,
    /// What its placeholders stand for.
    pub parameters: Parameters,
}

impl Phrase {
    /// A sentence without placeholders.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            parameters: Parameters::None,
        }
    }

    /// A sentence with `%1`, `%2`, ….
    pub fn list<V: Into<Value>>(
        text: impl Into<String>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        Self {
            text: text.into(),
            parameters: Parameters::List(values),
        }
    }

    /// A sentence with named placeholders.
    pub fn named<V: Into<Value>, const N: usize>(
        text: impl Into<String>,
        values: [(&str, V); N],
    ) -> Self {
        let values = values
            .into_iter()
            .map(|(k, v)| (k.to_owned(), v.into()))
            .collect();
        Self {
            text: text.into(),
            parameters: Parameters::Named(values),
        }
    }

    /// The sentence with its values put in.
    pub fn rendered(&self) -> String {
        let mut pairs: Vec<(String, String)> = match &self.parameters {
            Parameters::None => return self.text.clone(),
            Parameters::List(values) => values
                .iter()
                .enumerate()
                .map(|(i, v)| (format!("%{}", i + 1), v.shown()))
                .collect(),
            Parameters::Named(values) => values
                .iter()
                .map(|(k, v)| (format!("%{k}"), v.shown()))
                .collect(),
        };
        // The longest name first, so that `%fieldName` never eats the head of `%fieldName2`.
        pairs.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        let mut out = String::with_capacity(self.text.len());
        let mut rest = self.text.as_str();
        while let Some(at) = rest.find('%') {
            let (before, tail) = rest.split_at(at);
            out.push_str(before);
            match pairs
                .iter()
                .find(|(name, _)| tail.starts_with(name.as_str()))
            {
                Some((name, value)) => {
                    out.push_str(value);
                    rest = tail.get(name.len()..).unwrap_or_default();
                }
                None => {
                    out.push('%');
                    rest = tail.get(1..).unwrap_or_default();
                }
            }
        }
        out + rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_once_and_the_longest_name_wins() {
        let phrase = Phrase::named(
            "%field2Name is not %field, 100%",
            [("field", "%field2Name"), ("field2Name", "B")],
        );
        assert_eq!(phrase.rendered(), "B is not %field2Name, 100%");
        assert_eq!(Phrase::list("a %1 b %2", ["x", "y"]).rendered(), "a x b y");
    }
}
