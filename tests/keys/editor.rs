//! The built-in editor: typing, taking back, what is offered, what is wrong, and how a text goes on.

use std::sync::Arc;

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use kx::app::{
    Begin, EditId, EditNews, Editor, Effect, Layer, Layout, Msg, Origin, Setup, TextPlace,
};
use kx::change::Target;
use kx::change::edit::{Aim, Draft, Part, Reviewed, write};
use kx::editor::{Pos, check};
use kx::openapi::Document;
use ratatui::layout::Rect;
use serde_json::{Value, json};

use crate::fields::offered;
use crate::support::World;
use crate::write::{asked, deployments};

pub fn object() -> Value {
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"replicas": 2, "selector": {}, "template": {}}})
}

/// What a server would say of deployments.
pub fn schemas() -> Document {
    let text = json!({"type": "string"});
    let schemas = json!({"components": {"schemas": {"Deployment": {"type": "object",
        "x-kubernetes-group-version-kind": [{"group": "apps", "version": "v1", "kind": "Deployment"}],
        "properties": {"apiVersion": text, "kind": text, "metadata": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
            "spec": {"type": "object", "required": ["selector", "template"], "properties": {
                "replicas": {"type": "integer", "format": "int32", "description": "How many pods are wanted."},
                "revisionHistoryLimit": {"type": "integer"},
                "paused": {"type": "boolean"},
                "selector": {"type": "object"}, "template": {"type": "object"},
                "strategy": {"type": "object", "properties": {"type": {"type": "string", "enum": ["Recreate", "RollingUpdate"]}}}}}}}}}});
    Document::read(schemas.to_string().as_bytes()).unwrap()
}

pub fn draft(world: &World, aim: Aim) -> Arc<Draft> {
    let resource = world.app.context().catalog.by_plural("apps", "deployments").unwrap();
    let target =
        Target { resource, namespace: "shop".to_owned(), name: "web".to_owned(), uid: None };
    let parts = vec![Part { target, base: Arc::new(object()) }];
    Arc::new(Draft {
        name: "deployment-web-1".to_owned(),
        path: "/drafts/deployment-web-1.yaml".to_owned(),
        context: "lab".to_owned(),
        namespace: "shop".to_owned(),
        aim,
        parts: if aim == Aim::Edit { parts } else { Vec::new() },
    })
}

/// The edit that was begun last.
pub fn begun(world: &mut World) -> EditId {
    let effects = world.asked();
    let id = effects.iter().rev().find_map(|effect| match effect {
        Effect::BeginEdit { id, .. } => Some(*id),
        _ => None,
    });
    id.unwrap()
}

/// A deployment in the built-in editor, whose schemas are known.
pub fn open() -> World {
    let mut world = deployments(Setup { built_in_editor: true, ..Setup::default() });
    world.press("j e");
    let id = begun(&mut world);
    let draft = draft(&world, Aim::Edit);
    let text = write(&["web in lab".to_owned()], [&object()]);
    world.tell(Msg::Edit(id, EditNews::Ready { draft, open: true, fresh: true, text }));
    settle(&mut world);
    assert_eq!(world.app.layer(), Layer::Editor);
    world
}

/// Does what the editor asks for, as the runtime would.
pub fn settle(world: &mut World) {
    for _ in 0..20 {
        if world.app.owes() {
            world.tell(Msg::Step);
        }
        let effects = world.asked();
        let mut told = false;
        for effect in &effects {
            match effect {
                Effect::CheckText { id, version, text, schemas, whole } => {
                    let checked = check(text, schemas, *whole);
                    world.tell(Msg::Edit(*id, EditNews::Checked(*version, checked)));
                    told = true;
                }
                Effect::ReadSchema { id, version, .. } => {
                    let document = Ok(Arc::new(schemas()));
                    world.tell(Msg::Edit(*id, EditNews::Schema(version.clone(), document)));
                    told = true;
                }
                _ => {}
            }
        }
        let left = effects.into_iter().filter(|effect| {
            !matches!(effect, Effect::CheckText { .. } | Effect::ReadSchema { .. })
        });
        world.effects.extend(left);
        if !told {
            return;
        }
    }
    panic!("it is never settled");
}

pub fn editor(world: &World) -> &Editor {
    world.app.editor().unwrap()
}

pub fn text(world: &World) -> String {
    editor(world).buffer.text()
}

