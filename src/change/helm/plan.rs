//! What is done to the objects of a release, and to its records.

use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::helm::record::{Note, key};
use crate::helm::{Loaded, read, uninstalled};
use crate::kinds::{Catalog, Resource};
use crate::store::Row;

use super::super::{Change, Target, Turn};
use super::apply::{Apply, POLICY, Remove, own};
use super::step::{Begin, Record};
use super::{Back, hook, status};

/// How a release is changed.
#[derive(Clone, Copy, Debug)]
pub(super) struct How {
    /// Whether hooks run.
    pub hooks: bool,
    /// How long each may take, in seconds.
    pub timeout: u64,
    /// How many revisions are kept; 0 for all.
    pub most: usize,
    /// Whether the records of a release that is uninstalled are kept.
    pub keep: bool,
}

/// The resource of this kind in this version, where the cluster serves it.
fn served(catalog: &Catalog, api_version: &str, kind: &str) -> Option<Arc<Resource>> {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let usual = catalog.by_kind(group, kind)?;
    if usual.version == version {
        return Some(usual);
    }
    let other = catalog.resolve(&format!("{}.{version}.{group}", usual.plural)).ok()?;
    (other.version == version && other.group == group && other.kind == kind).then_some(other)
}

/// The object that a document of a release means.
///
/// # Errors
/// Why there can be no such object here, a sentence for people.
pub(super) fn target_of(
    object: &Value,
    namespace: &str,
    catalog: &Catalog,
) -> Result<Target, String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (api_version, kind) = (text(&object["apiVersion"]), text(&object["kind"]));
    let name = text(&object["metadata"]["name"]);
    if name.is_empty() {
        return Err(format!("a {kind} of the release has no name"));
    }
    let resource = served(catalog, &api_version, &kind).ok_or_else(|| {
        format!("the cluster serves no {kind} of {api_version}, which {name} of the release is")
    })?;
    let own = text(&object["metadata"]["namespace"]);
    let namespace = match own {
        _ if !resource.namespaced => String::new(),
        own if own.is_empty() => namespace.to_owned(),
        own => own,
    };
    Ok(Target { resource, namespace, name, uid: None })
}

/// Whether two are the same object, whatever versions they are written in.
fn same(one: &Target, other: &Target) -> bool {
    one.name == other.name
        && one.namespace == other.namespace
        && one.resource.is(&other.resource.group, &other.resource.plural)
}

/// The record that a row is of.
pub(super) fn record_of(row: &Row, catalog: &Catalog) -> Option<Target> {
    let (group, resource, namespace, name) = read::object(row)?;
    let resource = catalog.by_plural(&group, &resource)?;
    Some(Target { resource, namespace, name, uid: None })
}

/// Deletes the record of a revision.
fn forget(record: Target, turn: Turn, back: &Back) -> Change {
    Change::new(record, Remove { turn, back: back.clone() })
}

/// What was rendered for a revision.
fn read_objects(loaded: &Loaded) -> Result<&[Arc<Value>], String> {
    let objects = loaded.objects.as_deref();
    objects.map_err(|why| format!("the manifest of revision {}: {why}", loaded.release.version))
}

/// A way back.
pub(super) struct Way {
    /// What is put where it belongs.
    pub apply: Vec<(Target, Apply)>,
    /// What the release has no more.
    pub remove: Vec<Target>,
    /// What it has no more either, but what stays.
    pub keep: Vec<Target>,
    back: Back,
}

impl Way {
    /// From what a release is to what it was.
    ///
    /// # Errors
    /// What cannot be read, or what the cluster does not serve.
    pub(super) fn new(
        (from, to): (&Loaded, &Loaded),
        back: Back,
        catalog: &Catalog,
    ) -> Result<Self, String> {
        let release = &from.release;
        let mut had: Vec<(Target, Arc<Value>)> = Vec::new();
        for object in read_objects(from)? {
            // Of what the cluster does not serve any more there is nothing left.
            if let Ok(target) = target_of(object, &release.namespace, catalog) {
                had.push((target, Arc::clone(object)));
            }
        }
        let mut apply: Vec<(Target, Apply)> = Vec::new();
        for object in read_objects(to)? {
            let target = target_of(object, &release.namespace, catalog)?;
            let mut object = Value::clone(object);
            own(&mut object, &release.name, &release.namespace);
            let had = had.iter().find(|(had, _)| same(had, &target));
            let had = had.map(|(_, object)| Arc::clone(object));
            apply.push((
                target,
                Apply {
                    had,
                    wanted: Arc::new(object),
                    before: OnceLock::new(),
                    back: back.clone(),
                },
            ));
        }
        let (mut remove, mut keep) = (Vec::new(), Vec::new());
        for (target, object) in had {
            if apply.iter().any(|(wanted, _)| same(wanted, &target)) {
                continue;
            }
            let keeps = object["metadata"]["annotations"][POLICY] == "keep";
            if keeps { keep.push(target) } else { remove.push(target) }
        }
        Ok(Self { apply, remove, keep, back })
    }

