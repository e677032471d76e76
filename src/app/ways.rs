//! The rows of what was scaled say the way there until it is gone: `3 → 5, 4 ready`.
//!
//! Where a row tells how many are wanted and ready, it is all that is needed. Of others, a custom resource's among them, the server is asked for the
//! Scale: once after the scaling, and again when the row came anew, which is when the object changed.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use serde_json::Value;

use crate::change::Report;
use crate::kinds::{Cell, Column};
use crate::sheet::Answer;
use crate::store::{Change, Delta, Row, Str, Uid};

use super::{App, Effect, ObjectId, Question};

/// The most ways that are remembered; of more, nobody sees the rows.
const MOST: usize = 10_000;
/// How many answers are awaited at once.
const AT_ONCE: usize = 8;

/// The ways, by the object.
#[derive(Debug, Default)]
pub(super) struct Ways {
    all: HashMap<Uid, Way>,
    /// Whose Scale is to be asked for, each once.
    due: VecDeque<Uid>,
    /// Whose answers are awaited.
    awaited: HashMap<ObjectId, Uid>,
}

/// From how many replicas to how many.
#[derive(Debug)]
struct Way {
    from: i64,
    to: i64,
    /// Where its Scale is.
    cluster: Str,
    path: String,
    /// What its Scale said last: how many are wanted, and how many there are.
    said: Option<(i64, i64)>,
    asked: Asked,
}

/// Whether a Scale is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Not,
    /// It will be, in its turn.
    Due,
    /// Its answer is awaited.
    Awaited,
    /// Its answer is awaited, and the object changed meanwhile.
    Again,
}

/// What a row tells of its replicas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tells {
    /// How many are ready, and of how many.
    All(i64, i64),
    /// Only how many are ready.
    Ready(i64),
    Nothing,
}

fn tells(row: &Row, columns: &[Column]) -> Tells {
    let cell = |name: &str| Some(columns.iter().find(|column| column.name == name)?.cell(row));
    match (cell("READY"), cell("DESIRED")) {
        (Some(Cell::Ratio(ready, of)), _) => Tells::All(ready.into(), of.into()),
        (Some(Cell::Int(ready)), Some(Cell::Int(of))) => Tells::All(ready, of),
        (Some(Cell::Int(ready)), _) => Tells::Ready(ready),
        _ => Tells::Nothing,
    }
}

impl Way {
    /// Whether it is where it leads, or on another way.
    fn is_over(&self, tells: Tells) -> bool {
        let (from, to) = (self.from, self.to);
        let gone = |there: i64, of: i64| (there, of) == (to, to) || (of != from && of != to);
        match (tells, self.said) {
            // What the watch has may still be as it was before.
            (Tells::All(ready, of), _) => gone(ready, of),
            (Tells::Ready(ready), Some((of, there))) => {
                gone(there, of) && (of != to || ready == to)
            }
            (Tells::Nothing, Some((of, there))) => gone(there, of),
            (_, None) => false,
        }
    }

    fn words(&self, tells: Tells) -> String {
        let (from, to) = (self.from, self.to);
        let now = match (tells, self.said) {
            (Tells::All(ready, _) | Tells::Ready(ready), _) => format!("{ready} ready"),
            (Tells::Nothing, Some((_, there))) => format!("{there} now"),
            (Tells::Nothing, None) => return format!("{from} → {to}"),
        };
        format!("{from} → {to}, {now}")
    }
}

impl Ways {
    /// Forgets the ways that are gone by what a watch says.
    pub(super) fn hear(&mut self, delta: &Delta, columns: &[Column]) {
        if self.all.is_empty() {
            return;
        }
        match delta {
            Delta::Reset(rows) => rows.iter().for_each(|row| self.seen(row, columns)),
            Delta::Batch(changes) => changes.iter().for_each(|change| match change {
                Change::Put(row) => self.seen(row, columns),
                Change::Remove(uid) => drop(self.all.remove(uid)),
            }),
            Delta::Columns(_) | Delta::State(_) => {}
        }
    }

    fn seen(&mut self, row: &Row, columns: &[Column]) {
        let Some(way) = self.all.get_mut(&row.uid) else { return };
        let tells = tells(row, columns);
        if way.is_over(tells) {
            self.all.remove(&row.uid);
        } else if !matches!(tells, Tells::All(..)) {
            way.asked = match way.asked {
                Asked::Not => {
                    self.due.push_back(row.uid);
                    Asked::Due
                }
                Asked::Awaited => Asked::Again,
                asked => asked,
            };
        }
    }

    /// Takes an answer in; whether it was one of its own.
    fn answered(&mut self, id: ObjectId, answer: &Answer) -> bool {
        let Some(uid) = self.awaited.remove(&id) else { return false };
        let scale: Option<Value> = match answer {
            Answer::Text { text, status: 200, .. } => serde_json::from_str(text).ok(),
            _ => None,
        };
        if let Some(scale) = scale
            && let Some(way) = self.all.get_mut(&uid)
        {
            let number = |path: &str| scale.pointer(path).and_then(Value::as_i64).unwrap_or(0);
            way.said = Some((number("/spec/replicas"), number("/status/replicas")));
            if std::mem::replace(&mut way.asked, Asked::Not) == Asked::Again {
                way.asked = Asked::Due;
                self.due.push_back(uid);
            }
        } else {
            // What is not told cannot be said.
            self.all.remove(&uid);
        }
        true
    }
}

impl App {
    /// Something was scaled.
    pub(super) fn scaled(&mut self, cluster: &Str, report: &Report) {
        let Some((uid, from, to)) = report.scaled() else { return };
        let path = report.change.target.path("scale");
        let way = Way { from, to, cluster: cluster.clone(), path, said: None, asked: Asked::Not };
        if self.ways.all.len() >= MOST {
            self.ways.all.remove(&uid);
            return;
        }
        self.ways.all.insert(uid, way);
        let view = self.browse().and_then(|browse| browse.view(&self.store));
        let seen = view.and_then(|view| {
            let table = view.table();
            Some((table.get(uid)?.clone(), Arc::clone(table.columns())))
        });
        if let Some((row, columns)) = seen {
            self.ways.seen(&row, &columns);
        }
    }

    /// Asks for the Scales that are due.
    pub(super) fn settle_ways(&mut self) {
        while self.ways.awaited.len() < AT_ONCE
            && let Some(uid) = self.ways.due.pop_front()
        {
            let Some(way) = self.ways.all.get_mut(&uid) else { continue };
            way.asked = Asked::Awaited;
            let question = Question::Text { path: way.path.clone() };
            let id = ObjectId::next(&mut self.next_object);
            self.ways.awaited.insert(id, uid);
            self.effects.push(Effect::Ask { id, cluster: way.cluster.clone(), question });
        }
    }

    /// Takes what a Scale says; whether it was asked for here.
    pub(super) fn heard_scale(&mut self, id: ObjectId, answer: &Answer) -> bool {
        let own = self.ways.answered(id, answer);
        if own {
            self.redraw = true;
            self.effects.push(Effect::Unfollow { id });
        }
        own
    }

    /// The way that a row is on by its scaling, `3 → 5, 4 ready`.
    pub fn way(&self, row: &Row, columns: &[Column]) -> Option<String> {
        let way = self.ways.all.get(&row.uid)?;
        let tells = tells(row, columns);
        (!way.is_over(tells)).then(|| way.words(tells))
    }
}
