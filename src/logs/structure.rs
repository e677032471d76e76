//! What a line says, taken apart: JSON, logfmt, klog, and the access logs of web servers.

use serde_json::{Map, Value};

/// A line taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Structured {
    /// What it says in words; may be empty.
    pub message: String,
    /// What it says besides, in the line's order where it has one. Its time and its level are not among them.
    pub fields: Vec<(String, String)>,
}

/// Keys of what a line says in words.
const MESSAGES: [&str; 6] = ["msg", "message", "@message", "log", "event", "body"];
/// Keys of its time: every line has one before it.
const TIMES: [&str; 7] = ["ts", "time", "timestamp", "@timestamp", "t", "datetime", "date"];
/// Keys of its level.
const LEVELS: [&str; 6] = ["level", "lvl", "severity", "loglevel", "log.level", "@level"];

/// Takes a line apart; `None` where it has no such structure.
pub fn structured(line: &str) -> Option<Structured> {
    let line = line.trim();
    match line.as_bytes().first()? {
        b'{' => json(line),
        b'I' | b'W' | b'E' | b'F' => klog(line).or_else(|| logfmt(line)),
        _ => logfmt(line).or_else(|| access(line)),
    }
}

impl Structured {
    /// The value of a field, or of one within it: `path`, `user.id`.
    pub fn get(&self, path: &str) -> Option<String> {
        let path = path.strip_prefix('.').unwrap_or(path);
        if let Some((_, value)) = self.fields.iter().find(|(key, _)| key == path) {
            return Some(value.clone());
        }
        // Keys may have dots themselves: the longest that is there is meant.
        let ends = path.rmatch_indices('.').map(|(at, _)| at);
        let (value, rest) = ends.into_iter().find_map(|at| {
            let (_, value) = self.fields.iter().find(|(key, _)| *key == path[..at])?;
            Some((value, &path[at + 1..]))
        })?;
        let mut value: Value = serde_json::from_str(value).ok()?;
        for key in rest.split('.') {
            value = match (value, key.parse::<usize>()) {
                (Value::Array(mut items), Ok(at)) if at < items.len() => items.swap_remove(at),
                (Value::Object(mut fields), _) => fields.remove(key)?,
                _ => return None,
            };
        }
        Some(match value {
            Value::String(text) => text,
            other => other.to_string(),
        })
    }

    /// A field, where its key says that it is the message, the time or the level, in its place.
    fn add(&mut self, key: &str, value: String) {
        let is = |known: &[&str]| known.iter().any(|known| key.eq_ignore_ascii_case(known));
        if self.message.is_empty() && is(&MESSAGES) {
            self.message = value;
        } else if !is(&TIMES) && !is(&LEVELS) {
            self.fields.push((key.to_owned(), value));
        }
    }
}

fn json(line: &str) -> Option<Structured> {
    let object: Map<String, Value> = serde_json::from_str(line).ok()?;
    let mut out = Structured::default();
    // Of several that could be the message, the best known is.
    let message = MESSAGES.iter().find_map(|key| Some((*key, object.get(*key)?.as_str()?)));
    if let Some((_, text)) = message {
        text.clone_into(&mut out.message);
    }
    for (key, value) in &object {
        if message.is_some_and(|(known, _)| known == key) {
            continue;
        }
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let is = |known: &[&str]| known.iter().any(|known| key.eq_ignore_ascii_case(known));
        if !is(&TIMES) && !is(&LEVELS) {
            out.fields.push((key.clone(), text));
        }
    }
    Some(out)
}

/// Pairs as `key=value key="a value"`; at least two, and nothing else.
fn logfmt(line: &str) -> Option<Structured> {
    let mut out = Structured::default();
    let mut pairs = 0;
    let mut rest = line;
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=')?;
        if key.is_empty() || !key.bytes().all(is_key) {
            return None;
        }
        let (value, after) = value(after)?;
        out.add(key, value);
        pairs += 1;
        rest = after.trim_start();
    }
    (pairs > 1).then_some(out)
}

const fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'@')
}

/// The value at the beginning of a text, quoted or not, and what follows it.
fn value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        return Some((text[..end].to_owned(), &text[end..]));
    };
    let mut out = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((out, &quoted[at + 1..])),
            '\\' => match chars.next()?.1 {
                'n' => out.push('\n'),
                't' => out.push('\t'),
                other => out.push(other),
            },
            other => out.push(other),
        }
    }
    None
}

