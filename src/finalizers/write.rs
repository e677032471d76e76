//! The lines of the page.

use crate::describe::{Field, unix};
use crate::kinds::{Resource, age};
use crate::overview::write::{Columns, aligned, heading, muted, number, state, text};
use crate::sheet::{Answer, Facts, Go, Line, Sheet, Span, Tone, printable};
use crate::store::Health;

use super::{all, is_namespace, known, namespace};

/// How many objects of a resource are written; more are counted.
const OBJECTS: usize = 10;

/// The page of an object.
pub(super) fn sheet(resource: &Resource, object: Field<'_>, facts: &Facts<'_>) -> Sheet {
    let mut page = Page { resource, object, facts, lines: Vec::new(), changes_in: None };
    page.head();
    page.finalizers();
    if is_namespace(resource) {
        page.inside();
    } else {
        page.waits();
    }
    page.at_hand();
    // What a server says may be anything.
    for span in page.lines.iter_mut().flat_map(|line| &mut line.spans) {
        if span.text.contains(char::is_control) {
            span.text = printable(&span.text.replace('\n', " "));
        }
    }
    Sheet { lines: page.lines, changes_in: page.changes_in }
}

struct Page<'p, 'f, 'a> {
    resource: &'p Resource,
    object: Field<'f>,
    facts: &'f Facts<'a>,
    lines: Vec<Line>,
    changes_in: Option<i64>,
}

