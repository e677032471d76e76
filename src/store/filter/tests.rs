use super::*;
use crate::kinds::Cell;
use crate::store::Str;
use crate::store::fixture::{NOW, bare, columns, crashing};
use proptest::prelude::*;

fn filter(text: &str) -> Filter {
    Filter::parse(text, &columns()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[track_caller]
fn check(row: &Row, cases: &[(&str, bool)]) {
    for (text, passes) in cases {
        assert_eq!(filter(text).matches(row, NOW), *passes, "{text}");
        let inverse = format!("!{text}");
        if !text.contains(' ') && !text.is_empty() {
            assert_eq!(filter(&inverse).matches(row, NOW), !passes, "{inverse}");
        }
    }
}

#[test]
fn text_is_found_in_any_value_whatever_its_case() {
    check(
        &crashing(),
        &[
            ("", true),
            ("  ", true),
            ("shop", true),
            ("WEB", true),
            ("m2fpd", true),
            ("crashloop", true),
            ("10.0.0.1", true),
            ("10x0", false),
            ("1/2", true),
            ("1500m", true),
            ("21Mi", true),
            ("95s", true),
            ("nginx", false),
            ("<none>", false),
            // Ages are not searched, neither that of the last restart.
            ("60m", false),
            ("5m", false),
        ],
    );
}

#[test]
fn health_is_compared_by_its_word_from_idle_to_broken() {
    let row = Row { health: crate::store::Health::Warning, ..crashing() };
    check(
        &row,
        &[
            ("health=warning", true),
            ("health=Warning", true),
            ("health!=warning", false),
            ("health=broken", false),
            ("health>=changing", true),
            ("health>warning", false),
            ("health<broken", true),
        ],
    );
    let message = |text: &str| Filter::parse(text, &columns()).unwrap_err().message;
    assert_eq!(
        message("health=sick"),
        "`sick` is no health; there are idle, ok, changing, warning, broken"
    );
    assert_eq!(message("health~ok"), "health is compared with = != < <= > or >=");
    let named = [Column::new("HEALTH", Value::Cell(0))];
    let own = Filter::parse("health=sick", &named).unwrap();
    let row = Row { cells: [Cell::Text("sick".into())].into(), ..crashing() };
    assert!(own.matches(&row, NOW), "a column of that name goes before it");
}

#[test]
fn words_are_found_side_by_side_or_from_left_to_right() {
    let mut row = crashing();
    row.cells[1] = Cell::Text("Back-off restarting failed container".into());
    check(
        &row,
        &[
            ("shop web", true),
            ("web shop", false),
            ("shop restarting failed 10.0", true),
            ("restarting failed", true),
            ("failed restarting", false),
            ("restarting  failed", false),
            ("\"restarting failed\"", true),
            ("'restarting failed'", true),
            ("\"shop web\"", false),
            ("web \"restarting failed\" shop", true),
            ("web !shop", false),
            ("web !nginx 1/2", true),
            ("web ! nginx", true),
        ],
    );
}

#[test]
fn signs_make_a_word_a_regex_for_one_value() {
    check(
        &crashing(),
        &[
            ("^web", true),
            ("^shop$", true),
            ("^eb", false),
            ("web.*fpd$", true),
            ("shop.*web", false),
            ("crash|nginx", true),
            ("^7$", true),
            ("\"crash|nginx\"", false),
        ],
    );
    let error = Filter::parse("web (", &columns()).expect_err("an open group");
    assert_eq!(error.at, 4..5);
    assert!(error.message.contains("quotes"), "{error}");
}

#[test]
fn labels_are_selected_as_kubectl_does() {
    check(
        &crashing(),
        &[
            ("-l app=web", true),
            ("-l app=web,tier in (front, back),!canary", true),
            ("-l app=web,tier notin (front)", false),
            ("-l app", true),
            ("-l 'app = web, tier'", true),
            ("-l app=web crash", true),
            ("-l app=web nginx", false),
            ("crash -l app web", true),
            ("!-l app=db", true),
        ],
    );
    for (text, at) in [("-l", 0..2), ("x -l app in b", 12..13), ("-l app=web,", 11..11)] {
        assert_eq!(Filter::parse(text, &columns()).expect_err(text).at, at, "{text}");
    }
}

#[test]
fn values_are_compared_as_what_they_are() {
    check(
        &crashing(),
        &[
            ("restarts>5", true),
            ("restarts > 5", true),
            ("restarts>= 8", false),
            ("RESTARTS=7", true),
            ("restarts!=7", false),
            ("age<2h", true),
            ("age>59m", true),
            ("age=60m", true),
            ("status=crashloopbackoff", true),
            ("status=Crash", false),
            ("status~^crash", true),
            ("status!~^crash", false),
            ("status=~back", true),
            ("cpu>500m", true),
            ("cpu>1.4", true),
            ("cpu<2", true),
            ("mem<100Mi", true),
            ("mem>10mb", true),
            ("ready!=1/1", true),
            ("ready=1/2", true),
            ("ready<1", true),
            ("ready=50%", true),
            ("ready>=2", false),
            ("last-seen<=2m", true),
            ("ports=", true),
            ("port(s)!=", false),
            ("ports>1", false),
            ("took>90s", true),
            ("name~fpd$", true),
            ("ns=shop", true),
            ("namespace=shop", true),
            ("ip=\"10.0.0.12\"", true),
            ("ip>10.0.0.9", true),
            ("status='Crash Loop'", false),
        ],
    );
}

#[test]
fn text_of_a_server_is_compared_as_what_it_says() {
    let row =
        |text: &str| Row { cells: [Cell::Blank, Cell::Text(text.into())].into(), ..bare("", "a") };
    for (text, value, passes) in [
        ("status>9", "10", true),
        ("status=1Gi", "1024Mi", true),
        ("status<2h", "90m", true),
        ("status<1", "1/2", true),
        ("status>1.9", "v1.10", true),
        ("status=", "<none>", true),
        ("status!=x", "<none>", true),
        ("status>0", "<none>", false),
    ] {
        assert_eq!(filter(text).matches(&row(value), NOW), passes, "{text} of {value}");
    }
}

#[test]
fn a_mistake_is_told_with_its_place_and_the_next_step() {
    for (text, at, says) in [
        ("web restart>5", 4..11, "restarts"),
        ("age<soon", 4..8, "2h"),
        ("restarts>many", 9..13, "numbers"),
        ("restarts>", 0..9, "value"),
        ("status~(", 7..8, "regex"),
        ("\"web", 0..4, "quote"),
        ("web !", 4..5, "missing"),
    ] {
        let error = Filter::parse(text, &columns()).expect_err(text);
        assert_eq!(error.at, at, "{text}: {error}");
        assert!(error.message.contains(says), "{text}: {error}");
    }
    assert!(Filter::parse(&"x".repeat(2000), &columns()).is_err());
    assert!(Filter::parse("(x{1000}){1000}", &columns()).is_err());
}

#[test]
fn time_is_due_just_when_the_verdict_changes() {
    let row = crashing();
    for text in ["age<2h", "age<=2h", "age>2h", "age>=2h", "age=2h", "last-seen<5m", "last-seen~^3"]
    {
        let filter = filter(text);
        let mut now = NOW;
        let before = filter.matches(&row, now);
        while let Some(due) = filter.due(&row, now) {
            assert_eq!(filter.matches(&row, due - 1), before, "{text} at {due}");
            now = due;
            if filter.matches(&row, now) != before {
                break;
            }
        }
        assert_ne!(filter.matches(&row, now), before, "{text}");
    }
    assert_eq!(filter("web restarts>5").due(&row, NOW), None);
    assert_eq!(filter("age<30m").due(&row, NOW), None);
}

#[test]
fn what_was_found_is_highlighted() {
    // Found parts stand in brackets.
    for (text, value, shown) in [
        ("web", "web-Web", "[web]-[Web]"),
        ("shop web", "web-1", "[web]-1"),
        ("off rest", "Back-off restarting", "Back-[off rest]arting"),
        ("^we|b$", "web", "[web]"),
        ("!web", "web", "web"),
        ("é", "CAFÉ é", "CAF[É] [é]"),
        ("status~crash -l app", "crash", "crash"),
    ] {
        let mut marked = value.to_owned();
        for range in filter(text).highlights(value).into_iter().rev() {
            marked.insert(range.end, ']');
            marked.insert(range.start, '[');
        }
        assert_eq!(marked, shown, "{text}");
    }
    let columns = columns();
    let status = &columns[2];
    let found = filter("status~crash").highlights_in(status, "Crashing");
    assert_eq!((found.len(), found.first()), (1, Some(&(0..5))));
    assert!(filter("5").highlights_in(&Column::new("AGE", Value::Age), "5m").is_empty());
}

#[test]
fn a_quantity_is_worth_what_it_says() {
    let mut row = crashing();
    row.cells[4] = Cell::Quantity("1536Mi".into());
    check(
        &row,
        &[
            ("mem>1Gi", true),
            ("mem=1.5Gi", true),
            ("mem<1600M", false),
            ("mem>big", false),
            ("1536", true),
        ],
    );
}

#[test]
fn one_namespace_is_not_searched() {
    assert!(!filter("shop").in_one_namespace().matches(&crashing(), NOW));
    assert!(filter("web").in_one_namespace().matches(&crashing(), NOW));
}

/// Values that the filters below have something to say about.
fn any_row() -> impl Strategy<Value = Row> {
    let text = "[aAb]{0,3}( [abB]{1,2})?";
    let cell = prop_oneof![
        Just(Cell::None),
        Just(Cell::Blank),
        text.prop_map(|text| Cell::Text(Str::from(text))),
        (0..20i64).prop_map(Cell::Int),
        (0..3u32, 0..3u32).prop_map(|(a, b)| Cell::Ratio(a, b)),
        (0..300i64).prop_map(|ago| Cell::Age(NOW - ago)),
        (0..3u32, 0..300i64).prop_map(|(count, ago)| Cell::CountAgo { count, at: NOW - ago }),
        (0..3000i64).prop_map(Cell::Millicores),
        (0..3000i64).prop_map(|n| Cell::Quantity(format!("{n}Mi").into())),
    ];
    (text, text, proptest::collection::vec(cell, 0..10))
        .prop_map(|(namespace, name, cells)| Row { cells: cells.into(), ..bare(&namespace, &name) })
}

fn any_filter() -> impl Strategy<Value = String> {
    let term = prop_oneof![
        "!?[abB1/]{1,3}",
        "\"[ab ]{1,3}\"",
        "(status|restarts|ready|cpu|last-seen|age)(=|!=|<|>|~)[ab0-2]{1,2}[ms]?",
        proptest::sample::select(vec!["a.*b", "^b", "[ab]$", "1|b"]).prop_map(str::to_owned),
        "-l !?[ab](=b)?",
    ];
    proptest::collection::vec(term, 0..4).prop_map(|terms| terms.join(" "))
}

proptest! {
    #[test]
    fn any_text_is_a_filter_or_an_error(
        text in "[a-z!\"'=<>~(), -]{0,20}|.{0,30}",
        row in any_row(),
    ) {
        match Filter::parse(&text, &columns()) {
            Ok(filter) => {
                filter.matches(&row, NOW);
                filter.due(&row, NOW);
                for range in filter.highlights(&text) {
                    prop_assert!(text.get(range).is_some());
                }
            }
            Err(error) => prop_assert!(text.get(error.at).is_some()),
        }
    }

    #[test]
    fn many_rows_pass_as_each_by_itself(
        rows in proptest::collection::vec(any_row(), 1..40),
        text in any_filter(),
    ) {
        let Ok(filter) = Filter::parse(&text, &columns()) else { return Ok(()) };
        let mut sieve = Sieve::new(&filter);
        for row in rows.iter().chain(&rows) {
            prop_assert_eq!(sieve.passes(row, NOW), filter.matches(row, NOW), "{} of {:?}", text, row);
        }
    }

    #[test]
    fn what_narrows_lets_no_new_row_pass(
        row in any_row(),
        text in any_filter(),
        more in "[ab \"]{0,3}",
    ) {
        let (old, new) = (Filter::parse(&text, &columns()), Filter::parse(&format!("{text}{more}"), &columns()));
        if let (Ok(old), Ok(new)) = (old, new) && new.narrows(&old) {
            prop_assert!(!new.matches(&row, NOW) || old.matches(&row, NOW));
        }
    }
}
