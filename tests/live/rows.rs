//! Every row of every kind reads as the server's own Table says, whether it came as protobuf or as JSON, which is all there is of custom resources.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Instant;

use prost::Message;
use serde_json::Value as Json;

use kx::cluster::{Client, discovery};
use kx::kinds::{self, Column, Encoding, Modelled, Show, Value};
use kx::store::{Interner, Row, Uid};

use crate::lab::Lab;
use crate::labs;
use crate::support::{PATIENCE, client, get, now};
use crate::watched::{Watched, resource};

const TABLE: &str = "application/json;as=Table;g=meta.k8s.io;v=v1";
const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";

/// Every kind that is a resource of its own.
fn all() -> impl Iterator<Item = &'static Modelled> {
    kinds::all().iter().filter(|kind| kind.info.part_of.is_none())
}

/// One kind after the other: they share a server that has more to do than to answer us.
#[tokio::test]
async fn every_kind_as_people_write_it() {
    let lab = labs::still();
    for Modelled { info, .. } in all() {
        let compared = compare(lab, info.group, info.plural).await;
        let least = labs::written(info.group, info.plural);
        assert!(
            least > 0,
            "{0}: tests/live/objects/ has none; add a few awkward ones",
            info.plural
        );
        assert!(compared.len() >= least, "{} {} of {least}", compared.len(), info.plural);
        watch_brings_the_same(lab, info.group, info.plural).await;
    }
}

/// What controllers, a scheduler and kubelets make of objects is stranger than what a person writes.
#[tokio::test]
async fn every_kind_where_things_happen() {
    let served = discovery::discover(&client(labs::busy(), "admin").await).await.unwrap().catalog;
    for Modelled { info, .. } in all() {
        // Nobody has defined any custom resource that kx models there.
        if labs::is_custom(info.group, info.plural) {
            assert_eq!(served.by_plural(info.group, info.plural), None, "{}", info.plural);
        } else {
            compare(labs::busy(), info.group, info.plural).await;
        }
    }
}

fn model(group: &str, plural: &str) -> &'static Modelled {
    kinds::modelled(group, plural).unwrap_or_else(|| panic!("{plural} has no model"))
}

/// Compares all objects of a resource with the server's Table, in both encodings, and returns their rows.
async fn compare(lab: &Lab, group: &str, plural: &str) -> BTreeMap<Uid, Row> {
    let kind = model(group, plural);
    let client = client(lab, "admin").await;
    let path = resource(group, kind.info.version, plural).path(None);

    let before = now();
    let table = get(&client, &path, TABLE).await;
    // Ages are cut to seconds here and there at different places.
    let clock = before - 1..=now();
    let table: Json = serde_json::from_slice(&table).unwrap();
    // The very same state again, in the encodings that kx reads.
    let version = table["metadata"]["resourceVersion"].as_str().unwrap();
    let path = format!("{path}?resourceVersion={version}&resourceVersionMatch=Exact");
    let json = rows(kind, Encoding::Json, &json_items(&client, &path).await);
    let read = items(kind, &client, &path).await;

    let columns = same_columns(kind, &table);
    // Some resources have no rows at all where there are no objects.
    let theirs = table["rows"].as_array().map_or(&[][..], Vec::as_slice);
    assert_eq!(read.len(), theirs.len(), "as many {plural} as the server has");
    let mut wrong = Vec::new();
    for row in theirs {
        let name = &row["object"]["metadata"]["name"].as_str().unwrap();
        let uid = Uid::new(row["object"]["metadata"]["uid"].as_str().unwrap());
        let ours = &read[&uid];
        for (column, cell) in columns.iter().zip(row["cells"].as_array().unwrap()) {
            if !reads_as(column, ours, cell, &clock) {
                let text = text(column, ours, *clock.end());
                wrong.push(format!("{name}: {} is {text:?}, not {cell}", column.name));
            }
        }
        let (a, b) = (format!("{ours:?}"), format!("{:?}", json[&uid]));
        if a != b {
            wrong.push(format!("{name} differs\n  as it is read: {a}\n  as JSON:       {b}"));
        }
    }
    assert!(wrong.is_empty(), "{plural}:\n{}", wrong.join("\n"));
    read
}

