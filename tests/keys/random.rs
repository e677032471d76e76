//! Whatever happens in whatever order, the program neither stops nor shows what cannot be.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use kx::app::{Action, ClusterNews, Layout, Msg, ObjectId, ObjectNews};
use kx::store::{Delta, Freshness, SourceId};
use proptest::prelude::*;
use ratatui::layout::Rect;
use serde_json::json;

use crate::support::{World, pod};

#[derive(Clone, Debug)]
enum Happens {
    Key(KeyCode, bool, bool),
    Type(String),
    Command(String),
    Action(usize),
    Paste(String),
    Mouse(u8, u16, u16),
    Resize(u16, u16),
    Drawn(u16),
    Put(String),
    Delete(String),
    State(u8, u32),
    Reset(u32),
    Failed(u8),
    Connected(u8),
    Object(u32, u8),
    Later(i64),
}

fn happens() -> impl Strategy<Value = Happens> {
    let code = prop_oneof![
        8 => prop::char::range('!', '~').prop_map(KeyCode::Char),
        4 => prop::sample::select(vec![KeyCode::Enter, KeyCode::Esc, KeyCode::Tab, KeyCode::BackTab, KeyCode::Backspace, KeyCode::Delete,
            KeyCode::Up, KeyCode::Down, KeyCode::Left, KeyCode::Right, KeyCode::PageDown, KeyCode::PageUp, KeyCode::Home, KeyCode::End, KeyCode::Char(' ')]),
    ];
    let name = prop::sample::select(vec!["web-1-a", "web-1-b", "toolbox", "new-1", "new-2"])
        .prop_map(str::to_owned);
    let line = prop::sample::select(vec![
        "po",
        "deploy shop",
        "svc -A",
        "no",
        "ns a b",
        "ns all",
        "ctx prod-eu",
        "ctx lab",
        "ctx nowhere",
        "po @prod-us",
        "keymap vim",
        "keymap k9s",
        "help",
        "nope",
        "po -l app=web /x",
        "cm",
        "containers",
        "po /!x(",
        "po -l",
        "yaml",
        "drill-down",
        "describe",
    ])
    .prop_map(str::to_owned);
    prop_oneof![
        8 => (code, any::<bool>(), any::<bool>()).prop_map(|(c, ctrl, shift)| Happens::Key(c, ctrl, shift)),
        2 => "\\PC{0,6}".prop_map(Happens::Type),
        3 => line.prop_map(Happens::Command),
        6 => (0..Action::ALL.len()).prop_map(Happens::Action),
        1 => ".{0,12}".prop_map(Happens::Paste),
        2 => (0..4u8, 0..120u16, 0..40u16).prop_map(|(k, x, y)| Happens::Mouse(k, x, y)),
        1 => (0..300u16, 0..100u16).prop_map(|(w, h)| Happens::Resize(w, h)),
        1 => (0..50u16).prop_map(Happens::Drawn),
        2 => name.clone().prop_map(Happens::Put),
        2 => name.prop_map(Happens::Delete),
        1 => (0..4u8, 0..12u32).prop_map(|(s, id)| Happens::State(s, id)),
        1 => (0..12u32).prop_map(Happens::Reset),
        1 => (0..3u8).prop_map(Happens::Failed),
        1 => (0..3u8).prop_map(Happens::Connected),
        1 => (0..5u32, 0..5u8).prop_map(|(id, what)| Happens::Object(id, what)),
        1 => prop_oneof![0..5i64, Just(61), Just(100_000)].prop_map(Happens::Later),
    ]
}

const CONTEXTS: [&str; 3] = ["lab", "prod-eu", "prod-us"];

