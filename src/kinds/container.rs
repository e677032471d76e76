//! Containers: the parts of a pod, one row each, whatever their role.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::store::{Health, Relation};
use crate::wire::{Inline, Meta, ObjectMeta, Time};

use super::pod::resources::Side;
use super::pod::spec::{Container, Plural, Port, Volume, used_by};
use super::pod::status::{ContainerStatus, Restarts};
use super::pod::{self, Pod};
use super::{Place, Cell, Col, Decode, DecodeError, Encoding, Info, Kind, Links, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<Part>;

/// When a container runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Before the main containers, one after another.
    Init,
    /// Started with the init containers, running beside the main ones (KEP-753).
    Sidecar,
    /// While the pod runs.
    Main,
    /// Added to a running pod, to look into it.
    Ephemeral,
}

/// A container of a pod, with its status.
pub struct Part {
    /// The container's name in the pod's namespace, with an identity made of the pod's and that name.
    metadata: ObjectMeta,
    /// The pod's name and UID.
    pod: (String, String),
    role: Role,
    container: Container,
    status: ContainerStatus,
    /// What it mounts and reads.
    uses: Vec<(Plural, String)>,
}

crate::message! {
    /// `v1 Pod`, as far as it says what its containers mount: more than rows of pods need.
    pub struct Mounting {
        #[prost(message, required, tag = "2")]
        spec: MountingSpec,
    }

    /// `v1 PodSpec`, likewise.
    pub struct MountingSpec {
        #[prost(message, repeated, tag = "1")]
        volumes: Vec<Volume>,
        #[prost(message, repeated, tag = "2")]
        containers: Vec<Mounts>,
        #[prost(message, repeated, tag = "20")]
        init_containers: Vec<Mounts>,
        #[prost(message, repeated, tag = "34")]
        ephemeral_containers: Vec<Inline<Mounts>>,
    }

    /// `v1 Container`, likewise.
    pub struct Mounts {
        #[prost(string, tag = "1")]
        name: String,
        #[prost(message, repeated, tag = "9")]
        volume_mounts: Vec<Mount>,
        #[prost(message, repeated, tag = "21")]
        volume_devices: Vec<Mount>,
    }

    /// `v1 VolumeMount` and `v1 VolumeDevice`, by the volume's name.
    pub struct Mount {
        #[prost(string, tag = "1")]
        name: String,
    }
}

impl MountingSpec {
    /// The volumes that the container of this name mounts.
    fn of(&self, container: &str) -> Vec<&Volume> {
        let ephemeral = self.ephemeral_containers.iter().map(|c| &c.inner);
        let mut all = self.init_containers.iter().chain(&self.containers).chain(ephemeral);
        let Some(mounts) = all.find(|mounts| mounts.name == container) else { return Vec::new() };
        let is_mounted = |volume: &&Volume| {
            let mut mounts = mounts.volume_mounts.iter().chain(&mounts.volume_devices);
            mounts.any(|mount| mount.name == volume.name())
        };
        self.volumes.iter().filter(is_mounted).collect()
    }
}

impl Meta for Part {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Decode for Part {
    fn each(
        encoding: Encoding,
        bytes: &[u8],
        each: &mut dyn FnMut(&Self),
    ) -> Result<(), DecodeError> {
        let Pod { metadata, spec, status } = super::parse(encoding, bytes)?;
        let Mounting { spec: mounting } = super::parse(encoding, bytes)?;
        let mut statuses: FxHashMap<String, ContainerStatus> = status
            .init_container_statuses
            .into_iter()
            .chain(status.container_statuses)
            .chain(status.ephemeral_container_statuses)
            .map(|s| (s.name.clone(), s))
            .collect();
        let init = spec.init_containers.into_iter();
        let init = init.map(|c| (if c.is_sidecar() { Role::Sidecar } else { Role::Init }, c));
        let main = spec.containers.into_iter().map(|c| (Role::Main, c));
        let ephemeral = spec.ephemeral_containers.into_iter().map(|c| (Role::Ephemeral, c.inner));
        for (role, container) in init.chain(main).chain(ephemeral) {
            let status = statuses.remove(&container.name).unwrap_or_default();
            let uses = used_by(&container, &mounting.of(&container.name), &metadata.name);
            each(&Self { uses, ..Self::new(&metadata, role, container, status) });
        }
        Ok(())
    }
}

impl Part {
    fn new(pod: &ObjectMeta, role: Role, container: Container, status: ContainerStatus) -> Self {
        let metadata = ObjectMeta {
            name: container.name.clone(),
            namespace: pod.namespace.clone(),
            uid: if pod.uid.is_empty() {
                String::new()
            } else {
                format!("{}/{}", pod.uid, container.name)
            },
            creation_timestamp: started(&status),
            deletion_timestamp: pod.deletion_timestamp,
            labels: pod.labels.clone(),
            ..ObjectMeta::default()
        };
        let pod = (pod.name.clone(), pod.uid.clone());
        Self { metadata, pod, role, container, status, uses: Vec::new() }
    }
}

impl Kind for This {
    type Object = Part;
    const INFO: Info = Info::part("containers", "v1", "pods");
    const DOC: &'static str = "The containers of a pod: init, sidecar, main and ephemeral ones";
    const HAS_LOGS: bool = true;

