//! A compact way to write down a workload: what differs between applications, and the manifests that follow.

use serde_json::{Value, json};

use crate::demo::value::{edit_list, set};

/// An application of the demo, from which its manifests are made.
#[derive(Debug, Clone, Copy)]
pub struct App {
    /// Namespace.
    pub namespace: &'static str,
    /// Name of everything that belongs to it.
    pub name: &'static str,
    /// Image with tag.
    pub image: &'static str,
    /// Replicas.
    pub replicas: i64,
    /// The port it listens on; zero for none, and no service.
    pub port: i64,
    /// Requested CPU and memory; the memory limit is twice the request.
    pub size: (&'static str, &'static str),
    /// Label `app.kubernetes.io/part-of`.
    pub part_of: &'static str,
    /// What else it has, as words: `config`, `secret`, `sidecar`, `init`, `account`, `proxy`.
    pub has: &'static str,
}

impl App {
    fn with(&self, what: &str) -> bool {
        self.has.split_whitespace().any(|word| word == what)
    }

    /// The labels of the workload.
    pub fn labels(&self) -> Value {
        json!({"app": self.name, "app.kubernetes.io/name": self.name, "app.kubernetes.io/part-of": self.part_of})
    }

    /// The pod template.
    pub fn template(&self) -> Value {
        let (cpu, memory) = self.size;
        let mut container = json!({"name": self.name, "image": self.image,
            "resources": {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": double(memory)}},
            "env": [{"name": "APP_ENV", "value": "demo"},
                {"name": "POD_NAME", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}}]});
        if self.port > 0 {
            container["ports"] =
                json!([{"name": "http", "containerPort": self.port, "protocol": "TCP"}]);
            container["readinessProbe"] = json!({"httpGet": {"path": "/healthz", "port": "http", "scheme": "HTTP"},
                "periodSeconds": 10, "timeoutSeconds": 1, "successThreshold": 1, "failureThreshold": 3});
            container["livenessProbe"] = json!({"httpGet": {"path": "/healthz", "port": "http", "scheme": "HTTP"},
                "initialDelaySeconds": 10, "periodSeconds": 20, "timeoutSeconds": 1, "successThreshold": 1, "failureThreshold": 3});
        }
        let mut volumes = Vec::new();
        if self.with("config") {
            let config = format!("{}-config", self.name);
            container["envFrom"] = json!([{"configMapRef": {"name": config}}]);
            container["volumeMounts"] =
                json!([{"name": "config", "mountPath": "/etc/app", "readOnly": true}]);
            volumes
                .push(json!({"name": "config", "configMap": {"name": config, "defaultMode": 420}}));
        }
        if self.with("secret") {
            edit_list(&mut container, "/env", |env| {
                env.push(json!({"name": "API_TOKEN", "valueFrom": {"secretKeyRef": {"name": format!("{}-secret", self.name), "key": "token"}}}));
            });
        }
        let mut spec = json!({"containers": [container], "volumes": volumes});
        if self.with("account") {
            set(&mut spec, "/serviceAccountName", self.name);
        }
        if self.with("proxy") {
            edit_list(&mut spec, "/containers", |list| {
                list.push(json!({"name": "proxy", "image": "registry.demo/mesh/proxy:1.22.1",
                    "ports": [{"name": "mesh", "containerPort": 15090, "protocol": "TCP"}],
                    "resources": {"requests": {"cpu": "10m", "memory": "40Mi"}}}));
            });
        }
        if self.with("init") {
            edit_list(&mut spec, "/initContainers", |list| {
                list.push(json!({"name": "migrate", "image": self.image, "command": ["sh", "-c", "sleep 2; true"]}));
            });
        }
        if self.with("sidecar") {
            edit_list(&mut spec, "/initContainers", |list| {
                list.push(json!({"name": "log-shipper", "image": "registry.demo/observability/shipper:3.1.0",
                    "restartPolicy": "Always", "resources": {"requests": {"cpu": "5m", "memory": "24Mi"}}}));
            });
        }
        json!({"metadata": {"labels": self.labels()}, "spec": spec})
    }

    fn metadata(&self) -> Value {
        json!({"name": self.name, "namespace": self.namespace, "labels": self.labels()})
    }

    fn selector(&self) -> Value {
        json!({"matchLabels": {"app": self.name}})
    }

    /// As a Deployment.
    pub fn deployment(&self) -> Value {
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": self.metadata(),
            "spec": {"replicas": self.replicas, "selector": self.selector(), "template": self.template()}})
    }

    /// As a StatefulSet with one claim of this size for each pod, mounted at `/data`.
    pub fn stateful_set(&self, storage: &str) -> Value {
        let mut template = self.template();
        edit_list(&mut template, "/spec/containers", |list| {
            if let Some(first) = list.first_mut() {
                edit_list(first, "/volumeMounts", |m| {
                    m.push(json!({"name": "data", "mountPath": "/data"}));
                });
            }
        });
        json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": self.metadata(),
            "spec": {"replicas": self.replicas, "serviceName": self.name, "selector": self.selector(), "template": template,
                "volumeClaimTemplates": [{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"},
                    "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "standard",
                        "resources": {"requests": {"storage": storage}}}}]}})
    }

    /// As a DaemonSet that runs everywhere, control plane included.
    pub fn daemon_set(&self) -> Value {
        let mut template = self.template();
        set(&mut template, "/spec/tolerations", json!([{"operator": "Exists"}]));
        set(&mut template, "/spec/hostNetwork", self.with("host"));
        json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": self.metadata(),
            "spec": {"selector": self.selector(), "template": template}})
    }

    /// Its service, configuration, secret and account, as far as it has them.
    pub fn company(&self) -> Vec<Value> {
        let mut all = Vec::new();
        let metadata = |name: String| json!({"name": name, "namespace": self.namespace, "labels": self.labels()});
        if self.port > 0 {
            let mut service = json!({"apiVersion": "v1", "kind": "Service", "metadata": self.metadata(),
                "spec": {"selector": {"app": self.name}, "ports": [{"name": "http", "port": if self.port == 8080 { 80 } else { self.port }, "targetPort": "http"}]}});
            if self.with("headless") {
                set(&mut service, "/spec/clusterIP", "None");
            }
            if self.with("public") {
                set(&mut service, "/spec/type", "LoadBalancer");
            }
            all.push(service);
        }
        if self.with("config") {
            all.push(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata(format!("{}-config", self.name)),
                "data": {"LOG_LEVEL": "info", "FEATURE_FLAGS": "new-checkout,fast-search",
                    "app.yaml": format!("service: {}\nlisten: :{}\ntimeouts:\n  read: 5s\n  write: 10s\n", self.name, self.port)}}));
        }
        if self.with("secret") {
            all.push(json!({"apiVersion": "v1", "kind": "Secret", "metadata": metadata(format!("{}-secret", self.name)),
                "stringData": {"token": format!("demo-only-{}", self.name), "username": self.name}}));
        }
        if self.with("account") {
            all.push(
                json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": self.metadata()}),
            );
        }
        all
    }
}

/// Twice a quantity such as `128Mi`.
fn double(quantity: &str) -> String {
    let end = quantity.find(|c: char| !c.is_ascii_digit()).unwrap_or(quantity.len());
    let number: u64 = quantity[..end].parse().unwrap_or_default();
    format!("{}{}", number * 2, &quantity[end..])
}
