//! Releases of Helm, read as Helm stored them, without Helm.
//!
//! Helm keeps every revision of a release in an object of its own, a Secret or a ConfigMap: [`unpack`] reads what is in it, [`Release`] is
//! what that says. The pages about a release are [`Subject`](crate::sheet::Subject)s, asked for by [`Page`].

mod layers;
mod loaded;
mod manifest;
mod masked;
mod notes;
mod order;
mod page;
pub mod record;
mod release;
mod values;

pub use layers::{Damage, LARGEST, unpack};
pub use loaded::{Loaded, answer};
pub use manifest::{Document, Named, documents, objects};
pub(crate) use masked::Values;
pub(crate) use notes::description;
pub use order::uninstalled;
pub use page::{About, Page, subject};
pub(crate) use page::{read, written};
pub use release::{Chart, ChartFacts, Facts, Hook, Info, LastRun, Metadata, Release, Status};
pub use values::{coalesce, yaml};

/// What the name of every object begins with that holds a revision (`helm.sh/helm/v4/pkg/storage`, `makeKey`).
pub const PREFIX: &str = "sh.helm.release.v1.";
/// The type of the Secrets that hold revisions (`pkg/storage/driver/secrets.go`).
pub const SECRET_TYPE: &str = "helm.sh/release.v1";
