//! Unpacking gzip as it arrives, member by member, so that nothing waits for the end.

use std::io::Write as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use http_body::{Body, Frame, SizeHint};

use super::error::Error;

/// How much is unpacked at once: gzip grows at most a thousandfold, so this bounds what one step can make of it.
const STEP: usize = 16 * 1024;

/// A body that may be gzip. Several members one after the other are read as one (a watch of Kubernetes 1.37 has one
/// member an event).
pub(super) struct Gunzip<B> {
    body: B,
    decoder: Option<MultiGzDecoder<Vec<u8>>>,
    packed: Bytes,
    begun: bool,
    ended: bool,
    host: Arc<str>,
}

impl<B> Gunzip<B> {
    /// Unpacks `body` if `packed`, else passes it on. `host` is for messages.
    pub(super) fn new(body: B, packed: bool, host: &Arc<str>) -> Self {
        let decoder = packed.then(|| MultiGzDecoder::new(Vec::new()));
        let host = Arc::clone(host);
        Self { body, decoder, packed: Bytes::new(), begun: false, ended: false, host }
    }
}

fn broken(error: &std::io::Error) -> Error {
    Error::Decode { what: "the server's gzip".into(), problem: error.to_string() }
}

/// What is unpacked so far; room for as much again.
fn taken(decoder: &mut MultiGzDecoder<Vec<u8>>) -> Vec<u8> {
    let room = Vec::with_capacity(decoder.get_ref().len());
    std::mem::replace(decoder.get_mut(), room)
}

impl<B: Body<Data = Bytes, Error = Error> + Unpin> Body for Gunzip<B> {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = &mut *self;
        let Some(decoder) = &mut this.decoder else {
            return Pin::new(&mut this.body).poll_frame(cx);
        };
        loop {
            if !this.packed.is_empty() {
                let step = this.packed.split_to(this.packed.len().min(STEP));
                this.begun = true;
                // The flush hands out what is unpacked so far: a watch must not wait for the next event.
                if let Err(error) = decoder.write_all(&step).and_then(|()| decoder.flush()) {
                    return Poll::Ready(Some(Err(broken(&error))));
                }
                if !decoder.get_ref().is_empty() {
                    return Poll::Ready(Some(Ok(Frame::data(taken(decoder).into()))));
                }
                continue;
            }
            if this.ended {
                return Poll::Ready(None);
            }
            match ready!(Pin::new(&mut this.body).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => this.packed = data,
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => {
                    this.ended = true;
                    // An answer without a body is not even empty gzip.
                    if this.begun && decoder.try_finish().is_err() {
                        let problem = "its gzip ends too early".to_owned();
                        let host = this.host.to_string();
                        return Poll::Ready(Some(Err(Error::Cut { host, problem })));
                    }
                    if !decoder.get_ref().is_empty() {
                        return Poll::Ready(Some(Ok(Frame::data(taken(decoder).into()))));
                    }
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self.decoder {
            None => self.body.is_end_stream(),
            Some(_) => self.ended,
        }
    }

    fn size_hint(&self) -> SizeHint {
        if self.decoder.is_some() { SizeHint::default() } else { self.body.size_hint() }
    }
}
