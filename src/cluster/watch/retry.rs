//! How long to wait before asking again.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// The first wait.
const SHORTEST: Duration = Duration::from_millis(250);
/// No wait grows beyond this, unless the server asks for a longer one.
const LONGEST: Duration = Duration::from_secs(30);
/// A server that asks for more than this is asked again all the same.
const LONGEST_ASKED: Duration = Duration::from_mins(5);
/// The wait where only a person can help, who may well do so (a login, a certificate).
const PATIENT: Duration = Duration::from_mins(1);

/// Waits that double up to a cap, each with jitter, so that a thousand clients do not come back at once.
#[derive(Debug, Default)]
pub(in crate::cluster) struct Retry {
    failures: u32,
}

impl Retry {
    /// The next wait. `asked` is what the server asks for; `patient` where trying again soon cannot help.
    pub(in crate::cluster) fn wait(&mut self, asked: Option<Duration>, patient: bool) -> Duration {
        let base = if patient {
            PATIENT
        } else {
            SHORTEST.saturating_mul(1 << self.failures.min(10)).min(LONGEST)
        };
        self.failures = self.failures.saturating_add(1);
        let base = base.max(asked.unwrap_or_default().min(LONGEST_ASKED));
        base + base.mul_f64(0.5 * unit())
    }

    /// How often in a row it failed.
    pub(in crate::cluster) fn failures(&self) -> u32 {
        self.failures
    }

    /// It worked.
    pub(in crate::cluster) fn reset(&mut self) {
        self.failures = 0;
    }
}

/// A number from 0 to 1 that differs each time.
pub(super) fn unit() -> f64 {
    let random = RandomState::new().hash_one(0u8) >> 11;
    random as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_cap_and_honour_the_server() {
        let mut retry = Retry::default();
        let first = retry.wait(None, false);
        assert!((SHORTEST..=SHORTEST.mul_f64(1.5)).contains(&first), "{first:?}");
        for _ in 0..40 {
            assert!(retry.wait(None, false) <= LONGEST.mul_f64(1.5));
        }
        assert!(retry.wait(None, false) >= LONGEST);
        retry.reset();
        assert!(retry.wait(Some(Duration::from_secs(2)), false) >= Duration::from_secs(2));
        assert!(retry.wait(Some(Duration::MAX), false) <= LONGEST_ASKED.mul_f64(1.5));
        assert!(retry.wait(None, true) >= PATIENT);
    }
}
