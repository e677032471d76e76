//! The Map of the demo cluster.

use kx::app::Msg;
use kx::theme::{DEFAULT, Depth};
use kx::ui::picture;

use super::stage::{text, theme};
use super::talk::Talk;

/// The Map after a command and some keys, once all that it wants was answered.
fn map(command: &str, keys: &str) -> Talk {
    let mut talk = Talk::start("demo");
    talk.keys(&format!(":{command}\r"));
    talk.serve();
    talk.send(Msg::Wake);
    talk.keys(keys);
    talk.serve();
    talk.send(Msg::Wake);
    talk
}

#[test]
fn the_views_of_the_demo_cluster() {
    let dark = theme(DEFAULT, Depth::True);
    let folder = std::env::var_os("KX_PICTURES").map(std::path::PathBuf::from);
    for (name, command, keys) in [
        ("routes", "map", "/ingress shop\rzjzjzjz"),
        ("workloads", "map workloads", ""),
        ("nodes", "map nodes", "jzjz"),
        ("storage", "map storage", "jlll"),
        ("access", "map access", "zjl"),
        ("broken", "broken", ""),
        ("problems", "map workloads", "!"),
        ("around", "deployments shop", "m"),
    ] {
        let mut talk = map(command, keys);
        for (width, height) in [(80, 24), (120, 40)] {
            let frame = talk.draw(width, height);
            insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
                insta::assert_snapshot!(format!("map-{name}-{width}x{height}"), text(&frame));
            });
            if let Some(folder) = &folder {
                let file = folder.join(format!("map-{name}-{width}x{height}.svg"));
                std::fs::write(file, picture::svg(&frame, &dark)).expect("a writable folder");
            }
        }
    }
}
