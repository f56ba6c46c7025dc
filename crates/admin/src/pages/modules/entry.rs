//! What stands in the place of a page that a module's menu entry leads to: Ferrite reads modules and
//! does not run them, so it says who would serve it.

use askama::Template;
use axum::response::Response;
use ferrite_modules::MenuItem;

use super::{RESOURCE, found_by_name};
use crate::text::shown;
use crate::web::{Frame, Refusal, Visit, menu, render};

#[derive(Template)]
#[template(path = "menu_entry.html")]
struct EntryPage {
    frame: Frame,
    module: String,
    /// Where the module is shown, for who may see it.
    module_url: Option<String>,
    /// Empty where the entry leads to no page.
    class: String,
    action: String,
    /// Empty where everybody sees it.
    resource: String,
    /// File and line.
    place: String,
}

/// `GET /menu/{id}`
pub fn show(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let items = &visit.panel().modules.menu;
    let id = visit.asked.parameter("id");
    let item = items
        .iter()
        .find(|item| item.id == id)
        .ok_or(Refusal::NotFound)?;
    if !menu::is_visible(items, item, &|resource| visit.may(resource)) {
        return Err(Refusal::Denied);
    }
    let module = module(item);
    let source = &item.source;
    let file = source.file.to_string_lossy().replace('\\', "/");
    let action = item.action.as_deref().unwrap_or_default();
    render(&EntryPage {
        frame: visit.frame(&shown(&item.title)),
        module_url: visit
            .may(RESOURCE)
            .then(|| visit.asked.url(&found_by_name(module))),
        module: shown(module),
        class: shown(&controller(module, action)),
        action: shown(action),
        resource: shown(item.resource.as_deref().unwrap_or_default()),
        place: shown(&format!("{file}:{}", source.line)),
    })
}

fn module(item: &MenuItem) -> &str {
    if item.module.is_empty() {
        return &item.source.module;
    }
    &item.module
}

/// Words that name no class in PHP; an action of such a name has `Action` behind it.
const RESERVED: &[&str] = &[
    "abstract",
    "and",
    "array",
    "as",
    "break",
    "case",
    "catch",
    "class",
    "clone",
    "const",
    "continue",
    "declare",
    "default",
    "do",
    "echo",
    "else",
    "empty",
    "exit",
    "extends",
    "final",
    "for",
    "foreach",
    "function",
    "global",
    "goto",
    "if",
    "implements",
    "include",
    "instanceof",
    "interface",
    "isset",
    "list",
    "namespace",
    "new",
    "or",
    "print",
    "private",
    "protected",
    "public",
    "require",
    "return",
    "static",
    "switch",
    "throw",
    "try",
    "unset",
    "use",
    "var",
    "while",
    "xor",
];

/// The class that Magento looks for: of `acme/sync_log/view` in `Acme_Erp`
/// `Acme\Erp\Controller\Adminhtml\Sync\Log\View`. What is not said is `index`.
fn controller(module: &str, action: &str) -> String {
    if action.is_empty() {
        return String::new();
    }
    let mut parts = action.trim_matches('/').split('/').skip(1);
    let mut next = || {
        parts
            .next()
            .filter(|part| !part.is_empty())
            .unwrap_or("index")
    };
    let (folder, action) = (next(), next());
    let words: Vec<String> = folder.split('_').map(capital).collect();
    let is_reserved = RESERVED.contains(&action.to_ascii_lowercase().as_str());
    let ending = if is_reserved { "Action" } else { "" };
    format!(
        "{}\\Controller\\Adminhtml\\{}\\{}{ending}",
        module.replace('_', "\\"),
        words.join("\\"),
        capital(action)
    )
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_names_its_class() {
        for (action, class) in [
            ("acme/sync/index", "Sync\\Index"),
            ("acme", "Index\\Index"),
            ("acme/sync_log/view/id/7", "Sync\\Log\\View"),
            ("acme/sync/new", "Sync\\NewAction"),
            ("/acme//", "Index\\Index"),
        ] {
            let whole = format!("Acme\\Erp\\Controller\\Adminhtml\\{class}");
            assert_eq!(controller("Acme_Erp", action), whole, "{action}");
        }
        assert_eq!(controller("Acme_Erp", ""), "");
    }
}
