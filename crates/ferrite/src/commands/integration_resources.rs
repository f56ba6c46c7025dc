//! `integration:resources`: the tree of resources that integrations can be granted, each with the
//! module and the file that it comes from.

use std::collections::{BTreeSet, HashMap};
use std::process::ExitCode;

use clap::Args;
use ferrite_acl::Node;
use ferrite_modules::{Installation, Source, escape, escape_json};
use serde_json::{Value, json};

use super::integration::Format;
use super::module;
use crate::console::output::say;
use crate::console::{Context, Entry, Exists, Outcome};

/// `integration:resources`
pub static RESOURCES: Entry<Options> = Entry {
    name: "integration:resources",
    description: "Shows the resources that integrations can be granted",
    exists: Exists::Always,
    run,
};

/// Options of `integration:resources`.
#[derive(Args)]
pub struct Options {
    /// A part of an id or a title, in any case
    filter: Option<String>,
    /// The module that declares or changes it
    #[arg(long)]
    module: Option<String>,
    /// How the answer is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

fn run(context: &Context, options: Options) -> Outcome {
    let installation = module::read(context)?;
    let places = places(&installation);
    let wanted = |node: &&Node| is_wanted(&options, node, &places);
    let found: Vec<&Node> = installation.tree.iter().filter(wanted).collect();
    match options.format {
        Format::Json => {
            let all = found.iter().map(|node| {
                let parent = installation.tree.parent_of(node.id());
                shown(node, parent, sources(&places, node))
            });
            say!(
                "{}",
                escape_json(&format!("{:#}", Value::Array(all.collect())))
            );
        }
        Format::Text if found.is_empty() => say!("None"),
        Format::Text => draw(&installation, &found, &places),
    }
    Ok(module::ended(&installation, ExitCode::SUCCESS))
}

/// Where resources of modules on disk come from, by id.
type Places<'a> = HashMap<&'a str, &'a [Source]>;

fn places(installation: &Installation) -> Places<'_> {
    let all = installation.resources.iter();
    all.map(|one| (one.id.as_str(), one.sources.as_slice()))
        .collect()
}

fn sources<'a>(places: &Places<'a>, node: &Node) -> &'a [Source] {
    places.get(node.id()).copied().unwrap_or_default()
}

fn is_wanted(options: &Options, node: &Node, places: &Places<'_>) -> bool {
    let holds = |text: &str, part: &str| text.to_lowercase().contains(&part.to_lowercase());
    let fits = |part: &String| holds(node.id(), part) || holds(node.title(), part);
    let is_of = |module: &String| {
        let mut changed_by = sources(places, node).iter();
        node.module() == module || changed_by.any(|source| source.module == *module)
    };
    options.filter.as_ref().is_none_or(fits) && options.module.as_ref().is_none_or(is_of)
}

/// The resources that were found, below all that lies above them.
fn draw(installation: &Installation, found: &[&Node], places: &Places<'_>) {
    let tree = &installation.tree;
    let mut drawn: BTreeSet<&str> = found.iter().map(|node| node.id()).collect();
    for node in found {
        drawn.extend(tree.ancestors_of(node.id()).map(Node::id));
    }
    for node in tree.iter().filter(|node| drawn.contains(node.id())) {
        let indent = "  ".repeat(node.depth());
        let (title, id, module) = (node.title(), node.id(), node.module());
        let mut line = format!(
            "{indent}{}  {}  {}",
            escape(title),
            escape(id),
            escape(module)
        );
        for source in sources(places, node) {
            let file = source.file.to_string_lossy();
            line.push_str(&format!("  {}:{}", escape(&file), source.line));
        }
        say!("{line}");
    }
}

fn shown(node: &Node, parent: Option<&Node>, sources: &[Source]) -> Value {
    let place = |source: &Source| {
        json!({
            "module": source.module,
            "file": source.file.to_string_lossy(),
            "line": source.line,
        })
    };
    json!({
        "id": node.id(),
        "title": node.title(),
        "parent": parent.map(Node::id),
        "module": node.module(),
        "sources": sources.iter().map(place).collect::<Vec<_>>(),
    })
}
