//! Quantities that are added up and compared, written as Kubernetes writes them (apimachinery `resource.Quantity`).

use std::fmt;

use crate::wire::parse_quantity;

use super::field::Field;

const NANOS: i128 = 1_000_000_000;

/// How a quantity was written, which its sum keeps (`resource.Format`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// `12M`
    #[default]
    DecimalSi,
    /// `12Mi`
    BinarySi,
    /// `12e6`
    DecimalExponent,
}

/// A quantity; the default is zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    nanos: i128,
    format: Format,
}

impl Amount {
    /// Reads a quantity; `None` where the text is none.
    pub fn read(text: &str) -> Option<Self> {
        let nanos = parse_quantity(text)?;
        let format = if text.ends_with('i') {
            // A fraction of one cannot be written in binary units.
            if (1..NANOS).contains(&nanos.abs()) { Format::DecimalSi } else { Format::BinarySi }
        } else {
            let exponent = text.trim_start_matches([
                '+', '-', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9',
            ]);
            // `E` alone is exa.
            if exponent.len() > 1 && exponent.starts_with(['e', 'E']) {
                Format::DecimalExponent
            } else {
                Format::DecimalSi
            }
        };
        Some(Self { nanos, format })
    }

    /// What stands in an object, which may be written as a number; zero for what is no quantity.
    pub fn of(field: Field<'_>) -> Self {
        Self::read(&field.text()).unwrap_or_default()
    }

    /// Adds another; zero takes over its format (`Quantity.Add`).
    pub fn add(&mut self, other: Self) {
        if self.nanos == 0 {
            self.format = other.format;
        }
        self.nanos = self.nanos.saturating_add(other.nanos);
    }

    /// The larger of two, the first where they are equal.
    #[must_use]
    pub fn larger(self, other: Self) -> Self {
        if other.nanos > self.nanos { other } else { self }
    }

    /// Whether it is nothing.
    pub fn is_zero(self) -> bool {
        self.nanos == 0
    }

    /// In whole units, rounded up (`Quantity.Value`).
    pub fn value(self) -> i64 {
        saturated(round_up(self.nanos, NANOS))
    }

    /// In thousandths, rounded up (`Quantity.MilliValue`).
    pub fn milli(self) -> i64 {
        saturated(round_up(self.nanos, NANOS / 1000))
    }

    /// The same amount in whole units, written as another is.
    #[must_use]
    pub fn as_written_like(self, other: Self) -> Self {
        if self.format == other.format {
            return self;
        }
        Self { nanos: i128::from(self.value()).saturating_mul(NANOS), format: other.format }
    }
}

fn saturated(n: i128) -> i64 {
    i64::try_from(n).unwrap_or(if n < 0 { i64::MIN } else { i64::MAX })
}

/// Rounds away from zero.
fn round_up(n: i128, by: i128) -> i128 {
    n / by + (n % by).signum()
}

/// Takes a factor out of a number as often as it goes, `most` times at most: what is left, and how often.
fn without(mut n: i128, factor: i128, most: usize) -> (i128, usize) {
    let mut times = 0;
    while times < most && n != 0 && n % factor == 0 {
        n /= factor;
        times += 1;
    }
    (n, times)
}

const BINARY: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const DECIMAL: [&str; 10] = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];

impl fmt::Display for Amount {
    /// The canonical text (`Quantity.CanonicalizeBytes`): no fraction, and the largest unit that needs none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nanos == 0 {
            return f.write_str("0");
        }
        let binary = self.format == Format::BinarySi
            && self.nanos.abs() >= 1024 * NANOS
            && self.nanos % NANOS == 0;
        if binary {
            let (number, times) = without(self.nanos / NANOS, 1024, BINARY.len() - 1);
            return write!(f, "{number}{}", BINARY[times]);
        }
        let (number, times) = without(self.nanos, 1000, DECIMAL.len() - 1);
        match self.format {
            Format::DecimalExponent if times != 3 => {
                write!(f, "{number}e{}", i64::try_from(times).unwrap_or(0) * 3 - 9)
            }
            _ => write!(f, "{number}{}", DECIMAL[times]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sum(texts: &[&str]) -> String {
        let mut sum = Amount::default();
        for text in texts {
            sum.add(Amount::read(text).unwrap());
        }
        sum.to_string()
    }

    #[test]
    fn sums_read_as_kubernetes_writes_them() {
        for (parts, text) in [
            (&["100m", "900m"][..], "1"),
            (&["100m", "1"], "1100m"),
            (&["64Mi", "1Gi"], "1088Mi"),
            (&["512Mi", "512Mi"], "1Gi"),
            (&["1Gi", "1M"], "1074741824"),
            (&["1M", "1Gi"], "1074741824"),
            (&["1000"], "1k"),
            (&["1e3", "1"], "1001"),
            (&["12e6"], "12e6"),
            (&["1E"], "1E"),
            (&["100Ki"], "100Ki"),
            (&["512Ki", "512Ki"], "1Mi"),
            (&["0.5Ki"], "512"),
            (&["0", "0"], "0"),
            (&["1500000000"], "1500M"),
            (&["0", "2Gi"], "2Gi"),
            (&["-1", "-2"], "-3"),
            (&[], "0"),
        ] {
            assert_eq!(sum(parts), text, "{parts:?}");
        }
    }

    #[test]
    fn values_round_up() {
        let read = |text| Amount::read(text).unwrap();
        assert_eq!((read("1m").value(), read("100n").milli()), (1, 1));
        assert_eq!(read("-1500m").value(), -2);
        assert_eq!(read("1536Mi").as_written_like(read("4Gi")).to_string(), "1536Mi");
        assert_eq!(read("123456789").as_written_like(read("8Gi")).to_string(), "123456789");
        assert_eq!(read("10").as_written_like(read("1e1")).to_string(), "10");
    }

    proptest! {
        #[test]
        fn any_text_is_an_amount_or_none(a in ".*", b in "[0-9]{1,30}(\\.[0-9]{1,20})?(m|Ki|Ei|E|e[0-9]{1,2})?") {
            for text in [a, b] {
                if let Some(mut amount) = Amount::read(&text) {
                    amount.add(amount);
                    let _ = (amount.value(), amount.milli(), amount.to_string());
                }
            }
        }

        #[test]
        fn what_it_writes_it_reads(n in any::<i64>(), suffix in "(m|k|Ki|Mi|G|e3)?") {
            let amount = Amount::read(&format!("{n}{suffix}")).unwrap();
            prop_assert_eq!(Amount::read(&amount.to_string()).unwrap().nanos, amount.nanos);
        }
    }
}
