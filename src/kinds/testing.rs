//! What the tests of every kind share: a fixture in YAML becomes rows, by both codecs, and they must be the same.

use std::sync::Arc;

use prost::Message;
use serde::de::DeserializeOwned;

use crate::store::{Health, Interner, Link, Relation, Row, To};

use super::{Cell, Column, Encoding, Kind, Modelled, Show, modelled};

/// The time at which the fixtures are looked at, 2026-01-15T12:00:00Z.
pub const NOW: i64 = 1_768_478_400;

/// The rows of one kind's fixture.
pub struct Fixture {
    kind: &'static Modelled,
    /// The rows, the same from both encodings.
    pub rows: Vec<Row>,
    bytes: Vec<(Encoding, Vec<u8>)>,
}

/// Decodes a fixture; both encodings must give the same rows.
pub fn rows<K: Kind<Object: Message + Default + DeserializeOwned>>(yaml: &str) -> Fixture {
    rows_of::<K, K::Object>(yaml)
}

/// As [`rows`], for a kind that shows the parts of an object `T`.
pub fn rows_of<K: Kind, T: Message + DeserializeOwned>(yaml: &str) -> Fixture {
    let kind = modelled(K::INFO.group, K::INFO.plural).unwrap();
    let json: serde_json::Value = serde_yaml::from_str(yaml).unwrap();
    let object: T = serde_json::from_value(json.clone()).unwrap();
    let decode = |encoding, bytes: &[u8]| {
        let mut rows = Vec::new();
        kind.decode(encoding, bytes, &mut Interner::default(), &mut rows).unwrap();
        rows
    };
    let rows = decode(Encoding::Json, json.to_string().as_bytes());
    let proto = object.encode_to_vec();
    assert_eq!(format!("{rows:?}"), format!("{:?}", decode(Encoding::Protobuf, &proto)));
    Fixture {
        kind,
        rows,
        bytes: vec![(Encoding::Protobuf, proto), (Encoding::Json, json.to_string().into())],
    }
}

/// As [`rows`], for a custom resource: there is only JSON of it, and bytes that claim to be protobuf are an error.
pub fn json_rows<K: Kind>(yaml: &str) -> Fixture {
    let kind = modelled(K::INFO.group, K::INFO.plural).unwrap();
    let json: serde_json::Value = serde_yaml::from_str(yaml).unwrap();
    let bytes = json.to_string().into_bytes();
    let (mut interner, mut rows) = (Interner::default(), Vec::new());
    assert!(kind.decode(Encoding::Protobuf, &bytes, &mut interner, &mut rows).is_err());
    kind.decode(Encoding::Json, &bytes, &mut interner, &mut rows).unwrap();
    Fixture { kind, rows, bytes: vec![(Encoding::Json, bytes)] }
}

impl Fixture {
    /// Every truncation of the fixture, and every byte of it replaced by another, is a value or an error.
    pub fn survive_damage(&self) {
        for (encoding, whole) in &self.bytes {
            let decode = |bytes: &[u8]| {
                let (mut interner, mut rows) = (Interner::default(), Vec::new());
                let _ = self.kind.decode(*encoding, bytes, &mut interner, &mut rows);
                for row in &rows {
                    for column in self.kind.columns.iter() {
                        let _ = column.cell(row).text(NOW);
                    }
                }
            };
            let mut bytes = whole.clone();
            for at in 0..bytes.len() {
                decode(&bytes[..at]);
                let old = bytes[at];
                bytes[at] = [0, old ^ 1, old ^ 0x80, 0xff][at % 4];
                decode(&bytes);
                bytes[at] = old;
            }
        }
    }

    fn column(&self, name: &str) -> &Column {
        self.kind.columns.iter().find(|c| c.name == name).unwrap_or_else(|| panic!("no {name}"))
    }

    /// What a column says of the first row.
    pub fn text(&self, column: &str) -> String {
        self.column(column).cell(&self.rows[0]).text(NOW)
    }

    /// The first row's cell.
    pub fn cell(&self, column: &str) -> Cell {
        self.column(column).cell(&self.rows[0])
    }

    /// The first row's health.
    pub fn health(&self) -> Health {
        self.rows[0].health
    }

    /// What `kubectl get -o wide` prints, a row a line, cells separated by ` | `.
    pub fn wide(&self) -> String {
        self.print(|show| matches!(show, Show::Always | Show::Wide | Show::WideAlways))
    }

    /// What kx shows beyond that.
    pub fn own(&self) -> String {
        self.print(|show| matches!(show, Show::Own | Show::OwnWide))
    }

    fn print(&self, shown: impl Fn(Show) -> bool) -> String {
        let columns: Vec<_> = self.kind.columns.iter().filter(|c| shown(c.show)).collect();
        let names = columns.iter().map(|c| c.name.to_string()).collect();
        let text = |column: &Column, row| {
            let mut text = String::new();
            column.write(row, NOW, &mut text);
            text
        };
        let rows = self.rows.iter().map(|r| columns.iter().map(|c| text(c, r)).collect());
        let lines: Vec<String> = std::iter::once(names)
            .chain(rows)
            .map(|cells: Vec<String>| cells.join(" | "))
            .collect();
        lines.join("\n")
    }

    /// The first row's links of one relation, as `resource.group namespace/name` or `resource.group ?selector`, and `if any`
    /// where it is optional.
    pub fn links(&self, relation: Relation) -> Vec<String> {
        let one = |link: &Arc<Link>| {
            let dot = if link.group.is_empty() { "" } else { "." };
            let to = match &link.to {
                To::Uid { namespace, name, .. } => format!("{namespace}/{name} by uid"),
                To::Name { namespace, name } => format!("{namespace}/{name}"),
                To::Labels { namespace, selector, .. } => format!("{namespace} {:?}", selector.0),
            };
            let optional = if link.optional { " if any" } else { "" };
            format!("{}{dot}{} {to}{optional}", link.resource, link.group)
        };
        self.rows[0].links.iter().filter(|l| l.relation == relation).map(one).collect()
    }
}
