//! Probes in one line.

use super::field::Field;

/// `http-get http://:8080/healthz delay=0s timeout=1s period=10s #success=1 #failure=3`.
pub fn probe(probe: Field<'_>) -> String {
    let numbers = format!(
        "delay={}s timeout={}s period={}s #success={} #failure={}",
        probe.key("initialDelaySeconds").int(),
        probe.key("timeoutSeconds").int(),
        probe.key("periodSeconds").int(),
        probe.key("successThreshold").int(),
        probe.key("failureThreshold").int()
    );
    let (exec, http) = (probe.key("exec"), probe.key("httpGet"));
    let (tcp, grpc) = (probe.key("tcpSocket"), probe.key("grpc"));
    if exec.is_some() {
        format!("exec [{}] {numbers}", exec.key("command").joined(" "))
    } else if http.is_some() {
        format!("http-get {} {numbers}", url(http))
    } else if tcp.is_some() {
        format!("tcp-socket {}:{} {numbers}", tcp.key("host").str(), tcp.key("port").text())
    } else if grpc.is_some() {
        format!("grpc <pod>:{} {} {numbers}", grpc.key("port").int(), grpc.key("service").str())
    } else {
        format!("unknown {numbers}")
    }
}

/// The address of an HTTP request, as Go's `net/url` writes it.
fn url(http: Field<'_>) -> String {
    let mut url = String::new();
    let scheme = http.key("scheme").str().to_lowercase();
    if !scheme.is_empty() {
        url.push_str(&scheme);
        url.push(':');
    }
    let host = host_and_port(http.key("host").str(), &http.key("port").text());
    let path = http.key("path").str();
    if !host.is_empty() || (!scheme.is_empty() && !path.is_empty()) {
        url.push_str("//");
    }
    url.push_str(&host);
    if !path.is_empty() && !path.starts_with('/') && !host.is_empty() {
        url.push('/');
    }
    for byte in path.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@".contains(&byte);
        if plain {
            url.push(char::from(byte));
        } else {
            url.push_str(&format!("%{byte:02X}"));
        }
    }
    url
}

/// `host:port`, with brackets around what has colons itself (Go's `net.JoinHostPort`).
pub fn host_and_port(host: &str, port: &str) -> String {
    if port.is_empty() {
        host.to_owned()
    } else if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn probes_read_as_kubectl_writes_them() {
        let read = |value| probe(Field::of(&value));
        let none = "delay=0s timeout=0s period=0s #success=0 #failure=0";
        assert_eq!(
            read(json!({"httpGet": {"path": "a b?c", "port": "web", "scheme": "HTTPS"}})),
            format!("http-get https://:web/a%20b%3Fc {none}")
        );
        assert_eq!(
            read(json!({"httpGet": {"path": "/", "port": 80, "host": "::1", "scheme": "HTTP"}})),
            format!("http-get http://[::1]:80/ {none}")
        );
        assert_eq!(
            read(json!({"exec": {"command": ["sh", "-c", "true"]}, "periodSeconds": 5})),
            "exec [sh -c true] delay=0s timeout=0s period=5s #success=0 #failure=0"
        );
        assert_eq!(read(json!({"tcpSocket": {"port": 3}})), format!("tcp-socket :3 {none}"));
        assert_eq!(read(json!({"grpc": {"port": 3}})), format!("grpc <pod>:3  {none}"));
        assert_eq!(read(json!([])), format!("unknown {none}"));
    }
}
