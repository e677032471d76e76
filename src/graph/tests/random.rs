//! Random histories give the same answers as the model.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::super::model::{Feed, Key, Model, RESOURCES, Reach as Wanted};
use super::super::{Graph, NodeId, Reach};
use super::*;

#[derive(Clone, Debug)]
enum Step {
    Put(u32, Row),
    Remove(u32, Uid),
    Reset(u32, Vec<Row>),
    State(u32, Freshness),
    Close(u32),
    Open(u32),
    Learn(usize),
}

/// Several Sources, some of which overlap.
fn feeds() -> Vec<Feed> {
    let scopes = [Scope::All, Scope::Namespaces(vec!["x".into()])];
    let feed = |resource, scope: &Scope, partial| Feed {
        resource,
        scope: scope.clone(),
        partial,
        freshness: LOADING,
        rows: BTreeSet::new(),
    };
    let mut feeds: Vec<Feed> = (0..RESOURCES.len()).map(|i| feed(i, &scopes[0], false)).collect();
    feeds.extend([
        feed(0, &scopes[1], false),
        feed(0, &scopes[0], true),
        feed(1, &scopes[1], false),
    ]);
    feeds
}

fn any_feed() -> impl Strategy<Value = u32> {
    0..feeds().len() as u32
}

fn any_namespace() -> impl Strategy<Value = &'static str> {
    prop_oneof![4 => Just("x"), 2 => Just("y"), 1 => Just("")]
}

fn any_uid() -> impl Strategy<Value = Uid> {
    (0..6u8).prop_map(|i| Uid([i; 16]))
}

fn any_link() -> impl Strategy<Value = Link> {
    let word = (select(&RESOURCES[..]), any::<bool>())
        .prop_map(|((group, plural, kind), by_kind)| (group, if by_kind { kind } else { plural }));
    let name = || select(&["a", "b", "x"][..]);
    let selector = || {
        let texts =
            ["", "k=1", "k in (1,2)", "!k", "k=1,l=1", "l", "k!=1", "k=2,l notin (1)", "k>1"];
        select(texts.to_vec()).prop_map(|text| Arc::new(Selector::parse(text).unwrap()))
    };
    let to = prop_oneof![
        (any_uid(), any_namespace(), name()).prop_map(|(uid, namespace, name)| To::Uid {
            uid,
            namespace: namespace.into(),
            name: name.into()
        }),
        (any_namespace(), name()).prop_map(|(namespace, name)| To::Name {
            namespace: namespace.into(),
            name: name.into()
        }),
        (any_namespace(), selector()).prop_map(|(namespace, selector)| To::Labels {
            namespace: namespace.into(),
            namespaces: None,
            selector
        }),
        (selector(), selector()).prop_map(|(namespaces, selector)| To::Labels {
            namespace: "".into(),
            namespaces: Some(namespaces),
            selector
        }),
    ];
    let relation = select(&[Relation::Controller, Relation::Uses, Relation::Selects][..]);
    (relation, word, to, prop::bool::weighted(0.2)).prop_map(
        |(relation, (group, resource), to, optional)| Link {
            relation,
            group: group.into(),
            resource: resource.into(),
            to,
            optional,
            needs: None,
        },
    )
}

/// Few links, so that rows share them.
fn pool() -> impl Strategy<Value = Vec<Arc<Link>>> {
    prop::collection::vec(any_link().prop_map(Arc::new), 1..12)
}

fn any_row(pool: Vec<Arc<Link>>) -> impl Strategy<Value = Row> {
    let labels = subsequence(vec![("k", "1"), ("l", "1"), ("m", "2")], 0..=2);
    let links = prop::collection::vec((any::<Index>(), any::<bool>()), 0..4);
    let health = select(&[Health::Ok, Health::Broken][..]);
    // Some names are those of namespaces.
    (any_uid(), any_namespace(), select(&["a", "b", "x", "y"][..]), labels, links, health).prop_map(
        move |(uid, namespace, name, labels, links, health)| {
            // Shared as by the rows of one Source, or only equal as from two of them.
            let one = |(at, shared): &(Index, bool)| match at.get(&pool) {
                link if *shared => Arc::clone(link),
                link => Arc::new((**link).clone()),
            };
            let links = links.iter().map(one).collect();
            Row { uid, health, links, ..labelled(row(namespace, name), &labels) }
        },
    )
}

