//! Every describe has kubectl's text, line by line, for every object of every kind.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use form_urlencoded::Serializer;
use serde_json::Value as Json;

use kx::cluster::{Client, discovery};
use kx::describe;
use kx::kinds::{self, Catalog, Encoding, Resource, age};
use kx::sheet::{Answer, Facts, Subject, Want};
use kx::store::{Interner, Row};

use crate::lab::{Lab, Options};
use crate::labs;
use crate::support::{client, get, now, wait_until};

const ROLLED: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: rolled}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: rolled, namespace: rolled}
spec:
  replicas: 2
  selector: {matchLabels: {app: rolled}}
  template: {metadata: {labels: {app: rolled}}, spec: {containers: [{name: a, image: 'b:1'}]}}
";

#[tokio::test]
async fn every_kind_as_people_write_it() {
    let lab = labs::still();
    let cluster = Cluster::of(lab).await;
    let (mut seen, mut wrong) = (0, Vec::new());
    for kind in kinds::all().iter().filter(|kind| kind.info.part_of.is_none()) {
        seen += cluster.compare(kind.info.group, kind.info.plural, &mut wrong).await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(seen > 100, "only {seen} objects were compared");
}

/// Events, rollouts, endpoints and owners are as controllers make them.
#[tokio::test]
async fn every_kind_where_things_happen() {
    let lab = labs::busy();
    let _only = labs::everything().lock().await;
    // A Deployment with ReplicaSets before its present one.
    lab.create(ROLLED).unwrap();
    let rolled = ["-n=rolled", "deployment/rolled"];
    for image in ["a=b:2", "a=b:3"] {
        lab.run([&["set", "image"], &rolled[..], &[image]].concat());
        lab.run([&["rollout", "status", "--timeout=240s"], &rolled[..]].concat());
    }
    // A rollout is over before the pods that it replaced are gone.
    wait_until("only the pods of the last rollout", || {
        let images = ["get", "pods", "-n=rolled", "-o=jsonpath={..spec.containers[*].image}"];
        lab.run(images) == "b:3 b:3"
    });
    let cluster = Cluster::of(lab).await;
    let mut wrong = Vec::new();
    for kind in kinds::all().iter().filter(|kind| kind.describe.is_some()) {
        cluster.compare(kind.info.group, kind.info.plural, &mut wrong).await;
    }
    let custom = cluster.compare("stable.example.com", "crontabs", &mut wrong).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(custom > 0, "a custom resource");
}

/// Where only autoscaling/v1 is served, kubectl has another describe of it.
#[tokio::test]
async fn an_autoscaler_where_only_its_first_version_is_served() {
    static LAB: std::sync::OnceLock<Lab> = std::sync::OnceLock::new();
    let lab = LAB.get_or_init(|| {
        let flags = vec!["--runtime-config=autoscaling/v2=false".to_owned()];
        let lab = Lab::start(&Options { flags, ..Options::bare() }).unwrap();
        let object = |name: &str, cpu: &str| {
            format!(
                "{{apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, metadata: {{name: {name}, namespace: default, labels: {{a: b}}}},
                  spec: {{scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: web}}, maxReplicas: 5{cpu}}}}}"
            )
        };
        lab.create(&object("cpu", ", targetCPUUtilizationPercentage: 70, minReplicas: 2")).unwrap();
        lab.create(&object("none", "")).unwrap();
        let status = r#"{"status": {"currentReplicas": 3, "desiredReplicas": 4, "currentCPUUtilizationPercentage": 81}}"#;
        lab.run(["patch", "hpa", "cpu", "-n=default", "--subresource=status", "--type=merge", "-p", status]);
        lab
    });
    let cluster = Cluster::of(lab).await;
    let mut wrong = Vec::new();
    let seen = cluster.compare("autoscaling", "horizontalpodautoscalers", &mut wrong).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert_eq!(seen, 2);
}

/// How often what differs is looked at again.
const TRIES: usize = 20;

/// A cluster, and what it serves.
struct Cluster {
    lab: &'static Lab,
    client: Client,
    catalog: Catalog,
}

