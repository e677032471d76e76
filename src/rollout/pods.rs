//! The pods of a workload, as rows: new and old, and the few that are looked at because they are not well.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use crate::describe::Field;
use crate::kinds::{Cell, modelled};
use crate::sheet::Want;
use crate::store::{Health, Relation, Row, To, Uid};

use super::revisions::Revision;

/// How many pods are looked at closely: each of another state, the worst first.
const LOOKED: usize = 3;

/// The pods of a workload.
pub(super) struct Pods<'a> {
    /// Those of the template that is rolled out to, the worst first.
    pub(super) new: Vec<&'a Row>,
    /// Those of other templates, the worst first.
    pub(super) old: Vec<&'a Row>,
    /// One of each state that is not well, with how it is the worst first.
    pub(super) looked: Vec<&'a Row>,
}

impl<'a> Pods<'a> {
    pub(super) fn new(rows: Vec<&'a Row>, revisions: &[Revision<'_>]) -> Self {
        let wanted = revisions.iter().find(|revision| revision.wanted);
        let is_new = |row: &&Row| wanted.is_none_or(|revision| revision.has(&row.labels));
        let (mut new, mut old): (Vec<&Row>, Vec<&Row>) = rows.into_iter().partition(is_new);
        for pods in [&mut new, &mut old] {
            pods.sort_by(|a, b| b.health.cmp(&a.health).then_with(|| a.name.cmp(&b.name)));
        }
        let mut looked = one_of_each(&new, |row| row.health > Health::Ok);
        // An old pod is of interest where it does not go.
        looked.extend(one_of_each(&old, |row| text(row, "STATUS") == "Terminating"));
        looked.truncate(LOOKED);
        Self { new, old, looked }
    }

    /// How many of its new pods are in the state of this one.
    pub(super) fn like(&self, row: &Row) -> usize {
        let state = text(row, "STATUS");
        self.new.iter().chain(&self.old).filter(|other| text(other, "STATUS") == state).count()
    }
}

/// The first of each state, the worst and most frequent first.
fn one_of_each<'a>(rows: &[&'a Row], which: impl Fn(&Row) -> bool) -> Vec<&'a Row> {
    let mut states: BTreeMap<String, (&'a Row, usize)> = BTreeMap::new();
    for row in rows.iter().filter(|row| which(row)) {
        states.entry(text(row, "STATUS")).or_insert((row, 0)).1 += 1;
    }
    let mut states: Vec<(&Row, usize)> = states.into_values().collect();
    states.sort_by_key(|(row, count)| (Reverse(row.health), Reverse(*count)));
    states.into_iter().map(|(row, _)| row).collect()
}

/// Whether one of these controls a row.
pub(super) fn is_controlled(row: &Row, owners: &HashSet<Uid>) -> bool {
    row.links.iter().any(|link| {
        link.relation == Relation::Controller
            && matches!(&link.to, To::Uid { uid, .. } if owners.contains(uid))
    })
}

/// What a pod's row says in a column.
pub(super) fn cell(row: &Row, name: &str) -> Cell {
    let column = modelled("", "pods").and_then(|k| k.columns.iter().find(|c| c.name == name));
    column.map_or(Cell::None, |column| column.cell(row))
}

/// The text of a pod's row in a column.
pub(super) fn text(row: &Row, name: &str) -> String {
    match cell(row, name) {
        Cell::Text(text) => text.to_string(),
        cell => cell.text(0),
    }
}

/// Rows of a namespace.
pub(super) fn rows(group: &str, resource: &str, namespace: &str, labels: &str) -> Want {
    Want::Rows {
        group: group.to_owned(),
        resource: resource.to_owned(),
        namespace: namespace.to_owned(),
        labels: labels.to_owned(),
        fields: String::new(),
    }
}

/// The claims of a pod that has not started yet, by their names: it may wait for one of them.
pub(super) fn waiting_claims(pod: Field<'_>) -> Vec<&str> {
    if pod.at("status.phase").str() != "Pending" {
        return Vec::new();
    }
    let volumes = pod.at("spec.volumes");
    let claims = volumes.list().map(|volume| volume.at("persistentVolumeClaim.claimName").str());
    claims.filter(|name| !name.is_empty()).collect()
}
