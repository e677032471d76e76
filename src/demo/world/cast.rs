//! The applications of the demo cluster, namespace by namespace.

use super::app::App;

const NONE: App = App {
    namespace: "",
    name: "",
    image: "",
    replicas: 1,
    port: 8080,
    size: ("50m", "64Mi"),
    part_of: "",
    has: "",
};

/// Namespaces with their annotation of what they are for.
pub const NAMESPACES: &[(&str, &str)] = &[
    ("default", "where nothing should run"),
    ("kube-system", "the cluster's own machinery"),
    ("kube-public", "readable by everybody"),
    ("kube-node-lease", "heartbeats of the nodes"),
    ("shop", "an online shop"),
    ("payments", "money moves here"),
    ("platform", "what the teams build upon"),
    ("monitoring", "metrics, logs, alerts"),
    ("staging", "a small copy of the shop"),
];

/// What runs as Deployments.
pub const DEPLOYMENTS: &[App] = &[
    App {
        namespace: "kube-system",
        name: "coredns",
        image: "registry.k8s.io/coredns/coredns:v1.12.4",
        replicas: 2,
        port: 9153,
        size: ("100m", "70Mi"),
        part_of: "dns",
        has: "account config",
    },
    App {
        namespace: "kube-system",
        name: "metrics-server",
        image: "registry.k8s.io/metrics-server/metrics-server:v0.8.0",
        size: ("100m", "200Mi"),
        part_of: "metrics",
        has: "account",
        ..NONE
    },
    App {
        namespace: "shop",
        name: "web",
        image: "registry.demo/shop/web:3.11.4",
        replicas: 4,
        size: ("100m", "128Mi"),
        part_of: "shop",
        has: "config sidecar",
        ..NONE
    },
    App {
        namespace: "shop",
        name: "catalog",
        image: "registry.demo/shop/catalog:2.8.0",
        replicas: 3,
        size: ("150m", "192Mi"),
        part_of: "shop",
        has: "config secret",
        ..NONE
    },
    App {
        namespace: "shop",
        name: "cart",
        image: "registry.demo/shop/cart:1.19.2",
        replicas: 3,
        part_of: "shop",
        has: "secret proxy",
        ..NONE
    },
    App {
        namespace: "shop",
        name: "checkout",
        image: "registry.demo/shop/checkout:4.2.1",
        replicas: 3,
        size: ("200m", "256Mi"),
        part_of: "shop",
        has: "config secret proxy init account",
        ..NONE
    },
    App {
        namespace: "shop",
        name: "search",
        image: "registry.demo/shop/search:0.14.7",
        replicas: 2,
        size: ("250m", "512Mi"),
        part_of: "shop",
        has: "config",
        ..NONE
    },
    App {
        namespace: "shop",
        name: "recommendations",
        image: "registry.demo/shop/recommendations:2.3.9",
        replicas: 2,
        size: ("300m", "384Mi"),
        part_of: "shop",
        has: "config",
        ..NONE
    },
    App {
        namespace: "payments",
        name: "api",
        image: "registry.demo/payments/api:5.0.3",
        replicas: 3,
        size: ("200m", "256Mi"),
        part_of: "payments",
        has: "config secret proxy account",
        ..NONE
    },
    App {
        namespace: "payments",
        name: "fraud-check",
        image: "registry.demo/payments/fraud-check:1.7.0",
        replicas: 2,
        size: ("400m", "768Mi"),
        part_of: "payments",
        has: "config",
        ..NONE
    },
    App {
        namespace: "payments",
        name: "ledger-sync",
        image: "registry.demo/payments/ledger-sync:1.4.2",
        port: 0,
        part_of: "payments",
        has: "secret config",
        ..NONE
    },
    App {
        namespace: "payments",
        name: "webhooks",
        image: "registry.demo/payments/webhooks:2.2.8",
        replicas: 2,
        part_of: "payments",
        has: "secret",
        ..NONE
    },
    App {
        namespace: "platform",
        name: "ingress-nginx",
        image: "registry.k8s.io/ingress-nginx/controller:v1.13.2",
        replicas: 2,
        size: ("100m", "90Mi"),
        part_of: "ingress",
        has: "account config public",
        ..NONE
    },
    App {
        namespace: "platform",
        name: "cert-manager",
        image: "quay.io/jetstack/cert-manager-controller:v1.18.2",
        port: 9402,
        size: ("50m", "64Mi"),
        part_of: "cert-manager",
        has: "account",
        ..NONE
    },
    App {
        namespace: "platform",
        name: "argocd-server",
        image: "quay.io/argoproj/argocd:v3.1.5",
        size: ("100m", "128Mi"),
        part_of: "argocd",
        has: "account config secret",
        ..NONE
    },
    App {
        namespace: "platform",
        name: "thumbnailer",
        image: "registry.demo/platform/thumbnailer:0.9.3",
        replicas: 2,
        size: ("100m", "128Mi"),
        part_of: "media",
        has: "config",
        ..NONE
    },
    App {
        namespace: "platform",
        name: "model-training",
        image: "registry.demo/platform/model-training:7.1.0",
        port: 0,
        size: ("64", "256Gi"),
        part_of: "ml",
        has: "",
        ..NONE
    },
    App {
        namespace: "monitoring",
        name: "grafana",
        image: "docker.io/grafana/grafana:12.1.1",
        port: 3000,
        size: ("100m", "192Mi"),
        part_of: "monitoring",
        has: "config secret",
        ..NONE
    },
    App {
        namespace: "monitoring",
        name: "kube-state-metrics",
        image: "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.17.0",
        size: ("10m", "64Mi"),
        part_of: "monitoring",
        has: "account",
        ..NONE
    },
    App {
        namespace: "staging",
        name: "web",
        image: "registry.demo/shop/web:3.12.0-rc2",
        part_of: "shop",
        has: "config",
        ..NONE
    },
    App {
        namespace: "staging",
        name: "catalog",
        image: "registry.demo/shop/catalog:2.9.0-rc1",
        part_of: "shop",
        has: "config secret",
        ..NONE
    },
    App {
        namespace: "staging",
        name: "load-test",
        image: "registry.demo/shop/load-test:0.3.0",
        replicas: 0,
        port: 0,
        part_of: "shop",
        has: "",
        ..NONE
    },
];

