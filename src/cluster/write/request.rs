//! The requests of changes, and what is asked before them: what is there, and what the server would store.

use http::header::CONTENT_TYPE;
use http::{Method as Verb, Request};
use serde_json::Value;

use super::super::question::patient;
use super::super::watch::get;
use super::super::{Client, Error};
use crate::change::{Call, Method, Patch};

/// Who a field belongs to, in `metadata.managedFields`.
const MANAGER: &str = "kx";

/// Asks what the server would store, were this sent: nothing is changed, and what it does not know is refused.
///
/// # Errors
/// Whatever the server says to it, and whatever prevents an answer.
pub async fn dry_run(client: &Client, call: &Call) -> Result<Value, Error> {
    let mut request = request(call)?;
    let with = format!("{}&dryRun=All&fieldValidation=Strict", request.uri());
    *request.uri_mut() = with
        .parse()
        .map_err(|error: http::uri::InvalidUri| Error::Request { problem: error.to_string() })?;
    let bytes = patient(client.bytes(request)).await?;
    serde_json::from_slice(&bytes)
        .map_err(|error| Error::Decode { what: call.path.clone(), problem: error.to_string() })
}

/// Reads an object once; `None` where there is none.
///
/// # Errors
/// Whatever prevents an answer.
pub async fn read(client: &Client, path: &str) -> Result<Option<Value>, Error> {
    match patient(client.bytes(get(path, "application/json")?)).await {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| Error::Decode { what: path.to_owned(), problem: error.to_string() }),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The request of a call.
pub(super) fn request(call: &Call) -> Result<Request<Vec<u8>>, Error> {
    let (verb, content) = match call.method {
        Method::Create | Method::Evict => (Verb::POST, "application/json"),
        Method::Replace => (Verb::PUT, "application/json"),
        Method::Patch(patch) => (Verb::PATCH, patch.content_type()),
        Method::Delete => (Verb::DELETE, "application/json"),
    };
    let query = match call.method {
        Method::Delete => String::new(),
        Method::Patch(Patch::ApplyForce) => format!("?fieldManager={MANAGER}&force=true"),
        _ => format!("?fieldManager={MANAGER}"),
    };
    Request::builder()
        .method(verb)
        .uri(format!("{}{query}", call.path))
        .header(CONTENT_TYPE, content)
        .body(call.body.to_string().into_bytes())
        .map_err(|error| Error::Request { problem: error.to_string() })
}
