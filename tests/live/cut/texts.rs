//! Connections that break in the middle of what is made of a text, and of what leads beyond the object: applied, created, made anew, a pod on a node, a
//! namespace's own finalizer.

use std::collections::HashMap;
use std::sync::Arc;

use kx::change::edit::{Aim, Draft, Edition, Part, Review, Reviewed, bare, edited, write};
use kx::change::{Change, Outcome, Proposal as _};
use kx::cluster::review;
use kx::sheet::Facts;
use serde_json::Value;

use super::between::Cut;
use super::{Bench, told};
use crate::support::{now, wait_until};

/// What a text makes of the server, as the person agrees to it after it was shown.
async fn changes(bench: &Bench, aim: Aim, of: Option<&str>, text: &str, then: &str) -> Vec<Change> {
    let part = |what: &str| {
        let (plural, name) = what.split_once('/').unwrap();
        let object = object(bench, what);
        Part { target: bench.target(plural, name), base: Arc::new(bare(&object)) }
    };
    let draft = Draft {
        name: "d".to_owned(),
        path: "/d.yaml".to_owned(),
        context: "lab".to_owned(),
        namespace: bench.name.to_owned(),
        aim,
        parts: of.map(part).into_iter().collect(),
    };
    let mut reviews: Vec<Review> = Vec::new();
    for edited in edited(&draft, text, &bench.twins.catalog).unwrap() {
        reviews.push(review::review(&bench.twins.client, aim, edited).await.unwrap());
    }
    let (text, problems) = (text.to_owned(), Vec::new());
    let reviewed = Reviewed { draft: Arc::new(draft), text, reviews: Ok(reviews), problems };
    let mut edition = Edition::new(reviewed);
    edition.answer(vec![then.to_owned()]);
    let nothing = HashMap::new();
    let facts = Facts::new(&nothing, &|_| None, &bench.twins.catalog, now());
    edition.changes(&facts).unwrap()
}

fn object(bench: &Bench, what: &str) -> Value {
    let namespace = format!("-n={}", bench.name);
    serde_json::from_str(&bench.twins.lab.run(["get", &namespace, "-o=json", what])).unwrap()
}

const MAP: &str =
    "{apiVersion: v1, kind: ConfigMap, metadata: {name: applied}, data: {mode: MODE}}\n";

async fn texts(cut: Cut, name: &'static str) {
    let bench = Bench::new_named(cut, name).await;
    let maps = || bench.state("configmaps");
    for mode in ["one", "two"] {
        let mut all = changes(&bench, Aim::Apply, None, &MAP.replace("MODE", mode), "").await;
        told(&bench, "apply", all.remove(0), maps).await;
        assert_eq!(maps()["applied"][1]["mode"], mode);
    }
    // Somebody else's, until its field is taken over.
    let text = MAP.replace("applied", "map").replace("MODE", "theirs");
    let mut all = changes(&bench, Aim::Apply, None, &text, "take the fields over").await;
    told(&bench, "take over", all.remove(0), maps).await;
    assert_eq!(maps()["map"][1]["mode"], "theirs");
    for text in [
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: made}, data: {a: b}}",
        "{apiVersion: v1, kind: ConfigMap, metadata: {generateName: named-}, data: {a: b}}",
    ] {
        let mut all = changes(&bench, Aim::Create, None, text, "").await;
        let change = all.remove(0);
        let name = change.target.name.clone();
        told(&bench, "create", change, maps).await;
        // Whatever became of the answer, there is one of it.
        let made = maps().into_keys().filter(|made| made.starts_with(&name[..4])).count();
        assert_eq!(made, 1, "{name}");
    }
    // A Job's template cannot be changed: it is deleted and made anew.
    let job = object(&bench, "jobs/work");
    let before = job["metadata"]["uid"].clone();
    let text = write(&[], [&bare(&job)]).replace("image: b:1", "image: b:2");
    let mut all =
        changes(&bench, Aim::Edit, Some("jobs/work"), &text, "delete and make anew").await;
    let (report, landed) = bench.carry_out(all.remove(0)).await;
    let said = report.words();
    // Its deletion was cut; what is there says what comes next, so that it goes on.
    assert_eq!(report.outcome, Outcome::Done, "{said}: {landed:?}");
    let after = object(&bench, "jobs/work");
    assert_ne!(after["metadata"]["uid"], before, "{said}");
    assert_eq!(after["spec"]["template"]["spec"]["containers"][0]["image"], "b:2", "{said}");
    // Its creation is cut, with the one before deleted already.
    let text = write(&[], [&bare(&after)]).replace("image: b:2", "image: b:3");
    let mut all =
        changes(&bench, Aim::Edit, Some("jobs/work"), &text, "delete and make anew").await;
    let change = all.remove(0);
    let (report, landed) = bench.line.carry_out_after(1, change.clone()).await;
    let said = report.words();
    assert!(bench.line.was_cut(), "{said}");
    if cut == Cut::Before {
        assert_eq!(landed, [200], "{said}");
        assert!(matches!(report.outcome, Outcome::Failed(_)), "{said}");
        assert!(said.contains("job/work is deleted by now, and not made anew"), "{said}");
        assert!(!bench.state("jobs").contains_key("work"), "{said}");
        bench.directly(change).await;
    } else {
        assert_eq!((report.outcome, landed), (Outcome::Done, vec![200, 201]), "{said}");
    }
    let anew = object(&bench, "jobs/work");
    assert_eq!(anew["spec"]["template"]["spec"]["containers"][0]["image"], "b:3", "{said}");

    // A pod on the node.
    let target = bench.target("nodes", "NAME");
    let answers = ["busybox:1", "", "general", name];
    let mut all = bench.twins.changes("debug", target, &answers).unwrap();
    told(&bench, "debug", all.remove(0), || {
        bench.state("pods").into_keys().filter(|pod| pod.starts_with("node-debugger-")).count()
    })
    .await;
}

#[tokio::test]
async fn what_is_made_of_a_text_is_told_as_truly() {
    texts(Cut::Before, "x-cut-texts-before").await;
    texts(Cut::After, "x-cut-texts-after").await;
    texts(Cut::Within, "x-cut-texts-within").await;
}

#[tokio::test]
async fn the_finalizer_of_a_namespace_is_told_as_truly() {
    for (cut, name) in [
        (Cut::Before, "x-cut-space-before"),
        (Cut::After, "x-cut-space-after"),
        (Cut::Within, "x-cut-space-within"),
    ] {
        let bench = Bench::new_named(cut, name).await;
        let lab = bench.twins.lab;
        // It stays while something in it is held.
        lab.run(["delete", "namespace", name, "--wait=false"]);
        let there = || {
            let text = lab.run([
                "get",
                "namespace",
                name,
                "--ignore-not-found",
                "-o=jsonpath={.spec.finalizers[*]}",
            ]);
            text.trim().to_owned()
        };
        wait_until("the namespace is being deleted", || {
            lab.run(["get", "namespace", name, "-o=jsonpath={.status.phase}"]) == "Terminating"
        });
        let target = bench.twins.target("namespaces", name);
        let mut all = bench.twins.changes("remove-finalizer", target, &["kubernetes"]).unwrap();
        let (report, landed) = bench.carry_out(all.remove(0)).await;
        let said = report.words();
        match cut {
            Cut::Before => {
                assert!(landed.is_empty() && said.contains("try again"), "{said}");
                assert_eq!(there(), "kubernetes", "{said}");
            }
            _ => {
                assert_eq!(report.outcome, Outcome::Done, "{said}: {landed:?}");
                assert_eq!(there(), "", "{said}");
            }
        }
    }
}
