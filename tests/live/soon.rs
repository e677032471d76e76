//! Every relation between built-in kinds on a real API server that nobody else writes to: made, changed, broken, mended and removed, and how
//! soon after the request the graph has it.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::time::{Duration, Instant};

use http::Method;
use kx::cluster::{Client, Env, Error, Gate, Kubeconfig, Overrides, connect};
use kx::kinds::{Place, Resource, modelled};
use kx::map::{Item, Tree, View};
use serde_json::{Value, json};

use crate::graphed::Watching;
use crate::lab::{Lab, Options};
use crate::ties::{self, TARGETS};

/// The graph's watches, who writes, and how long each change took to be seen.
struct Soon {
    all: Watching,
    client: Client,
    took: Vec<Duration>,
}

impl Soon {
    fn resource(&self, object: &Value) -> Resource {
        let version = object["apiVersion"].as_str().unwrap();
        let group = version.split_once('/').map_or("", |(group, _)| group);
        let of = |r: &&std::sync::Arc<Resource>| r.group == group && object["kind"] == r.kind;
        Resource::clone(self.all.catalog.iter().find(of).unwrap())
    }

    async fn request(&self, method: Method, path: &str, body: &Value) {
        let answer = self.ask(method, path, body).await;
        answer.unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    async fn ask(&self, method: Method, path: &str, body: &Value) -> Result<(), Error> {
        let content = match method {
            Method::PATCH => "application/merge-patch+json",
            _ => "application/json",
        };
        let request = http::Request::builder().method(method).uri(path);
        let request = request.header(http::header::CONTENT_TYPE, content);
        let request = request.body(body.to_string().into_bytes()).unwrap();
        self.client.bytes(request).await.map(drop)
    }

    fn path(&self, object: &Value) -> String {
        let meta = &object["metadata"];
        let namespace = meta["namespace"].as_str().unwrap_or_default();
        self.resource(object).object_path(namespace, meta["name"].as_str().unwrap())
    }

    /// Makes an object another; one that may not be changed is made again.
    async fn change(&self, from: &Value, to: &Value) {
        if self.ask(Method::PATCH, &self.path(from), to).await.is_err() {
            self.delete(from).await;
            self.create(to).await;
        }
    }

    async fn create(&self, object: &Value) {
        let path = self.resource(object).path(object["metadata"]["namespace"].as_str());
        self.request(Method::POST, &path, object).await;
    }

    async fn delete(&self, object: &Value) {
        let path = self.path(object);
        // What protects volumes that are in use waits for a controller, and there is none.
        let kind = object["kind"].as_str().unwrap();
        if kind.starts_with("PersistentVolume") || kind == "VolumeAttributesClass" {
            self.request(Method::PATCH, &path, &json!({"metadata": {"finalizers": null}})).await;
        }
        // Some kinds would leave what they own, which waits for a controller too.
        let how = json!({"gracePeriodSeconds": 0, "propagationPolicy": "Background"});
        self.request(Method::DELETE, &path, &how).await;
    }

    /// Waits until the graph has it, and notes how long that took.
    async fn seen(&mut self, since: Instant, what: &str, ready: impl Fn(&Watching) -> bool) {
        self.all.until(what, ready).await;
        self.took.push(since.elapsed());
    }

    /// The line that says how soon it was, on the test's own output, which is shown whether it fails or not.
    fn tell(&mut self, what: &str) {
        self.took.sort();
        let (count, worst) = (self.took.len(), self.took.last().unwrap());
        let median = self.took[count / 2];
        let line = format!(
            "{what}: {count} changes, seen after {median:.1?} (median), {worst:.1?} (worst)\n"
        );
        std::io::stderr().write_all(line.as_bytes()).unwrap();
    }
}

fn objects(yaml: &str, which: &str) -> Vec<Value> {
    let lines = yaml.lines().filter(|line| !line.is_empty());
    lines.map(|line| object(line, which)).collect()
}

/// `N` stands alone, or between marks.
fn object(yaml: &str, which: &str) -> Value {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let (mut out, mut rest) = (String::new(), yaml);
    while let Some(at) = rest.find('N') {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let inside = is_word(out.chars().last()) || is_word(after[1..].chars().next());
        out.push_str(if inside { "N" } else { which });
        rest = &after[1..];
    }
    serde_yaml::from_str(&(out + rest)).unwrap()
}

fn wanted(resource: &Resource) -> bool {
    modelled(&resource.group, &resource.plural).is_some_and(|kind| kind.place != Place::Outside)
}

/// Why links of an object are broken.
fn why(all: &Watching, resource: &str, namespace: &str, name: &str) -> BTreeSet<String> {
    let Some(node) = all.node(resource, namespace, name) else { return BTreeSet::new() };
    all.graph.uses(node).filter_map(|edge| edge.why()).map(|why| why.to_string()).collect()
}

async fn soon(lab: &Lab) -> Soon {
    lab.create("{apiVersion: v1, kind: Namespace, metadata: {name: soon}}").unwrap();
    for file in std::fs::read_dir("tests/live/definitions").unwrap() {
        lab.create(&std::fs::read_to_string(file.unwrap().path()).unwrap()).unwrap();
    }
    lab.run(["wait", "--for=condition=Established", "crd", "--all", "--timeout=240s"]);
    for which in ["one", "two"] {
        let all: Vec<String> = objects(TARGETS, which).iter().map(Value::to_string).collect();
        lab.create(&all.join("\n---\n")).unwrap();
    }
    let kubeconfig = Kubeconfig::load(Some(&lab.kubeconfig("admin")), &Env::process()).unwrap();
    let target = kubeconfig.target(None, &Overrides::default()).unwrap();
    let client = connect(&target, Gate::read_write()).await.unwrap();
    let all = Watching::start(&client, wanted).await;
    Soon { all, client, took: Vec::new() }
}

#[tokio::test]
async fn every_relation_is_made_changed_broken_mended_and_removed_and_seen_soon() {
    let lab = Lab::start(&Options::bare()).unwrap();
    let mut soon = soon(&lab).await;
    for (yaml, relation, target, broken) in ties::all() {
        let (first, second) = (object(yaml, "one"), object(yaml, "two"));
        let resource = soon.resource(&first).full_name().into_owned();
        let meta = &first["metadata"];
        let namespace = meta["namespace"].as_str().unwrap_or_default().to_owned();
        let name = meta["name"].as_str().unwrap().to_owned();
        let [plural, in_namespace, _] = target.split(' ').collect::<Vec<_>>()[..] else { panic!() };
        let in_namespace = if in_namespace == "-" { "" } else { in_namespace };
        let what = soon.all.catalog.resolve(plural).unwrap().clone();
        // What is missed where something is there that does not answer: what does, and it is not linked to.
        let indirect = what.plural == "endpointslices";
        let singular = if indirect { "service" } else { what.singular.as_str() };
        let to = |which: &str| format!("{relation} {singular} {in_namespace}/{which}");
        let reaches = |all: &Watching, which: &str| {
            all.node(&resource, &namespace, &name).is_some()
                && all.reached(&resource, &namespace, &name).contains(&to(which))
        };
        let reason = |all: &Watching| why(all, &resource, &namespace, &name).contains(*broken);

        let begin = Instant::now();
        soon.create(&first).await;
        soon.seen(begin, &format!("made: {}", to("one")), |all| reaches(all, "one")).await;
        assert!(!reaches(&soon.all, "two"), "{}", to("two"));

        let begin = Instant::now();
        soon.change(&first, &second).await;
        soon.seen(begin, &format!("changed: {}", to("two")), |all| {
            reaches(all, "two") && !reaches(all, "one")
        })
        .await;
        assert!(!reason(&soon.all), "{broken}");

        let of = TARGETS.lines().filter(|line| !line.is_empty());
        let mut lost = of.map(|line| object(line, "two")).filter(|object| {
            let resource = soon.resource(object);
            (&resource.group, &resource.plural) == (&what.group, &what.plural)
        });
        let lost = lost.next().unwrap();
        let begin = Instant::now();
        soon.delete(&lost).await;
        // Where nothing need be there, there is but no such relation any more.
        let optional = broken.is_empty();
        soon.seen(begin, &format!("broken: {}", to("two")), |all| {
            if optional { !reaches(all, "two") } else { reason(all) }
        })
        .await;
        assert!(
            !optional
                || !why(&soon.all, &resource, &namespace, &name)
                    .iter()
                    .any(|why| why.contains("two"))
        );

        let begin = Instant::now();
        soon.create(&lost).await;
        soon.seen(begin, &format!("mended: {}", to("two")), |all| {
            reaches(all, "two") && !reason(all)
        })
        .await;

        let begin = Instant::now();
        soon.delete(&second).await;
        soon.seen(begin, &format!("removed: {}", to("two")), |all| {
            let target = all.node(plural, in_namespace, "two").unwrap();
            let all_users = all.graph.used_by(target).flat_map(|edge| edge.sources());
            let mut users = all_users.filter_map(|user| all.graph.get(user));
            all.node(&resource, &namespace, &name).is_none()
                && !users.any(|user| **user.name() == *name)
        })
        .await;
    }
    soon.tell("relations of built-in kinds");
}

/// Who owns an object is told by UID: one of the same name that comes later is another.
#[tokio::test]
async fn owners_are_made_changed_broken_mended_and_removed() {
    let lab = Lab::start(&Options::bare()).unwrap();
    let mut soon = soon(&lab).await;
    let uid =
        |which: &str| lab.run(["-n=soon", "get", "deploy", which, "-o=jsonpath={.metadata.uid}"]);
    let owner = |which: &str, uid: &str, controller: bool| json!([{"apiVersion": "apps/v1", "kind": "Deployment", "name": which, "uid": uid, "controller": controller}]);
    let (one, two) = (uid("one"), uid("two"));
    let set: Value = serde_yaml::from_str(
        "{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: held, namespace: soon}, \
         spec: {replicas: 0, selector: {matchLabels: {app: held}}, template: {metadata: {labels: {app: held}}, spec: {containers: [{name: a, image: b}]}}}}",
    )
    .unwrap();
    for (controller, word) in [(true, "controlled by"), (false, "owned by")] {
        let reaches = move |all: &Watching, which: &str| {
            all.node("replicasets", "soon", "held").is_some()
                && all
                    .reached("replicasets", "soon", "held")
                    .contains(&format!("{word} deployment soon/{which}"))
        };
        let path = soon.resource(&set).object_path("soon", "held");
        let mut held = set.clone();
        held["metadata"]["ownerReferences"] = owner("one", &one, controller);
        let begin = Instant::now();
        soon.create(&held).await;
        soon.seen(begin, "an owner", |all| reaches(all, "one")).await;
        let begin = Instant::now();
        let patch = json!({"metadata": {"ownerReferences": owner("two", &uid("two"), controller)}});
        soon.request(Method::PATCH, &path, &patch).await;
        soon.seen(begin, "another", |all| reaches(all, "two") && !reaches(all, "one")).await;

        let lost = objects(TARGETS, "two").into_iter().find(|o| o["kind"] == "Deployment").unwrap();
        let begin = Instant::now();
        soon.delete(&lost).await;
        let gone = "no deployment two in soon";
        soon.seen(begin, gone, |all| why(all, "replicasets", "soon", "held").contains(gone)).await;
        let begin = Instant::now();
        soon.create(&lost).await;
        let other = "the deployment two it means is gone, another has its name";
        soon.seen(begin, other, |all| why(all, "replicasets", "soon", "held").contains(other))
            .await;
        assert_ne!(two, uid("two"));
        let begin = Instant::now();
        let patch = json!({"metadata": {"ownerReferences": owner("two", &uid("two"), controller)}});
        soon.request(Method::PATCH, &path, &patch).await;
        soon.seen(begin, "mended", |all| {
            reaches(all, "two") && why(all, "replicasets", "soon", "held").is_empty()
        })
        .await;
        let begin = Instant::now();
        let patch = json!({"metadata": {"ownerReferences": null}});
        soon.request(Method::PATCH, &path, &patch).await;
        soon.seen(begin, "no owner", |all| !reaches(all, "two")).await;
        soon.delete(&held).await;
        soon.all.until("nothing", |all| all.node("replicasets", "soon", "held").is_none()).await;
    }
    soon.tell("owners");
}

/// The names down the view of releases, `soon/shop/held`.
fn released(all: &Watching) -> BTreeSet<String> {
    let tree = Tree::new(&all.graph, &View::Releases);
    let mut found = BTreeSet::new();
    let mut open: Vec<(String, Item)> =
        tree.roots().into_iter().map(|child| (String::new(), child.item)).collect();
    while let Some((above, item)) = open.pop() {
        let path = format!("{above}/{}", item.words(&all.graph).1);
        if path.matches('/').count() < 3 {
            let below = tree.children(&item).into_iter();
            open.extend(below.map(|child| (path.clone(), child.item)));
        }
        found.insert(path);
    }
    found
}

#[tokio::test]
async fn an_object_joins_and_leaves_what_it_was_installed_with() {
    let lab = Lab::start(&Options::bare()).unwrap();
    let mut soon = soon(&lab).await;
    let is_in = |all: &Watching, release: &str| {
        released(all).iter().any(|path| path.ends_with(&format!("/{release}/held")))
    };
    // By the labels that charts set, and by what Helm writes on everything, whatever its labels.
    let labelled = |release: &str| json!({"labels": {"app.kubernetes.io/instance": release, "app.kubernetes.io/managed-by": "Helm"}});
    let annotated = |release: &str| json!({"annotations": {"meta.helm.sh/release-name": release, "meta.helm.sh/release-namespace": "soon"}});
    for says in [labelled as fn(&str) -> Value, annotated] {
        let object = |release: &str| {
            let mut metadata = says(release);
            metadata["name"] = json!("held");
            metadata["namespace"] = json!("soon");
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
        };
        let first = object("shop");
        let begin = Instant::now();
        soon.create(&first).await;
        soon.seen(begin, "the release", |all| is_in(all, "shop")).await;
        let begin = Instant::now();
        soon.change(&first, &object("other")).await;
        soon.seen(begin, "another", |all| is_in(all, "other") && !is_in(all, "shop")).await;
        let begin = Instant::now();
        let none = json!({"metadata": {"labels": null, "annotations": null}});
        soon.request(Method::PATCH, &soon.path(&first), &none).await;
        soon.seen(begin, "none", |all| !is_in(all, "other")).await;
        let begin = Instant::now();
        soon.change(&first, &object("shop")).await;
        soon.seen(begin, "the first again", |all| is_in(all, "shop")).await;
        let begin = Instant::now();
        soon.delete(&first).await;
        soon.seen(begin, "gone", |all| !is_in(all, "shop")).await;
    }
    soon.tell("releases");
}
