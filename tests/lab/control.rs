//! The control plane's processes: their flags, their ports, and stopping and starting them.

use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use k8s_openapi::ByteString;

use super::process::Daemon;
use super::{Options, build, certs, users};

/// A running control plane. Dropping it ends every process.
pub struct Control {
    folder: PathBuf,
    ports: Ports,
    apiserver_flags: Vec<String>,
    // In the order in which they end: clients first, etcd last.
    others: Vec<Daemon>,
    aggregated: Option<Daemon>,
    apiserver: Option<Daemon>,
    etcd: Daemon,
}

struct Ports {
    etcd: u16,
    peer: u16,
    apiserver: u16,
    kwok: u16,
    aggregated: u16,
}

impl Control {
    /// Starts etcd and the API server, without waiting for the latter.
    pub fn start(folder: &Path, options: &Options) -> Result<Self> {
        let (etcd_program, _) = (build::program("etcd")?, build::program("kube-apiserver")?);
        let ports = Ports::choose()?;
        let certs = folder.join("certs");
        fs::create_dir_all(&certs)?;
        certs::write(&certs)?;
        users::write_tokens(&certs.join("tokens.csv"))?;

        let etcd = Daemon::spawn("etcd", &etcd_program, &etcd_flags(folder, &ports), folder)?;
        let mut control = Self {
            apiserver_flags: apiserver_flags(&certs, &ports, options),
            folder: folder.to_owned(),
            ports,
            others: Vec::new(),
            aggregated: None,
            apiserver: None,
            etcd,
        };
        control.wait_for_port(control.ports.etcd)?;
        control.start_apiserver()?;
        Ok(control)
    }

    /// Starts what `options` ask for beside the API server, which has to be ready.
    pub fn start_controllers(&mut self, kubeconfig: &Path, options: &Options) -> Result<()> {
        let flag = |name: &str, value: &Path| format!("--{name}={}", value.display());
        let kubeconfig = flag("kubeconfig", kubeconfig);
        let certs = self.folder.join("certs");
        if options.controllers {
            let flags = vec![
                kubeconfig.clone(),
                flag("service-account-private-key-file", &certs.join("accounts.key")),
                flag("root-ca-file", &certs.join("ca.crt")),
                "--secure-port=0".to_owned(),
                "--leader-elect=false".to_owned(),
                "--node-monitor-grace-period=2m".to_owned(), // heartbeats are late on a busy machine
                "--kube-api-qps=500".to_owned(),
                "--kube-api-burst=1000".to_owned(),
            ];
            self.spawn("kube-controller-manager", &flags)?;
        }
        if options.scheduler {
            let flags = vec![
                kubeconfig.clone(),
                "--secure-port=0".to_owned(),
                "--leader-elect=false".to_owned(),
                "--kube-api-qps=500".to_owned(),
            ];
            self.spawn("kube-scheduler", &flags)?;
        }
        if options.kwok {
            let config = self.folder.join("kwok.yaml");
            self.write_kwok_config(&config)?;
            let port = self.ports.kwok;
            let flags = vec![
                kubeconfig,
                flag("config", &config),
                "--manage-all-nodes".to_owned(),
                "--node-lease-duration-seconds=40".to_owned(), // or nodes are NotReady after a while
                "--cidr=10.244.0.1/16".to_owned(),
                "--node-ip=127.0.0.1".to_owned(),
                format!("--node-port={port}"),
                format!("--server-address=127.0.0.1:{port}"),
            ];
            self.spawn("kwok", &flags)?;
        }
        Ok(())
    }

    fn spawn(&mut self, name: &str, flags: &[String]) -> Result<()> {
        let daemon = Daemon::spawn(name, &build::program(name)?, flags, &self.folder)?;
        self.others.push(daemon);
        Ok(())
    }

    fn write_kwok_config(&self, path: &Path) -> Result<()> {
        let log = self.folder.join("container.log");
        fs::write(
            &log,
            "2026-01-15T12:00:00.000000001Z stdout F starting\n\
             2026-01-15T12:00:01.000000001Z stdout F listening on :8080\n\
             2026-01-15T12:00:02.000000001Z stderr F a warning on stderr\n",
        )?;
        // What ran before wrote as much; a test that restarts a container writes its own.
        let before = self.folder.join("container-before.log");
        fs::copy(&log, &before)?;
        let (log, before) = (log.display(), before.display());
        let answers = format!(
            "---\napiVersion: kwok.x-k8s.io/v1alpha1\nkind: ClusterLogs\nmetadata: {{name: lab}}\n\
             spec: {{logs: [{{logsFile: {log}, previousLogsFile: {before}, follow: true}}]}}\n\
             ---\napiVersion: kwok.x-k8s.io/v1alpha1\nkind: ClusterAttach\nmetadata: {{name: lab}}\n\
             spec: {{attaches: [{{logsFile: {log}}}]}}\n\
             ---\napiVersion: kwok.x-k8s.io/v1alpha1\nkind: ClusterExec\nmetadata: {{name: lab}}\n\
             spec: {{execs: [{{local: {{}}}}]}}\n{forwards}",
            forwards = forwards(),
        );
        let stages = fs::read_to_string(build::source().join("stages.yaml"))?;
        Ok(fs::write(path, stages + &answers)?)
    }

