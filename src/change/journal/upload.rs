//! The lines of the journal about what is written into a container's files: no object is changed by it, and the container is.

use serde_json::{Value, json};

use crate::files::{Job, Way};

use super::lines::{Who, stamped};

/// Why it is not taken back.
const LASTS: &str = "what was there before in the container is not kept";

/// The line that is kept before anything is written; `None` where nothing is, as with what comes out of a container.
pub fn uploading(id: &str, who: &Who, job: &Job) -> Option<Value> {
    let mut line = line(id, who, job, super::entry::SENDING)?;
    let Way::Up { from, to } = &job.way else { return None };
    let place = &job.files.place;
    line["method"] = json!("EXEC");
    line["path"] = json!(format!("/api/v1/namespaces/{}/pods/{}/exec", place.namespace, place.pod));
    line["body"] = json!({
        "container": place.container,
        "from": crate::files::local_words(&std::path::absolute(from).unwrap_or_else(|_| from.clone())),
        "to": to.words(),
    });
    Some(line)
}

/// The line that is kept of what became of it: what is to be said of it, or why it was not done; `None` as of [`uploading`].
pub fn uploaded(id: &str, who: &Who, job: &Job, came: Result<&str, &str>) -> Option<Value> {
    let mut line = line(id, who, job, if came.is_ok() { "done" } else { "failed" })?;
    match came {
        Ok("") => {}
        Ok(said) | Err(said) => line["message"] = json!(said),
    }
    Some(line)
}

fn line(id: &str, who: &Who, job: &Job, result: &str) -> Option<Value> {
    let Way::Up { to, .. } = &job.way else { return None };
    let place = &job.files.place;
    let mut line = stamped(id, who, result);
    line["action"] = json!(format!("{} to {} in {}", job.words(), to.words(), place.container));
    line["actions"] = json!(["upload"]);
    line["resource"] = json!("pods");
    line["namespace"] = json!(place.namespace);
    line["name"] = json!(place.pod);
    line["lasts"] = json!(LASTS);
    Some(line)
}
