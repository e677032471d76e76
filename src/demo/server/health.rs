//! What the demo says of itself: `/readyz`, `/livez` and `/metrics`.

use axum::response::{IntoResponse, Response};

use super::route::Query;
use crate::demo::access::{self, User};
use crate::demo::status::Refusal;

/// The checks that an API server makes of itself, as far as they mean something to the demo.
const CHECKS: [&str; 12] = [
    "ping",
    "log",
    "etcd",
    "etcd-readiness",
    "informer-sync",
    "poststarthook/start-apiserver-admission-initializer",
    "poststarthook/start-apiextensions-controllers",
    "poststarthook/crd-informer-synced",
    "poststarthook/rbac/bootstrap-roles",
    "poststarthook/apiservice-registration-controller",
    "poststarthook/apiservice-discovery-controller",
    "shutdown",
];

/// Who in the demo still asks for what is deprecated: group, version, resource, and the release without it.
const DEPRECATED: [(&str, &str, &str, &str); 2] = [
    ("resource.k8s.io", "v1beta2", "resourceclaims", "1.39"),
    ("networking.k8s.io", "v1beta1", "servicecidrs", "1.37"),
];

/// `/readyz`, `/livez`, `/healthz`, with the checks by name where the query has `verbose`.
pub fn checks(path: &str, query: &Query) -> Response {
    if !query.on("verbose") {
        return "ok".into_response();
    }
    let mut text: String = CHECKS.iter().map(|check| format!("[+]{check} ok\n")).collect();
    text.push_str(path.trim_start_matches('/'));
    text.push_str(" check passed\n");
    text.into_response()
}

/// `/metrics`, for those who may do everything.
pub fn metrics(user: &User) -> Result<Response, Refusal> {
    if !access::is_master(user) {
        let message = format!("forbidden: User \"{}\" cannot get path \"/metrics\"", user.name);
        return Err(Refusal::new(403, "Forbidden", message));
    }
    let mut text = String::from(
        "# HELP apiserver_requested_deprecated_apis [STABLE] Gauge of deprecated APIs that have been requested.\n\
         # TYPE apiserver_requested_deprecated_apis gauge\n",
    );
    for (group, version, resource, removed) in DEPRECATED {
        text.push_str(&format!(
            "apiserver_requested_deprecated_apis{{group=\"{group}\",removed_release=\"{removed}\",resource=\"{resource}\",subresource=\"\",version=\"{version}\"}} 1\n"
        ));
    }
    text.push_str(
        "# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds 1.7684784e+09\n",
    );
    Ok(text.into_response())
}
