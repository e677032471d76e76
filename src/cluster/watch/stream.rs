//! A watch that has begun: events, as they arrive.

use std::time::Duration;

use http::Request;

use super::codec::Watches;
use super::reader::{Next, Reader};
use crate::cluster::{Client, Error};
use crate::kinds::Encoding;
use crate::wire::Event;

/// A watch that has begun. Dropping it ends it.
pub(in crate::cluster) struct Stream {
    reader: Reader,
    watches: Watches,
    encoding: Encoding,
}

/// The server closed the watch.
pub(in crate::cluster) struct End;

impl Stream {
    /// Sends the request and waits until the answer begins.
    pub(in crate::cluster) async fn open(
        client: &Client,
        request: Request<Vec<u8>>,
    ) -> Result<Self, Error> {
        let mut reader = Reader::open(client, request);
        let encoding = reader.head().await?.encoding;
        Ok(Self { reader, watches: Watches::new(encoding), encoding })
    }

    /// How its objects are encoded.
    pub(super) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Waits until more has arrived; an error after `silence` without anything. Nothing is lost if it is not waited for.
    pub(in crate::cluster) async fn more(
        &mut self,
        silence: Duration,
    ) -> Result<Option<End>, Error> {
        let next = self.reader.next(silence).await;
        self.take(next)
    }

    /// Takes what has arrived already; `None` where nothing has.
    pub(super) fn ready(&mut self) -> Option<Result<Option<End>, Error>> {
        let next = self.reader.ready()?;
        Some(self.take(next))
    }

    /// The next event that has arrived whole.
    pub(in crate::cluster) fn next(&mut self) -> Result<Option<Event<'_>>, Error> {
        self.watches.next()
    }

    fn take(&mut self, next: Result<Next, Error>) -> Result<Option<End>, Error> {
        match next? {
            Next::Chunk(chunk) => {
                self.watches.push(chunk);
                Ok(None)
            }
            Next::End(_) => Ok(Some(End)),
        }
    }
}
