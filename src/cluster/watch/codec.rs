//! The two encodings behind one face.

use bytes::Bytes;

use crate::cluster::Error;
use crate::kinds::Encoding;
use crate::wire::{Event, FrameError, Part, json, protobuf};

/// Takes a list apart.
pub(super) enum Lists {
    Protobuf(protobuf::ListDecoder),
    Json(json::ListDecoder),
}

impl Lists {
    pub(super) fn new(encoding: Encoding) -> Self {
        match encoding {
            Encoding::Protobuf => Self::Protobuf(protobuf::ListDecoder::default()),
            Encoding::Json => Self::Json(json::ListDecoder::default()),
        }
    }

    pub(super) fn push(&mut self, chunk: Bytes) {
        match self {
            Self::Protobuf(decoder) => decoder.push(chunk),
            Self::Json(decoder) => decoder.push(chunk),
        }
    }

    pub(super) fn next(&mut self) -> Result<Option<Part<'_>>, Error> {
        match self {
            Self::Protobuf(decoder) => decoder.next(),
            Self::Json(decoder) => decoder.next(),
        }
        .map_err(|error| unreadable("the server's list", &error))
    }

    pub(super) fn finish(&self) -> Result<(), Error> {
        match self {
            Self::Protobuf(decoder) => decoder.finish(),
            Self::Json(decoder) => decoder.finish(),
        }
        .map_err(|error| unreadable("the server's list", &error))
    }
}

/// Takes a watch apart.
pub(super) enum Watches {
    Protobuf(protobuf::WatchDecoder),
    Json(json::WatchDecoder),
}

impl Watches {
    pub(super) fn new(encoding: Encoding) -> Self {
        match encoding {
            Encoding::Protobuf => Self::Protobuf(protobuf::WatchDecoder::default()),
            Encoding::Json => Self::Json(json::WatchDecoder::default()),
        }
    }

    pub(super) fn push(&mut self, chunk: Bytes) {
        match self {
            Self::Protobuf(decoder) => decoder.push(chunk),
            Self::Json(decoder) => decoder.push(chunk),
        }
    }

    pub(super) fn next(&mut self) -> Result<Option<Event<'_>>, Error> {
        match self {
            Self::Protobuf(decoder) => decoder.next(),
            Self::Json(decoder) => decoder.next(),
        }
        .map_err(|error| unreadable("the server's watch", &error))
    }
}

fn unreadable(what: &str, error: &FrameError) -> Error {
    Error::Decode { what: what.into(), problem: error.to_string() }
}
