//! An app on a stage: told what a cluster would say, given keys, drawn without a terminal.

use std::sync::LazyLock;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use kx::app::{
    App, ClusterNews, ConnectedInfo, ContextInfo, Effect, Layout, Msg, ObjectNews, Setup,
};
use kx::kinds::{Encoding, modelled};
use kx::sheet::Answer;
use kx::store::{Change, Delta, Freshness, Interner, Row, Source, SourceId, Str};
use kx::theme::{DEFAULT, Depth, Theme, Themes};
use kx::ui;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::Value;

use super::cluster::{self, NOW};

/// An app, and what it has asked for.
pub struct Stage {
    pub app: App,
    pub now: i64,
    watched: Vec<(SourceId, Source)>,
    interner: Interner,
}

pub fn setup() -> Setup {
    let context = |name: &str, cluster: &str| ContextInfo {
        name: name.to_owned(),
        cluster: cluster.to_owned(),
        user: "admin".to_owned(),
        namespace: None,
    };
    Setup {
        context: "lab".to_owned(),
        contexts: vec![
            context("lab", "lab"),
            context("production-eu", "prod-eu-west-1"),
            context("staging", "staging"),
        ],
        themes: Some(themes().clone()),
        theme: Some(theme(DEFAULT, Depth::True)),
        ..Setup::default()
    }
}

static THEMES: LazyLock<Themes> = LazyLock::new(|| Themes::new().expect("built-in themes"));

/// The built-in themes.
pub fn themes() -> &'static Themes {
    &THEMES
}

/// A built-in theme for a terminal of this depth.
pub fn theme(name: &str, depth: Depth) -> Theme {
    themes().get(name, depth).expect("a built-in theme")
}

impl Stage {
    /// Before the cluster answered.
    pub fn new(setup: Setup) -> Self {
        let mut stage = Self {
            app: App::new(setup),
            now: NOW,
            watched: Vec::new(),
            interner: Interner::default(),
        };
        stage.send(Msg::Resize(120, 40));
        stage
    }

    /// The cluster answered; nothing was listed yet.
    pub fn connected() -> Self {
        Self::connected_in(theme(DEFAULT, Depth::True))
    }

    /// The same, in another theme.
    pub fn connected_in(theme: Theme) -> Self {
        let mut stage = Self::new(Setup { theme: Some(theme), ..setup() });
        stage.connect();
        stage
    }

    /// The cluster answered, and every page's rows are there.
    pub fn live() -> Self {
        let mut stage = Self::connected();
        stage.serve();
        stage
    }

    pub fn connect(&mut self) {
        let info = ConnectedInfo {
            version: "v1.36.3".to_owned(),
            user: "admin".to_owned(),
            server: "https://127.0.0.1:6443".to_owned(),
            namespace: String::new(),
        };
        self.send(Msg::Cluster("lab".into(), ClusterNews::Connected(info)));
    }

    pub fn send(&mut self, msg: Msg) {
        let mut messages = vec![msg];
        while let Some(msg) = messages.pop() {
            for effect in self.app.update(msg, self.now) {
                match effect {
                    Effect::Watch { id, source } => self.watched.push((id, source)),
                    Effect::Follow { id, resource, name, .. } => {
                        let objects = cluster::objects(&resource.plural);
                        let named = |object: &Value| object["metadata"]["name"] == *name;
                        // Every pod is the same one, which has all that a manifest can have.
                        let found =
                            objects.into_iter().find(|o| resource.plural != "pods" && named(o));
                        let value = found.unwrap_or_else(cluster::manifest);
                        messages.push(Msg::Object(id, ObjectNews::Value(value)));
                    }
                    Effect::FollowRelease { id, resource, name, .. } => {
                        let objects = cluster::objects(&resource.plural);
                        let found = objects.iter().find(|o| o["metadata"]["name"] == *name);
                        let answer = found.cloned().map_or(Answer::Object(None), kx::helm::answer);
                        messages.push(Msg::Answered(id, answer));
                    }
                    Effect::FollowAll { id, .. } => {
                        messages.push(Msg::Answered(id, Answer::Objects(Vec::new())));
                    }
                    _ => {}
                }
            }
        }
    }

    /// Answers every open watch with the cluster's rows.
    pub fn serve(&mut self) {
        while let Some((id, source)) = self.watched.pop() {
            let objects = cluster::objects(&source.resource.plural);
            let rows = self.rows(&source, &objects);
            self.send(Msg::Delta(id, Delta::Batch(rows.into_iter().map(Change::Put).collect())));
            self.send(Msg::Delta(id, Delta::State(Freshness::Live { limited_to: None })));
        }
    }

