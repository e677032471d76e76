//! Generated documents: `KX_UPDATE_DOCS=1 cargo test --test house` writes them anew.

use std::path::Path;

#[track_caller]
fn check(path: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("KX_UPDATE_DOCS").is_some() {
        std::fs::write(&file, text).expect("docs can be written");
    }
    let there = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        there == text,
        "{path} is not what the program says; KX_UPDATE_DOCS=1 cargo test --test house writes it"
    );
}

#[test]
fn configuration() {
    check("docs/config.md", &kx::config::Config::markdown());
}
