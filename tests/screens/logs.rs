//! Logs as they look: many containers, what narrows them, and lines that mean harm.

use kx::app::{LogNews, Msg, Setup, Times};
use kx::logs::{Entries, Kind, Room, Stream, StreamId};

use super::cluster::NOW;
use super::stage::{Stage, setup, text};

/// The logs of a pod, with lines of two containers.
fn logs(setup: Setup, lines: &[(u32, i64, Kind, &[u8])]) -> Stage {
    let mut stage = Stage::new(setup);
    stage.connect();
    stage.serve();
    stage.press("l");
    // The time of day depends on where the machine stands.
    stage.press("t t");
    assert_eq!(stage.app.logs().unwrap().face.times, Times::Utc);
    let stream = |pod: &str, container: &str| Stream {
        namespace: "shop".into(),
        pod: pod.into(),
        container: container.into(),
        ..Stream::default()
    };
    let streams =
        vec![stream("web-7688cfc66b-m2fpd", "web"), stream("web-7688cfc66b-x8k2p", "web")];
    hear(&mut stage, LogNews::Streams(streams));
    hear(&mut stage, LogNews::Reading(2));
    let mut entries = Entries::default();
    for (stream, before, kind, line) in lines {
        entries.push((NOW - before) * 1_000_000_000, StreamId(*stream), *kind, line);
    }
    hear(&mut stage, LogNews::Entries(entries));
    stage
}

fn hear(stage: &mut Stage, news: LogNews) {
    let id = stage.app.logs().unwrap().id;
    stage.send(Msg::Logs(id, news));
    while stage.app.busy().is_some() {
        stage.send(Msg::Step);
    }
}

fn check(name: &str, mut stage: Stage) {
    for (width, height) in [(60, 15), (120, 40)] {
        let frame = text(&stage.draw(width, height));
        insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(format!("{name}-{width}x{height}"), frame);
        });
    }
}

const LINES: [(u32, i64, Kind, &[u8]); 12] = [
    (0, 95, Kind::Joined, b""),
    (1, 94, Kind::Joined, b""),
    (0, 90, Kind::Line, br#"{"level":"info","msg":"listening","addr":":8080"}"#),
    (1, 88, Kind::Line, br#"{"level":"info","msg":"listening","addr":":8080"}"#),
    (
        0,
        61,
        Kind::Line,
        br#"{"level":"info","msg":"served","path":"/cart","ms":3,"user":{"id":7}}"#,
    ),
    (0, 60, Kind::Line, b"INFO: it goes on"),
    (0, 59, Kind::Line, b"INFO: it goes on"),
    (0, 58, Kind::Line, b"INFO: it goes on"),
    (1, 40, Kind::Event, b"Warning Unhealthy (x3): Readiness probe failed: 503"),
    (
        1,
        30,
        Kind::Line,
        br#"{"level":"error","msg":"no connection to the database","path":"/pay","ms":5000}"#,
    ),
    (
        1,
        29,
        Kind::Line,
        b"W0115 11:59:31.000000       1 pool.go:42] \"it is tried again\" attempt=2",
    ),
    (
        0,
        3,
        Kind::Line,
        br#"10.0.0.1 - ann [15/Jan/2027:07:59:57 +0000] "GET /cart HTTP/1.1" 200 512 "-" "curl/8""#,
    ),
];

#[test]
fn lines_of_several_containers() {
    check("logs", logs(setup(), &LINES));
}

#[test]
fn what_narrows_them_is_said() {
    let mut stage = logs(setup(), &LINES);
    stage.press("H e b > / it&&!tried esc");
    stage.press("f listening enter space");
    check("logs-narrowed", stage);
}

#[test]
fn fields_as_columns_and_a_line_taken_apart() {
    let mut stage = logs(setup(), &LINES);
    stage.press("b F");
    stage.press("path space ms space user.id enter k k k k k enter");
    check("logs-fields", stage);
}

#[test]
fn what_was_let_go_is_said_in_its_place() {
    let small = Setup { log_room: Room { memory: 4 << 10, disk: 0, disks: None }, ..setup() };
    let line = "x".repeat(5_000);
    let lines: Vec<_> = (0..200).map(|at| (0, 200 - at, Kind::Line, line.as_bytes())).collect();
    let mut stage = logs(small, &lines);
    stage.press("g");
    let frame = text(&stage.draw(120, 40));
    let gone = stage.app.logs().unwrap().let_go();
    assert!(gone > 0 && frame.contains(&format!("{gone} older lines were let go")), "{frame}");
    stage.press("G");
    assert!(!text(&stage.draw(120, 40)).contains("let go"), "only where they were");
}

#[test]
fn lines_that_mean_harm_are_harmless() {
    let long = [b"long ".repeat(2 << 20).as_slice(), b"\x1b[2Jend"].concat();
    let hostile: [&[u8]; 9] = [
        b"\x1b[2J\x1b[1;1Hgone?\x1b]0;title\x07\x1b]52;c;aGk=\x1b\\",
        b"\x1b[31mred\x1b[0m \x9b31mC1 \xc2\x9b2J",
        b"invalid \xff\xfe\xc3( UTF-8",
        "\u{202e}gnp.exe \u{2066}turned\u{2069} \u{200f}".as_bytes(),
        br#"{"level":"info","msg":"\u001b[2Jin JSON","k":"\u202e\u0007"}"#,
        b"level=info msg=\"\x1b[2J\" a=\x07\x08\x08",
        b"a\rb\x0bc\x0cd\x00e\x7f",
        "zero\u{200b}width\u{feff} \u{2028}lines\u{2029}".as_bytes(),
        &long,
    ];
    let lines: Vec<_> = hostile.iter().map(|line| (0, 5, Kind::Line, *line)).collect();
    for keys in ["", "r", "w", "w r", "k enter", "H", "b", "k k k k enter"] {
        let mut stage = logs(setup(), &lines);
        stage.press(keys);
        for (width, height) in [(60, 15), (120, 40)] {
            let buffer = stage.draw(width, height);
            for cell in buffer.content() {
                let bad = |c: char| {
                    c.is_control()
                        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
                        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}')
                };
                let symbol = cell.symbol();
                assert!(!symbol.contains(bad), "{keys}: {symbol:?} in\n{}", text(&buffer));
            }
            let frame = text(&buffer);
            assert!(frame.contains("logs"), "the screen stands: {frame}");
        }
    }
}

#[test]
fn in_ascii_nothing_of_logs_itself_is_beyond_ascii() {
    let mut stage = logs(Setup { ascii: true, ..setup() }, &LINES);
    stage.press("H b e space");
    for (width, height) in [(60, 15), (120, 40)] {
        let frame = text(&stage.draw(width, height));
        let beyond: String = frame.chars().filter(|c| !c.is_ascii()).collect();
        assert_eq!(beyond, "", "{frame}");
    }
}
