//! Connections that break in the middle of a write: for every action, what kx says is what the server did.

mod between;
mod cases;
mod helm;
mod texts;
mod undone;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;

use kx::change::edit::{Aim, Draft, Edited, Edition, Part, Review, Reviewed, Said, bare};
use kx::change::{Change, OFFERS, Outcome, Proposal as _, Report, Target, undoing};
use kx::sheet::Facts;
use serde_json::{Value, json};

use crate::actions::Twins;
use crate::support::{now, wait_until};
use between::{Cut, Line};
use cases::{CASES, DRAINED, ELSEWHERE, OBJECTS};

/// A namespace of its own, and kx on the other side of what breaks.
struct Bench {
    twins: Twins,
    line: Line,
    name: &'static str,
}

#[test]
fn every_action_is_cut() {
    let cut: Vec<&str> = CASES.iter().map(|case| case.0).collect();
    for offer in OFFERS {
        let known = ELSEWHERE.iter().chain(&cut).any(|action| *action == offer.action);
        assert!(known, "{}: what does kx say of it where the connection breaks?", offer.action);
    }
}

impl Bench {
    async fn new(cut: Cut) -> Self {
        Self::new_named(cut, cut.name()).await
    }

    async fn new_named(cut: Cut, name: &'static str) -> Self {
        let twins = Twins::new().await;
        let objects = OBJECTS.replace("NAME", name).replace("REQUEST", crate::small::REQUEST);
        twins.lab.create(&objects).unwrap();
        let bound = || {
            twins.lab.run([
                "get",
                &format!("-n={name}"),
                "pvc/claim",
                "-o=jsonpath={.status.phase}",
            ]) == "Bound"
        };
        wait_until("the claim is bound", bound);
        let line = Line::new(cut, twins.client.clone()).await;
        Self { twins, line, name }
    }

    fn target(&self, plural: &str, name: &str) -> Target {
        let target = self.twins.target(plural, &name.replace("NAME", self.name));
        let namespaced = target.resource.namespaced;
        let namespace = if namespaced { self.name.to_owned() } else { String::new() };
        Target { namespace, ..target }
    }

    /// What people decided of the objects of this resource, by name.
    fn state(&self, plural: &str) -> BTreeMap<String, Value> {
        let namespace = format!("-n={}", self.name);
        let text = self.twins.lab.run(["get", &namespace, "-o=json", plural]);
        let list: Value = serde_json::from_str(&text).unwrap();
        let mut all = BTreeMap::new();
        for object in list["items"].as_array().unwrap() {
            let name = object["metadata"]["name"].as_str().unwrap().to_owned();
            if object["metadata"]["namespace"].is_null() && !name.starts_with(self.name) {
                continue;
            }
            let mut spec = object["spec"].clone();
            // The node controller has its own taints.
            if let Some(taints) = spec["taints"].as_array_mut() {
                taints.retain(|taint| taint["key"].as_str().is_some_and(|k| k.starts_with("x-")));
            }
            let mut annotations = object["metadata"]["annotations"].clone();
            if let Some(annotations) = annotations.as_object_mut() {
                annotations.retain(|key, _| !key.contains("kubernetes.io/"));
            }
            let decided = ["Approved", "Denied"].map(|kind| {
                let conditions = object["status"]["conditions"].as_array();
                conditions.is_some_and(|all| all.iter().any(|c| c["type"] == kind))
            });
            let mut labels = object["metadata"]["labels"].clone();
            if let Some(labels) = labels.as_object_mut() {
                labels.retain(|key, _| !key.contains("kubernetes.io/"));
            }
            let meta = &object["metadata"];
            let leaves = (meta["deletionTimestamp"].is_string(), &meta["finalizers"]);
            let kept = json!([spec, object["data"], labels, annotations, decided, leaves]);
            all.insert(name, kept);
        }
        all
    }

    /// Carries a change out, of which the first write is cut; how the server answered its writes.
    async fn carry_out(&self, change: Change) -> (Report, Vec<u16>) {
        let (report, landed, cut) = self.try_carry_out(change).await;
        assert!(cut, "nothing was cut: {}", report.words());
        (report, landed)
    }

    /// As [`Bench::carry_out`], and whether there was a write to be cut.
    async fn try_carry_out(&self, change: Change) -> (Report, Vec<u16>, bool) {
        let (report, landed) = self.line.carry_out(change).await;
        (report, landed, self.line.was_cut())
    }

    /// Waits until the Deployment's controller has looked at it, so that there are the revisions that a rollback needs.
    fn observed(&self) {
        let observed = || {
            let namespace = format!("-n={}", self.name);
            let text = self.twins.lab.run(["get", &namespace, "-o=json", "deployment/web"]);
            let web: Value = serde_json::from_str(&text).unwrap();
            web["status"]["observedGeneration"] == web["metadata"]["generation"]
        };
        wait_until("the controller looked", observed);
    }

