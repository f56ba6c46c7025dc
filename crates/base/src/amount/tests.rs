use proptest::prelude::*;
use serde::de::IntoDeserializer as _;
use serde::de::value::{Error, F64Deserializer, I64Deserializer, StrDeserializer};

use super::*;

fn amount(text: &str) -> Amount {
    text.parse().expect("a number")
}

#[test]
fn a_text_is_read_as_far_as_it_is_a_number() {
    for (text, read) in [
        ("12.5kg", "12.5"),
        (" 12.99 ", "12.99"),
        ("1e3x", "1000"),
        ("1e", "1"),
        ("1.5.2", "1.5"),
        ("-.5", "-0.5"),
        ("+5.", "5"),
        ("-0", "0"),
        ("abc", "0"),
        ("--1", "0"),
        (".", "0"),
        ("e5", "0"),
        ("inf", "0"),
        ("", "0"),
    ] {
        assert_eq!(Amount::leading(text).to_string(), read, "{text}");
    }
}

#[test]
fn what_is_no_number_as_a_whole_is_none() {
    for text in ["", " 1", "1 ", "12kg", "1e", "--1", "nan", "inf", "0x1"] {
        assert_eq!(text.parse::<Amount>(), Err(NotANumber), "{text}");
    }
}

#[test]
fn what_is_too_large_is_the_largest_and_fits_no_column() {
    for text in ["1e14", "1e28", "1e300", "-1e300", "1e99999999999999999999"] {
        let large = amount(text);
        assert!(!large.fits_column(), "{text}");
        assert!(!(large + large).fits_column(), "{text}");
        assert!(large.column_text().ends_with(".000000"));
    }
    let infinite = [f64::INFINITY, f64::NEG_INFINITY].map(Amount::from_f64);
    assert_eq!(infinite, [amount("1e300"), amount("-1e300")]);
    assert!(amount("-1e300").is_saturated() && !amount("1e27").is_saturated());
    assert_eq!(amount("1e-300"), Amount::ZERO);
    assert_eq!(amount("1e300").scaled(6), i64::MAX);
    assert_eq!(amount("-1e300").floor(), i64::MIN);
    assert_eq!(amount("1e300").times(amount("-1e300")), amount("-1e300"));
    assert!(amount("99999999999999.999999").fits_column());
    assert!(!amount("99999999999999.9999995").fits_column());
}

#[test]
fn rounding_is_half_away_from_zero() {
    let rounded = |text: &str, digits: u32| amount(text).fixed(digits);
    assert_eq!(rounded("1.005", 2), "1.01");
    assert_eq!(rounded("-1.005", 2), "-1.01");
    assert_eq!(rounded("0.0000005", 6), "0.000001");
    assert_eq!(rounded("-0.0000004", 6), "0.000000");
    assert_eq!(rounded("2.5", 0), "3");
    assert_eq!(rounded("12", 2), "12.00");
    assert_eq!(amount("8.25").scaled(4), 82_500);
    assert_eq!(Amount::from_scaled(82_500, 4), amount("8.25"));
    assert_eq!(amount("-0.5").trunc(), 0);
    assert_eq!(amount("-0.5").floor(), -1);
}

#[test]
fn a_percentage_of_an_amount_is_exact() {
    assert_eq!(amount("15").percent(amount("90")), amount("13.5"));
    assert_eq!(
        amount("0.1").percent(amount("33.333333")),
        amount("0.033333333")
    );
    assert_eq!(amount("0.1") + amount("0.2"), amount("0.3"));
}

#[test]
fn documents_hold_text_and_earlier_numbers_are_read() {
    let text: StrDeserializer<'_, Error> = "12345678901234.123456".into_deserializer();
    assert_eq!(
        Amount::deserialize(text),
        Ok(amount("12345678901234.123456"))
    );
    let float: F64Deserializer<Error> = 12.99.into_deserializer();
    assert_eq!(Amount::deserialize(float), Ok(amount("12.99")));
    let whole: I64Deserializer<Error> = 12_i64.into_deserializer();
    assert_eq!(Amount::deserialize(whole), Ok(amount("12")));
    let broken: StrDeserializer<'_, Error> = "12 EUR".into_deserializer();
    assert!(Amount::deserialize(broken).is_err());
}

proptest! {
    #[test]
    fn a_number_is_what_a_float_takes_for_one(text in "[-+.eE0-9]{0,12}") {
        prop_assert_eq!(text.parse::<Amount>().is_ok(), text.parse::<f64>().is_ok());
    }

    #[test]
    fn an_exact_float_is_read_as_the_same_number(eighths in -1_000_000_000_i64..1_000_000_000, unit in "[a-z ]{0,3}") {
        let float = eighths as f64 / 8.0;
        let read = Amount::leading(&format!("{float}{unit}"));
        prop_assert_eq!(read, Amount::from_scaled(eighths, 0).times(amount("0.125")));
        prop_assert_eq!(read.as_f64(), float);
        prop_assert_eq!(Amount::from_f64(float), read);
        prop_assert_eq!(read.to_string(), if eighths == 0 { "0".to_owned() } else { float.to_string() });
    }

    #[test]
    fn a_float_comes_back_as_it_is_written(float in -1e14_f64..1e14) {
        prop_assert_eq!(Amount::from_f64(float).as_f64(), float);
    }

    #[test]
    fn a_column_gives_back_what_it_was_given(millionths: i64) {
        let held = Amount::from_scaled(millionths, 6);
        prop_assert_eq!(held.scaled(6), millionths);
        prop_assert_eq!(held.column_text().parse(), Ok(held));
        prop_assert_eq!(held.to_string().parse(), Ok(held));
        prop_assert_eq!(held.in_column(), held);
        prop_assert_eq!(held.fits_column(), true);
    }

    #[test]
    fn sums_are_exact(one in -1_i64 << 61..1 << 61, other in -1_i64 << 61..1 << 61) {
        let of = |millionths: i64| Amount::from_scaled(millionths, 6);
        prop_assert_eq!(of(one) + of(other), of(one + other));
        prop_assert_eq!(of(one) - of(other), of(one - other));
        prop_assert_eq!(of(one) < of(other), one < other);
    }

    #[test]
    fn no_text_is_too_much(text in "[-+]?[0-9]{0,40}[.]?[0-9]{0,40}(e-?[0-9]{1,25})?") {
        let read = Amount::leading(&text);
        let _ = (read.column_text(), read.scaled(6), read.floor(), read.times(read), read + read);
        prop_assert_eq!(read.to_string().parse(), Ok(read));
    }
}