    const ACTIONS: &'static [&'static str] = &["resize", "rollout", "shell"];
    const PLACE: Place = Place::Outside;

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("IMAGE", |p, i| Cell::shared(&p.container.image, i)).priority(150),
        C::text("READY", |p, i| Cell::shared(if p.status.ready { "true" } else { "false" }, i))
            .priority(130),
        C::text("STATE", |p, i| Cell::shared(&state(&p.status), i)).status(),
        C::number("RESTARTS", |p, _| {
            let count = p.status.restart_count.into();
            pod::restarts(Restarts { count, last: p.status.restarted() })
        })
        .priority(170)
        .doc("how often it started again, and when last"),
        C::text("TYPE", |p, i| Cell::shared(role(p.role), i))
            .priority(140)
            .doc("init, sidecar, main or ephemeral"),
        C::text("PORTS", |p, i| Cell::shared_or_none(&ports(&p.container.ports), i)).priority(90),
        C::text("PROBES", |p, i| Cell::shared_or_none(&probes(&p.container), i))
            .priority(60)
            .doc("which of startup, liveness and readiness the kubelet checks"),
        C::number("CPU/R", |p, _| Side::Requests.cpu(&p.container.resources))
            .own()
            .priority(80)
            .doc("processor time requested"),
        C::number("CPU/L", |p, _| Side::Limits.cpu(&p.container.resources))
            .own()
            .priority(75)
            .doc("processor time limit"),
        C::number("MEM/R", |p, _| Side::Requests.memory(&p.container.resources))
            .own()
            .priority(80)
            .doc("memory requested"),
        C::number("MEM/L", |p, _| Side::Limits.memory(&p.container.resources))
            .own()
            .priority(75)
            .doc("memory limit"),
        C::number("AGE", |p, _| match started(&p.status) {
            None => Cell::None,
            time => Cell::since(time),
        })
        .priority(180)
        .doc("time since it last started"),
        C::text("LAST", |p, i| Cell::shared_or_none(&last(&p.status), i))
            .own_wide()
            .doc("how the run before this one ended, and its exit code"),
        C::text("POD", |p, i| Cell::shared(&p.pod.0, i)).own_wide(),
    ];

    fn health(part: &Part) -> Health {
        let state = &part.status.state;
        match (&state.waiting, &state.running, &state.terminated) {
            (_, _, Some(t)) if t.exit_code != 0 || t.signal != 0 => Health::Broken,
            (_, _, Some(_)) => Health::Idle,
            (_, Some(_), _) if part.status.ready => Health::Ok,
            // Nobody asks whether these are ready.
            (_, Some(_), _) if matches!(part.role, Role::Init | Role::Ephemeral) => Health::Ok,
            (_, Some(_), _) => Health::Warning,
            (Some(waiting), ..) => match waiting.reason.as_str() {
                "" | "ContainerCreating" | "PodInitializing" => Health::Changing,
                _ => Health::Broken,
            },
            (None, None, None) => Health::Changing,
        }
    }

    fn links(part: &Part, links: &mut Links<'_>) {
        let (name, uid) = &part.pod;
        links.part_of(("", "pods"), uid, name);
        // Its pod says which of them need be there.
        links.optional(true, |links| {
            for ((group, plural), name) in &part.uses {
                links.name(Relation::Uses, group, plural, name);
            }
        });
    }
}

