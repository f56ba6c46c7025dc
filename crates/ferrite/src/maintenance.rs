//! Maintenance mode: `var/.maintenance.flag` is there while it is on, `var/.maintenance.ip` holds
//! the addresses that are served all the same, with commas between.
//!
//! The server looks for the flag once a request, so that the very next one obeys however the file
//! came to be there; it reads the addresses only while the flag is up.

use std::fs;
use std::net::IpAddr;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::project::Project;

/// The flag files of a project.
#[derive(Clone, Debug)]
pub struct Maintenance {
    flag: PathBuf,
    addresses: PathBuf,
}

impl Maintenance {
    /// Those of this project.
    pub fn of(project: &Project) -> Self {
        Self {
            flag: project.path("var/.maintenance.flag"),
            addresses: project.path("var/.maintenance.ip"),
        }
    }

    /// Whether it is on.
    pub fn is_on(&self) -> bool {
        fs::symlink_metadata(&self.flag).is_ok()
    }

    /// Whether somebody at this address is turned away.
    pub fn turns_away(&self, source: impl FnOnce() -> IpAddr) -> bool {
        if !self.is_on() {
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
        let away = |text: &str| maintenance.turns_away(|| text.parse().unwrap());
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
