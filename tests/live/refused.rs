//! What the cluster's own rules refuse: by a policy that the API server asks, and by a webhook. The person reads their words whole.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;

use base64::Engine as _;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use kx::change::edit::{Aim, Draft, Edition, Part, Reviewed, Said, bare, edited, write};
use kx::change::{Outcome, Proposal as _, Target};
use kx::cluster::review;
use kx::sheet::{Facts, Subject as _};
use serde_json::{Value, json};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::actions::Twins;
use crate::support::{now, wait_until};

const WEB: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: NAME}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: NAME}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: 'b:1'}]}}
";

/// What is refused here, and nowhere else in the cluster.
const RULES: &str = "
      - {apiGroups: [apps], apiVersions: [v1], operations: [UPDATE], resources: [deployments, deployments/scale]}";

const POLICY: &str = "
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: x-few-replicas}
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules:RULES
  validations:
  - expression: object.spec.replicas <= 5
    message: MESSAGE
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: x-few-replicas}
spec:
  policyName: x-few-replicas
  validationActions: [Deny]
  matchResources: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: x-policy}}}
";

/// Long on purpose: whoever cuts it somewhere loses the end, which says what to do.
const WORDS: &str = "no more than 5 replicas run in this namespace, because its nodes are shared with the people who close the books at \
                     the end of each month and who need what is left of them; ask in the channel of the platform for more, and say until when";

fn web(twins: &Twins, namespace: &str) -> Target {
    Target {
        namespace: namespace.to_owned(),
        name: "web".to_owned(),
        ..twins.target("deployments", "web")
    }
}

/// Scaling and editing are refused with these words, nothing is changed, and what is allowed is done.
async fn refused(twins: &Twins, namespace: &str, words: &str) {
    let object = || -> Value {
        let namespace = format!("-n={namespace}");
        let text = twins.lab.run(["get", &namespace, "-o=json", "deployment/web"]);
        serde_json::from_str(&text).unwrap()
    };
    // At once, after the request was sent.
    let report = twins.act("scale", web(twins, namespace), &["9"]).await;
    match &report.outcome {
        Outcome::Failed(why) => assert!(why.contains(words), "{why}"),
        other => panic!("{other:?}"),
    }
    assert!(report.words().contains(words), "{}", report.words());
    assert_eq!(object()["spec"]["replicas"], 0);

    // In the form, before anything is sent: the dry run is refused already.
    let part = Part { target: web(twins, namespace), base: Arc::new(bare(&object())) };
    let draft = Draft {
        name: "d".to_owned(),
        path: "/d.yaml".to_owned(),
        context: "lab".to_owned(),
        namespace: namespace.to_owned(),
        aim: Aim::Edit,
        parts: vec![part],
    };
    let text = write(&[], draft.parts.iter().map(|part| &*part.base));
    let review_of = async |replicas: &str| {
        let ours = text.replace("  replicas: 0", &format!("  replicas: {replicas}"));
        let edited = edited(&draft, &ours, &twins.catalog).unwrap().remove(0);
        review::review(&twins.client, Aim::Edit, edited).await.unwrap()
    };
    let review = review_of("9").await;
    match &review.said {
        Said::Refused(why, fields) => {
            assert!(why.contains(words), "{why}");
            assert!(fields.is_empty(), "{fields:?}");
        }
        other => panic!("{other:?}"),
    }
    let reviewed = Reviewed {
        draft: Arc::new(draft.clone()),
        text: text.clone(),
        reviews: Ok(vec![review]),
        problems: Vec::new(),
    };
    let edition = Edition::new(reviewed);
    let nothing = HashMap::new();
    let facts = Facts::new(&nothing, &|_| None, &twins.catalog, now());
    let shown: Vec<String> =
        edition.sheet(&facts).lines.iter().map(|line| line.text().trim().to_owned()).collect();
    assert!(shown.join(" ").contains(words), "{shown:#?}");
    assert_eq!(edition.verb(), "edit on", "nothing that is refused is offered to be sent");
    // The text goes back into the editor with the server's words above it.
    let again = match edition.editing().unwrap() {
        kx::change::edit::Editing::On(_, text) => text,
        other => panic!("{other:?}"),
    };
    let comment: Vec<&str> =
        again.lines().filter_map(|line| line.strip_prefix('#')).map(str::trim).collect();
    assert!(comment.join(" ").contains(words), "{again}");

    assert!(matches!(review_of("2").await.said, Said::Stored(_)));
    let report = twins.act("scale", web(twins, namespace), &["1"]).await;
    assert_eq!(report.outcome, Outcome::Done, "{}", report.words());
}

