//! Whether a proxy leads to a cluster, and which.
//!
//! As for kubectl, the cluster's `proxy-url` goes before the environment, and `NO_PROXY` speaks of the environment's
//! proxies only. The environment is read as Go does it (`golang.org/x/net/http/httpproxy`), and `ALL_PROXY` is
//! known as well.

use std::net::IpAddr;

use http::Uri;

use super::env::Env;

/// A proxy to go through.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Proxy {
    pub(super) kind: Kind,
    /// Scheme, host and port; no credentials.
    pub(super) uri: Uri,
    /// User and password.
    pub(super) login: Option<(String, String)>,
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {} (login: {})", self.kind, self.uri, self.login.is_some())
    }
}

/// How a proxy is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// CONNECT over TCP.
    Http,
    /// CONNECT over TLS.
    Https,
    /// SOCKS 5; names are resolved by the proxy, as Go does it for `socks5` and `socks5h` alike.
    Socks5,
}

/// The proxy that leads to `server`, if one does. Errors are in words.
pub(super) fn choose(
    server: &Uri,
    proxy_url: Option<&str>,
    env: &Env,
) -> Result<Option<Proxy>, String> {
    if let Some(url) = proxy_url.filter(|url| !url.is_empty()) {
        return Proxy::parse(url).map(Some).map_err(|why| format!("proxy-url {why}"));
    }
    let (scheme, upper, lower) = match server.scheme_str() {
        Some("http") => ("http", "HTTP_PROXY", "http_proxy"),
        _ => ("https", "HTTPS_PROXY", "https_proxy"),
    };
    let names = [upper, lower, "ALL_PROXY", "all_proxy"];
    let Some(name) = names.into_iter().find(|name| env.get(name).is_some()) else {
        return Ok(None);
    };
    let url = env.get(name).unwrap_or_default();
    let host = bare(server.host().unwrap_or_default());
    let port = server.port_u16().unwrap_or(if scheme == "http" { 80 } else { 443 });
    let exceptions = env.any(&["NO_PROXY", "no_proxy"]).unwrap_or_default();
    if is_loopback(host) || is_excepted(exceptions, host, port) {
        return Ok(None);
    }
    Proxy::parse(url).map(Some).map_err(|why| format!("{name} {why}"))
}

impl Proxy {
    fn parse(url: &str) -> Result<Self, String> {
        let url = url.trim();
        let with_scheme =
            if url.contains("://") { url.to_owned() } else { format!("http://{url}") };
        // Never the URL itself in a message: it may hold a password.
        let uri: Uri = with_scheme.parse().map_err(|error| format!("is no address: {error}"))?;
        let (kind, port) = match uri.scheme_str() {
            Some("http") => (Kind::Http, 80),
            Some("https") => (Kind::Https, 443),
            Some("socks5" | "socks5h") => (Kind::Socks5, 1080),
            other => {
                let other = other.unwrap_or_default();
                return Err(format!("has the scheme {other:?}; http, https and socks5 are known"));
            }
        };
        let host = uri.host().filter(|host| !host.is_empty()).ok_or("names no host")?;
        let port = uri.port_u16().unwrap_or(port);
        let scheme = if kind == Kind::Https { "https" } else { "http" };
        let login = uri.authority().and_then(|authority| authority.as_str().rsplit_once('@')).map(
            |(login, _)| {
                let (user, password) = login.split_once(':').unwrap_or((login, ""));
                (decoded(user), decoded(password))
            },
        );
        let uri = format!("{scheme}://{host}:{port}")
            .parse()
            .map_err(|error| format!("is no address: {error}"))?;
        Ok(Self { kind, uri, login })
    }

    /// `host:port`, for messages.
    pub(super) fn address(&self) -> &str {
        self.uri.authority().map_or("", |authority| authority.as_str())
    }
}

