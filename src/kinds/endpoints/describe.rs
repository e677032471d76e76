//! Endpoints, described.

use crate::describe::meta::{labels_and_annotations, name_and_namespace};
use crate::describe::{About, Describer, Field, Writer, or};

use super::This;

impl Describer for This {
    fn write(&self, about: &About<'_>, w: &mut Writer) {
        name_and_namespace(about, w);
        labels_and_annotations(about, w);
        w.section(0, "Subsets");
        for subset in about.object.key("subsets").list() {
            w.field(2, "Addresses", or(ips(subset.key("addresses")), "<none>"));
            w.field(2, "NotReadyAddresses", or(ips(subset.key("notReadyAddresses")), "<none>"));
            let ports = subset.key("ports");
            if ports.list().len() > 0 {
                w.section(2, "Ports");
                w.headings(4, &["Name", "Port", "Protocol"]);
            }
            for port in ports.list() {
                let name = or(port.key("name").text(), "<unset>");
                let number = port.key("port").int();
                w.line(4, [name, number.into(), port.key("protocol").into()]);
            }
            w.blank();
        }
    }
}

fn ips(addresses: Field<'_>) -> String {
    addresses.list().map(|address| address.key("ip").str()).collect::<Vec<_>>().join(",")
}