    /// Does it without anything in between.
    async fn directly(&self, change: Change) {
        let words = change.words();
        let report = self.twins.carry_out(change).await;
        assert_eq!(report.outcome, Outcome::Done, "{words}: {}", report.words());
    }
}

/// Cuts a change, and holds what kx says against what the server did to the state that is looked at. Afterwards it is done, whatever was cut.
async fn told<S: PartialEq + Debug>(
    bench: &Bench,
    action: &str,
    change: Change,
    state: impl Fn() -> S,
) {
    let before = state();
    let (report, landed) = bench.carry_out(change.clone()).await;
    let after = state();
    let said = report.words();
    if bench.line.between.cut == Cut::Before {
        assert_eq!(landed, [0u16; 0], "{action}");
        assert_eq!(before, after, "{action}: {said}");
        assert!(matches!(report.outcome, Outcome::Failed(_)), "{action}: {said}");
        assert!(said.contains("try again"), "{action}: {said}");
        // It can be, and the next actions need what this one leaves.
        bench.directly(change).await;
        assert_ne!(before, state(), "{action}");
    } else {
        // A controller may have been quicker than the action: a conflict is told by the server and tried again.
        let taken: Vec<u16> = landed.iter().copied().filter(|&code| code != 409).collect();
        assert!(taken.len() == 1 && taken[0] < 300, "{action}: {landed:?}");
        assert_ne!(before, after, "{action}: {said}");
        assert_eq!(report.outcome, Outcome::Done, "{action}: {said}");
    }
}

/// Cuts every action that is one change of one object.
async fn all(cut: Cut) {
    let bench = Bench::new(cut).await;
    for &(action, plural, name, answers, looked) in CASES {
        if plural == "deployments" {
            bench.observed();
        }
        let target = bench.target(plural, name);
        let answers: Vec<String> =
            answers.iter().map(|answer| answer.replace("NAME", bench.name)).collect();
        let answers: Vec<&str> = answers.iter().map(String::as_str).collect();
        let mut changes = bench.twins.changes(action, target, &answers).unwrap();
        let change = changes.remove(0);
        told(&bench, action, change, || bench.state(looked)).await;
    }
}

#[tokio::test]
async fn what_never_arrived_is_not_done() {
    all(Cut::Before).await;
}

#[tokio::test]
async fn what_was_done_and_not_answered_is_done() {
    all(Cut::After).await;
}

#[tokio::test]
async fn what_was_answered_by_half_is_done() {
    all(Cut::Within).await;
}

/// An edit of a ConfigMap as the person agrees to it.
fn edit(bench: &Bench, to: &str) -> Change {
    let target = bench.target("configmaps", "map");
    let namespace = format!("-n={}", bench.name);
    let text = bench.twins.lab.run(["get", &namespace, "-o=json", "configmap/map"]);
    let theirs: Value = serde_json::from_str(&text).unwrap();
    let base = Arc::new(bare(&theirs));
    let mut ours = (*base).clone();
    ours["data"]["mode"] = json!(to);
    let ours = Arc::new(ours);
    let draft = Draft {
        name: "d".to_owned(),
        path: "/d.yaml".to_owned(),
        context: "lab".to_owned(),
        namespace: bench.name.to_owned(),
        aim: Aim::Edit,
        parts: vec![Part { target: target.clone(), base: Arc::clone(&base) }],
    };
    let review = Review::of_edit(Edited { target, base, ours, needs: Vec::new() }, theirs);
    let stored = Arc::clone(&review.wanted);
    let reviews = Ok(vec![review.said(Said::Stored(stored))]);
    let edition = Edition::new(Reviewed {
        draft: Arc::new(draft),
        text: String::new(),
        reviews,
        problems: Vec::new(),
    });
    let nothing = HashMap::new();
    let facts = Facts::new(&nothing, &|_| None, &bench.twins.catalog, now());
    edition.changes(&facts).unwrap().remove(0)
}

#[tokio::test]
async fn where_nothing_comes_through_any_more_it_says_that_it_cannot_know() {
    let unknown = |report: &Report, landed: &[u16], cut: Cut| {
        let said = report.words();
        assert!(matches!(report.outcome, Outcome::Unknown(_)), "{said}");
        assert!(said.contains("look at the object"), "{said}");
        // kx cannot tell these apart, and says so of both.
        assert_eq!(landed.len(), usize::from(cut == Cut::ForGood), "{said}");
    };
    let each = async |cut: Cut| {
        let bench = Bench::new(cut).await;
        // Whatever it is: a patch, a put, something made, something deleted, an edit, an undo.
        let mut changes = Vec::new();
        for (action, plural, name, answers) in [
            ("scale", "deployments", "web", &["2"][..]),
            ("label", "deployments", "web", &["team=shop", "false"]),
            ("trigger", "cronjobs", "night", &[]),
            ("delete", "jobs", "work", &[]),
        ] {
            let target = bench.target(plural, name);
            changes.push(bench.twins.changes(action, target, answers).unwrap().remove(0));
        }
        changes.push(edit(&bench, "light"));
        for change in changes {
            bench.line.between.down.store(false, SeqCst);
            let (report, landed) = bench.carry_out(change).await;
            unknown(&report, &landed, cut);
        }
    };
    futures::join!(each(Cut::ForGood), each(Cut::Down));
}

