//! What the answers of an API server are made of, however they are encoded: parts of a list, events of a watch.

/// The largest single object, event or list head that kx reads; an API server refuses requests above 3 MiB, etcd above 1.5 MiB.
pub const LARGEST: usize = 64 << 20;

crate::message! {
    /// `metav1.ListMeta`.
    pub struct ListMeta {
        /// The version of the list: a watch goes on from here.
        #[prost(string, tag = "2")]
        pub resource_version: String,
        /// The token with which the next page is asked for; empty on the last one.
        #[prost(string, tag = "3")]
        #[serde(rename = "continue")]
        pub next: String,
        /// How many objects come after this page, where the server knows.
        #[prost(int64, optional, tag = "4")]
        pub remaining_item_count: Option<i64>,
    }
}

/// One piece of a list, in the order in which it arrived.
#[derive(Debug, PartialEq)]
pub enum Part<'a> {
    /// The list's metadata. It comes first in protobuf, before or after the objects in JSON.
    Meta(ListMeta),
    /// The `columnDefinitions` of a Table, as JSON.
    Columns(&'a [u8]),
    /// One object, as it is encoded.
    Item(&'a [u8]),
    /// One row of a Table, as JSON.
    Row(&'a [u8]),
}

/// One event of a watch.
#[derive(Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// What happened.
    pub what: What,
    /// The object, as it is encoded. For [`What::Error`] it is a `Status`, in protobuf with its envelope around it.
    pub object: &'a [u8],
}

/// What a watch event says of its object (`metav1.WatchEvent.type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It is there.
    Added,
    /// It changed.
    Modified,
    /// It is gone; the object is its last state.
    Deleted,
    /// Nothing happened up to this resourceVersion.
    Bookmark,
    /// The watch failed.
    Error,
}

impl What {
    pub(super) fn parse(text: &[u8]) -> Result<Self, FrameError> {
        Ok(match text {
            b"ADDED" => Self::Added,
            b"MODIFIED" => Self::Modified,
            b"DELETED" => Self::Deleted,
            b"BOOKMARK" => Self::Bookmark,
            b"ERROR" => Self::Error,
            _ => return Err(FrameError::Malformed("a watch event of an unknown type")),
        })
    }
}

/// Why an answer cannot be taken apart; nothing after it can be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// It is not what the Content-Type promised.
    #[error("it does not begin as Kubernetes protobuf does")]
    Magic,
    /// Its structure is broken.
    #[error("it is malformed: {0}")]
    Malformed(&'static str),
    /// One piece of it is too large to be true.
    #[error("one object of {0} bytes is more than an API server can hold")]
    TooLarge(u64),
    /// It ended before its end.
    #[error("it ends in the middle")]
    Truncated,
}

/// Whether a piece of this many bytes may be held in memory.
pub(super) fn checked(len: u64) -> Result<usize, FrameError> {
    match usize::try_from(len) {
        Ok(len) if len <= LARGEST => Ok(len),
        _ => Err(FrameError::TooLarge(len)),
    }
}
