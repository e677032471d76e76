//! A file that makes its own namespace and its own kind, applied from kx's command line as a person does it, and compared with kubectl's twin.

use serde_json::Value;

use crate::labs;
use crate::pty::Terminal;

const ALL: &str = include_str!("../fixtures/applied.yaml");

#[test]
fn a_file_with_its_own_namespace_and_kind_is_shown_and_applied_by_one_key() {
    let lab = labs::busy();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("all.yaml");
    std::fs::write(&file, ALL.replace("NAME", "ours")).unwrap();
    let mut kx = Terminal::start(&lab.kubeconfig("admin"), &["ns"], 110, 180);
    kx.until("the namespaces", |s| s.contains("kube-system") && s.contains("live"));
    kx.keys(&format!(":apply {}\r", file.display()));
    kx.until("what the server says of each", |s| {
        s.contains("Apply 4 objects") && s.matches("The server would make this:").count() == 2
    });
    for first in [
        "before namespace/x-applied-ours and customresourcedefinition/widgets.ours.example.org",
        "before namespace/x-applied-ours is",
    ] {
        kx.until("why the others cannot be asked about", |s| {
            s.split_whitespace().collect::<Vec<_>>().join(" ").contains(first)
        });
    }
    let there = |namespace: &str| {
        let found = lab.run(["get", "namespace", "--ignore-not-found", "-o=name", namespace]);
        !found.trim().is_empty()
    };
    assert!(!there("x-applied-ours"), "nothing was sent yet");
    kx.keys("\r");
    kx.shows("all 4 done");

    // kubectl knows the new kind only when it is asked once more.
    let theirs = ALL.replace("NAME", "theirs");
    let apply = ["apply", "--server-side", "--field-manager=kx", "-f", "-"];
    let definition = theirs.split("---").take(2).collect::<Vec<_>>().join("---");
    lab.pipe(apply, &definition).unwrap();
    let wait = "--for=condition=Established";
    lab.run(["wait", wait, "customresourcedefinition/widgets.theirs.example.org"]);
    lab.pipe(apply, &theirs).unwrap();
    let object = |name: &str, what: &str| {
        let namespace = format!("-n=x-applied-{name}");
        let what = what.replace("NAME", name);
        let args = [&*namespace, "get", "-o=json", "--show-managed-fields", &*what];
        decided(&lab.run(args).replace(name, "NAME"))
    };
    for what in [
        "namespace/x-applied-NAME",
        "customresourcedefinition/widgets.NAME.example.org",
        "widgets.NAME.example.org/one",
        "configmap/two",
    ] {
        assert_eq!(object("ours", what), object("theirs", what), "{what}");
    }
    kx.keys("\x1b[27u:q\r");
    assert!(kx.ended().success());
    for name in ["ours", "theirs"] {
        lab.run(["delete", "--wait=false", "namespace", &format!("x-applied-{name}")]);
        let definition = format!("widgets.{name}.example.org");
        lab.run(["delete", "--wait=false", "customresourcedefinition", &definition]);
    }
}

/// An object without what the server counts and sets by itself.
fn decided(text: &str) -> Value {
    let mut object: Value = serde_json::from_str(text).unwrap();
    object.as_object_mut().unwrap().remove("status");
    let meta = object["metadata"].as_object_mut().unwrap();
    for field in ["uid", "resourceVersion", "creationTimestamp"] {
        meta.remove(field);
    }
    // Others write into them as well, a namespace's controller for one.
    let managed = meta.remove("managedFields").unwrap_or_default();
    let own = |entry: &&Value| entry["manager"] == "kx";
    let mut managed: Vec<Value> =
        managed.as_array().into_iter().flatten().filter(own).cloned().collect();
    for entry in &mut managed {
        entry.as_object_mut().unwrap().remove("time");
    }
    meta.insert("managedFields".to_owned(), managed.into());
    object
}
