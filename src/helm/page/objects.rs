//! The objects that a release's manifest names, as they are in the cluster.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::kinds::{Catalog, Resource, modelled};
use crate::sheet::{Answer, Facts, Go, Line, Tone, Want, printable};
use crate::store::{Health, Row};

use super::super::{Document, Named};
use super::write;

/// From how many objects of one kind in one namespace on all rows of that kind are read there, and not these alone.
const MANY: usize = 4;
/// The most that is wanted for one page: every one is watched.
const MOST: usize = 64;

/// An object that a manifest names, and how it is looked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wanted {
    kind: String,
    name: String,
    /// Where it lives; empty where it is cluster-scoped.
    namespace: String,
    /// Its resource; `None` where the cluster serves none such.
    resource: Option<Arc<Resource>>,
    /// What it is found by; `None` where it is one of too many.
    want: Option<Want>,
}

/// What is known of an object.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    pub health: Health,
    text: String,
}

/// How a release's objects can be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// They should be there.
    Broken,
    /// They are not there yet, or not any more while the release changes.
    Changing,
    /// This is not what the release is now.
    Past,
}

/// The objects of these documents, in their order, each once; with why a document cannot be read.
pub(super) fn of(
    documents: &[Document],
    namespace: &str,
    catalog: &Catalog,
) -> (Vec<Wanted>, Vec<String>) {
    let (mut named, mut damaged): (Vec<&Named>, Vec<String>) = (Vec::new(), Vec::new());
    let mut known = std::collections::HashSet::new();
    for document in documents {
        match &document.objects {
            Ok(objects) => named.extend(objects.iter().filter(|object| known.insert(*object))),
            Err(why) => {
                let source = document.source.as_deref().unwrap_or("a document of the manifest");
                damaged.push(format!("{source} cannot be read: {why}"));
            }
        }
    }
    let mut objects: Vec<Wanted> =
        named.into_iter().map(|named| object(named, namespace, catalog)).collect();
    let mut together: HashMap<Want, usize> = HashMap::new();
    for object in &objects {
        if let Some(all) = object.all_of_its_kind() {
            *together.entry(all).or_default() += 1;
        }
    }
    let mut wants = std::collections::HashSet::new();
    for object in &mut objects {
        let all = object.all_of_its_kind();
        let many = all.filter(|all| together.get(all).is_some_and(|count| *count >= MANY));
        let want = many.or_else(|| object.alone());
        object.want = want.filter(|want| {
            wants.contains(want) || wants.len() < MOST && wants.insert(want.clone())
        });
    }
    (objects, damaged)
}

/// The rows of every want by namespace and name, as far as they are all there.
type Tables<'o, 'a> = HashMap<&'o Want, Option<HashMap<(&'a str, &'a str), &'a Row>>>;

/// What is known of each of these; `None` while nothing is.
pub(super) fn seen(objects: &[Wanted], facts: &Facts<'_>, missing: Missing) -> Vec<Option<Seen>> {
    let mut tables = Tables::new();
    objects.iter().map(|object| object.seen(facts, missing, &mut tables)).collect()
}

fn object(named: &Named, namespace: &str, catalog: &Catalog) -> Wanted {
    let resource = catalog.by_kind(&named.group, &named.kind);
    let namespace = match &resource {
        Some(resource) if !resource.namespaced => "",
        _ if named.namespace.is_empty() => namespace,
        _ => &named.namespace,
    };
    Wanted {
        kind: named.kind.clone(),
        name: named.name.clone(),
        namespace: namespace.to_owned(),
        resource,
        want: None,
    }
}

impl Wanted {
    /// What finds it.
    pub(super) fn want(&self) -> Option<&Want> {
        self.want.as_ref()
    }

    /// The resource where its objects are read as rows.
    fn modelled(&self) -> Option<&Resource> {
        let resource = self.resource.as_deref()?;
        let kind = modelled(&resource.group, &resource.plural)?;
        kind.info.models(&resource.version).then_some(resource)
    }

    fn rows(&self, fields: String) -> Option<Want> {
        let resource = self.modelled()?;
        Some(Want::Rows {
            group: resource.group.clone(),
            resource: resource.plural.clone(),
            namespace: self.namespace.clone(),
            labels: String::new(),
            fields,
        })
    }

    fn all_of_its_kind(&self) -> Option<Want> {
        self.rows(String::new())
    }

