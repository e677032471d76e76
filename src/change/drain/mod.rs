//! Draining a node, as `kubectl drain` does (kubectl, `pkg/drain/drain.go`): it is cordoned, then its pods are evicted, each as soon as its budget allows, and awaited.
//!
//! Where one pod must not go, nothing is done at all.

mod leave;
mod plan;

use std::collections::HashSet;

use serde_json::Value;

use crate::access::Request;
use crate::kinds::{Cell, Value as Column, modelled};
use crate::sheet::{Answer, Facts, Line, Sheet, Span, Subject, Tone, Want};
use crate::store::{Health, Labels, Relation, Row, Str, To};

use super::need::{GET, Need};
use super::several::Several;
use super::{Change, Complaint, Does, Field, Of, Offer, Proposal, Target};
use leave::{Clear, How, name, needs, pod_of, refused};
use plan::{Allowed, Fate, fate};

pub(super) const OFFER: Offer = Offer {
    action: "drain",
    of: Of::Kinds,
    needs: |_| {
        // Which pods are evicted, and in which namespaces, the page knows once they are listed.
        vec![GET, Need::object("patch"), Need::everywhere("list", "", "pods")]
    },
    does: Does::Asks(|targets| Box::new(Drain { several: Several::new(targets) })),
};

const IGNORE: usize = 0;
const DATA: usize = 1;
const FORCE: usize = 2;
const GRACE: usize = 3;
const TIMEOUT: usize = 4;
const DELETE: usize = 5;

/// Asks what may be lost, and shows what becomes of each pod.
#[derive(Debug)]
struct Drain {
    several: Several,
}

/// The pods on a node.
fn pods_on(node: &Target) -> Want {
    Want::Objects {
        group: String::new(),
        resource: "pods".to_owned(),
        namespace: String::new(),
        labels: String::new(),
        fields: format!("spec.nodeName={}", node.name),
    }
}

fn everywhere(group: &str, resource: &str) -> Want {
    Want::Rows {
        group: group.to_owned(),
        resource: resource.to_owned(),
        namespace: String::new(),
        labels: String::new(),
        fields: String::new(),
    }
}

fn daemon_sets() -> Want {
    everywhere("apps", "daemonsets")
}

fn budgets() -> Want {
    everywhere("policy", "poddisruptionbudgets")
}

impl Drain {
    fn allowed(&self) -> Allowed {
        Allowed {
            ignore_daemon_sets: self.several.is_on(IGNORE),
            delete_empty_dir: self.several.is_on(DATA),
            force: self.several.is_on(FORCE),
        }
    }

    /// A node's pods with what becomes of each; `None` while that is not known.
    fn plan<'a>(&self, facts: &'a Facts<'_>, node: &Target) -> Option<Vec<(&'a Value, Fate)>> {
        let sets = facts.rows(&daemon_sets())?;
        let there = |namespace: &str, name: &str| {
            sets.iter().any(|set| *set.namespace == *namespace && *set.name == *name)
        };
        let Answer::Objects(pods) = facts.get(&pods_on(node)) else { return None };
        let allowed = self.allowed();
        Some(pods.iter().map(|pod| (&**pod, fate(pod, allowed, there))).collect())
    }
}

/// The budgets that count on a pod, each with how many of its pods may be evicted now.
fn kept_by<'a>(facts: &Facts<'a>, pod: &Value) -> Vec<(&'a Row, i64)> {
    let labels = pod["metadata"]["labels"].as_object();
    let label = |(key, value): (&String, &Value)| {
        Some((Str::from(key.as_str()), Str::from(value.as_str()?)))
    };
    let mut labels: Vec<(Str, Str)> = labels.into_iter().flatten().filter_map(label).collect();
    labels.sort();
    let labels: Labels = labels.into();
    let (_, namespace) = name(pod);
    let selects = |budget: &&Row| {
        budget.links.iter().any(|link| match &link.to {
            To::Labels { namespace: within, selector, .. } => {
                link.relation == Relation::Selects
                    && **within == *namespace
                    && selector.matches(&labels)
            }
            To::Uid { .. } | To::Name { .. } => false,
        })
    };
    let all = facts.rows(&budgets()).unwrap_or_default().into_iter().filter(selects);
    all.filter_map(|budget| Some((budget, allows(budget)?))).collect()
}

/// How many pods of a budget may be evicted now.
fn allows(budget: &Row) -> Option<i64> {
    let kind = modelled("policy", "poddisruptionbudgets")?;
    let column = kind.columns.iter().find(|column| column.name == "ALLOWED DISRUPTIONS")?;
    match column.value {
        Column::Cell(at) => match budget.cells.get(usize::from(at))? {
            Cell::Int(number) => Some(*number),
            _ => None,
        },
        _ => None,
    }
}

