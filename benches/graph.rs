//! What the graph costs: filling it with a large cluster, changing it, asking it; and the memory that it takes beside the rows.
//!
//! `cargo bench --bench graph`. The budget for 100,000 pods and 20,000 ReplicaSets is 1 s and 150 MiB.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use kx::graph::{Graph, NodeId};
use kx::kinds::{Catalog, Resource};
use kx::map::{Census, Line, Search, Step, Tree, View, find, lay_out};
use kx::store::{
    Freshness, Health, Interner, Labels, Link, Relation, Row, Scope, Selector, Source, SourceId,
    Str, To, Uid,
};

const PODS: u32 = 100_000;
const SETS: u32 = 20_000;
/// ReplicaSets of a Deployment; a quarter of all is in use.
const REVISIONS: u32 = 4;
const NODES: u32 = 200;
const NAMESPACES: u32 = 100;

/// Every Source's rows, each as a watch task of its own would have made them.
type World = Vec<(&'static str, &'static str, Vec<Row>)>;

/// Makes the rows of one Source.
struct Maker {
    interner: Interner,
    rows: Vec<Row>,
}

impl Maker {
    fn new() -> Self {
        Self { interner: Interner::default(), rows: Vec::new() }
    }

    fn row(&mut self, namespace: &str, name: &str, labels: &[(&str, &str)], links: Vec<Link>) {
        let labels = labels.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let links = links.into_iter().map(|link| self.interner.link(link)).collect();
        self.rows.push(Row {
            uid: uid(namespace, name),
            namespace: self.interner.str(namespace),
            name: name.into(),
            created: 0,
            health: Health::Ok,
            labels: self.interner.labels(&labels),
            cells: Box::default(),
            links,
        });
    }

    fn link(&mut self, relation: Relation, group: &str, resource: &str, to: To) -> Link {
        let (group, resource) = (self.interner.str(group), self.interner.str(resource));
        Link { relation, group, resource, to, optional: false, needs: None }
    }

    fn name(&mut self, relation: Relation, resource: &str, namespace: &str, name: &str) -> Link {
        let to =
            To::Name { namespace: self.interner.str(namespace), name: self.interner.str(name) };
        self.link(relation, "", resource, to)
    }

    fn controller(&mut self, kind: &str, namespace: &str, name: &str) -> Link {
        let to = To::Uid {
            uid: uid(namespace, name),
            namespace: self.interner.str(namespace),
            name: self.interner.str(name),
        };
        self.link(Relation::Controller, "apps", kind, to)
    }

    fn selects(&mut self, namespace: &str, selector: &str) -> Link {
        let selector = Arc::new(Selector::parse(selector).unwrap_or_default());
        let to = To::Labels { namespace: self.interner.str(namespace), namespaces: None, selector };
        self.link(Relation::Selects, "", "pods", to)
    }
}

fn uid(namespace: &str, name: &str) -> Uid {
    Uid::of_name(namespace, name)
}

fn namespace(app: u32) -> String {
    format!("team-{:03}", app % NAMESPACES)
}

fn set(i: u32) -> (String, String, String) {
    let app = i / REVISIONS;
    let hash = format!("{:x}", i.wrapping_mul(2_654_435_761));
    (namespace(app), format!("svc-{app:04}"), hash)
}

