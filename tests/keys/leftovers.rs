//! Pods that kx made for sessions: they go when the session does, whatever forbids deleting what is there; where one stays, it is told which.

use kx::app::{Effect, Level, Msg, RunId, SessionId, SessionNews};
use kx::change::{Change, Method, Outcome, Report};
use kx::session::{Ended, What};
use serde_json::{Value, json};

use crate::guardrails::guarded;
use crate::session::{debugger, done, ended, on_a_node, one, opened, say, world};
use crate::support::{World, pod};
use crate::write::{asked, words};

/// What becomes of a change, of which the server said nothing more.
fn told(world: &mut World, (id, change): (RunId, Change), outcome: Outcome) -> String {
    let report = Report {
        change,
        id: String::new(),
        outcome,
        method: Some(Method::Delete),
        before: None,
        after: None,
        note: None,
    };
    world.tell(Msg::Changed(id, 0, Box::new(report)));
    world.said()
}

/// The same of the first change, given the pod's name.
const BY_HAND: &str = "kubectl --context=lab -n default delete pod node-debugger-n1-";

#[test]
fn a_node_is_debugged_and_its_pod_deleted_afterwards() {
    let mut world = world();
    let id = on_a_node(&mut world);
    say(&mut world, id, SessionNews::Runs(debugger()));
    let (_, place, what, ..) = opened(&mut world).unwrap();
    assert_eq!(what, What::Attach);
    ended(&mut world, id, Ended::Code(0));
    let (run, delete) = one(&mut world);
    assert_eq!(
        words(std::slice::from_ref(&delete)),
        [format!("delete: pod/{} in default", place.pod)]
    );
    assert!(delete.target.uid.is_some(), "no other pod of this name");
    assert_eq!(world.app.left_behind().len(), 1);
    done(&mut world, (run, delete), json!({}));
    assert!(world.app.left_behind().is_empty());
}

