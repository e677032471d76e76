//! Sessions in containers, from what is asked for to what is said afterwards.

use std::sync::Arc;

use serde_json::Value;

use crate::change::{Made, Opens, Target, Waiting, offer};
use crate::files::{Files, RemotePath};
use crate::session::{Container, Ended, Meant, Place, State, What, meant};
use crate::store::{Str, Uid};

use super::action::Action;
use super::command::Command;
use super::faces::whole;
use super::leftovers::Leftover;
use super::picker::{Choice, Item, Picker};
use super::sure::Asked;
use super::{About, App, Effect, Form, Level, Over, SheetPage};

/// The short name of a session between the app and the runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(pub u32);

/// What is heard of a session.
#[derive(Clone, Debug)]
pub enum SessionNews {
    /// The pod was found.
    Pod(Arc<Value>),
    /// The container does not run yet: why.
    Waits(String),
    /// The container runs.
    Runs(Container),
    /// It cannot be begun: why.
    Failed(String),
    /// It takes place here; of commands in several places.
    At(Place),
    /// It wrote this; of sessions in the pane.
    Output(Vec<u8>),
    /// It ended, and the terminal is ours again.
    Ended {
        /// How.
        ended: Ended,
        /// What ran, `bash`; empty for what was attached to.
        ran: String,
    },
}

/// The session that is being prepared, or has the terminal.
#[derive(Debug)]
pub(super) struct Session {
    id: SessionId,
    cluster: Str,
    what: What,
    /// Where it is to be seen.
    seen: Seen,
    /// What it is called while it is prepared.
    title: String,
    /// The container that was named.
    named: Option<String>,
    /// Where, once that is known.
    place: Place,
    /// The pod, once it was found.
    pod: Option<Arc<Value>>,
}

/// Where a session is to be seen.
#[derive(Clone, Debug)]
pub(super) enum Seen {
    /// It gets the whole terminal.
    Terminal,
    /// In the pane.
    Pane,
    /// It is no terminal that is wanted, but a folder of the container, as a page.
    Folder(RemotePath),
}

impl App {
    /// Performs an action that opens a session; whether it was one.
    pub(super) fn open_session(&mut self, action: Action) -> bool {
        let what = match action {
            Action::Shell | Action::ShellInPane => What::Shell(self.setup.shells.clone()),
            Action::Attach | Action::AttachInPane => What::Attach,
            _ => return false,
        };
        let seen = match action {
            Action::ShellInPane | Action::AttachInPane => Seen::Pane,
            _ => self.usually_seen(),
        };
        self.begin_session(what, None, seen);
        true
    }

    /// Runs a command in the container of what is under the cursor, or in one of each of the marked, side by side.
    pub(super) fn exec(
        &mut self,
        words: Vec<String>,
        container: Option<String>,
    ) -> Result<(), String> {
        if let Some(why) = self.refusal(Action::Shell) {
            return Err(why);
        }
        let asked = Command::Exec { words: words.clone(), container: container.clone() };
        if self.asks_first(Asked::Command(asked)) {
            return Ok(());
        }
        let targets = self.targets();
        if targets.len() > 1 && self.browse().is_none_or(|browse| whole(browse).is_none()) {
            self.exec_in_all(&words, targets, container.as_deref());
        } else {
            self.begin_session(What::Command(words), container, self.usually_seen());
        }
        Ok(())
    }

    /// Looks for the container of what is under the cursor, to look at a folder in it.
    pub(super) fn look_for_files(&mut self, folder: RemotePath) {
        self.begin_session(What::Attach, None, Seen::Folder(folder));
    }

    /// Where sessions are seen where nothing else is asked for.
    fn usually_seen(&self) -> Seen {
        if self.setup.sessions_in_pane { Seen::Pane } else { Seen::Terminal }
    }

    fn begin_session(&mut self, what: What, named: Option<String>, seen: Seen) {
        let (target, named) = match self.place_here(named) {
            Ok(here) => here,
            Err(why) => return self.notify(Level::Warning, why),
        };
        let phrase = match seen {
            Seen::Folder(_) => "files of".to_owned(),
            Seen::Terminal | Seen::Pane => what.phrase(),
        };
        let title = format!("{phrase} {}", target.long());
        let place = Place::default();
        let id = self.prepare(Session {
            id: SessionId(0),
            cluster: self.context.clone(),
            what,
            seen,
            title,
            named,
            place,
            pod: None,
        });
        self.wait_for_session("looking for the container …");
        let cluster = self.context.clone();
        self.effects.push(Effect::FindPod { id, cluster, target });
    }

