//! What a name stands for: constants, class constants, properties.

use std::rc::Rc;

use super::folded::Folded;
use super::{Class, Evaluator};
use crate::parse::Node;

/// The constants of `Magento\Framework\Component\ComponentRegistrar`.
const COMPONENTS: [(&str, &str); 5] = [
    ("MODULE", "module"),
    ("LIBRARY", "library"),
    ("THEME", "theme"),
    ("LANGUAGE", "language"),
    ("SETUP", "setup"),
];
pub(crate) const REGISTRAR: &str = "Magento\\Framework\\Component\\ComponentRegistrar";

/// Constants of Magento's integration model, by which modules set status and type.
const INTEGRATION: [(&str, Folded); 11] = [
    ("STATUS_INACTIVE", Folded::Int(0)),
    ("STATUS_ACTIVE", Folded::Int(1)),
    ("STATUS_RECREATED", Folded::Int(2)),
    ("TYPE_MANUAL", Folded::Int(0)),
    ("TYPE_CONFIG", Folded::Int(1)),
    ("ID", Folded::Unknown),
    ("NAME", Folded::Unknown),
    ("EMAIL", Folded::Unknown),
    ("ENDPOINT", Folded::Unknown),
    ("STATUS", Folded::Unknown),
    ("SETUP_TYPE", Folded::Unknown),
];
pub(super) const INTEGRATION_MODEL: &str = "Magento\\Integration\\Model\\Integration";

