//! The journal, runs that are opened again, and leaving while changes are under way.

use std::sync::Arc;

use kx::app::{Effect, Layer, Msg, ObjectId, RunId, Setup, Telling};
use kx::change::journal::{Chronicle, Journaled, Life, Query, Steps};
use kx::change::{Change, Method, Outcome, Report};
use kx::sheet::Answer;
use serde_json::{Value, json};

use crate::support::World;
use crate::write::{asked, deployments, words};

/// The lines of a change that was done in this context, on this server.
pub fn lines(id: &str, context: &str, server: &str) -> Vec<Value> {
    let scale = |replicas: i64| json!({"kind": "Scale", "metadata": {"name": "web", "namespace": "shop", "uid": "u-web"}, "spec": {"replicas": replicas}});
    let line = |result: &str| {
        json!({
            "time": "2026-01-15T11:00:00Z", "id": id, "context": context, "server": server, "user": "anna",
            "action": "scale to 5", "resource": "deployments.apps", "namespace": "shop", "name": "web", "result": result,
        })
    };
    let (mut sending, mut done) = (line("sending"), line("done"));
    sending["method"] = json!("PUT");
    sending["path"] = json!("/apis/apps/v1/namespaces/shop/deployments/web/scale");
    sending["before"] = scale(3);
    done["after"] = scale(5);
    vec![sending, done]
}

fn told(lines: &[Value]) -> Answer {
    let mut chronicle = Chronicle::new(Query::default(), 10);
    for line in lines.iter().rev() {
        chronicle.older(line.to_string().as_bytes());
    }
    let file = Some("/journal.jsonl".to_owned());
    Answer::Journal(Arc::new(Journaled { file, ..chronicle.journaled(|_| Life::Gone) }))
}

fn opened(lines: &[Value], id: &str) -> Answer {
    let mut steps = Steps::of(id);
    lines.iter().rev().for_each(|line| steps.take(line.to_string().as_bytes()));
    Answer::Entry(steps.opened(|_| Life::Gone).map(Arc::new))
}

/// What was asked of the journal last.
fn telling(world: &mut World) -> (ObjectId, Telling) {
    let asked = world.asked().into_iter().rev().find_map(|effect| match effect {
        Effect::FollowJournal { id, of } => Some((id, of)),
        _ => None,
    });
    asked.expect("the journal was asked for")
}

