//! An installation, read as a whole: what is there, in which order, and what it declares together.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use ferrite_acl::Tree;

use crate::classes::Home;
use crate::discover::{Found, discover};
use crate::file::Ground;
use crate::merge::{self, Part};
use crate::order::{Placed, order};
use crate::read::{self, Contents};
use crate::setup::{self, Fresh, Scripts, SetupPlan, SetupState};
use crate::{
    Config, ConfigDefault, Integration, MenuItem, Module, ModulesError, Origin, Report, Resource,
    Route, config_php, core, parallel,
};

/// How an installation is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether a module that `app/etc/config.php` does not name counts as switched on, as
    /// `setup:upgrade` takes it; otherwise it counts as switched off.
    pub adopt: bool,
}

/// The modules of an installation and what those that are switched on declare, merged.
#[derive(Clone, Debug)]
pub struct Installation {
    /// The root that was read.
    pub root: PathBuf,
    /// All modules without a fault, switched on or not, in load order.
    pub modules: Vec<Module>,
    /// Faults and warnings, by file and line.
    pub reports: Vec<Report>,
    /// The names of modules that are left out.
    pub left_out: BTreeSet<String>,
    /// `app/etc/config.php`, where it is there and can be read.
    pub config: Option<Config>,
    /// Whether `app/etc/env.php` has an `install.date`.
    pub is_installed: bool,
    /// The resource tree.
    pub tree: Tree,
    /// Where the resources of modules on disk come from.
    pub resources: Vec<Resource>,
    /// The routes of modules on disk, in merge order.
    pub routes: Vec<Route>,
    /// The integrations of `etc/integration.xml`, which `setup:upgrade` processes by itself.
    pub integrations: Vec<Integration>,
    /// The integrations of `etc/integration/config.xml`, which setup code has to ask for by name.
    pub setup_integrations: Vec<Integration>,
    /// The values of `etc/config.xml`.
    pub defaults: Vec<ConfigDefault>,
    /// The entries of the panel's menu.
    pub menu: Vec<MenuItem>,
    ground: Ground,
    homes: HashMap<String, Home>,
    fresh: HashMap<String, Fresh>,
}

/// A module on disk with all that was read of it.
struct Candidate {
    module: Module,
    home: Home,
    contents: Contents,
    reports: Vec<Report>,
    fresh: Fresh,
}

