//! The environment variables that decide how a cluster is reached, as a value that tests can make.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// A snapshot of environment variables: `KUBECONFIG`, `HOME`, the proxies, the in-cluster address.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Env {
    vars: HashMap<OsString, OsString>,
}

impl Env {
    /// The variables of this process.
    pub fn process() -> Self {
        Self { vars: std::env::vars_os().collect() }
    }

    /// Exactly these variables.
    pub fn of<K: Into<OsString>, V: Into<OsString>>(
        vars: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        Self { vars: vars.into_iter().map(|(k, v)| (k.into(), v.into())).collect() }
    }

    /// The value of `name`, unless it is unset or empty.
    pub fn os(&self, name: &str) -> Option<&OsStr> {
        self.vars.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    /// The value of `name`, unless it is unset, empty or not Unicode.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.os(name)?.to_str()
    }

    /// The first of `names` that has a value.
    pub fn any(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.get(name))
    }

    /// The home folder as kubectl finds it (client-go, `util/homedir`).
    pub fn home(&self) -> Option<PathBuf> {
        self.os("HOME").or_else(|| self.os("USERPROFILE")).map(PathBuf::from)
    }
}

impl std::fmt::Debug for Env {
    /// The names alone: values may be secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.vars.keys()).finish()
    }
}
