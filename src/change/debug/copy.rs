//! A copy of a pod for debugging (kubectl, `debug.go`, `generatePodCopyWithDebugContainer`): where nothing may be done to the pod itself, or its
//! container does not stay up long enough.

use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};

use super::form::{Ask, CONTAINER, NAME, SAME_NODE, SHARE, answers};
use super::profile::Style;
use super::spec::{Wanted, container_name};
use crate::change::{Call, Complaint, Deed, Field, Made, Opens, Target};
use crate::session::{Place, containers};

/// What stands for a container beside those of the pod.
const ANOTHER: &str = "another one";
/// Probes, which would end a container that is being looked at.
const PROBES: [&str; 3] = ["livenessProbe", "readinessProbe", "startupProbe"];

pub(super) static ASK: Ask = Ask {
    verb: "debug",
    note: "The copy has no labels, so that no service and no controller takes it for its own, and no probes. Whether it is deleted afterwards is asked.",
    fields: |pod| {
        let name = pod["metadata"]["name"].as_str().unwrap_or_default();
        let own = containers(pod).into_iter().filter(|container| container.role.is_empty());
        let names: Vec<String> = own.map(|container| container.name).collect();
        let mut options = vec![ANOTHER];
        options.extend(names.iter().map(String::as_str));
        vec![
            Field::text(NAME, format!("{name}-debug"), "the copy's"),
            Field::choice(CONTAINER, &options, "which one gets image and command"),
            Field::switch(SHARE, true, "its containers see each other's processes"),
            Field::switch(SAME_NODE, false, "on the node of the pod"),
        ]
    },
    deed: |target, wanted, given| {
        let name = answers(given, NAME).unwrap_or_default().to_owned();
        if name.is_empty()
            || name == target.name
            || name.contains(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '.'))
        {
            return Err(Complaint::from(
                "type a name for the copy that is not the pod's".to_owned(),
            ));
        }
        let on = |label| answers(given, label) == Some("true");
        let container = answers(given, CONTAINER).filter(|name| *name != ANOTHER);
        Ok(Arc::new(OfPod {
            wanted,
            name,
            container: container.map_or_else(OnceLock::new, |name| OnceLock::from(name.to_owned())),
            share: on(SHARE),
            same_node: on(SAME_NODE),
        }))
    },
};

/// Makes a copy of a pod.
#[derive(Debug)]
struct OfPod {
    wanted: Wanted,
    name: String,
    /// The container that gets image and command; where none was chosen, another one whose name is decided later.
    container: OnceLock<String>,
    share: bool,
    same_node: bool,
}

impl Deed for OfPod {
    fn words(&self) -> String {
        format!("debug a copy as {} {}", self.name, self.wanted.words())
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["debug-copy"]
    }

    fn call(&self, target: &Target, pod: &Value) -> Result<Option<Call>, String> {
        let name = self.container.get_or_init(|| container_name(pod, &self.wanted.suffix));
        let mut spec = pod["spec"].clone();
        let Some(fields) = spec.as_object_mut() else {
            return Err(format!("{} has no spec", target.short()));
        };
        fields.remove("ephemeralContainers");
        if !self.same_node {
            fields.remove("nodeName");
        }
        if !self.share {
            spec["shareProcessNamespace"] = json!(false);
        }
        let mut all = match spec["containers"].take() {
            Value::Array(all) => all,
            _ => Vec::new(),
        };
        let at = all.iter().position(|container| container["name"] == **name);
        let at = at.unwrap_or_else(|| {
            all.push(json!({"name": name, "terminationMessagePolicy": "File"}));
            all.len() - 1
        });
        let debug = &mut all[at];
        debug["image"] = json!(self.wanted.image);
        debug["stdin"] = json!(true);
        debug["tty"] = json!(true);
        if !self.wanted.command.is_empty() {
            debug["command"] = json!(self.wanted.command);
            drop(debug.as_object_mut().map(|container| container.remove("args")));
        }
        self.wanted.profile.apply(Style::Copy, &mut spec, debug);
        for container in all.iter_mut().filter_map(Value::as_object_mut) {
            container.retain(|field, _| !PROBES.contains(&field.as_str()));
        }
        spec["containers"] = Value::Array(all);
        let body = json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": self.name, "namespace": target.namespace},
            "spec": spec,
        });
        Ok(Some(Call::create(&format!("/api/v1/namespaces/{}/pods", target.namespace), body)))
    }

    fn opens(&self, target: &Target) -> Option<Opens> {
        let place = Place {
            namespace: target.namespace.clone(),
            pod: self.name.clone(),
            container: self.container.get()?.clone(),
        };
        Some(Opens { place, made: Made::ForKeeps })
    }
}
