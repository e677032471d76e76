//! What a Node says of itself, with its lease, in kubectl's words.

use std::collections::{BTreeMap, BTreeSet};

use crate::describe::{
    About, Amount, Describer, Field, Piece, Writer, date, meta, or, search_events, strong, toned,
};
use crate::sheet::{Answer, Want};
use crate::store::Health;

use super::allocated;

/// Describes a node.
pub struct Node;

impl Describer for Node {
    fn wants(&self, about: &About<'_>) -> Vec<Want> {
        vec![lease(about), allocated::want(about), slices(about)]
    }

    /// Controllers name a node by its UID, the kubelet by its name.
    fn events(&self, about: &About<'_>) -> Vec<Want> {
        vec![
            search_events(about, "Node", about.uid()),
            search_events(about, "Node", about.name()),
        ]
    }

    fn write(&self, about: &About<'_>, w: &mut Writer) {
        let (object, spec, status) =
            (about.object, about.object.key("spec"), about.object.key("status"));
        w.field(0, "Name", strong(about.name()));
        w.field(0, "Roles", or(roles(object), "<none>"));
        meta::labels_and_annotations(about, w);
        w.field(0, "CreationTimestamp", date(object.at("metadata.creationTimestamp")));
        taints(spec.key("taints"), w);
        w.field(0, "Unschedulable", spec.key("unschedulable").flag());
        write_lease(about, w);
        conditions(status.key("conditions"), w);
        w.section(0, "Addresses");
        for address in status.key("addresses").list() {
            w.field(2, address.key("type").str(), address.key("address"));
        }
        for (title, field) in [("Capacity", "capacity"), ("Allocatable", "allocatable")] {
            let amounts = status.key(field);
            if amounts.has_any() {
                w.section(0, title);
            }
            for (resource, amount) in amounts.map() {
                w.field(2, resource, Amount::of(amount).to_string());
            }
        }
        write_slices(about, w);
        system_info(status.key("nodeInfo"), w);
        for (title, text) in [
            ("PodCIDR", spec.key("podCIDR").text()),
            ("PodCIDRs", spec.key("podCIDRs").joined(",").into()),
            ("ProviderID", spec.key("providerID").text()),
        ] {
            if !text.is_empty() {
                w.field(0, title, text);
            }
        }
        allocated::write(about, w);
    }
}

/// `control-plane,worker` (kubectl `findNodeRoles`).
fn roles(node: Field<'_>) -> String {
    let labels = node.at("metadata.labels").map();
    let roles: BTreeSet<_> = labels
        .iter()
        .filter_map(|(key, value)| match *key {
            "kubernetes.io/role" => Some(value.str()),
            key => key.strip_prefix("node-role.kubernetes.io/"),
        })
        .filter(|role| !role.is_empty())
        .collect();
    roles.into_iter().collect::<Vec<_>>().join(",")
}

fn taints(taints: Field<'_>, w: &mut Writer) {
    let mut taints: Vec<_> = taints
        .list()
        .map(|taint| ["effect", "key", "value"].map(|field| taint.key(field).str()))
        .collect();
    taints.sort_by_cached_key(|[effect, key, _]| format!("{effect},{key}"));
    let texts = taints.into_iter().map(|[effect, key, value]| {
        Piece::from(match (effect, value) {
            ("", "") => key.to_owned(),
            (effect, "") => format!("{key}:{effect}"),
            (effect, value) => format!("{key}={value}:{effect}"),
        })
    });
    w.values(0, "Taints", texts);
}

const LEASES: (&str, &str) = ("coordination.k8s.io", "leases");
/// Where kubelets keep their leases (`corev1.NamespaceNodeLease`).
const LEASES_OF_NODES: &str = "kube-node-lease";

fn lease(about: &About<'_>) -> Want {
    Want::Object {
        group: LEASES.0.to_owned(),
        resource: LEASES.1.to_owned(),
        namespace: LEASES_OF_NODES.to_owned(),
        name: about.name().to_owned(),
    }
}

