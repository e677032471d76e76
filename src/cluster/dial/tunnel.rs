//! HTTP CONNECT: asking a proxy for a connection to the server.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// The longest answer of a proxy that is read.
const LONGEST: usize = 16 * 1024;

/// Has the proxy at the other end of `stream` connect to `authority` (`host:port`). Errors are in words.
pub(super) async fn connect<S>(
    stream: &mut S,
    authority: &str,
    login: Option<&(String, String)>,
) -> Result<(), String>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut request = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n");
    if let Some((user, password)) = login {
        let login = BASE64.encode(format!("{user}:{password}"));
        request.extend(["Proxy-Authorization: Basic ", &login, "\r\n"]);
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes()).await.map_err(|error| error.to_string())?;

    let mut answer = Vec::with_capacity(512);
    let end = loop {
        if stream.read_buf(&mut answer).await.map_err(|error| error.to_string())? == 0 {
            return Err("it hung up".into());
        }
        if let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        if answer.len() > LONGEST {
            return Err("it does not answer as an HTTP proxy".into());
        }
    };
    let line = answer.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let code = line.strip_prefix("HTTP/1.").and_then(|rest| rest.split(' ').nth(1));
    match code {
        // The server speaks only after us: whatever follows comes from the proxy.
        Some(code) if code.starts_with('2') && answer.len() > end => {
            Err("it sends data of its own".into())
        }
        Some(code) if code.starts_with('2') => Ok(()),
        Some("407") => Err("it wants a user and a password, or others".into()),
        Some(_) => {
            let words: String = line.chars().filter(|c| !c.is_control()).take(100).collect();
            Err(format!("it answers {:?}", words.split_once(' ').map_or("", |(_, words)| words)))
        }
        None => Err("it does not answer as an HTTP proxy".into()),
    }
}
