//! That expressions have what people who read logs expect of jq 1.7.

use super::program::Program;
use crate::logs::Made;

fn made(expression: &str, line: &str) -> Vec<String> {
    let program = Program::new(expression).unwrap_or_else(|why| panic!("{expression}: {why}"));
    match program.make(line.as_bytes()) {
        Made::Results(results) => results,
        other => panic!("{expression}: {other:?}"),
    }
}

fn fails(expression: &str, line: &str) -> String {
    match Program::new(expression).unwrap().make(line.as_bytes()) {
        Made::Failed(why) => why,
        other => panic!("{expression}: {other:?}"),
    }
}

/// Expressions with what they are given, and each result as jq 1.7 prints it with `-rc`.
const CASES: &[(&str, &str, &str)] = &[
    // Encodings.
    ("@base64d", r#""aGkgdGhlcmU=""#, "hi there"),
    ("@base64d", r#""aGkgdGhlcmU""#, "hi there"),
    ("@base64", r#""hi there""#, "aGkgdGhlcmU="),
    ("@uri", r#""a b/é?""#, "a%20b%2F%C3%A9%3F"),
    ("@urid", r#""a%20b%2F%C3%A9%3F 100%""#, "a b/é? 100%"),
    ("@html", r#""<a href='x'>&</a>""#, "&lt;a href=&#39;x&#39;&gt;&amp;&lt;/a&gt;"),
    ("@htmld", r#""&lt;b&gt; &amp;amp; &quot;""#, "<b> &amp; \""),
    ("@text", "[1,2]", "[1,2]"),
    ("@json", r#"{"a":"b"}"#, r#"{"a":"b"}"#),
    ("@csv", r#"[1,"a\"b",null,true]"#, r#"1,"a""b",,true"#),
    ("@tsv", r#"["a\tb",2]"#, "a\\tb\t2"),
    ("@sh", r#""it's""#, r"'it'\''s'"),
    (r#""\(.ms) ms, @ \(@base64 "\(.a)")""#, r#"{"ms":7,"a":"hi"}"#, "7 ms, @ aGk="),
    // Times.
    ("todate", "1768478400", "2026-01-15T12:00:00Z"),
    ("fromdate", r#""2026-01-15T12:00:00Z""#, "1768478400"),
    ("fromdate", r#""2026-01-15T14:00:00.5+02:00""#, "1768478400.5"),
    ("date", "1768478400", "2026-01-15T12:00:00Z"),
    (r#"dateadd("seconds"; 60) | todate"#, "1768478400", "2026-01-15T12:01:00Z"),
    (
        r#"strptime("%d/%b/%Y:%H:%M:%S %z") | mktime"#,
        r#""15/Jan/2026:12:00:00 +0000""#,
        "1768478400",
    ),
    (
        r#"strptime("%Y-%m-%d %H:%M:%S") | mktime | todate"#,
        r#""2026-01-15 12:00:00""#,
        "2026-01-15T12:00:00Z",
    ),
    ("gmtime", "1768478400", "[2026,0,15,12,0,0,4,14]"),
    (r#"strftime("%H:%M on %A")"#, "1768478400", "12:00 on Thursday"),
    (r#"gmtime | strftime("%Y-%m-%dT%H:%M:%SZ")"#, "1768478400", "2026-01-15T12:00:00Z"),
    ("(now | type), (now > 1768478400)", "1", "number"),
    // Numbers.
    ("[.[] | floor, round, ceil]", "[1.5]", "[1,2,2]"),
    ("sqrt", "16", "4.0"),
    ("pow(.; 2), pow(2; .)", "3", "9.0"),
    ("[log, log2, log10, exp]", "1", "[0.0,0.0,0.0,2.718281828459045]"),
    ("[.[] | fabs, trunc]", "[-1.5]", "[1.5,-1.0]"),
    ("add / length", "[1,2,6]", "3.0"),
    ("abs", "-3", "3"),
    ("tonumber", r#""42""#, "42"),
    ("tostring", "42", "42"),
    ("min, max", "[3,1,2]", "1"),
    // Texts.
    ("ascii_downcase", r#""ERROR""#, "error"),
    ("ascii_upcase", r#""error""#, "ERROR"),
    (r#"test("time ?out"; "i")"#, r#""TIMEOUT""#, "true"),
    (r#"[match("[a-z]+"; "g").string]"#, r#""one 2 three""#, r#"["one","three"]"#),
    (r#"capture("(?<k>\\w+)=(?<v>\\w+)")"#, r#""a=b""#, r#"{"k":"a","v":"b"}"#),
    (r#"[scan("[0-9]+")]"#, r#""1 and 22""#, r#"["1","22"]"#),
    (r#"sub("[0-9]+"; "N"), gsub("[0-9]"; "N")"#, r#""a 12""#, "a N"),
    (r#"split(",")"#, r#""a,b""#, r#"["a","b"]"#),
    (r#"split(", *"; null)"#, r#""a, b""#, r#"["a","b"]"#),
    (r#"[splits(", *")]"#, r#""a, b""#, r#"["a","b"]"#),
    (r#"ltrimstr("pod/"), rtrimstr("x")"#, r#""pod/web""#, "web"),
    ("trim, ltrim, rtrim", r#"" a ""#, "a"),
    (r#"startswith("a"), endswith("c")"#, r#""abc""#, "true"),
    (r#"join("-")"#, r#"["a",1,"b"]"#, "a-1-b"),
    ("explode | implode", r#""é""#, "é"),
    ("length, utf8bytelength", r#""é""#, "1"),
    (r#"indices(", "), index(","), rindex(",")"#, r#""a, b, c""#, "[1,4]"),
    ("fromjson", r#""{\"a\":1}""#, r#"{"a":1}"#),
    ("tojson", r#"{"a":1}"#, r#"{"a":1}"#),
    // Shapes.
    ("keys, keys_unsorted", r#"{"b":1,"a":2}"#, r#"["a","b"]"#),
    ("with_entries(.value += 1)", r#"{"a":1}"#, r#"{"a":2}"#),
    (r#"has("a"), (["a"] | inside(["a","b"]))"#, r#"{"a":1}"#, "true"),
    (r#"contains({a: "b"})"#, r#"{"a":"abc"}"#, "true"),
    (r#"del(.a), delpaths([["a"]])"#, r#"{"a":1,"b":2}"#, r#"{"b":2}"#),
    (r#"getpath(["a","b"])"#, r#"{"a":{"b":3}}"#, "3"),
    (r#"setpath(["a"]; 3)"#, r#"{"a":1}"#, r#"{"a":3}"#),
    ("[paths], [leaf_paths]", r#"{"a":{"b":3}}"#, r#"[["a"],["a","b"]]"#),
    ("pick(.a)", r#"{"a":1,"b":2}"#, r#"{"a":1}"#),
    ("to_entries", r#"{"a":1}"#, r#"[{"key":"a","value":1}]"#),
    ("group_by(.a) | map(length)", r#"[{"a":1},{"a":2},{"a":1}]"#, "[2,1]"),
    ("unique_by(.a) | length", r#"[{"a":1},{"a":1}]"#, "1"),
    ("sort_by(.a) | first.a, last.a", r#"[{"a":2},{"a":1}]"#, "1"),
    ("flatten, reverse", "[[1],[2,[3]]]", "[1,2,3]"),
    ("any(. > 1), all(. > 1)", "[1,2]", "true"),
    ("[limit(2; .[])], [first(.[])], nth(1)", "[1,2,3]", "[1,2]"),
    ("[range(3)], [range(0; 6; 2)]", "1", "[0,1,2]"),
    ("[recurse(if . < 3 then . + 1 else empty end)]", "1", "[1,2,3]"),
    ("walk(if type == \"number\" then . + 1 else . end)", "[1,[2]]", "[2,[3]]"),
    ("transpose", "[[1,2],[3,4]]", "[[1,3],[2,4]]"),
    ("IN(1, 2)", "2", "true"),
    ("INDEX(.id) | keys", r#"[{"id":7}]"#, r#"["7"]"#),
    ("toarray", "1", "[1]"),
    (".a as [$x, {b: $y}] | $x + $y", r#"{"a":[1,{"b":2}]}"#, "3"),
    (r#".a // "none""#, "{}", "none"),
    (r#"try error("no") catch ."#, "1", "no"),
    ("reduce .[] as $x (0; . + $x)", "[1,2]", "3"),
    ("[foreach .[] as $x (0; . + $x)]", "[1,2]", "[1,3]"),
    (
        "[.[] | numbers, strings, arrays, objects, booleans, nulls]",
        r#"[1,"a",null]"#,
        r#"[1,"a",null]"#,
    ),
    ("[splits(\"b\")] | length", r#""abc""#, "2"),
];

#[test]
fn expressions_give_what_jq_gives() {
    let mut wrong = String::new();
    for &(expression, line, wanted) in CASES {
        let result = std::panic::catch_unwind(|| made(expression, line));
        match result {
            Ok(results) if results.first().is_some_and(|first| first == wanted) => {}
            Ok(results) => wrong.push_str(&format!("{expression} of {line}: {results:?}\n")),
            Err(_) => wrong.push_str(&format!("{expression}: not there\n")),
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_cannot_be_made_says_why() {
    assert!(fails("fromdate", r#""yesterday""#).contains("no time of RFC 3339"));
    assert!(fails(r#"strptime("%Y")"#, r#""x""#).contains("no time of the form"));
    assert!(fails("@base64d", r#""%%%""#).contains("no base64"));
    assert!(fails("sqrt", r#""x""#).contains("no number"));
    assert!(fails("todate", r#""x""#).contains("no number of seconds"));
    assert!(fails("@csv", "[[1]]").contains("no cell"));
    for halt in ["halt", "halt_error", "halt_error(3)", "halt(1)"] {
        assert!(fails(halt, "1").contains("cannot end"), "{halt}");
    }
}

#[test]
fn what_jq_has_and_kx_has_not_is_told_with_the_reason() {
    for (expression, name, why) in [
        ("input", "\"input/0\"", "by itself"),
        ("[inputs]", "\"inputs/0\"", "by itself"),
        ("env.HOME", "\"env/0\"", "environment"),
        ("$ENV.HOME", "ENV", "environment"),
        (".a | sin", "\"sin/0\"", "trigonometry"),
        ("atan2(.a; .b)", "\"atan2/2\"", "trigonometry"),
        (".a | test", "\"test/0\"", ""),
        ("nothing_of_this_name(1)", "\"nothing_of_this_name/1\"", ""),
    ] {
        let said = Program::new(expression).err().unwrap_or_else(|| panic!("{expression}"));
        assert!(said.contains(name) && said.contains(why), "{expression}: {said}");
    }
}

/// A line that came in parts is not whole in any of them.
#[test]
fn a_line_that_is_too_long_for_one_is_not_evaluated_and_that_is_said() {
    let long = format!(r#"{{"msg":"{}"#, "x".repeat((1 << 20) - 40));
    assert!(fails(".msg", &long).contains("longer than 1 MiB"));
    let program = Program::new(".msg").unwrap();
    assert_eq!(program.make("plain ".repeat(200_000).as_bytes()), Made::Plain);
}
