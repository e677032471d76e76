//! Pictures of kx, drawn by kx. `KX_PICTURES=folder cargo test --test screens pictures` writes them.

use kx::theme::Depth;
use kx::ui::picture;

use super::stage::{Stage, theme, themes};

type Scene = (&'static str, fn(Stage) -> Stage);

/// What a connected stage becomes in each scene.
fn scenes() -> Vec<Scene> {
    vec![
        ("table", |mut stage| {
            stage.serve();
            stage.press("j j j j j j j");
            stage
        }),
        ("filter", |mut stage| {
            stage.serve();
            stage.press("/ runner");
            stage
        }),
        ("marks", |mut stage| {
            stage.serve();
            stage.press("j space j space j j space");
            stage
        }),
        ("command", |mut stage| {
            stage.serve();
            stage.press(": de");
            stage
        }),
        ("help", |mut stage| {
            stage.serve();
            stage.press("?");
            stage
        }),
        ("yaml", |mut stage| {
            stage.serve();
            stage.press("y j j j j");
            stage
        }),
        ("namespaces", |mut stage| {
            stage.serve();
            stage.press(": ns enter");
            stage
        }),
        ("loading", |stage| stage),
    ]
}

#[test]
fn every_scene_has_a_picture_in_every_theme() {
    let folder = std::env::var_os("KX_PICTURES").map(std::path::PathBuf::from);
    let sizes: &[(u16, u16)] =
        if folder.is_some() { &[(60, 15), (80, 24), (120, 40), (250, 80)] } else { &[(80, 24)] };
    for (name, scene) in scenes() {
        for theme_name in themes().names() {
            for &(width, height) in sizes {
                let mut stage = scene(Stage::connected_in(theme(theme_name, Depth::True)));
                let frame = stage.draw(width, height);
                let picture = picture::svg(&frame, stage.app.theme());
                assert!(picture.contains("</text>"), "{name} in {theme_name} is blank");
                if let Some(folder) = &folder {
                    let file = format!("{name}-{theme_name}-{width}x{height}.svg");
                    std::fs::write(folder.join(file), picture).unwrap();
                }
            }
        }
    }
}
