//! What Acme ERP keeps: accounts, connected stores, and the credentials of stores that wait for
//! somebody to log in.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use ferrite_base::{DateTime, Secret};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::call::Call;
use crate::sync::{Order, Product};

/// So many offers are kept, the newest.
const MOST_OFFERS: usize = 1_000;
/// A store gives five minutes; after an hour nobody comes any more.
const OFFER_SECONDS: i64 = 3_600;
/// So many calls of a store are shown, the newest.
const MOST_CALLS: usize = 100;

/// Somebody who has signed up.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Account {
    pub id: String,
    pub company: String,
    pub email: String,
    pub password_hash: String,
}

/// What a store posted to the callback, until the exchange is done.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Tells a later offer of the same consumer from this one.
    pub number: u64,
    pub consumer_key: String,
    pub consumer_secret: Secret,
    pub store: Url,
    pub verifier: Secret,
    pub received: DateTime,
    /// The exchange is running.
    pub busy: bool,
}

/// A store that Acme ERP can call.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Connection {
    pub id: String,
    pub account: String,
    pub store: Url,
    pub consumer_key: String,
    #[serde(with = "secret_text")]
    pub consumer_secret: Secret,
    #[serde(with = "secret_text")]
    pub token: Secret,
    #[serde(with = "secret_text")]
    pub token_secret: Secret,
    pub connected: DateTime,
    #[serde(skip)]
    pub calls: VecDeque<Call>,
    #[serde(skip)]
    pub orders: Option<(Vec<Order>, DateTime)>,
    #[serde(skip)]
    pub products: Option<(Vec<Product>, DateTime)>,
}

impl Connection {
    /// Notes calls, the newest first.
    pub fn note(&mut self, calls: Vec<Call>) {
        for call in calls {
            self.calls.push_front(call);
        }
        self.calls.truncate(MOST_CALLS);
    }
}

/// Everything.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Book {
    pub accounts: Vec<Account>,
    pub connections: Vec<Connection>,
    #[serde(skip)]
    offers: BTreeMap<String, Offer>,
    #[serde(skip)]
    numbers: u64,
}

impl Book {
    pub fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    pub fn account_by_email(&self, email: &str) -> Option<&Account> {
        let mut accounts = self.accounts.iter();
        accounts.find(|account| account.email.eq_ignore_ascii_case(email))
    }

    /// A store of this account.
    pub fn connection(&self, account: &str, id: &str) -> Option<&Connection> {
        let mut connections = self.connections.iter();
        connections.find(|connection| connection.id == id && connection.account == account)
    }

    pub fn connection_mut(&mut self, account: &str, id: &str) -> Option<&mut Connection> {
        let mut connections = self.connections.iter_mut();
        connections.find(|connection| connection.id == id && connection.account == account)
    }

    /// Takes an offer in; an earlier one of the same consumer is replaced.
    pub fn offer(&mut self, mut offer: Offer) {
        self.numbers += 1;
        offer.number = self.numbers;
        let oldest = offer.received.unix_seconds() - OFFER_SECONDS;
        self.offers
            .retain(|_, offer| offer.received.unix_seconds() >= oldest);
        self.offers.insert(offer.consumer_key.clone(), offer);
        while self.offers.len() > MOST_OFFERS {
            let first = self.offers.values().min_by_key(|offer| offer.number);
            let Some(key) = first.map(|offer| offer.consumer_key.clone()) else {
                break;
            };
            self.offers.remove(&key);
        }
    }

    /// The offer of a consumer that is not too old.
    pub fn offered(&self, consumer_key: &str, now: &DateTime) -> Option<&Offer> {
        let oldest = now.unix_seconds() - OFFER_SECONDS;
        let offer = self.offers.get(consumer_key);
        offer.filter(|offer| offer.received.unix_seconds() >= oldest)
    }

    /// Marks an offer as being exchanged. None where it is already, or is no more.
    pub fn begin(&mut self, consumer_key: &str, now: &DateTime) -> Option<Offer> {
        self.offered(consumer_key, now)?;
        let offer = self
            .offers
            .get_mut(consumer_key)
            .filter(|offer| !offer.busy)?;
        offer.busy = true;
        Some(offer.clone())
    }

