//! The gate: every request to a cluster passes here. It counts, times and journals, and in read-only mode it
//! refuses whatever is not a read.
//!
//! A gate is made before a client and cannot be changed afterwards: nothing in a built client, and nothing that
//! holds one, can switch read-only off.

mod meter;
mod read_only;

use http::Request;

pub use meter::{Entry, Meter, Totals};
pub use read_only::refusal;

pub(super) use meter::{Ticket, Wire};

use super::error::Error;

/// What a client may do. There is no way from one to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gate {
    read_only: bool,
}

impl Gate {
    /// Only reads pass.
    pub const fn read_only() -> Self {
        Self { read_only: true }
    }

    /// Everything passes.
    pub const fn read_write() -> Self {
        Self { read_only: false }
    }

    /// Whether only reads pass.
    pub const fn is_read_only(self) -> bool {
        self.read_only
    }

    /// Lets the request pass, or says why not.
    ///
    /// # Errors
    /// [`Error::ReadOnly`] for whatever is not a read, in read-only mode.
    pub fn admit<B>(self, request: &Request<B>) -> Result<(), Error> {
        if !self.read_only {
            return Ok(());
        }
        match refusal(request.method(), request.uri(), request.headers()) {
            None => Ok(()),
            Some(why) => Err(Error::ReadOnly {
                method: request.method().to_string(),
                path: request.uri().path().to_owned(),
                why,
            }),
        }
    }
}
