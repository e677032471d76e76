//! Which kubeconfig counts, and what is said about a bad one.

use std::path::Path;

use kx::cluster::{Env, Error, Kubeconfig, Overrides};
use proptest::prelude::*;

use crate::support::Home;

const ONE: &str = "apiVersion: v1
kind: Config
current-context: ''
contexts:
- {name: shared, context: {cluster: a, user: a, namespace: first}}
- {name: only-a, context: {cluster: a, user: a}}
clusters:
- {name: a, cluster: {server: 'https://a:6443', certificate-authority: certs/ca.pem}}
users:
- {name: a, user: {tokenFile: token, exec: {apiVersion: client.authentication.k8s.io/v1, command: bin/login}}}
";

const TWO: &str = "current-context: only-b
contexts:
- {name: shared, context: {cluster: b, user: b, namespace: second}}
- {name: only-b, context: {cluster: b, user: ''}}
- {name: lost, context: {cluster: gone, user: b}}
- {name: stranger, context: {cluster: b, user: bb}}
clusters:
- {name: b, cluster: {server: b.example.org}}
users:
- {name: b, user: {token: secret}}
";

fn load(files: &[&Path]) -> Result<Kubeconfig, Error> {
    let list = std::env::join_paths(files).unwrap();
    Kubeconfig::load(None, &Env::of([("KUBECONFIG", list)]))
}

#[test]
fn the_first_definition_wins_and_missing_files_are_skipped() {
    let home = Home::new();
    let one = home.write("one/config", ONE);
    let two = home.write("two/config", TWO);
    let config = load(&[Path::new(""), Path::new("/nowhere/config"), &one, &two]).unwrap();
    assert_eq!(config.files(), [one, two]);
    assert_eq!(config.current(), Some("only-b"), "an empty current-context defines nothing");
    let contexts = config.contexts();
    let names: Vec<_> = contexts.iter().map(|context| context.name.as_str()).collect();
    assert_eq!(names, ["shared", "only-a", "only-b", "lost", "stranger"]);
    assert_eq!(
        (contexts[0].cluster.as_str(), contexts[0].namespace.as_deref()),
        ("a", Some("first"))
    );
    assert!(contexts[2].current);

    let target = config.target(None, &Overrides::default()).unwrap();
    let info = target.info();
    assert_eq!((info.context.as_str(), info.user.as_str()), ("only-b", ""));
    assert_eq!((info.server.as_str(), info.namespace.as_str()), ("b.example.org", "default"));
}

#[test]
fn the_flag_goes_before_the_environment_before_the_home_folder() {
    let home = Home::new();
    let one = home.write("one", ONE);
    let two = home.write("two", TWO);
    let default = home.write(".kube/config", "contexts: [{name: home, context: {cluster: c}}]");
    let folder = home.folder.path();
    let env =
        |list: &Path| Env::of([("HOME", folder.as_os_str()), ("KUBECONFIG", list.as_os_str())]);
    let config = Kubeconfig::load(Some(&one), &env(&two)).unwrap();
    assert_eq!(config.files(), [one]);
    let config = Kubeconfig::load(None, &env(&two)).unwrap();
    assert_eq!(config.files(), [two]);
    for empty in ["", ":", "::"] {
        let config = Kubeconfig::load(None, &env(Path::new(empty))).unwrap();
        assert_eq!(config.files(), std::slice::from_ref(&default), "KUBECONFIG={empty}");
    }
}

#[test]
fn no_kubeconfig_says_where_it_looked() {
    let home = Home::new();
    let env = Env::of([("HOME", home.folder.path())]);
    let error = Kubeconfig::load(None, &env).unwrap_err();
    assert!(error.to_string().contains(".kube/config"), "{error}");
    assert!(error.hint().unwrap().contains("kx demo"));
    let error = Kubeconfig::load(Some(Path::new("/nowhere/config")), &env).unwrap_err();
    assert_eq!(error, Error::NoKubeconfig { looked: vec!["/nowhere/config".into()] });
    let error = Kubeconfig::load(None, &Env::default()).unwrap_err();
    assert!(error.to_string().contains("no home folder"), "{error}");
}

