//! What a plugin answers: an `ExecCredential`, in JSON or YAML.

use http::HeaderValue;
use jiff::Timestamp;
use serde::Deserialize;

use crate::cluster::auth::headers::bearer;
use crate::cluster::tls::{self, Identity};

/// Credentials out of a plugin.
#[derive(Debug)]
pub(in crate::cluster::auth) struct Credential {
    pub(in crate::cluster::auth) header: Option<HeaderValue>,
    pub(in crate::cluster::auth) identity: Option<Identity>,
    /// When they expire; none where they last as long as the program.
    pub(in crate::cluster::auth) expires: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    api_version: String,
    status: Option<Status>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    expiration_timestamp: Option<String>,
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
}

impl Credential {
    /// Reads a plugin's answer. Errors are in words and never hold what it gave.
    pub(super) fn parse(stdout: &[u8], api_version: &str) -> Result<Self, String> {
        let text = std::str::from_utf8(stdout).map_err(|_| "it is no text")?;
        if text.trim().is_empty() {
            return Err("it is empty".into());
        }
        // JSON is YAML, nearly: what only one of the two parsers accepts is accepted.
        let answer: Answer = match serde_json::from_str(text) {
            Ok(answer) => answer,
            Err(_) => {
                serde_yaml::from_str(text).map_err(|_| "it is no ExecCredential in JSON or YAML")?
            }
        };
        if answer.kind != "ExecCredential" {
            return Err(format!("it is of the kind {:?}, not ExecCredential", short(&answer.kind)));
        }
        if answer.api_version != api_version {
            let given = short(&answer.api_version);
            return Err(format!(
                "it is of apiVersion {given:?}, the kubeconfig wants {api_version:?}"
            ));
        }
        let status = answer.status.ok_or("it has no status")?;
        let full = |text: Option<String>| text.filter(|text| !text.is_empty());
        let header = full(status.token).map(|token| bearer(&token)).transpose()?;
        let identity = match (full(status.client_certificate_data), full(status.client_key_data)) {
            (Some(certificate), Some(key)) => {
                Some(tls::identity_of(certificate.as_bytes(), key.as_bytes())?)
            }
            (None, None) => None,
            _ => return Err("it has a client certificate or its key, but not both".into()),
        };
        if header.is_none() && identity.is_none() {
            return Err("it has neither a token nor a client certificate".into());
        }
        let expires = full(status.expiration_timestamp)
            .map(|time| {
                time.parse()
                    .map_err(|_| format!("its expirationTimestamp {:?} is no time", short(&time)))
            })
            .transpose()?;
        Ok(Self { header, identity, expires })
    }
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const V1: &str = "client.authentication.k8s.io/v1";

    #[test]
    fn json_and_yaml() {
        let json = format!(
            r#"{{"kind":"ExecCredential","apiVersion":"{V1}","status":{{"token":"t","expirationTimestamp":"2030-01-02T03:04:05Z"}}}}"#
        );
        let credential = Credential::parse(json.as_bytes(), V1).unwrap();
        assert_eq!(credential.header.unwrap(), "Bearer t");
        assert_eq!(credential.expires.unwrap().to_string(), "2030-01-02T03:04:05Z");
        let yaml = format!("kind: ExecCredential\napiVersion: {V1}\nstatus:\n  token: t\n");
        let credential = Credential::parse(yaml.as_bytes(), V1).unwrap();
        assert!(credential.header.is_some() && credential.expires.is_none());
    }

    #[test]
    fn what_is_wrong_is_told_without_the_token() {
        for (answer, problem) in [
            (String::new(), "empty"),
            ("please log in".into(), "no ExecCredential"),
            (format!(r#"{{"kind":"Secret","apiVersion":"{V1}"}}"#), "Secret"),
            (format!(r#"{{"kind":"ExecCredential","apiVersion":"{V1}"}}"#), "no status"),
            (
                r#"{"kind":"ExecCredential","apiVersion":"v1alpha1","status":{"token":"hidden"}}"#
                    .into(),
                "v1alpha1",
            ),
            (
                format!(r#"{{"kind":"ExecCredential","apiVersion":"{V1}","status":{{}}}}"#),
                "neither",
            ),
            (
                format!(
                    r#"{{"kind":"ExecCredential","apiVersion":"{V1}","status":{{"clientKeyData":"hidden"}}}}"#
                ),
                "not both",
            ),
            (
                format!(
                    r#"{{"kind":"ExecCredential","apiVersion":"{V1}","status":{{"token":"hidden","expirationTimestamp":"soon"}}}}"#
                ),
                "no time",
            ),
        ] {
            let error = Credential::parse(answer.as_bytes(), V1).unwrap_err();
            assert!(error.contains(problem) && !error.contains("hidden"), "{answer}: {error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_answer_is_read_or_refused(bytes: Vec<u8>, text in "[ -~\n]{0,80}") {
            let _ = Credential::parse(&bytes, V1);
            let _ = Credential::parse(text.as_bytes(), V1);
        }
    }
}
