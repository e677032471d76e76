//! What sends traffic, and what says how.

use super::Tie;

pub const TIES: &[Tie] = &[
    (
        "{apiVersion: v1, kind: Service, metadata: {name: tie, namespace: soon}, spec: {selector: {app: N}, ports: [{port: 80}]}}",
        "selects",
        "pods soon N",
        "selects nothing: no pod in soon has app=two",
    ),
    (
        "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: tie, namespace: soon, labels: {kubernetes.io/service-name: N}}, addressType: IPv4, endpoints: [], ports: []}",
        "part of",
        "services soon N",
        "no service two in soon",
    ),
    (
        "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: tie, namespace: soon}, addressType: IPv4, endpoints: [{addresses: [10.1.2.3], targetRef: {kind: Pod, namespace: soon, name: N}}], ports: []}",
        "routes to",
        "pods soon N",
        "no pod two in soon",
    ),
    (
        "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: tie, namespace: soon}, spec: {defaultBackend: {service: {name: N, port: {number: 80}}}}}",
        "routes to",
        "services soon N",
        "no service two in soon",
    ),
    (
        "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: tie, namespace: soon}, spec: {ingressClassName: N, defaultBackend: {service: {name: one, port: {number: 80}}}}}",
        "served by",
        "ingressclasses - N",
        "no ingressclass two",
    ),
    (
        "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: tie, namespace: soon}, spec: {tls: [{secretName: N}], defaultBackend: {service: {name: one, port: {number: 80}}}}}",
        "uses",
        "secrets soon N",
        "no secret two in soon",
    ),
    (
        "{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: tie, namespace: soon}, spec: {rules: [{backendRefs: [{name: N, port: 80}]}]}}",
        "routes to",
        "services soon N",
        "no service two in soon",
    ),
    (
        "{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: tie, namespace: soon}, spec: {parentRefs: [{name: N}]}}",
        "part of",
        "gateways.gateway.networking.k8s.io soon N",
        "no gateway two in soon",
    ),
    (
        "{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: tie, namespace: soon}, spec: {gatewayClassName: N, listeners: [{name: a, port: 80, protocol: HTTP}]}}",
        "served by",
        "gatewayclasses - N",
        "no gatewayclass two",
    ),
    (
        "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: tie, namespace: soon}, spec: {podSelector: {matchLabels: {app: N}}}}",
        "selects",
        "pods soon N",
        "selects nothing: no pod in soon has app=two",
    ),
    (
        "{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: tie}, spec: {controller: example.com/a, parameters: {kind: ConfigMap, scope: Namespace, namespace: soon, name: N}}}",
        "uses",
        "configmaps soon N",
        "no configmap two in soon",
    ),
    (
        "{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: tie, namespace: soon}, spec: {gatewayClassName: one, listeners: [{name: a, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: N}]}}]}}",
        "uses",
        "secrets soon N",
        "no secret two in soon",
    ),
    (
        "{apiVersion: gateway.networking.k8s.io/v1, kind: GatewayClass, metadata: {name: tie}, spec: {controllerName: example.com/a, parametersRef: {group: '', kind: ConfigMap, namespace: soon, name: N}}}",
        "uses",
        "configmaps soon N",
        "no configmap two in soon",
    ),
    (
        "{apiVersion: gateway.networking.k8s.io/v1, kind: GRPCRoute, metadata: {name: tie, namespace: soon}, spec: {rules: [{backendRefs: [{name: N, port: 80}]}]}}",
        "routes to",
        "services soon N",
        "no service two in soon",
    ),
    (
        "{apiVersion: gateway.networking.k8s.io/v1, kind: GRPCRoute, metadata: {name: tie, namespace: soon}, spec: {parentRefs: [{name: N}]}}",
        "part of",
        "gateways.gateway.networking.k8s.io soon N",
        "no gateway two in soon",
    ),
];
