//! Everything there is: in pages, or by a watch that begins with it, whichever this link makes faster.
//!
//! The first page is small, so that rows are on screen at once. Where it came quickly and much remains, the second page is
//! asked for unpacked: how fast it comes says whether the link is fast enough to send everything unpacked, which spares the
//! server the packing. A page is asked for as soon as the one before it says where it begins; both are under way at once.

use std::collections::HashMap;
use std::time::Duration;

use hashbrown::HashSet;
use rustc_hash::FxBuildHasher;

use super::Stop;
use super::ask::{Model, Portion};
use super::codec::Lists;
use super::feed::{Failed, Feed, now};
use super::reader::{Next, Rate, Reader};
use super::stream::Stream;
use crate::cluster::Error;
use crate::store::{Change, Delta, Freshness, Row, Uid};
use crate::wire::Part;

const FIRST: Portion = Portion { limit: 500, packed: true };
const PROBE: Portion = Portion { limit: 500, packed: false };
const FURTHER: Portion = Portion { limit: 10_000, packed: true };

/// How much must remain for a probe to be worth it.
const MUCH: i64 = 5_000;
/// How soon the first answer must begin for a probe to be worth it: further away no link is that fast.
const NEAR: Duration = Duration::from_millis(60);
/// From how many bytes a second on it is faster to send everything unpacked.
const FAST: f64 = 150e6;
/// How long a list may be silent.
const SILENCE: Duration = Duration::from_mins(1);

/// A list under way, over as many attempts as it takes.
pub(super) struct Load {
    /// Rows that wait until the list is complete, where others are on screen.
    behind: Option<HashMap<Uid, Row, FxBuildHasher>>,
    /// Rows of the pages before a watch list: it will send them again, if they still are.
    early: HashSet<Uid, FxBuildHasher>,
    /// The page to ask for next.
    token: String,
    page: u32,
    /// A page that was asked for already.
    ahead: Option<Reader>,
    /// How many different rows came, and how many there are in all, where the server said.
    received: u64,
    total: Option<u64>,
    /// Whether the next page measures the link.
    probe: bool,
    /// Whether a watch list is the better way.
    fast: bool,
}

impl Load {
    pub(super) fn new(shown: bool) -> Self {
        Self {
            behind: shown.then(HashMap::default),
            early: HashSet::default(),
            token: String::new(),
            page: 0,
            ahead: None,
            received: 0,
            total: None,
            probe: false,
            fast: false,
        }
    }

    /// Begins again; rows that are on screen by now stay there until the end.
    fn restart(&mut self) {
        let shown = self.behind.is_some() || self.received > 0;
        *self = Self::new(shown);
    }

    /// The portion in which page `page` is asked for.
    fn portion(&self, page: u32) -> Portion {
        match page {
            0 => FIRST,
            1 if self.probe => PROBE,
            _ => FURTHER,
        }
    }

    /// Counts what was decoded since `before`, and takes it behind the screen if that is where it belongs.
    fn count(&mut self, pending: &mut Vec<Change>, before: usize) {
        for change in &pending[before..] {
            let Change::Put(row) = change else { continue };
            // A watch list sends again what came in pages.
            let known = self.fast && self.early.remove(&row.uid);
            self.received += u64::from(!known);
            if self.probe && !self.fast {
                self.early.insert(row.uid);
            }
        }
        let Some(rows) = &mut self.behind else { return };
        for change in pending.drain(..) {
            match change {
                Change::Put(row) => drop(rows.insert(row.uid, row)),
                Change::Remove(uid) => drop(rows.remove(&uid)),
            }
        }
    }

    /// What came in pages and was gone when the watch list began.
    pub(super) fn vanished(&mut self) -> impl Iterator<Item = Uid> {
        std::mem::take(&mut self.early).into_iter()
    }
}

impl<K: Copy + Send> Feed<K> {
    /// Loads everything, however often it takes. Gives the watch that it came by, where it came by one.
    pub(super) async fn load(&mut self) -> Result<Option<Stream>, Stop> {
        let mut load = Load::new(self.shown);
        self.projector.begin();
        if !self.shown {
            self.out.state(Freshness::Loading { received: 0, remaining: None }).await?;
        }
        loop {
            let error = match self.attempt(&mut load).await {
                Ok(open) => {
                    self.settle(load).await?;
                    return Ok(open);
                }
                Err(Failed::Stop(stop)) => return Err(stop),
                Err(Failed::Error(error)) => error,
            };
            load.ahead = None;
            match &error {
                Error::Api { status } if matches!(status.code, 406 | 415) => {
                    if let Some(weaker) = self.accept.weaker() {
                        self.accept = weaker;
                        self.restart(&mut load);
                        continue;
                    }
                    self.restart(&mut load);
                }
                // The list took longer than the server remembers.
                Error::Expired { .. } => {
                    self.restart(&mut load);
                    self.again().await?;
                    continue;
                }
                // A page can be asked for again; anything else begins anew.
                error if error.is_retryable() && !load.fast => {}
                _ => self.restart(&mut load),
            }
            self.out.flush().await?;
            self.trouble(error).await?;
        }
    }

    fn restart(&mut self, load: &mut Load) {
        load.restart();
        self.projector.begin();
    }

