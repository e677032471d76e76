//! Debugging, as `kubectl debug` does it (kubectl, `pkg/cmd/debug`, 1.36): a container added to a pod, a pod on a node, a copy of a pod.

mod copy;
mod ephemeral;
mod form;
mod node;
mod profile;
mod spec;

use super::need::{GET, Need};
use super::{Does, Of, Offer};
use form::Debugging;

/// The image that is offered where nobody set another: small, and with a shell.
pub(super) const IMAGE: &str = "busybox";

/// A container in a pod, or a pod on a node.
pub(super) const OFFER: Offer = Offer {
    action: "debug",
    of: Of::Kinds,
    needs: |resource| {
        // In which namespace a node's pod is made is chosen in the form.
        let of_pod = (!resource.is("", "nodes")).then(|| Need::sub("patch", "ephemeralcontainers"));
        std::iter::once(GET).chain(of_pod).collect()
    },
    does: Does::Asks(|targets| {
        let on_node = targets.first().is_some_and(|target| target.resource.is("", "nodes"));
        let ask = if on_node { &node::ASK } else { &ephemeral::ASK };
        Debugging::proposal(targets, ask)
    }),
};

/// A copy of a pod.
pub(super) const COPY: Offer = Offer {
    action: "debug-copy",
    of: Of::Kinds,
    needs: |_| vec![GET, Need::another()],
    does: Does::Asks(|targets| Debugging::proposal(targets, &copy::ASK)),
};
