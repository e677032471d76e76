//! Finding lines in logs: by a search, a pattern, a mark, a time, the histogram.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use kx::app::Msg;
use kx::logs::Kind;

use crate::logs::{opened, say, say_at, shown};

#[test]
fn a_search_goes_from_match_to_match_and_counts_them() {
    let mut world = opened(&["one apple", "two pears", "three apples", "four", "FIVE APPLES"]);
    world.press(r#"f "apple" enter"#);
    assert!(world.screen().contains(">FIVE APPLES"), "{}", world.screen());
    assert_eq!(world.app.logs().unwrap().matches(), (3, 3));
    world.press("N");
    assert!(world.screen().contains(">three apples"), "{}", world.screen());
    assert_eq!(world.app.logs().unwrap().matches(), (2, 3));
    world.press("N N");
    assert!(world.said().contains("not found above"), "{}", world.said());
    world.press("n");
    assert!(world.screen().contains(">three apples"), "{}", world.screen());
    // What comes later is found, and what is filtered away is not.
    say(&mut world, &["six apples"]);
    assert_eq!(world.app.logs().unwrap().matches(), (2, 4));
    world.press(r#"/ "!five" enter"#);
    assert_eq!(world.app.logs().unwrap().matches(), (2, 3));
    world.press("n");
    assert!(world.screen().contains(">six apples"), "{}", world.screen());
    world.press("esc");
    assert_eq!(world.app.logs().unwrap().search.text(), "", "the search is cleared first");
    assert_eq!(world.app.logs().unwrap().filter.text(), "!five");
}

#[test]
fn errors_and_matches_are_found_far_away_step_by_step() {
    let mut world = opened(&["ERROR: far away"]);
    let long = "x".repeat(900);
    for _ in 0..30 {
        say(&mut world, &vec![long.as_str(); 100]);
    }
    let key = KeyEvent::new(KeyCode::Char('N'), KeyModifiers::NONE);
    world.tell(Msg::Key(key));
    assert_eq!(world.app.busy(), Some("searching"), "nobody waits for it");
    for _ in 0..10 {
        world.tell(Msg::Step);
    }
    assert!(world.screen().contains(">ERROR: far away"), "{}", world.screen());
    assert_eq!(world.app.busy(), None);
    world.press("G n");
    assert!(world.said().contains("no error below"), "{}", world.said());
}

#[test]
fn several_patterns_include_exclude_and_highlight() {
    let mut world = opened(&["GET /a 200", "GET /b 500", "POST /b 500", "GET /c 500"]);
    world.press(r#"/ "GET && !/c && ~500" enter"#);
    assert_eq!(shown(&world), ["GET /a 200", "GET /b 500"]);
    let lines = world.app.logs().unwrap().shown();
    assert_eq!(lines[0].found, vec![0..3; 1]);
    assert_eq!(lines[1].highlighted, [(7..10, 0)]);
    world.press(r#"/ " && @soon" enter"#);
    assert!(world.app.prompt().is_some(), "what is no time stays to be put right");
}

#[test]
fn a_filter_that_leaves_nothing_says_so() {
    let mut world = opened(&["one", "two"]);
    world.press(r#"/ "three" enter"#);
    let words = world.app.words();
    assert!(words.headline.contains('2') && words.headline.contains("three"), "{words:?}");
    assert!(shown(&world).is_empty());
}

#[test]
fn lines_around_those_that_match_are_shown() {
    let lines: Vec<String> = (0..20).map(|number| format!("line {number}")).collect();
    let mut world = opened(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    world.press(r#"/ "7$" enter >"#);
    let texts = ["line 6", "line 7", "line 8", "line 16", "line 17", "line 18"];
    assert_eq!(shown(&world), texts);
    let around: Vec<bool> =
        world.app.logs().unwrap().shown().iter().map(|line| line.is_around).collect();
    assert_eq!(around, [true, false, true, true, false, true]);
    say(&mut world, &["x7", "after", "far"]);
    assert_eq!(shown(&world)[6..], ["line 19", "x7", "after"]);
    world.press("<");
    assert_eq!(shown(&world), ["line 7", "line 17", "x7"]);
}

#[test]
fn marked_lines_are_gone_to_and_copied() {
    let mut world = opened(&["a", "b", "c", "d", "e"]);
    world.press("k space k k space");
    assert_eq!(world.app.logs().unwrap().marked(), 2);
    world.press("m");
    assert!(world.screen().contains(">d"), "{}", world.screen());
    world.press("m");
    assert!(world.screen().contains(">b"), "round the end: {}", world.screen());
    world.press("ctrl-space k k ctrl-space c");
    let copied = world.copied();
    let copied: Vec<&str> = copied.lines().map(|line| line.rsplit(' ').next().unwrap()).collect();
    assert_eq!(copied, ["a", "b", "d"]);
    world.press("esc");
    assert_eq!(world.app.logs().unwrap().marked(), 0);
    world.press("m");
    assert!(world.said().contains("no line is marked"), "{}", world.said());
}

#[test]
fn a_time_is_gone_to() {
    let mut world = opened(&[]);
    let lines = [(600, Kind::Line, "a"), (300, Kind::Line, "b"), (60, Kind::Line, "c")];
    say_at(&mut world, &lines);
    world.press(r#"@ "6m" enter"#);
    assert!(world.screen().contains(">b"), "{}", world.screen());
    assert!(!world.app.logs().unwrap().follow);
    world.press(r#"@ "2h" enter"#);
    assert!(world.screen().contains(">a"), "{}", world.screen());
    assert!(world.said().contains("T reads them"), "{}", world.said());
    world.press(r#"@ "soon" enter"#);
    let prompt = world.app.prompt().unwrap();
    assert!(prompt.complaint.as_ref().unwrap().message.contains("soon"));
    world.press(r#"esc / "@7m..4m" enter"#);
    assert_eq!(shown(&world), ["b"]);
}

#[test]
fn the_histogram_is_moved_along() {
    let mut world = opened(&[]);
    let lines = [
        (50, Kind::Line, "a"),
        (50, Kind::Line, "ERROR: b"),
        (30, Kind::Line, "c"),
        (10, Kind::Line, "d"),
    ];
    say_at(&mut world, &lines);
    world.press("H (");
    assert!(world.screen().contains(">c"), "{}", world.screen());
    world.press("(");
    assert!(world.screen().contains(">a"), "{}", world.screen());
    world.press("(");
    assert!(world.said().contains("nothing was written earlier"), "{}", world.said());
    world.press(") )");
    assert!(world.screen().contains(">d"), "{}", world.screen());
    let bars = world.app.logs().unwrap().bars(100);
    let counts: Vec<(u64, u64)> = bars
        .iter()
        .filter(|bar| bar.count.lines > 0)
        .map(|bar| (bar.count.lines, bar.count.errors))
        .collect();
    assert_eq!(counts, [(2, 1), (1, 0), (1, 0)]);
    // What the filter leaves out is not counted.
    world.press(r#"/ "ERROR" enter"#);
    assert_eq!(world.app.logs().unwrap().bars(100).len(), 1);
}
