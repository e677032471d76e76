//! Amounts of resources: `resource.Quantity`.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};

/// `resource.Quantity`, kept as the server wrote it; [`Quantity::nanos`] reads its value.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Quantity {
    /// The canonical text, `100m`, `1536Mi`, `12e6`.
    #[prost(string, tag = "1")]
    pub text: String,
}

impl Quantity {
    /// The value in thousand-millionths, exact for every quantity the API accepts; `None` where the text is no quantity.
    pub fn nanos(&self) -> Option<i128> {
        parse(&self.text)
    }

    /// The value in thousandths, rounded up as Kubernetes does (`Quantity.MilliValue`): millicores for cpu.
    pub fn milli(&self) -> Option<i64> {
        self.nanos().and_then(|n| i64::try_from(ceil_div(n, 1_000_000)).ok())
    }

    /// The value in whole units, rounded up (`Quantity.Value`): bytes for memory.
    pub fn value(&self) -> Option<i64> {
        self.nanos().and_then(|n| i64::try_from(ceil_div(n, 1_000_000_000)).ok())
    }
}

fn ceil_div(n: i128, by: i128) -> i128 {
    n.div_euclid(by) + i128::from(n.rem_euclid(by) != 0)
}

/// Reads a quantity (`resource.ParseQuantity`) into thousand-millionths, rounding what is finer up, away from zero.
pub fn parse(text: &str) -> Option<i128> {
    let (negative, unsigned) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(unsigned.len());
    let (number, suffix) = unsigned.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
        return None;
    }
    let (multiplier, power) = scale(suffix)?;
    let mut digits: i128 = 0;
    for byte in whole.bytes().chain(fraction.bytes()) {
        digits = digits.checked_mul(10)?.checked_add(i128::from(byte - b'0'))?;
    }
    // value = digits × multiplier × 10^(power − decimals); in nanos the exponent is 9 more.
    let exponent = power.checked_add(9)?.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    let scaled = digits.checked_mul(multiplier)?;
    let magnitude = if digits == 0 {
        0
    } else if exponent >= 0 {
        scaled.checked_mul(10i128.checked_pow(exponent.unsigned_abs())?)?
    } else {
        match 10i128.checked_pow(exponent.unsigned_abs()) {
            Some(by) => ceil_div(scaled, by),
            None => 1,
        }
    };
    Some(if negative { -magnitude } else { magnitude })
}

/// A suffix as (factor, power of ten).
fn scale(suffix: &str) -> Option<(i128, i32)> {
    Some(match suffix {
        "" => (1, 0),
        "n" => (1, -9),
        "u" => (1, -6),
        "m" => (1, -3),
        "k" => (1, 3),
        "M" => (1, 6),
        "G" => (1, 9),
        "T" => (1, 12),
        "P" => (1, 15),
        "E" => (1, 18),
        "Ki" => (1 << 10, 0),
        "Mi" => (1 << 20, 0),
        "Gi" => (1 << 30, 0),
        "Ti" => (1 << 40, 0),
        "Pi" => (1 << 50, 0),
        "Ei" => (1 << 60, 0),
        _ => {
            let exponent = suffix.strip_prefix(['e', 'E'])?;
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            (1, exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?)
        }
    })
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Raw<'a> {
            #[serde(borrow)]
            Text(Cow<'a, str>),
            Number(serde_json::Number),
        }
        Ok(Self {
            text: match Raw::deserialize(deserializer)? {
                Raw::Text(text) => text.into_owned(),
                Raw::Number(number) => number.to_string(),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn quantity(text: &str) -> Quantity {
        Quantity { text: text.to_owned() }
    }

    #[test]
    fn values_are_those_of_kubernetes() {
        assert_eq!(quantity("100m").milli(), Some(100));
        assert_eq!(quantity("1").milli(), Some(1000));
        assert_eq!(quantity("1536Mi").value(), Some(1536 << 20));
        assert_eq!(quantity("0.5Gi").value(), Some(1 << 29));
        assert_eq!(quantity("12e6").value(), Some(12_000_000));
        assert_eq!(quantity("1.5E3").value(), Some(1500));
        assert_eq!(quantity("1E").value(), Some(1_000_000_000_000_000_000));
        assert_eq!(quantity("100n").milli(), Some(1), "rounds up");
        assert_eq!(quantity("-1").value(), Some(-1));
        for wrong in ["", "m", "1.2.3", "1Kib", "e", "1e", "1e+", "--1", "1 "] {
            assert_eq!(quantity(wrong).nanos(), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_value_or_none(text in ".*") {
            let _ = parse(&text);
        }

        #[test]
        fn whole_numbers_are_exact(n in any::<i64>()) {
            prop_assert_eq!(quantity(&n.to_string()).value(), Some(n));
        }

        #[test]
        fn any_exponent_is_a_value_or_none(n in any::<u64>(), e in any::<i32>(), s in "[eE]") {
            let _ = parse(&format!("{n}{s}{e}"));
        }
    }
}
