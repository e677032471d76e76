//! The clusters that the tests of this binary share.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Once, OnceLock};

use anyhow::Result;

use crate::lab::{Lab, Options, build};

/// A cluster in which nothing moves: only an API server, the custom resources of `definitions/`, and the objects of `objects/` in namespace
/// `rich`, with the status they have there. Some wait for ever to be deleted.
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

/// Whoever changes which class is the default one holds this: there is one in a cluster, and tests run side by side.
pub fn default_class() -> &'static tokio::sync::Mutex<()> {
    static ONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    &ONE
}

fn furnish() -> Result<Lab> {
    let lab = Lab::start(&Options::bare())?;
    lab.create("{apiVersion: v1, kind: Namespace, metadata: {name: rich}}")?;
    for file in files("definitions") {
        lab.create(&fs::read_to_string(file)?)?;
    }
    lab.run(["wait", "--for=condition=Established", "crd", "--all", "--timeout=240s"]);
    let mut with_status = Vec::new();
    for file in files("objects") {
        lab.run(["create".as_ref(), "--validate=strict".as_ref(), "-f".as_ref(), file.as_os_str()]);
        let text = fs::read_to_string(&file)?;
        with_status
            .extend(text.split("\n---\n").filter(|o| o.contains("\nstatus:")).map(str::to_owned));
    }
    // Nor do pods come with containers that somebody added to look into them.
    for container in ["looks", "looked"] {
        let into = ["debug", "looked-into", "-n=rich", "--target=a", "--profile=general"];
        let (name, image) = (format!("-c={container}"), format!("--image={container}:1"));
        lab.run([&into[..], &[name.as_str(), image.as_str()]].concat());
    }
    // What becomes of a request for a certificate is no status that could be written.
    lab.run(["certificate", "approve", "approved", "issued"]);
    lab.run(["certificate", "deny", "denied"]);
    let file = lab.folder().join("with-status.yaml");
    fs::write(&file, with_status.join("\n---\n"))?;
    lab.run(["replace".as_ref(), "--subresource=status".as_ref(), "-f".as_ref(), file.as_os_str()]);
    let leaving = "pods,services,nodes,namespaces,jobs,persistentvolumeclaims,persistentvolumes,\
                   resourceclaims";
    lab.run(["delete", leaving, "-A", "-l", "then=delete", "--wait=false"]);
    Ok(lab)
}

/// How many objects of a resource `objects/` has.
pub fn written(group: &str, plural: &str) -> usize {
    let of = |object: &str| {
        let field = |name: &str| object.lines().find_map(|line| line.strip_prefix(name));
        let (version, kind) = (field("apiVersion: ")?, field("kind: ")?);
        let kind = kind.to_lowercase();
        // English, as the API server's names of resources are (apimachinery, `UnsafeGuessKindToResource`; but for gateways).
        let guess = match kind.strip_suffix('y') {
            _ if kind.ends_with("endpoints") => kind,
            _ if kind.ends_with('s') => format!("{kind}es"),
            Some(stem) if !stem.ends_with('a') => format!("{stem}ies"),
            _ => format!("{kind}s"),
        };
        Some(
            (version.rsplit_once('/').map_or("", |(group, _)| group), guess)
                == (group, plural.to_owned()),
        )
    };
    let texts = files("objects").into_iter().map(|file| fs::read_to_string(file).unwrap());
    texts.map(|text| text.split("\n---\n").filter(|o| of(o) == Some(true)).count()).sum()
}

/// Whether a resource is there only where somebody has defined it, as `definitions/` does.
pub fn is_custom(group: &str, plural: &str) -> bool {
    let name = format!("{plural}.{group}");
    files("definitions").iter().any(|file| file.file_stem().is_some_and(|stem| *stem == *name))
}

/// The files of a folder, in the order of their names.
fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live").join(folder);
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Held by who compares everything in the busy lab at one time, and by who writes many objects there one after the other for minutes.
pub fn everything() -> &'static tokio::sync::Mutex<()> {
    static ONLY: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    &ONLY
}
