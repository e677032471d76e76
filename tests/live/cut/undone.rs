//! What is done is taken back: each action on one object is undone, with nothing cut, or undoing it says why it cannot be.

use kx::change::{Change, Outcome, undoing};

use super::cases::CASES;
use super::{Bench, Cut};

/// What is not undone, of which resource, and what is said of it.
const LASTS: [(&str, &str, &str); 10] = [
    ("approve", "certificatesigningrequests", "cannot be taken back"),
    ("debug", "nodes", "can be deleted, not undone"),
    ("debug", "pods", "stays in its pod"),
    ("debug-copy", "pods", "can be deleted, not undone"),
    ("deny", "certificatesigningrequests", "cannot be taken back"),
    ("duplicate", "configmaps", "can be deleted, not undone"),
    ("evict", "pods", "an eviction is not undone"),
    ("expand", "persistentvolumeclaims", "only grows"),
    ("rerun", "jobs", "can be deleted, not undone"),
    ("trigger", "cronjobs", "can be deleted, not undone"),
];

/// The oldest revision of the Deployment that is left.
fn oldest(bench: &Bench) -> String {
    let revision =
        r"-o=jsonpath={.items[*].metadata.annotations.deployment\.kubernetes\.io/revision}";
    let all = bench.twins.lab.run(["get", "-n", bench.name, "replicasets", revision]);
    all.split(' ').filter_map(|it| it.parse::<u32>().ok()).min().unwrap_or_default().to_string()
}

/// What an action does to an object, given these answers.
fn change(bench: &Bench, action: &str, (plural, name): (&str, &str), answers: &[&str]) -> Change {
    let mut answers: Vec<String> =
        answers.iter().map(|answer| answer.replace("NAME", bench.name)).collect();
    // What is undone and done again counts the revisions up.
    if action == "rollback" {
        answers = vec![oldest(bench)];
    }
    let answers: Vec<&str> = answers.iter().map(String::as_str).collect();
    bench.twins.changes(action, bench.target(plural, name), &answers).unwrap().remove(0)
}

#[tokio::test]
async fn what_is_done_is_undone_or_it_is_said_why_not() {
    let bench = Bench::new_named(Cut::Before, "x-undone").await;
    let mut said = Vec::new();
    for &(action, plural, name, answers, looked) in CASES {
        if plural == "deployments" {
            bench.observed();
        }
        let change = change(&bench, action, (plural, name), answers);
        let before = bench.state(looked);
        let report = bench.twins.carry_out(change).await;
        assert_eq!(report.outcome, Outcome::Done, "{action}: {}", report.words());
        let after = bench.state(looked);
        let lasting = |lasts: &&(&str, &str, &str)| (lasts.0, lasts.1) == (action, plural);
        assert_ne!(before, after, "{action}");
        match (undoing(&report), LASTS.iter().find(lasting)) {
            (Err(why), Some((.., words))) => {
                assert!(why.contains(words), "{action}: {why}");
                assert_eq!(bench.state(looked), after, "{action}");
                said.push((action, plural));
            }
            (Ok(undo), None) => {
                let undone = bench.twins.carry_out(undo).await;
                assert_eq!(undone.outcome, Outcome::Done, "{action}: {}", undone.words());
                assert_eq!(bench.state(looked), before, "{action}");
                // The next needs what this one leaves.
                if plural == "deployments" {
                    bench.observed();
                }
                let again = self::change(&bench, action, (plural, name), answers);
                let again = bench.twins.carry_out(again).await;
                assert_eq!(again.outcome, Outcome::Done, "{action}: {}", again.words());
            }
            (Err(why), None) => panic!("{action} is not undone: {why}"),
            (Ok(_), Some(_)) => panic!("{action} offers to be undone, and lasts"),
        }
    }
    said.sort_unstable();
    assert_eq!(said, LASTS.map(|(action, plural, _)| (action, plural)));
    bench.twins.lab.run(["delete", "node/x-undone", "namespace/x-undone", "--wait=false"]);
}