fn any_freshness() -> impl Strategy<Value = Freshness> {
    prop_oneof![
        4 => Just(LIVE),
        1 => Just(LOADING),
        1 => Just(Freshness::Live { limited_to: Some(Arc::from([Str::from("y")])) }),
        1 => Just(Freshness::Stale { since: 0, why: "cut".into(), retry_at: None }),
    ]
}

fn any_history() -> impl Strategy<Value = Vec<Step>> {
    pool().prop_flat_map(|pool| {
        let rows = prop::collection::vec(any_row(pool.clone()), 0..6);
        let step = prop_oneof![
            8 => (any_feed(), any_row(pool)).prop_map(|(feed, row)| Step::Put(feed, row)),
            4 => (any_feed(), any_uid()).prop_map(|(feed, uid)| Step::Remove(feed, uid)),
            2 => (any_feed(), rows).prop_map(|(feed, rows)| Step::Reset(feed, rows)),
            4 => (any_feed(), any_freshness()).prop_map(|(feed, state)| Step::State(feed, state)),
            1 => any_feed().prop_map(Step::Close),
            1 => any_feed().prop_map(Step::Open),
            1 => (0..=RESOURCES.len()).prop_map(Step::Learn),
        ];
        prop::collection::vec(step, 1..40)
    })
}

fn open(graph: &mut Graph, model: &mut Model, id: u32) {
    let Some(feed) = feeds().into_iter().nth(id as usize) else { return };
    let (group, plural, _) = RESOURCES[feed.resource];
    let labels = if feed.partial { "a=b" } else { "" };
    let source = source(group, plural, feed.scope.clone());
    graph.open(SourceId(id), &Source { labels: labels.into(), ..source });
    model.feeds.entry(SourceId(id)).or_insert(feed);
}

fn take(graph: &mut Graph, model: &mut Model, step: Step) {
    match step {
        Step::Put(id, row) => {
            graph.put(SourceId(id), &row);
            model.put(SourceId(id), &row);
        }
        Step::Remove(id, uid) => {
            graph.remove(SourceId(id), uid);
            model.remove(SourceId(id), uid);
        }
        Step::Reset(id, rows) => {
            graph.reset(SourceId(id), &rows);
            model.reset(SourceId(id), &rows);
        }
        Step::State(id, freshness) => {
            graph.set_freshness(SourceId(id), &freshness);
            if let Some(feed) = model.feeds.get_mut(&SourceId(id)) {
                feed.freshness = freshness;
            }
        }
        Step::Close(id) => {
            graph.close(SourceId(id));
            model.close(SourceId(id));
        }
        Step::Open(id) => open(graph, model, id),
        Step::Learn(known) => {
            model.kinds = model.kinds.max(known);
            graph.learn(&Catalog::new(
                RESOURCES[..model.kinds].iter().map(|(g, p, k)| resource(g, p, k)),
            ));
        }
    }
}

fn key(graph: &Graph, id: NodeId) -> Key {
    let node = graph.get(id).expect("a row that is there");
    let of = |(group, plural, _): &&(&str, &str, &str)| {
        *group == node.group() && *plural == node.plural()
    };
    let (group, plural, _) = RESOURCES.iter().find(of).expect("a resource");
    (group, plural, node.uid())
}

fn keys(graph: &Graph, nodes: impl Iterator<Item = NodeId>) -> BTreeSet<Key> {
    let all: Vec<Key> = nodes.map(|id| key(graph, id)).collect();
    let set: BTreeSet<Key> = all.iter().copied().collect();
    assert_eq!(all.len(), set.len(), "each once");
    set
}

