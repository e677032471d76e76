//! Edits on their way to a server: what is asked before anything is sent, and what a server says to it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use kx::change::edit::{self, Aim, Draft, Edited, Edition, Mistake, Review, Reviewed, Said};
use kx::change::{Change, Outcome, Proposal, Target};
use kx::cluster::{Client, review, write};
use kx::kinds::{Catalog, Resource};
use kx::sheet::{Facts, Subject};
use serde_json::{Value, json};

use crate::script::{Reply, Server};

fn target() -> Target {
    Target {
        resource: Catalog::default().resolve("deployments").unwrap(),
        namespace: "shop".to_owned(),
        name: "web".to_owned(),
        uid: None,
    }
}

fn web(version: u64, replicas: u64, image: &str) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop", "uid": "u", "resourceVersion": version.to_string()},
        "spec": {"replicas": replicas, "template": {"spec": {"containers": [{"name": "a", "image": image}]}}},
    })
}

/// The first version was edited: another image.
fn edited() -> Edited {
    Edited {
        target: target(),
        base: Arc::new(web(1, 3, "b:1")),
        ours: Arc::new(web(1, 3, "b:2")),
        needs: Vec::new(),
    }
}

fn draft_to(aim: Aim) -> Draft {
    let text = |of: &str| of.to_owned();
    Draft {
        name: text("d"),
        path: text("/d.yaml"),
        context: text("lab"),
        namespace: text("shop"),
        aim,
        parts: Vec::new(),
    }
}

fn edition(review: Review) -> Edition {
    let draft = Arc::new(draft_to(Aim::Edit));
    Edition::new(Reviewed {
        draft,
        text: String::new(),
        reviews: Ok(vec![review]),
        problems: Vec::new(),
    })
}

