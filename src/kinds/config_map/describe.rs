//! What a ConfigMap holds, in kubectl's words.

use crate::describe::{About, Describer, Writer, decoded_len, heading, meta, muted};

/// Describes a ConfigMap.
pub struct Config;

impl Describer for Config {
    fn write(&self, about: &About<'_>, w: &mut Writer) {
        meta::name_and_namespace(about, w);
        meta::labels_and_annotations(about, w);
        w.blank();
        title("Data", w);
        for (key, value) in about.object.key("data").map() {
            w.line(0, [heading(format!("{key}:"))]);
            w.line(0, [muted("----")]);
            w.line(0, [value.text().into()]);
            w.blank();
        }
        w.blank();
        title("BinaryData", w);
        for (key, value) in about.object.key("binaryData").map() {
            w.line(0, [format!("{key}: {} bytes", decoded_len(value.str())).into()]);
        }
        w.blank();
    }
}

fn title(text: &str, w: &mut Writer) {
    w.line(0, [heading(text)]);
    w.line(0, [muted("====")]);
}
