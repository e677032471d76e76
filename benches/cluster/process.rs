//! What the kernel says of a process (Linux).

use std::time::Duration;

/// A process by its id.
#[derive(Clone, Copy)]
pub struct Process(pub i32);

impl Process {
    /// Resident memory in bytes.
    pub fn resident(self) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.0)).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        kilobytes.unwrap_or_default() * 1024
    }

    /// Processor time used so far, user and system.
    pub fn cpu(self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0)).unwrap_or_default();
        // After the command's name: state is field 3, utime 14, stime 15, in hundredths of a second.
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
        let ticks =
            |i: usize| fields.get(i - 3).and_then(|f| f.parse::<u64>().ok()).unwrap_or_default();
        Duration::from_millis(10 * (ticks(14) + ticks(15)))
    }
}
