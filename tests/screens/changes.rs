//! What is asked and shown when the cluster is changed: forms, lists of runs, the journal.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use kx::app::{EditId, EditNews, Effect, Msg, RunId};
use kx::change::edit::{Aim, Draft, Edited, Part, Review, Reviewed, Said};
use kx::change::journal::{Chronicle, Journaled, Life, Query, Steps};
use kx::change::{Outcome, Report, Target};
use kx::sheet::Answer;
use kx::theme::{DEFAULT, Depth};
use kx::ui::picture;
use serde_json::{Value, json};

use super::stage::{text, theme};
use super::talk::Talk;

/// The demo cluster after a command, with all rows there.
fn at(command: &str) -> Talk {
    let mut talk = Talk::start("demo");
    talk.keys(&format!(":{command}\r"));
    talk.settle();
    talk
}

fn press(talk: &mut Talk, code: KeyCode, modifiers: KeyModifiers) {
    talk.send(Msg::Key(KeyEvent::new(code, modifiers)));
    talk.settle();
}

/// Holds what is on the screen against what was there, and draws it where pictures are wanted.
fn hold(talk: &mut Talk, name: &str) {
    let dark = theme(DEFAULT, Depth::True);
    for (width, height) in [(80, 24), (120, 36)] {
        let frame = talk.draw(width, height);
        insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(format!("change-{name}-{width}x{height}"), text(&frame));
        });
        if let Some(folder) = std::env::var_os("KX_PICTURES") {
            let file = format!("change-{name}-{width}x{height}.svg");
            let file = std::path::PathBuf::from(folder).join(file);
            std::fs::write(file, picture::svg(&frame, &dark)).expect("a writable folder");
        }
    }
}

#[test]
fn scaling_asks_for_a_number() {
    let mut talk = at("deployments shop /^web$");
    talk.keys("s");
    talk.settle();
    talk.keys("x2");
    talk.settle();
    hold(&mut talk, "scale");
}

#[test]
fn deleting_says_what_goes_with_it() {
    let mut talk = at("deployments shop /^web$");
    press(&mut talk, KeyCode::Char('d'), KeyModifiers::CONTROL);
    hold(&mut talk, "delete");
}

#[test]
fn rolling_back_shows_the_revisions_and_what_differs() {
    let mut talk = at("deployments shop /^web$");
    talk.keys("R");
    talk.settle();
    hold(&mut talk, "rollback");
}

#[test]
fn labels_are_a_small_form() {
    let mut talk = at("deployments shop /^web$");
    talk.keys("T");
    talk.settle();
    hold(&mut talk, "label");
}

#[test]
fn a_drain_says_before_what_becomes_of_each_pod() {
    let mut talk = at("nodes");
    talk.keys("jjr");
    talk.settle();
    hold(&mut talk, "drain");
}

/// A Deployment of the demo, and what a person made of it.
fn edited(talk: &Talk) -> (Target, Value, Value) {
    let resource = talk.app.context().catalog.resolve("deployments").unwrap();
    let target =
        Target { resource, namespace: "shop".to_owned(), name: "web".to_owned(), uid: None };
    let theirs = talk.object(&target.path(""));
    let mut ours = theirs.clone();
    ours["spec"]["replicas"] = json!(6);
    ours["spec"]["template"]["spec"]["containers"][0]["image"] =
        json!("registry.demo/shop/web:3.12.1");
    (target, theirs, ours)
}

fn draft(target: &Target, base: &Value) -> Arc<Draft> {
    Arc::new(Draft {
        name: "deployment-web-1768478400000".to_owned(),
        path: "~/.local/share/kx/drafts/deployment-web-1768478400000.yaml".to_owned(),
        context: "lab".to_owned(),
        namespace: "shop".to_owned(),
        aim: Aim::Edit,
        parts: vec![Part { target: target.clone(), base: Arc::new(base.clone()) }],
    })
}

/// What the person sees after the editor.
fn reviewed(talk: &mut Talk, (target, theirs, ours): (Target, Value, Value), stored: Value) {
    let draft = draft(&target, &theirs);
    let edited =
        Edited { target, base: Arc::new(theirs.clone()), ours: Arc::new(ours), needs: Vec::new() };
    let review = Review::of_edit(edited, theirs).said(Said::Stored(Arc::new(stored)));
    let reviewed =
        Reviewed { draft, text: String::new(), reviews: Ok(vec![review]), problems: Vec::new() };
    talk.keys("e");
    talk.send(Msg::Edit(EditId(0), EditNews::Reviewed(Box::new(reviewed))));
    talk.settle();
}

