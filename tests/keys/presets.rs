//! The keymaps that come with kx, the table of actions, and what is made from both.

use std::fmt::Write;

use kx::app::{Action, COMMANDS, Layer};
use kx::keymap::{File, Keymaps};

use crate::support::World;

#[test]
fn every_keymap_is_right_and_binds_something_in_every_layer() {
    let keymaps = Keymaps::default();
    assert_eq!(keymaps.names(), ["default", "vim", "k9s"]);
    for name in keymaps.names() {
        let keymap = keymaps.get(name).unwrap_or_else(|error| panic!("{error}"));
        for layer in Layer::ALL {
            assert!(keymap.bindings(layer).count() > 0, "{name} {layer}");
            for (keys, actions) in keymap.bindings(layer) {
                assert!(!actions.is_empty(), "{name} {layer} {keys:?}");
                for action in actions {
                    assert!(action.is_in(layer), "{name} {layer} {keys:?} {action}");
                }
            }
        }
    }
}

#[test]
fn every_action_is_reached_and_stands_in_help() {
    let world = World::new();
    let keymap = world.app.keymap();
    for &action in Action::ALL {
        for &layer in action.info().layers {
            let listed = world.app.help_sections(layer, "");
            let listed = listed.iter().flat_map(|s| &s.entries).any(|entry| entry.action == action);
            assert!(
                listed || action.namespace_slot().is_some_and(|n| n > 0),
                "{action} in help of {layer}"
            );
        }
        // What has no key is at least reached by its name.
        let bound =
            action.info().layers.iter().any(|layer| !keymap.keys(*layer, action).is_empty());
        let named = Layer::PAGES.iter().any(|layer| action.is_in(*layer));
        assert!(bound || named, "{action} has neither key nor name");
    }
    for action in
        [Action::Up, Action::Back, Action::Quit, Action::Help, Action::DrillDown, Action::Yaml]
    {
        assert!(!keymap.keys(action.info().layers[0], action).is_empty(), "{action} needs a key");
    }
}

#[test]
fn the_way_out_is_never_unbound() {
    for name in Keymaps::default().names() {
        let keymap = Keymaps::default().get(name).unwrap();
        // From a session one gets to the page, and from there out.
        assert!(!keymap.keys(Layer::Session, Action::SessionFocus).is_empty(), "{name}");
        for layer in Layer::ALL.into_iter().filter(|layer| *layer != Layer::Session) {
            assert!(!keymap.keys(layer, Action::Escape).is_empty(), "{name} {layer}");
            assert!(!keymap.keys(layer, Action::Quit).is_empty(), "{name} {layer}");
        }
    }
}

#[test]
fn the_default_keeps_the_keys_of_k9s() {
    let keymap = Keymaps::default().get("default").unwrap();
    for (key, action) in [
        (":", Action::CommandLine),
        ("/", Action::Filter),
        ("?", Action::Help),
        ("esc", Action::Escape),
        ("q", Action::Back),
        ("enter", Action::DrillDown),
        ("[", Action::HistoryBack),
        ("]", Action::HistoryForward),
        ("-", Action::LastView),
        ("ctrl-e", Action::ToggleHeader),
        ("ctrl-r", Action::Retry),
        ("ctrl-u", Action::ClearFilter),
        ("ctrl-c", Action::Quit),
        ("g", Action::Top),
        ("G", Action::Bottom),
        ("ctrl-b", Action::PageUp),
        ("ctrl-f", Action::PageDown),
        ("space", Action::Mark),
        ("ctrl-space", Action::MarkRange),
        ("ctrl-\\", Action::ClearMarks),
        ("ctrl-w", Action::ToggleWide),
        ("O", Action::SortBySelectedColumn),
        ("N", Action::SortByName),
        ("A", Action::SortByAge),
        ("S", Action::SortByStatus),
        ("P", Action::SortByNamespace),
        ("c", Action::CopyName),
        ("n", Action::CopyNamespace),
        ("w", Action::RowNamespace),
        ("0", Action::AllNamespaces),
        ("1", Action::Namespace1),
        ("y", Action::Yaml),
        ("d", Action::Describe),
        ("J", Action::Owner),
        ("o", Action::Node),
    ] {
        assert!(keymap.keys(Layer::Browse, action).iter().any(|k| k == key), "{key} {action}");
    }
}