fn happen(world: &mut World, what: Happens) {
    let msg = match what {
        Happens::Key(code, ctrl, shift) => {
            let mut modifiers = KeyModifiers::NONE;
            modifiers.set(KeyModifiers::CONTROL, ctrl);
            modifiers.set(KeyModifiers::SHIFT, shift);
            Msg::Key(KeyEvent::new(code, modifiers))
        }
        Happens::Type(text) => {
            for c in text.chars() {
                world.tell(Msg::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)));
            }
            return;
        }
        Happens::Command(line) => {
            world.press("esc esc :");
            world.tell(Msg::Paste(line));
            world.press("enter");
            return;
        }
        Happens::Action(action) => {
            world.press("esc :");
            world.tell(Msg::Paste(Action::ALL[action].name().to_owned()));
            world.press("enter");
            return;
        }
        Happens::Paste(text) => Msg::Paste(text),
        Happens::Mouse(kind, column, row) => {
            let kind = [
                MouseEventKind::ScrollUp,
                MouseEventKind::ScrollDown,
                MouseEventKind::Down(MouseButton::Left),
                MouseEventKind::Moved,
            ][usize::from(kind)];
            Msg::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE })
        }
        Happens::Resize(width, height) => Msg::Resize(width, height),
        Happens::Drawn(height) => Msg::Drawn(Layout {
            body: Rect::new(0, 4, 100, height),
            heading: Rect::new(0, 3, 100, 1),
            columns: vec![(0, 10, 0), (10, 10, 99)],
            list: Rect::new(3, 5, 20, height / 2),
            list_first: usize::from(height),
            ..Layout::default()
        }),
        Happens::Put(name) => return world.put("pods", pod("shop", &name, "n1", 1)),
        Happens::Delete(name) => return world.delete("pods", &name),
        Happens::State(state, id) => {
            let state = match state {
                0 => Freshness::Loading { received: u64::MAX, remaining: Some(u64::MAX) },
                1 => Freshness::Live { limited_to: Some(["a".into()].into()) },
                2 => {
                    Freshness::Stale { since: i64::MIN, why: "x".into(), retry_at: Some(i64::MAX) }
                }
                _ => Freshness::Refused { why: "x".into() },
            };
            Msg::Delta(SourceId(id), Delta::State(state))
        }
        Happens::Reset(id) => Msg::Delta(SourceId(id), Delta::Reset(Vec::new())),
        Happens::Failed(context) => {
            let (why, hint, retry_at) = ("x".to_owned(), None, Some(i64::MAX));
            Msg::Cluster(
                CONTEXTS[usize::from(context)].into(),
                ClusterNews::Failed { why, hint, retry_at },
            )
        }
        Happens::Connected(context) => return world.connect(CONTEXTS[usize::from(context)]),
        Happens::Object(id, what) => {
            let news = match what {
                0 => ObjectNews::Deleted,
                4 => ObjectNews::Missing("x".to_owned()),
                1 => ObjectNews::Failed("x".to_owned()),
                2 => ObjectNews::Value(json!({"a": [[1, {"b": "c\nd"}], {}], "": null})),
                _ => ObjectNews::Value(json!(7)),
            };
            Msg::Object(ObjectId(id), news)
        }
        Happens::Later(seconds) => {
            world.now += seconds;
            Msg::Wake
        }
    };
    world.tell(msg);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_order_of_anything_is_survived(all in prop::collection::vec(happens(), 1..60)) {
        let mut world = World::new();
        for what in all {
            happen(&mut world, what);
            world.screen();
            world.app.words();
            world.app.hints();
            world.app.help_sections(world.app.layer(), "a");
            if let Some(at) = world.app.next_wake(world.now) {
                prop_assert!(at > world.now);
            }
            if let Some(browse) = world.app.browse()
                && let Some(view) = browse.view(&world.app.store)
            {
                prop_assert!(browse.cursor.position() < view.len().max(1));
                prop_assert!(browse.cursor.first() <= browse.cursor.position());
            }
            if let Some(reader) = world.app.reader() {
                prop_assert!(reader.cursor() < reader.visible().len().max(1));
            }
            prop_assert!(world.app.pending().len() < 3);
        }
    }
}
