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

/// Without a desktop kx knows what it gave the terminal's clipboard itself, and says so.
#[test]
fn what_was_copied_in_kx_is_created_and_applied_from_the_clipboard() {
    let lab = labs::busy();
    lab.create("{apiVersion: v1, kind: Namespace, metadata: {name: x-clipboard}}").unwrap();
    let arguments = ["cm", "-n", "x-clipboard"];
    let mut kx = Terminal::start(&lab.kubeconfig("admin"), &arguments, 40, 160);
    kx.until("the config maps", |s| s.contains("kube-root-ca.crt"));
    // Nothing was copied yet: that is said, and what can be done.
    kx.keys(":apply clipboard\r");
    kx.until("why not", |s| {
        s.contains("nothing was copied in kx yet") && s.contains("paste into the editor")
    });
    let data = |name: &str| {
        let path = "-o=jsonpath={.data.mode}";
        lab.run(["get", "-n=x-clipboard", "cm", name, "--ignore-not-found", path])
    };
    for (verb, mode) in [("create", "one"), ("apply", "two")] {
        let text = format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {verb}d\ndata:\n  mode: {mode}\n"
        );
        // An empty text in kx's own editor: all of it becomes what is pasted, and that is copied (ctrl-a ctrl-c) and left.
        kx.keys(&format!(":{verb}\r"));
        kx.until("an empty text", |s| s.contains("What stands here is to be"));
        kx.keys(&format!("\x01\x1b[200~{text}\x1b[201~"));
        kx.until("what was pasted", |s| {
            s.contains(&format!("mode: {mode}")) && !s.contains("What stands here")
        });
        // Escape lets go of what is selected first.
        kx.keys("\x01\x03\x1b[27u\x1b[27u");
        kx.shows("the text was changed, and is not sent");
        kx.keys("\x1b[C\r");
        kx.until("the config maps again", |s| s.contains("kube-root-ca.crt") && s.contains("AGE"));
        kx.keys(&format!(":{verb} clipboard\r"));
        kx.until("what the server would make", |s| {
            s.contains("The server would make this:") && s.contains(&format!("mode: {mode}"))
        });
        assert_eq!(data(&format!("{verb}d")), "", "nothing was sent yet");
        kx.keys("\r");
        kx.shows(&format!("done: {verb}: configmap/{verb}d in x-clipboard"));
        assert_eq!(data(&format!("{verb}d")), mode);
    }
    kx.keys(":q\r");
    assert!(kx.ended().success());
    lab.run(["delete", "namespace", "x-clipboard", "--wait=false"]);
}
