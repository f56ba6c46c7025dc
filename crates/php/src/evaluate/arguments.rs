//! The arguments of a call, and handing them to a function's parameters.

use std::rc::Rc;

use super::class::class_of_type;
use super::folded::{Folded, List};
use super::{Class, Evaluator};
use crate::parse::Node;
use crate::value::Key;

/// How many preferences lead from one to the next.
const MAX_PREFERENCES: usize = 8;

/// Evaluated arguments.
#[derive(Clone, Debug, Default)]
pub(super) struct Arguments {
    pub(super) positional: Vec<Folded>,
    pub(super) named: Vec<(String, Folded)>,
    /// Something unknown was spread: what follows has no known place.
    pub(super) open: bool,
    /// The expressions of positional ones, as far as they are written one by one.
    pub(super) places: Vec<Rc<Node>>,
}

impl Arguments {
    pub(super) fn of(values: impl IntoIterator<Item = Folded>) -> Self {
        Self {
            positional: values.into_iter().collect(),
            ..Self::default()
        }
    }

    /// The argument for a parameter, by place or by name.
    pub(super) fn get(&self, at: usize, name: &str) -> Option<Folded> {
        let named = || {
            self.named
                .iter()
                .find(|(given, _)| given == name)
                .map(|(_, value)| value)
        };
        let found = self.positional.get(at).or_else(named).cloned();
        found.or_else(|| self.open.then_some(Folded::Unknown))
    }

    /// As [`Arguments::get`], unknown when it is not given.
    pub(super) fn known(&self, at: usize, name: &str) -> Folded {
        self.get(at, name).unwrap_or(Folded::Unknown)
    }

    pub(super) fn text(&self, at: usize, name: &str) -> Option<Rc<str>> {
        self.get(at, name)?.to_text()
    }

