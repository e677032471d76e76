//! Lines of logs on stdout.

use std::fmt::Write as _;
use std::io::Write;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use crate::jq::{Evaluator, Failed};
use crate::logs::{Entries, Entry, Expression, Kind, Made, Pattern, Stream, ansi};
use crate::sheet::printable;

use super::super::failure::Failure;
use super::query::{pattern, patterns};
use super::template::{Context, Template};
use super::{Colours, Form, LogsArgs, Timestamps};

/// The colours by which pods are told apart: those of the sixteen that stand on both dark and light screens.
const PALETTE: [u8; 10] = [36, 32, 35, 34, 33, 96, 92, 95, 94, 93];

/// Prints lines as the command line asks for them.
pub(super) struct Printer {
    form: Form,
    template: Option<Template>,
    /// Whether containers are told apart by colour, not only pods.
    containers: bool,
    namespaces: bool,
    colours: bool,
    /// Whether a terminal would act on what stands in a line.
    terminal: bool,
    told: bool,
    timestamps: Option<Timestamps>,
    zone: TimeZone,
    include: Vec<Pattern>,
    exclude: Vec<Pattern>,
    highlight: Option<regex::Regex>,
    /// What lines are evaluated by.
    expression: Option<(Expression, Evaluator)>,
    /// Whether the line that continues is one that is printed.
    goes_on: bool,
}

impl Printer {
    pub fn new(args: &LogsArgs, namespaces: bool, terminal: bool) -> Result<Self, Failure> {
        let zone = match &args.timezone {
            Some(name) => TimeZone::get(name).map_err(|error| {
                Failure::usage(
                    format!("{name:?} is no time zone: {error}"),
                    "--timezone Europe/Paris",
                )
            })?,
            None => TimeZone::system(),
        };
        let coloured = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let highlight = match args.highlight.as_slice() {
            [] => None,
            several => {
                for one in several {
                    pattern(one)?;
                }
                regex::Regex::new(&several.join("|")).ok()
            }
        };
        Ok(Self {
            form: args.output,
            template: template(args)?,
            containers: args.diff_container,
            namespaces,
            colours: match args.color {
                Colours::Auto => terminal && coloured,
                Colours::Always => true,
                Colours::Never => false,
            },
            terminal,
            told: !args.only_log_lines,
            timestamps: args.timestamps,
            zone,
            include: patterns(&args.include)?,
            exclude: patterns(&args.exclude)?,
            highlight,
            expression: args.jq.as_deref().map(expression).transpose()?.flatten(),
            goes_on: false,
        })
    }

    /// Prints entries; who joins and leaves is told on stderr.
    pub fn print(
        &mut self,
        entries: &Entries,
        streams: &[Stream],
        out: &mut impl Write,
    ) -> Result<(), Failure> {
        let unknown = Stream::default();
        let mut made = self.evaluated(entries)?.into_iter();
        for (entry, text) in entries.iter() {
            let stream = streams.get(entry.stream.0 as usize).unwrap_or(&unknown);
            match entry.kind {
                Kind::Line => {
                    let line = String::from_utf8_lossy(text);
                    self.goes_on = self.wanted(&line);
                    if !self.goes_on {
                        continue;
                    }
                    match made.next() {
                        Some(made) => self.instead(entry, stream, (text, &line), made, out)?,
                        None => self.line(entry, stream, text, &line, out)?,
                    }
                }
                Kind::More if self.goes_on => {
                    self.line(entry, stream, text, &String::from_utf8_lossy(text), out)?;
                }
                Kind::More => {}
                Kind::Joined | Kind::Left | Kind::Event if !self.told => {}
                // That lines may be missing is never left out.
                Kind::Joined | Kind::Left | Kind::Note | Kind::Event => {
                    eprintln!("{}", self.event(entry, stream, &String::from_utf8_lossy(text)));
                }
            }
        }
        Ok(())
    }

    /// What the expression makes of the lines that are asked for, in order; nothing where there is none.
    fn evaluated(&mut self, entries: &Entries) -> Result<Vec<Made>, Failure> {
        let Some((_, evaluator)) = &mut self.expression else { return Ok(Vec::new()) };
        let (include, exclude) = (&self.include, &self.exclude);
        let lines = entries.iter().filter(|(entry, text)| {
            entry.kind == Kind::Line && wanted(include, exclude, &String::from_utf8_lossy(text))
        });
        let lines: Vec<Vec<u8>> = lines.map(|(_, text)| text.to_vec()).collect();
        evaluator.make(&lines).map_err(|failed| wrong(&failed))
    }

