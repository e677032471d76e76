//! What is wrong with the containers of a pod: an image that cannot be pulled, a crash loop, a probe that fails, a volume that does not come.

use crate::describe::Field;
use crate::store::Health;

/// Reasons of a container that waits because of its image (kubelet, `pkg/kubelet/images/types.go`).
const IMAGE: [&str; 7] = [
    "ErrImagePull",
    "ImagePullBackOff",
    "InvalidImageName",
    "ErrImageNeverPull",
    "ImageInspectError",
    "RegistryUnavailable",
    "SignatureValidationFailed",
];

/// What is told of a pod whose containers are not even made: volumes, sandboxes, devices.
const BEFORE: [&str; 5] = [
    "FailedMount",
    "FailedAttachVolume",
    "FailedMapVolume",
    "FailedCreatePodSandBox",
    "FailedPrepareDynamicResources",
];

/// What holds up the first container of a pod that is not as it should be, given what was told of the pod, the newest first.
pub(super) fn of(pod: Field<'_>, told: &[Field<'_>]) -> Option<(Health, String)> {
    let inits = pod.at("status.initContainerStatuses");
    for status in inits.list() {
        let spec = spec(pod, "spec.initContainers", status.key("name").str());
        let sidecar = spec.key("restartPolicy").str() == "Always";
        let ended = status.at("state.terminated");
        if ended.is_some() && ended.key("exitCode").int() == 0 {
            continue;
        }
        if sidecar && status.key("started").flag() {
            // A sidecar counts for readiness like any other.
            if status.key("ready").flag() {
                continue;
            }
            return Some(unready("sidecar", status, spec, told));
        }
        let what = if sidecar { "sidecar" } else { "init container" };
        return Some(stuck(what, status, told).unwrap_or_else(|| {
            let name = status.key("name").str();
            (Health::Changing, format!("{what} {name} has not ended yet"))
        }));
    }
    let statuses = pod.at("status.containerStatuses");
    let waits = statuses.list().find_map(|status| stuck("container", status, told));
    if waits.is_some() {
        return waits;
    }
    let unready_one = statuses
        .list()
        .find(|status| status.at("state.running").is_some() && !status.key("ready").flag());
    if let Some(status) = unready_one {
        let spec = spec(pod, "spec.containers", status.key("name").str());
        return Some(unready("container", status, spec, told));
    }
    None
}

fn spec<'f>(pod: Field<'f>, list: &str, name: &str) -> Field<'f> {
    let containers = pod.at(list);
    let mut containers = containers.list();
    containers.find(|container| container.key("name").str() == name).unwrap_or_default()
}

/// A container that does not run; `None` where it does, or is over and well.
fn stuck(what: &str, status: Field<'_>, told: &[Field<'_>]) -> Option<(Health, String)> {
    let name = status.key("name").str();
    let (waiting, ended) = (status.at("state.waiting"), status.at("state.terminated"));
    if ended.is_some() {
        let code = ended.key("exitCode").int();
        let words = format!("{what} {name} ended: {}", why_it_ended(ended));
        return (code != 0).then_some((Health::Broken, words));
    }
    if !waiting.is_some() {
        return None;
    }
    let (reason, message) = (waiting.key("reason").str(), waiting.key("message").str());
    if IMAGE.contains(&reason) {
        let image = status.key("image").str();
        // That it backs off says less than why the last pull failed.
        let pull = told.iter().map(|event| event.key("message").str());
        let pull =
            pull.clone().find(|m| m.starts_with("Failed to pull image") && m.contains(image));
        let why = pull.unwrap_or(message);
        return Some((
            Health::Broken,
            format!("{what} {name} cannot pull its image {image}{}", because(reason, why)),
        ));
    }
    match reason {
        "CrashLoopBackOff" => {
            let last = status.at("lastState.terminated");
            let count = status.key("restartCount").int();
            let times = if count == 1 { "once".to_owned() } else { format!("{count} times") };
            let words = format!(
                "{what} {name} keeps ending, restarted {times}; last: {}",
                why_it_ended(last)
            );
            Some((Health::Broken, words))
        }
        "" | "ContainerCreating" | "PodInitializing" => Some(creating(what, name, told)),
        _ => {
            let words = format!("{what} {name} cannot start{}", because(reason, message));
            Some((Health::Broken, words))
        }
    }
}

/// A container that is being made: whatever holds that up was told of the pod.
fn creating(what: &str, name: &str, told: &[Field<'_>]) -> (Health, String) {
    let held = told.iter().find(|event| BEFORE.contains(&event.key("reason").str()));
    match held {
        Some(event) => {
            let message = event.key("message").str().trim();
            (Health::Warning, format!("{what} {name} cannot be made: {message}"))
        }
        None => (Health::Changing, format!("{what} {name} is being made")),
    }
}

/// A container that runs and is not ready.
fn unready(what: &str, status: Field<'_>, spec: Field<'_>, told: &[Field<'_>]) -> (Health, String) {
    let name = status.key("name").str();
    let of = format!("{{{name}}}");
    let probe = told.iter().find(|event| {
        let path = event.at("involvedObject.fieldPath").str();
        event.key("reason").str() == "Unhealthy" && (path.is_empty() || path.ends_with(&of))
    });
    if let Some(event) = probe {
        let message = event.key("message").str().trim();
        return (Health::Warning, format!("{what} {name} runs, but is not ready: {message}"));
    }
    let which = match (status.key("started").opt_flag(), spec.key("startupProbe").is_some()) {
        (Some(false), true) => "its startup probe has not succeeded yet",
        _ if spec.key("readinessProbe").is_some() => "its readiness probe has not succeeded yet",
        _ => "its node has not said that it is",
    };
    (Health::Changing, format!("{what} {name} runs, but is not ready: {which}"))
}

/// `exit code 1 (Error): message`, `killed for its memory limit (OOMKilled)`.
fn why_it_ended(ended: Field<'_>) -> String {
    if !ended.is_some() {
        return "nobody knows why".to_owned();
    }
    let (code, signal) = (ended.key("exitCode").int(), ended.key("signal").int());
    let reason = ended.key("reason").str();
    let mut words = match reason {
        "OOMKilled" => "it was killed for using more memory than its limit (OOMKilled)".to_owned(),
        _ if signal != 0 => format!("signal {signal}"),
        _ => format!("exit code {code}"),
    };
    if !matches!(reason, "" | "OOMKilled" | "Error" | "Completed") {
        words.push_str(&format!(" ({reason})"));
    }
    let message = ended.key("message").str().trim();
    if let Some(line) = message.lines().next_back().filter(|line| !line.is_empty()) {
        words.push_str(&format!(": {line}"));
    }
    words
}

/// `: message`, or `: reason` where there is no message.
fn because(reason: &str, message: &str) -> String {
    match (reason, message.trim()) {
        ("", "") => String::new(),
        (reason, "") => format!(": {reason}"),
        (_, message) => format!(": {message}"),
    }
}
