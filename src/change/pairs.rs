//! What is typed as on a command line: words, and `key=value` or `key-` among them.

use std::collections::BTreeMap;

/// Splits text at blanks; what stands in quotation marks, single or double, is one word with what stands beside it.
///
/// # Errors
/// A mark that is not closed, a sentence for people.
pub(super) fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut open = None;
    for c in text.chars() {
        match (open, c) {
            (Some(mark), c) if c == mark => open = None,
            (None, '"' | '\'') => {
                open = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    if let Some(mark) = open {
        return Err(format!("the quotation mark {mark} is not closed"));
    }
    words.extend(word);
    Ok(words)
}

/// What is to be set, and what is to be taken away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pairs {
    /// Keys with their values.
    pub set: BTreeMap<String, String>,
    /// Keys.
    pub remove: Vec<String>,
}

impl Pairs {
    /// Reads `key=value` and `key-`, several separated by blanks.
    ///
    /// # Errors
    /// What cannot be read, a sentence for people.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut pairs = Self::default();
        for word in words(text)? {
            match (word.split_once('='), word.strip_suffix('-')) {
                (Some((key, value)), _) if !key.is_empty() => {
                    if let Some(other) = pairs.set.insert(key.to_owned(), value.to_owned())
                        && other != value
                    {
                        return Err(format!("{key} is given twice: {other} and {value}"));
                    }
                }
                (None, Some(key)) if !key.is_empty() => pairs.remove.push(key.to_owned()),
                _ => return Err(format!("{word:?}: type key=value, or key- to take it away")),
            }
        }
        if let Some(key) = pairs.remove.iter().find(|key| pairs.set.contains_key(*key)) {
            return Err(format!("{key} cannot be set and taken away at once"));
        }
        if pairs.set.is_empty() && pairs.remove.is_empty() {
            return Err("type key=value, or key- to take it away".to_owned());
        }
        Ok(pairs)
    }

    /// As it is typed.
    pub fn text(&self) -> String {
        let set = self.set.iter().map(|(key, value)| format!("{key}={value}"));
        let removed = self.remove.iter().map(|key| format!("{key}-"));
        set.chain(removed).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn pairs_are_read_as_kubectl_reads_them() {
        let pairs = Pairs::parse("a=b  c=d=e note='two words' empty= old-").unwrap();
        let set: Vec<_> = pairs.set.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(set, [("a", "b"), ("c", "d=e"), ("empty", ""), ("note", "two words")]);
        assert_eq!(pairs.remove, ["old"]);
        for wrong in ["", "a", "=b", "-", "a=b a-", "a=b a=c", "a='b"] {
            assert!(Pairs::parse(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in ".{0,40}") {
            let _ = Pairs::parse(&text);
        }

        #[test]
        fn quoted_words_come_back(all in prop::collection::vec("[^\"]{0,8}", 0..4)) {
            let text: String = all.iter().map(|word| format!("\"{word}\" ")).collect();
            prop_assert_eq!(words(&text).unwrap(), all);
        }
    }
}
