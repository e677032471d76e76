//! What the program asks of the outside, sent to a server as the runtime sends it.

use std::sync::Arc;

use kx::app::{Effect, Question};
use kx::change::{Change, Outcome, Report};
use kx::cluster::exec::{self, Ask};
use kx::cluster::forward::{self, Place as Port, Protocol};
use kx::cluster::{Client, review, write};
use kx::files::{Existing, Files, Job, RemotePath};
use kx::session::{Place, What};
use kx::transfer::{self, Means, Progress};

/// Something that acts on the cluster, or in one of its containers.
#[derive(Clone, Debug)]
pub enum Act {
    Change(Change),
    Session(Place, What),
    Forward(Port),
    List(Files, RemotePath),
    Read(Files, RemotePath),
    Copy(Job),
    /// What the server would store of a text is asked with a dry run.
    Review(kx::change::edit::Aim, Box<kx::change::edit::Edited>),
}

/// What of an effect acts, in the order in which it does; nothing where it only reads, or has to do with this machine alone. Every effect is here: whoever
/// adds one says which it is.
pub fn acts(effect: Effect) -> Vec<Act> {
    match effect {
        Effect::Change { changes, .. } => changes.into_iter().map(Act::Change).collect(),
        Effect::OpenSession { place, what, .. } => vec![Act::Session(place, what)],
        Effect::RunIn { target, container, words, .. } => {
            let place = Place { namespace: target.namespace, pod: target.name, container };
            vec![Act::Session(place, What::Command(words))]
        }
        Effect::StartForward { wanted, .. } => {
            let (namespace, pod) = (wanted.target.namespace, wanted.target.name);
            vec![Act::Forward(Port { namespace, pod, port: 80 })]
        }
        Effect::ListFiles { files, folder, .. } => vec![Act::List(files, folder)],
        Effect::Ask { question: Question::File { files, path }, .. } => {
            vec![Act::Read(files, path)]
        }
        Effect::StartCopy { job, .. } => vec![Act::Copy(Job { retries: 0, ..job })],
        // They read.
        Effect::Connect { .. }
        | Effect::Disconnect { .. }
        | Effect::Watch { .. }
        | Effect::Unwatch { .. }
        | Effect::Follow { .. }
        | Effect::FollowRelease { .. }
        | Effect::FollowAll { .. }
        | Effect::FollowLogs { .. }
        | Effect::Ask { .. }
        | Effect::Unfollow { .. }
        | Effect::FindPod { .. }
        | Effect::AwaitContainer { .. }
        | Effect::BeginEdit { .. }
        | Effect::ReadSchema { .. }
        // The test holds the text against the cluster itself.
        | Effect::OpenDraft { .. }
        // They go on with, or end, what was begun.
        | Effect::StopRun { .. }
        | Effect::TypeIntoSession { .. }
        | Effect::ResizeSession { .. }
        | Effect::CloseSession { .. }
        | Effect::StopSession { .. }
        | Effect::StopForward { .. }
        | Effect::AnswerCopy { .. }
        | Effect::StopCopy { .. }
        // They have to do with this machine.
        | Effect::ReadSpilled { .. }
        | Effect::Gather { .. }
        | Effect::Express { .. }
        | Effect::ForgetExpression { .. }
        | Effect::FollowJournal { .. }
        | Effect::KeepDraft { .. }
        | Effect::CheckText { .. }
        | Effect::ForgetDraft(_)
        | Effect::ListDrafts
        | Effect::KeepForward { .. }
        | Effect::Browse { .. }
        | Effect::Copy(_)
        | Effect::Open { .. }
        | Effect::Page { .. }
        | Effect::Save { .. }
        | Effect::SaveState(_)
        | Effect::ReadContexts
        | Effect::Suspend
        | Effect::Quit => Vec::new(),
    }
}

impl Act {
    /// For messages.
    pub fn words(&self) -> String {
        match self {
            Self::Change(change) => change.words(),
            other => format!("{other:?}"),
        }
    }

    /// Does it over this connection; why it was not done, where it was not.
    pub async fn send(self, client: &Client) -> Result<(), String> {
        match self {
            Self::Change(change) => {
                let report: Report = write::carry_out(client, change, |_, _, _| Ok(())).await;
                match report.outcome {
                    Outcome::Done | Outcome::Already => Ok(()),
                    Outcome::Failed(why) | Outcome::Unknown(why) => Err(why),
                }
            }
            Self::Session(place, what) => {
                let command = match what {
                    What::Attach => None,
                    What::Command(words) => Some(words),
                    What::Shell(shells) => Some(shells),
                };
                let ask = Ask { place, command, stdin: true, tty: true };
                exec::open(client, &ask).await.map(drop).map_err(|error| error.to_string())
            }
            Self::Forward(port) => {
                let speaks = Protocol::ALL;
                forward::open(client, &port, speaks).await.map(drop).map_err(|e| e.to_string())
            }
            Self::List(files, folder) => {
                let listed = transfer::list(client, &files, &folder).await;
                listed.map(drop).map_err(|trouble| trouble.to_string())
            }
            Self::Read(files, path) => {
                let read = transfer::read(client, &files, &path, 10).await;
                read.map(drop).map_err(|trouble| trouble.to_string())
            }
            Self::Copy(job) => {
                let means = Means {
                    client: client.clone(),
                    progress: Arc::<Progress>::default(),
                    ask: Arc::new(|_| Existing::ReplaceAll),
                };
                transfer::run(&job, &means).await.map(drop).map_err(|trouble| trouble.to_string())
            }
            Self::Review(aim, edited) => match review::review(client, aim, *edited).await?.said {
                kx::change::edit::Said::Refused(why, _) | kx::change::edit::Said::Unsaid(why) => {
                    Err(why)
                }
                _ => Ok(()),
            },
        }
    }
}
