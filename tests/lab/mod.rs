//! A real Kubernetes control plane for tests, benches and daily work, without containers.
//!
//! etcd, kube-apiserver and, where wanted, kube-controller-manager, kube-scheduler and kwok (kubelets that only pretend) run as
//! plain processes on free ports of the loopback, in a temporary folder. Nothing stays behind, however the process
//! that started the lab ends (see [`process`]).
//!
//! A test binary takes it in with `#[path = "../lab/mod.rs"] mod lab;`. Most tests want [`Lab::shared`]; those that
//! stop servers or fill the cluster start one of their own. With `KX_TEST_KUBECONFIG` set, `shared` is that cluster.
#![allow(dead_code, reason = "each binary that includes the lab uses a part of it")]

pub mod build;
mod certs;
mod control;
pub mod process;
pub mod users;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use control::Control;
use process::Folder;

/// What a lab consists of.
#[derive(Clone, Debug)]
pub struct Options {
    /// Run kube-controller-manager: rollouts, garbage collection, service accounts, endpoint slices.
    pub controllers: bool,
    /// Run kube-scheduler.
    pub scheduler: bool,
    /// Run kwok: nodes get ready, pods start, logs and exec answer.
    pub kwok: bool,
    /// How many nodes (`n1`, `n2`, …) to create for kwok.
    pub nodes: usize,
    /// Run an aggregated API server (Kubernetes' sample: `flunders` and `fischers` of `wardle.example.com`), registered as `aggregated.yaml` says.
    pub aggregated: bool,
    /// More flags for kube-apiserver.
    pub flags: Vec<String>,
}

impl Default for Options {
    /// Everything, with three nodes.
    fn default() -> Self {
        Self {
            controllers: true,
            scheduler: true,
            kwok: true,
            nodes: 3,
            aggregated: false,
            flags: Vec::new(),
        }
    }
}

impl Options {
    /// Only etcd and the API server: what is written stays as it is.
    pub fn bare() -> Self {
        Self {
            controllers: false,
            scheduler: false,
            kwok: false,
            nodes: 0,
            aggregated: false,
            flags: Vec::new(),
        }
    }
}

/// A cluster to test against: a control plane of our own, or an existing cluster.
pub struct Lab {
    admin: PathBuf,
    kubectl: PathBuf,
    control: Option<Mutex<Control>>, // ends before the folder goes
    folder: Folder,
}

