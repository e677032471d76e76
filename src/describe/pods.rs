//! How the pods of a workload are doing: counted by their phase.

use crate::sheet::Want;
use crate::store::{Health, Relation, Row, To, Uid};

use super::about::About;
use super::field::Field;
use super::meta::{selector, set};
use super::piece::{Piece, muted, toned};
use super::writer::Writer;

/// Phases, and what kubectl calls them here.
const PHASES: [(&str, &str, Health); 4] = [
    ("Running", "Running", Health::Ok),
    ("Pending", "Waiting", Health::Changing),
    ("Succeeded", "Succeeded", Health::Idle),
    ("Failed", "Failed", Health::Broken),
];

/// The pods that a workload's selector chooses, by phase: a row does not tell the phase, and whole pods would be much to read.
pub fn wants(about: &About<'_>) -> Vec<Want> {
    let chosen = about.object.at("spec.selector");
    // A ReplicationController's is a plain map.
    let plain = chosen.map().iter().all(|(_, value)| !value.is_map() && !value.is_list());
    let labels = if plain { Some(set(chosen)) } else { selector(chosen) };
    let Some(labels) = labels else { return Vec::new() };
    let want = |(phase, ..): &(&str, &str, Health)| Want::Rows {
        group: String::new(),
        resource: "pods".to_owned(),
        namespace: about.namespace().to_owned(),
        labels: labels.clone(),
        fields: format!("status.phase={phase}"),
    };
    PHASES.iter().map(want).collect()
}

/// `Replicas:`, of who just keeps a number of pods.
pub fn replicas(about: &About<'_>, w: &mut Writer) {
    let current = about.object.at("status.replicas").int();
    let desired = about.object.at("spec.replicas").int();
    w.field(0, "Replicas", format!("{current} current / {desired} desired"));
}

/// `Pods Status:`, of the pods that the object controls.
pub fn status(about: &About<'_>, w: &mut Writer) {
    let mut text = Piece::default();
    let wants = wants(about);
    if wants.is_empty() {
        text = muted("the selector is invalid");
    }
    for (want, (_, words, health)) in wants.iter().zip(PHASES) {
        let rows = match about.rows(want) {
            Ok(rows) => rows,
            Err(instead) => {
                text = instead;
                break;
            }
        };
        let count = rows.iter().filter(|row| is_controlled(row, about.object)).count();
        if text != Piece::default() {
            text = text.and(muted(" / "));
        }
        let health = if count == 0 { Health::Idle } else { health };
        text = text.and(toned(format!("{count} {words}"), health));
    }
    w.field(0, "Pods Status", text);
}

fn is_controlled(row: &Row, by: Field<'_>) -> bool {
    let owner = Uid::new(by.at("metadata.uid").str());
    row.links.iter().any(|link| {
        link.relation == Relation::Controller
            && matches!(&link.to, To::Uid { uid, .. } if *uid == owner)
    })
}
