//! Edits and applied files, each compared with what kubectl makes of a twin.

use std::collections::HashMap;
use std::sync::Arc;

use kx::change::edit::{Aim, Draft, Edition, Part, Review, Reviewed, Said, bare, edited, write};
use kx::change::{Change, Outcome, Proposal as _, Report, Target};
use kx::cluster::{
    Client, Env, Gate, Kubeconfig, Overrides, connect, discovery, review, write as cluster,
};
use kx::kinds::Catalog;
use kx::sheet::Facts;
use serde_json::{Value, json};

use crate::lab::Lab;
use crate::labs;
use crate::support::now;

struct Editor {
    lab: &'static Lab,
    client: Client,
    catalog: Arc<Catalog>,
    namespace: &'static str,
}

impl Editor {
    async fn new(namespace: &'static str) -> Self {
        let lab = labs::busy();
        let kubeconfig = Kubeconfig::load(Some(&lab.kubeconfig("admin")), &Env::process()).unwrap();
        let target = kubeconfig.target(None, &Overrides::default()).unwrap();
        let client = connect(&target, Gate::read_write()).await.unwrap();
        let catalog = Arc::new(discovery::discover(&client).await.unwrap().catalog);
        lab.create(&format!(
            "{{apiVersion: v1, kind: Namespace, metadata: {{name: {namespace}}}}}"
        ))
        .unwrap();
        Self { lab, client, catalog, namespace }
    }

    fn object(&self, what: &str) -> Value {
        let namespace = format!("-n={}", self.namespace);
        let args = [&*namespace, "get", "-o=json", "--show-managed-fields", what];
        serde_json::from_str(&self.lab.run(args)).unwrap()
    }

    /// A draft of these objects, and its text.
    fn draft(&self, aim: Aim, what: &[&str]) -> (Draft, String) {
        let part = |what: &&str| {
            let (plural, name) = what.split_once('/').unwrap();
            let resource = self.catalog.resolve(plural).unwrap();
            let (namespace, name) = (self.namespace.to_owned(), name.to_owned());
            let target = Target { resource, namespace, name, uid: None };
            Part { target, base: Arc::new(bare(&self.object(what))) }
        };
        let draft = Draft {
            name: "d".to_owned(),
            path: "/d.yaml".to_owned(),
            context: "lab".to_owned(),
            namespace: self.namespace.to_owned(),
            aim,
            parts: what.iter().map(part).collect(),
        };
        let text = write(&["a note".to_owned()], draft.parts.iter().map(|part| &*part.base));
        (draft, text)
    }

    async fn review(&self, draft: &Draft, text: &str) -> Vec<Review> {
        let mut reviews = Vec::new();
        for edited in edited(draft, text, &self.catalog).unwrap() {
            reviews.push(review::review(&self.client, draft.aim, edited).await.unwrap());
        }
        reviews
    }

    /// Agrees to what is shown, after choosing this where it is not the first.
    async fn agree(&self, draft: Draft, reviews: Vec<Review>, chosen: &str) -> Vec<Report> {
        let reviewed = Reviewed {
            draft: Arc::new(draft),
            text: String::new(),
            reviews: Ok(reviews),
            problems: Vec::new(),
        };
        let mut edition = Edition::new(reviewed);
        edition.answer(vec![chosen.to_owned()]);
        assert_eq!(edition.editing(), None, "{chosen}");
        let changes: Vec<Change> = {
            let nothing = HashMap::new();
            let facts = Facts::new(&nothing, &|_| None, &self.catalog, now());
            edition.changes(&facts).unwrap()
        };
        let mut reports = Vec::new();
        for change in changes {
            reports.push(cluster::carry_out(&self.client, change, |_, _, _| Ok(())).await);
        }
        reports
    }
}

