//! The kubelets: pods start, become ready, end, restart and go, at their own pace.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{ephemeral, scheduler};
use crate::demo::rng;
use crate::demo::value::{At, condition, edit_list, set, set_condition};
use crate::demo::world::behaviour::{self, Behaviour};
use crate::demo::world::{World, seconds_since, stamp};

/// Longest pause between restarts, as the kubelet's.
const MAX_BACKOFF: i64 = 300;

/// Brings a pod to where it should be by now.
pub fn look(world: &mut World, key: &str) {
    let Some(mut pod) = world.store.value("pods", key) else { return };
    if pod.text("/spec/nodeName").is_empty() {
        return scheduler::place(world, key, pod);
    }
    let node = world.store.value("nodes", pod.text("/spec/nodeName")).unwrap_or_default();
    if condition(&node, "Ready").text("/status") != "True" {
        // Its kubelet is not heard of: nothing moves until it is back.
        return;
    }
    let before = pod.clone();
    let mut turn = Turn { now: world.stamp(), wake: i64::MAX, events: Vec::new() };
    if pod.has("/metadata/deletionTimestamp") {
        terminate(world, &mut pod, &mut turn);
    } else if !matches!(pod.text("/status/phase"), "Succeeded" | "Failed") {
        admit(&mut pod, &node, &mut turn);
        if initialize(world, &mut pod, &mut turn) {
            run(world, &mut pod, &mut turn);
        }
        ephemeral::start(&mut pod, &turn.now);
        conclude(world, &mut pod, &turn.now);
    }
    for (warning, reason, message) in std::mem::take(&mut turn.events) {
        world.event(&before, "kubelet", warning, reason, &message);
    }
    if turn.wake < i64::MAX {
        world.later(SignedDuration::from_secs(turn.wake.max(1)), ("pods", key.to_owned()));
    }
    if pod != before {
        world.put("pods", key, pod);
    }
}

/// One look at one pod: the time, when to look again (in seconds), and what to tell.
struct Turn {
    now: String,
    wake: i64,
    events: Vec<(bool, &'static str, String)>,
}

impl Turn {
    fn in_seconds(&mut self, seconds: i64) {
        self.wake = self.wake.min(seconds.max(1));
    }

    fn tell(&mut self, reason: &'static str, message: impl Into<String>) {
        self.events.push((false, reason, message.into()));
    }

