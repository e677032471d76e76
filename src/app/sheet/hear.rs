//! What is heard of what a sheet wants, and how much of it is known.

use std::sync::Arc;

use crate::sheet::{Answer, Want};
use crate::store::{Freshness, SourceId, Store};

use super::super::effect::ObjectId;
use super::feeds::{Means, Way};
use super::{SheetPage, SheetState};

impl SheetPage {
    /// Whether something is read for it under this name.
    pub(in crate::app) fn reads(&self, id: ObjectId) -> bool {
        self.feeds.iter().any(|(_, feed)| feed.way == Way::Read(id))
    }

    /// Takes in an answer; `missing` says why there is no such object.
    pub(in crate::app) fn hear(
        &mut self,
        id: ObjectId,
        answer: Answer,
        missing: Option<String>,
        now: i64,
    ) {
        let main = self.feeds.first.clone();
        let Some((want, feed)) = self.feeds.find(id) else { return };
        let main = main.as_ref() == Some(want);
        feed.heard = true;
        feed.missing = missing;
        match (&answer, self.answers.get(want)) {
            // What was read before stays, and is marked as not up to date.
            (
                Answer::Failed(why),
                Some(Answer::Object(Some(_)) | Answer::Objects(_) | Answer::Release(_)),
            ) => {
                let since = feed.trouble.take().map_or(now, |(since, _)| since);
                feed.trouble = Some((since, why.clone()));
                return;
            }
            (Answer::Object(None), Some(Answer::Object(Some(_)))) if main => {
                feed.trouble = None;
                self.deleted = true;
                return;
            }
            _ => feed.trouble = None,
        }
        self.deleted &= !main;
        self.answers.insert(want.clone(), answer);
        self.asks = true;
        self.news = true;
    }

    /// What the app knows itself has changed; whether that is wanted here.
    pub(in crate::app) fn told(&mut self, want: &Want, means: &Means<'_>) -> bool {
        let wanted = self.feeds.iter().any(|(other, feed)| other == want && feed.way == Way::Told);
        if wanted {
            let forwards = Answer::Forwards(Arc::clone(means.forwards));
            self.answers.insert(want.clone(), forwards);
            self.asks = true;
            self.news = true;
        }
        wanted
    }

    /// Sees which rows changed: of what changes all the time, a second's changes are written at once.
    pub(super) fn look_at_rows(&mut self, means: &Means<'_>) {
        for (want, feed) in self.feeds.iter_mut() {
            let Way::Rows(id, seen) = &mut feed.way else { continue };
            let Some(table) = means.store.table(*id) else { continue };
            if std::mem::replace(seen, table.generation()) == table.generation() {
                continue;
            }
            let heard = !matches!(table.freshness(), Freshness::Loading { .. });
            let was = std::mem::replace(&mut feed.heard, heard);
            let before = self.answers.remove(want);
            if let Freshness::Refused { why } = table.freshness() {
                self.answers.insert(want.clone(), Answer::Failed(why.to_string()));
            }
            if was != heard || before.is_some() != self.answers.contains_key(want) {
                self.rows_due = Some(means.now);
            } else if heard {
                self.rows_due.get_or_insert(self.rows_at.saturating_add(1));
            }
        }
        if self.rows_due.is_some_and(|due| due <= means.now) {
            self.rows_due = None;
            self.rows_at = means.now;
            self.asks = true;
            self.news = true;
        }
    }

    /// The Sources whose rows are not what the server has, and which nobody will read again by themselves.
    pub(in crate::app) fn lost_rows(&self, store: &Store) -> Vec<SourceId> {
        let sources = self.feeds.iter().filter_map(|(_, feed)| match feed.way {
            Way::Rows(id, _) => Some(id),
            Way::Nothing | Way::Told | Way::Read(_) => None,
        });
        let lost = |id: &SourceId| {
            store.table(*id).is_some_and(|table| {
                matches!(table.freshness(), Freshness::Stale { .. } | Freshness::Refused { .. })
            })
        };
        sources.filter(lost).collect()
    }

    /// A Source has another id now.
    pub(in crate::app) fn renewed(&mut self, old: SourceId, new: SourceId) {
        for (_, feed) in self.feeds.iter_mut() {
            if matches!(feed.way, Way::Rows(id, _) if id == old) {
                feed.way = Way::Rows(new, u64::MAX);
                feed.heard = false;
            }
        }
    }

    /// The cluster serves other resources now: what none served may be there.
    pub(in crate::app) fn served_anew(&mut self, means: &mut Means<'_>) {
        self.feeds.let_go_of(|_, feed| feed.way == Way::Nothing, means);
        self.answers.retain(|_, answer| !matches!(answer, Answer::Absent));
        self.asks = true;
        self.news = true;
    }

    /// Whether everything that is wanted was answered, and can be trusted.
    pub(super) fn is_whole(&self) -> bool {
        self.feeds.iter().all(|(_, feed)| feed.heard && feed.trouble.is_none())
            && !self.answers.values().any(Answer::is_partial)
    }

    /// How much of what it wants is known.
    pub fn state(&self, store: &Store) -> SheetState {
        if self.deleted {
            return SheetState::Deleted;
        }
        if self.sheet.lines.is_empty()
            && let Some(why) = self.failure()
        {
            return SheetState::Failed(why);
        }
        let stale = self.feeds.iter().filter_map(|(_, feed)| match (&feed.trouble, feed.way) {
            (Some((since, why)), _) => Some((*since, why.clone())),
            (None, Way::Rows(id, _)) => match store.table(id)?.freshness() {
                Freshness::Stale { since, why, .. } => Some((*since, why.to_string())),
                _ => None,
            },
            (None, _) => None,
        });
        if let Some((since, why)) = stale.min() {
            return SheetState::Stale(since, why);
        }
        if self.asks || self.feeds.iter().any(|(_, feed)| !feed.heard) {
            return SheetState::Loading;
        }
        SheetState::Live
    }

    /// Why nothing is written.
    fn failure(&self) -> Option<String> {
        let first = self.feeds.first.as_ref()?;
        let missing = self.feeds.iter().find(|(want, _)| *want == first);
        match self.answers.get(first)? {
            Answer::Failed(why) => Some(why.clone()),
            Answer::Absent => Some("this cluster serves no such resource".to_owned()),
            Answer::Object(None) => missing.and_then(|(_, feed)| feed.missing.clone()),
            _ => None,
        }
    }
}
