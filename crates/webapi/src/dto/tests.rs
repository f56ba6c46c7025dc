use ferrite_base::Amount;
use proptest::prelude::*;
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

crate::dto! {
    /// A thing that is made with its fields.
    pub struct Made {
        page_size: i64 [null, made],
        note: String [made],
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
fn what_a_constructor_takes_has_to_be_written_as_it_is_there() {
    let made = |value: Value| Made::from_value(&value).map(Option::unwrap);
    let fits = made(json!({"pageSize": 1, "note": "a"})).unwrap();
    assert_eq!((fits.page_size, fits.note), (Opt::Is(1), "a".into()));
    for key in ["page_size", "PageSize", "Note"] {
        assert_eq!(
            made(json!({key: 1})).err(),
            Some(not_supported(key)),
            "{key}"
        );
        assert!(made(json!({key: ""})).is_ok(), "{key}");
    }
}

#[test]
fn lists_of_objects_may_come_as_maps_or_as_xml_items() {
    for value in [
        json!([{"qty": 1}]),
        json!({"a": {"qty": 1}}),
        json!({"item": {"qty": 1}, "other": 1}),
        json!({"item": {"0": {"qty": 1}}}),
        json!([1]),
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
fn an_object_in_place_of_a_list_is_a_list_of_its_values() {
    let outer = read(json!({"inners": {"qty": 1, "note": "x"}})).unwrap();
    let inners = outer.inners.get().unwrap();
    assert_eq!(inners.len(), 2);
    assert!(!inners[0].qty.is_sent() && !inners[1].note.is_sent());
    let names = read(json!({"names": {"item": ["a", null]}})).unwrap().names;
    assert_eq!(names, Opt::Is(vec!["a".to_owned(), String::new()]));
}

#[test]
fn a_list_in_place_of_an_object_is_refused_by_its_first_index() {
    assert_eq!(read(json!(["a"])).err(), Some(not_supported("0")));
    assert!(read(json!([])).is_ok() && read(json!("a")).is_ok());
}

#[test]
fn keys_are_read_in_any_case() {
    let outer = read(json!({"ID": 1, "ISopen": true, "innerthing": {"Q_ty": 2}})).unwrap();
    assert_eq!((outer.id, outer.is_open), (Opt::Is(1), Opt::Is(true)));
    assert_eq!(outer.inner_thing.get().unwrap().qty, Opt::Is(2.0));
    assert_eq!(read(json!({"i-d": 1})).err(), Some(not_supported("i-d")));
    assert_eq!(read(json!({"": ""})).err(), Some(not_supported("")));
    assert_eq!(camel_case("ätz_foo_BAR"), "ätzFooBAR");
}

#[test]
fn numbers_become_texts_as_php_writes_them() {
    for (number, text) in [
        (json!(5), "5"),
        (json!(12.5), "12.5"),
        (json!(100.0), "100"),
        (json!(-0.5), "-0.5"),
        (json!(0.000_1), "0.0001"),
        (json!(0.000_012), "1.2E-5"),
        (json!(1e13), "10000000000000"),
        (json!(1e14), "1.0E+14"),
        (json!(1.5e25), "1.5E+25"),
        (json!(0.1 + 0.2), "0.3"),
        (json!(1.234_567_890_123_456_7), "1.2345678901235"),
        (json!(-0.0), "-0"),
        (json!(u64::MAX), "1.844674407371E+19"),
    ] {
        assert_eq!(String::from_value(&number).unwrap().unwrap(), text);
    }
}

#[test]
fn the_numbers_of_a_list_are_what_their_texts_begin_with() {
    let list = json!([
        "12abc",
        " -3.9",
        "1e3",
        "1e",
        "+7",
        ".5",
        "",
        "x",
        true,
        null,
        "99999999999999999999"
    ]);
    let numbers = Vec::<i64>::from_value(&list).unwrap().unwrap();
    assert_eq!(numbers, [12, -3, 1000, 1, 7, 0, 0, 0, 1, 0, i64::MAX]);
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

#[test]
fn an_amount_is_read_to_its_last_digit_and_written_as_a_float() {
    let read = |value: Value| Amount::from_value(&value).unwrap().unwrap();
    assert_eq!(read(json!(12.99)), "12.99".parse().unwrap());
    assert_eq!(read(json!(i64::MAX)), Amount::from(i64::MAX));
    let long = read(json!(" 12345678901234.123456 "));
    assert_eq!(long.column_text(), "12345678901234.123456");
    assert_eq!(long.to_value(), json!(12_345_678_901_234.123));
    assert_eq!(Amount::from(12).to_value().to_string(), "12.0");
    assert_eq!(Amount::TYPE, "float");
}

fn scalars() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        "[ 0-9.eE+-]{0,8}".prop_map(Value::from),
        Just(json!("1e300")),
        Just(json!([1])),
    ]
}

proptest! {
    #[test]
    fn an_amount_is_taken_and_refused_as_a_float_is(value in scalars().prop_filter("null", |one| !one.is_null())) {
        let message = |fault: Fault| fault.phrase.rendered();
        let float = f64::from_value(&value).map_err(message);
        let amount = Amount::from_value(&value).map_err(message);
        prop_assert_eq!(amount.as_ref().err(), float.as_ref().err());
        if let (Ok(Some(amount)), Ok(Some(float))) = (amount, float) && float.abs() < 1e28 {
            let error = (amount.as_f64() - float).abs();
            // Behind 28 digits nothing is kept.
            prop_assert!(error <= 1e-28, "{} for {}", amount, float);
        }
    }
}
