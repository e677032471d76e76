//! The page of a rollout that is stuck, and of a namespace that does not go, in the demo cluster.

use kx::app::Msg;

use super::stage::text;
use super::talk::Talk;

/// A page, once all that it wants was answered.
fn page(line: &str) -> Talk {
    let mut talk = Talk::start("demo");
    talk.keys(&format!(":{line}\r"));
    for _ in 0..3 {
        talk.serve();
        talk.send(Msg::Wake);
    }
    talk
}

fn shown(name: &str, talk: &mut Talk) {
    for (width, height) in [(80, 24), (140, 40)] {
        let frame = talk.draw(width, height);
        insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(format!("{name}-{width}x{height}"), text(&frame));
        });
    }
}

#[test]
fn a_rollout_whose_image_is_nowhere() {
    shown("rollout", &mut page("rollout deploy recommendations -n shop"));
}

#[test]
fn an_object_that_is_not_being_deleted() {
    shown("finalizers", &mut page("finalizers ns shop"));
}