    /// The exchange of an offer failed: it may be tried again.
    pub fn release(&mut self, number: u64) {
        for offer in self.offers.values_mut() {
            offer.busy &= offer.number != number;
        }
    }

    /// The exchange of an offer succeeded. A connection of the same consumer of the same store is
    /// replaced: its token has died.
    pub fn connect(&mut self, number: u64, connection: Connection) {
        self.offers.retain(|_, offer| offer.number != number);
        self.connections.retain(|earlier| {
            earlier.consumer_key != connection.consumer_key || earlier.store != connection.store
        });
        self.connections.push(connection);
    }
}

/// The file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read.
    #[error("The file {} cannot be read: {error}.", path.display())]
    Read { path: PathBuf, error: io::Error },
    /// It does not hold what Acme ERP wrote.
    #[error("The file {} does not hold what Acme ERP keeps: {error}.", path.display())]
    Format {
        path: PathBuf,
        error: serde_json::Error,
    },
    /// It cannot be written.
    #[error("The file {} cannot be written: {error}.", path.display())]
    Write { path: PathBuf, error: io::Error },
}

impl Book {
    /// Reads the file; one that is not there is an empty book.
    pub fn load(path: &Path) -> Result<Self, FileError> {
        let path = path.to_owned();
        match fs::read(&path) {
            Ok(bytes) => {
                serde_json::from_slice(&bytes).map_err(|error| FileError::Format { path, error })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(FileError::Read { path, error }),
        }
    }

    /// Writes the file beside the old one and puts it in its place.
    pub fn save(&self, path: &Path) -> Result<(), FileError> {
        let write = || -> io::Result<()> {
            let mut name = path.as_os_str().to_owned();
            name.push(".new");
            let beside = PathBuf::from(name);
            let mut options = fs::OpenOptions::new();
            let options = options.write(true).create(true).truncate(true).mode(0o600);
            let mut file = options.open(&beside)?;
            file.write_all(&serde_json::to_vec_pretty(self)?)?;
            file.sync_all()?;
            fs::rename(&beside, path)
        };
        write().map_err(|error| FileError::Write {
            path: path.to_owned(),
            error,
        })
    }
}

/// A secret in the file, which its owner alone can read.
mod secret_text {
    use ferrite_base::Secret;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(secret: &Secret, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(secret.reveal())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Secret, D::Error> {
        String::deserialize(from).map(Secret::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(key: &str, at: i64) -> Offer {
        Offer {
            number: 0,
            consumer_key: key.into(),
            consumer_secret: Secret::new("s"),
            store: Url::parse("http://store.test/").unwrap(),
            verifier: Secret::new("v"),
            received: DateTime::from_unix_seconds(at),
            busy: false,
        }
    }

    #[test]
    fn an_offer_is_exchanged_once_at_a_time() {
        let now = DateTime::from_unix_seconds(10);
        let mut book = Book::default();
        book.offer(offer("k", 10));
        let first = book.begin("k", &now).unwrap();
        assert!(book.begin("k", &now).is_none());
        book.release(first.number);
        assert!(book.begin("k", &now).is_some());
        book.offer(offer("k", 11));
        book.release(first.number);
        let second = book.begin("k", &now).unwrap();
        assert_ne!(first.number, second.number);
    }

    #[test]
    fn old_offers_go_and_the_number_is_bounded() {
        let mut book = Book::default();
        book.offer(offer("old", 0));
        let now = DateTime::from_unix_seconds(OFFER_SECONDS + 1);
        assert!(book.offered("old", &now).is_none());
        for key in 0..=MOST_OFFERS {
            book.offer(offer(&key.to_string(), 10));
        }
        assert_eq!(book.offers.len(), MOST_OFFERS);
        assert!(
            book.offered("0", &DateTime::from_unix_seconds(10))
                .is_none()
        );
    }
}
