//! Port forwards, from what is asked for to what is stopped, kept and forgotten.

mod act;
mod life;

use std::net::SocketAddr;
use std::sync::Arc;

use crate::forward::{Counts, Local, Saved, Shown, Start, Status};
use crate::kinds::Catalog;

/// The short name of a port forward between the app and the runtime; each start of it has another, so that nothing is heard of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ForwardId(pub u32);

/// A port forward.
#[derive(Clone, Debug)]
pub struct Forward {
    /// What it is called since it was started last.
    pub id: ForwardId,
    /// Its number on the page.
    number: u32,
    /// What it is of, as it is kept.
    pub what: Saved,
    /// The local port that is asked for.
    local: Local,
    /// The object as kubectl calls it.
    object: String,
    /// Where it listens; empty while it does not.
    pub listens: Vec<SocketAddr>,
    /// How it is.
    pub status: Status,
    /// What has passed.
    pub counts: Counts,
    /// Whether it is there again the next time.
    pub start: Start,
    /// Whether it was started, ever.
    ran: bool,
    /// Whether it is written down as it is kept.
    saved: bool,
}

/// All port forwards, whatever context they are of, the oldest first.
#[derive(Debug, Default)]
pub(super) struct All {
    list: Vec<Forward>,
    next: u32,
    /// As pages show them.
    shown: Arc<Vec<Shown>>,
}

impl All {
    /// Those that were kept; none of them is started yet.
    pub(super) fn new(saved: &[Saved]) -> Self {
        let mut all = Self::default();
        for saved in saved {
            let wanted = saved.wanted(&Catalog::default());
            let object = match wanted {
                Ok(wanted) => wanted.target.short(),
                Err(_) => format!("{}/{}", saved.resource, saved.name),
            };
            let start = if saved.autostart { Start::Itself } else { Start::Asked };
            let id = all.add(saved.clone(), Local::Exactly(saved.local), object, start);
            if let Some(forward) = all.get_mut(id) {
                forward.saved = true;
            }
        }
        all.show();
        all
    }

    /// A name that no forward had.
    fn name(&mut self) -> ForwardId {
        let id = ForwardId(self.next);
        self.next = self.next.wrapping_add(1);
        id
    }

    fn add(&mut self, what: Saved, local: Local, object: String, start: Start) -> ForwardId {
        let id = self.name();
        let (status, counts) = (Status::Stopped, Counts::default());
        let (listens, ran, saved) = (Vec::new(), false, false);
        self.list.push(Forward {
            id,
            number: id.0,
            what,
            local,
            object,
            listens,
            status,
            counts,
            start,
            ran,
            saved,
        });
        id
    }

    fn get_mut(&mut self, id: ForwardId) -> Option<&mut Forward> {
        self.list.iter_mut().find(|forward| forward.id == id)
    }

    /// As pages show them.
    pub(super) fn shown(&self) -> &Arc<Vec<Shown>> {
        &self.shown
    }

    fn show(&mut self) {
        self.shown = Arc::new(self.list.iter().map(Forward::shown).collect());
    }
}

impl Forward {
    fn shown(&self) -> Shown {
        Shown {
            id: self.number,
            what: self.what.clone(),
            object: self.object.clone(),
            listens: self.listens.clone(),
            status: self.status.clone(),
            counts: self.counts.clone(),
            start: self.start,
        }
    }

    /// For people: `localhost:8080 → service/web port http`.
    pub fn words(&self) -> String {
        format!("{} → {} port {}", self.shown().local(), self.object, self.what.port)
    }
}
