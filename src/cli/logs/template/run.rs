//! Writes a line by a template.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::logs::Level;

use super::{Command, Node, Operand, Template};

/// The functions of templates; stern's, as far as they make sense here.
pub(crate) const FUNCTIONS: &[&str] = &[
    "json",
    "prettyJSON",
    "parseJSON",
    "tryParseJSON",
    "extractJSONParts",
    "tryExtractJSONParts",
    "printf",
    "color",
    "levelColor",
    "bunyanLevelColor",
    "colorBlack",
    "colorRed",
    "colorGreen",
    "colorYellow",
    "colorBlue",
    "colorMagenta",
    "colorCyan",
    "colorWhite",
    "index",
    "len",
    "upper",
    "lower",
    "eq",
    "ne",
    "and",
    "or",
    "not",
];

/// The fields of a line, for help.
pub(crate) const FIELDS: &str = ".Message .PodName .ContainerName .Namespace .NodeName .Labels \
    .Annotations .Timestamp .PodColor .ContainerColor";

/// What a template writes for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context {
    /// Whether there are colours.
    pub colours: bool,
}

impl Template {
    /// Writes a line of these fields.
    ///
    /// # Errors
    /// What a function cannot do, such as `parseJSON` with what is no JSON.
    pub fn write(&self, fields: &Value, context: Context) -> Result<String, String> {
        let mut run = Run { context, variables: HashMap::new(), out: String::new() };
        run.nodes(&self.nodes, fields)?;
        Ok(run.out)
    }
}

struct Run {
    context: Context,
    variables: HashMap<String, Value>,
    out: String,
}

impl Run {
    fn nodes(&mut self, nodes: &[Node], dot: &Value) -> Result<(), String> {
        for node in nodes {
            match node {
                Node::Text(text) => self.out.push_str(text),
                Node::Write(pipeline) => {
                    let value = self.pipeline(pipeline, dot)?;
                    self.out.push_str(&text(&value));
                }
                Node::Set(name, pipeline) => {
                    let value = self.pipeline(pipeline, dot)?;
                    self.variables.insert(name.clone(), value);
                }
                Node::Either { with, variable, condition, then, otherwise } => {
                    let value = self.pipeline(condition, dot)?;
                    let holds = is_something(&value);
                    if let Some(name) = variable {
                        self.variables.insert(name.clone(), value.clone());
                    }
                    match (holds, with) {
                        (true, true) => self.nodes(then, &value)?,
                        (true, false) => self.nodes(then, dot)?,
                        (false, _) => self.nodes(otherwise, dot)?,
                    }
                }
            }
        }
        Ok(())
    }

    fn pipeline(&self, commands: &[Command], dot: &Value) -> Result<Value, String> {
        let mut before: Option<Value> = None;
        for command in commands {
            before = Some(match command {
                Command::Value(operand) => self.operand(operand, dot)?,
                Command::Call(name, given) => {
                    let given = given.iter().map(|operand| self.operand(operand, dot));
                    let mut given = given.collect::<Result<Vec<_>, _>>()?;
                    given.extend(before.take());
                    call(name, &given, self.context)?
                }
            });
        }
        Ok(before.unwrap_or_default())
    }

    fn operand(&self, operand: &Operand, dot: &Value) -> Result<Value, String> {
        Ok(match operand {
            Operand::Field(path) => within(dot, path),
            Operand::Variable(name, path) => {
                let value = self.variables.get(name);
                within(value.ok_or_else(|| format!("there is no ${name}"))?, path)
            }
            Operand::Literal(value) => value.clone(),
            Operand::Pipeline(commands) => self.pipeline(commands, dot)?,
        })
    }
}

fn within(value: &Value, path: &[String]) -> Value {
    let found = path.iter().try_fold(value, |value, key| match value {
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        other => other.get(key),
    });
    found.cloned().unwrap_or_default()
}

/// Whether Go takes it for true.
fn is_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    }
}

