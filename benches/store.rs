//! What the store costs: filling, changing, sorting and filtering pod-like rows.
//!
//! `cargo bench --bench store`. The budget for a sort or a filter of 100,000 rows is 16 ms, a frame.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use kx::kinds::{Align, Cell, Column, Value};
use kx::store::{
    Change, Delta, Filter, Health, Interner, Link, Relation, Row, Sort, SourceId, Store, Str, To,
    Uid, ViewId, ViewSpec,
};

const ID: SourceId = SourceId(1);
const NOW: i64 = 1_700_000_000;
const SIZES: [u32; 2] = [10_000, 100_000];

const CELLS: [&str; 13] = [
    "READY",
    "STATUS",
    "RESTARTS",
    "IP",
    "NODE",
    "NOMINATED NODE",
    "READINESS GATES",
    "QOS",
    "SERVICE ACCOUNT",
    "CPU/R",
    "MEM/R",
    "CPU/L",
    "MEM/L",
];

fn columns() -> Arc<[Column]> {
    let mut columns = vec![Column::new("NAME", Value::Name)];
    columns.extend(CELLS.into_iter().zip(0..).map(|(name, i)| Column::new(name, Value::Cell(i))));
    columns[3].align = Align::Right;
    columns.push(Column::new("AGE", Value::Age));
    columns.into()
}

fn column(name: &str) -> usize {
    columns().iter().position(|column| column.name == name).unwrap_or_default()
}

/// Pods as a list gives them: by namespace and name, fifty of a ReplicaSet, one in a hundred crashing. A namespace has services of any name.
fn pods(n: u32) -> Vec<Row> {
    let mut interner = Interner::default();
    let mut order: Vec<(String, String, u32)> = (0..n)
        .map(|i| {
            let row = pod(i, 0, &mut interner);
            (row.namespace.to_string(), row.name.to_string(), i)
        })
        .collect();
    order.sort();
    // Made in this order, so that they lie in memory as they do when they arrive.
    let mut interner = Interner::default();
    order.into_iter().map(|(_, _, i)| pod(i, 0, &mut interner)).collect()
}

fn pod(i: u32, restarts: u32, interner: &mut Interner) -> Row {
    let mixed = i.wrapping_mul(2_654_435_761) >> 7;
    let app = i / 50;
    let crashing = mixed.is_multiple_of(100);
    let restarts = restarts + mixed % 3 * u32::from(mixed.is_multiple_of(10));
    let namespace = interner.str(&format!("team-{:03}", app / 20));
    let node = interner.str(&format!("node-{:04}", mixed % 5000));
    let service = format!("svc-{:04}", app * 1237 % 2000);
    let set = format!("{service}-{:x}", app.wrapping_mul(2_654_435_761));
    let labels = [("app", service), ("tier", format!("t{}", app % 3))];
    let mut link = |relation, resource: &str, to| Link {
        relation,
        group: interner.str(""),
        resource: interner.str(resource),
        to,
        optional: false,
        needs: None,
    };
    let links = [
        link(
            Relation::Controller,
            "ReplicaSet",
            To::Uid {
                uid: Uid::new(&set),
                namespace: namespace.clone(),
                name: set.as_str().into(),
            },
        ),
        link(Relation::RunsOn, "nodes", To::Name { namespace: Str::from(""), name: node.clone() }),
        link(
            Relation::ActsAs,
            "serviceaccounts",
            To::Name { namespace: namespace.clone(), name: namespace.clone() },
        ),
    ];
    let text = |interner: &mut Interner, text: &str| Cell::Text(interner.str(text));
    let status = if crashing { "CrashLoopBackOff" } else { "Running" };
    Row {
        uid: Uid::of_name(&namespace, &format!("{i}")),
        name: format!("{set}-{:05x}", mixed & 0xf_ffff).into(),
        created: NOW - i64::from(mixed % 1_000_000),
        health: if crashing { Health::Broken } else { Health::Ok },
        labels: interner.labels(&labels.map(|(k, v)| (k.to_owned(), v)).into()),
        cells: [
            Cell::Ratio(u32::from(!crashing), 1),
            text(interner, status),
            match restarts {
                0 => Cell::Int(0),
                count => Cell::CountAgo { count, at: NOW - i64::from(mixed % 9999) },
            },
            Cell::Text(format!("10.{}.{}.{}", mixed >> 16 & 255, mixed >> 8 & 255, i & 255).into()),
            Cell::Text(node),
            Cell::None,
            Cell::None,
            text(interner, "Burstable"),
            Cell::Text(namespace.clone()),
            Cell::Millicores(i64::from(mixed % 40) * 50),
            Cell::Bytes(i64::from(mixed % 64) << 24),
            Cell::None,
            Cell::None,
        ]
        .into(),
        links: links.map(|link| interner.link(link)).into(),
        namespace,
    }
}

fn filled(rows: Vec<Row>) -> (Store, ViewId) {
    let mut store = Store::default();
    store.open(ID, columns());
    store.apply(ID, Delta::Reset(rows), NOW);
    let view = store.open_view(ID, ViewSpec::default(), NOW);
    (store, view)
}

