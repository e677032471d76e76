//! jq expressions over lines of logs, in the process that kx starts for them.

use std::path::Path;
use std::process::{Command, Stdio};

use kx::jq::{Evaluator, Failed};
use kx::logs::Made;

use crate::support::Cluster;

fn evaluator(expression: &str) -> Result<Evaluator, Failed> {
    Evaluator::of(Path::new(env!("CARGO_BIN_EXE_kx")), expression)
}

fn lines(lines: &[&str]) -> Vec<Vec<u8>> {
    lines.iter().map(|line| line.as_bytes().to_vec()).collect()
}

fn results(results: &[&str]) -> Made {
    Made::Results(results.iter().map(|&result| result.to_owned()).collect())
}

#[test]
fn each_line_has_its_answer() {
    let cases: [(&str, &[(&str, Made)]); 7] = [
        (
            ".msg",
            &[
                (r#"{"msg":"a \"b\""}"#, results(&["a \"b\""])),
                ("plain", Made::Plain),
                ("", Made::Plain),
                (r#"{"msg":{"b":[1,2.5,null]}}"#, results(&[r#"{"b":[1,2.5,null]}"#])),
                ("{}", results(&["null"])),
                (r#"{"msg":"a"} trailing"#, Made::Plain),
            ],
        ),
        (
            r#"select(.level == "error") | {msg, n: (.n + 1)}"#,
            &[
                (r#"{"level":"error","msg":"x","n":1}"#, results(&[r#"{"msg":"x","n":2}"#])),
                (r#"{"level":"info"}"#, results(&[])),
            ],
        ),
        (
            r#"select(.msg | test("TIME ?out"; "i")) | .msg | sub("[0-9]+"; "N")"#,
            &[
                (r#"{"msg":"a timeout of 31 s"}"#, results(&["a timeout of N s"])),
                (r#"{"msg":"nothing"}"#, results(&[])),
            ],
        ),
        (".[]", &[("[1,\"two\",[3]]", results(&["1", "two", "[3]"])), ("[]", results(&[]))]),
        ("map(select(. > 1)) | length", &[("[1,2,3]", results(&["2"]))]),
        (r#"to_entries | map(.key) | join(",")"#, &[(r#"{"b":1,"a":2}"#, results(&["b,a"]))]),
        (
            r#"if has("ms") then .ms else "-" end"#,
            &[(r#"{"ms":7}"#, results(&["7"])), ("{}", results(&["-"]))],
        ),
    ];
    for (expression, cases) in cases {
        let mut evaluator = evaluator(expression).unwrap();
        let asked: Vec<&str> = cases.iter().map(|(line, _)| *line).collect();
        let made = evaluator.make(&lines(&asked)).unwrap();
        let wanted: Vec<Made> = cases.iter().map(|(_, made)| made.clone()).collect();
        assert_eq!(made, wanted, "{expression}");
    }
    let mut failing = evaluator(".a.b").unwrap();
    let made = failing.make(&lines(&[r#"{"a":"text"}"#, r#"{"a":{"b":1}}"#])).unwrap();
    assert!(matches!(&made[0], Made::Failed(why) if why.contains("index")), "{made:?}");
    assert_eq!(made[1], results(&["1"]));
}

#[test]
fn what_is_no_expression_is_told() {
    for wrong in [
        ".msg |",
        "nothing_of_this_name",
        ".a ==",
        "{",
        "$x",
        "import \"x\" as x; .",
        "input",
        "\u{1b}[2J",
    ] {
        match evaluator(wrong) {
            Err(Failed::Wrong(why)) => {
                assert!(!why.is_empty() && why.len() < 200, "{wrong}: {why:?}");
            }
            other => panic!("{wrong}: {other:?}"),
        }
    }
}

#[test]
fn many_lines_come_back_in_order() {
    let many: Vec<Vec<u8>> =
        (0..50_000).map(|at| format!(r#"{{"n":{at}}}"#).into_bytes()).collect();
    let made = evaluator(".n").unwrap().make(&many).unwrap();
    let wanted = (0..50_000).map(|at| results(&[&at.to_string()]));
    assert!(made.into_iter().eq(wanted));
}

/// Nothing that an expression does harms more than the line that it does it at.
#[test]
fn what_does_not_end_or_takes_too_much_is_ended_at_its_line() {
    let expressions = [
        "if .bad then def f: 1 + f; f else .n end",
        "if .bad then last(repeat(.)) else .n end",
        "if .bad then [limit(1000000000; repeat(\"x\"))] else .n end",
        "if .bad then reduce range(40) as $i (\"x\"; . + .) else .n end",
    ];
    for expression in expressions {
        let mut evaluator = evaluator(expression).unwrap();
        let made = evaluator
            .make(&lines(&[r#"{"n":1}"#, r#"{"n":2}"#, r#"{"bad":true}"#, r#"{"n":4}"#]))
            .unwrap();
        assert_eq!(
            (&made[0], &made[1], &made[3]),
            (&results(&["1"]), &results(&["2"]), &results(&["4"])),
            "{expression}"
        );
        match &made[2] {
            Made::Failed(why) => assert!(why.contains("at this line"), "{expression}: {why}"),
            other => panic!("{expression}: {other:?}"),
        }
    }
    // Lines that are hard to read harm nothing either, and one that never ends is given up.
    let deep = "[".repeat(1 << 19);
    assert_eq!(evaluator(".").unwrap().make(&lines(&[&deep])).unwrap(), [Made::Plain]);
    let long = "[".repeat(1 << 20);
    let made = evaluator(".").unwrap().make(&lines(&[&long])).unwrap();
    assert!(matches!(&made[..], [Made::Failed(why)] if why.contains("1 MiB")), "{made:?}");
    let much = evaluator("range(1000000000)").unwrap().make(&lines(&["1"])).unwrap();
    assert!(matches!(&much[0], Made::Results(results) if results.len() < 1_000), "it is cut");
    let endless = evaluator("last(repeat(.))").unwrap().make(&lines(&["1"; 9]));
    assert!(matches!(endless, Err(Failed::Endless(_))), "{endless:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn kx_logs_prints_what_an_expression_makes() {
    let cluster = Cluster::frozen().await;
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    std::fs::write(&config, cluster.demo.kubeconfig()).unwrap();
    let kx = async |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kx"));
        command.args(["logs", "deploy/web", "-n", "shop", "--no-follow", "--tail", "50"]);
        command.arg("--kubeconfig").arg(&config).args(arguments).stdin(Stdio::null());
        let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, all, _) = kx(&["-o", "raw"]).await;
    let json: Vec<serde_json::Value> =
        all.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    assert!(code == Some(0) && json.len() > 40, "{all}");

    let (_, messages, _) = kx(&["-o", "raw", "--jq", ".msg"]).await;
    let mut wanted: Vec<&str> = json.iter().map(|line| line["msg"].as_str().unwrap()).collect();
    let mut seen: Vec<&str> = messages.lines().collect();
    wanted.sort_unstable();
    seen.sort_unstable();
    assert_eq!(seen, wanted);

    let slow = "select(.ms > 100) | {path, ms}";
    let (_, chosen, _) = kx(&["-o", "extjson", "--jq", slow]).await;
    let slow: Vec<_> = json.iter().filter(|line| line["ms"].as_u64() > Some(100)).collect();
    assert!(!slow.is_empty() && slow.len() < json.len());
    assert_eq!(chosen.lines().count(), slow.len());
    for line in chosen.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["message"]["ms"].as_u64() > Some(100), "{line}");
    }

    let (code, out, why) = kx(&["--jq", ".msg |"]).await;
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(why.contains("the expression") && why.contains("--jq"), "{why}");
    let (code, _, why) = kx(&["--jq", "last(repeat(.))"]).await;
    assert_eq!(code, Some(1));
    assert!(why.contains("does not end"), "{why}");
}