/// Whether the rules are in force: a dry run of what they refuse is refused with these words.
fn in_force(twins: &Twins, namespace: &str, words: &str) -> bool {
    let namespace = format!("-n={namespace}");
    let scale = ["scale", "--dry-run=server", &namespace, "deployment/web", "--replicas=9"];
    let output = twins.lab.command(scale).output().unwrap();
    String::from_utf8_lossy(&output.stderr).contains(words)
}

#[tokio::test]
async fn a_policy_that_refuses_is_told_whole() {
    let twins = Twins::new().await;
    twins.lab.create(&WEB.replace("NAME", "x-policy")).unwrap();
    let message = serde_json::to_string(WORDS).unwrap();
    twins.lab.create(&POLICY.replace("RULES", RULES).replace("MESSAGE", &message)).unwrap();
    wait_until("the policy is in force", || in_force(&twins, "x-policy", WORDS));
    refused(&twins, "x-policy", WORDS).await;
    let both = [
        "validatingadmissionpolicybinding/x-few-replicas",
        "validatingadmissionpolicy/x-few-replicas",
    ];
    twins.lab.run(["delete"].iter().chain(&both));
}

const WEBHOOK: &str = "
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: x-webhook}
webhooks:
- name: refuses.x-webhook.example.org
  admissionReviewVersions: [v1]
  sideEffects: None
  failurePolicy: Fail
  timeoutSeconds: 10
  clientConfig: {url: 'https://ADDRESS/admit', caBundle: BUNDLE}
  namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: x-webhook}}
  rules:RULES
";

/// What the webhook answers to a review.
fn judged(review: &Value) -> Value {
    let replicas = review["request"]["object"]["spec"]["replicas"].as_i64().unwrap_or(0);
    let mut response = json!({"uid": review["request"]["uid"], "allowed": replicas <= 5});
    if replicas > 5 {
        response["status"] = json!({"code": 403, "message": WORDS});
    }
    json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response})
}

/// Serves the webhook on loopback, with a certificate that nobody else signed: its address, and the certificate as a bundle.
async fn webhook() -> (std::net::SocketAddr, String, tokio::task::JoinHandle<()>) {
    let signed = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let bundle = base64::engine::general_purpose::STANDARD.encode(signed.cert.pem());
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from(signed.cert.der().to_vec())],
            PrivateKeyDer::try_from(signed.signing_key.serialize_der()).unwrap(),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let task = tokio::spawn(async move {
        let mut connections = tokio::task::JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            connections.spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let service = service_fn(async |request: Request<Incoming>| {
                    let body = request.into_body().collect().await.unwrap().to_bytes();
                    let answer = judged(&serde_json::from_slice(&body).unwrap()).to_string();
                    let answer = Response::builder()
                        .header("content-type", "application/json")
                        .body(Full::new(Bytes::from(answer)));
                    Ok::<_, Infallible>(answer.unwrap())
                });
                let server = hyper::server::conn::http1::Builder::new();
                let _ = server.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    (address, bundle, task)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_that_refuses_is_told_whole() {
    let twins = Twins::new().await;
    let (address, bundle, task) = webhook().await;
    twins.lab.create(&WEB.replace("NAME", "x-webhook")).unwrap();
    let yaml = WEBHOOK
        .replace("ADDRESS", &address.to_string())
        .replace("BUNDLE", &bundle)
        .replace("RULES", &RULES.replace("      -", "  -"));
    twins.lab.create(&yaml).unwrap();
    wait_until("the webhook is asked", || in_force(&twins, "x-webhook", WORDS));
    refused(&twins, "x-webhook", WORDS).await;

    // A webhook that is gone is told of as well: what could not be asked, and why.
    task.abort();
    let gone = || {
        let namespace = "-n=x-webhook";
        let scale = ["scale", "--dry-run=server", namespace, "deployment/web", "--replicas=2"];
        let output = twins.lab.command(scale).output().unwrap();
        String::from_utf8_lossy(&output.stderr).contains("failed calling webhook")
    };
    wait_until("the webhook is gone", gone);
    let report = twins.act("scale", web(&twins, "x-webhook"), &["2"]).await;
    match &report.outcome {
        Outcome::Failed(why) => {
            assert!(
                why.contains("failed calling webhook \"refuses.x-webhook.example.org\""),
                "{why}"
            );
            assert!(why.contains(&address.to_string()), "{why}");
        }
        other => panic!("{other:?}"),
    }
    twins.lab.run(["delete", "validatingwebhookconfiguration/x-webhook"]);
}

const QUOTA: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: x-quota}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: night, namespace: x-quota}
spec:
  schedule: '0 0 1 1 *'
  suspend: true
  jobTemplate: {spec: {suspend: true, template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'b:1'}]}}}}