/// The way that kx really takes, in pages and as bytes arrive, leads to the same rows. The server changes some of its own objects every few
/// seconds (leases), so that its state is compared, just read, until it is no older than what the watch has brought.
async fn watch_brings_the_same(lab: &Lab, group: &str, plural: &str) {
    let client = client(lab, "admin").await;
    let kind = model(group, plural);
    let resource = resource(group, kind.info.version, plural);
    let path = resource.path(None);
    let mut watched = Watched::start(&client, resource, "");
    watched.until("everything", Watched::is_live).await;
    let deadline = Instant::now() + PATIENCE;
    loop {
        let rows = items(kind, &client, &path).await;
        watched.apply_what_came();
        let (theirs, ours) = (lines(&rows), lines(&watched.rows));
        if ours == theirs {
            return;
        }
        assert!(Instant::now() < deadline, "{plural}:\n{ours:#?}\nis not\n{theirs:#?}");
    }
}

/// Rows in a form that can be compared.
fn lines(rows: &BTreeMap<Uid, Row>) -> Vec<String> {
    rows.values().map(|row| format!("{row:?}")).collect()
}

/// The columns that kubectl shows too, having checked that they are the server's, in its order.
fn same_columns<'a>(kind: &'a Modelled, table: &Json) -> Vec<&'a Column> {
    let shown = |c: &&Column| {
        matches!(c.show, Show::Always | Show::Wide | Show::WideAlways)
            && !matches!(c.value, Value::Namespace)
    };
    let ours: Vec<_> = kind.columns.iter().filter(shown).collect();
    let theirs: Vec<_> = table["columnDefinitions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| (c["name"].as_str().unwrap().to_uppercase(), c["priority"] == 0))
        .collect();
    let names: Vec<_> = ours.iter().map(|c| (c.name.to_string(), c.show == Show::Always)).collect();
    assert_eq!(names, theirs, "columns of {}", kind.info.plural);
    ours
}

/// Whether a cell has the server's text at some moment of `clock`.
fn reads_as(column: &Column, row: &Row, cell: &Json, clock: &RangeInclusive<i64>) -> bool {
    let cell = match cell {
        Json::String(text) => text.clone(),
        // kubectl prints nothing.
        Json::Null => String::new(),
        other => other.to_string(),
    };
    // kubectl ends a cell at its first line (cli-runtime, tableprinter.go), and a table row has only one.
    let printed = match cell.split_once(['\n', '\r', '\u{c}']) {
        Some((first, _)) => format!("{first}..."),
        None => cell.clone(),
    };
    clock.clone().any(|now| {
        let text = text(column, row, now);
        text == cell || text == printed
    })
}

fn text(column: &Column, row: &Row, now: i64) -> String {
    let mut text = String::new();
    column.write(row, now, &mut text);
    text
}

/// All objects of a collection in the encoding in which kx gets them: protobuf, where there is such a thing.
async fn items(kind: &Modelled, client: &Client, path: &str) -> BTreeMap<Uid, Row> {
    if labs::is_custom(kind.info.group, kind.info.plural) {
        let body = get(client, path, &format!("{PROTOBUF},application/json")).await;
        assert_eq!(body.first(), Some(&b'{'), "the server has JSON alone");
        rows(kind, Encoding::Json, &json_items(client, path).await)
    } else {
        rows(kind, Encoding::Protobuf, &protobuf_items(client, path).await)
    }
}

fn rows(kind: &Modelled, encoding: Encoding, items: &[Vec<u8>]) -> BTreeMap<Uid, Row> {
    let mut interner = Interner::default();
    let mut rows = Vec::new();
    for item in items {
        kind.decode(encoding, item, &mut interner, &mut rows).unwrap();
    }
    assert_eq!(rows.len(), items.len(), "a row for every object");
    rows.into_iter().map(|row| (row.uid, row)).collect()
}

async fn json_items(client: &Client, path: &str) -> Vec<Vec<u8>> {
    let list: Json = serde_json::from_slice(&get(client, path, "application/json").await).unwrap();
    let items = list["items"].as_array().unwrap();
    items.iter().map(|item| serde_json::to_vec(item).unwrap()).collect()
}

/// A list's frame, read independently of kx's own reader (apimachinery, `runtime/generated.proto` and `meta/v1/generated.proto`).
#[derive(Message)]
struct Unknown {
    #[prost(bytes = "vec", tag = "2")]
    raw: Vec<u8>,
}

#[derive(Message)]
struct List {
    #[prost(bytes = "vec", repeated, tag = "2")]
    items: Vec<Vec<u8>>,
}

async fn protobuf_items(client: &Client, path: &str) -> Vec<Vec<u8>> {
    let body = get(client, path, PROTOBUF).await;
    let body = body.strip_prefix(b"k8s\0").expect("the server speaks protobuf");
    List::decode(Unknown::decode(body).unwrap().raw.as_slice()).unwrap().items
}
