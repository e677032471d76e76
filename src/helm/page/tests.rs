//! The pages, written of a cluster in words.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::super::layers::tests::pack;
use super::{About, Page, subject};
use crate::kinds::{Catalog, Encoding, Resource, modelled};
use crate::sheet::{Answer, Facts, Go, Line, Sheet, Want};
use crate::store::{Interner, Row};

/// 2026-01-15T12:00:00Z.
const NOW: i64 = 1_768_478_400;

struct World {
    answers: HashMap<Want, Answer>,
    rows: Vec<(Want, Vec<Row>)>,
    catalog: Catalog,
}

fn release(version: i64, status: &str, replicas: i64) -> Value {
    let manifest = format!(
        "---\n# Source: web/templates/service.yaml\napiVersion: v1\nkind: Service\nmetadata:\n  name: web\n---\n\
         # Source: web/templates/deployment.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: {replicas}\n\
         ---\napiVersion: example.org/v1\nkind: Widget\nmetadata:\n  name: web\n"
    );
    json!({
        "name": "web", "namespace": "shop", "version": version,
        "info": {"status": status, "description": "Upgrade complete", "last_deployed": "2026-01-15T11:00:00Z", "notes": "Open http://web\n"},
        "chart": {"metadata": {"name": "web", "version": format!("1.0.{version}"), "appVersion": "3.1"}, "values": {"replicas": 1, "debug": true}},
        "config": {"replicas": replicas, "debug": null}, "manifest": manifest,
    })
}

fn stored(version: i64, status: &str, replicas: i64) -> Value {
    let release = pack(release(version, status, replicas).to_string().as_bytes());
    json!({
        "metadata": {"name": format!("sh.helm.release.v1.web.v{version}"), "namespace": "shop", "uid": format!("uid-{version}"),
            "labels": {"owner": "helm", "name": "web", "version": version.to_string(), "status": status}},
        "type": "helm.sh/release.v1", "data": {"release": release},
    })
}

fn rows(group: &str, plural: &str, objects: &[Value]) -> Vec<Row> {
    let kind = modelled(group, plural).unwrap();
    let (mut interner, mut rows) = (Interner::default(), Vec::new());
    for object in objects {
        let json = object.to_string();
        kind.decode(Encoding::Json, json.as_bytes(), &mut interner, &mut rows).unwrap();
    }
    rows
}

/// The resource of an object that says its kind.
fn plural(object: &Value) -> String {
    object["kind"].as_str().map(|kind| kind.to_lowercase() + "s").unwrap_or_default()
}

impl World {
    fn new() -> Self {
        let resource = |group: &str, plural: &str, kind: &str| Resource {
            group: group.to_owned(),
            version: "v1".to_owned(),
            plural: plural.to_owned(),
            kind: kind.to_owned(),
            namespaced: true,
            ..Resource::default()
        };
        let catalog = Catalog::new([
            resource("", "secrets", "Secret"),
            resource("", "services", "Service"),
            resource("apps", "deployments", "Deployment"),
            resource("example.org", "widgets", "Widget"),
        ]);
        Self { answers: HashMap::new(), rows: Vec::new(), catalog }
    }

    /// Answers what a page wants, until it wants no more, and writes it.
    fn written(&mut self, page: Page, about: About, objects: &[Value]) -> Sheet {
        let subject = subject(page, about);
        for _ in 0..4 {
            let wants = self.with(|facts| subject.wants(facts));
            for want in wants {
                self.answer(want, objects);
            }
        }
        self.with(|facts| subject.sheet(facts))
    }

