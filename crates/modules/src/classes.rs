//! Where the classes of modules lie: `psr-4` of `composer.json`, or the module's name.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use ferrite_php::setup::Source;

use crate::Module;
use crate::file::Ground;
use crate::read::shapes;

/// A module on disk as the class loader sees it.
#[derive(Clone, Debug)]
pub struct Home {
    /// The folder as reached.
    pub path: PathBuf,
    /// The real folder.
    pub real: PathBuf,
    /// Namespace roots, without slashes at the ends, each with its folder below the module's. The
    /// first one holds the setup scripts.
    pub namespaces: Vec<(String, PathBuf)>,
}

impl Home {
    /// The home of a module.
    pub fn new(module: &Module, path: &Path, real: &Path) -> Self {
        let by_name = module.name.replace('_', "\\");
        let package = module.package.iter().flat_map(|package| &package.psr4);
        let mut namespaces: Vec<_> = package
            .map(|(prefix, folder)| (prefix.trim_matches('\\').to_owned(), PathBuf::from(folder)))
            .filter(|(prefix, _)| shapes::is_class(prefix))
            .collect();
        if !namespaces.iter().any(|(prefix, _)| *prefix == by_name) {
            namespaces.push((by_name, PathBuf::new()));
        }
        // The one whose folder has the scripts leads, wherever the file has it.
        namespaces.sort_by_key(|(_, folder)| !path.join(folder).join("Setup").is_dir());
        Self {
            path: path.to_owned(),
            real: real.to_owned(),
            namespaces,
        }
    }

    /// The folder of the setup scripts, where there is one.
    pub fn setup(&self) -> Option<PathBuf> {
        let (_, folder) = self.namespaces.first()?;
        let setup = self.path.join(folder).join("Setup");
        setup.is_dir().then_some(setup)
    }

    /// The patches of a phase: the classes of the files directly in `Setup/Patch/Data` or
    /// `Setup/Patch/Schema`, by name.
    pub fn patches(&self, phase: &str) -> Vec<String> {
        let Some((namespace, _)) = self.namespaces.first() else {
            return Vec::new();
        };
        let Some(folder) = self.setup().map(|setup| setup.join("Patch").join(phase)) else {
            return Vec::new();
        };
        let entries = std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .filter_map(Result::ok);
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let classes = names.filter_map(|name| name.strip_suffix(".php").map(str::to_owned));
        let mut classes: Vec<_> = classes.filter(|class| shapes::is_harmless(class)).collect();
        classes.sort_unstable();
        let prefix = format!("{namespace}\\Setup\\Patch\\{phase}\\");
        classes
            .into_iter()
            .map(|class| format!("{prefix}{class}"))
            .collect()
    }

    /// The file of a class that would lie below one of the roots.
    fn file(&self, class: &str) -> impl Iterator<Item = PathBuf> {
        self.namespaces.iter().filter_map(move |(prefix, folder)| {
            let below = class.strip_prefix(prefix.as_str())?.strip_prefix('\\')?;
            // Names of classes hold nothing that climbs; a name that is none has no file.
            let below = shapes::is_class(below).then(|| below.replace('\\', "/") + ".php")?;
            Some(self.path.join(folder).join(below))
        })
    }

    /// The source of a class of this module.
    pub fn source(&self, ground: &Ground, class: &str) -> Option<Source> {
        let class = class.trim_start_matches('\\');
        self.file(class).find_map(|path| {
            let bytes = ground.read(&path, &self.real).ok()??;
            let file = ground.shown(&path).to_string_lossy().into_owned();
            Some(Source { file, bytes })
        })
    }
}

/// Which module a namespace belongs to.
#[derive(Clone, Debug, Default)]
pub struct Index {
    roots: HashMap<String, Vec<usize>>,
}

impl Index {
    /// An index of homes, by number.
    pub fn new<'a>(homes: impl IntoIterator<Item = &'a Home>) -> Self {
        let mut roots: HashMap<String, Vec<usize>> = HashMap::new();
        for (number, home) in homes.into_iter().enumerate() {
            for (prefix, _) in &home.namespaces {
                roots.entry(prefix.clone()).or_default().push(number);
            }
        }
        Self { roots }
    }

    /// The homes that may hold a class, the longest namespace first.
    pub fn of(&self, class: &str) -> Vec<usize> {
        let ends = class.match_indices('\\').map(|(at, _)| at);
        let mut found: Vec<usize> = Vec::new();
        let ends: Vec<_> = ends.take(32).collect();
        for end in ends.into_iter().rev() {
            found.extend(self.roots.get(&class[..end]).into_iter().flatten());
        }
        found
    }
}
