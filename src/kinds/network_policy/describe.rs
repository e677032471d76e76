//! A `NetworkPolicy`, described in sentences.

use crate::describe::meta::{labels_and_annotations, name_and_namespace, selector_or_none};
use crate::describe::{About, Describer, Field, Piece, Writer, label, moment, muted, or};
use crate::sheet::Want;

use super::This;

impl Describer for This {
    /// Nobody has anything to say of it.
    fn events(&self, _about: &About<'_>) -> Vec<Want> {
        Vec::new()
    }

    fn write(&self, about: &About<'_>, w: &mut Writer) {
        let spec = about.object.key("spec");
        name_and_namespace(about, w);
        w.field(0, "Created on", moment(about.object.at("metadata.creationTimestamp")));
        labels_and_annotations(about, w);
        w.section(0, "Spec");
        let selector = spec.key("podSelector");
        // The word after the colon stands where kubectl's indent of it leads to.
        let title = label("PodSelector:     ");
        let everybody = " (Allowing the specific traffic to all pods in this namespace)";
        if selector.key("matchLabels").has_any() || selector.key("matchExpressions").has_any() {
            w.line(2, [title.and(selector_or_none(selector))]);
        } else {
            w.line(2, [title.and(muted("<none>")).and(everybody)]);
        }
        let types = spec.key("policyTypes").strs();
        for (kind, word, key, peers) in [
            ("Ingress", "ingress", "ingress", Peers::FROM),
            ("Egress", "egress", "egress", Peers::TO),
        ] {
            if types.contains(&kind) {
                w.section(2, &format!("Allowing {word} traffic"));
                rules(spec.key(key), word, peers, w);
            } else {
                w.line(2, [Piece::from(format!("Not affecting {word} traffic"))]);
            }
        }
        w.line(2, [label("Policy Types: ").and(or(types.join(", "), "<none>"))]);
    }
}

/// Whom a rule is about, in one direction.
#[derive(Clone, Copy)]
struct Peers {
    key: &'static str,
    title: &'static str,
    anybody: &'static str,
}

impl Peers {
    const FROM: Self =
        Self { key: "from", title: "From", anybody: "traffic not restricted by source" };
    const TO: Self =
        Self { key: "to", title: "To", anybody: "traffic not restricted by destination" };
}

fn rules(rules: Field<'_>, word: &str, peers: Peers, w: &mut Writer) {
    if !rules.has_any() {
        let text = format!(" (Selected pods are isolated for {word} connectivity)");
        w.line(4, [muted("<none>").and(text)]);
        return;
    }
    for (n, rule) in rules.list().enumerate() {
        if n > 0 {
            w.line(4, [muted("----------")]);
        }
        if !rule.key("ports").has_any() {
            w.line(4, [label("To Port:").and(" <any> (traffic allowed to all ports)")]);
        }
        for port in rule.key("ports").list() {
            let protocol = port.key("protocol").str_or("TCP");
            let first = port.key("port").nested();
            match port.key("endPort").opt_int() {
                None => w.line(4, [label("To Port:").and(format!(" {first}/{protocol}"))]),
                Some(last) => w.line(
                    4,
                    [label("To Port Range:").and(format!(" {first}-{last}/{protocol}"))],
                ),
            };
        }
        if !rule.key(peers.key).has_any() {
            let text = format!(" <any> ({})", peers.anybody);
            w.line(4, [label(format!("{}:", peers.title)).and(text)]);
        }
        for peer in rule.key(peers.key).list() {
            w.section(4, peers.title);
            write_peer(peer, w);
        }
    }
}

fn write_peer(peer: Field<'_>, w: &mut Writer) {
    let (pods, namespaces) = (peer.key("podSelector"), peer.key("namespaceSelector"));
    for (title, selector) in [("NamespaceSelector: ", namespaces), ("PodSelector: ", pods)] {
        if selector.is_some() {
            w.line(6, [label(title).and(selector_or_none(selector))]);
        }
    }
    let block = peer.key("ipBlock");
    if !pods.is_some() && !namespaces.is_some() && block.is_some() {
        w.section(6, "IPBlock");
        w.line(8, [label("CIDR: ").and(block.key("cidr").text())]);
        w.line(8, [label("Except: ").and(block.key("except").joined(", "))]);
    }
}
