//! Calls of methods and functions whose source is given, and telling which those are.

use std::rc::Rc;

use super::arguments::Arguments;
use super::folded::{Closure, Folded};
use super::{Class, Evaluator, Flow, MAX_CALLS};
use crate::parse::Node;

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
        self.inside_call(method, |evaluator| {
            evaluator.inside_class(owner, called, |evaluator| {
                evaluator.frame.this = this;
                evaluator.frame.function = name.unwrap_or_default().into();
                evaluator.frame.perhaps = None;
                if body.broken {
                    let unit = evaluator.frame.unit.clone();
                    evaluator.syntax_problems(&unit);
                }
                evaluator.hand_over(method, arguments);
                evaluator.body(&body)
            })
        })
    }

    /// Runs a body; gives what it returns.
    fn body(&mut self, body: &Rc<Node>) -> Folded {
        match self.block(body) {
            Flow::Return(value) => value,
            _ => self.frame.perhaps.take().unwrap_or(Folded::Null),
        }
    }

    fn inside_call(&mut self, node: &Rc<Node>, inside: impl FnOnce(&mut Self) -> Folded) -> Folded {
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

    /// Runs a closure.
    pub(super) fn call_closure(&mut self, closure: &Rc<Closure>, arguments: &Arguments) -> Folded {
        let Some(body) = closure.node.field("body").cloned() else {
            return Folded::Unknown;
        };
        let node = closure.node.clone();
        self.inside_call(&node, |this| {
            let mut frame = closure.frame.clone();
            frame.perhaps = None;
            let outer = std::mem::replace(&mut this.frame, frame);
            this.hand_over(&node, Some(arguments));
            let result = if node.kind == "arrow_function" {
                this.value(&body)
            } else {
                this.body(&body)
            };
            this.frame = outer;
            result
        })
    }

    /// Runs whatever can be called: a closure, `[$object, 'method']`, a function's name.
    pub(super) fn call_value(
        &mut self,
        callable: &Folded,
        arguments: &Arguments,
        at: &Rc<Node>,
    ) -> Option<Folded> {
        match callable {
            Folded::Closure(closure) => Some(self.call_closure(closure, arguments)),
            Folded::Array(list) => match &*list.entries {
                [
                    (_, object @ (Folded::Instance(_) | Folded::External(_))),
                    (_, Folded::Text(method)),
                ] => Some(self.call_on(&object.clone(), &method.clone(), arguments, at)),
                [(_, Folded::Text(class)), (_, Folded::Text(method))] => {
                    Some(self.call_of_class(&class.clone(), &method.clone(), arguments, at, false))
                }
                _ => None,
            },
            Folded::Text(name) if name.contains("::") => {
                let (class, method) = name.split_once("::")?;
                Some(self.call_of_class(class, method, arguments, at, false))
            }
            Folded::Text(name) => Some(self.call_function(name.as_ref(), arguments, at)),
            _ => None,
        }
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
                None => self.unknown_call(&arguments),
            };
        }
        let name = self.code(function).to_lowercase();
        let name = name.trim_start_matches('\\').to_owned();
        if let Some(value) = self.construct_of_language(&name, node) {
            return value;
        }
        let arguments = self.arguments(node);
        self.call_function(&name, &arguments, node)
    }

    fn call_function(&mut self, name: &str, arguments: &Arguments, at: &Rc<Node>) -> Folded {
        let name = name.to_lowercase();
        if let Some((function, unit)) = self.functions.get(&name).cloned() {
            let body = function.field("body").cloned();
            return self.inside_call(at, |this| {
                let mut frame = this.frame.clone();
                frame.variables.clear();
                (frame.unit, frame.this, frame.class, frame.perhaps) = (unit, None, None, None);
                let outer = std::mem::replace(&mut this.frame, frame);
                this.hand_over(&function, Some(arguments));
                let result = body.as_ref().map_or(Folded::Null, |body| this.body(body));
                this.frame = outer;
                result
            });
        }
        match self.builtin(&name, arguments, at) {
            Some(value) => value,
            None => self.unknown_call(arguments),
        }
    }

    /// A call of something unknown: it may run the closures that it is handed.
    pub(super) fn unknown_call(&mut self, arguments: &Arguments) -> Folded {
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
        self.unresolved = true;
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
        let arguments = self.arguments(node);
        match name {
            Some(name) => self.call_on(&object, &name, &arguments, node),
            None => self.unknown_call(&arguments),
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
        let arguments = self.arguments(node);
        let (Some(class), Some(name)) = (class, name) else {
            return self.unknown_call(&arguments);
        };
        let relative = scope.kind == "relative_scope";
        self.call_of_class(&class, &name, &arguments, node, relative)
    }

    /// `X::method()`; through `self::`, `static::` and `parent::` the object goes along.
    fn call_of_class(
        &mut self,
        class: &str,
        name: &str,
        arguments: &Arguments,
        node: &Rc<Node>,
        relative: bool,
    ) -> Folded {
        let found = self.class(class);
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
        let arguments = self.arguments(node);
        let Some(class) = node.first() else {
            return Folded::Unknown;
        };
        if class.kind == "anonymous_class" || !self.step(node.at) {
            return Folded::Unknown;
        }
        let Some(class) = self.scope_class(&class.clone()) else {
            return Folded::Unknown;
        };
        match self.class(&class) {
            Some(found) => self.new_object(&found, Some(&arguments)),
            None => Folded::External(class.into()),
        }
    }
}
