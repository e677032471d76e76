use super::fixture::{NOW, bare, columns, crashing};
use super::sort::Sorter;
use super::*;
use crate::kinds::Cell;
use proptest::prelude::*;

const ID: SourceId = SourceId(1);

fn put(rows: impl IntoIterator<Item = Row>) -> Delta {
    Delta::Batch(rows.into_iter().map(Change::Put).collect())
}

fn names(store: &Store, view: ViewId) -> Vec<String> {
    store.view(view).map(|v| v.rows().map(|row| row.name.to_string()).collect()).unwrap_or_default()
}

fn open() -> Store {
    let mut store = Store::default();
    store.open(ID, columns());
    store
}

fn parse(text: &str) -> Filter {
    Filter::parse(text, &columns()).unwrap_or_else(|e| panic!("{text}: {e}"))
}

#[test]
fn rows_stand_by_namespace_and_name_with_numbers_as_numbers() {
    let mut store = open();
    let view = store.open_view(ID, ViewSpec::default(), NOW);
    store.apply(ID, put([bare("b", "x"), bare("a", "web-10"), bare("a", "web-9")]), NOW);
    assert_eq!(names(&store, view), ["web-9", "web-10", "x"]);
    store.apply(ID, Delta::Batch(vec![Change::Remove(Uid::of_name("a", "web-9"))]), NOW);
    assert_eq!(names(&store, view), ["web-10", "x"]);
    let v = store.view(view).expect("open");
    assert_eq!(v.position(Uid::of_name("b", "x")), Some(1));
    assert_eq!(v.position(Uid::of_name("a", "web-9")), None);
}

#[test]
fn each_type_sorts_as_what_it_is_and_blanks_are_last() {
    let text = |t: &str| Cell::Text(t.into());
    let ago = |count, at| Cell::CountAgo { count, at };
    let quantity = |t: &str| Cell::Quantity(t.into());
    for cells in [
        vec![Cell::Int(-3), Cell::Int(2), Cell::Int(10), Cell::None],
        vec![
            Cell::Ratio(0, 2),
            Cell::Ratio(1, 3),
            Cell::Ratio(1, 2),
            Cell::Ratio(1, 1),
            Cell::Ratio(2, 2),
        ],
        vec![Cell::Int(0), ago(1, 5), ago(1, 9), ago(12, 1), Cell::Blank],
        vec![
            Cell::Age(NOW),
            Cell::Age(NOW - 5),
            Cell::Age(0),
            Cell::Age(crate::kinds::age::UNKNOWN),
        ],
        vec![Cell::Millicores(999), Cell::Millicores(1000), Cell::None],
        vec![Cell::Bytes(1 << 10), Cell::Bytes(1 << 20)],
        vec![
            quantity("-1"),
            quantity("500Mi"),
            quantity("1G"),
            quantity("1536Mi"),
            quantity("1Ti"),
        ],
        vec![Cell::Duration(9), Cell::Duration(60)],
        vec![
            text("10.0.0.9"),
            text("10.0.0.10"),
            text("fe80::9"),
            text("fe80::10"),
            text("<none>"),
        ],
        vec![text("a-name-longer-than-a-chunk-2"), text("a-name-longer-than-a-chunk-10"), text("")],
    ] {
        let mut store = open();
        let rows = cells.iter().enumerate().map(|(i, cell)| Row {
            cells: [cell.clone()].into(),
            ..bare("ns", &format!("r{}", (i * 7) % 10))
        });
        store.apply(ID, Delta::Reset(rows.collect()), NOW);
        for descending in [false, true] {
            let sort = Some(Sort { column: 1, descending });
            let view = store.open_view(ID, ViewSpec { sort, ..ViewSpec::default() }, NOW);
            let sorted: Vec<Cell> =
                store.view(view).expect("open").rows().map(|row| row.cells[0].clone()).collect();
            let blank = |c: &&Cell| {
                super::key::Key::of(
                    crate::kinds::Value::Cell(0),
                    &Row { cells: [(**c).clone()].into(), ..bare("", "") },
                ) == super::key::Key::Blank
            };
            let (blanks, mut full): (Vec<&Cell>, Vec<&Cell>) = cells.iter().partition(blank);
            if descending {
                full.reverse();
            }
            full.extend(blanks);
            assert_eq!(sorted.iter().collect::<Vec<_>>(), full, "descending {descending}");
        }
    }
}

