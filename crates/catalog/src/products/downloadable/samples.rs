//! `/V1/products/:sku/downloadable-links/samples`: what a customer may try before buying.

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_storage::{Collection, Error, Field, Scalar, serde_document};
use ferrite_webapi::dto::Opt;
use ferrite_webapi::{Call, Routes, Tx};
use serde::{Deserialize, Serialize};

use super::source::{self, Sent, Source};
use super::types::DownloadSample;
use super::{check_type, title};
use crate::products::by_sku;
use crate::products::rows::Product;

/// A sample.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sample {
    /// Its row.
    pub(super) id: i64,
    product_id: i64,
    title: String,
    sort_order: i64,
    source: Source,
}

serde_document!(Sample);

/// All samples.
pub static SAMPLES: Collection<Sample> = Collection {
    name: "downloadable_sample",
    fields: &[Field::int("product_id", |one: &Sample| {
        Some(Scalar::from(one.product_id))
    })],
};

impl Sample {
    /// As answers show it.
    pub(super) fn shown(&self) -> DownloadSample {
        DownloadSample {
            id: self.id.into(),
            title: self.title.as_str().into(),
            sort_order: self.sort_order.into(),
            sample_type: self.source.kind().into(),
            sample_file: self.source.file().into(),
            sample_file_content: Opt::Absent,
            sample_url: self.source.url().into(),
            extension_attributes: Opt::Absent,
        }
    }
}

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    let path = "/V1/products/:sku/downloadable-links/samples";
    routes.bind_kept(&format!("GET {path}"), list);
    routes.bind(&format!("POST {path}"), save);
    routes.bind(&format!("PUT {path}/:id"), save);
    routes.bind("DELETE /V1/products/downloadable-links/samples/:id", delete);
}

/// The samples of a product, by place.
pub(super) fn of(tx: &mut Tx<'_>, product_id: i64) -> Result<Vec<Sample>, Error> {
    let mut samples = SAMPLES.list_by(tx, "product_id", &Scalar::from(product_id))?;
    samples.sort_by_key(|sample| (sample.sort_order, sample.id));
    Ok(samples)
}

fn list(_: &Call, tx: &mut Tx<'_>, sku: String) -> Result<Vec<DownloadSample>, Fault> {
    let product = by_sku(tx, &sku)?;
    Ok(of(tx, product.id)?.iter().map(Sample::shown).collect())
}

fn load(tx: &mut Tx<'_>, id: i64) -> Result<Sample, Fault> {
    let found = SAMPLES.get(tx, id)?;
    found.ok_or_else(|| {
        let text = "No downloadable sample with the provided ID was found. \
                    Verify the ID and try again.";
        Fault::new(Kind::NotFound, Phrase::new(text))
    })
}

fn save(
    call: &Call,
    tx: &mut Tx<'_>,
    sku: String,
    sent: DownloadSample,
    is_global: bool,
) -> Result<i64, Fault> {
    let product = by_sku(tx, &sku)?;
    put(call, tx, &product, &sent, is_global)
}

/// Adds a sample, or changes the one whose id was sent. A change needs a title only where it
/// counts for all store views.
pub(super) fn put(
    call: &Call,
    tx: &mut Tx<'_>,
    product: &Product,
    sent: &DownloadSample,
    is_global: bool,
) -> Result<i64, Fault> {
    let held = match sent.id.value().filter(|id| *id != 0) {
        Some(id) => Some(load(tx, id)?),
        None => None,
    };
    match &held {
        None => check_type(product)?,
        Some(held) if held.product_id != product.id => {
            return Err(Fault::invalid(
                "The downloadable sample isn't related to the product. \
                 Verify the link and try again.",
            ));
        }
        Some(_) => {}
    }
    let kind = sent.sample_type.value().unwrap_or_default();
    if !["file", "url"].contains(&kind.as_str()) {
        return Err(Fault::invalid(
            "The sample type is invalid. Verify the sample type and try again.",
        ));
    }
    if sent.sort_order.value().is_none_or(|place| place < 0) {
        return Err(Fault::invalid("Sort order must be a positive integer."));
    }
    let source = Sent {
        kind: &kind,
        path: sent.sample_file.value(),
        content: sent.sample_file_content.get(),
        url: sent.sample_url.value(),
        address_name: "Sample URL",
        no_file: "Sample file not found. Please try again.",
    };
    let source = source::take(call, tx, &source)?;
    let kept = held.as_ref().filter(|_| !is_global);
    let kept = kept.map(|held| held.title.clone());
    let title = title(
        &sent.title,
        kept,
        "The sample title is empty. Enter the title and try again.",
    )?;
    let mut sample = Sample {
        id: held.as_ref().map_or(0, |held| held.id),
        product_id: product.id,
        title,
        sort_order: sent.sort_order.value().unwrap_or(0),
        source,
    };
    match held {
        None => Ok(SAMPLES.insert(tx, &mut sample)?),
        Some(held) => {
            if held.source != sample.source {
                source::forget(tx, Some(&held.source))?;
            }
            SAMPLES.put(tx, &sample)?;
            Ok(sample.id)
        }
    }
}

/// Takes a sample away, with its file.
pub(super) fn forget(tx: &mut Tx<'_>, sample: &Sample) -> Result<(), Fault> {
    source::forget(tx, Some(&sample.source))?;
    SAMPLES.delete(tx, sample.id)?;
    Ok(())
}

fn delete(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<bool, Fault> {
    let sample = load(tx, id)?;
    forget(tx, &sample)?;
    Ok(true)
}
