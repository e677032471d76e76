//! The HTTP side: one handler that reads a request, asks who and what, and hands it on.

mod admission;
pub mod body;
mod disk;
mod exec;
mod files;
mod health;
mod list;
mod logs;
mod metrics;
mod openapi;
mod portforward;
mod protobuf;
mod reviews;
mod route;
mod shape;
mod shared;
mod shell;
mod watch;
mod write;

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

pub use self::shared::Shared;

use self::list::Filter;
use self::route::{Query, Route, Shape};
use self::shape::Writer;
use super::access::{self, Ask, User};
use super::discovery;
use super::faults::{self, Fault, Mischief, Target};
use super::resource::Resource;
use super::status::{Refusal, json_response};

/// Bodies larger than this are refused, as API servers do (3 MiB).
const MAX_BODY: usize = 3 * 1024 * 1024;

/// A request on a resource, taken apart.
struct Call {
    headers: HeaderMap,
    query: Query,
    route: Route,
    resource: Arc<Resource>,
    user: User,
    mischief: Vec<Mischief>,
}

/// Serves connections until it is dropped; they end with it.
pub async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    let app = axum::Router::new().fallback(handle).with_state(shared);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    // Small writes (watch events) must not wait for an acknowledgement.
                    let _ = stream.set_nodelay(true);
                    let service = TowerToHyperService::new(app.clone());
                    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                    connections.spawn(async move {
                        // A client that goes away is nothing to report.
                        let _ = connection.with_upgrades().await;
                    });
                }
                // Out of file descriptors, most likely: let some connections end.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Answers every request.
async fn handle(State(shared): State<Arc<Shared>>, request: Request<Body>) -> Response {
    match answer(&shared, request).await {
        Ok(response) => response,
        Err(refusal) => refusal.into_response(),
    }
}

async fn answer(shared: &Arc<Shared>, request: Request<Body>) -> Result<Response, Refusal> {
    shared.remember(&request);
    let path = request.uri().path().to_owned();
    let query = Query::of(request.uri());
    let user =
        access::authenticate(request.headers(), shared.token.as_deref(), &shared.world().store);
    if let Some(rest) = path.strip_prefix("/demo/") {
        return control(shared, rest, request).await;
    }
    let route = Route::parse(&path);
    let verb = route.as_ref().map_or_else(
        || request.method().as_str().to_lowercase(),
        |route| route::verb(request.method(), route, &query).to_owned(),
    );
    let full = route.as_ref().map_or_else(String::new, full_resource);
    let target = Target {
        verb: &verb,
        resource: &full,
        path: &path,
        continued: !query.get("continue").is_empty(),
        watch_list: query.on("sendInitialEvents"),
        user: user.as_ref().map_or("", |u| &u.name),
    };
    let mischief = shared.faults.take(&target);
    misbehave(&mischief, &verb).await?;
    if matches!(path.as_str(), "/version" | "/readyz" | "/livez" | "/healthz") {
        return Ok(open(&path, &query));
    }
    let user = user?;
    if path == "/metrics" {
        return health::metrics(&user);
    }
    let Some(route) = route else { return root(shared, &path, request.headers()) };
    let resource = {
        let world = shared.world();
        world.catalog.get(&route.plural, &route.group).cloned()
    };
    let resource =
        resource.filter(|r| r.version == route.version).ok_or_else(Refusal::no_resource)?;
    if let Some(sub) = &route.sub
        && !resource.subresources.contains(sub)
    {
        return Err(Refusal::no_resource());
    }
    let ask = Ask {
        verb: &verb,
        group: &route.group,
        resource: &full,
        namespace: route.namespace.as_deref(),
        name: route.name.as_deref(),
    };
    if !full.starts_with("selfsubject") {
        access::allow(&shared.world().store, &user, &ask)?;
    }
    let call = Call { headers: request.headers().clone(), query, route, resource, user, mischief };
    resource_call(shared, call, &verb, request).await
}

