//! Actions that write: what is asked, what is sent, and what is said of it.

use std::sync::Arc;

use kx::app::{ClusterNews, Effect, Layer, Level, Msg, RunId, Setup};
use kx::change::{Change, Method, Outcome, Report};
use kx::kinds::{Catalog, Resource};
use serde_json::{Value, json};

use crate::support::{World, objects};

/// What a cluster serves that offers the scale of deployments.
pub fn catalog() -> Arc<Catalog> {
    let usual = Catalog::default();
    let resources = usual.iter().map(|resource| {
        let mut resource = Resource::clone(resource);
        if resource.plural == "deployments" {
            resource.subresources = vec!["scale".to_owned(), "status".to_owned()];
        }
        resource
    });
    Arc::new(Catalog::new(resources.collect::<Vec<_>>()))
}

/// A program on the deployments of a cluster that offers their scale.
pub fn deployments(setup: Setup) -> World {
    let mut world = World::with(Setup { context: "lab".to_owned(), ..setup });
    world.answers = true;
    world.connect("lab");
    world.tell(Msg::Cluster("lab".into(), ClusterNews::Catalog(catalog())));
    world.press(r#": "deploy" enter"#);
    assert_eq!(world.screen(), "deployments (all): >db web");
    world.effects.clear();
    world
}

/// The changes that were asked for since it was last looked at.
pub fn asked(world: &mut World) -> Vec<(RunId, Vec<Change>)> {
    let effects = std::mem::take(&mut world.effects);
    let changes = effects.into_iter().filter_map(|effect| match effect {
        Effect::Change { id, changes, .. } => Some((id, changes)),
        _ => None,
    });
    changes.collect()
}

pub fn words(changes: &[Change]) -> Vec<String> {
    changes.iter().map(Change::words).collect()
}

pub fn report(change: &Change, outcome: Outcome, before: &Value, after: &Value) -> Msg {
    let (before, after) = (Some(before.clone().into()), Some(after.clone().into()));
    let method = Some(Method::Replace);
    let change = change.clone();
    Msg::Changed(
        RunId(0),
        0,
        Box::new(Report { change, id: "1".to_owned(), outcome, method, before, after, note: None }),
    )
}

#[test]
fn a_page_that_was_there_before_the_cluster_said_what_it_serves_can_be_scaled() {
    let show = kx::app::Show { resource: "deployments".to_owned(), ..kx::app::Show::default() };
    let mut world = World::with(Setup { context: "lab".to_owned(), show, ..Setup::default() });
    world.answers = true;
    world.tell(Msg::Cluster(
        "lab".into(),
        ClusterNews::Connected(kx::app::ConnectedInfo::default()),
    ));
    world.press("+");
    assert_eq!(asked(&mut world).len(), 1, "nobody knows yet: {}", world.said());
    world.tell(Msg::Cluster("lab".into(), ClusterNews::Catalog(catalog())));
    world.press("+");
    assert_eq!(asked(&mut world).len(), 1, "{}", world.said());
    // And what the cluster does not offer is refused on the same page.
    let bare = |resource: &Arc<Resource>| Resource {
        subresources: Vec::new(),
        ..Resource::clone(resource)
    };
    let bare = Arc::new(Catalog::new(catalog().iter().map(bare)));
    world.tell(Msg::Cluster("lab".into(), ClusterNews::Catalog(bare)));
    world.press("+");
    assert!(asked(&mut world).is_empty());
    assert!(world.said().contains("offers no scale"), "{}", world.said());
}

#[test]
fn what_no_cluster_offers_is_not_offered_before_discovery_either() {
    let show = kx::app::Show { resource: "pods".to_owned(), ..kx::app::Show::default() };
    let world = World::with(Setup { context: "lab".to_owned(), show, ..Setup::default() });
    assert!(world.app.refusal(kx::app::Action::Scale).is_some_and(|why| why.contains("no scale")));
    assert!(world.app.refusal(kx::app::Action::Shell).is_none());
}

#[test]
fn a_number_is_typed_and_agreed_to() {
    let mut world = deployments(Setup::default());
    world.press("j s");
    assert_eq!(world.app.layer(), Layer::Form);
    world.press(r#""7" enter"#);
    assert_eq!(world.app.layer(), Layer::Browse);
    let (_, changes) = asked(&mut world).remove(0);
    assert_eq!(words(&changes), ["scale to 7: deployment/web in shop"]);
    // It is done to the object that was seen, and to no other of its name.
    assert!(changes[0].target.uid.is_some());
}

#[test]
fn the_row_of_what_was_scaled_says_the_way_there() {
    let mut world = deployments(Setup::default());
    let way = |world: &World| {
        let browse = world.app.browse().unwrap();
        let row = browse.row(&world.app.store).unwrap();
        world.app.way(row, browse.columns(&world.app.store))
    };
    let stored = |world: &mut World, replicas: u64, ready: u64| {
        let mut object =
            objects().into_iter().find(|(_, o)| o["metadata"]["name"] == "db").unwrap().1;
        object["spec"]["replicas"] = json!(replicas);
        object["status"] = json!({"replicas": replicas, "readyReplicas": ready});
        world.put("deployments", object);
    };
    let scale = |replicas: u64| json!({"kind": "Scale", "metadata": {"uid": "shop/db"}, "spec": {"replicas": replicas}});
    world.press(r#"s ctrl-u "5" enter"#);
    let change = asked(&mut world).remove(0).1.remove(0);
    world.tell(report(&change, Outcome::Done, &scale(2), &scale(5)));
    assert_eq!(way(&world).as_deref(), Some("2 → 5, 2 ready"), "before the watch knows of it");
    stored(&mut world, 5, 4);
    assert_eq!(way(&world).as_deref(), Some("2 → 5, 4 ready"));
    stored(&mut world, 5, 5);
    assert_eq!(way(&world), None, "it is there");
    stored(&mut world, 5, 4);
    assert_eq!(way(&world), None, "what happens afterwards is no way there");
    // Somebody else leads it elsewhere.
    world.tell(report(&change, Outcome::Done, &scale(5), &scale(3)));
    assert_eq!(way(&world).as_deref(), Some("5 → 3, 4 ready"));
    stored(&mut world, 9, 4);
    assert_eq!(way(&world), None);
}

#[test]
fn what_makes_no_sense_is_said_and_the_form_stays() {
    let mut world = deployments(Setup::default());
    world.press(r#"s "many" enter"#);
    let form = world.app.form().unwrap();
    assert!(form.complaint.as_ref().unwrap().message.contains("5, +2, -1, x2"));
    assert_eq!(form.entries[0].answer(), "many");
    assert!(asked(&mut world).is_empty());
    world.press("esc");
    assert_eq!(world.app.layer(), Layer::Browse);
    assert!(asked(&mut world).is_empty());
}

#[test]
fn a_step_asks_nothing_and_marked_rows_ask_together() {
    let mut world = deployments(Setup::default());
    world.press("+");
    assert_eq!(words(&asked(&mut world)[0].1), ["scale by 1 more: deployment/db in shop"]);
    world.press("-");
    assert_eq!(words(&asked(&mut world)[0].1), ["scale by 1 less: deployment/db in shop"]);
    world.press("ctrl-a r");
    assert_eq!(world.app.layer(), Layer::Form);
    assert!(asked(&mut world).is_empty());
    world.press("enter");
    let changes = asked(&mut world).remove(0).1;
    assert_eq!(
        words(&changes),
        ["restart: deployment/db in shop", "restart: deployment/web in shop"]
    );
    assert_eq!(world.app.layer(), Layer::Run, "several are listed");
    world.press("esc");
    assert_eq!(world.app.layer(), Layer::Browse);
}

#[test]
fn the_list_of_a_run_can_be_scrolled() {
    let mut world = deployments(Setup::default());
    world.press("ctrl-a r enter");
    assert_eq!(world.app.layer(), Layer::Run);
    let first = |world: &World| world.app.runs()[0].first;
    world.press("down down down");
    assert_eq!(first(&world), 1, "the last stays in view");
    world.press("g");
    assert_eq!(first(&world), 0);
    assert_eq!(world.app.layer(), Layer::Run);
}

#[test]
fn a_key_does_the_first_of_its_actions_that_is_for_the_row() {
    let mut world = deployments(Setup::default());
    // Nothing of a pod scales: `-` is the last view, as everywhere.
    world.press(r#": "pods" enter -"#);
    assert!(asked(&mut world).is_empty());
    assert_eq!(world.app.browse().unwrap().source.resource.plural, "deployments");
    // Of a pod it is a shell, of a node a debug container.
    world.press(r#": "pods" enter s"#);
    assert!(world.asked().iter().any(|effect| matches!(effect, Effect::FindPod { .. })));
    world.press(r#"esc : "nodes" enter s"#);
    assert_eq!(world.app.form().unwrap().title(), "Debug node/n1");
    world.press(r#"esc : "configmaps" enter s"#);
    let notice = world.app.notice().unwrap();
    assert_eq!(notice.level, Level::Warning);
    assert_eq!(notice.text, "the server offers no scale of configmaps");
}

#[test]
fn what_the_server_says_is_told_whole_and_a_change_can_be_taken_back_once() {
    let mut world = deployments(Setup::default());
    world.press("+");
    let change = asked(&mut world).remove(0).1.remove(0);
    let (before, after) = (json!({"spec": {"replicas": 2}}), json!({"spec": {"replicas": 3}}));
    let why = "exceeded quota: pods, requested: pods=1, used: pods=10, limited: pods=10";
    world.tell(report(&change, Outcome::Failed(why.to_owned()), &before, &before));
    assert_eq!(world.app.notice().unwrap().level, Level::Error);
    assert!(world.app.notice().unwrap().text.ends_with(why));
    world.press(r#": "undo" enter"#);
    assert_eq!(world.app.layer(), Layer::Browse, "nothing was done that could be taken back");

    world.tell(report(&change, Outcome::Done, &before, &after));
    world.press(r#": "undo" enter"#);
    assert_eq!(world.app.layer(), Layer::Form);
    let text = world.app.form().unwrap().page.sheet().text();
    assert!(text.contains("-   replicas: 3\n+   replicas: 2"), "{text}");
    world.press("enter");
    let (id, changes) = asked(&mut world).remove(0);
    assert_eq!(words(&changes), ["undo: deployment/db in shop"]);
    let Msg::Changed(_, number, undone) = report(&changes[0], Outcome::Done, &after, &before)
    else {
        unreachable!()
    };
    world.tell(Msg::Changed(id, number, undone));
    world.press(r#": "undo" enter"#);
    assert_eq!(world.app.layer(), Layer::Browse, "it was taken back already");
}

#[test]
fn what_cannot_be_taken_back_does_not_hide_what_was_done_before_it() {
    let mut world = deployments(Setup::default());
    let requests = Resource {
        group: "certificates.k8s.io".to_owned(),
        plural: "certificatesigningrequests".to_owned(),
        singular: "certificatesigningrequest".to_owned(),
        kind: "CertificateSigningRequest".to_owned(),
        namespaced: false,
        short_names: Vec::new(),
        ..Resource::clone(&Catalog::default().resolve("nodes").unwrap())
    };
    let all = catalog()
        .iter()
        .map(|resource| Resource::clone(resource))
        .chain([requests])
        .collect::<Vec<_>>();
    world.tell(Msg::Cluster("lab".into(), ClusterNews::Catalog(Arc::new(Catalog::new(all)))));
    let csr = json!({"metadata": {"name": "node-csr", "uid": "csr"}, "spec": {"username": "anna"}});
    world.objects.push(("certificatesigningrequests", csr));
    world.press("+");
    let change = asked(&mut world).remove(0).1.remove(0);
    let (before, after) = (json!({"spec": {"replicas": 2}}), json!({"spec": {"replicas": 3}}));
    world.tell(report(&change, Outcome::Done, &before, &after));
    world.press(r#": "certificatesigningrequests" enter : "approve" enter enter"#);
    let (id, changes) = asked(&mut world).remove(0);
    assert_eq!(words(&changes), ["approve: certificatesigningrequest/node-csr"]);
    let Msg::Changed(_, number, approved) = report(&changes[0], Outcome::Done, &before, &after)
    else {
        unreachable!()
    };
    world.tell(Msg::Changed(id, number, approved));
    world.press(r#": "undo" enter"#);
    let form = world.app.form().unwrap();
    let aside = form.aside.as_deref().unwrap();
    assert!(aside.starts_with("an approval cannot be taken back"), "{aside}");
    assert!(aside.ends_with("this is what was done before that"), "{aside}");
    let text = form.page.sheet().text();
    assert!(text.starts_with("takes back: scale by 1 more: deployment/db in shop\n"), "{text}");
    world.press("enter");
    assert_eq!(words(&asked(&mut world)[0].1), ["undo: deployment/db in shop"]);
}

#[test]
fn where_nothing_before_it_can_be_taken_back_either_it_says_why() {
    let mut world = deployments(Setup::default());
    world.press("+");
    let change = asked(&mut world).remove(0).1.remove(0);
    let Msg::Changed(id, number, mut made) = report(&change, Outcome::Done, &json!({}), &json!({}))
    else {
        unreachable!()
    };
    made.method = Some(Method::Create);
    world.tell(Msg::Changed(id, number, made));
    world.press(r#": "undo" enter"#);
    assert_eq!(world.app.layer(), Layer::Browse);
    assert!(world.said().starts_with("what was made by it can be deleted"), "{}", world.said());
}

#[test]
fn read_only_refuses_every_action_that_writes() {
    let mut world = deployments(Setup { read_only: true, ..Setup::default() });
    let writes = kx::app::Action::ALL.iter().filter(|action| action.info().writes);
    for &action in writes.filter(|action| action.is_in(Layer::Browse)) {
        world.press(r#": "deploy" enter"#);
        world.press(&format!(r#": "{action}" enter"#));
        assert_eq!(world.app.layer(), Layer::Browse, "{action}");
        assert!(world.app.notice().unwrap().text.starts_with("kx is read-only"), "{action}");
    }
    assert!(asked(&mut world).is_empty());
}

#[test]
fn the_footer_of_a_form_offers_what_the_form_has() {
    let mut world = deployments(Setup::default());
    let offered = |world: &World| -> Vec<String> {
        world.app.hints().into_iter().map(|hint| hint.what).collect()
    };
    world.press("ctrl-a r");
    assert_eq!(offered(&world), ["restart", "page down", "back"], "nothing is asked");
    world.press("esc esc s");
    assert_eq!(offered(&world), ["scale", "page down", "back"], "a number is typed");
    world.press("esc ctrl-d");
    assert_eq!(offered(&world), ["delete", "next", "next option", "page down", "back"]);
}
