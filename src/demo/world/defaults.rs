//! What the API server fills in when an object is created.

use serde_json::{Value, json};

use super::{World, base64};
use crate::demo::resource::Resource;
use crate::demo::value::{At, default, edit_list, remove, set, slot};

/// Fills in defaults by kind.
pub fn fill(world: &mut World, resource: &Resource, object: &mut Value) {
    match resource.id().as_str() {
        "pods" => pod(object),
        "deployments.apps" => {
            default(object, "/spec/replicas", 1);
            default(object, "/spec/strategy/type", "RollingUpdate");
            if object.text("/spec/strategy/type") == "RollingUpdate" {
                default(object, "/spec/strategy/rollingUpdate/maxSurge", "25%");
                default(object, "/spec/strategy/rollingUpdate/maxUnavailable", "25%");
            }
            default(object, "/spec/revisionHistoryLimit", 10);
            default(object, "/spec/progressDeadlineSeconds", 600);
            template(object, "/spec/template");
        }
        "replicasets.apps" => {
            default(object, "/spec/replicas", 1);
            template(object, "/spec/template");
        }
        "statefulsets.apps" => {
            default(object, "/spec/replicas", 1);
            default(object, "/spec/podManagementPolicy", "OrderedReady");
            default(
                object,
                "/spec/updateStrategy",
                json!({"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}),
            );
            default(object, "/spec/revisionHistoryLimit", 10);
            template(object, "/spec/template");
        }
        "daemonsets.apps" => {
            default(
                object,
                "/spec/updateStrategy",
                json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}),
            );
            default(object, "/spec/revisionHistoryLimit", 10);
            template(object, "/spec/template");
        }
        "jobs.batch" => job(object),
        "cronjobs.batch" => {
            default(object, "/spec/concurrencyPolicy", "Allow");
            default(object, "/spec/suspend", false);
            default(object, "/spec/successfulJobsHistoryLimit", 3);
            default(object, "/spec/failedJobsHistoryLimit", 1);
            template(object, "/spec/jobTemplate/spec/template");
        }
        "services" => service(world, object),
        "namespaces" => {
            let name = object.text("/metadata/name").to_owned();
            set(object, "/metadata/labels/kubernetes.io~1metadata.name", name);
            default(object, "/spec/finalizers", json!(["kubernetes"]));
            set(object, "/status/phase", "Active");
        }
        "persistentvolumeclaims" => {
            default(object, "/spec/volumeMode", "Filesystem");
            default(object, "/spec/storageClassName", "standard");
            default(object, "/status/phase", "Pending");
        }
        "secrets" => secret(object),
        "horizontalpodautoscalers.autoscaling" => {
            default(object, "/spec/minReplicas", 1);
        }
        "customresourcedefinitions.apiextensions.k8s.io" => crd(world, object),
        _ => {}
    }
}

/// Defaults of the pod template at this pointer.
fn template(object: &mut Value, pointer: &str) {
    if object.has(pointer) {
        default(object, &format!("{pointer}/metadata/creationTimestamp"), Value::Null);
        pod_spec(slot(object, &format!("{pointer}/spec")));
    }
}

fn pod_spec(spec: &mut Value) {
    default(spec, "/restartPolicy", "Always");
    default(spec, "/terminationGracePeriodSeconds", 30);
    default(spec, "/dnsPolicy", "ClusterFirst");
    default(spec, "/schedulerName", "default-scheduler");
    default(spec, "/securityContext", json!({}));
    for list in ["/initContainers", "/containers"] {
        if !spec.has(list) {
            continue;
        }
        edit_list(spec, list, |containers| containers.iter_mut().for_each(container));
    }
}

fn container(container: &mut Value) {
    let latest =
        !container.text("/image").contains(':') || container.text("/image").ends_with(":latest");
    default(container, "/imagePullPolicy", if latest { "Always" } else { "IfNotPresent" });
    default(container, "/terminationMessagePath", "/dev/termination-log");
    default(container, "/terminationMessagePolicy", "File");
    default(container, "/resources", json!({}));
    if container.has("/ports") {
        edit_list(container, "/ports", |ports| {
            ports.iter_mut().for_each(|p| default(p, "/protocol", "TCP"));
        });
    }
}

fn pod(pod: &mut Value) {
    pod_spec(slot(pod, "/spec"));
    default(pod, "/spec/serviceAccountName", "default");
    let account = pod.text("/spec/serviceAccountName").to_owned();
    default(pod, "/spec/serviceAccount", account);
    default(pod, "/spec/enableServiceLinks", true);
    default(pod, "/spec/priority", 0);
    default(pod, "/spec/preemptionPolicy", "PreemptLowerPriority");
    edit_list(pod, "/spec/tolerations", |list| {
        for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
            if !list.iter().any(|t| {
                t.text("/key") == key || (!t.has("/key") && t.text("/operator") == "Exists")
            }) {
                list.push(json!({"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}));
            }
        }
    });
    if pod.at("/spec/automountServiceAccountToken") != &json!(false) {
        token_volume(pod);
    }
    let quality = quality(pod);
    set(pod, "/status/qosClass", quality);
    default(pod, "/status/phase", "Pending");
}

fn token_volume(pod: &mut Value) {
    let name = "kube-api-access";
    if pod.items("/spec/volumes").iter().any(|v| v.text("/name").starts_with(name)) {
        return;
    }
    let volume = json!({"name": name, "projected": {"defaultMode": 420, "sources": [
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}]}}]}});
    edit_list(pod, "/spec/volumes", |list| list.push(volume));
    for member in ["/spec/initContainers", "/spec/containers"] {
        if pod.has(member) {
            edit_list(pod, member, |containers| {
                for container in containers {
                    let mount = json!({"name": name, "readOnly": true, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"});
                    edit_list(container, "/volumeMounts", |mounts| mounts.push(mount));
                }
            });
        }
    }
}

/// The `QoS` class, by requests and limits of all containers.
fn quality(pod: &Value) -> &'static str {
    let containers = pod.items("/spec/containers");
    let of = |c: &Value, what: &str, name: &str| c.at(&format!("/resources/{what}/{name}")).clone();
    let guaranteed = !containers.is_empty()
        && containers.iter().all(|c| {
            ["cpu", "memory"].iter().all(|name| {
                let limit = of(c, "limits", name);
                let request = of(c, "requests", name);
                !limit.is_null() && (request.is_null() || request == limit)
            })
        });
    if guaranteed {
        return "Guaranteed";
    }
    let any = containers.iter().any(|c| {
        c.entries("/resources/requests").next().is_some()
            || c.entries("/resources/limits").next().is_some()
    });
    if any { "Burstable" } else { "BestEffort" }
}

