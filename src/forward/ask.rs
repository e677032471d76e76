//! What is asked before a forward begins.

use serde_json::Value;

use crate::change::{Change, Complaint, Field, Proposal, Target};
use crate::sheet::{Facts, Line, Sheet, Span, Subject, Tone, Want};
use crate::store::Health;

use super::above::above;
use super::{LOCALHOST, Local, Offered, Remote, Start, Wanted, offered};

/// The labels of the fields, by which their answers are found again.
const PORT: &str = "port";
const NUMBER: &str = "its port";
const LOCAL: &str = "local port";
const ADDRESS: &str = "address";
const KEEP: &str = "keep";
const OF: &str = "saved for";

/// The option that stands for a port that is not offered.
const ANOTHER: &str = "another";
/// How long a forward lasts, as [`Start`] says it.
const KEEPS: [(&str, Start); 3] = [
    ("until kx ends", Start::Never),
    ("saved", Start::Asked),
    ("saved, starts by itself", Start::Itself),
];

/// Asks which port, to which local one, and for how long.
#[derive(Debug)]
pub struct Forwarding {
    target: Target,
    /// Local ports that other forwards have.
    taken: Vec<u16>,
    answers: Vec<String>,
}

impl Forwarding {
    /// Asks about a forward to this object; `taken` are the local ports that other forwards have.
    pub fn new(target: Target, taken: Vec<u16>) -> Self {
        Self { target, taken, answers: Vec::new() }
    }

    fn want(&self) -> Want {
        want(&self.target)
    }

    fn object<'a>(&self, facts: &'a Facts<'_>) -> Option<&'a Value> {
        facts.object(&self.want())
    }

    fn offered(&self, facts: &Facts<'_>) -> Vec<Offered> {
        self.object(facts).map(offered).unwrap_or_default()
    }

    /// The answer to the first field, where it is one of the offered ports; the first of them before anything is answered.
    fn chosen<'a>(&self, all: &'a [Offered]) -> Option<&'a Offered> {
        match self.answers.first() {
            Some(answer) => all.iter().find(|port| port.words() == *answer),
            None => all.first(),
        }
    }

    fn given(&self, fields: &[Field], label: &str) -> Option<(usize, String)> {
        let at = fields.iter().position(|field| field.label == label)?;
        let answer = self.answers.get(at).cloned().unwrap_or_else(|| fields[at].begins());
        Some((at, answer.trim().to_owned()))
    }

    /// The local port that is offered.
    fn suggested(&self, number: u16) -> u16 {
        let Local::Near(from) = Local::beside(number) else { return number };
        (from..=u16::MAX).find(|port| !self.taken.contains(port)).unwrap_or(from)
    }

    /// How long it lasts, as far as that is answered.
    fn keeps(&self, fields: &[Field]) -> Start {
        let (_, keep) = self.given(fields, KEEP).unwrap_or_default();
        KEEPS.iter().find(|(word, _)| *word == keep).map_or(Start::Never, |(_, start)| *start)
    }

    /// Whether it is of a pod, whose name goes with it, and is there again the next time.
    fn outlives(&self, fields: &[Field]) -> bool {
        self.target.resource.is("", "pods") && self.keeps(fields) != Start::Never
    }

    /// What is asked for.
    fn wanted(&self, facts: &Facts<'_>) -> Result<(Wanted, Start), Complaint> {
        if self.object(facts).is_none() {
            return Err(format!("{} is not read yet", self.target.short()).into());
        }
        let all = self.offered(facts);
        let fields = self.fields(facts);
        let remote = match self.chosen(&all) {
            Some(port) => port.remote(),
            None => {
                let (at, text) = self.given(&fields, NUMBER).unwrap_or_default();
                if text.is_empty() {
                    return Err(Complaint::of(at, "which port? its number, or its name"));
                }
                Remote::parse(&text).map_err(|why| Complaint::of(at, why))?
            }
        };
        let (at, text) = self.given(&fields, LOCAL).unwrap_or_default();
        let begins = fields.get(at).map(Field::begins).unwrap_or_default();
        let local = match text.as_str() {
            "" | "0" => Local::Any,
            text => match text.parse() {
                // What was only offered need not be that one.
                Ok(port) if text == begins => Local::Near(port),
                Ok(port) => Local::Exactly(port),
                Err(_) => {
                    return Err(Complaint::of(
                        at,
                        "a number up to 65535; empty for any that is free",
                    ));
                }
            },
        };
        let (at, address) = self.given(&fields, ADDRESS).unwrap_or_default();
        Wanted::check_address(&address).map_err(|why| Complaint::of(at, why))?;
        let start = self.keeps(&fields);
        let above = above(&self.target, facts).1;
        let (_, of) = self.given(&fields, OF).unwrap_or_default();
        let target = above.filter(|above| above.short() == of);
        let target = target.unwrap_or_else(|| self.target.clone());
        Ok((Wanted { target, address, local, remote }, start))
    }

    /// What happens, in lines that are whole on a narrow screen.
    fn means(target: &Target) -> [&'static str; 2] {
        if target.resource.is("", "pods") {
            [
                "Connections go to this pod. Once it is gone, they go",
                "to another ready one of what made it.",
            ]
        } else {
            ["Connections go to a ready pod, and to another one", "once that is gone."]
        }
    }
}

