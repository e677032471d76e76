//! The keys of a map whose values kx must not keep: `Secret.data`, `ConfigMap.data`.

use std::fmt;

use serde::{Deserializer, de};

/// One entry of a map, without its value: in protobuf a map is a list of entries (key = 1, value = 2), and what is not
/// declared is skipped.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Key {
    /// The entry's key.
    #[prost(string, tag = "1")]
    pub key: String,
}

/// Reads a JSON map's keys and skips its values: `#[serde(deserialize_with = "wire::keys")]` on a `Vec<Key>`.
pub fn keys<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Key>, D::Error> {
    struct Visitor;
    impl<'de> de::Visitor<'de> for Visitor {
        type Value = Vec<Key>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map")
        }
        fn visit_unit<E: de::Error>(self) -> Result<Vec<Key>, E> {
            Ok(Vec::new())
        }
        fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Vec<Key>, A::Error> {
            let mut keys = Vec::new();
            while let Some((key, de::IgnoredAny)) = map.next_entry::<String, de::IgnoredAny>()? {
                keys.push(Key { key });
            }
            Ok(keys)
        }
    }
    deserializer.deserialize_any(Visitor)
}
