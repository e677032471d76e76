//! Who we say we are: the `Authorization` header, or a client certificate, and what to do when it expires.

mod exec;
mod headers;
mod oidc;
mod token;

use std::sync::{Arc, Mutex, PoisonError};

use http::HeaderValue;
use kube::config::AuthInfo;

use super::error::Error;
use super::kubeconfig::Target;
use super::tls::{self, Identity};

pub(super) use headers::constant;

/// Where credentials come from.
pub(super) enum Auth {
    /// There are none, or a certificate says it all.
    Nothing,
    /// A token or password that stands in the kubeconfig.
    Fixed(HeaderValue),
    /// A token in a file, which is read again as it changes.
    File(token::TokenFile),
    /// A program gives them.
    Plugin(Arc<exec::Plugin>),
    /// An OIDC provider gives them.
    Oidc(oidc::Oidc),
}

/// What one request is made with.
#[derive(Clone, Default)]
pub(super) struct Grant {
    /// The `Authorization` header.
    pub(super) header: Option<HeaderValue>,
    /// The client certificate.
    pub(super) identity: Option<Identity>,
    /// The plugin's credentials that it comes from.
    credential: Option<Arc<exec::Credential>>,
}

/// The credentials of a context.
pub(super) struct Credentials {
    auth: Auth,
    identity: Mutex<Option<Identity>>,
    /// The kubeconfig's user, whose files may change while we run.
    user: AuthInfo,
    /// Who asks, and how, for messages: `user "dev" (token file)`.
    who: String,
}

impl Credentials {
    pub(super) fn new(target: &Target) -> Result<Self, Error> {
        let unusable =
            |problem: String| Error::Unusable { context: target.info.context.clone(), problem };
        let identity = tls::identity(&target.user).map_err(unusable)?;
        let (auth, how) = source(target).map_err(unusable)?;
        let how = match (&auth, &identity) {
            (Auth::Nothing, Some(_)) => "client certificate".to_owned(),
            _ => how,
        };
        let user = &target.info.user;
        let who = if user.is_empty() { how } else { format!("user {user:?} ({how})") };
        Ok(Self { auth, identity: Mutex::new(identity), user: target.user.clone(), who })
    }

    /// Who asks, and how.
    pub(super) fn who(&self) -> &str {
        &self.who
    }

    /// What the next request is to be made with.
    pub(super) async fn grant(&self) -> Result<Grant, Error> {
        Ok(match &self.auth {
            Auth::Nothing => self.granted(None),
            Auth::Fixed(header) => self.granted(Some(header.clone())),
            Auth::File(file) => self.granted(Some(file.header().await?)),
            Auth::Oidc(oidc) => self.granted(Some(oidc.header().await?)),
            Auth::Plugin(plugin) => self.granted_by(plugin.credential().await?),
        })
    }

    /// After a 401: other credentials than those `refused`, if there are any.
    pub(super) async fn renew(&self, refused: &Grant) -> Result<Option<Grant>, Error> {
        match &self.auth {
            // The kube client renews OIDC tokens by their own expiry only.
            Auth::Fixed(_) | Auth::Oidc(_) => Ok(None),
            Auth::Nothing => Ok(self.reread(refused)),
            Auth::File(file) => {
                let header = Some(file.reread().await?);
                Ok((header != refused.header).then(|| self.granted(header)))
            }
            Auth::Plugin(plugin) => {
                let Some(old) = &refused.credential else { return Ok(None) };
                let new = plugin.renew(old).await?;
                Ok((!Arc::ptr_eq(old, &new)).then(|| self.granted_by(new)))
            }
        }
    }

    fn identity(&self) -> Option<Identity> {
        self.identity.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The client certificate as it stands in its files now, if it is another than the one refused: an API server
    /// answers 401 to an expired one, and somebody may have renewed it.
    fn reread(&self, refused: &Grant) -> Option<Grant> {
        let old = refused.identity.as_ref()?;
        let new = tls::identity(&self.user).ok()??;
        if new.cert == old.cert {
            return None;
        }
        *self.identity.lock().unwrap_or_else(PoisonError::into_inner) = Some(new);
        Some(self.granted(None))
    }

    fn granted(&self, header: Option<HeaderValue>) -> Grant {
        Grant { header, identity: self.identity(), credential: None }
    }

    fn granted_by(&self, credential: Arc<exec::Credential>) -> Grant {
        Grant {
            header: credential.header.clone(),
            identity: credential.identity.clone().or_else(|| self.identity()),
            credential: Some(credential),
        }
    }
}

/// Which of its credentials a user goes by (client-go, `clientcmd/client_config.go` and `plugin/pkg/client/auth`).
fn source(target: &Target) -> Result<(Auth, String), String> {
    use secrecy::ExposeSecret;
    let user = &target.user;
    let token =
        user.token.as_ref().map(ExposeSecret::expose_secret).filter(|token| !token.is_empty());
    let file = user.token_file.as_deref().filter(|file| !file.is_empty());
    let name = user.username.as_deref().filter(|name| !name.is_empty());
    if let Some(file) = file {
        return Ok((Auth::File(token::TokenFile::new(file, token)), format!("token file {file}")));
    }
    if let Some(token) = token {
        return Ok((Auth::Fixed(headers::bearer(token)?), "token".into()));
    }
    if let Some(name) = name {
        let password = user.password.as_ref().map(ExposeSecret::expose_secret).unwrap_or_default();
        return Ok((Auth::Fixed(headers::basic(name, password)?), "password".into()));
    }
    if let Some(spec) = exec::Spec::new(target)? {
        let plugin = exec::Plugin::shared(spec);
        let how = format!("credential plugin {:?}", plugin.command());
        return Ok((Auth::Plugin(plugin), how));
    }
    if let Some(oidc) = oidc::Oidc::new(target)? {
        return Ok((Auth::Oidc(oidc), "OIDC token".into()));
    }
    Ok((Auth::Nothing, "anonymous".into()))
}
