//! What the modules of a project come to for whoever serves it or manages its integrations.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use ferrite_acl::Tree;
use ferrite_admin::Modules;
use ferrite_modules::{ConfigDefault, Installation, Options, Route, Scope};
use ferrite_settings::FixedValue;
use ferrite_webapi::route::Row;

use crate::project::Project;

/// The modules of a project.
pub struct Loaded {
    /// The resource tree.
    pub tree: &'static Tree,
    /// The integrations that modules declare.
    pub declared: BTreeSet<String>,
    /// The modules that are switched on, in load order.
    pub enabled: Vec<String>,
    /// The routes of modules on disk.
    pub rows: Vec<Row>,
    /// All of it.
    pub installation: Installation,
}

impl Loaded {
    /// Reads the modules of a project.
    pub fn read(project: &Project) -> Result<Self> {
        Self::with(project, Options { adopt: false })
    }

    /// The same with modules that are new to the project switched on.
    pub fn read_adopting(project: &Project) -> Result<Self> {
        Self::with(project, Options { adopt: true })
    }

    fn with(project: &Project, options: Options) -> Result<Self> {
        let installation = Installation::read(project.root(), options)?;
        let enabled = installation.modules.iter().filter(|module| module.enabled);
        Ok(Self {
            tree: kept(&installation.tree),
            declared: ferrite_setup::declared_names(&installation),
            enabled: enabled.map(|module| module.name.clone()).collect(),
            rows: installation.routes.iter().map(row).collect(),
            installation,
        })
    }

    /// The modules for the panel, with what is wrong with those that `setup:upgrade` has not seen.
    pub fn shown(&self, project: &Project) -> Result<Modules> {
        let modules = Modules::of(&self.installation);
        if modules.fresh.is_empty() {
            return Ok(modules);
        }
        let adopted = Installation::read(project.root(), Options { adopt: true })?;
        Ok(modules.with_fresh(&adopted))
    }

    /// The values that modules give to configuration paths.
    pub fn defaults(&self) -> Vec<FixedValue> {
        let placed = |one: &ConfigDefault| {
            let (scope, code) = match &one.scope {
                Scope::Default => ("default", ""),
                Scope::Website(code) => ("websites", code.as_str()),
                Scope::Store(code) => ("stores", code.as_str()),
            };
            FixedValue {
                scope: scope.to_owned(),
                code: code.to_owned(),
                path: one.path.clone(),
                value: one.value.clone(),
            }
        };
        self.installation.defaults.iter().map(placed).collect()
    }

    /// Whether a module is switched on. What names no module on disk and none that is built in is.
    pub fn is_enabled(&self, module: &str) -> bool {
        let found = self.installation.module(module);
        found.is_none_or(|found| found.enabled)
    }
}

/// A tree that lives as long as the process. It changes with the modules only, and one that was
/// there before is taken again.
fn kept(tree: &Tree) -> &'static Tree {
    static KEPT: Mutex<Vec<&'static Tree>> = Mutex::new(Vec::new());
    let built_in = ferrite_modules::tree();
    if tree == built_in {
        return built_in;
    }
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(same) = kept.iter().find(|same| **same == tree) {
        return same;
    }
    let fresh: &'static Tree = Box::leak(Box::new(tree.clone()));
    kept.push(fresh);
    fresh
}

fn row(route: &Route) -> Row {
    let forced = route.parameters.iter().filter(|parameter| parameter.force);
    Row {
        module: route.source.module.clone(),
        method: route.method.clone(),
        path: route.url.clone(),
        service: route.service_class.clone(),
        operation: route.service_method.clone(),
        resources: route.resources.clone(),
        forced: forced
            .map(|one| (one.name.clone(), one.value.clone().unwrap_or_default()))
            .collect(),
        opens_to_guests: false,
        secure: route.secure,
        most_items: route
            .input_array_size_limit
            .and_then(|most| usize::try_from(most).ok()),
        parameters: [].into(),
        returns: String::new(),
    }
}
