//! An object of which everything is read, but not who set which field.

use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::{Meta, ObjectMeta, PartialObjectMetadata};

/// An object of any kind: its metadata, and all of it as JSON but for `managedFields`, which are most of its metadata and say nothing of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WholeObject {
    /// The object's metadata.
    pub partial: PartialObjectMetadata,
    /// The object.
    pub value: Value,
}

impl<'de> Deserialize<'de> for WholeObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value =
            deserializer.deserialize_any(Lean { within: &["metadata", "managedFields"] })?;
        let partial =
            PartialObjectMetadata::deserialize(&value).map_err(serde::de::Error::custom)?;
        Ok(Self { partial, value })
    }
}

impl Meta for WholeObject {
    fn meta(&self) -> &ObjectMeta {
        &self.partial.metadata
    }
}

/// Reads a map without what lies at a path; anything else becomes null.
#[derive(Clone, Copy)]
struct Lean {
    within: &'static [&'static str],
}

impl<'de> DeserializeSeed<'de> for Lean {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Lean {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut out = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            match self.within {
                [last] if *last == key => drop(map.next_value::<IgnoredAny>()?),
                [first, rest @ ..] if *first == key => {
                    let value = map.next_value_seed(Lean { within: rest })?;
                    out.insert(key, value);
                }
                _ => drop(out.insert(key, map.next_value()?)),
            }
        }
        Ok(Value::Object(out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_there_but_managed_fields() {
        let text = r#"{"kind":"A","metadata":{"name":"a","managedFields":[{"manager":"x"}],"labels":{"b":"c"}},
            "spec":{"metadata":{"managedFields":1}}}"#;
        let object: WholeObject = serde_json::from_str(text).unwrap();
        assert_eq!(object.partial.metadata.name, "a");
        assert_eq!(object.partial.metadata.labels["b"], "c");
        assert_eq!(object.value["metadata"].get("managedFields"), None);
        assert_eq!(object.value["spec"]["metadata"]["managedFields"], 1);
        assert_eq!(object.value["kind"], "A");
    }

    #[test]
    fn what_is_no_object_is_an_error() {
        for text in ["7", "[]", "\"a\"", r#"{"metadata":7}"#, r#"{"metadata":{"name":7}}"#] {
            assert!(serde_json::from_str::<WholeObject>(text).is_err(), "{text}");
        }
        let without: WholeObject = serde_json::from_str(r#"{"metadata":null}"#).unwrap();
        assert_eq!(without.partial, PartialObjectMetadata::default());
    }
}
