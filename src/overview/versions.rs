//! Which versions the parts of the cluster have, and whether they are near enough to each other.

use std::collections::BTreeMap;

use crate::sheet::{Facts, Go, Line};
use crate::store::Health;

use super::cells::at;
use super::control::server_version;
use super::signs::image;
use super::version::{Component, Skew, Version, beside_kubelet, skew};
use super::wants::{self, NODES, PODS, SYSTEM, missing, rows_of};
use super::write::{Columns, INDENT, aligned, command, heading, muted, number, state, term, text};

/// Components that run as pods where the cluster runs itself, by the last word of their image's repository.
const AS_PODS: [(&str, Option<Component>); 6] = [
    ("kube-apiserver", Some(Component::ApiServer)),
    ("kube-controller-manager", Some(Component::Manager)),
    ("kube-scheduler", Some(Component::Manager)),
    ("cloud-controller-manager", None),
    ("etcd", None),
    ("kube-proxy", Some(Component::KubeProxy)),
];

/// What runs in which version: how often.
type Found = BTreeMap<(usize, String), usize>;

/// The section.
pub fn section(facts: &Facts<'_>, lines: &mut Vec<Line>) {
    let server = server_version(facts);
    let nodes = rows_of(facts, &wants::all(NODES));
    let pods = rows_of(facts, &wants::all(PODS));
    let found = pods.as_ref().map(|pods| as_pods(pods)).unwrap_or_default();
    let mut kubelets: BTreeMap<&str, usize> = BTreeMap::new();
    let version = at(NODES, "VERSION");
    for row in nodes.iter().flatten() {
        *kubelets.entry(version.text(row)).or_default() += 1;
    }
    let servers = servers(server.as_deref(), &found);
    let mut rows = vec![];
    if let Some(server) = &server
        && !found.keys().any(|(which, _)| *which == 0)
    {
        let go = command("raw /version");
        rows.push(row("kube-apiserver", server, None, &Skew::Kept, Some(go)));
    }
    let oldest = kubelets.keys().filter_map(|version| Version::parse(version)).min();
    let newest = kubelets.keys().filter_map(|version| Version::parse(version)).max();
    for ((which, version), count) in &found {
        let Some((name, component)) = AS_PODS.get(*which) else { continue };
        let mut judged =
            component.map(|component| skew(component, Version::parse(version), servers));
        if *component == Some(Component::KubeProxy) && judged == Some(Skew::Kept) {
            let proxy = Version::parse(version);
            let beside = [oldest, newest].into_iter().flatten().zip(proxy.iter().cycle());
            let worst = beside
                .map(|(kubelet, proxy)| beside_kubelet(*proxy, kubelet))
                .find(|s| *s != Skew::Kept);
            judged = worst.or(judged);
        }
        let go = command(format!("pods -n {SYSTEM} /images~{}", running(name, version)));
        match judged {
            Some(judged) => rows.push(row(name, version, Some((*count, "pod")), &judged, Some(go))),
            None => rows.push(plain(name, version, *count, go)),
        }
    }
    for name in ["kube-controller-manager", "kube-scheduler"] {
        let seen = found
            .keys()
            .any(|(which, _)| AS_PODS.get(*which).is_some_and(|(other, _)| *other == name));
        if !seen && pods.is_ok() {
            let go = command(format!("leases -n {SYSTEM} /name={name}"));
            rows.push(row(name, "unknown", None, &Skew::Unknown, Some(go)));
        }
    }
    for (version, count) in kubelets.iter().rev() {
        let judged = skew(Component::Kubelet, Version::parse(version), servers);
        let go = command(format!("nodes /{}", term("version", version)));
        rows.push(row("kubelet", version, Some((*count, "node")), &judged, Some(go)));
    }
    lines.push(heading("Versions", [muted("  and the skew policy")]));
    lines.extend(aligned(rows, &[false, false, true]));
    if let Err(why) = &nodes {
        lines.extend(missing("kubelet", &wants::all(NODES), why));
    }
    if let Err(why) = &pods {
        lines.extend(missing("Others", &wants::all(PODS), why));
    }
}

/// The oldest and the newest API server.
fn servers(answers: Option<&str>, found: &Found) -> Option<(Version, Version)> {
    let running =
        found.keys().filter(|(which, _)| *which == 0).map(|(_, version)| version.as_str());
    let versions = running.chain(answers).filter_map(Version::parse);
    versions.fold(None, |range, version| match range {
        None => Some((version, version)),
        Some((oldest, newest)) => Some((oldest.min(version), newest.max(version))),
    })
}

/// What runs as pods of the cluster's own namespace, told by their images.
fn as_pods(pods: &[&crate::store::Row]) -> Found {
    let images = at(PODS, "IMAGES");
    let mut found = Found::new();
    for row in pods.iter().filter(|row| &*row.namespace == SYSTEM) {
        for (repository, tag) in images.text(row).split(',').map(image) {
            let name = repository.rsplit('/').next().unwrap_or_default();
            if let Some(which) = AS_PODS.iter().position(|(known, _)| *known == name) {
                *found.entry((which, tag.to_owned())).or_default() += 1;
            }
        }
    }
    found
}

/// A regex that finds an image of this name and tag in a list of images.
fn running(name: &str, tag: &str) -> String {
    let tag = if tag.is_empty() { String::new() } else { format!(":{}", regex::escape(tag)) };
    format!("(^|[/,]){name}{tag}(@|,|$)")
}

fn row(
    name: &str,
    version: &str,
    count: Option<(usize, &str)>,
    judged: &Skew,
    go: Option<Go>,
) -> Columns {
    let verdict = match judged {
        Skew::Kept => state(Health::Ok, "kept"),
        Skew::Broken(how) => state(Health::Broken, how.as_str()),
        Skew::Unknown => muted("unknown"),
    };
    let mut line = plain(name, version, 0, Go::Command(String::new()));
    line.cells[2] = counted(count);
    line.cells.push(vec![verdict]);
    line.go = go;
    line
}

fn plain(name: &str, version: &str, count: usize, go: Go) -> Columns {
    let label = crate::sheet::Span::new(name, crate::sheet::Tone::Label);
    let version = if version.is_empty() { "unknown" } else { version };
    Columns::new(INDENT, vec![vec![label], vec![text(version)], counted(Some((count, "pod")))])
        .go(go)
}

fn counted(count: Option<(usize, &str)>) -> Vec<crate::sheet::Span> {
    let Some((count, what)) = count else { return Vec::new() };
    let s = if count == 1 { " " } else { "s" };
    vec![number(count), muted(format!(" {what}{s}"))]
}
