//! Draining a node, as `kubectl drain` does (kubectl, `pkg/drain/drain.go`): it is cordoned, then its pods are evicted, each as soon as its budget allows, and awaited.
//!
//! Where one pod must not go, nothing is done at all.

mod plan;

use std::sync::Arc;

use serde_json::{Value, json};

use crate::kinds::{Cell, Value as Column, modelled};
use crate::sheet::{Answer, Facts, Line, Sheet, Span, Subject, Tone, Want};
use crate::store::{Health, Labels, Relation, Row, Str, To, Uid};

use super::call::uid;
use super::cordon::Cordon;
use super::evict::eviction;
use super::need::{GET, Need};
use super::several::Several;
use super::{
    Call, Change, Complaint, Deed, Does, Field, Method, Of, Offer, Patience, Proposal, Target,
};
use plan::{Allowed, Fate, fate};

pub(super) const OFFER: Offer = Offer {
    action: "drain",
    of: Of::Kinds,
    needs: |_| {
        // Which pods are evicted, and in which namespaces, is known once they are listed.
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

/// How long it waits before it tries again to evict what a budget keeps, in seconds (kubectl's `EvictErrorRetryDelay`).
const PAUSE: u64 = 5;

/// Makes a pod leave its node, and waits until it is gone.
#[derive(Debug)]
struct Leave {
    /// The node, which is cordoned before.
    node: Target,
    grace: Option<u32>,
    /// How long that may take, in seconds.
    limit: Option<u64>,
    /// Deleted instead of evicted: no budget is asked.
    delete: bool,
}

impl Deed for Leave {
    fn words(&self) -> String {
        if self.delete { "delete" } else { "evict" }.to_owned()
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["drain", if self.delete { "delete" } else { "evict" }]
    }

    fn call(&self, target: &Target, pod: &Value) -> Result<Option<Call>, String> {
        if pod["metadata"]["deletionTimestamp"].is_string() {
            return Ok(None);
        }
        if !self.delete {
            return Ok(Some(eviction(target, pod, self.grace)));
        }
        let mut body = json!({"apiVersion": "v1", "kind": "DeleteOptions"});
        if let Some(seconds) = self.grace {
            body["gracePeriodSeconds"] = json!(seconds);
        }
        if let Some(uid) = uid(pod) {
            body["preconditions"] = json!({"uid": uid});
        }
        Ok(Some(Call { method: Method::Delete, path: target.path(""), body, look: None }))
    }

    fn removes(&self) -> bool {
        true
    }

    fn follows(&self) -> Option<&Target> {
        Some(&self.node)
    }

    fn patience(&self) -> Patience {
        Patience { tries: None, pause: Some(PAUSE), limit: self.limit }
    }

    fn waits_for(&self, target: &Target, now: Option<&Value>) -> Option<String> {
        let pod = now?;
        let another = target.uid.zip(uid(pod)).is_some_and(|(seen, uid)| Uid::new(uid) != seen);
        (!another).then(|| "its containers end".to_owned())
    }
}

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

/// The name and namespace of a pod.
fn name(pod: &Value) -> (&str, &str) {
    let text = |field: &str| pod["metadata"][field].as_str().unwrap_or_default();
    (text("name"), text("namespace"))
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
        let refused = plan.iter().find_map(|(pod, fate)| match fate {
            Fate::Refuses(why) => Some((name(pod), why)),
            _ => None,
        });
        if let Some(((name, namespace), why)) = refused {
            return Err(format!("nothing is drained: pod/{name} in {namespace} {why}").into());
        }
        let pods = facts.catalog().named("", "pods");
        let pods = pods.ok_or_else(|| "the cluster serves no pods".to_owned())?;
        let grace = self.seconds(GRACE)?;
        // 0 is for ever, as it is for kubectl.
        let limit = self.seconds(TIMEOUT)?.filter(|seconds| *seconds > 0).map(u64::from);
        let delete = self.several.is_on(DELETE);
        let mut changes = vec![Change::new(node.clone(), Cordon(true))];
        for (pod, fate) in plan {
            if !matches!(fate, Fate::Goes(_)) {
                continue;
            }
            let (name, namespace) = name(pod);
            let target = Target {
                resource: Arc::clone(&pods),
                namespace: namespace.to_owned(),
                name: name.to_owned(),
                uid: uid(pod).map(Uid::new),
            };
            changes.push(Change::new(target, Leave { node: node.clone(), grace, limit, delete }));
        }
        Ok(changes)
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

    fn changes(&self, facts: &Facts<'_>) -> Result<Vec<Change>, Complaint> {
        // All nodes are looked at before anything is done to one.
        let all: Result<Vec<Vec<Change>>, Complaint> =
            self.several.targets.iter().map(|node| self.of_one(facts, node)).collect();
        Ok(all?.into_iter().flatten().collect())
    }
}
