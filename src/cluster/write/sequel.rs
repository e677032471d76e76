//! What else a change leads to, found out once it is done.

use serde_json::Value;

use super::super::Client;
use super::request::read;
use crate::change::{Change, Read};

/// How often what was read leads to something else that must be read.
const ROUNDS: usize = 4;

/// The changes that must follow one that was done, those that were planned among them; none where it leads to nothing else.
///
/// # Errors
/// Why nothing of what follows it may be done, a phrase for people.
pub async fn sequel(client: &Client, change: &Change) -> Result<Vec<Change>, String> {
    let Some(sequel) = change.deed.sequel() else { return Ok(Vec::new()) };
    let mut known = Read::new();
    for _ in 0..ROUNDS {
        let mut paths = sequel.looks_at(&change.target, &known);
        paths.retain(|path| !known.contains_key(path));
        if paths.is_empty() {
            return sequel.leads_to(&change.target, &known);
        }
        for path in paths {
            let said = read(client, &path).await;
            let said =
                said.map_err(|error| format!("what follows cannot be found out: {error}"))?;
            known.insert(path, said.unwrap_or(Value::Null));
        }
    }
    Err(format!("what follows {} is not found out", change.words()))
}
