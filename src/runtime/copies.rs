//! Copies to and from containers on their way, and looks at what is there. They go on whatever is looked at meanwhile.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::app::{CopyId, CopyNews, FilesNews, Msg};
use crate::cluster::Client;
use crate::files::{Contents, Existing, Files, Job, MOST_SHOWN, RemotePath, Way};
use crate::sheet::Answer;
use crate::transfer::{self, Means, Progress, Trouble};

use super::journaled::Journaled;

/// How often it is told how far a copy is.
const TOLD: Duration = Duration::from_millis(200);

/// What a folder holds.
pub(super) async fn list(client: &Client, files: &Files, folder: &RemotePath) -> FilesNews {
    match transfer::list(client, files, folder).await {
        Ok((entries, more)) => FilesNews::Listed { entries, more },
        Err(trouble) => {
            let program = trouble.missing_program().map(str::to_owned);
            // What helps is offered with it.
            let why = if program.is_some() { trouble.to_string() } else { sentence(&trouble) };
            FilesNews::Failed { why, program }
        }
    }
}

/// How a file begins.
pub(super) async fn contents(client: &Client, files: &Files, path: &RemotePath) -> Answer {
    match transfer::read(client, files, path, MOST_SHOWN).await {
        Ok((bytes, more)) => Answer::File(Arc::new(Contents { bytes, more })),
        Err(trouble) => Answer::Failed(sentence(&trouble)),
    }
}

fn sentence(trouble: &Trouble) -> String {
    match trouble.hint() {
        Some(hint) => format!("{trouble}; {hint}"),
        None => trouble.to_string(),
    }
}

/// The copies that go on. Dropping it stops them.
#[derive(Default)]
pub(super) struct Copies {
    all: FxHashMap<CopyId, Going>,
}

struct Going {
    task: JoinHandle<()>,
    answers: Answers,
}

impl Drop for Going {
    fn drop(&mut self) {
        self.task.abort();
        // Who waits for an answer gets none any more.
        self.answers.close();
    }
}

/// What a person answers, for a thread that waits for it.
#[derive(Clone, Default)]
struct Answers(Arc<Mutex<Option<std::sync::mpsc::Sender<Existing>>>>);

impl Answers {
    fn open(&self, to: std::sync::mpsc::Sender<Existing>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(to);
    }

    fn give(&self, existing: Existing) {
        let to = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(to) = to {
            // It may have been stopped meanwhile.
            let _ = to.send(existing);
        }
    }

    fn close(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Copies {
    /// Begins a copy; what becomes of it arrives as news.
    pub fn start(
        &mut self,
        id: CopyId,
        client: Option<Client>,
        job: Job,
        journaled: Journaled,
        news: &mpsc::Sender<Msg>,
    ) {
        self.all.retain(|_, going| !going.task.is_finished());
        let answers = Answers::default();
        let with = (journaled, answers.clone());
        let task = tokio::spawn(carry_out(id, client, at_home(job), news.clone(), with));
        self.all.insert(id, Going { task, answers });
    }

    /// Passes on what is done with what is there already.
    pub fn answer(&self, id: CopyId, existing: Existing) {
        if let Some(going) = self.all.get(&id) {
            going.answers.give(existing);
        }
    }

    /// Stops a copy.
    pub fn stop(&mut self, id: CopyId) {
        self.all.remove(&id);
    }
}

async fn carry_out(
    id: CopyId,
    client: Option<Client>,
    job: Job,
    news: mpsc::Sender<Msg>,
    (journaled, answers): (Journaled, Answers),
) {
    let over = match client {
        Some(client) => {
            let progress = Arc::new(Progress::default());
            let ask = asker(id, news.clone(), answers);
            let means = Means { client, progress: Arc::clone(&progress), ask };
            tokio::select! {
                over = journaled.carry_out(&job, &means) => over.map_err(|trouble| {
                    let program = trouble.missing_program().map(str::to_owned);
                    (sentence(&trouble), program)
                }),
                never = tell(id, &progress, &news) => match never {},
            }
        }
        None => Err(("there is no connection to the cluster".to_owned(), None)),
    };
    let over = match over {
        Ok(outcome) => CopyNews::Done(Box::new(outcome)),
        Err((why, program)) => CopyNews::Failed { why, program },
    };
    // The loop is gone only when kx ends.
    let _ = news.send(Msg::Copying(id, over)).await;
}

/// Asks the person, and waits for the answer.
fn asker(id: CopyId, news: mpsc::Sender<Msg>, answers: Answers) -> transfer::Ask {
    Arc::new(move |name| {
        let (tx, rx) = std::sync::mpsc::channel();
        answers.open(tx);
        let asked = news.blocking_send(Msg::Copying(id, CopyNews::Exists(name.to_owned())));
        match asked {
            Ok(()) => rx.recv().unwrap_or(Existing::Stop),
            Err(_) => Existing::Stop,
        }
    })
}

/// Tells how far a copy is, while that changes.
async fn tell(
    id: CopyId,
    progress: &Progress,
    news: &mpsc::Sender<Msg>,
) -> std::convert::Infallible {
    let (mut said, mut landed) = ((0, None, 0), None);
    let mut rate = Rate { since: Instant::now(), bytes: 0, last: 0 };
    loop {
        tokio::time::sleep(TOLD).await;
        if landed.is_none()
            && let Some(to) = progress.lands()
        {
            landed = Some(to.clone());
            let _ = news.send(Msg::Copying(id, CopyNews::Lands(to))).await;
        }
        let (bytes, of, files) = (progress.bytes(), progress.of(), progress.files());
        let rate = rate.now(bytes);
        if (bytes, of, files) == said {
            continue;
        }
        said = (bytes, of, files);
        let far = CopyNews::Far { bytes, of, files, name: progress.name(), rate };
        // It is told again soon: a full queue loses nothing.
        let _ = news.try_send(Msg::Copying(id, far));
    }
}

/// How fast it goes: over about a second, so that the figure can be read.
struct Rate {
    since: Instant,
    bytes: u64,
    last: u64,
}

impl Rate {
    fn now(&mut self, bytes: u64) -> u64 {
        let passed = self.since.elapsed();
        if passed >= Duration::from_secs(1) {
            let more = bytes.saturating_sub(self.bytes) as f64;
            self.last = (more / passed.as_secs_f64()) as u64;
            (self.since, self.bytes) = (Instant::now(), bytes);
        }
        self.last
    }
}

/// The same with paths of this machine as a shell takes them: `~` is the person's home.
fn at_home(job: Job) -> Job {
    let home = directories::BaseDirs::new();
    let expand = |path: PathBuf| match (path.strip_prefix("~"), &home) {
        (Ok(rest), Some(home)) => home.home_dir().join(rest),
        _ => path,
    };
    let way = match job.way {
        Way::Down { from, to, beneath } => Way::Down { from, to: expand(to), beneath },
        Way::Up { from, to } => Way::Up { from: expand(from), to },
    };
    Job { way, ..job }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_tilde_is_the_home() {
        let job = |to: &str| {
            let way = Way::Down { from: RemotePath::root(), to: to.into(), beneath: true };
            match at_home(Job::new(Files::default(), way)).way {
                Way::Down { to, .. } => to,
                Way::Up { from, .. } => from,
            }
        };
        let home = directories::BaseDirs::new().unwrap().home_dir().to_owned();
        assert_eq!(job("~/x"), home.join("x"));
        assert_eq!(job("./~x"), Path::new("./~x"));
        assert_eq!(job("/a/~"), Path::new("/a/~"));
    }
}
