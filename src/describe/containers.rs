//! Containers of a pod, or of a pod's template.

use std::collections::HashMap;

use crate::store::Health;

use super::about::About;
use super::environment;
use super::field::Field;
use super::piece::{Piece, label, muted, or, state, strong, toned, truth};
use super::probe::probe;
use super::time::date;
use super::writer::Writer;

/// Some of a pod's containers, under one title.
pub struct Containers<'a> {
    /// `Init Containers`.
    pub title: &'static str,
    /// Their specs.
    pub specs: Field<'a>,
    /// Their states; none in a template.
    pub statuses: Field<'a>,
    /// The pod, which fields in their environment are taken from; a template has none.
    pub pod: Option<Field<'a>>,
}

impl Containers<'_> {
    /// Writes them all.
    pub fn write(&self, about: &About<'_>, w: &mut Writer) {
        // In a template all but the contents stands deeper by what its title is.
        let (indent, name_indent) = if self.pod.is_some() { (0, 2) } else { (2, 3) };
        if self.specs.list().len() == 0 {
            w.line(indent, [label(format!("{}:", self.title)).and(muted(" <none>"))]);
            return;
        }
        w.section(indent, self.title);
        let named = |status: Field<'_>| status.key("name").str().to_owned();
        let statuses: HashMap<_, _> = self.statuses.list().map(|s| (named(s), s)).collect();
        for spec in self.specs.list() {
            let name = spec.key("name").str();
            w.line(name_indent, [strong(format!("{name}:"))]);
            let status = statuses.get(name).copied();
            self.container(about, spec, status, w);
        }
    }

    fn container(
        &self,
        about: &About<'_>,
        spec: Field<'_>,
        status: Option<Field<'_>>,
        w: &mut Writer,
    ) {
        basics(spec, status, w);
        for (title, key) in [("Command", "command"), ("Args", "args")] {
            if spec.key(key).has_any() {
                w.section(4, title);
                for word in spec.key(key).list() {
                    w.line(6, [Piece::from(word.text())]);
                }
            }
        }
        if let Some(status) = status {
            run("State", status.key("state"), w);
            if status.at("lastState.terminated").is_some() {
                run("Last State", status.key("lastState"), w);
            }
            let ready = status.key("ready").flag();
            let health = if ready { Health::Ok } else { Health::Warning };
            w.field(4, "Ready", toned(if ready { "True" } else { "False" }, health));
            w.field(4, "Restart Count", status.key("restartCount").int());
        }
        resources(4, spec.key("resources"), w);
        for (title, key) in [
            ("Liveness", "livenessProbe"),
            ("Readiness", "readinessProbe"),
            ("Startup", "startupProbe"),
        ] {
            if spec.key(key).is_some() {
                w.field(4, title, probe(spec.key(key)));
            }
        }
        environment::write(about, spec, self.pod, w);
        mounts(spec, w);
    }
}

fn basics(spec: Field<'_>, status: Option<Field<'_>>, w: &mut Writer) {
    if let Some(status) = status {
        w.field(4, "Container ID", status.key("containerID").text());
    }
    w.field(4, "Image", spec.key("image").text());
    if let Some(status) = status {
        w.field(4, "Image ID", status.key("imageID").text());
    }
    for (one, many, key) in
        [("Port", "Ports", "containerPort"), ("Host Port", "Host Ports", "hostPort")]
    {
        let ports = ports(spec.key("ports"), key);
        w.field(4, if ports.contains(',') { many } else { one }, or(ports, "<none>"));
    }
    seccomp(4, 6, spec.at("securityContext.seccompProfile"), w);
}

/// The seccomp profile of a pod or container, if it has one; `deeper` is where the name of a local one stands.
pub fn seccomp(indent: u16, deeper: u16, profile: Field<'_>, w: &mut Writer) {
    if profile.is_some() {
        w.field(indent, "SeccompProfile", profile.key("type").text());
        if profile.key("type").str() == "Localhost" {
            w.field(deeper, "LocalhostProfile", profile.key("localhostProfile").text());
        }
    }
}

