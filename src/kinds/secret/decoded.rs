//! A Secret's values, decoded: what is text as text, what is not as its first bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::sheet::{Answer, Facts, Line, Sheet, Span, Subject, Tone, Want};
use crate::store::Health;

/// How many bytes of what is no text are shown, and how many in a line.
const HEAD: usize = 256;
const ROW: usize = 16;
/// How many bytes of a text are shown; the whole is copied.
const TEXT: usize = 1 << 20;

/// The page of a secret's values.
pub(super) fn subject(namespace: &str, name: &str) -> Box<dyn Subject> {
    Box::new(Decoded { namespace: namespace.to_owned(), name: name.to_owned() })
}

#[derive(Debug)]
struct Decoded {
    namespace: String,
    name: String,
}

impl Decoded {
    fn want(&self) -> Want {
        Want::Object {
            group: String::new(),
            resource: "secrets".to_owned(),
            namespace: self.namespace.clone(),
            name: self.name.clone(),
        }
    }
}

impl Subject for Decoded {
    fn crumbs(&self) -> Vec<String> {
        vec![self.name.clone(), "decoded".to_owned()]
    }

    fn wants(&self, _facts: &Facts<'_>) -> Vec<Want> {
        vec![self.want()]
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let Answer::Object(Some(secret)) = facts.get(&self.want()) else { return Sheet::default() };
        let mut lines = vec![Line::new(
            0,
            [
                Span::new("secret ", Tone::Label),
                Span::new(format!("{}/{}", self.namespace, self.name), Tone::Strong),
                Span::new(format!("  {}", secret["type"].as_str().unwrap_or_default()), Tone::Muted),
            ],
        )];
        let entries = secret["data"].as_object().into_iter().flatten();
        for (key, value) in entries {
            entry(key, value, &mut lines);
        }
        if lines.len() == 1 {
            lines.push(Line::new(0, [Span::new("it has no entries", Tone::Muted)]));
        }
        Sheet { lines, changes_in: None }
    }
}

/// The lines of one entry: its key with what it is, and below it the value. All of them copy the value.
fn entry(key: &str, value: &Value, lines: &mut Vec<Line>) {
    let first = lines.len();
    let title = |what: String, tone| {
        let key = Span::new(printable(key), Tone::Heading);
        Line::new(0, [key, Span::new("  ", Tone::Text), Span::new(what, tone)])
    };
    let Some(bytes) = value.as_str().and_then(|text| STANDARD.decode(text).ok()) else {
        let why = "cannot be decoded: the server sent what is no base64".to_owned();
        lines.push(title(why, Tone::State(Health::Warning)));
        return;
    };
    let size = bytes_word(bytes.len());
    match std::str::from_utf8(&bytes) {
        Ok(text) if is_text(text) => {
            let count = text.lines().count();
            let many = if count > 1 { format!(", {count} lines") } else { String::new() };
            lines.push(title(format!("{size}{many}"), Tone::Muted));
            let mut end = text.len().min(TEXT);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            for line in text[..end].lines() {
                lines.push(Line::new(2, [Span::new(printable(line), Tone::Text)]));
            }
            if end < text.len() {
                let more = format!("{} more, which are copied with it", bytes_word(text.len() - end));
                lines.push(Line::new(2, [Span::new(more, Tone::Muted)]));
            }
            for line in &mut lines[first..] {
                line.copy = Some(text.into());
            }
        }
        _ => {
            lines.push(title(format!("{size}, no text"), Tone::Muted));
            for (at, row) in bytes[..bytes.len().min(HEAD)].chunks(ROW).enumerate() {
                lines.push(hex(at * ROW, row));
            }
            if bytes.len() > HEAD {
                let more = format!("{} more", bytes_word(bytes.len() - HEAD));
                lines.push(Line::new(2, [Span::new(more, Tone::Muted)]));
            }
            // A clipboard takes text: of what is none, the base64.
            for line in &mut lines[first..] {
                line.copy = value.as_str().map(Into::into);
            }
        }
    }
}

