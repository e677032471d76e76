//! The `Status` object with which API servers explain a failure, in JSON or protobuf.

use std::time::Duration;

use http::{HeaderMap, StatusCode, header::RETRY_AFTER};

use super::Error;

/// A server's explanation of a failure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// The HTTP status code.
    pub code: u16,
    /// The machine's reason: `Forbidden`, `AlreadyExists`, `Expired`; may be empty.
    pub reason: String,
    /// The server's words; may be empty.
    pub message: String,
    /// The object's name, where the failure is about one.
    pub name: String,
    /// The group of the resource; empty for the core group, or where the failure is about no object.
    pub group: String,
    /// The resource (the API calls it `kind`), where the failure is about one.
    pub resource: String,
    /// What exactly is wrong, field by field.
    pub causes: Vec<Cause>,
    /// How long the server asks to wait, from `Retry-After` or the details.
    pub retry_after: Option<Duration>,
}

/// One thing wrong with what was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cause {
    /// `FieldValueInvalid` and the like.
    pub reason: String,
    /// In words.
    pub message: String,
    /// The field, `spec.replicas`; may be empty.
    pub field: String,
}

/// `meta/v1.Status`; numbers as in apimachinery's `generated.proto`.
#[derive(Clone, PartialEq, prost::Message, serde::Deserialize)]
#[serde(default)]
struct RawStatus {
    #[prost(string, tag = "3")]
    message: String,
    #[prost(string, tag = "4")]
    reason: String,
    #[prost(message, optional, tag = "5")]
    details: Option<RawDetails>,
    #[prost(int32, tag = "6")]
    code: i32,
}

#[derive(Clone, PartialEq, prost::Message, serde::Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawDetails {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    group: String,
    #[prost(string, tag = "3")]
    kind: String,
    #[prost(message, repeated, tag = "4")]
    causes: Vec<RawCause>,
    #[prost(int32, tag = "5")]
    retry_after_seconds: i32,
}

#[derive(Clone, PartialEq, prost::Message, serde::Deserialize)]
#[serde(default)]
struct RawCause {
    #[prost(string, tag = "1")]
    reason: String,
    #[prost(string, tag = "2")]
    message: String,
    #[prost(string, tag = "3")]
    field: String,
}

/// `runtime.Unknown`, the envelope around every protobuf object.
#[derive(Clone, PartialEq, prost::Message)]
struct Unknown {
    #[prost(bytes = "vec", tag = "2")]
    raw: Vec<u8>,
}

const PROTOBUF_MAGIC: &[u8] = b"k8s\0";

fn parse(body: &[u8]) -> Option<RawStatus> {
    if let Some(envelope) = body.strip_prefix(PROTOBUF_MAGIC) {
        let unknown = <Unknown as prost::Message>::decode(envelope).ok()?;
        return <RawStatus as prost::Message>::decode(unknown.raw.as_slice()).ok();
    }
    serde_json::from_slice(body).ok()
}

impl Status {
    /// Reads the body of a failed answer; a body that is no `Status` (a proxy's page) becomes the message.
    pub fn parse(code: u16, headers: &HeaderMap, body: &[u8]) -> Self {
        let raw = parse(body)
            .unwrap_or_else(|| RawStatus { message: first_words(body), ..RawStatus::default() });
        let details = raw.details.unwrap_or_default();
        let asked = u64::try_from(details.retry_after_seconds).ok().filter(|seconds| *seconds > 0);
        Self {
            // An event of a watch has no HTTP status of its own: there the object's code counts.
            code: if code == 0 { u16::try_from(raw.code).unwrap_or(0) } else { code },
            reason: raw.reason,
            message: raw.message,
            name: details.name,
            group: details.group,
            resource: details.kind,
            causes: details
                .causes
                .into_iter()
                .map(|raw| Cause { reason: raw.reason, message: raw.message, field: raw.field })
                .collect(),
            retry_after: retry_after(headers).or(asked).map(Duration::from_secs),
        }
    }

    /// The server's words in one line, or the code's where it has none.
    pub fn line(&self) -> String {
        if !self.message.is_empty() {
            return self.message.clone();
        }
        match StatusCode::from_u16(self.code).ok().and_then(|code| code.canonical_reason()) {
            Some(words) => format!("the server answered {} {words}", self.code),
            None => format!("the server answered {}", self.code),
        }
    }
}

fn retry_after(headers: &HeaderMap) -> Option<u64> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

/// What a body that is no `Status` says, fit for one line: no tags, no control characters, not long.
fn first_words(body: &[u8]) -> String {
    const LONGEST: usize = 200;
    let text = String::from_utf8_lossy(&body[..body.len().min(4096)]);
    let mut words = String::new();
    let mut in_tag = false;
    for c in text.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => {
                in_tag = false;
                words.push(' ');
            }
            _ if in_tag => {}
            c if c.is_control() || c == char::REPLACEMENT_CHARACTER => words.push(' '),
            c => words.push(c),
        }
    }
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

impl Error {
    /// The error behind a failed answer's status and body.
    ///
    /// With `code` 0 the code inside the body counts: so it is with the `ERROR` events of a watch.
    pub fn from_status(code: u16, body: &[u8]) -> Self {
        Self::from_answer(code, &HeaderMap::new(), body)
    }

