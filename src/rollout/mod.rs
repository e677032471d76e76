//! The live page of a rollout: how far a Deployment, StatefulSet or DaemonSet is on its way to the pods that its template wants, what of the old is
//! still there, and why it does not go on.
//!
//! Followed are the workload, what keeps its revisions, and its pods as rows; whole pods, events and claims only of the few that are looked at
//! because they are not well, so that a workload of thousands costs no more than one of three.

mod cause;
mod pods;
mod progress;
mod revisions;
#[cfg(test)]
mod tests;
mod workload;
mod write;

use std::sync::OnceLock;

use crate::describe::Field;
use crate::describe::meta::{controller, group_of};
use crate::kinds::Resource;
use crate::sheet::{Answer, Facts, Sheet, Subject, Want};

pub(crate) use revisions::same_template;
use workload::{Kind, Workload};

/// How many owners are gone up at most: a pod's ReplicaSet, its Deployment, and one more.
const HIGHEST: usize = 4;

/// The page of the rollout of a workload, or of the workload that a pod or a ReplicaSet belongs to.
pub fn subject(resource: &Resource, namespace: &str, name: &str) -> Box<dyn Subject> {
    let begin = Want::Object {
        group: resource.group.clone(),
        resource: resource.plural.clone(),
        namespace: namespace.to_owned(),
        name: name.to_owned(),
    };
    let found = OnceLock::new();
    if let Some(kind) = Kind::of(&resource.group, &resource.plural) {
        let _ = found.set((kind, begin.clone()));
    }
    Box::new(Rollout { begin, name: name.to_owned(), found })
}

#[derive(Debug)]
struct Rollout {
    /// What was asked for.
    begin: Want,
    name: String,
    /// The workload, once it is known: the pod that led to it may be gone soon.
    found: OnceLock<(Kind, Want)>,
}

/// Where the way up from what was asked for ends.
enum Way {
    /// At the workload.
    Workload(Kind, Want),
    /// At what is still being read.
    Reading,
    /// At what belongs to no workload that rolls out: why.
    Nowhere(String),
}

impl Rollout {
    /// Goes up from owner to owner; gives what must be known for that too.
    fn way(&self, facts: &Facts<'_>) -> (Vec<Want>, Way) {
        if let Some((kind, want)) = self.found.get() {
            return (vec![want.clone()], Way::Workload(*kind, want.clone()));
        }
        let mut wants = vec![self.begin.clone()];
        let mut here = self.begin.clone();
        for _ in 0..HIGHEST {
            let object = match facts.get(&here) {
                Answer::Object(Some(object)) => Field::of(object),
                Answer::Object(None) => return (wants, Way::Nowhere("it is gone".to_owned())),
                Answer::Failed(why) => return (wants, Way::Nowhere(why.clone())),
                Answer::Absent => {
                    let why = "the cluster does not serve what owns it".to_owned();
                    return (wants, Way::Nowhere(why));
                }
                _ => return (wants, Way::Reading),
            };
            let what = object.key("kind").str_or("it").to_lowercase();
            let name = object.at("metadata.name").str();
            let Some(owner) = controller(object) else {
                let why = format!(
                    "{what}/{name} belongs to no Deployment, StatefulSet or DaemonSet, so nothing rolls out"
                );
                return (wants, Way::Nowhere(why));
            };
            let group = group_of(owner.key("apiVersion").str());
            let kind = owner.key("kind").str();
            let plural = facts.catalog().named(group, kind);
            let plural = plural.map_or_else(|| kind.to_owned(), |found| found.plural.clone());
            here = Want::Object {
                group: group.to_owned(),
                resource: plural.clone(),
                namespace: object.at("metadata.namespace").str().to_owned(),
                name: owner.key("name").str().to_owned(),
            };
            if let Some(kind) = Kind::of(group, &plural) {
                let (kind, want) = self.found.get_or_init(|| (kind, here.clone()));
                return (vec![want.clone()], Way::Workload(*kind, want.clone()));
            }
            wants.push(here.clone());
        }
        (wants, Way::Nowhere("its owners lead to no workload that rolls out".to_owned()))
    }
}

impl Subject for Rollout {
    fn crumbs(&self) -> Vec<String> {
        let name = match self.found.get() {
            Some((_, Want::Object { name, .. })) => name,
            _ => &self.name,
        };
        vec![name.clone(), "rollout".to_owned()]
    }

    fn about(&self) -> Option<Want> {
        self.found.get().map(|(_, want)| want.clone())
    }

    fn wants(&self, facts: &Facts<'_>) -> Vec<Want> {
        let (mut wants, way) = self.way(facts);
        if let Way::Workload(kind, want) = way
            && let Some(object) = facts.object(&want)
        {
            wants.extend(Workload::new(kind, object, facts).wants());
        }
        wants
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        match self.way(facts).1 {
            Way::Workload(kind, want) => match facts.get(&want) {
                Answer::Object(Some(object)) => write::sheet(&Workload::new(kind, object, facts)),
                // Why there is none is said by the page itself.
                _ => Sheet::default(),
            },
            Way::Reading => Sheet::default(),
            Way::Nowhere(why) => write::alone(&why),
        }
    }
}
