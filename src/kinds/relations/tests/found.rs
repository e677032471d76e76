//! Which links and which health the rules of the house find.

use super::*;
use crate::store::Health;

#[track_caller]
fn found(group: &str, kind: &str, name: &str) -> (Vec<String>, Health) {
    let resource = catalog().by_kind(group, kind).unwrap();
    let row = row(Relations::built_in(), &resource, &object(group, kind, name));
    (row.links.iter().map(|link| words(link)).collect(), row.health)
}

#[test]
fn an_issuer_is_of_the_cluster_or_of_the_namespace() {
    let (links, health) = found("cert-manager.io", "Certificate", "shop");
    assert!(
        links.contains(&"served by ClusterIssuer.cert-manager.io letsencrypt".into()),
        "{links:?}"
    );
    assert!(links.contains(&"uses secrets app/tls".into()), "{links:?}");
    assert_eq!(health, Health::Ok);
    let (links, health) = found("cert-manager.io", "Certificate", "internal");
    assert!(links.contains(&"served by issuers.cert-manager.io app/vault".into()), "{links:?}");
    assert_eq!(health, Health::Changing, "it is being issued");
    // Where cert-manager looks for them is a flag of its own.
    let (links, _) = found("cert-manager.io", "ClusterIssuer", "letsencrypt");
    assert!(links.contains(&"uses secrets cert-manager/creds?".into()), "{links:?}");
    assert_eq!(links.len(), 3, "each link once: {links:?}");
}