/// An object without what tells twins apart and what the server counts; who manages which field is among the rest where it is asked for.
fn decided(object: &Value, name: &str, managers: bool) -> Value {
    let mut object: Value = object.to_string().replace(name, "NAME").parse().unwrap();
    object.as_object_mut().unwrap().remove("status");
    let meta = object["metadata"].as_object_mut().unwrap();
    for field in ["uid", "resourceVersion", "creationTimestamp"] {
        meta.remove(field);
    }
    if let Some(annotations) = meta.get_mut("annotations").and_then(Value::as_object_mut) {
        annotations.remove("deployment.kubernetes.io/revision");
    }
    let managed = meta.remove("managedFields");
    if managers {
        let mut managed = managed.unwrap();
        for entry in managed.as_array_mut().unwrap() {
            entry.as_object_mut().unwrap().remove("time");
        }
        object["managed"] = managed;
    }
    object
}

const WEB: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, namespace: NAMESPACE, labels: {app: NAME}}
spec:
  replicas: 0
  selector: {matchLabels: {app: NAME}}
  template: {metadata: {labels: {app: NAME}}, spec: {containers: [{name: a, image: 'b:1'}]}}
";

fn done(reports: &[Report]) {
    for report in reports {
        assert_eq!(report.outcome, Outcome::Done, "{}", report.words());
    }
}

