//! Names that are made up, as the API server makes them up.

use std::hash::{BuildHasher as _, RandomState};

/// The letters of generated names: no vowels, so that no words come of them (apimachinery, `pkg/util/rand`).
const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
/// How many of them a name ends with.
const ENDS: usize = 5;
/// How much of a name is kept before them (apiserver, `storage/names/generate.go`).
const KEPT: usize = 63 - ENDS;

/// Five letters that nobody can foresee, as kubectl ends such names with.
pub(super) fn suffix() -> String {
    // Each hasher of the standard library has keys of its own.
    let mut random = RandomState::new().hash_one(jiff::Timestamp::now().as_nanosecond());
    let mut letter = || {
        let letter = LETTERS[(random % LETTERS.len() as u64) as usize];
        random /= LETTERS.len() as u64;
        char::from(letter)
    };
    (0..ENDS).map(|_| letter()).collect()
}

/// A name that begins so, for `metadata.generateName`.
pub(super) fn generated(beginning: &str) -> String {
    let kept: String = beginning.chars().take(KEPT).collect();
    kept + &suffix()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_as_the_server_ends_it() {
        let name = generated("web-");
        let end = name.strip_prefix("web-").unwrap();
        assert!(end.len() == 5 && end.bytes().all(|b| LETTERS.contains(&b)), "{name}");
        assert_ne!(name, generated("web-"));
        assert_eq!(generated(&"a".repeat(80)).len(), 63);
    }
}
