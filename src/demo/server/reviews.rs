//! Reviews: who am I, may I, what may I.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::{Call, Shared};
use crate::demo::access::{self, Ask, User};
use crate::demo::status::{Refusal, json_response};
use crate::demo::value::{At, set};
use crate::demo::world::World;

/// Answers a review; nothing is kept.
pub fn answer(shared: &Arc<Shared>, call: &Call, body: &[u8]) -> Result<Response, Refusal> {
    let mut review: Value = serde_json::from_slice(body)
        .map_err(|e| Refusal::bad(format!("the object provided is unrecognized: {e}")))?;
    let world = shared.world();
    let status = match call.resource.plural.as_str() {
        "selfsubjectreviews" => {
            json!({"userInfo": {"username": call.user.name, "groups": call.user.groups}})
        }
        "selfsubjectaccessreviews" => access_status(&world, &call.user, review.at("/spec")),
        "subjectaccessreviews" | "localsubjectaccessreviews" => {
            let groups = review
                .items("/spec/groups")
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect();
            let user = User { name: review.text("/spec/user").to_owned(), groups };
            access_status(&world, &user, review.at("/spec"))
        }
        "selfsubjectrulesreviews" => {
            rules_status(&world, &call.user, review.text("/spec/namespace"))
        }
        // Tokens of others are nobody's business here: none is known.
        _ => json!({"authenticated": false}),
    };
    set(&mut review, "/kind", call.resource.kind.as_str());
    set(&mut review, "/apiVersion", call.resource.api_version());
    set(&mut review, "/status", status);
    Ok(json_response(StatusCode::CREATED, &review))
}

fn access_status(world: &World, user: &User, spec: &Value) -> Value {
    if spec.has("/nonResourceAttributes") {
        let allowed = access::is_master(user) || spec.text("/nonResourceAttributes/verb") == "get";
        return json!({"allowed": allowed});
    }
    let asked = spec.at("/resourceAttributes");
    let resource = match asked.text("/subresource") {
        "" => asked.text("/resource").to_owned(),
        sub => format!("{}/{sub}", asked.text("/resource")),
    };
    let given = |pointer: &str| Some(asked.text(pointer)).filter(|text| !text.is_empty());
    let ask = Ask {
        verb: asked.text("/verb"),
        group: asked.text("/group"),
        resource: &resource,
        namespace: given("/namespace"),
        name: given("/name"),
    };
    if access::may(&world.store, user, &ask) {
        json!({"allowed": true, "reason": "RBAC: allowed by the demo's roles"})
    } else {
        json!({"allowed": false})
    }
}

fn rules_status(world: &World, user: &User, namespace: &str) -> Value {
    let mut rules = access::rules(&world.store, user, Some(namespace));
    if access::is_master(user) {
        rules.push(json!({"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}));
    }
    let (plain, resources): (Vec<Value>, Vec<Value>) =
        rules.into_iter().partition(|r| r.has("/nonResourceURLs"));
    let plain: Vec<Value> = plain
        .iter()
        .map(|r| json!({"verbs": r.at("/verbs"), "nonResourceURLs": r.at("/nonResourceURLs")}))
        .collect();
    json!({"resourceRules": resources, "nonResourceRules": plain, "incomplete": false})
}
