//! The cluster's own page, of the demo cluster.

use kx::app::Msg;
use kx::sheet::Go;
use kx::theme::{DEFAULT, Depth};
use kx::ui::picture;

use super::stage::{text, theme};
use super::talk::Talk;

/// The page, once all that it wants was answered.
fn page(context: &str) -> Talk {
    let mut talk = Talk::start(context);
    talk.keys(":cluster\r");
    talk.serve();
    talk.send(Msg::Wake);
    talk
}

#[test]
fn the_page_of_the_demo_cluster() {
    let mut talk = page("demo");
    let dark = theme(DEFAULT, Depth::True);
    for (width, height) in [(80, 24), (120, 85), (160, 45)] {
        let frame = talk.draw(width, height);
        insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(format!("cluster-page-{width}x{height}"), text(&frame));
        });
        if let Some(folder) = std::env::var_os("KX_PICTURES") {
            let file = format!("cluster-{width}x{height}.svg");
            let file = std::path::PathBuf::from(folder).join(file);
            std::fs::write(file, picture::svg(&frame, &dark)).expect("a writable folder");
        }
    }
}

#[test]
fn who_may_read_one_namespace_is_told_so_line_by_line() {
    let mut talk = page("demo-team");
    let frame = talk.draw(120, 85);
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("cluster-page-refused-120x85", text(&frame));
    });
}

/// What a line of the page in view leads to, line by line, whether it is folded away or not.
fn ways(talk: &Talk) -> Vec<(String, Option<Go>)> {
    let sheet = talk.app.sheet().expect("a page").sheet();
    sheet.lines.iter().map(|line| (line.text(), line.go.clone())).collect()
}

/// Moves the cursor of the cluster's page onto the first line that leads there, with everything unfolded.
fn onto(talk: &mut Talk, go: &Go) {
    talk.keys("gU");
    for _ in 0..200 {
        if talk.app.sheet().and_then(|sheet| sheet.go()) == Some(go) {
            return;
        }
        talk.keys("j");
    }
    panic!("the cursor never came to {go:?}");
}

fn is_the_cluster(talk: &Talk) -> bool {
    talk.app.sheet().is_some_and(|sheet| sheet.crumbs() == ["cluster"])
}

#[test]
fn every_figure_of_the_page_can_be_entered() {
    let mut led: Vec<Go> = Vec::new();
    let mut talk = page("demo");
    for (line, go) in ways(&talk) {
        let Some(go) = go else {
            let words = line.trim_start();
            let label = words.split("  ").next().unwrap_or_default();
            let value = words.strip_prefix(label).unwrap_or_default();
            assert!(!value.contains(|c: char| c.is_ascii_digit()), "{line:?} leads nowhere");
            continue;
        };
        if led.contains(&go) {
            continue;
        }
        onto(&mut talk, &go);
        talk.keys("\r");
        talk.settle();
        assert!(!is_the_cluster(&talk), "{line}: {}", text(&talk.draw(120, 40)));
        // The first takes away a filter where there is one.
        for _ in 0..2 {
            if !is_the_cluster(&talk) {
                talk.keys("\u{1b}");
            }
        }
        assert!(is_the_cluster(&talk), "{line}: {}", text(&talk.draw(120, 40)));
        led.push(go);
    }
    assert!(led.len() > 30, "only {} ways: {led:#?}", led.len());
}
