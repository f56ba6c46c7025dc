use ferrite_webapi::testing::World;
use serde_json::{Value, json};

fn world() -> World {
    World::new(crate::tables(), crate::install, crate::routes)
}

fn page(change: &[(&str, Value)]) -> Value {
    let mut page = json!({"identifier": "about-us", "title": "About us", "page_layout": "1column"});
    for (field, value) in change {
        page[*field] = value.clone();
    }
    json!({"page": page})
}

const POST: &str = "POST /V1/cmsPage";

#[test]
fn pages_that_the_configuration_names_stay() {
    let world = world();
    let home = |change: &[(&str, Value)]| {
        let mut sent = page(change);
        sent["page"]["identifier"] = json!("home");
        world.refused("PUT /V1/cmsPage/2", &sent)
    };
    assert!(home(&[("active", json!(false))]).contains("reserved for \"CMS Home Page\""));
    let moved = world.refused("PUT /V1/cmsPage/1", &page(&[]));
    assert!(moved.contains("CMS No Route Page"), "{moved}");
    assert!(
        world
            .refused(POST, &page(&[("identifier", json!("home"))]))
            .contains("URL key")
    );
}

#[test]
fn who_may_not_change_the_design_may_change_the_rest() {
    let world = world();
    let save = &["Magento_Cms::save"];
    let (status, made) = world.call(save, POST, &page(&[]));
    assert_eq!(status, 200, "{made}");
    let route = format!("PUT /V1/cmsPage/{}", made["id"]);
    let layout = page(&[("page_layout", json!("empty"))]);
    let (status, answer) = world.call(save, &route, &layout);
    let text = "You are not allowed to change CMS pages design settings";
    assert_eq!((status, &answer["message"]), (401, &json!(text)));
    assert_eq!(
        world
            .call(save, &route, &page(&[("content", json!("new"))]))
            .0,
        200
    );
    let both = &["Magento_Cms::save", "Magento_Cms::save_design"];
    assert_eq!(world.call(both, &route, &layout).0, 200);
}

#[test]
fn columns_hold_days_and_small_numbers() {
    let world = world();
    let made = world.ok(
        POST,
        &page(&[("custom_theme_from", json!("2030-01-02 10:00:00"))]),
    );
    assert_eq!(made["custom_theme_from"], "2030-01-02 00:00:00");
    let read = world.ok(&format!("GET /V1/cmsPage/{}", made["id"]), &Value::Null);
    assert_eq!(
        (&read["custom_theme_from"], &read["sort_order"]),
        (&json!("2030-01-02"), &json!("0"))
    );
    for (field, value) in [
        ("custom_theme_from", json!("soon")),
        ("sort_order", json!("first")),
        ("title", json!("t".repeat(256))),
        ("layout_update_xml", json!("<body/>")),
    ] {
        let refused = world.refused(
            POST,
            &page(&[("identifier", json!("other")), (field, value)]),
        );
        assert!(
            refused.contains("Something went wrong"),
            "{field}: {refused}"
        );
    }
    let broken = page(&[("custom_layout_update_xml", json!("<wrong/>"))]);
    assert_eq!(
        world.refused(POST, &broken),
        "Custom layout update is invalid"
    );
}

#[test]
fn null_takes_a_value_away() {
    let world = world();
    let made = world.ok(POST, &page(&[("content", json!("text"))]));
    let route = format!("PUT /V1/cmsPage/{}", made["id"]);
    let changed = world.ok(&route, &page(&[("content", Value::Null)]));
    assert_eq!(changed.get("content"), None);
}
