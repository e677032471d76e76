//! A Service, described; with the endpoints behind each port.

use crate::describe::meta::{labels_and_annotations, name_and_namespace, set};
use crate::describe::{About, Describer, Field, Piece, Writer, endpoints, label, or};
use crate::sheet::{Go, Want};

use super::This;

impl Describer for This {
    fn wants(&self, about: &About<'_>) -> Vec<Want> {
        vec![want_slices(about)]
    }

    fn write(&self, about: &About<'_>, w: &mut Writer) {
        let (spec, status) = (about.object.key("spec"), about.object.key("status"));
        name_and_namespace(about, w);
        labels_and_annotations(about, w);
        let selector = set(spec.key("selector"));
        let pods = format!("pods {} -l {selector}", about.namespace());
        let go = (!selector.is_empty()).then_some(Go::Command(pods));
        w.field(0, "Selector", or(selector, "<none>")).go(go);
        w.field(0, "Type", spec.key("type").text());
        if spec.key("ipFamilyPolicy").is_some() {
            w.field(0, "IP Family Policy", spec.key("ipFamilyPolicy").text());
        }
        w.field(0, "IP Families", or(spec.key("ipFamilies").joined(","), "<none>"));
        w.field(0, "IP", spec.key("clusterIP").text());
        w.field(0, "IPs", or(spec.key("clusterIPs").joined(","), "<none>"));
        for (title, text) in [
            ("External IPs", spec.key("externalIPs").joined(",")),
            ("Desired LoadBalancer IP", spec.key("loadBalancerIP").text().into_owned()),
            ("External Name", spec.key("externalName").text().into_owned()),
            ("LoadBalancer Ingress", ingress(status.at("loadBalancer.ingress"))),
        ] {
            if !text.is_empty() {
                w.field(0, title, text);
            }
        }
        ports(about, spec.key("ports"), w);
        traffic(spec, w);
    }
}

fn want_slices(about: &About<'_>) -> Want {
    let labels = format!("kubernetes.io/service-name={}", about.name());
    about.want_objects("discovery.k8s.io", "endpointslices", &labels)
}

/// What a load balancer is reached by.
fn ingress(addresses: Field<'_>) -> String {
    let one = |address: Field<'_>| {
        let ip = address.key("ip").str();
        match address.key("ipMode").str() {
            _ if ip.is_empty() => address.key("hostname").str().to_owned(),
            "" => ip.to_owned(),
            mode => format!("{ip} ({mode})"),
        }
    };
    addresses.list().map(one).collect::<Vec<_>>().join(", ")
}

fn ports(about: &About<'_>, ports: Field<'_>, w: &mut Writer) {
    let slices = about.objects(&want_slices(about));
    for port in ports.list() {
        let name = port.key("name").str();
        let protocol = port.key("protocol").str();
        let numbered = |title: &str, key: &str, w: &mut Writer| {
            let number = Piece::from(format!("{}/{protocol}", port.key(key).int()));
            w.line(0, [label(format!("{title}:")), or(name, "<unset>"), number]);
        };
        numbered("Port", "port", w);
        let target = port.key("targetPort");
        let target = if target.is_some() { target.text() } else { "0".into() };
        w.field(0, "TargetPort", format!("{target}/{protocol}"));
        if port.key("appProtocol").is_some() {
            w.field(0, "AppProtocol", port.key("appProtocol").text());
        }
        if port.key("nodePort").int() != 0 {
            numbered("NodePort", "nodePort", w);
        }
        let go = Go::Command(format!(
            "endpointslices {} -l kubernetes.io/service-name={}",
            about.namespace(),
            about.name()
        ));
        let text = match &slices {
            Ok(slices) => Piece::from(endpoints::in_short(slices, name)),
            Err(instead) => instead.clone(),
        };
        w.field(0, "Endpoints", text).go(Some(go));
    }
}

fn traffic(spec: Field<'_>, w: &mut Writer) {
    w.field(0, "Session Affinity", spec.key("sessionAffinity").text());
    for (title, key) in [
        ("External Traffic Policy", "externalTrafficPolicy"),
        ("Internal Traffic Policy", "internalTrafficPolicy"),
        ("HealthCheck NodePort", "healthCheckNodePort"),
    ] {
        if spec.key(key).has_any() && spec.key(key).opt_int() != Some(0) {
            w.field(0, title, spec.key(key));
        }
    }
    let ranges = spec.key("loadBalancerSourceRanges");
    if ranges.has_any() {
        w.field(0, "LoadBalancer Source Ranges", ranges.joined(","));
    }
    if spec.key("trafficDistribution").is_some() {
        w.field(0, "Traffic Distribution", spec.key("trafficDistribution").text());
    }
}
