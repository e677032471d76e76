//! The connector under the HTTP client.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use http::Uri;
use http::uri::Authority;
use hyper_rustls::{FixedServerNameResolver, HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use hyper_util::client::legacy::connect::{HttpConnector, proxy::SocksV5};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tower::{Service, ServiceExt as _};

use super::tunnel;
use crate::cluster::counted::Counted;
use crate::cluster::error::{Error, Unreachable};
use crate::cluster::gate::{Meter, Wire};
use crate::cluster::proxy::{Kind, Proxy};

/// How long one address may take to answer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long everything may take: names, several addresses, a proxy, TLS.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(20);
/// After how long a silent connection is tried, and how often, before it counts as dead.
const KEEPALIVE: Duration = Duration::from_secs(30);
const KEEPALIVE_RETRY: Duration = Duration::from_secs(5);
const KEEPALIVE_RETRIES: u32 = 3;

/// A TCP connection, or TLS to a proxy over one.
type Carrier = MaybeHttpsStream<TokioIo<Counted<TcpStream, Wire>>>;
/// What the HTTP client writes to.
pub(in crate::cluster) type Stream = MaybeHttpsStream<Carrier>;

/// Makes connections to one cluster.
#[derive(Clone)]
pub(in crate::cluster) struct Dialer {
    https: HttpsConnector<Route>,
    host: Arc<str>,
    ca: Arc<str>,
    meter: Arc<Meter>,
}

/// How connections to a cluster are made.
pub(in crate::cluster) struct Plan {
    pub(in crate::cluster) tls: Arc<ClientConfig>,
    /// `tls-server-name`
    pub(in crate::cluster) server_name: Option<rustls::pki_types::ServerName<'static>>,
    /// What certificates are checked against, in words.
    pub(in crate::cluster) ca: Arc<str>,
    /// `host:port`, for messages.
    pub(in crate::cluster) host: Arc<str>,
    pub(in crate::cluster) proxy: Option<Proxy>,
    pub(in crate::cluster) meter: Arc<Meter>,
}

impl Dialer {
    pub(in crate::cluster) fn new(plan: Plan) -> Self {
        let Plan { tls, server_name, ca, host, proxy, meter } = plan;
        let tcp = Tcp::new(&meter);
        let route = Route {
            tcp: tcp.clone(),
            // A proxy is trusted by this machine's store and gets no client certificate.
            proxy_tls: proxy_tls(proxy.as_ref(), tcp),
            proxy,
            host: Arc::clone(&host),
        };
        let https = match server_name {
            Some(name) => {
                HttpsConnector::new(route, tls, false, Arc::new(FixedServerNameResolver::new(name)))
            }
            None => HttpsConnector::from((route, tls)),
        };
        Self { https, host, ca, meter }
    }
}

impl Service<Uri> for Dialer {
    type Response = Stream;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Stream, Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let this = self.clone();
        Box::pin(async move {
            let Self { https, host, ca, meter } = this;
            let connected =
                tokio::time::timeout(TOTAL_TIMEOUT, https.oneshot(with_port(uri))).await;
            let stream = connected
                .map_err(|_| Error::Unreachable {
                    host: host.to_string(),
                    problem: Unreachable::Timeout(TOTAL_TIMEOUT),
                })?
                .map_err(|error| Error::connecting(&host, &ca, CONNECT_TIMEOUT, error.as_ref()))?;
            meter.connected();
            Ok(stream)
        })
    }
}

/// Proxies are always told a port; the connectors below would take 443 for any scheme.
fn with_port(uri: Uri) -> Uri {
    let (None, Some(host)) = (uri.port(), uri.host()) else { return uri };
    let port = if uri.scheme_str() == Some("http") { 80 } else { 443 };
    let scheme = uri.scheme_str().unwrap_or("https");
    format!("{scheme}://{host}:{port}/").parse().unwrap_or(uri)
}

/// Plain TCP.
#[derive(Clone)]
struct Tcp {
    http: HttpConnector<Resolver>,
    wire: Wire,
}

impl Tcp {
    fn new(meter: &Arc<Meter>) -> Self {
        let mut http = HttpConnector::new_with_resolver(Resolver(GaiResolver::new()));
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(CONNECT_TIMEOUT));
        http.set_keepalive(Some(KEEPALIVE));
        http.set_keepalive_interval(Some(KEEPALIVE_RETRY));
        http.set_keepalive_retries(Some(KEEPALIVE_RETRIES));
        // Keepalive does not watch over data that nobody acknowledges.
        #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
        http.set_tcp_user_timeout(Some(KEEPALIVE + KEEPALIVE_RETRY * KEEPALIVE_RETRIES));
        Self { http, wire: Wire::new(meter) }
    }
}

