//! Errors in the API's own shape: a `Status` object with code, reason, message and details.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// A refusal, as an API server words it (`k8s.io/apimachinery/pkg/api/errors`).
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The HTTP status code.
    pub code: u16,
    /// The machine-readable reason, such as `NotFound`.
    pub reason: &'static str,
    /// The sentence for people.
    pub message: String,
    /// `details` of the Status.
    pub details: Value,
    /// Seconds after which the client may try again.
    pub retry_after: Option<u64>,
}

impl Refusal {
    /// A refusal without details.
    pub fn new(code: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Self { code, reason, message: message.into(), details: Value::Null, retry_after: None }
    }

    fn about(mut self, resource: &str, group: &str, name: &str) -> Self {
        self.details = json!({"name": name, "group": group, "kind": resource});
        self
    }

    /// 404: no such object.
    pub fn not_found(resource: &str, group: &str, name: &str) -> Self {
        let full = full(resource, group);
        Self::new(404, "NotFound", format!("{full} \"{name}\" not found"))
            .about(resource, group, name)
    }

    /// 404: no such path.
    pub fn no_resource() -> Self {
        let mut refusal =
            Self::new(404, "NotFound", "the server could not find the requested resource");
        refusal.details = json!({});
        refusal
    }

    /// 409: the name is taken.
    pub fn exists(resource: &str, group: &str, name: &str) -> Self {
        let full = full(resource, group);
        Self::new(409, "AlreadyExists", format!("{full} \"{name}\" already exists"))
            .about(resource, group, name)
    }

    /// 409: somebody else wrote first.
    pub fn conflict(resource: &str, group: &str, name: &str, why: &str) -> Self {
        let full = full(resource, group);
        let message = format!("Operation cannot be fulfilled on {full} \"{name}\": {why}");
        Self::new(409, "Conflict", message).about(resource, group, name)
    }

    /// 400: the request makes no sense.
    pub fn bad(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message)
    }

    /// 422: the object breaks a rule.
    pub fn invalid(kind: &str, group: &str, name: &str, field: &str, why: &str) -> Self {
        let full = full(kind, group);
        let mut refusal =
            Self::new(422, "Invalid", format!("{full} \"{name}\" is invalid: {field}: {why}"));
        refusal.details = json!({"name": name, "group": group, "kind": kind,
            "causes": [{"reason": "FieldValueInvalid", "message": why, "field": field}]});
        refusal
    }

    /// 410: the version asked for has been compacted.
    pub fn expired(message: impl Into<String>) -> Self {
        Self::new(410, "Expired", message)
    }

    /// 429 with a time to wait.
    pub fn too_many(message: impl Into<String>, retry_after: u64) -> Self {
        let mut refusal = Self::new(429, "TooManyRequests", message);
        refusal.details = json!({"retryAfterSeconds": retry_after});
        refusal.retry_after = Some(retry_after);
        refusal
    }

    /// 401: nobody we know.
    pub fn unauthorized() -> Self {
        Self::new(401, "Unauthorized", "Unauthorized")
    }

    /// The `Status` object.
    pub fn status(&self) -> Value {
        let mut status = json!({"kind": "Status", "apiVersion": "v1", "metadata": {},
            "status": "Failure", "message": self.message, "reason": self.reason, "code": self.code});
        if !self.details.is_null() {
            status["details"] = self.details.clone();
        }
        status
    }
}

fn full(resource: &str, group: &str) -> String {
    if group.is_empty() { resource.to_owned() } else { format!("{resource}.{group}") }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let code = StatusCode::from_u16(self.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = json_response(code, &self.status());
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// A JSON response with this status code.
pub fn json_response(code: StatusCode, value: &Value) -> Response {
    (code, [(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

/// `Status` of success, as deletions answer it.
pub fn success(resource: &str, group: &str, name: &str, uid: &str) -> Value {
    json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success",
        "details": {"name": name, "group": group, "kind": resource, "uid": uid}})
}
