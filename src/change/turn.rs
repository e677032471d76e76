//! When a change of a run begins, and what becomes of those after it where it fails.

use super::{Outcome, Report};

/// When a change of a run begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Turn {
    /// Beside the others, once what it [follows](super::Deed::follows) is done; those that stand after it may begin a row of steps with it.
    #[default]
    Free,
    /// After the change that stands before it, where nothing before it failed.
    Next,
    /// As [`Turn::Next`], and also where only changes of this kind failed before it: what can be done of several is done.
    Beside,
    /// As [`Turn::Beside`], and also where one of several [stopped](super::Deed::stops) the rest: what is noted of how they went.
    After,
    /// As [`Turn::Next`], but nobody minds when it fails.
    Aside,
}

/// How a row of steps went so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Course {
    /// Well.
    #[default]
    Fine,
    /// Some of several failed: why.
    Dented(String),
    /// One of several failed in such a way that no more of them are done: why.
    Stopped(String),
    /// Nothing more of it is done: why.
    Broken(String),
}

impl Course {
    /// Why it did not go well.
    pub fn cause(&self) -> Option<&str> {
        match self {
            Self::Fine => None,
            Self::Dented(why) | Self::Stopped(why) | Self::Broken(why) => Some(why),
        }
    }

    /// Whether a step is done.
    pub fn admits(&self, turn: Turn) -> bool {
        match self {
            Self::Fine => true,
            Self::Dented(_) => matches!(turn, Turn::Beside | Turn::After),
            Self::Stopped(_) => turn == Turn::After,
            Self::Broken(_) => false,
        }
    }

    /// How it went once this became of a step that was done.
    #[must_use]
    pub fn after(self, report: &Report) -> Self {
        let (Outcome::Failed(why) | Outcome::Unknown(why)) = &report.outcome else { return self };
        let deed = &report.change.deed;
        let said = format!("{}: {why}", report.change.target.short());
        match (self, deed.turn()) {
            (course, Turn::Aside) => course,
            (Self::Fine | Self::Dented(_), Turn::Beside) if deed.stops(report.method) => {
                Self::Stopped(said)
            }
            (Self::Fine, Turn::Beside | Turn::After) => Self::Dented(said),
            (Self::Dented(before), Turn::Beside | Turn::After) => {
                Self::Dented(format!("{before} && {said}"))
            }
            (stopped @ Self::Stopped(_), _) => stopped,
            (Self::Fine, _) => Self::Broken(said),
            (course, _) => course.broken(),
        }
    }

    /// How it went once a step was left out, or something else was done instead of it.
    #[must_use]
    pub fn broken(self) -> Self {
        match self {
            Self::Dented(why) => Self::Broken(why),
            course => course,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::Value;

    use super::super::{Call, Change, Deed, Method, Target};
    use super::*;

    /// A step in this turn, and whether the others stop where it fails.
    #[derive(Debug)]
    struct Step(Turn, bool);

    impl Deed for Step {
        fn words(&self) -> String {
            "step".to_owned()
        }

        fn actions(&self) -> Vec<&'static str> {
            Vec::new()
        }

        fn call(&self, _: &Target, _: &Value) -> Result<Option<Call>, String> {
            Ok(None)
        }

        fn turn(&self) -> Turn {
            self.0
        }

        fn stops(&self, _: Option<Method>) -> bool {
            self.1
        }
    }

    /// How a step goes.
    #[derive(Clone, Copy, PartialEq)]
    enum Goes {
        Well,
        Badly,
        /// So badly that the others stop.
        Stops,
    }

    /// What is done of these steps, of which some fail.
    fn done(steps: &[(Turn, Goes)]) -> (Vec<bool>, Course) {
        let mut course = Course::Fine;
        let mut done = Vec::new();
        for (turn, goes) in steps {
            let target = Target {
                resource: Arc::default(),
                namespace: String::new(),
                name: done.len().to_string(),
                uid: None,
            };
            let admitted = course.admits(*turn);
            done.push(admitted);
            let change = Change::new(target, Step(*turn, *goes == Goes::Stops));
            let failed = Report::not_begun(change, "no");
            let outcome = if *goes == Goes::Well { Outcome::Done } else { failed.outcome.clone() };
            let report = Report { outcome, ..failed };
            course = if admitted { course.after(&report) } else { course.broken() };
        }
        (done, course)
    }

    #[test]
    fn of_several_the_rest_is_done_and_what_stands_behind_is_not() {
        use Goes::{Badly, Stops, Well};
        use Turn::{After, Aside, Beside, Free, Next};

        let fine = [(Free, Well), (Beside, Well), (After, Well), (Aside, Badly), (Next, Well)];
        assert_eq!(done(&fine), (vec![true; 5], Course::Fine));
        let dented = [
            (Free, Well),
            (Beside, Badly),
            (Beside, Badly),
            (After, Well),
            (Aside, Well),
            (Beside, Well),
        ];
        let why = Course::Broken("/1: no && /2: no".to_owned());
        assert_eq!(done(&dented), (vec![true, true, true, true, false, false], why));
        let stopped = [
            (Free, Well),
            (Beside, Badly),
            (Beside, Stops),
            (Beside, Well),
            (After, Well),
            (Aside, Well),
            (Next, Well),
        ];
        let why = Course::Stopped("/2: no".to_owned());
        assert_eq!(done(&stopped), (vec![true, true, true, false, true, false, false], why));
        let broken = [(Free, Badly), (Beside, Well), (After, Well), (Next, Well)];
        let why = Course::Broken("/0: no".to_owned());
        assert_eq!(done(&broken), (vec![true, false, false, false], why));
    }
}
