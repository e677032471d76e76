//! Kubeconfigs, read as kubectl reads them and never written.
//!
//! Which files: `--kubeconfig` alone; else those of `KUBECONFIG`, missing ones skipped; else `~/.kube/config`;
//! else the service account of the pod that kx runs in. The first file to define a name wins, and a relative
//! path is relative to the file it stands in (client-go, `tools/clientcmd/loader.go`).

mod file;
mod incluster;
mod target;

use std::path::{Path, PathBuf};

use kube::config::{AuthInfo, Cluster, Context, Kubeconfig as Raw};

pub use target::{ContextInfo, Overrides, Target};

use super::env::Env;
use super::error::Error;
use crate::nearest::nearest;

/// All contexts that a person has, from however many files.
#[derive(Clone, Debug)]
pub struct Kubeconfig {
    files: Vec<PathBuf>,
    raw: Raw,
    env: Env,
    in_cluster: bool,
}

/// A context as the kubeconfig has it, without connecting to anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextEntry {
    /// Its name.
    pub name: String,
    /// The cluster it names.
    pub cluster: String,
    /// The user it names; empty where it names none.
    pub user: String,
    /// Its namespace, if it sets one.
    pub namespace: Option<String>,
    /// Whether it is the `current-context`.
    pub current: bool,
}

impl Kubeconfig {
    /// Loads what `--kubeconfig` (`flag`) or the environment names.
    ///
    /// # Errors
    /// [`Error::NoKubeconfig`] where there is none, [`Error::Kubeconfig`] where one is broken.
    pub fn load(flag: Option<&Path>, env: &Env) -> Result<Self, Error> {
        let candidates = candidates(flag, env);
        let mut files = Vec::new();
        let mut raw = Raw::default();
        for path in &candidates {
            match file::read(path)? {
                Some(next) => {
                    raw = file::merge(raw, next, path)?;
                    files.push(path.clone());
                }
                // A file that was asked for by name must be there.
                None if flag.is_some() => return Err(Error::NoKubeconfig { looked: candidates }),
                None => {}
            }
        }
        // client-go, too, takes the service account only where the files say nothing.
        if raw.contexts.is_empty()
            && raw.clusters.is_empty()
            && flag.is_none()
            && let Some(raw) = incluster::kubeconfig(env)
        {
            return Ok(Self { files, raw, env: env.clone(), in_cluster: true });
        }
        if files.is_empty() {
            return Err(Error::NoKubeconfig { looked: candidates });
        }
        Ok(Self { files, raw, env: env.clone(), in_cluster: false })
    }

    /// Reads a kubeconfig that is in no file, such as that of the demo cluster. `origin` stands for the file in
    /// messages and for relative paths.
    ///
    /// # Errors
    /// [`Error::Kubeconfig`] where it is broken.
    pub fn from_yaml(yaml: &str, origin: &Path, env: &Env) -> Result<Self, Error> {
        let raw = file::parse(yaml.as_bytes(), origin)?;
        Ok(Self { files: Vec::new(), raw, env: env.clone(), in_cluster: false })
    }

    /// The files that were read, in order; empty in a cluster.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// Whether this is the service account of the pod that kx runs in, not a file.
    pub fn is_in_cluster(&self) -> bool {
        self.in_cluster
    }

    /// The `current-context`, if there is one.
    pub fn current(&self) -> Option<&str> {
        self.raw.current_context.as_deref()
    }

    /// All contexts in the order of the files.
    pub fn contexts(&self) -> Vec<ContextEntry> {
        self.raw
            .contexts
            .iter()
            .map(|named| {
                let context = named.context.clone().unwrap_or_default();
                ContextEntry {
                    current: self.current() == Some(&named.name),
                    name: named.name.clone(),
                    cluster: context.cluster,
                    user: context.user.unwrap_or_default(),
                    namespace: context.namespace.filter(|namespace| !namespace.is_empty()),
                }
            })
            .collect()
    }

    /// What to connect to: the context named, or the current one, with the command line's `overrides`.
    ///
    /// # Errors
    /// [`Error::UnknownContext`], [`Error::NoContext`], [`Error::MissingEntry`], [`Error::Unusable`].
    pub fn target(&self, context: Option<&str>, overrides: &Overrides) -> Result<Target, Error> {
        let name = context.or_else(|| self.current()).ok_or_else(|| Error::NoContext {
            known: self.raw.contexts.iter().map(|named| named.name.clone()).collect(),
        })?;
        let context = self.context(name)?;
        let cluster = self.cluster(name, &context)?;
        let user = self.user(name, &context)?;
        Target::new(name, &context, cluster, user, overrides, self.env.clone())
    }

    fn context(&self, name: &str) -> Result<Context, Error> {
        let contexts = &self.raw.contexts;
        contexts
            .iter()
            .find(|named| named.name == name)
            .map(|named| named.context.clone().unwrap_or_default())
            .ok_or_else(|| Error::UnknownContext {
                name: name.to_owned(),
                nearest: nearest(name, contexts.iter().map(|named| named.name.as_str())),
            })
    }

    fn cluster(&self, name: &str, context: &Context) -> Result<Cluster, Error> {
        let clusters = &self.raw.clusters;
        let found = clusters.iter().find(|named| named.name == context.cluster);
        found.and_then(|named| named.cluster.clone()).ok_or_else(|| {
            missing(
                name,
                "cluster",
                &context.cluster,
                clusters.iter().map(|named| named.name.as_str()),
            )
        })
    }

    /// A context may name no user: then the requests are anonymous.
    fn user(&self, name: &str, context: &Context) -> Result<AuthInfo, Error> {
        let Some(user) = context.user.as_deref().filter(|user| !user.is_empty()) else {
            return Ok(AuthInfo::default());
        };
        let users = &self.raw.auth_infos;
        let found = users.iter().find(|named| named.name == user);
        found.map(|named| named.auth_info.clone().unwrap_or_default()).ok_or_else(|| {
            missing(name, "user", user, users.iter().map(|named| named.name.as_str()))
        })
    }
}

fn missing<'a>(
    context: &str,
    what: &'static str,
    name: &str,
    names: impl Iterator<Item = &'a str>,
) -> Error {
    Error::MissingEntry {
        context: context.to_owned(),
        what,
        name: name.to_owned(),
        nearest: nearest(name, names),
    }
}

/// The files to look at, in order.
fn candidates(flag: Option<&Path>, env: &Env) -> Vec<PathBuf> {
    if let Some(flag) = flag {
        return vec![flag.to_owned()];
    }
    let listed: Vec<PathBuf> = env
        .os("KUBECONFIG")
        .map(|list| {
            std::env::split_paths(list).filter(|path| !path.as_os_str().is_empty()).collect()
        })
        .unwrap_or_default();
    if !listed.is_empty() {
        return listed;
    }
    env.home().map(|home| vec![home.join(".kube").join("config")]).unwrap_or_default()
}
