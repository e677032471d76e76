//! Which distribution, plugins and stacks the cluster has, and what tells so.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::kinds::Catalog;
use crate::sheet::{Answer, Facts, Go, Line, Span, Tone};
use crate::store::{Row, Str};

use super::cells::at;
use super::signs::{By, Part, SIGNS, Sign, image, is_repository};
use super::wants::{
    self, CONFIG_MAPS, INGRESS_CLASSES, Missing, NODES, Named, SYSTEM, WORKLOADS, missing, rows_of,
};
use super::write::{Columns, INDENT, aligned, command, heading, muted, number, term, text};

/// Where signs are looked for.
struct Traces<'a> {
    versions: BTreeSet<&'a str>,
    labels: BTreeSet<&'a str>,
    providers: BTreeSet<&'a str>,
    systems: BTreeSet<&'a str>,
    config_maps: BTreeSet<&'a str>,
    groups: BTreeSet<&'a str>,
    controllers: BTreeSet<&'a str>,
    /// Images without their tags, each with its tag and who runs it.
    images: BTreeMap<&'a str, (&'a str, Named, &'a Row)>,
}

/// A sign that is there.
struct Seen {
    sign: &'static Sign,
    version: String,
    by: String,
    go: Go,
}

/// The section.
pub fn section(facts: &Facts<'_>, lines: &mut Vec<Line>) {
    lines.push(heading("Parts", [muted("  and what tells so")]));
    let nodes = rows_of(facts, &wants::all(NODES));
    let others = [wants::all(NODES), wants::system(CONFIG_MAPS), wants::all(INGRESS_CLASSES)];
    let looked_at = WORKLOADS.map(|(named, _)| wants::all(named)).into_iter().chain(others);
    let unknown: Vec<Missing> = looked_at.filter_map(|want| rows_of(facts, &want).err()).collect();
    let nothing = if unknown.contains(&Missing::Loading) {
        "reading…"
    } else if unknown.iter().any(|why| matches!(why, Missing::Failed(_))) {
        "no sign in what may be read"
    } else {
        "no sign of any"
    };
    let rows = |want| rows_of(facts, &want).unwrap_or_default();
    let workloads: Vec<(Named, Vec<&Row>)> =
        WORKLOADS.iter().map(|(named, _)| (*named, rows(wants::all(*named)))).collect();
    let maps = rows(wants::system(CONFIG_MAPS));
    let classes = rows(wants::all(INGRESS_CLASSES));
    let nodes_rows = nodes.clone().unwrap_or_default();
    let traces = traces(facts.catalog(), &nodes_rows, &workloads, &maps, &classes);
    let mut seen: Vec<Seen> = Vec::new();
    for sign in SIGNS {
        let known = seen.iter().any(|s| (s.sign.part, s.sign.name) == (sign.part, sign.name));
        if !known && let Some(found) = look(sign, &traces) {
            seen.push(found);
        }
    }
    let mut table = Vec::new();
    for (part, title) in Part::ALL {
        let mut label = title;
        for found in seen.iter().filter(|found| found.sign.part == part) {
            table.push(line(
                label,
                found.sign.name,
                &found.version,
                &found.by,
                Some(found.go.clone()),
            ));
            label = "";
        }
        if label == title {
            table.push(Columns::new(INDENT, vec![vec![named(title)], vec![muted(nothing)]]));
        }
        if part == Part::Network {
            table.extend(kube_proxy(facts));
        }
    }
    table.extend(machines(&nodes_rows));
    lines.extend(aligned(table, &[]));
    if let Err(why) = &nodes {
        lines.extend(missing("Machines", &wants::all(NODES), why));
    }
}

fn named(label: &str) -> Span {
    Span::new(label, Tone::Label)
}

fn line(label: &str, name: &str, version: &str, by: &str, go: Option<Go>) -> Columns {
    let name = if version.is_empty() { name.to_owned() } else { format!("{name} {version}") };
    let cells = vec![vec![named(label)], vec![text(name)], vec![muted(by)]];
    Columns { go, ..Columns::new(INDENT, cells) }
}

