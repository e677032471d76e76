//! What kx reads of Helm's releases is what Helm prints of them.

use std::collections::BTreeMap;

use kx::helm::{Page, coalesce};
use kx::kinds::{Cell, Encoding, modelled};
use kx::store::{Interner, Row};
use serde_json::{Value, json};

use super::side::Side;
use super::{MORE, Twins, helm, kubectl, try_helm};
use crate::get::kx;
use crate::labs;
use crate::support::now;

const PASSWORD: &str = "hunter two!";

/// Rows of a kind, each as an object of its columns, with seconds for times.
fn rows(plural: &str, objects: &[Value]) -> Vec<Value> {
    let kind = modelled("helm.sh", plural).unwrap();
    let (mut interner, mut rows): (_, Vec<Row>) = (Interner::default(), Vec::new());
    for object in objects {
        let bytes = serde_json::to_vec(object).unwrap();
        kind.decode(Encoding::Json, &bytes, &mut interner, &mut rows).unwrap();
    }
    let row = |row: &Row| {
        let cells = kind.columns.iter().map(|column| {
            let value = match column.cell(row) {
                Cell::Age(at) => json!(at),
                cell => json!(cell.text(now())),
            };
            (column.name.to_lowercase().replace(' ', "_"), value)
        });
        Value::Object(cells.collect())
    };
    rows.iter().map(row).collect()
}

/// Seconds of a time as `helm list` writes it: `2026-01-15 12:00:00.5 +0000 UTC`.
fn seconds(time: &str) -> i64 {
    let words: Vec<&str> = time.split(' ').take(3).collect();
    let parsed = jiff::fmt::strtime::parse("%Y-%m-%d %H:%M:%S%.f %z", words.join(" ")).unwrap();
    parsed.to_timestamp().unwrap().as_second()
}

fn listed(text: &str) -> Vec<Value> {
    serde_json::from_str(text).unwrap()
}

/// One release rolled back and one uninstalled, each after it failed with a secret in its error.
async fn world() -> Twins {
    let twins = Twins::new("read").await;
    assert!(twins.upgrade(&["mode=one"]));
    assert!(twins.upgrade(&MORE));
    let [password, spoilt] = ["password", "spoilt"].map(|name| format!("{name}={PASSWORD}"));
    assert!(!twins.upgrade(&[&password, &spoilt]));
    let namespace = &twins.kx.namespace;
    kubectl(namespace, &["delete", "serviceaccount/shop"]);
    helm(namespace, &["rollback", "web", "1"]);
    helm(&twins.helm.namespace, &["uninstall", "web", "--keep-history"]);
    twins
}

#[tokio::test(flavor = "multi_thread")]
async fn releases_revisions_and_their_texts_are_what_helm_prints() {
    let twins = world().await;
    let all = listed(&helm("default", &["list", "-A", "-a", "-o=json"]));
    for side in twins.both() {
        list_and_history(side, &all);
        texts(side);
    }
    errors_hide_what_is_secret(&twins.kx);
    twins.end();
}

fn list_and_history(side: &Side, all: &[Value]) {
    let objects = side.get(&["secrets", "-l=owner=helm"]);
    let mut newest: BTreeMap<i64, Value> = BTreeMap::new();
    for object in &objects {
        let version = object["metadata"]["labels"]["version"].as_str().unwrap();
        newest.insert(version.parse().unwrap(), object.clone());
    }
    let (_, last) = newest.last_key_value().unwrap();
    let of_it: Vec<&Value> =
        all.iter().filter(|release| release["namespace"] == *side.namespace).collect();
    assert_eq!(of_it.len(), 1);
    let row = &rows("releases", std::slice::from_ref(last))[0];
    let theirs = of_it[0];
    for field in ["name", "revision", "status", "chart", "app_version"] {
        assert_eq!(row[field], theirs[field], "{field} of {theirs}");
    }
    assert_eq!(row["updated"], seconds(theirs["updated"].as_str().unwrap()), "{theirs}");
    // kx's own table says the same in the same words.
    let printed = kx(labs::busy(), "admin", &["releases", "web", "-n", &side.namespace]);
    let printed = String::from_utf8(printed.stdout).unwrap();
    let words: Vec<&str> = printed.lines().nth(1).unwrap().split_whitespace().collect();
    let said = |field: &str| theirs[field].as_str().unwrap();
    assert_eq!((words[0], words[1]), (said("name"), said("revision")), "{printed}");
    assert_eq!(words[3..6], [said("status"), said("chart"), said("app_version")], "{printed}");

    let mut ours = rows("revisions", &objects);
    ours.sort_by_key(|row| row["revision"].as_str().unwrap().parse::<i64>().unwrap());
    let theirs = listed(&helm(&side.namespace, &["history", "web", "-o=json"]));
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert_eq!(ours["revision"], theirs["revision"].to_string(), "{theirs}");
        for field in ["status", "chart", "app_version"] {
            assert_eq!(ours[field], theirs[field], "{field} of {theirs}");
        }
        let at: jiff::Timestamp = theirs["updated"].as_str().unwrap().parse().unwrap();
        assert_eq!(ours["updated"], at.as_second());
        let hidden = format!("<hidden, {} bytes>", PASSWORD.len());
        let said = theirs["description"].as_str().unwrap().replace(PASSWORD, &hidden);
        let said: Vec<&str> = said.split_whitespace().collect();
        assert_eq!(ours["description"], said.join(" "));
    }
}

