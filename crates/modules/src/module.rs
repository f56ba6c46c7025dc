//! What is known of one module.

use std::path::PathBuf;

/// Where a module comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// It is part of Ferrite; a checkout's own copy of it is not read.
    BuiltIn,
    /// A folder below `app/code`.
    AppCode,
    /// A package that composer installed.
    Vendor,
}

impl Origin {
    /// `built in`, `app/code` or `vendor`.
    pub fn name(self) -> &'static str {
        match self {
            Self::BuiltIn => "built in",
            Self::AppCode => "app/code",
            Self::Vendor => "vendor",
        }
    }
}

/// A module, built in or on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// The name, such as `Magento_Catalog`.
    pub name: String,
    /// The `setup_version`; `None` for a module that uses only declarative schema and patches.
    pub setup_version: Option<String>,
    /// The modules that have to come before it. Empty for built-in ones, which are in order.
    pub sequence: Vec<String>,
    /// Whether it is switched on. Of a built-in one by itself: whether a fresh installation has it
    /// switched on.
    pub enabled: bool,
    /// Where it comes from.
    pub origin: Origin,
    /// Its folder, below the root; absolute where it lies outside of it, empty when built in.
    pub path: PathBuf,
    /// The files of it that were read, below the root.
    pub files: Vec<PathBuf>,
    /// What its `composer.json` says, where there is one that can be read.
    pub package: Option<Package>,
}

/// What Ferrite takes from a `composer.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// The package, such as `vendor/module-thing`.
    pub name: String,
    /// The version, where the file has one.
    pub version: Option<String>,
    /// The type, such as `magento2-module`.
    pub kind: Option<String>,
    /// Packages that it needs, each with its constraint.
    pub require: Vec<(String, String)>,
    /// Packages that it does not go together with, each with its constraint.
    pub conflict: Vec<(String, String)>,
    /// Namespace prefix and folder, below the package's own.
    pub psr4: Vec<(String, String)>,
}
