//! Whether a service that the API server asks (a webhook's) can be asked at all.

use crate::sheet::{Tone, Want};
use crate::store::Health;

use super::about::About;
use super::field::Field;
use super::piece::{Piece, muted};

/// Where the API server asks where nothing is said (`WebhookClientConfig`, `ServiceReference`).
const PORT: i64 = 443;

/// A service as a `ServiceReference` names it.
#[derive(Clone, Copy)]
pub struct Backing<'a> {
    namespace: &'a str,
    name: &'a str,
    port: i64,
    path: &'a str,
}

impl<'a> Backing<'a> {
    /// The service that a reference names, `None` where it names none.
    pub fn of(reference: Field<'a>) -> Option<Self> {
        let name = reference.key("name").str();
        let this = Self {
            namespace: reference.key("namespace").str(),
            name,
            port: reference.key("port").opt_int().unwrap_or(PORT),
            path: reference.key("path").str(),
        };
        (!name.is_empty()).then_some(this)
    }

    /// What must be known of it: the service, and its endpoints.
    pub fn wants(&self) -> [Want; 2] {
        [self.service(), self.slices()]
    }

    fn service(&self) -> Want {
        Want::Object {
            group: String::new(),
            resource: "services".to_owned(),
            namespace: self.namespace.to_owned(),
            name: self.name.to_owned(),
        }
    }

    fn slices(&self) -> Want {
        Want::Objects {
            group: "discovery.k8s.io".to_owned(),
            resource: "endpointslices".to_owned(),
            namespace: self.namespace.to_owned(),
            labels: format!("kubernetes.io/service-name={}", self.name),
            fields: String::new(),
        }
    }

    /// What is asked there: `service guard/hook, port 443, path /a`.
    pub fn words(&self) -> String {
        let path =
            if self.path.is_empty() { String::new() } else { format!(", path {}", self.path) };
        format!("service {}/{}, port {}{path}", self.namespace, self.name, self.port)
    }

    /// Whether it can be asked: what is known of that, and how that is.
    pub fn state(&self, about: &About<'_>) -> (Piece, Health) {
        let says =
            |health: Health, words: String| (Piece::new(&words, Tone::State(health)), health);
        let service = match about.other(&self.service()) {
            Ok(Some(service)) => service,
            Ok(None) => return says(Health::Broken, "no: there is no such service".to_owned()),
            Err(instead) => return (instead, Health::Idle),
        };
        if service.at("spec.type").str() == "ExternalName" {
            let host = service.at("spec.externalName").text();
            return says(Health::Idle, format!("it is {host}, which lies outside of the cluster"));
        }
        let mut ports = service.at("spec.ports").list();
        let Some(port) = ports.find(|port| port.key("port").int() == self.port) else {
            return says(Health::Broken, format!("no: the service has no port {}", self.port));
        };
        let slices = match about.objects(&self.slices()) {
            Ok(slices) => slices,
            Err(instead) => return (instead, Health::Idle),
        };
        let (ready, all) = endpoints(&slices, port.key("name").str());
        match (ready, all) {
            (0, 0) => says(Health::Broken, "no: the service has no endpoints".to_owned()),
            (0, all) => says(Health::Broken, format!("no: none of its {all} endpoints is ready")),
            (1, 1) => says(Health::Ok, "its endpoint is ready".to_owned()),
            (ready, all) if ready == all => {
                says(Health::Ok, format!("all {all} endpoints are ready"))
            }
            (ready, all) => says(Health::Ok, format!("{ready} of {all} endpoints are ready")),
        }
    }
}

/// How many endpoints of a port of this name are ready, of how many.
fn endpoints(slices: &[Field<'_>], port: &str) -> (usize, usize) {
    let (mut ready, mut all) = (0, 0);
    for slice in slices {
        let mut ports = slice.key("ports").list();
        if !ports.any(|known| known.key("name").str() == port) {
            continue;
        }
        for endpoint in slice.key("endpoints").list() {
            all += 1;
            // What says nothing of it is ready (KEP-752).
            ready += usize::from(endpoint.at("conditions.ready").opt_flag() != Some(false));
        }
    }
    (ready, all)
}

/// What asks an URL is asked where kx cannot look.
pub fn outside(url: &str) -> Piece {
    Piece::from(url)
        .and(muted(" (not a service of the cluster: kx does not see whether it answers)"))
}
