//! What a Secret holds, in kubectl's words: keys and sizes. No value is written, not even a token, which kubectl would show.

use crate::describe::{About, Describer, Writer, decoded_len, heading, label, meta, muted};
use crate::sheet::Want;

/// Describes a Secret.
pub struct Secret;

impl Describer for Secret {
    fn events(&self, _about: &About<'_>) -> Vec<Want> {
        Vec::new()
    }

    fn write(&self, about: &About<'_>, w: &mut Writer) {
        meta::name_and_namespace(about, w);
        meta::labels_and_annotations(about, w);
        w.blank();
        w.field(0, "Type", about.object.key("type").str());
        w.blank();
        w.line(0, [heading("Data")]);
        w.line(0, [muted("====")]);
        for (key, value) in about.object.key("data").map() {
            let size = format!("{} bytes", decoded_len(value.str()));
            w.line(0, [label(format!("{key}:")), size.into()]);
        }
    }
}