/// When the current run began, or the one that has ended.
fn started(status: &ContainerStatus) -> Option<Time> {
    let state = &status.state;
    let running = state.running.as_ref().and_then(|r| r.started_at);
    let time = running.or_else(|| state.terminated.as_ref().and_then(|t| t.started_at));
    time.filter(|t| t.unix().is_some())
}

/// `Running`, or why it is not.
fn state(status: &ContainerStatus) -> Cow<'_, str> {
    let state = &status.state;
    match (&state.waiting, &state.running, &state.terminated) {
        (_, _, Some(terminated)) => terminated.why(),
        (_, Some(_), _) => Cow::Borrowed("Running"),
        (Some(waiting), ..) if !waiting.reason.is_empty() => Cow::Borrowed(&waiting.reason),
        _ => Cow::Borrowed("Waiting"),
    }
}

/// `OOMKilled 137`.
fn last(status: &ContainerStatus) -> String {
    match &status.last_state.terminated {
        Some(t) if t.reason.is_empty() => t.why().into_owned(),
        Some(t) => format!("{} {}", t.reason, t.exit_code),
        None => String::new(),
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Init => "init",
        Role::Sidecar => "sidecar",
        Role::Main => "main",
        Role::Ephemeral => "ephemeral",
    }
}

/// `8080/TCP,53/UDP`.
fn ports(ports: &[Port]) -> String {
    let one = |p: &Port| {
        let protocol = if p.protocol.is_empty() { "TCP" } else { &p.protocol };
        format!("{}/{protocol}", p.container_port)
    };
    let all: Vec<_> = ports.iter().map(one).collect();
    text::join(all.iter().map(String::as_str))
}

fn probes(container: &Container) -> String {
    let all = [
        ("startup", &container.startup_probe),
        ("liveness", &container.liveness_probe),
        ("readiness", &container.readiness_probe),
    ];
    text::join(all.iter().filter(|(_, probe)| probe.is_some()).map(|(name, _)| *name))
}

#[cfg(test)]
mod tests {
    use super::super::pod::spec::EnvFrom;
    use super::super::testing::rows_of;
    use super::*;
    use crate::store::{Link, To};

    crate::message! {
        /// `v1 Pod` with both what pods and what containers are told by.
        pub struct Mounted {
            #[prost(message, required, tag = "1")]
            metadata: ObjectMeta,
            #[prost(message, required, tag = "2")]
            spec: MountedSpec,
        }

        /// `v1 PodSpec`, likewise.
        pub struct MountedSpec {
            #[prost(message, repeated, tag = "1")]
            volumes: Vec<Volume>,
            #[prost(message, repeated, tag = "2")]
            containers: Vec<Both>,
            #[prost(message, repeated, tag = "20")]
            init_containers: Vec<Both>,
        }

        /// `v1 Container`, likewise.
        pub struct Both {
            #[prost(string, tag = "1")]
            name: String,
            #[prost(message, repeated, tag = "9")]
            volume_mounts: Vec<Mount>,
            #[prost(message, repeated, tag = "19")]
            env_from: Vec<EnvFrom>,
            #[prost(message, repeated, tag = "21")]
            volume_devices: Vec<Mount>,
        }
    }

    const POD: &str = "
metadata: {name: web-0, namespace: shop, uid: 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0, labels: {app: web}}
spec:
  initContainers:
  - {name: setup, image: 'setup:1'}
  - {name: proxy, image: 'proxy:1', restartPolicy: Always, startupProbe: {exec: {command: [x]}}}
  containers:
  - name: web
    image: web:1
    ports: [{containerPort: 8080, protocol: TCP}, {containerPort: 53, protocol: UDP}]
    resources: {requests: {cpu: 250m, memory: 64Mi}, limits: {cpu: 1, memory: 128Mi}}
    livenessProbe: {httpGet: {port: 8080}}
    readinessProbe: {httpGet: {port: 8080}}
  - {name: job, image: job}
  - {name: new, image: new}
  ephemeralContainers: [{name: debug, image: busybox, targetContainerName: web}]
status:
  initContainerStatuses:
  - {name: setup, restartCount: 1, state: {terminated: {exitCode: 0, reason: Completed, startedAt: 2026-01-15T11:00:00Z}}}
  - {name: proxy, ready: true, state: {running: {startedAt: 2026-01-15T11:30:00Z}}}
  containerStatuses:
  - {name: web, ready: true, restartCount: 3, state: {running: {startedAt: 2026-01-15T11:55:00Z}},
     lastState: {terminated: {exitCode: 137, reason: OOMKilled, finishedAt: 2026-01-15T11:55:00Z}}}
  - {name: job, state: {terminated: {exitCode: 2}}}
  - {name: new, state: {waiting: {reason: ImagePullBackOff}}}
  ephemeralContainerStatuses: [{name: debug, state: {running: {startedAt: 2026-01-15T11:59:00Z}}}]
";

