use ferrite_base::DateTime;
use ferrite_storage::{Db, Filter, Search};
use ferrite_webapi::testing;
use serde_json::Value;

use super::*;
use crate::scoped::{DEFAULT, Scoped};

pub(super) struct World {
    db: Db,
    _store: testing::World,
}

impl World {
    pub(super) fn new() -> Self {
        let store = testing::World::new(crate::tables(), |_| Ok(()), |_| {});
        Self {
            db: store.db.clone(),
            _store: store,
        }
    }

    pub(super) fn read<T>(
        &self,
        function: impl FnOnce(&mut Tx<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.db.read(function)
    }

    fn add(&self, sku: &str, name: &str, views: &'static [i64]) -> Product {
        let (sku, name) = (sku.to_owned(), name.to_owned());
        let added = self.db.write(move |tx| {
            let now = tx.now().clone();
            let mut product = plain(&sku);
            product.created_at = now.clone();
            product.updated_at = now;
            product.values.set(DEFAULT, "name", name.as_str().into());
            PRODUCTS.insert(tx, &mut product)?;
            rows::index_in(tx, &product, views)?;
            Ok::<_, Fault>(product)
        });
        added.unwrap()
    }

    fn found(&self, store_id: i64, name: &str) -> i64 {
        let filter = |field: &str, value: &str| {
            vec![Filter {
                field: field.to_owned(),
                condition: "eq".to_owned(),
                value: value.to_owned(),
            }]
        };
        let search = Search {
            groups: vec![
                filter("store_id", &store_id.to_string()),
                filter("name", name),
            ],
            ..Search::default()
        };
        self.db.read(|tx| INDEX.search(tx, &search)).unwrap().total
    }
}

/// A simple product without values.
pub(super) fn plain(sku: &str) -> Product {
    Product {
        id: 0,
        sku: sku.to_owned(),
        attribute_set_id: 4,
        type_id: "simple".to_owned(),
        created_at: DateTime::from_unix_seconds(0),
        updated_at: DateTime::from_unix_seconds(0),
        values: Scoped::default(),
        website_ids: vec![1],
        is_salable: false,
        links: Vec::new(),
        options: Vec::new(),
        tier_prices: Vec::new(),
    }
}

#[test]
fn a_sku_is_one_as_mysql_compares() {
    let world = World::new();
    world.add("Ab-1", "Apple", &[0, 1]);
    let found = world.db.read(|tx| Product::find(tx, "aB-1 ")).unwrap();
    assert_eq!(found.map(|product| product.sku).as_deref(), Some("Ab-1"));
}

#[test]
fn a_new_store_view_gets_all_products_in_steps() {
    let world = World::new();
    world.db.write(crate::install).unwrap();
    world.add("A", "Apple", &[0, 1]);
    world.add("B", "Banana", &[0, 1]);
    let far = world.db.write(|tx| {
        let mut product = Product::find(tx, "B")?.unwrap();
        product.id = 1000;
        product.sku = "far".to_owned();
        PRODUCTS.insert_as(tx, &product)
    });
    far.unwrap();
    let made = world
        .db
        .write(|tx| ferrite_settings::add_store_view(tx, "two", "base", "Two"));
    let view = made.unwrap();
    let is_indexed = || world.db.read(|tx| rows::is_indexed(tx, view)).unwrap();
    world.add("C", "Cherry", &[0, 1, 2]);
    assert_eq!((view, world.found(2, "apple"), is_indexed()), (2, 0, false));
    for _ in 0..2 {
        index_new_views(&world.db).unwrap();
        assert!(is_indexed());
        for (name, count) in [("apple", 1), ("BANANA", 2), ("Cherry", 1)] {
            assert_eq!(world.found(2, name), count, "{name}");
        }
    }
    let again = world.db.write(|tx| {
        let product = Product::find(tx, "A")?.unwrap();
        Ok::<_, Fault>(rows::index_anew(tx, &product)?)
    });
    again.unwrap();
    assert_eq!((world.found(1, "apple"), world.found(2, "apple")), (1, 1));
}

#[test]
fn an_index_that_is_made_anew_holds_what_there_is_and_no_more() {
    let world = World::new();
    world.db.write(crate::install).unwrap();
    let apple = world.add("A", "Apple", &[0, 1]);
    world.add("B", "Banana", &[0, 1]);
    let damaged = world.db.write(move |tx| {
        for row in INDEX.all(tx)? {
            INDEX.delete(tx, row.id)?;
        }
        let mut gone = apple.clone();
        gone.id = 4_000;
        rows::index_in(tx, &gone, &[0, 1])?;
        rows::index_in(tx, &apple, &[9])
    });
    damaged.unwrap();
    let mut told = Vec::new();
    rebuild_index(&world.db, |done, all| told.push((done, all))).unwrap();
    assert_eq!(told, [(2, 4), (4, 4)]);
    assert_eq!(world.db.read(|tx| INDEX.count(tx)), Ok(4));
    for (view, name, count) in [(0, "apple", 1), (1, "banana", 1), (9, "apple", 0)] {
        assert_eq!(world.found(view, name), count, "{name} in {view}");
    }
}

#[test]
fn options_say_whether_they_are_required() {
    let world = World::new();
    let mut product = world.add("A", "Apple", &[0]);
    assert!(!product.has_options());
    product.options = vec![serde_json::json!({"is_require": false})];
    assert!(product.has_options() && !product.has_required_options());
    product
        .options
        .push(serde_json::json!({"is_require": true}));
    assert!(product.has_required_options());
    assert_eq!(elements(Some(&Value::from(product.options))).len(), 2);
}

#[test]
fn ids_of_options_are_given_out_once_for_all_products() {
    let world = World::new();
    let one = world.add("A", "Apple", &[0]);
    let other = world.add("B", "Banana", &[0]);
    let sent = |text: &str| {
        let value = serde_json::from_str(text).unwrap();
        <Vec<types::ProductOption> as ferrite_webapi::dto::Wire>::from_value(&value)
            .unwrap()
            .unwrap()
    };
    let replaced = |product: &Product, text: &str| {
        let (product, sent) = (product.clone(), sent(text));
        world
            .db
            .write(move |tx| options::replaced(tx, &product, &sent))
            .unwrap()
    };
    let text = r#"[{"title": "Size", "type": "radio", "sort_order": 2, "values": [{"title": "S"}]},
        {"title": "Text", "type": "field", "price_type": "fixed", "sort_order": 1}]"#;
    let mut one = one;
    one.options = replaced(&one, text);
    assert_eq!(one.options[0]["title"], "Text", "they stand by their order");
    let size = &one.options[1];
    let others = replaced(&other, text);
    assert_ne!(others[1]["option_id"], size["option_id"]);
    assert_ne!(
        others[1]["values"][0]["option_type_id"],
        size["values"][0]["option_type_id"]
    );
    let again = replaced(&one, &Value::from(one.options.clone()).to_string());
    assert_eq!(again, one.options, "what is there keeps its ids");
}

#[test]
fn a_link_follows_its_product_and_goes_with_it() {
    let world = World::new();
    let mut one = world.add("A", "Apple", &[0]);
    let mut other = world.add("B", "Banana", &[0]);
    one.links = vec![links::Link {
        kind: "related".to_owned(),
        product_id: other.id,
        position: 1,
        qty: None,
    }];
    let shown = |one: &Product| world.db.read(|tx| links::shown(tx, one)).unwrap();
    other.sku = "C".to_owned();
    let renamed = other.clone();
    world
        .db
        .write(move |tx| Ok::<_, Fault>(PRODUCTS.put(tx, &renamed)?))
        .unwrap();
    assert_eq!(shown(&one)[0]["linked_product_sku"], "C");
    let id = other.id;
    world
        .db
        .write(move |tx| Ok::<_, Fault>(PRODUCTS.delete(tx, id)?))
        .unwrap();
    assert!(shown(&one).is_empty());
}
