//! How everything there is arrives.

use kx::store::Freshness;
use serde_json::json;

use crate::script::{Asked, Reply, Server, bookmark, event, namespace, namespace_json, page};
use crate::view::{View, source};

const QUIET: &[u8] = &[];

fn names(numbers: std::ops::Range<u64>) -> Vec<Vec<u8>> {
    numbers.map(|n| namespace(&format!("n{n:05}"), n, "Active")).collect()
}

#[tokio::test]
async fn pages_come_one_after_the_other_and_the_watch_goes_on_from_them() {
    let server = Server::start(|asked| match (asked.watches(), asked.get("continue")) {
        (true, _) => Reply::protobuf(event("ADDED", namespace("late", 91, "Active"))).open(),
        (_, "") => Reply::protobuf(page(90, "two", Some(2_500), names(0..500))),
        (_, "two") => Reply::protobuf(page(90, "three", Some(100), names(500..2_900))),
        (_, "three") => Reply::protobuf(page(90, "", None, names(2_900..3_000))),
        _ => Reply::status(400, "BadRequest", "what?"),
    })
    .await;
    let mut view = View::open(&server, source("namespaces"));
    view.until(|view| view.rows.len() == 3_001).await;
    view.live().await;
    assert_eq!(view.resets, 0, "the first list comes in batches");
    assert_eq!(view.states[0], Freshness::Loading { received: 0, remaining: None });
    assert!(view.states.iter().any(
        |s| matches!(s, Freshness::Loading { received, remaining: Some(n) } if received + n == 3_000)
    ));
    let asked = server.asked();
    let limits: Vec<&str> = asked.iter().map(|asked| asked.get("limit")).collect();
    assert_eq!(limits, ["500", "10000", "10000", ""]);
    assert!(asked[..3].iter().all(|asked| asked.packed), "lists come packed");
    assert!(!asked[3].packed && asked[3].get("resourceVersion") == "90");
}

fn fast(asked: &Asked, watch: Reply) -> Reply {
    match (asked.watches(), asked.get("continue")) {
        (true, _) => watch,
        (_, "") => Reply::protobuf(page(90, "two", Some(6_000), names(0..100))),
        (_, "two") => Reply::protobuf(page(90, "three", Some(5_900), names(100..200))),
        _ => Reply::protobuf(page(90, "", None, names(200..300))),
    }
}

#[tokio::test]
async fn a_fast_link_gets_the_rest_by_watch_list() {
    let server = Server::start(|asked| {
        let initial = asked.get("sendInitialEvents") == "true";
        let mut body: Vec<u8> = names(1..250).into_iter().flat_map(|n| event("ADDED", n)).collect();
        body.extend(bookmark(95, true));
        body.extend(event("MODIFIED", namespace("n00007", 96, "Terminating")));
        fast(
            asked,
            if initial { Reply::protobuf(body).open() } else { Reply::protobuf(QUIET.into()) },
        )
    })
    .await;
    let mut view = View::open(&server, source("namespaces"));
    view.live().await;
    view.until(|view| view.cells().contains(&"n00007=Terminating".to_owned())).await;
    assert_eq!(view.rows.len(), 249, "n00000 was gone when the watch began");
    assert!(!view.names().contains(&"n00000".to_owned()));
    assert_eq!(view.resets, 0);
    let asked = server.asked();
    assert!(!asked[1].packed, "the second page measures the link");
    assert_eq!(asked.len(), 3, "the watch that began with everything goes on");
    assert_eq!(asked[2].get("resourceVersionMatch"), "NotOlderThan");
    assert_eq!(asked[2].get("resourceVersion"), "90");
}

#[tokio::test]
async fn where_watch_list_is_refused_pages_go_on() {
    let server = Server::start(|asked| {
        let refused = Reply::status(422, "Invalid", "sendInitialEvents is forbidden");
        let watch = if asked.get("sendInitialEvents") == "true" {
            refused
        } else {
            Reply::protobuf(QUIET.into()).open()
        };
        fast(asked, watch)
    })
    .await;
    let mut view = View::open(&server, source("namespaces"));
    view.live().await;
    assert_eq!(view.rows.len(), 300);
    assert!(!view.was_stale());
    assert_eq!(server.asked().iter().filter(|asked| asked.get("continue") == "three").count(), 1);
}

#[tokio::test]
async fn what_cannot_be_listed_may_still_be_watched() {
    let server = Server::start(|asked| {
        if !asked.watches() {
            return Reply::status(405, "MethodNotAllowed", "no lists here");
        }
        let body = [event("ADDED", namespace("a", 1, "Active")), bookmark(2, true)].concat();
        Reply::protobuf(body).open()
    })
    .await;
    let mut view = View::open(&server, source("namespaces"));
    view.live().await;
    assert_eq!(view.names(), ["a"]);
}

#[tokio::test]
async fn an_expired_token_begins_the_list_anew_and_leaves_no_ghosts() {
    let server =
        Server::start(|asked| match (asked.watches(), asked.get("continue"), asked.before) {
            (true, ..) => Reply::protobuf(QUIET.into()).open(),
            (_, "", 0) => Reply::protobuf(page(90, "old", Some(100), names(0..10))),
            (_, "old", _) => Reply::status(410, "Expired", "the token is too old"),
            _ => Reply::protobuf(page(99, "", None, names(5..15))),
        })
        .await;
    let mut view = View::open(&server, source("namespaces"));
    view.live().await;
    assert_eq!((view.rows.len(), view.resets), (10, 1));
    assert!(!view.names().contains(&"n00000".to_owned()));
}

