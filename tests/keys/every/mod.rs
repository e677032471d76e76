//! Every action and every command, asked for on a screen that refuses nothing: whatever it asks of the cluster then is sent through a gate that lets only
//! reads pass, and through one that is open. Behind the first nothing but reads arrives, and kx says why; through the second it does arrive, so
//! that each was really tried.

mod cluster;
mod send;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use kx::app::{Action, Begin, COMMANDS, EditNews, Effect, FilesNews, Layer, Msg, SessionNews};
use kx::change::edit::{Aim, Draft, Edited, Part, Review, Reviewed, Said, bare, edited, write};
use kx::change::{Outcome, Report, Turn};
use kx::files::Entry;
use serde_json::Value;

use crate::script::{Asked, Reply, Server};
use crate::support::World;
use send::{Act, acts};

/// Longer than anything takes that ever comes.
const PATIENCE: Duration = Duration::from_mins(2);

/// Pages, by the lines that lead there.
const DEPLOYMENT: &[&str] = &["deploy shop /^web"];
const POD: &[&str] = &["pods shop"];
const NODE: &[&str] = &["nodes /^n1"];
const RELEASE: &[&str] = &["helm"];
const MAP: &[&str] = &["cm shop /^settings"];
const FILES: &[&str] = &["pods shop", "files"];

/// Does what a line says.
fn line(world: &mut World, line: &str) {
    world.press(":");
    world.tell(Msg::Paste(line.to_owned()));
    world.press("enter");
}

/// Goes to a page; what leads there is tried by itself.
fn go(world: &mut World, page: &[&str]) {
    for to in page {
        line(world, to);
        outside(world);
    }
}