/// What must be read of an object.
pub(super) fn want(target: &Target) -> Want {
    Want::Object {
        group: target.resource.group.clone(),
        resource: target.resource.plural.clone(),
        namespace: target.namespace.clone(),
        name: target.name.clone(),
    }
}

impl Subject for Forwarding {
    fn crumbs(&self) -> Vec<String> {
        vec![self.target.name.clone(), "port-forward".to_owned()]
    }

    fn wants(&self, facts: &Facts<'_>) -> Vec<Want> {
        let mut wants = vec![self.want()];
        if self.outlives(&self.fields(facts)) {
            wants.extend(above(&self.target, facts).0);
        }
        wants
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let wanted = self.wanted(facts);
        let means = Self::means(wanted.as_ref().map_or(&self.target, |(wanted, _)| &wanted.target));
        let muted = |line: &str| Line::new(0, [Span::new(line, Tone::Muted)]);
        let mut lines: Vec<Line> = means.into_iter().map(muted).collect();
        if let Ok((wanted, _)) = wanted {
            let local = match wanted.local {
                Local::Any | Local::Same => "any free port".to_owned(),
                Local::Near(port) => format!("{}:{port}, or the next that is free", wanted.address),
                Local::Exactly(port) => format!("{}:{port}", wanted.address),
            };
            lines.push(Line::default());
            let arrow = Span::new("→ ", Tone::Faint);
            lines.push(Line::new(0, [Span::new(local, Tone::Strong)]));
            lines.push(Line::new(2, [arrow, Span::new(wanted.words(), Tone::Text)]));
            if wanted.address != LOCALHOST && !is_loopback(&wanted.address) {
                let why = "whoever reaches this machine there reaches the pod";
                lines.push(Line::new(0, [Span::new(why, Tone::State(Health::Warning))]));
            }
        }
        Sheet { lines, changes_in: None }
    }

    fn proposal(&self) -> Option<&dyn Proposal> {
        Some(self)
    }

    fn proposal_mut(&mut self) -> Option<&mut dyn Proposal> {
        Some(self)
    }
}

fn is_loopback(address: &str) -> bool {
    address.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

impl Proposal for Forwarding {
    fn title(&self) -> String {
        format!("Forward a port to {}", self.target.short())
    }

    fn verb(&self) -> String {
        "forward".to_owned()
    }

    fn fields(&self, facts: &Facts<'_>) -> Vec<Field> {
        let all = self.offered(facts);
        let mut fields = Vec::new();
        if !all.is_empty() {
            let words: Vec<String> = all.iter().map(Offered::words).collect();
            let options: Vec<&str> = words.iter().map(String::as_str).chain([ANOTHER]).collect();
            fields.push(Field::choice(PORT, &options, "what it offers"));
        }
        let chosen = self.chosen(&all);
        if chosen.is_none() {
            fields.push(Field::text(NUMBER, "", "number or name"));
        }
        let typed = || match Remote::parse(self.answers.get(usize::from(!all.is_empty()))?.trim()) {
            Ok(Remote::Number(port)) => Some(port),
            _ => None,
        };
        let number = chosen.map(|port| port.number).or_else(typed);
        let local = number.map(|number| self.suggested(number).to_string()).unwrap_or_default();
        fields.push(Field::text(LOCAL, local, "empty for any that is free"));
        fields.push(Field::text(
            ADDRESS,
            LOCALHOST,
            "where is listened: this machine alone, or 0.0.0.0 for all",
        ));
        fields.push(Field::choice(
            KEEP,
            &KEEPS.map(|(word, _)| word),
            "as long as kx runs, or the next time too",
        ));
        if self.outlives(&fields)
            && let (_, Some(above)) = above(&self.target, facts)
        {
            let options = [above.short(), self.target.short()];
            let options: Vec<&str> = options.iter().map(String::as_str).collect();
            fields.push(Field::choice(OF, &options, "a pod's name goes with it"));
        }
        fields
    }

    fn answer(&mut self, answers: Vec<String>) {
        self.answers = answers;
    }

    fn forward(&self, facts: &Facts<'_>) -> Option<(Wanted, Start)> {
        self.wanted(facts).ok()
    }

    fn changes(&self, facts: &Facts<'_>) -> Result<Vec<Change>, Complaint> {
        self.wanted(facts).map(|_| Vec::new())
    }
}
