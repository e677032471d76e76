//! The state of the program, without IO: what happened goes in, what the outside must do comes out.
//!
//! [`App::update`] takes a [`Msg`] and returns the [`Effect`]s it wants. The keyboard belongs to one [`Layer`] at a time; the keymap
//! makes its keys [`Action`]s. The rest is one noun a file: [`Page`]s on a context's back-stack, prompts, pickers, help.

mod act;
mod action;
mod asks;
mod browse;
mod command;
mod context;
mod contexts;
mod copies;
mod edit;
mod editor;
mod effect;
mod events;
mod faces;
mod feeding;
mod files;
mod form;
mod forward;
mod go;
mod graphs;
mod guard;
mod helm;
mod help;
mod hints;
mod in_view;
mod joins;
mod keys;
mod layer;
mod layout;
mod leave;
mod leftovers;
mod line;
mod logs;
mod manifest;
mod map;
mod may;
mod mouse;
mod msg;
mod namespaces;
mod notice;
mod page;
mod panes;
mod perform;
mod permits;
mod picker;
mod pickers;
mod prompt;
mod prompts;
mod reader;
mod relist;
mod run;
mod saved;
mod session;
mod settle;
mod setup;
mod sheet;
mod sources;
mod sure;
mod views;
mod ways;
mod widths;
mod words;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use action::{Action, Family, Info};
pub use browse::{Browse, Cursor, FilterLine, Marks, Order, Parent};
pub use command::{
    COMMANDS, Command, CommandInfo, HelmCommand, HelmWhat, ObjectCommand, Show, Suggestion, What,
};
pub use context::{Connection, Context};
pub use copies::{Copy, CopyId, CopyNews, CopyState};
pub use edit::{Begin, EditId, EditNews, Origin};
pub use editor::{Editor, Offered};
pub use effect::{Effect, ObjectId, Opener, Question, Telling};
pub use files::{FilesNews, FilesPage, FilesState, SortBy};
pub use form::{Entry as FormEntry, Form};
pub use forward::{Forward, ForwardId};
pub use graphs::{Feeds, Progress};
pub use help::{Entry, Help, Section};
pub use hints::Hint;
pub use layer::Layer;
pub use layout::{Layout, Target, TextPlace};
pub use line::Line;
pub use logs::{
    Answers, Ask, Expressed, Face, Form as LogForm, Gather, LogPage, LogSearch, LogState,
    MOST_GATHERED, Part, Shown, Times,
};
pub use manifest::{Manifest, ObjectState};
pub use map::MapPage;
pub use msg::{ClusterNews, ConnectedInfo, ContextInfo, LogNews, Msg, ObjectNews};
pub use notice::{Level, Notice};
pub use page::Page;
pub use panes::{Over as TabOver, Panes, Tab};
pub use picker::{Choice, Hit, Item, Picker};
pub use prompt::{Complaint, Prompt, Purpose};
pub use reader::{MARKED_FOR, Reader, Search, TextLine};
pub use run::{Run, RunId};
pub use session::{SessionId, SessionNews};
pub use setup::Setup;
pub use sheet::{About, SheetPage, SheetState};
pub use sources::LINGER;
pub use widths::Widths;
pub use words::{PageState, Words};

use crate::config::State;
use crate::keymap::{Key, Keymap};
use crate::store::{Store, Str};
use crate::theme::{Theme, Tint};
use permits::Permits;
use relist::Relists;
use sources::Sources;

/// The state of the program. Owned by the loop; drawn by reference.
pub struct App {
    /// The rows of everything watched.
    pub store: Store,
    /// What the program was started with.
    setup: Setup,
    /// The theme in use, and the same in the colour of the context in view.
    theme: Theme,
    tinted: Option<(Tint, Theme)>,
    keymap: Arc<Keymap>,
    contexts: BTreeMap<Str, Context>,
    context: Str,
    /// Why the contexts cannot be listed.
    contexts_error: Option<String>,
    over: Vec<Over>,
    sources: Sources,
    graphs: BTreeMap<Str, Feeds>,
    /// Long lists that are taken in by portions.
    relists: Relists,
    joins: Vec<joins::Joined>,
    counted: Option<Str>,
    /// The events that are counted beside a table, or above a Map.
    told: Option<events::Told>,
    next_object: u32,
    permits: Permits,
    runs: Vec<Run>,
    next_run: u32,
    next_edit: u32,
    session: Option<session::Session>,
    next_session: u32,
    panes: Panes,
    leftovers: Vec<leftovers::Leftover>,
    forwards: forward::All,
    /// What the debug container that is asked for is added for, where it is files.
    through: Option<files::Through>,
    copies: Vec<Copy>,
    next_copy: u32,
    /// The word that was typed for what is being done.
    confirmed: Option<String>,
    /// The way that what was scaled is on.
    ways: ways::Ways,
    /// Whether the person wants to leave.
    quitting: bool,
    pending: Vec<Key>,
    notice: Option<Notice>,
    layout: Layout,
    size: (u16, u16),
    peek: bool,
    header: bool,
    last_click: Option<(Target, i64)>,
    effects: Vec<Effect>,
    redraw: bool,
    now: i64,
}