/// What runs as StatefulSets, with the storage each pod claims.
pub const STATEFUL_SETS: &[(App, &str)] = &[
    (
        App {
            namespace: "shop",
            name: "postgres",
            image: "docker.io/library/postgres:17.6",
            replicas: 3,
            port: 5432,
            size: ("500m", "1Gi"),
            part_of: "shop",
            has: "config secret headless",
        },
        "20Gi",
    ),
    (
        App {
            namespace: "shop",
            name: "redis",
            image: "docker.io/library/redis:8.2.1",
            replicas: 3,
            port: 6379,
            size: ("100m", "256Mi"),
            part_of: "shop",
            has: "config headless",
        },
        "2Gi",
    ),
    (
        App {
            namespace: "payments",
            name: "ledger-db",
            image: "docker.io/library/postgres:17.6",
            replicas: 2,
            port: 5432,
            size: ("500m", "1Gi"),
            part_of: "payments",
            has: "secret headless",
        },
        "50Gi",
    ),
    (
        App {
            namespace: "monitoring",
            name: "prometheus",
            image: "quay.io/prometheus/prometheus:v3.5.0",
            replicas: 2,
            port: 9090,
            size: ("500m", "2Gi"),
            part_of: "monitoring",
            has: "config account",
        },
        "100Gi",
    ),
    (
        App {
            namespace: "monitoring",
            name: "loki",
            image: "docker.io/grafana/loki:3.5.3",
            port: 3100,
            size: ("300m", "1Gi"),
            part_of: "monitoring",
            has: "config",
            ..NONE
        },
        "80Gi",
    ),
];

/// What runs on every node.
pub const DAEMON_SETS: &[App] = &[
    App {
        namespace: "kube-system",
        name: "kube-proxy",
        image: "registry.k8s.io/kube-proxy:v1.36.0",
        port: 0,
        size: ("20m", "32Mi"),
        part_of: "network",
        has: "account config host",
        ..NONE
    },
    App {
        namespace: "kube-system",
        name: "cilium",
        image: "quay.io/cilium/cilium:v1.18.1",
        port: 0,
        size: ("100m", "256Mi"),
        part_of: "network",
        has: "account host init",
        ..NONE
    },
    App {
        namespace: "monitoring",
        name: "node-exporter",
        image: "quay.io/prometheus/node-exporter:v1.9.1",
        port: 9100,
        size: ("20m", "30Mi"),
        part_of: "monitoring",
        has: "host",
        ..NONE
    },
];
