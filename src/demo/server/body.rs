//! Bodies that arrive bit by bit.

use bytes::Bytes;
use futures::stream::BoxStream;

/// The bytes of a streamed body; an error cuts the connection.
pub type Bytestream = BoxStream<'static, std::io::Result<Bytes>>;