/// What lies over the page, and takes the keys.
#[derive(Debug)]
pub enum Over {
    /// A prompt.
    Prompt(Prompt),
    /// A picker.
    Picker(Picker),
    /// Help.
    Help(Help),
    /// What an action asks before it changes anything.
    Form(Box<Form>),
    /// The built-in editor.
    Editor(Box<Editor>),
    /// The list of changes that were agreed to together.
    Run(RunId),
    /// How far a copy to or from a container is.
    Copy(CopyId),
    /// The question whether to leave although changes are under way.
    Leave,
}

impl App {
    /// The program before anything happened; the first [`App::update`], whatever its message, also returns the effects of starting.
    pub fn new(setup: Setup) -> Self {
        let keymap = setup.keymap.clone();
        // The built-in keymap is right: a test reads it.
        let keymap = keymap.or_else(|| setup.keymaps.get("default").ok()).unwrap_or_default();
        let context = Str::from(setup.context.as_str());
        let show = setup.show.clone();
        let theme = setup.theme.clone().unwrap_or_else(Theme::plain);
        let forwards = forward::All::new(&setup.forwards);
        let mut app = Self {
            store: Store::default(),
            setup,
            theme,
            tinted: None,
            keymap,
            contexts: BTreeMap::new(),
            context: context.clone(),
            contexts_error: None,
            over: Vec::new(),
            sources: Sources::default(),
            graphs: BTreeMap::new(),
            relists: Relists::default(),
            joins: Vec::new(),
            counted: None,
            told: None,
            next_object: 0,
            permits: Permits::default(),
            runs: Vec::new(),
            next_run: 0,
            next_edit: 0,
            session: None,
            next_session: 0,
            panes: Panes::default(),
            leftovers: Vec::new(),
            forwards,
            through: None,
            copies: Vec::new(),
            next_copy: 0,
            confirmed: None,
            ways: ways::Ways::default(),
            quitting: false,
            pending: Vec::new(),
            notice: None,
            layout: Layout::default(),
            size: (80, 24),
            peek: true,
            header: true,
            last_click: None,
            effects: Vec::new(),
            redraw: true,
            now: 0,
        };
        if app.setup.contexts.is_empty() {
            app.effects.push(Effect::ReadContexts);
        }
        app.enter_context(&context);
        app.show_first(show);
        app
    }

    /// Takes in what happened at `now` (seconds since the Unix epoch); what the outside must do, in order.
    pub fn update(&mut self, msg: Msg, now: i64) -> Vec<Effect> {
        self.now = now;
        let acted = matches!(msg, Msg::Key(_) | Msg::Mouse(_));
        match msg {
            Msg::Key(key) => self.key(key),
            Msg::Mouse(mouse) => self.mouse(mouse),
            Msg::Paste(text) => self.paste(&text),
            Msg::Resize(width, height) => self.resize(width, height),
            Msg::Drawn(layout) => self.drawn(layout),
            Msg::Delta(id, delta) => self.delta(id, delta),
            Msg::Cluster(name, news) => self.cluster_news(&name, news),
            Msg::Contexts(contexts) => self.contexts_read(contexts),
            Msg::Object(id, news) => self.object_news(id, news),
            Msg::Answered(id, answer) if self.heard_own(id, &answer) => {}
            Msg::Logs(id, news) => self.log_news(id, news),
            Msg::Gathered { then, text, missing } => self.gathered(then, text, missing),
            Msg::Expressed(id, question, answers) => self.expressed(id, question, answers),
            Msg::Answered(id, answer) => self.answered(id, answer, None),
            Msg::Done(Ok(text)) if text.is_empty() => {}
            Msg::Done(Ok(text)) => self.notify(Level::Info, text),
            Msg::Done(Err(text)) => self.notify(Level::Error, text),
            Msg::Joined(id, changes) => self.joined(id, changes),
            Msg::Changing(id, number, words) => self.changing(id, number, words),
            Msg::Changed(id, number, report) => self.changed(id, number, *report),
            Msg::Edit(id, news) => self.edit_news(id, news),
            Msg::Files(id, news) => self.files_news(id, news),
            Msg::Copying(id, news) => self.copy_news(id, news),
            Msg::Session(id, news) => self.session_news(id, news),
            Msg::Forward(id, news) => self.forward_news(id, news),
            Msg::Drafts(drafts) => self.drafts_listed(drafts),
            Msg::Ending => self.end(),
            Msg::Wake => self.wake(),
            Msg::Step => self.step(),
        }
        self.settle();
        self.settle_permits(acted);
        self.settle_tint();
        self.ask_expressions();
        self.read_spilled();
        std::mem::take(&mut self.effects)
    }

