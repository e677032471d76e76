//! `DeviceClasses`: kinds of devices that claims can ask for.

use crate::wire::{Meta, ObjectMeta};

use super::{Cell, Col, Info, Kind};

/// This file's kind, for the registry.
pub struct This;

type C = Col<DeviceClass>;

/// The group of devices: their classes, slices and claims.
pub(super) const GROUP: &str = "resource.k8s.io";

crate::message! {
    /// `resource.k8s.io/v1 DeviceClass`.
    pub struct DeviceClass {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: ClassSpec,
    }

    /// `resource.k8s.io/v1 DeviceClassSpec`.
    pub struct ClassSpec {
        #[prost(message, repeated, tag = "1")]
        selectors: Vec<Selector>,
        #[prost(string, tag = "4")]
        extended_resource_name: String,
    }

    /// `resource.k8s.io/v1 DeviceSelector`.
    pub struct Selector {
        #[prost(message, optional, tag = "1")]
        cel: Option<Cel>,
    }

    /// `resource.k8s.io/v1 CELDeviceSelector`.
    pub struct Cel {
        #[prost(string, tag = "1")]
        expression: String,
    }
}

impl Meta for DeviceClass {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = DeviceClass;
    const INFO: Info = Info::new(GROUP, "v1", "deviceclasses");
    const DOC: &'static str = "Kinds of devices that claims can ask for";

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::age(),
        C::text("SELECTS", |c, _| {
            let cel = c.spec.selectors.iter().filter_map(|s| s.cel.as_ref());
            // A cell is one line, an expression may be several.
            let all: Vec<_> = cel
                .map(|cel| cel.expression.split_whitespace().collect::<Vec<_>>().join(" "))
                .collect();
            Cell::own_or_none(&all.join(" && "))
        })
        .own()
        .status()
        .doc("what must be true of a device of this class"),
        C::text("EXTENDED RESOURCE", |c, _| Cell::own_or_none(&c.spec.extended_resource_name))
            .own()
            .doc("the resource by which containers may ask for it too"),
    ];
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_device_class_reads_as_kubectl_prints_it() {
        let class = rows::<This>(
            "
metadata: {name: gpu.example.com, creationTimestamp: 2026-01-13T12:00:00Z}
spec:
  extendedResourceName: example.com/gpu
  selectors: [{cel: {expression: \"device.driver ==\\n  'gpu.example.com'\"}}, {cel: {expression: 'true'}}]
",
        );
        assert_eq!(class.wide(), "NAME | AGE\ngpu.example.com | 2d");
        assert_eq!(
            class.own(),
            "SELECTS | EXTENDED RESOURCE\ndevice.driver == 'gpu.example.com' && true | example.com/gpu"
        );
        class.survive_damage();
        let all = rows::<This>("{metadata: {name: c}}");
        assert_eq!(all.own().lines().nth(1), Some("<none> | <none>"));
    }
}
