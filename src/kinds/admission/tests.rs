//! What a describe says in words of webhooks and policies.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::describe::subject;
use crate::kinds::{Catalog, Encoding, Resource, modelled};
use crate::sheet::{Answer, Facts, Want};
use crate::store::{Interner, Row};

/// The words of a describe of the first of these objects in a cluster that has just them, from the title on to the end of the section.
fn words(plural: &str, yaml: &str) -> String {
    let objects: Vec<Arc<Value>> =
        yaml.split("\n---\n").map(|one| Arc::new(serde_yaml::from_str(one).unwrap())).collect();
    let kind_of = |resource: &str| match resource {
        "services" => "Service",
        "endpointslices" => "EndpointSlice",
        "namespaces" => "Namespace",
        "configmaps" => "ConfigMap",
        "validatingadmissionpolicies" => "ValidatingAdmissionPolicy",
        "validatingadmissionpolicybindings" => "ValidatingAdmissionPolicyBinding",
        other => panic!("nobody wants {other}"),
    };
    let of = |resource: &str| {
        let kind = kind_of(resource);
        objects.iter().filter(move |object| object["kind"] == kind).cloned().collect::<Vec<_>>()
    };
    let (mut interner, mut rows) = (Interner::default(), Vec::<Row>::new());
    for namespace in of("namespaces") {
        let bytes = serde_json::to_vec(&*namespace).unwrap();
        let kind = modelled("", "namespaces").unwrap();
        kind.decode(Encoding::Json, &bytes, &mut interner, &mut rows).unwrap();
    }
    let resource = Resource {
        group: super::GROUP.into(),
        plural: plural.into(),
        kind: objects[0]["kind"].as_str().unwrap().into(),
        ..Resource::default()
    };
    let config_maps = Resource {
        plural: "configmaps".into(),
        kind: "ConfigMap".into(),
        namespaced: true,
        ..Resource::default()
    };
    let catalog = Catalog::new(vec![config_maps]);
    let name = objects[0]["metadata"]["name"].as_str().unwrap();
    let subject = subject(&resource, "", name);
    let mut answers = HashMap::new();
    loop {
        let known = answers.clone();
        let found = |_: &Want| Some(rows.iter().collect());
        let facts = Facts::new(&known, &found, &catalog, 0);
        let mut wants = subject.wants(&facts);
        wants.retain(|want| !known.contains_key(want) && !matches!(want, Want::Rows { .. }));
        if wants.is_empty() {
            let text = subject.sheet(&facts).text();
            let words = text.split_once("In Words:\n").unwrap().1;
            let lines = words.lines().take_while(|line| line.starts_with(' '));
            return lines.map(|line| format!("{line}\n")).collect();
        }
        for want in wants {
            let answer = match &want {
                Want::Object { name: wanted, .. } if wanted == name => {
                    Answer::Object(Some(objects[0].clone()))
                }
                Want::Object { resource, namespace, name, .. } => {
                    let is_it = |object: &Arc<Value>| {
                        object["metadata"]["name"] == *name.as_str()
                            && object["metadata"]["namespace"].as_str().unwrap_or_default()
                                == namespace
                    };
                    Answer::Object(of(resource).into_iter().find(is_it))
                }
                Want::Objects { resource, .. } if resource == "events" => {
                    Answer::Objects(Vec::new())
                }
                Want::Objects { resource, .. } => Answer::Objects(of(resource)),
                other => panic!("{other:?}"),
            };
            answers.insert(want, answer);
        }
    }
}

#[test]
fn a_webhook_says_what_it_is_asked_about_and_whether_it_can_be_asked() {
    let hook = "
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks:
- name: a.guard.example
  rules:
  - {operations: [CREATE, UPDATE], apiGroups: ['', apps], apiVersions: [v1], resources: [pods], scope: Namespaced}
  - {operations: ['*'], apiGroups: [apps], apiVersions: ['*'], resources: ['*/*']}
  namespaceSelector: {matchLabels: {env: prod}}
  objectSelector: {matchExpressions: [{key: exempt, operator: DoesNotExist}]}
  matchConditions: [{name: not-us, expression: 'request.userInfo.username != \"guard\"'}]
  clientConfig: {service: {namespace: guard, name: hook, path: /a, port: 8443}}
  failurePolicy: Fail
  sideEffects: None
  timeoutSeconds: 5
---
{kind: Namespace, metadata: {name: shop, labels: {env: prod}}}
---
{kind: Namespace, metadata: {name: play, labels: {env: test}}}
---
{kind: Service, metadata: {name: hook, namespace: guard}, spec: {ports: [{name: https, port: 8443}]}}
---
{kind: EndpointSlice, metadata: {name: hook-1, namespace: guard}, ports: [{name: https}], endpoints: [{conditions: {ready: READY}}, {conditions: {ready: false}}]}
";
    let plural = "validatingwebhookconfigurations";
    let well = words(plural, &hook.replace("READY", "true"));
    assert_eq!(
        well,
        "  Webhook:         a.guard.example
    Asked About:   CREATE, UPDATE of pods, pods.apps (v1), in namespaces only
                   everything done to all resources and subresources of apps
                   and about the same objects where another API version is asked for
    Namespaces:    env=prod (1 now: shop), and what has no namespace
    Objects:       !exempt (the object as it was or as it would be)
    Conditions:    only where this is true
                   not-us: request.userInfo.username != \"guard\"
    Asks:          service guard/hook, port 8443, path /a
    Can Be Asked:  1 of 2 endpoints are ready
    If It Fails:   the request is refused (Fail)
    Waits For:     5s
    Side Effects:  none: it is asked in dry runs too
"
    );
    let down = words(plural, &hook.replace("READY", "false"));
    assert!(down.contains("no: none of its 2 endpoints is ready\n"), "{down}");
    assert!(down.contains("the request is refused (Fail), and that is so now\n"), "{down}");
    let other = words(plural, &hook.replace("port: 8443}}\n  failure", "port: 443}}\n  failure"));
    assert!(other.contains("no: the service has no port 443\n"), "{other}");
    let gone = words(plural, &hook.replace("kind: Service,", "kind: Nothing,"));
    assert!(gone.contains("no: there is no such service\n"), "{gone}");
}

