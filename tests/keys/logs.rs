//! Logs: whose they are, what of them is shown, and that nothing is missed.

use kx::app::{Effect, Layout, LogNews, Msg, ObjectId};
use kx::logs::{Entries, Group, Kind, Query, Since, Stream, StreamId};

use ratatui::layout::Rect;

use crate::support::{NOON, World};

/// The logs asked for last: what they are called, and the question.
pub fn asked(world: &World) -> (ObjectId, Query) {
    let asked = world.effects.iter().rev().find_map(|effect| match effect {
        Effect::FollowLogs { id, query, .. } => Some((*id, query.clone())),
        _ => None,
    });
    asked.unwrap()
}

fn pods(query: &Query) -> Vec<String> {
    let of = |group: &Group| match group {
        Group::Pods(pods) => format!("{}/{}{}", pods.namespace, pods.fields, pods.names.join(",")),
        Group::Of(object) => {
            format!("{} {}/{}", object.resource.plural, object.namespace, object.name)
        }
    };
    query.groups.iter().map(of).collect()
}

pub fn say(world: &mut World, lines: &[&str]) {
    let (id, _) = asked(world);
    let mut entries = Entries::default();
    for line in lines {
        entries.push(1_780_000_000_000_000_000, StreamId(0), Kind::Line, line.as_bytes());
    }
    world.tell(Msg::Logs(id, LogNews::Entries(entries)));
}

/// A pod's logs, with these lines.
pub fn opened(lines: &[&str]) -> World {
    let mut world = World::new();
    world.press("l");
    let (id, _) = asked(&world);
    let stream = Stream { pod: "toolbox".into(), container: "main".into(), ..Stream::default() };
    world.tell(Msg::Logs(id, LogNews::Streams(vec![stream])));
    world.tell(Msg::Logs(id, LogNews::Reading(1)));
    say(&mut world, lines);
    world
}

