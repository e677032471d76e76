//! The page that asks to which revision a release goes back, and shows what that means.

use crate::helm::{About, Loaded, Values, description, read, written};
use crate::kinds::age;
use crate::sheet::{Answer, Facts, Line, Sheet, Span, Subject, Tone, Want, printable};
use crate::store::{Health, Row};

use super::super::several::{known, object};
use super::super::{Change, Complaint, Deed as _, Field, Input, Method, Proposal, Target, preview};
use super::plan::{How, Way};
use super::{Back, about, hook, revisions, status};

/// How many revisions Helm keeps where nobody says otherwise (`HELM_MAX_HISTORY`).
const KEPT: &str = "10";
/// How many live objects are looked at before; of more, only the names are shown.
const LOOKED_AT: usize = 64;
/// How many fields of one object are shown.
const FIELDS: usize = 6;

/// Shows the way back of releases.
#[derive(Debug)]
pub(super) struct Rolling {
    targets: Vec<Target>,
    /// Whether it can only be the revision before.
    previous: bool,
    /// The revision to begin with, where that is not the one before.
    to: Option<i64>,
    answers: Vec<String>,
    /// The change that it takes back, by its id in the journal.
    takes_back: Option<String>,
}

/// What is known of a release and of where it goes.
struct Known<'a> {
    rows: Vec<&'a Row>,
    from: &'a Loaded,
    to: &'a Loaded,
}

impl Rolling {
    pub(super) fn new(targets: Vec<Target>, previous: bool) -> Self {
        let to = match targets.as_slice() {
            [one] => about(one).revision,
            _ => None,
        };
        let previous = previous || targets.len() > 1;
        Self { targets, previous, to, answers: Vec::new(), takes_back: None }
    }

    /// Back to this revision of a release, whatever it is by now, which takes the change of this id back.
    pub(super) fn to_revision(release: Target, revision: i64, id: &str) -> Self {
        Self {
            targets: vec![release],
            previous: false,
            to: Some(revision),
            answers: Vec::new(),
            takes_back: Some(id.to_owned()),
        }
    }

    /// The answer to a field that is there for one release as for several.
    fn answer_to(&self, field: usize) -> &str {
        let field = field + usize::from(!self.previous);
        self.answers.get(field).map_or("", |answer| answer.trim())
    }

    /// The number of the revision to go to.
    fn chosen(&self, rows: &[&Row], about: &About) -> Result<i64, String> {
        let answered = if self.previous { None } else { self.answers.first() };
        let chosen = answered.and_then(|answer| answer.parse().ok()).or(self.to);
        let newest = rows.first().and_then(|row| read::number(row));
        let before = || {
            let mut older = rows.iter().filter_map(|row| read::number(row));
            older.find(|number| Some(*number) < newest)
        };
        chosen.or_else(before).ok_or_else(|| {
            format!("Helm keeps no revision of {} before the newest one", about.name)
        })
    }

