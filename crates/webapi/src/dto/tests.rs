use serde_json::json;

use super::*;

crate::dto! {
    /// A thing with one field of each kind.
    pub struct Inner {
        qty: f64,
        note: String [null],
    }
}

crate::dto! {
    /// A thing that holds things.
    pub struct Outer {
        id: i64 [null],
        is_open: bool,
        names: Vec<String> [null],
        inner_thing: Inner [null],
        inners: Vec<Inner> [null],
        made_at: String [null, read],
    }
}

fn read(value: Value) -> Result<Outer, Fault> {
    Ok(Outer::from_value(&value)?.expect("an object"))
}

#[test]
fn php_rules_turn_scalars_into_the_declared_types() {
    let outer = read(json!({"id": " 5.7", "isOpen": "YES", "names": ["a", 1, true]})).unwrap();
    assert_eq!(outer.id, Opt::Is(5));
    assert_eq!(outer.is_open, Opt::Is(true));
    assert_eq!(
        outer.names,
        Opt::Is(vec!["a".into(), "1".into(), "1".into()])
    );
}

#[test]
fn a_type_error_names_each_level_as_the_client_wrote_it() {
    let fault = read(json!({"innerThing": {"qty": "many"}})).err().unwrap();
    assert_eq!(
        fault.to_string(),
        "Error occurred during \"innerThing\" processing. Error occurred during \"qty\" \
         processing. The \"many\" value's type is invalid. The \"float\" type was expected. \
         Verify and try again."
    );
}

#[test]
fn an_unknown_key_is_refused_by_its_camel_case_name_and_not_wrapped() {
    let fault = read(json!({"inners": [{"bad_colour": 1}]})).err().unwrap();
    assert_eq!(fault, not_supported("bad_colour"));
    assert_eq!(
        fault.to_string(),
        "\"BadColour\" is not supported. Correct the field name and try again."
    );
}

#[test]
fn a_read_only_field_may_be_sent_empty_only() {
    assert!(read(json!({"made_at": ""})).is_ok());
    assert!(read(json!({"made_at": "2024-01-01"})).is_err());
}

#[test]
fn lists_of_objects_may_come_as_maps_or_as_xml_items() {
    for value in [
        json!([{"qty": 1}]),
        json!({"a": {"qty": 1}}),
        json!({"item": {"qty": 1}}),
    ] {
        let outer = read(json!({"inners": value})).unwrap();
        assert_eq!(outer.inners.get().map(Vec::len), Some(1));
    }
    assert_eq!(
        read(json!({"inners": 5}))
            .unwrap()
            .inners
            .get()
            .map(Vec::len),
        None
    );
}

#[test]
fn null_is_left_out_or_printed_as_the_field_says() {
    let outer = read(json!({"id": null, "is_open": null})).unwrap();
    assert_eq!(encode(&outer), json!({"is_open": null}));
}

#[test]
fn merging_takes_what_was_sent_and_keeps_the_rest() {
    let mut stored = read(json!({"id": 1, "is_open": true, "names": ["a"]})).unwrap();
    merge(
        &mut stored,
        &read(json!({"is_open": false, "names": null})).unwrap(),
    );
    assert_eq!(encode(&stored), json!({"id": 1, "is_open": false}));
}

#[test]
fn a_float_is_one_that_can_be_written_again() {
    assert!(f64::from_value(&json!("1e999")).is_err());
    assert_eq!(f64::from_value(&json!("1e3")), Ok(Some(1000.0)));
}