    /// The page's Source, for telling the app more of it.
    pub fn source(&self) -> SourceId {
        self.app.browse().and_then(kx::app::Browse::source_id).expect("a table is in view")
    }

    pub fn state(&mut self, freshness: Freshness) {
        let id = self.source();
        self.send(Msg::Delta(id, Delta::State(freshness)));
    }

    pub fn put(&mut self, objects: &[Value]) {
        let source = self.app.browse().expect("a table is in view").source.clone();
        let rows = self.rows(&source, objects);
        let id = self.source();
        self.send(Msg::Delta(id, Delta::Batch(rows.into_iter().map(Change::Put).collect())));
    }

    fn rows(&mut self, source: &Source, objects: &[Value]) -> Vec<Row> {
        let kind =
            modelled(&source.resource.group, &source.resource.plural).expect("a modelled kind");
        let in_scope = |v: &&Value| match &source.scope {
            kx::store::Scope::All => true,
            kx::store::Scope::Namespaces(names) => {
                names.contains(&Str::from(v["metadata"]["namespace"].as_str().unwrap_or_default()))
            }
        };
        let mut rows = Vec::new();
        for object in objects.iter().filter(in_scope) {
            let bytes = serde_json::to_vec(object).expect("JSON");
            kind.decode(Encoding::Json, &bytes, &mut self.interner, &mut rows)
                .expect("an object of this kind");
        }
        rows
    }

    /// Presses keys, written with spaces between them: `j j space :pods enter`. A word that is no key's name is typed; `"a b"` types
    /// spaces too.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        // Paging and clicking need a layout, as in life.
        self.draw(120, 40);
        for word in keys.split_whitespace() {
            let (modifiers, name) = match word.strip_prefix("ctrl-") {
                Some(name) => (KeyModifiers::CONTROL, name),
                None => (KeyModifiers::NONE, word),
            };
            let code = match name {
                "enter" => KeyCode::Enter,
                "esc" => KeyCode::Esc,
                "space" => KeyCode::Char(' '),
                "tab" => KeyCode::Tab,
                "up" => KeyCode::Up,
                "down" => KeyCode::Down,
                "left" => KeyCode::Left,
                "right" => KeyCode::Right,
                "end" => KeyCode::End,
                text => {
                    for c in text.chars() {
                        self.send(Msg::Key(KeyEvent::new(KeyCode::Char(c), modifiers)));
                    }
                    continue;
                }
            };
            self.send(Msg::Key(KeyEvent::new(code, modifiers)));
        }
        self
    }

    /// Draws a frame of this size, as it stands once the app knows what was drawn.
    pub fn draw(&mut self, width: u16, height: u16) -> Buffer {
        self.send(Msg::Resize(width, height));
        for _ in 0..2 {
            let (_, layout) = self.frame(width, height);
            self.send(Msg::Drawn(layout));
        }
        self.frame(width, height).0
    }

    pub fn frame(&self, width: u16, height: u16) -> (Buffer, Layout) {
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        let layout = ui::draw_on(&self.app, &mut buffer);
        (buffer, layout)
    }
}

/// A frame's text, without the blanks at the ends of lines.
pub fn text(buffer: &Buffer) -> String {
    let mut out = String::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut x = 0;
        while x < buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            x += ui::text::width(symbol).max(1) as u16;
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// The first lines of a frame with their colours: each stretch of one colour in brackets, behind it the colour and how it is set.
pub fn painted(buffer: &Buffer, lines: u16) -> String {
    let mut out = String::new();
    for y in 0..lines.min(buffer.area.height) {
        let look = |x: u16| (buffer[(x, y)].fg, buffer[(x, y)].modifier);
        let mut x = 0;
        while x < buffer.area.width {
            let (start, (colour, set)) = (x, look(x));
            while x < buffer.area.width && look(x) == (colour, set) {
                x += 1;
            }
            let text: String = (start..x).map(|x| buffer[(x, y)].symbol()).collect();
            if !text.trim().is_empty() {
                let set = if set.is_empty() { String::new() } else { format!(" {set:?}") };
                out.push_str(&format!("[{}] {colour}{set}\n", text.trim()));
            }
        }
        out.push('\n');
    }
    out
}
