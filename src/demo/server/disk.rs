//! The filesystem of a simulated container: a few files, kept in memory with whatever is written there.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde_json::Value;

use crate::demo::value::At;
use crate::demo::world::stamp;
use crate::files::RemotePath;

/// The most that all files of a container may take, in bytes.
const ROOM: usize = 64 << 20;
/// How many links are followed.
const FOLLOWED: usize = 16;

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A folder.
    Folder,
    /// A file with its content.
    File(Vec<u8>),
    /// A link with its target.
    Link(Vec<u8>),
}

/// What is at a path, with what `stat` says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inode {
    /// What it is.
    pub node: Node,
    /// Its permissions.
    pub mode: u32,
    /// When it changed last, seconds since the Unix epoch.
    pub modified: i64,
}

/// A filesystem.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    all: BTreeMap<RemotePath, Inode>,
    /// What the files take, in bytes.
    taken: usize,
}

/// Why something cannot be done, as programs say it.
pub type Complaint = &'static str;

const MISSING: Complaint = "No such file or directory";
const NO_FOLDER: Complaint = "Not a directory";
const IS_FOLDER: Complaint = "Is a directory";
const FULL: Complaint = "No space left on device";

impl Disk {
    /// The one that this container begins with.
    pub fn of(pod: &Value, container: &str, now: Timestamp) -> Self {
        let (host, namespace) = (pod.text("/metadata/name"), pod.text("/metadata/namespace"));
        let mut disk = Self::default();
        let begun = Timestamp::from_second(now.as_second() - 3600).unwrap_or(now).as_second();
        let account = "/var/run/secrets/kubernetes.io/serviceaccount";
        let texts = [
            ("/etc/app/app.yaml".to_owned(), format!("service: {container}\nlisten: :8080\n")),
            ("/etc/hostname".to_owned(), format!("{host}\n")),
            (
                "/etc/hosts".to_owned(),
                format!("127.0.0.1\tlocalhost\n{}\t{host}\n", pod.text("/status/podIP")),
            ),
            (
                "/etc/os-release".to_owned(),
                "NAME=\"Demo Linux\"\nID=demo\nPRETTY_NAME=\"Demo Linux (simulated by kx)\"\n"
                    .to_owned(),
            ),
            (
                "/etc/resolv.conf".to_owned(),
                format!(
                    "search {namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n"
                ),
            ),
            ("/tmp/started".to_owned(), format!("{}\n", stamp(now))),
            (format!("{account}/namespace"), namespace.to_owned()),
            (format!("{account}/token"), "demo-token-that-opens-nothing".to_owned()),
            (
                "/README".to_owned(),
                "This container is simulated by kx demo. What is written here is kept until kx ends.\n"
                    .to_owned(),
            ),
            ("/var/log/app/access.log".to_owned(), access_log(host)),
        ];
        let files = texts.into_iter().map(|(path, text)| (path, text.into_bytes(), 0o644));
        let programs = [("/bin/sh", 4096), ("/usr/bin/app", 200_000)].map(|(path, size)| {
            let begin = b"\x7fELF\x02\x01\x01\0".iter().copied();
            let rest = (0..size).map(|at: u32| (at.wrapping_mul(2_654_435_761) >> 24) as u8);
            (path.to_owned(), begin.chain(rest).collect::<Vec<u8>>(), 0o755)
        });
        for (path, content, mode) in files.chain(programs) {
            let path = RemotePath::new(path.as_bytes());
            let folder = path.parent().unwrap_or_default();
            // It is empty so far: there is room.
            let _ = disk.make_folders(&folder, begun);
            let _ = disk.write(&path, content, mode, begun);
        }
        disk.link(&RemotePath::new(b"/run"), b"var/run", begun);
        disk.link(&RemotePath::new(b"/etc/app/current"), b"app.yaml", begun);
        disk
    }

    /// Where a path leads, links followed: also where nothing is there yet.
    fn real(&self, path: &RemotePath) -> RemotePath {
        let mut here = path.clone();
        for _ in 0..FOLLOWED {
            let mut walked = RemotePath::root();
            let mut next = None;
            let mut parts =
                here.bytes().split(|byte| *byte == b'/').filter(|part| !part.is_empty());
            while let Some(part) = parts.next() {
                let at = walked.join(part);
                if let Some(Inode { node: Node::Link(target), .. }) = self.all.get(&at) {
                    let rest: Vec<&[u8]> = parts.collect();
                    next = Some(walked.join(target).join(&rest.join(&b'/')));
                    break;
                }
                walked = at;
            }
            match next {
                Some(next) => here = next,
                None => break,
            }
        }
        here
    }

    /// What is at a path, links followed.
    pub fn get(&self, path: &RemotePath) -> Option<Inode> {
        let real = self.real(path);
        let folder = || Inode { node: Node::Folder, mode: 0o755, modified: 0 };
        self.all.get(&real).cloned().or_else(|| real.name().is_none().then(folder))
    }

    /// Whether a path is a folder, links followed.
    pub fn is_folder(&self, path: &RemotePath) -> bool {
        self.get(path).is_some_and(|inode| inode.node == Node::Folder)
    }

    /// The content of a file, links followed.
    pub fn read(&self, path: &RemotePath) -> Result<Vec<u8>, Complaint> {
        match self.get(path).ok_or(MISSING)?.node {
            Node::File(content) => Ok(content),
            Node::Folder => Err(IS_FOLDER),
            Node::Link(_) => Err(MISSING),
        }
    }

