//! What words say of health, for resources that no kind models.

use crate::store::Health;

const OK: &[&str] = &[
    "true",
    "ready",
    "running",
    "active",
    "available",
    "bound",
    "healthy",
    "synced",
    "established",
    "valid",
    "ok",
    "normal",
    "online",
    "up",
    "approved",
    "enabled",
    "deployed",
    "reconciled",
    "issued",
    "inuse",
    "passed",
];
const IDLE: &[&str] = &[
    "succeeded",
    "completed",
    "complete",
    "done",
    "finished",
    "suspended",
    "paused",
    "disabled",
    "released",
    "none",
    "<none>",
    "-",
    "",
];
const CHANGING: &[&str] = &[
    "pending",
    "progressing",
    "creating",
    "provisioning",
    "updating",
    "upgrading",
    "deleting",
    "terminating",
    "waiting",
    "reconciling",
    "scheduling",
    "initializing",
    "starting",
    "stopping",
    "scaling",
    "installing",
    "restarting",
    "migrating",
    "queued",
    "new",
    "in progress",
    "inprogress",
];
const BROKEN: &[&str] = &[
    "false",
    "notready",
    "not ready",
    "failed",
    "failure",
    "error",
    "degraded",
    "unhealthy",
    "lost",
    "invalid",
    "missing",
    "unavailable",
    "rejected",
    "denied",
    "expired",
    "down",
    "offline",
    "stalled",
    "timeout",
    "aborted",
    "unreachable",
];

/// A guess at what a status says: by whole words, by the endings that Kubernetes uses, by counts such as `2/3`; what it does
/// not know is no news.
pub(crate) fn health(text: &str) -> Health {
    if let Some((ready, of)) = ratio(text) {
        return match (ready, of) {
            (_, 0) => Health::Idle,
            (0, _) => Health::Broken,
            (ready, of) if ready < of => Health::Warning,
            _ => Health::Ok,
        };
    }
    let word = text.trim().to_lowercase();
    let word = word.as_str();
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    if OK.contains(&word) {
        Health::Ok
    } else if IDLE.contains(&word) {
        Health::Idle
    } else if CHANGING.contains(&word) {
        Health::Changing
    } else if BROKEN.contains(&word)
        || ends(&["backoff", "failed", "error"])
        || word.starts_with("err")
    {
        Health::Broken
    } else if matches!(
        word,
        "unknown" | "outofsync" | "warning" | "drifted" | "partial" | "conflict"
    ) {
        Health::Warning
    } else if ends(&["ing"]) {
        Health::Changing
    } else {
        Health::Idle
    }
}

/// Reads `1/2`, and only what is printed back the same.
pub(super) fn ratio(text: &str) -> Option<(u32, u32)> {
    let (a, b) = text.split_once('/')?;
    let plain = |n: &str| n.parse().ok().filter(|value: &u32| value.to_string() == n);
    Some((plain(a)?, plain(b)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_of_well_known_resources() {
        for (text, wanted) in [
            ("True", Health::Ok),
            ("Healthy", Health::Ok),
            ("3/3", Health::Ok),
            ("2/3", Health::Warning),
            ("0/3", Health::Broken),
            ("0/0", Health::Idle),
            ("OutOfSync", Health::Warning),
            ("Progressing", Health::Changing),
            ("Rebalancing", Health::Changing),
            ("False", Health::Broken),
            ("ImagePullBackOff", Health::Broken),
            ("Suspended", Health::Idle),
            ("2026-01-15", Health::Idle),
        ] {
            assert_eq!(health(text), wanted, "{text}");
        }
        assert_eq!(ratio("01/2"), None);
        assert_eq!(ratio("1/2/3"), None);
    }
}
