//! Ephemeral containers: they start as soon as they are there, and nothing restarts them.

use serde_json::{Value, json};

use crate::demo::value::{At, set};

/// Starts the ephemeral containers of a running pod that have no status yet.
pub fn start(pod: &mut Value, now: &str) {
    const STATUSES: &str = "/status/ephemeralContainerStatuses";
    let mut statuses = pod.items(STATUSES).to_vec();
    let known = statuses.len();
    for container in pod.items("/spec/ephemeralContainers") {
        let name = container.text("/name");
        if statuses.iter().all(|status| status.text("/name") != name) {
            statuses.push(json!({
                "name": name, "image": container.text("/image"), "imageID": "", "ready": false,
                "restartCount": 0, "state": {"running": {"startedAt": now}}, "lastState": {},
            }));
        }
    }
    if statuses.len() > known {
        set(pod, STATUSES, statuses);
    }
}