pub fn line(world: &World) -> String {
    let buffer = &editor(world).buffer;
    buffer.line(buffer.cursor().line).to_owned()
}

/// Goes to the line that reads so, behind its last character.
pub fn go(world: &mut World, wanted: &str) {
    let at = editor(world).buffer.lines().iter().position(|line| line.trim() == wanted);
    let number = at.unwrap() + 1;
    world.press(&format!("ctrl-l \"{number}\" enter end"));
    assert_eq!(line(world).trim(), wanted);
}

pub fn kept(world: &mut World) -> Vec<String> {
    let effects = world.asked();
    let texts = effects.into_iter().filter_map(|effect| match effect {
        Effect::KeepDraft { text, .. } => Some(text.to_string()),
        _ => None,
    });
    texts.collect()
}

#[test]
fn a_text_is_written_kept_and_agreed_to() {
    let mut world = open();
    assert_eq!(editor(&world).buffer.cursor(), Pos::new(1, 0), "below kx's own line");
    go(&mut world, "replicas: 2");
    world.press("backspace \"5\"");
    assert_eq!(line(&world), "  replicas: 5");
    settle(&mut world);
    assert!(
        kept(&mut world).last().unwrap().contains("replicas: 5"),
        "the draft has what is typed"
    );
    world.press("ctrl-s");
    assert_eq!(world.app.layer(), Layer::Form);
    let sent = world.asked().into_iter().find_map(|effect| match effect {
        Effect::OpenDraft { id, text, open, .. } => Some((id, text, open)),
        _ => None,
    });
    let (id, sent, open) = sent.unwrap();
    assert!(!open && sent.unwrap().contains("replicas: 5"), "it goes on as from any editor");
    // What is wrong leads back to the text, where the cursor was.
    world.press("esc");
    assert_eq!((world.app.layer(), line(&world).as_str()), (Layer::Editor, "  replicas: 5"));
    // The answer that comes then is for nobody.
    world.tell(Msg::Edit(id, EditNews::Unchanged));
    assert_eq!(world.app.layer(), Layer::Editor);
}

#[test]
fn what_is_agreed_to_after_the_review_leaves_the_editor() {
    let mut world = open();
    go(&mut world, "replicas: 2");
    world.press("backspace \"5\" ctrl-s");
    let id = world.asked().into_iter().find_map(|effect| match effect {
        Effect::OpenDraft { id, .. } => Some(id),
        _ => None,
    });
    let draft = draft(&world, Aim::Edit);
    let catalog = Arc::clone(&world.app.context().catalog);
    let edited = kx::change::edit::edited(&draft, &text(&world), &catalog).unwrap().remove(0);
    let review = kx::change::edit::Review::of_edit(edited, object());
    let stored = Arc::clone(&review.wanted);
    let review = review.said(kx::change::edit::Said::Stored(stored));
    let reviewed =
        Reviewed { draft, text: text(&world), reviews: Ok(vec![review]), problems: Vec::new() };
    world.tell(Msg::Edit(id.unwrap(), EditNews::Reviewed(Box::new(reviewed))));
    assert_eq!(world.app.layer(), Layer::Form);
    // "edit on" leads back to it, with what was done in it.
    world.press("right enter");
    assert_eq!(world.app.layer(), Layer::Editor);
    world.press("ctrl-z ctrl-z");
    assert_eq!(line(&world), "  replicas: 2");
    world.press("ctrl-y ctrl-y ctrl-s");
    let id = world.asked().into_iter().find_map(|effect| match effect {
        Effect::OpenDraft { id, .. } => Some(id),
        _ => None,
    });
    let draft = self::draft(&world, Aim::Edit);
    let edited = kx::change::edit::edited(&draft, &text(&world), &catalog).unwrap().remove(0);
    let review = kx::change::edit::Review::of_edit(edited, object());
    let stored = Arc::clone(&review.wanted);
    let review = review.said(kx::change::edit::Said::Stored(stored));
    let reviewed =
        Reviewed { draft, text: text(&world), reviews: Ok(vec![review]), problems: Vec::new() };
    world.tell(Msg::Edit(id.unwrap(), EditNews::Reviewed(Box::new(reviewed))));
    world.press("enter");
    assert_eq!(world.app.layer(), Layer::Browse);
    assert!(world.app.editor().is_none());
    assert_eq!(asked(&mut world).len(), 1);
}

