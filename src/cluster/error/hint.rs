//! The next step for each error, and the small phrases of their messages.

use std::path::{Path, PathBuf};

use super::{Error, Status, Unreachable};

pub(super) fn paths(paths: &[PathBuf]) -> String {
    if paths.is_empty() {
        return "nothing: there is no home folder and KUBECONFIG is not set".into();
    }
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

pub(super) fn place(file: &Path, line: Option<u64>) -> String {
    match line {
        Some(line) => format!("{}, line {line}", file.display()),
        None => file.display().to_string(),
    }
}

/// ` (there is: a, b, c)`, cut where it would get long.
pub(super) fn among(names: &[String]) -> String {
    const SHOWN: usize = 5;
    match names {
        [] => String::new(),
        names if names.len() <= SHOWN => format!(" (there is: {})", names.join(", ")),
        names => {
            format!(" (there is: {}, and {} more)", names[..SHOWN].join(", "), names.len() - SHOWN)
        }
    }
}

pub(super) fn quoted(stderr: &str) -> String {
    if stderr.is_empty() { String::new() } else { format!(": {stderr}") }
}

pub(super) fn of(who: &str) -> String {
    if who.is_empty() { String::new() } else { format!(" of {who}") }
}

pub(super) fn forbidden(
    user: &str,
    verb: &str,
    resource: &str,
    namespace: Option<&str>,
    status: &Status,
) -> String {
    if verb.is_empty() || resource.is_empty() {
        return status.line();
    }
    let user = if user.is_empty() { "this user".into() } else { format!("user {user:?}") };
    match namespace {
        Some(namespace) => {
            format!("forbidden: {user} may not {verb} {resource} in namespace {namespace:?}")
        }
        None => format!("forbidden: {user} may not {verb} {resource} cluster-wide"),
    }
}

impl Error {
    /// What a person can do about it, in a sentence or two; none where the error says it all.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoKubeconfig { .. } => {
                "point KUBECONFIG or --kubeconfig at a file, or try `kx demo`, which needs no cluster".into()
            }
            Self::Kubeconfig { .. } => {
                "kubectl reads the same file: `kubectl config view` shows whether it agrees".into()
            }
            Self::UnknownContext { .. } => "`kubectl config get-contexts` lists them all".into(),
            Self::NoContext { .. } => {
                "name one with --context, or set it: `kubectl config use-context NAME`".into()
            }
            Self::MissingEntry { what, .. } => {
                format!("correct the name, or add the {what} to the kubeconfig")
            }
            Self::Plugin { command, advice, .. } => match advice {
                Some(advice) => advice.clone(),
                None => format!("run {command:?} in a shell to see what it wants, then try again"),
            },
            Self::Unreachable { host, problem } => unreachable(host, problem),
            Self::Proxy { .. } => {
                "check the cluster's proxy-url, or HTTPS_PROXY; NO_PROXY names hosts to reach directly".into()
            }
            Self::Untrusted { problem, .. } => untrusted(problem).into(),
            Self::Tls { .. } => {
                "check that the address is the API server's, and that the client certificate is of this cluster".into()
            }
            Self::Unauthorized { who, .. } => unauthorized(who).into(),
            Self::Forbidden { verb, resource, namespace, .. } => {
                can_i(verb, resource, namespace.as_deref())
            }
            Self::NotFound { status } if status.name.is_empty() => {
                "the server has no such resource; `kubectl api-resources` lists what it has".into()
            }
            Self::Conflict { .. } => "somebody changed it meanwhile: look again, then repeat".into(),
            Self::Expired { .. } => "the list has to be read anew".into(),
            Self::TooManyRequests { .. } => "the server is busy; kx waits as long as it asks for".into(),
            Self::Server { .. } => "the API server or something before it has trouble; kx tries again".into(),
            Self::ReadOnly { .. } => "start kx with --write to change the cluster".into(),
            Self::Unusable { context, .. } => {
                format!("`kubectl config view --minify --context {context}` shows what the kubeconfig says")
            }
            Self::Unreadable { .. } => {
                "the kubeconfig names this file: put it back, or log in again".into()
            }
            Self::Decode { .. } => {
                "something other than an API server may have answered: is the address right?".into()
            }
            Self::Cut { .. } => "kx connects again by itself".into(),
            _ => return None,
        })
    }
}

fn unreachable(host: &str, problem: &Unreachable) -> String {
    match problem {
        Unreachable::Dns(_) => {
            format!(
                "is the name in {host} right, and the VPN up? a proxy is used only if one is configured"
            )
        }
        Unreachable::Refused => format!("nothing listens on {host}: is the cluster running?"),
        Unreachable::Timeout(_) => "is the VPN up? a firewall may drop the packets".into(),
        Unreachable::Other(_) => {
            "check the network and the server's address in the kubeconfig".into()
        }
    }
}

fn untrusted(problem: &str) -> &'static str {
    if problem.contains("expired") || problem.contains("not valid yet") {
        "renew the server's certificate, or check this machine's clock"
    } else if problem.contains("name") {
        "use a name that is in the certificate, or set tls-server-name in the kubeconfig"
    } else if problem.contains("end entity") || problem.contains("server's own") {
        "certificate-authority must hold the CA that signed the server's certificate, not that certificate"
    } else {
        "is this the right cluster? update certificate-authority-data in the kubeconfig if its CA has changed"
    }
}

fn unauthorized(who: &str) -> &'static str {
    if who.contains("plugin") {
        "log in again with the plugin's own command, then try again"
    } else if who.contains("certificate") {
        "the client certificate may have expired, or be of another cluster: get a new kubeconfig"
    } else if who.contains("anonymous") {
        "the context has no credentials: name a user in the kubeconfig"
    } else {
        "the credentials may have expired: log in again, or get a new kubeconfig"
    }
}

fn can_i(verb: &str, resource: &str, namespace: Option<&str>) -> String {
    if verb.is_empty() || resource.is_empty() {
        return "ask the cluster's administrators for the rights".into();
    }
    let scope = namespace.map_or_else(|| "-A".into(), |namespace| format!("-n {namespace}"));
    format!(
        "`kubectl auth can-i {verb} {resource} {scope}` asks the same; administrators grant it by a role"
    )
}
