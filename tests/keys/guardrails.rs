//! Guardrails: what is forbidden, what is typed first, and where the context says so.

use std::path::Path;

use kx::app::{Action, Effect, Layer, Msg, RunId, Setup};
use kx::change::{Method, OFFERS, Outcome, Report, offer};
use kx::config::Config;
use kx::guardrail::{Actions, SESSIONS};
use kx::theme::{Role, Theme};
use serde_json::json;

use crate::support::World;
use crate::write::{asked, deployments, words};

pub fn guarded(text: &str) -> World {
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
fn what_leads_into_containers_can_be_forbidden() {
    let mut world = guarded("[[guardrail]]\nforbid = [\"shell\", \"files\"]\n");
    world.press(r#": "pods shop" enter"#);
    for action in [Action::Shell, Action::ShellInPane, Action::Files] {
        let why = world.app.refusal(action).unwrap_or_default();
        assert!(why.contains("is forbidden in shop of lab"), "{action}: {why}");
    }
    assert_eq!(world.app.refusal(Action::Attach), None);
    world.press(r#": "exec ls" enter"#);
    assert!(world.app.prompt().is_some(), "what was typed is kept");
}

#[test]
fn every_action_that_writes_can_be_named() {
    let leads = Action::ALL.iter().filter(|a| a.info().writes && offer(a.name()).is_none());
    let leads: Vec<&str> = leads.map(|action| action.name()).collect();
    for name in &leads {
        let names = Actions::Named(SESSIONS.map(str::to_owned).to_vec());
        assert!(names.has(name), "no guardrail can name {name}");
    }
    for name in SESSIONS {
        assert!(leads.contains(&name), "{name} leads nowhere");
    }
    for action in Action::ALL.iter().filter(|action| action.info().writes) {
        let known = OFFERS.iter().map(|offer| offer.action).chain(SESSIONS);
        let known =
            known.filter(|name| Actions::Named(vec![(*name).to_owned()]).has(action.name()));
        for name in known {
            for key in ["forbid", "confirm"] {
                let text = format!("[[guardrail]]\n{key} = [\"{name}\"]\n");
                Config::parse(&text, Path::new("/c.toml")).unwrap();
            }
        }
    }
}

/// What is looked for, or listed, or run, for a session.
fn begun(world: &mut World) -> Vec<String> {
    let of = |effect: Effect| match effect {
        Effect::FindPod { target, .. } | Effect::RunIn { target, .. } => Some(target.long()),
        _ => None,
    };
    world.asked().into_iter().filter_map(of).collect()
}

#[test]
fn what_leads_into_containers_is_done_after_the_name_was_typed() {
    let all = "[\"shell\", \"attach\", \"files\"]";
    for keys in [
        "s",
        "ctrl-t",
        "a",
        "b",
        r#": "exec ls -l" enter"#,
        r#": "files /etc" enter"#,
        r#": "attach-in-pane" enter"#,
    ] {
        let mut world = guarded(&format!("[[guardrail]]\nname = \"live\"\nconfirm = {all}\n"));
        world.press(r#": "pods shop" enter"#).press(keys);
        assert_eq!(world.app.layer(), Layer::Form, "{keys}");
        assert!(begun(&mut world).is_empty(), "{keys}");
        world.press(r#""db-1" enter"#);
        let form = world.app.form().unwrap();
        let complaint = form.complaint.as_ref().unwrap();
        assert_eq!(complaint.message, "type db-1-a to confirm", "{keys}");
        let sheet = form.page.sheet().text();
        assert!(sheet.contains("pod/db-1-a in shop") && sheet.contains("live"), "{sheet}");
        world.press(r#""-a" enter"#);
        assert_eq!(begun(&mut world), ["pod/db-1-a in shop"], "{keys}");
        // Once is once.
        world.press("esc esc").press(keys);
        assert!(begun(&mut world).is_empty(), "{keys}");
    }
    // Whoever leaves the form leaves it.
    let mut world = guarded(&format!("[[guardrail]]\nconfirm = {all}\n"));
    world.press(r#": "pods shop" enter s esc"#);
    assert_eq!(world.app.layer(), Layer::Browse);
    assert!(begun(&mut world).is_empty());
    // Of several, their number.
    world.press(r#"space space : "exec ls" enter "2" enter"#);
    assert_eq!(begun(&mut world).len(), 2);
}

#[test]
fn where_the_object_goes_while_its_name_is_typed_nothing_is_done_to_another() {
    let mut world = guarded("[[guardrail]]\nconfirm = [\"shell\"]\n");
    world.press(r#": "pods shop" enter s "db-1-a""#);
    world.delete("pods", "db-1-a");
    world.press("enter");
    assert!(begun(&mut world).is_empty());
    assert_eq!(world.app.layer(), Layer::Form, "that of the other is asked for");
}
