use ferrite_base::StoreScope;
use ferrite_settings::Stores;
use ferrite_storage::Db;
use ferrite_webapi::dto::Wire as _;
use ferrite_webapi::testing;
use serde_json::{Value, json};

use super::types::{Order, StatusHistory};
use super::*;

struct World {
    db: Db,
    _store: testing::World,
}

impl World {
    fn new() -> Self {
        let store = testing::World::new(tables(), |_| Ok(()), |_| {});
        Self {
            db: store.db.clone(),
            _store: store,
        }
    }

    fn create(&self, order: Value) -> Result<Value, Fault> {
        let scope = StoreScope {
            store_id: 1,
            website_id: 1,
            code: "default".into(),
        };
        let order = Order::from_value(&order)?.unwrap();
        let stores = Stores::default();
        self.db
            .write(move |tx| save::create(tx, &stores, &scope, &order))
    }

    fn read(&self, id: i64) -> Value {
        let read = self.db.read(|tx| {
            let row = load(tx, id)?;
            read::order(tx, &row)
        });
        read.unwrap()
    }
}

fn order() -> Value {
    json!({
        "grand_total": 65, "base_grand_total": 65, "customer_email": "a@example.com",
        "state": "new", "status": "pending",
        "payment": {"method": "checkmo"},
        "items": [{"sku": "A", "name": "A", "qty_ordered": 2, "price": 30, "row_total": 60,
                   "discount_amount": 6}],
    })
}

#[test]
fn an_order_is_stored_as_given_and_numbered() {
    let world = World::new();
    let first = world.create(order()).unwrap();
    let second = world.create(order()).unwrap();
    assert_eq!(first["increment_id"], "000000001");
    assert_eq!(second["increment_id"], "000000002");
    let read = world.read(second["entity_id"].as_i64().unwrap());
    assert_eq!(read["total_due"], 65.0);
    assert_eq!(read["total_item_count"], 1);
    assert_eq!(read["created_at"], "2027-01-15 08:00:00");
    let item = &read["items"][0];
    assert_eq!(item["row_total"], 54.0, "the discount is taken off");
    assert_eq!(item["qty_shipped"], 0);
    assert_eq!(item["original_price"], 30.0);
}

#[test]
fn without_payment_or_lines_nothing_is_stored() {
    let world = World::new();
    for part in ["payment", "items"] {
        let mut order = order();
        order.as_object_mut().unwrap().remove(part);
        assert!(world.create(order).is_err());
    }
    let count = world.db.read(|tx| rows::ORDERS.count(tx)).unwrap();
    assert_eq!(count, 0);
}

#[test]
fn comments_are_kept_in_order_and_a_foreign_id_is_nobody() {
    let world = World::new();
    let id = world.create(order()).unwrap()["entity_id"]
        .as_i64()
        .unwrap();
    for text in ["one", "two"] {
        let comment = StatusHistory {
            comment: text.into(),
            ..StatusHistory::default()
        };
        world
            .db
            .write(move |tx| save::put_comment(tx, id, &comment))
            .unwrap();
    }
    let histories = &world.read(id)["status_histories"];
    assert_eq!(histories[0]["comment"], "two");
    assert_eq!(histories[1]["is_visible_on_front"], 0);
    let missing = world.db.read(|tx| load(tx, id + 1).map(|_| ()));
    let said = "The entity that was requested doesn't exist. Verify the entity and try again.";
    assert_eq!(missing.unwrap_err().phrase.text, said);
}