    /// All steps of it; the revisions of the release are given the newest first.
    ///
    /// # Errors
    /// Why it cannot be done.
    pub(super) fn steps(
        self,
        (from, to): (&Loaded, &Loaded),
        rows: &[&Row],
        how: How,
        catalog: &Catalog,
    ) -> Result<Vec<Change>, String> {
        let release = &from.release;
        let newest = rows.first().and_then(|row| record_of(row, catalog));
        let newest = newest.ok_or_else(|| "the newest revision has no record".to_owned())?;
        let made = Arc::new(OnceLock::new());
        let record = Record {
            target: Target { name: key(&release.name, release.version + 1), ..newest },
            made: Some(Arc::clone(&made)),
            back: self.back.clone(),
        };
        let begin = Begin {
            last: Arc::clone(&from.object),
            to: Arc::clone(&to.object),
            revision: to.release.version,
            made,
            at: OnceLock::new(),
            back: self.back.clone(),
        };
        let hooks = |event: &str| {
            let steps = hook::steps(&to.release, event, &record, catalog, how.timeout);
            if how.hooks { steps } else { Ok(Vec::new()) }
        };
        let mut steps = vec![Change::new(record.target.clone(), begin)];
        let old = too_old(rows, how.most).into_iter().filter_map(|row| record_of(row, catalog));
        steps.extend(old.map(|record| forget(record, Turn::Aside, &self.back)));
        steps.extend(hooks("pre-rollback")?);
        steps.extend(self.apply.into_iter().map(|(target, apply)| Change::new(target, apply)));
        for row in rows.iter().filter(|row| status(row) == "deployed") {
            let Some(target) = record_of(row, catalog) else { continue };
            let old = Record { target, made: None, back: self.back.clone() };
            steps.push(old.note_at(Note::Superseded, Turn::After));
        }
        let remove =
            |target| Change::new(target, Remove { turn: Turn::Aside, back: self.back.clone() });
        steps.extend(self.remove.into_iter().map(remove));
        steps.extend(hooks("post-rollback")?);
        steps.push(record.note_end(format!("Rollback {:?} failed", release.name)));
        Ok(steps)
    }
}

/// The records that go, so that no more than this many are left once there is a new one (`pkg/storage`, `removeLeastRecent`).
fn too_old<'a>(rows: &[&'a Row], most: usize) -> Vec<&'a Row> {
    let room = most.saturating_sub(1);
    if most == 0 || rows.len() <= room {
        return Vec::new();
    }
    let deployed = rows.iter().find(|row| status(row) == "deployed").map(|row| row.uid);
    let old = rows.iter().rev().filter(|row| Some(row.uid) != deployed);
    old.take(rows.len() - room).copied().collect()
}

/// What becomes of the objects of a release that is uninstalled.
pub(super) struct End {
    /// What is deleted, in this order.
    pub remove: Vec<Target>,
    /// What says that it stays.
    pub keep: Vec<String>,
    /// What the cluster does not serve (any more).
    pub unknown: Vec<String>,
}

impl End {
    /// # Errors
    /// What cannot be read.
    pub(super) fn new(last: &Loaded, catalog: &Catalog) -> Result<Self, String> {
        let release = &last.release;
        let kind = |object: &Arc<Value>| object["kind"].as_str().unwrap_or_default().to_owned();
        let mut all: Vec<&Arc<Value>> = read_objects(last)?.iter().collect();
        all.sort_by(|one, other| uninstalled(&kind(one)).cmp(&uninstalled(&kind(other))));
        let mut end = Self { remove: Vec::new(), keep: Vec::new(), unknown: Vec::new() };
        for object in all {
            // Whatever the policy is: Helm deletes nothing that has one (`filterManifestsToKeep`).
            let policy = &object["metadata"]["annotations"][POLICY];
            match target_of(object, &release.namespace, catalog) {
                Ok(target) if policy.is_null() => end.remove.push(target),
                Ok(target) => end.keep.push(target.short()),
                Err(why) => end.unknown.push(why),
            }
        }
        Ok(end)
    }

    /// All steps of it; the revisions of the release are given the newest first.
    ///
    /// # Errors
    /// Why it cannot be done.
    pub(super) fn steps(
        self,
        last: &Loaded,
        rows: &[&Row],
        how: How,
        back: &Back,
        catalog: &Catalog,
    ) -> Result<Vec<Change>, String> {
        let newest = rows.first().and_then(|row| record_of(row, catalog));
        let target = newest.ok_or_else(|| "the newest revision has no record".to_owned())?;
        let record = Record { target, made: None, back: back.clone() };
        let hooks = |event: &str| {
            let steps = hook::steps(&last.release, event, &record, catalog, how.timeout);
            if how.hooks { steps } else { Ok(Vec::new()) }
        };
        let mut steps = vec![record.note_at(Note::Uninstalling, Turn::Free)];
        steps.extend(hooks("pre-delete")?);
        let remove =
            |target| Change::new(target, Remove { turn: Turn::Beside, back: back.clone() });
        steps.extend(self.remove.into_iter().map(remove));
        steps.extend(hooks("post-delete")?);
        if how.keep {
            steps.push(record.note(Note::Uninstalled));
            for row in rows.iter().skip(1).filter(|row| status(row) == "deployed") {
                let Some(target) = record_of(row, catalog) else { continue };
                let old = Record { target, made: None, back: back.clone() };
                steps.push(old.note_at(Note::Superseded, Turn::Aside));
            }
        } else {
            steps.extend(forget_all(rows, Turn::Next, back, catalog));
        }
        Ok(steps)
    }
}

/// Deletes all records of a release, the oldest first.
pub(super) fn forget_all(
    rows: &[&Row],
    first: Turn,
    back: &Back,
    catalog: &Catalog,
) -> Vec<Change> {
    let records = rows.iter().rev().filter_map(|row| record_of(row, catalog)).enumerate();
    let turn = |at| if at == 0 { first } else { Turn::Next };
    records.map(|(at, record)| forget(record, turn(at), back)).collect()
}
