//! Proxies on the way to a cluster.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use kx::cluster::{Env, Error};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::support::{Authority, Home, Server, base64, get, server_config, text};

/// A proxy that leads everything to one server, whatever it is asked for, and remembers what that was.
struct Proxy {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    async fn start(protocol: Protocol, server: SocketAddr) -> Self {
        Self::over(None, protocol, server).await
    }

    async fn over(tls: Option<ServerConfig>, protocol: Protocol, server: SocketAddr) -> Self {
        let tls = tls.map(|config| TlsAcceptor::from(Arc::new(config)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (log, tls) = (Arc::clone(&log), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => lead(protocol, client, server, &log).await,
                        Some(tls) => lead(protocol, tls.accept(client).await?, server, &log).await,
                    }
                });
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

#[derive(Clone, Copy)]
enum Protocol {
    Connect,
    /// CONNECT that always answers this.
    Refuse(&'static str),
    Socks,
}

async fn lead(
    protocol: Protocol,
    mut client: impl AsyncRead + AsyncWrite + Unpin,
    server: SocketAddr,
    log: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    match protocol {
        Protocol::Connect | Protocol::Refuse(_) => {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(client.read_u8().await?);
            }
            log.lock().unwrap().push(String::from_utf8_lossy(&head).into_owned());
            if let Protocol::Refuse(answer) = protocol {
                return client.write_all(answer.as_bytes()).await;
            }
            client.write_all(b"HTTP/1.1 200 OK\r\nVia: test\r\n\r\n").await?;
        }
        // RFC 1928, and 1929 for the password.
        Protocol::Socks => {
            let mut greeting = [0; 2];
            client.read_exact(&mut greeting).await?;
            let mut methods = vec![0; greeting[1].into()];
            client.read_exact(&mut methods).await?;
            if methods.contains(&2) {
                client.write_all(&[5, 2]).await?;
                assert_eq!(client.read_u8().await?, 1);
                let mut login = Vec::new();
                for _ in 0..2 {
                    let mut text = vec![0; client.read_u8().await?.into()];
                    client.read_exact(&mut text).await?;
                    login.push(String::from_utf8_lossy(&text).into_owned());
                }
                log.lock().unwrap().push(login.join(":"));
                client.write_all(&[1, 0]).await?;
            } else {
                client.write_all(&[5, 0]).await?;
            }
            let mut request = [0; 4];
            client.read_exact(&mut request).await?;
            let host = match request[3] {
                3 => {
                    let mut name = vec![0; client.read_u8().await?.into()];
                    client.read_exact(&mut name).await?;
                    String::from_utf8_lossy(&name).into_owned()
                }
                1 => {
                    let mut ip = [0; 4];
                    client.read_exact(&mut ip).await?;
                    std::net::Ipv4Addr::from(ip).to_string()
                }
                other => panic!("address type {other}"),
            };
            let port = client.read_u16().await?;
            log.lock().unwrap().push(format!("{host}:{port}"));
            client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
        }
    }
    let mut server = TcpStream::connect(server).await?;
    tokio::io::copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

/// A server under a name that only a proxy can know.
async fn hidden() -> (Server, String) {
    let authority = Authority::new();
    let leaf = authority.leaf(&["api.cluster.invalid"], |_| {});
    let server = Server::tls(server_config(&leaf), |_| text(200, "ok")).await;
    (server, format!("    certificate-authority-data: {}", base64(&authority.pem())))
}

const URL: &str = "https://api.cluster.invalid:6443";

#[tokio::test]
async fn an_http_proxy_leads_to_the_server_with_a_password() {
    let (server, ca) = hidden().await;
    let proxy = Proxy::start(Protocol::Connect, server.address).await;
    let home = Home::new();
    home.config(URL, &format!("{ca}\n    proxy-url: http://us%40er:p%3Aw@{}", proxy.address), "");
    assert_eq!(home.client().await.bytes(get("/version")).await.unwrap(), "ok");
    let asked = proxy.asked();
    assert!(asked[0].starts_with("CONNECT api.cluster.invalid:6443 HTTP/1.1\r\n"), "{}", asked[0]);
    assert!(asked[0].contains(&base64("us@er:p:w")), "{}", asked[0]);
}

#[tokio::test]
async fn a_socks_proxy_resolves_the_name() {
    let (server, ca) = hidden().await;
    let proxy = Proxy::start(Protocol::Socks, server.address).await;
    let home = Home::new();
    for scheme in ["socks5", "socks5h"] {
        home.config(URL, &format!("{ca}\n    proxy-url: {scheme}://u:p@{}", proxy.address), "");
        assert_eq!(home.client().await.bytes(get("/version")).await.unwrap(), "ok");
    }
    let both = ["u:p", "api.cluster.invalid:6443"];
    assert_eq!(proxy.asked(), [both, both].concat());
}

#[tokio::test]
async fn the_environments_proxy_counts_unless_no_proxy_names_the_server() {
    let (server, ca) = hidden().await;
    let proxy = Proxy::start(Protocol::Connect, server.address).await;
    let url = format!("http://{}", proxy.address);
    let mut home = Home::new();
    home.config(URL, &ca, "");
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        home.env = Env::of([(name, url.as_str())]);
        assert_eq!(home.client().await.bytes(get("/version")).await.unwrap(), "ok", "{name}");
    }
    home.env =
        Env::of([("HTTPS_PROXY", url.as_str()), ("NO_PROXY", "10.0.0.0/8,.cluster.invalid")]);
    let error = home.client().await.bytes(get("/version")).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    assert_eq!(proxy.asked().len(), 3);
    // A server on this machine is never behind the environment's proxy.
    let near = Server::plain(|_| text(200, "near")).await;
    home.config(&format!("http://{}", near.address), "", "");
    home.env = Env::of([("HTTP_PROXY", url.as_str()), ("ALL_PROXY", url.as_str())]);
    assert_eq!(home.client().await.bytes(get("/version")).await.unwrap(), "near");
    assert_eq!(proxy.asked().len(), 3);
}

#[tokio::test]
async fn a_proxy_that_refuses_is_told_from_a_server_that_does() {
    let (server, ca) = hidden().await;
    let home = Home::new();
    for (answer, words) in [
        ("HTTP/1.1 403 Forbidden\r\n\r\n", "403 Forbidden"),
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "password"),
        ("SSH-2.0-OpenSSH\r\n\r\n", "does not answer as an HTTP proxy"),
        ("", "hung up"),
    ] {
        let proxy = Proxy::start(Protocol::Refuse(answer), server.address).await;
        home.config(URL, &format!("{ca}\n    proxy-url: http://user:secret@{}", proxy.address), "");
        let error = home.client().await.bytes(get("/version")).await.unwrap_err();
        let shown = error.to_string();
        assert!(matches!(error, Error::Proxy { .. }), "{error:?}");
        assert!(shown.contains(words) && !shown.contains("secret"), "{shown}");
    }
    // A proxy over TLS must be trusted by this machine, which does not know the test's authority.
    let proxy = format!("    proxy-url: https://{}", server.address);
    home.config(URL, &format!("{ca}\n{proxy}"), "");
    let error = home.client().await.bytes(get("/version")).await.unwrap_err();
    assert!(matches!(error, Error::Proxy { .. }), "{error:?}");
    // Nothing listens there.
    home.config(URL, &format!("{ca}\n    proxy-url: socks5://127.0.0.1:1"), "");
    let error = home.client().await.bytes(get("/version")).await.unwrap_err();
    assert!(matches!(error, Error::Proxy { .. }) && error.is_retryable(), "{error:?}");
}

/// Which certificates a machine trusts can be set for a whole process only, so this test runs itself again in one.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_proxy_over_tls_is_trusted_by_this_machines_store() {
    const STORE: &str = "SSL_CERT_FILE";
    const FOLDER: &str = "KX_TEST_PROXY_FOLDER";
    let Some(folder) = std::env::var_os(FOLDER) else {
        let home = Home::new();
        let authority = Authority::new();
        let leaf = authority.server();
        home.write("store.pem", authority.pem());
        home.write("proxy.pem", &leaf.pem);
        home.write("proxy.key", leaf.key.serialize_pem());
        let program = std::env::current_exe().unwrap();
        let name = "proxy::a_proxy_over_tls_is_trusted_by_this_machines_store";
        let child = tokio::process::Command::new(program)
            .args([name, "--exact", "--nocapture"])
            .env(STORE, home.folder.path().join("store.pem"))
            .env(FOLDER, home.folder.path())
            .output();
        let output = child.await.unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
        return;
    };
    let file = |name: &str| std::path::Path::new(&folder).join(name);
    let tls = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_file(file("proxy.pem")).unwrap()],
            PrivateKeyDer::from_pem_file(file("proxy.key")).unwrap(),
        )
        .unwrap();
    let (server, ca) = hidden().await;
    let proxy = Proxy::over(Some(tls), Protocol::Connect, server.address).await;
    let home = Home::new();
    home.config(URL, &format!("{ca}\n    proxy-url: https://u:p@{}", proxy.address), "");
    assert_eq!(home.client().await.bytes(get("/version")).await.unwrap(), "ok");
    assert!(proxy.asked()[0].contains(&base64("u:p")));
}
