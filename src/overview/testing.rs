//! Facts for tests, from objects in JSON.

use std::collections::HashMap;

use serde_json::Value;

use crate::kinds::{Catalog, Cell, Encoding, modelled};
use crate::sheet::{Answer, Facts, Go, Line, Sheet, Subject, Want};
use crate::store::{Filter, Health, Interner, Row, Uid};

/// When all this is, in seconds since the Unix epoch.
pub const NOW: i64 = 1_800_000_000;

/// A row of these cells and nothing else.
pub fn row(cells: Vec<Cell>) -> Row {
    Row {
        uid: Uid::of_name("", ""),
        namespace: "".into(),
        name: "".into(),
        created: NOW,
        health: Health::Ok,
        labels: [].into(),
        cells: cells.into(),
        links: [].into(),
    }
}

/// What is known, by want.
#[derive(Default)]
pub struct Known {
    pub answers: HashMap<Want, Answer>,
    pub rows: HashMap<Want, Vec<Row>>,
    pub catalog: Catalog,
    interner: Interner,
}

impl Known {
    /// Objects of a want of rows.
    pub fn rows(mut self, want: Want, objects: &[Value]) -> Self {
        let Want::Rows { group, resource, .. } = &want else { panic!("{want:?} is not of rows") };
        let kind = modelled(group, resource).expect("a modelled kind");
        let mut rows = Vec::new();
        for object in objects {
            let bytes = serde_json::to_vec(object).expect("JSON");
            kind.decode(Encoding::Json, &bytes, &mut self.interner, &mut rows).expect("an object");
        }
        self.rows.insert(want, rows);
        self
    }

    /// What the server said.
    pub fn text(self, want: Want, status: u16, text: &str) -> Self {
        self.answer(want, Answer::Text { text: text.to_owned(), status, micros: 1900 })
    }

    pub fn answer(mut self, want: Want, answer: Answer) -> Self {
        self.answers.insert(want, answer);
        self
    }

    /// The page of it.
    pub fn sheet(&self) -> Sheet {
        self.facts(|facts| super::Overview.sheet(facts))
    }

    pub fn facts<T>(&self, then: impl FnOnce(&Facts<'_>) -> T) -> T {
        let rows = |want: &Want| self.rows.get(want).map(|rows| rows.iter().collect());
        then(&Facts::new(&self.answers, &rows, &self.catalog, NOW))
    }

    /// How many rows a line leads to: those of its command that pass its filter.
    pub fn behind(&self, line: &Line) -> usize {
        let Some(Go::Command(command)) = &line.go else { panic!("{} leads nowhere", line.text()) };
        let (head, filter) = command.split_once(" /").unwrap_or((command, ""));
        let mut words = head.split_whitespace();
        let plural = words.next().expect("a resource");
        let (mut fields, mut namespace) = ("", "");
        while let Some(word) = words.next() {
            match word {
                "-A" => {}
                "-n" => namespace = words.next().expect("a namespace"),
                "--field-selector" => fields = words.next().expect("a field selector"),
                word => panic!("{word} in {command}"),
            }
        }
        let find = |wanted: &str| {
            self.rows.iter().find(|(want, _)| match want {
                Want::Rows { resource, fields, .. } => resource == plural && fields == wanted,
                _ => false,
            })
        };
        let running = "status.phase=Running";
        let (want, rows) = find(if fields == running { "" } else { fields }).expect("such rows");
        let Want::Rows { group, resource, .. } = want else { unreachable!() };
        let columns = &modelled(group, resource).expect("a modelled kind").columns;
        let filter = Filter::parse(filter, columns).unwrap_or_else(|e| panic!("{command}: {e}"));
        let elsewhere: Vec<Uid> = if fields == running {
            let others = super::wants::PHASES.map(super::wants::in_phase);
            others.iter().filter_map(|w| self.rows.get(w)).flatten().map(|row| row.uid).collect()
        } else {
            Vec::new()
        };
        let passes = |row: &&Row| {
            filter.matches(row, NOW)
                && !elsewhere.contains(&row.uid)
                && (namespace.is_empty() || &*row.namespace == namespace)
        };
        rows.iter().filter(passes).count()
    }
}

/// The first line that has this text in it.
pub fn find<'a>(sheet: &'a Sheet, text: &str) -> &'a Line {
    let found = sheet.lines.iter().find(|line| line.text().contains(text));
    found.unwrap_or_else(|| panic!("no {text:?} in\n{}", sheet.text()))
}
