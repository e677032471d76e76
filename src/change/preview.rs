//! What a call makes of an object, as it is shown before it is sent.

use serde_json::Value;

use crate::sheet::{Line, Span, Tone, printable};

use super::{Call, Method, Patch, Target, shown};

/// How many characters of a value are shown.
const LONGEST: usize = 60;

/// What a call makes of an object: the fields of a patch as they are and will be, the name of what is made.
pub(super) fn lines(target: &Target, object: &Value, call: &Call) -> Vec<Line> {
    match call.method {
        Method::Patch(Patch::Merge | Patch::Strategic) => {
            let (mut object, mut body) = (object.clone(), call.body.clone());
            shown::mask(&target.resource, &mut object);
            shown::mask(&target.resource, &mut body);
            let mut lines = Vec::new();
            leaves(&body, &object, &mut Vec::new(), &mut lines);
            lines
        }
        Method::Create => {
            let name = call.body["metadata"]["name"].as_str().unwrap_or_default();
            let made = Target { name: name.to_owned(), ..target.clone() };
            vec![Line::new(
                2,
                [Span::new("makes ", Tone::Muted), Span::new(made.short(), Tone::Added)],
            )]
        }
        _ => Vec::new(),
    }
}

/// The fields that a patch changes, each with what is there and what will be.
fn leaves<'a>(patch: &'a Value, object: &Value, path: &mut Vec<&'a str>, lines: &mut Vec<Line>) {
    if let Value::Object(fields) = patch {
        for (key, field) in fields {
            // These say which object is meant.
            if path.as_slice() == ["metadata"] && ["uid", "resourceVersion"].contains(&key.as_str())
            {
                continue;
            }
            path.push(key);
            leaves(field, &object[key.as_str()], path, lines);
            path.pop();
        }
        return;
    }
    let mut spans = vec![Span::new(format!("{}: ", path.join(".")), Tone::Label)];
    if !object.is_null() {
        spans.push(Span::new(
            word(object),
            if patch.is_null() { Tone::Removed } else { Tone::Text },
        ));
        spans.push(Span::new(" → ", Tone::Muted));
    }
    match patch {
        Value::Null => spans.push(Span::new("none", Tone::Muted)),
        value => spans.push(Span::new(word(value), Tone::Added)),
    }
    lines.push(Line::new(2, spans));
}

/// A value in a few words.
fn word(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let text = printable(&text);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
