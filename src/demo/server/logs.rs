//! Pod logs: `container`, `follow`, `previous`, `tailLines`, `sinceSeconds`, `sinceTime`, `timestamps`, `limitBytes`.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use bytes::Bytes;
use futures::stream::{self, StreamExt};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{Call, Shared, key};
use crate::demo::faults;
use crate::demo::logbook::Run;
use crate::demo::status::Refusal;
use crate::demo::value::At;

/// Lines written at a time.
const BATCH: u64 = 512;
/// A follower looks whether its container still runs at least this often.
const LOOK: Duration = Duration::from_secs(1);

/// Streams the log that the query asks for.
pub fn answer(shared: &Arc<Shared>, call: &Call) -> Result<Response, Refusal> {
    let name = call.route.name.as_deref().unwrap_or_default();
    let (pod, now) = {
        let world = shared.world();
        (
            world
                .store
                .value("pods", &key(call))
                .ok_or_else(|| Refusal::not_found("pods", "", name))?,
            world.now,
        )
    };
    let container = container(&pod, call.query.get("container"))?;
    let previous = call.query.on("previous");
    let Some(run) = Run::of(&pod, &container, previous) else {
        let why = if previous {
            format!("previous terminated container \"{container}\" in pod \"{name}\" not found")
        } else {
            let reason = waiting_reason(&pod, &container);
            format!("container \"{container}\" in pod \"{name}\" is waiting to start: {reason}")
        };
        return Err(Refusal::bad(why));
    };
    let count = run.count(now);
    let mut first = since(call, now)?.map_or(0, |since| run.first_since(since)).min(count);
    if let Some(tail) = call.query.number("tailLines") {
        first = first.max(count.saturating_sub(tail));
    }
    let follow = Follow {
        shared: Arc::clone(shared),
        key: key(call),
        container,
        run,
        next: first,
        until: if call.query.on("follow") && !previous { None } else { Some(count) },
        timestamps: call.query.on("timestamps"),
        bytes_left: call.query.number("limitBytes").map_or(usize::MAX, |n| n as usize),
    };
    let bytes =
        stream::unfold(
            follow,
            |mut follow| async move { follow.next().await.map(|b| (Ok(b), follow)) },
        )
        .boxed();
    let mut response = Response::new(Body::from_stream(faults::spoil(bytes, &call.mischief)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    Ok(response)
}

/// The container asked for, or the only one.
pub fn container(pod: &Value, asked: &str) -> Result<String, Refusal> {
    let name = pod.text("/metadata/name");
    let names: Vec<&str> =
        ["/spec/containers", "/spec/initContainers", "/spec/ephemeralContainers"]
            .iter()
            .flat_map(|list| pod.items(list))
            .map(|c| c.text("/name"))
            .collect();
    if asked.is_empty() {
        let mains = pod.items("/spec/containers");
        if let [only] = mains {
            return Ok(only.text("/name").to_owned());
        }
        return Err(Refusal::bad(format!(
            "a container name must be specified for pod {name}, choose one of: [{}]",
            names.join(" ")
        )));
    }
    if names.contains(&asked) {
        Ok(asked.to_owned())
    } else {
        Err(Refusal::bad(format!("container {asked} is not valid for pod {name}")))
    }
}

fn waiting_reason(pod: &Value, container: &str) -> String {
    let statuses = pod
        .items("/status/containerStatuses")
        .iter()
        .chain(pod.items("/status/initContainerStatuses"));
    let reason = statuses
        .filter(|s| s.text("/name") == container)
        .map(|s| s.text("/state/waiting/reason"))
        .next();
    match reason.unwrap_or_default() {
        "" => "ContainerCreating".to_owned(),
        "ImagePullBackOff" | "ErrImagePull" => "trying and failing to pull image".to_owned(),
        reason => reason.to_owned(),
    }
}

fn since(call: &Call, now: Timestamp) -> Result<Option<Timestamp>, Refusal> {
    if let Some(seconds) = call.query.number("sinceSeconds") {
        let back = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
        return Ok(now.checked_sub(back).ok());
    }
    match call.query.get("sinceTime") {
        "" => Ok(None),
        text => text
            .parse()
            .map(Some)
            .map_err(|_| Refusal::bad(format!("invalid sinceTime: {text:?} is no RFC 3339 time"))),
    }
}

struct Follow {
    shared: Arc<Shared>,
    key: String,
    container: String,
    run: Run,
    next: u64,
    /// Where to stop; none while following.
    until: Option<u64>,
    timestamps: bool,
    bytes_left: usize,
}

impl Follow {
    /// The next lines; waits for them where they are followed.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            let now = self.shared.world().now;
            let count = self.until.unwrap_or_else(|| self.run.count(now));
            if self.next < count {
                return self.write(count);
            }
            if self.until.is_some() || self.run.is_over() {
                return None;
            }
            let wait = if self.shared.live {
                let left = self.run.time(self.next).duration_since(now);
                Duration::try_from(left).unwrap_or_default().clamp(Duration::from_millis(5), LOOK)
            } else {
                // Frozen time moves when somebody moves it.
                let mut changed = self.shared.subscribe();
                changed.borrow_and_update();
                tokio::select! {
                    _ = changed.changed() => Duration::ZERO,
                    () = tokio::time::sleep(LOOK) => Duration::ZERO,
                }
            };
            tokio::time::sleep(wait).await;
            self.look()?;
        }
    }

    /// Learns whether the container still runs. None when the pod is gone.
    fn look(&mut self) -> Option<()> {
        let pod = self.shared.world().store.value("pods", &self.key)?;
        if let Some(run) = Run::of(&pod, &self.container, false)
            && run.same_start(&self.run)
        {
            self.run = run;
        } else {
            self.run.close(self.shared.world().now);
        }
        Some(())
    }

    fn write(&mut self, count: u64) -> Option<Bytes> {
        if self.bytes_left == 0 {
            return None;
        }
        let mut text = String::new();
        let end = count.min(self.next + BATCH);
        for number in self.next..end {
            if self.timestamps {
                text.push_str(
                    &self.run.time(number).strftime("%Y-%m-%dT%H:%M:%S.%9fZ ").to_string(),
                );
            }
            text.push_str(&self.run.line(number, count));
            text.push('\n');
        }
        self.next = end;
        let mut bytes = text.into_bytes();
        bytes.truncate(self.bytes_left);
        self.bytes_left -= bytes.len();
        Some(Bytes::from(bytes))
    }
}
