//! Events that say the same, counted together: what goes wrong first, each newest first.
//!
//! The API server keeps repetitions of one event as one object; this is about several objects, which differ in nothing but when they were
//! written and by which process. The table of events shows every object; here a line says how many it stands for.

use std::collections::HashMap;

use crate::kinds::{Cell, Value, age, modelled};
use crate::sheet::{Facts, Go, Line, Sheet, Span, Subject, Tone, Want};
use crate::store::{Health, Relation, Row, Str, To};

/// How many groups are written under each heading; more are counted.
const MOST: usize = 1_000;

/// The page of the events of some namespaces, of all where there are none.
pub fn grouped(namespaces: Vec<String>) -> Box<dyn Subject> {
    Box::new(Grouped { namespaces })
}

#[derive(Debug)]
struct Grouped {
    namespaces: Vec<String>,
}

/// Where the cells of a row are that this is about.
struct Cells {
    kind: Value,
    reason: Value,
    object: Value,
    message: Value,
    count: Value,
    last: Value,
}

/// Events that say the same.
struct Group<'a> {
    row: &'a Row,
    objects: usize,
    times: i64,
    last: i64,
}

impl Subject for Grouped {
    fn crumbs(&self) -> Vec<String> {
        let mut crumbs = vec!["events, grouped".to_owned()];
        crumbs.extend((!self.namespaces.is_empty()).then(|| self.namespaces.join(",")));
        crumbs
    }

    fn wants(&self, _facts: &Facts<'_>) -> Vec<Want> {
        let want = |namespace: &str| Want::Rows {
            group: String::new(),
            resource: "events".to_owned(),
            namespace: namespace.to_owned(),
            labels: String::new(),
            fields: String::new(),
        };
        if self.namespaces.is_empty() {
            return vec![want("")];
        }
        self.namespaces.iter().map(|namespace| want(namespace)).collect()
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let Some(cells) = Cells::find() else { return Sheet::default() };
        let lists: Vec<_> = self.wants(facts).iter().map(|want| facts.rows(want)).collect();
        let loading = lists.iter().any(Option::is_none);
        let rows: Vec<&Row> = lists.into_iter().flatten().flatten().collect();
        let all = groups(&rows, &cells);
        let (warnings, others): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|group| group.row.health >= Health::Warning);
        let mut page = Page { lines: Vec::new(), changes_in: None, now: facts.now(), cells };
        if loading {
            let text = Span::new("reading events …", Tone::State(Health::Changing));
            page.lines.push(Line::new(0, [text]));
        } else if rows.is_empty() {
            page.lines.push(Line::new(0, [Span::new("no events", Tone::Muted)]));
        }
        page.section("Warnings", &warnings, !self.one_namespace());
        page.section("Others", &others, !self.one_namespace());
        Sheet { lines: page.lines, changes_in: page.changes_in }
    }
}

impl Grouped {
    fn one_namespace(&self) -> bool {
        self.namespaces.len() == 1
    }
}

impl Cells {
    /// The cells by their columns' names.
    fn find() -> Option<Self> {
        let columns = &modelled("", "events")?.columns;
        let of = |name: &str| columns.iter().find(|c| c.name == name).map(|c| c.value);
        Some(Self {
            kind: of("TYPE")?,
            reason: of("REASON")?,
            object: of("OBJECT")?,
            message: of("MESSAGE")?,
            count: of("COUNT")?,
            last: of("LAST SEEN")?,
        })
    }
}

fn cell(value: Value, row: &Row) -> &Cell {
    const NONE: &Cell = &Cell::None;
    match value {
        Value::Cell(i) => row.cells.get(usize::from(i)).unwrap_or(NONE),
        _ => NONE,
    }
}

fn text(value: Value, row: &Row) -> &str {
    match cell(value, row) {
        Cell::Text(text) => text,
        _ => "",
    }
}

fn last_seen(cells: &Cells, row: &Row) -> i64 {
    match cell(cells.last, row) {
        Cell::Age(at) => *at,
        _ => age::UNKNOWN,
    }
}

/// The groups, newest first.
fn groups<'a>(rows: &[&'a Row], cells: &Cells) -> Vec<Group<'a>> {
    let mut found: HashMap<[&str; 5], Group<'a>> = HashMap::new();
    for &row in rows {
        let of = |value| text(value, row);
        let key: [&str; 5] = [
            &row.namespace,
            of(cells.object),
            of(cells.reason),
            of(cells.message),
            of(cells.kind),
        ];
        let last = last_seen(cells, row);
        let times = match cell(cells.count, row) {
            Cell::Int(n) => (*n).max(1),
            _ => 1,
        };
        let group = found.entry(key).or_insert(Group { row, objects: 0, times: 0, last });
        group.objects += 1;
        group.times = group.times.saturating_add(times);
        if last >= group.last {
            group.last = last;
            group.row = row;
        }
    }
    let mut all: Vec<_> = found.into_iter().collect();
    // Of what was seen at the same time the order must not change from one writing to the next.
    all.sort_unstable_by(|(a, x), (b, y)| y.last.cmp(&x.last).then_with(|| a.cmp(b)));
    all.into_iter().map(|(_, group)| group).collect()
}

struct Page {
    lines: Vec<Line>,
    changes_in: Option<i64>,
    now: i64,
    cells: Cells,
}

