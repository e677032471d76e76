//! A time as a person types it, and a span of time.

use std::ops::Range;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _, Zoned};

const SECOND: i64 = 1_000_000_000;

/// What is typed for a time means this much of it, nanoseconds since the Unix epoch: a minute where only hours and minutes are said.
pub type Moment = Range<i64>;

/// What a person can type for a time, for messages.
pub const EXAMPLES: &str = "11:59, 11:59:30, 2026-01-15 11:59, 10m (ago), 2h30m";

/// Reads a time: of day (the latest that is not in the future), a day, both, an RFC 3339 time, `now`, or how long ago. `now` is seconds since the
/// Unix epoch; days and times of day are those of the zone.
pub fn moment(text: &str, now: i64, zone: &TimeZone) -> Option<Moment> {
    let text = text.trim();
    if text == "now" {
        return Some(now.checked_mul(SECOND)?..now.checked_add(1)?.checked_mul(SECOND)?);
    }
    if let Some(ago) = seconds(text.strip_prefix('-').unwrap_or(text)) {
        let at = now.checked_sub(i64::try_from(ago).ok()?)?.checked_mul(SECOND)?;
        return Some(at..at.checked_add(SECOND)?);
    }
    // Only what names its zone is a timestamp.
    if let Ok(stamp) = text.parse::<Timestamp>() {
        let at = i64::try_from(stamp.as_nanosecond()).ok()?;
        return Some(at..at.checked_add(1)?);
    }
    let colons = text.matches(':').count();
    let length = match (colons, text.contains('.')) {
        (0, _) => 86_400 * SECOND,
        (1, _) => 60 * SECOND,
        (_, false) => SECOND,
        (_, true) => 1_000_000,
    };
    let zoned = if text.contains('-') {
        let spaced = text.replacen(' ', "T", 1);
        let civil: DateTime = match spaced.parse::<DateTime>() {
            Ok(civil) => civil,
            Err(_) => text.parse::<Date>().ok()?.into(),
        };
        civil.to_zoned(zone.clone()).ok()?
    } else if colons > 0 {
        let time: Time = text.parse().ok()?;
        let now = Timestamp::from_second(now).ok()?.to_zoned(zone.clone());
        let today = now.date().to_datetime(time).to_zoned(zone.clone()).ok()?;
        if today > now { today.checked_sub(1.day()).ok()? } else { today }
    } else {
        return None;
    };
    let at = nanoseconds(&zoned)?;
    Some(at..at.checked_add(length)?)
}

fn nanoseconds(zoned: &Zoned) -> Option<i64> {
    i64::try_from(zoned.timestamp().as_nanosecond()).ok()
}

/// Reads a span: `11:59..12:05`, `11:59..` since then, `..12:05` until then, `10m` for the last ten minutes, and around a time, `11:59`: from a minute
/// before it until a minute after.
pub fn span(text: &str, now: i64, zone: &TimeZone) -> Option<Range<i64>> {
    let at = |text: &str| moment(text, now, zone);
    if let Some((from, until)) = text.split_once("..") {
        let from = if from.trim().is_empty() { i64::MIN } else { at(from)?.start };
        let until = if until.trim().is_empty() { i64::MAX } else { at(until)?.end };
        return (from < until).then_some(from..until);
    }
    let around = at(text)?;
    if seconds(text.trim()).is_some() {
        return Some(around.start..i64::MAX);
    }
    let minute = 60 * SECOND;
    Some(around.start.saturating_sub(minute)..around.end.saturating_add(minute))
}

/// Reads a duration in seconds: `90s`, `2h30m`, `1d`, or a bare number of seconds.
pub fn seconds(text: &str) -> Option<u64> {
    let mut all: u64 = 0;
    let mut digits = String::new();
    for c in text.chars() {
        let unit = match c {
            '0'..='9' => {
                digits.push(c);
                continue;
            }
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        all = all.checked_add(digits.parse::<u64>().ok()?.checked_mul(unit)?)?;
        digits.clear();
    }
    match digits.as_str() {
        "" => (all > 0).then_some(all),
        rest => all.checked_add(rest.parse().ok()?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 2026-01-15T12:00:00Z.
    const NOON: i64 = 1_768_478_400;

    #[test]
    fn durations_are_read() {
        let cases = [("90s", 90), ("2h30m", 9_000), ("1d", 86_400), ("15", 15), ("1w2", 604_802)];
        for (text, wanted) in cases {
            assert_eq!(seconds(text), Some(wanted), "{text}");
        }
        for text in ["", "x", "h", "5x", "99999999999999999999s", "-5m", "1.5h"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn times_are_read_as_people_type_them() {
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        let at = |text: &str| {
            moment(text, NOON, &zone)
                .map(|found| (found.start / SECOND - NOON, (found.end - found.start) / SECOND))
        };
        let cases = [
            ("13:00", Some((0, 60))),
            ("12:59:30", Some((-30, 1))),
            // Later today is yesterday.
            ("13:01", Some((60 - 86_400, 60))),
            ("2026-01-15", Some((-13 * 3_600, 86_400))),
            ("2026-01-15 12:00", Some((-3_600, 60))),
            ("2026-01-15T12:00:01", Some((-3_599, 1))),
            ("2026-01-15T12:00:01Z", Some((1, 0))),
            ("10m", Some((-600, 1))),
            ("-10m", Some((-600, 1))),
            ("now", Some((0, 1))),
            ("25:00", None),
            ("noon", None),
            ("", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(at(text), wanted, "{text}");
        }
    }

    #[test]
    fn spans_are_since_until_and_around() {
        let of = |text: &str| {
            span(text, NOON, &TimeZone::UTC).map(|span| {
                let second = |n: i64| match n {
                    i64::MIN | i64::MAX => None,
                    n => Some(n / SECOND - NOON),
                };
                (second(span.start), second(span.end))
            })
        };
        let cases = [
            ("11:50..11:55", Some((Some(-600), Some(-240)))),
            ("11:50..", Some((Some(-600), None))),
            ("..11:50", Some((None, Some(-540)))),
            ("10m", Some((Some(-600), None))),
            ("10m..5m", Some((Some(-600), Some(-299)))),
            ("11:50", Some((Some(-660), Some(-480)))),
            ("11:55..11:50", None),
            ("x..", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(of(text), wanted, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_span_or_none(text in "\\PC{0,30}", like in "[0-9:.T Zsmhdnow+-]{0,30}", now in any::<i64>()) {
            let _ = (span(&text, now, &TimeZone::UTC), span(&like, now, &TimeZone::UTC));
        }
    }
}
