//! `kx get` prints what `kubectl get` prints.

use std::process::{Command, Output};

use regex::Regex;

use crate::lab::Lab;
use crate::labs;

/// Runs `kx get`.
pub fn kx(lab: &Lab, user: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kx"))
        .arg("get")
        .args(arguments)
        .env("KUBECONFIG", lab.kubeconfig(user))
        .output()
        .unwrap()
}

/// Lines with single spaces, and ages, which are another a moment later, made equal.
pub fn lines(output: &[u8]) -> Vec<String> {
    let age = Regex::new(r"\b([0-9]+[smhdy])+\b").unwrap();
    let text = String::from_utf8_lossy(output);
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    text.lines().map(|line| age.replace_all(&words(line), "AGE").into_owned()).collect()
}

#[test]
fn tables_read_as_kubectls() {
    let lab = labs::still();
    for arguments in [
        &["pods", "-n", "rich"][..],
        &["pods", "-A", "-o", "wide"],
        &["nodes", "-o", "wide"],
        &["ns"],
        &["deploy", "-n", "rich", "-o", "wide"],
        &["rs", "-A"],
        &["sts", "-n", "rich", "-o", "wide"],
        &["ds", "-n", "rich"],
        &["svc", "-A", "-o", "wide"],
        &["endpointslices", "-n", "rich"],
        &["cm", "-n", "rich"],
        &["secrets", "-n", "rich"],
        &["pods", "-n", "rich", "-l", "app=rich"],
        &["pods", "-n", "rich", "-o", "name"],
        &["pod", "running", "-n", "rich"],
        &["crd"],
        &["clusterrolebindings", "-o", "wide"],
        &["sa", "-n", "rich"],
        &["clusterroles"],
        &["rolebindings", "-n", "rich", "-o", "wide"],
        &["csr"],
        &["quota", "-A"],
        &["limits", "-A"],
        &["apiservices"],
        &["validatingadmissionpolicybindings"],
        &["prioritylevelconfigurations"],
        &["resourceclaims", "-n", "rich"],
    ] {
        let ours = kx(lab, "admin", arguments);
        let theirs = lab.kubectl([&["get"], arguments].concat());
        assert!(ours.status.success(), "{arguments:?}: {ours:?}");
        assert_eq!(lines(&ours.stdout), lines(&theirs.stdout), "{arguments:?}");
    }
}

#[test]
fn json_is_the_objects() {
    let lab = labs::still();
    let arguments = ["pods", "-n", "rich", "-o", "json"];
    let ours: serde_json::Value =
        serde_json::from_slice(&kx(lab, "admin", &arguments).stdout).unwrap();
    let theirs = lab.run([&["get", "--show-managed-fields"], &arguments[..]].concat());
    let theirs: serde_json::Value = serde_json::from_str(&theirs).unwrap();
    let names = |list: &serde_json::Value| -> Vec<String> {
        let items = list["items"].as_array().unwrap();
        items.iter().map(|i| i["metadata"]["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&ours), names(&theirs));
    assert_eq!(ours["items"][0]["spec"], theirs["items"][0]["spec"]);
}

#[test]
fn failures_say_why_on_stderr_and_by_exit_code() {
    let lab = labs::still();
    for (user, arguments, told) in [
        ("admin", &["podz"][..], "pods"),
        ("admin", &["pod", "no-such-pod", "-n", "rich"], "no-such-pod"),
        ("nobody", &["pods", "-A"], "pods"),
        ("viewer", &["secrets", "-n", "rich"], "secrets"),
        ("admin", &["pods", "--context", "no-such-context"], "no-such-context"),
    ] {
        let output = kx(lab, user, arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {stderr}");
        assert!(stderr.contains(told), "{arguments:?}: {stderr}");
        assert!(output.stdout.is_empty(), "{arguments:?}: {:?}", output.stdout);
    }
}
