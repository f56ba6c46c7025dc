//! What is stored of a source: its fields as on the wire, nulls left out.

use ferrite_base::Fault;
use ferrite_storage::{Collection, Error, Scalar, Tx, columns, serde_document};
use ferrite_webapi::dto::{Opt, Wire as _, encode, merge};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::DEFAULT;
use super::types::{Source, SourceExtension};

/// A source.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct SourceRow {
    /// Its row.
    pub(crate) id: i64,
    /// Its fields.
    pub(crate) values: Map<String, Value>,
}

serde_document!(SourceRow);

impl SourceRow {
    /// The source of a code, as MySQL compares.
    pub(crate) fn find(tx: &mut Tx<'_>, code: &str) -> Result<Option<Self>, Error> {
        SOURCES.find(tx, "source_code", &Scalar::from(code))
    }

    /// Its code.
    pub(crate) fn code(&self) -> &str {
        let code = self.values.get("source_code").and_then(Value::as_str);
        code.unwrap_or_default()
    }

    /// Whether it delivers anything.
    pub(crate) fn is_enabled(&self) -> bool {
        self.values.get("enabled") == Some(&Value::Bool(true))
    }

    /// The source as it is read.
    pub(crate) fn shown(&self) -> Result<Source, Fault> {
        let read = Source::from_value(&Value::Object(self.values.clone()))?;
        Ok(read.unwrap_or_default())
    }

    /// Lays what was sent over what is there. What was not said of customers who collect is not kept.
    pub(super) fn lay_over(&mut self, sent: &Source) -> Result<(), Fault> {
        let mut whole = self.shown()?;
        merge(&mut whole, sent);
        if !self.values.is_empty() {
            whole.source_code = self.code().into();
        }
        for flag in [&mut whole.enabled, &mut whole.use_default_carrier_config] {
            if flag.get().is_none() {
                *flag = Opt::Is(true);
            }
        }
        for degrees in [&mut whole.latitude, &mut whole.longitude] {
            if let Some(value) = degrees.get_mut() {
                *value = (*value * 1e6).round() / 1e6;
            }
        }
        whole.carrier_links = Opt::Is(Vec::new());
        let said = sent.extension_attributes.value().unwrap_or_default();
        let named = said.frontend_name.value().filter(|name| !name.is_empty());
        whole.extension_attributes = Opt::Is(SourceExtension {
            is_pickup_location_active: said
                .is_pickup_location_active
                .value()
                .unwrap_or(false)
                .into(),
            frontend_name: named.or(whole.name.value()).into(),
            frontend_description: said.frontend_description,
        });
        if let Value::Object(values) = encode(&whole) {
            self.values = values;
        }
        Ok(())
    }

    fn text(&self, name: &str) -> Option<Scalar> {
        self.values.get(name)?.as_str().map(Scalar::from)
    }

    fn number(&self, name: &str) -> Option<Scalar> {
        self.values.get(name)?.as_i64().map(Scalar::from)
    }

    fn flag(&self, name: &str) -> Option<Scalar> {
        let flag = self.values.get(name)?.as_bool()?;
        Some(Scalar::from(i64::from(flag)))
    }

    /// Degrees, in millionths.
    fn degrees(&self, name: &str) -> Option<Scalar> {
        let degrees = self.values.get(name)?.as_f64()?;
        #[expect(clippy::cast_possible_truncation, reason = "checked to be in range")]
        let scaled = (degrees * 1e6).round() as i64;
        Some(Scalar::from(scaled))
    }

    fn pickup(&self, name: &str) -> Option<&Value> {
        self.values.get("extension_attributes")?.get(name)
    }

    fn pickup_text(&self, name: &str) -> Option<Scalar> {
        self.pickup(name)?.as_str().map(Scalar::from)
    }

    fn pickup_flag(&self, name: &str) -> Option<Scalar> {
        let flag = self.pickup(name)?.as_bool()?;
        Some(Scalar::from(i64::from(flag)))
    }
}

/// All sources.
pub(crate) static SOURCES: Collection<SourceRow> = Collection {
    name: "inventory_source",
    fields: columns! { SourceRow;
        indexed { unique_text(text): "source_code" "name"; }
        others {
            int(flag): "enabled" "use_default_carrier_config";
            int(number): "region_id";
            decimal(degrees): "latitude" "longitude";
            text(text): "email" "contact_name" "description" "country_id" "region" "city"
                "street" "postcode" "phone" "fax";
            text(pickup_text): "frontend_name" "frontend_description";
            int(pickup_flag): "is_pickup_location_active";
        }
    },
};

/// Writes the source of a fresh install.
pub(crate) fn install(tx: &mut Tx<'_>) -> Result<(), Error> {
    let values = json!({
        "source_code": DEFAULT, "name": "Default Source", "enabled": true,
        "description": "Default Source", "latitude": 0, "longitude": 0, "country_id": "US",
        "postcode": "00000", "use_default_carrier_config": true, "carrier_links": [],
        "extension_attributes": {"is_pickup_location_active": false, "frontend_name": ""},
    });
    let values = match values {
        Value::Object(values) => values,
        _ => Map::new(),
    };
    SOURCES.insert_as(tx, &SourceRow { id: 1, values })
}
