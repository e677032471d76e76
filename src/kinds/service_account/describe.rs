//! What a `ServiceAccount` says of itself, in kubectl's words.

use crate::describe::{About, Describer, Writer, meta};

/// Describes an account.
pub struct Account;

impl Describer for Account {
    fn write(&self, about: &About<'_>, w: &mut Writer) {
        meta::name_and_namespace(about, w);
        meta::labels_and_annotations(about, w);
        let secrets = about.object.key("imagePullSecrets");
        if !secrets.has_any() {
            w.field(0, "Image pull secrets", "<none>");
        }
        for (n, secret) in secrets.list().enumerate() {
            let name = secret.key("name").str();
            let go = about.beside("", "secrets", name);
            if n == 0 { w.field(0, "Image pull secrets", name) } else { w.more(name) }.go(go);
        }
    }
}