    /// The object that a session is wanted for, and its container, where that is known.
    fn place_here(&self, named: Option<String>) -> Result<(Target, Option<String>), &'static str> {
        // A row of a pod's containers says which one is meant.
        let part = self.browse().filter(|browse| whole(browse).is_some());
        if let Some(browse) = part {
            let row = browse.row(&self.store).ok_or("there is no container here")?;
            let about = self.about().ok_or("there is no container here")?;
            let target = Target {
                resource: about.resource,
                namespace: about.namespace,
                name: about.name,
                uid: None,
            };
            return Ok((target, named.or_else(|| Some(row.name.to_string()))));
        }
        let mut targets = self.targets();
        match targets.len() {
            0 => Err("there is no object here"),
            1 => Ok((targets.remove(0), named)),
            _ => Err("several are marked; there is one terminal: mark one, or none"),
        }
    }

    pub(super) fn new_session(&mut self) -> SessionId {
        let id = SessionId(self.next_session);
        self.next_session = self.next_session.wrapping_add(1);
        id
    }

    fn prepare(&mut self, session: Session) -> SessionId {
        let id = self.new_session();
        self.session = Some(Session { id, ..session });
        id
    }

    /// Shows what is waited for; leaving that stops it.
    fn wait_for_session(&mut self, what: &str) {
        let Some(session) = &self.session else { return };
        let waiting = Waiting { title: session.title.clone(), what: what.to_owned() };
        let mut form = Form::new(SheetPage::new(Box::new(waiting), None));
        form.session = Some(session.id);
        self.over.push(Over::Form(Box::new(form)));
    }

    /// Takes what is said of the waiting away; whether it was there.
    fn waited(&mut self) -> bool {
        let id = self.session.as_ref().map(|session| session.id);
        let ours = id.is_some() && self.form().and_then(|form| form.session) == id;
        if ours {
            self.close_form();
        }
        ours
    }

    /// The person does not want to wait any longer.
    pub(super) fn stop_session(&mut self, id: SessionId) {
        self.effects.push(Effect::StopSession { id });
        if let Some(session) = self.session.take_if(|session| session.id == id) {
            self.clean_up(&session.cluster, &session.place);
        }
    }

    /// Something is heard of a session.
    pub(super) fn session_news(&mut self, id: SessionId, news: SessionNews) {
        if self.session.as_ref().is_none_or(|session| session.id != id) {
            return self.pane_news(id, news);
        }
        self.redraw = true;
        match news {
            SessionNews::Pod(pod) => self.pod_found(&pod),
            SessionNews::Waits(why) => {
                if self.waited() {
                    self.wait_for_session(&format!("waiting for the container: {why}"));
                }
            }
            SessionNews::Runs(container) => {
                self.waited();
                self.open(&container);
            }
            SessionNews::Failed(why) => {
                self.waited();
                self.over_with(Level::Error, why);
            }
            SessionNews::Ended { ended, ran } => self.session_ended(&ended, &ran),
            SessionNews::At(_) | SessionNews::Output(_) => {}
        }
    }

    /// Says how it went, and cleans up after it.
    fn over_with(&mut self, level: Level, text: String) {
        let Some(session) = self.session.take() else { return };
        self.notify(level, text);
        self.clean_up(&session.cluster, &session.place);
    }

    fn pod_found(&mut self, pod: &Arc<Value>) {
        self.waited();
        let Some(session) = &mut self.session else { return };
        let text = |field: &str| pod["metadata"][field].as_str().unwrap_or_default().to_owned();
        session.place =
            Place { namespace: text("namespace"), pod: text("name"), container: String::new() };
        session.pod = Some(Arc::clone(pod));
        match meant(pod, session.named.as_deref()) {
            Meant::One(container) => self.open(&container),
            Meant::OneOf(_) => {
                let items = self.container_items();
                self.over.push(Over::Picker(Picker::new(Choice::Containers, items)));
            }
            Meant::None(why) => self.over_with(Level::Error, why),
        }
    }

    /// The containers to choose from.
    pub(super) fn container_items(&self) -> Vec<Item> {
        let pod = self.session.as_ref().and_then(|session| session.pod.as_ref());
        let Some(Meant::OneOf(all)) = pod.map(|pod| meant(pod, None)) else { return Vec::new() };
        let item = |container: Container| {
            let state = container.state.words();
            let words = [container.role, state.as_str(), container.image.as_str()];
            let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
            let note = words.join(" · ");
            Item { name: container.name, note, ..Item::default() }
        };
        all.into_iter().map(item).collect()
    }

    /// The container was chosen.
    pub(super) fn open_in_container(&mut self, name: &str) {
        let pod = self.session.as_ref().and_then(|session| session.pod.clone());
        match pod.map(|pod| meant(&pod, Some(name))) {
            Some(Meant::One(container)) => self.open(&container),
            _ => self.over_with(Level::Error, format!("there is no container {name}")),
        }
    }

    fn open(&mut self, container: &Container) {
        let Some(session) = &mut self.session else { return };
        session.place.container.clone_from(&container.name);
        // What is not running is the server's to refuse: what kx read may be a moment old.
        if let State::Ended(..) = container.state {
            let why = format!("{} {}", session.place.words(), container.state.words());
            return self.over_with(Level::Warning, why);
        }
        if let Seen::Folder(folder) = &session.seen {
            let folder = folder.clone();
            return self.show_folder(folder);
        }
        let place = session.place.clone();
        if self.see_through(&place) {
            self.session = None;
            return;
        }
        let Some(session) = &self.session else { return };
        let attach = session.what == What::Attach;
        let (stdin, tty) = (!attach || container.stdin, !attach || container.tty);
        let Session { id, cluster, place, what, seen, .. } = session;
        let (id, cluster, place, what) = (*id, cluster.clone(), place.clone(), what.clone());
        let mut pane = None;
        if matches!(seen, Seen::Pane) {
            self.session = None;
            self.add_pane(id, cluster.clone(), place.clone(), what.clone());
            pane = Some(self.pane_size());
        }
        self.effects.push(Effect::OpenSession { id, cluster, place, what, stdin, tty, pane });
    }

    /// The container is found: the page of the folder opens.
    fn show_folder(&mut self, folder: RemotePath) {
        let Some(session) = self.session.take() else { return };
        let pod = self.pod_of(&session.cluster, &session.place, None);
        let about = pod.map(|pod| About {
            resource: pod.resource,
            namespace: pod.namespace,
            name: pod.name,
        });
        self.push_files(Files::of(session.place), folder, about);
    }

    fn session_ended(&mut self, ended: &Ended, ran: &str) {
        let Some(session) = &self.session else { return };
        let (level, text) = words(&session.what, &session.place, ended, ran);
        let (cluster, place) = (session.cluster.clone(), session.place.clone());
        self.over_with(level, text);
        if let Ended::NoShell(_) = ended {
            self.offer_debug(&cluster, &place);
        }
    }

    /// Asks for a debug container in a pod that has no shell.
    pub(super) fn offer_debug(&mut self, cluster: &Str, place: &Place) {
        if self.context != *cluster {
            return;
        }
        let pod = self.pod_of(cluster, place, None);
        if let (Some(offer), Some(pod)) = (offer(Action::Debug.name()), pod) {
            self.open_offer(offer, vec![pod]);
        }
    }

    pub(super) fn pod_of(&self, cluster: &Str, place: &Place, uid: Option<Uid>) -> Option<Target> {
        let pods = self.contexts.get(cluster)?.catalog.by_plural("", "pods")?;
        let (namespace, name) = (place.namespace.clone(), place.pod.clone());
        Some(Target { resource: pods, namespace, name, uid })
    }

    /// A change is done that a session follows: its container is waited for.
    pub(super) fn opens(&mut self, cluster: Str, opens: Opens, after: Option<&Value>) {
        let Opens { place, made } = opens;
        let uid = after.and_then(|object| object["metadata"]["uid"].as_str()).map(Uid::new);
        let Some(pod) = self.pod_of(&cluster, &place, uid) else { return };
        if made != Made::Nothing {
            let pod = pod.clone();
            self.leftovers.push(Leftover::of(cluster.clone(), pod, made));
        }
        let title = format!("{} {}", What::Attach.phrase(), place.words());
        let id = self.prepare(Session {
            id: SessionId(0),
            cluster: cluster.clone(),
            what: What::Attach,
            seen: self.usually_seen(),
            title,
            named: Some(place.container.clone()),
            place: place.clone(),
            pod: None,
        });
        self.wait_for_session("waiting for the container to run …");
        self.effects.push(Effect::AwaitContainer { id, cluster, pods: pod.resource, place });
    }
}

/// What is said of how a session ended, and how grave it is. `ran` is what ran, where that is known.
pub(super) fn words(what: &What, place: &Place, ended: &Ended, ran: &str) -> (Level, String) {
    let place = place.words();
    let what = if ran.is_empty() { what.phrase() } else { format!("{ran} in") };
    let what = format!("{what} {place}");
    match ended {
        Ended::Code(0) => (Level::Info, format!("{what} ended: exit code 0")),
        Ended::Code(code) => (Level::Warning, format!("{what} ended: exit code {code}")),
        Ended::Failed(why) => (Level::Error, format!("{what}: {why}")),
        Ended::Left => (Level::Info, format!("left {what}; what runs there may go on")),
        Ended::Cut(why) => (Level::Error, format!("{what}: the connection is lost: {why}")),
        Ended::NoShell(tried) => {
            let tried = tried.join(", ");
            let text = format!(
                "there is no shell in {place} (tried {tried}): a debug container brings its own"
            );
            (Level::Warning, text)
        }
    }
}