#[test]
fn nothing_typed_is_lost_by_leaving() {
    let mut world = open();
    world.press("esc");
    assert_eq!(world.app.layer(), Layer::Browse);
    assert!(world.asked().iter().any(|effect| matches!(effect, Effect::ForgetDraft(_))));

    let mut world = open();
    world.press("\"x\" esc");
    assert_eq!(world.app.layer(), Layer::Form);
    world.press("esc");
    assert_eq!(world.app.layer(), Layer::Editor, "it is thought better of");
    world.press("esc enter");
    assert_eq!(world.app.layer(), Layer::Browse);
    assert!(world.said().contains("/drafts/deployment-web-1.yaml"), "{}", world.said());
    let effects = world.asked();
    assert!(
        effects.iter().any(|e| matches!(e, Effect::KeepDraft { text, .. } if text.contains('x')))
    );
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::ForgetDraft(_))));

    let mut world = open();
    world.press("\"x\" esc right enter");
    assert!(world.asked().iter().any(|effect| matches!(effect, Effect::ForgetDraft(_))));
    assert!(world.app.editor().is_none());
}

#[test]
fn selecting_copying_and_pasting() {
    let mut world = open();
    go(&mut world, "replicas: 2");
    world.press("shift-left ctrl-c");
    assert_eq!(world.copied(), "2");
    world.press("ctrl-v ctrl-v");
    assert_eq!(line(&world), "  replicas: 22");
    world.press("ctrl-x");
    assert_eq!(world.copied(), "  replicas: 22\n", "without a selection, the line");
    world.press("ctrl-v");
    assert!(text(&world).contains("spec:\n  replicas: 22\n  selector"), "{}", text(&world));
    world.press("ctrl-a");
    world.tell(Msg::Paste("a: 1\r\nb: 2\n".to_owned()));
    assert_eq!(text(&world), "a: 1\nb: 2\n", "what is pasted is never keys");
    world.press("ctrl-z");
    assert!(text(&world).contains("replicas: 22"));
    world.press("ctrl-a tab");
    assert!(text(&world).contains("\n    replicas: 22\n"));
    world.press("shift-tab ctrl-/");
    assert!(text(&world).contains("#   replicas: 22\n"), "{}", text(&world));
}

#[test]
fn searching_and_going_to_a_line() {
    let mut world = open();
    world.press("ctrl-f \"name\"");
    assert_eq!(editor(&world).buffer.selected_text(), "name");
    let first = editor(&world).buffer.cursor();
    world.press("enter ctrl-n");
    assert!(editor(&world).buffer.cursor() > first);
    world.press("ctrl-p");
    assert_eq!(editor(&world).buffer.cursor(), first);
    world.press("ctrl-f ctrl-u \"nothing\" esc");
    assert_eq!(editor(&world).buffer.cursor(), first, "escape goes back to where it began");
    world.press("ctrl-l \"3\" enter");
    assert_eq!(editor(&world).buffer.cursor().line, 2);
}

#[test]
fn a_click_puts_the_cursor_and_the_wheel_scrolls() {
    let mut world = open();
    let area = Rect::new(5, 4, 60, 10);
    let place = TextPlace { area, lines: (0..10).collect() };
    world.tell(Msg::Drawn(Layout { editor: place, ..Layout::default() }));
    let mouse = |kind, column, row| {
        Msg::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE })
    };
    world.tell(mouse(MouseEventKind::Down(MouseButton::Left), 9, 6));
    assert_eq!(editor(&world).buffer.cursor(), Pos::new(2, 4));
    world.tell(mouse(MouseEventKind::Drag(MouseButton::Left), 7, 7));
    assert_eq!(editor(&world).buffer.selection(), Some((Pos::new(2, 4), Pos::new(3, 2))));
    world.tell(mouse(MouseEventKind::ScrollDown, 9, 6));
    assert_eq!(editor(&world).first, 3);
    world.press("left");
    assert_eq!(editor(&world).first, 2, "the next key brings the cursor into sight");
}

