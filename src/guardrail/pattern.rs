//! Patterns of names.

/// A pattern: `*` stands for any text, `?` for one character, everything else for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<char>);

impl Default for Pattern {
    fn default() -> Self {
        Self::new("*")
    }
}

impl Pattern {
    /// Reads a pattern; every text is one.
    pub fn new(text: &str) -> Self {
        let mut pattern: Vec<char> = text.chars().collect();
        // Several in a row are one, and cost no more.
        pattern.dedup_by(|b, a| *a == '*' && *b == '*');
        Self(pattern)
    }

    /// Whether it matches every name, and no name at all.
    pub fn matches_all(&self) -> bool {
        self.0 == ['*']
    }

    /// Whether it matches this name, all of it.
    pub fn matches(&self, name: &str) -> bool {
        let name: Vec<char> = name.chars().collect();
        let (mut p, mut n) = (0, 0);
        // Where the last star stands, and how much of the name it has taken by now.
        let mut star: Option<(usize, usize)> = None;
        while n < name.len() {
            match self.0.get(p) {
                Some('*') => {
                    star = Some((p, n));
                    p += 1;
                }
                Some(c) if *c == '?' || *c == name[n] => {
                    p += 1;
                    n += 1;
                }
                _ => match star {
                    Some((at, taken)) => {
                        star = Some((at, taken + 1));
                        p = at + 1;
                        n = taken + 1;
                    }
                    None => return false,
                },
            }
        }
        self.0.get(p..).unwrap_or_default().iter().all(|c| *c == '*')
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|c| std::fmt::Write::write_char(f, *c))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn stars_and_question_marks() {
        let is = |pattern: &str, name: &str| Pattern::new(pattern).matches(name);
        assert!(is("*", "") && is("*", "x") && is("prod-*", "prod-") && is("prod-*", "prod-eu"));
        assert!(is("*-eu", "prod-eu") && is("p*d*u", "prod-eu") && is("prod-?s", "prod-us"));
        assert!(
            !is("prod-*", "prod") && !is("prod-*", "preprod-eu") && !is("?", "") && !is("", "x")
        );
        assert!(is("arn:aws:*:cluster/prod", "arn:aws:eks:eu-1:1:cluster/prod"));
        assert!(Pattern::new("**").matches_all() && !Pattern::new("?*").matches_all());
    }

    proptest! {
        #[test]
        fn a_pattern_matches_what_the_same_regex_does(pattern in "[ab*?]{0,8}", name in "[ab]{0,10}") {
            let regex = pattern.replace('*', ".*").replace('?', ".");
            let regex = regex::Regex::new(&format!("^(?:{regex})$")).unwrap();
            prop_assert_eq!(Pattern::new(&pattern).matches(&name), regex.is_match(&name));
        }
    }
}
