//! kx: a terminal explorer for Kubernetes clusters.

fn main() {}
