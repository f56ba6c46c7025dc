use ferrite_storage::Db;
use ferrite_webapi::testing;

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