#[tokio::test]
async fn an_edit_leaves_what_kubectl_edit_leaves() {
    let editor = Editor::new("edited").await;
    for name in ["kx-one", "kubectl-one"] {
        editor.lab.create(&WEB.replace("NAMESPACE", "edited").replace("NAME", name)).unwrap();
        let map = "{apiVersion: v1, kind: ConfigMap, metadata: {name: NAME, namespace: edited}, data: {a: x, mode: '0644', text: \"one\\n\\n# two\\n\"}}";
        editor.lab.create(&map.replace("NAME", name)).unwrap();
    }
    // Two objects in one text, as several marked rows are.
    let (draft, text) = editor.draft(Aim::Edit, &["deployments/kx-one", "configmaps/kx-one"]);
    let ours = text
        .replace("image: b:1", "image: b:2\n        args: [-v]")
        .replace("  a: x\n", "  b: z\n");
    let reviews = editor.review(&draft, &ours).await;
    assert_eq!(reviews.len(), 2);
    done(&editor.agree(draft, reviews, "").await);
    for (what, script) in [
        ("deployments/kubectl-one", "s/image: b:1/image: b:2\\n        args: [-v]/"),
        ("configmaps/kubectl-one", "s/^  a: x$/  b: z/"),
    ] {
        let mut kubectl = editor.lab.command(["-n=edited", "edit", what]);
        let output = kubectl.env("KUBE_EDITOR", format!("sed -i '{script}'")).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    for plural in ["deployments", "configmaps"] {
        let [ours, theirs] = ["kx-one", "kubectl-one"]
            .map(|name| decided(&editor.object(&format!("{plural}/{name}")), name, false));
        assert_eq!(ours, theirs, "{plural}");
    }
    // An unchanged text is nothing to send.
    let (draft, text) = editor.draft(Aim::Edit, &["deployments/kx-one"]);
    assert_eq!(edited(&draft, &text, &editor.catalog), Ok(Vec::new()));
}

#[tokio::test]
async fn what_others_change_meanwhile_stays_and_where_both_change_the_same_nothing_is_sent() {
    let editor = Editor::new("met").await;
    editor.lab.create(&WEB.replace("NAMESPACE", "met").replace("NAME", "web")).unwrap();
    let (draft, text) = editor.draft(Aim::Edit, &["deployments/web"]);
    editor.lab.run(["-n=met", "set", "env", "deployment/web", "BY=somebody"]);
    let reviews = editor.review(&draft, &text.replace("image: b:1", "image: b:2")).await;
    done(&editor.agree(draft.clone(), reviews, "").await);
    let container = &editor.object("deployments/web")["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(container["image"], "b:2");
    assert_eq!(container["env"], json!([{"name": "BY", "value": "somebody"}]));
    let reviews = editor.review(&draft, &text.replace("image: b:1", "image: b:3")).await;
    assert_eq!(reviews[0].said, Said::Met);
    assert!(reviews[0].conflicts[0].path.ends_with("containers[a].image"));
}

#[tokio::test]
async fn a_field_that_cannot_be_changed_is_named_and_the_object_made_anew() {
    let editor = Editor::new("anew").await;
    let map = "{apiVersion: v1, kind: ConfigMap, metadata: {name: fixed, namespace: anew}, immutable: true, data: {a: x}}";
    editor.lab.create(map).unwrap();
    let job = "{apiVersion: batch/v1, kind: Job, metadata: {name: work, namespace: anew}, spec: {suspend: true, template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'b:1'}]}}}}";
    editor.lab.create(job).unwrap();
    for (what, from, to, field) in [
        ("configmaps/fixed", "a: x", "a: z", "data"),
        ("jobs/work", "restartPolicy: Never", "restartPolicy: OnFailure", "spec.template.spec"),
    ] {
        let before = editor.object(what)["metadata"]["uid"].clone();
        let (draft, text) = editor.draft(Aim::Edit, &[what]);
        let reviews = editor.review(&draft, &text.replace(from, to)).await;
        match &reviews[0].said {
            Said::Refused(why, fields) => {
                assert!(why.contains("immutable"), "{why}");
                assert_eq!(fields, &[field]);
            }
            other => panic!("{other:?}"),
        }
        done(&editor.agree(draft, reviews, "delete and make anew").await);
        let after = editor.object(what);
        assert_ne!(after["metadata"]["uid"], before, "{what}");
        let text = write(&[], [&bare(&after)]);
        assert!(text.contains(to), "{text}");
    }
}

#[tokio::test]
async fn a_refusal_of_the_server_is_told_before_anything_is_sent() {
    let editor = Editor::new("refused").await;
    let quota = "{apiVersion: v1, kind: ResourceQuota, metadata: {name: few, namespace: refused}, spec: {hard: {count/secrets: '0'}}}";
    editor.lab.create(quota).unwrap();
    crate::support::wait_until("the quota counts", || {
        editor.object("resourcequotas/few")["status"]["hard"].is_object()
    });
    let text = "{apiVersion: v1, kind: Secret, metadata: {name: more}}";
    for aim in [Aim::Create, Aim::Apply] {
        let (draft, _) = editor.draft(aim, &[]);
        let reviews = editor.review(&draft, text).await;
        match &reviews[0].said {
            Said::Refused(why, _) => assert!(why.contains("exceeded quota: few"), "{why}"),
            other => panic!("{other:?}"),
        }
    }
    // What the server does not know is refused too.
    let (draft, _) = editor.draft(Aim::Create, &[]);
    let text = "{apiVersion: v1, kind: ConfigMap, metadata: {name: more}, dota: {a: b}}";
    match &editor.review(&draft, text).await[0].said {
        Said::Refused(why, _) => assert!(why.contains("dota"), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_is_applied_is_as_kubectl_applies_it_managers_and_all() {
    let editor = Editor::new("applied").await;
    let both = |name: &str, image: &str| {
        WEB.replace("NAMESPACE", "applied").replace("NAME", name).replace("b:1", image)
        + "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: NAME, namespace: applied}, data: {a: b}}".replace("NAME", name).as_str()
    };
    for image in ["b:1", "b:2"] {
        let (draft, _) = editor.draft(Aim::Apply, &[]);
        let reviews = editor.review(&draft, &both("kx-one", image)).await;
        assert_eq!(reviews.len(), 2);
        let reports = editor.agree(draft, reviews, "").await;
        assert_eq!(reports[0].outcome, Outcome::Done, "{}", reports[0].words());
        let apply = ["apply", "--server-side", "--field-manager=kx", "-f", "-"];
        editor.lab.pipe(apply, &both("kubectl-one", image)).unwrap();
        for plural in ["deployments", "configmaps"] {
            let [ours, theirs] = ["kx-one", "kubectl-one"].map(|name| {
                let mut object = decided(&editor.object(&format!("{plural}/{name}")), name, true);
                // The controller's own entries come when they come.
                object["managed"].as_array_mut().unwrap().retain(|m| m["manager"] == "kx");
                object["metadata"].as_object_mut().unwrap().remove("annotations");
                object
            });
            assert_eq!(ours, theirs, "{plural} {image}");
        }
    }
    // Somebody else owns the field by now: who is named, and it can be taken over.
    let by = ["apply", "--server-side", "--field-manager=other", "--force-conflicts", "-f", "-"];
    editor.lab.pipe(by, &both("kx-one", "b:3")).unwrap();
    let (draft, _) = editor.draft(Aim::Apply, &[]);
    let mut reviews = editor.review(&draft, &both("kx-one", "b:4")).await;
    reviews.truncate(1);
    match &reviews[0].said {
        Said::Owned(why, stored) => {
            assert!(why.contains("\"other\""), "{why}");
            assert_eq!(stored["spec"]["template"]["spec"]["containers"][0]["image"], "b:4");
        }
        other => panic!("{other:?}"),
    }
    done(&editor.agree(draft, reviews, "take the fields over").await);
    let object = editor.object("deployments/kx-one");
    assert_eq!(object["spec"]["template"]["spec"]["containers"][0]["image"], "b:4");
}

#[tokio::test]
async fn a_conflict_of_appliers_after_it_was_shown_is_told_whole_and_changes_nothing() {
    let editor = Editor::new("x-appliers").await;
    let map = |value: &str| {
        format!(
            "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: both, namespace: x-appliers}}, data: {{a: {value}, b: {value}}}}}"
        )
    };
    let (draft, _) = editor.draft(Aim::Apply, &[]);
    let reviews = editor.review(&draft, &map("ours")).await;
    assert!(matches!(reviews[0].said, Said::Stored(_)));
    // Between what was shown and the key that agrees, somebody else applies the same.
    let by = ["apply", "--server-side", "--field-manager=other", "-f", "-"];
    editor.lab.pipe(by, &map("theirs")).unwrap();
    let before = editor.object("configmaps/both");
    let reports = editor.agree(draft, reviews, "").await;
    // kubectl's own words for it, from the server.
    let again = ["apply", "--server-side", "--field-manager=kx", "-f", "-"];
    let theirs = editor.lab.pipe(again, &map("ours")).unwrap_err().to_string();
    let at = theirs.find("Apply failed with 2 conflicts: ");
    let theirs = &theirs[at.unwrap_or_else(|| panic!("{theirs}"))..];
    let whole: Vec<&str> = theirs.lines().take_while(|l| !l.starts_with("Please")).collect();
    match &reports[0].outcome {
        Outcome::Failed(why) => {
            for line in &whole {
                assert!(why.contains(line.trim()), "{line}: {why}");
            }
            assert!(
                why.contains("\"other\"") && why.contains(".data.a") && why.contains(".data.b"),
                "{why}"
            );
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(editor.object("configmaps/both"), before);
}

#[tokio::test]
async fn a_name_that_is_left_to_the_server_is_made_as_kubectl_makes_it() {
    let editor = Editor::new("x-generated").await;
    let text = "{apiVersion: v1, kind: ConfigMap, metadata: {generateName: report-, namespace: x-generated, labels: {a: b}}, data: {c: d}}";
    let (draft, _) = editor.draft(Aim::Create, &[]);
    let reviews = editor.review(&draft, &format!("{text}\n---\n{text}")).await;
    let names: Vec<String> =
        reviews.iter().map(|review| review.edited.target.name.clone()).collect();
    done(&editor.agree(draft, reviews, "").await);
    editor.lab.pipe(["create", "-f", "-"], text).unwrap();
    let made = editor.lab.run(["get", "-n=x-generated", "-o=name", "configmaps", "-l=a=b"]);
    let made = made.lines().filter_map(|line| line.strip_prefix("configmap/"));
    let theirs: Vec<&str> = made.filter(|made| !names.iter().any(|own| own == made)).collect();
    let [theirs] = theirs.as_slice() else { panic!("{theirs:?}") };
    let named = |name: &str| {
        let object = decided(&editor.object(&format!("configmaps/{name}")), name, false);
        assert_eq!(object["metadata"]["generateName"], "report-");
        (object, name.len())
    };
    assert_ne!(names[0], names[1]);
    for name in &names {
        assert_eq!(named(name), named(theirs));
    }
    // To apply, nobody can: kubectl refuses it too.
    let (draft, _) = editor.draft(Aim::Apply, &[]);
    let why = edited(&draft, text, &editor.catalog).unwrap_err().why;
    assert!(why.contains("has no metadata.name") && why.contains(":create makes one"), "{why}");
    assert!(editor.lab.pipe(["apply", "-f", "-"], text).is_err());
}
