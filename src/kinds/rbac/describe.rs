//! What roles and bindings say of themselves, in a namespace or in the cluster, in kubectl's words.

use crate::describe::{About, Describer, Piece, Writer, meta, muted, strong};
use crate::sheet::Want;

use super::GROUP;
use super::rules::rules;

/// Describes a Role or a `ClusterRole`.
pub struct Role;

/// Describes a `RoleBinding` or a `ClusterRoleBinding`.
pub struct Binding;

impl Describer for Role {
    fn events(&self, _about: &About<'_>) -> Vec<Want> {
        Vec::new()
    }

    fn write(&self, about: &About<'_>, w: &mut Writer) {
        w.field(0, "Name", strong(about.name()));
        meta::labels_and_annotations(about, w);
        w.section(0, "PolicyRule");
        w.headings(2, &["Resources", "Non-Resource URLs", "Resource Names", "Verbs"]);
        let (rules, cut) = rules(about.object.key("rules"));
        for rule in rules {
            w.line(2, [rule.resource, rule.urls, rule.names, rule.verbs].map(Piece::from));
        }
        if cut {
            w.line(2, [muted("… and more: these rules allow more than fits here")]);
        }
    }
}

impl Describer for Binding {
    fn events(&self, _about: &About<'_>) -> Vec<Want> {
        Vec::new()
    }

    fn write(&self, about: &About<'_>, w: &mut Writer) {
        w.field(0, "Name", strong(about.name()));
        meta::labels_and_annotations(about, w);
        let role = about.object.key("roleRef");
        let (kind, name) = (role.key("kind").str(), role.key("name").str());
        w.section(0, "Role");
        w.field(2, "Kind", kind);
        w.field(2, "Name", name).go(about.beside(GROUP, kind, name));
        w.section(0, "Subjects");
        w.headings(2, &["Kind", "Name", "Namespace"]);
        for subject in about.object.key("subjects").list() {
            let [kind, name, namespace] =
                ["kind", "name", "namespace"].map(|f| subject.key(f).str());
            // Users and groups are no objects.
            let account = if kind == "ServiceAccount" { name } else { "" };
            w.line(2, [kind, name, namespace].map(Piece::from)).go(about.to(
                "",
                "serviceaccounts",
                namespace,
                account,
            ));
        }
    }
}
