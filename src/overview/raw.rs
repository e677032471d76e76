//! What the API server answers at a path, as it says it: the figures of the cluster's page that no object stands behind are read there.

use serde_json::Value;

use crate::sheet::{Answer, Facts, Line, Sheet, Span, Subject, Tone, Want};
use crate::store::Health;

use super::control::millis;
use super::wants::{missing, text_of};
use super::write::{field, heading, state, text};

/// No more lines than these are shown; `/metrics` has tens of thousands.
const MOST: usize = 10_000;

/// The page of what is answered at a path; of an answer of many lines, those that begin with a text.
///
/// # Errors
/// A path that is none, and one of an object: what that holds, a secret's values among it, has pages of its own.
pub fn subject(path: &str, prefix: &str) -> Result<Box<dyn Subject>, String> {
    let Some(rest) = path.strip_prefix('/') else {
        return Err(format!("a path begins with a slash: /{path}"));
    };
    if path.chars().any(|c| c.is_whitespace() || c.is_control() || !c.is_ascii()) {
        return Err("a path has neither spaces nor other characters than ASCII".to_owned());
    }
    let bare = rest.split(['?', '#']).next().unwrap_or(rest);
    // A server takes `//`, `.` and `%61` for what they stand for.
    let plain = bare.split('/').all(|part| !matches!(part, "" | "." | "..")) && !bare.contains('%');
    if !plain && !bare.is_empty() {
        return Err("a path with empty parts, dots or escapes may be any other's".to_owned());
    }
    let depth = bare.split('/').count();
    let of_objects = match bare.split('/').next() {
        Some("api") => depth > 2,
        Some("apis") => depth > 3,
        _ => false,
    };
    if of_objects {
        return Err("objects are shown by their resource: :secrets, :get KIND NAME".to_owned());
    }
    let (path, prefix) = (path.to_owned(), prefix.to_owned());
    let want = if prefix.is_empty() { Want::Text { path } } else { Want::Lines { path, prefix } };
    Ok(Box::new(Raw(want)))
}

#[derive(Debug)]
struct Raw(Want);

impl Raw {
    fn path(&self) -> &str {
        match &self.0 {
            Want::Text { path } | Want::Lines { path, .. } => path,
            _ => "",
        }
    }
}

impl Subject for Raw {
    fn crumbs(&self) -> Vec<String> {
        vec!["raw".to_owned(), self.path().to_owned()]
    }

    fn wants(&self, _: &Facts<'_>) -> Vec<Want> {
        vec![self.0.clone()]
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let mut lines = vec![heading(&format!("GET {}", self.path()), [])];
        // What is not there is an answer here.
        let gone = matches!(facts.get(&self.0), Answer::Text { status: 404, .. });
        match text_of(facts, &self.0) {
            Err(_) if gone => lines.push(field("Status", [state(Health::Warning, "404")])),
            Err(why) => lines.extend(missing("Answer", &self.0, &why)),
            Ok((said, status, micros)) => {
                let health = if status < 400 { Health::Ok } else { Health::Broken };
                lines.push(field("Status", [state(health, status.to_string())]));
                lines.push(field("Answered in", [text(millis(micros))]));
                lines.push(Line::default());
                lines.extend(body(said));
            }
        }
        Sheet { lines, changes_in: None }
    }
}

/// The answer's lines; JSON with a line for each field.
fn body(said: &str) -> Vec<Line> {
    let whole: Option<Value> = serde_json::from_str(said).ok();
    let pretty = whole.filter(|v| v.is_object() || v.is_array());
    let pretty = pretty.and_then(|value| serde_json::to_string_pretty(&value).ok());
    let said = pretty.as_deref().unwrap_or(said);
    let line = |line: &str| {
        let line: String = line.replace('\t', "    ").replace(char::is_control, " ");
        let indent = line.len() - line.trim_start_matches(' ').len();
        let text = line.get(indent..).unwrap_or_default();
        Line::new(u16::try_from(indent).unwrap_or(0), [Span::new(text, Tone::Text)])
    };
    let mut lines: Vec<Line> = said.lines().take(MOST).map(line).collect();
    let left = said.lines().count().saturating_sub(MOST);
    if left > 0 {
        let words = format!("and {left} lines more; a text behind the path shows what begins so");
        lines.push(Line::new(0, [Span::new(words, Tone::Muted)]));
    }
    if lines.is_empty() {
        lines.push(Line::new(0, [Span::new("it says nothing", Tone::Muted)]));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(said: &str) -> Vec<String> {
        body(said).iter().map(Line::text).collect()
    }

    #[test]
    fn objects_have_pages_of_their_own() {
        for path in [
            "/api/v1/secrets",
            "/api/v1/namespaces/a/secrets/b",
            "/apis/apps/v1/deployments",
            "/api/v1/nodes/a/proxy/x",
            "//api/v1/secrets",
            "/x/../api/v1/secrets",
            "/api/./v1/secrets",
            "/%61pi/v1/secrets",
            "api/v1",
            "/a b",
        ] {
            assert!(subject(path, "").is_err(), "{path}");
        }
        for path in
            ["/", "/readyz?verbose", "/readyz/poststarthook/rbac", "/api/v1", "/apis/apps/v1"]
        {
            assert!(subject(path, "").is_ok(), "{path}");
        }
    }

    #[test]
    fn json_has_a_line_for_each_field_and_text_its_own_lines() {
        assert_eq!(words(r#"{"a":{"b":1}}"#), ["{", "  \"a\": {", "    \"b\": 1", "  }", "}"]);
        assert_eq!(words("[+]etcd ok\nreadyz check passed"), ["[+]etcd ok", "readyz check passed"]);
        assert_eq!(words(""), ["it says nothing"]);
        let many = "a\n".repeat(MOST + 5);
        assert_eq!(words(&many).len(), MOST + 1);
        assert!(words(&many)[MOST].starts_with("and 5 lines more"));
    }

    proptest! {
        #[test]
        fn any_answer_is_shown(said in "(\\PC|[\\n\\t \u{1b}])*", path in ".{0,20}") {
            prop_assert!(body(&said).iter().all(|line| !line.text().contains(char::is_control)));
            let _ = subject(&path, "");
        }
    }
}
