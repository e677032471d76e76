//! Any size, any text: drawing never panics and never writes outside.

use kx::app::Msg;
use kx::store::Freshness;
use proptest::prelude::*;

use super::cluster;
use super::stage::Stage;

/// Text with a bias to what terminals and layouts stumble over.
fn nasty() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-z0-9.-]{0,80}",
        "(\u{1b}\\[31m|日本|e\u{301}|\u{202e}|\t|\u{200d}|👩|\u{fe0f}|x){0,30}",
    ]
}

const KEYS: [&str; 13] = [
    "",
    "y",
    "d l",
    "?",
    ": de",
    "/ x",
    ": ns enter",
    ": ctx enter",
    "space",
    "ctrl-w",
    "l l l",
    "y / a enter",
    "? / s",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn drawing_fits_any_screen(
        width in 1u16..300, height in 1u16..100, texts in proptest::collection::vec(nasty(), 6), keys in 0..KEYS.len(),
    ) {
        let mut stage = Stage::connected();
        let pods: Vec<_> = texts.iter().enumerate().map(|(i, text)| {
            let mut pod = cluster::pod("shop", "web", i, text);
            pod["metadata"]["name"] = text.as_str().into();
            pod["metadata"]["labels"] = serde_json::json!({ text: text });
            pod["status"]["reason"] = text.as_str().into();
            pod
        }).collect();
        stage.put(&pods);
        stage.state(Freshness::Stale { since: cluster::NOW, why: texts[0].as_str().into(), retry_at: None });
        stage.press(KEYS[keys]);
        stage.send(Msg::Paste(texts[1].clone()));
        let small = stage.draw(width, height);
        prop_assert_eq!((small.area.width, small.area.height), (width, height));
        stage.send(Msg::Done(Err(texts[2].clone())));
        let (frame, layout) = stage.frame(width, height);
        prop_assert!(frame.content.iter().all(|c| !c.symbol().chars().any(char::is_control)));
        for part in [layout.body, layout.heading, layout.list] {
            prop_assert_eq!(part.intersection(frame.area), part);
        }
    }
}

#[test]
fn the_smallest_screens_are_drawn() {
    for (width, height) in [(1, 1), (1, 100), (300, 1), (2, 2), (20, 5), (19, 3), (60, 8)] {
        for keys in KEYS {
            let mut stage = Stage::live();
            stage.press(keys);
            stage.draw(width, height);
        }
    }
}
