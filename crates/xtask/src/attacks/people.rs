//! Customers who ask for what is not theirs, and send what is not for them to say.

use anyhow::{Context, Result, ensure};
use ferrite_testkit::Store;
use serde_json::{Value, json};

use super::caller::{Caller, ask, token};

const PASSWORD: &str = "People-Pass-1!";
const GUEST: &str = "The consumer isn't authorized to access %resources.";

/// A customer with a token.
struct Customer {
    id: i64,
    token: String,
}

/// Both kinds, with two customers and an order.
pub fn check(store: &Store) -> Result<()> {
    let admin = token(store, "admin", Store::ADMIN, Store::PASSWORD)?;
    let people = People { store, admin };
    let (ada, eve) = (people.customer("ada")?, people.customer("eve")?);
    people.others_records(&ada, &eve)?;
    people.own_fields(&eve)?;
    people.registration()?;
    people.guesses()?;
    println!("customers keep to what is theirs");
    Ok(())
}

struct People<'a> {
    store: &'a Store,
    admin: String,
}

fn mail(name: &str) -> String {
    format!("{name}.people@example.com")
}

fn person(name: &str, more: &Value) -> Value {
    let mut person =
        json!({"email": mail(name), "firstname": name, "lastname": "Peo", "website_id": 1});
    if let (Some(person), Some(more)) = (person.as_object_mut(), more.as_object()) {
        person.extend(more.clone());
    }
    person
}

