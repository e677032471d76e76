//! The mouse.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use kx::app::{Layout, Msg};
use kx::logs::Kind;
use ratatui::layout::Rect;

use crate::support::World;

fn mouse(world: &mut World, kind: MouseEventKind, column: u16, row: u16) {
    world.tell(Msg::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
}

fn click(world: &mut World, column: u16, row: u16) {
    mouse(world, MouseEventKind::Down(MouseButton::Left), column, row);
}

fn world(height: u16) -> World {
    let mut world = World::new();
    world.tell(Msg::Drawn(Layout {
        body: Rect::new(0, 4, 100, height),
        heading: Rect::new(0, 3, 100, 1),
        columns: vec![(2, 10, 0), (13, 20, 1), (34, 6, 2)],
        ..Layout::default()
    }));
    world
}

#[test]
fn a_click_chooses_and_a_second_opens() {
    let mut world = world(10);
    click(&mut world, 5, 6);
    assert_eq!(world.screen(), "pods (all): toolbox dns >db-1-a web-1-a web-1-b");
    world.now += 5;
    click(&mut world, 5, 6);
    assert_eq!(
        world.screen(),
        "pods (all): toolbox dns >db-1-a web-1-a web-1-b",
        "too late for a double click"
    );
    click(&mut world, 9, 6);
    assert_eq!(world.screen(), "pods › db-1-a › containers (shop): >main proxy");
}

#[test]
fn a_click_on_a_heading_sorts() {
    let mut world = world(10);
    world.press("j k");
    click(&mut world, 15, 3);
    assert_eq!(world.screen(), "pods (all): db-1-a dns >toolbox web-1-a web-1-b");
    click(&mut world, 15, 3);
    assert_eq!(world.screen(), "pods (all): web-1-b web-1-a >toolbox dns db-1-a");
}

#[test]
fn the_wheel_scrolls_and_the_cursor_stays_in_sight() {
    let mut world = world(3);
    mouse(&mut world, MouseEventKind::ScrollDown, 5, 5);
    let cursor = &world.app.browse().unwrap().cursor;
    assert_eq!((cursor.first(), cursor.position()), (2, 2));
    mouse(&mut world, MouseEventKind::ScrollUp, 5, 5);
    let cursor = &world.app.browse().unwrap().cursor;
    assert_eq!((cursor.first(), cursor.position()), (0, 2));
}

#[test]
fn clicks_beside_everything_do_nothing() {
    let mut world = world(10);
    let before = world.screen();
    for (x, y) in [(0, 0), (12, 3), (99, 3), (5, 13), (5, 12), (300, 300)] {
        click(&mut world, x, y);
        world.now += 5;
    }
    assert_eq!(world.screen(), before);
}

#[test]
fn popups_take_clicks() {
    let mut world = world(10);
    world.press("ctrl-n");
    world.tell(Msg::Drawn(Layout { list: Rect::new(10, 5, 40, 8), ..world.app.layout().clone() }));
    click(&mut world, 12, 8);
    assert_eq!(world.app.picker().unwrap().cursor, 3);
    click(&mut world, 12, 8);
    assert_eq!(world.screen(), "pods (shop): >db-1-a web-1-a web-1-b");
}

#[test]
fn a_click_on_a_bar_of_the_histogram_leads_to_its_lines() {
    let mut world = crate::logs::opened(&[]);
    let lines = [(50, Kind::Line, "a"), (50, Kind::Line, "b"), (30, Kind::Line, "c")];
    crate::logs::say_at(&mut world, &lines);
    crate::logs::say_at(&mut world, &[(10, Kind::Line, "d")]);
    world.press("H");
    world.tell(Msg::Drawn(Layout {
        body: Rect::new(0, 4, 60, 10),
        bars: Rect::new(1, 1, 40, 2),
        ..Layout::default()
    }));
    let bars = world.app.logs().unwrap().bars(40);
    let filled = (0..).zip(&bars).filter(|(_, bar)| bar.count.lines > 0);
    let columns: Vec<u16> = filled.map(|(at, _)| at + 1).collect();
    for (column, line) in columns.into_iter().zip(["a", "c", "d"]) {
        click(&mut world, column, 2);
        assert!(world.screen().contains(&format!(">{line}")), "{line}: {}", world.screen());
    }
}