#[test]
fn who_leaves_kx_leaves_no_pod_behind() {
    let mut world = world();
    let id = on_a_node(&mut world);
    // Waiting is given up: it goes at once.
    world.press("esc");
    let (run, delete) = one(&mut world);
    world.press(r#": "q" enter"#);
    assert!(!world.asked().contains(&Effect::Quit), "it is waited for");
    let _ = id;
    done(&mut world, (run, delete), json!({}));
    assert!(world.asked().contains(&Effect::Quit));
}

#[test]
fn asked_twice_kx_ends_and_says_what_is_left() {
    let mut world = world();
    on_a_node(&mut world);
    world.press(r#"esc : "q" enter : "q" enter"#);
    assert!(world.asked().contains(&Effect::Quit));
    let left = world.app.left_behind();
    assert!(left.len() == 1 && left[0].contains("pod/node-debugger-n1-"), "{left:?}");
    assert!(left[0].contains("kubectl --context=lab -n default delete pod node-debugger-n1-"));
}

#[test]
fn where_kx_is_ended_from_outside_its_pod_is_deleted_first() {
    let mut world = world();
    let id = on_a_node(&mut world);
    say(&mut world, id, SessionNews::Runs(debugger()));
    opened(&mut world).unwrap();
    world.tell(Msg::Ending);
    let (run, delete) = one(&mut world);
    assert!(delete.words().starts_with("delete: pod/node-debugger-n1-"), "{}", delete.words());
    assert!(!world.effects.contains(&Effect::Quit), "there is some time for it");
    done(&mut world, (run, delete), json!({}));
    assert!(world.asked().contains(&Effect::Quit));
    // Nothing to delete is no reason to stay, and nobody is asked.
    let mut world = guarded("");
    world.tell(Msg::Ending);
    assert!(world.asked().contains(&Effect::Quit));
}

/// Debugs a copy of the first pod of the shop: its container runs, and its session began.
fn a_copy(world: &mut World) -> SessionId {
    world.press(r#": "pods shop" enter : "debug-copy" enter enter"#);
    let (run, change) = one(world);
    assert_eq!(
        change.words(),
        "debug a copy as db-1-a-debug with busybox, profile general: pod/db-1-a in shop"
    );
    let object = pod("shop", "db-1-a", "n1", 0);
    let after = change.deed.call(&change.target, &object).unwrap().unwrap().body;
    done(world, (run, change), after);
    let id = world.asked().into_iter().find_map(|effect| match effect {
        Effect::AwaitContainer { id, .. } => Some(id),
        _ => None,
    });
    let id = id.unwrap();
    say(world, id, SessionNews::Runs(debugger()));
    opened(world).unwrap();
    id
}

#[test]
fn a_copy_is_asked_about_afterwards() {
    let mut world = world();
    let id = a_copy(&mut world);
    ended(&mut world, id, Ended::Code(0));
    assert!(asked(&mut world).is_empty(), "nothing is deleted without a word");
    assert_eq!(world.app.form().unwrap().title(), "Delete pod/db-1-a-debug");
    // Whoever leaves that wants it to stay.
    world.press("esc");
    assert!(world.app.left_behind().is_empty());
}

#[test]
fn what_kx_made_goes_although_deleting_is_forbidden() {
    for forbid in ["[\"delete\"]", "[\"delete\", \"evict\", \"edit\"]"] {
        let mut world = guarded(&format!("[[guardrail]]\nforbid = {forbid}\n"));
        let id = on_a_node(&mut world);
        say(&mut world, id, SessionNews::Runs(debugger()));
        opened(&mut world).unwrap();
        ended(&mut world, id, Ended::Code(0));
        let (run, delete) = one(&mut world);
        assert!(delete.words().starts_with("delete: pod/node-debugger-n1-"), "{}", delete.words());
        done(&mut world, (run, delete), json!({}));
        assert!(world.app.left_behind().is_empty());
        // Nothing else may be deleted.
        world.press("ctrl-d");
        assert!(world.said().starts_with("delete is forbidden in lab by"), "{}", world.said());
        assert!(asked(&mut world).is_empty());
    }
}

#[test]
fn a_copy_goes_although_deleting_is_forbidden_and_without_a_word_to_type() {
    for rail in ["forbid = [\"delete\"]", "confirm = [\"delete\"]"] {
        let mut world = guarded(&format!("[[guardrail]]\n{rail}\n"));
        let id = a_copy(&mut world);
        ended(&mut world, id, Ended::Code(0));
        let form = world.app.form().unwrap();
        assert_eq!(form.title(), "Delete pod/db-1-a-debug");
        assert!(form.page.sheet().text().contains("kx made it for debugging"));
        world.press("enter");
        let (_, delete) = one(&mut world);
        assert_eq!(words(&[delete]), ["delete: pod/db-1-a-debug in shop"]);
    }
}

#[test]
fn where_debugging_is_forbidden_no_pod_is_made_whatever_the_node() {
    let mut world = guarded("[[guardrail]]\nnamespace = \"default\"\nforbid = [\"debug\"]\n");
    world.press(r#": "nodes" enter D enter"#);
    let complaint = world.app.form().unwrap().complaint.as_ref().unwrap().message.clone();
    assert!(complaint.starts_with("debug is forbidden in default of lab by"), "{complaint}");
    assert!(asked(&mut world).is_empty());
    // In another namespace it may be.
    world.press(r#"tab tab tab ctrl-u "other" enter"#);
    assert_eq!(asked(&mut world).len(), 1);
    let mut world = guarded("[[guardrail]]\nnamespace = \"default\"\nconfirm = [\"debug\"]\n");
    world.press(r#": "nodes" enter D enter"#);
    assert!(asked(&mut world).is_empty(), "its word is typed first");
    world.press(r#""n1" enter"#);
    assert_eq!(asked(&mut world).len(), 1);
}

#[test]
fn what_the_server_does_not_delete_is_named_with_the_way_to_do_it() {
    let refused =
        "pods \"node-debugger\" is forbidden: User \"anna\" cannot delete resource \"pods\"";
    let mut world = world();
    let id = on_a_node(&mut world);
    say(&mut world, id, SessionNews::Failed("ErrImagePull: no".to_owned()));
    let first = one(&mut world);
    let said = told(&mut world, first, Outcome::Failed(refused.to_owned()));
    assert_eq!(world.app.notice().unwrap().level, Level::Error);
    assert!(said.contains(refused) && said.contains(BY_HAND), "{said}");
    assert!(said.contains("in default of lab is left"), "{said}");
    // Whoever leaves has it tried again, and reads it once more where that is in vain.
    world.press(r#": "q" enter"#);
    assert!(!world.effects.contains(&Effect::Quit), "it is waited for");
    let again = one(&mut world);
    assert!(again.1.words().starts_with("delete: pod/node-debugger-n1-"));
    told(&mut world, again, Outcome::Failed(refused.to_owned()));
    assert!(world.asked().contains(&Effect::Quit));
    assert!(world.app.left_behind()[0].contains(BY_HAND));
}

#[test]
fn where_nobody_knows_whether_it_went_that_is_said() {
    let mut world = world();
    let id = on_a_node(&mut world);
    say(&mut world, id, SessionNews::Failed("no".to_owned()));
    let first = one(&mut world);
    let cut = "the connection broke, and the server cannot be asked: look at the object";
    let said = told(&mut world, first, Outcome::Unknown(cut.to_owned()));
    assert!(said.contains(cut) && said.contains("of lab may be left: kubectl"), "{said}");
}

#[test]
fn what_was_perhaps_made_is_looked_for_when_kx_is_left() {
    let mut world = world();
    world.press(r#": "nodes" enter D enter"#);
    let (run, change) = one(&mut world);
    change.deed.call(&change.target, &json!({})).unwrap().unwrap();
    let said = told(&mut world, (run, change), Outcome::Unknown("cut".to_owned()));
    assert!(said.contains("may be left: ") && said.contains(BY_HAND), "{said}");
    world.press(r#": "q" enter"#);
    let (run, delete) = one(&mut world);
    assert!(delete.words().starts_with("delete: pod/node-debugger-n1-"));
    // That there is none is as good.
    assert!(delete.deed.removes());
    told(&mut world, (run, delete), Outcome::Already);
    assert!(world.asked().contains(&Effect::Quit) && world.app.left_behind().is_empty());
}

#[test]
fn what_never_was_made_is_not_left() {
    let mut world = world();
    world.press(r#": "nodes" enter D enter"#);
    let (run, change) = one(&mut world);
    change.deed.call(&change.target, &json!({})).unwrap().unwrap();
    told(&mut world, (run, change), Outcome::Failed("exceeded quota".to_owned()));
    assert!(world.app.left_behind().is_empty());
}

#[test]
fn a_copy_that_ends_elsewhere_is_named() {
    let mut world = guarded("");
    let id = a_copy(&mut world);
    world.press(r#": "ctx prod-eu" enter"#);
    let said = ended(&mut world, id, Ended::Code(0));
    let by_hand = "kubectl --context=lab -n shop delete pod db-1-a-debug";
    assert!(said.contains(by_hand), "{said}");
    assert!(asked(&mut world).is_empty());
    assert!(world.app.left_behind()[0].contains(by_hand));
    // Its cluster stays connected, so that it can still be deleted.
    world.pass(3600);
    let gone =
        |effect: &Effect| matches!(effect, Effect::Disconnect { cluster } if **cluster == *"lab");
    assert!(!world.asked().iter().any(gone));
}

#[test]
fn undoing_makes_no_pod_for_debugging_anew() {
    let mut world = world();
    let id = on_a_node(&mut world);
    say(&mut world, id, SessionNews::Failed("no".to_owned()));
    let (run, delete) = one(&mut world);
    let pod: Value = pod("default", "node-debugger-n1-x", "n1", 0);
    let report = Report {
        change: delete,
        id: "1".to_owned(),
        outcome: Outcome::Done,
        method: Some(Method::Delete),
        before: Some(pod.into()),
        after: None,
        note: None,
    };
    world.tell(Msg::Changed(run, 0, Box::new(report)));
    world.press(r#": "undo" enter"#);
    assert!(world.app.form().is_none());
    assert!(!world.said().is_empty() && asked(&mut world).is_empty());
}
