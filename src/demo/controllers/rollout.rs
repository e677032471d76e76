//! What rolling updates share: template hashes, revisions, and how many pods may be missing or extra.

use serde_json::Value;

use crate::demo::rng;
use crate::demo::value::{At, remove};

/// The annotation that numbers the replica sets of a deployment.
pub const REVISION: &str = "/metadata/annotations/deployment.kubernetes.io~1revision";
/// The label that tells the pods of one template from those of another.
pub const HASH: &str = "pod-template-hash";

/// The hash of a template, as it ends the names of replica sets and revisions.
pub fn template_hash(template: &Value) -> String {
    rng::suffix(rng::hash(0, &[&template.to_string()]), 10)
}

/// A template without the hash label that replica sets add.
pub fn bare(template: &Value) -> Value {
    let mut template = template.clone();
    remove(&mut template, &format!("/metadata/labels/{HASH}"));
    template
}

/// A count or a percentage of `total`, rounded up or down.
pub fn share(value: &Value, total: i64, up: bool) -> i64 {
    match value.as_str().and_then(|text| text.strip_suffix('%')) {
        Some(percent) => {
            let parts = percent.parse::<i64>().unwrap_or_default() * total;
            if up { (parts + 99) / 100 } else { parts / 100 }
        }
        None => value.as_i64().unwrap_or_default(),
    }
}

/// The revision an object is annotated with.
pub fn revision(object: &Value) -> i64 {
    object.text(REVISION).parse().unwrap_or_default()
}
