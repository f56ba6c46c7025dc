//! `/V1/products/:sku/downloadable-links/samples`: what a customer may try before buying.

use ferrite_base::Fault;
use ferrite_storage::{Collection, Field, Scalar, serde_document};
use ferrite_webapi::dto::Opt;
use ferrite_webapi::{Call, Tx};
use serde::{Deserialize, Serialize};

use super::lists::Part;
use super::source::{self, Sent, Source};
use super::title;
use super::types::DownloadSample;

/// A sample.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sample {
    /// Its row.
    id: i64,
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

impl Part for Sample {
    type Shown = DownloadSample;

    const PATH: &'static str = "downloadable-links/samples";

    const MISSING: &'static str = "No downloadable sample with the provided ID was found. \
                                   Verify the ID and try again.";

    const FOREIGN: &'static str = "The downloadable sample isn't related to the product. \
                                   Verify the link and try again.";

    fn all() -> &'static Collection<Self> {
        &SAMPLES
    }

    fn product_id(&self) -> i64 {
        self.product_id
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn place(&self) -> i64 {
        self.sort_order
    }

    fn sources(&self) -> Vec<&Source> {
        vec![&self.source]
    }

    fn shown(&self) -> DownloadSample {
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

    fn id_of(sent: &DownloadSample) -> Option<i64> {
        sent.id.value()
    }

    fn read(
        call: &Call,
        tx: &mut Tx<'_>,
        product_id: i64,
        sent: &DownloadSample,
        kept_title: Option<String>,
    ) -> Result<Self, Fault> {
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
        let title = title(
            &sent.title,
            kept_title,
            "The sample title is empty. Enter the title and try again.",
        )?;
        Ok(Self {
            id: 0,
            product_id,
            title,
            sort_order: sent.sort_order.value().unwrap_or(0),
            source,
        })
    }
}