    fn with<T>(&self, then: impl FnOnce(&Facts<'_>) -> T) -> T {
        let rows = |want: &Want| {
            let found = self.rows.iter().find(|(known, _)| known == want);
            found.map(|(_, rows)| rows.iter().collect())
        };
        then(&Facts::new(&self.answers, &rows, &self.catalog, NOW))
    }

    fn answer(&mut self, want: Want, objects: &[Value]) {
        match &want {
            Want::Rows { group, resource, fields, .. } => {
                let of = |object: &&Value| match resource.as_str() {
                    "revisions" => object["type"] == "helm.sh/release.v1",
                    _ => {
                        let name = object["metadata"]["name"].as_str().unwrap();
                        plural(object) == *resource
                            && (fields.is_empty() || *fields == format!("metadata.name={name}"))
                    }
                };
                let mine: Vec<Value> = objects.iter().filter(of).cloned().collect();
                self.rows.retain(|(known, _)| *known != want);
                let rows = rows(group, resource, &mine);
                self.rows.push((want, rows));
            }
            Want::Release { name, .. } => {
                let is = |object: &&Value| object["metadata"]["name"] == **name;
                let found = objects.iter().find(is).cloned().map(super::super::answer);
                self.answers.entry(want).or_insert(found.unwrap_or(Answer::Object(None)));
            }
            Want::Object { resource, name, .. } => {
                let is = |object: &&Value| {
                    object["metadata"]["name"] == **name && plural(object) == *resource
                };
                let found = objects.iter().find(is).map(|object| Arc::new(object.clone()));
                self.answers.entry(want).or_insert(Answer::Object(found));
            }
            other => panic!("{other:?}"),
        }
    }
}

fn about(revision: Option<i64>) -> About {
    About { namespace: "shop".to_owned(), name: "web".to_owned(), revision }
}

fn world() -> Vec<Value> {
    vec![
        stored(1, "superseded", 2),
        stored(2, "deployed", 4),
        json!({"kind": "Service", "metadata": {"name": "web", "namespace": "shop"}, "spec": {"type": "ClusterIP"}}),
        json!({"kind": "Widget", "metadata": {"name": "web", "namespace": "shop"},
            "status": {"conditions": [{"type": "Ready", "status": "False", "reason": "Rusty"}]}}),
    ]
}

fn line<'a>(sheet: &'a Sheet, part: &str) -> &'a Line {
    let found = sheet.lines.iter().find(|line| line.text().contains(part));
    found.unwrap_or_else(|| panic!("no {part:?} in\n{}", sheet.text()))
}

#[test]
fn a_release_tells_its_state_its_objects_and_its_history() {
    let sheet = World::new().written(Page::Status, about(None), &world());
    assert_eq!(
        sheet.text(),
        "web  deployed\n\
         Namespace:      shop\n\
         Revision:       2\n\
         Chart:          web-1.0.2\n\
         App version:    3.1\n\
         Updated:        2026-01-15T11:00:00Z (60m ago)\n\
         Description:    Upgrade complete\n\
         Stored in:      secrets/sh.helm.release.v1.web.v2\n\
         \n\
         More\n\
         \x20 values      2 were given\n\
         \x20 all values  the chart's own among them\n\
         \x20 manifest    what was rendered\n\
         \x20 changes     since revision 1\n\
         \n\
         Objects  3  2\n\
         \x20 Service     web  ClusterIP\n\
         \x20 Deployment  web  missing\n\
         \x20 Widget      web  not ready: Rusty\n\
         \n\
         History  2\n\
         \x20  2  deployed  web-1.0.2  3.1  60m ago  Upgrade complete\n\
         \x20  1  superseded  web-1.0.1  3.1  60m ago  Upgrade complete\n\
         \x20 as a table\n\
         \n\
         Notes\n\
         \x20 Open http://web\n"
    );
    let leads = |part: &str| match &line(&sheet, part).go {
        Some(Go::Command(line)) => line.clone(),
        other => panic!("{part}: {other:?}"),
    };
    assert_eq!(leads("changes"), "helm-diff web -n shop --revision 2");
    assert_eq!(leads("web-1.0.1"), "helm-status web -n shop --revision 1");
    assert_eq!(leads("as a table"), "helm-history web -n shop");
    assert!(
        matches!(&line(&sheet, "not ready").go, Some(Go::Object { resource, .. }) if **resource == *"widgets")
    );
    assert_eq!(sheet.changes_in, Some(60), "ages go on");
}

#[test]
fn what_an_older_revision_named_need_not_be_there() {
    let sheet = World::new().written(Page::Status, about(Some(1)), &world());
    let text = sheet.text();
    assert!(text.starts_with("web  superseded  the newest revision is 2\n"), "{text}");
    assert!(text.contains("Deployment  web  not there now"), "{text}");
}

