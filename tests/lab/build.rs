//! Finds the control plane's programs, or builds them once from the Go modules beside this file.
//!
//! In this order: the folder of `KUBEBUILDER_ASSETS`; the cache (`kx-lab/NAME-HASH` in the user's cache folder, the hash
//! being that of the module's files); a build with `go`, about five minutes for Kubernetes on two cores.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::hash::Hasher;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// A Go module under `tests/lab` and the programs that come out of it.
struct Module {
    name: &'static str,
    packages: &'static [(&'static str, &'static str)],
    ldflags: &'static str,
}

const MODULES: [Module; 6] = [
    Module { name: "etcd", packages: &[("etcd", "go.etcd.io/etcd/server/v3")], ldflags: "-s -w" },
    Module {
        name: "kubernetes",
        packages: &[
            ("kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver"),
            ("kube-controller-manager", "k8s.io/kubernetes/cmd/kube-controller-manager"),
            ("kube-scheduler", "k8s.io/kubernetes/cmd/kube-scheduler"),
            ("kubectl", "k8s.io/kubernetes/cmd/kubectl"),
        ],
        // The version has to be told: an ordinary build of the module calls itself v0.0.0-master.
        ldflags: "-s -w -X k8s.io/component-base/version.gitVersion=v1.36.3 \
                  -X k8s.io/component-base/version.gitMajor=1 \
                  -X k8s.io/component-base/version.gitMinor=36 \
                  -X k8s.io/client-go/pkg/version.gitVersion=v1.36.3",
    },
    Module { name: "kwok", packages: &[("kwok", "sigs.k8s.io/kwok/cmd/kwok")], ldflags: "-s -w" },
    Module {
        name: "aggregated",
        packages: &[("sample-apiserver", "k8s.io/sample-apiserver")],
        ldflags: "-s -w",
    },
    // Of the libraries of Kubernetes it has the versions that kubectl above is built with, so that most of it is compiled already.
    Module {
        name: "helm",
        packages: &[("helm", "helm.sh/helm/v3/cmd/helm")],
        ldflags: "-s -w -X helm.sh/helm/v3/internal/version.version=v3.22.0",
    },
    Module { name: "fill", packages: &[("fill", ".")], ldflags: "-s -w" },
];

/// The folder of this file and of the modules.
pub fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lab")
}

/// The path of a program (`etcd`, `kube-apiserver`, …), built now if need be.
///
/// Errors: no such program; neither assets nor Go; the build failed. Each says what to install.
pub fn program(name: &str) -> Result<PathBuf> {
    if let Some(assets) = env::var_os("KUBEBUILDER_ASSETS") {
        let path = Path::new(&assets).join(name);
        if path.is_file() {
            return Ok(path);
        }
    }
    let module = MODULES
        .iter()
        .find(|module| module.packages.iter().any(|(program, _)| *program == name))
        .with_context(|| format!("the lab knows no program called {name}"))?;
    let bin = cache()?.join(format!("{}-{:016x}", module.name, fingerprint(module)?));
    let path = bin.join(name);
    if !path.is_file() {
        build(module, &bin)?;
    }
    Ok(path)
}

/// Builds every program that is not there yet.
pub fn all() -> Result<()> {
    for module in &MODULES {
        for (name, _) in module.packages {
            program(name)?;
        }
    }
    Ok(())
}

/// Where the built programs are kept.
pub fn cache() -> Result<PathBuf> {
    let dirs = directories::BaseDirs::new().context("no home folder to keep the lab's programs")?;
    Ok(dirs.cache_dir().join("kx-lab"))
}

/// Changes whenever what is built, or how, changes.
fn fingerprint(module: &Module) -> Result<u64> {
    let mut files: Vec<_> = fs::read_dir(source().join(module.name))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<_>>()?;
    files.retain(|file| {
        let name = file.file_name().and_then(OsStr::to_str).unwrap_or_default();
        matches!(name, "go.mod" | "go.sum") || file.extension() == Some(OsStr::new("go"))
    });
    files.sort();
    let mut hash = rustc_hash::FxHasher::default();
    hash.write(module.ldflags.as_bytes());
    for file in files {
        hash.write(&fs::read(file)?);
    }
    Ok(hash.finish())
}

fn build(module: &Module, bin: &Path) -> Result<()> {
    let cache = cache()?;
    fs::create_dir_all(&cache).with_context(|| format!("cannot create {}", cache.display()))?;
    let lock = File::create(cache.join(format!("{}.lock", module.name)))?;
    lock.lock()?;
    let there = |bin: &Path| module.packages.iter().all(|(name, _)| bin.join(name).is_file());
    if there(bin) {
        return Ok(()); // somebody else built it while we waited for the lock
    }
    // Straight to stderr: the test harness would swallow `eprintln!`, and this takes minutes.
    let _ = writeln!(
        std::io::stderr(),
        "lab: building {} with go, once, into {}",
        module.name,
        bin.display()
    );
    let unfinished = bin.with_extension("unfinished");
    let _ = fs::remove_dir_all(&unfinished);
    fs::create_dir_all(&unfinished)?;
    for (name, package) in module.packages {
        compile(module, name, package, &unfinished)?;
    }
    let _ = fs::remove_dir_all(bin);
    fs::rename(&unfinished, bin)
        .with_context(|| format!("cannot move {} into place", unfinished.display()))?;
    let _ = writeln!(std::io::stderr(), "lab: {} is built", module.name);
    Ok(())
}

fn compile(module: &Module, name: &str, package: &str, into: &Path) -> Result<()> {
    let output = Command::new("go")
        .current_dir(source().join(module.name))
        .env("CGO_ENABLED", "0")
        .env("GOFLAGS", "-mod=readonly -trimpath -buildvcs=false")
        .args(["build", "-ldflags", module.ldflags, "-o"])
        .arg(into.join(name))
        .arg(package)
        .stdin(Stdio::null())
        .output();
    let output = match output {
        Ok(output) => output,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => bail!(
            "the live tests need a Kubernetes control plane, and there is neither Go to build it \
             nor {name} in KUBEBUILDER_ASSETS.\nInstall Go 1.26 or later (https://go.dev/dl), or \
             set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver, kubectl, \
             kube-controller-manager, kube-scheduler, kwok, sample-apiserver and helm."
        ),
        Err(error) => return Err(error).context("cannot run go"),
    };
    if !output.status.success() {
        bail!(
            "go could not build {name} for the lab (it needs Go 1.26 or later and the module proxy):\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}
