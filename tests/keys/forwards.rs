//! Port forwards: what is asked, what is started, and what their page does.

use std::net::SocketAddr;

use kx::app::{Action, Effect, ForwardId, Layer, Level, Msg, Over, Setup};
use kx::config::Config;
use kx::forward::{Counts, Local, News, Remote, Saved, Start, Status, Wanted};
use serde_json::json;

use crate::support::World;
use crate::write::deployments;

fn world() -> World {
    with(Setup::default())
}

fn with(setup: Setup) -> World {
    let mut world = deployments(setup);
    let meta = json!({"name": "front", "namespace": "shop", "uid": "shop/front", "creationTimestamp": "2026-05-27T00:00:00Z"});
    world.put(
        "services",
        json!({"kind": "Service", "metadata": meta, "spec": {"type": "ClusterIP", "clusterIP": "10.0.0.1", "selector": {"app": "db"}, "ports": [
            {"name": "web", "port": 80, "protocol": "TCP", "targetPort": "http"}, {"name": "metrics", "port": 9090, "protocol": "TCP"},
        ]}}),
    );
    world.press(r#": "services shop /^front" enter"#);
    world.effects.clear();
    world
}

fn started(world: &mut World) -> Vec<(ForwardId, Wanted)> {
    let effects = world.asked().into_iter();
    effects
        .filter_map(|effect| match effect {
            Effect::StartForward { id, wanted, .. } => Some((id, wanted)),
            _ => None,
        })
        .collect()
}

fn one(world: &mut World) -> (ForwardId, Wanted) {
    let mut all = started(world);
    assert_eq!(all.len(), 1, "{}", world.said());
    all.remove(0)
}

fn listens(world: &mut World, id: ForwardId, port: u16) {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    world.tell(Msg::Forward(id, News::Listens(vec![address])));
    let status = Status::Ready { pod: "db-1-a".to_owned(), port: 8080 };
    world.tell(Msg::Forward(id, News::Status(status)));
}

fn page(world: &World) -> String {
    world.app.sheet().unwrap().sheet().text()
}

fn kept(world: &mut World) -> Vec<(Saved, Start)> {
    let effects = world.asked().into_iter();
    effects
        .filter_map(|effect| match effect {
            Effect::KeepForward { saved, start } => Some((saved, start)),
            _ => None,
        })
        .collect()
}

#[test]
fn ports_are_offered_by_name_with_a_local_one_and_an_address() {
    let mut world = world();
    world.press("F");
    assert_eq!(world.app.layer(), Layer::Form);
    let form = world.app.form().unwrap();
    assert_eq!(form.title(), "Forward a port to service/front");
    let answers: Vec<_> =
        form.entries.iter().map(|e| (e.field.label.clone(), e.answer())).collect();
    let answer = |label: &str| answers.iter().find(|(of, _)| of == label).unwrap().1.clone();
    assert_eq!(answer("port"), "web 80 (→ http)");
    assert_eq!(
        (answer("local port"), answer("address")),
        ("8080".to_owned(), "localhost".to_owned())
    );
    world.press("enter");
    assert_eq!(world.app.layer(), Layer::Browse);
    let (id, wanted) = one(&mut world);
    assert_eq!(wanted.words(), "service/front in shop port web");
    assert_eq!((wanted.local, wanted.address.as_str()), (Local::Near(8080), "localhost"));
    listens(&mut world, id, 8081);
    assert_eq!(world.said(), "localhost:8081 → service/front port web");

    // The next is offered another local port, and another remote one is chosen.
    world.press("F right");
    assert_eq!(world.app.form().unwrap().entries[1].answer(), "9090");
    world.press("left");
    assert_eq!(world.app.form().unwrap().entries[1].answer(), "8080", "only 8081 is taken");
    world.press("right tab");
    world.press(r#""7000" enter"#);
    let (_, wanted) = one(&mut world);
    assert_eq!(
        (wanted.local, &wanted.remote),
        (Local::Exactly(7000), &Remote::Name("metrics".to_owned()))
    );
}

#[test]
fn another_port_is_typed_and_what_is_wrong_is_said_beside_it() {
    let mut world = world();
    world.press("F left");
    let labels: Vec<_> =
        world.app.form().unwrap().entries.iter().map(|e| e.field.label.clone()).collect();
    assert_eq!(labels, ["port", "its port", "local port", "address", "keep"]);
    world.press("enter");
    assert_eq!(world.app.form().unwrap().complaint.as_ref().unwrap().field, Some(1));
    world.press(r#""70000" enter"#);
    assert!(world.app.form().unwrap().complaint.as_ref().unwrap().message.contains("70000"));
    world.press(r#"ctrl-u "5432""#);
    assert_eq!(world.app.form().unwrap().entries[2].answer(), "5432");
    world.press(r#"tab tab "example.org" enter"#);
    assert_eq!(world.app.form().unwrap().complaint.as_ref().unwrap().field, Some(3));
    world.press(r#"ctrl-u "0.0.0.0" enter"#);
    let (_, wanted) = one(&mut world);
    assert_eq!((wanted.address.as_str(), wanted.remote), ("0.0.0.0", Remote::Number(5432)));
}

#[test]
fn the_command_line_says_ports_as_kubectl_does() {
    let mut world = world();
    world.press(r#": "port-forward 9000:web --address 127.0.0.1" enter"#);
    let (_, wanted) = one(&mut world);
    assert_eq!(
        (wanted.local, wanted.remote),
        (Local::Exactly(9000), Remote::Name("web".to_owned()))
    );
    world.press(r#": "port-forward 80" enter"#);
    assert_eq!(one(&mut world).1.local, Local::Near(8080));
    world.press(r#": "port-forward" enter"#);
    assert_eq!(world.app.layer(), Layer::Form);
    world.press("esc");
    world.press(r#": "nodes" enter : "port-forward 80" enter"#);
    assert!(started(&mut world).is_empty());
    let complaint = world.app.prompt().unwrap().complaint.as_ref().unwrap();
    assert_eq!(complaint.message, "port-forward is nothing for nodes");
}

#[test]
fn pods_workloads_and_containers_are_forwarded_to_and_nothing_else() {
    let mut world = world();
    world.press(r#": "deploy" enter F"#);
    assert_eq!(world.app.form().unwrap().title(), "Forward a port to deployment/db");
    world.press(r#"esc : "pods shop" enter F"#);
    assert_eq!(world.app.form().unwrap().title(), "Forward a port to pod/db-1-a");
    world.press("esc enter F");
    assert_eq!(
        world.app.form().unwrap().title(),
        "Forward a port to pod/db-1-a",
        "a container's is its pod's"
    );
    world.press(r#"esc : "nodes" enter F"#);
    assert_eq!(
        (world.app.layer(), world.said().as_str()),
        (Layer::Browse, "port-forward is nothing for nodes")
    );
    world.press(r#": "pods shop" enter ctrl-a F"#);
    assert!(world.said().contains("several are marked"), "{}", world.said());
}

#[test]
fn the_page_is_live_and_its_keys_stop_start_and_remove() {
    let mut world = world();
    world.press("f");
    assert!(page(&world).starts_with("No port is forwarded."), "{}", page(&world));
    world.press("q F enter f");
    let (id, _) = one(&mut world);
    assert!(page(&world).contains("looking"), "{}", page(&world));
    listens(&mut world, id, 8080);
    let counts = Counts {
        open: 2,
        total: 14,
        broken: 1,
        sent: 1 << 20,
        received: 3 << 20,
        last_error: Some("it broke".to_owned()),
    };
    world.tell(Msg::Forward(id, News::Counts(counts)));
    let text = page(&world);
    for part in [
        "ready",
        "localhost:8080",
        "service/front in shop",
        "web",
        "14",
        "1024Ki",
        "3072Ki",
        "to: db-1-a:8080",
        "last broken: it broke",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    world.press("down c");
    assert_eq!(world.copied(), "http://localhost:8080/");
    world.press("o enter");
    let browsed = world
        .asked()
        .into_iter()
        .filter(|e| *e == Effect::Browse { url: "http://localhost:8080/".to_owned() });
    assert_eq!(browsed.count(), 2);

    world.press("x");
    assert!(world.asked().contains(&Effect::StopForward { id }));
    assert!(page(&world).contains("stopped"), "{}", page(&world));
    // What was still under way does not bring it back.
    listens(&mut world, id, 8080);
    assert!(page(&world).contains("stopped"));
    world.press("x");
    assert_eq!(world.said(), "it does not run");
    world.press("r");
    let (again, wanted) = one(&mut world);
    assert_eq!(wanted.local, Local::Exactly(8080), "the same port as before");
    // What is heard of the run before is nothing of this one.
    listens(&mut world, id, 9999);
    assert!(page(&world).contains("looking"), "{}", page(&world));
    world.press("r");
    let asked = world.asked();
    assert!(asked.contains(&Effect::StopForward { id: again }), "{asked:?}");
    let begun = asked.iter().find_map(|effect| match effect {
        Effect::StartForward { id, .. } => Some(*id),
        _ => None,
    });
    world.press("ctrl-d");
    assert!(world.asked().contains(&Effect::StopForward { id: begun.unwrap() }));
    assert!(world.app.forwards().is_empty() && page(&world).starts_with("No port"));
}

#[test]
fn what_becomes_of_it_is_told_wherever_one_looks() {
    let mut world = world();
    world.press("F enter");
    let (id, _) = one(&mut world);
    listens(&mut world, id, 8080);
    let waits = Status::Waiting("there is no pod of service/front in shop (app=db)".to_owned());
    world.tell(Msg::Forward(id, News::Status(waits)));
    assert_eq!(
        world.said(),
        "localhost:8080 → service/front port web: there is no pod of service/front in shop (app=db)"
    );
    let failed =
        Status::Failed("port 8080 of localhost cannot be listened on: it is in use".to_owned());
    world.tell(Msg::Forward(id, News::Status(failed)));
    assert_eq!(world.app.notice().unwrap().level, Level::Error);
    assert!(world.app.forwards()[0].listens.is_empty());
}

#[test]
fn what_is_kept_is_written_down_with_the_port_that_it_has() {
    let mut world = world();
    // The last field: saved, and started by itself.
    world.press("F shift-tab right right enter");
    let (id, _) = one(&mut world);
    assert!(kept(&mut world).is_empty(), "its port is not known yet");
    listens(&mut world, id, 8083);
    let (saved, start) = kept(&mut world).remove(0);
    assert_eq!(
        (saved.local, saved.port.as_str(), saved.resource.as_str(), start),
        (8083, "web", "services", Start::Itself)
    );
    assert_eq!((saved.context.as_str(), saved.name.as_str()), ("lab", "front"));
    world.press("f down w");
    assert_eq!(kept(&mut world), [(saved.clone(), Start::Never)]);
    world.press("w");
    assert_eq!(kept(&mut world), [(saved.clone(), Start::Asked)]);
    world.press("ctrl-d");
    assert_eq!(kept(&mut world), [(saved, Start::Never)], "what is removed is forgotten");
}

fn saved(context: &str, name: &str, autostart: bool) -> Saved {
    let [resource, namespace, port, address] =
        ["services", "shop", "web", "localhost"].map(str::to_owned);
    Saved {
        context: context.to_owned(),
        resource,
        namespace,
        name: name.to_owned(),
        port,
        local: 8080,
        address,
        autostart,
    }
}

#[test]
fn what_starts_by_itself_does_so_once_its_context_is_connected() {
    let forwards = vec![
        saved("lab", "front", true),
        saved("lab", "back", false),
        saved("prod-eu", "front", true),
    ];
    let setup =
        || Setup { context: "lab".to_owned(), forwards: forwards.clone(), ..Setup::default() };
    let mut world = World::with(setup());
    assert!(started(&mut world).is_empty());
    world.connect("lab");
    let (id, wanted) = one(&mut world);
    assert_eq!(
        (wanted.words().as_str(), wanted.local),
        ("service/front in shop port web", Local::Exactly(8080))
    );
    listens(&mut world, id, 8080);
    world.press("f down");
    let text = page(&world);
    assert_eq!(text.matches("stopped").count(), 2, "{text}");
    assert!(text.contains("autostart") && text.contains("prod-eu"), "{text}");
    world.press("x");
    world.connect("lab");
    assert!(started(&mut world).is_empty(), "what was stopped stays so");

    let mut closed = World::with(Setup { read_only: true, ..setup() });
    closed.connect("lab");
    assert!(started(&mut closed).is_empty());
    closed.press("f down r");
    assert!(closed.said().starts_with("kx is read-only"), "{}", closed.said());
    assert!(started(&mut closed).is_empty());
}

#[test]
fn read_only_and_guardrails_refuse_it() {
    let mut world = with(Setup { read_only: true, ..Setup::default() });
    for keys in ["F", r#": "port-forward 80" enter"#] {
        world.press(keys);
        assert!(world.said().starts_with("kx is read-only"), "{keys}: {}", world.said());
        world.press("esc esc");
    }
    assert!(started(&mut world).is_empty());
    assert!(world.app.refusal(Action::PortForward).is_some(), "it is greyed");

    let guarded = |text: &str| {
        let config = Config::parse(text, std::path::Path::new("config.toml")).unwrap();
        with(Setup { guardrails: config.guardrail, ..Setup::default() })
    };
    let mut world = guarded("[[guardrail]]\nforbid = [\"port-forward\"]\n");
    world.press("F");
    assert!(
        world.said().starts_with("port-forward is forbidden in shop of lab"),
        "{}",
        world.said()
    );
    let mut world = guarded("[[guardrail]]\nconfirm = [\"port-forward\"]\n");
    world.press("F enter");
    assert_eq!(world.app.layer(), Layer::Form, "the name is typed first");
    world.press(r#""front" enter"#);
    assert_eq!(one(&mut world).1.local, Local::Near(8080));
    world.press(r#": "port-forward 80" enter"#);
    assert!(started(&mut world).is_empty());
    world.press(r#""front" enter"#);
    assert_eq!(one(&mut world).1.remote, Remote::Number(80), "without another form");
}

#[test]
fn what_is_kept_is_guarded_too() {
    let guarded = |text: &str| {
        let config = Config::parse(text, std::path::Path::new("config.toml")).unwrap();
        let forwards = vec![saved("lab", "front", true)];
        with(Setup { guardrails: config.guardrail, forwards, ..Setup::default() })
    };
    let mut world = guarded("[[guardrail]]\nforbid = [\"port-forward\"]\n");
    world.press("f");
    assert!(page(&world).contains("stopped"), "it does not start by itself: {}", page(&world));
    world.press("r");
    assert!(world.said().starts_with("port-forward is forbidden in shop"), "{}", world.said());
    assert!(started(&mut world).is_empty());

    let mut world = guarded("[[guardrail]]\nconfirm = [\"port-forward\"]\n");
    world.press("f");
    assert!(page(&world).contains("stopped"), "nobody was asked: {}", page(&world));
    world.press("r");
    assert_eq!(world.app.layer(), Layer::Form);
    world.press(r#""front" enter"#);
    assert_eq!(one(&mut world).1.target.name, "front");
}

#[test]
fn who_may_create_no_port_forward_is_told_the_verb_that_is_missing() {
    let mut world = world();
    world.answers = false;
    world.pass(2);
    let asked = world.asked().into_iter().find_map(|effect| match effect {
        Effect::Ask { id, question: kx::app::Question::Review { .. }, .. } => Some(id),
        _ => None,
    });
    assert_eq!(world.app.refusal(Action::PortForward), None, "nothing is known yet");
    let rules = |resources: &[&str]| {
        let rules =
            json!([{"verbs": ["get", "create"], "apiGroups": ["*"], "resources": resources}]);
        let status = json!({"resourceRules": rules, "nonResourceRules": [], "incomplete": false});
        kx::sheet::Answer::Review(json!({"status": status}).into())
    };
    world.tell(Msg::Answered(asked.unwrap(), rules(&["services", "pods"])));
    let why = world.app.refusal(Action::PortForward).unwrap();
    assert!(why.starts_with("you may not create pods/portforward in shop"), "{why}");
    world.press("F");
    assert_eq!((world.app.layer(), world.said()), (Layer::Browse, why));
}

#[test]
fn leaving_asks_where_forwards_run() {
    let mut world = world();
    world.press("F enter");
    let (id, _) = one(&mut world);
    listens(&mut world, id, 8080);
    world.press(r#": "q" enter"#);
    assert!(matches!(world.app.over().last(), Some(Over::Leave)));
    assert!(!world.asked().contains(&Effect::Quit));
    world.press("esc");
    world.press("f down x q");
    world.asked();
    world.press(r#": "q" enter"#);
    assert!(world.asked().contains(&Effect::Quit), "what is stopped keeps nobody");

    // What is there again the next time keeps nobody either, unless something goes through it.
    let forwards = vec![saved("lab", "front", true)];
    let mut world = World::with(Setup { context: "lab".to_owned(), forwards, ..Setup::default() });
    world.connect("lab");
    let (id, _) = one(&mut world);
    listens(&mut world, id, 8080);
    let open = Counts { open: 1, total: 1, ..Counts::default() };
    world.tell(Msg::Forward(id, News::Counts(open)));
    world.press(r#": "q" enter"#);
    assert!(!world.asked().contains(&Effect::Quit));
    world.press("esc");
    world.tell(Msg::Forward(id, News::Counts(Counts::default())));
    world.press(r#": "q" enter"#);
    assert!(world.asked().contains(&Effect::Quit));
}

#[test]
fn what_is_saved_of_a_pod_is_offered_for_what_made_it() {
    let mut world = world();
    world.press(r#": "pods shop" enter F"#);
    let labels = |world: &World| -> Vec<String> {
        world.app.form().unwrap().entries.iter().map(|e| e.field.label.clone()).collect()
    };
    assert_eq!(world.app.form().unwrap().title(), "Forward a port to pod/db-1-a");
    assert!(!labels(&world).contains(&"saved for".to_owned()));
    world.press(r#""5432""#);
    // The last field: saved.
    world.press("shift-tab right");
    assert_eq!(labels(&world).last().unwrap(), "saved for");
    let of = |world: &World| world.app.form().unwrap().entries.last().unwrap().answer();
    assert_eq!(of(&world), "deployment/db", "the pod's name goes with it");
    world.press("enter");
    let (id, wanted) = one(&mut world);
    assert_eq!(wanted.words(), "deployment/db in shop port 5432");
    listens(&mut world, id, 5432);
    let (saved, start) = kept(&mut world).remove(0);
    assert_eq!((saved.resource.as_str(), saved.name.as_str()), ("deployments.apps", "db"));
    assert_eq!(start, Start::Asked);

    world.press(r#"F "5433" shift-tab right tab right"#);
    assert_eq!(of(&world), "pod/db-1-a");
    world.press("enter");
    assert_eq!(one(&mut world).1.words(), "pod/db-1-a in shop port 5433");
}
