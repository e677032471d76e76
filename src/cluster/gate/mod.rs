//! The gate: every request to a cluster passes here. It counts, times and journals, and in read-only mode it
//! refuses whatever is not a read.
//!
//! A gate is made before a client and cannot be changed afterwards: nothing in a built client, and nothing that
//! holds one, can switch read-only off.

mod audit;
mod meter;
mod read_only;
mod tally;

use http::Request;

pub use audit::Audit;
pub use meter::{Entry, Meter, Totals};
pub use read_only::refusal;

pub(super) use meter::{Ticket, Wire};
pub(super) use tally::Tally;

use super::error::Error;
use crate::guardrail::{Guardrail, Guardrails};
use read_only::place;

/// What a client may do. There is no way from less to more.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gate {
    read_only: bool,
    guardrails: Guardrails,
    /// The context that it stands before; while it is not known, all guardrails hold.
    context: Option<String>,
}

impl Gate {
    /// Only reads pass.
    pub fn read_only() -> Self {
        Self { read_only: true, ..Self::default() }
    }

    /// Everything passes.
    pub fn read_write() -> Self {
        Self::default()
    }

    /// The same gate, and of what these guardrails make read-only only reads pass.
    #[must_use]
    pub fn guarded(self, guardrails: Guardrails) -> Self {
        Self { guardrails, ..self }
    }

    /// The same gate before the cluster of this context. Every connection is made with one: see `connect`.
    #[must_use]
    pub(in crate::cluster) fn before(self, context: &str) -> Self {
        Self { context: Some(context.to_owned()), ..self }
    }

    /// Whether only reads pass, whatever they are about.
    pub fn is_read_only(&self) -> bool {
        self.read_only || self.rails().any(Guardrail::is_of_all)
    }

    /// All guardrails, those that make nothing read-only among them.
    pub fn guardrails(&self) -> &Guardrails {
        &self.guardrails
    }

    /// The guardrails that make something here read-only.
    fn rails(&self) -> impl Iterator<Item = &Guardrail> {
        let here = |rail: &&Guardrail| {
            self.context.as_ref().is_none_or(|context| rail.context.matches(context))
        };
        self.guardrails.iter().filter(|rail| rail.read_only).filter(here)
    }

    /// Lets the request pass, or says why not.
    ///
    /// # Errors
    /// [`Error::ReadOnly`] for whatever is not a read, where only reads pass.
    pub fn admit<B>(&self, request: &Request<B>) -> Result<(), Error> {
        if !self.read_only && self.rails().next().is_none() {
            return Ok(());
        }
        let Some(why) = refusal(request.method(), request.uri(), request.headers()) else {
            return Ok(());
        };
        let by = if self.read_only {
            String::new()
        } else {
            let place = place(request.uri());
            let closes = |rail: &&Guardrail| rail.is_of_all() || place.is_in(&rail.namespace);
            match self.rails().find(closes) {
                None => return Ok(()),
                Some(rail) => format!(" by {}", rail.words()),
            }
        };
        Err(Error::ReadOnly {
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            why,
            by,
        })
    }
}
