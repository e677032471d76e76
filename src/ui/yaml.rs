//! What the parts of a YAML line are, for painting. It reads lines as kx writes them, and makes the best of any other.

use std::ops::Range;

use crate::theme::Role;

/// The parts of a line, in bytes, in order, without gaps, and the role that paints each. `in_block` says that the line is text of a
/// block (`|`).
pub fn tokens(line: &str, in_block: bool) -> Vec<(Range<usize>, Role)> {
    if in_block {
        return vec![(0..line.len(), Role::YamlText)];
    }
    let mut out = Vec::new();
    let mut at = line.len() - line.trim_start_matches(' ').len();
    push(&mut out, 0..at, Role::Text);
    while line[at..].starts_with("- ") || &line[at..] == "-" {
        let rest = line[at + 1..].trim_start_matches(' ');
        let next = line.len() - rest.len();
        push(&mut out, at..next, Role::YamlSign);
        at = next;
    }
    if let Some(colon) = key_end(&line[at..]) {
        push(&mut out, at..at + colon, Role::YamlKey);
        push(&mut out, at + colon..at + colon + 1, Role::YamlSign);
        at += colon + 1;
    }
    let value = line[at..].trim_start_matches(' ');
    let start = line.len() - value.len();
    push(&mut out, at..start, Role::Text);
    let comment = comment_start(value).map_or(line.len(), |i| start + i);
    let end = start + line[start..comment].trim_end().len();
    push(&mut out, start..end, scalar(&line[start..end]));
    push(&mut out, end..line.len(), Role::YamlComment);
    out
}

fn push(out: &mut Vec<(Range<usize>, Role)>, range: Range<usize>, role: Role) {
    if !range.is_empty() {
        out.push((range, role));
    }
}

/// Where the colon behind a key stands.
fn key_end(text: &str) -> Option<usize> {
    let after_quotes = match text.chars().next()? {
        quote @ ('"' | '\'') => 1 + closing(&text[1..], quote)? + 1,
        '#' | '{' | '[' | '|' | '>' => return None,
        _ => 0,
    };
    let rest = &text[after_quotes..];
    let colon = rest.match_indices(':').map(|(i, _)| i).find(|i| {
        let behind = rest[i + 1..].chars().next();
        matches!(behind, None | Some(' '))
    })?;
    if after_quotes > 0 && colon > 0 {
        return None;
    }
    Some(after_quotes + colon)
}

/// Where a quoted text ends, in bytes behind its opening quote.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (i, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            c if c == quote => return Some(i),
            _ => {}
        }
    }
    None
}

fn comment_start(value: &str) -> Option<usize> {
    if value.starts_with('#') {
        return Some(0);
    }
    if value.starts_with(['"', '\'']) {
        return None;
    }
    value.find(" #").map(|i| i + 1)
}

fn scalar(text: &str) -> Role {
    match text {
        "true" | "false" | "null" | "~" => Role::YamlWord,
        "{}" | "[]" | "|" | "|-" | "|+" | ">" | ">-" | ">+" => Role::YamlSign,
        _ if is_number(text) => Role::YamlNumber,
        _ => Role::YamlText,
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit()) && digits.parse::<f64>().is_ok()
}

/// Whether a block of text begins behind this line.
pub fn opens_block(line: &str) -> bool {
    let Some(last) = line.rsplit(' ').next() else { return false };
    let Some(rest) = last.strip_prefix(['|', '>']) else { return false };
    let before = line[..line.len() - last.len()].trim_end();
    rest.chars().all(|c| matches!(c, '+' | '-' | '0'..='9'))
        && (before.is_empty() || before.ends_with(':') || before.ends_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn roles(line: &str) -> Vec<(&str, Role)> {
        let named = tokens(line, false).into_iter().map(|(range, role)| (&line[range], role));
        named.filter(|(text, _)| !text.trim().is_empty()).collect()
    }

    #[test]
    fn keys_values_and_signs_are_told_apart() {
        use Role::{YamlComment, YamlKey, YamlNumber, YamlSign, YamlText, YamlWord};
        for (line, wanted) in [
            ("kind: Pod", vec![("kind", YamlKey), (":", YamlSign), ("Pod", YamlText)]),
            (
                "  - name: web",
                vec![("- ", YamlSign), ("name", YamlKey), (":", YamlSign), ("web", YamlText)],
            ),
            ("- - 1", vec![("- ", YamlSign), ("- ", YamlSign), ("1", YamlNumber)]),
            ("a.b/c: \"x: y\"", vec![("a.b/c", YamlKey), (":", YamlSign), ("\"x: y\"", YamlText)]),
            ("\"a: b\": null", vec![("\"a: b\"", YamlKey), (":", YamlSign), ("null", YamlWord)]),
            (
                "image: nginx:1.2",
                vec![("image", YamlKey), (":", YamlSign), ("nginx:1.2", YamlText)],
            ),
            ("- http://x", vec![("- ", YamlSign), ("http://x", YamlText)]),
            ("- 'a: b'", vec![("- ", YamlSign), ("'a: b'", YamlText)]),
            ("spec: {}", vec![("spec", YamlKey), (":", YamlSign), ("{}", YamlSign)]),
            (
                "a: 1 # one",
                vec![("a", YamlKey), (":", YamlSign), ("1", YamlNumber), (" # one", YamlComment)],
            ),
            ("a: -0.5", vec![("a", YamlKey), (":", YamlSign), ("-0.5", YamlNumber)]),
            ("note: |", vec![("note", YamlKey), (":", YamlSign), ("|", YamlSign)]),
        ] {
            assert_eq!(roles(line), wanted, "{line}");
        }
        assert!(opens_block("note: |") && opens_block("- |-") && opens_block("  a: >2-"));
        assert!(!opens_block("a: b|") && !opens_block("a: x |") && !opens_block(""));
    }

    proptest! {
        #[test]
        fn the_parts_of_any_line_are_the_line(line in "[ -~é]{0,40}", in_block in any::<bool>()) {
            let mut end = 0;
            for (range, _) in tokens(&line, in_block) {
                prop_assert_eq!(range.start, end);
                prop_assert!(line.get(range.clone()).is_some());
                end = range.end;
            }
            prop_assert_eq!(end, line.len());
            let _ = opens_block(&line);
        }
    }
}