/// Pods five a ReplicaSet, as a list gives them; the last word of each name is its turn.
fn pod(maker: &mut Maker, i: u32, turn: u32) {
    let (ns, app, hash) = set(i % SETS);
    let mixed = i.wrapping_mul(2_654_435_761) >> 7;
    let links = vec![
        maker.controller("ReplicaSet", &ns, &format!("{app}-{hash}")),
        maker.name(Relation::RunsOn, "nodes", "", &format!("node-{:03}", mixed % NODES)),
        maker.name(Relation::ActsAs, "serviceaccounts", &ns, &app),
        maker.name(Relation::Uses, "configmaps", &ns, &format!("{app}-config")),
        maker.name(Relation::Uses, "secrets", &ns, &format!("{app}-tls")),
        maker.name(Relation::Uses, "secrets", &ns, "registry"),
    ];
    let labels = [
        ("app.kubernetes.io/instance", &*app),
        ("app.kubernetes.io/managed-by", "helm"),
        ("app.kubernetes.io/name", &*app),
        ("pod-template-hash", &*hash),
        ("tier", ["front", "back", "data"][(i % 3) as usize % 3]),
    ];
    let name = format!("{app}-{hash}-{:05x}-{turn}", mixed & 0xf_ffff);
    maker.row(&ns, &format!("{name}-{i}"), &labels, links);
}

fn world() -> World {
    let mut pods = Maker::new();
    (0..PODS).for_each(|i| pod(&mut pods, i, 0));
    let (mut sets, mut deployments, mut services) = (Maker::new(), Maker::new(), Maker::new());
    for i in 0..SETS {
        let (ns, app, hash) = set(i);
        let selector = format!(
            "app.kubernetes.io/managed-by=helm,app.kubernetes.io/name={app},pod-template-hash={hash}"
        );
        let links = vec![sets.controller("Deployment", &ns, &app), sets.selects(&ns, &selector)];
        let labels = [
            ("app.kubernetes.io/instance", &*app),
            ("app.kubernetes.io/name", &*app),
            ("pod-template-hash", &*hash),
        ];
        sets.row(&ns, &format!("{app}-{hash}"), &labels, links);
        if i % REVISIONS == 0 {
            let selector =
                format!("app.kubernetes.io/managed-by=helm,app.kubernetes.io/name={app}");
            let labels = [("app.kubernetes.io/instance", &*app), ("app.kubernetes.io/name", &*app)];
            let links = vec![
                deployments.selects(&ns, &selector),
                deployments.name(Relation::Uses, "configmaps", &ns, &format!("{app}-config")),
                deployments.name(Relation::Uses, "secrets", &ns, &format!("{app}-tls")),
            ];
            deployments.row(&ns, &app, &labels, links);
            let links = vec![services.selects(&ns, &selector)];
            services.row(&ns, &app, &labels, links);
        }
    }
    let (mut nodes, mut secrets, mut configs) = (Maker::new(), Maker::new(), Maker::new());
    for i in 0..NODES {
        let name = format!("node-{i:03}");
        nodes.row("", &name, &[("kubernetes.io/hostname", &name)], Vec::new());
    }
    for app in 0..SETS / REVISIONS {
        let ns = namespace(app);
        configs.row(&ns, &format!("svc-{app:04}-config"), &[], Vec::new());
        // One in a hundred is missing.
        if app % 100 > 0 {
            secrets.row(&ns, &format!("svc-{app:04}-tls"), &[], Vec::new());
        }
        if app < NAMESPACES {
            secrets.row(&ns, "registry", &[], Vec::new());
        }
    }
    vec![
        ("", "pods", pods.rows),
        ("apps", "replicasets", sets.rows),
        ("apps", "deployments", deployments.rows),
        ("", "services", services.rows),
        ("", "nodes", nodes.rows),
        ("", "secrets", secrets.rows),
        ("", "configmaps", configs.rows),
    ]
}

/// An empty graph that waits for the world's Sources.
fn open(world: &World) -> Graph {
    let mut graph = Graph::new(&Catalog::default());
    for ((group, plural, _), id) in world.iter().zip(0..) {
        let resource =
            Resource { group: (*group).into(), plural: (*plural).into(), ..Resource::default() };
        let source = Source {
            cluster: Str::from("c"),
            resource: Arc::new(resource),
            scope: Scope::All,
            labels: String::new(),
            fields: String::new(),
        };
        graph.open(SourceId(id), &source);
    }
    graph
}

fn fill(graph: &mut Graph, world: &World) {
    for ((_, _, rows), id) in world.iter().zip(0..) {
        rows.iter().for_each(|row| graph.put(SourceId(id), row));
        graph.set_freshness(SourceId(id), &Freshness::Live { limited_to: None });
    }
}

