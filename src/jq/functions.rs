//! The functions that expressions have: those of jq, but for what reads or writes elsewhere; regular expressions by the engine that filters have too.

use jaq_core::load::{self, parse::Def};
use jaq_core::native::{Filter, Fun, bome, run, v};
use jaq_core::{Cv, Error, RunPtr, ValR, ValT as _, data};
use jaq_json::Val;
use jaq_std::ValT as _;
use regex::{Captures, Regex, RegexBuilder};

use super::{dates, encodings, numbers};

pub(super) type Data = data::JustLut<Val>;

/// How large a regex may become, in bytes.
const REGEX_LIMIT: usize = 1 << 20;

/// What the standard library is written with and kx does not have: mathematics that nobody does with logs, and what writes elsewhere.
const WITHOUT: &str = r#"
def without: error("there is no such function here");
def stderr_empty: empty; def debug_empty: empty;
def ilogb: without; def tgamma: without;
def scalbln($a; $b): without; def remainder($a; $b): without; def nextafter($a; $b): without;
"#;

/// What jq has beyond the standard library.
const BEYOND: &str = r#"
def date: todate; def dateadd(unit; by): . + by; def datesub(unit; by): . - by;
def toarray: if isarray then . else [.] end;
def trimstr($fix): ltrimstr($fix) | rtrimstr($fix);
def ascii: [.] | implode;
def leaf_paths: paths(scalars);
def IN(all): any(all == .; .);
def IN(some; all): any(some == all; .);
def INDEX(rows; key): reduce rows as $row ({}; .[$row | key | tostring] = $row);
def INDEX(key): INDEX(.[]; key);
def halt: error("an expression cannot end the reading of lines: select(…) chooses them");
def halt($code): halt; def halt_error: halt; def halt_error($code): halt;
def csv_cell: if isstring then "\"" + gsub("\""; "\"\"") + "\"" elif . == null then "" elif . < [] then tostring else error("\(.) is no cell") end;
def @csv: map(csv_cell) | join(",");
def tsv_cell: if isstring then gsub("\\\\"; "\\\\") | gsub("\t"; "\\t") | gsub("\n"; "\\n") | gsub("\r"; "\\r") else csv_cell end;
def @tsv: map(tsv_cell) | join("\t");
"#;

/// The functions that are written in jq. What does not stand here is unknown to an expression.
pub(super) fn written() -> impl Iterator<Item = Def<&'static str>> {
    let own = |text| load::parse(text, |parser| parser.defs()).unwrap_or_default();
    let standard = jaq_std::defs().chain(jaq_json::defs());
    jaq_core::defs().chain(own(WITHOUT)).chain(standard).chain(own(BEYOND))
}

/// The functions that are not.
pub(super) fn native() -> impl Iterator<Item = Fun<Data>> {
    let regexes: [Filter<RunPtr<Data>>; 3] = [
        ("matches", v(2), |cv| bome(found(cv, false, true))),
        ("split_", v(2), |cv| bome(found(cv, true, false))),
        ("split_matches", v(2), |cv| bome(found(cv, true, true))),
    ];
    let base = jaq_core::funs().chain(jaq_std::base_funs()).chain(jaq_json::funs());
    let own = regexes.into_iter().chain(numbers::native()).chain(dates::native());
    base.chain(own.chain(encodings::native()).map(|filter| run::<Data>(filter)))
}

/// Where a regex is in a text: what stands between, what was found, or both in turn. What was found is a list, the whole first, then its groups.
fn found(mut cv: Cv<'_, Data>, between: bool, hits: bool) -> ValR<Val> {
    let (flags, pattern) = (text(&cv.0.pop_var())?, text(&cv.0.pop_var())?);
    let input = text(&cv.1)?;
    let regex = regex(&pattern, &flags)?;
    let (global, no_empty) = (flags.contains('g'), flags.contains('n'));
    let mut out = Vec::new();
    let mut last = 0;
    for captures in regex.captures_iter(&input) {
        let Some(whole) = captures.get(0).filter(|whole| !(no_empty && whole.is_empty())) else {
            continue;
        };
        if between {
            out.push(Val::from(input[last..whole.start()].to_owned()));
            last = whole.end();
        }
        if hits {
            out.push(groups(&input, &regex, &captures)?);
        }
        if !global {
            break;
        }
    }
    if between {
        out.push(Val::from(input[last..].to_owned()));
    }
    Ok(out.into_iter().collect())
}

fn groups(input: &str, regex: &Regex, captures: &Captures<'_>) -> ValR<Val> {
    let count = |text: &str| Val::from(text.chars().count());
    let groups = captures.iter().zip(regex.capture_names());
    let groups = groups.filter_map(|(group, name)| group.map(|group| (group, name)));
    let objects = groups.map(|(group, name)| {
        let key = |key: &str| Val::from(key.to_owned());
        let fields = [
            (key("offset"), count(&input[..group.start()])),
            (key("length"), count(group.as_str())),
            (key("string"), Val::from(group.as_str().to_owned())),
        ];
        let name = name.map(|name| (key("name"), Val::from(name.to_owned())));
        Val::from_map(fields.into_iter().chain(name))
    });
    objects.collect()
}

/// A regex with flags as jq has them.
fn regex(pattern: &str, flags: &str) -> Result<Regex, Error<Val>> {
    if let Some(unknown) = flags.chars().find(|flag| !"gnixsl".contains(*flag)) {
        return Err(Error::str(format_args!("{unknown} is no flag of a regular expression")));
    }
    RegexBuilder::new(pattern)
        .case_insensitive(flags.contains('i'))
        .ignore_whitespace(flags.contains('x'))
        .dot_matches_new_line(flags.contains('s'))
        .size_limit(REGEX_LIMIT)
        .build()
        .map_err(|_| Error::str(format_args!("{pattern:?} is no regular expression")))
}

/// A text.
///
/// # Errors
/// Says that it is none.
pub(super) fn text(value: &Val) -> Result<String, Error<Val>> {
    match value.as_utf8_bytes() {
        Some(bytes) => Ok(String::from_utf8_lossy(bytes).into_owned()),
        None => Err(Error::str(format_args!("{value} is no text"))),
    }
}
