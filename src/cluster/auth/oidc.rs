//! Tokens of an OIDC provider (`auth-provider: oidc`); the kube client refreshes them.

use http::header::AUTHORIZATION;
use http::{HeaderValue, Request, Response, Uri};
use kube::client::{Body, ConfigExt as _};
use kube::config::AuthInfo;
use tower::util::BoxCloneSyncService;
use tower::{BoxError, Layer as _, ServiceExt as _};

use crate::cluster::error::Error;
use crate::cluster::kubeconfig::Target;

/// The tokens of one user.
pub(in crate::cluster) struct Oidc {
    /// Answers with the `Authorization` header that the kube client would send.
    header: BoxCloneSyncService<Request<Body>, Response<Option<HeaderValue>>, BoxError>,
    issuer: String,
    context: String,
}

impl Oidc {
    /// The OIDC tokens of a user, if it has them. Errors are in words.
    pub(super) fn new(target: &Target) -> Result<Option<Self>, String> {
        let Some(provider) = &target.user.auth_provider else { return Ok(None) };
        match provider.name.as_str() {
            "oidc" => {}
            "gcp" => return Err(dropped("gcp", "gke-gcloud-auth-plugin")),
            "azure" => return Err(dropped("azure", "kubelogin")),
            other => return Err(format!("the auth-provider {other:?} is not known; oidc is")),
        }
        let mut config = kube::Config::new(Uri::from_static("https://localhost"));
        config.auth_info =
            AuthInfo { auth_provider: Some(provider.clone()), ..AuthInfo::default() };
        let layer = config
            .auth_layer()
            .map_err(|error| format!("auth-provider oidc: {}", innermost(&error)))?;
        let layer = layer.ok_or("auth-provider oidc has no id-token")?;
        let echo = tower::service_fn(|request: Request<Body>| {
            let header = request.headers().get(AUTHORIZATION).cloned();
            std::future::ready(Ok::<_, BoxError>(Response::new(header)))
        });
        let header = layer.layer(echo);
        Ok(Some(Self {
            header: BoxCloneSyncService::new(header),
            issuer: provider.config.get("idp-issuer-url").cloned().unwrap_or_default(),
            context: target.info.context.clone(),
        }))
    }

    /// A token that is good now.
    pub(super) async fn header(&self) -> Result<HeaderValue, Error> {
        let unusable = |problem: String| Error::Unusable {
            context: self.context.clone(),
            problem: format!("no token of the OIDC provider {}: {problem}", self.issuer),
        };
        let answer = self.header.clone().oneshot(Request::new(Body::empty())).await;
        let answer = answer.map_err(|error| unusable(innermost(error.as_ref())))?;
        answer.into_body().ok_or_else(|| unusable("it gave none".into()))
    }
}

fn dropped(name: &str, plugin: &str) -> String {
    format!(
        "the auth-provider {name:?} was dropped by kubectl 1.26 as well; install {plugin} and get a new kubeconfig"
    )
}

fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    std::iter::successors(Some(error), |error| error.source())
        .last()
        .map_or_else(String::new, ToString::to_string)
}
