//! Why a group of the API does not answer that another server serves: what the API server says of it in its `APIService`.

use std::time::Duration;

use serde::Deserialize;

use super::get;
use crate::cluster::{Client, Error};
use crate::kinds::Resource;
use crate::wire::or_default;

/// How long the answer may take; the page waits for it.
const PATIENCE: Duration = Duration::from_secs(5);

/// `apiregistration.k8s.io/v1 APIService`, what is read of it here.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ApiService {
    #[serde(deserialize_with = "or_default")]
    spec: Spec,
    #[serde(deserialize_with = "or_default")]
    status: Status,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Spec {
    service: Option<Service>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Service {
    #[serde(deserialize_with = "or_default")]
    namespace: String,
    #[serde(deserialize_with = "or_default")]
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Status {
    #[serde(deserialize_with = "or_default")]
    conditions: Vec<Condition>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Condition {
    #[serde(rename = "type", deserialize_with = "or_default")]
    kind: String,
    #[serde(deserialize_with = "or_default")]
    status: String,
    #[serde(deserialize_with = "or_default")]
    message: String,
}

/// Why `resource` does not answer, where `error` is a 502, 503 or 504 and another server than the API server serves it; `None` where
/// that is not so, or may not be read.
pub(super) async fn unavailable(
    client: &Client,
    resource: &Resource,
    error: &Error,
) -> Option<String> {
    let code = error.status()?.code;
    if resource.group.is_empty() || !(502..=504).contains(&code) {
        return None;
    }
    let name = format!("{}.{}", resource.version, resource.group);
    let path = format!("/apis/apiregistration.k8s.io/v1/apiservices/{name}");
    let asked = client.bytes(get(&path, "application/json").ok()?);
    let answer = tokio::time::timeout(PATIENCE, asked).await.ok()?.ok()?;
    told(&name, &serde_json::from_slice(&answer).ok()?)
}

fn told(name: &str, service: &ApiService) -> Option<String> {
    let Service { namespace, name: behind } = service.spec.service.as_ref()?;
    let available = service.status.conditions.iter().find(|c| c.kind == "Available");
    let message = available.filter(|c| c.status != "True").map_or("", |c| c.message.trim());
    let message = if message.is_empty() { "it does not answer" } else { message };
    Some(format!("{name} is served by service {namespace}/{behind}: {message}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(json: &str) -> Option<String> {
        told("v1.x.example", &serde_json::from_str(json).unwrap_or_default())
    }

    #[test]
    fn what_the_api_server_found_out_is_said_and_where_it_has_not_yet_that_nobody_answers() {
        let with = |conditions: &str| {
            format!(
                r#"{{"spec": {{"service": {{"namespace": "a", "name": "b"}}}}, "status": {{"conditions": {conditions}}}}}"#
            )
        };
        let down = r#"[{"type": "Available", "status": "False", "message": "no endpoints\n"}]"#;
        let is = "v1.x.example is served by service a/b: ";
        assert_eq!(of(&with(down)), Some(format!("{is}no endpoints")));
        let up = r#"[{"type": "Available", "status": "True", "message": "all checks passed"}]"#;
        assert_eq!(of(&with(up)), Some(format!("{is}it does not answer")));
        assert_eq!(of(&with("null")), Some(format!("{is}it does not answer")));
        assert_eq!(of(r#"{"spec": {"service": null}}"#), None, "the API server itself");
    }

    proptest! {
        #[test]
        fn any_answer_will_do(json in "[\\{\\}\\[\\]:,\"a-z ]{0,60}") {
            let _ = of(&json);
        }
    }
}
