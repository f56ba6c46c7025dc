//! What one file registers: its code is evaluated, and so are the files that it includes.
//!
//! Packages of several modules often have one file that includes those of its modules, by name or as
//! `glob` finds them. Only files within the package that register something themselves are followed.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use ferrite_php::Registrations;

use crate::discover::{Found, fault_of};
use crate::file::{Ground, normal, small};
use crate::read::schema::short;
use crate::read::shapes;
use crate::{Origin, Report};

/// How the file that registers components is called.
pub const NAME: &str = "registration.php";

/// How many files may register a package together.
const MAX_INCLUDED: usize = 500;

/// A file that registers components.
pub struct Registering {
    /// As reached.
    pub path: PathBuf,
    /// The real folder that it lies in.
    pub real_folder: PathBuf,
    /// Where it comes from.
    pub origin: Origin,
}

/// A file of another name that registers something all the same.
pub fn registering(ground: &Ground, path: &Path) -> Option<PathBuf> {
    let path = normal(path)?;
    let is_inside = path.starts_with(ground.root()) || path.starts_with(ground.real());
    if !is_inside || path.extension().is_none_or(|ending| ending != "php") {
        return None;
    }
    let bytes = ground.read(&path, ground.real()).ok()??;
    memchr::memmem::find(&bytes, b"ComponentRegistrar::").map(|_| path)
}

/// The modules that one file registers, by itself or through files that it includes.
pub fn registered(ground: &Ground, file: &Registering) -> (Vec<Found>, Vec<Report>) {
    let (mut found, mut reports, mut registers) = (Vec::new(), Vec::new(), false);
    let mut seen = HashSet::from([file.path.clone()]);
    let mut open = vec![(file.path.clone(), file.real_folder.clone())];
    while let Some((path, real_folder)) = open.pop() {
        let file = Registering {
            path,
            real_folder,
            origin: file.origin,
        };
        let read = registered_here(ground, &file);
        registers |= read.registers;
        found.extend(read.modules);
        reports.extend(read.reports);
        let files = read
            .included
            .iter()
            .flat_map(|pattern| matching(&file, pattern));
        for path in files.collect::<Vec<_>>().into_iter().rev() {
            let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
            if let Some(folder) = folder.filter(|folder| folder.starts_with(&file.real_folder))
                && (path.ends_with(NAME) || registering(ground, &path).is_some())
                && seen.len() < MAX_INCLUDED
                && seen.insert(path.clone())
            {
                open.push((path, folder));
            }
        }
    }
    if !registers && reports.is_empty() && file.path.ends_with(NAME) {
        reports.push(registers_nothing(&ground.shown(&file.path)));
    }
    (found, reports)
}

/// What the code of one file comes to.
#[derive(Default)]
struct Read {
    modules: Vec<Found>,
    reports: Vec<Report>,
    included: Vec<PathBuf>,
    /// Whether it registers anything, were it a theme.
    registers: bool,
}

impl Read {
    /// Of a file that cannot be read.
    fn failed(report: Report) -> Self {
        Self {
            reports: vec![report],
            ..Self::default()
        }
    }
}

fn registers_nothing(shown: &Path) -> Report {
    let report = Report::warning(shown, "The file registers nothing.");
    let hint =
        "Call ComponentRegistrar::register(ComponentRegistrar::MODULE, 'Vendor_Module', __DIR__).";
    report.at(1, 1).hint(hint)
}

/// The files below a registering file's folder that a path, with `*` for parts of names, leads to.
fn matching(file: &Registering, pattern: &Path) -> Vec<PathBuf> {
    let folder = file.path.parent().unwrap_or(Path::new("/"));
    let pattern = normal(&file.real_folder.join(pattern));
    let below = pattern
        .as_deref()
        .and_then(|path| path.strip_prefix(&file.real_folder).ok());
    let Some(below) = below else {
        return Vec::new();
    };
    let mut found = vec![folder.to_owned()];
    for part in below.components() {
        let part = part.as_os_str().to_string_lossy();
        let next = found.iter().flat_map(|folder| {
            if !part.contains('*') {
                return vec![folder.join(&*part)];
            }
            let entries = std::fs::read_dir(folder).into_iter().flatten();
            let names = entries
                .filter_map(Result::ok)
                .map(|entry| entry.file_name());
            let mut names: Vec<_> = names.filter_map(|name| name.into_string().ok()).collect();
            names.retain(|name| !name.starts_with('.') && fits(name, &part));
            names.sort_unstable();
            names.into_iter().map(|name| folder.join(name)).collect()
        });
        found = next.take(MAX_INCLUDED).collect();
    }
    found.retain(|path| path.is_file());
    found
}

