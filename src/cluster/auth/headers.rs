//! The headers that say who asks: `Authorization` and `Impersonate-…`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::header::{HeaderName, USER_AGENT};
use http::{HeaderMap, HeaderValue};
use kube::config::AuthInfo;

/// `Bearer …`, kept out of logs. Errors are in words and without the token.
pub(super) fn bearer(token: &str) -> Result<HeaderValue, String> {
    secret(format!("Bearer {}", token.trim()), "the token")
}

/// `Basic …`, kept out of logs.
pub(super) fn basic(user: &str, password: &str) -> Result<HeaderValue, String> {
    secret(format!("Basic {}", BASE64.encode(format!("{user}:{password}"))), "the password")
}

fn secret(value: String, what: &str) -> Result<HeaderValue, String> {
    let mut value = HeaderValue::try_from(value)
        .map_err(|_| format!("{what} holds characters that no HTTP header can hold"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// The headers that are the same in every request: who we are as a program, and whom we act as.
pub(in crate::cluster) fn constant(user: &AuthInfo) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    let agent = format!(
        "kx/{} ({}/{})",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH
    );
    headers.insert(USER_AGENT, text(&agent, "the user agent")?);
    let groups = user.impersonate_groups.as_deref().unwrap_or_default();
    let extra = user.impersonate_user_extra.iter().flatten();
    let Some(name) = user.impersonate.as_deref().filter(|name| !name.is_empty()) else {
        // The server would refuse it, and less plainly (client-go, `transport/config.go`).
        if !groups.is_empty() || user.impersonate_uid.is_some() || extra.count() > 0 {
            return Err(
                "--as-group, as-groups, as-uid and as-user-extra need a user to act as (--as)"
                    .into(),
            );
        }
        return Ok(headers);
    };
    headers.insert("impersonate-user", text(name, "--as")?);
    if let Some(uid) = user.impersonate_uid.as_deref().filter(|uid| !uid.is_empty()) {
        headers.insert("impersonate-uid", text(uid, "as-uid")?);
    }
    for group in groups {
        headers.append("impersonate-group", text(group, "--as-group")?);
    }
    for (key, values) in extra {
        let header = format!("impersonate-extra-{}", escaped(key));
        let header = HeaderName::try_from(header)
            .map_err(|_| format!("as-user-extra has a bad key {key:?}"))?;
        for value in values {
            headers.append(header.clone(), text(value, "as-user-extra")?);
        }
    }
    Ok(headers)
}

fn text(value: &str, what: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_bytes(value.as_bytes())
        .map_err(|_| format!("{what} holds characters that no HTTP header can hold"))
}

/// Whatever is no letter of a header's name, percent-encoded (client-go, `headerKeyEscape`).
fn escaped(key: &str) -> String {
    key.bytes()
        .map(|byte| match byte {
            byte if byte.is_ascii_alphanumeric() || b"!#$&'*+-.^_`|~".contains(&byte) => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn impersonation() {
        let user = AuthInfo {
            impersonate: Some("jane".into()),
            impersonate_groups: Some(vec!["dev".into(), "ops".into()]),
            impersonate_user_extra: Some(HashMap::from([(
                "acme.org/scope".into(),
                vec!["view".into()],
            )])),
            ..AuthInfo::default()
        };
        let headers = constant(&user).unwrap();
        assert_eq!(headers["impersonate-user"], "jane");
        assert_eq!(headers.get_all("impersonate-group").iter().collect::<Vec<_>>(), ["dev", "ops"]);
        assert_eq!(headers["impersonate-extra-acme.org%2Fscope"], "view");
        let groups_only = AuthInfo { impersonate: None, ..user };
        assert!(constant(&groups_only).unwrap_err().contains("--as"));
    }

    #[test]
    fn a_bad_token_is_not_repeated() {
        let error = bearer("sec\nret").unwrap_err();
        assert!(!error.contains("sec"), "{error}");
        assert_eq!(bearer("abc\n").unwrap(), "Bearer abc", "files end in a newline");
        assert!(format!("{:?}", basic("u", "p").unwrap()).contains("Sensitive"));
    }
}