    #[test]
    fn every_container_is_a_row() {
        use Health::{Broken, Idle, Ok};

        let pod = rows_of::<This, Pod>(POD);
        assert_eq!(
            pod.wide(),
            "NAME | IMAGE | READY | STATE | RESTARTS | TYPE | PORTS | PROBES | AGE\n\
             setup | setup:1 | false | Completed | 1 | init | <none> | <none> | 60m\n\
             proxy | proxy:1 | true | Running | 0 | sidecar | <none> | startup | 30m\n\
             web | web:1 | true | Running | 3 (5m ago) | main | 8080/TCP,53/UDP | liveness,readiness | 5m\n\
             job | job | false | ExitCode:2 | 0 | main | <none> | <none> | <none>\n\
             new | new | false | ImagePullBackOff | 0 | main | <none> | <none> | <none>\n\
             debug | busybox | false | Running | 0 | ephemeral | <none> | <none> | 60s"
        );
        assert_eq!(
            pod.own().lines().nth(3),
            Some("250m | 1000m | 64Mi | 128Mi | OOMKilled 137 | web-0")
        );
        let health: Vec<_> = pod.rows.iter().map(|r| r.health).collect();
        assert_eq!(health, [Idle, Ok, Ok, Broken, Broken, Ok]);
        pod.survive_damage();
    }

    #[test]
    fn a_container_uses_what_it_mounts_and_reads_and_not_what_its_neighbours_do() {
        let pod = rows_of::<This, Mounted>(
            "
metadata: {name: p, namespace: shop}
spec:
  volumes:
  - {name: data, persistentVolumeClaim: {claimName: data}}
  - {name: disk, persistentVolumeClaim: {claimName: disk}}
  - {name: site, configMap: {name: site}}
  - {name: scratch, ephemeral: {}}
  - {name: nobody, secret: {secretName: nobody}}
  containers:
  - name: web
    volumeMounts: [{name: data, mountPath: /a}, {name: scratch, mountPath: /b}, {name: missing, mountPath: /c}]
    envFrom: [{secretRef: {name: keys}}]
  - {name: db, volumeDevices: [{name: disk, devicePath: /dev/a}]}
  - {name: idle}
  initContainers: [{name: first, volumeMounts: [{name: site, mountPath: /a}]}]
",
        );
        let uses = |at: usize| -> Vec<String> {
            let links = pod.rows[at].links.iter().filter(|link| link.relation == Relation::Uses);
            let name = |link: &std::sync::Arc<Link>| match &link.to {
                To::Name { name, .. } => format!("{} {name}", link.resource),
                other => panic!("{other:?}"),
            };
            links.map(name).collect()
        };
        assert_eq!(uses(0), ["configmaps site"]);
        assert_eq!(
            uses(1),
            ["persistentvolumeclaims data", "persistentvolumeclaims p-scratch", "secrets keys"]
        );
        assert_eq!(uses(2), ["persistentvolumeclaims disk"]);
        assert_eq!(uses(3), [""; 0]);
        pod.survive_damage();
    }

    #[test]
    fn rows_are_distinct_and_belong_to_their_pod() {
        let pod = rows_of::<This, Pod>(POD);
        let uids: std::collections::BTreeSet<_> = pod.rows.iter().map(|r| r.uid).collect();
        assert_eq!(uids.len(), pod.rows.len());
        assert_eq!(pod.links(crate::store::Relation::PartOf), ["pods shop/web-0 by uid"]);
        let nameless = rows_of::<This, Pod>(
            "{metadata: {name: p, namespace: shop}, spec: {containers: [{name: a}]}}",
        );
        assert_eq!(nameless.links(crate::store::Relation::PartOf), ["pods shop/p"]);
    }
}
