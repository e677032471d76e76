//! Starts a lab and keeps it until Ctrl-C or the end of stdin: `cargo run --example lab -- --help`.

#[path = "mod.rs"]
mod lab;

use std::fs;
use std::io::{self, Read, Write};
use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;

use lab::{Lab, Options, build, users};

/// A real Kubernetes control plane on this machine, to try kx on.
#[derive(Parser)]
struct Arguments {
    /// Write this many running pods straight into etcd (implies --no-controllers)
    #[arg(long, default_value_t = 0)]
    pods: usize,
    /// Nodes of the cluster, or of those pods
    #[arg(long)]
    nodes: Option<usize>,
    /// Namespaces of those pods
    #[arg(long, default_value_t = 50)]
    namespaces: usize,
    /// Only etcd and the API server
    #[arg(long)]
    no_controllers: bool,
    /// Create some workloads to look at
    #[arg(long)]
    world: bool,
    /// Run an aggregated API server too (flunders and fischers)
    #[arg(long)]
    aggregated: bool,
    /// Copy the kubeconfig to this file as well
    #[arg(long)]
    kubeconfig: Option<PathBuf>,
    /// Build the programs, say where they are, and end
    #[arg(long)]
    build: bool,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let mut out = io::stdout();
    build::all()?;
    if arguments.build {
        for name in ["etcd", "kube-apiserver", "kubectl", "kwok", "fill"] {
            writeln!(out, "{}", build::program(name)?.display())?;
        }
        return Ok(());
    }
    let mut options = if arguments.no_controllers || arguments.pods > 0 {
        Options::bare()
    } else {
        Options::default()
    };
    if options.kwok {
        options.nodes = arguments.nodes.unwrap_or(options.nodes);
    }
    options.aggregated = arguments.aggregated;
    let lab = Lab::start(&options)?;
    if arguments.pods > 0 {
        lab.fill(0, arguments.pods, arguments.nodes.unwrap_or(200), arguments.namespaces)?;
    }
    if arguments.world {
        lab.create(&fs::read_to_string(build::source().join("crds.yaml"))?)?;
        lab.run(["wait", "--for=condition=Established", "crd", "--all", "--timeout=240s"]);
        lab.create(&fs::read_to_string(build::source().join("world.yaml"))?)?;
    }
    let kubeconfig = lab.kubeconfig("admin");
    if let Some(copy) = &arguments.kubeconfig {
        fs::copy(&kubeconfig, copy)?;
    }
    writeln!(out, "export KUBECONFIG={}\n\nContexts (kubectl --context …):", kubeconfig.display())?;
    for user in &users::USERS {
        writeln!(out, "  {:12} {}", users::context(user.name), user.about)?;
    }
    writeln!(out, "  {:12} like lab, by certificate", users::context(users::CERT_ADMIN))?;
    writeln!(out, "\nServers' logs are in {}. Ctrl-C ends it all.", lab.folder().display())?;
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
