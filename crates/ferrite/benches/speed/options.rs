//! What is measured, and how long.

use anyhow::{Context, Result, bail};

use crate::load::{Load, Request};

/// A part of the measurement.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Reads,
    Lists,
    Writes,
    Many,
}

/// The options of the command line.
pub struct Options {
    only: Option<Part>,
    pub path: String,
    pub rounds: u64,
    pub seconds: f64,
    pub connections: usize,
    pub products: u64,
}

impl Options {
    pub fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self {
            only: None,
            path: "/rest/V1/products/24-MB01".to_owned(),
            rounds: 5,
            seconds: 2.0,
            connections: 32,
            products: 100_000,
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
                "--only" => options.only = Some(part(value)?),
                "--path" => value.clone_into(&mut options.path),
                "--rounds" => options.rounds = value.parse().context("--rounds")?,
                "--seconds" => options.seconds = value.parse().context("--seconds")?,
                "--connections" => options.connections = value.parse().context("--connections")?,
                "--products" => options.products = value.parse().context("--products")?,
                _ => bail!("there is no option {name}"),
            }
        }
        Ok(options)
    }

    /// Whether this part is measured.
    pub fn has(&self, part: Part) -> bool {
        self.only.is_none_or(|only| only == part)
    }

    /// A round of such requests.
    pub fn load(&self, request: Request) -> Load {
        Load {
            connections: self.connections,
            seconds: self.seconds,
            request,
        }
    }
}

fn part(name: &str) -> Result<Part> {
    Ok(match name {
        "reads" => Part::Reads,
        "lists" => Part::Lists,
        "writes" => Part::Writes,
        "many" => Part::Many,
        _ => bail!("--only is reads, lists, writes or many"),
    })
}
