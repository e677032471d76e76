//! TLS: which servers are trusted, and who we say we are.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kube::client::ConfigExt as _;
use kube::config::AuthInfo;
use rustls::ClientConfig;
use rustls::client::ResolvesClientCert;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};

use super::kubeconfig::Target;

/// A client certificate with its key.
pub(super) type Identity = Arc<CertifiedKey>;

/// The TLS settings of a cluster, and in words what its certificate is checked against.
pub(super) struct Trust {
    pub(super) config: Arc<ClientConfig>,
    pub(super) ca: String,
}

/// How the server at the other end is checked. Errors are in words, without the context's name.
pub(super) fn trust(target: &Target) -> Result<Trust, String> {
    let cluster = &target.cluster;
    let mut config = kube::Config::new(target.url.clone());
    config.accept_invalid_certs = cluster.insecure_skip_tls_verify.unwrap_or(false);
    let data = cluster.certificate_authority_data.as_deref().filter(|data| !data.is_empty());
    let file = cluster.certificate_authority.as_deref().filter(|file| !file.is_empty());
    let mut ca = "this machine's certificate store".to_owned();
    if config.accept_invalid_certs {
        "nothing".clone_into(&mut ca);
    } else if let Some(data) = data {
        config.root_cert = Some(certificates(
            &decode("certificate-authority-data", data)?,
            "certificate-authority-data",
        )?);
        "certificate-authority-data of the kubeconfig".clone_into(&mut ca);
    } else if let Some(file) = file {
        config.root_cert = Some(certificates(&read(file)?, file)?);
        // Read again about once a minute: in a pod it changes under us.
        config.root_cert_file = Some(file.into());
        file.clone_into(&mut ca);
    }
    let config =
        config.rustls_client_config().map_err(|error| format!("TLS cannot be set up: {error}"))?;
    Ok(Trust { config: Arc::new(config), ca })
}

/// The same trust, presenting `identity`.
pub(super) fn presenting(
    trust: &Arc<ClientConfig>,
    identity: Option<&Identity>,
) -> Arc<ClientConfig> {
    let Some(identity) = identity else { return Arc::clone(trust) };
    let mut config = ClientConfig::clone(trust);
    // Not `with_client_auth_cert`, which insists on X.509 v3: clusters exist that issue v1 client certificates
    // (microk8s), and only the server has to like them.
    config.client_auth_cert_resolver =
        Arc::new(SingleCertAndKey::from(CertifiedKey::clone(identity)))
            as Arc<dyn ResolvesClientCert>;
    Arc::new(config)
}

/// The client certificate that a kubeconfig's user names, if it names one.
pub(super) fn identity(user: &AuthInfo) -> Result<Option<Identity>, String> {
    use secrecy::ExposeSecret;
    let pem = |data: Option<&str>, file: Option<&str>, what: &str| match (
        data.filter(|data| !data.is_empty()),
        file.filter(|file| !file.is_empty()),
    ) {
        (Some(data), _) => decode(what, data).map(Some),
        (None, Some(file)) => read(file).map(Some),
        (None, None) => Ok(None),
    };
    let key = user.client_key_data.as_ref().map(ExposeSecret::expose_secret);
    let key = pem(key, user.client_key.as_deref(), "client-key-data")?;
    let data = user.client_certificate_data.as_deref();
    let certificate = pem(data, user.client_certificate.as_deref(), "client-certificate-data")?;
    match (certificate, key) {
        (None, None) => Ok(None),
        (Some(_), None) => Err("there is a client certificate but no client key".into()),
        (None, Some(_)) => Err("there is a client key but no client certificate".into()),
        (Some(certificate), Some(key)) => identity_of(&certificate, &key).map(Some),
    }
}

/// A client certificate and its key out of PEM.
pub(super) fn identity_of(certificate: &[u8], key: &[u8]) -> Result<Identity, String> {
    let chain: Vec<CertificateDer<'static>> = certificates(certificate, "the client certificate")?
        .into_iter()
        .map(CertificateDer::from)
        .collect();
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| {
        "the client key is no PEM private key (an encrypted one cannot be used)".to_owned()
    })?;
    let key = rustls::crypto::ring::sign::any_supported_type(&key)
        .map_err(|_| "the client key is of a kind that cannot be used".to_owned())?;
    let identity = CertifiedKey::new(chain, key);
    match identity.keys_match() {
        Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::KeyMismatch)) => {
            Err("the client key does not belong to the client certificate".into())
        }
        // Any other error is of a certificate too old to be looked into.
        _ => Ok(Arc::new(identity)),
    }
}

fn certificates(pem: &[u8], what: &str) -> Result<Vec<Vec<u8>>, String> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem)
        .map(|each| each.map(|der| der.as_ref().to_vec()))
        .collect();
    match certificates {
        Ok(certificates) if certificates.is_empty() => {
            Err(format!("{what} holds no PEM certificate"))
        }
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(format!("{what} is no PEM certificate: {error}")),
    }
}

fn decode(what: &str, data: &str) -> Result<Vec<u8>, String> {
    // People wrap long lines; the decoder does not like it.
    let joined: String = data.split_whitespace().collect();
    BASE64.decode(joined).map_err(|error| format!("{what} is no base64: {error}"))
}

fn read(file: &str) -> Result<Vec<u8>, String> {
    std::fs::read(file).map_err(|error| format!("{file} cannot be read: {error}"))
}
