//! What tells which distribution, plugin or stack a cluster has. Adding one is one line.
//!
//! Where the signs come from: labels and provider IDs are those that a cluster's installer or cloud writes (kind's `--provider-id=kind://…`, minikube's
//! `minikube.k8s.io/version`, kops' `kops.k8s.io/instancegroup`, the node labels in the manuals of EKS, GKE, AKS, DOKS, LKE, IBM Cloud, Gardener and
//! `MicroK8s`); versions have the suffix of the distribution's releases (`v1.26.6+rke2r1`, `v1.31.2+k0s`, `1.31.6-gke.1020000`, `1.30.1-aliyun.1`); `ConfigMaps`
//! are kubeadm's (`cmd/kubeadm/app/constants`) and RKE's (`full-cluster-state`); API groups are those of the project's `CustomResourceDefinitions`;
//! images those of the project's own manifests and charts, wherever they are mirrored; controllers those of its `IngressClass`.

/// Something that a cluster may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sign {
    /// What it is a sign of.
    pub part: Part,
    /// What that is called.
    pub name: &'static str,
    /// What tells it.
    pub by: By,
}

/// What parts are looked for, in the order of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Who installed the cluster, or offers it.
    Distribution,
    /// Who connects the pods.
    Network,
    /// Who lets traffic in.
    Ingress,
    /// Who stands between the services.
    Mesh,
    /// Who measures.
    Monitoring,
    /// Who gathers logs.
    Logging,
}

impl Part {
    /// Every part with its title.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Distribution, "Distribution"),
        (Self::Network, "Network"),
        (Self::Ingress, "Ingress"),
        (Self::Mesh, "Mesh"),
        (Self::Monitoring, "Monitoring"),
        (Self::Logging, "Logging"),
    ];
}

