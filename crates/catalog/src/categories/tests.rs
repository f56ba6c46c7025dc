use ferrite_storage::Db;
use ferrite_webapi::extension::Providers;
use ferrite_webapi::testing;
use serde_json::json;

use super::*;

struct World {
    db: Db,
    _store: testing::World,
}

impl World {
    fn new() -> Self {
        let store = testing::World::new(tables(), install, |_| {});
        Self {
            db: store.db.clone(),
            _store: store,
        }
    }

    fn read(&self, id: i64, store_id: i64) -> Json {
        let read = self.db.read(|tx| {
            let category = load(tx, id)?;
            Ok::<_, Fault>(read::category(tx, &category, store_id)?)
        });
        read.unwrap()
    }
}

#[test]
fn a_fresh_store_has_two_roots() {
    let world = World::new();
    let root = world.read(2, 1);
    assert_eq!(root["name"], "Default Category");
    assert_eq!((&root["path"], &root["level"]), (&"1/2".into(), &1.into()));
    assert_eq!(root["is_active"], true);
    let missing = world.db.read(|tx| load(tx, 9).map(|_| ()));
    assert_eq!(missing, Err(Fault::no_such_entity("id", 9)));
}

#[test]
fn a_value_of_one_view_is_not_seen_in_another() {
    let world = World::new();
    let changed = world.db.write(|tx| {
        let mut category = load(tx, 2)?;
        category.values.set(2, "name", "Zweite".into());
        CATEGORIES.put(tx, &category)?;
        Ok::<_, Fault>(())
    });
    changed.unwrap();
    assert_eq!(world.read(2, 2)["name"], "Zweite");
    assert_eq!(world.read(2, 1)["name"], "Default Category");
}

#[test]
fn another_url_key_leads_to_everything_below() {
    let world = testing::World::new(crate::tables(), crate::install, |routes| {
        crate::routes(routes, Providers::default());
    });
    for (name, parent_id) in [("Home", 2), ("Chairs", 3), ("Oak", 4)] {
        let body = json!({"category": {"name": name, "parent_id": parent_id, "is_active": true}});
        world.ok("POST /all/V1/categories", &body);
    }
    let paths = |scope: &str| {
        [3, 4, 5].map(|id| {
            let read = world.ok(&format!("GET /{scope}/V1/categories/{id}"), &Json::Null);
            let customs = read["custom_attributes"].as_array().unwrap();
            let path = customs
                .iter()
                .find(|one| one["attribute_code"] == "url_path");
            path.unwrap()["value"].as_str().unwrap().to_owned()
        })
    };
    let rename = |scope: &str, id: i64, key: &str| {
        let customs = json!([{"attribute_code": "url_key", "value": key}]);
        let body = json!({"category": {"custom_attributes": customs}});
        world.ok(&format!("PUT /{scope}/V1/categories/{id}"), &body);
    };
    rename("all", 4, "seats");
    assert_eq!(paths("all"), ["home", "home/seats", "home/seats/oak"]);
    rename("default", 3, "maison");
    assert_eq!(
        paths("default"),
        ["maison", "maison/seats", "maison/seats/oak"]
    );
    assert_eq!(paths("all"), ["home", "home/seats", "home/seats/oak"]);
    rename("all", 4, "chairs");
    assert_eq!(
        paths("default"),
        ["maison", "maison/chairs", "maison/chairs/oak"]
    );
}
