//! A context with everything that is needed to connect to it.

use http::Uri;
use kube::config::{AuthInfo, Cluster, Context};

use crate::cluster::env::Env;
use crate::cluster::error::Error;

/// Who and where, for headers and messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextInfo {
    /// The context's name.
    pub context: String,
    /// The cluster's name in the kubeconfig.
    pub cluster: String,
    /// The user's name in the kubeconfig; empty where the context names none.
    pub user: String,
    /// Whom the requests are made as, if that is somebody else.
    pub impersonates: Option<String>,
    /// The API server's address.
    pub server: String,
    /// The namespace that the context prefers, else `default`.
    pub namespace: String,
}

/// What the command line says about a context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `--as`
    pub as_user: Option<String>,
    /// `--as-group`
    pub as_groups: Vec<String>,
}

/// A context that can be connected to. Nothing has been contacted yet.
#[derive(Clone)]
pub struct Target {
    pub(in crate::cluster) info: ContextInfo,
    pub(in crate::cluster) url: Uri,
    pub(in crate::cluster) cluster: Cluster,
    pub(in crate::cluster) user: AuthInfo,
    pub(in crate::cluster) env: Env,
}

impl std::fmt::Debug for Target {
    /// Without the credentials.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Target").field("info", &self.info).finish_non_exhaustive()
    }
}

impl Target {
    pub(super) fn new(
        name: &str,
        context: &Context,
        cluster: Cluster,
        mut user: AuthInfo,
        overrides: &Overrides,
        env: Env,
    ) -> Result<Self, Error> {
        let unusable = |problem: String| Error::Unusable { context: name.to_owned(), problem };
        let server = cluster.server.clone().filter(|server| !server.is_empty());
        let server = server
            .ok_or_else(|| unusable(format!("the cluster {:?} has no server", context.cluster)))?;
        let url = url(&server).map_err(|why| unusable(format!("the server {server:?} {why}")))?;
        if let Some(as_user) = &overrides.as_user {
            user.impersonate = Some(as_user.clone());
        }
        if !overrides.as_groups.is_empty() {
            user.impersonate_groups = Some(overrides.as_groups.clone());
        }
        let info = ContextInfo {
            context: name.to_owned(),
            cluster: context.cluster.clone(),
            user: context.user.clone().unwrap_or_default(),
            impersonates: user.impersonate.clone(),
            server,
            namespace: context
                .namespace
                .clone()
                .filter(|namespace| !namespace.is_empty())
                .unwrap_or_else(|| "default".into()),
        };
        Ok(Self { info, url, cluster, user, env })
    }

    /// Who and where.
    pub fn info(&self) -> &ContextInfo {
        &self.info
    }
}

/// An address; without a scheme it is `http`, as for kubectl (client-go, `rest.DefaultServerURL`).
fn url(server: &str) -> Result<Uri, String> {
    let with_scheme =
        if server.contains("://") { server.to_owned() } else { format!("http://{server}") };
    let url: Uri = with_scheme.parse().map_err(|error| format!("is no address: {error}"))?;
    match url.scheme_str() {
        Some("http" | "https") => {}
        other => return Err(format!("has the scheme {:?}, not https", other.unwrap_or_default())),
    }
    if url.host().is_none_or(str::is_empty) {
        return Err("names no host".into());
    }
    Ok(url)
}