impl Installation {
    /// Reads what stands below a root. What is wrong with modules is in [`Installation::reports`].
    ///
    /// # Errors
    /// [`ModulesError::Root`] when the root itself cannot be read.
    pub fn read(root: &Path, options: Options) -> Result<Self, ModulesError> {
        let reason = |reason| ModulesError::Root {
            path: root.to_owned(),
            reason,
        };
        let ground = Ground::new(root).map_err(reason)?;
        let mut reports = Vec::new();
        let config = config_php::Config::read_on(&ground).unwrap_or_else(|report| {
            reports.push(report);
            None
        });
        let is_installed = config_php::is_installed(&ground).unwrap_or_else(|report| {
            reports.push(report);
            false
        });
        let found = discover(&ground, &mut reports);
        let mut left_out = faulty(&reports);
        let mut candidates = parallel::map(&found, |found| candidate(&ground, found));
        for candidate in &mut candidates {
            let name = &candidate.module.name;
            let known = config.as_ref().and_then(|config| config.is_enabled(name));
            candidate.module.enabled = known.unwrap_or(options.adopt);
            reports.append(&mut candidate.reports);
        }
        left_out.extend(faulty(&reports));
        candidates.retain(|candidate| !left_out.contains(&candidate.module.name));
        let built_in = built_in(config.as_ref());
        let (ordered, circles) = arrange(&built_in, &candidates, &mut reports);
        left_out.extend(circles);

        let parts = ordered.iter().filter_map(|number| {
            let candidate = candidates.get(number.checked_sub(built_in.len())?)?;
            candidate.module.enabled.then_some(Part {
                name: &candidate.module.name,
                path: &candidate.module.path,
                contents: &candidate.contents,
            })
        });
        let mut parts: Vec<Part<'_>> = parts.collect();
        let off = built_in.iter().filter(|module| !module.enabled);
        let off: Vec<_> = off.map(|module| module.name.as_str()).collect();
        let resources = merge::resources(&off, &parts, &mut reports);
        parts.retain(|part| !resources.left_out.contains(part.name));
        let routes = merge::routes(&parts, &mut reports);
        let integrations = merge::from_integration_xml(&parts, &resources.tree, &mut reports);
        let setup_integrations =
            merge::by_setup(&parts, &resources.tree, &integrations, &mut reports);
        let defaults = merge::values(&parts);
        let menu = merge::menu(&parts);
        left_out.extend(resources.left_out);

        let all = built_in
            .iter()
            .chain(candidates.iter().map(|candidate| &candidate.module));
        let all: Vec<&Module> = all.collect();
        let modules = ordered.iter().map(|number| all[*number]);
        // One on disk that takes a built-in module's name does not take that one along.
        let modules = modules
            .filter(|one| one.origin == Origin::BuiltIn || !left_out.contains(&one.name))
            .cloned()
            .collect();
        let (mut homes, mut fresh) = (HashMap::new(), HashMap::new());
        for one in candidates {
            // Of a module without scripts nothing was found out; a version is kept all the same.
            if one.home.setup().is_some() {
                fresh.insert(one.module.name.clone(), one.fresh);
            }
            homes.insert(one.module.name, one.home);
        }
        sort(&mut reports);
        Ok(Self {
            root: root.to_owned(),
            modules,
            reports,
            left_out,
            config,
            is_installed,
            tree: resources.tree,
            resources: resources.resources,
            routes,
            integrations,
            setup_integrations,
            defaults,
            menu,
            ground,
            homes,
            fresh,
        })
    }

    /// The module with this name, where it has no fault.
    pub fn module(&self, name: &str) -> Option<&Module> {
        self.modules.iter().find(|module| module.name == name)
    }

    /// The integration that setup code asks for by name.
    pub fn setup_integration(&self, name: &str) -> Option<&Integration> {
        self.setup_integrations
            .iter()
            .find(|known| known.name == name)
    }

    /// Whether there is a fault: a command then exits with 1.
    pub fn has_faults(&self) -> bool {
        self.reports.iter().any(Report::is_fault)
    }

    /// What the setup scripts would do, for what a store remembers.
    pub fn setup(&self, state: &SetupState) -> SetupPlan {
        let enabled = self.modules.iter().filter(|module| module.enabled);
        let modules = enabled.filter_map(|module| Some((module, self.homes.get(&module.name)?)));
        let scripts = Scripts {
            ground: &self.ground,
            modules: modules.collect(),
            fresh: &self.fresh,
        };
        setup::plan(&scripts, state)
    }

    /// The list for `app/etc/config.php`: every module in load order with its switch, those that are
    /// left out for a fault behind, as the file has them.
    pub fn switches(&self) -> Vec<(&str, bool)> {
        let mut switches: Vec<_> = self
            .modules
            .iter()
            .map(|module| (module.name.as_str(), module.enabled))
            .collect();
        let kept = self.config.iter().flat_map(Config::modules);
        let is_out = |name: &str| self.left_out.contains(name) && !core::is_core(name);
        switches.extend(kept.filter(|(name, _)| is_out(name)));
        switches
    }
}

/// The built-in modules with the switches of a file, or those of a fresh installation.
fn built_in(config: Option<&Config>) -> Vec<Module> {
    let switched = |module: &Module| {
        let known = config.and_then(|config| config.is_enabled(&module.name));
        Module {
            enabled: known.unwrap_or(module.enabled),
            ..module.clone()
        }
    };
    core().iter().map(switched).collect()
}

