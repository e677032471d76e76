//! A pod's status in one word, as kubectl finds it (printers.go, `printPod`), and the health that follows from it.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::store::Health;
use crate::wire::Time;

use super::Pod;
use super::spec::Container;

crate::message! {
    /// `v1 PodStatus`.
    pub struct PodStatus {
        #[prost(string, tag = "1")]
        pub phase: String,
        #[prost(message, repeated, tag = "2")]
        pub conditions: Vec<Condition>,
        #[prost(string, tag = "4")]
        pub reason: String,
        #[prost(message, repeated, tag = "8")]
        pub container_statuses: Vec<ContainerStatus>,
        #[prost(string, tag = "9")]
        pub qos_class: String,
        #[prost(message, repeated, tag = "10")]
        pub init_container_statuses: Vec<ContainerStatus>,
        #[prost(string, tag = "11")]
        pub nominated_node_name: String,
        #[prost(message, repeated, tag = "12")]
        #[serde(rename = "podIPs")]
        pub pod_ips: Vec<PodIp>,
        #[prost(message, repeated, tag = "13")]
        pub ephemeral_container_statuses: Vec<ContainerStatus>,
        #[prost(message, repeated, tag = "15")]
        pub resource_claim_statuses: Vec<MadeClaim>,
        #[prost(message, optional, tag = "18")]
        pub extended_resource_claim_status: Option<MadeClaim>,
    }

    /// `v1 PodResourceClaimStatus` and `v1 PodExtendedResourceClaimStatus`, as far as they are the same: the claim that was made for the pod.
    pub struct MadeClaim {
        #[prost(string, tag = "2")]
        pub resource_claim_name: String,
    }

    /// `v1 PodIP`.
    pub struct PodIp {
        #[prost(string, tag = "1")]
        pub ip: String,
    }

    /// `v1 PodCondition`.
    pub struct Condition {
        #[prost(string, tag = "1")]
        #[serde(rename = "type")]
        pub kind: String,
        #[prost(string, tag = "2")]
        pub status: String,
        #[prost(string, tag = "5")]
        pub reason: String,
    }

    /// `v1 ContainerStatus`.
    pub struct ContainerStatus {
        #[prost(string, tag = "1")]
        pub name: String,
        #[prost(message, required, tag = "2")]
        pub state: State,
        #[prost(message, required, tag = "3")]
        pub last_state: State,
        #[prost(bool, tag = "4")]
        pub ready: bool,
        #[prost(int32, tag = "5")]
        pub restart_count: i32,
        #[prost(bool, optional, tag = "9")]
        pub started: Option<bool>,
    }

    /// `v1 ContainerState`: one of these, or none yet.
    pub struct State {
        #[prost(message, optional, tag = "1")]
        pub waiting: Option<Waiting>,
        #[prost(message, optional, tag = "2")]
        pub running: Option<Running>,
        #[prost(message, optional, tag = "3")]
        pub terminated: Option<Terminated>,
    }

    /// `v1 ContainerStateWaiting`.
    pub struct Waiting {
        #[prost(string, tag = "1")]
        pub reason: String,
    }

    /// `v1 ContainerStateRunning`.
    pub struct Running {
        #[prost(message, optional, tag = "1")]
        pub started_at: Option<Time>,
    }

    /// `v1 ContainerStateTerminated`.
    pub struct Terminated {
        #[prost(int32, tag = "1")]
        pub exit_code: i32,
        #[prost(int32, tag = "2")]
        pub signal: i32,
        #[prost(string, tag = "3")]
        pub reason: String,
        #[prost(message, optional, tag = "5")]
        pub started_at: Option<Time>,
        #[prost(message, optional, tag = "6")]
        pub finished_at: Option<Time>,
    }
}

impl Terminated {
    /// Why it ended: the reason, or `Signal:9`, or `ExitCode:1`.
    pub fn why(&self) -> Cow<'_, str> {
        if !self.reason.is_empty() {
            Cow::Borrowed(&self.reason)
        } else if self.signal != 0 {
            Cow::Owned(format!("Signal:{}", self.signal))
        } else {
            Cow::Owned(format!("ExitCode:{}", self.exit_code))
        }
    }
}

impl ContainerStatus {
    /// When the container last ended before its current run, seconds since the Unix epoch.
    pub fn restarted(&self) -> Option<i64> {
        self.last_state.terminated.as_ref()?.finished_at.and_then(Time::unix)
    }
}

impl PodStatus {
    /// The status of the first condition of this type.
    pub fn condition(&self, kind: &str) -> Option<&Condition> {
        self.conditions.iter().find(|c| c.kind == kind)
    }

    fn is(&self, kind: &str) -> bool {
        self.condition(kind).is_some_and(|c| c.status == "True")
    }
}

/// How often containers started again, and when last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restarts {
    /// How often.
    pub count: i64,
    /// When last, seconds since the Unix epoch.
    pub last: Option<i64>,
}

impl Restarts {
    fn add(&mut self, status: &ContainerStatus) {
        self.count += i64::from(status.restart_count);
        self.last = self.last.max(status.restarted());
    }
}

/// What kubectl's columns say of a pod.
#[derive(Debug, PartialEq, Eq)]
pub struct Summary<'a> {
    /// Ready containers, sidecars included.
    pub ready: u32,
    /// Main containers and sidecars.
    pub total: u32,
    /// Restarts of the containers that matter now: the init containers while they run, then sidecars and main containers.
    pub restarts: Restarts,
    /// The STATUS column.
    pub status: Cow<'a, str>,
}

