//! Access: who can do what by RBAC, who can do this, and what may I do, as sheets.
//!
//! [`Policy`] is made of whole Roles, `ClusterRoles` and their bindings, and answers as the API server's own RBAC authorizer would. What the
//! server asks beside RBAC (the authorizer of nodes, webhooks) it cannot know, and the sheets say so.

mod can_i;
mod danger;
mod known;
mod layout;
mod policy;
mod request;
mod review;
mod rights;
mod rule;
mod subjects;
#[cfg(test)]
mod tests;
mod who;
mod who_can;
mod words;

pub use can_i::CanI;
pub use danger::dangers;
pub use policy::{Grant, Policy};
pub use request::{Request, Target};
pub use review::{Allowed, EVERY, Review, Ruling};
pub use rights::Rights;
pub use rule::Rule;
pub use subjects::Subjects;
pub use who::{Identity, Who};
pub use who_can::WhoCan;
pub use words::{Asked, Mistake};
