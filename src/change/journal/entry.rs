//! A change, as the journal tells of it.

use serde::Deserialize;

use crate::store::Health;

/// What of a line of the journal is read for the list: all but the objects.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Told {
    pub time: String,
    pub id: String,
    pub context: String,
    pub server: String,
    pub user: String,
    pub action: String,
    /// The actions that it is one of, by which guardrails know it.
    pub actions: Vec<String>,
    pub resource: String,
    pub namespace: String,
    pub name: String,
    pub result: String,
    pub message: String,
    pub method: String,
    pub path: String,
    pub undoes: Option<String>,
    pub lasts: Option<String>,
    pub hidden: Option<bool>,
}

/// What the line before a request says in the place of a result.
pub(super) const SENDING: &str = "sending";

impl Told {
    /// What a line says; `None` where it is none of the journal's.
    pub fn read(line: &[u8]) -> Option<Self> {
        let told: Self = serde_json::from_slice(line).ok()?;
        (!told.id.is_empty() && !told.result.is_empty()).then_some(told)
    }

    /// Whether it was kept before a request was sent.
    pub fn is_sending(&self) -> bool {
        self.result == SENDING
    }
}

/// Who may still be working on a change whose end is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// This kx.
    Here,
    /// Another that still runs.
    Elsewhere,
    /// Nobody: the kx that sent it is gone.
    Gone,
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It was done.
    Done,
    /// It was so already.
    Already,
    /// It was not done: why, the server's message whole.
    Failed(String),
    /// It could not be found out: why.
    Unknown(String),
    /// It was sent, and no more is told.
    Open(Life),
}

impl Ending {
    /// In a word or two.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Already => "was so already",
            Self::Failed(_) => "failed",
            Self::Unknown(_) => "unknown",
            Self::Open(Life::Here) => "under way",
            Self::Open(Life::Elsewhere) => "under way elsewhere",
            Self::Open(Life::Gone) => "never ended",
        }
    }

    /// Why, where it says so.
    pub fn message(&self) -> &str {
        match self {
            Self::Failed(why) | Self::Unknown(why) => why,
            Self::Open(Life::Gone) => {
                "kx ended before the answer came: it may be done or not, look at the object"
            }
            Self::Done | Self::Already | Self::Open(_) => "",
        }
    }

    /// How well that is.
    pub const fn health(&self) -> Health {
        match self {
            Self::Done => Health::Ok,
            Self::Already => Health::Idle,
            Self::Failed(_) => Health::Broken,
            Self::Unknown(_) | Self::Open(Life::Gone) => Health::Warning,
            Self::Open(_) => Health::Changing,
        }
    }
}

/// A change, as the journal tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub(super) told: Told,
    /// When it was over, as it is written (RFC 3339); empty where that is not told.
    pub ended: String,
    /// What became of it.
    pub ending: Ending,
    /// What is told of how it ended, where it was done.
    said: String,
}

impl Entry {
    /// From the line before its request, and that of its end where there is one.
    pub(super) fn new(told: Told, end: Option<&Told>) -> Self {
        let (ended, said) = (String::new(), String::new());
        let mut entry = Self { told, ended, ending: Ending::Open(Life::Gone), said };
        if let Some(end) = end {
            entry.end(end);
        }
        entry
    }

    /// Takes in the line of its end.
    pub(super) fn end(&mut self, end: &Told) {
        let message = || end.message.clone();
        self.ending = match end.result.as_str() {
            "done" => Ending::Done,
            "already" => Ending::Already,
            "failed" => Ending::Failed(message()),
            // Of a word that a later kx writes nothing is known here.
            _ => Ending::Unknown(message()),
        };
        self.said = match self.ending {
            Ending::Done | Ending::Already => message(),
            _ => String::new(),
        };
        self.ended.clone_from(&end.time);
        self.told.hidden = end.hidden;
    }

    /// Its name in the journal.
    pub fn id(&self) -> &str {
        &self.told.id
    }

    /// When it was sent, in seconds since the Unix epoch; `None` where that cannot be read.
    pub fn time(&self) -> Option<i64> {
        self.told.time.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second)
    }

    /// What is to be said of how it ended: why it was not done, or the exit code of a session.
    pub fn message(&self) -> &str {
        if self.said.is_empty() { self.ending.message() } else { &self.said }
    }

    /// What was done, `scale to 5`.
    pub fn action(&self) -> &str {
        &self.told.action
    }

    /// The context in which it was done.
    pub fn context(&self) -> &str {
        &self.told.context
    }

    /// Who did it, as the server calls them.
    pub fn user(&self) -> &str {
        &self.told.user
    }

    /// To what it was done, `deployments/web`.
    pub fn object(&self) -> String {
        let plural = self.told.resource.split('.').next().unwrap_or_default();
        format!("{plural}/{}", self.told.name)
    }

    /// With its namespace, `deployments/web in shop`.
    pub fn long(&self) -> String {
        match self.told.namespace.as_str() {
            "" => self.object(),
            namespace => format!("{} in {namespace}", self.object()),
        }
    }

    /// Whether it was done to the end, so that what it takes back is taken back.
    pub(super) const fn is_done(&self) -> bool {
        matches!(self.ending, Ending::Done | Ending::Already)
    }

    /// Everything that a person may look for in it, in small letters.
    pub(super) fn words(&self) -> String {
        let told = &self.told;
        // What kx says by itself of one whose end is not told is no answer to "done".
        let said = match &self.ending {
            Ending::Failed(why) | Ending::Unknown(why) => why.as_str(),
            _ => self.said.as_str(),
        };
        let all = [
            told.time.as_str(),
            &told.context,
            &told.user,
            &told.action,
            &self.object(),
            &told.resource,
            &told.namespace,
            self.ending.word(),
            said,
            &told.server,
        ];
        all.join(" ").to_lowercase()
    }
}
