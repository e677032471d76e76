//! A small API server with its certificates, and kubeconfigs that lead to it.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, Uri};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Collected, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use kx::cluster::{Client, Env, Error, Gate, Kubeconfig, Overrides, connect};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair,
};
use rustls::ServerConfig;
use rustls::pki_types::CertificateDer;
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;

/// A certificate authority.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate and its key, in PEM and DER.
pub struct Leaf {
    pub pem: String,
    pub der: Vec<u8>,
    pub key: KeyPair,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "test authority");
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        Self { issuer }
    }

    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    pub fn leaf(&self, names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Leaf {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        params.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Leaf { pem: certificate.pem(), der: certificate.der().to_vec(), key }
    }

    /// A certificate for this machine.
    pub fn server(&self) -> Leaf {
        self.leaf(&["127.0.0.1", "localhost"], |_| {})
    }

    pub fn client(&self, name: &str) -> Leaf {
        self.leaf(&[], |params| params.distinguished_name.push(DnType::CommonName, name))
    }
}

/// What the server saw of a request.
#[derive(Clone, Debug)]
pub struct Seen {
    pub uri: Uri,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// The client certificate, if there was one.
    pub certificate: Option<Vec<u8>>,
}

impl Seen {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub type Answer = Response<BoxBody<Bytes, Infallible>>;

pub fn text(status: u16, body: impl Into<Bytes>) -> Answer {
    Response::builder().status(status).body(Full::new(body.into()).boxed()).unwrap()
}

/// An answer whose body never ends.
pub fn open() -> Answer {
    let never = futures::stream::pending::<Result<hyper::body::Frame<Bytes>, Infallible>>();
    Response::new(BoxBody::new(http_body_util::StreamBody::new(never)))
}

/// A server that remembers every request.
pub struct Server {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Over plain TCP.
    pub async fn plain(answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        Self::start(None, answer).await
    }

    /// Over TLS.
    pub async fn tls(
        config: ServerConfig,
        answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::start(Some(config), answer).await
    }

    async fn start(
        tls: Option<ServerConfig>,
        answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let acceptor = tls.map(|config| tokio_rustls::TlsAcceptor::from(Arc::new(config)));
        let answer: Arc<dyn Fn(&Seen) -> Answer + Send + Sync> = Arc::new(answer);
        let log = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                let (acceptor, answer, log) =
                    (acceptor.clone(), Arc::clone(&answer), Arc::clone(&log));
                tokio::spawn(async move {
                    match acceptor {
                        None => serve(tcp, None, answer, log).await,
                        Some(acceptor) => {
                            let stream = match acceptor.accept(tcp).into_fallible().await {
                                Ok(stream) => stream,
                                // Hanging up on unread data would reset the connection before the alert is seen.
                                Err((_, mut tcp)) => {
                                    let _ = tokio::io::copy(&mut tcp, &mut tokio::io::sink()).await;
                                    return;
                                }
                            };
                            let chain = stream.get_ref().1.peer_certificates();
                            let certificate =
                                chain.and_then(<[_]>::first).map(|der| der.as_ref().to_vec());
                            serve(stream, certificate, answer, log).await;
                        }
                    }
                });
            }
        });
        Self { address, seen }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    certificate: Option<Vec<u8>>,
    answer: Arc<dyn Fn(&Seen) -> Answer + Send + Sync>,
    log: Arc<Mutex<Vec<Seen>>>,
) {
    let service = service_fn(|request: Request<Incoming>| {
        let (certificate, answer, log) =
            (certificate.clone(), Arc::clone(&answer), Arc::clone(&log));
        async move {
            let (parts, body) = request.into_parts();
            let seen = Seen {
                uri: parts.uri,
                headers: parts.headers,
                body: body.collect().await.map(Collected::to_bytes).unwrap_or_default(),
                certificate,
            };
            log.lock().unwrap().push(seen.clone());
            Ok::<_, Infallible>(answer(&seen))
        }
    });
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// TLS of a server that shows `leaf` and asks for no certificate.
pub fn server_config(leaf: &Leaf) -> ServerConfig {
    let key = rustls::pki_types::PrivateKeyDer::try_from(leaf.key.serialize_der()).unwrap();
    ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(leaf.der.clone())], key)
        .unwrap()
}

/// A kubeconfig in a folder of its own.
pub struct Home {
    pub folder: TempDir,
    pub env: Env,
}

impl Home {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), env: Env::default() }
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Writes a program.
    #[cfg(unix)]
    pub fn program(&self, name: &str, script: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.write(name, format!("#!/bin/sh\n{script}"));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// A context `test` of `server` with these lines about the cluster and the user (each indented by four).
    pub fn config(&self, server: &str, cluster: &str, user: &str) -> PathBuf {
        let user = if user.is_empty() { "    {}" } else { user };
        self.write(
            "config",
            format!(
                "apiVersion: v1\nkind: Config\ncurrent-context: test\n\
                 contexts:\n- name: test\n  context: {{cluster: test, user: dev, namespace: shop}}\n\
                 clusters:\n- name: test\n  cluster:\n    server: {server}\n{cluster}\n\
                 users:\n- name: dev\n  user:\n{user}\n"
            ),
        )
    }

    /// Connects by that kubeconfig.
    pub async fn connect(&self, gate: Gate) -> Result<Client, Error> {
        let config = Kubeconfig::load(Some(&self.folder.path().join("config")), &self.env)?;
        connect(&config.target(None, &Overrides::default())?, gate).await
    }

    /// The same, which must succeed.
    pub async fn client(&self) -> Client {
        self.connect(Gate::read_write()).await.unwrap()
    }
}

pub fn get(path: &str) -> Request<Vec<u8>> {
    Request::get(path).body(Vec::new()).unwrap()
}

pub fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}