    pub(super) fn list(&self, at: usize, name: &str) -> Option<Rc<List>> {
        match self.get(at, name)? {
            Folded::Array(list) => Some(list),
            _ => None,
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Folded> {
        self.positional
            .iter()
            .chain(self.named.iter().map(|(_, value)| value))
    }
}

impl Evaluator<'_> {
    pub(super) fn arguments(&mut self, call: &Rc<Node>) -> Arguments {
        let list = call
            .field("arguments")
            .or_else(|| call.of_kind("arguments"))
            .cloned();
        let mut arguments = Arguments::default();
        for argument in list.iter().flat_map(|list| &list.children) {
            let Some(value) = argument.children.last() else {
                continue;
            };
            if value.kind == "variadic_unpacking" {
                let spread = value
                    .first()
                    .map_or(Folded::Unknown, |inner| self.value(inner));
                self.spread(&mut arguments, &spread, argument);
                continue;
            }
            let folded = self.value(value);
            match argument
                .field("name")
                .filter(|_| argument.children.len() > 1)
            {
                Some(name) => arguments.named.push((self.code(name), folded)),
                None => {
                    if arguments.places.len() == arguments.positional.len() {
                        arguments.places.push(value.clone());
                    }
                    arguments.positional.push(folded);
                }
            }
        }
        arguments
    }

    fn spread(&mut self, arguments: &mut Arguments, spread: &Folded, at: &Rc<Node>) {
        match spread {
            Folded::Array(list) if self.steps_taken(list.entries.len(), at.at) => {
                for (key, value) in &list.entries {
                    match key {
                        Key::Integer(_) => arguments.positional.push(value.clone()),
                        Key::Text(name) => arguments.named.push((name.clone(), value.clone())),
                    }
                }
            }
            _ => arguments.open = true,
        }
    }

    /// Hands arguments over, inside the function's frame. Without arguments, objects are made as Magento's
    /// object manager would make them.
    pub(super) fn hand_over(&mut self, function: &Rc<Node>, arguments: Option<&Arguments>) {
        let parameters = function.field("parameters").cloned();
        let parameters = parameters.iter().flat_map(|list| &list.children);
        for (at, parameter) in parameters.enumerate() {
            let Some(name) = parameter.field("name") else {
                continue;
            };
            let name = self.variable_name(name);
            let value = match arguments {
                Some(arguments) if parameter.kind == "variadic_parameter" => {
                    let rest = arguments.positional.iter().skip(at).cloned();
                    if arguments.open {
                        Folded::Unknown
                    } else {
                        Folded::list(List::of(rest))
                    }
                }
                Some(arguments) => match arguments.get(at, &name) {
                    Some(value) => self.typed(parameter, value),
                    None => self.default_of(parameter),
                },
                None => self.injected(parameter),
            };
            if parameter.kind == "property_promotion_parameter"
                && let Some(instance) = self
                    .frame
                    .this
                    .and_then(|this| self.instances.get_mut(this))
            {
                instance.properties.insert(name.clone(), value.clone());
            }
            self.frame.variables.insert(name, value);
        }
    }

    /// Something unknown handed to a parameter of a class is an object of it.
    fn typed(&mut self, parameter: &Rc<Node>, value: Folded) -> Folded {
        let class = parameter
            .field("type")
            .and_then(|of| class_of_type(of, &self.frame.unit));
        match (value, class) {
            (Folded::Unknown, Some(class)) => self.object_of(&class),
            (value, _) => value,
        }
    }

    fn default_of(&mut self, parameter: &Rc<Node>) -> Folded {
        let default = parameter.field("default_value").cloned();
        default.map_or(Folded::Unknown, |default| self.value(&default))
    }

    fn injected(&mut self, parameter: &Rc<Node>) -> Folded {
        match parameter
            .field("type")
            .and_then(|of| class_of_type(of, &self.frame.unit))
        {
            Some(class) => self.object_of(&class),
            None => self.default_of(parameter),
        }
    }

    /// The object that Magento's object manager would hand out for a class.
    pub(super) fn object_of(&mut self, class: &str) -> Folded {
        let class = class.trim_start_matches('\\');
        let class = class
            .strip_suffix("\\Proxy")
            .or(class.strip_suffix("\\Interceptor"))
            .unwrap_or(class);
        let class = self.preferred(class);
        let class = class.as_str();
        let key = class.to_lowercase();
        if let Some(at) = self.shared.get(&key) {
            return Folded::Instance(*at);
        }
        match self.class(class) {
            Some(found) if found.concrete => {
                let at = self.allocate(&found);
                self.shared.insert(key, at);
                self.construct(at, None);
                Folded::Instance(at)
            }
            _ => Folded::External(class.into()),
        }
    }

    /// The class that is made where this one is asked for.
    fn preferred(&self, class: &str) -> String {
        let mut class = class.to_owned();
        for _ in 0..MAX_PREFERENCES {
            match (self.preference)(&class) {
                Some(other) if !other.eq_ignore_ascii_case(&class) => class = other,
                _ => break,
            }
        }
        class
    }

    /// A new object, made with these arguments.
    pub(super) fn new_object(
        &mut self,
        class: &Rc<Class>,
        arguments: Option<&Arguments>,
    ) -> Folded {
        let at = self.allocate(class);
        self.construct(at, arguments);
        Folded::Instance(at)
    }

    /// An object with its properties as declared.
    fn allocate(&mut self, class: &Rc<Class>) -> usize {
        let at = self.instances.len();
        let properties = std::collections::HashMap::new();
        self.instances.push(super::Instance {
            class: class.clone(),
            properties,
        });
        let (ancestry, _) = self.ancestry(class);
        for owner in ancestry.iter().rev() {
            for (name, property) in &owner.properties {
                let value = match &property.value {
                    Some(value) => self.inside_class(owner, &class.name, |this| this.value(value)),
                    None if property.class.is_some() => Folded::Unknown,
                    None => Folded::Null,
                };
                if let Some(instance) = self.instances.get_mut(at) {
                    instance.properties.insert(name.clone(), value);
                }
            }
        }
        at
    }

    fn construct(&mut self, at: usize, arguments: Option<&Arguments>) {
        let Some(class) = self
            .instances
            .get(at)
            .map(|instance| instance.class.clone())
        else {
            return;
        };
        if let Some((method, owner)) = self.method(&class, "__construct") {
            self.invoke(&method, &owner, Some(at), &class.name, arguments);
        }
    }
}
