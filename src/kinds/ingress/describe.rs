//! An Ingress, described; with the endpoints behind each backend.

use std::collections::{BTreeMap, BTreeSet};

use crate::describe::meta::{annotations, labels};
use crate::describe::{
    About, Describer, Field, Piece, Writer, endpoints, muted, or, strong, toned,
};
use crate::sheet::{Go, Want};
use crate::store::Health;

use super::This;

impl Describer for This {
    fn wants(&self, about: &About<'_>) -> Vec<Want> {
        Behind::wants(about).into_iter().flatten().collect()
    }

    fn write(&self, about: &About<'_>, w: &mut Writer) {
        let (meta, spec) = (about.object.key("metadata"), about.object.key("spec"));
        let behind = Behind::of(about);
        w.field(0, "Name", strong(about.name()));
        labels(0, "Labels", meta.key("labels"), w);
        let go = about.to("", "namespaces", "", about.namespace());
        w.field(0, "Namespace", about.namespace()).go(go);
        w.field(0, "Address", addresses(about.object.at("status.loadBalancer.ingress")));
        let class = spec.key("ingressClassName");
        let go = about.to("networking.k8s.io", "ingressclasses", "", class.str());
        let text = if class.is_some() { class.text().into() } else { muted("<none>") };
        w.field(0, "Ingress Class", text).go(go);
        let fallback = spec.key("defaultBackend");
        let (text, go) = if fallback.is_some() {
            behind.backend(about, fallback)
        } else {
            (muted("<default>"), None)
        };
        w.field(0, "Default backend", text.clone()).go(go.clone());
        tls(about, spec.key("tls"), w);
        w.section(0, "Rules");
        w.headings(2, &["Host", "Path", "Backends"]);
        let mut any = false;
        for rule in spec.key("rules").list().filter(|rule| rule.key("http").is_some()) {
            any = true;
            w.line(2, [strong(rule.key("host").str_or("*")), Piece::default()]);
            for path in rule.at("http.paths").list() {
                let (text, go) = behind.backend(about, path.key("backend"));
                let path = Piece::from(format!("{} ", path.key("path").text()));
                w.line(4, [Piece::default(), path, text]).go(go);
            }
        }
        if !any {
            w.line(2, ["*".into(), "*".into(), text]).go(go);
        }
        annotations(0, "Annotations", meta.key("annotations"), w);
    }
}

/// The addresses or names that it is reached by, each once.
fn addresses(ingress: Field<'_>) -> String {
    let address = |at: Field<'_>| -> String {
        at.key("ip").str_or(at.key("hostname").str()).to_owned()
    };
    let found: BTreeSet<_> = ingress.list().map(address).filter(|text| !text.is_empty()).collect();
    found.into_iter().collect::<Vec<_>>().join(",")
}

fn tls(about: &About<'_>, tls: Field<'_>, w: &mut Writer) {
    if !tls.has_any() {
        return;
    }
    w.section(0, "TLS");
    for one in tls.list() {
        let (secret, hosts) = (one.key("secretName").str(), one.key("hosts").joined(","));
        if secret.is_empty() {
            w.line(2, [Piece::from(format!("SNI routes {hosts}"))]);
        } else {
            let text = Piece::from(secret).and(muted(" terminates ")).and(hosts);
            w.line(2, [text]).go(about.beside("", "secrets", secret));
        }
    }
}

/// The services that it routes to, and their endpoints.
struct Behind<'a> {
    services: Result<BTreeMap<&'a str, Field<'a>>, Piece>,
    slices: Result<BTreeMap<&'a str, Vec<Field<'a>>>, Piece>,
}

impl<'a> Behind<'a> {
    /// What must be known of services and of endpoints, if it routes to any. Services have no label of their name: one is read by itself, and
    /// of several all of the namespace.
    fn wants(about: &About<'_>) -> Option<[Want; 2]> {
        let spec = about.object.key("spec");
        let paths = spec.key("rules").list().flat_map(|rule| rule.at("http.paths").list());
        let backends = paths.map(|path| path.key("backend")).chain([spec.key("defaultBackend")]);
        let names: BTreeSet<_> = backends.map(|b| b.at("service.name").str()).collect();
        let names: Vec<_> = names.into_iter().filter(|name| !name.is_empty()).collect();
        let services = match names.as_slice() {
            [] => return None,
            [one] => about.want_object("", "services", one),
            _ => about.want_objects("", "services", ""),
        };
        let labels = match names.as_slice() {
            [one] => format!("kubernetes.io/service-name={one}"),
            names => format!("kubernetes.io/service-name in ({})", names.join(",")),
        };
        Some([services, about.want_objects("discovery.k8s.io", "endpointslices", &labels)])
    }

    fn of(about: &About<'a>) -> Self {
        let Some([services, slices]) = Self::wants(about) else {
            return Self { services: Ok(BTreeMap::new()), slices: Ok(BTreeMap::new()) };
        };
        let services = match &services {
            Want::Object { .. } => about.other(&services).map(|one| one.into_iter().collect()),
            _ => about.objects(&services),
        };
        let named = |service: Field<'a>| (service.at("metadata.name").str(), service);
        let services =
            services.map(|services: Vec<_>| services.into_iter().map(named).collect());
        let slices = about.objects(&slices).map(|slices| {
            let mut of: BTreeMap<_, Vec<_>> = BTreeMap::new();
            for slice in slices {
                let service = slice.at("metadata.labels").key("kubernetes.io/service-name").str();
                of.entry(service).or_default().push(slice);
            }
            of
        });
        Self { services, slices }
    }

    /// `web:80 (10.0.0.1:8080)`, and the way there.
    fn backend(&self, about: &About<'_>, backend: Field<'_>) -> (Piece, Option<Go>) {
        let (service, resource) = (backend.key("service"), backend.key("resource"));
        if service.is_some() {
            let name = service.key("name").str();
            let number = service.at("port.number").int();
            let port = if number == 0 {
                service.at("port.name").str().to_owned()
            } else {
                number.to_string()
            };
            let text = Piece::from(format!("{name}:{port} ("));
            let text = text.and(self.endpoints(name, service.key("port"))).and(")");
            (text, about.beside("", "services", name))
        } else if resource.is_some() {
            let group = resource.key("apiGroup");
            let (kind, name) = (resource.key("kind").str(), resource.key("name").str());
            let shown = if group.is_some() { group.str() } else { "<none>" };
            let text = format!("APIGroup: {shown}, Kind: {kind}, Name: {name}");
            (text.into(), about.beside(group.str(), kind, name))
        } else {
            (Piece::default(), None)
        }
    }

    fn endpoints(&self, name: &str, port: Field<'_>) -> Piece {
        let (services, slices) = match (&self.services, &self.slices) {
            (Ok(services), Ok(slices)) => (services, slices),
            (Err(instead), _) | (_, Err(instead)) => return instead.clone(),
        };
        let Some(service) = services.get(name) else {
            return toned(format!("<error: services {name:?} not found>"), Health::Broken);
        };
        let is_meant = |of: &Field<'_>| {
            let (number, name) = (port.key("number").int(), port.key("name").str());
            (number != 0 && of.key("port").int() == number)
                || (!name.is_empty() && of.key("name").str() == name)
        };
        let port_name = service.at("spec.ports").list().rfind(is_meant);
        let port_name = port_name.map_or("", |port| port.key("name").str());
        let slices = slices.get(name).map_or(&[][..], Vec::as_slice);
        or(endpoints::in_short(slices, port_name), "")
    }
}
