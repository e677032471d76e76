//! Who is meant: the subject of a binding, and who somebody is to the API server.

use serde_json::Value;

/// Who may do everything, whatever the roles say (apiserver, `user.SystemPrivilegedGroup`).
pub(super) const MASTERS: &str = "system:masters";
/// Everybody who has logged in.
pub(super) const AUTHENTICATED: &str = "system:authenticated";
/// Everybody who has not.
pub(super) const UNAUTHENTICATED: &str = "system:unauthenticated";
const ANONYMOUS: &str = "system:anonymous";
/// Every service account; with a namespace after it, those of that namespace.
const ACCOUNTS: &str = "system:serviceaccounts";
/// How the server names the user that a service account is (apiserver, `authentication/serviceaccount`).
const ACCOUNT: &str = "system:serviceaccount:";

/// A subject of bindings.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Who {
    /// A user by its name.
    User(String),
    /// A group by its name.
    Group(String),
    /// A service account.
    Account {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
    },
}

/// Who somebody is to the API server: what an authenticator says of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The user's name; `None` for whoever is in the groups.
    pub user: Option<String>,
    /// The groups.
    pub groups: Vec<String>,
}

impl Who {
    /// Reads a binding's subject. A service account without a namespace is of the binding's; `None` where it can be nobody.
    pub fn read(subject: &Value, namespace: &str) -> Option<Self> {
        let text = |field: &str| subject[field].as_str().unwrap_or_default();
        let name = text("name");
        match text("kind") {
            "User" => Some(Self::user(name)),
            "Group" => Some(Self::Group(name.to_owned())),
            "ServiceAccount" => {
                let own = text("namespace");
                let namespace = if own.is_empty() { namespace } else { own };
                (!namespace.is_empty()).then(|| Self::account(namespace, name))
            }
            _ => None,
        }
    }

    /// The user of this name, which is a service account where it is called so.
    pub fn user(name: &str) -> Self {
        match name.strip_prefix(ACCOUNT).and_then(|account| account.split_once(':')) {
            Some((namespace, name)) => Self::account(namespace, name),
            None => Self::User(name.to_owned()),
        }
    }

    /// A service account.
    pub fn account(namespace: &str, name: &str) -> Self {
        Self::Account { namespace: namespace.to_owned(), name: name.to_owned() }
    }

    /// Who this is in a word that [`Who::parse`] takes: `user/jane`, `group/dev`, `sa/shop/web`.
    pub fn word(&self) -> String {
        match self {
            Self::User(name) => format!("user/{name}"),
            Self::Group(name) => format!("group/{name}"),
            Self::Account { namespace, name } => format!("sa/{namespace}/{name}"),
        }
    }

    /// Who is meant by `user/jane`, `group/dev` or `sa/shop/web`; `None` where it is none of these.
    pub fn parse(word: &str) -> Option<Self> {
        let (kind, name) = word.split_once('/')?;
        if name.is_empty() {
            return None;
        }
        match kind {
            "user" | "u" => Some(Self::user(name)),
            "group" | "g" => Some(Self::Group(name.to_owned())),
            "sa" | "serviceaccount" => match name.split_once('/') {
                Some((namespace, name)) if !namespace.is_empty() && !name.is_empty() => {
                    Some(Self::account(namespace, name))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Its kind as people say it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Group(_) => "group",
            Self::Account { .. } => "service account",
        }
    }

    /// Its name among those of its kind.
    pub fn name(&self) -> String {
        match self {
            Self::User(name) | Self::Group(name) => name.clone(),
            Self::Account { namespace, name } => format!("{namespace}/{name}"),
        }
    }

    /// Whom the server takes it for. Which groups a user is in, only its authenticator knows; every authenticator adds the two that say
    /// whether somebody has logged in.
    pub fn identity(&self) -> Identity {
        let groups = |all: &[&str]| all.iter().map(|&group| group.to_owned()).collect();
        match self {
            Self::User(name) => {
                let all = if name == ANONYMOUS { UNAUTHENTICATED } else { AUTHENTICATED };
                Identity { user: Some(name.clone()), groups: groups(&[all]) }
            }
            Self::Group(name) => {
                let own = [name.as_str(), AUTHENTICATED];
                let alone = matches!(name.as_str(), AUTHENTICATED | UNAUTHENTICATED);
                Identity { user: None, groups: groups(if alone { &own[..1] } else { &own }) }
            }
            Self::Account { namespace, .. } => Identity {
                user: self.username(),
                groups: groups(&[ACCOUNTS, &format!("{ACCOUNTS}:{namespace}"), AUTHENTICATED]),
            },
        }
    }

    /// The name of the user that it is; `None` for a group.
    fn username(&self) -> Option<String> {
        match self {
            Self::User(name) => Some(name.clone()),
            Self::Account { namespace, name } => Some(format!("{ACCOUNT}{namespace}:{name}")),
            Self::Group(_) => None,
        }
    }

    /// Whom it stands for, where that is everybody or nearly so.
    pub fn crowd(&self) -> Option<&'static str> {
        let name = match self {
            Self::User(name) | Self::Group(name) => name.as_str(),
            Self::Account { .. } => return None,
        };
        match name {
            AUTHENTICATED => Some("everybody who has logged in"),
            UNAUTHENTICATED | ANONYMOUS => Some("everybody who has not logged in"),
            ACCOUNTS => Some("every pod with a token"),
            _ => None,
        }
    }
}

impl Identity {
    /// Whether a binding that names `who` is about this one.
    pub fn is(&self, who: &Who) -> bool {
        match who {
            Who::Group(group) => self.groups.contains(group),
            _ => self.user.is_some() && self.user == who.username(),
        }
    }

    /// Whether no role is asked.
    pub fn is_master(&self) -> bool {
        self.groups.iter().any(|group| group == MASTERS)
    }
}
