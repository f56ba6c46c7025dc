//! Money, and percentages of it: exact decimals, never floats.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// How many digits a column keeps behind the point.
const COLUMN_DIGITS: u32 = 6;

/// How many digits an amount has room for, before the point and behind it.
const DIGITS: i64 = 28;

/// An amount of money, or a percentage of one, as an exact decimal.
///
/// Shape: up to 28 digits; a column of Magento's is `decimal(20,6)`, which [`Amount::fits_column`]
/// tells and [`Amount::column_text`] writes. Unit: that of the currency whose amount it is, or
/// hundredths for a percentage. Rounding is half away from zero, MySQL's, and happens only where it is
/// asked for; what has more than 28 digits is rounded to them. Nothing fails for being too large: what is
/// beyond the type is its largest value, which fits no column.
///
/// On the wire it is a JSON number, as PHP's floats are; in documents it is text, since a JSON number is
/// read as a float, which has room for 15 of a column's 20 digits. Numbers that earlier versions wrote
/// are read as well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(Decimal);

/// A text that is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number")]
pub struct NotANumber;

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// All of something, as a percentage.
    pub const HUNDRED_PERCENT: Self = Self(Decimal::ONE_HUNDRED);

    /// The number that a text begins with, as PHP's `(float)` reads it: `12.5kg` is 12.5; 0 where it
    /// begins with none.
    pub fn leading(text: &str) -> Self {
        scan(text.trim()).map_or(Self::ZERO, |(amount, _)| amount)
    }

    /// The decimal that a float is written as: 12.99 is 12.99. What is no number is 0.
    pub fn from_f64(number: f64) -> Self {
        if number.is_infinite() {
            return Self::largest(number.is_sign_negative());
        }
        // An exponent keeps the text short, however large the number is.
        Self::leading(&format!("{number:e}"))
    }

    /// The float that is nearest, which is what JSON on the wire has.
    pub fn as_f64(self) -> f64 {
        self.0.to_string().parse().unwrap_or_default()
    }

    /// So many of the unit that stands `digits` behind the point: 825 of 2 digits is 8.25.
    pub fn from_scaled(number: i64, digits: u32) -> Self {
        let scaled = Decimal::try_from_i128_with_scale(i128::from(number), digits);
        Self::of(scaled.unwrap_or_default())
    }

    /// How many of that unit it is, rounded; what is beyond an `i64` is its end.
    pub fn scaled(self, digits: u32) -> i64 {
        let rounded = self.rounded(digits).0;
        let missing = digits.saturating_sub(rounded.scale());
        let scaled = 10_i128
            .checked_pow(missing)
            .and_then(|unit| rounded.mantissa().checked_mul(unit));
        let end = if self.is_negative() {
            i64::MIN
        } else {
            i64::MAX
        };
        scaled
            .and_then(|scaled| scaled.try_into().ok())
            .unwrap_or(end)
    }

    /// Rounded to that many digits behind the point, half away from zero.
    pub fn rounded(self, digits: u32) -> Self {
        let strategy = RoundingStrategy::MidpointAwayFromZero;
        Self::of(self.0.round_dp_with_strategy(digits, strategy))
    }

    /// As a column would give it back: rounded to six digits.
    pub fn in_column(self) -> Self {
        self.rounded(COLUMN_DIGITS)
    }

    /// Whether a `decimal(20,6)` column has room for it: it is below 10^14.
    pub fn fits_column(self) -> bool {
        let end = Self::from(100_000_000_000_000);
        self.in_column().0.abs() < end.0
    }

    /// Whether it stands for numbers that are beyond the type.
    pub fn is_saturated(self) -> bool {
        self.abs() == Self(Decimal::MAX)
    }

    /// As a column holds it: `12.500000`.
    pub fn column_text(self) -> String {
        self.fixed(COLUMN_DIGITS)
    }

    /// Rounded and written with exactly that many digits behind the point.
    pub fn fixed(self, digits: u32) -> String {
        let mut text = self.rounded(digits).to_string();
        let point = text.find('.').unwrap_or_else(|| {
            text.push('.');
            text.len() - 1
        });
        let end = point + 1 + usize::try_from(digits).unwrap_or(0);
        while text.len() < end {
            text.push('0');
        }
        text.trim_end_matches('.').to_owned()
    }

    /// The share of it that a percentage is, exact.
    pub fn percent(self, percentage: Self) -> Self {
        let hundredth = Self::from_scaled(1, 2);
        self.times(percentage).times(hundredth)
    }

    /// So many times it.
    pub fn times(self, quantity: Self) -> Self {
        Self::of(self.0.saturating_mul(quantity.0))
    }

    /// Whether it is below zero.
    pub fn is_negative(self) -> bool {
        self < Self::ZERO
    }

    /// Without its sign.
    pub fn abs(self) -> Self {
        Self(self.0.abs())
    }

    /// The whole number at or below it; what is beyond an `i64` is its end.
    pub fn floor(self) -> i64 {
        Self(self.0.floor()).scaled(0)
    }

    /// The whole number before its point; what is beyond an `i64` is its end.
    pub fn trunc(self) -> i64 {
        Self(self.0.trunc()).scaled(0)
    }

    /// Zero has no sign.
    fn of(decimal: Decimal) -> Self {
        if decimal.is_zero() {
            return Self::ZERO;
        }
        Self(decimal)
    }

    fn largest(is_negative: bool) -> Self {
        Self(if is_negative {
            Decimal::MIN
        } else {
            Decimal::MAX
        })
    }
}

