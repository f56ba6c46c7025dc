//! One call of the Web API: who calls, from which store view, with which parameters.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use ferrite_base::{DateTime, Fault, StoreScope};
use ferrite_settings::Settings;
use ferrite_storage::{Error, Tx};
use serde_json::Value;

use crate::api::Services;
use crate::dto::{Wire, is_same_name};
use crate::identity::{Caller, Head, Identity};
use crate::input::Input;
use crate::route::Parameter;

/// A call that has passed routing and permission. Handlers read it, none changes it.
pub struct Call {
    /// The store view that the address names.
    pub store: StoreScope,
    pub(crate) services: Arc<Services>,
    pub(crate) head: Arc<Head>,
    pub(crate) identity: OnceLock<Result<Identity, Fault>>,
    pub(crate) path: Vec<(String, String)>,
    pub(crate) settings: Settings,
    pub(crate) asked: Mutex<Asked>,
    /// What each of its writes does besides.
    pub(crate) along: Option<Along>,
}

/// A part of every write of a call, within its transaction; with the call's answer, where the write
/// makes it.
pub(crate) type Along = Arc<dyn Fn(&mut Tx<'_>, Option<&Value>) -> Result<(), Fault> + Send + Sync>;

/// What a handler has asked of its caller: its answer is one for callers who are alike in that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Whether it holds these resources, and what the answer was.
    Rights(Vec<(String, bool)>),
    /// Who it is.
    Who,
}

impl Default for Asked {
    fn default() -> Self {
        Self::Rights(Vec::new())
    }
}

impl Call {
    /// The address that the request comes from, where that matters.
    pub fn source(&self) -> Option<std::net::IpAddr> {
        self.head.source
    }

    /// Who calls. On anonymous routes nobody has looked so far: a bad OAuth header fails here.
    pub fn identity(&self) -> Result<&Identity, Fault> {
        *self.asked() = Asked::Who;
        self.known()
    }

    /// Who calls, for the framework itself.
    pub(crate) fn known(&self) -> Result<&Identity, Fault> {
        self.identity
            .get_or_init(|| self.services.identify(&self.head, &self.settings))
            .as_ref()
            .map_err(Clone::clone)
    }

    /// The customer who calls, on routes that ask for `self`.
    pub fn customer_id(&self) -> Option<i64> {
        match self.identity().ok()?.caller {
            Caller::Customer { id, .. } => Some(id),
            _ => None,
        }
    }

    /// Whether the caller holds a resource.
    pub fn may(&self, resource: &str) -> Result<bool, Fault> {
        let may = self.holds(resource)?;
        if let Asked::Rights(rights) = &mut *self.asked() {
            rights.push((resource.to_owned(), may));
        }
        Ok(may)
    }

    /// The same, for the framework itself.
    pub(crate) fn holds(&self, resource: &str) -> Result<bool, Fault> {
        let grants = &self.known()?.grants;
        Ok(grants.allows_id(self.services.tree, resource))
    }

    pub(crate) fn asked(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A part of the path that the route names, decoded.
    pub fn path_parameter(&self, name: &str) -> Option<&str> {
        let found = self.path.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Runs a read of a handler that is bound outside of one.
    pub fn read<T, E: From<Error>>(
        &self,
        function: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.services.db.read(function)
    }

    /// Runs a write of a handler that is bound outside of one. Like the framework's own, it looks
    /// once more whether the caller's credential still holds.
    pub fn write<T: Send + 'static>(
        &self,
        function: impl Fn(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.write_with(function, |_| None)
    }

    /// The same for the write that makes what the handler answers: where the call was put off, the
    /// answer is kept in the same transaction.
    pub fn write_answer<T: Wire + Send + 'static>(
        &self,
        function: impl Fn(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.write_with(function, |value| Some(value.to_value()))
    }

    fn write_with<T: Send + 'static>(
        &self,
        function: impl Fn(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
        answer: fn(&T) -> Option<Value>,
    ) -> Result<T, Fault> {
        let identity = self.identity.get().cloned().transpose()?;
        let (services, settings) = (Arc::clone(&self.services), self.settings.clone());
        let along = self.along.clone();
        self.services.db.write(move |tx| {
            if let Some(identity) = &identity
                && !services.still_holds(identity, &settings, tx)?
            {
                return Err(Fault::not_authorized("self"));
            }
            let value = function(tx)?;
            if let Some(along) = &along {
                along(tx, answer(&value).as_ref())?;
            }
            Ok(value)
        })
    }

    /// The media type of the body.
    pub(crate) fn content_type(&self) -> Option<&str> {
        self.head.header(http::header::CONTENT_TYPE)
    }

    /// The configuration, as it was when the call came in.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The time.
    pub fn now(&self) -> DateTime {
        self.services.clock.now()
    }
}

/// The values of a call's parameters, taken in the order in which the service declares them.
pub struct Arguments<'a> {
    parameters: std::slice::Iter<'a, Parameter>,
    input: &'a Input,
    missing: Vec<&'a str>,
}

impl<'a> Arguments<'a> {
    /// Parameters as declared, and the merged data of body, path and query.
    pub fn new(parameters: &'a [Parameter], input: &'a Input) -> Self {
        Self {
            parameters: parameters.iter(),
            input,
            missing: Vec::new(),
        }
    }

