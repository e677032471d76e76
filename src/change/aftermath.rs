//! What a deletion takes with it: what is owned, what is in a namespace, and the budgets that count on the pods that go.

use std::collections::HashSet;
use std::sync::Arc;

use crate::kinds::{By, Drill, Modelled, Place, Resource, modelled};
use crate::sheet::{Facts, Line, Span, Tone, Want};
use crate::store::{Health, Relation, Row, To, Uid};

use super::Target;
use super::several::{READ, known};

/// How many steps of owners are gone down: a CronJob's Jobs, their pods, and one more.
const DEEPEST: usize = 4;
/// Of more namespaces than these, all are watched at once.
const NAMESPACES: usize = 5;
/// How many budgets are named.
const NAMED: usize = 5;

/// What must be known for it.
pub(super) fn wants(targets: &[Target], facts: &Facts<'_>) -> Vec<Want> {
    if targets.len() > READ {
        return Vec::new();
    }
    let mut wants = Vec::new();
    for (resource, targets) in by_resource(targets) {
        let chain = chain(resource);
        for kind in &chain {
            wants.extend(rows_of(kind, &targets));
        }
        if let Some(pods) =
            chain.last().copied().or_else(|| of(resource)).filter(|kind| is_pod(kind))
        {
            wants.extend(budgets(&targets).filter(|_| pods.place == Place::Pod));
        }
        if is_namespace(resource) {
            let kinds: Vec<&Modelled> = common(facts).collect();
            for target in targets {
                wants.extend(kinds.iter().map(|kind| rows(kind, &target.name)));
            }
        }
    }
    wants
}

/// What is said of it.
pub(super) fn lines(targets: &[Target], facts: &Facts<'_>, propagation: &str) -> Vec<Line> {
    if targets.len() > READ {
        return Vec::new();
    }
    let mut lines = Vec::new();
    for (resource, targets) in by_resource(targets) {
        lines.extend(owned(resource, &targets, facts, propagation));
        if is_namespace(resource) {
            lines.extend(targets.iter().filter_map(|target| inside(target, facts)));
        }
    }
    lines
}

/// The targets of each resource.
fn by_resource(targets: &[Target]) -> Vec<(&Arc<Resource>, Vec<&Target>)> {
    let mut all: Vec<(&Arc<Resource>, Vec<&Target>)> = Vec::new();
    for target in targets {
        match all.iter_mut().find(|(resource, _)| **resource == target.resource) {
            Some((_, list)) => list.push(target),
            None => all.push((&target.resource, vec![target])),
        }
    }
    all
}

fn of(resource: &Resource) -> Option<&'static Modelled> {
    modelled(&resource.group, &resource.plural)
}

fn is_pod(kind: &Modelled) -> bool {
    kind.place == Place::Pod
}

fn is_namespace(resource: &Resource) -> bool {
    of(resource).is_some_and(|kind| matches!(kind.drill, Drill::Rows { by: By::Namespace, .. }))
}

/// The kinds below a resource, each controlled by the one before: a Deployment's ReplicaSets, their pods.
fn chain(resource: &Resource) -> Vec<&'static Modelled> {
    let below = |kind: &'static Modelled| match kind.drill {
        Drill::Rows { group, plural, by: By::Controller } => modelled(group, plural),
        _ => None,
    };
    std::iter::successors(of(resource).and_then(below), |kind| below(kind)).take(DEEPEST).collect()
}

/// The kinds of what is counted in a namespace: what makes pods, what leads to them, storage, and configuration.
fn common<'a>(facts: &Facts<'a>) -> impl Iterator<Item = &'static Modelled> + use<'a> {
    let wanted = |kind: &&Modelled| {
        use Place::{Claim, Pod, Route, Service, Workload};
        matches!(kind.place, Claim | Pod | Route | Service | Workload)
            || kind.actions.contains(&"edit-key")
    };
    let whole = |kind: &&Modelled| kind.info.part_of.is_none() && kind.info.view.is_none();
    let all = facts.catalog().iter().filter(|resource| resource.namespaced);
    all.filter_map(|resource| of(resource)).filter(wanted).filter(whole)
}

fn rows(kind: &Modelled, namespace: &str) -> Want {
    Want::Rows {
        group: kind.info.group.to_owned(),
        resource: kind.info.plural.to_owned(),
        namespace: namespace.to_owned(),
        labels: String::new(),
        fields: String::new(),
    }
}

/// The rows of a kind in the namespaces of these objects.
fn rows_of(kind: &Modelled, targets: &[&Target]) -> Vec<Want> {
    let namespaces: HashSet<&str> = targets.iter().map(|t| t.namespace.as_str()).collect();
    if namespaces.len() > NAMESPACES {
        return vec![rows(kind, "")];
    }
    let mut namespaces: Vec<&str> = namespaces.into_iter().collect();
    namespaces.sort_unstable();
    namespaces.into_iter().map(|namespace| rows(kind, namespace)).collect()
}