impl<'a> Summary<'a> {
    /// Follows `printPod` step by step.
    pub fn of(pod: &'a Pod) -> Self {
        let (spec, status) = (&pod.spec, &pod.status);
        let mut word = if status.reason.is_empty() { &status.phase } else { &status.reason };
        let gated = |c: &&Condition| c.kind == "PodScheduled" && c.reason == "SchedulingGated";
        if let Some(condition) = status.conditions.iter().find(gated) {
            word = &condition.reason;
        }
        let sidecars = spec.init_containers.iter().filter(|c| c.is_sidecar()).count();
        let mut summary = Self {
            ready: 0,
            total: u32::try_from(spec.containers.len() + sidecars).unwrap_or(u32::MAX),
            restarts: Restarts::default(),
            status: Cow::Borrowed(word),
        };
        let (initializing, of_sidecars) = summary.walk_init(pod);
        if !initializing || status.is("Initialized") {
            summary.restarts = of_sidecars;
            summary.walk_main(pod);
        }
        if pod.metadata.deletion_timestamp.is_some() {
            if status.reason == "NodeLost" {
                summary.status = "Unknown".into();
            } else if !matches!(status.phase.as_str(), "Succeeded" | "Failed") {
                summary.status = "Terminating".into();
            }
        }
        summary
    }

    /// Walks the init containers up to the first that is not done. Returns whether there is one, and the sidecars' restarts until there.
    fn walk_init(&mut self, pod: &'a Pod) -> (bool, Restarts) {
        let mut of_sidecars = Restarts::default();
        let statuses = &pod.status.init_container_statuses;
        if statuses.is_empty() {
            return (false, of_sidecars);
        }
        let inits = &pod.spec.init_containers;
        let mut by_name = None;
        for (i, container) in statuses.iter().enumerate() {
            // The kubelet reports them in the spec's order; whoever does not must not cost a search for each.
            let spec = inits.get(i).filter(|c| c.name == container.name).or_else(|| {
                let index = |c: &'a Container| (c.name.as_str(), c);
                let by_name: &mut FxHashMap<_, _> =
                    by_name.get_or_insert_with(|| inits.iter().map(index).collect());
                by_name.get(container.name.as_str()).copied()
            });
            let sidecar = spec.is_some_and(Container::is_sidecar);
            self.restarts.add(container);
            if sidecar {
                of_sidecars.add(container);
            }
            let state = &container.state;
            match (&state.terminated, &state.waiting) {
                (Some(t), _) if t.exit_code == 0 => continue,
                _ if sidecar && container.started == Some(true) => {
                    self.ready += u32::from(container.ready);
                    continue;
                }
                (Some(t), _) => self.status = format!("Init:{}", t.why()).into(),
                (None, Some(w)) if !matches!(w.reason.as_str(), "" | "PodInitializing") => {
                    self.status = format!("Init:{}", w.reason).into();
                }
                _ => self.status = format!("Init:{i}/{}", inits.len()).into(),
            }
            return (true, of_sidecars);
        }
        (false, of_sidecars)
    }

    /// Walks the main containers, last to first: the first one's word counts most.
    fn walk_main(&mut self, pod: &'a Pod) {
        let mut running = false;
        let mut failed: Option<Cow<'a, str>> = None;
        for container in pod.status.container_statuses.iter().rev() {
            self.restarts.add(container);
            let state = &container.state;
            if let Some(waiting) = state.waiting.as_ref().filter(|w| !w.reason.is_empty()) {
                self.status = Cow::Borrowed(&waiting.reason);
            } else if let Some(terminated) = &state.terminated {
                self.status = terminated.why();
                if terminated.exit_code != 0 {
                    failed = Some(self.status.clone());
                }
            } else if container.ready && state.running.is_some() {
                running = true;
                self.ready += 1;
            }
        }
        if self.status == "Completed" {
            if running
                && pod.status.conditions.iter().any(|c| c.kind == "Ready" && c.status == "True")
            {
                self.status = "Running".into();
            } else if let Some(why) = failed {
                self.status = why;
            } else if running {
                self.status = "NotReady".into();
            }
        }
    }
}

/// How a pod is doing, by its phase and its STATUS.
pub fn health(pod: &Pod) -> Health {
    match pod.status.phase.as_str() {
        "Succeeded" => return Health::Idle,
        "Failed" => return Health::Broken,
        _ => {}
    }
    let summary = Summary::of(pod);
    let condition =
        |kind, wrong: &str| pod.status.condition(kind).is_some_and(|c| c.status == wrong);
    match &*summary.status {
        "Running" if summary.ready < summary.total => Health::Warning,
        "Running" if condition("Ready", "False") || condition("Ready", "Unknown") => {
            Health::Warning
        }
        "Running" => Health::Ok,
        "NotReady" => Health::Warning,
        // No node takes it: it waits for somebody to act.
        "Pending" if condition("PodScheduled", "False") => Health::Warning,
        "Pending" | "ContainerCreating" | "PodInitializing" | "SchedulingGated" | "Terminating"
        | "Completed" | "" => Health::Changing,
        init if init.starts_with("Init:") && init.contains('/') => Health::Changing,
        _ => Health::Broken,
    }
}
