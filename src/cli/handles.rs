//! How many files and connections kx may have open at once.

/// Many times what two hundred logs that are followed at once take. What kx starts has the same limit, and some programs close at their start whatever
/// could be open: it is no larger than they can bear.
#[cfg(unix)]
const ENOUGH: u64 = 8_192;

/// Raises the limit as far as the system lets a process do that by itself: shells give few (256 on macOS, 1,024 on most Linux), and every log that is
/// followed, every watch and every session has a connection of its own.
pub(super) fn raise() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        let most = maximum.map_or(ENOUGH, |maximum| maximum.min(ENOUGH));
        if current.is_some_and(|current| current < most) {
            // Where that is refused, kx goes on with what it has.
            let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(most), maximum });
        }
    }
}