#[test]
fn rows_enter_and_leave_as_time_passes() {
    let mut store = open();
    let view =
        store.open_view(ID, ViewSpec { filter: parse("age<1m"), ..ViewSpec::default() }, NOW);
    assert_eq!(store.next_change(), None, "nothing can change without rows");
    store.apply(ID, put([bare("a", "new"), Row { created: NOW - 50, ..bare("a", "old") }]), NOW);
    assert_eq!(store.next_change(), Some(NOW + 10));
    assert!(!store.tick(NOW + 9));
    assert!(store.tick(NOW + 10));
    assert_eq!(names(&store, view), ["new"]);
    assert_eq!(store.view(view).expect("open").health().total(), 1);
    assert!(store.tick(NOW + 60));
    assert!(store.view(view).expect("open").is_empty());
    assert_eq!(store.next_change(), None);
}

#[test]
fn a_reset_replaces_everything_and_positions_follow() {
    let mut store = open();
    let view = store.open_view(ID, ViewSpec::default(), NOW);
    store.apply(ID, put([bare("a", "gone"), bare("a", "stays")]), NOW);
    store.apply(ID, Delta::Reset(vec![bare("a", "stays"), crashing()]), NOW);
    assert_eq!(names(&store, view), ["stays", "web-7688cfc66b-m2fpd"]);
    let table = store.table(ID).expect("open");
    assert_eq!(table.health().get(Health::Broken), 1);
    assert_eq!(table.health().worst(), Some(Health::Broken));
    assert!(table.get(Uid::of_name("a", "gone")).is_none());
}

#[test]
fn new_columns_void_the_rows_and_keep_filter_and_order_where_they_fit() {
    let mut store = open();
    let spec = ViewSpec {
        filter: parse("restarts>5"),
        sort: Some(Sort { column: 3, descending: true }),
        ..ViewSpec::default()
    };
    let view = store.open_view(ID, spec, NOW);
    store.apply(ID, put([crashing()]), NOW);
    let without: Arc<[Column]> =
        columns().iter().filter(|c| c.name != "RESTARTS").cloned().collect();
    store.apply(ID, Delta::Columns(without), NOW);
    store.apply(ID, Delta::Reset(vec![bare("a", "b")]), NOW);
    let shown = store.view(view).expect("open");
    assert!(shown.filter_error().is_some() && shown.filter().is_empty());
    assert_eq!((shown.len(), shown.sort()), (1, None));
    store.apply(ID, Delta::Columns(columns()), NOW);
    store.apply(ID, Delta::Reset(vec![bare("a", "b"), crashing()]), NOW);
    assert_eq!(names(&store, view), ["web-7688cfc66b-m2fpd"]);
}

#[test]
fn a_drill_down_shows_what_belongs_to_one_object() {
    let owner = Uid::of_name("shop", "web");
    let link = Link {
        relation: Relation::Controller,
        group: "apps".into(),
        resource: "ReplicaSet".into(),
        to: To::Uid { uid: owner, namespace: "shop".into(), name: "web".into() },
        optional: false,
        needs: None,
    };
    let mut store = open();
    let selector = Arc::new(Selector::parse("app=web").expect("valid"));
    let views = [
        Within::Controller(owner),
        Within::Selector { namespace: "shop".into(), selector },
        Within::Namespaces(["shop".into()].into()),
        Within::Referring {
            relation: Relation::Uses,
            resource: ("".into(), "secrets".into()),
            to: To::Name { namespace: "shop".into(), name: "tls".into() },
        },
    ]
    .map(|within| store.open_view(ID, ViewSpec { within, ..ViewSpec::default() }, NOW));
    let uses = |name: &str| Link {
        relation: Relation::Uses,
        group: "".into(),
        resource: "secrets".into(),
        to: To::Name { namespace: "shop".into(), name: name.into() },
        ..link.clone()
    };
    let (tls, other) = (uses("tls"), uses("other"));
    let pod = Row { links: [link.into(), tls.into()].into(), ..crashing() };
    let another = Row { links: [other.into()].into(), ..bare("default", "other") };
    store.apply(ID, put([another, pod]), NOW);
    for view in views {
        let view = store.view(view).expect("open");
        assert_eq!((view.len(), view.total()), (1, 1));
    }
}

#[test]
fn what_is_closed_is_gone() {
    let mut store = open();
    let view = store.open_view(ID, ViewSpec::default(), NOW);
    store.close(ID);
    store.apply(ID, put([bare("a", "b")]), NOW);
    assert!(store.view(view).is_none() && store.table(ID).is_none());
    store.set_filter(view, Filter::default(), NOW);
    store.set_sort(view, None, NOW);
    store.close_view(view);
}

