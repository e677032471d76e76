//! Exec credential plugins: programs that print a token or a client certificate (client-go,
//! `plugin/pkg/client/auth/exec/exec.go`).
//!
//! A plugin runs once however many requests wait for it and however many clients use it: its credentials are kept
//! for as long as they say, and made anew before they expire or when the server answers 401. It runs apart from the
//! terminal: nothing on stdin, stderr kept for the error message.

mod credential;
mod run;
mod spec;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared};
use jiff::Timestamp;

pub(super) use credential::Credential;
pub(super) use spec::Spec;

use crate::cluster::error::Error;

/// Credentials are renewed this long before they expire, so that none expires on its way.
const MARGIN: Duration = Duration::from_secs(10);
/// After a failure, or a renewal that the server refused as well, the plugin is left alone for so long: whatever asks
/// again at once would only make it fail again.
const PAUSE: Duration = Duration::from_secs(5);

type Outcome = Result<Arc<Credential>, Error>;

/// One plugin as one kubeconfig user calls it, with the credentials it gave last.
pub(in crate::cluster) struct Plugin {
    spec: Spec,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    current: Option<Arc<Credential>>,
    running: Option<Shared<BoxFuture<'static, Outcome>>>,
    failed: Option<(Instant, Error)>,
    /// When a 401 last made the plugin run.
    refused: Option<Instant>,
}

/// The plugins of this process: two clients that call the same program in the same way share it.
static PLUGINS: LazyLock<Mutex<HashMap<Spec, Arc<Plugin>>>> = LazyLock::new(Mutex::default);

impl Plugin {
    /// The plugin that is called like this, new or known.
    pub(super) fn shared(spec: Spec) -> Arc<Self> {
        let mut plugins = PLUGINS.lock().unwrap_or_else(PoisonError::into_inner);
        let own = spec.clone();
        let new = || Arc::new(Self { spec: own, state: Mutex::default() });
        Arc::clone(plugins.entry(spec).or_insert_with(new))
    }

    /// The command, for messages.
    pub(super) fn command(&self) -> &str {
        &self.spec.command
    }

    /// Credentials that are good now.
    pub(super) async fn credential(self: &Arc<Self>) -> Outcome {
        let running = {
            let mut state = self.lock();
            if let Some(current) = state.current.as_ref().filter(|current| is_good(current)) {
                return Ok(Arc::clone(current));
            }
            self.start(&mut state)?
        };
        running.await
    }

    /// Other credentials than `refused`, to which the server answered 401; the same if there are none to be had.
    pub(super) async fn renew(self: &Arc<Self>, refused: &Arc<Credential>) -> Outcome {
        let running = {
            let mut state = self.lock();
            if let Some(current) = &state.current {
                // Somebody else has renewed them meanwhile, or has just done so and these are refused too.
                let renewed = !Arc::ptr_eq(current, refused);
                let pausing = state.refused.is_some_and(|at| at.elapsed() < PAUSE);
                let settled = state.running.is_none() && state.failed.is_none();
                if renewed || (pausing && settled) {
                    return Ok(Arc::clone(current));
                }
            }
            if state.running.is_none() {
                state.refused = Some(Instant::now());
            }
            self.start(&mut state)?
        };
        running.await
    }

    /// Starts the plugin, unless it runs already or has just failed.
    fn start(
        self: &Arc<Self>,
        state: &mut State,
    ) -> Result<Shared<BoxFuture<'static, Outcome>>, Error> {
        if let Some(running) = &state.running {
            return Ok(running.clone());
        }
        if let Some((at, error)) = &state.failed
            && at.elapsed() < PAUSE
        {
            return Err(error.clone());
        }
        // A task of its own: it goes on when the page that first wanted it is left, for the login in a browser that
        // it may have begun.
        let this = Arc::clone(self);
        let task = tokio::spawn(async move {
            let outcome = run::run(&this.spec).await.map(Arc::new);
            let mut state = this.lock();
            state.running = None;
            match &outcome {
                Ok(credential) => {
                    state.current = Some(Arc::clone(credential));
                    state.failed = None;
                }
                Err(error) => state.failed = Some((Instant::now(), error.clone())),
            }
            outcome
        });
        let this = Arc::clone(self);
        let running = async move {
            task.await.unwrap_or_else(|_| {
                // Its runtime has ended: whoever asks in another one starts anew.
                this.lock().running = None;
                Err(run::failed(&this.spec.command, "was stopped", String::new(), None))
            })
        };
        let running = running.boxed().shared();
        state.running = Some(running.clone());
        Ok(running)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_good(credential: &Credential) -> bool {
    credential.expires.is_none_or(|expires| Timestamp::now() + MARGIN < expires)
}
