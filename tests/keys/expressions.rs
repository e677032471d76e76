//! jq expressions over lines of logs: which lines are asked about, what is shown of the answers, and that nothing waits for them.

use kx::app::{Effect, Level, Msg, ObjectId};
use kx::logs::Made;

use crate::logs::{opened, say};
use crate::support::World;

const LINES: [&str; 4] = [
    r#"{"level":"info","msg":"one"}"#,
    "plain words",
    r#"{"level":"error","msg":"two"}"#,
    r#"{"level":"info","msg":"three"}"#,
];

/// The question that is open: of which logs, its number, the expression, the lines.
fn question(world: &mut World) -> Option<(ObjectId, u64, String, Vec<String>)> {
    let mut found: Vec<(ObjectId, u64, String, Vec<String>)> = Vec::new();
    world.effects.retain(|effect| match effect {
        Effect::Express { id, question, expression, lines } => {
            let lines = lines.iter().map(|line| String::from_utf8_lossy(line).into_owned());
            found.push((*id, *question, expression.text().to_owned(), lines.collect()));
            false
        }
        _ => true,
    });
    let mut found = found.into_iter();
    let question = found.next();
    assert!(found.next().is_none(), "one is asked after the other");
    question
}

/// What `.msg`, or with `select` the message of errors alone, gives.
fn made(expression: &str, line: &str) -> Made {
    let Ok(json) = serde_json::from_str::<serde_json::Value>(line) else { return Made::Plain };
    if expression.starts_with("select") && json["level"] != "error" {
        return Made::Results(Vec::new());
    }
    Made::Results(vec![json["msg"].as_str().unwrap().to_owned()])
}

/// Answers until nothing more is asked; how many lines were asked about.
fn answer(world: &mut World) -> usize {
    let mut asked = 0;
    while let Some((id, number, expression, lines)) = question(world) {
        asked += lines.len();
        let answers = lines.iter().map(|line| made(&expression, line)).collect();
        world.tell(Msg::Expressed(id, number, Ok(answers)));
        world.finish();
    }
    asked
}

fn shown(world: &World) -> Vec<String> {
    world.app.logs().unwrap().shown().iter().map(|line| line.text.clone()).collect()
}

