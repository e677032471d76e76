//! What the kernel says of a process (Linux).

use std::time::Duration;

use rustix::process::Pid;

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

/// The API server and what belongs to it have this machine's cores with kx and with what measures it, as they have not in a cluster: they stand
/// behind both.
pub fn children_stand_behind() {
    let own = std::process::id().to_string();
    for process in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let stat = std::fs::read_to_string(process.path().join("stat")).unwrap_or_default();
        // The name before it may have spaces in it.
        let parent = stat.rsplit(") ").next().and_then(|rest| rest.split(' ').nth(1));
        if parent != Some(&own) {
            continue;
        }
        // Niceness is each thread's own; those to come have it from those that begin them.
        for thread in std::fs::read_dir(process.path().join("task")).into_iter().flatten().flatten()
        {
            let id = thread.file_name().to_str().and_then(|id| Pid::from_raw(id.parse().ok()?));
            if id.is_some() {
                let _ = rustix::process::setpriority_process(id, 10);
            }
        }
    }
}
