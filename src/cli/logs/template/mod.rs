//! Templates for lines, as stern's: a small part of Go's `text/template`.
//!
//! `{{.PodName}}`, `{{.Message | parseJSON | json}}`, `{{printf "%s %s" .PodName .Message}}`, `{{with $m := tryParseJSON .Message}}{{$m.level}}{{else}}…{{end}}`,
//! `{{if .NodeName}}…{{end}}`; `{{-` and `-}}` take the blanks before and after away.

mod parse;
mod run;

pub(super) use run::{Context, FIELDS, FUNCTIONS};

/// A template, read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Template {
    nodes: Vec<Node>,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq)]
enum Node {
    Text(String),
    /// A value is written.
    Write(Pipeline),
    /// One of two, by whether there is a value; `with` makes the value what a dot means.
    Either {
        with: bool,
        variable: Option<String>,
        condition: Pipeline,
        then: Vec<Self>,
        otherwise: Vec<Self>,
    },
    /// A variable is set.
    Set(String, Pipeline),
}

/// Commands of which each is given the value of the one before.
type Pipeline = Vec<Command>;

/// A value, or a function and what it is given.
#[derive(Clone, Debug, PartialEq)]
enum Command {
    Value(Operand),
    Call(String, Vec<Operand>),
}

/// What a function is given.
#[derive(Clone, Debug, PartialEq)]
enum Operand {
    /// Fields within what a dot means; none for that itself.
    Field(Vec<String>),
    /// Fields within a variable.
    Variable(String, Vec<String>),
    Literal(serde_json::Value),
    Pipeline(Pipeline),
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// Says what is wrong, and near what.
    pub fn parse(text: &str) -> Result<Self, String> {
        parse::template(text).map(|nodes| Self { nodes })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn written(template: &str) -> Result<String, String> {
        let root = json!({
            "Message": "{\"level\":\"error\",\"n\":{\"x\":7},\"a\":[1,\"b\"]}",
            "PodName": "web-0", "ContainerName": "web", "NodeName": "", "Namespace": "shop",
            "PodColor": "36", "ContainerColor": "32",
        });
        Template::parse(template)?.write(&root, Context { colours: true })
    }

    #[test]
    fn what_stern_writes_is_written() {
        let cases = [
            ("plain {x}", "plain {x}"),
            ("{{.PodName}}/{{ .ContainerName }}", "web-0/web"),
            ("a {{- .PodName -}} b", "aweb-0b"),
            ("{{/* nothing */}}x", "x"),
            (
                r#"{{printf "%s (%s/%v) %d%%\n" .PodName .Namespace .NodeName 5}}"#,
                "web-0 (shop/) 5%\n",
            ),
            (r#"{{printf "%q" .PodName}}"#, "\"web-0\""),
            ("{{.Message | parseJSON | json}}", r#"{"a":[1,"b"],"level":"error","n":{"x":7}}"#),
            ("{{(parseJSON .Message).level}}", "error"),
            (
                "{{with $m := tryParseJSON .Message}}{{$m.n.x}}:{{.level}}{{else}}no{{end}}",
                "7:error",
            ),
            ("{{with tryParseJSON .PodName}}{{.}}{{else}}{{.PodName}}{{end}}", "web-0"),
            ("{{if .NodeName}}on {{.NodeName}}{{else if .PodName}}pod{{else}}no{{end}}", "pod"),
            ("{{$p := .PodName}}{{$p}}{{$p | upper}}", "web-0WEB-0"),
            ("{{color .PodColor .PodName}}", "\u{1b}[36mweb-0\u{1b}[0m"),
            ("{{levelColor \"error\"}}", "\u{1b}[31merror\u{1b}[0m"),
            ("{{colorRed .PodName}}", "\u{1b}[31mweb-0\u{1b}[0m"),
            ("{{json .PodName}}{{\"\\n\"}}", "\"web-0\"\n"),
            ("{{prettyJSON \"{}\"}}", "{}"),
            (r#"{{if eq (parseJSON .Message).level "warn" "error"}}bad{{end}}"#, "bad"),
            ("{{if eq (parseJSON .Message).n.x 7}}seven{{else}}no{{end}}", "seven"),
            (
                r#"{{if and (ne .PodName "a") (not .NodeName)}}{{or .NodeName .Namespace}}{{end}}"#,
                "shop",
            ),
            ("{{len .PodName}}{{len (parseJSON .Message).a}}", "52"),
            (r#"{{extractJSONParts .Message "level" "n"}}"#, r#"error, {"x":7}"#),
            (r#"{{tryExtractJSONParts .PodName "level"}}"#, "web-0"),
            ("{{bunyanLevelColor 50}}", "\u{1b}[31m50\u{1b}[0m"),
            ("{{.Nothing}}", ""),
        ];
        for (template, wanted) in cases {
            assert_eq!(written(template).as_deref(), Ok(wanted), "{template}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (template, wants) in [
            ("{{.PodName", "}}"),
            ("{{if .X}}", "end"),
            ("{{end}}", "end"),
            ("{{else}}", "else"),
            ("{{nope .X}}", "nope"),
            ("{{.X | }}", "|"),
            ("{{}}", "empty"),
            ("{{\"x}}", "\""),
            ("{{(.X}}", ")"),
            ("{{$x}}", "$x"),
            ("{{parseJSON .PodName}}", "web-0"),
            (r#"{{extractJSONParts .PodName "x"}}"#, "web-0"),
        ] {
            let why = written(template).unwrap_err();
            assert!(why.contains(wants), "{template}: {why}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_template_or_an_error(text in "\\PC{0,40}", like in "(\\{\\{|\\}\\}|[.$a-cX|:=\" ()-]|if|with|else|end|json|printf|%s){0,30}") {
            let _ = (written(&text), written(&like));
        }
    }
}