fn full_resource(route: &Route) -> String {
    route.sub.as_ref().map_or_else(|| route.plural.clone(), |sub| format!("{}/{sub}", route.plural))
}

/// Faults that take the place of an answer.
async fn misbehave(mischief: &[Mischief], verb: &str) -> Result<(), Refusal> {
    for mischief in mischief {
        match *mischief {
            Mischief::Status { code, retry_after } => {
                return Err(faults::refusal(code, retry_after));
            }
            Mischief::Expired if verb != "watch" => return Err(faults::refusal(410, None)),
            Mischief::NoWatchList => return Err(watch::watchlist_refused()),
            Mischief::Delay(millis) => tokio::time::sleep(Duration::from_millis(millis)).await,
            Mischief::Hang => std::future::pending().await,
            _ => {}
        }
    }
    Ok(())
}

/// What is open to everybody.
fn open(path: &str, query: &Query) -> Response {
    if path == "/version" {
        json_response(StatusCode::OK, &discovery::version())
    } else {
        health::checks(path, query)
    }
}

/// `/demo/faults`: GET lists, POST adds one fault or a list of them, DELETE clears. `/demo/compact` forgets history.
async fn control(
    shared: &Arc<Shared>,
    what: &str,
    request: Request<Body>,
) -> Result<Response, Refusal> {
    match (what, request.method().as_str()) {
        ("faults", "GET") => {}
        ("faults", "DELETE") => shared.faults.clear(),
        ("faults", "POST") => {
            let body = read_json(request).await?;
            let list = if body.is_array() { body } else { json!([body]) };
            let list: Vec<Fault> = serde_json::from_value(list)
                .map_err(|e| Refusal::bad(format!("this is no fault: {e}")))?;
            list.into_iter().for_each(|fault| shared.faults.inject(fault));
        }
        ("compact", "POST") => shared.change(|world| world.store.compact()),
        _ => return Err(Refusal::no_resource()),
    }
    Ok(json_response(StatusCode::OK, &json!({"faults": shared.faults.list()})))
}

/// Discovery and other paths without a resource.
fn root(shared: &Arc<Shared>, path: &str, headers: &HeaderMap) -> Result<Response, Refusal> {
    let accept = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let aggregated = discovery::wants_aggregated(accept);
    let world = shared.world();
    let catalog = &world.catalog;
    let parts: Vec<&str> = path.split('/').filter(|p| !p.is_empty()).collect();
    let value = match parts.as_slice() {
        [root @ ("api" | "apis")] if aggregated => {
            let mut response =
                json_response(StatusCode::OK, &discovery::aggregated(catalog, *root == "api"));
            response.headers_mut().insert(
                header::CONTENT_TYPE,
                header::HeaderValue::from_static(discovery::AGGREGATED),
            );
            return Ok(response);
        }
        ["api"] => Some(discovery::core_versions()),
        ["apis"] => Some(discovery::group_list(catalog)),
        ["api", version] => discovery::resource_list(catalog, "", version),
        ["apis", group] => discovery::group(catalog, group),
        ["openapi", "v3"] => Some(openapi::index(catalog)),
        ["openapi", "v3", "api", version] => openapi::group_version(catalog, "", version),
        ["openapi", "v3", "apis", group, version] => {
            openapi::group_version(catalog, group, version)
        }
        ["apis", group, version] => discovery::resource_list(catalog, group, version),
        [] => Some(
            json!({"paths": ["/api", "/apis", "/demo/faults", "/livez", "/metrics", "/readyz", "/version"]}),
        ),
        _ => None,
    };
    value.map(|v| json_response(StatusCode::OK, &v)).ok_or_else(Refusal::no_resource)
}

async fn read_json(request: Request<Body>) -> Result<Value, Refusal> {
    let bytes = read_bytes(request, "").await?;
    serde_json::from_slice(&bytes).map_err(|e| Refusal::bad(format!("the body is not JSON: {e}")))
}

