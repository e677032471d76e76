//! The layers of `docs/architecture.md`: pure modules know neither tokio nor the kube client, and screens no cluster.

use std::path::{Path, PathBuf};

/// Modules without IO and async, and what none of their files may name.
const PURE: [&str; 26] = [
    "files",
    "access",
    "app",
    "change",
    "diff",
    "store",
    "graph",
    "map",
    "kinds",
    "wire",
    "sheet",
    "describe",
    "helm",
    "overview",
    "keymap",
    "session",
    "forward",
    "ui",
    "yaml",
    "editor",
    "openapi",
    "text",
    "rollout",
    "finalizers",
    "guardrail",
    "logs",
];
const IMPURE: [&str; 6] =
    ["tokio", "kube::", "hyper", "crate::cluster", "crate::runtime", "std::fs"];

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|x| x == "rs") {
            found.push(path);
        }
    }
    found
}

/// The code of a file without its comments and its tests, which may read fixtures.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).expect("a readable source");
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The files of a module, whether it is a file or a folder.
fn module(name: &str) -> Vec<PathBuf> {
    let folder = source().join(name);
    if folder.is_dir() { files(&folder) } else { vec![source().join(format!("{name}.rs"))] }
}

#[test]
fn pure_modules_know_no_outside() {
    let mut seen = 0;
    for name in PURE.into_iter().chain(["theme"]) {
        for path in module(name) {
            let is_test = path.file_stem().is_some_and(|s| s == "tests" || s == "testing");
            if is_test || path.components().any(|c| c.as_os_str() == "tests") {
                continue;
            }
            seen += 1;
            let code = code(&path);
            for word in IMPURE {
                assert!(!code.contains(word), "{} names {word}", path.display());
            }
        }
    }
    assert!(seen > 50, "only {seen} files were looked at");
}

#[test]
fn clusters_and_the_demo_know_no_screen() {
    for name in ["cluster", "demo"] {
        for path in module(name) {
            let code = code(&path);
            for word in ["crate::ui", "crate::app", "ratatui", "crossterm"] {
                assert!(!code.contains(word), "{} names {word}", path.display());
            }
        }
    }
}

#[test]
fn no_kind_is_matched_on_outside_its_file() {
    for path in files(&source()) {
        let relative = path.strip_prefix(source()).unwrap();
        // Kinds themselves, the demo's own world and discovery's fixed resources are where kinds are named.
        if ["kinds", "demo", "cluster"].iter().any(|allowed| relative.starts_with(allowed)) {
            continue;
        }
        let code = code(&path);
        for plural in ["\"pods\" =>", "\"deployments\" =>", "\"nodes\" =>", "\"services\" =>"] {
            assert!(!code.contains(plural), "{} matches on kinds", path.display());
        }
    }
}
