//! Where a session takes place, and what is run there.

/// A container of a pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// The pod's namespace.
    pub namespace: String,
    /// The pod.
    pub pod: String,
    /// The container.
    pub container: String,
}

impl Place {
    /// For people: `main of web-0 in shop`.
    pub fn words(&self) -> String {
        format!("{} of {} in {}", self.container, self.pod, self.namespace)
    }
}

/// What is run in a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The first of these shells that is there.
    Shell(Vec<String>),
    /// This command with its arguments.
    Command(Vec<String>),
    /// Nothing new: the terminal of what runs there already.
    Attach,
}

impl What {
    /// The phrase for messages, `shell in`, `attach to`, `ls in`.
    pub fn phrase(&self) -> String {
        match self {
            Self::Shell(_) => "shell in".to_owned(),
            Self::Command(words) => {
                format!("{} in", words.first().map_or("nothing", String::as_str))
            }
            Self::Attach => "attach to".to_owned(),
        }
    }
}
