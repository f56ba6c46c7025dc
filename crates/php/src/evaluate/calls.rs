//! Calls of methods and functions whose source is given, and telling which those are.

use std::rc::Rc;

use super::arguments::Arguments;
use super::folded::{Folded, List};
use super::{Class, Evaluator, Flow, MAX_CALLS};
use crate::parse::Node;

/// How the names of methods and functions begin that only look at something, in lower case.
const LOOKING: [&str; 21] = [
    "array_",
    "check",
    "class_",
    "count",
    "current",
    "describe",
    "exists",
    "extension_",
    "fetch",
    "file_exists",
    "file_get",
    "find",
    "get",
    "json_decode",
    "load",
    "method_",
    "preg_match",
    "str",
    "supports",
    "table",
    "validate",
];
/// How those begin that ask a question, whatever the rest says.
const ASKING: [&str; 3] = ["can", "has", "is"];
/// What a name has in it that does something as well: `getOrCreate`.
const ACTING: [&str; 10] = [
    "create", "delete", "insert", "install", "process", "register", "save", "send", "update",
    "write",
];

impl Evaluator<'_> {
    /// Runs a method in a frame of its own. Without arguments, Magento's object manager hands them.
    pub(super) fn invoke(
        &mut self,
        method: &Rc<Node>,
        owner: &Rc<Class>,
        this: Option<usize>,
        called: &str,
        arguments: Option<&Arguments>,
    ) -> Folded {
        let Some(body) = method.field("body").cloned() else {
            return Folded::Unknown;
        };
        let name = method.field("name").and_then(|name| {
            let unit = owner.unit.as_ref()?;
            Some(name.text(&unit.script.text).to_owned())
        });
        let value = self.inside_call(method, |evaluator| {
            evaluator.inside_class(owner, called, |evaluator| {
                evaluator.frame.this = this;
                evaluator.frame.function = name.unwrap_or_default().into();
                if body.broken {
                    let unit = evaluator.frame.unit.clone();
                    evaluator.syntax_problems(&unit);
                }
                evaluator.hand_over(method, arguments);
                let value = evaluator.body(&body);
                evaluator.hand_back(method);
                value
            })
        });
        self.take_back(arguments);
        value
    }

    /// Runs a body; gives what it returns, or what it yields.
    pub(super) fn body(&mut self, body: &Rc<Node>) -> Folded {
        let returned = match self.block(body) {
            Flow::Return(value) => value,
            _ => self.frame.perhaps.take().unwrap_or(Folded::Null),
        };
        self.frame.yielded.take().unwrap_or(returned)
    }

    pub(super) fn inside_call(
        &mut self,
        node: &Rc<Node>,
        inside: impl FnOnce(&mut Self) -> Folded,
    ) -> Folded {
        if self.calls >= MAX_CALLS || !self.step(node.at) {
            self.unresolved = true;
            if !self.stopped {
                self.stop(
                    node.at,
                    format!("more than {MAX_CALLS} calls are open at once"),
                );
            }
            return Folded::Unknown;
        }
        self.calls += 1;
        let result = self.nested(node.at, Folded::Unknown, inside);
        self.calls -= 1;
        result
    }

    pub(super) fn function_call(&mut self, node: &Rc<Node>) -> Folded {
        let Some(function) = node.field("function") else {
            return Folded::Unknown;
        };
        if !self.step(node.at) {
            return Folded::Unknown;
        }
        if !matches!(function.kind, "name" | "qualified_name" | "relative_name") {
            let callable = self.value(function);
            let arguments = self.arguments(node);
            return match self.call_value(&callable, &arguments, node) {
                Some(value) => value,
                None => self.unknown_call("", &arguments),
            };
        }
        let name = self.code(function).to_lowercase();
        let name = name.trim_start_matches('\\').to_owned();
        if is_placeholder(node) {
            return Folded::text(name);
        }
        if let Some(value) = self.construct_of_language(&name, node) {
            return value;
        }
        let arguments = self.arguments(node);
        self.call_function(&name, &arguments, node)
    }

    pub(super) fn call_function(
        &mut self,
        name: &str,
        arguments: &Arguments,
        at: &Rc<Node>,
    ) -> Folded {
        let name = name.to_lowercase();
        if let Some((function, unit)) = self.functions.get(&name).cloned() {
            let body = function.field("body").cloned();
            let value = self.inside_call(at, |this| {
                let mut frame = this.fresh_frame();
                (frame.unit, frame.class, frame.called) = (unit, None, None);
                let outer = std::mem::replace(&mut this.frame, frame);
                this.hand_over(&function, Some(arguments));
                let result = body.as_ref().map_or(Folded::Null, |body| this.body(body));
                this.hand_back(&function);
                this.restore(outer);
                result
            });
            self.take_back(Some(arguments));
            return value;
        }
        match self.builtin(&name, arguments, at) {
            Some(value) => value,
            None => self.unknown_call(&name, arguments),
        }
    }

    /// A call of something unknown: it may run the closures that it is handed, and set the variables.
    pub(super) fn unknown_call(&mut self, name: &str, arguments: &Arguments) -> Folded {
        let closure = |value: &Folded| match value {
            Folded::Closure(closure) => Some(closure.clone()),
            _ => None,
        };
        let closures: Vec<_> = arguments.all().filter_map(closure).collect();
        for closure in closures {
            let open = Arguments {
                open: true,
                ..Arguments::default()
            };
            self.call_closure(&closure, &open);
        }
        self.lose_references(name, arguments);
        self.unknown_calls += 1;
        self.unresolved = true;
        self.acted |= !only_looks(name);
        Folded::Unknown
    }

    pub(super) fn method_call(&mut self, node: &Rc<Node>) -> Folded {
        let (Some(object), Some(name)) = (node.field("object"), node.field("name")) else {
            return Folded::Unknown;
        };
        if !self.step(node.at) {
            return Folded::Unknown;
        }
        let object = self.value(object);
        let name = self.member_name(name);
        if is_placeholder(node) {
            return callable_pair(object, name);
        }
        let arguments = self.arguments(node);
        match name {
            Some(name) => self.call_on(&object, &name, &arguments, node),
            None => self.unknown_call("", &arguments),
        }
    }

    pub(super) fn call_on(
        &mut self,
        object: &Folded,
        name: &str,
        arguments: &Arguments,
        node: &Rc<Node>,
    ) -> Folded {
        match object {
            Folded::Instance(at) => {
                let Some(class) = self
                    .instances
                    .get(*at)
                    .map(|instance| instance.class.clone())
                else {
                    return Folded::Unknown;
                };
                if let Some((method, owner)) = self.method(&class, name) {
                    return self.invoke(&method, &owner, Some(*at), &class.name, Some(arguments));
                }
                let (_, unknown) = self.ancestry(&class);
                let above = unknown
                    .first()
                    .map_or(&*class.name, |name| &**name)
                    .to_owned();
                self.external_call(&above, name, object, arguments, node)
            }
            Folded::External(class) => self.external_call(class, name, object, arguments, node),
            Folded::Closure(closure) if matches!(name, "__invoke" | "call") => {
                self.call_closure(closure, arguments)
            }
            _ => self.external_call("", name, object, arguments, node),
        }
    }

    pub(super) fn static_call(&mut self, node: &Rc<Node>) -> Folded {
        let (Some(scope), Some(name)) = (node.field("scope"), node.field("name")) else {
            return Folded::Unknown;
        };
        if !self.step(node.at) {
            return Folded::Unknown;
        }
        let class = self.scope_class(scope);
        let name = self.member_name(name);
        let relative = scope.kind == "relative_scope";
        if is_placeholder(node) {
            let object = self.frame.this.filter(|_| relative).map(Folded::Instance);
            let class = || class.map_or(Folded::Unknown, Folded::text);
            return callable_pair(object.unwrap_or_else(class), name);
        }
        let arguments = self.arguments(node);
        let (Some(class), Some(name)) = (class, name) else {
            return self.unknown_call("", &arguments);
        };
        self.call_of_class(&class, &name, &arguments, node, relative)
    }

    /// `X::method()`; through `self::`, `static::` and `parent::` the object goes along.
    pub(super) fn call_of_class(
        &mut self,
        class: &str,
        name: &str,
        arguments: &Arguments,
        node: &Rc<Node>,
        relative: bool,
    ) -> Folded {
        let found = self.class(class);
        if let Some(value) = found
            .as_ref()
            .and_then(|class| self.of_enumeration(class, name, arguments))
        {
            return value;
        }
        let method = found.and_then(|class| Some((self.method(&class, name)?, class)));
        let this = self.frame.this.filter(|_| relative);
        match method {
            Some(((method, owner), class)) => {
                let called = match this.and_then(|this| self.instances.get(this)) {
                    Some(instance) => instance.class.name.clone(),
                    None => class.name.clone(),
                };
                self.invoke(&method, &owner, this, &called, Some(arguments))
            }
            None if relative && name.eq_ignore_ascii_case("__construct") => Folded::Null,
            None => {
                let object = this.map_or(Folded::Unknown, Folded::Instance);
                self.external_static(class, name, &object, arguments, node)
            }
        }
    }

    /// `new X(…)`
    pub(super) fn creation(&mut self, node: &Rc<Node>) -> Folded {
        let Some(class) = node.first().cloned() else {
            return Folded::Unknown;
        };
        if !self.step(node.at) {
            return Folded::Unknown;
        }
        if class.kind == "anonymous_class" {
            let arguments = self.arguments(&class);
            let found = self.anonymous_class(&class);
            return self.new_object(&found, Some(&arguments));
        }
        let arguments = self.arguments(node);
        let Some(class) = self.scope_class(&class) else {
            return Folded::Unknown;
        };
        match self.class(&class) {
            Some(found) => self.new_object(&found, Some(&arguments)),
            None => Folded::External(class.into()),
        }
    }
}

/// `f(...)`: the function itself, which is not called.
fn is_placeholder(call: &Node) -> bool {
    let list = call
        .field("arguments")
        .or_else(|| call.of_kind("arguments"));
    list.is_some_and(|list| list.of_kind("variadic_placeholder").is_some())
}

/// `[$object, 'method']`
fn callable_pair(object: Folded, method: Option<String>) -> Folded {
    match (object, method) {
        (Folded::Unknown, _) | (_, None) => Folded::Unknown,
        (object, Some(method)) => Folded::list(List::of([object, Folded::text(method)])),
    }
}

/// Whether what is called only looks at something, to judge by its name.
fn only_looks(name: &str) -> bool {
    let name = name.trim_start_matches('_').to_ascii_lowercase();
    let begins = |verbs: &[&str]| verbs.iter().any(|verb| name.starts_with(verb));
    begins(&ASKING) || begins(&LOOKING) && !ACTING.iter().any(|verb| name.contains(verb))
}
