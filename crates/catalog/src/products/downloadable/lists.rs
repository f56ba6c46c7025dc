//! The two lists of a downloadable product: what is bought, and what can be tried first.
//!
//! A [`Part`] says what it looks like and what is wrong with one that was sent; listing, loading,
//! saving and taking away are the same for both, here.

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_storage::{Collection, Document, Error, Scalar};
use ferrite_webapi::dto::Wire;
use ferrite_webapi::{Call, Json, Routes, Tx};

use super::check_type;
use super::source::{self, Source};
use crate::products::by_sku;
use crate::products::rows::Product;

/// Something that a downloadable product has a list of.
pub(super) trait Part: Document + Clone + 'static {
    /// How clients send and see it.
    type Shown: Wire + 'static;

    /// What stands behind a product in the addresses of these.
    const PATH: &'static str;

    /// What Magento says where there is none of an id,
    const MISSING: &'static str;

    /// and where the one of an id belongs to another product.
    const FOREIGN: &'static str;

    /// Where they are kept.
    fn all() -> &'static Collection<Self>;

    /// Its product.
    fn product_id(&self) -> i64;

    /// What it is called.
    fn title(&self) -> &str;

    /// Its place among the others.
    fn place(&self) -> i64;

    /// Where its files and addresses lead.
    fn sources(&self) -> Vec<&Source>;

    /// As answers show it.
    fn shown(&self) -> Self::Shown;

    /// The id of one that was sent.
    fn id_of(sent: &Self::Shown) -> Option<i64>;

    /// Checks one that was sent, and takes its files, in Magento's order. Its id is still to be set;
    /// without a title it keeps the one that is given.
    fn read(
        call: &Call,
        tx: &mut Tx<'_>,
        product_id: i64,
        sent: &Self::Shown,
        kept_title: Option<String>,
    ) -> Result<Self, Fault>;
}

/// Binds the routes.
pub(super) fn routes<P: Part>(routes: &mut Routes) {
    let path = format!("/V1/products/:sku/{}", P::PATH);
    routes.bind_kept(&format!("GET {path}"), list::<P>);
    routes.bind(&format!("POST {path}"), save::<P>);
    routes.bind(&format!("PUT {path}/:id"), save::<P>);
    routes.bind(&format!("DELETE /V1/products/{}/:id", P::PATH), delete::<P>);
}

/// The parts of a product, by place.
fn of<P: Part>(tx: &mut Tx<'_>, product_id: i64) -> Result<Vec<P>, Error> {
    let mut parts = P::all().list_by(tx, "product_id", &Scalar::from(product_id))?;
    parts.sort_by_key(|part| (part.place(), part.id()));
    Ok(parts)
}

/// The same as answers show them.
pub(super) fn shown<P: Part>(tx: &mut Tx<'_>, product_id: i64) -> Result<Vec<P::Shown>, Error> {
    Ok(of::<P>(tx, product_id)?.iter().map(P::shown).collect())
}

fn list<P: Part>(_: &Call, tx: &mut Tx<'_>, sku: String) -> Result<Vec<P::Shown>, Fault> {
    let product = by_sku(tx, &sku)?;
    Ok(shown::<P>(tx, product.id)?)
}

fn load<P: Part>(tx: &mut Tx<'_>, id: i64) -> Result<P, Fault> {
    let found = P::all().get(tx, id)?;
    found.ok_or_else(|| Fault::new(Kind::NotFound, Phrase::new(P::MISSING)))
}

fn save<P: Part>(
    call: &Call,
    tx: &mut Tx<'_>,
    sku: String,
    sent: P::Shown,
    is_global: bool,
) -> Result<i64, Fault> {
    let product = by_sku(tx, &sku)?;
    put::<P>(call, tx, &product, &sent, is_global)
}

/// Adds one, or changes the one whose id was sent. A change needs a title only where it counts for
/// all store views.
fn put<P: Part>(
    call: &Call,
    tx: &mut Tx<'_>,
    product: &Product,
    sent: &P::Shown,
    is_global: bool,
) -> Result<i64, Fault> {
    let held = match P::id_of(sent).filter(|id| *id != 0) {
        Some(id) => Some(load::<P>(tx, id)?),
        None => None,
    };
    match &held {
        None => check_type(product)?,
        Some(held) if held.product_id() != product.id => {
            return Err(Fault::invalid(P::FOREIGN));
        }
        Some(_) => {}
    }
    let kept = held.as_ref().filter(|_| !is_global);
    let kept_title = kept.map(|held| held.title().to_owned());
    let mut part = P::read(call, tx, product.id, sent, kept_title)?;
    let Some(held) = held else {
        return Ok(P::all().insert(tx, &mut part)?);
    };
    part.set_id(held.id());
    for source in held.sources() {
        if !part.sources().contains(&source) {
            source::forget(tx, source)?;
        }
    }
    P::all().put(tx, &part)?;
    Ok(part.id())
}

/// Makes those of a payload the product's.
pub(super) fn set<P: Part>(
    call: &Call,
    tx: &mut Tx<'_>,
    product: &Product,
    sent: &Json,
    is_global: bool,
) -> Result<(), Fault> {
    let sent = Vec::<P::Shown>::from_value(sent)?.unwrap_or_default();
    let is_named = |id: i64| sent.iter().any(|one| P::id_of(one) == Some(id));
    for gone in of::<P>(tx, product.id)? {
        if !is_named(gone.id()) {
            forget(tx, &gone)?;
        }
    }
    for one in &sent {
        put::<P>(call, tx, product, one, is_global)?;
    }
    Ok(())
}

/// Takes one away, with its files.
fn forget<P: Part>(tx: &mut Tx<'_>, part: &P) -> Result<(), Fault> {
    for source in part.sources() {
        source::forget(tx, source)?;
    }
    P::all().delete(tx, part.id())?;
    Ok(())
}

/// Takes all of a product away.
pub(super) fn forget_all<P: Part>(tx: &mut Tx<'_>, product_id: i64) -> Result<(), Fault> {
    let all = of::<P>(tx, product_id)?;
    all.iter().try_for_each(|part| forget(tx, part))
}

fn delete<P: Part>(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<bool, Fault> {
    let part = load::<P>(tx, id)?;
    forget(tx, &part)?;
    Ok(true)
}
