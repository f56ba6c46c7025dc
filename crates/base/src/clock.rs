//! Time as a value: a [`Clock`] is handed to whoever needs "now".

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Serialize};

/// Where "now" comes from. Cheap to clone; all clones of a [`Clock::fixed`] clock move together.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    Held(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `unix_seconds` until [`Clock::advance`] moves it.
    pub fn fixed(unix_seconds: i64) -> Self {
        Self(Source::Held(Arc::new(AtomicI64::new(unix_seconds))))
    }

    /// Seconds since 1970-01-01 UTC.
    pub fn unix_seconds(&self) -> i64 {
        match &self.0 {
            #[expect(
                clippy::disallowed_methods,
                reason = "the one place that reads the clock"
            )]
            Source::System => jiff::Timestamp::now().as_second(),
            Source::Held(at) => at.load(Ordering::SeqCst),
        }
    }

    /// Moves a fixed clock; does nothing to the system's.
    pub fn advance(&self, seconds: i64) {
        if let Source::Held(at) = &self.0 {
            at.fetch_add(seconds, Ordering::SeqCst);
        }
    }

    /// "Now" in the form in which it is stored and printed.
    pub fn now(&self) -> DateTime {
        DateTime::from_unix_seconds(self.unix_seconds())
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::System => f.write_str("Clock::system"),
            Source::Held(_) => write!(f, "Clock::fixed({})", self.unix_seconds()),
        }
    }
}

/// A moment in UTC as Magento writes it: `YYYY-MM-DD HH:MM:SS`, 19 characters, so that text order
/// is time order on every engine.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DateTime(String);

impl DateTime {
    /// The moment `seconds` after 1970-01-01 UTC; moments outside the years 0 to 9999 are clamped.
    pub fn from_unix_seconds(seconds: i64) -> Self {
        let at = jiff::Timestamp::from_second(seconds.clamp(-62_167_219_200, 253_402_207_200))
            .unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let civil = jiff::tz::Offset::UTC.to_datetime(at);
        Self(civil.strftime("%Y-%m-%d %H:%M:%S").to_string())
    }

    /// Reads `YYYY-MM-DD HH:MM:SS`, or a date alone (midnight).
    pub fn parse(text: &str) -> Option<Self> {
        let civil: jiff::civil::DateTime = text.trim().replacen(' ', "T", 1).parse().ok()?;
        Some(Self(civil.strftime("%Y-%m-%d %H:%M:%S").to_string()))
    }

    /// Reads a date of an HTTP header (RFC 9110 §5.6.7), such as `Mon, 10 Jun 2024 06:13:20 GMT`.
    pub fn parse_http(text: &str) -> Option<Self> {
        let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text);
        Some(Self::from_unix_seconds(at.ok()?.as_second()))
    }

    /// The moment as HTTP headers have it.
    pub fn to_http(&self) -> Option<String> {
        let at = jiff::Timestamp::from_second(self.unix_seconds()).ok()?;
        let printer = jiff::fmt::rfc2822::DateTimePrinter::new();
        printer.timestamp_to_rfc9110_string(&at).ok()
    }

    /// Seconds since 1970-01-01 UTC.
    pub fn unix_seconds(&self) -> i64 {
        let civil: Option<jiff::civil::DateTime> = self.0.replacen(' ', "T", 1).parse().ok();
        civil
            .and_then(|c| jiff::tz::Offset::UTC.to_timestamp(c).ok())
            .map_or(0, |at| at.as_second())
    }

    /// The text, 19 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_survives_the_way_to_text_and_back() {
        let at = DateTime::from_unix_seconds(1_718_000_000);
        assert_eq!(at.as_str(), "2024-06-10 06:13:20");
        assert_eq!(at.unix_seconds(), 1_718_000_000);
        assert_eq!(DateTime::parse("2024-06-10 06:13:20"), Some(at));
        assert_eq!(DateTime::parse("tomorrow"), None);
    }

    #[test]
    fn headers_of_http_have_a_form_of_their_own() {
        let at = DateTime::from_unix_seconds(1_718_000_000);
        let text = "Mon, 10 Jun 2024 06:13:20 GMT";
        assert_eq!(at.to_http().as_deref(), Some(text));
        assert_eq!(DateTime::parse_http(text), Some(at));
        assert_eq!(DateTime::parse_http("2024-06-10"), None);
    }

    #[test]
    fn clones_of_a_fixed_clock_move_together() {
        let clock = Clock::fixed(100);
        clock.clone().advance(5);
        assert_eq!(clock.unix_seconds(), 105);
    }
}
