//! A debug container in a pod that is there (kubectl, `debug.go`, `debugByEphemeralContainer`).

use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};

use super::form::{Ask, TARGET, answers};
use super::profile::Style;
use super::spec::{Wanted, container_name};
use crate::change::{Call, Deed, Field, Made, Opens, Patch, Target};
use crate::session::{Meant, Place, containers, meant};

/// What stands for no container.
const NONE: &str = "none";

pub(super) static ASK: Ask = Ask {
    verb: "debug",
    note: "A container is added to the pod and cannot be taken out again: it is there until the pod is gone, and ends when its program does.",
    fields: |pod| {
        let names = containers(pod).into_iter().filter(|container| container.role.is_empty());
        let mut names: Vec<String> = names.map(|container| container.name).collect();
        // The one that is meant when none is named comes first.
        if let Meant::One(usual) = meant(pod, None) {
            names.sort_by_key(|name| *name != usual.name);
        }
        names.push(NONE.to_owned());
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        vec![Field::choice(TARGET, &names, "whose processes it sees")]
    },
    deed: |_, wanted, given| {
        let target = answers(given, TARGET).filter(|name| *name != NONE).map(str::to_owned);
        Ok(Arc::new(Ephemeral { wanted, target, name: OnceLock::new() }))
    },
};

/// Adds a debug container to a pod.
#[derive(Debug)]
struct Ephemeral {
    wanted: Wanted,
    /// The container whose processes it sees.
    target: Option<String>,
    /// Its name, once it is decided.
    name: OnceLock<String>,
}

impl Deed for Ephemeral {
    fn words(&self) -> String {
        format!("debug {}", self.wanted.words())
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["debug"]
    }

    fn call(&self, target: &Target, pod: &Value) -> Result<Option<Call>, String> {
        let name = self.name.get_or_init(|| container_name(pod, &self.wanted.suffix));
        let has = pod["spec"]["ephemeralContainers"].as_array().map_or(&[][..], Vec::as_slice);
        if has.iter().any(|container| container["name"] == **name) {
            return Ok(None);
        }
        if let Some("Succeeded" | "Failed") = pod["status"]["phase"].as_str() {
            return Err(format!(
                "{} has ended: nothing starts in it any more; debug-copy makes a copy",
                target.short()
            ));
        }
        let mut container = self.wanted.container(name);
        if let Some(target) = &self.target {
            container["targetContainerName"] = json!(target);
        }
        self.wanted.profile.apply(Style::Ephemeral, &mut json!({}), &mut container);
        // Without its order the list would begin with the new one.
        let names = has.iter().map(|container| container["name"].clone());
        let order: Vec<Value> =
            names.chain([json!(name)]).map(|name| json!({"name": name})).collect();
        let body = json!({"spec": {
            "$setElementOrder/ephemeralContainers": order,
            "ephemeralContainers": [container],
        }});
        Ok(Some(Call::patch(Patch::Strategic, target, pod, "ephemeralcontainers", body)))
    }

    fn lasts(&self) -> Option<&'static str> {
        Some("a debug container stays in its pod until that goes")
    }

    fn opens(&self, target: &Target) -> Option<Opens> {
        let place = Place {
            namespace: target.namespace.clone(),
            pod: target.name.clone(),
            container: self.name.get()?.clone(),
        };
        Some(Opens { place, made: Made::Nothing })
    }
}
