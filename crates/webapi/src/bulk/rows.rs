//! What is stored of a bulk and of its operations.

use std::net::IpAddr;

use ferrite_storage::{Collection, Field, Scalar, serde_document};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::identity::Caller;
use crate::input::Input;

/// What came in one request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bulk {
    /// Its row.
    pub id: i64,
    /// What names it to clients: a UUID of version 4.
    pub uuid: String,
    /// 1 for an integration, 2 for an admin, 3 for a customer, 4 for a guest.
    pub user_type: i64,
    /// The caller's id; none of a guest.
    pub user_id: Option<i64>,
    /// `Topic ` and the topic's name.
    pub description: String,
    /// When it came, `YYYY-MM-DD HH:MM:SS` UTC.
    pub start_time: String,
    /// How many operations it has.
    pub operation_count: i64,
}

serde_document!(Bulk);

/// All bulks.
pub static BULKS: Collection<Bulk> = Collection {
    name: "magento_bulk",
    fields: &[Field::unique_text("uuid", |one: &Bulk| {
        Some(Scalar::from(one.uuid.as_str()))
    })],
};

/// How an operation stands, by Magento's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "i64", try_from = "i64")]
pub enum OperationStatus {
    /// Done.
    Complete = 1,
    /// Failed for a reason that may have passed since.
    RetriablyFailed = 2,
    /// Failed, and would fail again.
    Failed = 3,
    /// Still to be done.
    Open = 4,
    /// Never accepted.
    Rejected = 5,
}

impl From<OperationStatus> for i64 {
    fn from(status: OperationStatus) -> Self {
        match status {
            OperationStatus::Complete => 1,
            OperationStatus::RetriablyFailed => 2,
            OperationStatus::Failed => 3,
            OperationStatus::Open => 4,
            OperationStatus::Rejected => 5,
        }
    }
}

impl TryFrom<i64> for OperationStatus {
    type Error = String;

    fn try_from(number: i64) -> Result<Self, String> {
        match number {
            1 => Ok(Self::Complete),
            2 => Ok(Self::RetriablyFailed),
            3 => Ok(Self::Failed),
            4 => Ok(Self::Open),
            5 => Ok(Self::Rejected),
            other => Err(format!("{other} is no status of an operation")),
        }
    }
}

/// One call that was put off.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Operation {
    /// Its row; operations are done in the order of their rows.
    pub id: i64,
    /// Its place in the request, from 0.
    pub key: i64,
    /// The bulk's UUID.
    pub bulk_uuid: String,
    /// What it is about, such as `async.magento.catalog.api.productrepositoryinterface.save.post`.
    pub topic_name: String,
    /// When its bulk came.
    pub start_time: String,
    /// The row of the route table: its method,
    pub method: String,
    /// and its declared path.
    pub path: String,
    /// The store view that was called; 0 for all.
    pub store_id: i64,
    /// Who called.
    pub caller: StoredCaller,
    /// The sealed [`Sent`].
    pub sent: String,
    /// How it stands.
    pub status: OperationStatus,
    /// The run that completed it.
    pub run: Option<String>,
    /// What the service answered, as JSON.
    pub result: Option<String>,
    /// What is said of its end.
    pub message: Option<String>,
    /// The code of its error.
    pub error_code: Option<i64>,
}

serde_document!(Operation);

impl Operation {
    /// The place that what was sent is sealed for.
    pub(super) fn place(&self) -> String {
        place(&self.bulk_uuid, self.key)
    }
}

/// The place that an operation's data is sealed for.
pub(super) fn place(bulk_uuid: &str, key: i64) -> String {
    format!("magento_operation/sent/{bulk_uuid}/{key}")
}

/// All operations.
pub static OPERATIONS: Collection<Operation> = Collection {
    name: "magento_operation",
    fields: &[
        Field::text("bulk_uuid", |one: &Operation| {
            Some(Scalar::from(one.bulk_uuid.as_str()))
        }),
        Field::int("status", |one: &Operation| {
            Some(Scalar::from(i64::from(one.status)))
        }),
        Field::text("topic_name", |one: &Operation| {
            Some(Scalar::from(one.topic_name.as_str()))
        })
        .without_index(),
        Field::int("operation_key", |one: &Operation| {
            Some(Scalar::from(one.key))
        })
        .without_index(),
        Field::int("error_code", |one: &Operation| {
            one.error_code.map(Scalar::from)
        })
        .without_index(),
        Field::text("result_message", |one: &Operation| {
            one.message.as_deref().map(Scalar::from)
        })
        .without_index(),
        Field::int("user_type", |one: &Operation| {
            Some(Scalar::from(one.caller.user_type))
        })
        .without_index(),
        Field::int("user_id", |one: &Operation| {
            one.caller.user_id.map(Scalar::from)
        })
        .without_index(),
        Field::text("start_time", |one: &Operation| {
            Some(Scalar::from(one.start_time.as_str()))
        })
        .without_index(),
    ],
};

/// A caller, with what names its credential.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct StoredCaller {
    /// 1 for an integration, 2 for an admin, 3 for a customer, 4 for a guest.
    pub user_type: i64,
    /// Its id; none of a guest.
    pub user_id: Option<i64>,
    /// The website of a customer's account.
    pub website_id: Option<i64>,
    /// What names the credential in the store.
    pub credential: Option<i64>,
}

impl StoredCaller {
    /// A caller as it is stored.
    pub(super) fn of(caller: &Caller, credential: Option<i64>) -> Self {
        let (user_type, user_id, website_id) = match *caller {
            Caller::Integration(id) => (1, Some(id), None),
            Caller::Admin(id) => (2, Some(id), None),
            Caller::Customer { id, website_id } => (3, Some(id), website_id),
            Caller::Guest => (4, None, None),
        };
        Self {
            user_type,
            user_id,
            website_id,
            credential,
        }
    }

    /// The caller.
    pub(super) fn caller(&self) -> Caller {
        match (self.user_type, self.user_id) {
            (1, Some(id)) => Caller::Integration(id),
            (2, Some(id)) => Caller::Admin(id),
            (3, Some(id)) => Caller::Customer {
                id,
                website_id: self.website_id,
            },
            _ => Caller::Guest,
        }
    }
}

/// What a client sent of one operation.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Sent {
    /// The call's data.
    pub input: Input,
    /// The parameters of the path: names and decoded values.
    pub path: Vec<(String, String)>,
    /// Where the request came from.
    pub source: Option<IpAddr>,
}

impl Sent {
    /// The data that the row's parameters are taken from.
    pub fn values(&self) -> &Map<String, Value> {
        &self.input.values
    }
}