/// The page of the journal with these lines, and the cursor on its first entry.
pub fn journal(world: &mut World, lines: &[Value]) {
    world.press(r#": "journal" enter"#);
    let (id, of) = telling(world);
    assert_eq!(of, Telling::List(Query::default()));
    world.tell(Msg::Answered(id, told(lines)));
    world.press(r#"/ "scale" enter"#);
}

/// Undoes what is under the cursor; the form that opens has this text.
pub fn undo(world: &mut World, lines: &[Value]) -> String {
    world.press("u");
    assert_eq!(world.app.layer(), Layer::Form);
    let (id, of) = telling(world);
    let Telling::Entry(entry) = of else { panic!("{of:?}") };
    world.tell(Msg::Answered(id, opened(lines, &entry)));
    world.app.form().unwrap().page.sheet().text()
}

#[test]
fn an_entry_of_an_earlier_session_is_taken_back_once() {
    let mut world = deployments(Setup::default());
    let mut all = lines("1-1-0-0", "lab", "");
    journal(&mut world, &all);
    let text = undo(&mut world, &all);
    assert!(text.contains("-   replicas: 5") || text.contains("-  replicas: 5"), "{text}");
    world.press("enter");
    let (_, changes) = asked(&mut world).remove(0);
    assert_eq!(words(&changes), ["undo: deployment/web in shop"]);
    assert_eq!(changes[0].deed.takes_back(), Some("1-1-0-0"));
    assert_eq!(changes[0].deed.reads(), "scale");
    assert!(changes[0].target.uid.is_some(), "another object of that name is left alone");
    // What the next kx reads of it.
    let mut undone = lines("2-1-0-0", "lab", "");
    undone.iter_mut().for_each(|line| line["undoes"] = json!("1-1-0-0"));
    all.extend(undone);
    let text = undo(&mut world, &all);
    assert!(text.contains("it was taken back already"), "{text}");
    world.press("enter");
    assert!(asked(&mut world).is_empty());
    assert!(world.app.form().unwrap().complaint.is_some());
}

#[test]
fn what_was_sent_to_a_part_of_an_object_is_taken_back_there() {
    let mut world = deployments(Setup::default());
    let mut all = lines("1-1-0-0", "lab", "");
    let pod = |cpu: &str| json!({"kind": "Pod", "metadata": {"name": "scale-1", "namespace": "shop", "uid": "u-1"}, "spec": {"containers": [{"name": "a", "resources": {"requests": {"cpu": cpu}}}]}});
    for line in &mut all {
        (line["resource"], line["name"]) = (json!("pods"), json!("scale-1"));
        line["action"] = json!("resize a cpu request 2");
    }
    all[0]["path"] = json!("/api/v1/namespaces/shop/pods/scale-1/resize");
    (all[0]["before"], all[1]["after"]) = (pod("1"), pod("2"));
    journal(&mut world, &all);
    undo(&mut world, &all);
    world.press("enter");
    let deed = asked(&mut world).remove(0).1.remove(0).deed;
    assert_eq!((deed.reads(), deed.writes()), ("", "resize"));
}

#[test]
fn enter_opens_an_entry_and_escape_comes_back_to_it() {
    let mut world = deployments(Setup::default());
    let all = lines("1-1-0-0", "lab", "");
    journal(&mut world, &all);
    world.press("enter");
    let (id, of) = telling(&mut world);
    assert_eq!(of, Telling::Entry("1-1-0-0".to_owned()));
    world.tell(Msg::Answered(id, opened(&all, "1-1-0-0")));
    let text = world.app.sheet().unwrap().sheet().text();
    for part in [
        "scale to 5  deployments/web in shop",
        "done",
        "anna",
        "PUT /apis/apps",
        "-   replicas: 3",
        "+   replicas: 5",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    world.press("esc");
    assert!(world.screen().contains("scale to 5"), "{}", world.screen());
    // An undo of its page is of the same entry.
    world.press("enter u");
    assert_eq!(telling(&mut world).1, Telling::Entry("1-1-0-0".to_owned()));
}

#[test]
fn a_new_entry_comes_above_and_the_cursor_stays_on_its_own() {
    let mut world = deployments(Setup::default());
    let mut all = lines("1-1-0-0", "lab", "");
    world.press(r#": "journal" enter"#);
    let (id, _) = telling(&mut world);
    world.tell(Msg::Answered(id, told(&all)));
    world.press(r#"/ "scale" enter"#);
    let entry = |world: &World| world.app.sheet().unwrap().entry().map(str::to_owned);
    assert_eq!(entry(&world).as_deref(), Some("1-1-0-0"));
    all.extend(lines("2-1-0-0", "lab", ""));
    world.tell(Msg::Answered(id, told(&all)));
    assert_eq!(world.app.sheet().unwrap().sheet().text().matches("scale to 5").count(), 2);
    assert_eq!(entry(&world).as_deref(), Some("1-1-0-0"));
}

#[test]
fn what_must_not_be_taken_back_says_why() {
    type Case = (fn(&mut Vec<Value>), &'static str);
    let refused = |change: fn(&mut Vec<Value>)| {
        let mut world = deployments(Setup::default());
        let mut all = lines("1-1-0-0", "lab", "");
        change(&mut all);
        journal(&mut world, &all);
        let text = undo(&mut world, &all);
        world.press("enter");
        assert!(asked(&mut world).is_empty(), "{text}");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let cases: &[Case] = &[
        (
            |all| all.iter_mut().for_each(|l| l["context"] = json!("prod")),
            "it was done in prod: go there first",
        ),
        (|all| all[1]["result"] = json!("failed"), "it was not done"),
        (|all| drop(all.pop()), "what became of it is not known"),
        (|all| all[1]["hidden"] = json!(true), "values that the journal does not keep"),
        (
            |all| all[0]["lasts"] = json!("an approval cannot be taken back"),
            "an approval cannot be taken back",
        ),
        (|all| all[0]["method"] = json!("POST"), "can be deleted, not undone"),
        (
            |all| all[1]["after"] = all[0]["before"].clone(),
            "nothing that it changed can be put back",
        ),
        (
            |all| all.iter_mut().for_each(|l| l["resource"] = json!("gadgets.example.com")),
            "serves no gadgets.example.com",
        ),
    ];
    for (change, why) in cases {
        let text = refused(*change);
        assert!(text.contains(why), "{why}: {text}");
    }
}

#[test]
fn where_the_server_is_another_the_context_is_typed_first() {
    let mut world = deployments(Setup::default());
    let all = lines("1-1-0-0", "lab", "https://10.0.0.1:6443");
    journal(&mut world, &all);
    let text = undo(&mut world, &all);
    assert!(text.contains("perhaps another cluster"), "{text}");
    world.press("enter");
    assert!(asked(&mut world).is_empty());
    world.press(r#""lab" enter"#);
    assert_eq!(words(&asked(&mut world)[0].1), ["undo: deployment/web in shop"]);
}

#[test]
fn the_journal_is_there_without_a_cluster() {
    let mut world = World::silent();
    world.press(r#": "journal web failed" enter"#);
    let (id, of) = telling(&mut world);
    assert_eq!(of, Telling::List(Query::parse("web failed")));
    world.tell(Msg::Answered(id, told(&lines("1-1-0-0", "lab", ""))));
    assert!(world.app.sheet().unwrap().sheet().text().contains("scale to 5"));
}

/// Two restarts under way.
fn running() -> (World, Vec<Change>) {
    let mut world = deployments(Setup::default());
    world.press("ctrl-a r enter");
    let changes = asked(&mut world).remove(0).1;
    assert_eq!(world.app.layer(), Layer::Run);
    (world, changes)
}

fn done(world: &mut World, number: usize, change: &Change) {
    let report = Report {
        outcome: Outcome::Done,
        method: Some(Method::Replace),
        ..Report::not_begun(change.clone(), "")
    };
    world.tell(Msg::Changed(RunId(0), number, Box::new(report)));
}

#[test]
fn a_closed_list_is_opened_again() {
    let (mut world, changes) = running();
    world.press(r#"esc : "runs" enter"#);
    assert_eq!(world.app.layer(), Layer::Picker);
    assert_eq!(world.app.picker().unwrap().items[0].note, "0 of 2");
    world.press("enter");
    assert_eq!(world.app.layer(), Layer::Run);
    done(&mut world, 0, &changes[0]);
    assert_eq!(world.app.run(RunId(0)).unwrap().progress(), "1 of 2");
    let mut world = deployments(Setup::default());
    world.press(r#": "runs" enter"#);
    assert_eq!(world.app.layer(), Layer::Browse);
    assert!(world.said().contains(":journal"), "{}", world.said());
}

#[test]
fn who_leaves_while_changes_are_under_way_is_asked_first() {
    let left = |world: &mut World| world.asked().contains(&Effect::Quit);
    let (mut world, changes) = running();
    world.press("ctrl-c");
    assert!(!left(&mut world));
    assert_eq!(world.app.under_way().count(), 1);
    world.press("esc");
    assert_eq!(world.app.layer(), Layer::Run, "as it was");
    world.press(r#"esc : "q" enter"#);
    assert!(!left(&mut world));
    world.press("ctrl-c");
    assert!(left(&mut world), "a second time is meant");

    // What waits can be stopped there.
    let (mut world, _) = running();
    world.press("ctrl-c x");
    assert!(world.asked().contains(&Effect::StopRun { id: RunId(0) }));

    // Nothing goes on any more: nothing is asked.
    let (mut world, _) = running();
    changes.iter().enumerate().for_each(|(number, change)| done(&mut world, number, change));
    world.press("ctrl-c");
    assert!(left(&mut world));
}
