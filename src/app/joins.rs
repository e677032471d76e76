//! Joined columns: sums over the rows of another resource, kept up to date while a page shows them.
//!
//! What tells them is watched by a Source of its own, of which nothing is kept but what each row adds.

use std::collections::BTreeSet;

use crate::kinds::{Modelled, Sums, modelled};
use crate::store::{Change, Delta, Freshness, Row, Scope, Source, SourceId, Str};

use super::{App, Level};

/// The joined columns of the rows of one resource in one cluster.
pub(super) struct Joined {
    cluster: Str,
    kind: &'static Modelled,
    /// What tells them.
    source: SourceId,
    /// Whether a page shows them now.
    held: bool,
    /// Whether all is there that they are sums of.
    whole: bool,
    sums: Sums,
}

impl Joined {
    fn is_of(&self, cluster: &str, kind: &Modelled) -> bool {
        *self.cluster == *cluster && std::ptr::eq(self.kind, kind)
    }

    /// The names of the columns.
    fn columns(&self) -> Vec<&'static str> {
        let columns = self.kind.join.map_or(&[][..], |join| join.columns);
        columns.iter().map(|joined| joined.column).collect()
    }

    /// Takes in what the watch says; whose sums are others now, `None` where all may be.
    fn apply(&mut self, delta: &Delta) -> Option<BTreeSet<Str>> {
        match delta {
            Delta::Columns(_) => Some(BTreeSet::new()),
            Delta::Reset(rows) => {
                self.sums.clear();
                rows.iter().for_each(|row| drop(self.sums.take_in(row)));
                None
            }
            Delta::Batch(changes) => {
                let mut touched = BTreeSet::new();
                for change in changes {
                    match change {
                        Change::Put(row) => {
                            touched.extend(self.sums.take_out(row.uid));
                            touched.extend(self.sums.take_in(row));
                        }
                        Change::Remove(uid) => touched.extend(self.sums.take_out(*uid)),
                    }
                }
                // Half a sum is told to nobody.
                Some(if self.whole { touched } else { BTreeSet::new() })
            }
            Delta::State(freshness) => {
                // What is stale was whole, and the rows beside it say no more either.
                let whole = match freshness {
                    Freshness::Live { limited_to } => limited_to.is_none(),
                    Freshness::Stale { .. } => self.whole,
                    Freshness::Loading { .. } | Freshness::Refused { .. } => false,
                };
                let before = std::mem::replace(&mut self.whole, whole);
                if before == whole { Some(BTreeSet::new()) } else { None }
            }
        }
    }

    /// Writes the sums into a row; whether that changed it.
    fn fill(&self, row: &mut Row) -> bool {
        self.sums.write(&self.kind.columns, self.whole, row)
    }
}

impl App {
    /// Begins and ends what the joined columns of the page in view need.
    pub(super) fn follow_joins(&mut self) {
        let wide = self.browse().filter(|browse| browse.wide);
        let of = wide.map(|browse| (browse.source.cluster.clone(), &browse.source.resource));
        let wanted = of.and_then(|(cluster, resource)| {
            let kind = modelled(&resource.group, &resource.plural)?;
            Some((cluster, kind, kind.join?))
        });
        let now = self.now;
        let mut there = false;
        for joined in &mut self.joins {
            let wants = wanted.as_ref().is_some_and(|(c, kind, _)| joined.is_of(c, kind));
            there |= wants;
            if std::mem::replace(&mut joined.held, wants) != wants {
                if wants {
                    self.sources.hold(joined.source);
                } else {
                    self.sources.release(joined.source, now);
                }
            }
        }
        let Some((cluster, kind, join)) = wanted.filter(|_| !there) else { return };
        let catalog = self.contexts.get(&cluster).map(|context| &context.catalog);
        let Some(resource) = catalog.and_then(|c| c.by_plural(join.of.0, join.of.1)) else {
            return;
        };
        let source = Source {
            cluster: cluster.clone(),
            resource,
            scope: Scope::All,
            labels: String::new(),
            fields: join.fields.to_owned(),
        };
        self.joins.push(Joined {
            cluster,
            kind,
            source: self.sources.acquire_apart(&source),
            held: true,
            whole: false,
            sums: Sums::new(join),
        });
    }

    /// A watch says something: if it tells joined columns, they change.
    pub(super) fn join_delta(&mut self, id: SourceId, delta: &Delta) {
        let Some(at) = self.joins.iter().position(|joined| joined.source == id) else { return };
        let touched = self.joins[at].apply(delta);
        self.tell(at, touched.as_ref());
        if let Delta::State(Freshness::Refused { why }) = delta {
            let names = self.joins[at].columns().join(", ");
            self.notify(Level::Warning, format!("{names} stay empty: {why}"));
        }
    }

    /// Writes the joined columns into the rows that a watch brings.
    pub(super) fn fill_joined(&self, source: &Source, delta: &mut Delta) {
        let Some(kind) = modelled(&source.resource.group, &source.resource.plural) else { return };
        let of = |joined: &&Joined| joined.is_of(&source.cluster, kind);
        let Some(joined) = self.joins.iter().find(of) else { return };
        match delta {
            Delta::Reset(rows) => {
                for row in rows {
                    joined.fill(row);
                }
            }
            Delta::Batch(changes) => {
                for change in changes {
                    if let Change::Put(row) = change {
                        joined.fill(row);
                    }
                }
            }
            Delta::Columns(_) | Delta::State(_) => {}
        }
    }

    /// A Source is let go: the columns that it told say nothing any more.
    pub(super) fn unjoin(&mut self, id: SourceId) {
        if let Some(at) = self.joins.iter().position(|joined| joined.source == id) {
            self.joins[at].whole = false;
            self.tell(at, None);
            self.joins.remove(at);
        }
    }

    /// Brings the rows there are into agreement with the sums: those of these names, or all.
    fn tell(&mut self, at: usize, names: Option<&BTreeSet<Str>>) {
        if names.is_some_and(BTreeSet::is_empty) {
            return;
        }
        let joined = &self.joins[at];
        let info = &joined.kind.info;
        for id in self.sources.of(&joined.cluster, info.group, info.plural) {
            let Some(table) = self.store.table(id) else { continue };
            let touched =
                table.rows().filter(|row| names.is_none_or(|all| all.contains(&row.name)));
            let changes: Vec<Change> = touched
                .cloned()
                .filter_map(|mut row| joined.fill(&mut row).then_some(Change::Put(row)))
                .collect();
            if changes.is_empty() {
                continue;
            }
            self.store.apply(id, Delta::Batch(changes), self.now);
            self.redraw |= self.browse().is_some_and(|browse| browse.source_id() == Some(id));
        }
    }
}
