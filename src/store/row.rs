//! What kx keeps of an object: a compact row.

use std::sync::Arc;

use crate::kinds::Cell;

use super::link::Link;

/// A string shared by every row of a Source that says the same.
pub type Str = Arc<str>;

/// An object's UID as 16 bytes; what is no UUID (or missing) is hashed, so that every row has one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uid(pub [u8; 16]);

/// How an object is doing, worst last, so that `max` rolls health up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Health {
    /// Done, idle, or nothing to say.
    #[default]
    Idle,
    /// As it should be.
    Ok,
    /// On its way somewhere.
    Changing,
    /// Works, but something is not as it should be.
    Warning,
    /// Does not work.
    Broken,
}

impl Health {
    /// Every health with its word, as a filter writes it.
    pub const WORDS: [(Self, &'static str); 5] = [
        (Self::Idle, "idle"),
        (Self::Ok, "ok"),
        (Self::Changing, "changing"),
        (Self::Warning, "warning"),
        (Self::Broken, "broken"),
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(health, _)| *health == self).map_or("", |(_, word)| word)
    }
}

/// Labels of an object, sorted by key; rows with the same labels share one set.
pub type Labels = Arc<[(Str, Str)]>;

/// One object, projected: everything that a table shows, sorts, filters and follows. A few hundred bytes.
#[derive(Clone, Debug)]
pub struct Row {
    /// The object's identity; selection and marks go by it.
    pub uid: Uid,
    /// Empty for cluster-scoped objects.
    pub namespace: Str,
    /// The object's name.
    pub name: Str,
    /// Creation, seconds since the Unix epoch; `i64::MIN` where the server did not say.
    pub created: i64,
    /// Health, for the status glyph and for counting.
    pub health: Health,
    /// Labels, for `-l` filters and selectors.
    pub labels: Labels,
    /// The cells of the kind's columns, in their order; columns computed from the row itself (name, namespace, age) have none.
    pub cells: Box<[Cell]>,
    /// What it refers to; rows that refer to the same share the link.
    pub links: Box<[Arc<Link>]>,
}

impl Uid {
    /// Reads a UID: the 16 bytes of a UUID, or a hash of whatever else stands there.
    pub fn new(text: &str) -> Self {
        uuid(text).unwrap_or_else(|| Self::hashed(&[text]))
    }

    /// The identity of an object without a UID (metrics, computed objects): its namespace and name.
    pub fn of_name(namespace: &str, name: &str) -> Self {
        Self::hashed(&["\0name", namespace, name])
    }

    fn hashed(parts: &[&str]) -> Self {
        use std::hash::{Hash, Hasher};
        let mut bytes = [0; 16];
        for (half, seed) in bytes.chunks_mut(8).zip([0x6b78u64, 0x7569_6400]) {
            let mut hasher = rustc_hash::FxHasher::default();
            seed.hash(&mut hasher);
            parts.hash(&mut hasher);
            half.copy_from_slice(&hasher.finish().to_be_bytes());
        }
        Self(bytes)
    }
}

fn uuid(text: &str) -> Option<Uid> {
    let bytes = text.as_bytes();
    if bytes.len() != 36 {
        return None;
    }
    let mut out = [0u8; 16];
    let mut nibbles = 0;
    for (i, &b) in bytes.iter().enumerate() {
        if matches!(i, 8 | 13 | 18 | 23) {
            if b != b'-' {
                return None;
            }
            continue;
        }
        // Upper case would not survive the way back, so it is no canonical UUID.
        let digit = match b {
            b'0'..=b'9' => b - b'0',
            b'a'..=b'f' => b - b'a' + 10,
            _ => return None,
        };
        out[nibbles / 2] = out[nibbles / 2] << 4 | digit;
        nibbles += 1;
    }
    Some(Uid(out))
}

impl std::fmt::Debug for Uid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, byte) in self.0.iter().enumerate() {
            if matches!(i, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_survives_and_anything_else_is_distinct() {
        let text = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
        assert_eq!(format!("{:?}", Uid::new(text)), text);
        assert_ne!(Uid::new(""), Uid::new("a"));
        assert_ne!(Uid::of_name("a", "b"), Uid::of_name("ab", ""));
        assert_ne!(Uid::new(&text.to_uppercase()), Uid::new(text));
    }
}