#[tokio::test]
async fn an_edit_and_an_undo_are_told_as_truly() {
    let bench = Bench::new_named(Cut::Within, "x-cut-edit").await;
    let mode = |bench: &Bench| bench.state("configmaps")["map"][1]["mode"].clone();
    let (report, landed) = bench.carry_out(edit(&bench, "light")).await;
    assert_eq!((report.outcome.clone(), landed), (Outcome::Done, vec![200]), "{}", report.words());
    assert_eq!(mode(&bench), "light");
    let (undone, landed) = bench.carry_out(undoing(&report).unwrap()).await;
    assert_eq!((undone.outcome.clone(), landed), (Outcome::Done, vec![200]), "{}", undone.words());
    assert_eq!(mode(&bench), "dark");

    let bench = Bench::new_named(Cut::Before, "x-cut-undo").await;
    let (report, landed) = bench.carry_out(edit(&bench, "light")).await;
    assert!(
        matches!(report.outcome, Outcome::Failed(_)) && landed.is_empty(),
        "{}",
        report.words()
    );
    assert_eq!(mode(&bench), "dark");
    let report = bench.twins.carry_out(edit(&bench, "light")).await;
    let (undone, landed) = bench.carry_out(undoing(&report).unwrap()).await;
    assert!(
        matches!(undone.outcome, Outcome::Failed(_)) && landed.is_empty(),
        "{}",
        undone.words()
    );
    assert_eq!(mode(&bench), "light");
}

/// A drain, each of whose steps is cut, and the default class going from one class to another.
async fn in_steps(cut: Cut, name: &'static str) {
    let bench = Bench::new_named(cut, name).await;
    bench.twins.lab.create(&DRAINED.replace("NAME", name)).unwrap();
    let node = bench.target("nodes", "NAME");
    let answers = ["true", "true", "true", "0", "", "false"];
    let (_, changes) = crate::drain::drain(&bench.twins, &node, &answers);
    let changes = changes.unwrap();
    let words: Vec<String> = changes.iter().map(|change| change.deed.words()).collect();
    assert_eq!(words, ["cordon", "evict"]);
    for change in changes {
        // What else becomes of pods is their controllers' business.
        let there = || {
            let pods = bench.state("pods");
            (bench.state("nodes"), pods.contains_key("drained"))
        };
        told(&bench, "drain", change, there).await;
    }

    // Where nothing may forbid it, pods are deleted.
    bench.twins.lab.create(&DRAINED.replace("NAME", name)).unwrap();
    let answers = ["true", "true", "true", "0", "", "true"];
    let (_, changes) = crate::drain::drain(&bench.twins, &node, &answers);
    let delete = changes.unwrap().into_iter().find(|change| change.deed.words() == "delete");
    let there = || bench.state("pods").contains_key("drained");
    told(&bench, "drain, without evictions", delete.unwrap(), there).await;

    // No other test may make another class the default one meanwhile.
    let _only = crate::labs::default_class().lock().await;
    let classes = [format!("{name}-a"), format!("{name}-b")];
    for class in &classes {
        let class = format!(
            "{{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {{name: {class}}}, provisioner: example.com/none}}"
        );
        bench.twins.lab.create(&class).unwrap();
    }
    let is_default = |class: &str| {
        let path =
            "-o=jsonpath={.metadata.annotations.storageclass\\.kubernetes\\.io/is-default-class}";
        bench.twins.lab.run(["get", "storageclass", class, path])
    };
    let both = || [is_default(&classes[0]), is_default(&classes[1])];
    for (class, wanted) in [(&classes[0], ["true", ""]), (&classes[1], ["false", "true"])] {
        let target = bench.twins.target("storageclasses", class);
        for change in bench.twins.changes("make-default", target, &[]).unwrap() {
            told(&bench, "make-default", change, both).await;
        }
        assert_eq!(both(), wanted);
    }
    bench.twins.lab.run(["delete", "storageclass", &classes[0], &classes[1]]);
}

#[tokio::test]
async fn each_step_of_what_takes_several_is_told_as_truly() {
    in_steps(Cut::Before, "x-cut-steps-before").await;
    in_steps(Cut::After, "x-cut-steps-after").await;
    in_steps(Cut::Within, "x-cut-steps-within").await;
}
