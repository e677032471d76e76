//! The important states, at three sizes, as text.

use kx::app::{ClusterNews, Msg, Setup};
use kx::kinds::{Column, Value};
use kx::store::{Delta, Freshness};
use kx::theme::{DEFAULT, Depth};
use ratatui::style::{Color, Modifier};

use super::cluster::{self, NOW};
use super::stage::{Stage, painted, setup, text, theme};

const SIZES: [(u16, u16); 3] = [(60, 15), (120, 40), (250, 80)];

/// Compares a stage with its snapshots at all sizes.
fn check(name: &str, mut stage: Stage) {
    for (width, height) in SIZES {
        let frame = text(&stage.draw(width, height));
        insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(format!("{name}-{width}x{height}"), frame);
        });
    }
}

fn pressed(keys: &str) -> Stage {
    let mut stage = Stage::live();
    stage.press(keys);
    stage
}

#[test]
fn first_paint_before_the_first_answer() {
    check("connecting", Stage::new(setup()));
}

#[test]
fn loading_says_how_much_came() {
    let mut stage = Stage::connected();
    stage.state(Freshness::Loading { received: 0, remaining: None });
    check("loading", stage);
    let mut stage = Stage::connected();
    stage.put(&cluster::objects("pods"));
    stage.state(Freshness::Loading { received: 12_400, remaining: Some(87_600) });
    check("loading-rows", stage);
}

#[test]
fn a_table() {
    check("table", pressed("j j j"));
}

#[test]
fn a_wide_table_sorted_by_another_column() {
    check("wide-sorted", pressed("ctrl-w A"));
}

#[test]
fn a_filter_in_force() {
    check("filtered", pressed("/ ledger enter"));
}

/// Presses keys a few at a time, and answers what they ask for.
fn walked(steps: &[&str]) -> Stage {
    let mut stage = Stage::live();
    for keys in steps {
        stage.press(keys);
        stage.serve();
    }
    stage
}

#[test]
fn releases_of_helm() {
    check("helm-releases", walked(&[": helm enter"]));
    check("helm-status", walked(&[": helm enter", "j j enter"]));
    check("helm-history", walked(&[": helm enter", "j j", ": helm-history enter"]));
    check("helm-diff", walked(&[": helm enter", "j j", ": helm-diff enter"]));
}

#[test]
fn marks() {
    check("marks", pressed("j space j j space"));
}

#[test]
fn yaml() {
    check("yaml", pressed("y j j"));
    check("yaml-folded-and-searched", pressed("y j j enter / ledger enter n"));
}

#[test]
fn describe() {
    check("describe", pressed("d j j"));
    check("describe-folded-and-searched", pressed("d / containers enter space"));
}

#[test]
fn help() {
    check("help", pressed("?"));
}

#[test]
fn a_prompt_with_suggestions() {
    check("prompt", pressed(": dep"));
}

#[test]
fn a_filter_that_is_wrong_says_so_and_keeps_the_rows() {
    check("prompt-wrong", pressed("/ restrats>5"));
}

#[test]
fn pickers() {
    check("namespaces", pressed(": ns enter s"));
    check("contexts", pressed(": ctx enter"));
}

#[test]
fn drilled_down_and_back_again() {
    let mut stage = Stage::live();
    stage.press(": deploy enter");
    stage.serve();
    check("deployments", stage);
    let mut stage = Stage::live();
    stage.press(": ns enter");
    stage.press("shop enter");
    stage.serve();
    check("one-namespace", stage);
}

#[test]
fn stale_rows_stay_and_say_since_when_and_why() {
    let mut stage = Stage::live();
    let why = "the connection to https://127.0.0.1:6443 was cut: connection reset by peer".into();
    stage.state(Freshness::Stale { since: NOW - 130, why, retry_at: None });
    check("stale", stage);
}

#[test]
fn refused_says_by_whom_and_what_to_do() {
    let mut stage = Stage::connected();
    let why = "pods is forbidden: User \"viewer\" cannot list resource \"pods\" in API group \"\" at the cluster scope";
    stage.state(Freshness::Refused { why: why.into() });
    check("refused", stage);
}