#[tokio::test]
async fn a_list_that_is_cut_at_any_byte_comes_whole_in_the_end() {
    let whole = page(90, "", None, names(0..3));
    let step = whole.len() / 12;
    let cuts = (0..whole.len()).step_by(step).map(|at| {
        let whole = whole.clone();
        async move {
            let server = Server::start(move |asked| match (asked.watches(), asked.before) {
                (true, _) => Reply::protobuf(QUIET.into()).open(),
                (_, 0) => Reply::protobuf(whole.clone()).cut(at),
                _ => Reply::protobuf(whole.clone()),
            })
            .await;
            let mut view = View::open(&server, source("namespaces"));
            view.live().await;
            assert_eq!(view.names(), ["n00000", "n00001", "n00002"], "cut at {at}");
            assert!(view.was_stale(), "cut at {at}");
        }
    });
    futures::future::join_all(cuts).await;
}

#[tokio::test]
async fn a_busy_server_is_asked_again_when_it_says() {
    let server = Server::start(|asked| match (asked.watches(), asked.before) {
        (true, _) => Reply::protobuf(QUIET.into()).open(),
        (_, 0) => Reply::status(429, "TooManyRequests", "slow down").header("retry-after", "1"),
        (_, 1) => Reply::status(503, "ServiceUnavailable", "starting"),
        (_, 2) => Reply::new(200, "text/html", "<html>a proxy's page</html>"),
        (_, 3) => Reply::protobuf(b"k8s\0 garbage, garbage".to_vec()),
        _ => Reply::protobuf(page(1, "", None, names(0..1))),
    })
    .await;
    let mut view = View::open(&server, source("namespaces"));
    view.live().await;
    assert_eq!(view.names(), ["n00000"]);
    let whys: Vec<String> = view
        .states
        .iter()
        .filter_map(|state| match state {
            Freshness::Stale { why, retry_at, .. } => {
                assert!(retry_at.is_some());
                Some(why.to_string())
            }
            _ => None,
        })
        .collect();
    assert_eq!(whys.len(), 4, "{whys:?}");
    assert!(whys[0].contains("slow down") && whys[1].contains("starting"), "{whys:?}");
    assert!(whys[2].contains("text/html"), "{whys:?}");
}

#[tokio::test]
async fn a_server_without_protobuf_gives_the_same_rows() {
    let mut seen = Vec::new();
    for json_only in [false, true] {
        let server = Server::start(move |asked| match (asked.watches(), json_only) {
            (false, false) => Reply::protobuf(page(
                5,
                "",
                None,
                vec![namespace("a", 1, "Active"), namespace("b", 2, "Terminating")],
            )),
            (true, false) => Reply::protobuf(
                [
                    event("MODIFIED", namespace("a", 6, "Terminating")),
                    event("DELETED", namespace("b", 7, "Terminating")),
                    event("ADDED", namespace("c", 8, "Active")),
                ]
                .concat(),
            )
            .open(),
            (false, true) => Reply::json(&json!({
                "kind": "NamespaceList", "items": [namespace_json("a", 1, "Active"),
                namespace_json("b", 2, "Terminating")], "metadata": {"resourceVersion": "5"},
            })),
            (true, true) => {
                let events = [
                    json!({"type": "MODIFIED", "object": namespace_json("a", 6, "Terminating")}),
                    json!({"type": "DELETED", "object": namespace_json("b", 7, "Terminating")}),
                    json!({"type": "ADDED", "object": namespace_json("c", 8, "Active")}),
                ];
                let lines: Vec<String> = events.iter().map(ToString::to_string).collect();
                Reply::new(200, "application/json;stream=watch", lines.join("\n")).open()
            }
        })
        .await;
        let mut view = View::open(&server, source("namespaces"));
        view.until(|view| view.names() == ["a", "c"]).await;
        seen.push((view.cells(), view.rows.keys().copied().collect::<Vec<_>>()));
        assert!(server.asked()[0].accept.starts_with("application/vnd.kubernetes.protobuf,"));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0].0, ["a=Terminating", "c=Active"]);
}

#[tokio::test]
async fn an_object_that_cannot_be_decoded_is_not_missing() {
    let mut broken = namespace("broken", 3, "Active");
    // A status whose phase is a number: the metadata before it is whole.
    broken.extend([0x1a, 0x02, 0x08, 0x01]);
    let server = Server::start(move |asked| {
        if asked.watches() {
            return Reply::protobuf(event("DELETED", broken.clone())).open();
        }
        Reply::protobuf(page(
            5,
            "",
            None,
            vec![broken.clone(), vec![0xff; 9], names(0..1).remove(0)],
        ))
    })
    .await;
    let mut view = View::open(&server, source("namespaces"));
    view.until(|view| view.rows.len() == 3).await;
    view.until(|view| view.names() == ["<2 unreadable>", "n00000"]).await;
}

#[tokio::test]
async fn what_cannot_be_watched_is_listed_and_says_so() {
    let server = Server::start(|_| Reply::protobuf(page(1, "", None, names(0..2)))).await;
    let mut unwatched = source("namespaces");
    std::sync::Arc::make_mut(&mut unwatched.resource).verbs.retain(|verb| verb != "watch");
    let mut view = View::open(&server, unwatched);
    view.until(View::was_stale).await;
    assert_eq!(view.rows.len(), 2);
    let Some(Freshness::Stale { why, retry_at, .. }) = view.states.last() else { panic!() };
    assert!(why.contains("no watch") && retry_at.is_some(), "{why}");
}