    /// Who owns the keyboard.
    pub fn layer(&self) -> Layer {
        match self.over.last() {
            Some(Over::Prompt(_)) => Layer::Prompt,
            Some(Over::Picker(_)) => Layer::Picker,
            Some(Over::Help(_)) => Layer::Help,
            Some(Over::Form(_)) => Layer::Form,
            Some(Over::Editor(_)) => Layer::Editor,
            Some(Over::Run(_) | Over::Copy(_) | Over::Leave) => Layer::Run,
            None if self.panes.focused() => Layer::Session,
            None => self.page().map_or(Layer::Browse, Page::layer),
        }
    }

    /// Whether something changed on the screen since this was last asked.
    pub fn take_redraw(&mut self) -> bool {
        std::mem::take(&mut self.redraw)
    }

    /// The time of the last message, seconds since the Unix epoch: ages are told from it.
    pub fn now(&self) -> i64 {
        self.now
    }

    /// The context in view.
    pub fn context(&self) -> &Context {
        // It was entered before it came into view, and no context is ever forgotten.
        &self.contexts[&self.context]
    }

    fn context_mut(&mut self) -> &mut Context {
        let name = self.context.clone();
        self.contexts.entry(name).or_insert_with_key(|name| Context::new(name, None))
    }

    /// What lies over the page, the lowest first; the last takes the keys.
    pub fn over(&self) -> &[Over] {
        &self.over
    }

    /// The open prompt.
    pub fn prompt(&self) -> Option<&Prompt> {
        match self.over.last() {
            Some(Over::Prompt(prompt)) => Some(prompt),
            _ => None,
        }
    }

    /// The keymap in use.
    pub fn keymap(&self) -> &Keymap {
        &self.keymap
    }

    /// The keys pressed so far of a longer sequence.
    pub fn pending(&self) -> &[Key] {
        &self.pending
    }

    /// What kx says in passing.
    pub fn notice(&self) -> Option<&Notice> {
        self.notice.as_ref()
    }

    fn notify(&mut self, level: Level, text: impl Into<String>) {
        self.notice = Some(Notice::new(level, text, self.now));
        self.redraw = true;
    }

    /// All contexts of the kubeconfig.
    pub fn contexts(&self) -> &[ContextInfo] {
        &self.setup.contexts
    }

    /// The theme in use.
    pub fn theme(&self) -> &Theme {
        self.tinted.as_ref().map_or(&self.theme, |(_, theme)| theme)
    }

    /// Whether this is the demo cluster.
    pub fn demo(&self) -> bool {
        self.setup.demo
    }

    /// Whether only ASCII is drawn.
    pub fn ascii(&self) -> bool {
        self.setup.ascii
    }

    /// Whether the pane beside the table is wanted, where there is room.
    pub fn peek(&self) -> bool {
        self.peek
    }

    /// Whether the header is wanted.
    pub fn header(&self) -> bool {
        self.header
    }

    /// What is remembered: histories, favourites, recents.
    pub fn state(&self) -> &State {
        &self.setup.state
    }

    fn save(&mut self) {
        let state = self.setup.state.clone();
        // Several changes in one message are one file.
        self.effects.retain(|effect| !matches!(effect, Effect::SaveState(_)));
        self.effects.push(Effect::SaveState(state));
    }
}
