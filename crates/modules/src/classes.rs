//! Where the classes of modules lie: `psr-4` of `composer.json`, or the module's name.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use ferrite_php::setup::Source;

use crate::file::Ground;
use crate::read::shapes;
use crate::{Module, Report};

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
    /// Which class is made where another is asked for.
    pub preferences: Vec<(String, String)>,
}

impl Home {
    /// The home of a module.
    pub fn new(
        module: &Module,
        path: &Path,
        real: &Path,
        preferences: Vec<(String, String)>,
    ) -> Self {
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
            preferences,
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

    /// Folders and files of setup scripts that are never read: under another case, or for want of a
    /// version.
    pub fn overlooked(&self, ground: &Ground, version: Option<&str>) -> Vec<Report> {
        let mut reports = Vec::new();
        let mut check = |folder: &Path, expected: &[&str]| {
            for (wrong, right) in miswritten(folder, expected) {
                let shown = ground.shown(&folder.join(wrong));
                let message = format!("The file is not read under this name; '{right}' is.");
                let report = Report::warning(&shown, message);
                reports.push(report.hint(format!("Rename it to {right}.")));
            }
        };
        for (_, folder) in &self.namespaces {
            let folder = self.path.join(folder);
            if !folder.join("Setup").exists() {
                check(&folder, &["Setup"]);
            }
        }
        let Some(setup) = self.setup() else {
            return reports;
        };
        let all: Vec<&str> = VERSIONED.iter().chain(&UNVERSIONED).copied().collect();
        check(&setup, &all);
        check(&setup.join("Patch"), &["Data", "Schema"]);
        for phase in ["Data", "Schema"] {
            check(&setup.join("Patch").join(phase), &[]);
        }
        let idle = VERSIONED.iter().filter(|_| version.is_none());
        for file in idle.map(|name| setup.join(name)) {
            if file.is_file() {
                let message = "The script is never run: etc/module.xml has no setup_version.";
                let report = Report::warning(&ground.shown(&file), message).at(1, 1);
                let hint = "Write a setup_version into etc/module.xml, or make it a data patch.";
                reports.push(report.hint(hint));
            }
        }
        reports
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
    ///
    /// # Errors
    /// A fault: the file is there, and cannot be read.
    pub fn source(&self, ground: &Ground, class: &str) -> Result<Option<Source>, Report> {
        let class = class.trim_start_matches('\\');
        for path in self.file(class) {
            if let Some(bytes) = ground.read(&path, &self.real)? {
                let file = ground.shown(&path).to_string_lossy().into_owned();
                return Ok(Some(Source { file, bytes }));
            }
        }
        Ok(None)
    }
}

/// The scripts that go by versions.
const VERSIONED: [&str; 4] = [
    "InstallData.php",
    "UpgradeData.php",
    "InstallSchema.php",
    "UpgradeSchema.php",
];
/// What else `Setup` holds that is read.
const UNVERSIONED: [&str; 3] = ["Recurring.php", "RecurringData.php", "Patch"];

/// The names in a folder that differ from one that is read by their case alone, each with that one. Of a
/// folder in which any PHP file is read, it is the ending that counts.
fn miswritten(folder: &Path, expected: &[&str]) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let names = entries
        .filter_map(Result::ok)
        .map(|entry| entry.file_name());
    let names: Vec<String> = names.filter_map(|name| name.into_string().ok()).collect();
    let right = |name: &String| {
        if expected.is_empty() {
            let (stem, ending) = name.rsplit_once('.')?;
            let is_other = ending.eq_ignore_ascii_case("php") && ending != "php";
            return is_other.then(|| format!("{stem}.php"));
        }
        let found = expected
            .iter()
            .find(|right| right.eq_ignore_ascii_case(name))?;
        let is_other = found != name && !names.iter().any(|other| other == found);
        is_other.then(|| (*found).to_owned())
    };
    let mut wrong: Vec<_> = names
        .iter()
        .filter_map(|name| Some((name.clone(), right(name)?)))
        .collect();
    wrong.sort_unstable();
    wrong
}

/// Which module a namespace belongs to.
#[derive(Clone, Debug, Default)]
pub struct Index {
    roots: HashMap<String, Vec<usize>>,
    /// By the class that is asked for, in lower case: the class that is made, and whose word that is.
    preferences: HashMap<String, (String, usize)>,
}

impl Index {
    /// An index of homes, by number, in load order: the last preference for a class counts.
    pub fn new<'a>(homes: impl IntoIterator<Item = &'a Home>) -> Self {
        let mut roots: HashMap<String, Vec<usize>> = HashMap::new();
        let mut preferences = HashMap::new();
        for (number, home) in homes.into_iter().enumerate() {
            for (prefix, _) in &home.namespaces {
                roots.entry(prefix.clone()).or_default().push(number);
            }
            for (asked, made) in &home.preferences {
                preferences.insert(asked.to_lowercase(), (made.clone(), number));
            }
        }
        Self { roots, preferences }
    }

    /// The class that is made where another is asked for, and the home that says so.
    pub fn preferred(&self, class: &str) -> Option<&(String, usize)> {
        if self.preferences.is_empty() {
            return None;
        }
        self.preferences.get(&class.to_lowercase())
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
