//! What a stock has of a product, before and after what was sold of it.

use ferrite_base::Fault;
use ferrite_catalog::products;
use ferrite_storage::Error;
use ferrite_webapi::Tx;
use ferrite_webapi::dto::Opt;

use crate::quantity::Quantity;
use crate::source_items::{IN_STOCK, SourceItemRow};
use crate::sources::SourceRow;
use crate::stock::{self, STOCK_ITEMS, StockItem, StockRow};
use crate::{links, reservations, stocks};

/// What products consist of has no parts in turn; a store that says otherwise is not followed further.
const DEEPEST: usize = 3;

/// A stock to be asked about products: its sources are looked up once.
pub(crate) struct Stocked {
    stock_id: i64,
    /// The codes of the sources that count; none for the default stock, which counts stock items.
    sources: Option<Vec<String>>,
}

/// What a stock has of a product.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    /// How many there are.
    pub(crate) quantity: Quantity,
    /// Whether some of them are said to be in stock.
    pub(crate) in_stock: bool,
}

impl Stocked {
    /// The stock of an id. Of one that is none, everything is sold out.
    pub(crate) fn open(tx: &mut Tx<'_>, stock_id: i64) -> Result<Self, Error> {
        let sources = if stock_id == stocks::DEFAULT {
            None
        } else {
            let sources = links::sources_of(tx, stock_id)?;
            let enabled = sources.iter().filter(|source| source.is_enabled());
            Some(
                enabled
                    .map(|source| SourceRow::code(source).to_owned())
                    .collect(),
            )
        };
        Ok(Self { stock_id, sources })
    }

    /// The skus that may lie in it, each once.
    pub(crate) fn products(&self, tx: &mut Tx<'_>) -> Result<Vec<StockRow>, Error> {
        STOCK_ITEMS.all(tx)
    }

    /// What it has of a product that is counted; none where the product does not belong to it.
    pub(crate) fn held(&self, tx: &mut Tx<'_>, row: &StockRow) -> Result<Option<Held>, Error> {
        let Some(codes) = &self.sources else {
            return Ok(Some(Held {
                quantity: row.quantity(),
                in_stock: row.is_salable(),
            }));
        };
        let items = SourceItemRow::of_sku(tx, &row.sku)?;
        let items: Vec<_> = items
            .into_iter()
            .filter(|item| codes.contains(&item.source_code))
            .collect();
        if items.is_empty() {
            return Ok(None);
        }
        let in_stock = items.iter().filter(|item| item.status == IN_STOCK);
        Ok(Some(Held {
            quantity: in_stock.clone().map(|item| item.quantity).sum(),
            in_stock: in_stock.count() > 0,
        }))
    }

    /// Whether one of its sources knows a product, also where there is none left.
    pub(crate) fn is_assigned(&self, tx: &mut Tx<'_>, sku: &str) -> Result<bool, Error> {
        let items = SourceItemRow::of_sku(tx, sku)?;
        let linked = links::sources_of(tx, self.stock_id)?;
        let known = |item: &SourceItemRow| linked.iter().any(|one| one.code() == item.source_code);
        Ok(items.iter().any(known))
    }

    /// How many of a product that is counted can be sold: what there is, less what was sold and what
    /// has to stay.
    pub(crate) fn salable_quantity(
        &self,
        tx: &mut Tx<'_>,
        row: &StockRow,
    ) -> Result<Quantity, Error> {
        let Some(held) = self.held(tx, row)? else {
            return Ok(Quantity::ZERO);
        };
        let reserved = reservations::sum(tx, self.stock_id, &row.sku)?;
        Ok(held.quantity + reserved - least(&row.shown()))
    }

    /// Whether any of a product can be sold.
    pub(crate) fn is_salable(&self, tx: &mut Tx<'_>, row: &StockRow) -> Result<bool, Fault> {
        if row.is_counted() {
            Ok(self.is_counted_salable(tx, row)?)
        } else {
            self.is_whole_salable(tx, row, DEEPEST)
        }
    }

    fn is_counted_salable(&self, tx: &mut Tx<'_>, row: &StockRow) -> Result<bool, Error> {
        let Some(held) = self.held(tx, row)? else {
            return Ok(false);
        };
        let item = row.shown();
        if item.manage_stock == Opt::Is(false) {
            return Ok(true);
        }
        if !held.in_stock {
            return Ok(false);
        }
        let reserved = reservations::sum(tx, self.stock_id, &row.sku)?;
        // The stock item itself says what is in stock as long as nothing was sold.
        if self.sources.is_none() && reserved.is_zero() {
            return Ok(true);
        }
        let is_left = held.quantity + reserved > least(&item);
        Ok(is_left || (takes_backorders(&item) && least(&item) >= Quantity::ZERO))
    }

    /// A product that consists of others is salable with them, where it is in stock itself.
    fn is_whole_salable(
        &self,
        tx: &mut Tx<'_>,
        row: &StockRow,
        depth: usize,
    ) -> Result<bool, Fault> {
        if !row.is_salable() || depth == 0 {
            return Ok(false);
        }
        let Some(product) = products::PRODUCTS.get(tx, row.product_id)? else {
            return Ok(false);
        };
        let lists = products::parts(tx, &product)?;
        for list in &lists {
            if !self.is_any_salable(tx, list, depth)? {
                return Ok(false);
            }
        }
        Ok(!lists.is_empty())
    }

    fn is_any_salable(&self, tx: &mut Tx<'_>, ids: &[i64], depth: usize) -> Result<bool, Fault> {
        for id in ids {
            let Some(part) = stock::by_product(tx, *id)? else {
                continue;
            };
            let is_salable = if part.is_counted() {
                self.is_counted_salable(tx, &part)?
            } else {
                self.is_whole_salable(tx, &part, depth - 1)?
            };
            if is_salable {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// How many have to stay.
pub(crate) fn least(item: &StockItem) -> Quantity {
    Quantity::clamped(item.min_qty.value().unwrap_or(0.0))
}

/// Whether more is sold than there is.
pub(crate) fn takes_backorders(item: &StockItem) -> bool {
    item.backorders.value().unwrap_or(0) != 0
}
