//! The pages that show one text of a revision: values, notes, manifest.

use crate::sheet::{Facts, Sheet, Subject, Tone, Want};

use super::super::masked::{manifest, values};
use super::super::notes::notes;
use super::super::{Release, Values, coalesce};
use super::read::{Known, found, revision, revisions, rows, stored, wanted};
use super::{About, Page, write};

/// A text of a revision.
#[derive(Debug)]
pub(super) struct Text {
    page: Page,
    about: About,
    shows: Values,
}

impl Text {
    pub(super) fn new(page: Page, about: About) -> Self {
        Self { page, about, shows: Values::Hidden }
    }

    fn lines(&self, release: &Release) -> Sheet {
        let text = match self.page {
            Page::Notes if release.info.notes.trim().is_empty() => {
                return write::alone("the chart has no notes", Tone::Muted);
            }
            Page::Manifest if release.manifest.trim().is_empty() => {
                return write::alone("the chart rendered nothing", Tone::Muted);
            }
            Page::Values if release.config.is_empty() => {
                return write::alone("no values were given beside the chart's own", Tone::Muted);
            }
            Page::Notes => return sheet(write::plain(&notes(release, self.shows), 0)),
            Page::Values => values(release, &release.config, self.shows),
            Page::AllValues => match &release.chart {
                Some(chart) => {
                    values(release, &coalesce(&release.config, &chart.values), self.shows)
                }
                None => values(release, &release.config, self.shows),
            },
            Page::Manifest | Page::Status | Page::Diff(_) => {
                manifest(release, self.shows).trim_start_matches('\n').to_owned()
            }
        };
        sheet(write::yaml(&text))
    }
}

fn sheet(lines: Vec<crate::sheet::Line>) -> Sheet {
    Sheet { lines, changes_in: None }
}

impl Subject for Text {
    fn crumbs(&self) -> Vec<String> {
        self.about.crumbs(self.page)
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
            && let Known::There(row) = wanted(&self.about, &rows)
        {
            wants.extend(stored(row));
        }
        wants
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let (_, row) = match found(&self.about, facts) {
            Ok(found) => found,
            Err(instead) => return instead,
        };
        match revision(row, facts) {
            Known::There(loaded) => self.lines(&loaded.release),
            Known::Not(why) => write::failed(&why),
            Known::Loading => write::loading(),
        }
    }
}