/// By file, line and column, faults first; each once.
fn sort(reports: &mut Vec<Report>) {
    let place = |report: &Report| {
        (
            report.file.clone(),
            report.line,
            report.column,
            report.severity,
        )
    };
    reports.sort_by_cached_key(|report| (place(report), report.message.clone()));
    reports.dedup();
}

/// The modules that have a fault.
fn faulty(reports: &[Report]) -> BTreeSet<String> {
    let faults = reports.iter().filter(|report| report.is_fault());
    faults.filter_map(|report| report.module.clone()).collect()
}

fn candidate(ground: &Ground, found: &Found) -> Candidate {
    let (contents, mut reports) = read::module(ground, &found.path, &found.real);
    let declared = contents.module.clone().unwrap_or_default();
    if contents.module.is_some() && declared.name != found.name {
        let file = ground.shown(&found.path.join("etc/module.xml"));
        let message = format!(
            "etc/module.xml declares '{}', but registration.php registers '{}'.",
            read::schema::short(&declared.name),
            found.name
        );
        let report = Report::fault(&file, message).at(declared.line, declared.column);
        reports.push(report.hint("Write the same name in both."));
    }
    let mut files = vec![found.registration.clone()];
    files.extend(contents.files.iter().cloned());
    let module = Module {
        name: found.name.clone(),
        setup_version: declared.setup_version,
        sequence: declared
            .sequence
            .into_iter()
            .map(|(name, _, _)| name)
            .collect(),
        enabled: false,
        origin: found.origin,
        path: ground.shown(&found.path),
        files,
        package: contents.package.clone(),
    };
    let preferences = contents.preferences.clone();
    let home = Home::new(&module, &found.path, &found.real, preferences);
    let (fresh, faults) = setup::first(ground, &module, &home);
    reports.extend(faults);
    reports.extend(home.overlooked(ground, module.setup_version.as_deref()));
    for report in &mut reports {
        report.module = Some(found.name.clone());
    }
    Candidate {
        module,
        home,
        contents,
        reports,
        fresh,
    }
}

/// The load order of all modules as numbers, built-in ones first, and the names on circles.
fn arrange(
    built_in: &[Module],
    candidates: &[Candidate],
    reports: &mut Vec<Report>,
) -> (Vec<usize>, BTreeSet<String>) {
    let all = || {
        built_in
            .iter()
            .chain(candidates.iter().map(|candidate| &candidate.module))
    };
    // Of modules that are switched off a sequence says nothing, as in Magento.
    let switches: BTreeMap<&str, bool> = all().map(|m| (m.name.as_str(), m.enabled)).collect();
    let counts = |name: &&str| switches.get(name).copied().unwrap_or(false);
    let placed: Vec<_> = all()
        .map(|module| Placed {
            name: &module.name,
            sequence: module
                .sequence
                .iter()
                .map(String::as_str)
                .filter(counts)
                .collect(),
            is_core: module.origin == Origin::BuiltIn,
        })
        .collect();
    let (ordered, circles) = order(&placed);
    let entry = |candidate: &Candidate, name: &str| {
        let declared = candidate.contents.module.as_ref()?;
        let found = declared
            .sequence
            .iter()
            .find(|(before, _, _)| before == name)?;
        Some((found.1, found.2))
    };
    let file = |candidate: &Candidate| candidate.module.path.join("etc/module.xml");
    for circle in &circles {
        let Some(candidate) = circle
            .module
            .checked_sub(built_in.len())
            .and_then(|n| candidates.get(n))
        else {
            continue;
        };
        let name = &candidate.module.name;
        let (from, to) = (read::schema::short(&circle.from), read::schema::short(name));
        let message = format!("Circular sequence reference from '{from}' to '{to}'.");
        let (line, column) = entry(candidate, &circle.first).unwrap_or((1, 1));
        let report = Report::fault(&file(candidate), message).at(line, column);
        let hint = format!(
            "Remove '{}' from this sequence, or '{to}' from that of '{from}'.",
            circle.first
        );
        reports.push(report.hint(hint).of(name));
    }
    for candidate in candidates
        .iter()
        .filter(|candidate| candidate.module.enabled)
    {
        let declared = candidate
            .contents
            .module
            .iter()
            .flat_map(|module| &module.sequence);
        for (name, line, column) in declared.filter(|(name, _, _)| !counts(&name.as_str())) {
            let why = if switches.contains_key(name.as_str()) {
                "switched off"
            } else {
                "unknown"
            };
            let message = format!(
                "The sequence names '{}', which is {why}.",
                read::schema::short(name)
            );
            let report = Report::warning(&file(candidate), message).at(*line, *column);
            let hint = "Enable or install that module, or take it out of the sequence.";
            reports.push(report.hint(hint).of(&candidate.module.name));
        }
    }
    let names = circles
        .iter()
        .map(|circle| placed[circle.module].name.to_owned());
    (ordered, names.collect())
}