    /// By its name: its row where kx has one of it, else itself.
    fn alone(&self) -> Option<Want> {
        let resource = self.resource.as_deref()?;
        self.rows(format!("metadata.name={}", self.name)).or_else(|| {
            Some(Want::Object {
                group: resource.group.clone(),
                resource: resource.plural.clone(),
                namespace: self.namespace.clone(),
                name: self.name.clone(),
            })
        })
    }

    fn seen<'o, 'a>(
        &'o self,
        facts: &Facts<'a>,
        missing: Missing,
        tables: &mut Tables<'o, 'a>,
    ) -> Option<Seen> {
        let seen = |health, text: &str| Some(Seen { health, text: text.to_owned() });
        let gone = || match missing {
            Missing::Broken => seen(Health::Broken, "missing"),
            Missing::Changing => seen(Health::Changing, "not there"),
            Missing::Past => seen(Health::Idle, "not there now"),
        };
        if self.resource.is_none() {
            return seen(Health::Warning, "this cluster serves no such kind");
        }
        let Some(want) = &self.want else {
            return seen(Health::Idle, "not looked for, there are too many");
        };
        match facts.get(want) {
            Answer::Failed(why) => return seen(Health::Warning, &format!("not known: {why}")),
            Answer::Absent => return seen(Health::Warning, "this cluster serves no such kind"),
            Answer::Object(Some(object)) => return Some(ready(object)),
            Answer::Object(None) => return gone(),
            _ => {}
        }
        let table = tables.entry(want).or_insert_with(|| {
            let named = |row: &'a Row| ((&*row.namespace, &*row.name), row);
            facts.rows(want).map(|rows| rows.into_iter().map(named).collect())
        });
        let mine = (self.namespace.as_str(), self.name.as_str());
        let Some(row) = table.as_ref()?.get(&mine) else { return gone() };
        let kind = self.modelled().and_then(|r| modelled(&r.group, &r.plural));
        let column = kind.and_then(|kind| kind.columns.iter().find(|column| column.status));
        let text = column.map_or_else(String::new, |column| column.cell(row).text(facts.now()));
        Some(Seen { health: row.health, text })
    }

    /// Its line: what it is, and how it is doing.
    pub(super) fn line(&self, seen: Option<&Seen>, widths: (usize, usize)) -> Line {
        let kind = format!("{:<1$}  ", self.kind, widths.0);
        let name = format!("{:<1$}  ", self.name, widths.1);
        let state = match seen {
            Some(Seen { health, text }) => write::span(printable(text), Tone::State(*health)),
            None => write::span("…", Tone::Muted),
        };
        let spans = [
            write::span(printable(&kind), Tone::Muted),
            write::span(printable(&name), Tone::Text),
            state,
        ];
        let line = Line::new(2, spans);
        match &self.resource {
            Some(resource) => line.go(Go::Object {
                group: resource.group.as_str().into(),
                resource: resource.plural.as_str().into(),
                namespace: self.namespace.as_str().into(),
                name: self.name.as_str().into(),
            }),
            None => line,
        }
    }
}

/// How wide the kinds and the names of these are, within reason.
pub(super) fn widths(objects: &[Wanted]) -> (usize, usize) {
    let most = |of: fn(&Wanted) -> &str| {
        objects.iter().map(|object| of(object).chars().count()).max().unwrap_or_default().min(48)
    };
    (most(|object| &object.kind), most(|object| &object.name))
}

/// An object that kx models no rows of: it says itself whether it is ready, by the condition that most of them have.
fn ready(object: &Value) -> Seen {
    let conditions = object.pointer("/status/conditions").and_then(Value::as_array);
    let says =
        |kind: &str| conditions.into_iter().flatten().find(|condition| condition["type"] == *kind);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let Some(condition) = says("Ready").or_else(|| says("Available")) else {
        return Seen { health: Health::Idle, text: "there".to_owned() };
    };
    match condition["status"].as_str() {
        Some("True") => Seen { health: Health::Ok, text: text(&condition["type"]) },
        Some("False") => {
            let reason = text(&condition["reason"]);
            let not = format!("not {}", text(&condition["type"]).to_lowercase());
            let text = if reason.is_empty() { not } else { format!("{not}: {reason}") };
            Seen { health: Health::Broken, text }
        }
        _ => Seen { health: Health::Changing, text: text(&condition["reason"]) },
    }
}
