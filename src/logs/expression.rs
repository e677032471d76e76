//! A jq expression over the lines of logs: what it made of a line, and what of that is shown.

/// What the expression made of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Made {
    /// The line is no JSON: nothing was made of it.
    Plain,
    /// It gave these, texts as they are and all else as JSON; nothing where it left the line out.
    Results(Vec<String>),
    /// It cannot be evaluated for this line: why.
    Failed(String),
}

/// A jq expression as a person typed it.
///
/// It is evaluated for each line that is JSON, and what it gives is shown in the place of the line; where it gives nothing, the line is not shown. What is
/// no JSON, and what it fails for, stays as it was written; but where the expression chooses lines (it has `select` or `empty`) that is left out too, as
/// `jq -R 'fromjson? | …'` does it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    text: String,
    chooses: bool,
}

impl Expression {
    /// What is meant by this text; `None` where that is nothing.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let chooses = text.split(|c| !is_name(c)).any(|word| matches!(word, "select" | "empty"));
        (!text.is_empty()).then(|| Self { text: text.to_owned(), chooses })
    }

    /// What was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a line of which it made this is shown.
    pub fn keeps(&self, made: &Made) -> bool {
        match made {
            Made::Results(results) => !results.is_empty(),
            Made::Plain | Made::Failed(_) => !self.chooses,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_json_stays_unless_lines_are_chosen() {
        let keeps = |text: &str, made: Made| Expression::new(text).unwrap().keeps(&made);
        for text in [".msg", ".selected", "{a: .empty_string}"] {
            assert!(keeps(text, Made::Plain), "{text}");
            assert!(keeps(text, Made::Failed("no".into())), "{text}");
        }
        for text in ["select(.a)", ".a|select(.b > 1)|.c", "if .a then . else empty end"] {
            assert!(!keeps(text, Made::Plain), "{text}");
            assert!(!keeps(text, Made::Failed("no".into())), "{text}");
        }
        assert!(!keeps(".a[]", Made::Results(Vec::new())));
        assert!(keeps("select(.a)", Made::Results(vec!["1".into()])));
        assert_eq!(Expression::new("  "), None);
    }
}
