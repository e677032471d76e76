//! The cluster's own page: whether its control plane is well, what its nodes, workloads and pods are doing, and what it is made of.
//!
//! Each section is a file, and says only what is known: what is being read or may not be read says so on a line of its own, and everything else is
//! there all the same. A line with a figure leads to the rows that were counted, or to the server's answer that says it.

mod aggregated;
mod cells;
mod control;
mod deprecated;
mod devices;
mod metrics;
mod nodes;
mod parts;
mod pods;
mod quotas;
mod raw;
mod ready;
mod signs;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod version;
mod versions;
mod wants;
mod workloads;
pub(crate) mod write;

use crate::sheet::{Facts, Line, Sheet, Subject, Want};

pub use raw::subject as raw;

/// The page of the cluster.
pub fn subject() -> Box<dyn Subject> {
    Box::new(Overview)
}

#[derive(Debug)]
struct Overview;

impl Subject for Overview {
    fn crumbs(&self) -> Vec<String> {
        vec!["cluster".to_owned()]
    }

    fn wants(&self, _facts: &Facts<'_>) -> Vec<Want> {
        wants::everything()
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let mut lines = Vec::new();
        let changes_in = control::section(facts, &mut lines);
        for section in [
            nodes::section,
            workloads::section,
            pods::section,
            quotas::section,
            deprecated::section,
            versions::section,
            parts::section,
        ] {
            lines.push(Line::default());
            section(facts, &mut lines);
        }
        // What a server says may be anything.
        for span in lines.iter_mut().flat_map(|line| &mut line.spans) {
            if span.text.contains(char::is_control) {
                span.text = span.text.replace(char::is_control, " ");
            }
        }
        Sheet { lines, changes_in }
    }
}