/// Whether a name is of a form with `*` in it.
fn fits(name: &str, form: &str) -> bool {
    let mut parts = form.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// The modules that the code of one file registers, what is wrong, and what it includes.
fn registered_here(ground: &Ground, file: &Registering) -> Read {
    let shown = ground.shown(&file.path);
    let bytes = match ground.read(&file.path, &file.real_folder) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            let report = Report::fault(&shown, "The file does not exist.");
            return Read::failed(report.hint("Add the file, or remove what names it."));
        }
        Err(report) => return Read::failed(report),
    };
    let read = match ferrite_php::registrations_in(&bytes, &file.real_folder) {
        Ok(read) => read,
        Err(problem) => return Read::failed(fault_of(&shown, &problem)),
    };
    let Registrations {
        found,
        problems,
        included,
    } = read;
    let mut reports: Vec<_> = problems
        .iter()
        .map(|problem| fault_of(&shown, problem))
        .collect();
    let registers = !found.is_empty();
    let mut modules = Vec::new();
    for registration in found
        .into_iter()
        .filter(|registration| registration.kind == "module")
    {
        let (line, column) = (small(registration.at.line), small(registration.at.column));
        let fault = |message: String, hint: &str| {
            Report::fault(&shown, message).at(line, column).hint(hint)
        };
        if !shapes::is_harmless(&registration.name) {
            let message = format!("'{}' is no name of a module.", short(&registration.name));
            reports.push(fault(message, "Use a name such as Vendor_Module."));
            continue;
        }
        match folder_of(ground, file, &registration.path) {
            Ok((path, real)) => modules.push(Found {
                name: registration.name,
                path,
                real,
                registration: shown.clone(),
                line,
                column,
                origin: file.origin,
            }),
            Err((message, hint)) => {
                reports.push(fault(message.to_owned(), hint).of(&registration.name));
            }
        }
    }
    Read {
        modules,
        reports,
        included,
        registers,
    }
}

/// A module's folder as reached and its real one, where it lies within what may hold it.
fn folder_of(
    ground: &Ground,
    file: &Registering,
    registered: &Path,
) -> Result<(PathBuf, PathBuf), (&'static str, &'static str)> {
    let leaves = (
        "The registered path leads out of the module's place.",
        "Register __DIR__, or a folder below it.",
    );
    if registered.as_os_str().as_encoded_bytes().contains(&0) {
        return Err(leaves);
    }
    let registered = normal(registered).ok_or(leaves)?;
    // Judged before anything there is looked at, and again by where it really lies.
    if !registered.starts_with(&file.real_folder) && !is_place(ground, &registered) {
        return Err(leaves);
    }
    let real = registered.canonicalize().map_err(|_| {
        (
            "The registered folder does not exist.",
            "Register __DIR__, or a folder below it.",
        )
    })?;
    if !real.starts_with(&file.real_folder) && !is_place(ground, &real) {
        return Err(leaves);
    }
    let reached = file.path.parent().unwrap_or(ground.root());
    let path = match registered.strip_prefix(&file.real_folder) {
        Ok(below) if below.as_os_str().is_empty() => reached.to_owned(),
        Ok(below) => reached.join(below),
        Err(_) => ground.root().join(ground.shown(&registered)),
    };
    Ok((path, real))
}

/// Whether a real folder is one where the project keeps modules: two levels below `app/code` or
/// `vendor`, or deeper.
fn is_place(ground: &Ground, real: &Path) -> bool {
    let below = |folder: &str| {
        let below = real.strip_prefix(ground.real().join(folder));
        below.is_ok_and(|below| below.components().count() >= 2)
    };
    below("app/code") || below("vendor")
}