impl Service<Uri> for Tcp {
    type Response = TokioIo<Counted<TcpStream, Wire>>;
    type Error = tower::BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let Self { http, wire } = self.clone();
        Box::pin(async move {
            let stream = http.oneshot(uri).await?;
            Ok(TokioIo::new(Counted::new(stream.into_inner(), wire)))
        })
    }
}

/// The system's resolver; its failures keep their meaning.
#[derive(Clone)]
struct Resolver(GaiResolver);

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct NoSuchName(String);

impl Service<Name> for Resolver {
    type Response = <GaiResolver as Service<Name>>::Response;
    type Error = NoSuchName;
    type Future = BoxFuture<'static, Result<Self::Response, NoSuchName>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), NoSuchName>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let resolver = self.0.clone();
        Box::pin(async move {
            resolver.oneshot(name).await.map_err(|error| {
                // "failed to lookup address information: Name or service not known"
                let words = error.to_string();
                NoSuchName(words.rsplit(": ").next().unwrap_or_default().to_owned())
            })
        })
    }
}

fn proxy_tls(proxy: Option<&Proxy>, tcp: Tcp) -> Option<HttpsConnector<Tcp>> {
    use kube::client::ConfigExt as _;
    let proxy = proxy.filter(|proxy| proxy.kind == Kind::Https)?;
    let config = kube::Config::new(proxy.uri.clone()).rustls_client_config().ok()?;
    Some(HttpsConnector::from((tcp, config)))
}

/// TCP to the server, directly or through the proxy.
#[derive(Clone)]
struct Route {
    tcp: Tcp,
    proxy_tls: Option<HttpsConnector<Tcp>>,
    proxy: Option<Proxy>,
    host: Arc<str>,
}

impl Service<Uri> for Route {
    type Response = Carrier;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Carrier, Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let this = self.clone();
        Box::pin(async move {
            match &this.proxy {
                None => this.direct(uri).await,
                Some(proxy) => this.through(proxy, uri).await,
            }
        })
    }
}

impl Route {
    async fn direct(&self, uri: Uri) -> Result<Carrier, Error> {
        match self.tcp.clone().oneshot(uri).await {
            Ok(tcp) => Ok(MaybeHttpsStream::Http(tcp)),
            Err(error) => Err(unreachable(&self.host, error.as_ref())),
        }
    }

    async fn through(&self, proxy: &Proxy, uri: Uri) -> Result<Carrier, Error> {
        let broken = |problem: String| Error::Proxy {
            proxy: proxy.address().to_owned(),
            host: self.host.to_string(),
            problem,
        };
        let authority = uri.authority().map_or("", Authority::as_str);
        match (proxy.kind, &self.proxy_tls) {
            (Kind::Socks5, _) => {
                let mut socks = SocksV5::new(proxy.uri.clone(), self.tcp.clone());
                if let Some((user, password)) = &proxy.login {
                    socks = socks.with_auth(user.clone(), password.clone());
                }
                let tcp = socks.oneshot(uri).await.map_err(|error| broken(innermost(&error)))?;
                Ok(MaybeHttpsStream::Http(tcp))
            }
            (Kind::Http, _) => {
                let tcp = self.tcp.clone().oneshot(proxy.uri.clone()).await;
                let tcp = tcp.map_err(|error| broken(innermost(error.as_ref())))?;
                let mut counted = tcp.into_inner();
                tunnel::connect(&mut counted, authority, proxy.login.as_ref())
                    .await
                    .map_err(broken)?;
                Ok(MaybeHttpsStream::Http(TokioIo::new(counted)))
            }
            (Kind::Https, Some(tls)) => {
                let stream = tls.clone().oneshot(proxy.uri.clone()).await;
                let mut stream =
                    TokioIo::new(stream.map_err(|error| broken(innermost(error.as_ref())))?);
                tunnel::connect(&mut stream, authority, proxy.login.as_ref())
                    .await
                    .map_err(broken)?;
                Ok(stream.into_inner())
            }
            (Kind::Https, None) => {
                Err(broken("this machine has no certificate store to trust it by".into()))
            }
        }
    }
}

fn unreachable(host: &str, error: &(dyn std::error::Error + 'static)) -> Error {
    let dns = std::iter::successors(Some(error), |error| error.source())
        .find_map(|error| error.downcast_ref::<NoSuchName>());
    match dns {
        Some(NoSuchName(words)) => {
            Error::Unreachable { host: host.to_owned(), problem: Unreachable::Dns(words.clone()) }
        }
        None => Error::connecting(host, "", CONNECT_TIMEOUT, error),
    }
}

fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    std::iter::successors(Some(error), |error| error.source())
        .last()
        .map_or_else(String::new, ToString::to_string)
}
