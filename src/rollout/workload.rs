//! The workload that rolls out, with all that is known around it.

use std::collections::HashSet;

use crate::describe::Field;
use crate::describe::meta::selector;
use crate::sheet::{Facts, Go, Want};
use crate::store::{Row, Uid};

use super::pods::{self, Pods};
use super::progress::Progress;
use super::revisions::{self, Revision};

/// Which of the workloads that roll out it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Deployment,
    StatefulSet,
    DaemonSet,
}

impl Kind {
    /// The kind of this resource; `None` for all that do not roll out.
    pub(super) fn of(group: &str, plural: &str) -> Option<Self> {
        match (group, plural) {
            ("apps", "deployments") => Some(Self::Deployment),
            ("apps", "statefulsets") => Some(Self::StatefulSet),
            ("apps", "daemonsets") => Some(Self::DaemonSet),
            _ => None,
        }
    }

    /// As kubectl names one, `deployment`.
    pub(super) const fn singular(self) -> &'static str {
        match self {
            Self::Deployment => "deployment",
            Self::StatefulSet => "statefulset",
            Self::DaemonSet => "daemonset",
        }
    }

    const fn plural(self) -> &'static str {
        match self {
            Self::Deployment => "deployments",
            Self::StatefulSet => "statefulsets",
            Self::DaemonSet => "daemonsets",
        }
    }
}

/// A workload, and what is known around it.
pub(super) struct Workload<'f, 'a> {
    pub(super) kind: Kind,
    pub(super) object: Field<'f>,
    pub(super) facts: &'f Facts<'a>,
    pub(super) progress: Progress,
    /// Its revisions, the newest first; the first is what is rolled out to where `Revision::wanted` says so.
    pub(super) revisions: Vec<Revision<'f>>,
    /// Its pods; `None` while they are not all there.
    pub(super) pods: Option<Pods<'a>>,
}

impl<'f, 'a> Workload<'f, 'a> {
    pub(super) fn new(kind: Kind, object: &'f serde_json::Value, facts: &'f Facts<'a>) -> Self {
        let object = Field::of(object);
        let progress = Progress::of(kind, object);
        let mut workload =
            Self { kind, object, facts, progress, revisions: Vec::new(), pods: None };
        workload.revisions = revisions::of(&workload);
        let rows = workload.want_pods().and_then(|want| facts.rows(&want));
        workload.pods = rows.map(|rows| Pods::new(workload.own(rows), &workload.revisions));
        workload
    }

    pub(super) fn name(&self) -> &'f str {
        self.object.at("metadata.name").str()
    }

    pub(super) fn namespace(&self) -> &'f str {
        self.object.at("metadata.namespace").str()
    }

    pub(super) fn uid(&self) -> &'f str {
        self.object.at("metadata.uid").str()
    }

    /// `deployment/web`.
    pub(super) fn short(&self) -> String {
        format!("{}/{}", self.kind.singular(), self.name())
    }

    /// The way to it.
    pub(super) fn go(&self) -> Go {
        self.beside("apps", self.kind.plural(), self.name())
    }

    /// The way to an object of its namespace.
    pub(super) fn beside(&self, group: &str, plural: &str, name: &str) -> Go {
        Go::Object {
            group: group.into(),
            resource: plural.into(),
            namespace: self.namespace().into(),
            name: name.into(),
        }
    }

    /// The selector of its pods; `None` where it has none that is valid.
    fn labels(&self) -> Option<String> {
        selector(self.object.at("spec.selector")).filter(|labels| !labels.is_empty())
    }

    fn want_pods(&self) -> Option<Want> {
        Some(pods::rows("", "pods", self.namespace(), &self.labels()?))
    }

    /// What keeps its revisions.
    pub(super) fn want_revisions(&self) -> Option<Want> {
        let resource = match self.kind {
            Kind::Deployment => "replicasets",
            Kind::StatefulSet | Kind::DaemonSet => "controllerrevisions",
        };
        Some(Want::Objects {
            group: "apps".to_owned(),
            resource: resource.to_owned(),
            namespace: self.namespace().to_owned(),
            labels: self.labels()?,
            fields: String::new(),
        })
    }

    /// The budgets of its namespace.
    pub(super) fn want_budgets(&self) -> Want {
        pods::rows("policy", "poddisruptionbudgets", self.namespace(), "")
    }

    /// What was told of an object of its namespace.
    pub(super) fn want_events(&self, uid: &str) -> Want {
        Want::Objects {
            group: String::new(),
            resource: "events".to_owned(),
            namespace: self.namespace().to_owned(),
            labels: String::new(),
            fields: format!("involvedObject.uid={uid}"),
        }
    }

    /// An object of its namespace.
    pub(super) fn want(&self, group: &str, resource: &str, name: &str) -> Want {
        Want::Object {
            group: group.to_owned(),
            resource: resource.to_owned(),
            namespace: self.namespace().to_owned(),
            name: name.to_owned(),
        }
    }

    /// Those of these pods that it controls, itself or through its ReplicaSets: a selector may choose others' too.
    fn own(&self, rows: Vec<&'a Row>) -> Vec<&'a Row> {
        let mut owners: HashSet<Uid> = HashSet::from([Uid::new(self.uid())]);
        owners.extend(self.revisions.iter().map(|revision| Uid::new(revision.uid)));
        rows.into_iter().filter(|row| pods::is_controlled(row, &owners)).collect()
    }

    /// All that must be known beside the workload itself.
    pub(super) fn wants(&self) -> Vec<Want> {
        let mut wants: Vec<Want> =
            self.want_revisions().into_iter().chain(self.want_pods()).collect();
        let looked = self.pods.as_ref().map_or(&[][..], |pods| &pods.looked);
        if self.progress.is_over && looked.is_empty() {
            return wants;
        }
        wants.push(self.want_events(self.uid()));
        let newest = self.revisions.iter().find(|revision| revision.wanted);
        if let (Kind::Deployment, Some(newest)) = (self.kind, newest) {
            wants.push(self.want_events(newest.uid));
        }
        for row in looked {
            let want = self.want("", "pods", &row.name);
            if let Some(pod) = self.facts.object(&want) {
                let pod = Field::of(pod);
                wants.push(self.want_events(pod.at("metadata.uid").str()));
                for name in pods::waiting_claims(pod) {
                    let claim = self.want("", "persistentvolumeclaims", name);
                    let there = self.facts.object(&claim).map(Field::of);
                    let pending = there.filter(|claim| claim.at("status.phase").str() == "Pending");
                    let uid = pending.map(|claim| claim.at("metadata.uid").str());
                    wants.push(claim);
                    wants.extend(uid.map(|uid| self.want_events(uid)));
                }
            }
            wants.push(want);
        }
        wants.push(self.want_budgets());
        wants
    }
}
