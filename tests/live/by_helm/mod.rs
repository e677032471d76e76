//! Twins that Helm itself installed: what kx does to one of them leaves what Helm leaves of the other, object by object and record by record.

pub mod chart;
mod follow;
mod reading;
pub mod side;

use std::collections::BTreeMap;
use std::path::PathBuf;

use kx::change::{Outcome, Report};
use serde_json::{Value, json};

use crate::labs;
use crate::support::wait_until;
use side::Side;

/// Runs Helm in a namespace; gives what it printed, or what it complained of.
fn try_helm(namespace: &str, args: &[&str]) -> Result<String, String> {
    let output = labs::busy().helm([&["-n", namespace], args].concat()).unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

/// The same where it must do well.
pub fn helm(namespace: &str, args: &[&str]) -> String {
    try_helm(namespace, args).unwrap_or_else(|why| panic!("helm {args:?}: {why}"))
}

fn kubectl(namespace: &str, args: &[&str]) {
    labs::busy().run([&["-n", namespace], args].concat());
}

/// kx's and Helm's.
struct Twins {
    kx: Side,
    helm: Side,
    chart: String,
}

impl Twins {
    /// Two empty namespaces, and a chart.
    async fn new(name: &str) -> Self {
        let side = async |whose: &str| {
            let namespace = format!("x-{name}-by-{whose}");
            labs::busy().run(["create", "namespace", &namespace]);
            Side::new(&namespace).await
        };
        let folder: PathBuf = labs::busy().folder().join(format!("chart-{name}"));
        let chart = chart::write(&folder).display().to_string();
        Self { kx: side("kx").await, helm: side("helm").await, chart }
    }

    fn both(&self) -> [&Side; 2] {
        [&self.kx, &self.helm]
    }

    /// Has Helm install or upgrade both with these values; whether it could.
    fn upgrade(&self, values: &[&str]) -> bool {
        let set: Vec<&str> = values.iter().flat_map(|value| ["--set", value]).collect();
        let command = ["upgrade", "--install", "web", &self.chart, "--reset-values"];
        let went =
            self.both().map(|side| try_helm(&side.namespace, &[&command, &set[..]].concat()));
        assert_eq!(went[0].is_ok(), went[1].is_ok(), "{went:?}");
        went[0].is_ok()
    }

    /// Has others change both.
    fn others(&self, changes: &[&[&str]]) {
        for side in self.both() {
            changes.iter().for_each(|change| kubectl(&side.namespace, change));
        }
    }

    /// A rollback failed, of both for this reason: its record tells why, and all else is the same. What is left.
    fn failed(&self, revision: &str, why: &str) -> BTreeMap<String, Value> {
        let record = format!("Secret/sh.helm.release.v1.web.{revision}");
        let [mine, theirs] = self.both().map(|side| {
            let mut stored = side.stored();
            assert_eq!(stored[&record]["metadata"]["labels"]["status"], "failed");
            // Each puts the server's words into some of its own.
            let said = stored.iter_mut().filter_map(|(name, object)| {
                let said = object.pointer_mut("/data/release/info/description")?;
                let failed = said.as_str()?.starts_with("Rollback \"web\" failed: ");
                failed.then(|| (name.clone(), said.take()))
            });
            let said: BTreeMap<String, Value> = said.collect();
            assert!(said[&record].as_str().unwrap().contains(why), "{said:?}");
            stored
        });
        assert_eq!(mine, theirs);
        mine
    }

    fn compare(&self, what: &str) {
        let [ours, theirs] = self.both().map(Side::stored);
        let names = |all: &BTreeMap<String, Value>| all.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&ours), names(&theirs), "{what}");
        for (name, ours) in &ours {
            assert_eq!(*ours, theirs[name], "{what}: {name}");
        }
        assert_eq!(hooks(&self.kx), hooks(&self.helm), "{what}");
    }

    fn end(self) {
        for side in self.both() {
            labs::busy().run(["delete", "namespace", &side.namespace, "--wait=false"]);
        }
    }
}