fn traces<'a>(
    catalog: &'a Catalog,
    nodes: &[&'a Row],
    workloads: &[(Named, Vec<&'a Row>)],
    maps: &[&'a Row],
    classes: &[&'a Row],
) -> Traces<'a> {
    let [version, provider, system] =
        ["VERSION", "PROVIDER-ID", "OS-IMAGE"].map(|column| at(NODES, column));
    let mut labels: BTreeMap<*const u8, &Str> = BTreeMap::new();
    for (key, _) in nodes.iter().flat_map(|row| row.labels.iter()) {
        // Keys are shared: each is looked at once.
        labels.insert(key.as_ptr(), key);
    }
    let controller = at(INGRESS_CLASSES, "CONTROLLER");
    let mut images = BTreeMap::new();
    let mut known: std::collections::HashSet<*const u8> = std::collections::HashSet::new();
    for (named, rows) in workloads {
        let column = at(*named, "IMAGES");
        for row in rows {
            let all = column.text(row);
            // As is the text of those that run the same.
            if known.insert(all.as_ptr()) {
                for (repository, tag) in all.split(',').map(image) {
                    images.entry(repository).or_insert((tag, *named, *row));
                }
            }
        }
    }
    Traces {
        versions: nodes.iter().map(|row| version.text(row)).collect(),
        labels: labels.into_values().map(|key| &**key).collect(),
        providers: nodes.iter().map(|row| provider.text(row)).collect(),
        systems: nodes.iter().map(|row| system.text(row)).collect(),
        config_maps: maps.iter().map(|row| &*row.name).collect(),
        groups: catalog.iter().map(|resource| resource.group.as_str()).collect(),
        controllers: classes.iter().map(|row| controller.text(row)).collect(),
        images,
    }
}

fn look(sign: &'static Sign, traces: &Traces<'_>) -> Option<Seen> {
    let begins = |texts: &BTreeSet<&str>, with: &str| {
        // The first text that is not less is the only one that may begin so.
        texts.range(with..).next().is_some_and(|text| text.starts_with(with))
    };
    let seen =
        |version: &str, by: String, go| Some(Seen { sign, version: version.to_owned(), by, go });
    match sign.by {
        By::Version(part) => {
            let version = traces.versions.iter().find(|version| version.contains(part))?;
            let go = command(format!("nodes /version~{}", regex::escape(part)));
            seen("", format!("kubelet {version}"), go)
        }
        By::Label(start) => {
            let key = traces.labels.range(start..).next().filter(|key| key.starts_with(start))?;
            seen("", format!("node label {key}"), command(format!("nodes -l {key}")))
        }
        By::Provider(start) if begins(&traces.providers, start) => {
            let go = command(format!("nodes /provider-id~^{}", regex::escape(start)));
            seen("", format!("provider ID {start}…"), go)
        }
        By::Os(start) => {
            let system = traces.systems.range(start..).next().filter(|s| s.starts_with(start))?;
            let go = command(format!("nodes /{}", term("os-image", system)));
            seen("", format!("OS image {system}"), go)
        }
        By::ConfigMap(name) if traces.config_maps.contains(name) => {
            let go = Go::Object {
                group: CONFIG_MAPS.0.into(),
                resource: CONFIG_MAPS.1.into(),
                namespace: SYSTEM.into(),
                name: name.into(),
            };
            seen("", format!("ConfigMap {SYSTEM}/{name}"), go)
        }
        By::Group(group) if traces.groups.contains(group) => {
            let go = command(format!("apiservices /name~\\.{}$", regex::escape(group)));
            seen("", format!("API group {group}"), go)
        }
        By::Controller(controller) => {
            let below = |text: &&&str| {
                let rest = text.strip_prefix(controller);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            let found = traces.controllers.iter().find(below)?;
            let go = command(format!("ingressclasses /{}", term("controller", found)));
            seen("", format!("IngressClass {found}"), go)
        }
        By::Image(wanted) => {
            let mut images = traces.images.iter();
            let (_, (tag, (group, plural), row)) =
                images.find(|(repository, _)| is_repository(repository, wanted))?;
            let go = Go::Object {
                group: (*group).into(),
                resource: (*plural).into(),
                namespace: row.namespace.clone(),
                name: row.name.clone(),
            };
            seen(tag, format!("{plural} {}/{}", row.namespace, row.name), go)
        }
        By::Provider(_) | By::ConfigMap(_) | By::Group(_) => None,
    }
}

/// How kube-proxy works, as its `ConfigMap` says.
fn kube_proxy(facts: &Facts<'_>) -> Option<Columns> {
    let want = wants::kube_proxy();
    let config = match facts.get(&want) {
        Answer::Object(Some(object)) => {
            object.pointer("/data/config.conf").and_then(Value::as_str)?
        }
        Answer::Failed(_) => {
            let words = format!("mode unknown, it needs {}", wants::needs(&want));
            return Some(Columns::new(INDENT, vec![vec![named("kube-proxy")], vec![muted(words)]]));
        }
        _ => return None,
    };
    let go = Go::Object {
        group: CONFIG_MAPS.0.into(),
        resource: CONFIG_MAPS.1.into(),
        namespace: SYSTEM.into(),
        name: "kube-proxy".into(),
    };
    let mode = mode(config);
    Some(line("kube-proxy", &mode, "", &format!("ConfigMap {SYSTEM}/kube-proxy"), Some(go)))
}

/// The `mode` of a `KubeProxyConfiguration`, which is YAML or JSON. Where it names none, kube-proxy takes iptables on Linux and kernelspace on Windows
/// (`cmd/kube-proxy/app`, `platformApplyDefaults`).
fn mode(config: &str) -> String {
    let value = |line: &str| {
        let line = line.trim_end().trim_end_matches(',');
        let rest = line.strip_prefix("mode:").or_else(|| line.trim().strip_prefix("\"mode\":"))?;
        Some(rest.trim().trim_matches(['"', '\'']).to_owned())
    };
    match config.lines().find_map(value) {
        Some(mode) if !mode.is_empty() => mode,
        _ => "iptables, by default".to_owned(),
    }
}

/// Container runtimes and operating systems of the nodes, each with how many have it.
fn machines(nodes: &[&Row]) -> Vec<Columns> {
    let mut table = Vec::new();
    for (column, filter, label) in
        [("CONTAINER-RUNTIME", "container-runtime", "Runtime"), ("OS-IMAGE", "os-image", "System")]
    {
        let column = at(NODES, column);
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for row in nodes {
            *counts.entry(column.text(row)).or_default() += 1;
        }
        let mut label = label;
        for (value, count) in counts {
            let s = if count == 1 { "" } else { "s" };
            let nodes = vec![number(count), muted(format!(" node{s}"))];
            let cells = vec![vec![named(label)], vec![text(value)], nodes];
            let go = command(format!("nodes /{}", term(filter, value)));
            table.push(Columns::new(INDENT, cells).go(go));
            label = "";
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mode_of_kube_proxy_is_read_from_its_configuration() {
        assert_eq!(mode("ipvs:\n  mode: x\nmode: ipvs\n"), "ipvs");
        assert_eq!(mode("mode: \"nftables\"\n"), "nftables");
        assert_eq!(mode("{\n  \"mode\": \"ipvs\",\n}"), "ipvs");
        assert_eq!(mode("mode: \"\"\n"), "iptables, by default");
        assert_eq!(mode(""), "iptables, by default");
    }
}
