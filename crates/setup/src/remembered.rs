//! What a store remembers of the modules that were set up in it: Magento's `setup_module` and
//! `patch_list`.

use ferrite_modules::SetupState;
use ferrite_storage::{Collection, Error, Field, Scalar, Tx, serde_document};
use serde::{Deserialize, Serialize};

/// The versions that a module was set up with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetupModule {
    /// Its row.
    pub id: i64,
    /// The module.
    pub module: String,
    /// The version of its schema scripts.
    pub schema_version: Option<String>,
    /// The version of its data scripts.
    pub data_version: Option<String>,
}

serde_document!(SetupModule);

/// All modules that have a version.
pub static SETUP_MODULES: Collection<SetupModule> = Collection {
    name: "setup_module",
    fields: &[Field::unique_text("module", |row: &SetupModule| {
        Some(Scalar::from(row.module.as_str()))
    })],
};

/// A patch that was taken, or passed over for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatchRow {
    /// Its row.
    pub id: i64,
    /// The class, without a leading backslash.
    pub patch_name: String,
}

serde_document!(PatchRow);

/// All patches.
pub static PATCHES: Collection<PatchRow> = Collection {
    name: "patch_list",
    fields: &[Field::unique_text("patch_name", |row: &PatchRow| {
        Some(Scalar::from(row.patch_name.as_str()))
    })],
};

/// All of it.
pub fn state(tx: &mut Tx<'_>) -> Result<SetupState, Error> {
    let mut state = SetupState::default();
    for row in SETUP_MODULES.all(tx)? {
        if let Some(version) = row.schema_version {
            state.schema_versions.insert(row.module.clone(), version);
        }
        if let Some(version) = row.data_version {
            state.data_versions.insert(row.module, version);
        }
    }
    let patches = PATCHES.all(tx)?.into_iter();
    state.patches = patches.map(|row| row.patch_name).collect();
    Ok(state)
}

/// Remembers a version of a module.
pub(crate) fn set_version(
    tx: &mut Tx<'_>,
    module: &str,
    of_data: bool,
    version: &str,
) -> Result<(), Error> {
    let found = SETUP_MODULES.find(tx, "module", &Scalar::from(module))?;
    let is_new = found.is_none();
    let mut row = found.unwrap_or_else(|| SetupModule {
        module: module.to_owned(),
        ..SetupModule::default()
    });
    let place = if of_data {
        &mut row.data_version
    } else {
        &mut row.schema_version
    };
    *place = Some(version.to_owned());
    if is_new {
        SETUP_MODULES.insert(tx, &mut row)?;
    } else {
        SETUP_MODULES.put(tx, &row)?;
    }
    Ok(())
}

/// Remembers patches; those that are known stay.
pub(crate) fn add_patches<'a>(
    tx: &mut Tx<'_>,
    names: impl Iterator<Item = &'a String>,
) -> Result<(), Error> {
    for name in names {
        if PATCHES
            .find(tx, "patch_name", &Scalar::from(name.as_str()))?
            .is_none()
        {
            let mut row = PatchRow {
                id: 0,
                patch_name: name.clone(),
            };
            PATCHES.insert(tx, &mut row)?;
        }
    }
    Ok(())
}