/// The hooks of the newest revision that ran, in the order in which they began.
fn hooks(side: &Side) -> Vec<String> {
    let newest = side.get(&["secrets", "-l=owner=helm"]).into_iter().max_by_key(|secret| {
        secret["metadata"]["labels"]["version"].as_str().unwrap().parse::<i64>().unwrap()
    });
    let release =
        newest.map(|secret| kx::helm::record::whole(&secret).unwrap()).unwrap_or_default();
    let hooks = release["hooks"].as_array().cloned().unwrap_or_default();
    let mut ran: Vec<(jiff::Timestamp, String)> = hooks
        .iter()
        .filter_map(|hook| {
            let at = hook["last_run"]["started_at"].as_str()?.parse().ok()?;
            Some((at, hook["name"].as_str()?.to_owned()))
        })
        .collect();
    ran.sort();
    ran.into_iter().map(|(_, name)| name).collect()
}

fn failed(reports: &[Report]) -> Vec<String> {
    let failed = reports.iter().filter(|report| matches!(report.outcome, Outcome::Failed(_)));
    failed.map(Report::words).collect()
}

/// Values that make more of the chart.
pub const MORE: [&str; 6] = [
    "mode=two",
    "image=app:2",
    "replicas=2",
    "extra=true",
    "password=second-secret",
    "table.gone=null",
];

