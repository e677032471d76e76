//! A value that is a number or a string: ports by number or name, counts or percentages (`intstr.IntOrString`).

use std::fmt;

use serde::{Deserialize, Deserializer, de};

/// `intstr.IntOrString`; which one it is stands in `kind`, as on the wire.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct IntOrString {
    /// 0 for a number, 1 for a string.
    #[prost(int64, tag = "1")]
    pub kind: i64,
    /// The number, where `kind` is 0.
    #[prost(int32, tag = "2")]
    pub int: i32,
    /// The string, where `kind` is 1.
    #[prost(string, tag = "3")]
    pub string: String,
}

impl fmt::Display for IntOrString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kind == 0 { write!(f, "{}", self.int) } else { f.write_str(&self.string) }
    }
}

impl<'de> Deserialize<'de> for IntOrString {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = IntOrString;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or a string")
            }
            fn visit_i64<E: de::Error>(self, v: i64) -> Result<IntOrString, E> {
                let int = i32::try_from(v).map_err(E::custom)?;
                Ok(IntOrString { kind: 0, int, string: String::new() })
            }
            fn visit_u64<E: de::Error>(self, v: u64) -> Result<IntOrString, E> {
                self.visit_i64(i64::try_from(v).map_err(E::custom)?)
            }
            fn visit_str<E: de::Error>(self, v: &str) -> Result<IntOrString, E> {
                Ok(IntOrString { kind: 1, int: 0, string: v.to_owned() })
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
