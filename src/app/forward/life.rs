//! A forward from its start to its end, and what is kept of it.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::forward::{Counts, Local, News, Saved, Start, Status, Wanted};
use crate::store::Str;

use super::super::action::Action;
use super::super::context::Connection;
use super::super::{App, Effect, Level};
use super::ForwardId;

impl App {
    /// Begins a forward in the context in view.
    pub(in crate::app) fn begin_forward(&mut self, wanted: Wanted, start: Start) {
        let port = match wanted.local {
            Local::Near(port) | Local::Exactly(port) => port,
            Local::Any | Local::Same => 0,
        };
        let what = Saved::new(&self.context, &wanted, port, start);
        let id = self.forwards.add(what, wanted.local, wanted.target.short(), start);
        self.send_forward(id, wanted);
    }

    /// Starts a forward, or begins it anew.
    pub(super) fn run_forward(&mut self, id: ForwardId) {
        let Some(forward) = self.forwards.get_mut(id) else { return };
        let cluster = Str::from(forward.what.context.as_str());
        let (what, local) = (forward.what.clone(), forward.local);
        let context = self.contexts.get(&cluster);
        let Some(context) = context.filter(|c| c.connection == Connection::Connected) else {
            let text = format!("{cluster} is not connected: go there first, with :ctx {cluster}");
            return self.notify(Level::Warning, text);
        };
        match what.wanted(&context.catalog) {
            Ok(wanted) => self.send_forward(id, Wanted { local, ..wanted }),
            Err(why) => {
                if let Some(forward) = self.forwards.get_mut(id) {
                    forward.status = Status::Failed(why.clone());
                }
                self.forwards_changed();
                self.notify(Level::Error, why);
            }
        }
    }

    fn send_forward(&mut self, id: ForwardId, wanted: Wanted) {
        let Some(before) = self.forwards.get_mut(id) else { return };
        let (ran, on) = (before.ran, before.status.is_on());
        if on {
            self.effects.push(Effect::StopForward { id });
        }
        let new = if ran { self.forwards.name() } else { id };
        let Some(forward) = self.forwards.get_mut(id) else { return };
        let cluster = Str::from(forward.what.context.as_str());
        (forward.id, forward.ran) = (new, true);
        forward.status = Status::Looking;
        forward.listens.clear();
        forward.counts = Counts::default();
        let Some(context) = self.contexts.get(&cluster) else { return };
        let catalog = Arc::clone(&context.catalog);
        self.effects.push(Effect::StartForward { id: new, cluster, wanted, catalog });
        self.forwards_changed();
    }

    /// Ends a forward, and the connections through it.
    pub(super) fn stop_forward(&mut self, id: ForwardId) {
        let Some(forward) = self.forwards.get_mut(id) else { return };
        forward.status = Status::Stopped;
        forward.listens.clear();
        forward.counts.open = 0;
        self.effects.push(Effect::StopForward { id });
        self.forwards_changed();
    }

    /// Keeps a forward for the next time, or otherwise than before.
    pub(super) fn keep_forward(&mut self, id: ForwardId) {
        let Some(forward) = self.forwards.get_mut(id) else { return };
        forward.start = forward.start.next();
        let text = match forward.start {
            Start::Never => "it is forgotten when kx ends",
            Start::Asked => "it is listed the next time, too",
            Start::Itself => "it starts by itself the next time",
        };
        let text = format!("{}: {text}", forward.words());
        self.save_forward(id);
        self.notify(Level::Info, text);
    }

    /// Has a forward written down as it is kept by now.
    fn save_forward(&mut self, id: ForwardId) {
        let Some(forward) = self.forwards.get_mut(id) else { return };
        // What port it has is known once it listens; then it is written down.
        if forward.what.local != 0 {
            let (saved, start) = (forward.what.clone(), forward.start);
            forward.saved = start != Start::Never;
            self.effects.push(Effect::KeepForward { saved, start });
        }
        self.forwards_changed();
    }

    /// Ends a forward and forgets it.
    pub(super) fn remove_forward(&mut self, id: ForwardId) {
        let Some(forward) = self.forwards.get_mut(id) else { return };
        let (on, kept, words) = (forward.status.is_on(), forward.saved, forward.words());
        forward.start = Start::Never;
        if on {
            self.effects.push(Effect::StopForward { id });
        }
        if kept {
            self.save_forward(id);
        }
        self.forwards.list.retain(|forward| forward.id != id);
        self.forwards_changed();
        self.notify(Level::Info, format!("removed {words}"));
    }

    /// Starts what starts by itself in a context that has just said what it serves.
    pub(in crate::app) fn start_forwards(&mut self, cluster: &str) {
        if self.closed_in(cluster).is_some() {
            return;
        }
        let mut due = Vec::new();
        for forward in &self.forwards.list {
            // Once: what somebody stops stays stopped.
            let begins =
                forward.start == Start::Itself && forward.status == Status::Stopped && !forward.ran;
            // What somebody must be asked about does not start by itself.
            if begins && forward.what.context == cluster && !self.guards_forward(&forward.what) {
                due.push(forward.id);
            }
        }
        for id in due {
            self.run_forward(id);
        }
    }

    /// Whether a guardrail forbids what a forward leads to, or wants it to be confirmed.
    fn guards_forward(&self, saved: &Saved) -> bool {
        let confirms = || {
            let target = self.target_of_forward(saved)?;
            let name = [Action::PortForward.name()];
            self.guardrails().confirms(&saved.context, &target, &name).map(drop)
        };
        self.forbids_forward(saved).is_some() || confirms().is_some()
    }

    /// Something is heard of a forward.
    pub(in crate::app) fn forward_news(&mut self, id: ForwardId, news: News) {
        let Some(forward) = self.forwards.get_mut(id) else { return };
        // What was still under way when it was stopped.
        if !forward.status.is_on() {
            return;
        }
        let mut said = None;
        let mut save = false;
        match news {
            News::Listens(addresses) => {
                let port = addresses.first().map_or(0, SocketAddr::port);
                forward.listens = addresses;
                // The next time it is the same.
                forward.local = Local::Exactly(port);
                forward.what.local = port;
                save = forward.start != Start::Never && !forward.saved;
                said = Some((Level::Info, forward.words()));
            }
            News::Status(status) => {
                match &status {
                    Status::Failed(why) => {
                        said = Some((Level::Error, format!("{}: {why}", forward.words())));
                    }
                    Status::Waiting(why) if forward.status.health() < status.health() => {
                        said = Some((Level::Warning, format!("{}: {why}", forward.words())));
                    }
                    _ => {}
                }
                if !status.is_on() {
                    forward.listens.clear();
                    forward.counts.open = 0;
                }
                forward.status = status;
            }
            News::Counts(counts) => forward.counts = counts,
        }
        if save {
            self.save_forward(id);
        }
        self.forwards_changed();
        if let Some((level, text)) = said {
            let in_view = self.shows_forwards();
            // There it stands already.
            if !in_view || level != Level::Warning {
                self.notify(level, text);
            }
        }
    }

    fn forwards_changed(&mut self) {
        self.forwards.show();
        self.tell_forwards();
    }
}