fn facts<T>(then: impl FnOnce(&Facts<'_>) -> T) -> T {
    let (answers, catalog) = (HashMap::new(), Catalog::default());
    then(&Facts::new(&answers, &|_| None, &catalog, 0))
}

fn shown(edition: &Edition) -> String {
    facts(|facts| edition.sheet(facts)).text()
}

async fn agree(client: &Client, edition: &Edition) -> Outcome {
    let change: Change = facts(|facts| edition.changes(facts)).unwrap().remove(0);
    write::carry_out(client, change, |_, _, _| Ok(())).await.outcome
}

#[tokio::test]
async fn what_the_server_would_store_is_asked_strictly_and_nothing_is_changed_by_that() {
    let server = Server::start(|asked| match asked.method.as_str() {
        "GET" => Reply::json(&web(7, 4, "b:1")),
        _ => {
            let mut stored = web(7, 4, "b:2");
            stored["spec"]["paused"] = json!(true);
            Reply::json(&stored)
        }
    })
    .await;
    let review = review::review(&server.writer, Aim::Edit, edited()).await.unwrap();
    let put = server.asked().into_iter().find(|asked| asked.method == "PUT").unwrap();
    assert_eq!((put.get("dryRun"), put.get("fieldValidation")), ("All", "Strict"));
    assert_eq!(put.get("fieldManager"), "kx");
    // What others changed meanwhile stays, and is sent with the version in which it was read.
    assert_eq!(review.wanted["spec"]["replicas"], 4);
    assert_eq!(review.wanted["metadata"]["resourceVersion"], "7");
    let edition = edition(review);
    let text = shown(&edition);
    assert!(text.contains("-       - image: b:1\n+       - image: b:2"), "{text}");
    assert!(text.contains("+   paused: true"), "what a webhook adds: {text}");
    assert!(!text.contains("replicas: 3"), "{text}");
}

#[tokio::test]
async fn a_cut_connection_is_found_out_about() {
    for (stored, done) in [("b:2", true), ("b:1", false)] {
        let sent = Arc::new(Mutex::new(0));
        let count = Arc::clone(&sent);
        let server = Server::start(move |asked| match asked.method.as_str() {
            "GET" if *count.lock().unwrap() == 0 => Reply::json(&web(1, 3, "b:1")),
            "GET" => Reply::json(&web(2, 3, stored)),
            _ if asked.get("dryRun") == "All" => Reply::json(&web(1, 3, "b:2")),
            _ => {
                *count.lock().unwrap() += 1;
                Reply::json(&web(2, 3, "b:2")).cut(10)
            }
        })
        .await;
        let review = review::review(&server.writer, Aim::Edit, edited()).await.unwrap();
        let outcome = agree(&server.writer, &edition(review)).await;
        assert_eq!(*sent.lock().unwrap(), 1);
        match outcome {
            Outcome::Done => assert!(done),
            Outcome::Failed(why) => assert!(!done && why.contains("did not take it"), "{why}"),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn where_both_changed_the_same_nothing_is_asked_and_both_are_shown() {
    let server = Server::start(|_| Reply::json(&web(7, 3, "b:9"))).await;
    let review = review::review(&server.writer, Aim::Edit, edited()).await.unwrap();
    assert_eq!(review.said, Said::Met);
    assert!(server.asked().iter().all(|asked| asked.method == "GET"));
    let edition = edition(review);
    let text = shown(&edition);
    let path = "spec.template.spec.containers[a].image  yours \"b:2\"  theirs \"b:9\"";
    assert!(text.contains(path), "{text}");
    assert_eq!(edition.verb(), "edit on");
    let Some(kx::change::edit::Editing::On(draft, text)) = edition.editing() else { panic!() };
    assert!(text.contains("# kx:   - image: b:9\n      - image: b:2\n"), "{text}");
    // From here on, what is there now is what was edited.
    assert_eq!(draft.parts[0].base["spec"]["template"]["spec"]["containers"][0]["image"], "b:9");
}

#[tokio::test]
async fn what_changes_after_it_was_shown_is_merged_or_refused_and_never_lost() {
    for (now, met) in [(web(8, 9, "b:1"), false), (web(8, 3, "b:9"), true)] {
        let later = now.clone();
        let server = Server::start(move |asked| match (asked.method.as_str(), asked.before) {
            ("GET", 0) => Reply::json(&web(7, 3, "b:1")),
            ("GET", _) => Reply::json(&later),
            _ => Reply::json(&web(7, 3, "b:2")),
        })
        .await;
        let review = review::review(&server.writer, Aim::Edit, edited()).await.unwrap();
        match agree(&server.writer, &edition(review)).await {
            Outcome::Done => assert!(!met),
            Outcome::Failed(why) => {
                assert!(met && why.contains("containers[a].image"), "{why}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn refusals_are_told_whole_and_a_webhook_that_knows_no_dry_run_is_no_dead_end() {
    let refuse = |code: u16, reason: &'static str, words: &'static str| {
        Server::start(move |asked| match asked.method.as_str() {
            "GET" => Reply::json(&web(1, 3, "b:1")),
            _ => Reply::status(code, reason, words),
        })
    };
    let words = "admission webhook \"policy.example.org\" denied the request: no b:2";
    let server = refuse(403, "Forbidden", words).await;
    let review = review::review(&server.writer, Aim::Edit, edited()).await.unwrap();
    let edition_of = edition(review);
    assert!(shown(&edition_of).replace("\n  ", " ").contains(words), "{}", shown(&edition_of));
    assert_eq!(edition_of.verb(), "edit on");

    let words = "admission webhook \"w.example.org\" does not support dry run";
    let server = refuse(400, "BadRequest", words).await;
    let review = review::review(&server.writer, Aim::Edit, edited()).await.unwrap();
    assert!(matches!(&review.said, Said::Unsaid(why) if why == words), "{:?}", review.said);
    let mut edition = edition(review);
    edition.answer(vec!["send it unseen".to_owned()]);
    assert_eq!(edition.editing(), None);
    assert_eq!(facts(|facts| edition.changes(facts)).unwrap().len(), 1);
}

/// What every cluster serves, definitions among it.
fn catalog() -> Catalog {
    let definitions = Resource {
        group: "apiextensions.k8s.io".to_owned(),
        version: "v1".to_owned(),
        plural: "customresourcedefinitions".to_owned(),
        singular: "customresourcedefinition".to_owned(),
        kind: "CustomResourceDefinition".to_owned(),
        ..Resource::default()
    };
    let usual = Catalog::default();
    Catalog::new(
        usual
            .iter()
            .map(|resource| Resource::clone(resource))
            .chain([definitions])
            .collect::<Vec<_>>(),
    )
}

/// What this text makes is held against a server that has nothing yet but what `there` says.
async fn reviewed(text: &str, there: &'static [&'static str]) -> (Vec<Review>, Vec<String>) {
    let server = Server::start(move |asked| {
        let is_there = there.iter().any(|path| asked.path == *path);
        match asked.method.as_str() {
            "GET" if is_there => {
                Reply::json(&json!({"kind": "Namespace", "metadata": {"uid": "n"}}))
            }
            "GET" => Reply::status(404, "NotFound", "not found"),
            _ if asked.path.contains("configmaps/bad") => {
                Reply::status(400, "BadRequest", "strict decoding error: unknown field \"dota\"")
            }
            _ => Reply::json(
                &json!({"kind": "x", "metadata": {"name": "x"}, "data": {"a": "stored"}}),
            ),
        }
    })
    .await;
    let draft = draft_to(Aim::Apply);
    let mut reviews = Vec::new();
    for edited in edit::edited(&draft, text, &catalog()).unwrap() {
        reviews.push(review::review(&server.writer, Aim::Apply, edited).await.unwrap());
    }
    let asked = server.asked().into_iter().filter(|asked| asked.method == "PATCH");
    (reviews, asked.map(|asked| asked.path).collect())
}

const OWN: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: new}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: one, namespace: new}
data: {a: b}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: two}
data: {a: b}
";

#[tokio::test]
async fn what_an_earlier_document_makes_room_for_is_not_asked_about_and_sent_after_it() {
    let (reviews, asked) = reviewed(OWN, &[]).await;
    let paths = ["/api/v1/namespaces/new", "/api/v1/namespaces/shop/configmaps/two"];
    assert_eq!(asked, paths, "the server cannot know of the other");
    let edition = Edition::new(Reviewed {
        draft: Arc::new(draft_to(Aim::Apply)),
        text: String::new(),
        reviews: Ok(reviews),
        problems: vec![Mistake { line: Some(9), why: "there is no field dota".to_owned() }],
    });
    let text = shown(&edition);
    let words = "the server cannot say what it would store before namespace/new is there, which";
    assert!(text.contains(words), "{text}");
    assert!(text.contains("line 9: there is no field dota"), "{text}");
    assert!(text.contains("+ data:\n+   a: b"), "it is shown as it would be sent: {text}");
    // One key sends all of it, each after what it needs.
    assert_eq!(edition.verb(), "apply");
    let changes = facts(|facts| edition.changes(facts)).unwrap();
    let after: Vec<Vec<String>> =
        changes.iter().map(|c| c.deed.after().iter().map(Target::short).collect()).collect();
    assert_eq!(after, [vec![], vec!["namespace/new".to_owned()], vec![]]);

    // Where the namespace is there already, everything is asked about.
    let (reviews, asked) = reviewed(OWN, &["/api/v1/namespaces/new"]).await;
    assert_eq!(asked.len(), 3);
    assert!(reviews.iter().all(|review| matches!(review.said, Said::Stored(_))));
}

const BAD: &str = "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.org}
spec:
  group: example.org
  scope: Cluster
  names: {kind: Widget, plural: widgets, singular: widget}
  versions: [{name: v1, served: true, storage: true}, {name: v0, served: false, storage: false}]
---
apiVersion: example.org/v1
kind: Widget
metadata: {name: one}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: bad}
";

#[tokio::test]
async fn a_kind_of_the_same_text_is_known_and_what_is_refused_holds_everything_up() {
    let (reviews, _) = reviewed(BAD, &[]).await;
    let widget = &reviews[1].edited.target;
    assert_eq!(widget.path(""), "/apis/example.org/v1/widgets/one");
    assert!(matches!(&reviews[1].said, Said::Later(needed, None) if needed.len() == 1));
    assert!(matches!(&reviews[2].said, Said::Refused(why, _) if why.contains("dota")));
    let mut edition = Edition::new(Reviewed {
        draft: Arc::new(draft_to(Aim::Apply)),
        text: String::new(),
        reviews: Ok(reviews),
        problems: Vec::new(),
    });
    assert_eq!(edition.verb(), "edit on");
    edition.answer(vec!["send the others".to_owned()]);
    assert_eq!(facts(|facts| edition.changes(facts)).unwrap().len(), 1, "what was seen, alone");
    // A version that is not served is not known.
    let unserved = BAD.replace("example.org/v1\n", "example.org/v0\n");
    let mistake = edit::edited(&draft_to(Aim::Apply), &unserved, &catalog()).unwrap_err();
    assert!(mistake.words().contains("serves no Widget of example.org/v0"), "{mistake:?}");
}
