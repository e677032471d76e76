//! All resources of a cluster, found by any name that people give them.

mod not_found;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Info, Resource, all, modelled};

pub use not_found::{NotFound, unheard};

/// All resources of a cluster, in the server's order: its group order decides between equal names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalog {
    resources: Vec<Arc<Resource>>,
    /// Lower-case name → indices into `resources`, each with how well the name fits; best first.
    names: BTreeMap<String, Vec<(Fit, usize)>>,
    /// The other versions in which a server offers a resource, by index.
    others: BTreeMap<usize, Vec<Arc<Resource>>>,
    /// See [`Catalog::with_silent`].
    silent: Vec<String>,
}

/// By which of its names a resource was found; the earlier, the better (kubectl's `RESTMapper` chain: exact resources, then
/// short names, then kinds).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Plural,
    Singular,
    Short,
    Kind,
}

impl Catalog {
    /// A catalog of these resources. Of several versions of one resource the modelled one is used, else the first; the
    /// others are found by `plural.version.group`.
    pub fn new(resources: impl IntoIterator<Item = Resource>) -> Self {
        let mut catalog = Self {
            resources: Vec::new(),
            names: BTreeMap::new(),
            others: BTreeMap::new(),
            silent: Vec::new(),
        };
        let mut known: BTreeMap<(String, String), usize> = BTreeMap::new();
        for resource in resources.into_iter().filter(|resource| !is_view(resource)) {
            let key = (resource.group.clone(), resource.plural.clone());
            let next = catalog.resources.len();
            let Some(first) = known.get(&key) else {
                known.insert(key, next);
                catalog.resources.push(Arc::new(resource));
                continue;
            };
            let mut other = Arc::new(resource);
            if likeness(&other) > likeness(&catalog.resources[*first]) {
                std::mem::swap(&mut other, &mut catalog.resources[*first]);
            }
            catalog.others.entry(*first).or_default().push(other);
        }
        // Views of what is served come last: a name that the server knows means what the server knows by it.
        for info in all().iter().map(|kind| &kind.info) {
            let there = info.part_of.is_some_and(|(group, plural)| {
                catalog.resources.iter().any(|resource| resource.is(group, plural))
            });
            catalog.resources.extend(info.viewed().filter(|_| there).map(Arc::new));
        }
        for (index, resource) in catalog.resources.iter().enumerate() {
            let named = [
                (Fit::Plural, &resource.plural),
                (Fit::Singular, &resource.singular),
                (Fit::Kind, &resource.kind),
            ];
            let short = resource.short_names.iter().map(|name| (Fit::Short, name));
            for (fit, name) in named.into_iter().chain(short) {
                let fits = catalog.names.entry(name.to_lowercase()).or_default();
                if !name.is_empty() && !fits.iter().any(|(_, known)| *known == index) {
                    fits.push((fit, index));
                }
            }
        }
        catalog.names.remove("");
        for fits in catalog.names.values_mut() {
            fits.sort_unstable();
        }
        catalog
    }

    /// The catalog with the `group/version`s whose server did not answer (an aggregated API server that is down): of these it
    /// knows what was known before, or nothing.
    #[must_use]
    pub fn with_silent(mut self, silent: Vec<String>) -> Self {
        self.silent = silent;
        self
    }

    /// The resource that a person means: its plural, singular, short name or kind, in any case, alone, with its group
    /// (`certificates.cert-manager.io`) or with version and group (`deployments.v1.apps`).
    pub fn resolve(&self, name: &str) -> Result<Arc<Resource>, NotFound> {
        let wanted = name.trim().to_lowercase();
        self.bare(&wanted).or_else(|| self.qualified(&wanted)).ok_or_else(|| NotFound {
            name: name.to_owned(),
            nearest: self.nearest(&wanted),
            silent: self.silent.clone(),
        })
    }

