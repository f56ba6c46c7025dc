//! What is stored of a stock, and which sales channel sells from which.

use ferrite_base::Fault;
use ferrite_storage::{Collection, Error, Field, Scalar, Tx, serde_document};
use serde::{Deserialize, Serialize};

use super::types::{SalesChannel, Stock, StockExtension};
use super::{DEFAULT, WEBSITE};

/// A stock.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StockRecord {
    /// Its row.
    pub(crate) id: i64,
    /// Its name, unique.
    pub(crate) name: String,
}

serde_document!(StockRecord);

/// All stocks.
pub(crate) static STOCKS: Collection<StockRecord> = Collection {
    name: "inventory_stock",
    fields: &[Field::unique_text("name", |stock: &StockRecord| {
        Some(Scalar::from(stock.name.as_str()))
    })],
};

/// A sales channel, which sells from one stock.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Channel {
    /// Its row.
    pub(crate) id: i64,
    /// Its type: `website`.
    pub(crate) kind: String,
    /// Its code: that of the website.
    pub(crate) code: String,
    /// The stock.
    pub(crate) stock_id: i64,
}

serde_document!(Channel);

/// All sales channels.
pub(crate) static CHANNELS: Collection<Channel> = Collection {
    name: "inventory_stock_sales_channel",
    fields: &[
        Field::unique_text("channel", |channel: &Channel| {
            Some(key(&channel.kind, &channel.code))
        }),
        Field::int("stock_id", |channel: &Channel| {
            Some(Scalar::from(channel.stock_id))
        }),
    ],
};

/// What a channel is found by.
fn key(kind: &str, code: &str) -> Scalar {
    Scalar::Text(format!("{kind}/{code}"))
}

impl Channel {
    /// The channel of a type and a code.
    pub(crate) fn find(tx: &mut Tx<'_>, kind: &str, code: &str) -> Result<Option<Self>, Error> {
        CHANNELS.find(tx, "channel", &key(kind, code))
    }

    /// All channels of a stock.
    pub(crate) fn of_stock(tx: &mut Tx<'_>, stock_id: i64) -> Result<Vec<Self>, Error> {
        CHANNELS.list_by(tx, "stock_id", &Scalar::from(stock_id))
    }

    /// Lets a channel sell from a stock, whichever it sold from before.
    pub(super) fn assign(
        tx: &mut Tx<'_>,
        kind: &str,
        code: &str,
        stock_id: i64,
    ) -> Result<(), Error> {
        if let Some(mut held) = Self::find(tx, kind, code)? {
            held.stock_id = stock_id;
            return CHANNELS.put(tx, &held);
        }
        let mut channel = Self {
            id: 0,
            kind: kind.to_owned(),
            code: code.to_owned(),
            stock_id,
        };
        CHANNELS.insert(tx, &mut channel).map(|_| ())
    }
}

impl StockRecord {
    /// The stock as it is read.
    pub(super) fn shown(&self, tx: &mut Tx<'_>) -> Result<Stock, Fault> {
        let channels = Channel::of_stock(tx, self.id)?;
        let channel = |channel: Channel| SalesChannel {
            r#type: channel.kind.into(),
            code: channel.code.into(),
            ..SalesChannel::default()
        };
        let channels: Vec<SalesChannel> = channels.into_iter().map(channel).collect();
        Ok(Stock {
            stock_id: self.id.into(),
            name: self.name.as_str().into(),
            extension_attributes: StockExtension {
                sales_channels: channels.into(),
            }
            .into(),
        })
    }
}

/// Writes the stock of a fresh install, which its website sells from.
pub(crate) fn install(tx: &mut Tx<'_>) -> Result<(), Error> {
    let stock = StockRecord {
        id: DEFAULT,
        name: "Default Stock".to_owned(),
    };
    STOCKS.insert_as(tx, &stock)?;
    Channel::assign(tx, WEBSITE, "base", DEFAULT)
}
