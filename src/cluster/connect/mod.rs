//! The connection to one cluster: everything that is sent goes through one line of steps.
//!
//! gate → credentials → constant headers → count → HTTP → (401: renew, once more) → count → unpack

mod line;

use std::sync::Arc;

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Collected, Limited};
use kube::client::Body;
use std::task::{Context, Poll};
use tower::Service;

use self::line::{Answer, Line};
use super::error::Error;
use super::gate::{Audit, Gate, Meter};
use super::kubeconfig::{ContextInfo, Target};
use super::logs::Turns;
use crate::kinds::relations::Relations;

/// The longest explanation of a failure that is read.
const LONGEST_STATUS: usize = 1024 * 1024;

/// A connection to one cluster. Cheap to clone; all clones share connections, credentials, gate and meter.
#[derive(Clone)]
pub struct Client {
    line: Arc<Line>,
    kube: kube::Client,
    /// What a person knows beyond kx.
    relations: Option<Arc<Relations>>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("info", self.info())
            .field("gate", &self.line.gate)
            .finish_non_exhaustive()
    }
}

/// Prepares a connection to `target`. Nothing is sent before the first request, so this is quick, but it must be
/// called within a tokio runtime.
///
/// # Errors
/// [`Error::Unusable`] where the kubeconfig's certificates, keys, proxy or credentials cannot be used.
pub async fn connect(target: &Target, gate: Gate) -> Result<Client, Error> {
    let line = Arc::new(Line::new(target, gate)?);
    let kube = kube::Client::new(Pass(Arc::clone(&line)), target.info.namespace.clone());
    Ok(Client { line, kube, relations: None })
}

impl Client {
    /// Sends a request, whose URI is path and query only, and gives the answer as soon as its headers are there,
    /// whatever its status. The body streams.
    ///
    /// GETs that are no watch and no log ask for gzip and come unpacked; with an `Accept-Encoding` of your own, the
    /// body comes as it is.
    ///
    /// # Errors
    /// Whatever prevents an answer: the gate, the network, TLS, credentials.
    pub async fn send<B: Into<Body>>(&self, request: Request<B>) -> Result<Response<Body>, Error> {
        Ok(self.kube.send(request.map(Into::into)).await?)
    }

    /// Like [`Client::send`], but an answer that is not success becomes the error it tells of.
    ///
    /// # Errors
    /// Those of [`Client::send`], and every failure that the server explains.
    pub async fn request<B: Into<Body>>(
        &self,
        request: Request<B>,
    ) -> Result<Response<Body>, Error> {
        let answer = self.send(request).await?;
        if answer.status().is_success() || answer.status().is_informational() {
            return Ok(answer);
        }
        let (parts, body) = answer.into_parts();
        // A body that breaks off or does not end still has a status worth telling.
        let body = Limited::new(body, LONGEST_STATUS).collect().await;
        let body = body.map(Collected::to_bytes).unwrap_or_default();
        Err(self.named(Error::from_answer(parts.status.as_u16(), &parts.headers, &body)))
    }

    /// Like [`Client::request`], and reads the whole body.
    ///
    /// # Errors
    /// Those of [`Client::request`], and a body that breaks off.
    pub async fn bytes<B: Into<Body>>(&self, request: Request<B>) -> Result<Bytes, Error> {
        let answer = self.request(request).await?;
        Ok(answer.into_body().collect().await?.to_bytes())
    }

    /// The kube client over the same connections, credentials and gate: for exec, port-forward and the like.
    pub fn kube(&self) -> kube::Client {
        self.kube.clone()
    }

    /// The same connection, with what a person knows of the cluster's custom resources.
    #[must_use]
    pub fn with_relations(self, relations: Arc<Relations>) -> Self {
        Self { relations: Some(relations), ..self }
    }

    /// The same connection, all of whose requests are written down; before the first is sent.
    #[must_use]
    pub fn with_audit(self, audit: Audit) -> Self {
        self.line.meter.write_down(&self.line.info.context, audit);
        self
    }

    /// What is known of the cluster's custom resources; unless a person adds to it, what kx knows.
    pub fn relations(&self) -> &Relations {
        match &self.relations {
            Some(relations) => relations,
            None => Relations::built_in(),
        }
    }

    /// Who and where.
    pub fn info(&self) -> &ContextInfo {
        &self.line.info
    }

    /// The gate that every request passes.
    pub fn gate(&self) -> &Gate {
        &self.line.gate
    }

    /// The turns of logs that are read.
    pub(in crate::cluster) fn turns(&self) -> &Turns {
        &self.line.turns
    }

    /// What was sent and received so far.
    pub fn meter(&self) -> &Meter {
        &self.line.meter
    }

    /// What an error of [`Client::kube`] means, with whose credentials were refused.
    pub fn explain(&self, error: kube::Error) -> Error {
        self.named(error.into())
    }

    /// Says in a 401 whose credentials were refused.
    fn named(&self, error: Error) -> Error {
        match error {
            Error::Unauthorized { status, .. } => {
                Error::Unauthorized { who: self.line.who().to_owned(), status }
            }
            other => other,
        }
    }
}

/// The line as a tower service, for the kube client.
#[derive(Clone)]
struct Pass(Arc<Line>);

impl Service<Request<Body>> for Pass {
    type Response = Response<Answer>;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Response<Answer>, Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let line = Arc::clone(&self.0);
        Box::pin(async move { line.send(request).await })
    }
}