    /// The resource of a group by its kind, as owner references name it.
    pub fn by_kind(&self, group: &str, kind: &str) -> Option<Arc<Resource>> {
        self.find(|resource| resource.group == group && resource.kind == kind)
    }

    /// The resource of a group by its plural.
    pub fn by_plural(&self, group: &str, plural: &str) -> Option<Arc<Resource>> {
        self.find(|resource| resource.is(group, plural))
    }

    /// The resource of a group by its plural or its kind, whichever a reference has.
    pub fn named(&self, group: &str, name: &str) -> Option<Arc<Resource>> {
        self.by_kind(group, name).or_else(|| self.by_plural(group, name))
    }

    /// The resources of a category (`all`), in the server's order.
    pub fn category<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Arc<Resource>> {
        self.resources.iter().filter(move |r| r.categories.iter().any(|c| c == name))
    }

    /// Every resource once, in the server's order.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Resource>> {
        self.resources.iter()
    }

    /// The shortest name that [`Catalog::resolve`] leads back to this very resource: the plural, with its group where another
    /// resource has the same.
    pub fn name_of(&self, resource: &Resource) -> String {
        match self.bare(&resource.plural.to_lowercase()) {
            Some(found) if found.is(&resource.group, &resource.plural) => resource.plural.clone(),
            _ => resource.full_name().into_owned(),
        }
    }

    /// How many resources there are.
    pub fn len(&self) -> usize {
        self.resources.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty()
    }

    fn find(&self, is: impl Fn(&Resource) -> bool) -> Option<Arc<Resource>> {
        self.resources.iter().find(|resource| is(resource)).cloned()
    }

    fn bare(&self, wanted: &str) -> Option<Arc<Resource>> {
        self.names.get(wanted)?.first().map(|(_, index)| Arc::clone(&self.resources[*index]))
    }

    /// `name.group` and `name.version.group`; a group is exact, so that equal plurals never get mixed up.
    fn qualified(&self, wanted: &str) -> Option<Arc<Resource>> {
        let (name, rest) = wanted.split_once('.')?;
        let fits = self.names.get(name)?;
        let with_group =
            fits.iter().find(|(_, index)| self.resources[*index].group.to_lowercase() == rest);
        if let Some((_, index)) = with_group {
            return Some(Arc::clone(&self.resources[*index]));
        }
        let (version, group) = rest.split_once('.').unwrap_or((rest, ""));
        let (_, index) =
            fits.iter().find(|(_, index)| self.resources[*index].group.to_lowercase() == group)?;
        let others = self.others.get(index).into_iter().flatten();
        std::iter::once(&self.resources[*index])
            .chain(others)
            .find(|r| r.version == version)
            .cloned()
    }

    fn nearest(&self, wanted: &str) -> Vec<String> {
        const MOST: usize = 3;
        let name = wanted.split('.').next().unwrap_or(wanted);
        let mut near: Vec<(usize, Reverse<bool>, String)> = Vec::new();
        for (known, fits) in &self.names {
            let far = slips(name, known);
            let within = name.len() > 2 && known.contains(name);
            let Some((fit, index)) = fits.first() else { continue };
            if far <= (name.len() / 3).max(1) || within {
                let resource = &self.resources[*index];
                let shown = if *fit == Fit::Short { known.clone() } else { self.name_of(resource) };
                near.push((far, Reverse(within), shown));
            }
        }
        near.sort();
        let mut shown = Vec::with_capacity(MOST);
        for (_, _, name) in near {
            if !shown.contains(&name) && shown.len() < MOST {
                shown.push(name);
            }
        }
        shown
    }
}

impl Default for Catalog {
    /// The modelled kinds, as every cluster has them: something to start with before discovery has answered.
    fn default() -> Self {
        let own = all().iter().filter(|kind| kind.info.part_of.is_none());
        Self::new(own.filter_map(|kind| usual(&kind.info)))
    }
}

