//! One of two twins: a release in a namespace of its own, and kx on it.

use std::collections::{BTreeMap, HashMap};

use kx::change::{Change, Course, Outcome, Report, Target, offer};
use kx::cluster::{Client, Env, Gate, Kubeconfig, Overrides, connect, discovery, write};
use kx::helm::record::whole;
use kx::helm::{About, Page, subject};
use kx::kinds::{Catalog, Encoding, modelled};
use kx::sheet::{Answer, Facts, Want};
use kx::store::{Interner, Row};
use serde_json::{Value, json};

use crate::labs;
use crate::support::now;

/// A release called `web`, and kx.
pub struct Side {
    client: Client,
    catalog: Catalog,
    /// The release's, and of this side alone.
    pub namespace: String,
}

impl Side {
    /// kx, before there is anything in the namespace.
    pub async fn new(namespace: &str) -> Self {
        let lab = labs::busy();
        let kubeconfig = Kubeconfig::load(Some(&lab.kubeconfig("admin")), &Env::process()).unwrap();
        let target = kubeconfig.target(None, &Overrides::default()).unwrap();
        let client = connect(&target, Gate::read_write()).await.unwrap();
        let catalog = discovery::discover(&client).await.unwrap().catalog;
        Self { client, catalog, namespace: namespace.to_owned() }
    }

    /// Objects of the namespace, as kubectl gets them.
    pub fn get(&self, args: &[&str]) -> Vec<Value> {
        let namespace = format!("-n={}", self.namespace);
        let text = labs::busy().run([&["get", "-o=json", &namespace], args].concat());
        let mut list: Value = serde_json::from_str(&text).unwrap();
        match list["items"].take() {
            Value::Array(items) => items,
            _ => vec![list],
        }
    }

    /// The revisions that Helm keeps, as kx has them.
    pub fn rows(&self) -> Vec<Row> {
        let kind = modelled("helm.sh", "revisions").unwrap();
        let (mut interner, mut rows) = (Interner::default(), Vec::new());
        for object in self.get(&["secrets", "-l=owner=helm"]) {
            let bytes = serde_json::to_vec(&object).unwrap();
            kind.decode(Encoding::Json, &bytes, &mut interner, &mut rows).unwrap();
        }
        rows
    }

    /// What an action is shown to do, and what it does, given these answers.
    pub fn changes(&self, action: &str, answers: &[&str]) -> (String, Vec<Change>) {
        let target = Target {
            resource: self.catalog.resolve("releases.helm.sh").unwrap(),
            namespace: self.namespace.clone(),
            name: "web".to_owned(),
            uid: None,
        };
        let mut proposal = offer(action).unwrap().proposal(vec![target]).unwrap();
        proposal.answer(answers.iter().map(|&answer| answer.to_owned()).collect());
        let table = self.rows();
        let mut known = HashMap::new();
        loop {
            let rows = |_: &Want| Some(table.iter().collect());
            let facts = Facts::new(&known, &rows, &self.catalog, now());
            let wants = proposal.wants(&facts).into_iter();
            let new: Vec<Want> = wants
                .filter(|want| !matches!(want, Want::Rows { .. }) && !known.contains_key(want))
                .collect();
            if new.is_empty() {
                return (proposal.sheet(&facts).text(), proposal.changes(&facts).unwrap());
            }
            known.extend(new.into_iter().map(|want| {
                let answer = self.answer(&want);
                (want, answer)
            }));
        }
    }

    fn answer(&self, want: &Want) -> Answer {
        match want {
            Want::Release { resource, name, .. } => {
                kx::helm::answer(self.get(&[resource, name]).remove(0))
            }
            Want::Object { resource, name, .. } => {
                let found =
                    self.get(&[resource, "--field-selector", &format!("metadata.name={name}")]);
                Answer::Object(found.into_iter().next().map(Into::into))
            }
            other => panic!("{other:?}"),
        }
    }

    /// Carries steps out in their turns, as a run does.
    pub async fn carry_out(&self, changes: Vec<Change>) -> Vec<Report> {
        let (mut course, mut reports) = (Course::Fine, Vec::<Report>::new());
        for change in changes {
            let before = reports.last();
            let just = before
                .is_some_and(|it| it.method.is_some() && matches!(it.outcome, Outcome::Failed(_)));
            let report = if course.admits(change.deed.turn()) {
                let report = write::carry_out(&self.client, change, |_, _, _| Ok(())).await;
                course = course.after(&report);
                report
            } else {
                let deed = change.deed.otherwise(course.cause().unwrap(), just);
                course = course.broken();
                match deed {
                    Some(deed) => {
                        let change = Change { deed, ..change };
                        write::carry_out(&self.client, change, |_, _, _| Ok(())).await
                    }
                    None => Report::not_begun(change, "left out"),
                }
            };
            reports.push(report);
        }
        reports
    }

