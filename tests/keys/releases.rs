//! Releases of Helm, rolled back and uninstalled: what is shown and asked before, and which steps follow.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kx::app::{ClusterNews, Layer, Level, Msg, RunId, Setup};
use kx::change::{Change, Method, Outcome, Report};
use kx::kinds::{Catalog, Resource};
use serde_json::{Value, json};

use crate::support::World;
use crate::write::asked;

const DEPLOYMENT: &str = "---\n# Source: web/templates/deployment.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: REPLICAS\n";
const CONFIG: &str =
    "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  mode: MODE\n";
const KEPT: &str = "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: kept\n  annotations:\n    helm.sh/resource-policy: keep\n";
const NEW: &str =
    "---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: tokens\nstringData:\n  token: hunter2\n";

fn secret(version: i64, status: &str) -> Value {
    let mut manifest = DEPLOYMENT.replace("REPLICAS", &version.to_string())
        + &CONFIG.replace("MODE", if version == 1 { "old" } else { "new" });
    if version > 1 {
        manifest += KEPT;
        manifest += NEW;
    }
    let hook = |name: &str, event: &str, weight: i64| {
        json!({"name": name, "kind": "Job", "events": [event], "weight": weight, "delete_policies": ["hook-succeeded"],
            "manifest": format!("apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: {name}\n")})
    };
    let release = json!({
        "name": "web", "namespace": "shop", "version": version,
        "info": {"status": status, "description": "Upgrade complete", "last_deployed": "2026-05-27T00:00:00Z"},
        "chart": {"metadata": {"name": "web", "version": format!("1.0.{version}"), "appVersion": "3"}},
        "config": {"replicas": version}, "manifest": manifest,
        "hooks": [hook("migrate", "pre-rollback", 5), hook("check", "pre-rollback", -1), hook("bye", "pre-delete", 0)],
    });
    let data = STANDARD.encode(STANDARD.encode(release.to_string()));
    json!({
        "kind": "Secret", "apiVersion": "v1",
        "metadata": {"name": format!("sh.helm.release.v1.web.v{version}"), "namespace": "shop", "uid": format!("shop/helm-{version}"),
            "labels": {"owner": "helm", "name": "web", "version": version.to_string(), "status": status}},
        "type": "helm.sh/release.v1", "data": {"release": data},
    })
}

/// A release of three revisions, over its rows; of its objects one is as the first revision has it.
fn releases(setup: Setup, newest: &str) -> World {
    let mut world = World::with(Setup { context: "lab".to_owned(), ..setup });
    world.answers = true;
    world.connect("lab");
    world.objects.clear();
    let jobs = Resource {
        group: "batch".to_owned(),
        version: "v1".to_owned(),
        plural: "jobs".to_owned(),
        singular: "job".to_owned(),
        kind: "Job".to_owned(),
        namespaced: true,
        ..Resource::default()
    };
    let usual = Catalog::default();
    let all = usual.iter().map(|it| Resource::clone(it)).chain([jobs]);
    let catalog = Arc::new(Catalog::new(all));
    world.tell(Msg::Cluster("lab".into(), ClusterNews::Catalog(catalog)));
    for (version, status) in [(1, "superseded"), (2, "superseded"), (3, newest)] {
        world.objects.push(("secrets", secret(version, status)));
    }
    let own = json!({"meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "shop"});
    let meta = |name: &str| {
        json!({"name": name, "namespace": "shop", "uid": format!("shop/{name}"), "resourceVersion": "7",
            "labels": {"app.kubernetes.io/managed-by": "Helm"}, "annotations": own})
    };
    world.objects.push((
        "deployments",
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta("web"), "spec": {"replicas": 3, "paused": true}}),
    ));
    world.objects.push((
        "configmaps",
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta("settings"), "data": {"mode": "old", "theirs": "x"}}),
    ));
    world.press(r#": "helm" enter"#);
    assert_eq!(world.screen(), "releases (all): >web");
    world.effects.clear();
    world
}

fn shown(world: &World) -> String {
    let form = world.app.form().unwrap_or_else(|| panic!("no form: {}", world.said()));
    form.page.sheet().text()
}

/// The steps that were asked for, without the records' long names.
fn steps(changes: &[Change]) -> Vec<String> {
    let words = changes.iter().map(Change::words);
    words.map(|words| words.replace("sh.helm.release.v1.", "").replace(" in shop", "")).collect()
}

fn agree(world: &mut World, keys: &str) -> Vec<Change> {
    world.press(keys);
    let complaint = world.app.form().and_then(|form| form.complaint.clone());
    assert_eq!(complaint, None);
    asked(world).remove(0).1
}

