//! Finding modules: which files register components, and which modules they name.
//!
//! Below `vendor` composer's list of files says it, or, where that is absent, each
//! `vendor/*/*/registration.php`; elsewhere the folders that Magento looks through. A folder that is
//! reached twice, through links, is looked at once.

use std::collections::{BTreeMap, HashSet};
use std::fs::DirEntry;
use std::path::{Path, PathBuf};

use ferrite_php::Problem;

use crate::file::{Ground, is_loop, normal, small};
use crate::read::composer;
use crate::read::schema::short;
use crate::registered::{NAME, Registering, registered, registering};
use crate::{Origin, Report, is_core, parallel};

/// A module that registers itself.
#[derive(Clone, Debug)]
pub struct Found {
    /// The name that it registers.
    pub name: String,
    /// Its folder, as reached.
    pub path: PathBuf,
    /// Its real folder.
    pub real: PathBuf,
    /// The file that registers it, as reports show it.
    pub registration: PathBuf,
    /// Where in it.
    pub line: u32,
    /// Where in the line.
    pub column: u32,
    /// Where it comes from.
    pub origin: Origin,
}

/// The folders that Magento looks through besides `vendor`, each with the depth of its modules.
const FOLDERS: [(&str, usize); 6] = [
    ("app/code", 2),
    ("app/design", 3),
    ("app/i18n", 2),
    ("lib/internal", 2),
    ("lib/internal", 3),
    ("setup/src", 2),
];

/// All modules on disk that are not built in, those of `vendor` first, each name once.
pub fn discover(ground: &Ground, reports: &mut Vec<Report>) -> Vec<Found> {
    let mut files = Vec::new();
    let mut seen = HashSet::new();
    for path in vendor_files(ground, reports) {
        add(ground, path, Origin::Vendor, &mut seen, &mut files, reports);
    }
    for (folder, depth) in FOLDERS {
        for folder in below(ground, &ground.root().join(folder), depth, reports) {
            if folder.join(NAME).symlink_metadata().is_ok() {
                let path = folder.join(NAME);
                add(
                    ground,
                    path,
                    Origin::AppCode,
                    &mut seen,
                    &mut files,
                    reports,
                );
            } else {
                unregistered(ground, &folder, reports);
            }
        }
    }
    let read = parallel::map(&files, |file| registered(ground, file));
    let mut found: Vec<Found> = Vec::new();
    for (modules, problems) in read {
        reports.extend(problems);
        found.extend(modules);
    }
    once(ground, found, reports)
}

/// The modules that the folder at the root registers itself, for a look at it alone.
pub fn in_folder(ground: &Ground, reports: &mut Vec<Report>) -> Vec<Found> {
    let path = ground.root().join(NAME);
    if path.symlink_metadata().is_err() {
        unregistered(ground, ground.root(), reports);
        let report = Report::fault(Path::new(NAME), "There is no registration.php.");
        reports.push(report.hint("Add a registration.php that registers the module."));
        return Vec::new();
    }
    let file = Registering {
        path,
        real_folder: ground.real().to_owned(),
        origin: Origin::AppCode,
    };
    let (found, problems) = registered(ground, &file);
    reports.extend(problems);
    once(ground, found, reports)
}

/// Keeps each name that is registered once. A name that is registered again is left out altogether:
/// which of the two is meant nobody can tell.
fn once(ground: &Ground, found: Vec<Found>, reports: &mut Vec<Report>) -> Vec<Found> {
    let mut first: BTreeMap<String, PathBuf> = BTreeMap::new();
    let mut again = HashSet::new();
    for module in &found {
        let Some(other) = first.get(&module.name) else {
            first.insert(module.name.clone(), module.real.clone());
            continue;
        };
        let message = format!(
            "Module '{}' from '{}' has been already defined in '{}'.",
            module.name,
            module.real.display(),
            other.display()
        );
        let report = Report::fault(&module.registration, message).at(module.line, module.column);
        let hint = "Remove one of the two, or give it another name.";
        reports.push(report.hint(hint).of(&module.name));
        again.insert(module.name.clone());
    }
    let own = |module: &Found| {
        let is_own_copy = is_core(&module.name);
        if is_own_copy && !is_stock(ground, module) {
            let message = format!(
                "Module '{}' from '{}' has been already defined in '{}'.",
                module.name,
                module.real.display(),
                Origin::BuiltIn.name()
            );
            let report = Report::fault(&module.registration, message);
            let hint = "A module of this name is built in; use a name of your own.";
            let report = report.at(module.line, module.column).hint(hint);
            return Err(report.of(&module.name));
        }
        Ok(!is_own_copy && !again.contains(&module.name))
    };
    let mut kept = Vec::with_capacity(found.len());
    for module in found {
        match own(&module) {
            Ok(true) => kept.push(module),
            Ok(false) => {}
            Err(report) => reports.push(report),
        }
    }
    kept
}

/// Whether a module lies where a checkout has Magento's own: those are built in and not read.
fn is_stock(ground: &Ground, module: &Found) -> bool {
    let shown = ground.shown(&module.path);
    let stock = [
        "app/code/Magento",
        "app/code/PayPal",
        "vendor/magento",
        "vendor/paypal",
    ];
    stock.iter().any(|folder| shown.starts_with(folder))
}

/// The files below `vendor` that register components.
fn vendor_files(ground: &Ground, reports: &mut Vec<Report>) -> Vec<PathBuf> {
    let list = ground.root().join("vendor/composer/autoload_files.php");
    match ground.read(&list, ground.real()) {
        Ok(Some(bytes)) => match listed(ground, &list, &bytes, reports) {
            Ok(files) => return files,
            Err(problem) => reports.push(fault_of(&ground.shown(&list), &problem)),
        },
        Ok(None) => {}
        Err(report) => reports.push(report),
    }
    let folders = below(ground, &ground.root().join("vendor"), 2, reports);
    let files = folders.iter().flat_map(|folder| packaged(ground, folder));
    files.collect()
}

