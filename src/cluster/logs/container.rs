//! What a pod says of its containers, as far as reading their logs needs it.

use serde_json::Value;

use crate::logs::{Containers, Stream};

/// What is known of a container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    /// Which of its runs it is.
    pub of: RunOf,
    /// What it does now.
    pub run: Run,
    /// Whether it has a run that ended before the present one.
    pub has_previous: bool,
    /// Why it waits, or how it ended, in a word; may be empty.
    pub why: String,
}

/// Which run of a container it is: by the container's ID, as it changes with each, and where none is told by how often it was started again (a node may
/// count anew once it has thrown its dead containers away).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RunOf {
    /// The ID, `containerd://…`; empty where none is told.
    pub id: String,
    /// How often it was started again.
    pub restarts: i64,
}

impl RunOf {
    /// Whether it is another than this one, and so a later one.
    pub fn is_another(&self, than: &Self) -> bool {
        if self.id.is_empty() || than.id.is_empty() {
            return self.restarts > than.restarts;
        }
        self.id != than.id
    }

    /// How many runs after this one it is, as far as that is told; at least one.
    pub fn runs_after(&self, this: &Self) -> i64 {
        (self.restarts - this.restarts).max(1)
    }
}

/// What a container does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Run {
    /// It was never started.
    #[default]
    NotYet,
    /// It runs.
    Running,
    /// It has ended, and may be started again.
    Between,
    /// It has ended for good.
    Over,
    /// Its pod is gone.
    Gone,
}

impl State {
    /// Whether there is a log to be read.
    pub fn has_log(&self) -> bool {
        !matches!(self.run, Run::NotYet | Run::Gone)
    }

    /// Whether nothing more will ever be written.
    pub fn is_over(&self) -> bool {
        matches!(self.run, Run::Over | Run::Gone)
    }
}

/// A container of a pod, and how it is.
pub(super) struct Container {
    pub stream: Stream,
    pub state: State,
}

/// The containers of a pod that are asked for: init containers first, then the others, then the ephemeral ones.
pub(super) fn containers(pod: &Value, which: &Containers) -> Vec<Container> {
    let lists = [
        ("initContainers", "initContainerStatuses", which.init),
        ("containers", "containerStatuses", true),
        ("ephemeralContainers", "ephemeralContainerStatuses", which.ephemeral),
    ];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let pairs = |value: &Value| {
        let pairs = value.as_object().into_iter().flatten();
        pairs.map(|(key, value)| (key.clone(), text(value))).collect::<Vec<_>>()
    };
    let meta = &pod["metadata"];
    let of = Stream {
        namespace: text(&meta["namespace"]),
        pod: text(&meta["name"]),
        container: String::new(),
        node: text(&pod["spec"]["nodeName"]),
        labels: pairs(&meta["labels"]),
        annotations: pairs(&meta["annotations"]),
    };
    let phase = pod["status"]["phase"].as_str().unwrap_or_default();
    let never = pod["spec"]["restartPolicy"] == "Never";
    let done = matches!(phase, "Succeeded" | "Failed");
    let mut found = Vec::new();
    for (list, statuses, wanted) in lists {
        let all = pod["spec"][list].as_array().into_iter().flatten().filter(|_| wanted);
        for spec in all {
            let name = text(&spec["name"]);
            if !which.takes(&name) {
                continue;
            }
            let statuses = pod["status"][statuses].as_array().into_iter().flatten();
            let status = statuses.into_iter().find(|status| status["name"] == spec["name"]);
            // An ephemeral container is never started again, and an init container that succeeded is not either.
            let once = match list {
                "initContainers" => spec["restartPolicy"] != "Always",
                "ephemeralContainers" => true,
                _ => false,
            };
            let state =
                status.map_or_else(State::default, |status| state(status, once, never, done));
            found.push(Container { stream: Stream { container: name, ..of.clone() }, state });
        }
    }
    found
}

