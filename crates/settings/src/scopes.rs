//! Websites, store groups and store views, as Magento names them.

use ferrite_base::{Fault, StoreScope};
use ferrite_storage::{Collection, Error, Field, Scalar, Tx, serde_document};
use serde::{Deserialize, Serialize};

/// A website: one or more groups that share customers and prices.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Website {
    /// Its id; 0 is the admin's.
    pub id: i64,
    /// Its code, unique.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The group that counts when none is named.
    pub default_group_id: i64,
    /// Whether it is the one that counts when none is named.
    #[serde(default)]
    pub is_default: bool,
}

/// A store group: store views that share a root category.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Group {
    /// Its id; 0 is the admin's.
    pub id: i64,
    /// The website that it belongs to.
    pub website_id: i64,
    /// The root of its catalog.
    pub root_category_id: i64,
    /// The store view that counts when none is named.
    pub default_store_id: i64,
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: String,
}

/// A store view: a language of a group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoreView {
    /// Its id; 0 is the admin scope.
    pub id: i64,
    /// Its code, unique; it stands in the addresses of the Web API.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The website that it belongs to.
    pub website_id: i64,
    /// The group that it belongs to.
    pub store_group_id: i64,
    /// 1 where it can be used.
    pub is_active: i64,
}

serde_document!(Website);
serde_document!(Group);
serde_document!(StoreView);

/// All websites.
pub static WEBSITES: Collection<Website> = Collection {
    name: "website",
    fields: &[Field::unique_text("code", |site: &Website| {
        Some(Scalar::from(site.code.as_str()))
    })],
};

/// All store groups.
pub static GROUPS: Collection<Group> = Collection {
    name: "store_group",
    fields: &[Field::int("website_id", |group: &Group| {
        Some(Scalar::from(group.website_id))
    })],
};

/// All store views.
pub static STORE_VIEWS: Collection<StoreView> = Collection {
    name: "store_view",
    fields: &[Field::unique_text("code", |view: &StoreView| {
        Some(Scalar::from(view.code.as_str()))
    })],
};

impl StoreView {
    /// The scope that a call to this store view has.
    pub fn scope(&self) -> StoreScope {
        StoreScope {
            store_id: self.id,
            website_id: self.website_id,
            code: self.code.clone().into(),
        }
    }
}

/// The whole tree, in memory.
#[derive(Clone, Debug, Default)]
pub struct Stores {
    /// By id, the admin's first.
    pub websites: Vec<Website>,
    /// By id, the admin's first.
    pub groups: Vec<Group>,
    /// By id, the admin's first.
    pub views: Vec<StoreView>,
}

impl Stores {
    pub(crate) fn read(tx: &mut Tx<'_>) -> Result<Self, Error> {
        Ok(Self {
            websites: WEBSITES.all(tx)?,
            groups: GROUPS.all(tx)?,
            views: STORE_VIEWS.all(tx)?,
        })
    }

    /// The store view of this code, as written.
    pub fn by_code(&self, code: &str) -> Option<&StoreView> {
        self.views.iter().find(|view| view.code == code)
    }

    /// The store view of this id.
    pub fn view(&self, id: i64) -> Option<&StoreView> {
        self.views.iter().find(|view| view.id == id)
    }

    /// The store view that counts when an address names none.
    pub fn default_view(&self) -> Option<&StoreView> {
        let site = self.websites.iter().find(|site| site.is_default);
        let group =
            site.and_then(|site| self.groups.iter().find(|g| g.id == site.default_group_id));
        group.and_then(|group| self.view(group.default_store_id))
    }

    /// The scope of [`Self::default_view`].
    pub fn default_scope(&self) -> StoreScope {
        self.default_view()
            .map_or_else(StoreScope::admin, StoreView::scope)
    }
}

pub(crate) fn install(tx: &mut Tx<'_>) -> Result<(), Error> {
    for (id, code, name) in [(0, "admin", "Admin"), (1, "base", "Main Website")] {
        let (code, name) = (code.to_owned(), name.to_owned());
        let site = Website {
            id,
            code,
            name,
            default_group_id: id,
            is_default: id == 1,
        };
        WEBSITES.insert_as(tx, &site)?;
    }
    for (id, root, name, code) in [
        (0, 0, "Default", "default"),
        (1, 2, "Main Website Store", "main_website_store"),
    ] {
        let (name, code) = (name.to_owned(), code.to_owned());
        let group = Group {
            id,
            website_id: id,
            root_category_id: root,
            default_store_id: id,
            name,
            code,
        };
        GROUPS.insert_as(tx, &group)?;
    }
    for (id, code, name) in [(0, "admin", "Admin"), (1, "default", "Default Store View")] {
        let (code, name) = (code.to_owned(), name.to_owned());
        let view = StoreView {
            id,
            code,
            name,
            website_id: id,
            store_group_id: id,
            is_active: 1,
        };
        STORE_VIEWS.insert_as(tx, &view)?;
    }
    Ok(())
}

/// Adds a store view to a website's default group; returns its id.
///
/// Fails with Magento's sentence for a code that is none or is taken.
pub fn add_store_view(
    tx: &mut Tx<'_>,
    code: &str,
    website: &str,
    name: &str,
) -> Result<i64, Fault> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let begins = code.starts_with(|letter: char| letter.is_ascii_alphabetic());
    if !begins || !code.bytes().all(plain) || code == "all" || code.len() > 32 {
        return Err(Fault::invalid(
            "The store code may contain only letters (a-z), numbers (0-9) or underscore (_), \
             and the first character must be a letter.",
        ));
    }
    if name.trim().is_empty() {
        return Err(Fault::invalid("Name is required"));
    }
    let site = WEBSITES.find(tx, "code", &Scalar::from(website))?;
    let site = site.filter(|site| site.id != 0).ok_or_else(|| {
        Fault::not_found("The website with this code that was requested wasn't found. Verify the website and try again.")
    })?;
    let mut view = StoreView {
        id: 0,
        code: code.to_owned(),
        name: name.to_owned(),
        website_id: site.id,
        store_group_id: site.default_group_id,
        is_active: 1,
    };
    tx.raise_generation();
    match STORE_VIEWS.insert(tx, &mut view) {
        Err(Error::Duplicate(_)) => Err(Fault::invalid("Store with the same code already exists.")),
        other => Ok(other?),
    }
}
