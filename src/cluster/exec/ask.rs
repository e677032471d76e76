//! What is asked of the server for a session: `PodExecOptions` and `PodAttachOptions` (core/v1), as a query.

use form_urlencoded::Serializer;

use crate::session::Place;

/// What a session is asked for with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Where.
    pub place: Place,
    /// What is run; `None` attaches to what runs there.
    pub command: Option<Vec<String>>,
    /// Whether it gets an input.
    pub stdin: bool,
    /// Whether it gets a terminal: its errors come with its output then.
    pub tty: bool,
}

impl Ask {
    /// Its path with its query.
    pub fn path(&self) -> String {
        let Place { namespace, pod, container } = &self.place;
        let subresource = if self.command.is_some() { "exec" } else { "attach" };
        let mut query = Serializer::new(String::new());
        for word in self.command.iter().flatten() {
            query.append_pair("command", word);
        }
        query.append_pair("container", container);
        query.append_pair("stdout", "true");
        for (name, on) in [("stdin", self.stdin), ("stderr", !self.tty), ("tty", self.tty)] {
            if on {
                query.append_pair(name, "true");
            }
        }
        let query = query.finish();
        format!("/api/v1/namespaces/{namespace}/pods/{pod}/{subresource}?{query}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_holds_every_word_as_it_is() {
        let place =
            Place { namespace: "shop".into(), pod: "web-0".into(), container: "main".into() };
        let command = ["sh", "-c", "echo a&b +c"].map(str::to_owned).to_vec();
        let ask = Ask { place, command: Some(command), stdin: true, tty: true };
        assert_eq!(
            ask.path(),
            "/api/v1/namespaces/shop/pods/web-0/exec?command=sh&command=-c&command=echo+a%26b+%2Bc&container=main&stdout=true&stdin=true&tty=true"
        );
        let ask = Ask { command: None, stdin: false, tty: false, ..ask };
        assert_eq!(
            ask.path(),
            "/api/v1/namespaces/shop/pods/web-0/attach?container=main&stdout=true&stderr=true"
        );
    }
}
