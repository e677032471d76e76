//! Of several objects with one row, the newest is shown: which that is, while objects come and go.

use std::collections::{BTreeMap, HashMap};

use rustc_hash::FxBuildHasher;

use crate::store::{Change, Row, Uid};

/// The rows of every object, by the identity of the row.
#[derive(Default)]
pub(super) struct Newest {
    /// The rows of one identity, by rank and object; the last one is shown.
    rows: HashMap<Uid, BTreeMap<(i64, Uid), Row>, FxBuildHasher>,
    /// Where the rows of an object stand.
    places: HashMap<Uid, Vec<(Uid, i64)>, FxBuildHasher>,
}

impl Newest {
    /// The rows of an object take the place of those it had; each ranks by the number that its label `rank` says.
    pub(super) fn put(
        &mut self,
        object: Uid,
        rows: impl Iterator<Item = Row>,
        rank: &str,
        out: &mut Vec<Change>,
    ) {
        let before = self.places.remove(&object).unwrap_or_default();
        for (uid, rank) in &before {
            if let Some(rows) = self.rows.get_mut(uid) {
                rows.remove(&(*rank, object));
            }
        }
        let mut touched: Vec<Uid> = before.into_iter().map(|(uid, _)| uid).collect();
        let mut places = Vec::new();
        for row in rows {
            let number = row.labels.iter().find(|(key, _)| **key == *rank);
            let number = number.and_then(|(_, value)| value.parse().ok()).unwrap_or(i64::MIN);
            places.push((row.uid, number));
            if !touched.contains(&row.uid) {
                touched.push(row.uid);
            }
            self.rows.entry(row.uid).or_default().insert((number, object), row);
        }
        self.places.insert(object, places);
        touched.into_iter().for_each(|uid| self.show(uid, out));
    }

    /// An object is gone; whether it was known.
    pub(super) fn gone(&mut self, object: Uid, out: &mut Vec<Change>) -> bool {
        let Some(places) = self.places.remove(&object) else { return false };
        for (uid, rank) in places {
            if let Some(rows) = self.rows.get_mut(&uid) {
                rows.remove(&(rank, object));
            }
            self.show(uid, out);
        }
        true
    }

    /// Forgets everything: a list begins, which tells all anew.
    pub(super) fn clear(&mut self) {
        self.rows.clear();
        self.places.clear();
    }

    fn show(&mut self, uid: Uid, out: &mut Vec<Change>) {
        match self.rows.get(&uid).and_then(|rows| rows.values().next_back()) {
            Some(row) => out.push(Change::Put(row.clone())),
            None => {
                self.rows.remove(&uid);
                out.push(Change::Remove(uid));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::kinds::{Encoding, modelled};
    use crate::store::Interner;

    /// The row of a revision of a release, by the kind that makes such rows.
    fn row(release: u8, revision: u8) -> Row {
        let json = format!(
            r#"{{"metadata":{{"name":"sh.helm.release.v1.r{release}.v{revision}","labels":{{"name":"r{release}","version":"{revision}"}}}}}}"#
        );
        let kind = modelled("helm.sh", "releases").unwrap();
        let mut rows = Vec::new();
        kind.decode(Encoding::Json, json.as_bytes(), &mut Interner::default(), &mut rows).unwrap();
        rows.remove(0)
    }

    fn object(release: u8, revision: u8) -> Uid {
        Uid::of_name("", &format!("{release}/{revision}"))
    }

    fn shown(row: &Row) -> String {
        let label = |key: &str| row.labels.iter().find(|(k, _)| &**k == key).unwrap().1.clone();
        format!("{}.{}", label("name"), label("version"))
    }

    proptest! {
        #[test]
        fn whatever_comes_and_goes_the_highest_is_shown(
            steps in prop::collection::vec((0u8..3, 1u8..15, any::<bool>()), 0..60)
        ) {
            let mut newest = Newest::default();
            let (mut there, mut screen) = (BTreeMap::<u8, Vec<u8>>::new(), BTreeMap::new());
            for (release, revision, comes) in steps {
                let mut out = Vec::new();
                let all = there.entry(release).or_default();
                all.retain(|other| *other != revision);
                if comes {
                    all.push(revision);
                    let rows = std::iter::once(row(release, revision));
                    newest.put(object(release, revision), rows, "version", &mut out);
                } else {
                    newest.gone(object(release, revision), &mut out);
                }
                for change in out {
                    match change {
                        Change::Put(row) => drop(screen.insert(row.uid, shown(&row))),
                        Change::Remove(uid) => drop(screen.remove(&uid)),
                    }
                }
                let mut seen: Vec<String> = screen.values().cloned().collect();
                seen.sort();
                let highest = |(r, all): (&u8, &Vec<u8>)| Some(format!("r{r}.{}", all.iter().max()?));
                let highest: Vec<String> = there.iter().filter_map(highest).collect();
                prop_assert_eq!(seen, highest);
            }
            let nothing = newest.rows.values().all(|rows| !rows.is_empty());
            prop_assert!(nothing, "an identity without rows is kept");
        }
    }
}
