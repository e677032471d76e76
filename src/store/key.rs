//! What a value sorts by.

use std::cmp::Ordering;
use std::net::Ipv6Addr;

use crate::kinds::{Cell, Value, age};
use crate::wire::parse_quantity;

use super::natural;
use super::row::Row;

/// What a value sorts by: numbers first, then text, then IPv6 addresses; what is blank comes last in either direction.
///
/// IPv4 addresses need nothing of their own, natural order is theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key<'a> {
    Number(u128),
    Text(&'a str),
    Address(u128),
    Blank,
}

impl<'a> Key<'a> {
    /// How many classes there are; what is blank is the last.
    pub const CLASSES: usize = 4;

    pub fn of(value: Value, row: &'a Row) -> Self {
        match value {
            Value::Name => Self::text(&row.name),
            Value::Namespace => Self::text(&row.namespace),
            Value::Age => Self::age(row.created),
            Value::Cell(i) => row.cells.get(usize::from(i)).map_or(Self::Blank, Self::cell),
        }
    }

    fn cell(cell: &'a Cell) -> Self {
        match cell {
            Cell::None | Cell::Blank => Self::Blank,
            Cell::Text(text) => Self::text(text),
            Cell::Ports(ports) => Self::text(ports.text()),
            Cell::Int(n) | Cell::Duration(n) | Cell::Millicores(n) | Cell::Bytes(n) => {
                Self::number(*n, 0)
            }
            Cell::Ratio(part, whole) => Self::Number(ratio(*part, *whole)),
            Cell::CountAgo { count, at } => Self::number(i64::from(*count), ordered(*at)),
            Cell::Age(at) | Cell::Until(at) => Self::age(*at),
            Cell::Quantity(text) => match parse_quantity(text) {
                Some(nanos) => Self::Number(nanos.cast_unsigned() ^ (1 << 127)),
                None => Self::text(text),
            },
        }
    }

    fn number(n: i64, then: u64) -> Self {
        Self::Number(u128::from(ordered(n)) << 64 | u128::from(then))
    }

    /// Older is more.
    fn age(at: i64) -> Self {
        if at == age::UNKNOWN { Self::Blank } else { Self::number(!at, 0) }
    }

    fn text(text: &'a str) -> Self {
        if is_blank(text) {
            return Self::Blank;
        }
        match address(text) {
            Some(address) => Self::Address(address),
            None => Self::Text(text),
        }
    }

    /// The place of its class among the others.
    pub fn class(self) -> u8 {
        match self {
            Self::Number(_) => 0,
            Self::Text(_) => 1,
            Self::Address(_) => 2,
            Self::Blank => 3,
        }
    }

    /// Compares in the given direction; blank is last in both.
    pub fn cmp(self, other: Self, descending: bool) -> Ordering {
        let ordering = match (self, other) {
            (Self::Blank, _) | (_, Self::Blank) => {
                return (self == Self::Blank).cmp(&(other == Self::Blank));
            }
            (Self::Number(a), Self::Number(b)) | (Self::Address(a), Self::Address(b)) => a.cmp(&b),
            (Self::Text(a), Self::Text(b)) => natural::cmp(a, b),
            _ => self.class().cmp(&other.class()),
        };
        if descending { ordering.reverse() } else { ordering }
    }
}

/// A fraction first, then the size of the whole; nothing of nothing is complete.
fn ratio(part: u32, whole: u32) -> u128 {
    let fraction = if whole == 0 {
        if part == 0 { 1 << 32 } else { u64::MAX }
    } else {
        (u64::from(part) << 32) / u64::from(whole)
    };
    u128::from(fraction) << 64 | u128::from(whole)
}

/// Signed numbers as unsigned ones of the same order.
fn ordered(n: i64) -> u64 {
    n.cast_unsigned() ^ (1 << 63)
}

/// Whether a text stands for nothing, as kubectl writes it.
pub(super) fn is_blank(text: &str) -> bool {
    matches!(text, "" | "<none>" | "<unknown>" | "<unset>" | "-")
}

fn address(text: &str) -> Option<u128> {
    let plausible = text.len() <= 45
        && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b':' || b == b'.')
        && text.contains(':');
    if plausible { text.parse::<Ipv6Addr>().ok().map(u128::from) } else { None }
}