    /// What is in a folder, in order of names.
    pub fn list(&self, folder: &RemotePath) -> Result<Vec<(Vec<u8>, &Inode)>, Complaint> {
        if !self.is_folder(folder) {
            return Err(if self.get(folder).is_some() { NO_FOLDER } else { MISSING });
        }
        let real = self.real(folder);
        let within = self.all.iter().filter(|(path, _)| path.parent().as_ref() == Some(&real));
        Ok(within.filter_map(|(path, inode)| Some((path.name()?.to_vec(), inode))).collect())
    }

    /// Everything below a folder, each folder before what is in it, with its path from there.
    pub fn below(&self, folder: &RemotePath) -> Vec<(Vec<u8>, &Inode)> {
        let real = self.real(folder);
        let begin = if real.name().is_none() { Vec::new() } else { real.bytes().to_vec() };
        let within = self.all.iter().filter_map(|(path, inode)| {
            let rest = path.bytes().strip_prefix(&*begin)?.strip_prefix(b"/")?;
            (!rest.is_empty()).then(|| (rest.to_vec(), inode))
        });
        within.collect()
    }

    /// Makes a folder, and those above it.
    pub fn make_folders(&mut self, folder: &RemotePath, now: i64) -> Result<(), Complaint> {
        let mut path = RemotePath::root();
        for part in folder.bytes().split(|byte| *byte == b'/').filter(|part| !part.is_empty()) {
            path = path.join(part);
            match self.get(&path).map(|inode| inode.node) {
                Some(Node::Folder) => {}
                Some(_) => return Err(NO_FOLDER),
                None => {
                    let inode = Inode { node: Node::Folder, mode: 0o755, modified: now };
                    self.all.insert(self.real(&path), inode);
                }
            }
        }
        Ok(())
    }

    /// Writes a file; its folder must be there.
    pub fn write(
        &mut self,
        path: &RemotePath,
        content: Vec<u8>,
        mode: u32,
        modified: i64,
    ) -> Result<(), Complaint> {
        if !self.is_folder(&path.parent().ok_or(IS_FOLDER)?) {
            return Err(MISSING);
        }
        if self.is_folder(path) {
            return Err(IS_FOLDER);
        }
        if self.taken + content.len() > ROOM {
            return Err(FULL);
        }
        self.remove(path);
        self.taken += content.len();
        let inode = Inode { node: Node::File(content), mode: mode & 0o777, modified };
        self.all.insert(self.real(path), inode);
        Ok(())
    }

    /// Makes a link.
    pub fn link(&mut self, path: &RemotePath, target: &[u8], modified: i64) {
        let inode = Inode { node: Node::Link(target.to_vec()), mode: 0o777, modified };
        self.all.insert(path.clone(), inode);
    }

    /// Removes a file.
    pub fn remove(&mut self, path: &RemotePath) {
        let real = self.real(path);
        if let Some(Inode { node: Node::File(content), .. }) = self.all.get(&real) {
            self.taken -= content.len();
            self.all.remove(&real);
        }
    }
}

fn access_log(host: &str) -> String {
    let line = |at: u32| {
        let (minute, second) = (at / 60 % 60, at % 60);
        let path = ["/", "/cart", "/search?q=socks", "/item/17", "/healthz"][at as usize % 5];
        format!(
            "{host} - - [15/Jan/2026:10:{minute:02}:{second:02} +0000] \"GET {path} HTTP/1.1\" 200 {}\n",
            400 + at * 7 % 900
        )
    };
    (0..2_000).map(line).collect()
}

/// The filesystem of a container, shared by all that runs there.
pub type SharedDisk = Arc<Mutex<Disk>>;

/// The filesystems of all containers in which anything ran so far.
#[derive(Debug, Default)]
pub struct Disks(Mutex<HashMap<(String, String), SharedDisk>>);

impl Disks {
    /// That of a container of a pod.
    pub fn get(&self, pod: &Value, container: &str, now: Timestamp) -> SharedDisk {
        let key = (pod.text("/metadata/uid").to_owned(), container.to_owned());
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let disk = all.entry(key);
        Arc::clone(disk.or_insert_with(|| Arc::new(Mutex::new(Disk::of(pod, container, now)))))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn path(text: &str) -> RemotePath {
        RemotePath::new(text.as_bytes())
    }

    #[test]
    fn files_are_found_through_links_and_kept() {
        let pod = json!({"metadata": {"name": "web-1", "namespace": "shop"}});
        let mut disk = Disk::of(&pod, "web", Timestamp::from_second(1_000_000).unwrap());
        let through = path("/run/secrets/kubernetes.io/serviceaccount/namespace");
        assert_eq!(disk.read(&through), Ok(b"shop".to_vec()));
        assert_eq!(disk.read(&path("/etc/app/current")), disk.read(&path("/etc/app/app.yaml")));
        assert_eq!(disk.write(&path("/none/x"), Vec::new(), 0o644, 1), Err(MISSING));
        disk.write(&path("/run/x"), b"x".to_vec(), 0o600, 1).unwrap();
        assert_eq!(disk.read(&path("/var/run/x")), Ok(b"x".to_vec()));
        assert_eq!(disk.write(&path("/etc"), Vec::new(), 0o644, 1), Err(IS_FOLDER));
        assert_eq!(disk.write(&path("/big"), vec![0; ROOM + 1], 0o644, 1), Err(FULL));
        let names: Vec<_> = disk.list(&path("/etc/app")).unwrap();
        assert_eq!(
            names.iter().map(|(name, _)| &**name).collect::<Vec<_>>(),
            [b"app.yaml", b"current".as_slice()]
        );
    }
}
