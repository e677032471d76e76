//! A document of YAML with the lines in which its parts stand.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_yaml::{Location, Spanned};

use crate::openapi::Takes;

/// A value and where it begins.
#[derive(Clone, Debug)]
pub struct Node {
    /// The line, from 0.
    pub line: usize,
    /// What it is.
    pub value: Value,
}

/// A value.
#[derive(Clone, Debug)]
pub enum Value {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Fields, each with the line of its key.
    Object(Vec<(usize, String, Node)>),
}

impl Value {
    /// What type it has; `None` for nothing.
    pub fn kind(&self) -> Option<Takes> {
        Some(match self {
            Self::Null => return None,
            Self::Bool => Takes::BOOLEAN,
            Self::Integer => Takes::INTEGER,
            Self::Number => Takes::NUMBER,
            Self::Text(_) => Takes::TEXT,
            Self::List(_) => Takes::LIST,
            Self::Object(_) => Takes::OBJECT,
        })
    }

    /// The text of a field.
    pub fn text(&self, name: &str) -> Option<&str> {
        let Self::Object(fields) = self else { return None };
        fields.iter().find_map(|(_, field, node)| match &node.value {
            Self::Text(text) if field == name => Some(text.as_str()),
            _ => None,
        })
    }
}

/// The line of a place, from 0; `None` where it is not known.
fn line(at: Location) -> Option<usize> {
    usize::try_from(at.line()).ok()?.checked_sub(1)
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Value>::deserialize(from)?;
        Ok(Self { line: line(spanned.referenced).unwrap_or(0), value: spanned.value })
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Value, E> {
        Ok(Value::Bool)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Value, E> {
        Ok(Value::Integer)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Value, E> {
        Ok(Value::Integer)
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<Value, E> {
        Ok(Value::Integer)
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<Value, E> {
        Ok(Value::Integer)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        Ok(if number.fract() == 0.0 { Value::Integer } else { Value::Number })
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Value, E> {
        Ok(Value::Text(String::from_utf8_lossy(bytes).into_owned()))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        Value::deserialize(from)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        Value::deserialize(from)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = from.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut fields = Vec::new();
        while let Some((key, node)) = from.next_entry::<Spanned<String>, Node>()? {
            let line = line(key.referenced).unwrap_or(node.line);
            fields.push((line, key.value, node));
        }
        Ok(Value::Object(fields))
    }
}
