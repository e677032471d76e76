//! The clusters that the tests of this binary share.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Once, OnceLock};

use anyhow::Result;

use crate::lab::{Lab, Options, build};

/// A cluster in which nothing moves: only an API server, and the objects of `objects/` in namespace `rich`, with the status they
/// have there. Some wait for ever to be deleted.
pub fn still() -> &'static Lab {
    static STILL: OnceLock<Result<Lab>> = OnceLock::new();
    match STILL.get_or_init(furnish) {
        Ok(lab) => lab,
        Err(error) => panic!("no cluster to test against: {error:#}"),
    }
}

/// A cluster in which things happen: the shared lab, with the workloads of `tests/lab/world.yaml` running.
pub fn busy() -> &'static Lab {
    static BUSY: Once = Once::new();
    let lab = Lab::shared();
    BUSY.call_once(|| {
        let file = |name| fs::read_to_string(build::source().join(name)).unwrap();
        // On an existing cluster they may be there already; then what follows finds them.
        let _ = lab.create(&file("crds.yaml"));
        lab.run(["wait", "--for=condition=Established", "crd", "--all", "--timeout=240s"]);
        let _ = lab.create(&file("world.yaml"));
        for deployment in ["-n=shop deployment/web", "-n=team deployment/api"] {
            let (namespace, name) = deployment.split_once(' ').unwrap();
            lab.run(["wait", "--for=condition=Available", namespace, name, "--timeout=240s"]);
        }
    });
    lab
}

fn furnish() -> Result<Lab> {
    let lab = Lab::start(&Options::bare())?;
    lab.create("{apiVersion: v1, kind: Namespace, metadata: {name: rich}}")?;
    let mut with_status = Vec::new();
    for name in ["config", "nodes", "network", "workloads", "events", "pods"] {
        let file = objects(name);
        lab.run(["create".as_ref(), "--validate=strict".as_ref(), "-f".as_ref(), file.as_os_str()]);
        let text = fs::read_to_string(&file)?;
        with_status
            .extend(text.split("\n---\n").filter(|o| o.contains("\nstatus:")).map(str::to_owned));
    }
    let file = lab.folder().join("with-status.yaml");
    fs::write(&file, with_status.join("\n---\n"))?;
    lab.run(["replace".as_ref(), "--subresource=status".as_ref(), "-f".as_ref(), file.as_os_str()]);
    for resource in ["pods", "services", "nodes", "namespaces"] {
        lab.run(["delete", resource, "-A", "-l", "then=delete", "--wait=false"]);
    }
    Ok(lab)
}

fn objects(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/live/objects/{name}.yaml"))
}
