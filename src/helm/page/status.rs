//! The page of a release: how it is doing, what belongs to it, and its history.

use crate::kinds::Cell;
use crate::sheet::{Facts, Go, Line, Sheet, Span, Subject, Tone, Want, printable};
use crate::store::{Health, Row};

use super::super::notes::notes;
use super::super::{Loaded, Release, Status as Word, Values};
use super::objects::{self, Missing};
use super::read::{self, Known, found, number, object, revisions, rows, said, stored, wanted};
use super::{About, Page, write};

/// How many revisions are listed; the table of them has all.
const HISTORY: usize = 12;
/// How many lines of the notes are shown; their own page has all.
const NOTES: usize = 12;

/// The page of a release.
#[derive(Debug)]
pub(super) struct Status {
    about: About,
    shows: Values,
}

impl Status {
    pub(super) fn new(about: About) -> Self {
        Self { about, shows: Values::Hidden }
    }

    /// The facts of a revision, and where its pages are.
    fn head(&self, row: &Row, rows: &[&Row], facts: &Facts<'_>, out: &mut Writing) {
        let revision = number(row).unwrap_or_default();
        let cell = |column| said(row, column).text(facts.now());
        let mut title = vec![
            write::span(format!("{}  ", printable(&self.about.name)), Tone::Strong),
            write::span(cell("STATUS"), Tone::State(row.health)),
        ];
        let newest = rows.first().copied().and_then(number);
        if let Some(newest) = newest.filter(|newest| *newest != revision) {
            title.push(write::span(format!("  the newest revision is {newest}"), Tone::Muted));
        }
        out.lines.push(Line::new(0, title));
        out.field("Namespace", &self.about.namespace);
        out.field("Revision", &revision.to_string());
        out.field("Chart", &cell("CHART"));
        out.field("App version", &cell("APP VERSION"));
        if let Cell::Age(at) = said(row, "UPDATED") {
            out.time("Updated", at, facts.now());
        }
        out.field("Description", &self.description(row, facts));
        if let Some((group, resource, namespace, name)) = object(row) {
            let value = vec![write::span(format!("{resource}/{name}"), Tone::Text)];
            out.lines.push(write::field("Stored in", value).go(Go::Object {
                group: group.into(),
                resource: resource.into(),
                namespace: namespace.into(),
                name: name.into(),
            }));
        }
    }

    /// What Helm says of a revision; what is secret in it is masked in its row.
    fn description(&self, row: &Row, facts: &Facts<'_>) -> String {
        match read::revision(row, facts) {
            Known::There(loaded) if self.shows == Values::Shown => {
                loaded.release.info.description.clone()
            }
            _ => said(row, "DESCRIPTION").text(facts.now()),
        }
    }

    /// What else there is to see of a revision, each a line that leads there.
    fn pages(&self, row: &Row, rows: &[&Row], release: &Release, out: &mut Writing) {
        let revision = number(row).unwrap_or_default();
        let before = rows.iter().filter_map(|row| number(row)).find(|other| *other < revision);
        out.heading("More", Vec::new());
        let given = release.config.len();
        let values = match given {
            0 => "none were given".to_owned(),
            1 => "one was given".to_owned(),
            _ => format!("{given} were given"),
        };
        let diff =
            before.map(|before| (Page::Diff(None), "changes", format!("since revision {before}")));
        let pages = [
            (Page::Values, "values", values),
            (Page::AllValues, "all values", "the chart's own among them".to_owned()),
            (Page::Manifest, "manifest", "what was rendered".to_owned()),
        ];
        for (page, title, note) in pages.into_iter().chain(diff) {
            let spans =
                [write::span(format!("{title:<12}"), Tone::Text), write::span(note, Tone::Muted)];
            let line = Line::new(2, spans);
            out.lines.push(line.go(Go::Command(self.about.line(page, revision))));
        }
    }

    fn objects(&self, loaded: &Loaded, is_newest: bool, facts: &Facts<'_>, out: &mut Writing) {
        let release = &loaded.release;
        if release.info.status == "uninstalled" {
            let note = vec![write::span("  deleted when it was uninstalled", Tone::Muted)];
            return out.heading("Objects", note);
        }
        let (objects, damaged) = self.wanted(loaded, facts);
        let missing = match Word(&release.info.status).health() {
            _ if !is_newest => Missing::Past,
            Health::Changing => Missing::Changing,
            _ => Missing::Broken,
        };
        let seen = objects::seen(&objects, facts, missing);
        let mut note = vec![write::span(format!("  {}", objects.len()), Tone::Number)];
        for health in [Health::Broken, Health::Warning, Health::Changing] {
            let count = seen.iter().flatten().filter(|seen| seen.health == health).count();
            if count > 0 {
                note.push(write::span("  ", Tone::Text));
                note.push(write::span(count.to_string(), Tone::State(health)));
            }
        }
        out.heading("Objects", note);
        let widths = objects::widths(&objects);
        let lines = objects.iter().zip(&seen);
        out.lines.extend(lines.map(|(object, seen)| object.line(seen.as_ref(), widths)));
        for why in damaged {
            let why = write::span(printable(&why), Tone::State(Health::Warning));
            out.lines.push(Line::new(2, [why]));
        }
        if !release.hooks.is_empty() {
            out.heading("Hooks", Vec::new());
            for hook in &release.hooks {
                let text = format!("{} {}  ", hook.kind, hook.name);
                let mut when = hook.events.join(", ");
                if !hook.last_run.phase.is_empty() {
                    when = format!("{when}  {}", hook.last_run.phase);
                }
                let spans = [
                    write::span(printable(&text), Tone::Text),
                    write::span(printable(&when), Tone::Muted),
                ];
                out.lines.push(Line::new(2, spans));
            }
        }
    }

