//! Who is permitted what, what extends the cluster and what the API server asks.

use super::Tie;

pub const TIES: &[Tie] = &[
    (
        "{apiVersion: v1, kind: ServiceAccount, metadata: {name: tie, namespace: soon}, imagePullSecrets: [{name: N}]}",
        "uses",
        "secrets soon N",
        "no secret two in soon",
    ),
    (
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: tie, namespace: soon}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: N}}",
        "grants",
        "roles soon N",
        "no role two in soon",
    ),
    (
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: tie, namespace: soon}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: one}, subjects: [{kind: ServiceAccount, name: N, namespace: soon}]}",
        "grants to",
        "serviceaccounts soon N",
        "no serviceaccount two in soon",
    ),
    (
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: tie}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: N}}",
        "grants",
        "clusterroles - N",
        "no clusterrole two",
    ),
    (
        "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: tie}, webhooks: [{name: a.example.com, admissionReviewVersions: [v1], sideEffects: None, failurePolicy: Ignore, clientConfig: {service: {namespace: soon, name: N, port: 80}}}]}",
        "routes to",
        "services soon N",
        "no service two in soon",
    ),
    (
        "{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: {name: tie}, webhooks: [{name: a.example.com, admissionReviewVersions: [v1], sideEffects: None, failurePolicy: Ignore, clientConfig: {service: {namespace: soon, name: N, port: 80}}}]}",
        "routes to",
        "endpointslices soon N",
        "service two in soon has no ready endpoints",
    ),
    (
        "{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: v1.soon.example.com}, spec: {group: soon.example.com, version: v1, groupPriorityMinimum: 1, versionPriority: 1, insecureSkipTLSVerify: true, service: {namespace: soon, name: N, port: 80}}}",
        "routes to",
        "services soon N",
        "no service two in soon",
    ),
    (
        "{apiVersion: v1, kind: Secret, metadata: {name: tie, namespace: soon, annotations: {kubernetes.io/service-account.name: N}}}",
        "part of",
        "serviceaccounts soon N",
        "no serviceaccount two in soon",
    ),
    (
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: tie}, aggregationRule: {clusterRoleSelectors: [{matchLabels: {app: N}}]}}",
        "selects",
        "clusterroles - N",
        "selects nothing: no clusterrole has app=two",
    ),
    (
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: tie}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: one}, subjects: [{kind: ServiceAccount, name: N, namespace: soon}]}",
        "grants to",
        "serviceaccounts soon N",
        "no serviceaccount two in soon",
    ),
    (
        "{apiVersion: flowcontrol.apiserver.k8s.io/v1, kind: FlowSchema, metadata: {name: tie}, spec: {priorityLevelConfiguration: {name: N}}}",
        "uses",
        "prioritylevelconfigurations - N",
        "no prioritylevelconfiguration two",
    ),
    (
        "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicyBinding, metadata: {name: tie}, spec: {policyName: N, validationActions: [Deny]}}",
        "uses",
        "validatingadmissionpolicies - N",
        "no validatingadmissionpolicy two",
    ),
    (
        "{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingAdmissionPolicyBinding, metadata: {name: tie}, spec: {policyName: N}}",
        "uses",
        "mutatingadmissionpolicies - N",
        "no mutatingadmissionpolicy two",
    ),
    (
        "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: ties.soon.example.com}, spec: {group: soon.example.com, scope: Cluster, names: {plural: ties, kind: Tie}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}], conversion: {strategy: Webhook, webhook: {conversionReviewVersions: [v1], clientConfig: {service: {namespace: soon, name: N, port: 80}}}}}}",
        "routes to",
        "services soon N",
        "no service two in soon",
    ),
];