/// `E0115 11:59:00.123456       1 server.go:42] "it failed" err="…"` (klog's own header, then its structured or plain form).
fn klog(line: &str) -> Option<Structured> {
    let head = line.as_bytes();
    if !head.get(1..5)?.iter().all(u8::is_ascii_digit) || head.get(5) != Some(&b' ') {
        return None;
    }
    let (head, text) = line.split_once("] ").or_else(|| line.split_once(']'))?;
    let source = head.rsplit(' ').next().unwrap_or_default();
    let mut out = Structured::default();
    let mut rest = text;
    if text.starts_with('"')
        && let Some((message, after)) = value(text)
    {
        out.message = message;
        rest = after.trim_start();
        while let Some((key, after)) =
            rest.split_once('=').filter(|(key, _)| key.bytes().all(is_key))
        {
            let Some((value, after)) = value(after) else { break };
            out.fields.push((key.to_owned(), value));
            rest = after.trim_start();
        }
    }
    if !rest.is_empty() {
        if !out.message.is_empty() {
            out.message.push(' ');
        }
        out.message.push_str(rest);
    }
    out.fields.push(("source".to_owned(), source.to_owned()));
    Some(out)
}

/// The common and the combined log format of Apache and nginx:
/// `10.0.0.1 - ann [15/Jan/2026:11:59:00 +0000] "GET / HTTP/1.1" 200 123 "from" "agent"`.
fn access(line: &str) -> Option<Structured> {
    let (who, rest) = line.split_once(" [")?;
    let (_, rest) = rest.split_once("] \"")?;
    let mut who = who.split(' ');
    let client = who.next().filter(|client| client.contains(['.', ':']))?;
    let (_, user) = (who.next()?, who.next()?);
    let (request, rest) = rest.split_once('"')?;
    let mut after = rest.trim_start().split(' ');
    let status = after.next().filter(|status| status.len() == 3)?;
    if !status.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let bytes = after.next().unwrap_or("-");
    let request = request.rsplit_once(" HTTP/").map_or(request, |(request, _)| request);
    let mut out = Structured { message: format!("{request} {status}"), fields: Vec::new() };
    out.fields.push(("client".to_owned(), client.to_owned()));
    for (key, value) in [("user", user), ("bytes", bytes)] {
        if value != "-" {
            out.fields.push((key.to_owned(), value.to_owned()));
        }
    }
    let mut quoted = rest.split('"').skip(1).step_by(2);
    for key in ["referer", "agent"] {
        if let Some(value) = quoted.next().filter(|value| *value != "-") {
            out.fields.push((key.to_owned(), value.to_owned()));
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(line: &str) -> Option<String> {
        let structured = structured(line)?;
        let fields = structured.fields.iter().map(|(key, value)| format!(" {key}={value}"));
        Some(structured.message + &fields.collect::<String>())
    }

    #[test]
    fn lines_are_taken_apart_by_what_they_are() {
        let cases = [
            (
                r#"{"ts":1,"level":"info","msg":"served","path":"/","ms":3,"who":{"id":7}}"#,
                Some(r#"served ms=3 path=/ who={"id":7}"#),
            ),
            (r#"{"message":"a","event":"b"}"#, Some("a event=b")),
            (r#"{"level":"info"}"#, Some("")),
            (r#"{"not": json"#, None),
            (r#"time=x level=warn msg="it \"failed\"" err=EOF"#, Some(r#"it "failed" err=EOF"#)),
            ("a=1", None),
            ("a=1 b", None),
            ("x = y = z", None),
            (
                r#"E0115 11:59:00.123456       1 server.go:42] "it failed" err="no way" pod="a/b""#,
                Some("it failed err=no way pod=a/b source=server.go:42"),
            ),
            (
                "I0115 11:59:00.123456       1 server.go:42] plain words",
                Some("plain words source=server.go:42"),
            ),
            ("Everything is fine", None),
            (
                r#"10.0.0.1 - - [15/Jan/2026:11:59:00 +0000] "GET /a?b HTTP/1.1" 404 12 "-" "curl/8""#,
                Some("GET /a?b 404 client=10.0.0.1 bytes=12 agent=curl/8"),
            ),
            (
                r#"::1 - ann [15/Jan/2026:11:59:00 +0000] "POST / HTTP/2.0" 200 -"#,
                Some("POST / 200 client=::1 user=ann"),
            ),
            ("", None),
        ];
        for (line, wanted) in cases {
            assert_eq!(shown(line).as_deref(), wanted, "{line}");
        }
    }

    #[test]
    fn a_field_is_found_within_others() {
        let line =
            r#"{"msg":"x","user":{"id":7,"roles":["a","b"]},"k8s.io/a":{"b":"c"},"path":"/"}"#;
        let line = structured(line).unwrap();
        let cases = [
            ("path", Some("/")),
            (".path", Some("/")),
            ("user.id", Some("7")),
            ("user.roles.1", Some("b")),
            ("user.roles.2", None),
            ("user.name", None),
            ("k8s.io/a.b", Some("c")),
            ("user", Some(r#"{"id":7,"roles":["a","b"]}"#)),
            ("path.x", None),
            ("", None),
            (".", None),
        ];
        for (path, wanted) in cases {
            assert_eq!(line.get(path).as_deref(), wanted, "{path}");
        }
    }

    proptest! {
        #[test]
        fn any_line_is_taken_apart_or_not(line in "\\PC{0,80}", like in "[IWEF0-9 a-z=\"\\\\\\[\\]{}:.-]{0,80}") {
            let _ = (structured(&line), structured(&like));
        }
    }
}
