//! What is stored of an image or a video.

use std::collections::BTreeMap;

use ferrite_storage::{Collection, Document, Error, Field, Scalar, Tx};
use ferrite_webapi::dto::{Opt, Wire as _};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::VIDEO;
use super::types::{MediaEntry, MediaExtension};
use crate::scoped::DEFAULT;

/// An image or a video of a product.
#[derive(Clone, Default)]
pub struct Entry {
    /// Its row.
    pub(super) id: i64,
    /// Its product.
    pub(super) product_id: i64,
    /// `image` or `external-video`.
    pub(super) media_type: String,
    /// The path of its file.
    pub(super) file: String,
    /// What a video is.
    pub(super) extension: Option<MediaExtension>,
    /// How store views show it; 0 is all that have nothing of their own.
    pub(super) views: BTreeMap<i64, View>,
}

/// How a store view shows an entry.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct View {
    /// What it is called.
    pub(super) label: Option<String>,
    /// Its place.
    pub(super) position: Option<i64>,
    /// Whether it is hidden.
    pub(super) disabled: bool,
}

/// An entry as its document has it.
#[derive(Serialize, Deserialize)]
struct Stored {
    product_id: i64,
    media_type: String,
    file: String,
    extension: Value,
    views: BTreeMap<i64, View>,
}

fn broken(reason: &impl ToString) -> Error {
    Error::Document {
        table: ENTRIES.name.to_owned(),
        reason: reason.to_string(),
    }
}

impl Document for Entry {
    fn id(&self) -> i64 {
        self.id
    }

    fn set_id(&mut self, id: i64) {
        self.id = id;
    }

    fn to_text(&self) -> Result<String, Error> {
        let stored = Stored {
            product_id: self.product_id,
            media_type: self.media_type.clone(),
            file: self.file.clone(),
            extension: self
                .extension
                .as_ref()
                .map_or(Value::Null, MediaExtension::to_value),
            views: self.views.clone(),
        };
        serde_json::to_string(&stored).map_err(|error| broken(&error))
    }

    fn from_text(text: &str) -> Result<Self, Error> {
        let stored: Stored = serde_json::from_str(text).map_err(|error| broken(&error))?;
        let extension = match &stored.extension {
            Value::Null => None,
            value => MediaExtension::from_value(value).map_err(|fault| broken(&fault))?,
        };
        Ok(Self {
            id: 0,
            product_id: stored.product_id,
            media_type: stored.media_type,
            file: stored.file,
            extension,
            views: stored.views,
        })
    }
}

/// All entries.
pub static ENTRIES: Collection<Entry> = Collection {
    name: "catalog_product_media",
    fields: &[Field::int("product_id", |entry: &Entry| {
        Some(Scalar::from(entry.product_id))
    })],
};

/// The entries of a product, by id.
pub(super) fn of(tx: &mut Tx<'_>, product_id: i64) -> Result<Vec<Entry>, Error> {
    ENTRIES.list_by(tx, "product_id", &Scalar::from(product_id))
}

impl Entry {
    /// What is shown of a video, whatever was sent of it; nothing of an image.
    fn video(&self) -> Option<MediaExtension> {
        if self.media_type != VIDEO {
            return None;
        }
        let mut shown = self.extension.clone().unwrap_or_default();
        let mut content = shown.video_content.value().unwrap_or_default();
        content.media_type = VIDEO.into();
        shown.video_content = content.into();
        Some(shown)
    }

    fn view(&self, store_id: i64) -> Option<&View> {
        let own = self.views.get(&store_id);
        own.or_else(|| self.views.get(&DEFAULT))
    }

    /// Lays what was sent over what a store view shows.
    pub(super) fn lay_over(&mut self, sent: &MediaEntry, store_id: i64) {
        let mut view = self.view(store_id).cloned().unwrap_or_default();
        match &sent.label {
            Opt::Absent => {}
            Opt::Null => view.label = None,
            Opt::Is(label) => view.label = Some(label.clone()),
        }
        if let Some(position) = sent.position.value() {
            view.position = Some(position);
        }
        if let Some(disabled) = sent.disabled.value() {
            view.disabled = disabled;
        }
        self.views.insert(store_id, view);
        if let Some(media_type) = sent.media_type.value() {
            self.media_type = media_type;
        }
        if let Some(extension) = sent.extension_attributes.value() {
            self.extension = Some(extension);
        }
    }
}

/// An entry in its place in a store view.
pub(super) struct Placed<'a> {
    /// The entry.
    pub(super) entry: &'a Entry,
    /// How it is shown.
    pub(super) view: View,
}

impl<'a> Placed<'a> {
    /// All entries in their places: those that have none in a store view come last.
    pub(super) fn all(entries: &'a [Entry], store_id: i64) -> Vec<Self> {
        let known = |entry: &Entry| entry.view(store_id)?.position;
        let mut next = entries.iter().filter_map(known).max().unwrap_or(0);
        let mut all = Vec::with_capacity(entries.len());
        for entry in entries {
            let mut view = entry.view(store_id).cloned().unwrap_or_default();
            if view.position.is_none() {
                next = next.saturating_add(1);
                view.position = Some(next);
            }
            all.push(Self { entry, view });
        }
        all.sort_by_key(|one| (one.view.position, one.entry.id));
        all
    }

    /// As answers show it.
    pub(super) fn shown(&self, roles: Vec<String>) -> MediaEntry {
        MediaEntry {
            id: self.entry.id.into(),
            media_type: self.entry.media_type.as_str().into(),
            label: self.view.label.clone().into(),
            position: self.view.position.into(),
            disabled: self.view.disabled.into(),
            types: roles.into(),
            file: self.entry.file.as_str().into(),
            content: Opt::Absent,
            extension_attributes: self.entry.video().into(),
        }
    }
}