impl People<'_> {
    fn send(&self, who: &str, method: &str, path: &str, body: &Value) -> Result<(u16, Value)> {
        let mut caller = if who.is_empty() {
            Caller::Guest
        } else {
            Caller::Bearer(who)
        };
        let body = (!body.is_null()).then(|| body.to_string());
        let answer = ask(
            self.store,
            &mut caller,
            method,
            &format!("/rest/V1/{path}"),
            body.as_deref(),
        )?;
        let text = String::from_utf8_lossy(&answer.body);
        for hidden in ["password_hash", "rp_token", "passwordHash", "rpToken"] {
            ensure!(
                answer.status != 200 || !text.contains(hidden),
                "{method} {path} shows {hidden}"
            );
        }
        let value = serde_json::from_str(&text).with_context(|| format!("{path}: {text}"))?;
        Ok((answer.status, value))
    }

    fn wants(
        &self,
        who: &str,
        method: &str,
        path: &str,
        body: &Value,
        status: u16,
    ) -> Result<Value> {
        let (found, value) = self.send(who, method, path, body)?;
        ensure!(
            found == status,
            "{method} {path} is answered {found} {value} instead of {status}"
        );
        Ok(value)
    }

    fn customer(&self, name: &str) -> Result<Customer> {
        let body = json!({"customer": person(name, &Value::Null), "password": PASSWORD});
        let made = self.wants("", "POST", "customers", &body, 200)?;
        Ok(Customer {
            id: made["id"].as_i64().context("no id")?,
            token: token(self.store, "customer", &mail(name), PASSWORD)?,
        })
    }

    fn others_records(&self, ada: &Customer, eve: &Customer) -> Result<()> {
        let address = json!({"addresses": [{"firstname": "A", "lastname": "B", "street": ["S 1"],
            "city": "Lux", "postcode": "1", "telephone": "1", "country_id": "LU", "default_billing": true}]});
        let body = json!({"customer": person("ada", &address)});
        let kept = self.wants(&ada.token, "PUT", "customers/me", &body, 200)?;
        let of_ada = kept["addresses"][0]["id"].as_i64().context("no address")?;
        let item = json!({"sku": "A", "name": "A", "qty_ordered": 1, "price": 1, "row_total": 1});
        let order = json!({"entity": {"grand_total": 1, "base_grand_total": 1, "customer_email": mail("ada"),
            "customer_id": ada.id, "payment": {"method": "checkmo"}, "items": [item]}});
        let order = self.wants(&self.admin, "POST", "orders", &order, 200)?;
        let order = order["entity_id"].as_i64().context("no order")?;

        for path in [
            format!("customers/{}", ada.id),
            format!("customers/{}", eve.id),
            format!("customers/{}/billingAddress", ada.id),
            format!("customers/addresses/{of_ada}"),
            format!("orders/{order}"),
            "orders?searchCriteria=".to_owned(),
            "customers/search?searchCriteria=".to_owned(),
        ] {
            let refused = self.wants(&eve.token, "GET", &path, &Value::Null, 401)?;
            ensure!(refused["message"] == GUEST, "{path} says {refused}");
        }
        for path in [
            format!("customers/{}", ada.id),
            format!("addresses/{of_ada}"),
        ] {
            self.wants(&eve.token, "DELETE", &path, &Value::Null, 401)?;
        }
        // Somebody else's id in her own record counts for nothing.
        let stolen =
            json!({"customer": person("eve", &json!({"id": ada.id, "firstname": "Mallory"}))});
        let changed = self.wants(&eve.token, "PUT", "customers/me", &stolen, 200)?;
        ensure!(changed["id"] == eve.id, "customers/me changed {changed}");
        let mut theirs = address.clone();
        theirs["addresses"][0]["id"] = json!(of_ada);
        let body = json!({"customer": person("eve", &theirs)});
        let (status, _) = self.send(&eve.token, "PUT", "customers/me", &body)?;
        ensure!(
            matches!(status, 200 | 400 | 404),
            "a foreign address is answered {status}"
        );
        let path = format!("customers/{}", ada.id);
        let now = self.wants(&self.admin, "GET", &path, &Value::Null, 200)?;
        ensure!(now["firstname"] == "ada", "{now}");
        ensure!(
            now["addresses"][0]["id"] == of_ada,
            "the address has moved: {now}"
        );
        ensure!(now["addresses"][0]["customer_id"] == ada.id, "{now}");
        Ok(())
    }

    /// What a customer cannot say of themselves.
    fn own_fields(&self, eve: &Customer) -> Result<()> {
        let path = format!("customers/{}", eve.id);
        let before = self.wants(&self.admin, "GET", &path, &Value::Null, 200)?;
        let more = json!({"group_id": 3, "created_at": "2001-01-01 00:00:00", "store_id": 1, "firstname": "Eve"});
        let body = json!({"customer": person("eve", &more), "passwordHash": "x:y:3"});
        let kept = self.wants(&eve.token, "PUT", "customers/me", &body, 200)?;
        for field in ["group_id", "id", "website_id"] {
            ensure!(
                kept[field] == before[field],
                "{field} became {}",
                kept[field]
            );
        }
        token(self.store, "customer", &mail("eve"), PASSWORD).context("passwordHash was taken")?;
        for unknown in [
            "rp_token",
            "password_hash",
            "is_active",
            "failures_num",
            "nonsense",
        ] {
            let body = json!({"customer": person("eve", &json!({unknown: "1"}))});
            let refused = self.wants(&eve.token, "PUT", "customers/me", &body, 400)?;
            ensure!(
                refused.to_string().contains("not supported"),
                "{unknown}: {refused}"
            );
        }
        Ok(())
    }

    fn registration(&self) -> Result<()> {
        let body =
            json!({"customer": person("mallory", &json!({"group_id": 2})), "password": PASSWORD});
        self.wants("", "POST", "customers", &body, 401)?;
        let more = json!({"extension_attributes": {"company_attributes": {"is_admin": true}}});
        let body = json!({"customer": person("mallory", &more), "password": PASSWORD});
        self.wants("", "POST", "customers", &body, 400)?;
        let found = "customers/search?searchCriteria[filterGroups][0][filters][0][field]=email\
            &searchCriteria[filterGroups][0][filters][0][value]=mallory.people@example.com";
        let found = self.wants(&self.admin, "GET", found, &Value::Null, 200)?;
        ensure!(
            found["total_count"] == 0,
            "a refused customer was kept: {found}"
        );
        Ok(())
    }

    /// Tokens of a reset are not guessed, and asking for one tells as much as Magento tells.
    fn guesses(&self) -> Result<()> {
        let asked = json!({"email": mail("ada"), "template": "email_reset", "websiteId": 1});
        for _ in 0..3 {
            self.wants("", "PUT", "customers/password", &asked, 200)?;
        }
        let unknown = json!({"email": mail("nobody"), "template": "email_reset", "websiteId": 1});
        self.wants("", "PUT", "customers/password", &unknown, 404)?;
        for guess in ["", "x", &"0".repeat(32), &"0".repeat(10_000)] {
            let body =
                json!({"email": mail("ada"), "resetToken": guess, "newPassword": "Other-Pass-1!"});
            let (status, value) = self.send("", "POST", "customers/resetPassword", &body)?;
            ensure!(
                matches!(status, 400 | 404),
                "a guessed token is answered {status} {value}"
            );
        }
        token(self.store, "customer", &mail("ada"), PASSWORD).map(|_| ())
    }
}
