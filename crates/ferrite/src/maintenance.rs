//! Maintenance mode: `var/.maintenance.flag` is there while it is on, `var/.maintenance.ip` holds
//! the addresses that are served all the same, with commas between.
//!
//! The commands raise the generation, so that the server's very next request obeys; a flag that
//! somebody else puts there is seen within a second. The addresses are read only while it is up.

use std::fs;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use ferrite_storage::Generation;

use crate::project::Project;

const LOOKED_FOR_EVERY: Duration = Duration::from_secs(1);

/// The flag files of a project.
#[derive(Clone, Debug)]
pub struct Maintenance {
    flag: PathBuf,
    addresses: PathBuf,
    /// Under which generation and when the flag was looked for, and whether it was there.
    seen: Arc<RwLock<Option<(Generation, Instant, bool)>>>,
}

impl Maintenance {
    /// Those of this project.
    pub fn of(project: &Project) -> Self {
        Self {
            flag: project.path("var/.maintenance.flag"),
            addresses: project.path("var/.maintenance.ip"),
            seen: Arc::default(),
        }
    }

    /// Whether it is on.
    pub fn is_on(&self) -> bool {
        fs::symlink_metadata(&self.flag).is_ok()
    }

    /// The same as it was found under this generation, not long ago.
    fn is_on_under(&self, generation: Generation) -> bool {
        let seen = *self.seen.read().unwrap_or_else(PoisonError::into_inner);
        match seen {
            Some((under, at, on)) if under == generation && at.elapsed() < LOOKED_FOR_EVERY => on,
            _ => {
                let on = self.is_on();
                let fresh = Some((generation, Instant::now(), on));
                *self.seen.write().unwrap_or_else(PoisonError::into_inner) = fresh;
                on
            }
        }
    }

    /// Whether somebody at this address is turned away.
    pub fn turns_away(&self, generation: Generation, source: impl FnOnce() -> IpAddr) -> bool {
        if !self.is_on_under(generation) {
            return false;
        }
        let source = source().to_canonical();
        let mut exempt = self.exempt().into_iter();
        let is_source = |text: String| {
            text.parse::<IpAddr>()
                .is_ok_and(|ip| ip.to_canonical() == source)
        };
        !exempt.any(is_source)
    }

    /// Switches it on or off.
    pub fn set(&self, on: bool) -> Result<()> {
        if on {
            if let Some(folder) = self.flag.parent() {
                fs::create_dir_all(folder)?;
            }
            return fs::write(&self.flag, "")
                .with_context(|| format!("cannot write {}", self.flag.display()));
        }
        removed(&self.flag)
    }

    /// The addresses that are served all the same.
    pub fn exempt(&self) -> Vec<String> {
        let text = fs::read_to_string(&self.addresses).unwrap_or_default();
        let addresses = text.trim().split(',').map(str::trim);
        addresses
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// Sets those addresses; none takes the file away.
    pub fn set_exempt(&self, addresses: &[String]) -> Result<()> {
        if addresses.is_empty() {
            return removed(&self.addresses);
        }
        if let Some(folder) = self.addresses.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.addresses, addresses.join(","))
            .with_context(|| format!("cannot write {}", self.addresses.display()))
    }
}

fn removed(file: &PathBuf) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", file.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exempt_addresses_pass_whatever_way_they_are_written() {
        let folder = tempfile::tempdir().unwrap();
        let maintenance = Maintenance::of(&Project::at(folder.path()));
        let generation = std::cell::Cell::new(0);
        let away = |text: &str| {
            generation.set(generation.get() + 2);
            let now = Generation::Settled(generation.get());
            maintenance.turns_away(now, || text.parse().unwrap())
        };
        assert!(!away("192.0.2.1"));
        maintenance.set(true).unwrap();
        assert!(away("192.0.2.1"));
        maintenance
            .set_exempt(&["192.0.2.1".to_owned(), "::1".to_owned()])
            .unwrap();
        assert!(!away("::ffff:192.0.2.1") && !away("::1") && away("192.0.2.2"));
        maintenance.set_exempt(&[]).unwrap();
        assert!(away("::1"));
        maintenance.set(false).unwrap();
        maintenance.set(false).unwrap();
        assert!(!away("192.0.2.2"));
    }
}