fn mine(text: &str) -> Result<std::sync::Arc<kx::keymap::Keymap>, String> {
    let file = File {
        name: "mine".to_owned(),
        path: "keymaps/mine.toml".to_owned(),
        text: text.to_owned(),
    };
    Keymaps::new(vec![file]).get("mine").map_err(|error| error.to_string())
}

#[test]
fn a_persons_own_keymap_changes_what_it_says_and_no_more() {
    let keymap =
        mine("inherits = \"vim\"\n[browse]\n\"g\" = \"bottom\"\n\"x\" = \"mark\"\n\"q\" = \"\"\n")
            .unwrap();
    assert_eq!(keymap.keys(Layer::Browse, Action::Bottom)[0], "G");
    assert!(keymap.keys(Layer::Browse, Action::Bottom).contains(&"g".to_owned()));
    assert_eq!(keymap.keys(Layer::Browse, Action::Top), ["home"], "g g can no longer be typed");
    assert!(keymap.keys(Layer::Manifest, Action::Top).contains(&"g g".to_owned()));
    assert!(keymap.keys(Layer::Browse, Action::Back).is_empty());
    assert!(!keymap.keys(Layer::Manifest, Action::Back).is_empty());
}

#[test]
fn a_file_may_take_the_place_of_a_built_in_one_and_build_on_it() {
    let file = File {
        name: "default".to_owned(),
        path: "x".to_owned(),
        text: "inherits = \"default\"\n[browse]\n\"x\" = \"mark\"\n".to_owned(),
    };
    let keymap = Keymaps::new(vec![file]).get("default").unwrap();
    assert_eq!(keymap.keys(Layer::Browse, Action::Mark), ["x", "space"]);
}

#[test]
fn a_mistake_names_file_line_and_key() {
    for (text, wants) in [
        (
            "inherits = \"default\"\n[browse]\n\"x\" = \"marc\"\n",
            &["keymaps/mine.toml:3:", "\"x\"", "\"marc\"", "mark"][..],
        ),
        (
            "[browse]\n\"j\" = \"down\"\n\"shift-j\" = \"owner\"\n\"J\" = \"up\"\n",
            &[":4:", "\"J\"", "bound twice"],
        ),
        ("[browse]\n\"g\" = \"top\"\n\"g g\" = \"top\"\n", &[":3:", "bound twice"]),
        ("[browse]\n\"hyper-x\" = \"mark\"\n", &[":2:", "hyper-x", "no key"]),
        ("[browse]\n\"x\" = 7\n", &[":2:", "\"x\""]),
        ("[brows]\n", &[":1:", "brows", "browse"]),
        ("[prompt]\n\"x\" = \"mark\"\n", &[":2:", "does not exist here", "browse"]),
        ("inherits = \"nope\"\n", &["mine.toml", "inherits", "nope"]),
        ("inherits = \"mine\"\n", &["mine.toml", "inherits"]),
        ("\n[browse\n", &["mine.toml:2:"]),
        ("[browse]\n\"x\" = \"up\"\n\"x\" = \"down\"\n", &[":3:"]),
    ] {
        let error = mine(text).unwrap_err();
        for want in wants {
            assert!(error.contains(want), "{text:?} gives {error:?}, without {want:?}");
        }
    }
    let unknown = Keymaps::default().get("vmi").unwrap_err().to_string();
    assert!(unknown.contains("vim"), "{unknown}");
}

