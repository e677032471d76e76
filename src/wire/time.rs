//! Points in time: seconds (`metav1.Time`) and microseconds (`metav1.MicroTime`), RFC 3339 in JSON.

use serde::{Deserialize, Deserializer};

/// `metav1.Time`: a point in time; the zero value means "not set", as in Go.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Message)]
pub struct Time {
    /// Seconds since the Unix epoch.
    #[prost(int64, tag = "1")]
    pub seconds: i64,
    /// Nanoseconds within the second; the API writes 0 in `Time`, microseconds in `MicroTime`.
    #[prost(int32, tag = "2")]
    pub nanos: i32,
}

/// `metav1.MicroTime`: the same shape on the wire, with fractions of a second.
pub type MicroTime = Time;

impl Time {
    /// A time of whole seconds since the Unix epoch.
    pub const fn from_unix(seconds: i64) -> Self {
        Self { seconds, nanos: 0 }
    }

    /// Seconds since the Unix epoch, `None` where the time is not set.
    pub fn unix(self) -> Option<i64> {
        (self != Self::default()).then_some(self.seconds)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        if text.is_empty() {
            return Ok(Self::default());
        }
        let time: jiff::Timestamp = text.parse().map_err(serde::de::Error::custom)?;
        Ok(Self { seconds: time.as_second(), nanos: time.subsec_nanosecond() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_precisions_and_the_zero_value() {
        let read = |text: &str| serde_json::from_str::<Time>(text).unwrap();
        assert_eq!(read(r#""2026-01-15T12:00:00Z""#), Time::from_unix(1_768_478_400));
        assert_eq!(read(r#""2026-01-15T12:00:00.250000Z""#).nanos, 250_000_000);
        assert_eq!(read(r#""""#).unix(), None);
        assert!(serde_json::from_str::<Time>(r#""yesterday""#).is_err());
    }
}