#[test]
fn a_damaged_revision_tells_why_and_keeps_its_history() {
    let mut objects = world();
    objects[1]["data"]["release"] = json!("H4sIAAAAAAAA");
    let text = World::new().written(Page::Status, about(None), &objects).text();
    assert!(text.contains("revision 2 cannot be read: its gzip is damaged"), "{text}");
    assert!(text.contains("History  2"), "{text}");
    let text = World::new().written(Page::Diff(None), about(None), &objects).text();
    assert!(text.starts_with("revision 2 cannot be read"), "{text}");
}

#[test]
fn values_notes_and_manifest_are_shown_as_helm_prints_them() {
    let text = |page| World::new().written(page, about(None), &world()).text();
    assert_eq!(text(Page::Values), "debug: null\nreplicas: 4\n");
    assert_eq!(text(Page::AllValues), "replicas: 4\n");
    assert_eq!(text(Page::Notes), "Open http://web\n");
    assert!(text(Page::Manifest).contains("spec:\n  replicas: 4\n"));
}

#[test]
fn two_revisions_are_compared_line_by_line_the_older_first() {
    let text = |page, revision| World::new().written(page, about(revision), &world()).text();
    let changes = text(Page::Diff(None), None);
    let head = "web  revision 1 → 2\n\
         Chart:          web-1.0.1 → web-1.0.2\n\
         App version:    3.1\n\
         Status:         superseded → deployed\n\
         \n\
         Values  +1 −1\n\
         \x20 debug: null\n\
         - replicas: 2\n\
         + replicas: 4\n\
         \n\
         Manifest  +1 −1\n\
         ⋯ the same\n\
         \x20 ---\n\
         \x20 # Source: web/templates/service.yaml\n";
    assert!(changes.starts_with(head), "{changes}");
    let near = "\x20 spec:\n\
         -   replicas: 2\n\
         +   replicas: 4\n\
         \x20 ---\n\
         \x20 apiVersion: example.org/v1\n\
         \x20 kind: Widget\n\
         ⋯ the same\n";
    assert!(changes.contains(near), "{changes}");
    assert_eq!(text(Page::Diff(Some(2)), Some(1)), changes, "whichever is named first");
    let first = text(Page::Diff(None), Some(1));
    assert!(first.starts_with("Helm keeps no revision before 1"), "{first}");
}

#[test]
fn what_is_not_there_is_told() {
    let text = |about, objects: &[Value]| World::new().written(Page::Status, about, objects).text();
    assert_eq!(text(about(None), &[]), "Helm keeps no release web in the namespace shop\n");
    assert_eq!(
        text(about(Some(7)), &world()),
        "Helm keeps no revision 7 of web; it keeps 1 to 2\n"
    );
    let mut refused = World::new();
    let rows = super::read::revisions(&about(None));
    refused.answers.insert(rows, Answer::Failed("you may not list secrets".to_owned()));
    let sheet = refused.with(|facts| subject(Page::Status, about(None)).sheet(facts));
    assert_eq!(sheet.text(), "you may not list secrets\n");
    let waiting = World::new().with(|facts| subject(Page::Notes, about(None)).sheet(facts));
    assert_eq!(waiting.text(), "reading …\n");
}

#[test]
fn objects_are_looked_for_by_name_and_many_of_a_kind_together() {
    let mut release = release(1, "deployed", 1);
    let services: String = (0..200)
        .map(|i| {
            format!(
                "---\napiVersion: v1\nkind: Service\nmetadata: {{name: s{i}, namespace: n{}}}\n",
                i / 2
            )
        })
        .collect();
    let many: String = (0..9)
        .map(|i| format!("---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: d{i}}}\n"))
        .collect();
    release["manifest"] = json!(many + &services);
    let mut object = stored(1, "deployed", 1);
    object["data"]["release"] = json!(pack(release.to_string().as_bytes()));
    let mut world = World::new();
    let sheet = world.written(Page::Status, about(None), &[object]);
    let deployments: Vec<&Want> = world
        .rows
        .iter()
        .map(|(want, _)| want)
        .filter(|want| matches!(want, Want::Rows { resource, .. } if resource == "deployments"))
        .collect();
    assert!(
        matches!(deployments.as_slice(), [Want::Rows { fields, .. }] if fields.is_empty()),
        "{deployments:?}"
    );
    let wanted = world.rows.len() + world.answers.len();
    assert!(wanted <= 66, "{wanted} watches for one page");
    assert!(sheet.text().contains("not looked for, there are too many"));
}
