//! Copies between this machine and containers, and what folders there hold.
//!
//! Everything is a session in the container (`cluster::exec`): a folder goes as an archive that `tar` makes or reads there, a single file needs no
//! more than a shell. What was cut off goes on where it was: of a file the part that is there is kept, of an archive what came already is left out
//! of the next one (as kubectl does it), and of a folder that was stopped and is copied again what stands there as it was sent. What comes from a
//! container is not trusted: see [`files`](crate::files).

mod cksum;
mod down;
mod exec;
mod left;
mod look;
mod pack;
mod part;
mod pipe;
mod progress;
mod trouble;
mod unpack;
mod up;

pub use look::{list, read};
pub use progress::Progress;
pub use trouble::Trouble;
pub use unpack::unpack;

use std::sync::Arc;
use std::time::Duration;

use crate::cluster::Client;
use crate::files::{Existing, Job, Outcome, Way};

/// Asks what is done with a file that is there already, named as it is shown. It may take its time.
pub type Ask = Arc<dyn Fn(&str) -> Existing + Send + Sync>;

/// What a copy is carried out with.
#[derive(Clone)]
pub struct Means {
    /// The connection.
    pub client: Client,
    /// How far it is.
    pub progress: Arc<Progress>,
    /// Whom to ask.
    pub ask: Ask,
}

/// Carries a copy out. Dropping the future stops it; what is there of a single file is kept, and gone on with when the same is copied again.
///
/// # Errors
/// [`Trouble`].
pub async fn run(job: &Job, means: &Means) -> Result<Outcome, Trouble> {
    match &job.way {
        Way::Down { from, to, beneath } => down::run(job, means, from, (to, *beneath)).await,
        Way::Up { from, to } => up::run(job, means, from, to).await,
    }
}

/// Waits before it is tried to go on; whether it is. `tried` counts how often it was in a row.
async fn again(job: &Job, tried: &mut u32, came: bool, why: &str) -> Result<(), Trouble> {
    if came {
        *tried = 0;
    }
    if *tried >= job.retries {
        return Err(Trouble::Cut { why: why.to_owned() });
    }
    let pause = Duration::from_millis(250 << (*tried).min(5));
    *tried += 1;
    tracing::info!(why, "a copy was cut off and goes on");
    tokio::time::sleep(pause).await;
    Ok(())
}

/// The choice for this and for what follows, asked where there is none yet.
#[derive(Clone)]
struct Chosen {
    ask: Ask,
    all: Option<Existing>,
}

impl Chosen {
    fn new(ask: &Ask) -> Self {
        Self { ask: Arc::clone(ask), all: None }
    }

    /// Whether something that is there is replaced.
    fn replaces(&mut self, name: &str) -> Result<bool, Trouble> {
        let existing = self.all.unwrap_or_else(|| (self.ask)(name));
        match existing {
            Existing::Replace => Ok(true),
            Existing::Keep => Ok(false),
            Existing::ReplaceAll => {
                self.all = Some(existing);
                Ok(true)
            }
            Existing::KeepAll => {
                self.all = Some(existing);
                Ok(false)
            }
            Existing::Stop => Err(Trouble::Exists { path: name.to_owned() }),
        }
    }
}