    /// Prints what was made of a line, a result a line; the line where it is kept and nothing was made of it.
    fn instead(
        &mut self,
        entry: Entry,
        stream: &Stream,
        (bytes, line): (&[u8], &str),
        made: Made,
        out: &mut impl Write,
    ) -> std::io::Result<()> {
        let kept = self.expression.as_ref().is_none_or(|(expression, _)| expression.keeps(&made));
        if let Made::Failed(why) = &made {
            eprintln!("{}", printable(&format!("{}: the expression: {why}", stream.pod)));
        }
        // What follows of a line that was too long for one is as the line.
        self.goes_on = kept;
        match made {
            Made::Results(results) => {
                for result in results {
                    self.line(entry, stream, result.as_bytes(), &result, out)?;
                }
                Ok(())
            }
            Made::Plain | Made::Failed(_) if kept => self.line(entry, stream, bytes, line, out),
            Made::Plain | Made::Failed(_) => Ok(()),
        }
    }

    /// Whether a line is one of those that are asked for: what is excluded is not, also where it is included.
    fn wanted(&self, line: &str) -> bool {
        wanted(&self.include, &self.exclude, line)
    }

    fn event(&self, entry: Entry, stream: &Stream, text: &str) -> String {
        let sign = match entry.kind {
            Kind::Joined => '+',
            Kind::Left => '-',
            Kind::Event => 'e',
            _ => '!',
        };
        let namespace =
            if self.namespaces { format!("{} ", stream.namespace) } else { String::new() };
        let mut line = format!("{sign} {namespace}{} › {}", stream.pod, stream.container);
        if !text.is_empty() {
            let _ = write!(line, ": {text}");
        }
        let line = printable(&line);
        if self.colours { format!("\x1b[2m{line}\x1b[0m") } else { line }
    }

    fn line(
        &self,
        entry: Entry,
        stream: &Stream,
        bytes: &[u8],
        line: &str,
        out: &mut impl Write,
    ) -> std::io::Result<()> {
        if let Some(template) = &self.template {
            return self.by_template(template, entry, stream, line, out);
        }
        match self.form {
            Form::Json | Form::Extjson => {
                return writeln!(out, "{}", self.json(entry, stream, line));
            }
            Form::Ppextjson => return writeln!(out, "{:#}", self.json(entry, stream, line)),
            Form::Default => {
                let (mut head, pod) = (String::new(), self.colour(stream, false));
                if self.namespaces {
                    self.put(&mut head, &stream.namespace, pod);
                }
                self.put(&mut head, &stream.pod, pod);
                self.put(&mut head, &stream.container, self.colour(stream, true));
                out.write_all(head.as_bytes())?;
            }
            Form::Raw => {}
        }
        if let Some(form) = self.timestamps {
            write!(out, "{} ", self.time(entry.time, form))?;
        }
        // Into a file or another program, a line goes as it was written.
        if self.terminal || self.colours {
            out.write_all(self.shown(line).as_bytes())?;
        } else {
            out.write_all(bytes)?;
        }
        out.write_all(b"\n")
    }

    /// The colour of a pod, or of its container where these are told apart.
    fn colour(&self, stream: &Stream, container: bool) -> u8 {
        PALETTE[stream.hue(container && self.containers) as usize % PALETTE.len()]
    }

    fn put(&self, head: &mut String, text: &str, colour: u8) {
        let _ = if self.colours {
            write!(head, "\x1b[{colour}m{text}\x1b[0m ")
        } else {
            write!(head, "{text} ")
        };
    }

    fn by_template(
        &self,
        template: &Template,
        entry: Entry,
        stream: &Stream,
        line: &str,
        out: &mut impl Write,
    ) -> std::io::Result<()> {
        let fields = json!({
            "Message": line,
            "PodName": stream.pod,
            "ContainerName": stream.container,
            "Namespace": stream.namespace,
            "NodeName": stream.node,
            "Labels": map(&stream.labels),
            "Annotations": map(&stream.annotations),
            "Timestamp": self.time(entry.time, self.timestamps.unwrap_or(Timestamps::Default)),
            "PodColor": self.colour(stream, false).to_string(),
            "ContainerColor": self.colour(stream, true).to_string(),
        });
        match template.write(&fields, Context { colours: self.colours }) {
            Ok(written) => {
                let written = written.strip_suffix('\n').unwrap_or(&written);
                for line in written.split('\n') {
                    // What was JSON may have become what a terminal acts on.
                    if self.terminal {
                        out.write_all(self.shown(line).as_bytes())?;
                    } else {
                        out.write_all(line.as_bytes())?;
                    }
                    out.write_all(b"\n")?;
                }
                Ok(())
            }
            Err(why) => {
                eprintln!("{}", printable(&format!("{}: the template: {why}", stream.pod)));
                Ok(())
            }
        }
    }