    /// The rows of the newest revision and of the one to go to.
    fn pair<'a>(
        &self,
        facts: &Facts<'a>,
        about: &About,
    ) -> Result<(Vec<&'a Row>, &'a Row, &'a Row), String> {
        let rows = revisions(about, facts)?;
        let chosen = self.chosen(&rows, about)?;
        let to = rows.iter().find(|row| read::number(row) == Some(chosen)).copied();
        let to = to.ok_or_else(|| format!("Helm keeps no revision {chosen} of {}", about.name))?;
        let from = rows.first().copied();
        let from = from.ok_or_else(|| format!("Helm keeps no revision of {}", about.name))?;
        Ok((rows, from, to))
    }

    fn known<'a>(&self, facts: &'a Facts<'_>, about: &About) -> Result<Known<'a>, String> {
        let (rows, from, to) = self.pair(facts, about)?;
        let loaded = |row: &Row| {
            let loaded = read::revision(row, facts).known();
            loaded.map_err(|why| why.unwrap_or_else(|| "the revisions are being read".to_owned()))
        };
        Ok(Known { from: loaded(from)?, to: loaded(to)?, rows })
    }

    /// What is done to the objects of a release.
    fn way(&self, facts: &Facts<'_>, target: &Target, known: &Known<'_>) -> Result<Way, String> {
        let back = Back {
            release: release(target),
            to: Ok(known.from.release.version),
            takes_back: self.takes_back.clone(),
        };
        Way::new((known.from, known.to), back, facts.catalog())
    }

    fn how(&self) -> Result<How, Complaint> {
        let shift = usize::from(!self.previous);
        let number = |field: usize, usual: u64| match self.answer_to(field) {
            "" => Ok(usual),
            typed => {
                typed.parse().map_err(|_| Complaint::of(field + shift, "type a number, or nothing"))
            }
        };
        Ok(How {
            hooks: self.answer_to(HOOKS) != "false",
            timeout: number(TIMEOUT, hook::TIMEOUT)?,
            most: usize::try_from(number(MOST, 10)?).unwrap_or(0),
            keep: true,
        })
    }

    fn lines_of(&self, facts: &Facts<'_>, target: &Target) -> Vec<Line> {
        let about = about(target);
        let known = match self.known(facts, &about) {
            Ok(known) => known,
            Err(why) => return vec![warning(&why)],
        };
        let way = match self.way(facts, target, &known) {
            Ok(way) => way,
            Err(why) => return vec![warning(&why)],
        };
        let mut lines = Vec::new();
        if let Some(row) = known.rows.first().filter(|row| is_pending(row)) {
            lines.push(warning(&pending(row)));
        }
        let mut difference =
            written((&known.from.release, &known.to.release), Values::Hidden).into_iter();
        // Title, chart and application; the status of an old revision is no news.
        lines.extend(difference.by_ref().take(3));
        let _ = difference.next();
        let info = &known.to.release.info;
        let mut said = format!("Revision {} was: ", known.to.release.version);
        if let Some(at) = info.last_deployed() {
            age::write_since(at, facts.now(), &mut said);
            said.push_str(" ago, ");
        }
        said.push_str(&printable(&description(&known.to.release, Values::Hidden)));
        lines.push(Line::new(0, [Span::new(said, Tone::Muted)]));
        lines.extend(objects(facts, &way, self.targets.len() == 1));
        if self.answer_to(HOOKS) != "false" {
            for event in ["pre-rollback", "post-rollback"] {
                lines.extend(super::plan_lines::hooks(&known.to.release, event));
            }
        }
        lines.extend(difference);
        lines
    }
}

const HOOKS: usize = 0;
const TIMEOUT: usize = 1;
const MOST: usize = 2;
const ANYWAY: usize = 3;

/// The release of a row of a release or of a revision.
fn release(target: &Target) -> Target {
    Target { name: about(target).name, uid: None, ..target.clone() }
}

fn is_pending(row: &Row) -> bool {
    status(row).starts_with("pending-")
}

fn pending(row: &Row) -> String {
    let revision = read::number(row).unwrap_or_default();
    format!("revision {revision} is {}: another operation may be under way", status(row))
}

fn warning(text: &str) -> Line {
    Line::new(0, [Span::new(printable(text), Tone::State(Health::Warning))])
}

/// Whether a live object can be looked at as it will be written: in another version it looks another way.
fn can_look(facts: &Facts<'_>, target: &Target) -> bool {
    let resource = &target.resource;
    facts
        .catalog()
        .by_plural(&resource.group, &resource.plural)
        .is_some_and(|usual| usual.version == resource.version)
}

/// What becomes of each object.
fn objects(facts: &Facts<'_>, way: &Way, alone: bool) -> Vec<Line> {
    let mut lines = vec![Line::default(), Line::new(0, [Span::new("Objects", Tone::Heading)])];
    let mut same = 0;
    let say = |lines: &mut Vec<Line>, sign: &'static str, tone, target: &Target, words: &str| {
        let spans = [
            Span::new(sign, tone),
            Span::new(format!("{}  ", target.short()), Tone::Strong),
            Span::new(printable(words), Tone::Muted),
        ];
        lines.push(Line::new(2, spans));
    };
    for (at, (target, apply)) in way.apply.iter().enumerate() {
        if !alone || at >= LOOKED_AT || !can_look(facts, target) {
            say(&mut lines, "~ ", Tone::Muted, target, "applied");
            continue;
        }
        let live = match facts.get(&object(target)) {
            Answer::Object(None) => &serde_json::Value::Null,
            Answer::Failed(why) => {
                say(&mut lines, "? ", Tone::State(Health::Warning), target, why);
                continue;
            }
            _ => match known(facts, target) {
                Some(live) => live,
                None => {
                    say(&mut lines, "… ", Tone::Muted, target, "");
                    continue;
                }
            },
        };
        match apply.call(target, live) {
            Err(why) => say(&mut lines, "? ", Tone::State(Health::Warning), target, &why),
            Ok(None) => same += 1,
            Ok(Some(call)) if call.method == Method::Create => {
                say(&mut lines, "+ ", Tone::Added, target, "made");
            }
            Ok(Some(call)) => {
                say(&mut lines, "~ ", Tone::Health(Health::Changing), target, "changed");
                let fields = preview::lines(target, live, &call);
                let more = fields.len().saturating_sub(FIELDS);
                lines.extend(fields.into_iter().take(FIELDS).map(|mut line| {
                    line.indent += 4;
                    line
                }));
                if more > 0 {
                    let text = format!("… and {more} fields more");
                    lines.push(Line::new(6, [Span::new(text, Tone::Muted)]));
                }
            }
        }
    }
    for target in &way.remove {
        say(&mut lines, "− ", Tone::Removed, target, "deleted");
    }
    for target in &way.keep {
        say(&mut lines, "  ", Tone::Muted, target, "stays: its resource policy says keep");
    }
    if same > 0 {
        let text = format!(
            "{same} {} as they are",
            if same == 1 { "object stays" } else { "objects stay" }
        );
        lines.push(Line::new(2, [Span::new(text, Tone::Muted)]));
    }
    lines
}