    async fn attempt(&mut self, load: &mut Load) -> Result<Option<Stream>, Failed> {
        loop {
            if load.fast && self.watch_list {
                match self.watch_list(load).await {
                    Ok(stream) => return Ok(Some(stream)),
                    Err(Failed::Error(error)) if refuses_watch_list(&error) => {
                        tracing::info!(%error, "no watch list here, pages instead");
                        self.watch_list = false;
                        load.fast = false;
                    }
                    Err(failed) => return Err(failed),
                }
            }
            match self.page(load).await {
                Ok(()) if load.token.is_empty() => return Ok(None),
                Ok(()) => {}
                // Some servers cannot list what they can watch.
                Err(Failed::Error(error)) if self.watch_list && refuses_list(&error) => {
                    load.fast = true;
                    let open = self.watch_list(load).await;
                    return open.map(Some).map_err(|_| Failed::Error(error));
                }
                Err(failed) => return Err(failed),
            }
        }
    }

    /// Reads one page.
    async fn page(&mut self, load: &mut Load) -> Result<(), Failed> {
        let mut reader = match load.ahead.take() {
            Some(reader) => reader,
            None => self.ask_page(load.portion(load.page), &load.token)?,
        };
        let head = reader.head().await?;
        let mut lists = Lists::new(head.encoding);
        let (mut next, mut remaining) = (String::new(), None);
        let rate = loop {
            let chunk = match reader.next(SILENCE).await? {
                Next::Chunk(chunk) => chunk,
                Next::End(rate) => break rate,
            };
            lists.push(chunk);
            let at = now();
            let before = self.out.pending.len();
            while let Some(part) = lists.next()? {
                let out = &mut self.out.pending;
                match part {
                    Part::Meta(meta) => {
                        remaining = meta.remaining_item_count;
                        if load.page == 0 {
                            load.probe = self.may_probe(remaining, head.after);
                        }
                        // Until the probe has told, nobody knows what comes after it.
                        let undecided = load.page == 1 && load.probe;
                        if !meta.next.is_empty() && !undecided {
                            let portion = load.portion(load.page + 1);
                            load.ahead = Some(self.ask_page(portion, &meta.next)?);
                        }
                        self.version = meta.resource_version;
                        next = meta.next;
                    }
                    Part::Columns(bytes) => self.projector.columns(bytes, at, out),
                    Part::Item(bytes) => self.projector.item(head.encoding, bytes, out),
                    Part::Row(bytes) => self.projector.row(bytes, at, out),
                }
            }
            self.note(load, before).await?;
        };
        lists.finish()?;
        let before = self.out.pending.len();
        self.projector.finish(now(), &mut self.out.pending);
        self.note(load, before).await?;
        load.fast = load.page == 1 && load.probe && self.is_fast(rate);
        if load.page == 0 {
            let remaining = remaining.and_then(|remaining| u64::try_from(remaining).ok());
            load.total = remaining.map(|remaining| load.received.saturating_add(remaining));
        }
        load.page += 1;
        load.token = next;
        self.retry.reset();
        Ok(())
    }

    fn ask_page(&self, portion: Portion, next: &str) -> Result<Reader, Error> {
        Ok(Reader::open(&self.client, self.ask.page(self.accept, portion, next)?))
    }

    fn may_probe(&self, remaining: Option<i64>, after: Duration) -> bool {
        self.watch_list
            && matches!(self.ask.model, Model::Kind(_))
            && remaining.is_some_and(|remaining| remaining >= MUCH)
            && after <= NEAR
    }

    fn is_fast(&self, rate: Rate) -> bool {
        let per_second = rate.per_second();
        tracing::debug!(per_second, resource = %self.ask.resource.plural, "measured the link");
        per_second >= FAST
    }

    /// Counts what was decoded since `before`, and sends it on when it is time.
    pub(super) async fn note(&mut self, load: &mut Load, before: usize) -> Result<(), Stop> {
        load.count(&mut self.out.pending, before);
        if load.behind.is_some() || !(self.out.due() || self.projector.has_fresh_columns()) {
            return Ok(());
        }
        if let Some(columns) = self.projector.fresh_columns() {
            self.out.send(Delta::Columns(columns)).await?;
        }
        self.out.flush().await?;
        let received = load.received;
        let remaining = load.total.map(|total| total.saturating_sub(received));
        self.out.state(Freshness::Loading { received, remaining }).await
    }

    /// The list is complete: what is on screen becomes what is there.
    async fn settle(&mut self, load: Load) -> Result<(), Stop> {
        if let Some(columns) = self.projector.fresh_columns() {
            self.out.send(Delta::Columns(columns)).await?;
        }
        match load.behind {
            Some(rows) => self.out.send(Delta::Reset(rows.into_values().collect())).await?,
            None => self.out.flush().await?,
        }
        self.shown = true;
        self.since = now();
        Ok(())
    }
}

/// Whether the server does not know `sendInitialEvents`, or does not want it.
fn refuses_watch_list(error: &Error) -> bool {
    matches!(error, Error::Invalid { .. } | Error::Api { .. } | Error::Forbidden { .. })
}

/// Whether the server cannot list at all.
fn refuses_list(error: &Error) -> bool {
    match error {
        Error::Api { status } => matches!(status.code, 405 | 413),
        Error::Server { status } => status.code == 501,
        _ => false,
    }
}
