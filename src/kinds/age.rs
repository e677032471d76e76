//! Lengths of time as kubectl shows them (apimachinery `duration.HumanDuration`).

use std::fmt::Write;

/// Stands for a point in time that the server did not give; shown as `<unknown>`.
pub const UNKNOWN: i64 = i64::MIN;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

/// A unit: its length in seconds and its letter.
type Unit = (i64, char);

/// Up to which length (exclusive), in which unit, and with which smaller unit beside it.
const STEPS: [(i64, Unit, Option<Unit>); 8] = [
    (2 * MINUTE, (1, 's'), None),
    (10 * MINUTE, (MINUTE, 'm'), Some((1, 's'))),
    (3 * HOUR, (MINUTE, 'm'), None),
    (8 * HOUR, (HOUR, 'h'), Some((MINUTE, 'm'))),
    (2 * DAY, (HOUR, 'h'), None),
    (8 * DAY, (DAY, 'd'), Some((HOUR, 'h'))),
    (2 * YEAR, (DAY, 'd'), None),
    (8 * YEAR, (YEAR, 'y'), Some((DAY, 'd'))),
];

fn step(seconds: i64) -> (Unit, Option<Unit>) {
    STEPS
        .iter()
        .find(|(below, ..)| seconds < *below)
        .map_or(((YEAR, 'y'), None), |(_, unit, rest)| (*unit, *rest))
}

/// Appends a length of time in seconds: `90s`, `5m`, `3h20m`, `2d`.
pub fn write(seconds: i64, out: &mut String) {
    let _ = match seconds {
        ..=-2 => out.write_str("<invalid>"),
        -1 | 0 => out.write_str("0s"),
        _ => {
            let ((unit, letter), rest) = step(seconds);
            let _ = write!(out, "{}{letter}", seconds / unit);
            match rest {
                Some((small, letter)) if seconds % unit / small > 0 => {
                    write!(out, "{}{letter}", seconds % unit / small)
                }
                _ => Ok(()),
            }
        }
    };
}

/// Appends the time from `at` to `now`, both in seconds since the Unix epoch; [`UNKNOWN`] is `<unknown>`.
pub fn write_since(at: i64, now: i64, out: &mut String) {
    if at == UNKNOWN { out.push_str("<unknown>") } else { write(now.saturating_sub(at), out) }
}

/// In how many seconds the text of this length changes; at least 1.
pub fn changes_in(seconds: i64) -> i64 {
    if seconds < 0 {
        return 1;
    }
    let ((unit, _), rest) = step(seconds);
    let finest = rest.map_or(unit, |(small, _)| small);
    finest - seconds % finest
}

/// Reads what [`write()`] wrote, as the shortest length that reads so; `None` for anything else.
pub fn parse(text: &str) -> Option<i64> {
    let mut total: i64 = 0;
    let mut number: Option<i64> = None;
    for c in text.chars() {
        if let Some(digit) = c.to_digit(10) {
            number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(digit.into())?);
            continue;
        }
        let unit = match c {
            's' => 1,
            'm' => MINUTE,
            'h' => HOUR,
            'd' => DAY,
            'w' => 7 * DAY,
            'y' => YEAR,
            _ => return None,
        };
        total = total.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    (number.is_none() && !text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lengths_read_as_kubectl_writes_them() {
        for (seconds, text) in [
            (-5, "<invalid>"),
            (-1, "0s"),
            (0, "0s"),
            (119, "119s"),
            (120, "2m"),
            (125, "2m5s"),
            (599, "9m59s"),
            (600, "10m"),
            (3 * HOUR - 1, "179m"),
            (3 * HOUR, "3h"),
            (8 * HOUR - 1, "7h59m"),
            (8 * HOUR, "8h"),
            (2 * DAY - 1, "47h"),
            (2 * DAY, "2d"),
            (3 * DAY + HOUR, "3d1h"),
            (8 * DAY, "8d"),
            (2 * YEAR - 1, "729d"),
            (2 * YEAR, "2y"),
            (3 * YEAR + DAY, "3y1d"),
            (8 * YEAR + 5 * DAY, "8y"),
        ] {
            let mut out = String::new();
            write(seconds, &mut out);
            assert_eq!(out, text, "{seconds}");
        }
    }

    proptest! {
        #[test]
        fn it_changes_just_when_it_says(seconds in 0..20 * YEAR) {
            let text = |s| { let mut out = String::new(); write(s, &mut out); out };
            let next = seconds + changes_in(seconds);
            prop_assert_ne!(text(seconds), text(next));
            prop_assert_eq!(text(seconds), text(next - 1));
            prop_assert!(parse(&text(seconds)).unwrap() <= seconds);
        }

        #[test]
        fn any_text_is_a_length_or_none(text in ".*") {
            let _ = parse(&text);
        }
    }
}
