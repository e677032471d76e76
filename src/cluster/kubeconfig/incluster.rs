//! The context of a pod: its service account (client-go, `rest.InClusterConfig`).

use std::path::Path;

use kube::config::{
    AuthInfo, Cluster, Context, Kubeconfig as Raw, NamedAuthInfo, NamedCluster, NamedContext,
};

use crate::cluster::env::Env;

const ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
/// The name of the only context there is in a cluster.
const NAME: &str = "in-cluster";

/// A kubeconfig of one context, if this is a pod with a service account.
pub(super) fn kubeconfig(env: &Env) -> Option<Raw> {
    of_folder(env, Path::new(ACCOUNT))
}

fn of_folder(env: &Env, account: &Path) -> Option<Raw> {
    let host = env.get("KUBERNETES_SERVICE_HOST")?;
    let port = env.get("KUBERNETES_SERVICE_PORT")?;
    let token = account.join("token");
    if !token.exists() {
        return None;
    }
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let ca = account.join("ca.crt");
    let cluster = Cluster {
        server: Some(format!("https://{host}:{port}")),
        certificate_authority: ca.exists().then(|| ca.display().to_string()),
        ..Cluster::default()
    };
    let user = AuthInfo { token_file: Some(token.display().to_string()), ..AuthInfo::default() };
    let namespace = std::fs::read_to_string(account.join("namespace")).ok();
    let context = Context {
        cluster: NAME.into(),
        user: Some(NAME.into()),
        namespace: namespace.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()),
        ..Context::default()
    };
    Some(Raw {
        clusters: vec![NamedCluster {
            name: NAME.into(),
            cluster: Some(cluster),
            ..NamedCluster::default()
        }],
        auth_infos: vec![NamedAuthInfo {
            name: NAME.into(),
            auth_info: Some(user),
            ..NamedAuthInfo::default()
        }],
        contexts: vec![NamedContext {
            name: NAME.into(),
            context: Some(context),
            ..NamedContext::default()
        }],
        current_context: Some(NAME.into()),
        ..Raw::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pod_has_one_context() {
        let folder = tempfile::tempdir().unwrap();
        let env =
            Env::of([("KUBERNETES_SERVICE_HOST", "fd00::1"), ("KUBERNETES_SERVICE_PORT", "443")]);
        assert!(of_folder(&env, folder.path()).is_none(), "no token, no service account");
        std::fs::write(folder.path().join("token"), "t").unwrap();
        std::fs::write(folder.path().join("namespace"), "shop\n").unwrap();
        let raw = of_folder(&env, folder.path()).unwrap();
        let cluster = raw.clusters[0].cluster.as_ref().unwrap();
        assert_eq!(cluster.server.as_deref(), Some("https://[fd00::1]:443"));
        let context = raw.contexts[0].context.as_ref().unwrap();
        assert_eq!(context.namespace.as_deref(), Some("shop"));
        assert!(of_folder(&Env::default(), folder.path()).is_none());
    }
}
