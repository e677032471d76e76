//! PriorityClasses: which pods come before which.

mod describe;

use crate::describe::Describer;
use crate::wire::{Meta, ObjectMeta};

use super::{Cell, Col, Info, Kind, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<PriorityClass>;

crate::message! {
    /// `scheduling.k8s.io/v1 PriorityClass`.
    pub struct PriorityClass {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(int32, tag = "2")]
        value: i32,
        #[prost(bool, tag = "3")]
        global_default: bool,
        #[prost(string, tag = "4")]
        description: String,
        #[prost(string, tag = "5")]
        preemption_policy: String,
    }
}

impl Meta for PriorityClass {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = PriorityClass;
    const INFO: Info = Info::new("scheduling.k8s.io", "v1", "priorityclasses");
    const DOC: &'static str = "Which pods are scheduled before others, and may push them out";

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::number("VALUE", |c, _| Cell::Int(c.value.into())).status(),
        C::text("GLOBAL-DEFAULT", |c, i| text::bool(c.global_default, i))
            .priority(150)
            .doc("whether pods have it that name none"),
        C::age(),
        C::text("PREEMPTIONPOLICY", |c, i| Cell::shared(&c.preemption_policy, i))
            .priority(120)
            .doc("whether its pods may push out others"),
        C::text("DESCRIPTION", |c, _| Cell::own_or_none(c.description.trim()))
            .own_wide(),
    ];
    const DESCRIBE: Option<&'static dyn Describer> = Some(&describe::Class);
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;
    use crate::store::Health;

    #[test]
    fn a_class_reads_as_kubectl_prints_it() {
        let class = rows::<This>(
            "
metadata: {name: high, creationTimestamp: 2026-01-13T12:00:00Z}
value: 1000000
globalDefault: true
preemptionPolicy: Never
description: for what must run
",
        );
        assert_eq!(
            class.wide(),
            "NAME | VALUE | GLOBAL-DEFAULT | AGE | PREEMPTIONPOLICY\nhigh | 1000000 | true | 2d | Never"
        );
        assert_eq!(class.own(), "DESCRIPTION\nfor what must run");
        assert_eq!(class.health(), Health::Idle);
        class.survive_damage();
        let bare = rows::<This>("{metadata: {name: c}, value: -5}");
        assert_eq!(bare.wide().lines().nth(1), Some("c | -5 | false | <unknown> | "));
    }
}
