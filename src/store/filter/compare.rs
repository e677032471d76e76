//! Comparisons of a column's value with a constant: `restarts>5`, `age<2h`, `status=Running`, `node~regex`.

use std::cmp::Ordering;

use regex::Regex;

use crate::kinds::{Cell, Value, age};
use crate::store::key::is_blank;
use crate::store::natural;
use crate::store::row::Row;
use crate::wire::parse_quantity;

const NANO: i128 = 1_000_000_000;

/// A comparison of a column's value.
#[derive(Clone, Debug)]
pub(super) struct Compare {
    pub column: Value,
    pub op: Op,
    pub to: Operand,
}

/// How a value is compared.
#[derive(Clone, Debug)]
pub(super) enum Op {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// The text as shown matches a regex.
    Matches(Regex),
}

/// The constant, read in every way in which it can be: the value decides which one counts.
#[derive(Clone, Debug)]
pub(super) struct Operand {
    pub text: Box<str>,
    /// As a quantity (`5`, `500m`, `1Gi`, and `50%` as a share), in thousand-millionths.
    pub nanos: Option<i128>,
    percent: bool,
    /// As a length of time.
    pub seconds: Option<i64>,
    /// As so many of so many.
    pub ratio: Option<(u32, u32)>,
}

impl Operand {
    pub fn new(text: &str) -> Self {
        let percent = text.strip_suffix('%');
        Self {
            text: text.into(),
            nanos: match percent {
                Some(number) => parse_quantity(number).map(|nanos| nanos / 100),
                None => amount(text),
            },
            percent: percent.is_some(),
            seconds: age::parse(text),
            ratio: ratio(text),
        }
    }

    /// Whether it is anything but text.
    pub fn is_number(&self) -> bool {
        self.nanos.is_some() || self.seconds.is_some() || self.ratio.is_some()
    }
}

/// A quantity, and what people write for one: `100MB`, `1gi`.
fn amount(text: &str) -> Option<i128> {
    let bare = text.strip_suffix(['B', 'b']).unwrap_or(text);
    parse_quantity(bare).or_else(|| {
        let at = bare.len().checked_sub(2)?;
        let (number, unit) = (bare.get(..at)?, bare.get(at..)?);
        let letter = unit.strip_suffix('i')?.to_ascii_uppercase();
        parse_quantity(&format!("{number}{letter}i"))
    })
}

fn ratio(text: &str) -> Option<(u32, u32)> {
    let (part, whole) = text.split_once('/')?;
    Some((part.parse().ok()?, whole.parse().ok()?))
}

impl Compare {
    /// Whether it holds of the row.
    pub fn holds(&self, row: &Row, now: i64) -> bool {
        match self.column {
            Value::Name => self.text(&row.name, false),
            Value::Namespace => self.text(&row.namespace, false),
            Value::Age => self.cell(&Cell::Age(row.created), now),
            Value::Cell(i) => self.cell(row.cells.get(usize::from(i)).unwrap_or(&Cell::None), now),
        }
    }

    /// When time alone may change what [`Compare::holds`] says.
    pub fn due(&self, row: &Row, now: i64) -> Option<i64> {
        let at = match self.column {
            Value::Age => row.created,
            Value::Cell(i) => match row.cells.get(usize::from(i)) {
                // Before that it says nothing.
                Some(Cell::Until(at)) if *at > now => return Some(*at),
                Some(Cell::Age(at) | Cell::Until(at)) => *at,
                _ => return None,
            },
            Value::Name | Value::Namespace => return None,
        };
        if at == age::UNKNOWN {
            return None;
        }
        let seconds = self.to.seconds.map(|seconds| at.saturating_add(seconds));
        let due = match self.op {
            Op::Less | Op::GreaterOrEqual => seconds?,
            Op::LessOrEqual | Op::Greater => seconds?.saturating_add(1),
            Op::Equal | Op::NotEqual | Op::Matches(_) => {
                now.saturating_add(age::changes_in(now.saturating_sub(at)))
            }
        };
        (due > now).then_some(due)
    }

