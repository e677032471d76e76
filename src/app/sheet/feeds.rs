//! How what a sheet wants is being read.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use crate::forward::Shown;
use crate::kinds::{Catalog, Resource};
use crate::sheet::{Answer, Want};
use crate::store::{Freshness, Row, Scope, Source, SourceId, Store, Str};

use super::super::effect::{Effect, ObjectId, Question, Telling};
use super::super::sources::Sources;
use super::super::views::columns;

/// What a sheet is read with: parts of the app.
pub(in crate::app) struct Means<'a> {
    pub cluster: &'a Str,
    pub catalog: &'a Catalog,
    /// Whether the catalog is what the cluster itself said.
    pub discovered: bool,
    pub connected: bool,
    /// The port forwards.
    pub forwards: &'a Arc<Vec<Shown>>,
    pub sources: &'a mut Sources,
    pub store: &'a mut Store,
    pub next_object: &'a mut u32,
    pub effects: &'a mut Vec<Effect>,
    pub now: i64,
}

/// How one want is being read.
#[derive(Debug)]
pub(super) struct Feed {
    pub(super) way: Way,
    /// Whether it was answered since it was last asked for.
    pub(super) heard: bool,
    /// Since when, and why, what is known of it is not up to date.
    pub(super) trouble: Option<(i64, String)>,
    /// Why there is no such object.
    pub(super) missing: Option<String>,
}

/// By which way it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// By none: the cluster serves no such resource, or has not said yet what it serves.
    Nothing,
    /// By none: the app knows it itself, and tells of it.
    Told,
    /// Under this name.
    Read(ObjectId),
    /// As rows of a Source, of which this generation was seen last.
    Rows(SourceId, u64),
}

/// Everything that is being read for a sheet.
#[derive(Debug, Default)]
pub(super) struct Feeds {
    all: HashMap<Want, Feed>,
    /// What was wanted first: the page is about it.
    pub(super) first: Option<Want>,
}

impl Feeds {
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Want, &Feed)> {
        self.all.iter()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (&Want, &mut Feed)> {
        self.all.iter_mut()
    }

    /// What is read under this name.
    pub(super) fn find(&mut self, id: ObjectId) -> Option<(&Want, &mut Feed)> {
        self.all.iter_mut().find(|(_, feed)| feed.way == Way::Read(id))
    }

    /// The rows of a want, once they are all there.
    pub(super) fn rows<'a>(&self, want: &Want, store: &'a Store) -> Option<Vec<&'a Row>> {
        let Way::Rows(id, _) = self.all.get(want)?.way else { return None };
        let table = store.table(id)?;
        let there = matches!(table.freshness(), Freshness::Live { .. } | Freshness::Stale { .. });
        there.then(|| table.rows().collect())
    }

    /// Reads these, and lets go of all others; whether that changed an answer.
    pub(super) fn want(
        &mut self,
        wants: Vec<Want>,
        answers: &mut HashMap<Want, Answer>,
        means: &mut Means<'_>,
    ) -> bool {
        let before = answers.len();
        let unwanted: Vec<Want> =
            self.all.keys().filter(|want| !wants.contains(want)).cloned().collect();
        for want in unwanted {
            self.let_go(&want, means);
            answers.remove(&want);
        }
        let mut changed = answers.len() != before;
        self.first = wants.first().cloned();
        for want in wants {
            let Entry::Vacant(entry) = self.all.entry(want) else { continue };
            let feed = start(entry.key(), means);
            if feed.way == Way::Nothing && feed.heard {
                answers.insert(entry.key().clone(), Answer::Absent);
                changed = true;
            }
            if feed.way == Way::Told {
                let forwards = Answer::Forwards(Arc::clone(means.forwards));
                answers.insert(entry.key().clone(), forwards);
                changed = true;
            }
            entry.insert(feed);
        }
        changed
    }

    /// Stops reading a want; it is read anew where it is still wanted.
    pub(super) fn let_go(&mut self, want: &Want, means: &mut Means<'_>) {
        match self.all.remove(want).map(|feed| feed.way) {
            Some(Way::Read(id)) => means.effects.push(Effect::Unfollow { id }),
            Some(Way::Rows(id, _)) => means.sources.release(id, means.now),
            Some(Way::Nothing | Way::Told) | None => {}
        }
    }

    /// Stops reading those of which this is true; whether there were any.
    pub(super) fn let_go_of(
        &mut self,
        which: impl Fn(&Want, &Feed) -> bool,
        means: &mut Means<'_>,
    ) -> bool {
        let these = self.all.iter().filter(|(want, feed)| which(want, feed));
        let these: Vec<Want> = these.map(|(want, _)| want.clone()).collect();
        for want in &these {
            self.let_go(want, means);
        }
        !these.is_empty()
    }
}