#[test]
fn an_edit_shows_what_the_server_would_store() {
    let mut talk = at("deployments shop /^web$");
    let (target, theirs, ours) = edited(&talk);
    // What a webhook of the cluster adds is shown too.
    let mut stored = ours.clone();
    stored["metadata"]["annotations"]["policy.example.org/checked"] = json!("true");
    reviewed(&mut talk, (target, theirs, ours), stored);
    hold(&mut talk, "edit");
}

#[test]
fn an_edit_of_a_secret_shows_its_values_only_to_who_asks() {
    let mut talk = at("secrets shop");
    let resource = talk.app.context().catalog.resolve("secrets").unwrap();
    let target =
        Target { resource, namespace: "shop".to_owned(), name: "db".to_owned(), uid: None };
    let secret = |password: &str| {
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db", "namespace": "shop"},
            "type": "Opaque", "data": {"password": password, "user": "c2hvcA=="}})
    };
    let (theirs, ours) = (secret("Y29ycmVjdCBob3JzZSE="), secret("YmF0dGVyeSBzdGFwbGU="));
    reviewed(&mut talk, (target, theirs, ours.clone()), ours);
    let shown = |talk: &mut Talk| text(&talk.draw(120, 36));
    let hidden = shown(&mut talk);
    for value in ["Y29ycm", "YmF0dG", "correct horse", "battery staple"] {
        assert!(!hidden.contains(value), "{hidden}");
    }
    assert!(hidden.contains("<hidden, 14 bytes, another value>"), "{hidden}");
    hold(&mut talk, "edit-secret");
    press(&mut talk, KeyCode::Tab, KeyModifiers::NONE);
    press(&mut talk, KeyCode::Right, KeyModifiers::NONE);
    let revealed = shown(&mut talk);
    for value in ["correct horse", "battery staple"] {
        assert!(revealed.contains(value), "{revealed}");
    }
    assert!(!revealed.contains("Y29ycm"), "as it is meant, not as it is sent: {revealed}");
}

/// Three restarts under way, of which one is done and one is refused.
fn running() -> Talk {
    let mut talk = at("deployments shop");
    talk.keys(" j j r");
    talk.settle();
    talk.keys("\r");
    let effects = talk.asked();
    let changes = effects.into_iter().find_map(|effect| match effect {
        Effect::Change { changes, .. } => Some(changes),
        _ => None,
    });
    let changes = changes.expect("three changes");
    let ends = [
        (0, Outcome::Done),
        (1, Outcome::Failed("admission webhook \"policy.example.org\" denied the request: no restarts on Thursdays".to_owned())),
    ];
    for (number, outcome) in ends {
        let report = Report { outcome, ..Report::not_begun(changes[number].clone(), "") };
        talk.send(Msg::Changed(RunId(0), number, Box::new(report)));
    }
    talk
}

#[test]
fn a_run_is_a_list_that_can_be_opened_again() {
    let mut talk = running();
    hold(&mut talk, "run");
    press(&mut talk, KeyCode::Esc, KeyModifiers::NONE);
    talk.keys(":runs\r");
    hold(&mut talk, "runs");
    talk.keys("\r");
    let again = text(&talk.draw(120, 36));
    let words: Vec<&str> = again.split_whitespace().collect();
    assert!(words.join(" ").contains("denied the request: no restarts on Thursdays"), "{again}");
}