#[test]
fn a_route_needs_the_port_that_it_names() {
    let catalog = catalog();
    let ports = |group: &str, kind: &str, name: &str, of: &str| {
        let resource = catalog.by_kind(group, kind).unwrap();
        let row = row(Relations::built_in(), &resource, &object(group, kind, name));
        let is = |link: &&std::sync::Arc<Link>| words(link) == format!("routes to {of}");
        let needs = row.links.iter().find(is).unwrap().needs.clone();
        needs.map(|needs| needs.ports.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let of = |ports: &[&str]| Some(ports.iter().map(ToString::to_string).collect::<Vec<_>>());
    let gateway = "gateway.networking.k8s.io";
    assert_eq!(ports(gateway, "TLSRoute", "shop", "services app/web"), of(&["80"]));
    assert_eq!(ports("traefik.io", "IngressRouteUDP", "dns", "services app/web"), of(&["53"]));
    assert_eq!(
        ports("networking.istio.io", "VirtualService", "shop", "services prod/reviews"),
        of(&["80"])
    );
    assert_eq!(ports("networking.istio.io", "VirtualService", "shop", "services app/web"), None);
    assert_eq!(
        ports("monitoring.coreos.com", "Prometheus", "main", "services app/web"),
        of(&["http"])
    );
}

#[test]
fn hosts_of_istio_are_services_where_they_are() {
    let (links, _) = found("networking.istio.io", "VirtualService", "shop");
    assert_eq!(
        links,
        [
            "routes to services app/canary",
            "routes to services app/web",
            "routes to services prod/reviews",
            "part of gateways.networking.istio.io prod/public",
            "about services app/web?",
            "about services prod/reviews?",
            "routes to virtualservices.networking.istio.io prod/reviews",
        ]
    );
    let (links, _) = found("security.istio.io", "AuthorizationPolicy", "web");
    assert_eq!(
        links,
        [
            "grants to namespaces prod?",
            "grants to serviceaccounts prod/worker?",
            "grants to serviceaccounts app/worker?",
            "selects pods app/[app=web]?"
        ]
    );
    let (links, _) = found("security.istio.io", "AuthorizationPolicy", "waypoint");
    assert_eq!(
        links,
        ["about Gateway.gateway.networking.k8s.io app/edge", "about Service app/web"],
        "what is denied is not granted"
    );
}

#[test]
fn monitors_select_in_the_namespaces_that_they_name() {
    let of = |name| found("monitoring.coreos.com", "ServiceMonitor", name).0.pop().unwrap();
    assert_eq!(of("web"), "selects services app/[app=web]");
    assert_eq!(of("reviews"), "selects services prod/[app=reviews]");
    assert_eq!(of("all"), "selects services [app=reviews]");
    let (links, health) = found("monitoring.coreos.com", "Prometheus", "main");
    for link in [
        "selects servicemonitors.monitoring.coreos.com [team=shop]?",
        "selects podmonitors.monitoring.coreos.com app/[team=shop]?",
        "selects probes.monitoring.coreos.com app/[]?",
        "selects probes.monitoring.coreos.com prod/[]?",
        "selects scrapeconfigs.monitoring.coreos.com app/[]?",
        "selects prometheusrules.monitoring.coreos.com [team=shop]/[team=shop]?",
    ] {
        assert!(links.contains(&link.into()), "{link}: {links:?}");
    }
    assert_eq!(health, Health::Warning, "available in part");
}

#[test]
fn what_is_deployed_into_another_cluster_is_not_looked_for_here() {
    let (links, health) = found("argoproj.io", "Application", "shop");
    assert_eq!(
        links,
        [
            "uses namespaces prod",
            "part of appprojects.argoproj.io app/shop?",
            "manages Deployment.apps app/web",
            "manages Service prod/reviews",
            "manages Namespace prod",
        ]
    );
    assert_eq!(health, Health::Warning, "healthy, but out of sync");
    let (links, health) = found("argoproj.io", "Application", "elsewhere");
    assert_eq!(links, ["part of appprojects.argoproj.io app/shop?"]);
    assert_eq!(health, Health::Broken);
    let (links, health) = found("kustomize.toolkit.fluxcd.io", "Kustomization", "shop");
    assert!(links.contains(&"manages Namespace prod".into()), "{links:?}");
    assert!(links.contains(&"uses Secret app/creds".into()), "{links:?}");
    assert_eq!(health, Health::Changing, "it waits for another");
    let (links, _) = found("kustomize.toolkit.fluxcd.io", "Kustomization", "base");
    assert!(!links.iter().any(|link| link.starts_with("manages")), "{links:?}");
}

#[test]
fn a_claim_leads_to_what_people_have_defined() {
    let (links, health) = found("example.org", "Database", "shop");
    assert!(links.contains(&"manages XDatabase.example.org shop-x7".into()), "{links:?}");
    assert_eq!(health, Health::Changing);
    let (links, health) = found("example.org", "XDatabase", "shop-x7");
    assert!(links.contains(&"part of Database.example.org app/shop".into()), "{links:?}");
    assert!(links.contains(&"manages Instance.sql.example.org shop-x7-1".into()), "{links:?}");
    assert_eq!(health, Health::Broken);
    let (links, _) = found("sql.example.org", "Instance", "shop-x7-1");
    assert!(links.contains(&"uses providerconfigs.sql.example.org default?".into()), "{links:?}");
    assert!(links.contains(&"uses providerconfigs.example.org default?".into()), "{links:?}");
}

#[test]
fn scalers_and_pools_have_health_and_targets() {
    let (links, health) = found("keda.sh", "ScaledObject", "web");
    assert_eq!(
        links,
        [
            "scales deployments.apps app/web",
            "uses triggerauthentications.keda.sh app/kafka",
            "uses ClusterTriggerAuthentication.keda.sh shared",
            "manages horizontalpodautoscalers.autoscaling app/keda-hpa-web",
        ]
    );
    assert_eq!(health, Health::Warning, "it falls back");
    let (links, health) = found("ceph.rook.io", "CephBlockPool", "replicapool");
    assert!(links.contains(&"part of cephclusters.ceph.rook.io app/[]".into()), "{links:?}");
    assert_eq!(health, Health::Ok);
    assert_eq!(found("ceph.rook.io", "CephCluster", "main").1, Health::Warning);
    assert_eq!(found("kafka.strimzi.io", "KafkaTopic", "orders").1, Health::Broken);
    assert_eq!(found("kafka.strimzi.io", "KafkaRebalance", "rebalance").1, Health::Changing);
    let (links, _) = found("serving.knative.dev", "Service", "shop");
    assert!(
        links.contains(&"uses secrets app/creds?".into()),
        "one says itself that it is optional"
    );
    assert!(links.contains(&"uses secrets app/creds".into()), "{links:?}");
}

#[test]
fn other_versions_and_resources_of_the_same_name() {
    let relations = Relations::built_in();
    let knows = |group: &str, plural: &str| {
        let (group, plural) = (group.into(), plural.into());
        relations.rules(&Resource { group, plural, version: "v9".into(), ..Resource::default() })
    };
    assert!(knows("cert-manager.io", "certificates").is_some());
    assert!(knows("networking.internal.example", "certificates").is_none());
    assert!(knows("monitoring.coreos.com", "prometheusrules").is_none(), "it has no rules");
    for resource in catalog().iter() {
        // What others refer to belongs to the graph, rules or not; and so do kinds.
        let is_kind = crate::kinds::modelled(&resource.group, &resource.plural).is_some();
        assert!(is_kind || relations.knows(resource), "{}", resource.full_name());
    }
    assert!(!relations.knows(&Resource { plural: "boats".into(), ..Resource::default() }));
}

#[test]
fn what_is_being_deleted_is_changing() {
    let mut object = object("cert-manager.io", "Certificate", "shop");
    object["metadata"]["deletionTimestamp"] = "2026-01-15T12:00:00Z".into();
    let resource = catalog().by_kind("cert-manager.io", "Certificate").unwrap();
    assert_eq!(row(Relations::built_in(), &resource, &object).health, Health::Changing);
}

#[test]
fn a_managed_resource_says_whose_configuration_it_has() {
    let (links, _) = found("sql.m.example.org", "Role", "shop");
    assert_eq!(
        links,
        [
            "uses secrets app/creds",
            "uses ProviderConfig.sql.m.example.org app/own?",
            "uses ProviderConfig.m.example.org app/own?",
            "manages secrets app/creds?",
        ]
    );
    let (links, _) = found("sql.m.example.org", "Role", "reports");
    assert_eq!(
        links,
        [
            "uses ClusterProviderConfig.sql.m.example.org shared?",
            "uses ClusterProviderConfig.m.example.org shared?",
        ]
    );
    let (links, _) = found("sql.m.example.org", "ProviderConfigUsage", "e5f6");
    assert_eq!(
        links,
        [
            "about ClusterProviderConfig.sql.m.example.org shared",
            "used by Role.sql.m.example.org app/reports"
        ]
    );
}

#[test]
fn a_listener_of_kafka_uses_certificates_and_secrets() {
    let (links, _) = found("kafka.strimzi.io", "Kafka", "shop");
    for link in [
        "served by ingressclasses.networking.k8s.io nginx?",
        "uses secrets app/tls",
        "uses secrets app/creds",
    ] {
        assert!(links.contains(&link.to_owned()), "{link}: {links:?}");
    }
}

#[test]
fn an_authority_that_is_brought_to_kafka_must_be_there() {
    let secrets = |name| {
        let (links, _) = found("kafka.strimzi.io", "Kafka", name);
        links.into_iter().filter(|link| link.contains("-ca")).collect::<Vec<_>>()
    };
    let names = ["cluster-ca", "cluster-ca-cert", "clients-ca", "clients-ca-cert"];
    assert_eq!(secrets("shop"), names.map(|name| format!("manages secrets app/shop-{name}?")));
    assert_eq!(secrets("own"), names.map(|name| format!("uses secrets app/own-{name}")));
}