    fn warn(&mut self, reason: &'static str, message: impl Into<String>) {
        self.events.push((true, reason, message.into()));
    }
}

/// Gives a pod that just arrived its first status.
fn admit(pod: &mut Value, node: &Value, turn: &mut Turn) {
    if pod.has("/status/startTime") {
        return;
    }
    set(pod, "/status/startTime", turn.now.as_str());
    let host = node.items("/status/addresses").iter().find(|a| a.text("/type") == "InternalIP");
    let host = host.map_or(json!(null), |a| a.at("/address").clone());
    set(pod, "/status/hostIPs", json!([{"ip": host}]));
    set(pod, "/status/hostIP", host);
    let inits = !pod.items("/spec/initContainers").is_empty();
    for (specs, statuses, reason) in [
        ("/spec/initContainers", "/status/initContainerStatuses", "PodInitializing"),
        (
            "/spec/containers",
            "/status/containerStatuses",
            if inits { "PodInitializing" } else { "ContainerCreating" },
        ),
    ] {
        let fresh: Vec<Value> = pod
            .items(specs)
            .iter()
            .map(|c| {
                json!({"name": c.text("/name"), "image": c.text("/image"), "imageID": "", "ready": false,
                    "started": false, "restartCount": 0, "state": {"waiting": {"reason": reason}}, "lastState": {}})
            })
            .collect();
        if !fresh.is_empty() {
            set(pod, statuses, fresh);
        }
    }
}

/// Runs init containers one after the other. True when all of them are done (or running, for sidecars).
fn initialize(world: &mut World, pod: &mut Value, turn: &mut Turn) -> bool {
    let specs = pod.items("/spec/initContainers").to_vec();
    let mut statuses = pod.items("/status/initContainerStatuses").to_vec();
    let mut done = true;
    for (spec, status) in specs.iter().zip(&mut statuses) {
        let sidecar = spec.text("/restartPolicy") == "Always";
        let policy = match (sidecar, pod.text("/spec/restartPolicy")) {
            (true, _) => "Always",
            (false, "Never") => "Never",
            _ => "OnFailure",
        };
        step(world, pod, spec, status, policy, turn);
        let finished =
            status.has("/state/terminated") && status.num("/state/terminated/exitCode") == 0;
        if finished {
            set(status, "/ready", true);
        }
        if !(finished || (sidecar && status.flag("/started"))) {
            done = false;
            break;
        }
    }
    if !specs.is_empty() {
        set(pod, "/status/initContainerStatuses", statuses);
    }
    done
}

/// Runs the main containers, all at once.
fn run(world: &mut World, pod: &mut Value, turn: &mut Turn) {
    let specs = pod.items("/spec/containers").to_vec();
    let mut statuses = pod.items("/status/containerStatuses").to_vec();
    let policy = pod.text("/spec/restartPolicy").to_owned();
    for (spec, status) in specs.iter().zip(&mut statuses) {
        step(world, pod, spec, status, &policy, turn);
    }
    set(pod, "/status/containerStatuses", statuses);
}

/// Moves one container on, as far as it has come by now.
fn step(
    world: &mut World,
    pod: &Value,
    spec: &Value,
    status: &mut Value,
    policy: &str,
    turn: &mut Turn,
) {
    let uid = pod.text("/metadata/uid");
    let does = behaviour::of(spec, uid, policy);
    let memo = format!("{uid}/{}", spec.text("/name"));
    if status.has("/state/running") {
        running(status, does, turn, world);
        return;
    }
    if status.has("/state/terminated") {
        ended(world, status, policy, &memo, turn);
        return;
    }
    let reason = status.text("/state/waiting/reason").to_owned();
    let Some(&(due, tries)) = world.memory.get(&memo) else {
        // First sight: the image is being pulled.
        turn.tell("Pulling", format!("Pulling image \"{}\"", spec.text("/image")));
        remember(world, &memo, does.pull, 0);
        turn.in_seconds(does.pull);
        return;
    };
    let left = due.as_second() - world.now.as_second();
    if left > 0 {
        turn.in_seconds(left);
        return;
    }
    if does.missing {
        return image_missing(world, status, &memo, tries, turn);
    }
    world.memory.remove(&memo);
    start(pod, spec, status, reason == "CrashLoopBackOff", turn);
    turn.in_seconds(does.ready.min(does.exit.map_or(i64::MAX, |(after, _)| after)));
}

fn remember(world: &mut World, memo: &str, seconds: i64, tries: u32) {
    let due = world.now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(world.now);
    world.memory.insert(memo.to_owned(), (due, tries));
}

/// Tries again to pull an image that is nowhere, less and less often.
fn image_missing(world: &mut World, status: &mut Value, memo: &str, tries: u32, turn: &mut Turn) {
    let image = status.text("/image").to_owned();
    let reason = status.text("/state/waiting/reason").to_owned();
    if reason == "ErrImagePull" {
        let pause = (10_i64 << tries.min(6)).min(MAX_BACKOFF);
        set(
            status,
            "/state",
            json!({"waiting": {"reason": "ImagePullBackOff",
            "message": format!("Back-off pulling image \"{image}\": ErrImagePull: {image}: not found")}}),
        );
        turn.tell("BackOff", format!("Back-off pulling image \"{image}\""));
        turn.warn("Failed", "Error: ImagePullBackOff");
        remember(world, memo, pause, tries + 1);
        turn.in_seconds(pause);
        return;
    }
    set(
        status,
        "/state",
        json!({"waiting": {"reason": "ErrImagePull",
        "message": format!("failed to pull and unpack image \"{image}\": {image}: not found")}}),
    );
    if tries > 0 {
        turn.tell("Pulling", format!("Pulling image \"{image}\""));
    }
    turn.warn(
        "Failed",
        format!(
            "Failed to pull image \"{image}\": rpc error: code = NotFound desc = {image}: not found"
        ),
    );
    turn.warn("Failed", "Error: ErrImagePull");
    remember(world, memo, 2, tries);
    turn.in_seconds(2);
}

fn start(pod: &Value, spec: &Value, status: &mut Value, again: bool, turn: &mut Turn) {
    let image = spec.text("/image");
    let restarts =
        status.num("/restartCount") + i64::from(again || status.has("/lastState/terminated"));
    let digest = rng::hash(3, &[image]);
    let id = rng::hash(5, &[pod.text("/metadata/uid"), spec.text("/name"), &restarts.to_string()]);
    set(status, "/restartCount", restarts);
    set(
        status,
        "/imageID",
        format!("{}@sha256:{}", image.rsplit_once(':').map_or(image, |(n, _)| n), hex64(digest)),
    );
    set(status, "/containerID", format!("containerd://{}", hex64(id)));
    set(status, "/state", json!({"running": {"startedAt": turn.now}}));
    set(status, "/started", !spec.has("/startupProbe"));
    turn.tell("Pulled", format!("Container image \"{image}\" already present on machine"));
    turn.tell("Created", format!("Created container: {}", spec.text("/name")));
    turn.tell("Started", format!("Started container {}", spec.text("/name")));
}

fn hex64(number: u64) -> String {
    (0..4).map(|i| format!("{:016x}", rng::mix(number ^ i))).collect()
}

fn running(status: &mut Value, does: Behaviour, turn: &mut Turn, world: &World) {
    let age = seconds_since(world.now, status.text("/state/running/startedAt")).unwrap_or_default();
    if let Some((after, code)) = does.exit {
        if age >= after {
            let reason = match code {
                0 => "Completed",
                137 => "OOMKilled",
                _ => "Error",
            };
            let started = status.text("/state/running/startedAt").to_owned();
            let id = status.text("/containerID").to_owned();
            set(
                status,
                "/state",
                json!({"terminated": {"exitCode": code, "reason": reason,
                "startedAt": started, "finishedAt": turn.now, "containerID": id}}),
            );
            set(status, "/ready", false);
            set(status, "/started", false);
            turn.in_seconds(1);
            return;
        }
        turn.in_seconds(after - age);
    }
    if age >= does.ready {
        set(status, "/ready", true);
        set(status, "/started", true);
    } else {
        turn.in_seconds(does.ready - age);
    }
}

/// A container has ended: it is done, or it starts again, after a pause that grows.
fn ended(world: &mut World, status: &mut Value, policy: &str, memo: &str, turn: &mut Turn) {
    let code = status.num("/state/terminated/exitCode");
    if policy == "Never" || (policy == "OnFailure" && code == 0) {
        return;
    }
    let age =
        seconds_since(world.now, status.text("/state/terminated/finishedAt")).unwrap_or_default();
    if age < 1 {
        turn.in_seconds(1);
        return;
    }
    let restarts = status.num("/restartCount");
    let lived = status
        .text("/state/terminated/startedAt")
        .parse()
        .map_or(0, |start: jiff::Timestamp| world.now.as_second() - start.as_second());
    // Who ran well for ten minutes starts with short pauses again.
    let pause = match restarts {
        0 => 1,
        _ if lived >= 600 => 10,
        _ => (10_i64 << (restarts - 1).clamp(0, 6)).min(MAX_BACKOFF),
    };
    let name = status.text("/name").to_owned();
    let last = status.at("/state").clone();
    set(status, "/lastState", last);
    set(
        status,
        "/state",
        json!({"waiting": {"reason": "CrashLoopBackOff",
        "message": format!("back-off {pause}s restarting failed container={name}")}}),
    );
    turn.warn("BackOff", format!("Back-off restarting failed container {name}"));
    remember(world, memo, pause, 0);
    turn.in_seconds(pause);
}

/// Draws phase, address and conditions from the containers.
fn conclude(world: &World, pod: &mut Value, now: &str) {
    let statuses = pod.items("/status/containerStatuses");
    let inits = pod.items("/status/initContainerStatuses");
    let policy = pod.text("/spec/restartPolicy");
    let over = |s: &Value| {
        s.has("/state/terminated")
            && (policy == "Never"
                || (policy == "OnFailure" && s.num("/state/terminated/exitCode") == 0))
    };
    let failed = |s: &Value| s.num("/state/terminated/exitCode") != 0;
    let init_failed =
        policy == "Never" && inits.iter().any(|s| s.has("/state/terminated") && failed(s));
    let all_over = !statuses.is_empty() && statuses.iter().all(over);
    let ever_ran = statuses.iter().any(|s| {
        s.has("/state/running") || s.has("/state/terminated") || s.has("/lastState/terminated")
    });
    let phase = match (init_failed || (all_over && statuses.iter().any(failed)), all_over, ever_ran)
    {
        (true, ..) => "Failed",
        (_, true, _) => "Succeeded",
        (.., true) => "Running",
        _ => "Pending",
    };
    let ready = phase == "Running" && statuses.iter().all(|s| s.flag("/ready"));
    let specs = pod.items("/spec/initContainers");
    let initialized = specs.iter().zip(inits).all(|(spec, s)| {
        (s.has("/state/terminated") && !failed(s))
            || (spec.text("/restartPolicy") == "Always" && s.flag("/started"))
    });
    let unready: Vec<&str> =
        statuses.iter().filter(|s| !s.flag("/ready")).map(|s| s.text("/name")).collect();
    let missing = format!("containers with unready status: [{}]", unready.join(" "));
    let why = match (ready, all_over) {
        (true, _) => (String::new(), String::new()),
        (_, true) => ("PodCompleted".to_owned(), String::new()),
        _ => ("ContainersNotReady".to_owned(), missing),
    };
    let any_started = ever_ran || inits.iter().any(|s| !s.has("/state/waiting"));
    set(pod, "/status/phase", phase);
    let truth = |yes: bool| if yes { "True" } else { "False" };
    set_condition(pod, "PodReadyToStartContainers", truth(any_started), ("", ""), now);
    let init_why = if initialized {
        ("", "")
    } else {
        ("ContainersNotInitialized", "containers with incomplete status")
    };
    set_condition(pod, "Initialized", truth(initialized), init_why, now);
    for kind in ["ContainersReady", "Ready"] {
        set_condition(pod, kind, truth(ready), (&why.0, &why.1), now);
    }
    if any_started && !pod.has("/status/podIP") {
        let ip = if pod.flag("/spec/hostNetwork") {
            pod.text("/status/hostIP").to_owned()
        } else {
            let chance = world.chance(&["pod-ip", pod.text("/metadata/uid")]);
            format!("10.244.{}.{}", chance % 250, 2 + (chance >> 16) % 250)
        };
        set(pod, "/status/podIPs", json!([{"ip": ip}]));
        set(pod, "/status/podIP", ip);
    }
}

/// Ends a pod that is to go: its containers stop within the grace, then it leaves.
fn terminate(world: &mut World, pod: &mut Value, turn: &mut Turn) {
    let grace = pod.num("/metadata/deletionGracePeriodSeconds");
    let Some(over) = seconds_since(world.now, pod.text("/metadata/deletionTimestamp")) else {
        return;
    };
    let uid = pod.text("/metadata/uid").to_owned();
    let stop = grace.min(1 + (rng::hash(11, &[&uid]) % 3) as i64);
    let asked = over + grace;
    let memo = format!("{uid}/kill");
    if !world.memory.contains_key(&memo) {
        remember(world, &memo, stop, 0);
        for container in pod.items("/spec/containers") {
            turn.tell("Killing", format!("Stopping container {}", container.text("/name")));
        }
    }
    if asked < stop {
        turn.in_seconds(stop - asked);
        return;
    }
    let prefix = format!("{uid}/");
    world.memory.retain(|name, _| !name.starts_with(&prefix));
    let now = stamp(world.now);
    edit_list(pod, "/status/containerStatuses", |statuses| {
        for status in statuses.iter_mut().filter(|s| s.has("/state/running")) {
            let started = status.text("/state/running/startedAt").to_owned();
            set(
                status,
                "/state",
                json!({"terminated": {"exitCode": 0, "reason": "Completed", "startedAt": started, "finishedAt": now}}),
            );
            set(status, "/ready", false);
        }
    });
    // Without grace left the object may go; finalizers can still hold it.
    set(pod, "/metadata/deletionGracePeriodSeconds", 0);
}
