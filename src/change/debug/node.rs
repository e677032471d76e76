//! A pod for debugging on a node, with the node's own processes, network and files (kubectl, `debug.go`, `generateNodeDebugPod`).

use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};

use super::form::{Ask, NAMESPACE, answers};
use super::profile::Style;
use super::spec::Wanted;
use crate::change::{Call, Complaint, Deed, Field, Made, Opens, Target};
use crate::session::Place;

/// What kubectl calls the container.
const CONTAINER: &str = "debugger";

pub(super) static ASK: Ask = Ask {
    verb: "debug",
    note: "A pod runs on the node, with the node's files at /host, and is deleted when you leave it.",
    fields: |_| vec![Field::text(NAMESPACE, "default", "the pod's")],
    deed: |_, wanted, given| {
        let namespace = answers(given, NAMESPACE).unwrap_or_default().to_owned();
        if namespace.is_empty()
            || namespace.contains(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        {
            return Err(Complaint::from("type the name of a namespace for the pod".to_owned()));
        }
        Ok(Arc::new(OnNode { wanted, namespace, name: OnceLock::new() }))
    },
};

/// Makes a pod for debugging on a node.
#[derive(Debug)]
struct OnNode {
    wanted: Wanted,
    namespace: String,
    /// Its name, once it is decided.
    name: OnceLock<String>,
}

impl Deed for OnNode {
    fn words(&self) -> String {
        format!("debug {}", self.wanted.words())
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["debug"]
    }

    fn makes_in(&self) -> Option<&str> {
        Some(&self.namespace)
    }

    fn call(&self, target: &Target, _: &Value) -> Result<Option<Call>, String> {
        let name = self
            .name
            .get_or_init(|| format!("node-debugger-{}-{}", target.name, self.wanted.suffix));
        let mut container = self.wanted.container(CONTAINER);
        let mut spec = json!({
            "nodeName": target.name,
            "restartPolicy": "Never",
            "tolerations": [{"operator": "Exists"}],
        });
        self.wanted.profile.apply(Style::Node, &mut spec, &mut container);
        spec["containers"] = json!([container]);
        let body = json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": name,
                "namespace": self.namespace,
                // kubectl's, so that whoever looks for what was left over finds ours too.
                "labels": {"app.kubernetes.io/managed-by": "kubectl-debug"},
            },
            "spec": spec,
        });
        Ok(Some(Call::create(&format!("/api/v1/namespaces/{}/pods", self.namespace), body)))
    }

    fn opens(&self, _: &Target) -> Option<Opens> {
        let place = Place {
            namespace: self.namespace.clone(),
            pod: self.name.get()?.clone(),
            container: CONTAINER.to_owned(),
        };
        Some(Opens { place, made: Made::ForThis })
    }
}
