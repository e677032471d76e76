//! Sessions: what is asked for, what is chosen, and what is said and cleaned up afterwards.

use std::sync::Arc;

use kx::app::{Effect, Layer, Level, Msg, RunId, SessionId, SessionNews, Setup};
use kx::change::{Change, Habits, Method, Outcome, Report};
use kx::session::{Container, Ended, Place, State, What};
use serde_json::{Value, json};

use crate::support::{World, pod};
use crate::write::{asked, deployments};

pub fn world() -> World {
    deployments(Setup { shells: vec!["bash".to_owned(), "sh".to_owned()], ..Setup::default() })
}

fn found(world: &mut World) -> (SessionId, String) {
    let effects = world.asked();
    let found = effects.into_iter().find_map(|effect| match effect {
        Effect::FindPod { id, target, .. } => Some((id, target.long())),
        _ => None,
    });
    found.expect("a pod is looked for")
}

pub fn opened(world: &mut World) -> Option<(SessionId, Place, What, bool, bool)> {
    world.asked().into_iter().find_map(|effect| match effect {
        Effect::OpenSession { id, place, what, stdin, tty, .. } => {
            Some((id, place, what, stdin, tty))
        }
        _ => None,
    })
}

pub fn say(world: &mut World, id: SessionId, news: SessionNews) {
    world.tell(Msg::Session(id, news));
}

pub fn ended(world: &mut World, id: SessionId, ended: Ended) -> String {
    say(world, id, SessionNews::Ended { ended, ran: "bash".to_owned() });
    world.said()
}

