//! The demo cluster alone, for other clients: `cargo run --example demo -- [ADDR] [PODS]`; prints its kubeconfig.

use std::error::Error;

use kx::demo::{Options, start};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut options = Options::default();
    let mut arguments = std::env::args().skip(1);
    if let Some(addr) = arguments.next() {
        options.addr = addr.parse()?;
    }
    if let Some(pods) = arguments.next() {
        options.pods = pods.parse()?;
    }
    let demo = start(options).await?;
    std::io::Write::write_all(&mut std::io::stdout(), demo.kubeconfig().as_bytes())?;
    tokio::signal::ctrl_c().await?;
    demo.stop().await;
    Ok(())
}