fn job(job: &mut Value) {
    default(job, "/spec/backoffLimit", 6);
    default(job, "/spec/completionMode", "NonIndexed");
    default(job, "/spec/suspend", false);
    if !job.has("/spec/completions") && !job.has("/spec/parallelism") {
        set(job, "/spec/completions", 1);
    }
    default(job, "/spec/parallelism", 1);
    let (uid, name) = (job.text("/metadata/uid").to_owned(), job.text("/metadata/name").to_owned());
    default(
        job,
        "/spec/selector",
        json!({"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}),
    );
    for (label, value) in [
        ("batch.kubernetes.io~1controller-uid", &uid),
        ("controller-uid", &uid),
        ("batch.kubernetes.io~1job-name", &name),
        ("job-name", &name),
    ] {
        set(job, &format!("/spec/template/metadata/labels/{label}"), value.as_str());
    }
    template(job, "/spec/template");
}

fn service(world: &mut World, service: &mut Value) {
    default(service, "/spec/type", "ClusterIP");
    default(service, "/spec/sessionAffinity", "None");
    let kind = service.text("/spec/type").to_owned();
    let key = format!("{}/{}", service.text("/metadata/namespace"), service.text("/metadata/name"));
    if kind != "ExternalName" {
        let chance = world.chance(&["cluster-ip", &key]);
        default(
            service,
            "/spec/clusterIP",
            format!("10.96.{}.{}", chance % 255, 1 + (chance >> 8) % 254),
        );
        let ip = service.text("/spec/clusterIP").to_owned();
        default(service, "/spec/clusterIPs", json!([ip]));
        default(service, "/spec/internalTrafficPolicy", "Cluster");
        default(service, "/spec/ipFamilies", json!(["IPv4"]));
        default(service, "/spec/ipFamilyPolicy", "SingleStack");
    }
    if service.has("/spec/ports") {
        let node_ports = matches!(kind.as_str(), "NodePort" | "LoadBalancer");
        let chance = world.chance(&["node-port", &key]);
        edit_list(service, "/spec/ports", |ports| {
            for (index, port) in ports.iter_mut().enumerate() {
                default(port, "/protocol", "TCP");
                let number = port.num("/port");
                default(port, "/targetPort", number);
                if node_ports {
                    default(port, "/nodePort", 30_000 + (chance + index as u64) % 2768);
                }
            }
        });
    }
    default(service, "/status/loadBalancer", json!({}));
    if kind == "LoadBalancer" && service.items("/status/loadBalancer/ingress").is_empty() {
        let chance = world.chance(&["load-balancer", &key]);
        // TEST-NET-3: addresses that are nobody's.
        set(
            service,
            "/status/loadBalancer/ingress",
            json!([{"ip": format!("203.0.113.{}", 1 + chance % 254)}]),
        );
    }
}

fn secret(secret: &mut Value) {
    default(secret, "/type", "Opaque");
    let plain: Vec<(String, String)> = secret
        .entries("/stringData")
        .map(|(k, v)| (k.clone(), base64::encode(v.as_str().unwrap_or_default().as_bytes())))
        .collect();
    for (key, value) in plain {
        slot(secret, "/data")[key] = Value::String(value);
    }
    remove(secret, "/stringData");
}

fn crd(world: &World, crd: &mut Value) {
    let now = world.stamp();
    let singular = crd.text("/spec/names/kind").to_lowercase();
    default(crd, "/spec/names/singular", singular);
    let kind = crd.text("/spec/names/kind").to_owned();
    default(crd, "/spec/names/listKind", format!("{kind}List"));
    let names = crd.at("/spec/names").clone();
    set(crd, "/status/acceptedNames", names);
    let stored: Vec<Value> = crd
        .items("/spec/versions")
        .iter()
        .filter(|v| v.flag("/storage"))
        .map(|v| v.at("/name").clone())
        .collect();
    set(crd, "/status/storedVersions", stored);
    set(
        crd,
        "/status/conditions",
        json!([
        {"type": "NamesAccepted", "status": "True", "reason": "NoConflicts", "message": "no conflicts found", "lastTransitionTime": now},
        {"type": "Established", "status": "True", "reason": "InitialNamesAccepted",
            "message": "the initial names have been accepted", "lastTransitionTime": now}]),
    );
}
