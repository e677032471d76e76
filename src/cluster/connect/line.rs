//! The line of steps that every request takes.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, UPGRADE};
use http::uri::{PathAndQuery, Scheme};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body::{Body as _, Frame, SizeHint};
use hyper::body::Incoming;
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use kube::client::Body;
use rustls::pki_types::ServerName;

use crate::cluster::auth::{self, Credentials, Grant};
use crate::cluster::dial::{Dialer, Plan};
use crate::cluster::error::{Error, Unreachable};
use crate::cluster::gate::{Gate, Meter, Ticket};
use crate::cluster::gunzip::Gunzip;
use crate::cluster::kubeconfig::{ContextInfo, Target};
use crate::cluster::logs::Turns;
use crate::cluster::proxy::{self, Proxy};
use crate::cluster::tls::{self, Identity, Trust};

/// How long an answer may take to begin. API servers give up after a minute themselves.
const ANSWER: Duration = Duration::from_mins(2);
/// How long an unused connection is kept.
const IDLE: Duration = Duration::from_secs(90);

type Http = legacy::Client<Dialer, Body>;

/// An answer's body: counted as it comes from the wire, then unpacked.
pub(super) type Answer = Gunzip<Metered>;

/// Everything that a request to one cluster passes.
pub(super) struct Line {
    pub(super) info: ContextInfo,
    pub(super) gate: Gate,
    pub(super) meter: Arc<Meter>,
    pub(super) turns: Turns,
    url: Uri,
    host: Arc<str>,
    headers: HeaderMap,
    compress: bool,
    credentials: Credentials,
    trust: Trust,
    server_name: Option<ServerName<'static>>,
    proxy: Option<Proxy>,
    /// The connections, and whose certificate they present.
    http: Mutex<Option<(Option<Identity>, Http)>>,
}

impl Line {
    pub(super) fn new(target: &Target, gate: Gate) -> Result<Self, Error> {
        let unusable =
            |problem: String| Error::Unusable { context: target.info.context.clone(), problem };
        let cluster = &target.cluster;
        let server_name = cluster.tls_server_name.as_ref().filter(|name| !name.is_empty());
        let server_name = server_name
            .map(|name| {
                ServerName::try_from(name.clone())
                    .map_err(|_| unusable(format!("tls-server-name {name:?} is no host's name")))
            })
            .transpose()?;
        Ok(Self {
            info: target.info.clone(),
            gate: gate.before(&target.info.context),
            meter: Arc::default(),
            turns: Turns::default(),
            host: host(&target.url).into(),
            url: target.url.clone(),
            headers: auth::constant(&target.user).map_err(unusable)?,
            compress: !cluster.disable_compression.unwrap_or(false),
            credentials: Credentials::new(target)?,
            trust: tls::trust(target).map_err(unusable)?,
            server_name,
            proxy: proxy::choose(&target.url, cluster.proxy_url.as_deref(), &target.env)
                .map_err(unusable)?,
            http: Mutex::default(),
        })
    }

    /// Who asks, and how, for messages.
    pub(super) fn who(&self) -> &str {
        self.credentials.who()
    }

    /// Sends one request; a 401 is answered with new credentials and the same request, once.
    pub(super) async fn send(&self, request: Request<Body>) -> Result<Response<Answer>, Error> {
        if let Err(refused) = self.gate.admit(&request) {
            self.meter.refuse(request.method(), request.uri());
            return Err(refused);
        }
        let unpack = !request.headers().contains_key(ACCEPT_ENCODING);
        let mut request = self.prepared(request)?;
        let again = copy(&request);
        let grant = self.credentials.grant().await?;
        authorize(&mut request, &grant);
        let answer = self.transmit(request, &grant).await?;
        let answer = match again {
            Some(mut again) if answer.status() == StatusCode::UNAUTHORIZED => {
                match self.credentials.renew(&grant).await? {
                    Some(grant) => {
                        drop(answer);
                        authorize(&mut again, &grant);
                        self.transmit(again, &grant).await?
                    }
                    None => answer,
                }
            }
            _ => answer,
        };
        Ok(self.unpacked(answer, unpack))
    }