/// Where an action that writes is tried, and what is typed once it was asked for: everywhere that it takes another way.
fn tried(action: Action) -> &'static [(&'static [&'static str], &'static str)] {
    match action.name() {
        "scale" => &[(DEPLOYMENT, r#""7" enter"#)],
        "scale-up" | "scale-down" => &[(DEPLOYMENT, "")],
        "restart" | "pause" => &[(DEPLOYMENT, "enter")],
        "resume" => &[(&["deploy shop /^held"], "enter")],
        "rollback" | "rollback-previous" => &[(DEPLOYMENT, "enter"), (RELEASE, "enter")],
        "set-image" => &[(DEPLOYMENT, r#""a:9" enter"#)],
        "label" | "annotate" => &[(DEPLOYMENT, r#""a=b" enter"#)],
        "cordon" => &[(NODE, "enter")],
        "uncordon" => &[(&["nodes /^off"], "enter")],
        "drain" => &[(NODE, "enter")],
        "taint" => &[(NODE, r#""a=b:NoSchedule" enter"#)],
        "trigger" | "suspend-work" => &[(&["cronjobs shop /^web"], "enter")],
        "resume-work" => &[(&["cronjobs shop /^held"], "enter")],
        "rerun" => &[(&["jobs shop"], r#""again" enter"#)],
        "set-bounds" => &[(&["horizontalpodautoscalers shop"], r#""2" tab "6" enter"#)],
        "expand" => &[(&["persistentvolumeclaims shop"], r#""5Gi" enter"#)],
        "edit-key" => &[(MAP, r#"tab tab "new" enter"#)],
        "duplicate" => &[(MAP, r#""copy" enter"#)],
        "evict" => &[(POD, "enter")],
        "approve" | "deny" => &[(&["certificatesigningrequests"], "enter")],
        "make-default" => &[(&["storageclasses"], "enter")],
        "debug" => &[(POD, "enter"), (NODE, "enter")],
        "debug-copy" => &[(POD, "enter")],
        "resize" => &[(POD, r#""10m" enter"#)],
        "remove-finalizer" => &[(&["cm shop /^held"], r#"tab "held" enter"#)],
        "delete" => &[(POD, "enter"), (RELEASE, r#"tab tab tab "web" enter"#)],
        "edit" | "edit-here" => &[(MAP, "")],
        // What is done before it stands in `before`.
        "undo" => &[(DEPLOYMENT, "enter"), (MAP, "enter")],
        "shell" | "attach" | "shell-in-pane" | "attach-in-pane" => &[(POD, "")],
        "files" => &[(POD, "")],
        "download" => &[(FILES, "enter")],
        "upload" => &[(FILES, concat!("\"", env!("CARGO_MANIFEST_DIR"), "/Cargo.toml\" enter"))],
        "port-forward" => &[(POD, "enter")],
        other => panic!("{other} writes: say here where it is tried, and what is typed then"),
    }
}

/// What is typed for a command that writes; `None` for one that only shows something, or has to do with kx itself. Those that are actions too are tried as such.
fn typed(command: &str) -> Option<&'static str> {
    match command {
        "apply" => Some("apply clipboard"),
        "create" => Some("create clipboard"),
        "edit-draft" => Some("edit-draft text-1"),
        "files" => Some("files /etc"),
        "exec" => Some("exec ls -l"),
        "port-forward" => Some("port-forward 8080:80"),
        "ctx" | "ns" | "map" | "broken" | "cluster" | "raw" | "access" | "who-can" | "can-i"
        | "events-grouped" | "theme" | "keymap" | "help" | "q" | "drafts" | "journal" | "runs"
        | "jq" | "forwards" | "describe" | "yaml" | "rollout" | "finalizers" | "helm-status"
        | "helm-history" | "helm-values" | "helm-all-values" | "helm-notes" | "helm-manifest"
        | "helm-diff" => None,
        other => panic!("does :{other} write? Say here what is typed for it"),
    }
}

/// Plays the outside for what follows from keys: the pod that is looked for is found, the text that is edited is changed, the folder that is read has a
/// file. What acts on the cluster is kept for the test.
fn outside(world: &mut World) -> Vec<Act> {
    let mut kept = Vec::new();
    for _ in 0..20 {
        let effects = world.asked();
        if effects.is_empty() {
            break;
        }
        for effect in effects {
            let told = match &effect {
                Effect::FindPod { id, .. } => {
                    let pod = cluster::answer("/api/v1/namespaces/shop/pods/web").unwrap();
                    vec![Msg::Session(*id, SessionNews::Pod(Arc::new(pod)))]
                }
                Effect::ListFiles { id, .. } => {
                    let file = Entry { name: b"hosts".to_vec(), size: Some(3), ..Entry::default() };
                    let news = FilesNews::Listed { entries: vec![file], more: false };
                    vec![Msg::Files(*id, news)]
                }
                Effect::BeginEdit { id, begin, namespace, .. } => {
                    let (draft, text) = begun(begin, namespace);
                    let (draft, edited) = (Arc::new(draft), changed(&text));
                    // As if the editor were closed at once.
                    vec![Msg::Edit(
                        *id,
                        EditNews::Ready { draft, open: false, fresh: true, text: edited },
                    )]
                }
                Effect::OpenDraft { id, draft, catalog, .. } => {
                    let (_, text) = text_of(draft);
                    let all = edited(draft, &changed(&text), catalog).unwrap();
                    kept.extend(
                        all.iter().map(|one| Act::Review(draft.aim, Box::new(one.clone()))),
                    );
                    let reviewed = reviewed(draft, &text, all);
                    vec![Msg::Edit(*id, EditNews::Reviewed(Box::new(reviewed)))]
                }
                _ => Vec::new(),
            };
            let agrees = matches!(effect, Effect::OpenDraft { .. });
            kept.extend(acts(effect));
            for msg in told {
                world.tell(msg);
            }
            if agrees {
                world.press("enter");
            }
        }
    }
    kept
}

const COPIED: &str =
    "{apiVersion: v1, kind: ConfigMap, metadata: {name: copied}, data: {mode: old}}\n";

/// What an edit begins with.
fn begun(begin: &Begin, namespace: &str) -> (Draft, String) {
    let (aim, parts) = match begin {
        Begin::Objects { targets, .. } => {
            let part = |target: &kx::change::Target| {
                let object = cluster::answer(&target.path("")).unwrap();
                Part { target: target.clone(), base: Arc::new(bare(&object)) }
            };
            (Aim::Edit, targets.iter().map(part).collect())
        }
        Begin::Text { aim, .. } => (*aim, Vec::new()),
        Begin::Draft(_) => (Aim::Apply, Vec::new()),
    };
    let draft = Draft {
        name: "text-1".to_owned(),
        path: "/drafts/text-1.yaml".to_owned(),
        context: "lab".to_owned(),
        namespace: namespace.to_owned(),
        aim,
        parts,
    };
    text_of(&draft)
}

fn text_of(draft: &Draft) -> (Draft, String) {
    let text = if draft.parts.is_empty() {
        COPIED.to_owned()
    } else {
        write(&[], draft.parts.iter().map(|part| &*part.base))
    };
    (draft.clone(), text)
}

/// What the person makes of it.
fn changed(text: &str) -> String {
    text.replace("mode: old", "mode: new")
}

fn reviewed(draft: &Arc<Draft>, text: &str, all: Vec<Edited>) -> Reviewed {
    let review = |edited: Edited| {
        let there = cluster::answer(&edited.target.path("")).unwrap_or(Value::Null);
        let review = match draft.aim {
            Aim::Edit => Review::of_edit(edited, there),
            Aim::Apply | Aim::Create => Review::of_text(edited, there),
        };
        let stored = Arc::clone(&review.wanted);
        review.said(Said::Stored(stored))
    };
    let reviews = Ok(all.into_iter().map(review).collect());
    Reviewed { draft: Arc::clone(draft), text: changed(text), reviews, problems: Vec::new() }
}

/// What is done, and done with success, before something is taken back.
fn before(world: &mut World, page: &[&str]) {
    if page == MAP {
        line(world, "label");
        world.press(r#""a=b" enter"#);
    } else {
        line(world, "scale-up");
    }
    let effects = world.asked();
    let (id, change) = effects
        .into_iter()
        .find_map(|effect| match effect {
            Effect::Change { id, mut changes, .. } => Some((id, changes.remove(0))),
            _ => None,
        })
        .unwrap();
    let after = cluster::answer(&change.target.path(change.deed.reads())).unwrap();
    let call = change.deed.call(&change.target, &after).unwrap().unwrap();
    // What is there now is what it left.
    let mut before = after.clone();
    if page == MAP {
        before["metadata"]["labels"]["a"] = Value::from("x");
    } else {
        before["spec"]["replicas"] = Value::from(2);
    }
    let report = Report {
        change,
        id: "1-1-0-0".to_owned(),
        outcome: Outcome::Done,
        method: Some(call.method),
        before: Some(Arc::new(before)),
        after: Some(Arc::new(after)),
        note: None,
    };
    world.tell(Msg::Changed(id, 0, Box::new(report)));
    world.asked();
}

/// What an action does where it is asked for by its name.
fn asked(action: Action, page: &[&str], keys: &str) -> (Vec<Act>, World) {
    let mut world = cluster::world();
    go(&mut world, page);
    if action == Action::Undo {
        before(&mut world, page);
    }
    line(&mut world, action.name());
    let mut all = outside(&mut world);
    if !keys.is_empty() && !matches!(world.app.layer(), Layer::Browse) {
        world.press(keys);
    }
    all.extend(outside(&mut world));
    (all, world)
}

/// A server of that cluster, which writes down what it is asked, and takes whatever is sent.
async fn server() -> Server {
    Server::start(|asked| {
        if asked.method == "GET" {
            return match cluster::answer(&asked.path) {
                Some(object) => Reply::json(&object),
                None => Reply::status(404, "NotFound", "there is none"),
            };
        }
        Reply::status(500, "InternalError", "it was taken, and is not done")
    })
    .await
}

/// Whether a request is a read, as an auditor reads a log: told without kx's own words for it.
fn is_read(asked: &Asked) -> bool {
    let last = asked.path.rsplit('/').next().unwrap_or_default();
    let connects = ["exec", "attach", "portforward", "proxy"].contains(&last);
    asked.method == "GET" && !connects
}

/// Sends what was asked for through both gates.
async fn prove(name: &str, all: Vec<Act>) {
    assert!(
        !all.is_empty(),
        "{name} asks nothing of the cluster: is it tried where it does something?"
    );
    for (at, act) in all.into_iter().enumerate() {
        let words = format!("{name}: {}", act.words());
        let server = server().await;
        let closed = tokio::time::timeout(PATIENCE, act.clone().send(&server.client)).await;
        let why = closed.unwrap_or_else(|_| panic!("{words}: it never ends")).expect_err(&words);
        // A step of many finds nothing to do where those before it were refused.
        let step =
            matches!(&act, Act::Change(change) if at > 0 && change.deed.turn() != Turn::Free);
        let idle = step && why.contains("is not there");
        assert!(idle || why.contains("read-only: "), "{words}: {why}");
        let odd: Vec<Asked> = server.asked().into_iter().filter(|asked| !is_read(asked)).collect();
        assert!(odd.is_empty(), "{words}: {odd:?}");
        if idle {
            continue;
        }
        // Where the gate is open it arrives.
        let client = server.writer.clone();
        let sent = tokio::spawn(async move { act.send(&client).await });
        let arrives = async {
            while server.asked().iter().all(is_read) {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        let arrived = tokio::time::timeout(PATIENCE, arrives).await;
        assert!(arrived.is_ok(), "{words}: it never arrives, even where it may");
        sent.abort();
    }
}

#[tokio::test]
async fn no_action_that_writes_passes_a_read_only_gate() {
    let mut count = 0;
    let mut said: HashMap<&str, usize> = HashMap::new();
    for &action in Action::ALL.iter().filter(|action| action.info().writes) {
        for (page, keys) in tried(action) {
            let (all, world) = asked(action, page, keys);
            assert!(
                !all.is_empty(),
                "{action} on {page:?}: {} {:?}",
                world.said(),
                world.app.form().map(|f| (f.title(), f.complaint.clone(), f.page.sheet().text()))
            );
            count += all.len();
            *said.entry(action.name()).or_default() += all.len();
            prove(action.name(), all).await;
        }
    }
    // One of each, and of what takes several steps each of them.
    let writes = Action::ALL.iter().filter(|action| action.info().writes).count();
    assert!(said.len() == writes && count > writes, "{said:?}");
}

#[tokio::test]
async fn no_command_that_writes_passes_a_read_only_gate() {
    for command in COMMANDS {
        let Some(typed) = typed(command.names[0]) else { continue };
        let mut world = cluster::world();
        go(&mut world, POD);
        line(&mut world, typed);
        let all = outside(&mut world);
        assert!(!all.is_empty(), ":{typed}: {}", world.said());
        prove(typed, all).await;
    }
}

/// Pages of each sort.
const PAGES: [&[&str]; 7] = [
    DEPLOYMENT,
    POD,
    &["deploy shop /^web", "yaml"],
    &["deploy shop /^web", "describe"],
    &["map"],
    RELEASE,
    FILES,
];

/// What a line asks of the cluster on a page, beside reads.
fn beside_reads(page: &[&str], command: &str) -> Vec<String> {
    let mut world = cluster::world();
    go(&mut world, page);
    line(&mut world, command);
    let all = world.asked().into_iter().flat_map(acts);
    // Reading a folder or a file runs a command in the container: their page is only reached by what writes.
    let reads = |act: &Act| page == FILES && matches!(act, Act::List(..) | Act::Read(..));
    all.filter(|act| !reads(act)).map(|act| act.words()).collect()
}

#[test]
fn nothing_else_asks_anything_of_the_cluster_but_reads() {
    for page in PAGES {
        let mut world = cluster::world();
        go(&mut world, page);
        let layer = world.app.layer();
        let reads = |action: &&Action| !action.info().writes && action.is_in(layer);
        for action in Action::ALL.iter().filter(reads) {
            let odd = beside_reads(page, action.name());
            assert!(odd.is_empty(), "{action} on {page:?}: {odd:?}");
        }
    }
    for command in COMMANDS.iter().filter(|command| typed(command.names[0]).is_none()) {
        let odd = beside_reads(DEPLOYMENT, command.names[0]);
        assert!(odd.is_empty(), ":{}: {odd:?}", command.names[0]);
    }
}

#[tokio::test]
async fn no_change_of_the_journal_is_taken_back_through_a_read_only_gate() {
    let mut world = cluster::world();
    go(&mut world, DEPLOYMENT);
    let mut lines = crate::journal::lines("1-1-0-0", "lab", "");
    for (line, field, replicas) in [(0, "before", 9), (1, "after", 3)] {
        let scale = &mut lines[line][field];
        scale["metadata"]["uid"] = Value::from("shop/web");
        scale["spec"]["replicas"] = Value::from(replicas);
    }
    crate::journal::journal(&mut world, &lines);
    crate::journal::undo(&mut world, &lines);
    world.press("enter");
    prove("undo of the journal", outside(&mut world)).await;
}
