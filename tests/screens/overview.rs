//! The cluster's own page, of the demo cluster.

use kx::app::Msg;
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
