//! The endpoints behind a service, in short.

use super::field::Field;
use super::probe::host_and_port;

/// How many are named.
const NAMED: usize = 3;

/// The first three ready endpoints of a port, and how many more there are (kubectl's `formatEndpointSlices`); of slices without ports, all.
pub fn in_short(slices: &[Field<'_>], port_name: &str) -> String {
    if slices.is_empty() {
        return "<none>".to_owned();
    }
    let mut named = Vec::new();
    let mut count = 0_usize;
    // An endpoint after the third makes it a cut list, whether that one is ready or not.
    let mut cut = false;
    for slice in slices {
        let ports: Vec<_> = slice.key("ports").list().collect();
        let none = [Field::default()];
        let ports = if ports.is_empty() { &none[..] } else { &ports[..] };
        for port in ports {
            if port.is_some() && port.key("name").str() != port_name {
                continue;
            }
            for endpoint in slice.key("endpoints").list() {
                cut |= named.len() == NAMED;
                if endpoint.at("conditions.ready").opt_flag() == Some(false) {
                    continue;
                }
                count += 1;
                if !cut {
                    let address = endpoint.key("addresses").list().next().unwrap_or_default().str();
                    let number = port.key("port").opt_int().map(|n| n.to_string());
                    named.push(host_and_port(address, &number.unwrap_or_default()));
                }
            }
        }
    }
    let text = named.join(",");
    if cut { format!("{text} + {} more...", count.saturating_sub(NAMED)) } else { text }
}