/// The files by which a package registers itself: its own `registration.php`, or those that it has
/// composer load.
fn packaged(ground: &Ground, folder: &Path) -> Vec<PathBuf> {
    let own = folder.join(NAME);
    if own.symlink_metadata().is_ok() {
        return vec![own];
    }
    let real = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let package = ground.read(&folder.join("composer.json"), &real);
    let loaded = package
        .ok()
        .flatten()
        .map(|bytes| composer::loaded_files(&bytes));
    let files = loaded.into_iter().flatten().map(|file| folder.join(file));
    files
        .filter(|file| file.ends_with(NAME) && file.symlink_metadata().is_ok())
        .collect()
}

/// The files of composer's list that register components and lie in the project.
fn listed(
    ground: &Ground,
    list: &Path,
    bytes: &[u8],
    reports: &mut Vec<Report>,
) -> Result<Vec<PathBuf>, Problem> {
    let value = ferrite_php::value_in(bytes, list, &BTreeMap::new())?;
    let entries = value
        .as_array()
        .map(ferrite_php::Array::entries)
        .unwrap_or_default();
    let paths = entries.iter().filter_map(|(_, value)| value.as_text());
    let mut files = Vec::new();
    for path in paths {
        if !path.ends_with(NAME) {
            files.extend(registering(ground, Path::new(path)));
            continue;
        }
        match normal(Path::new(path)) {
            Some(path) if path.starts_with(ground.root()) || path.starts_with(ground.real()) => {
                files.push(path);
            }
            _ => {
                let message = format!("The path '{}' leads out of the project.", short(path));
                let report = Report::fault(&ground.shown(list), message);
                reports.push(report.hint("Run composer's dump-autoload in this project."));
            }
        }
    }
    Ok(files)
}

/// The folders that lie so many levels below another, by name. Hidden ones are passed over.
fn below(ground: &Ground, start: &Path, depth: usize, reports: &mut Vec<Report>) -> Vec<PathBuf> {
    let mut level = vec![start.to_owned()];
    for _ in 0..depth {
        let mut next = Vec::new();
        for folder in &level {
            match std::fs::read_dir(folder) {
                Ok(entries) => next.extend(
                    entries
                        .filter_map(Result::ok)
                        .filter_map(|entry| subfolder(&entry)),
                ),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => {}
                Err(error) => {
                    let message = format!("The folder cannot be read: {}.", error.kind());
                    let report = Report::fault(&ground.shown(folder), message);
                    let hint =
                        "Give the user that runs this command the right to read it, or remove it.";
                    reports.push(report.hint(hint));
                }
            }
        }
        next.sort_unstable();
        level = next;
    }
    level
}

/// The path of an entry that is, or may be, a folder.
fn subfolder(entry: &DirEntry) -> Option<PathBuf> {
    let kind = entry.file_type().ok()?;
    let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
    ((kind.is_dir() || kind.is_symlink()) && !is_hidden).then(|| entry.path())
}

/// Reports a folder that looks like a module, but does not register itself.
fn unregistered(ground: &Ground, folder: &Path, reports: &mut Vec<Report>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        if let Err(error) = folder.metadata()
            && is_loop(&error)
        {
            let report = Report::fault(&ground.shown(folder), "The link leads in a circle.");
            reports.push(report.hint("Point the link to a folder, or remove it."));
        }
        return;
    };
    let names = entries
        .filter_map(Result::ok)
        .map(|entry| entry.file_name());
    let names: Vec<_> = names.filter_map(|name| name.into_string().ok()).collect();
    if let Some(wrong) = names.iter().find(|name| name.eq_ignore_ascii_case(NAME)) {
        let message = format!("The file is not read under this name; '{NAME}' is.");
        let report = Report::fault(&ground.shown(&folder.join(wrong)), message);
        reports.push(report.hint(format!("Rename it to {NAME}.")));
    } else if folder.join("etc/module.xml").is_file() {
        let message = "The folder has an etc/module.xml, but no registration.php: it is no module.";
        let report = Report::warning(&ground.shown(folder), message);
        reports.push(report.hint("Add a registration.php that registers it."));
    }
}

fn add(
    ground: &Ground,
    path: PathBuf,
    origin: Origin,
    seen: &mut HashSet<PathBuf>,
    files: &mut Vec<Registering>,
    reports: &mut Vec<Report>,
) {
    let folder = path.parent().unwrap_or(ground.root());
    let Ok(real_folder) = folder.canonicalize() else {
        let report = Report::fault(&ground.shown(&path), "The file does not exist.");
        reports.push(report.hint("Run composer's dump-autoload, or add the file."));
        return;
    };
    // Composer may list a file below app/code as well.
    let is_code = path
        .strip_prefix(ground.root())
        .is_ok_and(|below| below.starts_with("app"));
    let origin = if is_code { Origin::AppCode } else { origin };
    if seen.insert(real_folder.clone()) {
        files.push(Registering {
            path,
            real_folder,
            origin,
        });
    }
}

/// What PHP code keeps from being read, as a fault.
pub fn fault_of(shown: &Path, problem: &Problem) -> Report {
    Report::fault(shown, sentence(&problem.message))
        .at(small(problem.line), small(problem.column))
        .hint(sentence(&problem.hint))
}

/// A remark as a sentence.
fn sentence(remark: &str) -> String {
    let mut letters = remark.chars();
    let first = letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>());
    let mut sentence = first.unwrap_or_default() + letters.as_str();
    if !sentence.is_empty() && !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}