impl Cluster {
    async fn of(lab: &'static Lab) -> Self {
        let client = client(lab, "admin").await;
        let catalog = discovery::discover(&client).await.unwrap().catalog;
        Self { lab, client, catalog }
    }

    /// Compares all objects of a resource; says how many there were. What changes meanwhile is looked at again: each must read the same once.
    async fn compare(&self, group: &str, plural: &str, wrong: &mut Vec<String>) -> usize {
        let resource = self.catalog.by_plural(group, plural).unwrap();
        let (mut count, mut left, mut failed) = (0, None::<Vec<(String, String)>>, None);
        for _ in 0..TRIES {
            match self.differences(&resource).await {
                Ok((number, mut differences)) => {
                    if let Some(left) = left {
                        differences.retain(|(name, _)| left.iter().any(|(other, _)| other == name));
                    }
                    count = number;
                    if differences.is_empty() {
                        return count;
                    }
                    left = Some(differences);
                }
                Err(why) => {
                    failed = Some(why);
                    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
                }
            }
        }
        match left {
            Some(left) => {
                wrong.extend(left.iter().map(|(n, what)| format!("{plural} {n}: {what}")));
            }
            None => wrong.extend(failed.map(|why| format!("{plural}: {why}"))),
        }
        count
    }

    /// How many objects there are, and which of them kx describes otherwise than kubectl, by namespace and name; or why that cannot be told.
    async fn differences(
        &self,
        resource: &Resource,
    ) -> Result<(usize, Vec<(String, String)>), String> {
        // A resource that was defined a moment ago cannot be read yet.
        let items = self.items(&resource.path(None), "", "").await?;
        if items.is_empty() {
            return Ok((0, Vec::new()));
        }
        let before = self.described(resource, &items).await;
        let describe = ["describe", &*resource.full_name(), "-A", "--show-events=true"];
        let theirs = self.kubectl(describe)?;
        let after = self.described(resource, &items).await;
        // kubectl writes two empty lines between objects; of several it would leave out the events.
        let theirs: Vec<_> = theirs.split("\n\n\nName:").collect();
        if theirs.len() != items.len() {
            return Err(format!("{} objects, not {}", items.len(), theirs.len()));
        }
        let mut wrong = Vec::new();
        for (n, theirs) in theirs.iter().enumerate() {
            let theirs = format!("Name:{}", theirs.strip_prefix("Name:").unwrap_or(theirs));
            let broken = broken(&items[n]);
            if let Some(difference) = difference(&before[n], &theirs, &after[n], &broken) {
                let field = |name: &str| items[n]["metadata"][name].as_str().unwrap_or_default();
                wrong.push((format!("{}/{}", field("namespace"), field("name")), difference));
            }
        }
        Ok((items.len(), wrong))
    }

