//! The size of bytes that an object holds in base64, without decoding them.

/// How many bytes a text of base64 stands for.
pub fn decoded_len(base64: &str) -> usize {
    let digits = base64.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'=').count();
    digits / 4 * 3 + (digits % 4).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    use super::decoded_len;

    proptest! {
        #[test]
        fn the_size_is_that_of_what_was_encoded(bytes in prop::collection::vec(any::<u8>(), 0..20)) {
            prop_assert_eq!(decoded_len(&STANDARD.encode(&bytes)), bytes.len());
        }

        #[test]
        fn any_text_has_a_size(text in ".*") {
            let _ = decoded_len(&text);
        }
    }
}
