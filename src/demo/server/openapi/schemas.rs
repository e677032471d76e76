//! The schemas of the demo's objects: enough of the fields that people write to see what an editor makes of them. Where not all fields are
//! told, others may be written too.

use serde_json::{Value, json};

const OPEN: &str = "x-kubernetes-preserve-unknown-fields";

fn text(doc: &str) -> Value {
    json!({"type": "string", "description": doc})
}

fn number(doc: &str) -> Value {
    json!({"type": "integer", "format": "int32", "description": doc})
}

fn flag(doc: &str) -> Value {
    json!({"type": "boolean", "description": doc})
}

fn choice(doc: &str, options: &[&str]) -> Value {
    json!({"type": "string", "description": doc, "enum": options})
}

fn texts(doc: &str) -> Value {
    json!({"type": "array", "items": {"type": "string"}, "description": doc})
}

fn map(doc: &str) -> Value {
    json!({"type": "object", "additionalProperties": {"type": "string"}, "description": doc})
}

fn of(name: &str, doc: &str) -> Value {
    json!({"allOf": [{"$ref": format!("#/components/schemas/{name}")}], "description": doc})
}

fn list(name: &str, doc: &str) -> Value {
    json!({"type": "array", "items": of(name, ""), "description": doc})
}

/// What all kinds are made of.
pub fn shared() -> Value {
    json!({
        "Meta": {"type": "object", OPEN: true, "properties": {
            "name": text("The object's name, which no other of its kind has in the namespace."),
            "namespace": text("The namespace that it lives in."),
            "labels": map("Words by which it is selected."),
            "annotations": map("Words that programs and people leave at it; nothing is selected by them."),
            "finalizers": texts("Who must have done something before it may be gone."),
        }},
        "Selector": {"type": "object", "properties": {
            "matchLabels": map("Labels that all must be there."),
            "matchExpressions": {"type": "array", "items": {"type": "object"}, "description": "Conditions on labels that all must hold."},
        }},
        "Template": {"type": "object", "properties": {
            "metadata": of("Meta", "The labels and annotations of the pods."),
            "spec": of("PodSpec", "What the pods are made of."),
        }},
        "PodSpec": {"type": "object", OPEN: true, "required": ["containers"], "properties": {
            "containers": list("Container", "The containers, of which there is at least one."),
            "initContainers": list("Container", "Containers that run before, one after the other."),
            "nodeSelector": map("Labels that a node must have for the pod to run on it."),
            "restartPolicy": choice("When containers that ended are started again.", &["Always", "OnFailure", "Never"]),
            "serviceAccountName": text("The account that it speaks to the API server as."),
            "terminationGracePeriodSeconds": number("How many seconds containers have to end by themselves."),
            "priorityClassName": text("The class that says what goes first where room is short."),
            "hostNetwork": flag("Whether it has the node's network."),
            "volumes": {"type": "array", "items": {"type": "object", OPEN: true}, "description": "What its containers can mount."},
        }},
        "Container": {"type": "object", OPEN: true, "required": ["name"], "properties": {
            "name": text("The container's name, which no other of the pod has."),
            "image": text("The image that it is started from."),
            "imagePullPolicy": choice("When the node fetches the image.", &["Always", "IfNotPresent", "Never"]),
            "command": texts("What is run in place of the image's entry point."),
            "args": texts("What that is called with."),
            "workingDir": text("Where it is run."),
            "env": list("Variable", "Variables of its environment."),
            "ports": list("Port", "Ports that it listens on."),
            "resources": of("Resources", "What it asks for, and what it may use at most."),
            "livenessProbe": of("Probe", "When it fails, the container is started again."),
            "readinessProbe": of("Probe", "While it fails, services send nothing here."),
            "startupProbe": of("Probe", "Until it succeeds, the other probes wait."),
            "volumeMounts": {"type": "array", "items": {"type": "object", OPEN: true}, "description": "Where volumes are seen in it."},
        }},
        "Variable": {"type": "object", "required": ["name"], "properties": {
            "name": text("The variable's name."), "value": text("Its value."),
            "valueFrom": {"type": "object", "description": "Where its value comes from."},
        }},
        "Port": {"type": "object", "required": ["containerPort"], "properties": {
            "containerPort": number("The port's number."), "name": text("Its name, for services to refer to."),
            "protocol": choice("Its protocol.", &["TCP", "UDP", "SCTP"]),
            "hostPort": number("The port of the node that leads there."), "hostIP": text("The address of the node that leads there."),
        }},
        "Resources": {"type": "object", "properties": {
            "limits": map("What it may use at most: cpu, memory."), "requests": map("What is set aside for it: cpu, memory."),
            "claims": {"type": "array", "items": {"type": "object"}, "description": "Devices that were claimed for the pod."},
        }},
        "Probe": {"type": "object", OPEN: true, "properties": {
            "periodSeconds": number("How many seconds lie between two probes."),
            "timeoutSeconds": number("After how many seconds a probe has failed."),
            "failureThreshold": number("How many must fail one after the other."),
            "initialDelaySeconds": number("How many seconds pass before the first."),
        }},
    })
}

/// The fields of a kind's objects besides apiVersion, kind and metadata; `None` where any may be written.
fn fields(kind: &str) -> Option<Value> {
    Some(match kind {
        "Deployment" => json!({"status": {"type": "object"}, "spec": {"type": "object",
            "description": "What is wanted of the deployment.", "required": ["selector", "template"], "properties": {
            "replicas": number("How many pods are wanted."),
            "selector": of("Selector", "Which pods are its own; they must have what the template gives them."),
            "template": of("Template", "What its pods look like."),
            "strategy": {"type": "object", "description": "How pods are replaced by new ones.", "properties": {
                "type": choice("Whether all go before the first new one comes, or a few at a time.", &["Recreate", "RollingUpdate"]),
                "rollingUpdate": {"type": "object", "description": "How many at a time."}}},
            "minReadySeconds": number("How many seconds a pod must be ready before it counts."),
            "revisionHistoryLimit": number("How many old revisions are kept to go back to."),
            "progressDeadlineSeconds": number("After how many seconds without progress a rollout has failed."),
            "paused": flag("Whether changes of the template wait."),
        }}}),
        "ConfigMap" => json!({
            "data": map("Its texts, by key."), "binaryData": map("Its bytes in base64, by key."),
            "immutable": flag("Whether it can never be changed again."),
        }),
        "Pod" => {
            json!({"spec": of("PodSpec", "What it is made of."), "status": {"type": "object"}})
        }
        _ => return None,
    })
}

/// The schema of a kind's objects.
pub fn object(kind: &str) -> Value {
    let Some(mut fields) = fields(kind) else { return json!({"type": "object"}) };
    fields["apiVersion"] = text("The group and version of its kind.");
    fields["kind"] = text("What it is.");
    fields["metadata"] = of("Meta", "Its name, its labels, what the server knows of it.");
    json!({"type": "object", "properties": fields})
}
