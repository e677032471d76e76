//! What the editor knows of fields by the schemas: offered while they are typed, explained, and what is wrong with them.

use std::sync::Arc;

use kx::app::{EditId, EditNews, Effect, Msg, Setup};
use kx::change::edit::{Aim, write};
use kx::editor::Checked;

use crate::editor::{begun, draft, editor, go, line, object, open, schemas, settle};
use crate::support::World;
use crate::write::deployments;

#[test]
fn fields_are_offered_while_they_are_typed() {
    let mut world = open();
    go(&mut world, "replicas: 2");
    world.press("enter \"re\"");
    assert_eq!(offered(&world), ["revisionHistoryLimit"], "what is there already is not");
    world.press("tab \"3\"");
    assert_eq!(line(&world), "  revisionHistoryLimit: 3");
    world.press("enter \"pau\" tab");
    assert_eq!((line(&world).as_str(), offered(&world)), ("  paused: ", vec!["true", "false"]));
    world.press("down enter");
    assert_eq!(line(&world), "  paused: false", "enter takes what was chosen");
    // Enter alone is a line, whatever is offered.
    world.press("enter \"stra\" enter");
    assert_eq!(line(&world), "  ");
    world.press("up end tab");
    assert_eq!(line(&world), "  stra  ", "nothing is offered after a move: tab is blanks");
    world.press("backspace backspace backspace");
    assert_eq!(offered(&world), Vec::<&str>::new());
    world.press("\"a\" tab \"t\" tab");
    assert_eq!(line(&world), "    type: ");
    assert_eq!(offered(&world), ["Recreate", "RollingUpdate"]);
    world.press("\"rol\" tab");
    assert_eq!(line(&world), "    type: RollingUpdate");
    // Each is one step to take back.
    world.press("ctrl-z");
    assert_eq!(line(&world), "    type: rol");
}

#[test]
fn what_is_typed_before_the_schemas_are_there_is_offered_with_them() {
    let mut world = deployments(Setup { built_in_editor: true, ..Setup::default() });
    world.press("j e");
    let id = begun(&mut world);
    let draft = draft(&world, Aim::Edit);
    let text = write(&[], [&object()]);
    world.tell(Msg::Edit(id, EditNews::Ready { draft, open: true, fresh: true, text }));
    go(&mut world, "replicas: 2");
    world.press("enter \"pau\"");
    assert!(offered(&world).is_empty());
    settle(&mut world);
    assert_eq!(offered(&world), ["paused"]);
    // Who only moved about is not bothered with it.
    world.press("esc left");
    let document = Ok(Arc::new(schemas()));
    world.tell(Msg::Edit(id, EditNews::Schema("apps/v1".to_owned(), document)));
    assert!(offered(&world).is_empty());
}

#[test]
fn what_is_known_of_a_field_is_shown() {
    let mut world = open();
    go(&mut world, "replicas: 2");
    let help = editor(&world).help.clone().unwrap();
    assert_eq!((help.path.as_str(), help.kind.as_str()), ("spec.replicas", "int32"));
    assert_eq!(help.doc, "How many pods are wanted.");
    world.press("f2");
    assert!(!editor(&world).helps);
}

#[test]
fn what_is_wrong_stands_below_its_line_and_moves_with_it() {
    let mut world = open();
    go(&mut world, "replicas: 2");
    world.press("backspace \"two\" home");
    settle(&mut world);
    let wrong = |world: &World| {
        let all = &editor(world).problems;
        all.iter().map(|problem| (problem.line, problem.why.clone())).collect::<Vec<_>>()
    };
    let at = editor(&world).buffer.cursor().line;
    assert_eq!(wrong(&world), [(at, "it must be an integer, and is \"two\"".to_owned())]);
    // Before the next answer comes, it is told of the same line.
    world.press("ctrl-home enter");
    assert_eq!(wrong(&world)[0].0, at + 1);
    // What is heard of an older text is not believed.
    let id = EditId(0);
    world.tell(Msg::Edit(id, EditNews::Checked(1, Checked::default())));
    assert_eq!(wrong(&world).len(), 1);
    world.press("f8");
    assert_eq!(editor(&world).buffer.cursor().line, at + 1);
    world.press("ctrl-z ctrl-z ctrl-z");
    settle(&mut world);
    assert!(wrong(&world).is_empty());
}

#[test]
fn only_one_look_at_the_text_is_under_way() {
    let mut world = open();
    world.press("\"abc\"");
    world.tell(Msg::Step);
    world.press("\"d\"");
    world.tell(Msg::Step);
    let looks = world.asked().into_iter().filter(|e| matches!(e, Effect::CheckText { .. }));
    assert_eq!(looks.count(), 1);
    assert!(!world.app.owes(), "the next waits for its answer");
}

pub fn offered(world: &World) -> Vec<&str> {
    let all = editor(world).offered.iter().flat_map(|offered| &offered.all);
    all.map(|suggestion| suggestion.name.as_str()).collect()
}
