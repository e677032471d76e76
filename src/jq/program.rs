//! A jq expression, understood, and what it makes of a line.

use jaq_core::compile::{Filter, Undefined};
use jaq_core::load::{self, Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Native, Vars, unwrap_valr};
use jaq_json::read;
use serde::de::IgnoredAny;

use super::frames;
use super::functions::{self, Data};
use crate::logs::{Made, may_be_a_part};

/// So many results of a line are shown.
const MOST: usize = 200;
/// So much of all results of a line, in bytes.
const LONGEST: usize = 1 << 20;

/// An expression that can be evaluated.
pub(super) struct Program {
    filter: Filter<Native<Data>>,
}

impl Program {
    /// Understands an expression.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn new(expression: &str) -> Result<Self, String> {
        let arena = Arena::default();
        let file = File { code: expression, path: () };
        let modules = Loader::new(functions::written()).load(&arena, file).map_err(|errors| {
            let first = errors.into_iter().next();
            first.map_or_else(String::new, |(_, error)| said(error))
        })?;
        let filter = Compiler::default().with_funs(functions::native()).compile(modules).map_err(
            |errors| {
                let mut errors = errors.into_iter().flat_map(|(_, errors)| errors);
                let first = errors.next();
                first.map_or_else(String::new, |(name, what)| unknown(name, &what))
            },
        )?;
        Ok(Self { filter })
    }

    /// What it makes of a line.
    pub fn make(&self, line: &[u8]) -> Made {
        // What goes deeper than serde's limit, or is JSON only for jaq, is none.
        if serde_json::from_slice::<IgnoredAny>(line).is_err() {
            let begins = line.trim_ascii_start().first();
            return match begins {
                Some(b'{' | b'[') if may_be_a_part(line) => Made::Failed(
                    "it is longer than 1 MiB, and only whole lines are evaluated".into(),
                ),
                _ => Made::Plain,
            };
        }
        let Ok(input) = read::parse_single(line) else { return Made::Plain };
        let context = Ctx::<Data>::new(&self.filter.lut, Vars::new([]));
        let mut results = Vec::new();
        let mut bytes = 0;
        for result in self.filter.id.run((context, input)).map(unwrap_valr) {
            let text = match result {
                Ok(value) => bare(value.to_string()),
                Err(error) => return Made::Failed(bare(error.to_string())),
            };
            bytes += text.len();
            if results.len() >= MOST || bytes > LONGEST.min(frames::LONGEST / 2) {
                results.push("… and more".to_owned());
                break;
            }
            results.push(text);
        }
        Made::Results(results)
    }
}

/// Says that there is no such name; of what jq has, why not here.
fn unknown(name: &str, what: &Undefined) -> String {
    let why = match (name, what) {
        ("input" | "inputs" | "input_filename" | "input_line_number", Undefined::Filter(_)) => {
            "each line is evaluated by itself, and no other can be asked for"
        }
        ("env", Undefined::Filter(_)) | ("$ENV" | "ENV", Undefined::Var) => {
            "lines of logs are not evaluated with kx's environment"
        }
        (
            "sin" | "cos" | "tan" | "asin" | "acos" | "atan" | "atan2" | "sinh" | "cosh" | "tanh"
            | "asinh" | "acosh" | "atanh",
            Undefined::Filter(_),
        ) => "kx has no trigonometry",
        _ => "",
    };
    let no = match what {
        // As jq names it: a filter of this name that takes so much.
        Undefined::Filter(arity) => {
            format!("there is no filter {}", cut(&format!("{name}/{arity}")))
        }
        what => format!("there is no {} {}", what.as_str(), cut(name)),
    };
    if why.is_empty() { no } else { format!("{no}: {why}") }
}

/// What is wrong with an expression that cannot be read.
fn said(error: load::Error<&str>) -> String {
    let wrong = |wanted: &str, at: &str| {
        if at.is_empty() {
            format!("{wanted} is missing at the end")
        } else {
            format!("{wanted} is missing before {}", cut(at))
        }
    };
    let unknown = || "it is no expression".to_owned();
    match error {
        load::Error::Io(modules) => modules
            .first()
            .map_or_else(unknown, |(name, _)| format!("there is no module {}", cut(name))),
        load::Error::Lex(errors) => {
            errors.first().map_or_else(unknown, |(wanted, at)| wrong(wanted.as_str(), at))
        }
        load::Error::Parse(errors) => {
            errors.first().map_or_else(unknown, |(wanted, at)| wrong(wanted.as_str(), at))
        }
    }
}

/// The beginning of what was typed, as it can be shown.
fn cut(text: &str) -> String {
    let beginning: String = text.chars().take(30).collect();
    format!("{:?}", crate::sheet::printable(&beginning))
}

/// A value as `jq -rc` writes it: a text as it is, all else as JSON on one line.
fn bare(json: String) -> String {
    if json.starts_with('"')
        && let Ok(text) = serde_json::from_str::<String>(&json)
    {
        return text;
    }
    json
}