    /// The API server's address.
    pub fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.ports.apiserver)
    }

    /// etcd's address.
    pub fn etcd_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.etcd)
    }

    /// Fails, with the end of its log, where a server has ended by itself.
    pub fn check(&mut self) -> Result<()> {
        let daemons = self
            .others
            .iter_mut()
            .chain(&mut self.aggregated)
            .chain(&mut self.apiserver)
            .chain([&mut self.etcd]);
        for daemon in daemons {
            if let Some(status) = daemon.ended() {
                bail!("a server of the lab ended ({status}); {}", daemon.tail());
            }
        }
        Ok(())
    }

    /// Kills the API server and waits for its end.
    pub fn stop_apiserver(&mut self) {
        self.apiserver = None;
    }

    /// Whether it was stopped and not started again.
    pub fn apiserver_is_stopped(&self) -> bool {
        self.apiserver.is_none()
    }

    /// Starts the API server where it does not run; it is ready some seconds later.
    pub fn start_apiserver(&mut self) -> Result<()> {
        if self.apiserver.is_none() {
            let program = build::program("kube-apiserver")?;
            let flags = &self.apiserver_flags;
            self.apiserver = Some(Daemon::spawn("kube-apiserver", &program, flags, &self.folder)?);
        }
        self.wait_for_port(self.ports.apiserver)
    }

    /// Where an aggregated API server listens while it runs.
    pub fn aggregated_port(&self) -> u16 {
        self.ports.aggregated
    }

    /// Starts the aggregated API server where it does not run, without waiting for it. The API server has to be ready.
    pub fn start_aggregated(&mut self, kubeconfig: &Path) -> Result<()> {
        if self.aggregated.is_none() {
            let program = build::program("sample-apiserver")?;
            let flag = |name: &str, value: &Path| format!("--{name}={}", value.display());
            let flags = [
                flag("kubeconfig", kubeconfig),
                flag("authentication-kubeconfig", kubeconfig),
                flag("authorization-kubeconfig", kubeconfig),
                flag("cert-dir", &self.folder.join("aggregated")),
                format!("--etcd-servers={}", self.etcd_url()),
                "--etcd-prefix=/registry/aggregated".to_owned(),
                "--bind-address=127.0.0.1".to_owned(),
                format!("--secure-port={}", self.ports.aggregated),
            ];
            let daemon = Daemon::spawn("sample-apiserver", &program, &flags, &self.folder)?;
            self.aggregated = Some(daemon);
        }
        Ok(())
    }

    /// Kills the aggregated API server and waits for its end.
    pub fn stop_aggregated(&mut self) {
        self.aggregated = None;
    }

    /// Drops etcd's history up to its present revision.
    pub fn compact(&self) -> Result<()> {
        let header = self.etcd("/v3/kv/range", r#"{"key":"AA=="}"#)?;
        let revision = header["header"]["revision"].as_str().context("etcd told no revision")?;
        let request = format!(r#"{{"revision":"{revision}","physical":true}}"#);
        self.etcd("/v3/kv/compaction", &request).map(drop)
    }

    /// Deletes every key that begins with `prefix`.
    pub fn forget(&self, prefix: &str) -> Result<()> {
        let first = prefix.as_bytes().to_vec();
        let mut end = first.clone();
        *end.last_mut().context("an empty prefix is everything")? += 1; // always ASCII here
        // The gateway takes keys in base64.
        let range = serde_json::json!({"key": ByteString(first), "range_end": ByteString(end)});
        self.etcd("/v3/kv/deleterange", &range.to_string()).map(drop)
    }

    /// One request to etcd's JSON gateway.
    fn etcd(&self, path: &str, body: &str) -> Result<serde_json::Value> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.ports.etcd))?;
        let length = body.len();
        write!(
            stream,
            "POST {path} HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").context("etcd's answer broke off")?;
        if !head.lines().next().is_some_and(|status| status.contains(" 200 ")) {
            bail!("etcd refused {path}: {answer}");
        }
        Ok(serde_json::from_str(body)?)
    }

    fn wait_for_port(&mut self, port: u16) -> Result<()> {
        let deadline = Instant::now() + Duration::from_mins(5);
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            self.check()?;
            if Instant::now() > deadline {
                let daemon = self.apiserver.as_ref().unwrap_or(&self.etcd);
                bail!("nothing listens on port {port} after five minutes; {}", daemon.tail());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

/// What answers behind the ports of pods, by the pod's name, as a pod cannot be told here who it is. On port 7 what comes goes back; on 80 that too,
/// behind the pod's name in a line; on 9 a digest of the first mebibyte; nothing listens elsewhere.
fn forwards() -> String {
    let port =
        |port: u16, script: &str| format!("{{ports: [{port}], command: [sh, -c, \"{script}\"]}}");
    let pods = ["first", "second", ""].map(|name| {
        let names = if name.is_empty() { String::new() } else { format!("selector: {{matchNames: [{name}]}}, ") };
        let ports = [
            port(7, "exec cat"),
            port(80, &format!("echo {name}; exec cat")),
            port(9, "head -c 1048576 | sha256sum"),
        ];
        format!(
            "---\napiVersion: kwok.x-k8s.io/v1alpha1\nkind: ClusterPortForward\nmetadata: {{name: lab-{name}x}}\n\
             spec: {{{names}forwards: [{}]}}\n",
            ports.join(", ")
        )
    });
    pods.concat()
}

fn etcd_flags(folder: &Path, ports: &Ports) -> Vec<String> {
    let (client, peer) = (ports.etcd, ports.peer);
    vec![
        format!("--data-dir={}", folder.join("etcd").display()),
        format!("--listen-client-urls=http://127.0.0.1:{client}"),
        format!("--advertise-client-urls=http://127.0.0.1:{client}"),
        format!("--listen-peer-urls=http://127.0.0.1:{peer}"),
        format!("--initial-advertise-peer-urls=http://127.0.0.1:{peer}"),
        format!("--initial-cluster=default=http://127.0.0.1:{peer}"),
        "--unsafe-no-fsync".to_owned(), // the data ends with the lab
        "--quota-backend-bytes=8589934592".to_owned(),
        "--log-level=warn".to_owned(),
    ]
}

fn apiserver_flags(certs: &Path, ports: &Ports, options: &Options) -> Vec<String> {
    let file = |flag: &str, name: &str| format!("--{flag}={}", certs.join(name).display());
    let mut flags = vec![
        format!("--etcd-servers=http://127.0.0.1:{}", ports.etcd),
        format!("--secure-port={}", ports.apiserver),
        "--bind-address=127.0.0.1".to_owned(),
        "--endpoint-reconciler-type=none".to_owned(), // endpoints may not be on the loopback
        file("tls-cert-file", "server.crt"),
        file("tls-private-key-file", "server.key"),
        file("client-ca-file", "ca.crt"),
        file("token-auth-file", "tokens.csv"),
        // By these an aggregated API server knows for whom it is asked.
        file("requestheader-client-ca-file", "front-ca.crt"),
        "--requestheader-allowed-names=front-proxy-client".to_owned(),
        "--requestheader-username-headers=X-Remote-User".to_owned(),
        "--requestheader-group-headers=X-Remote-Group".to_owned(),
        "--requestheader-extra-headers-prefix=X-Remote-Extra-".to_owned(),
        file("proxy-client-cert-file", "front.crt"),
        file("proxy-client-key-file", "front.key"),
        file("service-account-signing-key-file", "accounts.key"),
        file("service-account-key-file", "accounts.pub"),
        "--service-account-issuer=https://kubernetes.default.svc".to_owned(),
        "--service-cluster-ip-range=10.0.0.0/16".to_owned(),
        "--authorization-mode=RBAC".to_owned(),
        "--allow-privileged=true".to_owned(),
        "--kubelet-preferred-address-types=InternalIP".to_owned(),
    ];
    if !options.controllers {
        // Nobody makes the service accounts that this plugin waits for.
        flags.push("--disable-admission-plugins=ServiceAccount".to_owned());
    }
    flags.extend(options.flags.iter().cloned());
    flags
}

impl Ports {
    /// Five ports free now. They lie below those the kernel gives to outgoing connections: otherwise a client that tries
    /// again and again while the API server is down could be given, or connect to itself on, its port.
    fn choose() -> Result<Self> {
        let mut free = (0..1000_u64)
            .map(|n| 20_000 + (RandomState::new().hash_one(n) % 12_000) as u16)
            .filter_map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok());
        let mut next = || free.next().context("no free port between 20000 and 32000");
        // All are held until all are chosen, or two could be the same.
        let held = [next()?, next()?, next()?, next()?, next()?];
        let port = |n: usize| held[n].local_addr().map(|address| address.port());
        Ok(Self {
            etcd: port(0)?,
            peer: port(1)?,
            apiserver: port(2)?,
            kwok: port(3)?,
            aggregated: port(4)?,
        })
    }
}