#[test]
fn unreachable_can_be_left() {
    let mut stage = Stage::new(setup());
    let news = ClusterNews::Failed {
        why: "https://10.1.2.3:6443 does not answer: connection timed out".to_owned(),
        hint: Some("is the VPN up?".to_owned()),
        retry_at: None,
    };
    stage.send(Msg::Cluster("lab".into(), news));
    check("unreachable", stage);
}

#[test]
fn empty_and_no_match_have_words_of_their_own() {
    let mut stage = Stage::connected();
    stage.state(Freshness::Live { limited_to: None });
    check("empty", stage);
    check("no-match", pressed("/ nothing-is-called-so enter"));
}

#[test]
fn badges_and_notices() {
    let mut stage = Stage::new(Setup { demo: true, read_only: true, ..setup() });
    stage.connect();
    stage.serve();
    stage.send(Msg::Done(Err("the clipboard is not there: no desktop, and the terminal does not take OSC 52; select with the mouse instead".to_owned())));
    check("badges-and-notice", stage);
}

#[test]
fn a_guarded_context_has_its_colour_and_its_word() {
    let rails = "[[guardrail]]\nname = \"production\"\ncontext = \"lab\"\ncolor = \"red\"\nconfirm = \"*\"\n";
    let config = kx::config::Config::parse(rails, std::path::Path::new("config.toml")).unwrap();
    for depth in [Depth::None, Depth::Ansi, Depth::True] {
        let guardrails = config.guardrail.clone();
        let theme = Some(theme(DEFAULT, depth));
        let mut stage = Stage::new(Setup { guardrails, theme, depth, ..setup() });
        stage.connect();
        stage.serve();
        let buffer = stage.draw(120, 40);
        let screen = text(&buffer);
        let header = screen.lines().next().unwrap();
        assert!(header.contains("production"), "{header}");
        let at = header.find("lab").unwrap();
        let (name, rule) = (&buffer[(at as u16, 0)], &buffer[(5, 2)]);
        insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(format!("guarded-{depth:?}").to_lowercase(), painted(&buffer, 3));
        });
        if depth == Depth::None {
            assert!(name.modifier.contains(Modifier::REVERSED));
            assert_eq!(name.fg, Color::Reset);
        } else {
            assert_eq!((name.fg, rule.fg), (Color::Red, Color::Red), "{depth:?}");
        }
    }
}

#[test]
fn hostile_names_stay_in_their_cells() {
    let mut stage = Stage::connected();
    let mut pods = Vec::new();
    for (i, name) in [
        "plain",
        "\u{1b}[31mred\u{1b}[0m",
        "日本語の名前",
        "e\u{301}te\u{301}",
        "a\tb\nc",
        "\u{202e}gnp.exe",
        "👩\u{200d}👩\u{200d}👧 family",
    ]
    .into_iter()
    .enumerate()
    {
        let mut pod = cluster::pod("shop", "web", i, "nginx");
        pod["metadata"]["name"] = name.into();
        pods.push(pod);
    }
    stage.put(&pods);
    stage.state(Freshness::Live { limited_to: None });
    check("hostile", stage);
}

#[test]
fn in_ascii_nothing_of_kx_itself_is_beyond_ascii() {
    for keys in ["", "y", "d", "?", ": dep", ": ns enter", "space / a"] {
        let mut stage = Stage::new(Setup { ascii: true, ..setup() });
        stage.connect();
        stage.serve();
        stage.press(keys);
        for (width, height) in SIZES {
            let frame = text(&stage.draw(width, height));
            let beyond: String = frame.chars().filter(|c| !c.is_ascii()).collect();
            assert_eq!(beyond, "", "{keys} at {width}x{height}:\n{frame}");
        }
    }
}

#[test]
fn a_server_table_without_a_status_column_is_drawn_too() {
    let mut stage = Stage::connected();
    let id = stage.source();
    let columns = [Column::new("NAME", Value::Name), Column::new("AGE", Value::Age)];
    stage.send(Msg::Delta(id, Delta::Columns(columns.into())));
    stage.put(&cluster::objects("pods"));
    let frame = text(&stage.draw(80, 24));
    assert!(frame.contains("NAME") && frame.contains("runner-"), "{frame}");
}
