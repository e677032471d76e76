//! Which role paints what: the snapshots of text cannot see it.

use kx::app::Setup;
use kx::theme::{DEFAULT, Depth, Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::style::{Modifier, Style};

use super::stage::{Stage, setup, theme};

/// Where a text stands below the header of a frame: column and line.
fn find(frame: &Buffer, wanted: &str) -> Option<(u16, u16)> {
    (3..frame.area.height).find_map(|y| {
        let symbols: Vec<&str> = (0..frame.area.width).map(|x| frame[(x, y)].symbol()).collect();
        (0..symbols.len())
            .find(|x| symbols[*x..].concat().starts_with(wanted))
            .map(|x| (x as u16, y))
    })
}

fn style_of(frame: &Buffer, wanted: &str) -> Style {
    let at = find(frame, wanted).unwrap_or_else(|| panic!("{wanted} is not there"));
    frame[at].style()
}

fn stage(theme: Theme, keys: &str) -> Stage {
    let mut stage = Stage::new(Setup { theme: Some(theme), ..setup() });
    stage.connect();
    stage.serve();
    stage.press(keys);
    stage
}

fn dark() -> Theme {
    theme(DEFAULT, Depth::True)
}

#[test]
fn health_is_told_by_glyph_and_by_colour() {
    let theme = dark();
    let frame = stage(theme.clone(), "").draw(140, 40);
    for (sign, role) in [
        ("● Running", Role::Ok),
        ("✖ CrashLoopBackOff", Role::Broken),
        ("◐ ContainerCreating", Role::Changing),
        ("▲ Running", Role::Warning),
        ("○ Completed", Role::Idle),
    ] {
        assert_eq!(style_of(&frame, sign).fg, theme.style(role).fg, "{sign}");
    }
    let word = style_of(&frame, "CrashLoopBackOff");
    assert_eq!(word.fg, theme.style(Role::Broken).fg);
    assert_eq!(style_of(&frame, "Running").fg, theme.style(Role::Text).fg, "what is well is quiet");
}

#[test]
fn the_cursor_line_has_its_bar_and_its_ground() {
    let theme = dark();
    let frame = stage(theme.clone(), "j j").draw(100, 20);
    let (x, y) = find(&frame, "▌").unwrap();
    assert_eq!((x, frame[(x, y)].style().fg), (0, theme.style(Role::Accent).fg));
    for x in 0..frame.area.width {
        assert_eq!(frame[(x, y)].style().bg, theme.style(Role::Cursor).bg, "column {x}");
    }
    assert_ne!(frame[(5, y + 1)].style().bg, theme.style(Role::Cursor).bg);
}

#[test]
fn what_a_filter_found_stands_out() {
    let theme = dark();
    let frame = stage(theme.clone(), "/ dger enter").draw(100, 20);
    let (x, y) = find(&frame, "ledger").unwrap();
    let is_found = |x: u16| frame[(x, y)].style().add_modifier.contains(Modifier::UNDERLINED);
    assert!(!is_found(x) && !is_found(x + 1) && (2..6).all(|i| is_found(x + i)));
    assert_eq!(frame[(x + 2, y)].style().fg, theme.style(Role::Match).fg);
}

#[test]
fn marked_rows_have_their_sign_and_role() {
    let theme = dark();
    let frame = stage(theme.clone(), "j space").draw(100, 20);
    let (x, y) = find(&frame, "◆").unwrap();
    assert_eq!((x, frame[(x, y)].style().fg), (0, theme.style(Role::Mark).fg));
    let name = (0..frame.area.width).find(|x| frame[(*x, y)].symbol() == "r").unwrap();
    assert_eq!(frame[(name, y)].style().fg, theme.style(Role::Mark).fg);
}

#[test]
fn the_sorted_heading_is_accented_and_points() {
    let theme = dark();
    let frame = stage(theme.clone(), "N").draw(100, 20);
    assert_eq!(style_of(&frame, "NAMESPACE").fg, theme.style(Role::Heading).fg);
    assert_eq!(style_of(&frame, "NAME ↑").fg, theme.style(Role::HeadingSorted).fg);
}

#[test]
fn without_colours_everything_that_matters_is_still_told_apart() {
    let theme = theme(DEFAULT, Depth::None);
    let frame = stage(theme, "j space j j / dger enter").draw(100, 20);
    for cell in &frame.content {
        let style = cell.style();
        let plain = |c| matches!(c, None | Some(ratatui::style::Color::Reset));
        assert!(plain(style.fg) && plain(style.bg), "{cell:?}");
    }
    let (x, y) = find(&frame, "▌").unwrap();
    assert!(frame[(x + 5, y)].style().add_modifier.contains(Modifier::REVERSED), "cursor");
    let (x, y) = find(&frame, "dger").unwrap();
    assert!(frame[(x, y)].style().add_modifier.contains(Modifier::UNDERLINED), "match");
    assert!(find(&frame, "✖").is_some(), "status");
}

#[test]
fn yaml_keys_values_and_hits_have_roles_of_their_own() {
    let theme = dark();
    let frame = stage(theme.clone(), "y / ledger-8 enter").draw(120, 40);
    assert_eq!(style_of(&frame, "apiVersion").fg, theme.style(Role::YamlKey).fg);
    assert_eq!(style_of(&frame, "Pod").fg, theme.style(Role::YamlText).fg);
    let (_, cursor) = find(&frame, "▌").unwrap();
    let hit = (0..frame.area.width)
        .find(|x| frame[(*x, cursor)].style().bg == theme.style(Role::MatchCurrent).bg);
    assert!(hit.is_some(), "the hit on the cursor's line");
}
