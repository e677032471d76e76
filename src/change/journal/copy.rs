//! The lines of the journal about copies to and from containers: no object is changed by them; the container is, or what it holds leaves it.

use serde_json::{Value, json};

use crate::files::{Job, Way};

use super::lines::{Who, stamped};

/// The line that is kept before anything is copied.
pub fn copying(id: &str, who: &Who, job: &Job) -> Value {
    let mut line = line(id, who, job, super::entry::SENDING);
    let place = &job.files.place;
    let here = |path: &std::path::Path| {
        let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        crate::files::local_words(&whole)
    };
    let (from, to) = match &job.way {
        Way::Up { from, to } => (here(from), to.words()),
        Way::Down { from, to, .. } => (from.words(), here(to)),
    };
    line["method"] = json!("EXEC");
    line["path"] = json!(format!("/api/v1/namespaces/{}/pods/{}/exec", place.namespace, place.pod));
    line["body"] = json!({"container": place.container, "from": from, "to": to});
    line
}

/// The line that is kept of what became of it: what is to be said of it, or why it was not done.
pub fn copied(id: &str, who: &Who, job: &Job, came: Result<&str, &str>) -> Value {
    let mut line = line(id, who, job, if came.is_ok() { "done" } else { "failed" });
    match came {
        Ok("") => {}
        Ok(said) | Err(said) => line["message"] = json!(said),
    }
    line
}

fn line(id: &str, who: &Who, job: &Job, result: &str) -> Value {
    let container = &job.files.place.container;
    let (action, words, lasts) = match &job.way {
        Way::Up { to, .. } => (
            "upload",
            format!("{} to {} in {container}", job.words(), to.words()),
            "what was there before in the container is not kept",
        ),
        Way::Down { .. } => (
            "download",
            format!("{} from {container}", job.words()),
            "nothing was changed by it in the container",
        ),
    };
    let mut line = stamped(id, who, result);
    line["action"] = json!(words);
    line["actions"] = json!([action]);
    line["resource"] = json!("pods");
    line["namespace"] = json!(job.files.place.namespace);
    line["name"] = json!(job.files.place.pod);
    line["lasts"] = json!(lasts);
    line
}