/// From some thousands of rows on, two threads share the work; what comes out is the same.
#[test]
fn many_rows_sort_and_filter_as_few_do() {
    let rows = (0..20_000u32).map(|i| {
        let mixed = i.wrapping_mul(2_654_435_761) >> 8;
        Row {
            created: NOW - i64::from(mixed % 5000),
            cells: [
                Cell::Ratio(mixed % 3, 2),
                Cell::Text(if mixed % 7 == 0 { "CrashLoopBackOff" } else { "Running" }.into()),
                if mixed % 5 == 0 { Cell::None } else { Cell::Int(i64::from(mixed % 9)) },
                Cell::Blank,
                Cell::Blank,
                Cell::Text(format!("10.{}.{}.{}", mixed % 2, mixed % 256, i % 256).into()),
                Cell::Age(NOW - i64::from(mixed % 300)),
                Cell::Text(format!("a-common-beginning-{}", mixed % 40).into()),
            ]
            .into(),
            ..bare(
                &format!("ns-{}", mixed % 30),
                &format!("svc-{:04}-7688cfc66b-{i:05}", mixed % 99),
            )
        }
    });
    let rows: Vec<Row> = rows.collect();
    let mut store = open();
    let (first, rest) = rows.split_at(15_000);
    store.apply(ID, Delta::Reset(first.to_vec()), NOW);
    let view = store.open_view(ID, ViewSpec::default(), NOW);
    for batch in rest.chunks(2000) {
        store.apply(ID, put(batch.iter().cloned()), NOW);
    }
    for (column, descending) in (0..11).flat_map(|c| [(c, false), (c, true)]) {
        store.set_sort(view, Some(Sort { column, descending }), NOW);
        let sorter = Sorter(Some((columns()[column].value, descending)));
        let shown: Vec<&Row> = store.view(view).expect("open").rows().collect();
        assert_eq!(shown.len(), rows.len());
        assert!(shown.is_sorted_by(|a, b| sorter.cmp(a, b).is_lt()), "column {column}");
    }
    for text in ["svc-001", "svc-0012", "ns-1 crash", "^10[.]1", "restarts>5", "last-seen<1m", ""] {
        let filter = parse(text);
        store.set_filter(view, filter.clone(), NOW);
        let shown = store.view(view).expect("open");
        let expected = rows.iter().filter(|row| filter.matches(row, NOW)).count();
        assert_eq!((shown.len(), shown.health().total()), (expected, expected), "{text}");
        assert!(shown.rows().all(|row| filter.matches(row, NOW)), "{text}");
    }
}

#[test]
fn texts_that_begin_alike_for_long_sort_by_what_follows() {
    let text = |i: u32| format!("{}{}{i}", "x".repeat(200_000), "9".repeat((i % 3 * 300) as usize));
    let row = |i: u32| Row {
        cells: [Cell::None, Cell::Text(text(i * 7 % 30).into())].into(),
        ..bare("a", &i.to_string())
    };
    let mut store = open();
    store.apply(ID, Delta::Reset((0..30).map(row).collect()), NOW);
    let view = store.open_view(ID, ViewSpec::default(), NOW);
    for descending in [false, true] {
        store.set_sort(view, Some(Sort { column: 2, descending }), NOW);
        let sorter = Sorter(Some((columns()[2].value, descending)));
        let shown: Vec<&Row> = store.view(view).expect("open").rows().collect();
        assert!(shown.is_sorted_by(|a, b| sorter.cmp(a, b).is_lt()), "{descending}");
    }
}

fn any_row() -> impl Strategy<Value = Row> {
    let cell = prop_oneof![
        Just(Cell::None),
        "[ab]{0,2}|a-long-text-that-goes-on-[0-9]{1,2}".prop_map(|text| Cell::Text(text.into())),
        (0..4i64).prop_map(Cell::Int),
        (0..3u32, 0..3u32).prop_map(|(a, b)| Cell::Ratio(a, b)),
        (0..100i64).prop_map(|ago| Cell::Age(NOW - ago)),
    ];
    let health = (0..5usize).prop_map(|i| Tally::WORST_FIRST[i]);
    // Few names, so that changes meet; the identity goes by a number of its own, so that names change too.
    ("[ab]", "[ab][0-9]{0,2}", 0..12u8, 0..100i64, health, proptest::collection::vec(cell, 0..4))
        .prop_map(|(namespace, name, uid, ago, health, cells)| Row {
            uid: Uid::new(&uid.to_string()),
            created: NOW - ago,
            health,
            cells: cells.into(),
            ..bare(&namespace, &name)
        })
}

