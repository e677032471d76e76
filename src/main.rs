//! kx: a terminal explorer for Kubernetes clusters. All of it is in the library; see its map.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    kx::cli::main()
}