    fn wanted(&self, loaded: &Loaded, facts: &Facts<'_>) -> (Vec<objects::Wanted>, Vec<String>) {
        let release = &loaded.release;
        let stated = (!release.namespace.is_empty()).then_some(release.namespace.as_str());
        let namespace = stated.unwrap_or(&self.about.namespace);
        objects::of(&loaded.documents, namespace, facts.catalog())
    }

    fn history(&self, rows: &[&Row], revision: i64, facts: &Facts<'_>, out: &mut Writing) {
        let note = vec![write::span(format!("  {}", rows.len()), Tone::Number)];
        out.heading("History", note);
        for row in rows.iter().take(HISTORY) {
            let number = number(row).unwrap_or_default();
            let cell = |column| printable(&said(row, column).text(facts.now()));
            let tone = if number == revision { Tone::Strong } else { Tone::Number };
            let age = match said(row, "UPDATED") {
                Cell::Age(at) => out.ago(at, facts.now()),
                _ => String::new(),
            };
            let spans = [
                write::span(format!("{number:>4}  "), tone),
                write::span(cell("STATUS"), Tone::State(row.health)),
                write::span(format!("  {}  {}  ", cell("CHART"), cell("APP VERSION")), Tone::Text),
                write::span(format!("{age}  {}", cell("DESCRIPTION")), Tone::Muted),
            ];
            let line = self.about.line(Page::Status, number);
            out.lines.push(Line::new(0, spans).go(Go::Command(line)));
        }
        let About { name, namespace, .. } = &self.about;
        let all = match rows.len().saturating_sub(HISTORY) {
            0 => "as a table".to_owned(),
            more => format!("… and {more} more"),
        };
        let all = Line::new(2, [write::span(all, Tone::Muted)]);
        out.lines.push(all.go(Go::Command(format!("helm-history {name} -n {namespace}"))));
    }

    fn notes(&self, release: &Release, revision: i64, out: &mut Writing) {
        let notes = notes(release, self.shows);
        let notes = notes.trim_matches('\n');
        if notes.trim().is_empty() {
            return;
        }
        out.heading("Notes", Vec::new());
        let count = notes.lines().count();
        let shown: Vec<&str> = notes.lines().take(NOTES).collect();
        out.lines.extend(write::plain(&shown.join("\n"), 2));
        if count > NOTES {
            let more = format!("… and {} more lines", count - NOTES);
            let line = self.about.line(Page::Notes, revision);
            out.lines.push(Line::new(2, [write::span(more, Tone::Muted)]).go(Go::Command(line)));
        }
    }
}

impl Subject for Status {
    fn crumbs(&self) -> Vec<String> {
        self.about.crumbs(Page::Status)
    }

    fn release(&self) -> Option<&About> {
        Some(&self.about)
    }

    fn revealed(&self) -> Option<bool> {
        Some(self.shows == Values::Shown)
    }

    fn reveal(&mut self, reveal: bool) {
        self.shows = if reveal { Values::Shown } else { Values::Hidden };
    }

    fn wants(&self, facts: &Facts<'_>) -> Vec<Want> {
        let mut wants = vec![revisions(&self.about)];
        let Known::There(rows) = rows(&self.about, facts) else { return wants };
        let Known::There(row) = wanted(&self.about, &rows) else { return wants };
        wants.extend(stored(row));
        if let Known::There(loaded) = read::revision(row, facts)
            && loaded.release.info.status != "uninstalled"
        {
            let (objects, _) = self.wanted(loaded, facts);
            for want in objects.iter().filter_map(objects::Wanted::want) {
                if !wants.contains(want) {
                    wants.push(want.clone());
                }
            }
        }
        wants
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let (rows, row) = match found(&self.about, facts) {
            Ok(found) => found,
            Err(instead) => return instead,
        };
        let revision = number(row).unwrap_or_default();
        let is_newest = rows.first().is_some_and(|newest| newest.uid == row.uid);
        let mut out = Writing::default();
        self.head(row, &rows, facts, &mut out);
        match read::revision(row, facts) {
            Known::There(loaded) => {
                self.pages(row, &rows, &loaded.release, &mut out);
                self.objects(loaded, is_newest, facts, &mut out);
                self.history(&rows, revision, facts, &mut out);
                self.notes(&loaded.release, revision, &mut out);
            }
            Known::Not(why) => {
                out.lines.push(Line::default());
                let why = write::span(printable(&why), Tone::State(Health::Broken));
                out.lines.push(Line::new(0, [why]));
                self.history(&rows, revision, facts, &mut out);
            }
            Known::Loading => {
                out.lines.push(Line::default());
                out.lines.push(Line::new(0, [write::span("reading …", Tone::Muted)]));
            }
        }
        Sheet { lines: out.lines, changes_in: out.changes_in }
    }
}

/// A page as it is being written.
#[derive(Default)]
struct Writing {
    lines: Vec<Line>,
    changes_in: Option<i64>,
}

impl Writing {
    fn field(&mut self, label: &str, value: &str) {
        self.lines.push(write::field(label, vec![write::span(printable(value), Tone::Text)]));
    }

    fn heading(&mut self, title: &str, note: Vec<Span>) {
        self.lines.extend(write::heading(title, note));
    }

    fn ago(&mut self, at: i64, now: i64) -> String {
        let (text, changes) = write::ago(at, now);
        self.changes_in = Some(self.changes_in.map_or(changes, |soonest| soonest.min(changes)));
        text
    }

    fn time(&mut self, label: &str, at: i64, now: i64) {
        let mut text = self.ago(at, now);
        if let Ok(time) = jiff::Timestamp::from_second(at) {
            text = format!("{time} ({text})");
        }
        self.field(label, &text);
    }
}