/// Everything that is wrong with the module in one folder, by file and line.
///
/// The folder is looked at by itself, as if it were the only one beside the built-in modules; paths
/// are shown below it.
pub fn validate(path: &Path) -> Vec<Report> {
    let ground = match Ground::new(path) {
        Ok(ground) => ground,
        Err(error) => {
            let report = Report::fault(
                path,
                format!("The folder cannot be read: {}.", error.kind()),
            );
            return vec![report.hint("Name the folder of a module.")];
        }
    };
    let mut reports = Vec::new();
    let found = crate::discover::in_folder(&ground, &mut reports);
    let candidates: Vec<_> = found
        .iter()
        .map(|found| {
            let mut candidate = candidate(&ground, found);
            candidate.module.enabled = true;
            reports.append(&mut candidate.reports);
            candidate
        })
        .collect();
    if found.is_empty() {
        // All faults at once, also those of a folder that does not register itself.
        reports.extend(read::module(&ground, ground.root(), ground.real()).1);
    }
    let built_in = built_in(None);
    arrange(&built_in, &candidates, &mut reports);
    let parts = candidates.iter().map(|candidate| Part {
        name: &candidate.module.name,
        path: &candidate.module.path,
        contents: &candidate.contents,
    });
    let parts: Vec<_> = parts.collect();
    let off: Vec<_> = crate::disabled()
        .map(|module| module.name.as_str())
        .collect();
    let resources = merge::resources(&off, &parts, &mut reports);
    merge::routes(&parts, &mut reports);
    let integrations = merge::from_integration_xml(&parts, &resources.tree, &mut reports);
    merge::by_setup(&parts, &resources.tree, &integrations, &mut reports);
    for report in &mut reports {
        if let Ok(below) = report.file.strip_prefix(".") {
            report.file = below.to_owned();
        }
    }
    sort(&mut reports);
    reports
}

/// The modules on disk and their sequences as a graph in dot: an arrow leads from a module to what
/// has to come before it. Built-in ones that nobody names are left out.
pub fn graph(installation: &Installation) -> String {
    let quoted = |name: &str| {
        let name = crate::escape(name);
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    };
    let mut out = String::from("digraph modules {\n    rankdir=LR;\n");
    let own = installation
        .modules
        .iter()
        .filter(|module| module.origin != Origin::BuiltIn);
    for module in own.clone() {
        let style = if module.enabled { "solid" } else { "dashed" };
        let origin = module.origin.name();
        let name = quoted(&module.name);
        out.push_str(&format!(
            "    {name} [style={style}, tooltip=\"{origin}\"];\n"
        ));
    }
    for module in own {
        for before in &module.sequence {
            out.push_str(&format!(
                "    {} -> {};\n",
                quoted(&module.name),
                quoted(before)
            ));
        }
    }
    out.push_str("}\n");
    out
}