    /// What kubectl prints, or that something went while it looked: it lists first, then reads one object after the other.
    fn kubectl<const N: usize>(&self, arguments: [&str; N]) -> Result<String, String> {
        let output = self.lab.kubectl(arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        assert!(errors.contains("(NotFound)"), "kubectl {arguments:?}: {errors}");
        Err(format!("kubectl {arguments:?}: {errors}"))
    }

    async fn described(&self, resource: &Resource, items: &[Arc<Json>]) -> Vec<String> {
        let mut texts = Vec::new();
        for item in items {
            let field = |name: &str| item["metadata"][name].as_str().unwrap_or_default();
            let subject = describe::subject(resource, field("namespace"), field("name"));
            texts.push(self.sheet(&*subject).await);
        }
        texts
    }

    /// Reads what a page wants until it wants no more, and gives its text.
    async fn sheet(&self, subject: &dyn Subject) -> String {
        let (mut answers, rows) = (HashMap::new(), RefCell::new(HashMap::new()));
        loop {
            let now = now();
            let found = |want: &Want| {
                let found: Option<&'static Vec<Row>> = rows.borrow().get(want).copied();
                found.map(|rows| rows.iter().collect())
            };
            let facts = Facts::new(&answers, &found, &self.catalog, now);
            let known =
                |want: &Want| answers.contains_key(want) || rows.borrow().contains_key(want);
            let missing: Vec<_> =
                subject.wants(&facts).into_iter().filter(|want| !known(want)).collect();
            if missing.is_empty() {
                let sheet = subject.sheet(&facts);
                let spans = sheet.lines.iter().flat_map(|line| &line.spans);
                for span in spans {
                    assert!(!span.text.contains(char::is_control), "{span:?}");
                }
                return sheet.text();
            }
            for want in missing {
                match want {
                    Want::Rows { .. } => {
                        let found = self.rows(&want).await;
                        // As long as the test: a row is borrowed from what is known.
                        rows.borrow_mut().insert(want, &*Box::leak(Box::new(found)));
                    }
                    _ => drop(answers.insert(want.clone(), self.answer(&want).await)),
                }
            }
        }
    }

    fn resource(&self, group: &str, name: &str) -> Option<Arc<Resource>> {
        self.catalog.by_plural(group, name).or_else(|| self.catalog.by_kind(group, name))
    }

    async fn answer(&self, want: &Want) -> Answer {
        match want {
            Want::Object { group, resource, namespace, name } => {
                let Some(resource) = self.resource(group, resource) else { return Answer::Absent };
                let fields = format!("metadata.name={name}");
                // By a field of the list, so that what is not there is no failure.
                let found = self.items(&resource.path(Some(namespace)), "", &fields).await.unwrap();
                Answer::Object(found.into_iter().next())
            }
            Want::Objects { group, resource, namespace, labels, fields } => {
                let Some(resource) = self.resource(group, resource) else { return Answer::Absent };
                let namespace = Some(namespace.as_str()).filter(|namespace| !namespace.is_empty());
                match self.items(&resource.path(namespace), labels, fields).await {
                    Ok(items) => Answer::Objects(items),
                    Err(why) => Answer::Failed(why),
                }
            }
            other => panic!("no describe asks for {other:?}"),
        }
    }

    async fn rows(&self, want: &Want) -> Vec<Row> {
        let Want::Rows { group, resource, namespace, labels, fields } = want else {
            panic!("{want:?}")
        };
        let path = self.resource(group, resource).unwrap().path(Some(namespace));
        let (mut interner, mut rows) = (Interner::default(), Vec::new());
        let kind = kinds::modelled(group, resource).unwrap();
        for item in self.items(&path, labels, fields).await.unwrap() {
            let bytes = serde_json::to_vec(&*item).unwrap();
            kind.decode(Encoding::Json, &bytes, &mut interner, &mut rows).unwrap();
        }
        rows
    }

    /// The objects of a list, each with the version and kind that a list leaves out.
    async fn items(
        &self,
        path: &str,
        labels: &str,
        fields: &str,
    ) -> Result<Vec<Arc<Json>>, String> {
        let mut query = Serializer::new(String::new());
        for (name, value) in [("labelSelector", labels), ("fieldSelector", fields)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        let path = format!("{path}?{}", query.finish());
        let list = get(&self.client, &path, "application/json").await;
        let list: Json = serde_json::from_slice(&list).map_err(|error| error.to_string())?;
        let (version, kind) =
            (list["apiVersion"].clone(), list["kind"].as_str().unwrap_or_default());
        let kind = kind.strip_suffix("List").unwrap_or(kind);
        let items = list["items"].as_array().cloned().unwrap_or_default().into_iter();
        let with_kind = |mut item: Json| {
            item["apiVersion"] = version.clone();
            item["kind"] = kind.into();
            Arc::new(item)
        };
        Ok(items.map(with_kind).collect())
    }
}

/// The first line that is not kubectl's, with those before it; `before` and `after` are kx's text at a time before kubectl ran and after it.
///
/// Three differences are meant:
///
/// - What kx says in words, in a section of its own, before the fields that kubectl lists.
/// - Where a value has several lines, kx writes them below each other, aligned with what is around them (`broken` are all but their first); kubectl
///   goes on at the beginning of a line, where a section would begin, and begins to align anew.
/// - The labels and annotations of a claim that is made with a pod: kubectl's indent gets between title and value.
fn difference(before: &str, theirs: &str, after: &str, broken: &[String]) -> Option<String> {
    let [before, after] = [before, after].map(without_words);
    let [before, theirs, after] = [&before, theirs, &after].map(settled);
    let (mut ours, mut latest) = (before.lines(), after.lines());
    let mut seen: Vec<&str> = Vec::new();
    let (mut ages, mut anew) = (false, false);
    for line in theirs.lines() {
        let (our, late) = (ours.next().unwrap_or("(nothing)"), latest.next().unwrap_or_default());
        let of_pods = line.starts_with("Non-terminated Pods:");
        ages |= of_pods || line.starts_with("Events:") || line.contains("(lasts ");
        // The one value of a Secret that kubectl shows is not for kx to show.
        let token =
            line.starts_with("token:") && our.starts_with("token:") && our.ends_with(" bytes");
        let text = line.trim_start();
        let same_words = our.split_whitespace().eq(text.split_whitespace());
        let moved = same_words && broken.iter().any(|broken| broken.trim() == text);
        anew = moved || anew && !line.ends_with(':');
        let of_claim =
            ["    Labels:     ", "    Annotations:     "].iter().any(|at| line.starts_with(at));
        let same = our == line
            || token
            || same_words && (anew || of_claim)
            || text.starts_with("RenewTime:") && late == line
            || ages && same_but_for_time(our, line, late);
        if !same {
            let before = seen.iter().rev().take(3).rev().copied().collect::<Vec<_>>().join("\n  ");
            return Some(format!("after\n  {before}\nkx has\n  {our}\nkubectl has\n  {line}"));
        }
        seen.push(line);
        ages &= !line.contains("(lasts ");
    }
    ours.next().map(|more| format!("kx goes on: {more}"))
}

/// A describe as it can be compared: kubectl leaves spaces at the end of lines and empty lines at the end of some, and writes the resources of a
/// limit in random order.
fn settled(text: &str) -> String {
    let mut lines: Vec<_> = text.trim_end().lines().map(str::trim_end).collect();
    if let Some(at) = lines.iter().position(|line| line.ends_with("Max Limit/Request Ratio")) {
        lines[at..].sort_unstable();
    }
    lines.join("\n")
}

/// A describe without what only kx says: a section, and what stands in from its title.
fn without_words(text: &str) -> String {
    let title = format!("{}:", describe::IN_WORDS);
    let mut within = false;
    let kubectls = |line: &&str| {
        within = *line == title || within && (line.is_empty() || line.starts_with(' '));
        !within
    };
    text.lines().filter(kubectls).map(|line| format!("{line}\n")).collect()
}

/// The lines of an object's values, but for the first of each.
fn broken(object: &Json) -> Vec<String> {
    match object {
        Json::String(text) => text.lines().skip(1).map(str::to_owned).collect(),
        Json::Array(items) => items.iter().flat_map(broken).collect(),
        Json::Object(map) => map.values().flat_map(broken).collect(),
        _ => Vec::new(),
    }
}

/// Whether lines are the same but for lengths of time, which lie between what kx wrote before and what it wrote after.
fn same_but_for_time(before: &str, theirs: &str, after: &str) -> bool {
    let (a, b, c) = (words(before), words(theirs), words(after));
    let between =
        |((a, b), c): ((&&str, &&str), &&str)| match [a, b, c].map(|word| age::parse(word)) {
            // kx counts from second to second, kubectl from fraction to fraction: the rest may be lost at either end.
            [Some(a), Some(b), Some(c)] => (a - 1..=c + 1).contains(&b),
            // A heartbeat may come between the three.
            _ => a == b || b == c,
        };
    a.len() == b.len() && b.len() == c.len() && a.iter().zip(&b).zip(&c).all(between)
}

fn words(line: &str) -> Vec<&str> {
    line.split([' ', '(', ')']).filter(|word| !word.is_empty()).collect()
}
