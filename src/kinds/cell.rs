//! One value of a row, typed, so that it sorts and filters as what it is.

use std::fmt::Write;
use std::sync::Arc;

use crate::store::{Interner, Str};
use crate::wire::{Quantity, Time};

use super::age;
use super::ports::Ports;

/// One value of a row. 24 bytes; text that many rows share is interned.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// There is none; kubectl's `<none>`.
    #[default]
    None,
    /// Nothing to show, not even `<none>`.
    Blank,
    /// Text.
    Text(Str),
    /// A number.
    Int(i64),
    /// So many of so many, `1/2`.
    Ratio(u32, u32),
    /// A count and when it last rose, `3 (5m ago)`; seconds since the Unix epoch.
    CountAgo {
        /// The count.
        count: u32,
        /// When it last rose.
        at: i64,
    },
    /// A point in time (seconds since the Unix epoch), shown as the time since then.
    Age(i64),
    /// Until when something is as it should be (seconds since the Unix epoch): nothing to show before, and from then on the time since then. In a
    /// column that [`lapses`](super::Column::lapses) the row stops being well then.
    Until(i64),
    /// A length of time in seconds.
    Duration(i64),
    /// Processor time in millicores, `250m`.
    Millicores(i64),
    /// Memory or storage in bytes, shown in binary units, `21Mi`.
    Bytes(i64),
    /// A quantity as the server writes it, `1500M`; it is worth what it says.
    Quantity(Str),
    /// The ports that it has for others, `80/TCP`.
    Ports(Arc<Ports>),
}

impl Cell {
    /// Text that many rows share.
    pub fn shared(text: &str, interner: &mut Interner) -> Self {
        Self::Text(interner.str(text))
    }

    /// Text that many rows share; `<none>` where it is empty.
    pub fn shared_or_none(text: &str, interner: &mut Interner) -> Self {
        if text.is_empty() { Self::None } else { Self::shared(text, interner) }
    }

    /// Text of this row alone; `<none>` where it is empty.
    pub fn own_or_none(text: &str) -> Self {
        if text.is_empty() { Self::None } else { Self::Text(Str::from(text)) }
    }

    /// A quantity that many rows share; 0 where there is none, as Go's zero value reads.
    pub fn shared_quantity(quantity: Option<&Quantity>, interner: &mut Interner) -> Self {
        Self::Quantity(interner.str(quantity.map_or("0", |q| q.text.as_str())))
    }

    /// So many of so many; the API allows no negative counts, but if one comes it is shown as it is.
    pub fn ratio(some: i32, all: i32) -> Self {
        match (u32::try_from(some), u32::try_from(all)) {
            (Ok(some), Ok(all)) => Self::Ratio(some, all),
            _ => Self::Text(format!("{some}/{all}").into()),
        }
    }

    /// The time since this point in time, `<unknown>` where it is not set.
    pub fn since(time: Option<Time>) -> Self {
        Self::Age(time.and_then(Time::unix).unwrap_or(age::UNKNOWN))
    }

    /// Appends what a person reads; `now` is in seconds since the Unix epoch, for ages.
    pub fn write(&self, now: i64, out: &mut String) {
        // Writing to a String cannot fail.
        let _ = match self {
            Self::None => out.write_str("<none>"),
            Self::Blank => Ok(()),
            Self::Text(text) | Self::Quantity(text) => out.write_str(text),
            Self::Ports(ports) => out.write_str(ports.text()),
            Self::Int(n) => write!(out, "{n}"),
            Self::Ratio(a, b) => write!(out, "{a}/{b}"),
            Self::CountAgo { count, at } => {
                let _ = write!(out, "{count} (");
                age::write(now.saturating_sub(*at), out);
                out.write_str(" ago)")
            }
            Self::Age(at) => {
                age::write_since(*at, now, out);
                Ok(())
            }
            Self::Until(at) => {
                if *at <= now {
                    age::write(now.saturating_sub(*at), out);
                }
                Ok(())
            }
            Self::Duration(seconds) => {
                age::write(*seconds, out);
                Ok(())
            }
            Self::Millicores(n) => write!(out, "{n}m"),
            Self::Bytes(n) => {
                write_bytes(*n, out);
                Ok(())
            }
        };
    }

    /// What [`Cell::write`] writes, as a string of its own.
    pub fn text(&self, now: i64) -> String {
        let mut out = String::new();
        self.write(now, &mut out);
        out
    }

    /// In how many seconds its text changes, `None` where time does not change it.
    pub fn changes_in(&self, now: i64) -> Option<i64> {
        match self {
            Self::Age(at) | Self::CountAgo { at, .. } if *at != age::UNKNOWN => {
                Some(age::changes_in(now.saturating_sub(*at)))
            }
            Self::Until(at) if *at > now => Some(at.saturating_sub(now)),
            Self::Until(at) => Some(age::changes_in(now.saturating_sub(*at))),
            _ => None,
        }
    }
}

/// Bytes in the largest binary unit that keeps at least two digits, as `kubectl top` does with Mi.
pub fn write_bytes(n: i64, out: &mut String) {
    const UNITS: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    let mut value = n;
    let mut unit = 0;
    while value.unsigned_abs() >= 10 << 10 && unit + 1 < UNITS.len() {
        value /= 1 << 10;
        unit += 1;
    }
    let _ = write!(out, "{value}{}", UNITS[unit]);
}
