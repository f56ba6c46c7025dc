use ferrite_settings::Settings;
use ferrite_webapi::testing::World;
use serde_json::{Value, json};

use super::*;

fn world() -> World {
    let world = World::new(crate::tables(), |_| Ok(()), crate::routes);
    let written = world.db.write(|tx| {
        for (name, is_active, store_ids) in [
            ("here", true, vec![1]),
            ("there", true, vec![2]),
            ("off", false, vec![0]),
        ] {
            let mut one = Agreement {
                id: 0,
                name: name.to_owned(),
                content: "Terms".to_owned(),
                content_height: is_active.then(|| format!("{}em", store_ids[0])),
                checkbox_text: "I agree".to_owned(),
                is_active,
                is_html: false,
                mode: 1,
                store_ids,
            };
            AGREEMENTS.insert(tx, &mut one)?;
        }
        Ok::<_, Fault>(())
    });
    written.unwrap();
    world
}

#[test]
fn customers_are_asked_where_the_setting_says_so() {
    let world = world();
    let asked = || world.ok("GET /V1/carts/licence", &Value::Null);
    assert_eq!(asked(), json!([]));
    let settings = Settings::new(world.db.clone());
    settings.set_at("default", 0, ENABLED, Some("1")).unwrap();
    let names: Vec<Value> = asked()
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].clone())
        .collect();
    assert_eq!(names, ["here"]);
}

#[test]
fn a_search_finds_them_as_a_plain_list() {
    let world = world();
    let filter = "searchCriteria[filter_groups][0][filters][0]";
    let query = format!("{filter}[field]=is_active&{filter}[value]=0");
    let found = world.ok(&format!("GET /V1/carts/licence/list?{query}"), &Value::Null);
    assert_eq!(found[0]["name"], "off");
    assert_eq!(found.as_array().unwrap().len(), 1);
    let query = format!("{filter}[field]=content_height&{filter}[value]=2em");
    let found = world.ok(&format!("GET /V1/carts/licence/list?{query}"), &Value::Null);
    assert_eq!(found[0]["name"], "there");
}

#[test]
fn figures_are_for_https_alone() {
    let world = world();
    let refused = world.refused("GET /V1/analytics/link", &Value::Null);
    assert_eq!(refused, "Operation allowed only in HTTPS");
}