#[test]
fn an_empty_text_begins_with_what_it_is() {
    let mut world = deployments(Setup { built_in_editor: true, ..Setup::default() });
    world.press(r#": "create" enter"#);
    let effects = world.asked();
    let begun = effects.iter().find_map(|effect| match effect {
        Effect::BeginEdit {
            id,
            begin: Begin::Text { aim: Aim::Create, from: Origin::Typed },
            ..
        } => Some(*id),
        _ => None,
    });
    let draft = draft(&world, Aim::Create);
    let text = "# kx: a note\n".to_owned();
    let news = EditNews::Ready { draft, open: true, fresh: true, text };
    world.tell(Msg::Edit(begun.unwrap(), news));
    world.press("ctrl-space");
    assert_eq!(offered(&world), ["apiVersion", "kind", "metadata"]);
    world.press("tab \"apps\"");
    assert!(offered(&world).contains(&"apps/v1"), "{:?}", offered(&world));
}

#[test]
fn a_text_is_from_a_file_from_the_clipboard_or_typed() {
    let mut world = deployments(Setup::default());
    for (line, wanted) in [
        ("apply", Origin::Typed),
        ("apply clipboard", Origin::Clipboard),
        ("apply ./clipboard", Origin::File("./clipboard".to_owned())),
        ("apply /tmp/all.yaml", Origin::File("/tmp/all.yaml".to_owned())),
        ("create ~/all.yaml", Origin::File("~/all.yaml".to_owned())),
    ] {
        world.press(&format!(r#": "{line}" enter"#));
        let begun = world.asked().into_iter().find_map(|effect| match effect {
            Effect::BeginEdit { begin: Begin::Text { from, .. }, .. } => Some(from),
            _ => None,
        });
        assert_eq!(begun, Some(wanted), "{line}");
        world.press("esc");
    }
}

#[test]
fn the_editor_is_the_persons_choice_and_the_other_has_a_key() {
    let mut world = deployments(Setup::default());
    world.press("j e");
    let id = begun(&mut world);
    let ready = |world: &World| {
        let draft = draft(world, Aim::Edit);
        EditNews::Ready { draft, open: true, fresh: true, text: "a: 1\n".to_owned() }
    };
    let news = ready(&world);
    world.tell(Msg::Edit(id, news));
    assert!(world.asked().iter().any(|e| matches!(e, Effect::OpenDraft { open: true, .. })));
    world.press("esc Y");
    let id = begun(&mut world);
    let news = ready(&world);
    world.tell(Msg::Edit(id, news));
    assert_eq!(world.app.layer(), Layer::Editor);
    let mut world = deployments(Setup { read_only: true, ..Setup::default() });
    world.press("Y");
    assert!(world.said().contains("read-only"), "{}", world.said());
}

/// An editor with this text.
fn writing(text: &str) -> World {
    let mut world = open();
    world.press("ctrl-a");
    world.tell(Msg::Paste(text.to_owned()));
    world.press("ctrl-home");
    world
}

#[test]
fn matches_are_replaced_one_by_one_skipped_or_all_at_once() {
    let text = "a: foo\nb: foo foo\nc: Foo\nd: bar";
    let read = |world: &World| self::text(world);
    // What to search for is asked first.
    let mut world = writing(text);
    world.press(r#"ctrl-r "foo" enter"#);
    assert_eq!(world.app.layer(), Layer::Prompt);
    world.press(r#""x" enter down enter esc"#);
    assert_eq!(read(&world), "a: x\nb: foo x\nc: Foo\nd: bar");
    assert_eq!((world.app.layer(), world.said().as_str()), (Layer::Editor, "2 matches replaced"));
    // Each is a step of its own.
    world.press("ctrl-z");
    assert_eq!(read(&world), "a: x\nb: foo foo\nc: Foo\nd: bar");

    let mut world = writing(text);
    world.press(r#"ctrl-f "foo" enter ctrl-r "foos" ctrl-r"#);
    assert_eq!(read(&world), "a: foos\nb: foos foos\nc: foos\nd: bar");
    assert_eq!((world.app.layer(), world.said().as_str()), (Layer::Editor, "4 matches replaced"));
    world.press("ctrl-z");
    assert_eq!(read(&world), text, "all of it is one step");
    // What it was replaced by last is offered again; nothing is a text, too.
    world.press("ctrl-r ctrl-u enter");
    assert_eq!(read(&world), "a: \nb: foo foo\nc: Foo\nd: bar");
    world.press("esc");

    let mut world = writing(text);
    world.press(r#"ctrl-f "nowhere" enter ctrl-r"#);
    assert_eq!(world.app.layer(), Layer::Editor);
    assert!(world.said().contains("is not found"), "{}", world.said());
}
