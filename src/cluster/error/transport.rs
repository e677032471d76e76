//! From the errors of TCP, TLS, HTTP and the kube client to ours.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use rustls::CertificateError;

use super::{Error, Unreachable};

/// An error and everything behind it. The inside of an `io::Error` is no `source` of it, so it is looked at too.
fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| behind(*error))
}

fn behind<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

/// The innermost words: those in front of it ("client error (Connect)") tell a person nothing.
fn innermost(error: &(dyn StdError + 'static)) -> String {
    chain(error).last().map_or_else(String::new, ToString::to_string)
}

impl Error {
    /// What failed while a connection to `host` was being made. `ca` says what certificates are checked against.
    pub(in crate::cluster) fn connecting(
        host: &str,
        ca: &str,
        timeout: Duration,
        error: &(dyn StdError + 'static),
    ) -> Self {
        for error in chain(error) {
            if let Some(ours) = error.downcast_ref::<Self>() {
                return ours.clone();
            }
            if let Some(tls) = error.downcast_ref::<rustls::Error>() {
                return Self::of_tls(host, ca, tls);
            }
        }
        let unreachable = |problem| Self::Unreachable { host: host.into(), problem };
        let kind =
            chain(error).find_map(|error| error.downcast_ref::<io::Error>()).map(io::Error::kind);
        unreachable(match kind {
            Some(io::ErrorKind::ConnectionRefused) => Unreachable::Refused,
            Some(io::ErrorKind::TimedOut) => Unreachable::Timeout(timeout),
            Some(io::ErrorKind::UnexpectedEof) => {
                Unreachable::Other("it hung up before the connection was made".into())
            }
            _ => Unreachable::Other(innermost(error)),
        })
    }

    fn of_tls(host: &str, ca: &str, error: &rustls::Error) -> Self {
        let host = host.to_owned();
        match error {
            rustls::Error::InvalidCertificate(reason) => {
                Self::Untrusted { host, problem: distrust(reason), ca: ca.into() }
            }
            rustls::Error::AlertReceived(alert) => {
                Self::Tls { host, problem: format!("the server refuses ({alert:?})") }
            }
            // What a server that speaks plain HTTP gives.
            rustls::Error::InvalidMessage(_) => {
                Self::Tls { host, problem: "the server does not speak TLS there".into() }
            }
            other => Self::Tls { host, problem: other.to_string() },
        }
    }

    /// What failed after the connection was made: a request that got no answer, or a body that broke off.
    pub(in crate::cluster) fn cut(host: &str, error: &(dyn StdError + 'static)) -> Self {
        for error in chain(error) {
            if let Some(ours) = error.downcast_ref::<Self>() {
                return ours.clone();
            }
            // Under TLS 1.3 a server refuses a client certificate only after the handshake.
            if let Some(rustls::Error::AlertReceived(alert)) = error.downcast_ref() {
                return Self::Tls {
                    host: host.into(),
                    problem: format!("the server refuses ({alert:?})"),
                };
            }
        }
        Self::Cut { host: host.into(), problem: innermost(error) }
    }
}

fn distrust(reason: &CertificateError) -> String {
    match reason {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "it has expired".into()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet".into()
        }
        CertificateError::UnknownIssuer => "its issuer is unknown".into(),
        CertificateError::Revoked => "it has been revoked".into(),
        CertificateError::BadSignature => {
            "its issuer has the name of a trusted one but another key".into()
        }
        CertificateError::NotValidForName => "it is for another name".into(),
        CertificateError::NotValidForNameContext { presented, .. } if !presented.is_empty() => {
            format!("it is for other names ({})", presented.join(", "))
        }
        CertificateError::NotValidForNameContext { .. } => "it is for no name at all".into(),
        other => {
            let words = format!("{other:?}");
            if words.contains("CaUsedAsEndEntity") {
                "the server's own certificate is that of an authority".into()
            } else {
                other.to_string()
            }
        }
    }
}

/// A kube client's error; ours come back out of it unchanged.
impl From<kube::Error> for Error {
    fn from(error: kube::Error) -> Self {
        if let Some(ours) = chain(&error).find_map(|error| error.downcast_ref::<Self>()) {
            return ours.clone();
        }
        match error {
            kube::Error::Api(status) => {
                let code = status.code;
                match serde_json::to_vec(&status) {
                    Ok(body) => Self::from_status(code, &body),
                    Err(_) => Self::from_status(code, status.message.as_bytes()),
                }
            }
            kube::Error::SerdeError(problem) => {
                Self::Decode { what: "the server's answer".into(), problem: problem.to_string() }
            }
            kube::Error::HttpError(problem) => Self::Request { problem: problem.to_string() },
            kube::Error::BuildRequest(problem) => Self::Request { problem: problem.to_string() },
            kube::Error::UpgradeConnection(problem) => {
                Self::Cut { host: "the server".into(), problem: problem.to_string() }
            }
            other => Self::Cut { host: "the server".into(), problem: innermost(&other) },
        }
    }
}
