//! Port forwards: what is asked for, which port of a pod is meant, how they are doing, and which are kept. Pure; `cluster::forward` carries the bytes.

mod above;
mod ask;
mod page;
mod port;
mod saved;
mod status;
mod wanted;

pub use ask::Forwarding;
pub use page::{Forwards, Shown};
pub use port::{Offered, Port, offered, resolve};
pub use saved::{Saved, SavedForwards, Start};
pub use status::{Counts, News, Status};
pub use wanted::{LOCALHOST, Local, Remote, Spec, Wanted};
