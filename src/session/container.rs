//! The containers of a pod, and which of them is meant when none is named.

use serde_json::Value;

/// The annotation that names the container that kubectl takes by default (kubectl, `pkg/cmd/util/podcmd/podcmd.go`).
const DEFAULT: &str = "kubectl.kubernetes.io/default-container";

/// Where a pod keeps its containers and their states; the first list is where a default is looked for.
const LISTS: [(&str, &str, &str); 3] = [
    ("containers", "containerStatuses", ""),
    ("initContainers", "initContainerStatuses", "init"),
    ("ephemeralContainers", "ephemeralContainerStatuses", "ephemeral"),
];

/// A container of a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// Its image.
    pub image: String,
    /// `init`, `ephemeral`, or empty for one of the pod's own.
    pub role: &'static str,
    /// How it is.
    pub state: State,
    /// Whether it reads from a standard input that can be attached to.
    pub stdin: bool,
    /// Whether it has a terminal.
    pub tty: bool,
}

/// How a container is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It runs.
    Running,
    /// It does not run yet, or not at this moment: why, in the kubelet's words.
    Waiting(String),
    /// It ended: why, and with which exit code.
    Ended(String, i64),
    /// Nothing is known of it yet.
    Unknown,
}

impl State {
    /// A word or a few for people.
    pub fn words(&self) -> String {
        match self {
            Self::Running => "running".to_owned(),
            Self::Waiting(why) if why.is_empty() => "waiting".to_owned(),
            Self::Waiting(why) => why.clone(),
            Self::Ended(why, code) if why.is_empty() => format!("ended with exit code {code}"),
            Self::Ended(why, code) => format!("ended: {why}, exit code {code}"),
            Self::Unknown => "not started yet".to_owned(),
        }
    }
}

/// Which container is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meant {
    /// This one.
    One(Container),
    /// One of these; somebody must say which.
    OneOf(Vec<Container>),
    /// There is none: why, a sentence for people.
    None(String),
}

/// The containers of a pod: its own first, then those before them, then those that were added for debugging.
pub fn containers(pod: &Value) -> Vec<Container> {
    let mut all = Vec::new();
    for (list, statuses, role) in LISTS {
        for spec in pod["spec"][list].as_array().into_iter().flatten() {
            let Some(name) = spec["name"].as_str() else { continue };
            let status = pod["status"][statuses].as_array().into_iter().flatten();
            let status = status.into_iter().find(|status| status["name"] == name);
            all.push(Container {
                name: name.to_owned(),
                image: spec["image"].as_str().unwrap_or_default().to_owned(),
                role,
                state: status.map_or(State::Unknown, |status| state(&status["state"])),
                stdin: spec["stdin"].as_bool().unwrap_or(false),
                tty: spec["tty"].as_bool().unwrap_or(false),
            });
        }
    }
    all
}

fn state(state: &Value) -> State {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    if state["running"].is_object() {
        return State::Running;
    }
    let ended = &state["terminated"];
    if ended.is_object() {
        return State::Ended(text(&ended["reason"]), ended["exitCode"].as_i64().unwrap_or(0));
    }
    let waiting = &state["waiting"];
    let (reason, message) = (text(&waiting["reason"]), text(&waiting["message"]));
    State::Waiting(match (reason.is_empty(), message.is_empty()) {
        (false, false) => format!("{reason}: {message}"),
        (false, true) => reason,
        _ => message,
    })
}

/// Which container of a pod is meant: the one that is named; else the one that the pod's annotation names; else the only one that there is.
pub fn meant(pod: &Value, named: Option<&str>) -> Meant {
    let all = containers(pod);
    let name = pod["metadata"]["name"].as_str().unwrap_or_default();
    let find = |wanted: &str| all.iter().find(|container| container.name == wanted).cloned();
    if let Some(named) = named {
        return match find(named) {
            Some(container) => Meant::One(container),
            None => {
                let names: Vec<&str> = all.iter().map(|c| c.name.as_str()).collect();
                let names = names.join(", ");
                Meant::None(format!("pod/{name} has no container {named}; there is {names}"))
            }
        };
    }
    let annotated = pod["metadata"]["annotations"][DEFAULT].as_str();
    if let Some(container) = annotated.and_then(find) {
        return Meant::One(container);
    }
    // What has ended is no place to go; where all has, the server says so in its own words.
    let runs: Vec<Container> =
        all.iter().filter(|container| container.state == State::Running).cloned().collect();
    let mut of = if runs.is_empty() {
        all.into_iter().filter(|container| container.role.is_empty()).collect()
    } else {
        runs
    };
    match of.len() {
        0 => Meant::None(format!("pod/{name} has no container")),
        1 => Meant::One(of.remove(0)),
        _ => Meant::OneOf(of),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pod() -> Value {
        json!({
            "metadata": {"name": "web-0", "annotations": {}},
            "spec": {
                "initContainers": [{"name": "setup", "image": "i"}],
                "containers": [{"name": "main", "image": "a:1", "tty": true, "stdin": true}, {"name": "proxy", "image": "b"}],
            },
            "status": {
                "initContainerStatuses": [{"name": "setup", "state": {"terminated": {"exitCode": 0, "reason": "Completed"}}}],
                "containerStatuses": [{"name": "main", "state": {"running": {}}}, {"name": "proxy", "state": {"running": {}}}],
            },
        })
    }

    fn name(meant: Meant) -> String {
        match meant {
            Meant::One(container) => container.name,
            Meant::OneOf(all) => all.into_iter().map(|c| c.name).collect::<Vec<_>>().join("|"),
            Meant::None(why) => why,
        }
    }

    #[test]
    fn the_named_then_the_annotated_then_the_only_one() {
        let mut pod = pod();
        assert_eq!(name(meant(&pod, None)), "main|proxy");
        assert_eq!(name(meant(&pod, Some("setup"))), "setup");
        assert_eq!(
            name(meant(&pod, Some("x"))),
            "pod/web-0 has no container x; there is main, proxy, setup"
        );
        pod["metadata"]["annotations"][DEFAULT] = json!("proxy");
        assert_eq!(name(meant(&pod, None)), "proxy");
        pod["metadata"]["annotations"][DEFAULT] = json!("gone");
        assert_eq!(name(meant(&pod, None)), "main|proxy", "an annotation that names none is none");
        pod["status"]["containerStatuses"][1]["state"] =
            json!({"waiting": {"reason": "CrashLoopBackOff"}});
        assert_eq!(name(meant(&pod, None)), "main", "where one can go");
        assert_eq!(
            name(meant(&json!({"metadata": {"name": "x"}}), None)),
            "pod/x has no container"
        );
    }

    #[test]
    fn states_are_told_in_the_kubelets_words() {
        let all = containers(&pod());
        assert_eq!((all[0].tty, all[0].stdin, all[1].tty), (true, true, false));
        assert_eq!(all[2].state.words(), "ended: Completed, exit code 0");
        let waits =
            state(&json!({"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}));
        assert_eq!(waits.words(), "ImagePullBackOff: no such image");
        assert_eq!(State::Unknown.words(), "not started yet");
    }
}
