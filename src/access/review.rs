//! Reviews: the server's own answers to what may I do, and may I do this (`authorization.k8s.io/v1`).
//!
//! They are about whoever sends them; who impersonates another is told what that other may do.

use serde_json::{Value, json};

use super::request::{Request, Target};
use super::rule::Rule;

/// Stands for every namespace among those that are asked about.
pub const EVERY: &str = "*";

/// What the review names instead: no namespace can be called so, and in one that is not there only what is bound in the whole cluster holds.
const NOWHERE: &str = "-";

/// A review as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// The path that it is posted to.
    pub path: String,
    /// What is posted, as JSON.
    pub body: String,
}

impl Review {
    /// What may I do in a namespace ([`EVERY`] for what I may do in all of them, and in the cluster itself).
    pub fn of_rules(namespace: &str) -> Self {
        let namespace = if namespace == EVERY { NOWHERE } else { namespace };
        Self::new("SelfSubjectRulesReview", &json!({"namespace": namespace}))
    }

    /// May I do this.
    pub fn of_request(request: &Request) -> Self {
        let spec = match &request.to {
            Target::Resource { group, resource, subresource, namespace, name } => {
                let mut asked = json!({"verb": request.verb, "resource": resource});
                let given = [
                    ("group", group),
                    ("subresource", subresource),
                    ("namespace", namespace),
                    ("name", name),
                ];
                for (field, text) in given.into_iter().filter(|(_, text)| !text.is_empty()) {
                    asked[field] = json!(text);
                }
                json!({"resourceAttributes": asked})
            }
            Target::Url(path) => {
                json!({"nonResourceAttributes": {"path": path, "verb": request.verb}})
            }
        };
        Self::new("SelfSubjectAccessReview", &spec)
    }

    fn new(kind: &str, spec: &Value) -> Self {
        let body = json!({"apiVersion": "authorization.k8s.io/v1", "kind": kind, "spec": spec});
        let path = format!("/apis/authorization.k8s.io/v1/{}s", kind.to_lowercase());
        Self { path, body: body.to_string() }
    }
}

/// What the answer to a rules review allows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    rules: Vec<Rule>,
    /// Whether the server may allow more than it lists: one of its authorizers (a webhook, the one of nodes) lists nothing.
    pub incomplete: bool,
}

impl Allowed {
    /// Reads a whole review; `None` where it is no answer.
    pub fn read(review: &Value) -> Option<Self> {
        let status = review.get("status").filter(|status| status.is_object())?;
        let list = |field: &str| status[field].as_array().into_iter().flatten().map(Rule::read);
        Some(Self {
            rules: list("resourceRules").chain(list("nonResourceRules")).collect(),
            incomplete: status["incomplete"].as_bool().unwrap_or(true),
        })
    }

    /// Whether one of its rules allows a request.
    pub fn allows(&self, request: &Request) -> bool {
        self.rules.iter().any(|rule| rule.allows(request))
    }
}

/// The answer to an access review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// It is allowed.
    Allowed,
    /// It is not: why, in the server's words; empty where it has none.
    Refused(String),
}

impl Ruling {
    /// Reads a whole review; `None` where it is no answer, or one of which the server itself is not sure.
    pub fn read(review: &Value) -> Option<Self> {
        let status = &review["status"];
        let text = |field: &str| status[field].as_str().unwrap_or_default();
        if status["allowed"].as_bool()? {
            return Some(Self::Allowed);
        }
        // Somebody who could not be asked might have allowed it.
        let sure = status["denied"] == true || text("evaluationError").is_empty();
        sure.then(|| Self::Refused(text("reason").to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(verb: &str, what: &str, namespace: &str, name: &str) -> Request {
        let (resource, subresource) = what.split_once('/').unwrap_or((what, ""));
        let (resource, group) = resource.split_once('.').unwrap_or((resource, ""));
        let [group, resource, subresource, namespace, name] =
            [group, resource, subresource, namespace, name].map(str::to_owned);
        let to = Target::Resource { group, resource, subresource, namespace, name };
        Request { verb: verb.to_owned(), to }
    }

    #[test]
    fn rules_allow_what_rbac_would() {
        let allowed = Allowed::read(&json!({"status": {
            "resourceRules": [
                {"verbs": ["get", "list"], "apiGroups": [""], "resources": ["pods", "pods/log"]},
                {"verbs": ["update"], "apiGroups": ["apps"], "resources": ["*/scale"]},
                {"verbs": ["patch"], "apiGroups": ["apps"], "resources": ["deployments"], "resourceNames": ["web"]},
                {"verbs": ["*"], "apiGroups": ["batch"], "resources": ["*"]},
            ],
            "nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": ["/healthz", "/metrics*"]}],
            "incomplete": false,
        }}))
        .unwrap();
        let may = |verb, what, name| allowed.allows(&request(verb, what, "shop", name));
        assert!(may("get", "pods", "a") && may("get", "pods/log", "a"));
        assert!(!may("delete", "pods", "a") && !may("get", "pods/exec", "a"));
        assert!(may("update", "deployments.apps/scale", "web"));
        assert!(!may("update", "deployments.apps", "web"));
        assert!(may("patch", "deployments.apps", "web") && !may("patch", "deployments.apps", "db"));
        // The server sees no name in what creates an object.
        assert!(!may("patch", "deployments.apps", ""));
        assert!(may("create", "jobs.batch", "") && may("delete", "cronjobs.batch/status", "x"));
        let url = |path: &str| {
            let to = Target::Url(path.to_owned());
            allowed.allows(&Request { verb: "get".to_owned(), to })
        };
        assert!(url("/healthz") && url("/metrics/slis") && !url("/healthz/etcd"));
    }

    #[test]
    fn what_is_no_answer_allows_and_refuses_nothing() {
        assert_eq!(Allowed::read(&json!({"kind": "Status", "status": "Failure"})), None);
        assert_eq!(Allowed::read(&json!({})), None);
        // A server that does not say whether that is all may have said less than all.
        assert!(Allowed::read(&json!({"status": {}})).unwrap().incomplete);
        let ruling = |status| Ruling::read(&json!({"status": status}));
        assert_eq!(ruling(json!({"allowed": true})), Some(Ruling::Allowed));
        assert_eq!(ruling(json!({"allowed": false})), Some(Ruling::Refused(String::new())));
        assert_eq!(ruling(json!({"allowed": false, "evaluationError": "no webhook"})), None);
        let denied =
            json!({"allowed": false, "denied": true, "reason": "no", "evaluationError": "x"});
        assert_eq!(ruling(denied), Some(Ruling::Refused("no".to_owned())));
        assert_eq!(ruling(json!({})), None);
    }

    #[test]
    fn a_review_names_just_what_is_asked() {
        let body = |request: &Request| -> Value {
            serde_json::from_str(&Review::of_request(request).body).unwrap()
        };
        let asked = body(&request("update", "deployments.apps/scale", "shop", "web"));
        assert_eq!(
            asked["spec"]["resourceAttributes"],
            json!({"verb": "update", "group": "apps", "resource": "deployments", "subresource": "scale",
                "namespace": "shop", "name": "web"})
        );
        let asked = body(&request("patch", "nodes", "", ""));
        assert_eq!(
            asked["spec"]["resourceAttributes"],
            json!({"verb": "patch", "resource": "nodes"})
        );
        let review = Review::of_rules(EVERY);
        assert_eq!(review.path, "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews");
        assert!(review.body.contains("\"namespace\":\"-\""), "{}", review.body);
    }
}
