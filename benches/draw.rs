//! How long a frame takes: it must not depend on how many rows there are, only on how many are seen.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use kx::app::{App, ClusterNews, ConnectedInfo, ContextInfo, Effect, Msg, Setup};
use kx::kinds::{Encoding, modelled};
use kx::store::{Change, Delta, Freshness, Interner};
use kx::theme::{DEFAULT, Depth, Themes};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const NOW: i64 = 1_800_000_000;

fn pod(i: usize) -> Vec<u8> {
    let (namespace, workload) = (i % 100, i % 1000);
    serde_json::json!({
        "metadata": {"name": format!("svc-{workload:04}-7688cfc66b-{i:05x}"), "namespace": format!("team-{namespace:03}"),
            "uid": format!("{i:08x}-0000-4000-8000-000000000000"), "creationTimestamp": "2027-01-10T00:00:00Z",
            "labels": {"app": format!("svc-{workload:04}")}},
        "spec": {"nodeName": format!("node-{:04}", i % 500), "containers": [{"name": "main", "image": "nginx:1.29"}]},
        "status": {"phase": "Running", "podIPs": [{"ip": format!("10.{}.{}.{}", i >> 16, i >> 8 & 255, i & 255)}],
            "containerStatuses": [{"name": "main", "ready": !i.is_multiple_of(97), "restartCount": i % 5, "state": {"running": {}}}]},
    })
    .to_string()
    .into_bytes()
}

fn app(rows: usize) -> App {
    let context = ContextInfo { name: "lab".to_owned(), ..ContextInfo::default() };
    let theme = Themes::new().and_then(|themes| themes.get(DEFAULT, Depth::True)).ok();
    let mut app = App::new(Setup {
        context: "lab".to_owned(),
        contexts: vec![context],
        theme,
        ..Setup::default()
    });
    let news = ClusterNews::Connected(ConnectedInfo::default());
    let mut interner = Interner::default();
    for effect in app.update(Msg::Cluster("lab".into(), news), NOW) {
        let Effect::Watch { id, source } = effect else { continue };
        let Some(kind) = modelled("", "pods").filter(|_| source.resource.plural == "pods") else {
            continue;
        };
        let mut decoded = Vec::new();
        for i in 0..rows {
            kind.decode(Encoding::Json, &pod(i), &mut interner, &mut decoded).expect("a pod");
        }
        let changes = decoded.into_iter().map(Change::Put).collect();
        app.update(Msg::Delta(id, Delta::Batch(changes)), NOW);
        app.update(Msg::Delta(id, Delta::State(Freshness::Live { limited_to: None })), NOW);
    }
    app
}

fn draw(c: &mut Criterion) {
    for rows in [10_000, 100_000] {
        let mut app = app(rows);
        for (width, height) in [(120, 40), (250, 80)] {
            let area = Rect::new(0, 0, width, height);
            let mut buffer = Buffer::empty(area);
            app.update(Msg::Resize(width, height), NOW);
            let layout = kx::ui::draw_on(&app, &mut buffer);
            app.update(Msg::Drawn(layout), NOW);
            c.bench_function(&format!("draw/{rows} rows/{width}x{height}"), |b| {
                b.iter(|| black_box(kx::ui::draw_on(&app, &mut buffer)));
            });
        }
    }
}

criterion_group!(benches, draw);
criterion_main!(benches);
