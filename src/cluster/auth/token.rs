//! A token in a file, as service accounts have it: somebody renews it while we run.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use http::HeaderValue;
use tokio::sync::Mutex;

use super::headers::bearer;
use crate::cluster::error::Error;

/// How long a token is used before its file is read again (client-go, `transport/token_source.go`).
const GOOD_FOR: Duration = Duration::from_mins(1);

/// A token in a file.
pub(in crate::cluster) struct TokenFile {
    path: PathBuf,
    /// What the kubeconfig gives beside the file, used until the file can be read.
    state: Mutex<State>,
}

struct State {
    header: Option<HeaderValue>,
    read: Option<Instant>,
}

impl TokenFile {
    pub(super) fn new(path: &str, spare: Option<&str>) -> Self {
        let header = spare.and_then(|token| bearer(token).ok());
        Self { path: path.into(), state: Mutex::new(State { header, read: None }) }
    }

    /// The token, at most a minute old.
    pub(super) async fn header(&self) -> Result<HeaderValue, Error> {
        let mut state = self.state.lock().await;
        match (&state.header, state.read) {
            (Some(header), Some(read)) if read.elapsed() < GOOD_FOR => Ok(header.clone()),
            _ => self.read(&mut state).await,
        }
    }

    /// The token as it stands in the file now.
    pub(super) async fn reread(&self) -> Result<HeaderValue, Error> {
        self.read(&mut *self.state.lock().await).await
    }

    async fn read(&self, state: &mut State) -> Result<HeaderValue, Error> {
        let unusable = |problem: String| Error::Unreadable { file: self.path.clone(), problem };
        let read = tokio::fs::read_to_string(&self.path).await;
        state.read = Some(Instant::now());
        match (read, &state.header) {
            (Ok(token), _) => {
                let header = bearer(&token).map_err(unusable)?;
                state.header = Some(header.clone());
                Ok(header)
            }
            // Some programs remove the file once they have started (kubernetes#68164): the last token goes on.
            (Err(_), Some(last)) => Ok(last.clone()),
            (Err(error), None) => Err(unusable(error.to_string())),
        }
    }
}