impl Evaluator<'_> {
    /// `__DIR__`, `PHP_EOL`, `define`d ones.
    pub(super) fn constant(&mut self, node: &Node) -> Folded {
        let code = self.code(node);
        let name = code
            .trim_start_matches('\\')
            .trim_start_matches("namespace\\");
        if let Some(value) = self.magic(name, node) {
            return value;
        }
        let names = &self.frame.unit.script.names;
        let known = self
            .constants
            .get(&names.local(name))
            .or_else(|| self.constants.get(name));
        if let Some(value) = known {
            return value.clone();
        }
        match name {
            "DIRECTORY_SEPARATOR" | "DS" => Folded::text("/"),
            "PATH_SEPARATOR" => Folded::text(":"),
            "PHP_EOL" => Folded::text("\n"),
            "PHP_INT_MAX" => Folded::Int(i64::MAX),
            "PHP_INT_MIN" => Folded::Int(i64::MIN),
            "INF" => Folded::Float(f64::INFINITY),
            "NAN" => Folded::Float(f64::NAN),
            _ => Folded::Unknown,
        }
    }

    fn magic(&self, name: &str, node: &Node) -> Option<Folded> {
        let path = |path: Option<&std::path::Path>| {
            path.and_then(|path| path.to_str())
                .map_or(Folded::Unknown, Folded::text)
        };
        let class = self.frame.class.as_ref().map_or("", |class| &class.name);
        Some(match &*name.to_ascii_uppercase() {
            "__DIR__" => path(self.directory()),
            "__FILE__" => path(self.frame.unit.path.as_deref()),
            "__LINE__" => Folded::Int(i64::try_from(node.at.line).unwrap_or(0)),
            "__CLASS__" => Folded::text(class),
            "__NAMESPACE__" => Folded::text(self.frame.unit.script.names.namespace.as_str()),
            "__FUNCTION__" => Folded::Text(self.frame.function.clone()),
            "__METHOD__" => Folded::text(format!("{class}::{}", self.frame.function)),
            "TRUE" => Folded::Bool(true),
            "FALSE" => Folded::Bool(false),
            "NULL" => Folded::Null,
            _ => return None,
        })
    }

    /// The class that `X::`, `self::`, `static::`, `parent::` or `$object::` names.
    pub(super) fn scope_class(&mut self, scope: &Rc<Node>) -> Option<String> {
        match scope.kind {
            "relative_scope" => self.relative(&self.code(scope).to_lowercase()),
            "name" | "qualified_name" | "relative_name" => {
                let code = self.code(scope);
                let lower = code.to_lowercase();
                if matches!(&*lower, "self" | "static" | "parent") {
                    return self.relative(&lower);
                }
                Some(self.frame.unit.script.names.class(&code))
            }
            _ => match self.value(scope) {
                Folded::Instance(at) => {
                    self.instances.get(at).map(|found| found.class.name.clone())
                }
                Folded::External(class) => Some(class.to_string()),
                Folded::Text(class) => Some(class.trim_start_matches('\\').to_owned()),
                _ => None,
            },
        }
    }

    fn relative(&self, scope: &str) -> Option<String> {
        let class = self.frame.class.as_ref()?;
        match scope {
            "static" => self
                .frame
                .called
                .as_deref()
                .map(str::to_owned)
                .or(Some(class.name.clone())),
            "parent" => class.parent.clone(),
            _ => Some(class.name.clone()),
        }
    }

    pub(super) fn class_constant(&mut self, node: &Rc<Node>) -> Folded {
        let [scope, name] = &*node.children else {
            return Folded::Unknown;
        };
        let Some(class) = self.scope_class(scope) else {
            return Folded::Unknown;
        };
        let name = self.code(name);
        if name.eq_ignore_ascii_case("class") {
            return Folded::text(class);
        }
        if class.eq_ignore_ascii_case(REGISTRAR) {
            let found = COMPONENTS.iter().find(|(constant, _)| *constant == name);
            return found.map_or(Folded::Unknown, |(_, value)| Folded::text(*value));
        }
        if class.eq_ignore_ascii_case(INTEGRATION_MODEL) {
            return match INTEGRATION.iter().find(|(constant, _)| *constant == name) {
                Some((_, Folded::Unknown)) => Folded::text(match &*name {
                    "ID" => "integration_id".to_owned(),
                    _ => name.to_lowercase(),
                }),
                Some((_, value)) => value.clone(),
                None => Folded::Unknown,
            };
        }
        self.constant_of(&class, &name)
    }

    /// A constant of a class whose source is given.
    pub(super) fn constant_of(&mut self, class: &str, name: &str) -> Folded {
        let Some(class) = self.class(class) else {
            return Folded::Unknown;
        };
        let Some((value, owner)) = self.declared_constant(&class, name) else {
            return self.enum_case(&class, name).unwrap_or(Folded::Unknown);
        };
        self.inside_class(&owner, &class.name, |this| this.value(&value))
    }

    /// Evaluates something that a class declares: its file's names, its `self`.
    pub(super) fn inside_class<T>(
        &mut self,
        class: &Rc<Class>,
        called: &str,
        inside: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let mut frame = self.fresh_frame();
        frame.class = Some(class.clone());
        frame.called = Some(called.into());
        if let Some(unit) = &class.unit {
            frame.unit = unit.clone();
        }
        let outer = std::mem::replace(&mut self.frame, frame);
        let result = inside(self);
        self.restore(outer);
        result
    }

    /// The name of a member: as written, or computed.
    pub(super) fn member_name(&mut self, node: &Rc<Node>) -> Option<String> {
        match node.kind {
            "name" if node.children.is_empty() => Some(self.code(node)),
            "name" => self
                .value(node.first()?)
                .to_text()
                .map(|name| name.to_string()),
            _ => self.value(node).to_text().map(|name| name.to_string()),
        }
    }

    pub(super) fn property(&mut self, node: &Rc<Node>) -> Folded {
        let (Some(object), Some(name)) = (node.field("object"), node.field("name")) else {
            return Folded::Unknown;
        };
        let object = self.value(object);
        if matches!(object, Folded::Null) && node.kind.starts_with("nullsafe") {
            return Folded::Null;
        }
        let (Folded::Instance(at), Some(name)) = (object, self.member_name(name)) else {
            return Folded::Unknown;
        };
        let Some(instance) = self.instances.get(at) else {
            return Folded::Unknown;
        };
        match instance.properties.get(&name) {
            Some(value) if !matches!(value, Folded::Unknown) => value.clone(),
            _ => {
                let class = instance.class.clone();
                self.typed_property(&class, &name)
            }
        }
    }

    /// What is known of a property that nothing known was written to: its class.
    fn typed_property(&mut self, class: &Rc<Class>, name: &str) -> Folded {
        let (ancestry, _) = self.ancestry(class);
        let typed = ancestry
            .iter()
            .find_map(|class| class.properties.get(name)?.class.clone());
        typed.map_or(Folded::Unknown, |class| self.object_of(&class))
    }

    /// The class that declares a static property, and its name.
    pub(super) fn static_place(&mut self, node: &Rc<Node>) -> Option<(String, String)> {
        let class = self.scope_class(node.field("scope")?)?;
        let name = self.variable_name(node.field("name")?);
        let class = self.class(&class)?;
        let (ancestry, _) = self.ancestry(&class);
        let owner = ancestry
            .into_iter()
            .find(|class| class.properties.contains_key(&name))?;
        Some((owner.name.to_lowercase(), name))
    }

    pub(super) fn static_property(&mut self, node: &Rc<Node>) -> Folded {
        let Some(place) = self.static_place(node) else {
            return Folded::Unknown;
        };
        if let Some(value) = self.statics.get(&place) {
            return value.clone();
        }
        let Some(owner) = self.class(&place.0) else {
            return Folded::Unknown;
        };
        let declared = owner
            .properties
            .get(&place.1)
            .and_then(|property| property.value.clone());
        let value = match declared {
            Some(value) => self.inside_class(&owner, &owner.name, |this| this.value(&value)),
            None => Folded::Null,
        };
        self.statics.insert(place, value.clone());
        value
    }
}