fn state(status: &Value, once: bool, never: bool, done: bool) -> State {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (now, last) = (&status["state"], &status["lastState"]["terminated"]);
    let has_previous = last.is_object();
    // Of a container that waits it is that of its last run (stern reads it so, too).
    let ids = [&status["containerID"], &now["terminated"]["containerID"], &last["containerID"]];
    let id = ids.into_iter().filter_map(Value::as_str).find(|id| !id.is_empty());
    let of = RunOf {
        id: id.unwrap_or_default().to_owned(),
        restarts: status["restartCount"].as_i64().unwrap_or_default(),
    };
    let (run, why) = if now["running"].is_object() {
        (Run::Running, String::new())
    } else if now["terminated"].is_object() {
        let ended = &now["terminated"];
        let code = ended["exitCode"].as_i64().unwrap_or_default();
        let over = done || never || (once && code == 0);
        let why = match (text(&ended["reason"]), code) {
            (reason, 0) => reason,
            (reason, code) if reason.is_empty() => format!("exit code {code}"),
            (reason, code) => format!("{reason}, exit code {code}"),
        };
        (if over { Run::Over } else { Run::Between }, why)
    } else {
        let run = match (has_previous, done) {
            (_, true) => Run::Over,
            (true, false) => Run::Between,
            (false, false) => Run::NotYet,
        };
        (run, text(&now["waiting"]["reason"]))
    };
    State { of, run, has_previous, why }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_run_is_known_by_the_id_of_its_container() {
        let of = |id: &str, restarts| RunOf { id: id.to_owned(), restarts };
        assert!(of("b", 0).is_another(&of("a", 3)), "the node counts anew");
        assert!(!of("a", 4).is_another(&of("a", 3)));
        assert!(of("", 4).is_another(&of("a", 3)) && !of("", 3).is_another(&of("a", 3)));
        assert_eq!(
            (of("b", 5).runs_after(&of("a", 3)), of("b", 0).runs_after(&of("a", 3))),
            (2, 1)
        );
        let pod = json!({
            "spec": {"containers": [{"name": "a"}, {"name": "b"}]},
            "status": {"containerStatuses": [
                {"name": "a", "restartCount": 2, "containerID": "c://2", "state": {"running": {}}},
                {"name": "b", "state": {"waiting": {}}, "lastState": {"terminated": {"exitCode": 1, "containerID": "c://1"}}},
            ]},
        });
        let all = containers(&pod, &Containers::default());
        let ids: Vec<_> = all.into_iter().map(|it| it.state.of).collect();
        assert_eq!(ids, [of("c://2", 2), of("c://1", 0)]);
    }

    #[test]
    fn what_a_container_does_is_told_by_its_pod() {
        let pod = json!({
            "metadata": {"name": "web-0", "namespace": "shop", "labels": {"app": "web"}},
            "spec": {
                "nodeName": "n1",
                "initContainers": [{"name": "setup"}, {"name": "mesh", "restartPolicy": "Always"}],
                "containers": [{"name": "web"}, {"name": "cron"}, {"name": "new"}],
                "ephemeralContainers": [{"name": "debugger"}],
            },
            "status": {
                "phase": "Running",
                "initContainerStatuses": [
                    {"name": "setup", "state": {"terminated": {"exitCode": 0, "reason": "Completed"}}},
                    {"name": "mesh", "state": {"running": {}}},
                ],
                "containerStatuses": [
                    {"name": "cron", "restartCount": 3, "state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": {"terminated": {"exitCode": 1}}},
                    {"name": "web", "restartCount": 1, "state": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}},
                ],
                "ephemeralContainerStatuses": [{"name": "debugger", "state": {"waiting": {"reason": "ContainerCreating"}}}],
            },
        });
        let of = |which: &Containers| {
            let all = containers(&pod, which);
            all.into_iter()
                .map(|it| (it.stream.container, it.state.run, it.state.why))
                .collect::<Vec<_>>()
        };
        let all = [
            ("setup", Run::Over, "Completed"),
            ("mesh", Run::Running, ""),
            ("web", Run::Between, "OOMKilled, exit code 137"),
            ("cron", Run::Between, "CrashLoopBackOff"),
            ("new", Run::NotYet, ""),
            ("debugger", Run::NotYet, "ContainerCreating"),
        ];
        let own = |(name, run, why): (&str, Run, &str)| (name.to_owned(), run, why.to_owned());
        assert_eq!(of(&Containers::default()), all.map(own));
        let main = Containers { init: false, ephemeral: false, ..Containers::default() };
        assert_eq!(of(&main).len(), 3);
        assert_eq!(of(&Containers { names: vec!["web".into()], ..main }).len(), 1);
        assert!(containers(&json!({"spec": 3}), &Containers::default()).is_empty());
    }
}
