//! Releases of Helm: each step of a rollback and of an uninstall is cut, records and hooks among them.

use std::collections::BTreeMap;

use kx::change::{Change, Outcome};
use serde_json::Value;

use super::Bench;
use super::between::Cut;
use crate::by_helm::side::Side;
use crate::by_helm::{MORE, chart, helm};

/// All that a release consists of, and its records.
fn stored(bench: &Bench) -> [BTreeMap<String, Value>; 7] {
    ["secrets", "configmaps", "serviceaccounts", "services", "deployments", "jobs", "crontabs"]
        .map(|kind| bench.state(kind))
}

/// Carries steps out one after the other, the first write of each cut; how many were.
async fn steps(bench: &Bench, changes: Vec<Change>) -> usize {
    let mut cut = 0;
    for change in changes {
        let before = stored(bench);
        let (report, landed, was_cut) = bench.try_carry_out(change.clone()).await;
        let (after, said) = (stored(bench), report.words());
        if !was_cut {
            // There was nothing to be done.
            assert_eq!((report.outcome, before == after), (Outcome::Already, true), "{said}");
            continue;
        }
        cut += 1;
        if bench.line.between.cut == Cut::Before {
            assert_eq!((landed.as_slice(), before == after), (&[][..], true), "{said}");
            assert!(matches!(report.outcome, Outcome::Failed(_)), "{said}");
            assert!(said.contains("try again"), "{said}");
            bench.directly(change).await;
            assert_ne!(before, stored(bench), "{said}");
        } else {
            let taken: Vec<u16> = landed.into_iter().filter(|&code| code != 409).collect();
            assert!(taken.len() == 1 && taken[0] < 300, "{said}: {taken:?}");
            assert_ne!(before, after, "{said}");
            assert_eq!(report.outcome, Outcome::Done, "{said}");
        }
    }
    cut
}

async fn release(cut: Cut, name: &'static str) {
    let _only = crate::labs::everything().lock().await;
    let bench = Bench::new_named(cut, name).await;
    let chart = chart::write(&bench.twins.lab.folder().join(name)).display().to_string();
    let set: Vec<&str> = MORE.iter().flat_map(|value| ["--set", value]).collect();
    helm(name, &["install", "web", &chart]);
    helm(name, &[&["upgrade", "web", &chart][..], &set].concat());
    let side = Side::new(name).await;
    let (_, changes) = side.changes("rollback", &["1"]);
    // The record made, noted in for each hook and for what they became, the hooks themselves, the objects, both revisions.
    let many = steps(&bench, changes).await;
    assert!(many > 15, "{many}");
    let records = side.get(&["secrets", "-l=owner=helm,status=deployed"]);
    assert_eq!(records[0]["metadata"]["labels"]["version"], "3");
    // What the hooks of the rollback left would be made anew with the same in it.
    bench.twins.lab.run(["-n", name, "delete", "configmap/second"]);
    let (_, changes) = side.changes("delete", &[]);
    let many = steps(&bench, changes).await;
    assert!(many > 12, "{many}");
    assert_eq!(side.get(&["secrets", "-l=owner=helm"]).len(), 0);
    bench.twins.lab.run(["delete", "namespace", name, "--wait=false"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_of_a_release_that_never_arrived_is_not_done() {
    release(Cut::Before, "x-cut-helm-before").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_of_a_release_that_was_not_answered_is_done() {
    release(Cut::After, "x-cut-helm-after").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_of_a_release_that_was_answered_by_half_is_done() {
    release(Cut::Within, "x-cut-helm-within").await;
}
