//! The order in which Magento 2.4.7 sorts parameters: PHP's `strnatcmp`.
//!
//! Runs of digits compare as numbers, unless one begins with 0: then digit by digit from the left.

use std::cmp::Ordering;

/// Compares two encoded names.
pub fn compare(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (unpadded(left.as_bytes()), unpadded(right.as_bytes()));
    loop {
        match (left.first(), right.first()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(a), Some(b)) if a.is_ascii_digit() && b.is_ascii_digit() => {
                let (a, left_rest) = run(left);
                let (b, right_rest) = run(right);
                let by_digits = a.first() == Some(&b'0') || b.first() == Some(&b'0');
                let order = if by_digits {
                    a.cmp(b)
                } else {
                    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
                };
                if order != Ordering::Equal {
                    return order;
                }
                (left, right) = (left_rest, right_rest);
            }
            (Some(a), Some(b)) if a != b => return a.cmp(b),
            _ => {
                left = left.get(1..).unwrap_or_default();
                right = right.get(1..).unwrap_or_default();
            }
        }
    }
}

/// Leading zeros at the very start go while another digit follows.
fn unpadded(mut text: &[u8]) -> &[u8] {
    while let [b'0', next, ..] = text {
        if !next.is_ascii_digit() {
            break;
        }
        text = text.get(1..).unwrap_or_default();
    }
    text
}

fn run(text: &[u8]) -> (&[u8], &[u8]) {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    text.split_at(digits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn digits_count_as_numbers() {
        assert_eq!(compare("a2", "a10"), Ordering::Less);
        assert_eq!(compare("a02", "a10"), Ordering::Less);
        assert_eq!(compare("a01", "a1"), Ordering::Less);
        assert_eq!(compare("007", "7"), Ordering::Equal);
        assert_eq!(compare("a", "a1"), Ordering::Less);
    }

    proptest! {
        /// Else a sort would be free to panic.
        #[test]
        fn it_is_an_order(names in prop::collection::vec("[a10-3]{0,6}", 3)) {
            let [a, b, c] = [&names[0], &names[1], &names[2]];
            if compare(a, b).is_le() && compare(b, c).is_le() {
                prop_assert!(compare(a, c).is_le());
            }
        }

        #[test]
        fn turning_the_pair_turns_the_answer(a in "[a1-30]{0,6}", b in "[a1-30]{0,6}") {
            prop_assert_eq!(compare(&a, &b), compare(&b, &a).reverse());
            prop_assert_eq!(compare(&a, &a), Ordering::Equal);
        }
    }
}
