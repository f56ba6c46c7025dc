//! `/V1/products/:sku/downloadable-links`: what a customer downloads after buying.

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_storage::{Collection, Error, Field, Scalar, serde_document};
use ferrite_webapi::dto::Opt;
use ferrite_webapi::{Call, Routes, Tx};
use serde::{Deserialize, Serialize};

use super::source::{self, Sent, Source};
use super::types::DownloadLink;
use super::{check_type, title};
use crate::products::by_sku;
use crate::products::rows::Product;

/// A link.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Link {
    /// Its row.
    pub(super) id: i64,
    product_id: i64,
    title: String,
    sort_order: i64,
    is_shareable: i64,
    price: f64,
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

impl Link {
    /// As answers show it.
    pub(super) fn shown(&self) -> DownloadLink {
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
}

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    let path = "/V1/products/:sku/downloadable-links";
    routes.bind_kept(&format!("GET {path}"), list);
    routes.bind(&format!("POST {path}"), save);
    routes.bind(&format!("PUT {path}/:id"), save);
    routes.bind("DELETE /V1/products/downloadable-links/:id", delete);
}

/// The links of a product, by place.
pub(super) fn of(tx: &mut Tx<'_>, product_id: i64) -> Result<Vec<Link>, Error> {
    let mut links = LINKS.list_by(tx, "product_id", &Scalar::from(product_id))?;
    links.sort_by_key(|link| (link.sort_order, link.id));
    Ok(links)
}

fn list(_: &Call, tx: &mut Tx<'_>, sku: String) -> Result<Vec<DownloadLink>, Fault> {
    let product = by_sku(tx, &sku)?;
    Ok(of(tx, product.id)?.iter().map(Link::shown).collect())
}

fn load(tx: &mut Tx<'_>, id: i64) -> Result<Link, Fault> {
    let found = LINKS.get(tx, id)?;
    found.ok_or_else(|| {
        let text = "No downloadable link with the provided ID was found. \
                    Verify the ID and try again.";
        Fault::new(Kind::NotFound, Phrase::new(text))
    })
}

fn save(
    call: &Call,
    tx: &mut Tx<'_>,
    sku: String,
    sent: DownloadLink,
    is_global: bool,
) -> Result<i64, Fault> {
    let product = by_sku(tx, &sku)?;
    put(call, tx, &product, &sent, is_global)
}

/// Adds a link, or changes the one whose id was sent. A change needs a title only where it counts
/// for all store views.
pub(super) fn put(
    call: &Call,
    tx: &mut Tx<'_>,
    product: &Product,
    sent: &DownloadLink,
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
                "The downloadable link isn't related to the product. \
                 Verify the link and try again.",
            ));
        }
        Some(_) => {}
    }
    check(sent)?;
    let link_type = sent.link_type.value().unwrap_or_default();
    let source = Sent {
        kind: &link_type,
        path: sent.link_file.value(),
        content: sent.link_file_content.get(),
        url: sent.link_url.value(),
        address_name: "Link URL",
        no_file: "Link file not found. Please try again.",
    };
    let source = source::take(call, tx, &source)?;
    let sample_type = sent.sample_type.value().filter(|kind| !kind.is_empty());
    let sample = match &sample_type {
        None => None,
        Some(kind) => {
            let sample = Sent {
                kind,
                path: sent.sample_file.value(),
                content: sent.sample_file_content.get(),
                url: sent.sample_url.value(),
                address_name: "Sample URL",
                no_file: "Link sample file not found. Please try again.",
            };
            Some(source::take(call, tx, &sample)?)
        }
    };
    let kept = held.as_ref().filter(|_| !is_global);
    let kept = kept.map(|held| held.title.clone());
    let title = title(
        &sent.title,
        kept,
        "The link title is empty. Enter the link title and try again.",
    )?;
    let mut link = Link {
        id: held.as_ref().map_or(0, |held| held.id),
        product_id: product.id,
        title,
        sort_order: sent.sort_order.value().unwrap_or(0),
        is_shareable: sent.is_shareable.value().unwrap_or(0),
        price: sent.price.value().unwrap_or(0.0),
        number_of_downloads: sent.number_of_downloads.value().unwrap_or(0),
        source,
        sample,
    };
    match held {
        None => Ok(LINKS.insert(tx, &mut link)?),
        Some(held) => {
            if held.source != link.source {
                source::forget(tx, Some(&held.source))?;
            }
            if held.sample != link.sample {
                source::forget(tx, held.sample.as_ref())?;
            }
            LINKS.put(tx, &link)?;
            Ok(link.id)
        }
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
    if sent.price.value().is_none_or(|price| price < 0.0) {
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

/// Takes a link away, with its files.
pub(super) fn forget(tx: &mut Tx<'_>, link: &Link) -> Result<(), Fault> {
    source::forget(tx, Some(&link.source))?;
    source::forget(tx, link.sample.as_ref())?;
    LINKS.delete(tx, link.id)?;
    Ok(())
}

fn delete(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<bool, Fault> {
    let link = load(tx, id)?;
    forget(tx, &link)?;
    Ok(true)
}
