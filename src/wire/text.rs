//! Free text that an API server does not check for UTF-8: what a container or a probe printed.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserializer, de};

/// Reads a JSON string into bytes: `#[serde(deserialize_with = "wire::text_bytes")]` on a `Vec<u8>` that is `bytes` to prost.
pub fn text_bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    struct Visitor;
    impl de::Visitor<'_> for Visitor {
        type Value = Vec<u8>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }
        fn visit_unit<E: de::Error>(self) -> Result<Vec<u8>, E> {
            Ok(Vec::new())
        }
        fn visit_str<E: de::Error>(self, v: &str) -> Result<Vec<u8>, E> {
            Ok(v.as_bytes().to_vec())
        }
    }
    deserializer.deserialize_any(Visitor)
}

/// The bytes as text; each byte that is no UTF-8 becomes U+FFFD, as in the JSON that the server writes.
pub fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(
        |_| {
            let mut text = String::with_capacity(bytes.len());
            for chunk in bytes.utf8_chunks() {
                text.push_str(chunk.valid());
                text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
            }
            Cow::Owned(text)
        },
        Cow::Borrowed,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_character_costs_only_itself() {
        assert_eq!(lossy("grün".as_bytes()), "grün");
        assert_eq!(lossy(b"gr\xc3"), "gr\u{fffd}");
        assert_eq!(lossy(b"\xe2\x82x"), "\u{fffd}\u{fffd}x");
    }
}