/// A number's text in its parts: sign, digits before and behind the point, power of ten.
struct Parts<'a> {
    is_negative: bool,
    whole: &'a str,
    fraction: &'a str,
    exponent: i64,
}

/// The number that a text begins with, and how long its text is.
fn scan(text: &str) -> Option<(Amount, usize)> {
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        let end = rest.find(|letter: char| !letter.is_ascii_digit());
        rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
    };
    let has = |at: usize, letters: &[char]| {
        let rest = text.get(at..);
        rest.is_some_and(|rest| rest.starts_with(letters))
    };
    let mut end = usize::from(has(0, &['-', '+']));
    let whole = digits(end);
    end += whole.len();
    let mut fraction = "";
    if has(end, &['.']) {
        fraction = digits(end + 1);
        end += 1 + fraction.len();
    }
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut exponent = 0;
    if has(end, &['e', 'E']) {
        let sign = usize::from(has(end + 1, &['-', '+']));
        let power = digits(end + 1 + sign);
        if !power.is_empty() {
            let size: i64 = power.parse().unwrap_or(i64::MAX);
            exponent = if has(end + 1, &['-']) { -size } else { size };
            end += 1 + sign + power.len();
        }
    }
    let parts = Parts {
        is_negative: has(0, &['-']),
        whole,
        fraction,
        exponent,
    };
    Some((parts.amount(), end))
}

impl Parts<'_> {
    /// The amount, rounded to the digits that there are.
    fn amount(&self) -> Amount {
        let all = self.whole.bytes().chain(self.fraction.bytes());
        let zeros = all.clone().take_while(|digit| *digit == b'0').count();
        let digits: Vec<u8> = all.skip(zeros).collect();
        let length = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        // How many of the digits stand before the point.
        let point = (length(self.whole.len()) - length(zeros)).saturating_add(self.exponent);
        if digits.is_empty() || point < -DIGITS {
            return Amount::ZERO;
        }
        if point > DIGITS {
            return Amount::largest(self.is_negative);
        }
        // All that there is room for, and the zeros that are left out before the point.
        let room = DIGITS.min(DIGITS + point);
        let kept = length(digits.len()).min(room).max(point);
        let digit = |place: i64| {
            let place = usize::try_from(place).unwrap_or(usize::MAX);
            digits
                .get(place)
                .map_or(0, |digit| i128::from(digit - b'0'))
        };
        let mut mantissa = (0..kept).fold(0, |sum, place| sum * 10 + digit(place));
        mantissa += i128::from(digit(kept) >= 5);
        let signed = if self.is_negative {
            -mantissa
        } else {
            mantissa
        };
        let scale = u32::try_from(kept - point).unwrap_or(0);
        Decimal::try_from_i128_with_scale(signed, scale)
            .map_or(Amount::largest(self.is_negative), Amount::of)
    }
}

impl FromStr for Amount {
    type Err = NotANumber;

    /// Reads a text that is a number and nothing else: `12.500000`, `.5`, `1e3`.
    fn from_str(text: &str) -> Result<Self, NotANumber> {
        match scan(text) {
            Some((amount, end)) if end == text.len() => Ok(amount),
            _ => Err(NotANumber),
        }
    }
}

impl From<i64> for Amount {
    fn from(number: i64) -> Self {
        Self(number.into())
    }
}

/// The shortest text, whatever width and precision are asked for: `12.5`, `12`.
impl fmt::Display for Amount {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0.normalize())
    }
}

impl Add for Amount {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::of(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Amount {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Amount {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self::of(self.0.saturating_sub(other.0))
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reader)
    }
}

/// Reads an amount from a document: text, or the number of an earlier version.
struct Reader;

impl de::Visitor<'_> for Reader {
    type Value = Amount;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an amount as text or as a number")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Amount, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Amount, E> {
        Ok(Amount::from_f64(number))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Amount, E> {
        Ok(number.into())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Amount, E> {
        Ok(Amount(number.into()))
    }
}

#[cfg(test)]
mod tests;