#[test]
fn logs_of_a_pod_a_container_a_workload_and_of_marked_rows() {
    let cases = [
        ("l", "pod toolbox", "default/metadata.name=toolbox"),
        ("enter l", "toolbox/main", "default/metadata.name=toolbox"),
        (r#": "deploy shop" enter l"#, "deployment db", "deployments shop/db"),
        (r#": "svc shop" enter j l"#, "service web", "services shop/web"),
        (r#": "no" enter l"#, "node n1", "nodes /n1"),
        ("space space l", "2 pods", "default/metadata.name=toolbox kube-system/metadata.name=dns"),
    ];
    for (keys, title, of) in cases {
        let mut world = World::new();
        world.press(keys);
        let (_, query) = asked(&world);
        assert_eq!(pods(&query).join(" "), of, "{keys}");
        assert!(query.follow && !query.previous, "{keys}");
        assert_eq!(world.app.logs().unwrap().title, title, "{keys}");
    }
    let mut world = World::new();
    world.press("enter l");
    assert_eq!(asked(&world).1.containers.names, ["main"]);

    // What a selector chose is read by it, so that pods that come later are, too.
    let mut world = World::new();
    world.press(r#": "po -A -l app=db" enter"#);
    world.press("ctrl-a l");
    let (_, query) = asked(&world);
    let [Group::Pods(pods)] = query.groups.as_slice() else { panic!("{query:?}") };
    assert_eq!((pods.namespace.as_str(), pods.labels.as_str()), ("", "app=db"));
    assert!(pods.names.is_empty());
    assert_eq!(world.app.logs().unwrap().title, "pods -l app=db");
}

#[test]
fn what_has_no_pods_has_no_logs_and_the_key_still_moves() {
    let mut world = World::new();
    world.press(r#": "cm" enter l"#);
    assert!(world.app.logs().is_none());
    world.press(r#": "logs" enter"#);
    assert!(world.said().contains("no logs"), "{}", world.said());
}

#[test]
fn the_newest_line_is_in_view_until_one_goes_up() {
    let many: Vec<String> = (0..30).map(|number| format!("line {number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let mut world = opened(&many);
    let shown = |world: &World| {
        let logs = world.app.logs().unwrap();
        let text = |at: usize| logs.shown().get(at).map(|line| line.text.clone()).unwrap();
        (text(0), text(logs.shown().len() - 1))
    };
    assert_eq!(shown(&world), ("line 20".into(), "line 29".into()));
    say(&mut world, &["line 30"]);
    assert_eq!(shown(&world), ("line 21".into(), "line 30".into()));

    world.press("k");
    say(&mut world, &["line 31", "line 32"]);
    assert_eq!(shown(&world), ("line 21".into(), "line 30".into()), "it stands still");
    assert_eq!(world.app.logs().unwrap().counts(), (33, 33), "and nothing is missed");
    world.press("pageup pageup");
    assert_eq!(shown(&world).0, "line 11");
    world.press("g");
    assert_eq!(shown(&world).0, "line 0");
    world.press("G");
    assert_eq!(shown(&world).1, "line 32");
    say(&mut world, &["line 33"]);
    assert_eq!(shown(&world).1, "line 33", "at the end it follows again");
}

#[test]
fn a_filter_shows_what_matches_now_and_later_and_escape_shows_all_again() {
    let mut world = opened(&["one apple", "two pears", "three apples"]);
    world.press(r#"/ "apple" enter"#);
    assert!(world.screen().ends_with("one apple >three apples"), "{}", world.screen());
    say(&mut world, &["four pears", "five apples"]);
    assert!(world.screen().ends_with("three apples >five apples"), "{}", world.screen());
    assert_eq!(world.app.logs().unwrap().counts(), (3, 5));
    world.press(r#"esc / "!apple" enter"#);
    assert!(world.screen().ends_with("two pears >four pears"), "{}", world.screen());
    world.press("esc");
    assert_eq!(world.app.logs().unwrap().counts(), (5, 5));
}

#[test]
fn levels_narrow_and_errors_are_found() {
    let mut world = opened(&["INFO: a", "ERROR: b", "WARN: c", "d", "ERROR: e", "INFO: f"]);
    world.press("N");
    assert!(world.screen().contains(">ERROR: e"), "{}", world.screen());
    world.press("N");
    assert!(world.screen().contains(">ERROR: b"), "{}", world.screen());
    world.press("N");
    assert!(world.said().contains("no error above"), "{}", world.said());
    world.press("n");
    assert!(world.screen().contains(">ERROR: e"), "{}", world.screen());
    world.press("+ +");
    assert_eq!(world.app.logs().unwrap().counts(), (3, 6));
    world.press("+");
    assert_eq!(world.app.logs().unwrap().counts(), (2, 6));
    world.press("- - -");
    assert_eq!(world.app.logs().unwrap().counts(), (6, 6));
}

#[test]
fn lines_are_taken_apart_and_shown_raw_on_a_key() {
    let line = r#"{"level":"error","msg":"it failed","path":"/cart"}"#;
    let mut world = opened(&[line]);
    assert!(world.screen().ends_with(">ERR it failed  path=/cart"), "{}", world.screen());
    world.press("r");
    assert!(world.screen().ends_with(line), "{}", world.screen());
    world.press("c");
    assert_eq!(world.copied(), line);
}

#[test]
fn what_a_terminal_would_act_on_is_not_shown() {
    let world = opened(&["a\u{1b}[2Jb\u{1b}]52;c;aGk=\u{7}c\u{1b}[31md"]);
    let line = &world.app.logs().unwrap().shown()[0];
    assert_eq!(line.text, "abcd");
    assert_eq!(line.looks.len(), 1, "a colour is kept");
}

#[test]
fn a_programs_colours_are_shown_or_not() {
    let mut world = opened(&["\u{1b}[31mred\u{1b}[0m and not", "\u{1b}[1;44mbold\u{1b}[m"]);
    let shown = |world: &World| {
        let lines = world.app.logs().unwrap().shown();
        lines.iter().map(|line| (line.text.clone(), line.looks.len())).collect::<Vec<_>>()
    };
    let lines = |looks| vec![("red and not".to_owned(), looks), ("bold".to_owned(), looks)];
    assert_eq!(shown(&world), lines(1));
    world.press("A");
    assert_eq!(shown(&world), lines(0));
    say(&mut world, &["\u{1b}[32mgreen"]);
    assert_eq!(shown(&world).last(), Some(&("green".to_owned(), 0)));
    world.press("A");
    assert_eq!(shown(&world)[..2], lines(1));
}

#[test]
fn previous_logs_come_in_the_place_of_these_and_back() {
    let mut world = opened(&["now"]);
    let (id, _) = asked(&world);
    world.press("p");
    assert!(world.effects.contains(&Effect::Unfollow { id }));
    let (other, query) = asked(&world);
    assert!(query.previous && !query.follow && other != id);
    world.press("p");
    assert!(!asked(&world).1.previous);
    world.press("esc");
    assert!(world.app.logs().is_none());
}

#[test]
fn logs_are_read_on_while_one_looks_elsewhere_and_let_go_when_left() {
    let mut world = opened(&["one"]);
    let (id, _) = asked(&world);
    world.press(r#": "deploy" enter"#);
    assert!(!world.effects.contains(&Effect::Unfollow { id }));
    say(&mut world, &["two"]);
    world.press("[");
    assert!(world.screen().ends_with("one >two"), "{}", world.screen());
    world.press("esc");
    assert!(world.effects.contains(&Effect::Unfollow { id }));
}

#[test]
fn a_long_line_wraps_on_a_key() {
    let long = "x".repeat(250);
    let mut world = opened(&["short", &long]);
    let heights = |world: &World| {
        world.app.logs().unwrap().shown().iter().map(|line| line.height).collect::<Vec<_>>()
    };
    assert_eq!(heights(&world), [1, 1]);
    world.press("w");
    assert_eq!(heights(&world), [1, 3]);
    // A narrower screen is drawn again, with more lines.
    world.app.take_redraw();
    world.tell(Msg::Drawn(Layout { body: Rect::new(0, 4, 60, 10), ..Layout::default() }));
    assert!(world.app.take_redraw());
    assert_eq!(heights(&world), [1, 5]);
}

#[test]
fn why_logs_cannot_be_read_is_said() {
    let mut world = World::new();
    world.press("l");
    let (id, _) = asked(&world);
    world.tell(Msg::Logs(id, LogNews::Failed("pods are forbidden".into())));
    world.tell(Msg::Logs(id, LogNews::Over));
    let words = world.app.words();
    assert!(words.detail.contains("forbidden"), "{words:?}");
    world.press("ctrl-r");
    assert!(asked(&world).0 == id && world.effects.contains(&Effect::Unfollow { id }));
}

#[test]
fn lines_that_are_there_do_not_come_once_more_when_they_are_read_again() {
    let mut world = opened(&["one", "two"]);
    let (old, query) = asked(&world);
    world.tell(Msg::Logs(old, LogNews::Failed("the server is gone".into())));
    world.press(r#"w / "o" enter ctrl-r"#);
    let (new, again) = asked(&world);
    assert!(new != old && world.effects.contains(&Effect::Unfollow { id: old }));
    assert_eq!(again, query);
    let stream = Stream { pod: "toolbox".into(), container: "main".into(), ..Stream::default() };
    world.tell(Msg::Logs(new, LogNews::Streams(vec![stream])));
    say(&mut world, &["one", "two", "three"]);
    assert_eq!(shown(&world), ["one", "two"]);
    assert_eq!(world.app.logs().unwrap().counts(), (2, 3));
}

/// Lines written so many seconds before noon.
pub fn say_at(world: &mut World, lines: &[(i64, Kind, &str)]) {
    let (id, _) = asked(world);
    let mut entries = Entries::default();
    for (before, kind, line) in lines {
        entries.push((NOON - before) * 1_000_000_000, StreamId(0), *kind, line.as_bytes());
    }
    world.tell(Msg::Logs(id, LogNews::Entries(entries)));
}

pub fn shown(world: &World) -> Vec<String> {
    world.app.logs().unwrap().shown().iter().map(|line| line.text.clone()).collect()
}

#[test]
fn logs_are_read_anew_from_a_time_on() {
    let mut world = opened(&["one"]);
    let (old, query) = asked(&world);
    assert!(query.tail.is_some());
    world.press(r#"w / "x" enter T "10m" enter"#);
    let (new, query) = asked(&world);
    assert!(new != old && world.effects.contains(&Effect::Unfollow { id: old }));
    assert_eq!((query.since, query.tail), (Some(Since::At(NOON - 600)), None));
    let logs = world.app.logs().unwrap();
    assert!(logs.face.wrap && logs.filter.text() == "x", "it is shown as before");
    world.press(r#"T "all" enter"#);
    assert_eq!(asked(&world).1.since, None);
}

#[test]
fn lines_that_say_the_same_are_one_on_a_key() {
    let mut world = opened(&["a", "b", "b", "b", "c"]);
    world.press("b");
    say(&mut world, &["c", "c", "d"]);
    let lines: Vec<(String, u32)> = (world.app.logs().unwrap().shown().iter())
        .map(|line| (line.text.clone(), line.times))
        .collect();
    let wanted = [("a", 1), ("b", 3), ("c", 3), ("d", 1)];
    assert_eq!(lines, wanted.map(|(text, times)| (text.to_owned(), times)));
    world.press("b");
    assert_eq!(shown(&world).len(), 8);
}

#[test]
fn events_stand_among_the_lines_on_a_key() {
    let mut world = opened(&[]);
    let lines = [
        (50, Kind::Line, "a"),
        (40, Kind::Event, "Warning BackOff: it failed"),
        (30, Kind::Line, "b"),
    ];
    say_at(&mut world, &lines);
    assert_eq!(shown(&world), ["a", "b"]);
    assert!(asked(&world).1.events);
    world.press("e");
    assert_eq!(shown(&world), ["a", "Warning BackOff: it failed", "b"]);
    assert_eq!(world.app.logs().unwrap().shown()[1].entry.level, kx::logs::Level::Warning);
    say_at(&mut world, &[(20, Kind::Event, "Normal Pulled: it is there")]);
    assert_eq!(shown(&world).len(), 4);
    world.press("e");
    assert_eq!(shown(&world), ["a", "b"]);
}

#[test]
fn fields_are_columns_and_a_line_is_taken_apart() {
    let mut world = opened(&[
        r#"{"level":"info","msg":"served","path":"/cart","who":{"id":7}}"#,
        r#"{"msg":"failed","path":"/a"}"#,
        "plain words",
    ]);
    world.press(r#"F "path who.id" enter"#);
    assert_eq!(shown(&world), ["INF  /cart  7  served", "/a     -  failed", "plain words"]);
    world.press("k k enter");
    let line = &world.app.logs().unwrap().shown()[0];
    let below: Vec<String> =
        line.below.iter().map(|(key, value)| format!("{key}:{value}")).collect();
    assert_eq!(below, ["message:served", "path:/cart", "who:{", ":  \"id\": 7", ":}"]);
    assert_eq!(line.height, 6);
    world.press("enter");
    assert_eq!(world.app.logs().unwrap().shown()[0].height, 1);
}

#[test]
fn what_is_shown_or_all_is_saved_in_a_file_of_a_name() {
    let mut world = opened(&["one", "two"]);
    let saved = |world: &World| {
        let saved = world.effects.iter().rev().find_map(|effect| match effect {
            Effect::Save { export, path } => Some((export.clone(), path.clone())),
            _ => None,
        });
        let (export, path) = saved.unwrap();
        let mut out = Vec::new();
        export.write(&mut out).unwrap();
        (String::from_utf8(out).unwrap(), path.display().to_string())
    };
    world.press(r#"/ "two" enter ctrl-s enter"#);
    let (text, path) = saved(&world);
    assert!(text.ends_with("Z two\n") && text.lines().count() == 1, "{text}");
    assert!(path.starts_with("pod-toolbox-") && path.contains(".log"), "{path}");
    world.press(r#"S ctrl-u "/tmp/x.jsonl" enter"#);
    let (text, path) = saved(&world);
    assert_eq!((text.lines().count(), path.as_str()), (2, "/tmp/x.jsonl"));
    assert!(text.lines().all(|line| line.contains(r#""podName":"toolbox""#)), "{text}");
}

#[test]
fn times_are_told_in_several_ways() {
    let mut world = opened(&[]);
    say_at(&mut world, &[(300, Kind::Line, "a")]);
    let time = |world: &World| world.app.logs().unwrap().shown()[0].time.clone();
    let mut forms = Vec::new();
    for _ in 0..5 {
        forms.push(time(&world).trim().len());
        world.press("t");
    }
    assert_eq!(forms, [12, 23, 24, 6, 0]);
    world.press("t t t");
    assert_eq!(time(&world).trim(), "5m ago");
    assert!(world.app.next_wake(NOON).is_some(), "it changes by itself");
    world.press("#");
    assert_eq!(world.app.logs().unwrap().shown()[0].place.trim(), "1");
}
