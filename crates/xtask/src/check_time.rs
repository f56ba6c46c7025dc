//! How long a change in a crate of the Web API keeps its author waiting: one file of each is touched,
//! and `cargo check` of the binary is measured, by the clock and by the processors.
//!
//! The crates are those that stand on `webapi`, and `webapi` itself, so that a crate which is split is
//! measured in its parts.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::stage::{Repo, capture};

/// Nobody should wait longer, on two cores.
const MOST: Duration = Duration::from_secs(20);

/// Ticks of a second in `/proc`, the same on all of Linux's platforms.
const TICKS: f64 = 100.0;

const CHECK: &str = "check --locked --quiet -p ferrite";

/// What one check took.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Taken {
    /// By the clock.
    clock: f64,
    /// Of all processors, for this and all programs that it starts.
    processor: f64,
}

impl Taken {
    fn is_above(self) -> bool {
        self.clock > MOST.as_secs_f64()
    }

    /// Whether it would be above on a machine with nothing else to do.
    fn is_its_own_fault(self) -> bool {
        self.is_above() && self.processor > MOST.as_secs_f64()
    }
}

/// Measures and prints; false where a crate takes too long by its own fault.
pub fn check(repo: &Repo) -> Result<bool> {
    let crates = crates(repo)?;
    taken(repo).context("cargo check")?;
    println!("{:<24} {:>8} {:>10}", "touched", "seconds", "processor");
    let mut passed = true;
    for (name, file) in &crates {
        touch(file)?;
        let taken = taken(repo)?;
        let mark = match (taken.is_above(), taken.is_its_own_fault()) {
            (false, _) => "",
            (true, true) => "  above 20 s: split it",
            (true, false) => "  above 20 s, since the machine is busy",
        };
        println!(
            "{name:<24} {:>8.1} {:>10.1}{mark}",
            taken.clock, taken.processor
        );
        passed &= !taken.is_its_own_fault();
    }
    Ok(passed)
}

/// The crates by their name, each with the file that is touched.
fn crates(repo: &Repo) -> Result<Vec<(String, PathBuf)>> {
    let folder = repo.root.join("crates");
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let manifest = fs::read_to_string(path.join("Cargo.toml"))
            .with_context(|| path.display().to_string())?;
        if name == "webapi" || manifest.contains("\nferrite-webapi") {
            let library = path.join("src/lib.rs");
            let program = path.join("src/main.rs");
            let file = if library.is_file() { library } else { program };
            found.push((name.into_owned(), file));
        }
    }
    found.sort();
    Ok(found)
}

/// Writes what stands in it once more.
fn touch(file: &Path) -> Result<()> {
    let written = fs::read(file).and_then(|bytes| fs::write(file, bytes));
    written.with_context(|| file.display().to_string())
}

fn taken(repo: &Repo) -> Result<Taken> {
    let (start, before) = (Instant::now(), of_children()?);
    capture(&mut repo.cargo(CHECK))?;
    Ok(Taken {
        clock: start.elapsed().as_secs_f64(),
        processor: of_children()? - before,
    })
}

/// The seconds that ended programs which this one has started have taken of the processors.
fn of_children() -> Result<f64> {
    let line = fs::read_to_string("/proc/self/stat").context("/proc/self/stat")?;
    seconds(&line).context("/proc/self/stat is not understood")
}

/// Fields 16 and 17 (proc(5)), counted from behind the name, which may hold anything.
fn seconds(line: &str) -> Option<f64> {
    let (_, fields) = line.rsplit_once(") ")?;
    let mut fields = fields.split(' ').skip(13);
    let mut next = || fields.next()?.parse::<f64>().ok();
    Some((next()? + next()?) / TICKS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_children_stands_behind_a_name_that_may_hold_blanks() {
        let line = "7 (a) b) S 1 2 3 4 5 6 7 8 9 10 50 60 150 250 20 0";
        assert_eq!(seconds(line), Some(4.0));
        assert_eq!(seconds("7 (a"), None);
        assert!(of_children().unwrap() >= 0.0);
    }

    #[test]
    fn a_busy_machine_is_no_fault_of_a_crate() {
        let taken = |clock, processor| Taken { clock, processor };
        assert!(!taken(19.0, 30.0).is_above());
        assert!(taken(60.0, 15.0).is_above() && !taken(60.0, 15.0).is_its_own_fault());
        assert!(taken(25.0, 30.0).is_its_own_fault());
    }

    #[test]
    fn every_family_and_what_it_stands_on_is_measured() {
        let crates = crates(&Repo::locate().unwrap()).unwrap();
        for name in ["webapi", "catalog", "inventory", "store", "ferrite"] {
            assert!(crates.iter().any(|(one, _)| one == name), "{name}");
        }
        assert!(crates.iter().all(|(_, file)| file.is_file()));
    }
}
