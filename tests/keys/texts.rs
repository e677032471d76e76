//! Texts that are applied or created: where they are from, what their objects are called, and what is shown before they are sent.

use std::sync::Arc;

use kx::app::{Begin, EditId, EditNews, Effect, Layer, Level, Msg, Origin, Setup};
use kx::change::edit::{Aim, Draft, Mistake, Review, Reviewed, Said, edited};
use kx::change::{Method, Patch};
use kx::kinds::Catalog;
use serde_json::{Value, json};

use crate::support::World;
use crate::write::{asked, deployments, words};

const MAP: &str = "{apiVersion: v1, kind: ConfigMap, metadata: {name: copied}, data: {a: b}}\n";

fn draft(aim: Aim) -> Draft {
    Draft {
        name: "text-1".to_owned(),
        path: "/drafts/text-1.yaml".to_owned(),
        context: "lab".to_owned(),
        namespace: "shop".to_owned(),
        aim,
        parts: Vec::new(),
    }
}

/// Asks for the clipboard by this command.
fn clipboard(world: &mut World, verb: &str) -> EditId {
    world.press(&format!(r#": "{verb} clipboard" enter"#));
    let begun = world.asked().into_iter().find_map(|effect| match effect {
        Effect::BeginEdit { id, begin: Begin::Text { aim, from }, .. } => {
            assert_eq!((aim.verb(), from), (verb, Origin::Clipboard));
            Some(id)
        }
        _ => None,
    });
    begun.expect("the clipboard is read")
}

/// What the runtime would tell of a text whose objects the server would store as they are.
fn reviewed(draft: Draft, text: &str) -> EditNews {
    let all = edited(&draft, text, &Catalog::default());
    let reviews = all.map(|all| {
        let review = |edited| {
            let review = Review::of_text(edited, Value::Null);
            let stored = Arc::clone(&review.wanted);
            review.said(Said::Stored(stored))
        };
        all.into_iter().map(review).collect()
    });
    let (draft, text) = (Arc::new(draft), text.to_owned());
    EditNews::Reviewed(Box::new(Reviewed { draft, text, reviews, problems: Vec::new() }))
}

#[test]
fn the_clipboard_is_shown_and_sent_by_one_key() {
    for (aim, title, method) in [
        (Aim::Apply, "Apply configmap/copied", Method::Patch(Patch::Apply)),
        (Aim::Create, "Create configmap/copied", Method::Create),
    ] {
        let mut world = deployments(Setup::default());
        let id = clipboard(&mut world, aim.verb());
        assert_eq!(world.app.layer(), Layer::Form, "that it is read is seen");
        let ready = EditNews::Ready {
            draft: Arc::new(draft(aim)),
            open: false,
            fresh: true,
            text: MAP.to_owned(),
        };
        world.tell(Msg::Edit(id, ready));
        let opened = world.asked().into_iter().find_map(|effect| match effect {
            Effect::OpenDraft { id, open, text: None, .. } => Some((id, open)),
            _ => None,
        });
        let (id, open) = opened.expect("it is held against the cluster");
        assert!(!open, "no editor is opened for it");
        world.tell(Msg::Edit(id, reviewed(draft(aim), MAP)));
        let form = world.app.form().unwrap();
        assert_eq!(form.title(), title);
        let text = form.page.sheet().text();
        assert!(text.contains("The server would make this:") && text.contains("a: b"), "{text}");
        assert!(asked(&mut world).is_empty(), "nothing is sent yet");
        world.press("enter");
        let changes = asked(&mut world).remove(0).1;
        assert_eq!(words(&changes), [format!("{}: configmap/copied in shop", aim.verb())]);
        let call = changes[0].deed.call(&changes[0].target, &Value::Null).unwrap().unwrap();
        assert_eq!(call.method, method);
    }
}

#[test]
fn a_clipboard_that_cannot_be_read_is_told_with_what_to_do() {
    let mut world = deployments(Setup::default());
    for verb in ["apply", "create"] {
        let id = clipboard(&mut world, verb);
        let why = "the clipboard is empty";
        world.tell(Msg::Edit(id, EditNews::Failed(why.to_owned())));
        assert_eq!(world.app.layer(), Layer::Browse);
        assert!(world.said().contains(why), "{}", world.said());
        assert_eq!(world.app.notice().unwrap().level, Level::Error);
    }
    assert!(asked(&mut world).is_empty());
}

#[test]
fn a_clipboard_that_is_no_text_of_objects_is_kept_to_be_corrected() {
    let mut world = deployments(Setup::default());
    let id = clipboard(&mut world, "apply");
    world.tell(Msg::Edit(id, reviewed(draft(Aim::Apply), "a shopping list: [\n")));
    let form = world.app.form().unwrap();
    let text = form.page.sheet().text();
    assert!(text.contains("The text is kept as it is"), "{text}");
    assert_eq!(form.verb(), "edit on");
}

fn named(aim: Aim, text: &str) -> Result<Vec<(String, Value)>, Mistake> {
    let all = edited(&draft(aim), text, &Catalog::default())?;
    Ok(all.into_iter().map(|one| (one.target.name.clone(), (*one.ours).clone())).collect())
}

#[test]
fn a_name_that_is_left_to_the_server_is_decided_before_it_is_shown() {
    let text = "{apiVersion: v1, kind: ConfigMap, metadata: {generateName: x-}, data: {a: b}}\n";
    let twice = format!("{text}---\n{text}");
    let made = named(Aim::Create, &twice).unwrap();
    assert_ne!(made[0].0, made[1].0);
    for (name, object) in made {
        assert!(name.starts_with("x-") && name.len() == 7, "{name}");
        // As kubectl leaves it.
        assert_eq!(
            object["metadata"],
            json!({"name": name, "generateName": "x-", "namespace": "shop"})
        );
    }
    // A name of its own is taken.
    let both = "{apiVersion: v1, kind: ConfigMap, metadata: {generateName: x-, name: own}}";
    assert_eq!(named(Aim::Create, both).unwrap()[0].0, "own");
    let mut world = deployments(Setup::default());
    let id = clipboard(&mut world, "create");
    world.tell(Msg::Edit(id, reviewed(draft(Aim::Create), text)));
    let form = world.app.form().unwrap();
    assert!(form.title().starts_with("Create configmap/x-"), "{}", form.title());
    let shown = form.title().trim_start_matches("Create ").to_owned();
    world.press("enter");
    assert_eq!(words(&asked(&mut world).remove(0).1), [format!("create: {shown} in shop")]);
}

#[test]
fn what_has_no_name_says_what_is_missing() {
    let none = "{apiVersion: v1, kind: ConfigMap, metadata: {labels: {a: b}}}\n";
    let begun = "{apiVersion: v1, kind: ConfigMap, metadata: {generateName: x-}}\n";
    let why = |aim, text: &str| named(aim, text).unwrap_err().why;
    assert_eq!(
        why(Aim::Create, none),
        "the text has no metadata.name, and no metadata.generateName"
    );
    assert_eq!(why(Aim::Apply, none), "the text has no metadata.name");
    assert_eq!(
        why(Aim::Apply, begun),
        "the text has no metadata.name: with generateName alone it would be another object each time it is applied; :create makes one"
    );
    assert_eq!(
        why(Aim::Create, &format!("{MAP}---\n{none}")),
        "object 2 of 2 has no metadata.name, and no metadata.generateName"
    );
    for odd in [
        "{apiVersion: v1, kind: ConfigMap}",
        "{apiVersion: v1, kind: ConfigMap, metadata: text}",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: 7}}",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: ''}}",
    ] {
        for aim in [Aim::Create, Aim::Apply] {
            assert!(why(aim, odd).starts_with("the text has no metadata.name"), "{odd}");
        }
    }
    // It is shown, and nothing can be sent.
    let mut world = deployments(Setup::default());
    let id = clipboard(&mut world, "create");
    world.tell(Msg::Edit(id, reviewed(draft(Aim::Create), none)));
    let form = world.app.form().unwrap();
    assert!(form.page.sheet().text().contains("no metadata.generateName"));
    assert_eq!(form.verb(), "edit on");
}
