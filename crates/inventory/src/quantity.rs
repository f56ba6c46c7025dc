//! How many there are of something, as `decimal(12,4)` holds it: sums of these are exact.

use std::iter::Sum;
use std::ops::{Add, Neg, Sub};

use ferrite_storage::Scalar;
use serde::{Deserialize, Serialize};

const SCALE: f64 = 10_000.0;

/// The largest quantity that a column holds.
const LARGEST: f64 = 99_999_999.999_9;

/// A quantity, in ten thousandths.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Quantity(i64);

impl Quantity {
    /// None of it.
    pub const ZERO: Self = Self(0);

    /// A number as it is kept, rounded to four digits; none where it is beyond what a column holds.
    pub fn of(number: f64) -> Option<Self> {
        (number.abs() <= LARGEST).then(|| Self::clamped(number))
    }

    /// The same, with the nearest that a column holds for what is beyond it.
    pub fn clamped(number: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "twelve digits at most")]
        let scaled = (number.clamp(-LARGEST, LARGEST) * SCALE).round() as i64;
        Self(scaled)
    }

    /// The quantity as a number.
    pub fn number(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "no sum comes near 2^53")]
        let scaled = self.0 as f64;
        scaled / SCALE
    }

    /// Whether it is nothing.
    pub fn is_zero(self) -> bool {
        self == Self::ZERO
    }

    /// Whether it is so many of a step; of no step everything is.
    pub fn is_multiple_of(self, step: Self) -> bool {
        step.is_zero() || self.0 % step.0 == 0
    }

    /// The value of a decimal column.
    pub fn scalar(self) -> Scalar {
        Scalar::from(self.0.saturating_mul(100))
    }
}

impl Add for Quantity {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Quantity {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Quantity {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Quantity {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_exact_and_what_no_column_holds_is_none() {
        let tenth = Quantity::of(0.1).unwrap();
        let sum: Quantity = std::iter::repeat_n(tenth, 30).sum();
        assert_eq!(sum, Quantity::of(3.0).unwrap());
        assert_eq!(sum.number().to_string(), "3");
        for beyond in [1e8, -1e8, f64::NAN, f64::INFINITY] {
            assert_eq!(Quantity::of(beyond), None);
        }
        assert_eq!(Quantity::of(0.000_04), Some(Quantity::ZERO));
    }

    #[test]
    fn multiples_are_of_a_step() {
        let of = |number: f64| Quantity::of(number).unwrap();
        assert!(of(1.5).is_multiple_of(of(0.5)));
        assert!(!of(1.5).is_multiple_of(of(1.0)));
        assert!(of(1.5).is_multiple_of(Quantity::ZERO));
    }
}
