//! Calls on classes whose source is not given: those that matter, and those that are harmless.

use std::path::PathBuf;
use std::rc::Rc;

use super::arguments::Arguments;
use super::folded::Folded;
use super::lookup::REGISTRAR;
use super::{Evaluator, Event, normal_path};
use crate::parse::Node;
use crate::registration::Registration;
use crate::setup::Action;
use crate::value::Value;

const MANAGER: &str = "Magento\\Integration\\Model\\ConfigBasedIntegrationManager";
const SERVICES: [&str; 2] = [
    "Magento\\Integration\\Api\\IntegrationServiceInterface",
    "Magento\\Integration\\Model\\IntegrationService",
];
const OBJECT_MANAGERS: [&str; 3] = [
    "Magento\\Framework\\App\\ObjectManager",
    "Magento\\Framework\\ObjectManagerInterface",
    "Magento\\Framework\\ObjectManager\\ObjectManager",
];
const CONTEXT: &str = "Magento\\Framework\\Setup\\ModuleContextInterface";
/// What setup code calls on its way to something else, in lower case; it does nothing by itself.
const HARMLESS: [&str; 6] = [
    "startsetup",
    "endsetup",
    "getconnection",
    "getsetup",
    "gettable",
    "gettablename",
];

impl Evaluator<'_> {
    /// `$object->method()`; `class` is empty when nothing is known of the object.
    pub(super) fn external_call(
        &mut self,
        class: &str,
        name: &str,
        object: &Folded,
        arguments: &Arguments,
        node: &Rc<Node>,
    ) -> Folded {
        let is = |known: &str| class.eq_ignore_ascii_case(known);
        let method = name.to_ascii_lowercase();
        match &*method {
            "register" if is_registrar(class) => {
                self.register(class, arguments, node);
                return Folded::Null;
            }
            "processintegrationconfig" => return self.process(is(MANAGER), arguments, node),
            "create" if SERVICES.iter().any(|service| is(service)) => {
                return self.create(arguments, node);
            }
            "get" | "create" if OBJECT_MANAGERS.iter().any(|manager| is(manager)) => {
                return self.made_by_object_manager(arguments);
            }
            "create" => {
                if let Some(made) = class
                    .strip_suffix("Factory")
                    .filter(|made| !made.is_empty())
                {
                    return self.object_of(made);
                }
            }
            "getversion" if is(CONTEXT) => return self.stored.clone(),
            "emulateareacode" => {
                let callable = arguments.known(1, "callback");
                let handed = arguments
                    .list(2, "params")
                    .map(|list| Arguments::of(list.entries.iter().map(|(_, value)| value.clone())));
                if let Some(value) = self.call_value(&callable, &handed.unwrap_or_default(), node) {
                    return value;
                }
            }
            method if HARMLESS.contains(&method) => {
                return match method {
                    "startsetup" | "endsetup" | "getsetup" => object.clone(),
                    _ => Folded::Unknown,
                };
            }
            _ => {}
        }
        self.unknown_call(name, arguments)
    }

    /// `X::method()`
    pub(super) fn external_static(
        &mut self,
        class: &str,
        name: &str,
        object: &Folded,
        arguments: &Arguments,
        node: &Rc<Node>,
    ) -> Folded {
        if name.eq_ignore_ascii_case("getInstance") {
            return Folded::External(class.into());
        }
        self.external_call(class, name, object, arguments, node)
    }

    fn made_by_object_manager(&mut self, arguments: &Arguments) -> Folded {
        let class = arguments
            .text(0, "type")
            .or_else(|| arguments.text(0, "requestedType"));
        class.map_or(Folded::Unknown, |class| self.object_of(&class))
    }

    fn register(&mut self, class: &str, arguments: &Arguments, node: &Rc<Node>) {
        if !class.eq_ignore_ascii_case(REGISTRAR) {
            let message = format!("{class} is not Magento's ComponentRegistrar");
            self.problem(node.at, message, format!("add `use {REGISTRAR};`"));
            return;
        }
        let parts = [(0, "type"), (1, "componentName"), (2, "path")];
        let [kind, name, path] = parts.map(|(at, name)| arguments.text(at, name));
        let told = [&name, &path]
            .into_iter()
            .all(|part| part.as_ref().is_some_and(|part| !part.contains('*')));
        let (Some(kind), Some(name), Some(path), true) = (kind, name, path, told) else {
            let message = "what is registered here cannot be told without running it";
            self.problem(node.at, message, "register literals and __DIR__");
            return;
        };
        if name.contains('\0') || path.contains('\0') {
            self.problem(node.at, "a name or path has a NUL byte", "take it out");
            return;
        }
        let path = PathBuf::from(normal_path(&path));
        let registration = Registration {
            kind: kind.to_string(),
            name: name.to_string(),
            path,
            at: node.at,
        };
        self.events.push(Event::Registered(registration));
    }

    /// `processIntegrationConfig($names)`. When the object's class is another or not known, the method's
    /// name tells, and that is told.
    fn process(&mut self, certain: bool, arguments: &Arguments, node: &Rc<Node>) -> Folded {
        let names = arguments.known(0, "integrationNames");
        let texts = match &names {
            Folded::Array(list) => {
                let texts = list
                    .entries
                    .iter()
                    .map(|(_, name)| Some(name.to_text()?.to_string()));
                texts.collect::<Option<Vec<_>>>()
            }
            _ => None,
        };
        let Some(texts) = texts else {
            let message = "the names of these integrations cannot be told without running it";
            self.problem(node.at, message, "hand over an array of literal names");
            return Folded::Unknown;
        };
        if !certain {
            let object = node
                .field("object")
                .map(|object| self.shown(object))
                .unwrap_or_default();
            self.assumed(
                node.at,
                format!("{object} is Magento's ConfigBasedIntegrationManager"),
            );
        }
        let file = self.frame.unit.file.clone();
        let action = Action::ProcessIntegrationConfig {
            names: texts,
            file,
            at: node.at,
        };
        self.events.push(Event::Act(action));
        names
    }

    /// `create($fields)` of the integration service.
    fn create(&mut self, arguments: &Arguments, node: &Rc<Node>) -> Folded {
        let fields = arguments.known(0, "integrationData");
        let Some(Value::Array(fields)) = fields.to_value() else {
            let message = "the fields of this integration cannot be told without running it";
            self.problem(node.at, message, "hand over an array of literal fields");
            return Folded::External(super::lookup::INTEGRATION_MODEL.into());
        };
        let file = self.frame.unit.file.clone();
        let action = Action::CreateIntegration {
            fields,
            file,
            at: node.at,
        };
        self.events.push(Event::Act(action));
        Folded::External(super::lookup::INTEGRATION_MODEL.into())
    }
}

/// Whether a class has the short name of Magento's.
fn is_registrar(class: &str) -> bool {
    let short = class.rsplit('\\').next().unwrap_or(class);
    short.eq_ignore_ascii_case("ComponentRegistrar")
}
