//! The written page.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kx::app::{Effect, LINGER, MARKED_FOR, Msg, ObjectId, ObjectNews, Opener, PageState, Question};
use kx::sheet::{Answer, Facts, Go, Line, Sheet, Span, Subject, Tone, Want};
use serde_json::json;

use crate::support::{NOON, World, triples};

fn pod(name: &str) -> Want {
    Want::Object {
        group: String::new(),
        resource: "Pod".to_owned(),
        namespace: "shop".to_owned(),
        name: name.to_owned(),
    }
}

/// Written of one pod: a few lines that lead somewhere, and how long it has been noon.
#[derive(Debug)]
struct Note(&'static str);

impl Subject for Note {
    fn crumbs(&self) -> Vec<String> {
        vec![self.0.to_owned(), "note".to_owned()]
    }

    fn wants(&self, facts: &Facts<'_>) -> Vec<Want> {
        let mut wants = vec![pod(self.0)];
        // What follows from an answer is wanted once that is there.
        let node = facts.object(&wants[0]).and_then(|pod| pod["spec"]["nodeName"].as_str());
        wants.extend(node.map(|node| Want::Object {
            group: String::new(),
            resource: "nodes".to_owned(),
            namespace: String::new(),
            name: node.to_owned(),
        }));
        wants
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let Some(pod) = facts.object(&self.wants(facts)[0]) else { return Sheet::default() };
        let line = |indent, label: &str, text: &str| {
            Line::new(indent, [Span::new(label, Tone::Label), Span::new(text, Tone::Text)])
        };
        let node = pod["spec"]["nodeName"].as_str().unwrap();
        let object = Go::Object {
            group: "".into(),
            resource: "Node".into(),
            namespace: "".into(),
            name: node.into(),
        };
        let mut lines = vec![
            line(0, "Phase: ", pod["status"]["phase"].as_str().unwrap()),
            line(0, "Node: ", node).go(object),
            line(0, "Beside:", ""),
            line(2, "all: ", "pods").go(Go::Command("pods shop -l app=web /web".to_owned())),
            line(2, "wrong: ", "x").go(Go::Command("nonsense".to_owned())),
            Line { folded: true, ..line(0, "More:", "") },
            line(2, "hidden: ", "needle"),
            line(0, "Since noon: ", &format!("{}s", facts.now() - NOON)),
        ];
        if let Some(note) = pod["note"].as_str() {
            lines.insert(0, line(0, "Note: ", note));
        }
        Sheet { lines, changes_in: Some(60) }
    }
}

/// A program with a note in view.
fn noted() -> World {
    let mut world = World::new();
    world.app.open_sheet(Box::new(Note("web-1-a")), None);
    world.tell(Msg::Wake);
    world
}

fn text(world: &World) -> String {
    world.app.sheet().unwrap().sheet().text()
}

fn shown(world: &World) -> usize {
    world.app.reader().unwrap().visible().len()
}

fn followed(effects: &[Effect]) -> Vec<&str> {
    let names = effects.iter().filter_map(|effect| match effect {
        Effect::Follow { name, .. } => Some(name.as_str()),
        _ => None,
    });
    names.collect()
}

/// The name under which the first want is read.
fn first(world: &mut World) -> ObjectId {
    let effects = world.asked();
    let id = effects.iter().rev().find_map(|effect| match effect {
        Effect::Follow { id, name, .. } if name == "web-1-a" => Some(*id),
        _ => None,
    });
    id.expect("the pod is followed")
}

#[test]
fn a_describe_opens_on_an_object_and_closes_onto_the_table() {
    let name = |world: &World| world.app.sheet().unwrap().about.clone().unwrap();
    let mut world = World::new();
    world.press("j d");
    assert_eq!(world.app.crumbs(), ["pods", "dns", "describe"]);
    let about = name(&world);
    assert_eq!((about.namespace.as_str(), about.name.as_str()), ("kube-system", "dns"));
    assert!(text(&world).contains("dns"), "{}", text(&world));
    assert_eq!(world.app.words().short, "live");
    triples(&[("j d", "esc", "pods (all): toolbox >dns db-1-a web-1-a web-1-b")]);

    let mut world = World::new();
    world.press("G enter j d");
    assert_eq!(name(&world).name, "web-1-b", "a container is described with its pod");
}

#[test]
fn describe_and_yaml_lead_to_each_other_and_the_way_back_stays_short() {
    let mut world = World::new();
    world.press("d y");
    assert_eq!(world.app.crumbs(), ["pods", "toolbox", "describe", "toolbox", "yaml"]);
    world.press("d");
    assert_eq!(world.app.crumbs(), ["pods", "toolbox", "describe"]);
    world.press("y esc esc");
    assert_eq!(world.app.crumbs(), ["pods"]);
    world.press("y d");
    assert_eq!(world.app.crumbs(), ["pods", "toolbox", "yaml", "toolbox", "describe"]);
}

#[test]
fn enter_goes_where_a_line_leads_and_escape_comes_back_to_it() {
    let mut world = noted();
    world.press("j enter");
    assert_eq!(world.screen(), "pods › web-1-a › note › nodes (all): >n1");
    world.press("esc");
    assert_eq!(world.screen(), "pods › web-1-a › note: Node: n1");
    world.press("j j enter");
    assert_eq!(world.screen(), "pods › web-1-a › note › pods (shop) /web: >web-1-a web-1-b");
    world.press("esc esc");
    assert_eq!(world.screen(), "pods › web-1-a › note:   all: pods", "the filter, then the page");
    assert_eq!(world.app.scope_words(), "all", "what a line leads to is no choice of namespaces");
    world.press("j enter");
    assert!(world.said().contains("\"nonsense\""), "{}", world.said());
}

#[test]
fn lines_fold_as_in_yaml_and_some_begin_folded() {
    let mut world = noted();
    assert_eq!(shown(&world), 7, "what is hidden at first");
    world.press("j j enter");
    assert_eq!(shown(&world), 5, "enter folds where a line leads nowhere");
    world.press(r#"/ "hidden" enter"#);
    assert_eq!(world.screen(), "pods › web-1-a › note:   hidden: needle");
    assert_eq!(shown(&world), 6, "a match is unfolded");
    world.press("U");
    assert_eq!(shown(&world), 8);
    world.press("F");
    assert_eq!(shown(&world), 5);
    world.press("esc esc");
    assert_eq!(world.app.crumbs(), ["pods"], "the search, then the page");
}

#[test]
fn folds_cursor_and_marks_survive_its_being_written_anew() {
    let mut world = noted();
    let id = first(&mut world);
    world.press("j j space");
    let mut changed = crate::support::pod("shop", "web-1-a", "n2", 7);
    changed["note"] = json!("new");
    world.tell(Msg::Object(id, ObjectNews::Value(changed)));
    assert_eq!(world.screen(), "pods › web-1-a › note: Beside:");
    assert_eq!(shown(&world), 6, "one more line, and the fold is still there");
    let marked = |world: &World| {
        let reader = world.app.reader().unwrap();
        let lines = reader.lines().iter().enumerate();
        let lines = lines.filter(|(i, _)| reader.is_changed(*i, world.now));
        lines.map(|(_, line)| line.text.clone()).collect::<Vec<_>>()
    };
    assert_eq!(marked(&world), ["Note: new", "Node: n2"]);
    world.pass(MARKED_FOR);
    assert!(marked(&world).is_empty());
    world.pass(60);
    assert!(text(&world).contains("Since noon: 60s"), "{}", text(&world));
    assert!(marked(&world).is_empty(), "the time that passes is no change");
    let moved = world.asked();
    assert_eq!(
        followed(&moved),
        ["n2"],
        "what follows from the answer is read, the rest as before"
    );
    assert_eq!(moved.iter().filter(|e| matches!(e, Effect::Unfollow { .. })).count(), 1);
}

#[test]
fn what_it_says_is_copied_and_opened() {
    let mut world = noted();
    world.press("c");
    assert!(world.copied().starts_with("Phase: Running\nNode: n1\nBeside:\n  all: pods\n"));
    world.press("j j j ctrl-y");
    assert_eq!(world.copied(), "all: pods");
    world.press("p");
    let open = world.asked().into_iter().find_map(|effect| match effect {
        Effect::Open { with, text, name } => Some((with, text, name)),
        _ => None,
    });
    let (with, text, name) = open.unwrap();
    assert_eq!((with, name.as_str()), (Opener::Pager, "web-1-a-note.txt"));
    assert!(text.contains("needle"), "what is folded away too");
    world.press("y");
    assert_eq!(world.said(), "this page is not about one object");
}

#[test]
fn it_is_read_only_while_it_is_in_view_and_its_lines_stay() {
    let mut world = noted();
    assert_eq!(followed(&world.asked()), ["web-1-a", "n1"]);
    world.answers = false;
    world.press(r#": "no" enter"#);
    let left = world.asked();
    assert_eq!(left.iter().filter(|e| matches!(e, Effect::Unfollow { .. })).count(), 2);
    world.press("-");
    assert_eq!(followed(&world.asked()), ["web-1-a", "n1"], "it asks anew");
    assert!(text(&world).contains("Phase: Running"), "the old lines stay");
    assert_eq!(world.app.words().short, "loading");
}

#[test]
fn its_states_have_words() {
    let mut world = noted();
    let id = first(&mut world);
    world.tell(Msg::Object(id, ObjectNews::Failed("the connection was cut".to_owned())));
    let stale =
        PageState::Stale { since: NOON, why: "the connection was cut".to_owned(), retry_at: None };
    assert_eq!(world.app.page_state(), stale);
    assert!(text(&world).contains("Phase: Running"), "what was read stays");
    world.press("ctrl-r");
    assert_eq!(followed(&world.asked()), ["web-1-a"], "only what failed is read anew");
    assert_eq!(world.app.words().short, "live");
    world.press("ctrl-r");
    assert!(world.said().starts_with("every change is shown"), "{}", world.said());

    let mut world = noted();
    let id = first(&mut world);
    world.tell(Msg::Object(id, ObjectNews::Deleted));
    assert_eq!(world.app.page_state(), PageState::Deleted);
    assert!(text(&world).contains("Phase: Running"), "it is shown as it was last");

    let mut world = World::new();
    world.app.open_sheet(Box::new(Note("nobody")), None);
    world.tell(Msg::Wake);
    let words = world.app.words();
    assert_eq!(
        (words.short.as_str(), words.headline.as_str()),
        ("refused", "nobody cannot be read")
    );
    assert!(words.detail.contains("\"nobody\" not found"), "{words:?}");

    let mut world = World::silent();
    world.app.open_sheet(Box::new(Note("web-1-a")), None);
    world.tell(Msg::Wake);
    assert_eq!(world.app.page_state(), PageState::Connecting);
    world.answers = true;
    world.connect("lab");
    assert_eq!(world.app.words().short, "live");
}

/// Written of everything that can be wanted; counts how often.
#[derive(Debug, Default)]
struct Everything(Arc<AtomicUsize>);

impl Subject for Everything {
    fn crumbs(&self) -> Vec<String> {
        vec!["everything".to_owned()]
    }

    fn wants(&self, _facts: &Facts<'_>) -> Vec<Want> {
        let (group, labels, fields) = ("apps".to_owned(), String::new(), String::new());
        let (resource, namespace) = ("deployments".to_owned(), String::new());
        vec![
            Want::Rows { group, resource, namespace, labels, fields },
            Want::Objects {
                group: String::new(),
                resource: "Service".to_owned(),
                namespace: "shop".to_owned(),
                labels: String::new(),
                fields: String::new(),
            },
            Want::Text { path: "/readyz".to_owned() },
            Want::Review { path: "/apis/x".to_owned(), body: r#"{"status": 7}"#.to_owned() },
            Want::Object {
                group: "nobody.example.org".to_owned(),
                resource: "things".to_owned(),
                namespace: String::new(),
                name: "x".to_owned(),
            },
        ]
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        self.0.fetch_add(1, Ordering::Relaxed);
        let line = |text: String| Line::new(0, [Span::new(text, Tone::Text)]);
        let lines = self.wants(facts).into_iter().map(|want| match (&want, facts.get(&want)) {
            (Want::Rows { .. }, answer) => match (facts.rows(&want), answer) {
                (Some(rows), _) => line(format!("rows {}", rows.len())),
                (None, Answer::Failed(why)) => line(format!("no rows: {why}")),
                (None, _) => line("no rows yet".to_owned()),
            },
            (_, Answer::Objects(objects)) => line(format!("objects {}", objects.len())),
            (_, Answer::Text { text, status, micros }) => line(format!("{text} {status} {micros}")),
            (_, Answer::Review(review)) => line(format!("review {}", review["status"])),
            (_, Answer::Absent) => line("absent".to_owned()),
            (_, Answer::Failed(why)) => line(format!("failed: {why}")),
            _ => line("nothing yet".to_owned()),
        });
        Sheet { lines: lines.collect(), changes_in: None }
    }
}

#[test]
fn everything_that_is_wanted_is_read_and_let_go() {
    let mut world = World::new();
    world.app.open_sheet(Box::new(Everything::default()), None);
    world.tell(Msg::Wake);
    assert_eq!(text(&world), "rows 2\nobjects 2\n/readyz ok 200 1500\nreview 7\nabsent\n");
    assert_eq!(world.app.words().short, "live");

    world.asked();
    world.press("ctrl-r");
    let questions = world.asked().into_iter().filter_map(|effect| match effect {
        Effect::Ask { question, .. } => Some(question),
        _ => None,
    });
    let mut asked: Vec<bool> = questions.map(|q| matches!(q, Question::Text { .. })).collect();
    asked.sort_unstable();
    assert_eq!(asked, [false, true], "what is only told when it is asked for");

    world.press("esc");
    let left = world.asked();
    assert_eq!(left.iter().filter(|e| matches!(e, Effect::Unfollow { .. })).count(), 3);
    world.pass(LINGER);
    let let_go = world.asked().iter().filter(|e| matches!(e, Effect::Unwatch { .. })).count();
    assert_eq!(let_go, 1, "rows are let go as those of a table are");
}

#[test]
fn rows_that_change_all_the_time_are_written_once_a_second() {
    let mut world = World::new();
    let written = Arc::new(AtomicUsize::new(0));
    world.app.open_sheet(Box::new(Everything(Arc::clone(&written))), None);
    world.tell(Msg::Wake);
    let deployment = |name: &str| {
        let mut object = world.objects.iter().find(|(p, _)| *p == "deployments").unwrap().1.clone();
        object["metadata"]["name"] = json!(name);
        object["metadata"]["uid"] = json!(name);
        object
    };
    let made: Vec<_> = (0..50).map(|i| deployment(&format!("made-{i}"))).collect();
    let before = written.load(Ordering::Relaxed);
    for object in made {
        world.put("deployments", object);
    }
    assert!(text(&world).starts_with("rows 2\n"), "{}", text(&world));
    assert_eq!(written.load(Ordering::Relaxed), before);
    assert_eq!(world.app.next_wake(world.now), Some(world.now + 1));
    world.pass(1);
    assert!(text(&world).starts_with("rows 52\n"), "{}", text(&world));
    assert_eq!(written.load(Ordering::Relaxed), before + 1);
    world.pass(5);
    world.delete("deployments", "made-7");
    assert!(text(&world).starts_with("rows 51\n"), "after a calm, a change is written at once");
}