impl Drain {
    /// What becomes of the pods of a node.
    fn of_node(&self, facts: &Facts<'_>, node: &Target, plan: &[(&Value, Fate)]) -> Vec<Line> {
        let verb = if self.several.is_on(DELETE) { "deleted" } else { "evicted" };
        let going = plan.iter().filter(|(_, fate)| matches!(fate, Fate::Goes(_))).count();
        let summary = format!("  cordoned, {going} of {} pods {verb}", plan.len());
        let mut lines = vec![Line::new(
            0,
            [Span::new(node.short(), Tone::Strong), Span::new(summary, Tone::Muted)],
        )];
        // What forbids the whole comes first, then what may hold it up, then what stays.
        let mut told: Vec<(u8, Line)> = Vec::new();
        for (pod, fate) in plan {
            let (name, namespace) = name(pod);
            let blocked = matches!(fate, Fate::Goes(_)) && !self.several.is_on(DELETE);
            let budgets = if blocked { kept_by(facts, pod) } else { Vec::new() };
            let (rank, tone, mut words) = match fate {
                Fate::Refuses(why) => (0, Tone::State(Health::Broken), (*why).to_owned()),
                Fate::Goes(Some(lost)) => {
                    (2, Tone::State(Health::Warning), format!("{verb}: {lost}"))
                }
                Fate::Goes(None) => (3, Tone::Text, verb.to_owned()),
                Fate::Stays(why) => (4, Tone::Muted, format!("stays: {why}")),
            };
            let mut rank = rank;
            for (budget, number) in budgets {
                let now = match number {
                    0 => {
                        rank = 1;
                        "allows none now: it waits".to_owned()
                    }
                    number => format!("allows {number} now"),
                };
                words.push_str(&format!(", poddisruptionbudget/{} {now}", budget.name));
            }
            let tone = if rank == 1 { Tone::State(Health::Warning) } else { tone };
            let spans = [
                Span::new(format!("pod/{name}"), Tone::Text),
                Span::new(format!(" in {namespace}  "), Tone::Muted),
                Span::new(words, tone),
            ];
            told.push((rank, Line::new(2, spans)));
        }
        told.sort_by_key(|(rank, _)| *rank);
        lines.extend(told.into_iter().map(|(_, line)| line));
        lines
    }

    /// A number of seconds, or none.
    fn seconds(&self, field: usize) -> Result<Option<u32>, Complaint> {
        match self.several.answer(field) {
            "" => Ok(None),
            typed => typed
                .parse()
                .map(Some)
                .map_err(|_| Complaint::of(field, "type a number of seconds, or nothing")),
        }
    }

    /// What is done to a node: it is cordoned, then each pod that must go leaves.
    fn of_one(&self, facts: &Facts<'_>, node: &Target) -> Result<Vec<Change>, Complaint> {
        let Some(plan) = self.plan(facts, node) else {
            let why = format!(
                "the pods on {}, or the DaemonSets, are not read yet: wait a moment, or look whether you may list them",
                node.short()
            );
            return Err(why.into());
        };
        if let Some(why) = refused(&plan) {
            return Err(format!("nothing is drained: {why}").into());
        }
        let pods = facts.catalog().named("", "pods");
        let pods = pods.ok_or_else(|| "the cluster serves no pods".to_owned())?;
        let grace = self.seconds(GRACE)?;
        // 0 is for ever, as it is for kubectl.
        let limit = self.seconds(TIMEOUT)?.filter(|seconds| *seconds > 0).map(u64::from);
        let how = How { grace, limit, delete: self.several.is_on(DELETE) };
        let sets = facts.catalog().named("apps", "daemonsets");
        Ok(Clear { allowed: self.allowed(), how, pods, sets }.changes(node, &plan))
    }
}

impl Subject for Drain {
    fn crumbs(&self) -> Vec<String> {
        vec![self.several.together(), "drain".to_owned()]
    }

    fn wants(&self, _: &Facts<'_>) -> Vec<Want> {
        let pods = self.several.targets.iter().map(pods_on);
        pods.chain([daemon_sets(), budgets()]).collect()
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let mut lines = Vec::new();
        for node in &self.several.targets {
            let Some(plan) = self.plan(facts, node) else { continue };
            lines.extend(self.of_node(facts, node, &plan));
        }
        Sheet { lines, changes_in: None }
    }

    fn proposal(&self) -> Option<&dyn Proposal> {
        Some(self)
    }

    fn proposal_mut(&mut self) -> Option<&mut dyn Proposal> {
        Some(self)
    }
}

impl Proposal for Drain {
    fn title(&self) -> String {
        format!("Drain {}", self.several.together())
    }

    fn verb(&self) -> String {
        "drain".to_owned()
    }

    fn fields(&self, _: &Facts<'_>) -> Vec<Field> {
        vec![
            Field::switch("ignore DaemonSets", false, "their pods stay"),
            Field::switch("delete emptyDir data", false, "what is in such volumes is lost"),
            Field::switch("force", false, "pods that nobody makes anew may go"),
            Field::text("grace period", "", "in seconds; empty for what each says itself"),
            Field::text("timeout", "", "in seconds; empty for as long as it takes"),
            Field::switch("disable eviction", false, "delete them, whatever the budgets say"),
        ]
    }

    fn answer(&mut self, answers: Vec<String>) {
        self.several.answers = answers;
    }

    fn asks(&self, facts: &Facts<'_>) -> Vec<Request> {
        let Some(pods) = facts.catalog().named("", "pods") else { return Vec::new() };
        let delete = self.several.is_on(DELETE);
        let plans = self.several.targets.iter().filter_map(|node| self.plan(facts, node));
        let going = plans.flatten().filter(|(_, fate)| matches!(fate, Fate::Goes(_)));
        // The first of each namespace stands for the rest of it.
        let mut seen = HashSet::new();
        let first = going.filter(|(pod, _)| seen.insert(name(pod).1));
        first
            .flat_map(|(pod, _)| needs(delete).map(|need| need.request(&pod_of(&pods, pod))))
            .collect()
    }

    fn changes(&self, facts: &Facts<'_>) -> Result<Vec<Change>, Complaint> {
        // All nodes are looked at before anything is done to one.
        let all: Result<Vec<Vec<Change>>, Complaint> =
            self.several.targets.iter().map(|node| self.of_one(facts, node)).collect();
        Ok(all?.into_iter().flatten().collect())
    }
}