impl Page {
    fn section(&mut self, title: &str, groups: &[Group<'_>], namespaces: bool) {
        if groups.is_empty() {
            return;
        }
        let objects: usize = groups.iter().map(|group| group.objects).sum();
        let title = [
            Span::new(title, Tone::Heading),
            Span::new(format!("  {}", counted(groups.len(), objects)), Tone::Muted),
        ];
        self.lines.push(Line::new(0, title));
        let shown = &groups[..groups.len().min(MOST)];
        let reason = width(shown.iter().map(|g| text(self.cells.reason, g.row)), 24);
        let object = width(shown.iter().map(|g| text(self.cells.object, g.row)), 48);
        let namespace = width(shown.iter().map(|g| &*g.row.namespace), 32);
        for group in shown {
            let row = group.row;
            let mut seen = String::new();
            age::write_since(group.last, self.now, &mut seen);
            if group.last != age::UNKNOWN {
                let in_ = age::changes_in(self.now.saturating_sub(group.last));
                self.changes_in = Some(self.changes_in.map_or(in_, |other| other.min(in_)));
            }
            let times = format!("×{}", group.times);
            let mut spans = vec![
                Span::new(format!("{seen:>6}  "), Tone::Muted),
                Span::new(format!("{times:>6}  "), Tone::Number),
                Span::new(padded(text(self.cells.reason, row), reason), Tone::Health(row.health)),
            ];
            if namespaces {
                spans.push(Span::new(padded(&row.namespace, namespace), Tone::Text));
            }
            spans.push(Span::new(padded(text(self.cells.object, row), object), Tone::Strong));
            let message: Vec<&str> = text(self.cells.message, row).split_whitespace().collect();
            spans.push(Span::new(message.join(" "), Tone::Text));
            let line = Line::new(2, spans);
            self.lines.push(Line { go: about(row), ..line });
        }
        if groups.len() > MOST {
            let more = format!("{} more", groups.len() - MOST);
            self.lines.push(Line::new(2, [Span::new(more, Tone::Muted)]));
        }
    }
}

/// `2 different, of 3 events`.
fn counted(groups: usize, events: usize) -> String {
    match (groups, events) {
        (_, 1) => "1 event".to_owned(),
        (groups, events) if groups == events => format!("{events} events, all different"),
        (groups, events) => format!("{events} events, {groups} different"),
    }
}

/// The width of a column and the blanks behind it.
fn width<'a>(texts: impl Iterator<Item = &'a str>, most: usize) -> usize {
    texts.map(|text| text.chars().count()).max().unwrap_or(0).min(most) + 2
}

/// Text of one line with blanks behind it, one at least.
fn padded(text: &str, width: usize) -> String {
    let text: String =
        text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    let blanks = width.saturating_sub(text.chars().count()).max(1);
    format!("{text}{}", " ".repeat(blanks))
}

/// The object that an event is about.
fn about(row: &Row) -> Option<Go> {
    let link = row.links.iter().find(|link| link.relation == Relation::About)?;
    let (namespace, name): (&Str, &Str) = match &link.to {
        To::Uid { namespace, name, .. } | To::Name { namespace, name } => (namespace, name),
        To::Labels { .. } => return None,
    };
    Some(Go::Object {
        group: link.group.clone(),
        resource: link.resource.clone(),
        namespace: namespace.clone(),
        name: name.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::testing::{NOW, rows};

    fn event(name: &str, about: &str, reason: &str, count: u32, minute: u32, kind: &str) -> Row {
        let yaml = format!(
            "{{metadata: {{name: {name}, namespace: shop}}, type: {kind}, reason: {reason}, message: \"it  said\\nso\", count: {count},
               involvedObject: {{kind: Pod, namespace: shop, name: {about}, uid: 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0}},
               lastTimestamp: 2026-01-15T11:{minute:02}:00Z}}"
        );
        rows::<super::super::This>(&yaml).rows.remove(0)
    }

    fn sheet(rows: &[Row]) -> Sheet {
        let catalog = crate::kinds::Catalog::default();
        let answers = HashMap::new();
        let find = |_: &Want| Some(rows.iter().collect::<Vec<_>>());
        grouped(vec!["shop".to_owned()]).sheet(&Facts::new(&answers, &find, &catalog, NOW))
    }

    #[test]
    fn what_says_the_same_is_one_line_and_warnings_come_first() {
        let events = [
            event("a", "web-0", "BackOff", 5, 50, "Warning"),
            event("b", "web-0", "BackOff", 2, 58, "Warning"),
            event("c", "web-1", "BackOff", 1, 59, "Warning"),
            event("d", "web-0", "Pulled", 1, 55, "Normal"),
        ];
        let sheet = sheet(&events);
        assert_eq!(
            sheet.text(),
            "Warnings  3 events, 2 different
     60s      ×1  BackOff  pod/web-1  it said so
      2m      ×7  BackOff  pod/web-0  it said so
Others  1 event
      5m      ×1  Pulled  pod/web-0  it said so
"
        );
        assert_eq!(sheet.changes_in, Some(1));
        let Some(Go::Object { resource, name, .. }) = &sheet.lines[2].go else { panic!() };
        assert_eq!((&**resource, &**name), ("Pod", "web-0"));
    }

    #[test]
    fn what_is_not_there_is_said() {
        assert_eq!(sheet(&[]).text(), "no events\n");
        let catalog = crate::kinds::Catalog::default();
        let answers = HashMap::new();
        let facts = Facts::new(&answers, &|_| None, &catalog, NOW);
        assert!(grouped(Vec::new()).sheet(&facts).text().contains("reading events"));
    }

    #[test]
    fn bare_events_are_written_too() {
        let bare = rows::<super::super::This>("{metadata: {name: e}}").rows;
        assert!(sheet(&bare).text().contains("<unknown>"));
    }
}