fn ports(ports: Field<'_>, key: &str) -> String {
    let port = |port: Field<'_>| {
        let text = format!("{}/{}", port.key(key).int(), port.key("protocol").str());
        match port.key("name").str() {
            "" => text,
            name => format!("{text} ({name})"),
        }
    };
    ports.list().map(port).collect::<Vec<_>>().join(", ")
}

/// What a container does, or how it ended.
fn run(title: &str, at: Field<'_>, w: &mut Writer) {
    let (running, waiting, ended) = (at.key("running"), at.key("waiting"), at.key("terminated"));
    if running.is_some() {
        w.field(4, title, state("Running"));
        w.field(6, "Started", date(running.key("startedAt")));
        return;
    }
    if waiting.is_some() || !ended.is_some() {
        w.field(4, title, state("Waiting"));
        if waiting.key("reason").has_any() {
            w.field(6, "Reason", state(waiting.key("reason").text()));
        }
        return;
    }
    let code = ended.key("exitCode").int();
    let health = if code == 0 { Health::Idle } else { Health::Broken };
    w.field(4, title, toned("Terminated", health));
    if ended.key("reason").has_any() {
        w.field(6, "Reason", toned(ended.key("reason").text(), health));
    }
    if ended.key("message").has_any() {
        w.field(6, "Message", ended.key("message").text());
    }
    w.field(6, "Exit Code", toned(code.to_string(), health));
    if ended.key("signal").int() > 0 {
        w.field(6, "Signal", ended.key("signal").int());
    }
    w.field(6, "Started", date(ended.key("startedAt")));
    w.field(6, "Finished", date(ended.key("finishedAt")));
}

/// `Limits:` and `Requests:`, as far as there are any.
pub fn resources(indent: u16, resources: Field<'_>, w: &mut Writer) {
    for (title, key) in [("Limits", "limits"), ("Requests", "requests")] {
        let amounts = resources.key(key).map();
        if !amounts.is_empty() {
            w.section(indent, title);
        }
        for (name, amount) in amounts {
            w.field(indent + 2, name, Piece::from(amount.text()));
        }
    }
}

fn mounts(spec: Field<'_>, w: &mut Writer) {
    let mut mounts: Vec<_> = spec.key("volumeMounts").list().collect();
    mounts.sort_by_key(|mount| mount.key("mountPath").str());
    let mut devices: Vec<_> = spec.key("volumeDevices").list().collect();
    devices.sort_by_key(|device| device.key("devicePath").str());
    if mounts.is_empty() {
        w.field(4, "Mounts", "<none>");
    } else {
        w.section(4, "Mounts");
    }
    for mount in &mounts {
        let (path, name) = (mount.key("mountPath").text(), mount.key("name").text());
        let mut flags = if mount.key("readOnly").flag() { "ro" } else { "rw" }.to_owned();
        if mount.key("subPath").has_any() {
            flags.push_str(&format!(",path={:?}", mount.key("subPath").str()));
        }
        w.line(
            6,
            [Piece::from(path).and(muted(" from ")).and(name).and(muted(format!(" ({flags})")))],
        );
    }
    if devices.is_empty() {
        return;
    }
    if mounts.is_empty() {
        // So kubectl writes it: whether there are devices or not.
        w.field(4, "Devices", "<none>");
    } else {
        w.section(4, "Devices");
    }
    for device in devices {
        let (path, name) = (device.key("devicePath").text(), device.key("name").text());
        w.line(6, [Piece::from(path).and(muted(" from ")).and(name)]);
    }
}

/// `True`, `False`, or `<unset>` where nobody said.
pub fn truth_or_unset(value: Option<bool>) -> Piece {
    value.map_or_else(|| muted("<unset>"), truth)
}