    fn time(&self, nanoseconds: i64, form: Timestamps) -> String {
        let stamp = Timestamp::from_nanosecond(i128::from(nanoseconds)).unwrap_or_default();
        let zoned = stamp.to_zoned(self.zone.clone());
        match form {
            Timestamps::Default => zoned.strftime("%Y-%m-%dT%H:%M:%S.%9f%:z").to_string(),
            Timestamps::Short => zoned.strftime("%m-%d %H:%M:%S").to_string(),
        }
    }

    /// A line for a terminal: its own colours where there are any to be, and nothing else that a terminal acts on.
    fn shown(&self, line: &str) -> String {
        let mut out = String::with_capacity(line.len());
        let parts = ansi::parts(line);
        for (range, look) in parts {
            let text = printable(line.get(range).unwrap_or_default());
            let sequence = if self.colours { sgr(look) } else { String::new() };
            out.push_str(&sequence);
            match &self.highlight {
                Some(highlight) if self.colours => {
                    let marked = |found: &regex::Captures<'_>| {
                        format!(
                            "\x1b[7m{}\x1b[27m",
                            found.get(0).map_or("", |found| found.as_str())
                        )
                    };
                    out.push_str(&highlight.replace_all(&text, marked));
                }
                _ => out.push_str(&text),
            }
            if !sequence.is_empty() {
                out.push_str("\x1b[0m");
            }
        }
        out
    }

    fn json(&self, entry: Entry, stream: &Stream, line: &str) -> Value {
        let message = match self.form {
            Form::Extjson | Form::Ppextjson => {
                serde_json::from_str(line).unwrap_or_else(|_| json!(line))
            }
            _ => json!(line),
        };
        let mut object = stream.json();
        object.insert("message".to_owned(), message);
        object.insert("labels".to_owned(), map(&stream.labels));
        object.insert("annotations".to_owned(), map(&stream.annotations));
        if let Some(form) = self.timestamps {
            object.insert("timestamp".to_owned(), json!(self.time(entry.time, form)));
        }
        Value::Object(object)
    }
}

fn wanted(include: &[Pattern], exclude: &[Pattern], line: &str) -> bool {
    !exclude.iter().any(|pattern| pattern.is_match(line))
        && (include.is_empty() || include.iter().any(|pattern| pattern.is_match(line)))
}

/// The expression that is asked for, ready to be evaluated; `None` where it is empty.
fn expression(text: &str) -> Result<Option<(Expression, Evaluator)>, Failure> {
    let Some(expression) = Expression::new(text) else { return Ok(None) };
    let evaluator = Evaluator::new(expression.text()).map_err(|failed| wrong(&failed))?;
    Ok(Some((expression, evaluator)))
}

fn wrong(failed: &Failed) -> Failure {
    match failed {
        Failed::Wrong(why) => Failure::usage(
            format!("the expression: {why}"),
            "--jq '.msg', --jq 'select(.ms > 100)'",
        ),
        Failed::Endless(_) | Failed::Start(_) => Failure::failed(failed.to_string(), None),
    }
}

/// The template that is asked for.
fn template(args: &LogsArgs) -> Result<Option<Template>, Failure> {
    let text = match (&args.template, &args.template_file) {
        (Some(text), _) => text.clone(),
        (None, Some(file)) => std::fs::read_to_string(file).map_err(|error| {
            Failure::failed(format!("cannot read {}: {error}", file.display()), None)
        })?,
        (None, None) => return Ok(None),
    };
    let template = Template::parse(&text);
    let wrong = |why| {
        Failure::usage(format!("the template: {why}"), "kx logs --help says what it may have")
    };
    template.map(Some).map_err(wrong)
}

fn map(pairs: &[(String, String)]) -> Value {
    let pairs = pairs.iter().map(|(key, value)| (key.clone(), json!(value)));
    Value::Object(pairs.collect::<Map<_, _>>())
}

/// The sequence that makes a terminal write so; empty for what it does by itself.
fn sgr(look: ansi::Look) -> String {
    let mut codes = Vec::new();
    let flags = [
        (look.bold, "1"),
        (look.dim, "2"),
        (look.italic, "3"),
        (look.underlined, "4"),
        (look.reversed, "7"),
    ];
    codes.extend(flags.into_iter().filter(|(on, _)| *on).map(|(_, code)| code.to_owned()));
    for (colour, base) in [(look.front, 38), (look.back, 48)] {
        match colour {
            Some(ansi::Colour::Indexed(index)) => codes.push(format!("{base};5;{index}")),
            Some(ansi::Colour::Rgb(red, green, blue)) => {
                codes.push(format!("{base};2;{red};{green};{blue}"));
            }
            None => {}
        }
    }
    if codes.is_empty() { String::new() } else { format!("\x1b[{}m", codes.join(";")) }
}