#[test]
fn a_webhook_elsewhere_and_one_that_nobody_asks() {
    let plural = "mutatingwebhookconfigurations";
    let url = words(
        plural,
        "{kind: MutatingWebhookConfiguration, metadata: {name: m}, webhooks: [{name: a, clientConfig: {url: 'https://a.example/b'}, failurePolicy: Ignore, reinvocationPolicy: IfNeeded, matchPolicy: Exact}]}",
    );
    assert!(url.contains("Asked About:   nothing: it has no rules\n"), "{url}");
    assert!(url.contains("https://a.example/b (not a service of the cluster"), "{url}");
    assert!(url.contains("If It Fails:   the request goes on without it (Ignore)\n"), "{url}");
    assert!(url.contains("Asked Again:   once more where others changed"), "{url}");
    let none = words(plural, "{kind: MutatingWebhookConfiguration, metadata: {name: m}}");
    assert_eq!(none, "  it has no webhooks: nobody is asked about anything\n");
}

const POLICY: &str = "
kind: ValidatingAdmissionPolicy
metadata: {name: replicas}
spec:
  paramKind: {apiVersion: v1, kind: ConfigMap}
  matchConstraints:
    resourceRules: [{operations: [CREATE], apiGroups: [apps], apiVersions: [v1], resources: [deployments], resourceNames: [web]}]
    excludeResourceRules: [{operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*']}]
  validations: [{expression: 'object.spec.replicas <= 5', message: too many}]
status: {typeChecking: {expressionWarnings: [{fieldRef: 'spec.validations[0].expression', warning: no such key}]}}
";

const BINDING: &str = "
kind: ValidatingAdmissionPolicyBinding
metadata: {name: prod}
spec:
  policyName: replicas
  validationActions: [Deny, Audit]
  paramRef: {name: five, namespace: rules, parameterNotFoundAction: Allow}
  matchResources: {namespaceSelector: {matchLabels: {env: prod}}}
";

#[test]
fn a_policy_says_what_it_asks_for_and_by_what_it_is_in_force() {
    let plural = "validatingadmissionpolicies";
    assert_eq!(
        words(plural, &format!("{POLICY}---{BINDING}")),
        "  Asked About:    CREATE of deployments.apps, named web (v1)
                  and about the same objects where another API version is asked for
  But Not About:  everything done to all resources
  Namespaces:     all
  Objects:        all
  Conditions:     none
  Must Be True:   object.spec.replicas <= 5   or else: too many
  Parameters:     a ConfigMap of v1, which each binding names
  If It Fails:    the request is refused (Fail)
  In Force By:    prod: Deny, Audit; only namespaces env=prod
  Warning:        spec.validations[0].expression: no such key
"
    );
    let idle = words(plural, POLICY);
    assert!(idle.contains("In Force By:    no binding: it is asked about nothing\n"), "{idle}");
}

#[test]
fn a_binding_says_where_its_policy_holds_and_with_what() {
    let plural = "validatingadmissionpolicybindings";
    let namespace = "\n---\n{kind: Namespace, metadata: {name: shop, labels: {env: test}}}";
    let text = words(plural, &format!("{BINDING}---{POLICY}{namespace}"));
    assert_eq!(
        text,
        "  Puts Into Force:  replicas
    Asked About:    CREATE of deployments.apps, named web (v1)
                    and about the same objects where another API version is asked for
    But Not About:  everything done to all resources
    Namespaces:     all
    Objects:        all
    Conditions:     none
  But Only Where It Is Also:
    Asked About:  all that the policy is about
    Namespaces:   env=prod (none now)
    Objects:      all
  Then:           refuses a request that breaks it (Deny)
  Then:           writes such a request into the audit log (Audit)
  Parameters:     the ConfigMap five in rules  there is none
  Without Them:   the policy does not apply (Allow)
"
    );
    let five = "\n---\n{kind: ConfigMap, metadata: {name: five, namespace: rules}}";
    let text = words(plural, &format!("{BINDING}---{POLICY}{five}"));
    assert!(text.contains("the ConfigMap five in rules\n"), "{text}");
    let alone = words(plural, BINDING);
    assert!(alone.contains("replicas  there is no such policy: nothing is in force\n"), "{alone}");
}
