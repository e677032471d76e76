//! An EndpointSlice, described.

use crate::describe::meta::{labels_and_annotations, name_and_namespace};
use crate::describe::{About, Describer, Field, Piece, Writer, label, muted, or, strong, toned};
use crate::store::Health;

use super::This;

impl Describer for This {
    fn write(&self, about: &About<'_>, w: &mut Writer) {
        let slice = about.object;
        name_and_namespace(about, w);
        labels_and_annotations(about, w);
        w.field(0, "AddressType", slice.key("addressType").text());
        if slice.key("ports").has_any() {
            w.section(0, "Ports");
            w.headings(2, &["Name", "Port", "Protocol"]);
            for port in slice.key("ports").list() {
                let number = port.key("port").opt_int().map_or("<unset>".into(), Piece::from);
                let name = or(port.key("name").text(), "<unset>");
                w.line(2, [name, number, port.key("protocol").text().into()]);
            }
        } else {
            w.line(0, [label("Ports:").and(muted(" <unset>"))]);
        }
        if slice.key("endpoints").has_any() {
            w.section(0, "Endpoints");
            slice.key("endpoints").list().for_each(|it| endpoint(about, it, w));
        } else {
            w.line(0, [label("Endpoints:").and(muted(" <none>"))]);
        }
    }
}

fn endpoint(about: &About<'_>, endpoint: Field<'_>, w: &mut Writer) {
    let addresses = endpoint.key("addresses").joined(", ");
    let addresses = if addresses.is_empty() { muted("<none>") } else { strong(addresses) };
    w.line(2, [label("- Addresses:"), addresses]);
    w.section(4, "Conditions");
    let ready = match endpoint.at("conditions.ready").opt_flag() {
        Some(true) => toned("true", Health::Ok),
        Some(false) => toned("false", Health::Warning),
        None => muted("<unset>"),
    };
    w.field(6, "Ready", ready);
    w.field(4, "Hostname", or_unset(endpoint.key("hostname")));
    let target = endpoint.key("targetRef");
    if target.is_some() {
        let (kind, name) = (target.key("kind").str(), target.key("name").str());
        let namespace = target.key("namespace").str_or(about.namespace());
        let go = about.to("", kind, namespace, name);
        w.field(4, "TargetRef", format!("{kind}/{name}")).go(go);
    }
    let node = endpoint.key("nodeName");
    w.field(4, "NodeName", or_unset(node)).go(about.to("", "nodes", "", node.str()));
    w.field(4, "Zone", or_unset(endpoint.key("zone")));
}

fn or_unset(field: Field<'_>) -> Piece {
    if field.is_some() { field.text().into() } else { muted("<unset>") }
}
