//! Samples in the text that `/metrics` answers with.

use std::borrow::Cow;

/// One sample: a time series and what it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample<'a> {
    /// Its labels, in the server's order.
    pub labels: Vec<(&'a str, Cow<'a, str>)>,
    /// Its value.
    pub value: f64,
}

impl Sample<'_> {
    /// A label's value, empty where it has no such label.
    pub fn label(&self, name: &str) -> &str {
        self.labels.iter().find(|(label, _)| *label == name).map_or("", |(_, value)| value)
    }
}

/// The samples of one metric, in the server's order. The format is Prometheus' text exposition format: `NAME{LABEL="VALUE",…} NUMBER`, where a value
/// has `\\`, `\"` and `\n` for what would end it. Lines that are not so are passed over.
pub fn samples<'a>(text: &'a str, metric: &'a str) -> impl Iterator<Item = Sample<'a>> {
    text.lines().filter_map(move |line| {
        let rest = line.trim_start().strip_prefix(metric)?;
        let (labels, rest) = match rest.strip_prefix('{') {
            Some(rest) => labels(rest)?,
            // A longer name that begins like this one.
            None if !rest.starts_with(char::is_whitespace) => return None,
            None => (Vec::new(), rest),
        };
        // A time stamp may follow.
        let value = rest.split_whitespace().next()?.parse().ok()?;
        Some(Sample { labels, value })
    })
}

type Labels<'a> = Vec<(&'a str, Cow<'a, str>)>;

/// The labels up to the closing brace, and what follows it.
fn labels(mut rest: &str) -> Option<(Labels<'_>, &str)> {
    let mut labels = Vec::new();
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        if let Some(after) = rest.strip_prefix('}') {
            return Some((labels, after));
        }
        let (name, after) = rest.split_once('=')?;
        let (value, after) = quoted(after.trim_start().strip_prefix('"')?)?;
        labels.push((name.trim(), value));
        rest = after;
    }
}

/// A value up to its closing quote, and what follows that.
fn quoted(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let mut out: Option<String> = None;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => {
                let value = out.map_or(Cow::Borrowed(&text[..at]), Cow::Owned);
                return Some((value, &text[at + 1..]));
            }
            '\\' => {
                let out = out.get_or_insert_with(|| text[..at].to_owned());
                match chars.next()?.1 {
                    'n' => out.push('\n'),
                    c => out.push(c),
                }
            }
            c => {
                if let Some(out) = &mut out {
                    out.push(c);
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn samples_are_read_with_their_labels() {
        let text = "# HELP requested x\n# TYPE requested gauge\nrequested{group=\"\",version=\"v1\"} 1\nrequested_more{group=\"a\"} 1\nrequested 2.5e1 1700\n\
                    requested{a=\"b\\\"}\\\\\\n\",} 0\nrequested{a=\"b 1\nrequested{a=\"b\"} many\n";
        let samples: Vec<_> = samples(text, "requested").collect();
        assert_eq!(samples.len(), 3);
        assert_eq!(
            (samples[0].label("version"), samples[0].label("group"), samples[0].label("none")),
            ("v1", "", "")
        );
        assert_eq!((samples[1].labels.len(), samples[1].value), (0, 25.0));
        assert_eq!(samples[2].label("a"), "b\"}\\\n");
    }

    proptest! {
        #[test]
        fn any_text_is_samples_or_none(text in "(m\\{?|[a-z]=\"|\\\\|\"|[a-z0-9é]|,|\\}| |\\n)*") {
            let _ = samples(&text, "m").count();
        }

        #[test]
        fn what_is_written_is_read(value in "[^\\r]*", number in -1000i32..1000) {
            let escaped = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            // Lines are split at line breaks only, of which the format knows one.
            let text = format!("m{{a=\"x\",b=\"{escaped}\"}} {number}");
            let found: Vec<_> = samples(&text, "m").collect();
            prop_assert_eq!(found.len(), 1);
            prop_assert_eq!(found[0].label("b"), value.as_str());
            prop_assert!((found[0].value - f64::from(number)).abs() < f64::EPSILON);
        }
    }
}