fn put(rows: impl IntoIterator<Item = Row>) -> Delta {
    Delta::Batch(rows.into_iter().map(Change::Put).collect())
}

fn apply(c: &mut Criterion) {
    let mut group = c.benchmark_group("apply");
    for n in SIZES {
        let rows = pods(n);
        group.bench_function(BenchmarkId::new("first fill, 2,000 a batch", n), |b| {
            b.iter_batched(
                || rows.chunks(2000).map(|batch| put(batch.iter().cloned())).collect::<Vec<_>>(),
                |batches| {
                    let (mut store, view) = filled(Vec::new());
                    for delta in batches {
                        store.apply(ID, delta, NOW);
                    }
                    (store, view)
                },
                BatchSize::PerIteration,
            );
        });
        group.bench_function(BenchmarkId::new("reset", n), |b| {
            let (mut store, _) = filled(rows.clone());
            b.iter_batched(
                || rows.clone(),
                |rows| store.apply(ID, Delta::Reset(rows), NOW),
                BatchSize::PerIteration,
            );
        });
        let (mut store, view) = filled(rows);
        eprintln!(
            "{n} rows take {} KiB",
            store.table(ID).map_or(0, kx::store::Table::bytes) / 1024
        );
        let sort = Some(Sort { column: column("RESTARTS"), descending: true });
        let mut interner = Interner::default();
        let mut turn = 0;
        for (name, filter, sort) in [
            ("17 changes, default order", "", None),
            ("17 changes, by restarts", "", sort),
            ("17 changes, by restarts, filtered", "running svc-0", sort),
        ] {
            store.set_sort(view, sort, NOW);
            store.set_filter(view, filter_of(filter), NOW);
            group.bench_function(BenchmarkId::new(name, n), |b| {
                b.iter_batched(
                    || {
                        turn += 1;
                        put((0..17).map(|i| pod((i * 5279 + turn) % n, turn % 9, &mut interner)))
                    },
                    |delta| store.apply(ID, delta, NOW),
                    BatchSize::PerIteration,
                );
            });
        }
        group.bench_function(BenchmarkId::new("1,000 changes, by restarts, filtered", n), |b| {
            b.iter_batched(
                || {
                    turn += 1;
                    put((0..1000).map(|i| pod((i * 97 + turn) % n, turn % 9, &mut interner)))
                },
                |delta| store.apply(ID, delta, NOW),
                BatchSize::PerIteration,
            );
        });
        let uid = pod(n / 2, 0, &mut interner).uid;
        store.set_filter(view, Filter::default(), NOW);
        group.bench_function(BenchmarkId::new("position of a row", n), |b| {
            b.iter(|| store.view(view).and_then(|view| view.position(black_box(uid))));
        });
    }
    group.finish();
}

fn filter_of(text: &str) -> Filter {
    match Filter::parse(text, &columns()) {
        Ok(filter) => filter,
        Err(error) => panic!("{text}: {error}"),
    }
}

fn sort(c: &mut Criterion) {
    let mut group = c.benchmark_group("sort");
    for n in SIZES {
        let (mut store, view) = filled(pods(n));
        for name in ["NAME", "READY", "STATUS", "RESTARTS", "IP", "NODE", "MEM/R", "AGE"] {
            let descending = Some(Sort { column: column(name), descending: true });
            group.bench_function(BenchmarkId::new(name, n), |b| {
                b.iter(|| store.set_sort(view, descending, NOW));
            });
        }
    }
    group.finish();
}

fn filter(c: &mut Criterion) {
    let mut group = c.benchmark_group("filter");
    for n in SIZES {
        let (mut store, view) = filled(pods(n));
        for (name, text) in [
            ("text", "svc-00"),
            ("text in few", "crashloop"),
            ("text in none", "nginx"),
            ("a digit", "7"),
            ("words", "team-00 running"),
            ("regex", "svc-.*9$"),
            ("labels", "-l app in (svc-0001,svc-0002),tier"),
            ("a number", "restarts>1"),
            ("an age", "age<2h"),
            ("a quantity", "mem/r>100Mi"),
            ("equal text", "status=CrashLoopBackOff"),
            ("two terms", "!running restarts>0"),
        ] {
            let filter = filter_of(text);
            group.bench_function(BenchmarkId::new(name, n), |b| {
                b.iter(|| {
                    // A label that nothing has keeps it from narrowing the last result.
                    store.set_filter(view, filter_of("-l none"), NOW);
                    store.set_filter(view, filter.clone(), NOW);
                });
            });
        }
        store.set_sort(view, Some(Sort { column: column("NAME"), descending: false }), NOW);
        group.bench_function(BenchmarkId::new("cleared, by name", n), |b| {
            b.iter(|| {
                store.set_filter(view, filter_of("-l none"), NOW);
                store.set_filter(view, Filter::default(), NOW);
            });
        });
        let (shorter, longer) = (filter_of("svc-0"), filter_of("svc-00"));
        group.bench_function(BenchmarkId::new("a letter more", n), |b| {
            b.iter(|| {
                store.set_filter(view, shorter.clone(), NOW);
                store.set_filter(view, longer.clone(), NOW);
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = apply, sort, filter
}
criterion_main!(benches);
