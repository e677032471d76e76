//! What the kinds of the Gateway API share: what their conditions say, and what their references mean.

mod route;

use std::collections::BTreeSet;

use crate::describe::Field;
use crate::store::{Health, Needs, Relation};

use super::{Links, text};

pub(super) use route::{COLUMNS as ROUTE_COLUMNS, health as route_health, links as route_links};

/// The group of the Gateway API.
pub(super) const GROUP: &str = "gateway.networking.k8s.io";

/// How something is doing, and in a controller's word why.
pub(super) type Verdict<'a> = (Health, &'a str);

/// The reason that stands where no controller has said anything yet (`GatewayReasonPending`, and the others' of that name).
const PENDING: &str = "Pending";

/// The worst that conditions say of what has this generation; `None` where they say nothing that matters.
pub(super) fn verdict(conditions: Field<'_>, generation: i64) -> Option<Verdict<'_>> {
    worst(conditions.list().filter_map(|condition| says(condition, generation)))
}

/// The first of the worst.
pub(super) fn worst<'a>(all: impl Iterator<Item = Verdict<'a>>) -> Option<Verdict<'a>> {
    all.reduce(|worst, next| if next.0 > worst.0 { next } else { worst })
}

/// What nobody has said anything of yet.
pub(super) fn pending<'a>() -> Verdict<'a> {
    (Health::Changing, PENDING)
}

/// What one condition says (`apis/v1`, `GatewayConditionType`, `ListenerConditionType`, `RouteConditionType`, `GatewayClassConditionType`).
fn says(condition: Field<'_>, generation: i64) -> Option<Verdict<'_>> {
    let (status, reason) = (condition.key("status").str(), condition.key("reason").str());
    let seen = condition.key("observedGeneration").int();
    let of_before = 0 < seen && seen < generation;
    let holds = status == "True";
    let health = match condition.key("type").str() {
        "Accepted" | "Programmed" | "ResolvedRefs" => match status {
            // It was true of what the object said before.
            "True" if of_before => return Some(pending()),
            "True" => Health::Ok,
            "False" if !matches!(reason, PENDING | "Waiting" | "NotReconciled") => Health::Broken,
            _ => Health::Changing,
        },
        "Conflicted" if holds => Health::Broken,
        "PartiallyInvalid" | "OverlappingTLSConfig" if holds => Health::Warning,
        "SupportedVersion" if status == "False" => Health::Warning,
        _ => return None,
    };
    Some((health, reason))
}

/// An object that a field names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reference<'a> {
    group: &'a str,
    kind: &'a str,
    /// Empty for that of the object which has the field.
    namespace: &'a str,
    name: &'a str,
    /// 0 where none is meant.
    port: i32,
}

impl<'a> Reference<'a> {
    /// What a field names; group and Kind are these where it says none.
    pub(super) fn read(field: Field<'a>, (group, kind): (&'a str, &'a str)) -> Self {
        let said = field.key("group");
        Self {
            // The core group is an empty text.
            group: if said.is_some() { said.str() } else { group },
            kind: field.key("kind").str_or(kind),
            namespace: field.key("namespace").str(),
            name: field.key("name").str(),
            port: field.key("port").opt_int().and_then(|port| port.try_into().ok()).unwrap_or(0),
        }
    }

    /// The same with the namespace spelled out.
    fn within(self, own: &'a str) -> Self {
        Self { namespace: if self.namespace.is_empty() { own } else { self.namespace }, ..self }
    }

    /// The resource as links name it: by its plural where kx knows that.
    fn resource(&self) -> (&'a str, &'a str) {
        let word = match (self.group, self.kind) {
            ("", "Service") => "services",
            ("", "Secret") => "secrets",
            ("", "ConfigMap") => "configmaps",
            (GROUP, "Gateway") => "gateways",
            (_, kind) => kind,
        };
        (self.group, word)
    }
}

/// Links to all of these, each once.
pub(super) fn refer<'a>(
    relation: Relation,
    all: impl Iterator<Item = Reference<'a>>,
    links: &mut Links<'_>,
) {
    let own = links.own_namespace();
    for reference in all.map(|r| r.within(&own)).collect::<BTreeSet<_>>() {
        // The port of a parent is one of its listeners'.
        let port = if relation == Relation::RoutesTo { reference.port } else { 0 };
        links.needing(Needs::port("", port), |links| {
            links.in_namespace(relation, reference.resource(), reference.namespace, reference.name);
        });
    }
}

/// The names of all of these, each once, with the namespace where it is another than `own`.
pub(super) fn names<'a>(all: impl Iterator<Item = Reference<'a>>, own: &'a str) -> String {
    let name = |r: Reference<'a>| match r.within(own) {
        Reference { namespace, name, .. } if namespace == own => name.to_owned(),
        Reference { namespace, name, .. } => format!("{namespace}/{name}"),
    };
    let names: BTreeSet<String> = all.filter(|r| !r.name.is_empty()).map(name).collect();
    text::join(names.iter().map(String::as_str))
}