impl Subject for Rolling {
    fn crumbs(&self) -> Vec<String> {
        vec![super::super::together(&self.targets), "rollback".to_owned()]
    }

    fn wants(&self, facts: &Facts<'_>) -> Vec<Want> {
        let mut wants = Vec::new();
        for target in &self.targets {
            let about = about(target);
            wants.push(read::revisions(&about));
            let Ok((_, from, to)) = self.pair(facts, &about) else { continue };
            wants.extend([from, to].into_iter().filter_map(read::stored));
            let Ok(known) = self.known(facts, &about) else { continue };
            if self.targets.len() == 1
                && let Ok(way) = self.way(facts, target, &known)
            {
                let targets = way.apply.iter().map(|(target, _)| target).take(LOOKED_AT);
                wants.extend(targets.filter(|target| can_look(facts, target)).map(object));
            }
        }
        wants
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        super::sheet(&self.targets, |target| self.lines_of(facts, target))
    }

    fn proposal(&self) -> Option<&dyn Proposal> {
        Some(self)
    }

    fn proposal_mut(&mut self) -> Option<&mut dyn Proposal> {
        Some(self)
    }
}

impl Proposal for Rolling {
    fn title(&self) -> String {
        match self.targets.as_slice() {
            [one] => format!("Roll back release {}", about(one).name),
            all => format!("Roll back {} releases, each to the revision before", all.len()),
        }
    }

    fn verb(&self) -> String {
        "roll back".to_owned()
    }

    fn fields(&self, facts: &Facts<'_>) -> Vec<Field> {
        let mut fields = Vec::new();
        let rows = |target| revisions(&about(target), facts).unwrap_or_default();
        if let ([target], false) = (self.targets.as_slice(), self.previous) {
            let rows = rows(target);
            let numbers: Vec<i64> = rows.iter().filter_map(|row| read::number(row)).collect();
            let wanted = self.to.or_else(|| numbers.get(1).copied());
            let at = numbers.iter().position(|number| Some(*number) == wanted).unwrap_or(0);
            fields.push(Field {
                label: "to revision".to_owned(),
                input: Input::Choice(numbers.iter().map(ToString::to_string).collect(), at),
                hint: "left and right choose".to_owned(),
            });
        }
        let kept = "0 for all, as many as Helm keeps otherwise";
        fields.push(Field::switch("run hooks", true, "before and after"));
        fields.push(Field::text("timeout", hook::TIMEOUT.to_string(), "seconds for each hook"));
        fields.push(Field::text("revisions kept", KEPT, kept));
        if self.targets.iter().any(|target| rows(target).first().is_some_and(|row| is_pending(row)))
        {
            let hint = "only if that operation is over: it was interrupted";
            fields.push(Field::switch("go on all the same", false, hint));
        }
        fields
    }

    fn answer(&mut self, answers: Vec<String>) {
        self.answers = answers;
    }

    fn changes(&self, facts: &Facts<'_>) -> Result<Vec<Change>, Complaint> {
        let how = self.how()?;
        let mut changes = Vec::new();
        let names = self.targets.iter().map(|target| (about(target).name, &target.namespace));
        let mut names: Vec<_> = names.collect();
        names.sort();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err("several revisions of one release are marked: mark the one to go back to"
                .to_owned()
                .into());
        }
        for target in &self.targets {
            let known = self.known(facts, &about(target))?;
            if let Some(row) = known.rows.first().filter(|row| is_pending(row))
                && self.answer_to(ANYWAY) != "true"
            {
                let field = ANYWAY + usize::from(!self.previous);
                return Err(Complaint::of(field, format!("{}; nothing is done", pending(row))));
            }
            let way = self.way(facts, target, &known)?;
            let pair = (known.from, known.to);
            changes.extend(way.steps(pair, &known.rows, how, facts.catalog())?);
        }
        Ok(changes)
    }
}