#[test]
fn a_rollback_shows_what_differs_and_goes_step_by_step() {
    let mut world = releases(Setup::default(), "deployed");
    world.press("R");
    assert_eq!(world.app.layer(), Layer::Form);
    let text = shown(&world);
    // The revision before is the one that is meant, where nobody says otherwise.
    assert!(
        text.starts_with("web  revision 3 → 2\nChart:          web-1.0.3 → web-1.0.2\n"),
        "{text}"
    );
    assert!(text.contains("~ deployment/web  changed\n      spec.replicas: 3 → 2\n"), "{text}");
    assert!(text.contains("+ secret/tokens  made\n"), "{text}");
    let changes = agree(&mut world, "enter");
    assert_eq!(
        steps(&changes),
        [
            "begin to roll back to revision 2: secret/web.v4",
            "note that a hook begins: secret/web.v4",
            "run the pre-rollback hook: job/check",
            "note that a hook begins: secret/web.v4",
            "run the pre-rollback hook: job/migrate",
            "note that the hooks are over: secret/web.v4",
            "delete the hook: job/migrate",
            "delete the hook: job/check",
            "apply: deployment/web",
            "apply: configmap/settings",
            "apply: configmap/kept",
            "apply: secret/tokens",
            "mark superseded: secret/web.v3",
            "mark deployed: secret/web.v4",
        ]
    );
    assert_eq!(world.app.layer(), Layer::Run);
}

#[test]
fn the_chosen_revision_says_what_is_made_changed_and_deleted() {
    let mut world = releases(Setup::default(), "deployed");
    world.press("R right");
    let text = shown(&world);
    assert!(text.starts_with("web  revision 3 → 1\n"), "{text}");
    assert!(text.contains("− secret/tokens  deleted\n"), "{text}");
    assert!(text.contains("configmap/kept  stays: its resource policy says keep\n"), "{text}");
    // What is there is as it was then, and what others added is nobody's business.
    assert!(
        text.contains("1 object stays as they are") || !text.contains("settings  changed"),
        "{text}"
    );
    assert!(text.contains("Hooks  pre-rollback\n  job/check"), "{text}");
    assert!(!text.contains("hunter2") || text.contains("Manifest"), "{text}");
    let changes = agree(&mut world, "tab right enter");
    let steps = steps(&changes);
    assert!(!steps.iter().any(|step| step.contains("hook")), "hooks are switched off: {steps:?}");
    assert_eq!(steps[1..3], ["apply: deployment/web", "apply: configmap/settings"]);
    assert_eq!(
        steps[3..],
        ["mark superseded: secret/web.v3", "delete: secret/tokens", "mark deployed: secret/web.v4"]
    );
}