fn texts(side: &Side) {
    for revision in 1..=3 {
        let number = format!("--revision={revision}");
        let get =
            |what: &[&str]| helm(&side.namespace, &[&["get"], what, &["web", &number]].concat());
        let page = |page: Page| side.page(page, Some(revision));
        let yaml = |text: &str| serde_yaml::from_str::<Value>(text).unwrap();
        let given = get(&["values", "-o=yaml"]);
        assert_eq!(yaml(&page(Page::Values)), yaml(&given), "{revision}");
        let all = get(&["values", "--all", "-o=yaml"]);
        assert_eq!(yaml(&page(Page::AllValues)), yaml(&all), "{revision}");
        let notes = get(&["notes"]);
        assert_eq!(page(Page::Notes).trim(), notes.trim_start_matches("NOTES:\n").trim());
        // Secrets are shown as they are meant, everything else as it was rendered.
        let (ours, theirs) = (page(Page::Manifest), get(&["manifest"]));
        let documents = |text: &str| -> Vec<String> {
            text.split("---\n").map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect()
        };
        let (ours, theirs) = (documents(&ours), documents(&theirs));
        assert_eq!(ours.len(), theirs.len());
        let mut secrets = 0;
        for (ours, theirs) in ours.iter().zip(&theirs) {
            if theirs.contains("kind: Secret") {
                secrets += 1;
                let (ours, theirs) = (yaml(ours), yaml(theirs));
                assert_eq!(ours["metadata"], theirs["metadata"]);
                assert_eq!(ours["stringData"]["token"], theirs["stringData"]["token"]);
            } else {
                assert_eq!(ours, theirs, "{revision}");
            }
        }
        assert_eq!(secrets, 1);
    }
}

/// The server's error has the value that it refused; Helm keeps it in the description.
fn errors_hide_what_is_secret(side: &Side) {
    let said = helm(&side.namespace, &["history", "web", "-o=json"]);
    assert!(said.contains(PASSWORD), "{said}");
    for wide in [&["revisions", "-o", "wide"][..], &["revisions"], &["releases", "-o", "wide"]] {
        let printed = kx(labs::busy(), "admin", &[wide, &["-n", &side.namespace]].concat());
        let text = String::from_utf8(printed.stdout).unwrap();
        assert!(!text.contains(PASSWORD) && text.contains("web"), "{text}");
        if wide[0] == "revisions" {
            assert!(text.contains("Invalid value: \"<hidden, 11 bytes>\""), "{text}");
        }
    }
    let page = side.page(Page::Status, Some(3));
    assert!(page.contains(PASSWORD), "who asks for it is shown it: {page}");
}

/// Values of every shape, given over a chart's own.
#[test]
fn values_are_merged_as_helm_merges_them() {
    let lab = labs::busy();
    let folder = lab.folder().join("chart-values");
    std::fs::create_dir_all(folder.join("templates")).unwrap();
    let write = |path: &str, text: &str| std::fs::write(folder.join(path), text).unwrap();
    let defaults = "a: 1\nmap: {x: {v: 1, z: [1, 2]}, w: text, gone: {deep: 1}}\nlist: [1, 2]\nflag: true\nnone: null\nodd: '0123'\nbig: 12345678901\npart: 0.1\n";
    let given = "map: {x: {v: 2, new: 'yes'}, gone: null, w: {now: a map}}\nlist: [3]\nflag: null\nmore: {q: null, text: \"two\\nlines\\n\"}\nodd: \"007\"\n";
    write("Chart.yaml", "apiVersion: v2\nname: values\nversion: 0.1.0\n");
    write("values.yaml", defaults);
    write("given.yaml", given);
    write("templates/map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: values}\n");
    lab.run(["create", "namespace", "x-values-by-helm"]);
    let chart = folder.display().to_string();
    let values = format!("--values={chart}/given.yaml");
    helm("x-values-by-helm", &["install", "web", &chart, &values]);
    let theirs = helm("x-values-by-helm", &["get", "values", "web", "--all", "-o=yaml"]);
    let parse = |text: &str| serde_yaml::from_str::<Value>(text).unwrap();
    let map = |text: &str| parse(text).as_object().unwrap().clone();
    assert_eq!(Value::Object(coalesce(&map(given), &map(defaults))), parse(&theirs), "{theirs}");
    try_helm("x-values-by-helm", &["uninstall", "web"]).unwrap();
    lab.run(["delete", "namespace", "x-values-by-helm", "--wait=false"]);
}
