//! What is measured, and how long.

use anyhow::{Context, Result, bail};

/// The options of the command line.
pub struct Options {
    pub path: String,
    pub rounds: u64,
    pub seconds: f64,
    pub connections: usize,
}

impl Options {
    pub fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self {
            path: "/rest/V1/products/24-MB01".to_owned(),
            rounds: 5,
            seconds: 2.0,
            connections: 32,
        };
        let mut rest = arguments.iter();
        while let Some(name) = rest.next() {
            // Cargo adds it.
            if name == "--bench" {
                continue;
            }
            let value = rest
                .next()
                .with_context(|| format!("{name} wants a value"))?;
            match name.as_str() {
                "--path" => value.clone_into(&mut options.path),
                "--rounds" => options.rounds = value.parse().context("--rounds")?,
                "--seconds" => options.seconds = value.parse().context("--seconds")?,
                "--connections" => options.connections = value.parse().context("--connections")?,
                _ => bail!("there is no option {name}"),
            }
        }
        Ok(options)
    }
}
