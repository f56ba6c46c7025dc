//! Cases of enums: objects with a name and a value, each there once.

use std::rc::Rc;

use super::arguments::Arguments;
use super::folded::{Folded, List};
use super::{Class, Evaluator};

impl Evaluator<'_> {
    /// `Enum::Case`
    pub(super) fn enum_case(&mut self, class: &Rc<Class>, name: &str) -> Option<Folded> {
        let (_, value) = class.cases.iter().find(|(case, _)| case == name)?;
        let key = format!("{}::{name}", class.name.to_lowercase());
        if let Some(at) = self.shared.get(&key) {
            return Some(Folded::Instance(*at));
        }
        let at = self.instances.len();
        let properties = [("name".to_owned(), Folded::text(name))].into();
        self.instances.push(super::Instance {
            class: class.clone(),
            properties,
        });
        self.shared.insert(key, at);
        if let Some(value) = value {
            let value = self.inside_class(class, &class.name, |this| this.value(value));
            if let Some(case) = self.instances.get_mut(at) {
                case.properties.insert("value".to_owned(), value);
            }
        }
        Some(Folded::Instance(at))
    }

    /// `Enum::cases()`, `Enum::from($value)`, `Enum::tryFrom($value)`
    pub(super) fn of_enumeration(
        &mut self,
        class: &Rc<Class>,
        method: &str,
        arguments: &Arguments,
    ) -> Option<Folded> {
        if class.cases.is_empty() {
            return None;
        }
        let method = method.to_ascii_lowercase();
        if !matches!(&*method, "cases" | "from" | "tryfrom") {
            return None;
        }
        let names = class.cases.iter().map(|(name, _)| name);
        let cases: Vec<Folded> = names
            .filter_map(|name| self.enum_case(class, name))
            .collect();
        if method == "cases" {
            return Some(Folded::list(List::of(cases)));
        }
        let wanted = arguments.known(0, "value");
        for case in cases {
            let Folded::Instance(at) = case else { continue };
            let value = self.instances.get(at)?.properties.get("value")?.clone();
            match self.loosely_equal(&wanted, &value) {
                Some(true) => return Some(case),
                Some(false) => {}
                None => return Some(Folded::Unknown),
            }
        }
        if method == "from" {
            (self.thrown, self.unresolved) = (true, true);
            return Some(Folded::Unknown);
        }
        Some(Folded::Null)
    }
}