fn compare(graph: &Graph, model: &Model) {
    assert_eq!(graph.len(), model.rows.len());
    let mut used: BTreeMap<Key, BTreeSet<(String, BTreeSet<Key>)>> = BTreeMap::new();
    let mut broken = BTreeSet::new();
    for (at, row) in &model.rows {
        let node = graph.find(at.0, at.1, at.2).expect("a row of the model");
        let known = graph.get(node).expect("a row");
        assert_eq!((known.namespace(), known.name()), (&row.namespace, &row.name));
        assert_eq!((known.health(), known.labels()), (model.health(at), &*row.labels));
        let links = Model::links(row);
        assert_eq!(graph.uses(node).map(|e| e.link().clone()).collect::<Vec<_>>(), {
            links.iter().map(|link| (*link).clone()).collect::<Vec<_>>()
        });
        for edge in graph.uses(node) {
            let link = edge.link();
            let targets = model.targets(link);
            assert_eq!(keys(graph, edge.targets()), targets, "{link:?}");
            assert_eq!(edge.target_count(), targets.len());
            let reach = match edge.reach() {
                Reach::Found => Wanted::Found,
                Reach::Nothing => Wanted::Nothing,
                Reach::Unknown => Wanted::Unknown,
                Reach::Broken(_) => Wanted::Broken,
            };
            assert_eq!(reach, model.reach(link), "{link:?}");
            let rows = model.rows.iter().filter(|(_, row)| Model::links(row).contains(&link));
            let sources: BTreeSet<Key> = rows.map(|(key, _)| *key).collect();
            for target in targets {
                used.entry(target).or_default().insert((format!("{link:?}"), sources.clone()));
            }
            if reach == Wanted::Broken {
                broken.insert((format!("{link:?}"), sources));
            }
        }
    }
    for at in model.rows.keys() {
        let node = graph.find(at.0, at.1, at.2).expect("a row of the model");
        let edges = graph.used_by(node);
        let found: Vec<_> =
            edges.map(|e| (format!("{:?}", e.link()), keys(graph, e.sources()))).collect();
        let wanted = used.remove(at).unwrap_or_default();
        assert_eq!(found.len(), wanted.len(), "each once");
        assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), wanted);
        assert!(graph.below(node).iter().all(|id| graph.get(*id).is_some()));
    }
    let mut pods: BTreeMap<_, Tally> = BTreeMap::new();
    let mut loose = BTreeSet::new();
    for (at, row) in model.rows.iter().filter(|(at, _)| at.1 == "pods") {
        pods.entry(row.namespace.clone()).or_default().add(model.health(at));
        if !row.links.iter().any(|link| link.relation == Relation::RunsOn) {
            loose.insert(*at);
        }
    }
    assert_eq!(*graph.pods(), pods);
    assert_eq!(keys(graph, graph.loose_pods()), loose);
    let found = graph.broken().map(|e| (format!("{:?}", e.link()), keys(graph, e.sources())));
    let found: Vec<_> = found.collect();
    assert_eq!(found.len(), broken.len(), "each once");
    let sources: usize = found.iter().map(|(_, sources)| sources.len()).sum();
    assert_eq!(graph.broken_count(), sources);
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), broken);
}

proptest! {
    #[test]
    fn a_history_gives_what_a_look_from_scratch_gives(history in any_history()) {
        let (mut graph, mut model) = (Graph::new(&Catalog::new([])), Model::default());
        for id in 0..feeds().len() as u32 {
            open(&mut graph, &mut model, id);
        }
        for step in history {
            take(&mut graph, &mut model, step);
            compare(&graph, &model);
        }
        let open: Vec<SourceId> = model.feeds.keys().copied().collect();
        for id in open {
            graph.close(id);
        }
        prop_assert_eq!((graph.len(), graph.links(), graph.broken_count()), (0, 0, 0));
    }
}
