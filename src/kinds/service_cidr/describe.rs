//! A ServiceCIDR, described.

use crate::describe::meta::labels_and_annotations;
use crate::describe::{About, Describer, Piece, Writer, conditions, date, strong};

use super::This;

impl Describer for This {
    fn write(&self, about: &About<'_>, w: &mut Writer) {
        w.field(0, "Name", strong(about.name()));
        labels_and_annotations(about, w);
        w.field(0, "CIDRs", about.object.at("spec.cidrs").joined(", "));
        let all = about.object.at("status.conditions");
        if all.list().len() == 0 {
            return;
        }
        w.section(0, "Status");
        w.section(0, "Conditions");
        w.headings(2, &["Type", "Status", "LastTransitionTime", "Reason", "Message"]);
        for condition in all.list() {
            let text = |key| Piece::from(condition.key(key).text());
            let since = date(condition.key("lastTransitionTime")).into();
            let status = conditions::status(condition, "");
            w.line(2, [text("type"), status, since, text("reason"), text("message")]);
        }
    }
}