---
apiVersion: v1
kind: Secret
metadata: {name: one, namespace: x-quota}
---
apiVersion: v1
kind: Pod
metadata: {name: one, namespace: x-quota}
spec: {automountServiceAccountToken: false, nodeSelector: {none: here}, containers: [{name: a, image: 'b:1'}]}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: few, namespace: x-quota}
spec: {hard: {count/jobs.batch: '0', count/secrets: '1', pods: '1'}}
";

/// What is not asked about by a dry run before: the request itself is refused.
/// An action, on what, the answers to its form, and kubectl's way.
type Case<'a> = (&'a str, &'a str, &'a str, &'a [&'a str], &'a [&'a str]);

#[tokio::test]
async fn a_quota_that_is_exceeded_is_told_whole() {
    let twins = Twins::new().await;
    twins.lab.create(QUOTA).unwrap();
    wait_until("the quota counts", || {
        let path = "-o=jsonpath={.status.used.pods}{.status.used.count/secrets}";
        twins.lab.run(["get", "-n=x-quota", "resourcequota/few", path]) == "11"
    });
    let target = |plural: &str, name: &str| Target {
        namespace: "x-quota".to_owned(),
        name: name.to_owned(),
        ..twins.target(plural, name)
    };
    let copied = ["busybox:1", "", "general", "two", "another one", "true", "false"];
    let cases: [Case<'_>; 3] = [
        ("trigger", "cronjobs", "night", &[], &["create", "job", "two", "--from=cronjob/night"]),
        ("duplicate", "secrets", "one", &["two"], &["create", "secret", "generic", "two"]),
        (
            "debug-copy",
            "pods",
            "one",
            &copied,
            &["debug", "one", "--copy-to=two", "--image=busybox:1", "--attach=false"],
        ),
    ];
    for (action, plural, name, answers, kubectl) in cases {
        let output = twins.lab.command([&["-n=x-quota"], kubectl].concat()).output().unwrap();
        let theirs = String::from_utf8(output.stderr).unwrap();
        let at = theirs.find("exceeded quota: few, requested: ");
        let theirs = theirs[at.unwrap_or_else(|| panic!("{theirs}"))..].trim_end();
        assert!(theirs.contains("limited: "), "{theirs}");
        let report = twins.act(action, target(plural, name), answers).await;
        match &report.outcome {
            Outcome::Failed(why) => {
                assert!(why.contains("is forbidden: ") && why.contains(theirs), "{why}: {theirs}");
            }
            other => panic!("{action}: {other:?}"),
        }
        assert!(report.words().contains(theirs), "{}", report.words());
        let left = twins.lab.run(["get", "-n=x-quota", "-o=name", "jobs,secrets,pods"]);
        assert!(!left.contains("two"), "{left}");
    }
    twins.lab.run(["delete", "namespace", "x-quota", "--wait=false"]);
}