/// Whether it is one that kx makes itself of another: no server serves it.
fn is_view(resource: &Resource) -> bool {
    let kind = modelled(&resource.group, &resource.plural);
    kind.is_some_and(|kind| kind.info.view.is_some())
}

/// How well a version suits the model of its resource: the more, the better.
fn likeness(resource: &Resource) -> u8 {
    let kind = modelled(&resource.group, &resource.plural);
    kind.map_or(0, |kind| {
        let exactly = kind.info.version == resource.version;
        u8::from(exactly) + u8::from(kind.info.models(&resource.version))
    })
}

/// Singular, kind and short name of what every cluster has (Kubernetes `pkg/registry`, `ShortNames` and `SingularName`).
const USUAL: [(&str, &str, &str, &str); 13] = [
    ("pods", "pod", "Pod", "po"),
    ("nodes", "node", "Node", "no"),
    ("namespaces", "namespace", "Namespace", "ns"),
    ("deployments", "deployment", "Deployment", "deploy"),
    ("replicasets", "replicaset", "ReplicaSet", "rs"),
    ("statefulsets", "statefulset", "StatefulSet", "sts"),
    ("daemonsets", "daemonset", "DaemonSet", "ds"),
    ("services", "service", "Service", "svc"),
    ("endpointslices", "endpointslice", "EndpointSlice", ""),
    ("configmaps", "configmap", "ConfigMap", "cm"),
    ("secrets", "secret", "Secret", ""),
    ("events", "event", "Event", "ev"),
    ("ingresses", "ingress", "Ingress", "ing"),
];

/// `None` for what is not usual: it waits for discovery.
fn usual(info: &Info) -> Option<Resource> {
    let (plural, singular, kind, short) = USUAL.iter().find(|(name, ..)| *name == info.plural)?;
    let verbs = ["create", "delete", "get", "list", "patch", "update", "watch"];
    Some(Resource {
        group: info.group.into(),
        version: info.version.into(),
        plural: (*plural).into(),
        singular: (*singular).into(),
        kind: (*kind).into(),
        namespaced: !matches!(*plural, "nodes" | "namespaces"),
        short_names: [*short].into_iter().filter(|s| !s.is_empty()).map(str::to_owned).collect(),
        verbs: verbs.map(str::to_owned).to_vec(),
        subresources: subresources(plural).iter().map(|&name| name.to_owned()).collect(),
        ..Resource::default()
    })
}

/// The subresources that every supported cluster serves of a usual resource (Kubernetes `pkg/registry`, the `storage_*.go` of core and apps); what
/// only newer ones serve waits for discovery.
fn subresources(plural: &str) -> &'static [&'static str] {
    match plural {
        "pods" => &[
            "attach",
            "binding",
            "ephemeralcontainers",
            "eviction",
            "exec",
            "log",
            "portforward",
            "proxy",
            "status",
        ],
        "deployments" | "replicasets" | "statefulsets" => &["scale", "status"],
        _ => &[],
    }
}