    /// The next parameter; none when it is required and missing, which [`Self::all_there`] reports.
    pub fn take<T: Take>(&mut self) -> Result<Option<T>, Fault> {
        let Some(parameter) = self.parameters.next() else {
            return Err(Fault::internal(
                "a handler takes more parameters than its route has",
            ));
        };
        match (self.input.sent(&parameter.name), &parameter.default) {
            (Some((key, value)), _) => {
                let taken = T::take(Some(&self.with_path::<T>(key, value)))?;
                if taken.is_none() {
                    // Such as a number in place of a list: as good as not sent.
                    self.missing.push(&parameter.name);
                }
                Ok(taken)
            }
            (None, Some(Value::Null)) => T::take(None),
            (None, Some(default)) => T::take(Some(default)),
            (None, None) => {
                self.missing.push(&parameter.name);
                Ok(None)
            }
        }
    }

    /// `PUT /V1/products/ABC` sets `product.sku`, since a product has that field.
    fn with_path<'v, T: Take>(&self, key: &str, value: &'v Value) -> Cow<'v, Value> {
        match &self.input.into_body {
            Some(path)
                if path.object == key && T::has_field(&crate::dto::snake_case(&path.name)) =>
            {
                let mut value = value.clone();
                if let Value::Object(map) = &mut value {
                    let sent = map.keys().find(|key| is_same_name(key, &path.name));
                    let field = sent.cloned();
                    let field = field.unwrap_or_else(|| crate::dto::snake_case(&path.name));
                    map.insert(field, Value::String(path.value.clone()));
                }
                Cow::Owned(value)
            }
            _ => Cow::Borrowed(value),
        }
    }

    /// Fails where something required was missing.
    pub fn all_there(&self) -> Result<(), Fault> {
        if self.missing.is_empty() {
            return Ok(());
        }
        Err(Fault::required(self.missing.iter().copied()))
    }
}

/// What can be read from a request's data.
pub trait Take: Sized {
    /// Reads a value; none is given where the parameter was left out and its default is null.
    fn take(value: Option<&Value>) -> Result<Option<Self>, Fault>;

    /// Whether it is an object with a field of this name.
    fn has_field(name: &str) -> bool;
}

impl<T: Wire> Take for T {
    fn has_field(name: &str) -> bool {
        T::has_field(name)
    }

    fn take(value: Option<&Value>) -> Result<Option<Self>, Fault> {
        match value {
            Some(value) => T::from_value(value),
            None => Ok(None),
        }
    }
}

/// A parameter that may be left out.
pub struct Maybe<T>(pub Option<T>);

impl<T: Wire> Take for Maybe<T> {
    fn has_field(name: &str) -> bool {
        T::has_field(name)
    }

    fn take(value: Option<&Value>) -> Result<Option<Self>, Fault> {
        let read = value.map(T::from_value).transpose()?;
        Ok(Some(Self(read.flatten())))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn null_under_one_name_leaves_the_other() {
        let parameters = [Parameter {
            name: "stockId".to_owned(),
            kind: "int".to_owned(),
            default: None,
        }];
        let values = json!({"stockId": null, "stock_id": 5});
        let input = Input {
            values: values.as_object().cloned().unwrap(),
            ..Input::default()
        };
        let taken = Arguments::new(&parameters, &input).take::<i64>().unwrap();
        assert_eq!(taken, Some(5));
    }

    #[test]
    fn what_is_no_list_is_a_missing_list() {
        let parameters = [Parameter {
            name: "items".to_owned(),
            kind: "array".to_owned(),
            default: None,
        }];
        for sent in [json!(1), json!("a"), json!(false), json!(null)] {
            let input = Input {
                values: [("items".to_owned(), sent)].into_iter().collect(),
                ..Input::default()
            };
            let mut arguments = Arguments::new(&parameters, &input);
            let taken = arguments.take::<Vec<crate::SearchCriteria>>().unwrap();
            assert!(taken.is_none());
            assert_eq!(arguments.all_there(), Err(Fault::required(["items"])));
        }
    }
}