/// What controllers, people and meshes do to what a release made.
const DRIFT: [&[&str]; 9] = [
    &["scale", "deployment/shop", "--replicas=4"],
    &["annotate", "configmap/shop", "theirs=stays"],
    &["label", "deployment/shop", "theirs=stays", "app=other", "--overwrite"],
    &["set", "env", "deployment/shop", "-c=app", "MODE=drifted", "INJECTED=z"],
    &[
        "patch",
        "deployment/shop",
        "-p",
        r#"{"spec":{"template":{"spec":{"containers":[{"name":"mesh","image":"mesh:1"}]}}}}"#,
    ],
    &["patch", "configmap/shop", "-p", r#"{"data":{"same":"no","mode":"drifted","theirs":"x"}}"#],
    &["patch", "secret/shop", "-p", r#"{"stringData":{"token":"drifted","theirs":"x"}}"#],
    &[
        "patch",
        "crontab/shop",
        "--type=merge",
        "-p",
        r#"{"spec":{"cronSpec":"1 * * * *","same":{"a":9,"list":[]},"theirs":1}}"#,
    ],
    &["delete", "serviceaccount/shop"],
];

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_leaves_what_helm_leaves_whatever_others_changed() {
    let twins = Twins::new("roll").await;
    assert!(twins.upgrade(&["mode=one"]));
    for side in twins.both() {
        // Labels of the person's own come with the revision.
        helm(&side.namespace, &["upgrade", "web", &twins.chart, "--labels=team=shop"]);
    }
    assert!(twins.upgrade(&MORE));
    twins.compare("before");
    let first = twins.kx.stored();
    twins.others(&DRIFT);
    twins.compare("drifted");

    twins.kx.act("rollback", &["1"]).await;
    helm(&twins.helm.namespace, &["rollback", "web", "1"]);
    twins.compare("back to 1");
    assert_eq!(hooks(&twins.kx), ["first", "second", "third", "fourth", "fifth"]);
    let stored = twins.kx.stored();
    let name = |version: i64| format!("Secret/sh.helm.release.v1.web.v{version}");
    let status = |version: i64| stored[&name(version)]["metadata"]["labels"]["status"].clone();
    assert_eq!((status(4), status(3)), (json!("deployed"), json!("superseded")));
    assert!(stored.contains_key("ConfigMap/kept") && !stored.contains_key("ConfigMap/new"));
    assert_ne!(stored["Deployment/shop"], first["Deployment/shop"]);

    // What is in the cluster and was not the release's for a while is made what is wanted.
    twins.others(&[
        &["patch", "configmap/kept", "-p", r#"{"data":{"mode":"drifted","theirs":"x"}}"#],
        &["annotate", "configmap/kept", "theirs=goes"],
        &["create", "configmap", "new", "--from-literal=somebody=else"],
    ]);
    twins.kx.act("rollback", &["3"]).await;
    helm(&twins.helm.namespace, &["rollback", "web", "3"]);
    twins.compare("back to 3");

    // To the one before, and to one that has labels.
    twins.kx.act("rollback-previous", &[]).await;
    helm(&twins.helm.namespace, &["rollback", "web"]);
    twins.compare("back to the one before");
    twins.kx.act("rollback", &["2", "false"]).await;
    helm(&twins.helm.namespace, &["rollback", "web", "2", "--no-hooks"]);
    twins.compare("back to 2, without hooks");
    assert_eq!(twins.kx.stored()[&name(7)]["metadata"]["labels"]["team"], "shop");

    // More revisions than are kept.
    twins.kx.act("rollback", &["3", "false", "", "3"]).await;
    helm(&twins.helm.namespace, &["rollback", "web", "3", "--no-hooks", "--history-max=3"]);
    twins.compare("of more revisions than are kept the oldest go");
    twins.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_uninstall_leaves_what_helm_leaves_and_a_rollback_brings_it_back() {
    let twins = Twins::new("gone").await;
    assert!(twins.upgrade(&["mode=one"]));
    assert!(twins.upgrade(&MORE));
    twins.others(&DRIFT);

    twins.kx.act("delete", &["true"]).await;
    helm(&twins.helm.namespace, &["uninstall", "web", "--keep-history"]);
    twins.compare("uninstalled, with its history");
    assert_eq!(hooks(&twins.kx), ["second", "before", "after"]);
    let left = twins.kx.stored();
    assert!(left.contains_key("ConfigMap/kept") && !left.contains_key("Deployment/shop"));

    twins.kx.act("rollback", &["1"]).await;
    helm(&twins.helm.namespace, &["rollback", "web", "1"]);
    twins.compare("brought back");

    twins.kx.act("delete", &["false", "false"]).await;
    helm(&twins.helm.namespace, &["uninstall", "web", "--no-hooks"]);
    twins.compare("uninstalled, without hooks");
    let records = |side: &Side| side.get(&["secrets", "-l=owner=helm"]).len();
    assert_eq!(records(&twins.kx), 0);

    // Of what is uninstalled already only the records go.
    assert!(twins.upgrade(&["mode=one"]));
    twins.kx.act("delete", &["true"]).await;
    twins.kx.act("delete", &["false"]).await;
    helm(&twins.helm.namespace, &["uninstall", "web", "--keep-history"]);
    helm(&twins.helm.namespace, &["uninstall", "web"]);
    twins.compare("uninstalled twice");
    assert_eq!(records(&twins.kx), 0);
    twins.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_left_as_helm_leaves_it() {
    let twins = Twins::new("fails").await;
    assert!(twins.upgrade(&["mode=one"]));
    assert!(twins.upgrade(&MORE));
    // A failed upgrade is superseded by nothing, and rolled back from.
    assert!(!twins.upgrade(&["mode=three", "spoilt=no label!"]));
    twins.compare("an upgrade failed");
    twins.kx.act("rollback", &["2"]).await;
    helm(&twins.helm.namespace, &["rollback", "web", "2"]);
    twins.compare("back from what failed");

    // One object is refused: the others are changed all the same, and nothing is taken away.
    let patch = r#"{"immutable":true}"#;
    twins.others(&[&["patch", "configmap/shop", "--type=merge", "-p", patch]]);
    let (_, changes) = twins.kx.changes("rollback", &["1", "false"]);
    let reports = twins.kx.carry_out(changes).await;
    assert!(failed(&reports)[0].contains("configmap/shop"), "{reports:?}");
    let refused = try_helm(&twins.helm.namespace, &["rollback", "web", "1", "--no-hooks"]);
    assert!(refused.unwrap_err().contains("immutable"));
    let left = twins.failed("v5", "field is immutable when `immutable` is set");
    assert!(left.contains_key("ConfigMap/new"));

    // Another cannot be made: what comes after it is left as it is, too.
    twins.others(&[&["delete", "configmap/shop"]]);
    twins.kx.act("rollback", &["2", "false"]).await;
    helm(&twins.helm.namespace, &["rollback", "web", "2", "--no-hooks"]);
    twins.others(&[
        &["patch", "configmap/shop", "--type=merge", "-p", patch],
        &["delete", "service/shop"],
        &["create", "quota", "none", "--hard=count/services=0"],
        &["scale", "deployment/shop", "--replicas=7"],
    ]);
    for side in twins.both() {
        wait_until("the quota holds", || !side.get(&["quota"])[0]["status"]["hard"].is_null());
    }
    let (_, changes) = twins.kx.changes("rollback", &["1", "false"]);
    let reports = twins.kx.carry_out(changes).await;
    let (map, service) = (&failed(&reports)[0], &failed(&reports)[1]);
    assert!(map.contains("configmap/shop") && service.contains("exceeded quota"), "{reports:?}");
    let refused = try_helm(&twins.helm.namespace, &["rollback", "web", "1", "--no-hooks"]);
    assert!(refused.unwrap_err().contains("exceeded quota"));
    let left = twins.failed("v7", "exceeded quota");
    assert_eq!(left["Deployment/shop"]["spec"]["replicas"], 7, "it stands behind the service");
    assert_eq!(
        left["Secret/sh.helm.release.v1.web.v6"]["metadata"]["labels"]["status"],
        "superseded"
    );
    twins.end();
}

/// Where a hook fails, Helm 3 leaves its new revision pending for ever, and changes nothing more of a release before somebody mends that by hand. kx says that
/// it failed. All else is as Helm leaves it.
#[tokio::test(flavor = "multi_thread")]
async fn of_a_hook_that_fails_all_is_as_helm_leaves_it_but_that_it_is_told() {
    let twins = Twins::new("blocked").await;
    assert!(twins.upgrade(&["mode=one", "blocked=true"]));
    assert!(twins.upgrade(&MORE));
    let (_, changes) = twins.kx.changes("rollback", &["1"]);
    let reports = twins.kx.carry_out(changes).await;
    assert!(failed(&reports)[0].contains("shop"), "{reports:?}");
    try_helm(&twins.helm.namespace, &["rollback", "web", "1"]).unwrap_err();
    let record = "Secret/sh.helm.release.v1.web.v3";
    let [mut ours, mut theirs] = twins.both().map(Side::stored);
    let told = |stored: &mut BTreeMap<String, Value>| {
        let object = stored.get_mut(record).unwrap();
        let status = object["metadata"]["labels"]["status"].take();
        let mut release = object["data"]["release"].take();
        assert_eq!(release["info"]["status"].take(), status);
        let said = release["info"]["description"].take();
        let hooks = release["hooks"].as_array_mut().unwrap();
        let hook = hooks.iter_mut().find(|it| it["name"] == "shop" && it["path"] != "").unwrap();
        let run = hook["last_run"].take();
        // The one before it, too, is noted only at the end, or not at all.
        hooks.iter_mut().for_each(|hook| drop(hook["last_run"].take()));
        (status, said.as_str().unwrap().to_owned(), run["phase"].clone(), release)
    };
    let (mine, others) = (told(&mut ours), told(&mut theirs));
    assert_eq!((&others.0, others.1.as_str()), (&json!("pending-rollback"), "Rollback to 1"));
    assert_eq!((&mine.0, &mine.2), (&json!("failed"), &json!("Failed")));
    assert!(mine.1.starts_with("Rollback \"web\" failed: "), "{}", mine.1);
    assert_eq!(mine.3, others.3);
    // Nothing else was done yet but hooks.
    assert_eq!(ours["Deployment/shop"]["spec"]["replicas"], 2);
    for stored in [&mut ours, &mut theirs] {
        // That a revision failed supersedes the one before, as where an object is refused.
        let before = stored.get_mut("Secret/sh.helm.release.v1.web.v2").unwrap();
        before["metadata"]["labels"]["status"] = json!("");
        before["data"]["release"]["info"]["status"] = json!("");
    }
    assert_eq!(ours, theirs);
    twins.end();
}