fn write_lease(about: &About<'_>, w: &mut Writer) {
    let name = about.name();
    let lease = match about.other(&lease(about)) {
        Ok(Some(lease)) => lease.key("spec"),
        Ok(None) => {
            let words = format!("Failed to get lease: leases.coordination.k8s.io \"{name}\" not found");
            w.field(0, "Lease", words);
            return;
        }
        Err(instead) => {
            w.field(0, "Lease", instead);
            return;
        }
    };
    w.section(0, "Lease").go(about.to(LEASES.0, LEASES.1, LEASES_OF_NODES, name));
    let holder = lease.key("holderIdentity");
    w.field(2, "HolderIdentity", if holder.is_some() { holder.into() } else { Piece::from("<unset>") });
    for (title, field) in [("AcquireTime", "acquireTime"), ("RenewTime", "renewTime")] {
        let time = lease.key(field);
        let text = if time.is_some() { date(time) } else { "<unset>".to_owned() };
        w.field(2, title, text);
    }
}

fn conditions(conditions: Field<'_>, w: &mut Writer) {
    if !conditions.has_any() {
        return;
    }
    w.section(0, "Conditions");
    let names =
        ["Type", "Status", "LastHeartbeatTime", "LastTransitionTime", "Reason", "Message"];
    w.headings(2, &names);
    for condition in conditions.list() {
        let (kind, status) = (condition.key("type").text(), condition.key("status").text());
        let health = match (&*kind, &*status) {
            ("Ready", "True") => Health::Ok,
            ("Ready", _) => Health::Broken,
            (_, "False") => Health::Ok,
            _ => Health::Warning,
        };
        // kubectl puts a space after each value here.
        let spaced = |text: &str| Piece::from(format!("{text} "));
        w.line(
            2,
            [
                spaced(&kind),
                toned(format!("{status} "), health),
                spaced(&date(condition.key("lastHeartbeatTime"))),
                spaced(&date(condition.key("lastTransitionTime"))),
                spaced(&condition.key("reason").text()),
                condition.key("message").into(),
            ],
        );
    }
}

fn system_info(info: Field<'_>, w: &mut Writer) {
    w.section(0, "System Info");
    for (title, field) in [
        ("Machine ID", "machineID"),
        ("System UUID", "systemUUID"),
        ("Boot ID", "bootID"),
        ("Kernel Version", "kernelVersion"),
        ("OS Image", "osImage"),
        ("Operating System", "operatingSystem"),
        ("Architecture", "architecture"),
        ("Container Runtime Version", "containerRuntimeVersion"),
        ("Kubelet Version", "kubeletVersion"),
    ] {
        w.field(2, title, info.key(field));
    }
}

/// More pools of devices are counted, not named.
const MOST_POOLS: usize = 10;

/// The devices that only this node has.
fn slices(about: &About<'_>) -> Want {
    Want::Objects {
        group: "resource.k8s.io".to_owned(),
        resource: "resourceslices".to_owned(),
        namespace: String::new(),
        labels: String::new(),
        fields: format!("spec.nodeName={}", about.name()),
    }
}

fn write_slices(about: &About<'_>, w: &mut Writer) {
    let want = slices(about);
    let slices = match about.objects(&want) {
        Ok(slices) => slices,
        Err(instead) => {
            // Like kubectl, nothing is said of them where they cannot be had; but that they are still to come is.
            if matches!(about.facts.get(&want), Answer::Loading) {
                w.field(0, "Node-Local ResourceSlices", instead);
            }
            return;
        }
    };
    let mut pools: BTreeMap<String, (&str, &str, i64, usize)> = BTreeMap::new();
    for slice in slices {
        let spec = slice.key("spec");
        let (driver, pool) = (spec.key("driver").str(), spec.at("pool.name").str());
        let entry = pools.entry(format!("{driver}/{pool}")).or_insert((driver, pool, 0, 0));
        entry.2 += 1;
        entry.3 += spec.key("devices").list().len();
    }
    if pools.is_empty() {
        return;
    }
    w.section(0, "Node-Local ResourceSlices");
    w.headings(2, &["Driver", "Pool", "Slices", "Devices"]);
    for (driver, pool, slices, devices) in pools.values().take(MOST_POOLS) {
        let devices = i64::try_from(*devices).unwrap_or(i64::MAX);
        w.line(2, [(*driver).into(), (*pool).into(), (*slices).into(), devices.into()]);
    }
    if pools.len() > MOST_POOLS {
        w.line(2, [format!("...and {} more pools", pools.len() - MOST_POOLS).into()]);
    }
}