    /// Like [`Error::from_status`], also reading `Retry-After`.
    pub fn from_answer(code: u16, headers: &HeaderMap, body: &[u8]) -> Self {
        Self::of(Status::parse(code, headers, body))
    }

    /// The error that a `Status` tells of.
    pub fn of(status: Status) -> Self {
        let status = Box::new(status);
        match status.code {
            401 => Self::Unauthorized { who: String::new(), status },
            403 => {
                let denied = Denied::parse(&status.message);
                Self::Forbidden {
                    user: denied.user,
                    verb: denied.verb,
                    resource: denied.resource,
                    namespace: denied.namespace,
                    status,
                }
            }
            404 => Self::NotFound { status },
            409 => Self::Conflict { status },
            410 => Self::Expired { status },
            400 | 422 => Self::Invalid { status },
            429 => Self::TooManyRequests { status },
            500.. => Self::Server { status },
            _ => Self::Api { status },
        }
    }
}

/// What RBAC's words say was denied.
///
/// `pods is forbidden: User "u" cannot list resource "pods" in API group "apps" in the namespace "n"`
/// (apiserver, `endpoints/handlers/responsewriters/errors.go`).
#[derive(Default)]
struct Denied {
    user: String,
    verb: String,
    resource: String,
    namespace: Option<String>,
}

impl Denied {
    fn parse(message: &str) -> Self {
        let parts = || {
            let (_, rest) = message.split_once("User \"")?;
            let (user, rest) = rest.split_once("\" cannot ")?;
            let (verb, rest) = rest.split_once(" resource \"")?;
            let (resource, rest) = rest.split_once('"')?;
            let group = after(rest, " in API group \"").unwrap_or_default();
            let resource =
                if group.is_empty() { resource.to_owned() } else { format!("{resource}.{group}") };
            let namespace = after(rest, " in the namespace \"").map(str::to_owned);
            Some(Self { user: user.into(), verb: verb.into(), resource, namespace })
        };
        parts().unwrap_or_default()
    }
}

fn after<'a>(text: &'a str, opening: &str) -> Option<&'a str> {
    Some(text.split_once(opening)?.1.split_once('"')?.0)
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;

    const FORBIDDEN: &str = r#"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",
        "message":"deployments.apps is forbidden: User \"jane\" cannot list resource \"deployments\" in API group \"apps\" in the namespace \"shop\"",
        "reason":"Forbidden","details":{"group":"apps","kind":"deployments"},"code":403}"#;

    #[test]
    fn forbidden_names_user_verb_resource_and_namespace() {
        let error = Error::from_status(403, FORBIDDEN.as_bytes());
        assert_eq!(
            error.to_string(),
            "forbidden: user \"jane\" may not list deployments.apps in namespace \"shop\""
        );
        assert!(error.hint().unwrap().contains("kubectl auth can-i list deployments.apps -n shop"));
        assert!(!error.is_retryable());
    }

    #[test]
    fn forbidden_cluster_wide_and_in_other_words() {
        let body = r#"{"message":"nodes is forbidden: User \"x\" cannot list resource \"nodes\" in API group \"\" at the cluster scope"}"#;
        let error = Error::from_status(403, body.as_bytes());
        assert_eq!(error.to_string(), "forbidden: user \"x\" may not list nodes cluster-wide");
        let error = Error::from_status(403, br#"{"message":"exceeded quota: pods"}"#);
        assert_eq!(error.to_string(), "exceeded quota: pods");
    }

    #[test]
    fn protobuf_and_json_say_the_same() {
        let raw = RawStatus {
            message: "too old resource version: 5 (9)".into(),
            reason: "Expired".into(),
            details: Some(RawDetails { retry_after_seconds: 7, ..RawDetails::default() }),
            code: 410,
        };
        let unknown = Unknown { raw: raw.encode_to_vec() };
        let protobuf = [PROTOBUF_MAGIC, &unknown.encode_to_vec()].concat();
        let json =
            br#"{"kind":"Status","message":"too old resource version: 5 (9)","reason":"Expired",
            "details":{"retryAfterSeconds":7},"code":410}"#;
        let error = Error::from_status(0, &protobuf);
        assert_eq!(error, Error::from_status(410, json));
        assert!(matches!(error, Error::Expired { .. }));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    }

    #[test]
    fn a_proxys_page_becomes_words() {
        let page =
            b"<html><head><title>502 Bad Gateway</title></head>\r\n<body><h1>oops</h1></body>";
        let error = Error::from_status(502, page);
        assert_eq!(error.to_string(), "502 Bad Gateway oops");
        assert!(error.is_retryable());
        assert_eq!(
            Error::from_status(503, b"").to_string(),
            "the server answered 503 Service Unavailable"
        );
    }

    #[test]
    fn retry_after_header_wins() {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, "3".parse().unwrap())]);
        let error = Error::from_answer(429, &headers, b"{}");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));
        assert!(error.is_retryable());
    }

    proptest::proptest! {
            #[test]
            fn any_bytes_give_an_error_and_never_a_panic(code in 0u16..1000, body: Vec<u8>, magic: bool) {
                let body = if magic { [PROTOBUF_MAGIC, &body].concat() } else { body };
                let error = Error::from_status(code, &body);
    let shown = error.to_string();
                proptest::prop_assert!(!shown.is_empty(), "{:?}", error);
                let _ = (error.hint(), error.is_retryable(), error.retry_after());
            }
        }
}
