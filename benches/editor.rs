//! What a key costs in the built-in editor, its frame included, and what is done away from the keys: it must not depend on how long the text is.
//!
//! `cargo bench --bench editor`. The largest ConfigMap that a server takes has 1 MiB.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use kx::app::{App, ClusterNews, ConnectedInfo, ContextInfo, EditNews, Effect, Msg, Setup};
use kx::change::edit::{Aim, Draft};
use kx::editor::{Schemas, check};
use kx::theme::{DEFAULT, Depth, Themes};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const NOW: i64 = 1_800_000_000;
const MIB: usize = 1 << 20;

const HEAD: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: large\n  namespace: shop\ndata:\n";

/// Texts of a ConfigMap: a small one, one of many lines, one of many keys, and one with a single long line.
fn texts() -> [(&'static str, String); 4] {
    let line = |i: usize| format!("    {{\"number\": {i}, \"name\": \"what stands in a line\"}}\n");
    let block = |lines: usize| {
        let lines: String = (0..lines).map(line).collect();
        format!("{HEAD}  block: |\n{lines}  last: word\n")
    };
    let keys: String =
        (0..MIB / 60).map(|i| format!("  key-{i:06}: \"{}\"\n", "x".repeat(40))).collect();
    [
        ("small", block(20)),
        ("many lines", block(MIB / 56)),
        ("many keys", format!("{HEAD}{keys}  last: word\n")),
        ("one line", format!("{HEAD}  long: \"{}\"\n  last: word\n", "word ".repeat(MIB / 5))),
    ]
}

/// The editor with a text, as a person who has typed nothing yet sees it.
fn open(text: &str) -> App {
    let context = ContextInfo { name: "lab".to_owned(), ..ContextInfo::default() };
    let theme = Themes::new().and_then(|themes| themes.get(DEFAULT, Depth::True)).ok();
    let mut app = App::new(Setup {
        context: "lab".to_owned(),
        contexts: vec![context],
        theme,
        built_in_editor: true,
        ..Setup::default()
    });
    app.update(Msg::Resize(160, 45), NOW);
    app.update(Msg::Cluster("lab".into(), ClusterNews::Connected(ConnectedInfo::default())), NOW);
    let mut begun = None;
    for key in ":apply".chars().map(KeyCode::Char).chain([KeyCode::Enter]) {
        for effect in app.update(Msg::Key(KeyEvent::new(key, KeyModifiers::NONE)), NOW) {
            if let Effect::BeginEdit { id, .. } = effect {
                begun = Some(id);
            }
        }
    }
    let draft = Arc::new(Draft {
        name: "apply-1".to_owned(),
        path: "/drafts/apply-1.yaml".to_owned(),
        context: "lab".to_owned(),
        namespace: "shop".to_owned(),
        aim: Aim::Apply,
        parts: Vec::new(),
    });
    if let Some(id) = begun {
        let text = text.to_owned();
        app.update(Msg::Edit(id, EditNews::Ready { draft, open: true, fresh: true, text }), NOW);
    }
    assert!(app.editor().is_some(), "the editor is open");
    app
}

/// A key, what follows from it at once, and its frame.
fn press(app: &mut App, code: KeyCode, modifiers: KeyModifiers, buffer: &mut Buffer) {
    black_box(app.update(Msg::Key(KeyEvent::new(code, modifiers)), NOW));
    if app.owes() {
        black_box(app.update(Msg::Step, NOW));
    }
    let layout = kx::ui::draw_on(app, buffer);
    app.update(Msg::Drawn(layout), NOW);
}

fn keys(c: &mut Criterion) {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 160, 45));
    for (name, text) in texts() {
        for (place, to) in [("start", KeyCode::Home), ("end", KeyCode::End)] {
            let mut app = open(&text);
            press(&mut app, to, KeyModifiers::CONTROL, &mut buffer);
            if place == "end" {
                // Behind the value of the last line but one: in the long text itself.
                press(&mut app, KeyCode::Up, KeyModifiers::NONE, &mut buffer);
                press(&mut app, KeyCode::Up, KeyModifiers::NONE, &mut buffer);
                press(&mut app, KeyCode::End, KeyModifiers::NONE, &mut buffer);
            }
            c.bench_function(&format!("type and delete/{name}/at its {place}"), |b| {
                b.iter(|| {
                    press(&mut app, KeyCode::Char('x'), KeyModifiers::NONE, &mut buffer);
                    press(&mut app, KeyCode::Backspace, KeyModifiers::NONE, &mut buffer);
                });
            });
        }
    }
}

fn beside(c: &mut Criterion) {
    let mut group = c.benchmark_group("looked at, away from the keys");
    group.sample_size(10);
    for (name, text) in texts() {
        group.bench_function(name, |b| b.iter(|| check(black_box(&text), &Schemas::new(), false)));
    }
}

criterion_group!(benches, keys, beside);
criterion_main!(benches);