    /// Does it, all of it.
    pub async fn act(&self, action: &str, answers: &[&str]) {
        let (_, changes) = self.changes(action, answers);
        for report in self.carry_out(changes).await {
            let well = matches!(report.outcome, Outcome::Done | Outcome::Already);
            assert!(well, "{}", report.words());
        }
    }

    /// All that is stored there, without what tells the twins apart and when it happened.
    pub fn stored(&self) -> BTreeMap<String, Value> {
        let kinds = "configmaps,secrets,serviceaccounts,services,deployments,jobs,crontabs";
        let objects = self.get(&[kinds]).into_iter().filter_map(|object| {
            let name = object["metadata"]["name"].as_str().unwrap();
            // What every namespace has.
            if ["kube-root-ca.crt", "default"].contains(&name) {
                return None;
            }
            let name = format!("{}/{name}", object["kind"].as_str().unwrap());
            Some((name, self.plain(object)))
        });
        objects.collect()
    }

    fn plain(&self, mut object: Value) -> Value {
        if object["type"] == "helm.sh/release.v1" {
            object["data"] = json!({"release": released(whole(&object).unwrap())});
        }
        let text = object.to_string().replace(&self.namespace, "NAMESPACE");
        let mut object: Value = serde_json::from_str(&text).unwrap();
        object.as_object_mut().unwrap().remove("status");
        let meta = object["metadata"].as_object_mut().unwrap();
        for field in ["uid", "resourceVersion", "creationTimestamp", "managedFields", "generation"]
        {
            meta.remove(field);
        }
        for stamp in ["createdAt", "modifiedAt"] {
            if let Some(at) = object.pointer_mut(&format!("/metadata/labels/{stamp}")) {
                assert!(at.as_str().unwrap().parse::<i64>().is_ok(), "{at}");
                *at = json!("a time");
            }
        }
        // The server chooses these for each, and a controller counts.
        for path in CHOSEN {
            if let Some(field) = object.pointer_mut(path) {
                *field = json!("chosen");
            }
        }
        for port in object["spec"]["ports"].as_array_mut().into_iter().flatten() {
            if let Some(node) = port.get_mut("nodePort") {
                *node = json!("chosen");
            }
        }
        object
    }

    /// The text of a page about the release, with what is secret in it.
    pub fn page(&self, page: Page, revision: Option<i64>) -> String {
        let about = About { namespace: self.namespace.clone(), name: "web".to_owned(), revision };
        let mut subject = subject(page, about);
        subject.reveal(true);
        let table = self.rows();
        let mut known = HashMap::new();
        loop {
            let rows = |_: &Want| Some(table.iter().collect());
            let facts = Facts::new(&known, &rows, &self.catalog, now());
            let wants = subject.wants(&facts).into_iter();
            let new: Vec<Want> = wants
                .filter(|want| matches!(want, Want::Release { .. }) && !known.contains_key(want))
                .collect();
            if new.is_empty() {
                return subject.sheet(&facts).text();
            }
            known.extend(new.into_iter().map(|want| {
                let answer = self.answer(&want);
                (want, answer)
            }));
        }
    }
}

const CHOSEN: [&str; 10] = [
    "/spec/clusterIP",
    "/spec/clusterIPs",
    "/metadata/annotations/deployment.kubernetes.io~1revision",
    "/metadata/labels/batch.kubernetes.io~1controller-uid",
    "/metadata/labels/controller-uid",
    "/spec/selector/matchLabels/batch.kubernetes.io~1controller-uid",
    "/spec/template/metadata/labels/batch.kubernetes.io~1controller-uid",
    "/spec/template/metadata/labels/controller-uid",
    "/metadata/annotations/batch.kubernetes.io~1job-tracking",
    "/spec/selector/matchLabels/controller-uid",
];

/// A release without when it happened.
fn released(mut release: Value) -> Value {
    let time = |value: &mut Value| {
        if value.as_str().is_some_and(|time| time.parse::<jiff::Timestamp>().is_ok()) {
            *value = json!("a time");
        }
    };
    for field in ["first_deployed", "last_deployed", "deleted"] {
        time(&mut release["info"][field]);
    }
    for hook in release["hooks"].as_array_mut().into_iter().flatten() {
        for field in ["started_at", "completed_at"] {
            time(&mut hook["last_run"][field]);
        }
    }
    release
}
