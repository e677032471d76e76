//! How a kubeconfig wants its plugin to be called.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kube::config::{Cluster, ExecInteractiveMode};
use serde_json::{Map, Value, json};

use crate::cluster::kubeconfig::Target;

/// The versions of the protocol that kubectl speaks, and so do we.
const VERSIONS: [&str; 2] =
    ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];
/// Where a cluster keeps what is meant for its plugin.
const EXTENSION: &str = "client.authentication.k8s.io/exec";

/// Everything that decides what a plugin answers. Two that are equal share one run.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::cluster::auth) struct Spec {
    pub(super) command: String,
    pub(super) args: Vec<String>,
    pub(super) env: Vec<(String, String)>,
    pub(super) api_version: String,
    /// What it is told about the cluster and us, as `KUBERNETES_EXEC_INFO`.
    pub(super) info: String,
    pub(super) install_hint: Option<String>,
    /// `interactiveMode: Always`: it does not work without a terminal.
    pub(super) wants_terminal: bool,
}

impl Spec {
    /// The plugin of a user, if it has one. Errors are in words.
    pub(in crate::cluster::auth) fn new(target: &Target) -> Result<Option<Self>, String> {
        let Some(exec) = &target.user.exec else { return Ok(None) };
        let command = exec.command.clone().filter(|command| !command.is_empty());
        let command = command.ok_or("the user's exec has no command")?;
        let api_version = exec.api_version.clone().unwrap_or_default();
        if !VERSIONS.contains(&api_version.as_str()) {
            return Err(format!(
                "the credential plugin {command:?} is called by apiVersion {api_version:?}, which kubectl dropped; \
                 set it to {:?} in the user's exec, with a recent version of the plugin",
                VERSIONS[1]
            ));
        }
        let mut spec = json!({ "interactive": false });
        if exec.provide_cluster_info {
            spec["cluster"] = cluster_info(&target.cluster)?;
        }
        let info = json!({ "kind": "ExecCredential", "apiVersion": &api_version, "spec": spec });
        let env = exec.env.iter().flatten();
        let env =
            env.filter_map(|pair| Some((pair.get("name")?.clone(), pair.get("value")?.clone())));
        Ok(Some(Self {
            command,
            args: exec.args.clone().unwrap_or_default(),
            env: env.collect(),
            api_version,
            info: info.to_string(),
            install_hint: exec.install_hint.clone().filter(|hint| !hint.trim().is_empty()),
            wants_terminal: exec.interactive_mode == Some(ExecInteractiveMode::Always),
        }))
    }
}

/// `spec.cluster` of an `ExecCredential` (client-go, `pkg/apis/clientauthentication/v1/types.go`).
fn cluster_info(cluster: &Cluster) -> Result<Value, String> {
    let mut info = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            info.insert(key.to_owned(), value);
        }
    };
    put("server", cluster.server.clone().map(Value::from));
    put("tls-server-name", cluster.tls_server_name.clone().map(Value::from));
    put("insecure-skip-tls-verify", cluster.insecure_skip_tls_verify.map(Value::from));
    put("certificate-authority-data", authority(cluster)?.map(Value::from));
    put("proxy-url", cluster.proxy_url.clone().map(Value::from));
    put("disable-compression", cluster.disable_compression.map(Value::from));
    let extension =
        cluster.extensions.iter().flatten().find(|extension| extension.name == EXTENSION);
    put("config", extension.map(|extension| extension.extension.clone()));
    Ok(Value::Object(info))
}

fn authority(cluster: &Cluster) -> Result<Option<String>, String> {
    match (&cluster.certificate_authority_data, &cluster.certificate_authority) {
        (Some(data), _) if !data.is_empty() => Ok(Some(data.split_whitespace().collect())),
        (_, Some(file)) if !file.is_empty() => match std::fs::read(file) {
            Ok(pem) => Ok(Some(BASE64.encode(pem))),
            Err(error) => Err(format!("{file} cannot be read: {error}")),
        },
        _ => Ok(None),
    }
}