/// Whether a text is meant to be read: without control characters beside blanks and line breaks.
fn is_text(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// A line of text as it is drawn: tabs as blanks, and what would move a terminal as a sign. What is copied is the value itself.
fn printable(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '\t' => out.push_str("    "),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
        out
    })
}

/// `00000010  de ad be ef  ....`
fn hex(at: usize, row: &[u8]) -> Line {
    let bytes: Vec<String> = row.iter().map(|byte| format!("{byte:02x}")).collect();
    let letters: String =
        row.iter().map(|b| if b.is_ascii_graphic() { char::from(*b) } else { '.' }).collect();
    let width = ROW * 3;
    Line::new(
        2,
        [
            Span::new(format!("{at:08x}  "), Tone::Faint),
            Span::new(format!("{:<width$} ", bytes.join(" ")), Tone::Number),
            Span::new(letters, Tone::Muted),
        ],
    )
}

/// The text that this base64 stands for; `None` where it is none, or no base64.
pub(super) fn text(value: &Value) -> Option<String> {
    let text = String::from_utf8(STANDARD.decode(value.as_str()?).ok()?).ok()?;
    is_text(&text).then_some(text)
}

/// How large the value is that this base64 stands for; `None` where it is none.
pub(super) fn size(value: &Value) -> Option<String> {
    STANDARD.decode(value.as_str()?).ok().map(|bytes| bytes_word(bytes.len()))
}

/// `1 byte`, `12 bytes`.
pub(super) fn bytes_word(count: usize) -> String {
    if count == 1 { "1 byte".to_owned() } else { format!("{count} bytes") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;
    use std::collections::HashMap;
    use std::sync::Arc;

    fn sheet(secret: Value) -> Sheet {
        let subject = subject("shop", "db");
        let (catalog, nothing) = (crate::kinds::Catalog::default(), HashMap::new());
        let want = subject.wants(&Facts::new(&nothing, &|_| None, &catalog, 0)).remove(0);
        let answers = HashMap::from([(want, Answer::Object(Some(Arc::new(secret))))]);
        subject.sheet(&Facts::new(&answers, &|_| None, &catalog, 0))
    }

    #[test]
    fn text_is_text_and_the_rest_is_bytes() {
        let sheet = sheet(json!({"type": "Opaque", "data": {
            "bin": STANDARD.encode(b"\x00\xffELF"),
            "cert": STANDARD.encode("-----BEGIN\n\tabc\n-----END\n"),
            "empty": "",
            "odd": "%%%",
            "password": STANDARD.encode("s\u{e9}cret"),
        }}));
        assert_eq!(
            sheet.text(),
            "secret shop/db  Opaque
bin  5 bytes, no text
  00000000  00 ff 45 4c 46                                   ..ELF
cert  25 bytes, 3 lines
  -----BEGIN
      abc
  -----END
empty  0 bytes
odd  cannot be decoded: the server sent what is no base64
password  7 bytes
  s\u{e9}cret
"
        );
        let copied = |text: &str| {
            let line = sheet.lines.iter().find(|line| line.text().trim() == text).unwrap();
            line.copy.as_deref().map(str::to_owned)
        };
        assert_eq!(copied("abc").as_deref(), Some("-----BEGIN\n\tabc\n-----END\n"));
        assert_eq!(copied("password  7 bytes").as_deref(), Some("s\u{e9}cret"));
        assert_eq!(copied("bin  5 bytes, no text").as_deref(), Some("AP9FTEY="));
    }

    #[test]
    fn a_secret_without_entries_says_so() {
        for secret in [json!({}), json!({"data": null}), json!({"data": [1]}), json!(7)] {
            assert!(sheet(secret).text().contains("it has no entries"));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_lines_without_breaks(bytes in prop::collection::vec(any::<u8>(), 0..600), key in ".{0,8}") {
            let sheet = sheet(json!({"data": {key: STANDARD.encode(&bytes)}}));
            for span in sheet.lines.iter().flat_map(|line| &line.spans) {
                prop_assert!(!span.text.chars().any(char::is_control), "{:?}", span.text);
            }
        }
    }
}
