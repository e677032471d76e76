//! Points in time as kubectl writes them in a describe.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::field::Field;

/// How Go writes a point in time that is not set.
const NEVER: &str = "Mon, 01 Jan 0001 00:00:00 +0000";

/// `Thu, 15 Jan 2026 12:00:00 +0000` in this machine's zone (Go's `RFC1123Z`); what is no time is written as it is.
pub fn date(at: Field<'_>) -> String {
    if !at.has_any() {
        return NEVER.to_owned();
    }
    match at.str().parse::<Timestamp>() {
        Ok(time) => {
            time.to_zoned(TimeZone::system()).strftime("%a, %d %b %Y %H:%M:%S %z").to_string()
        }
        Err(_) => at.text().into_owned(),
    }
}

/// `2026-01-15 12:00:00 +0000 UTC` in this machine's zone, as Go writes a time by default.
pub fn moment(at: Field<'_>) -> String {
    match at.str().parse::<Timestamp>() {
        Ok(time) => {
            time.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S %z %Z").to_string()
        }
        Err(_) if !at.has_any() => "<nil>".to_owned(),
        Err(_) => at.text().into_owned(),
    }
}

/// Seconds since the Unix epoch, `None` where there is no time.
pub fn unix(at: Field<'_>) -> Option<i64> {
    at.str().parse::<Timestamp>().ok().map(Timestamp::as_second)
}