/// Percent-decoding; what is no escape stays as it is.
fn decoded(text: &str) -> String {
    let hex = |digit: Option<&u8>| digit.and_then(|digit| char::from(*digit).to_digit(16));
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while let Some(byte) = bytes.get(i) {
        if *byte == b'%'
            && let (Some(high), Some(low)) = (hex(bytes.get(i + 1)), hex(bytes.get(i + 2)))
        {
            out.push((high << 4 | low) as u8);
            i += 3;
        } else {
            out.push(*byte);
            i += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A host without the brackets of IPv6.
fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether a `NO_PROXY` list names `host:port`: `*`, addresses, networks, names with their subdomains, `.name` and
/// `*.name` for the subdomains alone, each with a port or without.
fn is_excepted(list: &str, host: &str, port: u16) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let ip = host.parse::<IpAddr>().ok().map(|ip| ip.to_canonical());
    list.split([',', ' ', '\t', '\n']).map(str::trim).filter(|entry| !entry.is_empty()).any(
        |entry| {
            let entry = entry.to_ascii_lowercase();
            if entry == "*" {
                return true;
            }
            if let Some((network, bits)) = entry.split_once('/') {
                return in_network(network, bits, ip).unwrap_or(false);
            }
            if let Ok(address) = bare(&entry).parse::<IpAddr>() {
                return ip == Some(address.to_canonical());
            }
            let (name, entry_port) = match entry.rsplit_once(':') {
                Some((name, digits)) => match digits.parse::<u16>() {
                    Ok(port) => (bare(name), Some(port)),
                    Err(_) => return false,
                },
                None => (entry.as_str(), None),
            };
            if entry_port.is_some_and(|entry_port| entry_port != port) {
                return false;
            }
            if let Ok(address) = name.parse::<IpAddr>() {
                return ip == Some(address.to_canonical());
            }
            let name = name.trim_end_matches('.');
            let name = name.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(name);
            match name.strip_prefix('.') {
                Some(domain) => is_below(&host, domain),
                None => host == name || is_below(&host, name),
            }
        },
    )
}

fn is_below(host: &str, domain: &str) -> bool {
    !domain.is_empty()
        && host.strip_suffix(domain).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}

fn in_network(network: &str, bits: &str, ip: Option<IpAddr>) -> Option<bool> {
    let bits: u32 = bits.parse().ok()?;
    let same = |a: u128, b: u128, width: u32| {
        (bits <= width).then(|| bits == 0 || a >> (width - bits) == b >> (width - bits))
    };
    match (bare(network).parse().ok()?, ip?) {
        (IpAddr::V4(a), IpAddr::V4(b)) => same(a.to_bits().into(), b.to_bits().into(), 32),
        (IpAddr::V6(a), IpAddr::V6(b)) => same(a.to_bits(), b.to_bits(), 128),
        _ => Some(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_proxy_table() {
        for (list, server, direct) in [
            ("*", "https://a.example.org", true),
            ("10.0.0.0/8", "https://10.0.0.1:6443", true),
            ("10.0.0.0/8", "https://11.0.0.1:6443", false),
            ("10.0.0.0/33", "https://10.0.0.1", false),
            ("0.0.0.0/0", "https://10.0.0.1", true),
            ("fd00::/8", "https://[fd12::1]:6443", true),
            ("fd00::/8", "https://[fe80::1]:6443", false),
            ("10.0.0.1", "https://10.0.0.1:6443", true),
            ("10.0.0.1:6443", "https://10.0.0.1:6443", true),
            ("10.0.0.1:443", "https://10.0.0.1:6443", false),
            ("[fd12::1]:6443", "https://[fd12::1]:6443", true),
            ("fd12::1", "https://[fd12::1]:6443", true),
            ("example.org", "https://example.org", true),
            ("example.org", "https://a.example.org", true),
            ("example.org", "https://notexample.org", false),
            (".example.org", "https://a.b.example.org", true),
            (".example.org", "https://example.org", false),
            ("*.example.org", "https://a.example.org", true),
            ("*.example.org", "https://example.org", false),
            ("Example.ORG.", "https://EXAMPLE.org", true),
            ("example.org:443", "https://example.org", true),
            ("example.org:6443", "https://example.org", false),
            ("nothing,  10.0.0.0/8 example.org ,", "https://example.org", true),
            ("", "https://example.org", false),
            ("org", "https://example.org", true),
            ("/8,:,::,*.,.", "https://example.org", false),
        ] {
            let env = Env::of([("HTTPS_PROXY", "http://p:3128"), ("NO_PROXY", list)]);
            let chosen = choose(&server.parse().unwrap(), None, &env).unwrap();
            assert_eq!(chosen.is_none(), direct, "NO_PROXY={list} {server}");
        }
    }

    #[test]
    fn which_proxy() {
        let all = Env::of([
            ("HTTPS_PROXY", "s:1"),
            ("http_proxy", "h:2"),
            ("ALL_PROXY", "socks5h://a:3"),
        ]);
        let of = |server: &str, url: Option<&str>, env: &Env| {
            choose(&server.parse().unwrap(), url, env)
                .unwrap()
                .map(|proxy| proxy.address().to_owned())
        };
        assert_eq!(of("https://x.org", None, &all).unwrap(), "s:1");
        assert_eq!(of("http://x.org", None, &all).unwrap(), "h:2");
        assert_eq!(of("https://x.org", Some("http://own"), &all).unwrap(), "own:80");
        let socks = Env::of([("ALL_PROXY", "socks5h://a")]);
        assert_eq!(of("https://x.org", None, &socks).unwrap(), "a:1080");
        assert_eq!(of("https://127.0.0.1:6443", None, &all), None, "never for this machine");
        assert_eq!(of("https://localhost", None, &all), None);
        // The kubeconfig's proxy is for this cluster, whatever the environment says.
        let never = Env::of([("NO_PROXY", "*")]);
        assert_eq!(of("https://x.org", Some("socks5://own:9"), &never).unwrap(), "own:9");
    }

    #[test]
    fn credentials_are_decoded_and_never_shown() {
        let env = Env::of([("HTTPS_PROXY", "https://us%40er:p%3Aw%25%zz@proxy")]);
        let proxy = choose(&Uri::from_static("https://x.org"), None, &env).unwrap().unwrap();
        assert_eq!(proxy.login, Some(("us@er".into(), "p:w%%zz".into())));
        assert_eq!((proxy.kind, proxy.address()), (Kind::Https, "proxy:443"));
        assert!(!format!("{proxy:?}").contains("p:w"));
        let bad = Env::of([("HTTPS_PROXY", "ftp://user:secret@proxy")]);
        let error = choose(&Uri::from_static("https://x.org"), None, &bad).unwrap_err();
        assert!(
            error.contains("HTTPS_PROXY") && error.contains("ftp") && !error.contains("secret"),
            "{error}"
        );
    }
}