/// A value as it is written.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn call(name: &str, given: &[Value], context: Context) -> Result<Value, String> {
    let first = given.first().ok_or_else(|| format!("{name} is given nothing"))?;
    let coloured = |code: &str, text: &str| {
        if context.colours && !code.is_empty() {
            json!(format!("\x1b[{code}m{text}\x1b[0m"))
        } else {
            json!(text)
        }
    };
    Ok(match name {
        "json" => json!(first.to_string()),
        "prettyJSON" => {
            let value = match first {
                Value::String(text) => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
                other => other.clone(),
            };
            json!(serde_json::to_string_pretty(&value).unwrap_or_default())
        }
        "parseJSON" => serde_json::from_str(&text(first))
            .map_err(|error| format!("{:?} is no JSON: {error}", text(first)))?,
        "tryParseJSON" => {
            let value = serde_json::from_str::<Value>(&text(first)).ok();
            value.filter(Value::is_object).unwrap_or_default()
        }
        "extractJSONParts" | "tryExtractJSONParts" => match parts(&text(first), &given[1..]) {
            Ok(parts) => json!(parts),
            Err(_) if name.starts_with("try") => json!(text(first)),
            Err(why) => return Err(why),
        },
        // As in Go: equal to any of what follows; the first that decides, or the last.
        "eq" => json!(given.iter().skip(1).any(|other| is_same(first, other))),
        "ne" => json!(given.get(1).is_some_and(|other| !is_same(first, other))),
        "not" => json!(!is_something(first)),
        "and" => given
            .iter()
            .find(|value| !is_something(value))
            .or(given.last())
            .cloned()
            .unwrap_or_default(),
        "or" => given
            .iter()
            .find(|value| is_something(value))
            .or(given.last())
            .cloned()
            .unwrap_or_default(),
        "len" => match first {
            Value::Array(items) => json!(items.len()),
            Value::Object(fields) => json!(fields.len()),
            other => json!(text(other).len()),
        },
        "printf" => json!(printf(&text(first), given.get(1..).unwrap_or_default())),
        "color" => {
            let words: Vec<String> = given.iter().skip(1).map(text).collect();
            // Only what is a colour: a line may say anything.
            let code = text(first);
            let is_code = code.bytes().all(|byte| byte.is_ascii_digit() || byte == b';');
            coloured(if is_code { &code } else { "" }, &words.join(" "))
        }
        "levelColor" => {
            let words = text(first);
            let code = match Level::named(words.as_bytes()).unwrap_or_default() {
                Level::Unknown | Level::Info => "32",
                Level::Trace | Level::Debug => "34",
                Level::Warning => "33",
                Level::Error | Level::Fatal => "31",
            };
            coloured(code, &words)
        }
        "bunyanLevelColor" => {
            let code = match first.as_f64().or_else(|| text(first).parse().ok()) {
                Some(level) if level < 30.0 => "34",
                Some(level) if level < 40.0 => "32",
                Some(level) if level < 50.0 => "33",
                Some(_) => "31",
                None => "",
            };
            coloured(code, &text(first))
        }
        "index" => {
            let keys: Vec<String> = given.iter().skip(1).map(text).collect();
            within(first, &keys)
        }
        "upper" => json!(text(first).to_uppercase()),
        "lower" => json!(text(first).to_lowercase()),
        _ => {
            let colours = ["Black", "Red", "Green", "Yellow", "Blue", "Magenta", "Cyan", "White"];
            let colour = name.strip_prefix("color");
            let at = colours.iter().position(|known| colour == Some(*known));
            let at = at.ok_or_else(|| format!("there is no function {name:?}"))?;
            coloured(&(30 + at).to_string(), &text(first))
        }
    })
}

/// Whether two values are the same: numbers by what they are, and a number that stands in a line as text is one, too.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one.total_cmp(&other).is_eq(),
        _ => one == other || text(one) == text(other),
    }
}

/// Some of the fields of a text that is JSON, with a comma between.
fn parts(line: &str, keys: &[Value]) -> Result<String, String> {
    let value: Value =
        serde_json::from_str(line).map_err(|error| format!("{line:?} is no JSON: {error}"))?;
    let part = |key: &Value| value.get(text(key)).map(text);
    Ok(keys.iter().filter_map(part).collect::<Vec<_>>().join(", "))
}

/// Go's `Printf`, as far as lines need it: `%s`, `%v`, `%d`, `%q`, `%%`.
fn printf(form: &str, given: &[Value]) -> String {
    let mut out = String::new();
    let mut given = given.iter();
    let mut chars = form.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('q') => {
                let text = json!(text(given.next().unwrap_or(&Value::Null)));
                out.push_str(&text.to_string());
            }
            Some('s' | 'v' | 'd') => out.push_str(&text(given.next().unwrap_or(&Value::Null))),
            Some('%') | None => out.push('%'),
            Some(other) => {
                out.push('%');
                out.push(other);
            }
        }
    }
    out
}