/// Letters to add, drop or replace to get from `a` to `b`.
fn slips(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = std::mem::replace(&mut above[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let least = (corner + usize::from(x != *y)).min(above[j] + 1).min(above[j + 1] + 1);
            corner = std::mem::replace(&mut above[j + 1], least);
        }
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(group: &str, version: &str, plural: &str, kind: &str, short: &[&str]) -> Resource {
        Resource {
            group: group.into(),
            version: version.into(),
            plural: plural.into(),
            singular: kind.to_lowercase(),
            kind: kind.into(),
            short_names: short.iter().map(|s| (*s).to_owned()).collect(),
            categories: vec!["all".into()],
            ..Resource::default()
        }
    }

    fn catalog() -> Catalog {
        Catalog::new([
            resource("", "v1", "pods", "Pod", &["po"]),
            resource("", "v1", "events", "Event", &["ev"]),
            resource("apps", "v1beta1", "deployments", "Deployment", &["deploy"]),
            resource("apps", "v1", "deployments", "Deployment", &["deploy"]),
            resource("events.k8s.io", "v1", "events", "Event", &["ev"]),
            resource("cert-manager.io", "v1", "certificates", "Certificate", &["cert"]),
            resource("networking.internal.example", "v1", "certificates", "Certificate", &["po"]),
        ])
    }

    #[test]
    fn every_name_leads_to_its_resource() {
        let catalog = catalog();
        for (name, wanted) in [
            ("pods", "pods"),
            ("pod", "pods"),
            ("po", "pods"),
            ("Pod", "pods"),
            ("PODS", "pods"),
            (" deploy ", "deployments.apps"),
            ("deployments.apps", "deployments.apps"),
            ("deploy.apps", "deployments.apps"),
            ("deployment.v1.apps", "deployments.apps"),
            ("events", "events"),
            ("ev", "events"),
            ("events.events.k8s.io", "events.events.k8s.io"),
            ("events.v1.events.k8s.io", "events.events.k8s.io"),
            ("events.v1", "events"),
            ("events.v1.", "events"),
            ("certificates", "certificates.cert-manager.io"),
            (
                "certificates.networking.internal.example",
                "certificates.networking.internal.example",
            ),
            (
                "Certificate.v1.networking.internal.example",
                "certificates.networking.internal.example",
            ),
        ] {
            assert_eq!(catalog.resolve(name).unwrap().full_name(), wanted, "{name}");
        }
        assert_eq!(catalog.resolve("deployments.v1beta1.apps").unwrap().version, "v1beta1");
        assert_eq!(catalog.resolve("deployments").unwrap().version, "v1");
    }

    #[test]
    fn a_wrong_name_or_group_finds_nothing_but_its_neighbours() {
        let catalog = catalog();
        assert_eq!(catalog.resolve("deploymnets").unwrap_err().nearest, ["deployments"]);
        assert_eq!(
            catalog.resolve("certificate.acme.example").unwrap_err().nearest[0],
            "certificates"
        );
        assert!(catalog.resolve("events.example").is_err());
        for name in ["", ".", "..", "pods.", "a.b.c.d"] {
            let found = catalog.resolve(name);
            assert!(found.is_err() || name == "pods.", "{name}");
        }
        let error = catalog.resolve("podz").unwrap_err().to_string();
        assert!(error.contains("did you mean"), "{error}");
    }

    #[test]
    fn owners_categories_and_short_names_of_their_own() {
        let catalog = catalog();
        assert_eq!(catalog.by_kind("apps", "Deployment").unwrap().plural, "deployments");
        assert_eq!(catalog.by_kind("", "Deployment"), None);
        assert_eq!(catalog.category("all").count(), catalog.len());
        for resource in catalog.iter() {
            assert_eq!(catalog.resolve(&catalog.name_of(resource)).as_ref(), Ok(resource));
        }
    }

    #[test]
    fn of_several_versions_the_one_that_is_modelled_is_used() {
        let routes = |version| {
            resource("gateway.networking.k8s.io", version, "httproutes", "HTTPRoute", &[])
        };
        for (served, used) in [
            (&["v1", "v1beta1"][..], "v1"),
            (&["v1beta1", "v1"], "v1"),
            (&["v1alpha2", "v1beta1"], "v1beta1"),
            (&["v1beta1"], "v1beta1"),
            (&["v1alpha2"], "v1alpha2"),
        ] {
            let catalog = Catalog::new(served.iter().map(|version| routes(version)));
            assert_eq!(catalog.resolve("httproute").unwrap().version, used, "{served:?}");
        }
    }

    #[test]
    fn before_discovery_the_modelled_kinds_are_there() {
        let catalog = Catalog::default();
        let namespaces = catalog.resolve("ns").unwrap();
        assert!(!namespaces.namespaced && namespaces.can("watch"));
    }
}