impl Page<'_, '_, '_> {
    fn name(&self) -> &str {
        self.object.at("metadata.name").str()
    }

    fn is_leaving(&self) -> bool {
        self.object.at("metadata.deletionTimestamp").has_any()
    }

    fn ago(&mut self, at: i64) -> String {
        let now = self.facts.now();
        let mut out = String::new();
        age::write_since(at, now, &mut out);
        let changes = age::changes_in(now.saturating_sub(at));
        self.changes_in = Some(self.changes_in.map_or(changes, |soonest| soonest.min(changes)));
        out
    }

    fn heading(&mut self, title: &str) {
        self.lines.push(Line::default());
        self.lines.push(heading(title, []));
    }

    fn say(&mut self, words: impl Into<String>) {
        self.lines.push(Line::new(2, [text(words.into())]));
    }

    fn head(&mut self) {
        let kind = if self.resource.singular.is_empty() {
            &self.resource.plural
        } else {
            &self.resource.singular
        };
        let namespace = self.object.at("metadata.namespace").str();
        let place = if namespace.is_empty() { String::new() } else { format!(" in {namespace}") };
        let title = [Span::new(self.name(), Tone::Strong), muted(format!("  {kind}{place}"))];
        self.lines.push(Line::new(0, title));
        let since = unix(self.object.at("metadata.deletionTimestamp"));
        let line = match since {
            None if self.is_leaving() => state(Health::Changing, "is being deleted"),
            None => state(Health::Ok, "is not being deleted"),
            // The timestamp is when its grace is over, which for most is when somebody asked.
            Some(at) if at > self.facts.now() => {
                state(Health::Changing, "is being deleted, and still has time to end")
            }
            Some(at) => {
                let ago = self.ago(at);
                state(Health::Warning, format!("is being deleted since {ago} ago"))
            }
        };
        self.lines.push(Line::new(0, [line]));
    }

    /// Its finalizers: what each waits for, whose it is, what to do.
    fn finalizers(&mut self) {
        let Some(object) = self.object.value() else { return };
        let names: Vec<&str> = all(object).collect();
        self.heading("Finalizers");
        if names.is_empty() {
            self.say(if self.is_leaving() {
                "it has none: nothing but its own end keeps it"
            } else {
                "it has none: it goes at once when it is deleted"
            });
        }
        for name in names {
            let health = if self.is_leaving() { Health::Warning } else { Health::Idle };
            self.lines.push(Line::new(2, [state(health, printable(name))]));
            let fields: Vec<(&str, String)> = match known(name) {
                Some(known) => vec![
                    ("waits", known.waits.to_owned()),
                    ("whose", known.whose.to_owned()),
                    ("next", known.next.to_owned()),
                ],
                None => {
                    let whose = match self.set_by(name) {
                        Some(manager) => format!(
                            "it was set by the field manager {manager}, so its controller probably is"
                        ),
                        None => "nobody knows here; its name says whose it is".to_owned(),
                    };
                    vec![
                        ("waits", "whoever set it does its work and takes it away".to_owned()),
                        ("whose", whose),
                        ("next", "see that this controller runs and what it logs; where it is gone for good, remove the finalizer".to_owned()),
                    ]
                }
            };
            for (label, words) in fields {
                let label = Span::new(format!("{label:<7}"), Tone::Label);
                self.lines.push(Line::new(6, [label, text(words)]));
            }
        }
    }

    /// Which field manager set a finalizer, as `managedFields` say it (KEP-555).
    fn set_by(&self, finalizer: &str) -> Option<String> {
        let key = format!("v:\"{finalizer}\"");
        let entries = self.object.at("metadata.managedFields");
        let mut entries = entries.list();
        let found =
            entries.find(|entry| entry.at("fieldsV1.f:metadata.f:finalizers").key(&key).is_some());
        found.map(|entry| printable(entry.key("manager").str()))
    }

    /// What else it waits for.
    fn waits(&mut self) {
        let Some(object) = self.object.value().filter(|_| self.is_leaving()) else { return };
        let waits = super::waits(object);
        // Those about its finalizers stand above.
        let waits: Vec<String> =
            waits.into_iter().filter(|words| !words.starts_with("finalizer ")).collect();
        if !waits.is_empty() {
            self.heading("What it waits for");
            waits.into_iter().for_each(|words| self.say(words));
        }
    }

    /// What is left in a namespace.
    fn inside(&mut self) {
        if !self.is_leaving() {
            return;
        }
        let unasked = namespace::unasked(self.object);
        for (kind, means) in [
            (
                "NamespaceDeletionDiscoveryFailure",
                "the controller cannot find out what the cluster serves, so it cannot empty the namespace",
            ),
            (
                "NamespaceDeletionGroupVersionParsingFailure",
                "the controller cannot make sense of an API that the cluster serves",
            ),
            (
                "NamespaceDeletionContentFailure",
                "the controller could not delete all that is in it",
            ),
        ] {
            let Some(message) = namespace::message(self.object, kind) else { continue };
            self.heading(kind);
            self.lines.push(Line::new(2, [state(Health::Broken, means)]));
            self.lines.push(Line::new(4, [muted(message.to_owned())]));
            if kind == "NamespaceDeletionDiscoveryFailure" {
                for name in &unasked {
                    let words = "  does not answer: repair what serves it, or delete the APIService where it is not needed any more";
                    let object = state(Health::Broken, format!("apiservice/{name}"));
                    let go = Go::Object {
                        group: "apiregistration.k8s.io".into(),
                        resource: "apiservices".into(),
                        namespace: "".into(),
                        name: name.as_str().into(),
                    };
                    self.lines.push(Line::new(4, [object, text(words)]).go(go));
                }
            }
        }
        let holding = namespace::holding(self.object);
        if !holding.is_empty() {
            self.heading("Finalizers of what is left");
            for (name, count) in holding {
                let objects = if count == 1 { "object" } else { "objects" };
                let words =
                    known(name).map_or("whoever set it must take it away", |known| known.whose);
                self.lines.push(Line::new(
                    2,
                    [
                        state(Health::Warning, printable(name)),
                        text("  of "),
                        number(count),
                        text(format!(" {objects}  ")),
                        muted(words),
                    ],
                ));
            }
        }
        self.heading("What is left in it");
        let left = namespace::left(self.object);
        let conditions = self.object.at("status.conditions").list().len();
        if left.is_empty() {
            self.say(match conditions {
                0 => "the namespace controller has not said yet what is left: is kube-controller-manager running?",
                _ => "nothing, as the namespace controller says",
            });
        }
        for left in left {
            self.left(&left);
        }
    }

    /// The objects of one resource that are left, with what holds each.
    fn left(&mut self, left: &namespace::Left) {
        let namespace = self.name().to_owned();
        let title = match left.group.as_str() {
            "" => left.plural.clone(),
            group => format!("{}.{group}", left.plural),
        };
        let want = namespace::want(&namespace, left);
        let answer = want.as_ref().map_or(&Answer::Loading, |want| self.facts.get(want));
        let (count, note) = match answer {
            Answer::Objects(objects) => {
                (i64::try_from(objects.len()).unwrap_or(i64::MAX), String::new())
            }
            Answer::Failed(why) => (left.count, format!("  cannot be read: {why}")),
            Answer::Absent => (left.count, "  not served by this cluster (any more)".to_owned()),
            _ if want.is_none() => (left.count, "  too many to be listed here".to_owned()),
            _ => (left.count, "  reading …".to_owned()),
        };
        let go = Go::Command(format!("{title} {namespace}"));
        let line = Line::new(
            2,
            [Span::new(printable(&title), Tone::Strong), text("  "), number(count), muted(note)],
        );
        self.lines.push(line.go(go));
        let Answer::Objects(objects) = answer else { return };
        let row = |object: &serde_json::Value| {
            let fields = Field::of(object);
            let name = fields.at("metadata.name").str().to_owned();
            let held: Vec<&str> = all(object).collect();
            let leaving = fields.at("metadata.deletionTimestamp").has_any();
            let words = match (held.is_empty(), leaving) {
                (false, _) => state(Health::Warning, printable(&held.join(", "))),
                (true, true) => state(Health::Changing, "is being deleted"),
                (true, false) => state(Health::Idle, "nobody has deleted it yet"),
            };
            let command = format!("finalizers {title} {name} -n {namespace}");
            Columns::new(4, vec![vec![text(printable(&name))], vec![words]])
                .go(Go::Command(command))
        };
        let rows: Vec<Columns> = objects.iter().take(OBJECTS).map(|object| row(object)).collect();
        self.lines.extend(aligned(rows, &[]));
        let more = objects.len().saturating_sub(OBJECTS);
        if more > 0 {
            self.lines.push(Line::new(4, [muted(format!("… and {more} more"))]));
        }
    }

    fn at_hand(&mut self) {
        let Some(object) = self.object.value() else { return };
        let names: Vec<&str> = all(object).collect();
        if names.is_empty() || !self.is_leaving() {
            return;
        }
        let leaks: Vec<String> = names
            .iter()
            .filter_map(|name| known(name).map(|known| known.leaks.to_owned()))
            .collect();
        self.heading("The last resort");
        let leaks = match leaks.as_slice() {
            [] => "what its controller would have tidied up stays behind".to_owned(),
            leaks => leaks.join("; "),
        };
        let line = Line::new(2, [text("remove a finalizer  "), muted(leaks)]);
        self.lines.push(line.go(Go::Command("remove-finalizer".to_owned())));
    }
}