async fn resource_call(
    shared: &Arc<Shared>,
    call: Call,
    verb: &str,
    request: Request<Body>,
) -> Result<Response, Refusal> {
    match call.route.sub.as_deref() {
        Some("log") => return logs::answer(shared, &call),
        Some("portforward") => return portforward::answer(shared, &call, request).await,
        Some("exec" | "attach") => return exec::answer(shared, &call, request).await,
        _ => {}
    }
    match verb {
        "get" | "list" if call.resource.group == "metrics.k8s.io" => metrics::answer(shared, &call),
        "get" | "list" | "watch" => read(shared, &call, verb),
        _ => {
            let full = full_resource(&call.route);
            let body = read_bytes(request, &full).await?;
            if call.resource.verbs == ["create"] {
                return reviews::answer(shared, &call, &body);
            }
            write::write(shared, &call, verb, &body)
        }
    }
}

/// The body of a write, as JSON (or the YAML of an apply).
async fn read_bytes(request: Request<Body>, resource: &str) -> Result<Bytes, Refusal> {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let protobuf = content_type.is_some_and(|t| t.contains("protobuf"));
    if content_type.is_some_and(|t| t.contains("cbor")) {
        return Err(Refusal::new(
            415,
            "UnsupportedMediaType",
            "the body of the request was in an unknown format - accepted media types include: application/json",
        ));
    }
    let bytes = to_bytes(request.into_body(), MAX_BODY).await.map_err(|e| {
        Refusal::new(413, "RequestEntityTooLarge", format!("cannot read the body: {e}"))
    })?;
    if protobuf && !bytes.is_empty() {
        return protobuf::to_json(resource, &bytes).map(|v| v.to_string().into());
    }
    Ok(bytes)
}

fn read(shared: &Arc<Shared>, call: &Call, verb: &str) -> Result<Response, Refusal> {
    let shape = route::shape(&call.headers, &call.query).ok_or_else(|| {
        Refusal::new(
            406,
            "NotAcceptable",
            "only the following media types are accepted: application/json",
        )
    })?;
    let namespace = call.route.namespace.as_deref().filter(|_| call.resource.namespaced);
    if verb == "get" {
        return get(shared, call, shape);
    }
    let filter = Filter::of(&call.query, &call.resource)?;
    let mischief = call.mischief.clone();
    let wrap = move |bytes| faults::spoil(bytes, &mischief);
    if verb == "watch" {
        if call.mischief.contains(&Mischief::Expired) {
            let event = watch::error_event(&faults::refusal(410, None));
            return Ok(([(header::CONTENT_TYPE, "application/json")], event).into_response());
        }
        let request = watch::Request {
            resource: Arc::clone(&call.resource),
            namespace: namespace.map(str::to_owned),
            filter,
            shape,
        };
        return watch::response(shared, request, &call.query, wrap);
    }
    let (page, now) = {
        let world = shared.world();
        (list::page(&world.store, &call.resource.id(), namespace, &filter, &call.query)?, world.now)
    };
    Ok(list::response(page, Writer::new(&call.resource, shape, now), &call.headers, wrap))
}

fn get(shared: &Arc<Shared>, call: &Call, shape: Shape) -> Result<Response, Refusal> {
    let name = call.route.name.as_deref().unwrap_or_default();
    let key = key(call);
    let world = shared.world();
    let object = world
        .store
        .get(&call.resource.id(), &key)
        .ok_or_else(|| Refusal::not_found(&call.resource.plural, &call.resource.group, name))?;
    if call.route.sub.as_deref() == Some("scale") {
        return Ok(json_response(
            StatusCode::OK,
            &write::scale_of(&call.resource, &object.value()),
        ));
    }
    let text = Writer::new(&call.resource, shape, world.now).single(object);
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

/// The key of the object that a call names.
fn key(call: &Call) -> String {
    let name = call.route.name.as_deref().unwrap_or_default();
    match call.route.namespace.as_deref().filter(|_| call.resource.namespaced) {
        Some(namespace) => format!("{namespace}/{name}"),
        None => name.to_owned(),
    }
}