/// The request that an action of this verb sends, as (method, path).
fn request(verb: &str) -> (&'static str, &'static str) {
    let pod = "/api/v1/namespaces/shop/pods/web";
    match verb {
        "get" | "list" | "watch" => ("GET", pod),
        "get log" => ("GET", "/api/v1/namespaces/shop/pods/web/log"),
        "create exec" => ("GET", "/api/v1/namespaces/shop/pods/web/exec"),
        "create attach" => ("GET", "/api/v1/namespaces/shop/pods/web/attach"),
        "create portforward" => ("GET", "/api/v1/namespaces/shop/pods/web/portforward"),
        "patch resize" => ("PATCH", "/api/v1/namespaces/shop/pods/web/resize"),
        "patch ephemeralcontainers" => {
            ("PATCH", "/api/v1/namespaces/shop/pods/web/ephemeralcontainers")
        }
        "create" => ("POST", "/api/v1/namespaces/shop/pods"),
        "create eviction" => ("POST", "/api/v1/namespaces/shop/pods/web/eviction"),
        "update approval" => {
            ("PUT", "/apis/certificates.k8s.io/v1/certificatesigningrequests/web/approval")
        }
        "update" => ("PUT", pod),
        "update scale" => ("PUT", "/apis/apps/v1/namespaces/shop/deployments/web/scale"),
        "patch" => ("PATCH", pod),
        "delete" | "deletecollection" => ("DELETE", pod),
        other => panic!("say here which request {other} is, so that the gate is tried with it"),
    }
}

#[test]
fn read_only_refuses_just_what_the_gate_refuses() {
    let setup =
        kx::app::Setup { context: "lab".to_owned(), read_only: true, ..kx::app::Setup::default() };
    let free = World::with(kx::app::Setup { read_only: false, ..setup.clone() });
    let read_only = |world: &World, action| {
        let refusal = world.app.refusal(action);
        refusal.is_some_and(|why| why.starts_with("kx is read-only"))
    };
    let world = World::with(setup);
    for &action in Action::ALL {
        let info = action.info();
        // What is taken back needs the verbs of what was done, whichever that was.
        let admitted = info.needs.map_or(!info.writes, |verb| {
            let (method, path) = request(verb);
            let request = http::Request::builder().method(method).uri(path).body(()).unwrap();
            kx::cluster::Gate::read_only().admit(&request).is_ok()
        });
        assert_eq!(info.writes, !admitted, "{action}");
        assert_eq!(info.writes, read_only(&world, action), "{action}");
        assert!(!read_only(&free, action), "{action}");
    }
}

/// `docs/keys.md`, from the tables. `KX_UPDATE=1 cargo test --test keys` writes it.
#[test]
fn the_documentation_is_what_the_tables_say() {
    let mut out = String::from(
        "# Keys and actions\n\nMade from the table of actions (`src/app/action.rs`) and the keymaps (`keymaps/`); \
         `KX_UPDATE=1 cargo test --test keys` writes it.\nEvery action can be bound in a keymap of your own, and those of pages can be \
         typed after `:`.\n",
    );
    let keymaps: Vec<_> = Keymaps::default()
        .names()
        .iter()
        .map(|name| Keymaps::default().get(name).unwrap())
        .collect();
    for layer in Layer::ALL {
        let _ = write!(out, "\n## {layer}\n\n| Action | What it does |");
        for keymap in &keymaps {
            let _ = write!(out, " {} |", keymap.name());
        }
        let _ = writeln!(out, "\n|---|---|{}", "---|".repeat(keymaps.len()));
        for &action in Action::ALL.iter().filter(|action| action.is_in(layer)) {
            let _ = write!(out, "| `{action}` | {} |", action.info().doc.replace('|', "\\|"));
            for keymap in &keymaps {
                let keys = keymap.keys(layer, action);
                let keys: Vec<_> =
                    keys.iter().map(|k| format!("`{}`", k.replace('|', "\\|"))).collect();
                let _ = write!(out, " {} |", keys.join(" "));
            }
            out.push('\n');
        }
    }
    out.push_str("\n## Commands\n\n| Command | What it does |\n|---|---|\n");
    for command in COMMANDS {
        let names: Vec<_> = command.names.iter().map(|name| format!("`:{name}`")).collect();
        let _ = writeln!(
            out,
            "| {} {} | {} |",
            names.join(" "),
            command.args.replace('|', "\\|"),
            command.doc
        );
    }
    out.push_str(
        "| `:RESOURCE` [NAMESPACE…] [-n NS,NS] [-A] [-l SELECTOR] [@CONTEXT] [/FILTER] | show a resource, by plural, singular, short name, kind or \
         `plural.group` |\n",
    );
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/keys.md");
    if std::env::var_os("KX_UPDATE").is_some() {
        std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/docs")).unwrap();
        std::fs::write(path, &out).unwrap();
    }
    let there = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(there, out, "docs/keys.md is old: run KX_UPDATE=1 cargo test --test keys");
}