fn budgets(targets: &[&Target]) -> impl Iterator<Item = Want> {
    let kind = modelled("policy", "poddisruptionbudgets");
    kind.map(|kind| rows_of(kind, targets)).unwrap_or_default().into_iter()
}

/// All rows of these wants; `None` while some are not there yet.
fn all<'a>(facts: &Facts<'a>, wants: &[Want]) -> Option<Vec<&'a Row>> {
    let lists: Option<Vec<Vec<&Row>>> = wants.iter().map(|want| facts.rows(want)).collect();
    Some(lists?.into_iter().flatten().collect())
}

/// Whether a row is owned by one of these.
fn owned_by(row: &Row, owners: &HashSet<Uid>) -> bool {
    row.links.iter().any(|link| {
        matches!(link.relation, Relation::Controller | Relation::Owner)
            && matches!(&link.to, To::Uid { uid, .. } if owners.contains(uid))
    })
}

/// A number of something: `1 pod`, `3 pods`.
fn count(number: usize, resource: &Modelled) -> String {
    let plural = resource.info.plural;
    match number {
        1 => format!("1 {}", plural.strip_suffix('s').unwrap_or(plural)),
        _ => format!("{number} {plural}"),
    }
}

/// What these own goes with them, and what counts on the pods among it.
fn owned(
    resource: &Resource,
    targets: &[&Target],
    facts: &Facts<'_>,
    propagation: &str,
) -> Vec<Line> {
    let uid = |target: &&Target| {
        let read = || known(facts, target)?["metadata"]["uid"].as_str().map(Uid::new);
        target.uid.or_else(read)
    };
    let mut owners: HashSet<Uid> = targets.iter().filter_map(uid).collect();
    let own =
        of(resource).filter(|kind| is_pod(kind)).map(|kind| all(facts, &rows_of(kind, targets)));
    let mut pods: Vec<&Row> = own.flatten().unwrap_or_default();
    pods.retain(|pod| owners.contains(&pod.uid));
    let mut counts = Vec::new();
    for kind in chain(resource) {
        let Some(rows) = all(facts, &rows_of(kind, targets)) else { break };
        let rows: Vec<&Row> = rows.into_iter().filter(|row| owned_by(row, &owners)).collect();
        if rows.is_empty() {
            break;
        }
        counts.push(count(rows.len(), kind));
        owners = rows.iter().map(|row| row.uid).collect();
        if is_pod(kind) {
            pods = rows;
        }
    }
    let mut lines = Vec::new();
    if !counts.is_empty() {
        let (words, tone) = match propagation {
            "Orphan" => ("stay, and those they belonged to are gone: ", Tone::Text),
            "Foreground" => ("are deleted first: ", Tone::State(Health::Warning)),
            _ => ("are deleted with it: ", Tone::State(Health::Warning)),
        };
        lines.push(Line::new(
            0,
            [Span::new(words, Tone::Muted), Span::new(counts.join(", "), tone)],
        ));
    }
    if propagation != "Orphan" || of(resource).is_some_and(is_pod) {
        lines.extend(counting_on(&pods, targets, facts));
    }
    lines
}

/// The budgets that count on pods which go.
fn counting_on(pods: &[&Row], targets: &[&Target], facts: &Facts<'_>) -> Vec<Line> {
    let budgets = budgets(targets).filter_map(|want| facts.rows(&want)).flatten();
    let line = |budget: &Row| {
        let selected = |pod: &&&Row| {
            budget.links.iter().any(|link| match &link.to {
                To::Labels { namespace, selector, .. } => {
                    link.relation == Relation::Selects
                        && pod.namespace == *namespace
                        && selector.matches(&pod.labels)
                }
                To::Uid { .. } | To::Name { .. } => false,
            })
        };
        let number = pods.iter().filter(selected).count();
        (number > 0).then(|| {
            let name = format!("poddisruptionbudget/{}", budget.name);
            let these = if number == 1 {
                "one of the pods".to_owned()
            } else {
                format!("{number} of the pods")
            };
            let words = format!(" counts on {these}; a deletion does not ask it");
            Line::new(
                0,
                [Span::new(name, Tone::State(Health::Warning)), Span::new(words, Tone::Text)],
            )
        })
    };
    budgets.filter_map(line).take(NAMED).collect()
}

/// What a namespace holds.
fn inside(target: &Target, facts: &Facts<'_>) -> Option<Line> {
    let number = |kind: &'static Modelled| {
        let rows = facts.rows(&rows(kind, &target.name))?;
        (!rows.is_empty()).then(|| count(rows.len(), kind))
    };
    let counts: Vec<String> = common(facts).filter_map(number).collect();
    (!counts.is_empty()).then(|| {
        let words = format!("all that is in {} goes with it: ", target.short());
        let counts = Span::new(counts.join(", "), Tone::State(Health::Warning));
        Line::new(0, [Span::new(words, Tone::Muted), counts])
    })
}
