//! Which ports an object offers, and which port of a pod is meant by one of them.

use serde_json::Value;

use super::Remote;

/// The kind of containers that run beside the others although they are begun before them.
const SIDECAR: &str = "Always";
/// The cluster IP of a service without one.
const HEADLESS: &str = "None";

/// A port that an object offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Its name; empty where it has none.
    pub name: String,
    /// Its number.
    pub number: u16,
    /// Whose it is, `main`; of a service, where it leads, `→ http`.
    pub note: String,
}

impl Offered {
    /// What it is asked for by.
    pub fn remote(&self) -> Remote {
        if self.name.is_empty() {
            Remote::Number(self.number)
        } else {
            Remote::Name(self.name.clone())
        }
    }

    /// For people: `http 8080 (main)`.
    pub fn words(&self) -> String {
        let name = if self.name.is_empty() { String::new() } else { format!("{} ", self.name) };
        let note = if self.note.is_empty() { String::new() } else { format!(" ({})", self.note) };
        format!("{name}{}{note}", self.number)
    }
}

/// A port that is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its number as it was asked for: of a service, the service's.
    pub asked: u16,
    /// The number at the pod.
    pub pod: u16,
}

/// The ports that a pod, a service or a workload offers, those that can be forwarded: TCP only.
pub fn offered(object: &Value) -> Vec<Offered> {
    if is_service(object) {
        return tcp(&object["spec"]["ports"])
            .filter_map(|port| {
                let to = match &port["targetPort"] {
                    Value::String(name) => format!("→ {name}"),
                    to @ Value::Number(number) if *to != port["port"] => format!("→ {number}"),
                    _ => String::new(),
                };
                Some(Offered {
                    name: text(&port["name"]),
                    number: number(&port["port"])?,
                    note: to,
                })
            })
            .collect();
    }
    let spec = pod_spec(object);
    let several = containers(spec).count() > 1;
    containers(spec)
        .flat_map(|container| {
            let of = if several { text(&container["name"]) } else { String::new() };
            tcp(&container["ports"]).filter_map(move |port| {
                Some(Offered {
                    name: text(&port["name"]),
                    number: number(&port["containerPort"])?,
                    note: of.clone(),
                })
            })
        })
        .collect()
}

/// The port of a pod that is meant by a port of an object: of the pod itself, of a workload (its pods'), or of a service, which leads to a port of
/// the pod by number or name (kubectl, `pkg/util/service_port.go` and `pod_port.go`).
///
/// # Errors
/// That there is no such port, a sentence for people.
pub fn resolve(remote: &Remote, object: &Value, pod: &Value) -> Result<Port, String> {
    if !is_service(object) {
        let port = match remote {
            Remote::Number(port) => *port,
            Remote::Name(name) => named(pod, name)?,
        };
        return Ok(Port { asked: port, pod: port });
    }
    let is = |port: &&Value| match remote {
        Remote::Number(wanted) => number(&port["port"]) == Some(*wanted),
        Remote::Name(name) => port["name"].as_str() == Some(name),
    };
    let service = object["metadata"]["name"].as_str().unwrap_or_default();
    let port = tcp(&object["spec"]["ports"]).find(is);
    let Some((port, asked)) = port.and_then(|port| Some((port, number(&port["port"])?))) else {
        let all: Vec<String> = offered(object).iter().map(Offered::words).collect();
        return Err(format!(
            "service/{service} has no port {remote} of TCP; it has {}",
            either(&all)
        ));
    };
    if object["spec"]["clusterIP"] == HEADLESS {
        // Whoever asks the name of such a service is given the pods themselves.
        return Ok(Port { asked, pod: asked });
    }
    let pod = match &port["targetPort"] {
        Value::String(name) => named(pod, name)?,
        target => number(target).unwrap_or(asked),
    };
    Ok(Port { asked, pod })
}

/// The port of a pod of this name.
fn named(pod: &Value, name: &str) -> Result<u16, String> {
    let all = offered(pod);
    match all.iter().find(|port| port.name == name) {
        Some(port) => Ok(port.number),
        None => {
            let of = pod["metadata"]["name"].as_str().unwrap_or_default();
            let all: Vec<String> = all.iter().map(Offered::words).collect();
            Err(format!("pod/{of} has no port {name}; it has {}", either(&all)))
        }
    }
}

fn either(all: &[String]) -> String {
    if all.is_empty() { "none that it tells of".to_owned() } else { all.join(", ") }
}

fn is_service(object: &Value) -> bool {
    object["kind"] == "Service"
}