#[derive(Debug, Clone)]
enum Step {
    Batch(Vec<Result<Row, u8>>),
    Reset(Vec<Row>),
    Filter(&'static str),
    Sort(Option<(usize, bool)>),
    Pass(i64),
}

fn any_step() -> impl Strategy<Value = Step> {
    let change = prop_oneof![3 => any_row().prop_map(Ok), 1 => (0..12u8).prop_map(Err)];
    let filters =
        ["", "a", "a1", "!b", "a b", "age<1m", "last-seen<30s a", "restarts>1", "a.*1", "ready<1"];
    prop_oneof![
        4 => proptest::collection::vec(change.clone(), 0..6).prop_map(Step::Batch),
        2 => proptest::collection::vec(change, 17..40).prop_map(Step::Batch),
        1 => proptest::collection::vec(any_row(), 0..15).prop_map(Step::Reset),
        2 => proptest::sample::select(filters.to_vec()).prop_map(Step::Filter),
        2 => proptest::option::of((0..11usize, any::<bool>())).prop_map(Step::Sort),
        1 => (0..60i64).prop_map(Step::Pass),
    ]
}

proptest! {
    /// Whatever happens, a view shows what a look at all rows from scratch would.
    #[test]
    fn a_view_is_what_its_rows_say(steps in proptest::collection::vec(any_step(), 1..25)) {
        let mut store = open();
        let view = store.open_view(ID, ViewSpec::default(), NOW);
        let whole = store.open_view(ID, ViewSpec { within: Within::Namespaces(["a".into()].into()), ..ViewSpec::default() }, NOW);
        let mut model: Vec<Row> = Vec::new();
        let (mut filter, mut sort, mut now) = (Filter::default(), None, NOW);
        for step in steps {
            match step {
                Step::Batch(changes) => {
                    let changes = changes.into_iter().map(|change| match change {
                        Ok(row) => {
                            model.retain(|other| other.uid != row.uid);
                            model.push(row.clone());
                            Change::Put(row)
                        }
                        Err(uid) => {
                            let uid = Uid::new(&uid.to_string());
                            model.retain(|other| other.uid != uid);
                            Change::Remove(uid)
                        }
                    });
                    store.apply(ID, Delta::Batch(changes.collect()), now);
                }
                Step::Reset(rows) => {
                    model.clear();
                    for row in &rows {
                        model.retain(|other| other.uid != row.uid);
                        model.push(row.clone());
                    }
                    store.apply(ID, Delta::Reset(rows), now);
                }
                Step::Filter(text) => {
                    filter = parse(text);
                    store.set_filter(view, filter.clone(), now);
                }
                Step::Sort(to) => {
                    sort = to.map(|(column, descending)| Sort { column, descending });
                    store.set_sort(view, sort, now);
                    store.set_sort(whole, sort, now);
                }
                Step::Pass(seconds) => {
                    now += seconds;
                }
            }
            store.tick(now);
            let sorter = Sorter(sort.map(|s: Sort| (columns()[s.column].value, s.descending)));
            model.sort_by(|a, b| sorter.cmp(a, b));
            let expected: Vec<&Row> = model.iter().filter(|row| filter.matches(row, now)).collect();
            let shown = store.view(view).expect("open");
            let uids = |rows: Vec<&Row>| rows.iter().map(|row| row.uid).collect::<Vec<_>>();
            prop_assert_eq!(uids(shown.rows().collect()), uids(expected.clone()));
            prop_assert_eq!(shown.total(), model.len());
            let mut health = Tally::default();
            for row in &expected {
                health.add(row.health);
            }
            prop_assert_eq!(shown.health(), health);
            for (i, row) in expected.iter().enumerate() {
                prop_assert_eq!(shown.position(row.uid), Some(i));
            }
            let whole = store.view(whole).expect("open");
            let expected = model.iter().filter(|row| &*row.namespace == "a").collect();
            prop_assert_eq!(uids(whole.rows().collect()), uids(expected));
            prop_assert_eq!(whole.total(), whole.len());
            let table = store.table(ID).expect("open");
            prop_assert_eq!(table.len(), model.len());
            let mut health = Tally::default();
            for row in &model {
                health.add(row.health);
            }
            prop_assert_eq!(table.health(), health);
        }
    }
}