/// Resident memory in bytes, where the system tells.
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    let pages = pages.and_then(|text| text.split(' ').nth(1)?.parse::<usize>().ok());
    pages.unwrap_or_default() * 4096
}

fn mib(bytes: usize) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

fn build(c: &mut Criterion) {
    let world = world();
    let before = resident();
    let mut graph = open(&world);
    fill(&mut graph, &world);
    let (grown, counted) = (resident().saturating_sub(before), graph.bytes());
    eprintln!(
        "memory beside the rows: {:.1} MiB counted, {:.1} MiB resident; {} rows, {} links, {} broken",
        mib(counted),
        mib(grown),
        graph.len(),
        graph.links(),
        graph.broken_count()
    );
    drop(graph);
    let mut group = c.benchmark_group("build");
    group.bench_function("100,000 pods, 20,000 replicasets and theirs", |b| {
        b.iter_batched(
            || open(&world),
            |mut graph| {
                fill(&mut graph, &world);
                graph
            },
            BatchSize::PerIteration,
        );
    });
    let backwards: World = world.iter().rev().cloned().collect();
    group.bench_function("the same, pods last", |b| {
        b.iter_batched(
            || open(&backwards),
            |mut graph| {
                fill(&mut graph, &backwards);
                graph
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

fn change(c: &mut Criterion) {
    let world = world();
    let mut graph = open(&world);
    fill(&mut graph, &world);
    let pods = SourceId(0);
    let mut group = c.benchmark_group("1,000 changes");
    let rows: &[Row] = world.first().map_or(&[], |(_, _, rows)| rows);
    let thousand = || rows.iter().step_by(100);
    group.bench_function("that do not concern it", |b| {
        b.iter(|| thousand().for_each(|row| graph.put(pods, row)));
    });
    let mut turn = false;
    group.bench_function("of health", |b| {
        b.iter_batched(
            || {
                turn = !turn;
                let health = if turn { Health::Broken } else { Health::Ok };
                thousand().map(|row| Row { health, ..row.clone() }).collect::<Vec<_>>()
            },
            |rows| rows.iter().for_each(|row| graph.put(pods, row)),
            BatchSize::PerIteration,
        );
    });
    let mut labels = false;
    group.bench_function("of labels and links", |b| {
        b.iter_batched(
            || {
                labels = !labels;
                let changed = |row: &Row| Row {
                    labels: if labels { Labels::default() } else { row.labels.clone() },
                    links: row.links.iter().skip(usize::from(labels)).cloned().collect(),
                    ..row.clone()
                };
                thousand().map(changed).collect::<Vec<_>>()
            },
            |rows| rows.iter().for_each(|row| graph.put(pods, row)),
            BatchSize::PerIteration,
        );
    });
    let mut fresh = 0;
    group.bench_function("pods gone and others in their place", |b| {
        b.iter_batched(
            || {
                fresh += 1;
                let mut maker = Maker::new();
                (0..1000).for_each(|i| pod(&mut maker, i * 97, fresh));
                maker.rows
            },
            |rows| {
                for row in &rows {
                    graph.put(pods, row);
                }
                for row in &rows {
                    graph.remove(pods, row.uid);
                }
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
    let mut defined = 0;
    c.bench_function("a Kind is served that a row meant before", |b| {
        b.iter_batched(
            || {
                defined += 1;
                let (kind, plural) = (format!("Thing{defined}"), format!("thing{defined}s"));
                let mut maker = Maker::new();
                let link = maker.name(Relation::Uses, &kind, "team-042", "one");
                maker.row("team-042", "user", &[], vec![link]);
                let served = Resource { plural, kind, ..Resource::default() };
                (maker.rows, Catalog::new([served]))
            },
            |(rows, served)| {
                rows.iter().for_each(|row| graph.put(pods, row));
                graph.learn(&served);
            },
            BatchSize::PerIteration,
        );
    });
}

fn ask(c: &mut Criterion) {
    let world = world();
    let mut graph = open(&world);
    fill(&mut graph, &world);
    let named = |group, plural, namespace, name| graph.named(group, plural, namespace, name);
    let app = |plural, group| named(group, plural, "team-042", "svc-0042");
    let pods = world.first().and_then(|(_, _, rows)| rows.get(PODS as usize / 2));
    let pod = pods.and_then(|row| graph.find("", "pods", row.uid));
    let mut group = c.benchmark_group("ask");
    let mut bench = |name: &str, node: Option<NodeId>, ask: &dyn Fn(NodeId) -> usize| {
        let Some(node) = node else { panic!("no object for {name}") };
        group.bench_function(format!("{name}, {} found", ask(node)), |b| {
            b.iter(|| ask(black_box(node)));
        });
    };
    let users = |node| graph.used_by(node).flat_map(|edge| edge.sources()).count();
    let counted = |node| graph.used_by(node).map(|edge| edge.source_count()).sum();
    let targets = |node| graph.uses(node).map(|edge| edge.target_count()).sum();
    let node = named("", "nodes", "", "node-007");
    bench("what runs on a node", node, &users);
    bench("how much runs on a node", node, &counted);
    bench("what a service selects", app("services", ""), &targets);
    bench("what uses a pod, selectors included", pod, &users);
    bench("what a pod uses", pod, &targets);
    bench("what a deployment owns and selects, rolled up", app("deployments", "apps"), &|node| {
        graph.tally(node).total()
    });
    bench("broken links", pod, &|_| graph.broken_count());
    group.finish();
}

/// Opening the Map on the large cluster, and following it: what a key or a second costs.
fn map(c: &mut Criterion) {
    let world = world();
    let mut graph = open(&world);
    fill(&mut graph, &world);
    let mut group = c.benchmark_group("map");
    let screen = 40;
    for view in [View::Routes, View::Workloads, View::Nodes, View::Releases, View::Broken] {
        let tree = Tree::new(&graph, &view);
        // All that a page does before its first frame: count, lay out, weigh a screenful.
        let open = || {
            let census = Census::of(&graph);
            let lines = lay_out(&tree, &|line| line.depth == 0 && view == View::Nodes, &|_| true);
            let weighed = lines.iter().take(screen).map(|line| tree.weigh(&line.item, &census).1);
            (lines.len(), weighed.sum::<usize>())
        };
        let (lines, looked) = open();
        group.bench_function(
            format!("open by {}, {lines} lines, {looked} rows weighed", view.name()),
            |b| b.iter(open),
        );
    }
    let workloads = View::Workloads;
    let tree = Tree::new(&graph, &workloads);
    let first = tree.roots().into_iter().next().map(|child| child.item);
    let lines = || {
        let is_open =
            |line: &Line| Some(&line.item) == first.as_ref() || line.depth > 0 && line.depth < 3;
        lay_out(&tree, &is_open, &|_| true).len()
    };
    group.bench_function(
        format!("lay out a namespace that is wide open, {} lines", lines()),
        |b| {
            b.iter(lines);
        },
    );
    let nothing = || find(&tree, &|item| item.words(&graph).1 == "nothing of this name").is_none();
    group.bench_function("search all of it for what is not there", |b| b.iter(nothing));
    // The program searches by steps; none may keep a key waiting.
    let mut search = Search::new(&tree);
    let (mut steps, mut longest) = (0, Duration::ZERO);
    loop {
        let begun = Instant::now();
        let step =
            search.step(&tree, 2_000, &|item| item.words(&graph).1 == "nothing of this name");
        (steps, longest) = (steps + 1, longest.max(begun.elapsed()));
        if step != Step::More {
            break;
        }
    }
    eprintln!("the same in {steps} steps, the longest {longest:?}");
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = build, change, ask, map
}
criterion_main!(benches);
