//! The time before each line, as the kubelet writes it (`pkg/kubelet/kuberuntime/logs`, RFC 3339 with nine digits of a second).

/// Reads such a time, `2026-01-15T11:59:00.123456789Z`, as nanoseconds since the Unix epoch; `None` where it is none.
///
/// Every line has one, so this is written for what the kubelet writes; any other RFC 3339 time is read by `jiff`.
pub fn nanoseconds(text: &[u8]) -> Option<i64> {
    fixed(text).or_else(|| {
        let time: jiff::Timestamp = std::str::from_utf8(text).ok()?.parse().ok()?;
        i64::try_from(time.as_nanosecond()).ok()
    })
}

fn fixed(text: &[u8]) -> Option<i64> {
    let (date, rest) = text.split_at_checked(19)?;
    let signs = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if signs.iter().any(|(at, sign)| date.get(*at) != Some(sign)) {
        return None;
    }
    let part = |from: usize, to: usize| number(date.get(from..to)?);
    let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    let (hour, minute, second) = (part(11, 13)?, part(14, 16)?, part(17, 19)?);
    let is_time = (1..=12).contains(&month) && hour < 24 && minute < 60 && second < 60;
    if !is_time || !(1..=days_of(year, month)).contains(&day) || !(1700..=2200).contains(&year) {
        return None;
    }
    let fraction = match rest.strip_suffix(b"Z")? {
        [] => 0,
        [b'.', digits @ ..] if (1..=9).contains(&digits.len()) => {
            number(digits)? * 10_i64.pow(9 - digits.len() as u32)
        }
        _ => return None,
    };
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    seconds.checked_mul(1_000_000_000)?.checked_add(fraction)
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |all: i64, digit| {
        digit.is_ascii_digit().then(|| all * 10 + i64::from(digit - b'0'))
    })
}

const fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a date after 1600: years are counted from March, so that the day that some have more is their last.
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let in_year = (153 * month + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + in_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_time_is_none() {
        for text in ["", "x", "2026-01-15", "2026-02-30T00:00:00Z", "2026-01-15T11:59:00.Z"] {
            assert_eq!(nanoseconds(text.as_bytes()), None, "{text}");
        }
        let in_a_zone = nanoseconds(b"2026-01-15T13:59:00.5+02:00");
        assert_eq!(in_a_zone, nanoseconds(b"2026-01-15T11:59:00.500000000Z"));
    }

    proptest! {
        #[test]
        fn every_time_is_read_as_a_library_reads_it(time in -2_000_000_000_000_000_000_i64..6_000_000_000_000_000_000) {
            let stamp = jiff::Timestamp::from_nanosecond(i128::from(time)).unwrap();
            let text = stamp.strftime("%Y-%m-%dT%H:%M:%S.%9fZ").to_string();
            prop_assert_eq!(fixed(text.as_bytes()), Some(time));
        }

        #[test]
        fn any_bytes_are_a_time_or_none(bytes in prop::collection::vec(any::<u8>(), 0..40), digits in "[0-9TZ:.+-]{0,40}") {
            let _ = (nanoseconds(&bytes), nanoseconds(digits.as_bytes()));
        }
    }
}