impl Lab {
    /// Starts a control plane and waits until it answers (and its nodes are ready).
    ///
    /// Errors: programs missing (with what to install) or a server that does not start (with the end of its log).
    pub fn start(options: &Options) -> Result<Self> {
        let mut attempt = 1;
        loop {
            match Self::try_start(options) {
                // Another process may have taken a port between our choice and its use.
                Err(error) if attempt < 3 && format!("{error:#}").contains("address already") => {
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    fn try_start(options: &Options) -> Result<Self> {
        let kubectl = build::program("kubectl")?;
        let folder = Folder::new()?;
        let control = Control::start(folder.path(), options)?;
        let certs = folder.path().join("certs");
        let admin = users::write_kubeconfigs(folder.path(), &control.url(), &certs)?;
        let lab = Self { admin, kubectl, control: Some(Mutex::new(control)), folder };
        lab.wait_ready()?;
        lab.create(&fs::read_to_string(build::source().join("rbac.yaml"))?)?;
        lab.control()?.start_controllers(&lab.admin, options)?;
        if options.kwok {
            lab.add_nodes(options.nodes)?;
        }
        if options.aggregated {
            let port = lab.control()?.aggregated_port().to_string();
            let registered = fs::read_to_string(build::source().join("aggregated.yaml"))?;
            lab.create(&registered.replace("PORT", &port))?;
            lab.start_aggregated()?;
        }
        if options.controllers {
            lab.wait_for(|lab| lab.kubectl(["get", "sa", "default", "-n", "team-b"]))?;
        }
        Ok(lab)
    }

    /// The lab that all tests of one binary share, started by the first that asks: everything on, or the cluster of
    /// `KX_TEST_KUBECONFIG`. Panics, for every test alike, where it cannot be had.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Result<Lab>> = OnceLock::new();
        let shared = SHARED.get_or_init(|| match env::var_os("KX_TEST_KUBECONFIG") {
            Some(path) => Self::existing(Path::new(&path)),
            None => Self::start(&Options::default()),
        });
        match shared {
            Ok(lab) => lab,
            Err(error) => panic!("no cluster to test against: {error:#}"),
        }
    }

    /// An existing cluster, given its administrator's kubeconfig. The lab's other users are impersonated there.
    pub fn existing(kubeconfig: &Path) -> Result<Self> {
        let kubectl = build::program("kubectl")?;
        let folder = Folder::new()?;
        let admin = users::path(folder.path(), "admin");
        let lab = Self { admin, kubectl, control: None, folder };
        let view = Command::new(&lab.kubectl)
            .args(["config", "view", "--raw", "--flatten", "--minify", "-o", "json"])
            .env("KUBECONFIG", kubeconfig)
            .output()?;
        if !view.status.success() {
            bail!("{}: {}", kubeconfig.display(), String::from_utf8_lossy(&view.stderr));
        }
        let view: serde_json::Value = serde_json::from_slice(&view.stdout)?;
        for user in users::names() {
            let mut view = view.clone();
            if user != "admin" && user != users::CERT_ADMIN {
                view["users"][0]["user"]["as"] = user.into();
            }
            fs::write(users::path(lab.folder.path(), user), serde_json::to_vec(&view)?)?;
        }
        let _ = lab.create(&fs::read_to_string(build::source().join("rbac.yaml"))?);
        Ok(lab)
    }

    /// A user's kubeconfig (see [`users::USERS`]). Its contexts reach all the other users too.
    pub fn kubeconfig(&self, user: &str) -> PathBuf {
        let path = users::path(self.folder.path(), user);
        assert!(path.is_file(), "the lab has no user {user}");
        path
    }

    /// Where the API server listens: `https://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        self.control().map_or_else(|_| String::new(), |control| control.url())
    }

    /// The lab's folder: logs of the servers (`NAME.log`), certificates (`certs/`), kubeconfigs.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The log that every container of kwok's pods shows. CRI format: `TIME stdout F text`.
    pub fn container_log(&self) -> PathBuf {
        self.folder.path().join("container.log")
    }

    /// What every container of kwok's pods wrote before it was started again, as `logs --previous` shows it.
    pub fn log_before(&self) -> PathBuf {
        self.folder.path().join("container-before.log")
    }

    /// Runs kubectl as the administrator.
    pub fn kubectl<A: Into<OsString>>(&self, args: impl IntoIterator<Item = A>) -> Output {
        self.command(args).output().unwrap_or_else(|error| panic!("cannot run kubectl: {error}"))
    }

    /// Runs kubectl as the administrator and returns what it printed; panics where it fails.
    pub fn run<A: Into<OsString>>(&self, args: impl IntoIterator<Item = A>) -> String {
        let args: Vec<OsString> = args.into_iter().map(Into::into).collect();
        let output = self.kubectl(args.clone());
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "kubectl {args:?}: {errors}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Creates the objects of some YAML documents, as the administrator.
    pub fn create(&self, yaml: &str) -> Result<()> {
        self.pipe(["create", "--validate=false", "-f", "-"], yaml)
    }

    /// Runs kubectl as the administrator with `input` on its standard input.
    pub fn pipe<A: Into<OsString>>(
        &self,
        args: impl IntoIterator<Item = A>,
        input: &str,
    ) -> Result<()> {
        let args: Vec<OsString> = args.into_iter().map(Into::into).collect();
        let verb = args.first().map(|verb| verb.to_string_lossy().into_owned());
        let mut child = self.command(args).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        child.stdin.take().context("no stdin")?.write_all(input.as_bytes())?;
        let output = child.wait_with_output()?;
        if !output.status.success() {
            let errors = String::from_utf8_lossy(&output.stderr);
            bail!("kubectl {}: {errors}", verb.unwrap_or_default());
        }
        Ok(())
    }

    /// A command of kubectl as the administrator.
    pub fn command<A: Into<OsString>>(&self, args: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(&self.kubectl);
        command
            .arg("--kubeconfig")
            .arg(&self.admin)
            .args(args.into_iter().map(Into::into))
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        command
    }

    /// Runs Helm as the administrator, with nothing of the person's own Helm.
    ///
    /// Errors: Helm cannot be built or run.
    pub fn helm<A: Into<OsString>>(&self, args: impl IntoIterator<Item = A>) -> Result<Output> {
        let mut command = Command::new(build::program("helm")?);
        for home in ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"] {
            command.env(home, self.folder.path().join("helm"));
        }
        command.env_remove("HELM_DRIVER").env_remove("HELM_NAMESPACE");
        command.arg("--kubeconfig").arg(&self.admin).args(args.into_iter().map(Into::into));
        Ok(command.stdin(Stdio::null()).output()?)
    }

    /// Writes running pods `first..first + pods`, with their nodes and namespaces (`team-000`, …), straight into etcd, and
    /// waits until the API server's cache has them.
    ///
    /// The garbage collector would remove pods whose owners do not exist: for a lab without controllers only.
    pub fn fill(&self, first: usize, pods: usize, nodes: usize, namespaces: usize) -> Result<()> {
        let output = Command::new(build::program("fill")?)
            .args([format!("-first={first}"), format!("-pods={pods}")])
            .args([format!("-nodes={nodes}"), format!("-namespaces={namespaces}")])
            .arg(format!("-etcd={}", self.control()?.etcd_url()))
            .output()?;
        if !output.status.success() {
            bail!("{}", String::from_utf8_lossy(&output.stderr));
        }
        let last = String::from_utf8_lossy(&output.stdout);
        let last = format!("{}?resourceVersion=0", last.trim());
        if pods == 0 || self.control()?.apiserver_is_stopped() {
            return Ok(());
        }
        self.wait_for(|lab| lab.kubectl(["get", "--raw", &last]))
    }

    /// Changes the pods of [`Lab::fill`], so many a second for so long; the child ends by itself.
    pub fn churn(
        &self,
        pods: usize,
        nodes: usize,
        namespaces: usize,
        rate: usize,
        seconds: u64,
    ) -> Result<std::process::Child> {
        let mut command = Command::new(build::program("fill")?);
        command
            .args([format!("-pods={pods}"), format!("-churn={rate}"), format!("-for={seconds}s")])
            .args([format!("-nodes={nodes}"), format!("-namespaces={namespaces}")])
            .arg(format!("-etcd={}", self.control()?.etcd_url()));
        Ok(command.spawn()?)
    }

    /// Kills the API server, as a crash would. Its port stays ours.
    pub fn stop_apiserver(&self) -> Result<()> {
        self.control()?.stop_apiserver();
        Ok(())
    }

    /// Starts the API server again on the same port and waits until it is ready.
    pub fn start_apiserver(&self) -> Result<()> {
        self.control()?.start_apiserver()?;
        self.wait_ready()
    }

    /// Kills the aggregated API server. Its port stays ours.
    pub fn stop_aggregated(&self) -> Result<()> {
        self.control()?.stop_aggregated();
        Ok(())
    }

    /// Starts the aggregated API server (again) and waits until the API server finds it available.
    pub fn start_aggregated(&self) -> Result<()> {
        self.control()?.start_aggregated(&self.admin)?;
        self.wait_for(|lab| {
            let available = ["wait", "--for=condition=Available", "--timeout=5s"];
            lab.kubectl([&available[..], &["apiservice", "v1alpha1.wardle.example.com"]].concat())
        })
    }

    /// Drops etcd's history up to now: older continue tokens, and watches the API server has no cache for, are answered
    /// with 410 Gone.
    pub fn compact(&self) -> Result<()> {
        self.control()?.compact()
    }

    /// Deletes everything below a key of etcd (`/registry/pods/team-003/`), behind the API server's back or while it is stopped.
    pub fn forget(&self, prefix: &str) -> Result<()> {
        self.control()?.forget(prefix)
    }

    fn control(&self) -> Result<MutexGuard<'_, Control>> {
        let control = self.control.as_ref();
        let control =
            control.context("the control plane of an existing cluster is out of reach")?;
        Ok(control.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn wait_ready(&self) -> Result<()> {
        self.wait_for(|lab| lab.kubectl(["get", "--raw", "/readyz"]))
    }

    fn wait_for(&self, attempt: impl Fn(&Self) -> Output) -> Result<()> {
        let deadline = Instant::now() + Duration::from_mins(5);
        loop {
            self.control()?.check()?;
            let output = attempt(self);
            if output.status.success() {
                return Ok(());
            }
            if Instant::now() > deadline {
                let why = String::from_utf8_lossy(&output.stderr).into_owned();
                bail!("the lab did not get ready in time: {why}");
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    fn add_nodes(&self, count: usize) -> Result<()> {
        if count == 0 {
            return Ok(());
        }
        let nodes: Vec<_> = (1..=count)
            .map(|n| {
                let zone = ["a", "b", "c"][n % 3];
                format!(
                    "apiVersion: v1\nkind: Node\nmetadata:\n  name: n{n}\n  labels:\n    \
                     kubernetes.io/hostname: n{n}\n    node-role.kubernetes.io/worker: ''\n    \
                     topology.kubernetes.io/zone: zone-{zone}\nstatus:\n  \
                     capacity: &room {{cpu: '16', memory: 64Gi, pods: '110'}}\n  allocatable: *room\n"
                )
            })
            .collect();
        self.create(&nodes.join("---\n"))?;
        self.wait_for(|lab| {
            lab.kubectl(["wait", "--for=condition=Ready", "node", "--all", "--timeout=60s"])
        })
    }
}
