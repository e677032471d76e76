//! The demo cluster as it stands in screenshots, asked as a server is.

use kx::cluster::{Client, Env, Gate, Kubeconfig, Overrides, connect, discovery};
use kx::demo::{Clock, Demo, Options};
use kx::kinds::Catalog;
use kx::store::{Scope, Source};
use serde_json::Value;
use tokio::runtime::Runtime;

/// When all this is, seconds since the Unix epoch.
pub const NOW: i64 = 1_768_478_400;

/// The demo cluster, and a client of it.
pub struct Server {
    runtime: Runtime,
    client: Client,
    pub catalog: Catalog,
    _demo: Demo,
}

impl Server {
    /// Starts it, and connects as one of its users' contexts.
    pub fn start(context: &str) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let folder = tempfile::tempdir().expect("a folder");
        let (demo, client, catalog) = runtime.block_on(async {
            let options = Options { clock: Clock::screenshot(), ..Options::default() };
            let demo = kx::demo::start(options).await.expect("the demo starts");
            let file = folder.path().join("kubeconfig");
            std::fs::write(&file, demo.kubeconfig()).expect("a kubeconfig");
            let config = Kubeconfig::load(Some(&file), &Env::process()).expect("a kubeconfig");
            let target = config.target(Some(context), &Overrides::default()).expect("a context");
            let client = connect(&target, Gate::read_only()).await.expect("a connection");
            let found = discovery::discover(&client).await.expect("what it serves");
            (demo, client, found.catalog)
        });
        Self { runtime, client, catalog, _demo: demo }
    }

    /// The status and the body of an answer.
    pub fn get(&self, path: &str) -> (u16, String) {
        let request = http::Request::get(path).header("accept", "*/*").body(Vec::new());
        let request = request.expect("a request");
        self.runtime.block_on(async {
            match self.client.bytes(request).await {
                Ok(bytes) => (200, String::from_utf8_lossy(&bytes).into_owned()),
                Err(error) => (403, error.to_string()),
            }
        })
    }

    /// The objects of a Source, or why they cannot be read.
    pub fn objects(&self, source: &Source) -> Result<Vec<Value>, String> {
        let namespaces: Vec<Option<&str>> = match &source.scope {
            Scope::All => vec![None],
            Scope::Namespaces(names) => names.iter().map(|name| Some(&**name)).collect(),
        };
        let mut objects = Vec::new();
        for namespace in namespaces {
            let path = source.resource.path(namespace);
            let query =
                format!("{path}?labelSelector={}&fieldSelector={}", source.labels, source.fields);
            let (status, body) = self.get(&query);
            if status != 200 {
                return Err(body);
            }
            let list: Value = serde_json::from_str(&body).expect("a list");
            objects.extend(list["items"].as_array().cloned().unwrap_or_default());
        }
        Ok(objects)
    }
}