/// The shop's first pod, with a shell asked for and the pod found.
fn shell(world: &mut World, change: impl FnOnce(&mut Value)) -> SessionId {
    world.press(r#": "pods shop" enter s"#);
    let (id, of) = found(world);
    assert_eq!(of, "pod/db-1-a in shop");
    assert_eq!(world.app.layer(), Layer::Form, "that it is looked for is seen");
    let mut pod = pod("shop", "db-1-a", "n1", 2);
    change(&mut pod);
    say(world, id, SessionNews::Pod(Arc::new(pod)));
    id
}

#[test]
fn debugging_begins_with_the_image_that_was_set() {
    let habits = Habits { debug_image: "registry.example/tools:3".to_owned() };
    let mut world = deployments(Setup { habits, ..Setup::default() });
    world.press(r#": "nodes" enter D"#);
    assert_eq!(world.app.form().unwrap().entries[0].answer(), "registry.example/tools:3");
}

#[test]
fn the_annotated_container_is_taken_and_else_one_is_asked_for() {
    let mut world = world();
    let annotated = "kubectl.kubernetes.io/default-container";
    shell(&mut world, |pod| pod["metadata"]["annotations"] = json!({annotated: "proxy"}));
    let (_, place, what, stdin, tty) = opened(&mut world).unwrap();
    assert_eq!(place.words(), "proxy of db-1-a in shop");
    assert_eq!(what, What::Shell(vec!["bash".to_owned(), "sh".to_owned()]));
    assert!(stdin && tty);

    let id = shell(&mut world, |_| {});
    assert_eq!(world.app.layer(), Layer::Picker);
    let items: Vec<_> =
        world.app.picker().unwrap().items.iter().map(|i| (&*i.name, &*i.note)).collect();
    assert_eq!(items, [("main", "running · nginx"), ("proxy", "running · envoy")]);
    assert!(opened(&mut world).is_none());
    world.press("down enter");
    assert_eq!(world.app.layer(), Layer::Browse);
    let (opened_id, place, ..) = opened(&mut world).unwrap();
    assert_eq!((opened_id, place.container.as_str()), (id, "proxy"));

    assert_eq!(
        ended(&mut world, id, Ended::Code(0)),
        "bash in proxy of db-1-a in shop ended: exit code 0"
    );
    // What is heard again of what is over means nothing.
    assert_eq!(
        ended(&mut world, id, Ended::Code(1)),
        "bash in proxy of db-1-a in shop ended: exit code 0"
    );
}

#[test]
fn workloads_services_and_containers_lead_to_a_pod() {
    let mut world = world();
    world.press(r#": "shell" enter"#);
    assert_eq!(found(&mut world).1, "deployment/db in shop");
    world.press(r#"esc : "services shop" enter s"#);
    assert_eq!(found(&mut world).1, "service/outside in shop");
    // A row of a pod's containers says which one is meant.
    world.press(r#"esc : "pods shop" enter enter down s"#);
    let (id, of) = found(&mut world);
    assert_eq!(of, "pod/db-1-a in shop");
    say(&mut world, id, SessionNews::Pod(Arc::new(pod("shop", "db-1-a", "n1", 0))));
    assert_eq!(opened(&mut world).unwrap().1.container, "proxy");
}

#[test]
fn attach_takes_what_the_container_has_and_exec_its_words() {
    let mut world = world();
    world.press(r#": "pods shop" enter a"#);
    let (id, _) = found(&mut world);
    let mut one = pod("shop", "db-1-a", "n1", 0);
    one["spec"]["containers"] = json!([{"name": "main", "stdin": true}]);
    one["status"]["containerStatuses"] = json!([]);
    say(&mut world, id, SessionNews::Pod(Arc::new(one)));
    let (_, _, what, stdin, tty) = opened(&mut world).unwrap();
    assert_eq!((what, stdin, tty), (What::Attach, true, false));
    ended(&mut world, id, Ended::Left);

    world.press(r#": "exec -c main cat /etc/hosts" enter"#);
    let (id, _) = found(&mut world);
    say(&mut world, id, SessionNews::Pod(Arc::new(pod("shop", "db-1-a", "n1", 0))));
    let (_, place, what, stdin, tty) = opened(&mut world).unwrap();
    assert_eq!(place.container, "main");
    assert_eq!(what, What::Command(vec!["cat".to_owned(), "/etc/hosts".to_owned()]));
    assert!(stdin && tty);
}

#[test]
fn what_goes_wrong_is_said_and_waiting_can_be_left() {
    let mut world = world();
    world.press(r#": "pods shop" enter s"#);
    let (id, _) = found(&mut world);
    say(&mut world, id, SessionNews::Failed("forbidden: no".to_owned()));
    assert_eq!((world.app.layer(), world.said().as_str()), (Layer::Browse, "forbidden: no"));

    world.press("s");
    let (id, _) = found(&mut world);
    world.press("esc");
    assert!(world.asked().contains(&Effect::StopSession { id }));
    say(&mut world, id, SessionNews::Pod(Arc::new(pod("shop", "db-1-a", "n1", 0))));
    assert_eq!(world.app.layer(), Layer::Browse, "nobody waits for it any more");

    world.press("ctrl-a s");
    assert!(world.said().contains("there is one terminal"), "{}", world.said());
    assert!(world.asked().iter().all(|effect| !matches!(effect, Effect::FindPod { .. })));
}

#[test]
fn without_a_shell_a_debug_container_is_offered() {
    let mut world = world();
    let id = shell(&mut world, |_| {});
    world.press("enter");
    let tried = vec!["bash".to_owned(), "sh".to_owned()];
    let said = ended(&mut world, id, Ended::NoShell(tried));
    assert!(
        said.starts_with("there is no shell in main of db-1-a in shop (tried bash, sh)"),
        "{said}"
    );
    assert_eq!(world.app.form().unwrap().title(), "Debug pod/db-1-a");
}

#[test]
fn read_only_asks_for_nothing() {
    let mut world = deployments(Setup { read_only: true, ..Setup::default() });
    for keys in [r#": "pods" enter s"#, "a", "D", r#": "exec ls" enter"#] {
        world.press(keys);
        assert!(world.said().starts_with("kx is read-only"), "{keys}: {}", world.said());
        world.press("esc esc");
    }
    let session = |effect: &Effect| {
        matches!(
            effect,
            Effect::FindPod { .. } | Effect::OpenSession { .. } | Effect::Change { .. }
        )
    };
    assert!(!world.asked().iter().any(session));
}

pub fn done(world: &mut World, (id, change): (RunId, Change), after: Value) {
    let report = Report {
        change,
        id: String::new(),
        outcome: Outcome::Done,
        method: Some(Method::Create),
        before: None,
        after: Some(Arc::new(after)),
        note: None,
    };
    world.tell(Msg::Changed(id, 0, Box::new(report)));
}

pub fn one(world: &mut World) -> (RunId, Change) {
    let (id, mut changes) = asked(world).remove(0);
    assert_eq!(changes.len(), 1);
    (id, changes.remove(0))
}

/// Debugs the first node: the change is done, and its container runs.
pub fn on_a_node(world: &mut World) -> SessionId {
    world.press(r#": "nodes" enter D"#);
    world.press("enter");
    let (run, change) = one(world);
    assert_eq!(change.words(), "debug with busybox, profile general: node/n1");
    let call = change.deed.call(&change.target, &json!({})).unwrap().unwrap();
    let mut after = call.body.clone();
    after["metadata"]["uid"] = json!("made");
    done(world, (run, change), after);
    let effects = world.asked();
    let awaited = effects.into_iter().find_map(|effect| match effect {
        Effect::AwaitContainer { id, place, .. } => Some((id, place)),
        _ => None,
    });
    let (id, place) = awaited.expect("its container is waited for");
    assert!(place.pod.starts_with("node-debugger-n1-") && place.container == "debugger");
    say(world, id, SessionNews::Waits("ErrImagePull: no".to_owned()));
    let text = world.app.form().unwrap().page.sheet().text();
    assert!(text.contains("ErrImagePull"), "{text}");
    id
}

pub fn debugger() -> Container {
    let [name, image] = ["debugger", "busybox"].map(str::to_owned);
    Container { name, image, role: "", state: State::Running, stdin: true, tty: true }
}

#[test]
fn a_container_is_added_to_a_pod_and_stays() {
    let mut world = world();
    world.press(r#": "pods shop" enter D"#);
    world.press(r#"ctrl-u "alpine:3" enter"#);
    let (run, change) = one(&mut world);
    assert_eq!(change.words(), "debug with alpine:3, profile general: pod/db-1-a in shop");
    let object = pod("shop", "db-1-a", "n1", 0);
    let call = change.deed.call(&change.target, &object).unwrap().unwrap();
    assert!(call.path.ends_with("/pods/db-1-a/ephemeralcontainers"));
    let container = &call.body["spec"]["ephemeralContainers"][0];
    assert_eq!(container["targetContainerName"], "main");
    assert_eq!(container["securityContext"]["capabilities"]["add"], json!(["SYS_PTRACE"]));
    done(&mut world, (run, change), json!({}));
    assert!(world.app.left_behind().is_empty());
    assert_eq!(
        world.app.form().unwrap().title(),
        format!("attach to {} of db-1-a in shop", container["name"].as_str().unwrap())
    );
    assert_ne!(world.app.notice().unwrap().level, Level::Error);
}

#[test]
fn commands_are_remembered_unless_somebody_wants_otherwise() {
    let remembered = |forget_commands: bool| {
        let mut world = deployments(Setup { forget_commands, ..Setup::default() });
        world.press(r#": "pods shop" enter : "exec -c main cat /etc/hosts" enter"#);
        let kept = world.effects.iter().rev().find_map(|effect| match effect {
            Effect::SaveState(state) => Some(state.commands.clone()),
            _ => None,
        });
        kept.unwrap()
    };
    assert_eq!(remembered(false).last().unwrap(), "exec -c main cat /etc/hosts");
    assert_eq!(remembered(true).last().unwrap(), "pods shop");
}