    /// Path, query and headers as they go out.
    fn prepared(&self, mut request: Request<Body>) -> Result<Request<Body>, Error> {
        for (name, value) in &self.headers {
            // A group is sent once for each, so values are added; what the caller sets goes first.
            request.headers_mut().append(name, value.clone());
        }
        if unset(&request) {
            let gzip =
                self.compress && request.method() == Method::GET && !is_stream(request.uri());
            let encoding = if gzip { "gzip" } else { "identity" };
            request.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static(encoding));
        }
        *request.uri_mut() = joined(&self.url, request.uri())?;
        Ok(request)
    }

    /// Sends a read again, once, if the connection broke before an answer came: most likely it had been waiting
    /// unused while the server restarted (Go's client does the same).
    async fn transmit(
        &self,
        request: Request<Body>,
        grant: &Grant,
    ) -> Result<Response<Metered>, Error> {
        let read = matches!(*request.method(), Method::GET | Method::HEAD);
        let again = read && !request.headers().contains_key(UPGRADE);
        let again = if again { copy(&request) } else { None };
        // Whoever reads a log tells of it, once its turn is over.
        let is_log = request.uri().path().ends_with("/log");
        let answer = match (self.transmit_once(request, grant).await, again) {
            (Err(Error::Cut { .. }), Some(again)) => self.transmit_once(again, grant).await,
            (answer, _) => answer,
        };
        if !is_log && answer.as_ref().is_err_and(Error::is_refused_connection) {
            self.turns.refused();
        }
        answer
    }

    async fn transmit_once(
        &self,
        request: Request<Body>,
        grant: &Grant,
    ) -> Result<Response<Metered>, Error> {
        let body = request.body().size_hint().lower();
        let ticket = self.meter.begin(request.method(), request.uri(), body);
        let mut ticket =
            Some(ticket.ok_or_else(|| {
                Error::Request {
                    problem:
                        "the audit log cannot be written, and nothing is asked that is not in it"
                            .to_owned(),
                }
            })?);
        let http = self.http(grant.identity.as_ref());
        let answer = tokio::time::timeout(ANSWER, http.request(request)).await;
        let mut answer = answer
            .map_err(|_| Error::Unreachable {
                host: self.host.to_string(),
                problem: Unreachable::Timeout(ANSWER),
            })?
            .map_err(|error| Error::cut(&self.host, &error))?;
        if let Some(ticket) = &mut ticket {
            ticket.answered(answer.status().as_u16());
            if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
                // Its bytes are no body: whoever takes the connection over counts them.
                answer.extensions_mut().insert(ticket.streams());
            }
        }
        Ok(answer.map(|body| Metered { body, ticket: ticket.take(), host: Arc::clone(&self.host) }))
    }

    /// Unpacks gzip, unless the caller asked for it.
    fn unpacked(&self, answer: Response<Metered>, unpack: bool) -> Response<Answer> {
        let encoding = answer.headers().get(CONTENT_ENCODING);
        let packed = unpack
            && encoding.is_some_and(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"gzip"));
        let mut answer = answer.map(|body| Gunzip::new(body, packed, &self.host));
        if packed {
            answer.headers_mut().remove(CONTENT_ENCODING);
            answer.headers_mut().remove(CONTENT_LENGTH);
        }
        answer
    }

    /// The connections that present `identity`. When a plugin gives another certificate, new requests get new
    /// connections, and the old ones end with their requests.
    fn http(&self, identity: Option<&Identity>) -> Http {
        let mut slot = self.http.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((presented, http)) = &*slot
            && same(presented.as_ref(), identity)
        {
            return http.clone();
        }
        let dialer = Dialer::new(Plan {
            tls: tls::presenting(&self.trust.config, identity),
            server_name: self.server_name.clone(),
            ca: self.trust.ca.as_str().into(),
            host: Arc::clone(&self.host),
            proxy: self.proxy.clone(),
            meter: Arc::clone(&self.meter),
        });
        let http = legacy::Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_timer(TokioTimer::new())
            .build(dialer);
        *slot = Some((identity.cloned(), http.clone()));
        http
    }
}

fn same(a: Option<&Identity>, b: Option<&Identity>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        _ => false,
    }
}

fn host(url: &Uri) -> String {
    let port = url.port_u16().unwrap_or(if url.scheme() == Some(&Scheme::HTTP) { 80 } else { 443 });
    format!("{}:{port}", url.host().unwrap_or_default())
}

fn unset(request: &Request<Body>) -> bool {
    !request.headers().contains_key(ACCEPT_ENCODING)
}

fn authorize(request: &mut Request<Body>, grant: &Grant) {
    if let Some(header) = &grant.header {
        request.headers_mut().insert(AUTHORIZATION, header.clone());
    }
}

/// The same request once more, if its body can be sent twice.
fn copy(request: &Request<Body>) -> Option<Request<Body>> {
    let mut copy = Request::new(request.body().try_clone()?);
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    Some(copy)
}

/// Watches and followed logs: what arrives a little at a time is not worth packing, and each event is wanted at once.
fn is_stream(uri: &Uri) -> bool {
    let asks = uri.query().unwrap_or_default().split('&').any(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        matches!(key, "watch" | "follow") && !matches!(value, "false" | "0")
    });
    asks || uri.path().contains("/watch/")
}

/// The request's path and query below the server's address, which may have a path of its own.
fn joined(base: &Uri, uri: &Uri) -> Result<Uri, Error> {
    let bad = |error: http::Error| Error::Request { problem: error.to_string() };
    let wanted = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let path = format!("{}{wanted}", base.path().trim_end_matches('/'));
    let mut parts = base.clone().into_parts();
    parts.path_and_query = Some(path.parse().map_err(|error| bad(http::Error::from(error)))?);
    Uri::from_parts(parts).map_err(|error| bad(error.into()))
}

/// An answer's body as it comes from the wire.
pub(super) struct Metered {
    body: Incoming,
    ticket: Option<Ticket>,
    host: Arc<str>,
}

impl http_body::Body for Metered {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = &mut *self;
        let polled = ready!(Pin::new(&mut this.body).poll_frame(cx));
        match &polled {
            Some(Ok(frame)) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                if let Some(ticket) = &mut this.ticket {
                    ticket.received(bytes);
                }
            }
            // The answer has ended, even if somebody keeps its body.
            Some(Err(_)) | None => drop(this.ticket.take()),
        }
        Poll::Ready(polled.map(|frame| frame.map_err(|error| Error::cut(&this.host, &error))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