    fn cell(&self, cell: &Cell, now: i64) -> bool {
        if let Op::Matches(regex) = &self.op {
            return match cell {
                Cell::Text(text) => regex.is_match(text),
                Cell::Ports(ports) => regex.is_match(ports.text()),
                Cell::CountAgo { count, .. } => regex.is_match(&count.to_string()),
                cell => regex.is_match(&cell.text(now)),
            };
        }
        let number = |n: i64, unit: i128| self.to.nanos.map(|to| (i128::from(n) * unit).cmp(&to));
        let ordering = match cell {
            Cell::None | Cell::Blank | Cell::Age(age::UNKNOWN) => return self.blank(),
            Cell::Until(at) if *at > now => return self.blank(),
            Cell::Text(text) => return self.text(text, true),
            Cell::Ports(ports) => return self.text(ports.text(), true),
            Cell::Int(n) | Cell::Bytes(n) => number(*n, NANO),
            Cell::CountAgo { count, .. } => number(i64::from(*count), NANO),
            Cell::Millicores(n) => number(*n, NANO / 1000),
            Cell::Quantity(text) => {
                parse_quantity(text).zip(self.to.nanos).map(|(nanos, to)| nanos.cmp(&to))
            }
            Cell::Ratio(part, whole) => self.ratio(*part, *whole),
            Cell::Age(at) | Cell::Until(at) => self.length(now.saturating_sub(*at)),
            Cell::Duration(seconds) => self.length(*seconds),
        };
        self.op.holds(ordering)
    }

    /// Nothing is equal to nothing, and is neither more nor less than anything.
    fn blank(&self) -> bool {
        match &self.op {
            Op::Equal => is_blank(&self.to.text),
            Op::NotEqual => !is_blank(&self.to.text),
            Op::Matches(regex) => regex.is_match(""),
            _ => false,
        }
    }

    /// Lengths of time are equal where they read equal.
    fn length(&self, seconds: i64) -> Option<Ordering> {
        let to = self.to.seconds?;
        let written = |seconds| {
            let mut out = String::new();
            age::write(seconds, &mut out);
            out
        };
        let by_text = matches!(self.op, Op::Equal | Op::NotEqual);
        Some(if by_text && written(seconds) == written(to) {
            Ordering::Equal
        } else {
            seconds.cmp(&to)
        })
    }

    /// So many of so many, compared with the same (`1/2`), with a share (`50%`, or a number up to 1), or with a count (a number above 1).
    fn ratio(&self, part: u32, whole: u32) -> Option<Ordering> {
        if let Some((to_part, to_whole)) = self.to.ratio {
            return Some(
                share(part, whole)
                    .cmp(&share(to_part, to_whole))
                    .then(whole.cmp(&to_whole))
                    .then(part.cmp(&to_part)),
            );
        }
        let to = self.to.nanos?;
        if self.to.percent || to <= NANO {
            Some(share(part, whole).cmp(&to))
        } else {
            Some((i128::from(part) * NANO).cmp(&to))
        }
    }

    fn text(&self, text: &str, typed: bool) -> bool {
        if let Op::Matches(regex) = &self.op {
            return regex.is_match(text);
        }
        if is_blank(text) {
            return self.blank();
        }
        let same = text.eq_ignore_ascii_case(&self.to.text)
            || (!text.is_ascii() && text.to_lowercase() == self.to.text.to_lowercase());
        let ordering = if same { Some(Ordering::Equal) } else { self.typed(text, typed) };
        self.op.holds(ordering)
    }

    /// Compares text that a server wrote for a number, a length of time or a ratio as what it is, and other text in natural order.
    fn typed(&self, text: &str, typed: bool) -> Option<Ordering> {
        if typed && self.to.is_number() {
            if let (Some(n), Some(to)) = (amount(text), self.to.nanos) {
                return Some(n.cmp(&to));
            }
            if let (Some(seconds), Some(_)) = (age::parse(text), self.to.seconds) {
                return self.length(seconds);
            }
            if let Some((part, whole)) = ratio(text) {
                return self.ratio(part, whole);
            }
        }
        if matches!(self.op, Op::Equal | Op::NotEqual) {
            return None;
        }
        let (text, to) = (text.to_lowercase(), self.to.text.to_lowercase());
        Some(natural::cmp(&text, &to).then_with(|| text.cmp(&to)))
    }
}

/// In thousand-millionths; nothing of nothing is complete.
fn share(part: u32, whole: u32) -> i128 {
    match (part, whole) {
        (0, 0) => NANO,
        (_, 0) => i128::MAX,
        (part, whole) => i128::from(part) * NANO / i128::from(whole),
    }
}

impl Op {
    /// Whether it holds of this order of a value and the constant; `None` where they have none.
    pub fn holds(&self, ordering: Option<Ordering>) -> bool {
        match self {
            Self::Equal => ordering == Some(Ordering::Equal),
            Self::NotEqual => ordering != Some(Ordering::Equal),
            Self::Less => ordering == Some(Ordering::Less),
            Self::LessOrEqual => ordering.is_some_and(Ordering::is_le),
            Self::Greater => ordering == Some(Ordering::Greater),
            Self::GreaterOrEqual => ordering.is_some_and(Ordering::is_ge),
            Self::Matches(_) => false,
        }
    }
}
