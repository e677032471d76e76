//! How a session ended.

use serde_json::Value;

/// How a session ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// What ran there ended by itself, with this exit code.
    Code(i32),
    /// It could not be run, or broke there: the server's words.
    Failed(String),
    /// The person left; what ran there may go on.
    Left,
    /// The connection broke: why.
    Cut(String),
    /// None of these shells is there.
    NoShell(Vec<String>),
}

impl Ended {
    /// What the `Status` on the error channel says (apimachinery, `pkg/util/remotecommand`; client-go, `tools/remotecommand/v4.go`); `None` where
    /// it is no (whole) Status.
    pub fn of_status(bytes: &[u8]) -> Option<Self> {
        let status: Value = serde_json::from_slice(bytes).ok()?;
        match status["status"].as_str()? {
            "Success" => Some(Self::Code(0)),
            _ => {
                let causes = status["details"]["causes"].as_array().into_iter().flatten();
                let code = causes.into_iter().find(|cause| cause["reason"] == "ExitCode");
                let code = code.and_then(|cause| cause["message"].as_str()?.parse().ok());
                if let Some(code) = code.filter(|_| status["reason"] == "NonZeroExitCode") {
                    return Some(Self::Code(code));
                }
                let message =
                    status["message"].as_str().unwrap_or("it failed, and nothing is said of why");
                Some(Self::Failed(message.to_owned()))
            }
        }
    }

    /// Whether it says that there is no such program: the words are those of the container runtimes and of Go's `os/exec`.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Failed(why) if says_missing(why))
    }
}

/// Whether a text says that there is no such program.
pub fn says_missing(text: &str) -> bool {
    ["executable file not found", "no such file or directory"]
        .iter()
        .any(|words| text.contains(words))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn exit_codes_and_failures_are_told_apart() {
        let of = |text: &str| Ended::of_status(text.as_bytes());
        assert_eq!(of(r#"{"metadata":{},"status":"Success"}"#), Some(Ended::Code(0)));
        let failed = r#"{"status":"Failure","reason":"NonZeroExitCode","message":"command terminated with exit code 3","details":{"causes":[{"reason":"ExitCode","message":"3"}]}}"#;
        assert_eq!(of(failed), Some(Ended::Code(3)));
        let missing = r#"{"status":"Failure","reason":"InternalError","code":500,"message":"exec: \"bash\": executable file not found in $PATH: unknown"}"#;
        assert!(of(missing).unwrap().is_missing());
        assert!(!of(failed).unwrap().is_missing());
        assert_eq!(of(r#"{"status":"Fail"#), None);
        assert_eq!(of("[]"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_status_or_none(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Ended::of_status(&bytes);
        }
    }
}
