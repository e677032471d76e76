//! The upgrade of a request to a websocket (RFC 6455, section 4.1).

use http::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{Request, Response, StatusCode};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use kube::client::Body;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::{client::generate_key, derive_accept_key};
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::counted::Counted;
use super::gate::Tally;
use super::{Client, Error};

/// The largest message that is taken in; servers send pieces of 32 KiB.
const LARGEST: usize = 4 << 20;
/// What may be waiting to be sent; who sends waits for it to be gone.
const WAITING: usize = 1 << 20;

/// An open websocket.
pub(super) type Socket = WebSocketStream<Counted<TokioIo<Upgraded>, Tally>>;

/// Asks for a websocket that speaks one of these protocols, the better first; gives the one that the server chose, by its place among them. What
/// comes with it is the answer whose connection it is: it is kept for as long as the connection lasts, for the audit log.
pub(super) async fn upgrade(
    client: &Client,
    path: &str,
    offered: &[&str],
) -> Result<(Socket, usize, Response<Body>), Error> {
    let key = generate_key();
    let request = Request::get(path)
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_VERSION, "13")
        .header(SEC_WEBSOCKET_KEY, &key)
        .header(SEC_WEBSOCKET_PROTOCOL, offered.join(", "))
        .body(Vec::new())
        .map_err(|error| Error::Request { problem: error.to_string() })?;
    let mut answer = client.request(request).await?;
    let protocol = chosen(&answer, &key, offered).map_err(odd)?;
    let upgraded = hyper::upgrade::on(&mut answer).await.map_err(|error| odd(error.to_string()))?;
    let mut config = WebSocketConfig::default();
    config.max_message_size = Some(LARGEST);
    config.max_frame_size = Some(LARGEST);
    config.max_write_buffer_size = WAITING;
    let tally = answer.extensions_mut().remove::<Tally>().unwrap_or_default();
    let stream = Counted::new(TokioIo::new(upgraded), tally);
    let socket = WebSocketStream::from_raw_socket(stream, Role::Client, Some(config));
    Ok((socket.await, protocol, answer))
}

fn odd(problem: String) -> Error {
    Error::Decode { what: "the answer to the request for a websocket".to_owned(), problem }
}

/// Which of the offered protocols the server chose; or why its answer is none to our request.
fn chosen<B>(answer: &Response<B>, key: &str, offered: &[&str]) -> Result<usize, String> {
    if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
        let status = answer.status();
        return Err(format!(
            "it is {status}, where 101 was expected: something on the way may not let websockets through"
        ));
    }
    let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok());
    if !header(UPGRADE).is_some_and(|to| to.eq_ignore_ascii_case("websocket")) {
        return Err("it is no upgrade to a websocket".to_owned());
    }
    if header(SEC_WEBSOCKET_ACCEPT) != Some(derive_accept_key(key.as_bytes()).as_str()) {
        return Err("its key is not ours".to_owned());
    }
    let chosen = header(SEC_WEBSOCKET_PROTOCOL);
    let place = offered.iter().position(|protocol| chosen == Some(*protocol));
    place.ok_or_else(|| format!("it chose the protocol {:?}", chosen.unwrap_or("none")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_to_our_request_is_one() {
        let answer = |status: u16, key: &str, protocol: &str| {
            let answer = Response::builder()
                .status(status)
                .header(UPGRADE, "WebSocket")
                .header(SEC_WEBSOCKET_ACCEPT, derive_accept_key(key.as_bytes()))
                .header(SEC_WEBSOCKET_PROTOCOL, protocol);
            let offered = ["v5.channel.k8s.io", "v4.channel.k8s.io"];
            chosen(&answer.body(()).unwrap(), "ours", &offered)
        };
        assert_eq!(answer(101, "ours", "v5.channel.k8s.io"), Ok(0));
        assert_eq!(answer(101, "ours", "v4.channel.k8s.io"), Ok(1));
        assert!(answer(101, "other", "v4.channel.k8s.io").is_err());
        assert!(answer(101, "ours", "v1.channel.k8s.io").is_err());
        assert!(answer(200, "ours", "v5.channel.k8s.io").unwrap_err().contains("200"));
    }
}
