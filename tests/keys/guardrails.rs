//! Guardrails: what is forbidden, what is typed first, and where the context says so.

use std::path::Path;

use kx::app::{Action, Layer, Msg, RunId, Setup};
use kx::change::{Method, Outcome, Report};
use kx::config::Config;
use kx::theme::{Role, Theme};
use serde_json::json;

use crate::support::World;
use crate::write::{asked, deployments, words};

fn guarded(text: &str) -> World {
    let config = Config::parse(text, Path::new("/home/me/config.toml")).unwrap();
    let contexts = ["lab", "prod-eu"].map(|name| kx::app::ContextInfo {
        name: name.to_owned(),
        ..kx::app::ContextInfo::default()
    });
    deployments(Setup {
        guardrails: config.guardrail,
        contexts: contexts.to_vec(),
        theme: Some(Theme::plain()),
        ..Setup::default()
    })
}

#[test]
fn what_is_forbidden_is_greyed_and_the_guardrail_named() {
    let mut world = guarded("[[guardrail]]\ncontext = \"la*\"\nforbid = [\"delete\", \"scale\"]\n");
    let why = "delete is forbidden in shop of lab by the guardrail at config.toml:1";
    assert_eq!(world.app.refusal(Action::Delete).as_deref(), Some(why));
    world.press("ctrl-d");
    assert_eq!((world.app.layer(), world.said().as_str()), (Layer::Browse, why));
    world.press("+ -");
    assert!(asked(&mut world).is_empty(), "scale is scale-up and scale-down too");
    assert_eq!(world.screen(), "deployments (all): >db web");
    assert_eq!(world.app.refusal(Action::Restart), None);
}

#[test]
fn another_context_or_namespace_is_not_meant() {
    for text in [
        "[[guardrail]]\ncontext = \"prod-*\"\nforbid = \"*\"\n",
        "[[guardrail]]\nnamespace = \"kube-*\"\nforbid = \"*\"\nread_only = true\n",
    ] {
        let mut world = guarded(text);
        world.press("+");
        assert_eq!(asked(&mut world).len(), 1, "{text}");
    }
}

#[test]
fn undoing_does_not_go_around_it() {
    let mut world = guarded("[[guardrail]]\nforbid = [\"scale-down\"]\n");
    world.press("+");
    let change = asked(&mut world).remove(0).1.remove(0);
    let object = |replicas: u64| Some(json!({"spec": {"replicas": replicas}}).into());
    let (before, after) = (object(2), object(3));
    let method = Some(Method::Replace);
    let report = Report {
        change,
        id: "1".to_owned(),
        outcome: Outcome::Done,
        method,
        before,
        after,
        note: None,
    };
    world.tell(Msg::Changed(RunId(0), 0, Box::new(report)));
    world.press(r#": "undo" enter"#);
    assert_eq!(world.app.layer(), Layer::Browse);
    assert!(world.said().starts_with("scale-down is forbidden in shop of lab"), "{}", world.said());
}

#[test]
fn a_context_that_is_read_only_refuses_every_action_that_writes() {
    let mut world =
        guarded("[[guardrail]]\nname = \"production\"\ncontext = \"lab\"\nread_only = true\n");
    assert!(world.app.read_only());
    let writes = Action::ALL.iter().filter(|action| action.info().writes);
    for &action in writes.filter(|action| action.is_in(Layer::Browse)) {
        world.press(&format!(r#": "{action}" enter"#));
        assert_eq!(world.app.layer(), Layer::Browse, "{action}");
        assert_eq!(world.said(), "lab is read-only by the guardrail production (config.toml:1)");
    }
    world.press(r#": "apply" enter"#);
    assert!(world.said().starts_with("lab is read-only"), "{}", world.said());
    assert!(asked(&mut world).is_empty());
    world.press("esc").press(r#": "ctx prod-eu" enter"#);
    assert!(!world.app.read_only(), "another context is another matter, at once");
}

#[test]
fn a_namespace_that_is_read_only_is_refused_by_its_rows() {
    let mut world = guarded("[[guardrail]]\nnamespace = \"shop\"\nread_only = true\n");
    assert!(!world.app.read_only());
    world.press("+");
    assert!(asked(&mut world).is_empty());
    assert!(world.said().starts_with("shop of lab is read-only by"), "{}", world.said());
}

#[test]
fn what_wants_to_be_confirmed_is_typed_first() {
    let mut world = guarded("[[guardrail]]\nconfirm = \"*\"\n");
    world.press("+");
    assert_eq!(world.app.layer(), Layer::Form, "what is otherwise done at once asks");
    assert!(asked(&mut world).is_empty());
    world.press("enter");
    assert_eq!(world.app.form().unwrap().complaint.as_ref().unwrap().message, "type db to confirm");
    world.press(r#""web" enter"#);
    assert!(asked(&mut world).is_empty());
    world.press(r#"backspace backspace backspace "db" enter"#);
    assert_eq!(words(&asked(&mut world)[0].1), ["scale by 1 more: deployment/db in shop"]);
    // Of several, their number.
    world.press(r#"ctrl-a r "2" enter"#);
    assert_eq!(asked(&mut world)[0].1.len(), 2);
}

#[test]
fn the_context_has_its_colour_and_another_has_none() {
    let mut world = guarded("[[guardrail]]\ncontext = \"prod-*\"\ncolor = \"red\"\n");
    let plain = Theme::plain().style(Role::Context);
    assert_eq!(world.app.theme().style(Role::Context), plain);
    world.press(r#": "ctx prod-eu" enter"#);
    assert_ne!(world.app.theme().style(Role::Context), plain);
    assert!(world.app.tint().is_some());
    world.press(r#": "ctx lab" enter"#);
    assert_eq!(world.app.theme().style(Role::Context), plain);
}

#[test]
fn what_leads_into_containers_can_be_forbidden_and_not_confirmed() {
    let mut world = guarded("[[guardrail]]\nforbid = [\"shell\", \"files\"]\n");
    world.press(r#": "pods shop" enter"#);
    for action in [Action::Shell, Action::ShellInPane, Action::Files] {
        let why = world.app.refusal(action).unwrap_or_default();
        assert!(why.contains("is forbidden in shop of lab"), "{action}: {why}");
    }
    assert_eq!(world.app.refusal(Action::Attach), None);
    world.press(r#": "exec ls" enter"#);
    assert!(world.app.prompt().is_some(), "what was typed is kept");
    let text = "[[guardrail]]\nconfirm = [\"shell\"]\n";
    let error = Config::parse(text, Path::new("/c.toml")).unwrap_err();
    assert!(error.to_string().contains("no action that changes anything"), "{error}");
}
