//! What kx says of access is what the API server says when it is asked.

use std::sync::Arc;

use http::{Request as Http, header};
use kx::access::{Asked, Policy, Request, Target, Who};
use kx::cluster::Client;
use serde_json::{Value, json};

use crate::lab::Lab;
use crate::support::{client, get};

const OBJECTS: &str = r#"
apiVersion: v1
kind: Namespace
metadata: {name: access}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: bot, namespace: access}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: access-some, namespace: access}
rules:
- {apiGroups: [""], resources: [secrets], resourceNames: [db], verbs: [get, delete]}
- {apiGroups: [""], resources: [pods/exec], verbs: [create]}
- {apiGroups: ["*"], resources: ["*/scale"], verbs: [update]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: access-some, namespace: access}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: access-some}
subjects: [{kind: ServiceAccount, name: bot}, {kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: access-urls}
rules:
- {nonResourceURLs: [/metrics, /logs/*], verbs: [get]}
- {apiGroups: [apps], resources: ["*"], verbs: [list]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: access-urls}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: access-urls}
subjects: [{kind: Group, name: "system:serviceaccounts:access", apiGroup: rbac.authorization.k8s.io}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: access-view, namespace: access}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: access-urls}
subjects: [{kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: access-gone, namespace: access}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: never-there}
subjects: [{kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}]
"#;

fn lab() -> &'static Lab {
    static CREATED: std::sync::Once = std::sync::Once::new();
    CREATED.call_once(|| Lab::shared().create(OBJECTS).unwrap());
    Lab::shared()
}

async fn list(client: &Client, plural: &str) -> Vec<Arc<Value>> {
    let path = format!("/apis/rbac.authorization.k8s.io/v1/{plural}");
    let list: Value =
        serde_json::from_slice(&get(client, &path, "application/json").await).unwrap();
    list["items"].as_array().unwrap().iter().cloned().map(Arc::new).collect()
}

async fn post(client: &Client, path: &str, body: &Value) -> Value {
    let request = Http::post(path).header(header::CONTENT_TYPE, "application/json");
    let answer = client.bytes(request.body(body.to_string().into_bytes()).unwrap()).await;
    serde_json::from_slice(&answer.unwrap()).unwrap()
}

/// The server's own answer.
async fn server_allows(client: &Client, who: &Who, request: &Request) -> bool {
    let identity = who.identity();
    let mut spec = json!({"user": identity.user.unwrap_or_default(), "groups": identity.groups});
    let verb = &request.verb;
    match &request.to {
        Target::Url(path) => spec["nonResourceAttributes"] = json!({"path": path, "verb": verb}),
        Target::Resource { group, resource, subresource, namespace, name } => {
            spec["resourceAttributes"] = json!({
                "verb": verb, "group": group, "resource": resource, "subresource": subresource,
                "namespace": namespace, "name": name,
            });
        }
    }
    let review = json!({
        "apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": spec,
    });
    let path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
    let answer = post(client, path, &review).await;
    answer["status"]["allowed"].as_bool().unwrap()
}

fn requests() -> Vec<Request> {
    let mut all = Vec::new();
    let resources = [
        ("", "pods", ""),
        ("", "pods", "exec"),
        ("", "secrets", ""),
        ("", "nodes", ""),
        ("apps", "deployments", ""),
        ("apps", "deployments", "scale"),
        ("rbac.authorization.k8s.io", "clusterroles", ""),
        ("sea.example", "boats", ""),
    ];
    for (group, resource, subresource) in resources {
        for verb in ["get", "list", "create", "update", "escalate"] {
            for namespace in ["", "access", "team"] {
                for name in ["", "db"] {
                    let [group, resource, subresource, namespace, name] =
                        [group, resource, subresource, namespace, name].map(str::to_owned);
                    let to = Target::Resource { group, resource, subresource, namespace, name };
                    all.push(Request { verb: verb.to_owned(), to });
                }
            }
        }
    }
    for path in ["/healthz", "/metrics", "/logs", "/logs/kube", "/api", "/nowhere"] {
        all.push(Request { verb: "get".to_owned(), to: Target::Url(path.to_owned()) });
    }
    all
}

/// Roles, `ClusterRoles` and their bindings.
async fn everything(client: &Client) -> [Vec<Arc<Value>>; 4] {
    [
        list(client, "roles").await,
        list(client, "clusterroles").await,
        list(client, "rolebindings").await,
        list(client, "clusterrolebindings").await,
    ]
}

#[tokio::test]
async fn the_evaluator_agrees_with_the_server_about_everybody_and_everything() {
    let client = client(lab(), "admin").await;
    let everybody = [
        "user/jane",
        "user/viewer",
        "user/team",
        "user/pair",
        "user/nobody",
        "user/system:anonymous",
        "user/system:kube-scheduler",
        "sa/access/bot",
        "sa/access/other",
        "sa/kube-system/bot",
        "sa/kube-system/deployment-controller",
        "group/system:masters",
    ];
    let mut before = everything(&client).await;
    loop {
        let [roles, cluster_roles, bindings, cluster_bindings] = &before;
        let policy = Policy::new(roles, cluster_roles, bindings, cluster_bindings);
        let (mut asked, mut allowed, mut differ) = (0, 0, Vec::new());
        for who in everybody.map(|word| Who::parse(word).unwrap()) {
            for request in requests() {
                let ours = policy.allows(&who.identity(), &request);
                if ours != server_allows(&client, &who, &request).await {
                    differ.push(format!("{}: {request:?} {ours}", who.word()));
                }
                asked += 1;
                allowed += u32::from(ours);
            }
        }
        // Somebody may have changed a role meanwhile: the controller that fills aggregated ones, another test.
        let after = everything(&client).await;
        if after == before {
            assert!(differ.is_empty(), "{differ:#?}");
            assert!(asked > 2_000 && allowed > 200, "{allowed} of {asked} were allowed");
            return;
        }
        before = after;
    }
}

#[tokio::test]
async fn what_i_may_do_is_what_the_server_lists() {
    use kx::sheet::{Answer, Facts, Want};
    use std::collections::HashMap;
    let client = client(lab(), "team").await;
    let subject = Asked::can_i(&["team"]).unwrap().subject(&[]);
    let catalog = kx::kinds::Catalog::default();
    let (nothing, mut answers) = (HashMap::new(), HashMap::new());
    for want in subject.wants(&Facts::new(&nothing, &|_| None, &catalog, 0)) {
        let Want::Review { path, body } = &want else { panic!("{want:?}") };
        let answer = post(&client, path, &serde_json::from_str(body).unwrap()).await;
        answers.insert(want, Answer::Review(Arc::new(answer)));
    }
    let text = subject.sheet(&Facts::new(&answers, &|_| None, &catalog, 0)).text();
    let line = |what: &str| {
        let found = text.lines().find(|line| line.split_whitespace().next() == Some(what));
        found.unwrap_or_else(|| panic!("no {what} in {text}")).to_owned()
    };
    let pods = line("pods");
    for verb in ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"]
    {
        assert!(pods.split_whitespace().any(|word| word == verb), "{verb}: {pods}");
    }
    assert!(line("secrets").contains("reads secrets"));
    assert!(line("/healthz").contains("get"));
}

/// What holds in every namespace is asked for in one review, whatever the number of namespaces.
#[tokio::test]
async fn what_one_may_do_in_every_namespace_is_what_is_bound_in_the_whole_cluster() {
    let lab = Lab::shared();
    let review = async |user: &str| {
        let subject = kx::access::CanI::new(vec![kx::access::EVERY.to_owned()]);
        let facts = (std::collections::HashMap::new(), kx::kinds::Catalog::default());
        let none = |_: &kx::sheet::Want| None;
        let wants = kx::sheet::Subject::wants(
            &subject,
            &kx::sheet::Facts::new(&facts.0, &none, &facts.1, 0),
        );
        let [kx::sheet::Want::Review { path, body }] = wants.as_slice() else {
            panic!("{wants:?}")
        };
        let client = client(lab, user).await;
        kx::cluster::question::review(&client, path, body.clone()).await.unwrap()
    };
    let lists = |review: &Value, resource: &str| {
        let rules = review["status"]["resourceRules"].as_array().unwrap();
        let has = |list: &Value, word: &str| {
            list.as_array().unwrap().iter().any(|item| item == word || item == "*")
        };
        rules.iter().any(|rule| has(&rule["verbs"], "list") && has(&rule["resources"], resource))
    };
    assert!(lists(&review("admin").await, "secrets"));
    let viewer = review("viewer").await;
    assert!(lists(&viewer, "pods") && !lists(&viewer, "secrets"));
    assert!(!lists(&review("team").await, "pods"), "`edit` in one namespace is not `edit` in all");
}