/// What tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum By {
    /// The kubelets' version has this in it.
    Version(&'static str),
    /// A label of a node begins so.
    Label(&'static str),
    /// A node's provider ID begins so.
    Provider(&'static str),
    /// A node's OS image begins so.
    Os(&'static str),
    /// `kube-system` has a `ConfigMap` of this name.
    ConfigMap(&'static str),
    /// The cluster serves this API group.
    Group(&'static str),
    /// A workload runs an image whose repository is this or ends so, after a slash.
    Image(&'static str),
    /// An `IngressClass` has this controller, or one below it.
    Controller(&'static str),
}

const fn sign(part: Part, name: &'static str, by: By) -> Sign {
    Sign { part, name, by }
}

use By::{ConfigMap, Controller, Group, Image, Label, Os, Provider, Version};
use Part::{Distribution, Ingress, Logging, Mesh, Monitoring, Network};

/// Every sign. Of several signs with one name the first that is there is shown.
pub const SIGNS: &[Sign] = &[
    sign(Distribution, "EKS", Version("-eks-")),
    sign(Distribution, "EKS", Label("eks.amazonaws.com/")),
    sign(Distribution, "GKE", Version("-gke.")),
    sign(Distribution, "GKE", Label("cloud.google.com/gke-nodepool")),
    sign(Distribution, "AKS", Label("kubernetes.azure.com/cluster")),
    sign(Distribution, "OpenShift", Group("config.openshift.io")),
    sign(Distribution, "DigitalOcean", Label("doks.digitalocean.com/")),
    sign(Distribution, "Linode", Label("lke.linode.com/")),
    sign(Distribution, "IBM Cloud", Label("ibm-cloud.kubernetes.io/")),
    sign(Distribution, "Alibaba Cloud", Version("-aliyun.")),
    sign(Distribution, "Gardener", Label("worker.gardener.cloud/")),
    sign(Distribution, "RKE2", Version("+rke2r")),
    sign(Distribution, "k3s", Version("+k3s")),
    sign(Distribution, "RKE", ConfigMap("full-cluster-state")),
    sign(Distribution, "Rancher", Group("management.cattle.io")),
    sign(Distribution, "k0s", Version("+k0s")),
    sign(Distribution, "MicroK8s", Label("microk8s.io/cluster")),
    sign(Distribution, "kops", Label("kops.k8s.io/")),
    sign(Distribution, "Talos", Os("Talos (")),
    sign(Distribution, "kind", Provider("kind://")),
    sign(Distribution, "minikube", Label("minikube.k8s.io/")),
    sign(Distribution, "Arktos", Group("arktos.futurewei.com")),
    sign(Distribution, "kx demo", Provider("demo://")),
    sign(Distribution, "kubeadm", ConfigMap("kubeadm-config")),
    sign(Network, "Calico", Image("calico/node")),
    sign(Network, "Calico", Image("rancher/hardened-calico")),
    sign(Network, "Calico", Group("crd.projectcalico.org")),
    sign(Network, "Cilium", Image("cilium/cilium")),
    sign(Network, "Cilium", Group("cilium.io")),
    sign(Network, "Flannel", Image("flannel")),
    sign(Network, "Flannel", Image("rancher/hardened-flannel")),
    sign(Network, "Flannel", Image("rancher/mirrored-flannelcni-flannel")),
    sign(Network, "Weave Net", Image("weaveworks/weave-kube")),
    sign(Network, "Antrea", Image("antrea/antrea-agent-ubuntu")),
    sign(Network, "Kube-OVN", Image("kubeovn/kube-ovn")),
    sign(Network, "OVN-Kubernetes", Group("k8s.ovn.org")),
    sign(Network, "kube-router", Image("cloudnativelabs/kube-router")),
    sign(Network, "kindnet", Image("kindest/kindnetd")),
    sign(Network, "Amazon VPC CNI", Image("amazon-k8s-cni")),
    sign(Network, "Azure CNI", Image("containernetworking/azure-cns")),
    sign(Network, "OpenShift SDN", Group("network.openshift.io")),
    sign(Ingress, "ingress-nginx", Image("ingress-nginx/controller")),
    sign(Ingress, "ingress-nginx", Controller("k8s.io/ingress-nginx")),
    sign(Ingress, "NGINX Ingress Controller", Image("nginx/nginx-ingress")),
    sign(Ingress, "NGINX Ingress Controller", Controller("nginx.org/ingress-controller")),
    sign(Ingress, "Traefik", Image("traefik")),
    sign(Ingress, "Traefik", Controller("traefik.io/ingress-controller")),
    sign(Ingress, "HAProxy", Image("haproxytech/kubernetes-ingress")),
    sign(Ingress, "HAProxy", Controller("haproxy.org/ingress-controller")),
    sign(Ingress, "Contour", Image("projectcontour/contour")),
    sign(Ingress, "Kong", Image("kong/kubernetes-ingress-controller")),
    sign(Ingress, "Kong", Controller("ingress-controllers.konghq.com/kong")),
    sign(Ingress, "AWS Load Balancer Controller", Controller("ingress.k8s.aws/alb")),
    sign(Ingress, "OpenShift router", Controller("openshift.io/ingress-to-route")),
    sign(Ingress, "Envoy Gateway", Image("envoyproxy/gateway")),
    sign(Mesh, "Istio", Image("istio/pilot")),
    sign(Mesh, "Istio", Group("networking.istio.io")),
    sign(Mesh, "Linkerd", Image("linkerd/controller")),
    sign(Mesh, "Linkerd", Group("linkerd.io")),
    sign(Mesh, "Consul", Image("hashicorp/consul-k8s-control-plane")),
    sign(Mesh, "Kuma", Image("kumahq/kuma-cp")),
    sign(Monitoring, "metrics-server", Image("metrics-server/metrics-server")),
    sign(Monitoring, "metrics API", Group("metrics.k8s.io")),
    sign(Monitoring, "Prometheus", Image("prometheus/prometheus")),
    sign(Monitoring, "Prometheus Operator", Image("prometheus-operator/prometheus-operator")),
    sign(Monitoring, "Prometheus Operator", Group("monitoring.coreos.com")),
    sign(Monitoring, "Alertmanager", Image("prometheus/alertmanager")),
    sign(Monitoring, "kube-state-metrics", Image("kube-state-metrics/kube-state-metrics")),
    sign(Monitoring, "node-exporter", Image("prometheus/node-exporter")),
    sign(Monitoring, "Grafana", Image("grafana/grafana")),
    sign(Monitoring, "VictoriaMetrics", Image("victoriametrics/vmagent")),
    sign(Monitoring, "VictoriaMetrics", Group("operator.victoriametrics.com")),
    sign(Monitoring, "Datadog", Image("datadoghq/agent")),
    sign(Monitoring, "OpenTelemetry Collector", Image("otel/opentelemetry-collector-contrib")),
    sign(Logging, "Loki", Image("grafana/loki")),
    sign(Logging, "Promtail", Image("grafana/promtail")),
    sign(Logging, "Fluent Bit", Image("fluent/fluent-bit")),
    sign(Logging, "Fluentd", Image("fluent/fluentd-kubernetes-daemonset")),
    sign(Logging, "Vector", Image("timberio/vector")),
    sign(Logging, "Filebeat", Image("beats/filebeat")),
    sign(Logging, "Logstash", Image("logstash/logstash")),
    sign(Logging, "Elasticsearch", Image("elasticsearch/elasticsearch")),
    sign(Logging, "OpenSearch", Image("opensearchproject/opensearch")),
];

/// An image's repository and its tag, empty where it has none: `quay.io/cilium/cilium:v1.18.1@sha256:…`.
pub fn image(image: &str) -> (&str, &str) {
    let bare = image.split_once('@').map_or(image, |(bare, _)| bare);
    // A colon before the last slash belongs to a registry's port.
    match bare.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, tag),
        _ => (bare, ""),
    }
}

/// Whether a repository is this one, wherever it is mirrored: `cilium/cilium` is `quay.io/cilium/cilium`.
pub fn is_repository(repository: &str, wanted: &str) -> bool {
    let rest = repository.strip_suffix(wanted);
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_image_is_a_repository_and_a_tag() {
        assert_eq!(
            image("quay.io/cilium/cilium:v1.18.1@sha256:ab"),
            ("quay.io/cilium/cilium", "v1.18.1")
        );
        assert_eq!(image("registry:5000/traefik"), ("registry:5000/traefik", ""));
        assert_eq!(image("registry:5000/traefik:3"), ("registry:5000/traefik", "3"));
        assert_eq!(image("traefik@sha256:ab"), ("traefik", ""));
        assert_eq!(image(""), ("", ""));
    }

    #[test]
    fn a_mirror_is_the_same_repository_and_a_likeness_is_not() {
        assert!(is_repository(
            "mirror.example.org:5000/proxy/quay.io/cilium/cilium",
            "cilium/cilium"
        ));
        assert!(is_repository("traefik", "traefik"));
        assert!(!is_repository("example.org/nottraefik", "traefik"));
        assert!(!is_repository("quay.io/cilium/cilium-envoy", "cilium/cilium"));
    }

    #[test]
    fn signs_of_a_name_stand_together_and_none_twice() {
        let mut seen: Vec<(Part, &str)> = Vec::new();
        for sign in SIGNS {
            let this = (sign.part, sign.name);
            assert!(seen.last() == Some(&this) || !seen.contains(&this), "{sign:?} stands apart");
            seen.push(this);
            assert_eq!(
                SIGNS.iter().filter(|other| other.by == sign.by).count(),
                1,
                "{sign:?} twice"
            );
        }
        for (part, title) in Part::ALL {
            assert!(SIGNS.iter().any(|sign| sign.part == part), "no sign of {title}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_an_image(text in ".*") {
            let (repository, tag) = image(&text);
            prop_assert!(repository.len() + tag.len() <= text.len());
        }
    }
}