#[test]
fn results_are_shown_instead_of_lines_and_what_is_no_json_stays() {
    let mut world = opened(&LINES);
    world.press(r#"J ".msg" enter"#);
    assert_eq!(shown(&world).len(), 4, "until there is an answer, all lines are there");
    answer(&mut world);
    assert_eq!(shown(&world), ["one", "plain words", "two", "three"]);
    say(&mut world, &[r#"{"msg":"four"}"#]);
    assert_eq!(answer(&mut world), 1, "only what is new is asked about");
    assert_eq!(shown(&world).last().unwrap(), "four");
    // What was written is what is copied.
    world.press("g c");
    assert_eq!(world.copied(), LINES[0]);
    world.press("G");
    // The filter is about what was written; what it leaves is shown as before.
    world.press(r#"/ "level" enter"#);
    answer(&mut world);
    assert_eq!(shown(&world), ["one", "two", "three"]);
    world.press("esc");
    answer(&mut world);
    world.press("esc");
    let forgotten = world.effects.iter().any(|e| matches!(e, Effect::ForgetExpression { .. }));
    assert!(forgotten && shown(&world).len() == 5 && shown(&world)[0].contains("INF one"));
}

#[test]
fn an_expression_that_chooses_leaves_out_all_else() {
    let mut world = opened(&LINES);
    world.press(r#": "jq select(.level == \"error\") | .msg" enter"#);
    answer(&mut world);
    assert_eq!(shown(&world), ["two"]);
    assert_eq!(world.app.logs().unwrap().counts(), (1, 4));
    say(
        &mut world,
        &["more words", r#"{"level":"error","msg":"five"}"#, r#"{"level":"info","msg":"six"}"#],
    );
    assert_eq!(shown(&world), ["two"], "what is not known yet is not shown");
    answer(&mut world);
    assert_eq!(shown(&world), ["two", "five"]);
    // Lines around, folded bursts and searches are those of what is left.
    world.press(">");
    answer(&mut world);
    assert_eq!(world.app.logs().unwrap().counts(), (6, 7));
    world.press("<");
    answer(&mut world);
    world.press(r#"f "level" enter"#);
    assert_eq!(world.app.logs().unwrap().matches().1, 2);
    world.press("esc J ctrl-u enter");
    assert_eq!(world.app.logs().unwrap().counts(), (7, 7));
}

#[test]
fn many_lines_are_asked_about_a_part_at_a_time_the_newest_first() {
    let many: Vec<String> = (0..60_000).map(|at| format!(r#"{{"msg":"line {at}"}}"#)).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let mut world = opened(&many);
    world.press(r#"J ".msg" enter"#);
    let (id, number, _, lines) = question(&mut world).unwrap();
    assert!(lines.len() < 2_000 && lines[0].contains("line 59999"), "{}", lines.len());
    assert_eq!(world.app.busy(), None, "it waits, and does not spin");
    let answers = lines.iter().map(|line| made("", line)).collect();
    world.tell(Msg::Expressed(id, number, Ok(answers)));
    assert_eq!(shown(&world).last().unwrap(), "line 59999");
    assert_eq!(world.app.logs().unwrap().at_work(), Some("evaluating"));
    answer(&mut world);
    assert_eq!(world.app.logs().unwrap().counts(), (60_000, 60_000));
    // What was forgotten of the answers is asked about where it comes into view.
    world.press("g");
    assert!(shown(&world)[0].contains("line 0"));
    assert!((1..100).contains(&answer(&mut world)));
    assert_eq!(shown(&world)[0], "line 0");
}

#[test]
fn what_is_wrong_is_said_and_the_lines_are_there() {
    let mut world = opened(&LINES);
    world.press(r#"J ".msg" enter"#);
    let (id, number, ..) = question(&mut world).unwrap();
    let failed = Made::Failed("cannot index".to_owned());
    world.tell(Msg::Expressed(id, number, Ok(vec![failed; 4])));
    assert_eq!(shown(&world).len(), 4);
    let (lines, why) = world.app.logs().unwrap().expressed().unwrap().failed().unwrap();
    assert_eq!((lines, why), (4, "cannot index"));

    world.press(r#"J ctrl-u ".msg |" enter"#);
    let (id, next, ..) = question(&mut world).unwrap();
    assert!(next > number);
    // An answer to the one before is none to this one.
    world.tell(Msg::Expressed(id, number, Ok(vec![Made::Plain; 4])));
    assert!(question(&mut world).is_none());
    world.tell(Msg::Expressed(id, next, Err("something is missing at the end".to_owned())));
    assert_eq!(world.said(), "jq: something is missing at the end; lines are shown as written");
    assert_eq!(world.app.notice().unwrap().level, Level::Warning);
    assert!(world.app.logs().unwrap().expressed().is_none() && shown(&world).len() == 4);

    let mut world = World::new();
    world.press(r#": "jq .msg" enter"#);
    assert!(world.said().contains("open logs first"), "{}", world.said());
}

#[test]
fn logs_that_are_read_anew_are_evaluated_anew() {
    let mut world = opened(&LINES);
    world.press(r#"J ".msg" enter"#);
    answer(&mut world);
    world.press("p");
    let (id, _) = crate::logs::asked(&world);
    assert_eq!(world.app.logs().unwrap().expressed().unwrap().text(), ".msg");
    let stream = kx::logs::Stream { pod: "toolbox".into(), ..kx::logs::Stream::default() };
    world.tell(Msg::Logs(id, kx::app::LogNews::Streams(vec![stream])));
    world.effects.retain(|e| !matches!(e, Effect::FollowLogs { .. }));
    let mut entries = kx::logs::Entries::default();
    entries.push(0, kx::logs::StreamId(0), kx::logs::Kind::Line, LINES[2].as_bytes());
    world.tell(Msg::Logs(id, kx::app::LogNews::Entries(entries)));
    answer(&mut world);
    assert_eq!(shown(&world), ["two"]);
}
