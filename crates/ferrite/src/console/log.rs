//! `var/log/system.log` of a project: errors that no command handles.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;

use anyhow::Result;
use ferrite_base::Clock;

use crate::project::Project;

/// Appends an error. A log that cannot be written keeps nobody from reading the error itself.
pub fn error(project: &Project, command: &str, error: &anyhow::Error) {
    if project.is_installed() {
        let _ = append(project, &line(&Clock::system(), command, error));
    }
}

fn append(project: &Project, line: &str) -> Result<()> {
    project.make_folder("var/log")?;
    let mut options = OpenOptions::new();
    let options = options.append(true).create(true).mode(0o600);
    let mut file = options.open(project.path("var/log/system.log"))?;
    file.write_all(line.as_bytes())?;
    Ok(())
}

/// One line, whatever the error holds.
fn line(clock: &Clock, command: &str, error: &anyhow::Error) -> String {
    let text = format!("{error:#}").replace(['\r', '\n'], " ");
    let time = clock.now().as_str().replacen(' ', "T", 1);
    format!("[{time}+00:00] main.CRITICAL: {command}: {text}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_line() {
        let error = anyhow::anyhow!("one\ntwo").context("three");
        assert_eq!(
            line(&Clock::fixed(1_718_000_000), "cache:clean", &error),
            "[2024-06-10T06:13:20+00:00] main.CRITICAL: cache:clean: three: one two\n"
        );
    }
}