/// The pod's own spec, or that of the pods that a workload makes.
fn pod_spec(object: &Value) -> &Value {
    let template = &object["spec"]["template"]["spec"];
    if template.is_object() { template } else { &object["spec"] }
}

/// The containers that run for as long as the pod does.
fn containers(spec: &Value) -> impl Iterator<Item = &Value> {
    let before = spec["initContainers"].as_array().into_iter().flatten();
    let sidecars = before.filter(|container| container["restartPolicy"] == SIDECAR);
    spec["containers"].as_array().into_iter().flatten().chain(sidecars)
}

fn tcp(ports: &Value) -> impl Iterator<Item = &Value> {
    let ports = ports.as_array().into_iter().flatten();
    ports.filter(|port| matches!(port["protocol"].as_str(), None | Some("TCP" | "")))
}

fn number(value: &Value) -> Option<u16> {
    value.as_u64().and_then(|number| u16::try_from(number).ok()).filter(|number| *number > 0)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pod() -> Value {
        json!({"kind": "Pod", "metadata": {"name": "web-0"}, "spec": {
            "initContainers": [
                {"name": "setup", "ports": [{"containerPort": 1}]},
                {"name": "mesh", "restartPolicy": "Always", "ports": [{"name": "admin", "containerPort": 15000}]},
            ],
            "containers": [{"name": "main", "ports": [
                {"name": "http", "containerPort": 8080, "protocol": "TCP"}, {"name": "dns", "containerPort": 53, "protocol": "UDP"},
                {"containerPort": 9090},
            ]}],
        }})
    }

    fn service(spec: &Value) -> Value {
        json!({"kind": "Service", "metadata": {"name": "web"}, "spec": spec})
    }

    fn name(text: &str) -> Remote {
        Remote::Name(text.to_owned())
    }

    #[test]
    fn what_can_be_forwarded_is_offered() {
        let words = |object: &Value| offered(object).iter().map(Offered::words).collect::<Vec<_>>();
        assert_eq!(words(&pod()), ["http 8080 (main)", "9090 (main)", "admin 15000 (mesh)"]);
        let workload = json!({"kind": "Deployment", "spec": {"template": {"spec": {"containers": [{"name": "a", "ports": [{"containerPort": 80}]}]}}}});
        assert_eq!(words(&workload), ["80"]);
        let service = service(&json!({"ports": [
            {"name": "web", "port": 80, "targetPort": "http"}, {"name": "quic", "port": 443, "protocol": "UDP"},
            {"name": "more", "port": 81, "targetPort": 9090}, {"port": 82, "targetPort": 82},
        ]}));
        assert_eq!(words(&service), ["web 80 (→ http)", "more 81 (→ 9090)", "82"]);
    }

    #[test]
    fn a_service_leads_to_a_port_of_the_pod() {
        let service = service(&json!({"clusterIP": "10.0.0.1", "ports": [
            {"name": "web", "port": 80, "targetPort": "http"}, {"name": "more", "port": 81, "targetPort": 9090},
            {"name": "bare", "port": 82}, {"name": "lost", "port": 83, "targetPort": "gone"},
        ]}));
        let to =
            |remote: Remote| resolve(&remote, &service, &pod()).map(|port| (port.asked, port.pod));
        assert_eq!(to(name("web")), Ok((80, 8080)));
        assert_eq!(to(Remote::Number(80)), Ok((80, 8080)));
        assert_eq!(to(Remote::Number(81)), Ok((81, 9090)));
        assert_eq!(to(name("bare")), Ok((82, 82)));
        assert_eq!(to(name("lost")), Err("pod/web-0 has no port gone; it has http 8080 (main), 9090 (main), admin 15000 (mesh)".to_owned()));
        let none = to(Remote::Number(9)).unwrap_err();
        assert!(
            none.starts_with("service/web has no port 9 of TCP; it has web 80 (→ http)"),
            "{none}"
        );
    }

    #[test]
    fn without_a_cluster_ip_the_pods_have_the_services_port() {
        let service = service(
            &json!({"clusterIP": "None", "ports": [{"name": "web", "port": 80, "targetPort": "http"}]}),
        );
        assert_eq!(resolve(&name("web"), &service, &pod()), Ok(Port { asked: 80, pod: 80 }));
    }

    #[test]
    fn a_pod_is_asked_by_number_or_by_name() {
        let to = |remote: Remote| resolve(&remote, &pod(), &pod()).map(|port| port.pod);
        assert_eq!(to(Remote::Number(5432)), Ok(5432), "what it does not tell of may be there");
        assert_eq!(to(name("admin")), Ok(15000));
        assert!(to(name("dns")).is_err(), "it is of UDP");
    }
}