/// Begins to read a want.
fn start(want: &Want, means: &mut Means<'_>) -> Feed {
    let feed = |way, heard| Feed { way, heard, trouble: None, missing: None };
    let resource = match want {
        Want::Object { group, resource, .. }
        | Want::Objects { group, resource, .. }
        | Want::Rows { group, resource, .. } => {
            match means.catalog.named(group, resource) {
                Some(resource) => resource,
                // Before the cluster has said what it serves, this may yet come.
                None => return feed(Way::Nothing, means.discovered),
            }
        }
        Want::Release { resource, .. } => match means.catalog.named("", resource) {
            Some(resource) => resource,
            None => return feed(Way::Nothing, means.discovered),
        },
        Want::Text { .. }
        | Want::Lines { .. }
        | Want::Review { .. }
        | Want::Journal { .. }
        | Want::Entry { .. }
        | Want::File { .. } => Arc::default(),
        Want::Forwards => return feed(Way::Told, true),
    };
    if let Want::Rows { namespace, labels, fields, .. } = want {
        let source = Source {
            cluster: means.cluster.clone(),
            scope: scope(&resource, namespace),
            resource,
            labels: labels.clone(),
            fields: fields.clone(),
        };
        let (id, new) = means.sources.acquire(&source);
        if new {
            means.store.open(id, columns(&source));
        }
        return feed(Way::Rows(id, u64::MAX), false);
    }
    let id = ObjectId::next(means.next_object);
    let cluster = means.cluster.clone();
    let effect = match want.clone() {
        Want::Object { namespace, name, .. } => {
            let namespace = if resource.namespaced { namespace } else { String::new() };
            Effect::Follow { id, cluster, resource, namespace, name }
        }
        Want::Release { namespace, name, .. } => {
            Effect::FollowRelease { id, cluster, resource, namespace, name }
        }
        Want::Objects { namespace, labels, fields, .. } => {
            let namespace = if resource.namespaced { namespace } else { String::new() };
            Effect::FollowAll { id, cluster, resource, namespace, labels, fields }
        }
        Want::Text { path } => Effect::Ask { id, cluster, question: Question::Text { path } },
        Want::Lines { path, prefix } => {
            Effect::Ask { id, cluster, question: Question::Lines { path, prefix } }
        }
        Want::Review { path, body } => {
            Effect::Ask { id, cluster, question: Question::Review { path, body } }
        }
        Want::File { files, path } => {
            Effect::Ask { id, cluster, question: Question::File { files, path } }
        }
        Want::Journal { query } => Effect::FollowJournal { id, of: Telling::List(query) },
        Want::Entry { id: entry } => Effect::FollowJournal { id, of: Telling::Entry(entry) },
        Want::Rows { .. } | Want::Forwards => return feed(Way::Nothing, false),
    };
    means.effects.push(effect);
    feed(Way::Read(id), false)
}

fn scope(resource: &Resource, namespace: &str) -> Scope {
    if namespace.is_empty() || !resource.namespaced {
        Scope::All
    } else {
        Scope::Namespaces(vec![namespace.into()])
    }
}