#[test]
fn a_drain_says_how_far_each_node_is() {
    let mut talk = at("nodes");
    talk.keys("jjr");
    talk.settle();
    // DaemonSets are ignored, what is in emptyDir volumes goes, and so do pods that nobody makes anew.
    for end in [KeyCode::Tab, KeyCode::Tab, KeyCode::Enter] {
        talk.keys(" ");
        press(&mut talk, end, KeyModifiers::NONE);
    }
    let effects = talk.asked();
    let changes = effects.into_iter().find_map(|effect| match effect {
        Effect::Change { changes, .. } => Some(changes),
        _ => None,
    });
    let changes = changes.expect("a drain");
    for (number, change) in changes.iter().take(2).enumerate() {
        let report = Report { outcome: Outcome::Done, ..Report::not_begun(change.clone(), "") };
        talk.send(Msg::Changed(RunId(0), number, Box::new(report)));
    }
    let why = "Cannot evict pod as it would violate the pod's disruption budget.";
    talk.send(Msg::Changing(RunId(0), 2, why.to_owned()));
    hold(&mut talk, "run-drain");
}

#[test]
fn who_leaves_while_changes_are_under_way_is_asked() {
    let mut talk = running();
    press(&mut talk, KeyCode::Esc, KeyModifiers::NONE);
    talk.keys(":q\r");
    hold(&mut talk, "leave");
}

/// The lines of a journal, the first first.
fn journal() -> Vec<Value> {
    let line = |id: &str,
                minute: u8,
                action: &str,
                (resource, name): (&str, &str),
                result: &str| {
        json!({
            "time": format!("2026-01-15T11:{minute:02}:00Z"), "id": id, "context": "lab", "server": "http://127.0.0.1",
            "user": "anna@example.org", "action": action, "resource": resource, "namespace": "shop", "name": name,
            "result": result, "method": "PATCH", "path": format!("/apis/apps/v1/namespaces/shop/deployments/{name}"),
        })
    };
    let object = |replicas: i64| {
        json!({"apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "web", "namespace": "shop", "uid": "u", "resourceVersion": replicas.to_string()},
            "spec": {"paused": false, "replicas": replicas, "strategy": {"type": "RollingUpdate"}}})
    };
    let web = ("deployments.apps", "web");
    let mut lines = vec![
        line("1", 2, "pause", ("deployments.apps", "cart"), "sending"),
        line("1", 2, "pause", ("deployments.apps", "cart"), "done"),
        line("2", 5, "delete", ("secrets", "old"), "sending"),
        line("3", 20, "edit", web, "sending"),
        line("3", 20, "edit", web, "failed"),
        line("4", 41, "scale to 5", web, "sending"),
        line("4", 41, "scale to 5", web, "done"),
        line("5", 52, "undo", ("deployments.apps", "cart"), "sending"),
        line("5", 53, "undo", ("deployments.apps", "cart"), "done"),
    ];
    lines[4]["message"] = json!(
        "ValidatingAdmissionPolicy 'few' with binding 'few' denied request: no more than 9 replicas in shop"
    );
    lines[5]["before"] = object(3);
    lines[6]["after"] = object(5);
    lines[7]["undoes"] = json!("1");
    lines[8]["undoes"] = json!("1");
    lines
}

/// Answers what was asked of the journal.
fn tell(talk: &mut Talk, answer: &Answer) {
    for effect in talk.asked() {
        if let Effect::FollowJournal { id, .. } = effect {
            talk.send(Msg::Answered(id, answer.clone()));
        }
    }
    talk.settle();
}

#[test]
fn the_journal_is_a_page_and_an_entry_is_another() {
    let mut talk = at("deployments shop");
    talk.keys(":journal\r");
    let mut chronicle = Chronicle::new(Query::default(), 10);
    for line in journal().iter().rev() {
        chronicle.older(line.to_string().as_bytes());
    }
    chronicle.older(b"no line");
    let journaled = Journaled {
        file: Some("/home/anna/.local/share/kx/journal.jsonl".to_owned()),
        ..chronicle.journaled(|_| Life::Gone)
    };
    tell(&mut talk, &Answer::Journal(Arc::new(journaled)));
    hold(&mut talk, "journal");
    // Below what stands above the list: the second of the entries.
    talk.keys("/scale\r");
    talk.settle();
    talk.keys("\r");
    talk.settle();
    let mut steps = Steps::of("4");
    journal().iter().rev().for_each(|line| steps.take(line.to_string().as_bytes()));
    let opened = Answer::Entry(steps.opened(|_| Life::Gone).map(Arc::new));
    tell(&mut talk, &opened);
    hold(&mut talk, "entry");
    talk.keys("u");
    talk.settle();
    tell(&mut talk, &opened);
    hold(&mut talk, "entry-undo");
}
