//! How a simulated container behaves. It follows from its image and command, so that an edit can mend it.

use serde_json::Value;

use crate::demo::rng;
use crate::demo::value::At;

/// What a container will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Behaviour {
    /// No registry has the image.
    pub missing: bool,
    /// Seconds that pulling and creating take.
    pub pull: i64,
    /// Seconds from start to ready.
    pub ready: i64,
    /// Ends after so many seconds with this exit code.
    pub exit: Option<(i64, i64)>,
}

/// Images that are in no registry; tags like `missing` are for users to try.
const MISSING: &[&str] = &["registry.demo/shop/recommendations:2.4.0-rc1"];
/// Images that end on their own: seconds, exit code.
const ENDING: &[(&str, i64, i64)] = &[
    ("registry.demo/payments/ledger-sync:1.5.0", 6, 1),
    ("registry.demo/platform/thumbnailer:0.9.3", 1_300, 137),
];

/// The behaviour of a container of a pod with this UID.
pub fn of(container: &Value, uid: &str, restart_policy: &str) -> Behaviour {
    let image = container.text("/image");
    let chance = rng::hash(7, &[uid, container.text("/name"), image]);
    let tag = image.rsplit_once(':').map_or("", |(_, tag)| tag);
    let missing = MISSING.contains(&image) || ["missing", "nope", "does-not-exist"].contains(&tag);
    let mut exit =
        ENDING.iter().find(|(known, ..)| *known == image).map(|(_, after, code)| (*after, *code));
    if exit.is_none() {
        exit = command_exit(container);
    }
    if exit.is_none() && restart_policy != "Always" {
        let fails = image.contains("/flaky-") && chance.is_multiple_of(3);
        exit = Some((8 + (chance % 23) as i64, i64::from(fails)));
    }
    Behaviour { missing, pull: 1 + (chance % 4) as i64, ready: 1 + (chance >> 8 & 3) as i64, exit }
}

/// `sleep N`, `true`, `false` and `exit N` as the command or in a `sh -c`.
fn command_exit(container: &Value) -> Option<(i64, i64)> {
    let words: Vec<&str> = ["/command", "/args"]
        .iter()
        .flat_map(|member| container.items(member))
        .filter_map(Value::as_str)
        .flat_map(|word| word.split(|c: char| c.is_whitespace() || ";&|".contains(c)))
        .filter(|word| !word.is_empty())
        .collect();
    let number = |index: usize| words.get(index + 1).and_then(|w| w.parse::<i64>().ok());
    let sleeps: i64 = words
        .iter()
        .enumerate()
        .filter(|(_, w)| **w == "sleep")
        .filter_map(|(i, _)| number(i))
        .sum();
    let code = match words.iter().rposition(|w| *w == "exit") {
        Some(index) => number(index),
        None if words.last() == Some(&"false") => Some(1),
        None if words.last() == Some(&"true") || sleeps > 0 => Some(0),
        None => None,
    };
    code.map(|code| (sleeps.max(1), code))
}
