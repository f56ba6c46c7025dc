//! `/V1/products/:sku/downloadable-links`: what a customer downloads after buying.

use ferrite_base::{Amount, Fault};
use ferrite_storage::{Collection, Field, Scalar, serde_document};
use ferrite_webapi::dto::Opt;
use ferrite_webapi::{Call, Tx};
use serde::{Deserialize, Serialize};

use super::lists::Part;
use super::source::{self, Sent, Source};
use super::title;
use super::types::DownloadLink;

/// A link.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Link {
    /// Its row.
    id: i64,
    product_id: i64,
    title: String,
    sort_order: i64,
    is_shareable: i64,
    price: Amount,
    number_of_downloads: i64,
    source: Source,
    sample: Option<Source>,
}

serde_document!(Link);

/// All links.
pub static LINKS: Collection<Link> = Collection {
    name: "downloadable_link",
    fields: &[Field::int("product_id", |one: &Link| {
        Some(Scalar::from(one.product_id))
    })],
};

impl Part for Link {
    type Shown = DownloadLink;

    const PATH: &'static str = "downloadable-links";

    const MISSING: &'static str = "No downloadable link with the provided ID was found. \
                                   Verify the ID and try again.";

    const FOREIGN: &'static str = "The downloadable link isn't related to the product. \
                                   Verify the link and try again.";

    fn all() -> &'static Collection<Self> {
        &LINKS
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
        std::iter::once(&self.source).chain(&self.sample).collect()
    }

    fn shown(&self) -> DownloadLink {
        let sample = self.sample.as_ref();
        DownloadLink {
            id: self.id.into(),
            title: self.title.as_str().into(),
            sort_order: self.sort_order.into(),
            is_shareable: self.is_shareable.into(),
            price: self.price.into(),
            number_of_downloads: self.number_of_downloads.into(),
            link_type: self.source.kind().into(),
            link_file: self.source.file().into(),
            link_file_content: Opt::Absent,
            link_url: self.source.url().into(),
            sample_type: sample.map(|sample| sample.kind().to_owned()).into(),
            sample_file: sample.and_then(Source::file).into(),
            sample_file_content: Opt::Absent,
            sample_url: sample.and_then(Source::url).into(),
            extension_attributes: Opt::Absent,
        }
    }

    fn id_of(sent: &DownloadLink) -> Option<i64> {
        sent.id.value()
    }

    fn read(
        call: &Call,
        tx: &mut Tx<'_>,
        product_id: i64,
        sent: &DownloadLink,
        kept_title: Option<String>,
    ) -> Result<Self, Fault> {
        check(sent)?;
        let source = Sent {
            kind: &sent.link_type.value().unwrap_or_default(),
            path: sent.link_file.value(),
            content: sent.link_file_content.get(),
            url: sent.link_url.value(),
            address_name: "Link URL",
            no_file: "Link file not found. Please try again.",
        };
        let source = source::take(call, tx, &source)?;
        let sample = sent.sample_type.value().filter(|kind| !kind.is_empty());
        let sample = sample.map(|kind| {
            let sample = Sent {
                kind: &kind,
                path: sent.sample_file.value(),
                content: sent.sample_file_content.get(),
                url: sent.sample_url.value(),
                address_name: "Sample URL",
                no_file: "Link sample file not found. Please try again.",
            };
            source::take(call, tx, &sample)
        });
        let sample = sample.transpose()?;
        let title = title(
            &sent.title,
            kept_title,
            "The link title is empty. Enter the link title and try again.",
        )?;
        Ok(Self {
            id: 0,
            product_id,
            title,
            sort_order: sent.sort_order.value().unwrap_or(0),
            is_shareable: sent.is_shareable.value().unwrap_or(0),
            price: sent.price.value().unwrap_or_default(),
            number_of_downloads: sent.number_of_downloads.value().unwrap_or(0),
            source,
            sample,
        })
    }
}

/// What does not depend on files and addresses.
fn check(sent: &DownloadLink) -> Result<(), Fault> {
    let kinds = ["file", "url"];
    if !sent
        .link_type
        .get()
        .is_some_and(|kind| kinds.contains(&kind.as_str()))
    {
        return Err(Fault::invalid(
            "The link type is invalid. Verify and try again.",
        ));
    }
    let sample = sent.sample_type.value().filter(|kind| !kind.is_empty());
    if sample.is_some_and(|kind| !kinds.contains(&kind.as_str())) {
        return Err(Fault::invalid(
            "The link sample type is invalid. Verify and try again.",
        ));
    }
    if sent.price.value().is_none_or(Amount::is_negative) {
        return Err(Fault::invalid(
            "Link price must have numeric positive value.",
        ));
    }
    if sent
        .number_of_downloads
        .value()
        .is_none_or(|count| count < 0)
    {
        return Err(Fault::invalid(
            "Number of downloads must be a positive integer.",
        ));
    }
    if sent.sort_order.value().is_none_or(|place| place < 0) {
        return Err(Fault::invalid("Sort order must be a positive integer."));
    }
    Ok(())
}
