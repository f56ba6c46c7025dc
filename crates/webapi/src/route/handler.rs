//! Handlers: plain functions over a transaction, whatever they take.
//!
//! A function `fn(&Call, &mut Tx, A, B, …) -> Result<Reply, Fault>` is a handler when its further
//! arguments can be read from a request ([`Take`](crate::call::Take)) and its reply written. One that
//! takes no `Tx` is an outside handler: it holds no connection and asks for one when it needs it.

use std::sync::Arc;

use ferrite_base::Fault;
use ferrite_storage::Tx;
use serde_json::Value;

use crate::call::{Arguments, Call, Take};
use crate::dto::Wire;

/// A handler with its arguments still to be read.
pub type HandlerFunction =
    Arc<dyn Fn(&Call, &mut Tx<'_>, &mut Arguments<'_>) -> Result<Value, Fault> + Send + Sync>;

/// The same for a handler that runs outside of any transaction.
pub type OutsideFunction =
    Arc<dyn Fn(&Call, &mut Arguments<'_>) -> Result<Value, Fault> + Send + Sync>;

/// Reads a handler's arguments and throws them away: whether a request could be run.
pub type Check = fn(&mut Arguments<'_>) -> Result<(), Fault>;

/// What a handler answers.
pub trait IntoReply {
    /// Magento's name for the type of it.
    const TYPE: &'static str;

    /// The JSON value; nothing is an empty list, as in Magento.
    fn into_reply(self) -> Value;
}

impl<T: Wire> IntoReply for T {
    const TYPE: &'static str = T::TYPE;

    fn into_reply(self) -> Value {
        self.into_value()
    }
}

impl IntoReply for () {
    const TYPE: &'static str = "void";

    fn into_reply(self) -> Value {
        Value::Array(Vec::new())
    }
}

/// A function that can be bound to a route.
pub trait Handler<Taken> {
    /// The function with its arguments read from a request.
    fn into_function(self) -> HandlerFunction;

    /// Whether its arguments can be read from a request.
    fn check(arguments: &mut Arguments<'_>) -> Result<(), Fault>;

    /// The type of what it answers ([`IntoReply::TYPE`]).
    fn answers() -> &'static str;
}

/// A function that can be bound to a route and makes its own reads and writes.
pub trait OutsideHandler<Taken> {
    /// The function with its arguments read from a request.
    fn into_function(self) -> OutsideFunction;

    /// Whether its arguments can be read from a request.
    fn check(arguments: &mut Arguments<'_>) -> Result<(), Fault>;

    /// The type of what it answers ([`IntoReply::TYPE`]).
    fn answers() -> &'static str;
}

macro_rules! handler {
    ($($type:ident $value:ident),*) => {
        handler!(Handler, HandlerFunction, (tx: &mut Tx<'_>), $($type $value),*);
        handler!(OutsideHandler, OutsideFunction, (), $($type $value),*);
    };
    ($trait:ident, $made:ty, ($($tx:ident: $over:ty)?), $($type:ident $value:ident),*) => {
        impl<Function, Reply, $($type),*> $trait<($($type,)*)> for Function
        where
            Function: Fn(&Call, $($over,)? $($type),*) -> Result<Reply, Fault>
                + Send + Sync + 'static,
            Reply: IntoReply,
            $($type: Take,)*
        {
            fn into_function(self) -> $made {
                Arc::new(move |call, $($tx,)? arguments| {
                    $(let $value = arguments.take::<$type>()?;)*
                    arguments.all_there()?;
                    $(let $value = $value.ok_or_else(unreported)?;)*
                    Ok(self(call, $($tx,)? $($value),*)?.into_reply())
                })
            }

            fn check(arguments: &mut Arguments<'_>) -> Result<(), Fault> {
                $(let _ = arguments.take::<$type>()?;)*
                arguments.all_there()
            }

            fn answers() -> &'static str {
                Reply::TYPE
            }
        }
    };
}

/// A parameter whose default is null has to be taken as a [`Maybe`](crate::call::Maybe).
fn unreported() -> Fault {
    Fault::internal("a parameter that may be left out is not taken as one")
}

handler!();
handler!(A a);
handler!(A a, B b);
handler!(A a, B b, C c);
handler!(A a, B b, C c, D d);
handler!(A a, B b, C c, D d, E e);
handler!(A a, B b, C c, D d, E e, F f);