#[test]
fn a_broken_file_is_named_with_its_line_and_without_its_secrets() {
    let home = Home::new();
    for (content, line, words) in [
        ("contexts:\n- name: a\nusers:\n- name: b\n  user:\n   token: [secret\n", None, ""),
        (
            "contexts:\n- name: a\n  context: 7\nusers: [{name: u, user: {token: secret}}]\n",
            Some(3),
            "",
        ),
        ("users:\n- name: u\n  user: {token: secret}\n- name: u\n", None, "twice"),
        ("a: b: c\n", Some(1), ""),
        ("contexts: [\u{0}", None, ""),
    ] {
        let path = home.write("config", content);
        let error = Kubeconfig::load(Some(&path), &Env::default()).unwrap_err();
        let Error::Kubeconfig { file, line: found, problem } = &error else {
            panic!("{content:?}: {error:?}")
        };
        assert_eq!(*file, path);
        assert!(line.is_none() || *found == line, "{content:?}: line {found:?}");
        assert!(problem.contains(words) && !problem.is_empty(), "{problem}");
        let shown = error.to_string();
        assert!(!shown.contains("secret") && !shown.contains('\n'), "{shown}");
    }
    let error = Kubeconfig::load(Some(home.folder.path()), &Env::default()).unwrap_err();
    assert!(matches!(error, Error::Kubeconfig { .. }), "a folder: {error}");
}

#[test]
fn names_that_are_not_there_come_with_the_nearest() {
    let home = Home::new();
    let one = home.write("one", ONE);
    let two = home.write("two", TWO);
    let config = load(&[&one, &two]).unwrap();
    let target = |name| config.target(Some(name), &Overrides::default());
    let Err(Error::UnknownContext { name, nearest }) = target("only-c") else { panic!() };
    assert_eq!(
        (name.as_str(), nearest),
        ("only-c", vec!["only-a".to_owned(), "only-b".to_owned()])
    );
    let error = target("lost").unwrap_err();
    assert!(
        matches!(&error, Error::MissingEntry { what: "cluster", name, .. } if name == "gone"),
        "{error}"
    );
    let error = target("stranger").unwrap_err();
    assert!(error.to_string().contains("there is: b"), "{error}");
    let none = home.write("none", "contexts: [{name: x, context: {cluster: y}}]");
    let error = load(&[&none]).unwrap().target(None, &Overrides::default()).unwrap_err();
    assert_eq!(error, Error::NoContext { known: vec!["x".into()] });
}

#[test]
fn a_server_must_be_an_address() {
    let home = Home::new();
    for server in ["''", "ftp://x", "https://", "'https://a b'", "'://'"] {
        let path = home.config(server, "", "");
        let config = Kubeconfig::load(Some(&path), &Env::default()).unwrap();
        let error = config.target(None, &Overrides::default()).unwrap_err();
        assert!(matches!(error, Error::Unusable { .. }), "{server}: {error:?}");
    }
}

#[test]
fn utf16_files_are_read_and_halves_are_not() {
    let home = Home::new();
    let wide: Vec<u8> = ONE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let whole = [&[0xff, 0xfe], wide.as_slice()].concat();
    let config = Kubeconfig::load(Some(&home.write("w", &whole)), &Env::default()).unwrap();
    assert_eq!(config.contexts().len(), 2);
    let half = &whole[..whole.len() - 1];
    assert!(Kubeconfig::load(Some(&home.write("h", half)), &Env::default()).is_err());
}

/// Kubeconfigs with something odd put into them.
fn odd() -> impl Strategy<Value = Vec<u8>> {
    let mutated =
        (any::<prop::sample::Index>(), prop::collection::vec(any::<u8>(), 0..12), 0usize..12)
            .prop_map(|(at, bytes, cut)| {
                let mut content = format!("{ONE}---\n{TWO}").into_bytes();
                let at = at.index(content.len());
                let end = (at + cut).min(content.len());
                content.splice(at..end, bytes);
                content
            });
    prop_oneof![
        mutated,
        prop::collection::vec(any::<u8>(), 0..200),
        "[ -~\n]{0,120}".prop_map(String::into_bytes)
    ]
}

proptest! {
    #[test]
    fn any_file_gives_a_kubeconfig_or_an_error(content in odd()) {
        let home = Home::new();
        let path = home.write("config", &content);
        match Kubeconfig::load(Some(&path), &Env::default()) {
            Ok(config) => {
                for context in config.contexts() {
                    let _ = config.target(Some(&context.name), &Overrides::default()).map(|target| format!("{target:?}"));
                }
            }
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }
}