#[test]
fn from_the_history_a_release_goes_back_to_the_revision_under_the_cursor() {
    let mut world = releases(Setup::default(), "deployed");
    world.press(r#": "helm-history web -n shop" enter j j R"#);
    assert!(shown(&world).starts_with("web  revision 3 → 1\n"), "{}", shown(&world));
    let changes = agree(&mut world, "enter");
    assert_eq!(steps(&changes)[0], "begin to roll back to revision 1: secret/web.v4");
}

#[test]
fn from_the_page_of_a_release_too() {
    let mut world = releases(Setup::default(), "deployed");
    world.press(r#"enter : "rollback" enter"#);
    assert!(shown(&world).starts_with("web  revision 3 → 2\n"), "{}", shown(&world));
    world.press(r#"esc : "helm-values web -n shop --revision 1" enter : "rollback" enter"#);
    assert!(shown(&world).starts_with("web  revision 3 → 1\n"), "{}", shown(&world));
    world.press(r#"esc : "delete" enter"#);
    assert_eq!(world.app.layer(), Layer::Sheet, "a revision alone is not deleted");
}

#[test]
fn a_release_that_is_pending_is_left_alone_unless_somebody_knows_better() {
    let mut world = releases(Setup::default(), "pending-upgrade");
    world.press("R enter");
    let complaint = world.app.form().unwrap().complaint.clone().unwrap();
    assert!(complaint.message.contains("another operation may be under way"), "{complaint:?}");
    assert!(asked(&mut world).is_empty());
    // The complaint stands beside the switch that helps.
    let changes = agree(&mut world, "right enter");
    assert_eq!(steps(&changes)[0], "begin to roll back to revision 2: secret/web.v4");
}

#[test]
fn old_revisions_go_as_helm_lets_them_go() {
    let mut world = releases(Setup::default(), "failed");
    let changes = agree(&mut world, r#"R tab tab tab ctrl-u "2" enter"#);
    let steps = steps(&changes);
    assert_eq!(steps[1..3], ["delete: secret/web.v1", "delete: secret/web.v2"]);
    assert!(!steps.iter().any(|step| step.starts_with("mark superseded")), "{steps:?}");
}

#[test]
fn an_uninstallation_names_what_goes_and_wants_the_name() {
    let mut world = releases(Setup::default(), "deployed");
    world.press("ctrl-d");
    let text = shown(&world);
    assert!(text.starts_with("web in shop  web-1.0.3, revision 3, deployed\n"), "{text}");
    assert!(text.contains("Objects  3 deleted\n    1 Deployment  web\n    1 ConfigMap  settings\n    1 Secret  tokens\n"), "{text}");
    assert!(text.contains("configmap/kept  stays"), "{text}");
    assert!(text.contains("Hooks  pre-delete\n  job/bye"), "{text}");
    assert!(text.ends_with("Revisions  3 deleted: nothing leads back\n"), "{text}");
    world.press("enter");
    assert!(asked(&mut world).is_empty());
    let changes = agree(&mut world, r#""web" enter"#);
    assert_eq!(
        steps(&changes),
        [
            "mark uninstalling: secret/web.v3",
            "note that a hook begins: secret/web.v3",
            "run the pre-delete hook: job/bye",
            "note that the hooks are over: secret/web.v3",
            "delete the hook: job/bye",
            "delete: deployment/web",
            "delete: configmap/settings",
            "delete: secret/tokens",
            "delete: secret/web.v1",
            "delete: secret/web.v2",
            "delete: secret/web.v3",
        ]
    );
}

#[test]
fn a_kept_history_leaves_a_way_back() {
    let mut world = releases(Setup::default(), "deployed");
    world.press("ctrl-d right");
    assert!(
        shown(&world).ends_with("Revisions  3 kept: a later rollback brings the release back\n")
    );
    let changes = agree(&mut world, r#"shift-tab "web" enter"#);
    let steps = steps(&changes);
    assert_eq!(steps.last().unwrap(), "mark uninstalled: secret/web.v3");
    assert!(!steps.iter().any(|step| step.contains("web.v1")), "{steps:?}");
}

fn ended(world: &mut World, number: usize, change: &Change, outcome: Outcome) {
    let change = change.clone();
    let method = Some(Method::Create);
    let id = format!("id-{number}");
    let report = Report { change, id, outcome, method, before: None, after: None, note: None };
    world.tell(Msg::Changed(RunId(0), number, Box::new(report)));
}

#[test]
fn undoing_a_rollback_goes_back_to_the_revision_before_it() {
    let mut world = releases(Setup::default(), "deployed");
    let changes = agree(&mut world, "R enter");
    for (number, change) in changes.iter().enumerate() {
        ended(&mut world, number, change, Outcome::Done);
    }
    world.objects[2].1 = secret(3, "superseded");
    world.objects.push(("secrets", secret(4, "deployed")));
    world.press(r#"esc : "undo" enter"#);
    assert!(
        shown(&world).starts_with("web  revision 3 → 3\n")
            || shown(&world).starts_with("web  revision 4 → 3\n"),
        "{}",
        shown(&world)
    );
    assert_eq!(world.app.form().unwrap().title(), "Roll back release web");
    // It takes the whole run back, by the last of its steps.
    let last = format!("id-{}", changes.len() - 1);
    let back = agree(&mut world, "enter");
    assert!(!back.is_empty());
    assert!(back.iter().all(|change| change.deed.takes_back() == Some(last.as_str())));
}

#[test]
fn steps_that_failed_are_not_tried_alone_and_an_uninstallation_is_not_undone() {
    let mut world = releases(Setup::default(), "deployed");
    let changes = agree(&mut world, r#"ctrl-d shift-tab "web" enter"#);
    for (number, change) in changes.iter().enumerate() {
        let failed = number == changes.len() - 1;
        let outcome = if failed { Outcome::Failed("no".to_owned()) } else { Outcome::Done };
        ended(&mut world, number, change, outcome);
    }
    world.press("ctrl-r");
    assert!(world.said().contains("begin it anew"), "{}", world.said());
    assert!(asked(&mut world).is_empty());
    world.press(r#"esc : "undo" enter"#);
    let notice = world.app.notice().unwrap();
    assert_eq!(notice.level, Level::Warning);
    assert!(notice.text.contains("nothing leads back"), "{}", notice.text);
}

#[test]
fn read_only_refuses_both() {
    let mut world = releases(Setup { read_only: true, ..Setup::default() }, "deployed");
    for keys in ["R", "ctrl-l", "ctrl-d"] {
        world.press(keys);
        assert_eq!(world.app.layer(), Layer::Browse);
        assert!(world.said().contains("read-only"), "{}", world.said());
    }
}

#[test]
fn nothing_else_is_done_to_a_release() {
    let mut world = releases(Setup::default(), "deployed");
    world.press("s");
    assert_eq!(world.app.layer(), Layer::Browse);
    assert!(world.said().contains("each is a part of another object"), "{}", world.said());
    world.press(r#": "helm-history web -n shop" enter ctrl-d"#);
    assert_eq!(world.app.layer(), Layer::Browse, "a revision alone is not deleted");
}
