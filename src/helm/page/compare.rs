//! What differs between two revisions of a release.

use crate::diff::{self, Edit, diff};
use crate::sheet::{Facts, Line, Sheet, Subject, Tone, Want, printable};
use crate::store::Row;

use super::super::masked::{given, manifests};
use super::super::{Release, Values};
use super::read::{Known, number, revision, revisions, rows, stored, wanted};
use super::{About, Page, write};

/// How many lines are shown around a change.
const CONTEXT: usize = 3;

/// Two revisions, compared.
#[derive(Debug)]
pub(super) struct Compare {
    about: About,
    with: Option<i64>,
    shows: Values,
}

impl Compare {
    pub(super) fn new(about: About, with: Option<i64>) -> Self {
        Self { about, with, shows: Values::Hidden }
    }

    /// The older and the newer of the two.
    fn pair<'a>(&self, rows: &[&'a Row]) -> Known<(&'a Row, &'a Row)> {
        let one = match wanted(&self.about, rows) {
            Known::There(row) => row,
            Known::Not(why) => return Known::Not(why),
            Known::Loading => return Known::Loading,
        };
        let other = match self.with {
            Some(with) => {
                let about = About { revision: Some(with), ..self.about.clone() };
                match wanted(&about, rows) {
                    Known::There(row) => row,
                    Known::Not(why) => return Known::Not(why),
                    Known::Loading => return Known::Loading,
                }
            }
            None => match rows.iter().find(|row| number(row) < number(one)) {
                Some(row) => row,
                None => {
                    let revision = number(one).unwrap_or_default();
                    return Known::Not(format!(
                        "Helm keeps no revision before {revision} of {}, so there is nothing to compare it with",
                        self.about.name
                    ));
                }
            },
        };
        let mut pair = [one, other];
        pair.sort_by_key(|row| number(row));
        Known::There((pair[0], pair[1]))
    }
}

impl Subject for Compare {
    fn crumbs(&self) -> Vec<String> {
        self.about.crumbs(Page::Diff(self.with))
    }

    fn release(&self) -> Option<&About> {
        Some(&self.about)
    }

    fn revealed(&self) -> Option<bool> {
        Some(self.shows == Values::Shown)
    }

    fn reveal(&mut self, reveal: bool) {
        self.shows = if reveal { Values::Shown } else { Values::Hidden };
    }

    fn wants(&self, facts: &Facts<'_>) -> Vec<Want> {
        let mut wants = vec![revisions(&self.about)];
        if let Known::There(rows) = rows(&self.about, facts)
            && let Known::There((older, newer)) = self.pair(&rows)
        {
            wants.extend([older, newer].into_iter().filter_map(stored));
        }
        wants
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let rows = match rows(&self.about, facts) {
            Known::There(rows) => rows,
            Known::Not(why) => return write::failed(&why),
            Known::Loading => return write::loading(),
        };
        let (older, newer) = match self.pair(&rows) {
            Known::There(pair) => pair,
            Known::Not(why) => return write::failed(&why),
            Known::Loading => return write::loading(),
        };
        match (revision(older, facts), revision(newer, facts)) {
            (Known::Not(why), _) | (_, Known::Not(why)) => write::failed(&why),
            (Known::There(older), Known::There(newer)) => {
                let lines = written((&older.release, &newer.release), self.shows);
                Sheet { lines, changes_in: None }
            }
            _ => write::loading(),
        }
    }
}

/// What differs between a revision and the one that comes of it.
pub(crate) fn written((older, newer): (&Release, &Release), shows: Values) -> Vec<Line> {
    let title = format!("{}  revision {} → {}", newer.name, older.version, newer.version);
    let mut lines = vec![Line::new(0, [write::span(title, Tone::Strong)])];
    for (label, one, other) in [
        ("Chart", older.chart_name(), newer.chart_name()),
        ("App version", older.app_version().to_owned(), newer.app_version().to_owned()),
        ("Status", older.info.status.clone(), newer.info.status.clone()),
    ] {
        let text = if one == other { one } else { format!("{one} → {other}") };
        lines.push(write::field(label, vec![write::span(printable(&text), Tone::Text)]));
    }
    let given = given((older, newer), shows);
    let rendered = manifests((older, newer), shows);
    for (title, one, other) in
        [("Values", &*given.0, &*given.1), ("Manifest", &*rendered.0, &*rendered.1)]
    {
        let changes = diff(one, other);
        let count = |edit| changes.iter().filter(|change| change.edit == edit).count();
        let (added, removed) = (count(Edit::Add), count(Edit::Remove));
        let note = if added + removed == 0 {
            vec![write::span("  no difference", Tone::Muted)]
        } else {
            vec![
                write::span(format!("  +{added}"), Tone::Added),
                write::span(format!(" −{removed}"), Tone::Removed),
            ]
        };
        lines.extend(write::heading(title, note));
        if added + removed > 0 {
            lines.extend(diff::lines(&changes, CONTEXT));
        }
    }
    lines
}
