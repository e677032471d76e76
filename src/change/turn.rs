//! When a change of a run begins, and what becomes of those after it where it fails.

use super::{Change, Outcome};

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
    /// Nothing more of it is done: why.
    Broken(String),
}

impl Course {
    /// Why it did not go well.
    pub fn cause(&self) -> Option<&str> {
        match self {
            Self::Fine => None,
            Self::Dented(why) | Self::Broken(why) => Some(why),
        }
    }

    /// Whether a step is done.
    pub fn admits(&self, turn: Turn) -> bool {
        match self {
            Self::Fine => true,
            Self::Dented(_) => turn == Turn::Beside,
            Self::Broken(_) => false,
        }
    }

    /// How it went once this became of a step that was done.
    #[must_use]
    pub fn after(self, change: &Change, outcome: &Outcome) -> Self {
        let (Outcome::Failed(why) | Outcome::Unknown(why)) = outcome else { return self };
        let said = format!("{}: {why}", change.target.short());
        match (self, change.deed.turn()) {
            (course, Turn::Aside) => course,
            (Self::Fine, Turn::Beside) => Self::Dented(said),
            (Self::Dented(before), Turn::Beside) => Self::Dented(format!("{before} && {said}")),
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

    use super::super::{Call, Deed, Target};
    use super::*;

    #[derive(Debug)]
    struct Step(Turn);

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
    }

    /// What is done of these steps, of which some fail.
    fn done(steps: &[(Turn, bool)]) -> (Vec<bool>, Course) {
        let mut course = Course::Fine;
        let mut done = Vec::new();
        for (turn, well) in steps {
            let target = Target {
                resource: Arc::default(),
                namespace: String::new(),
                name: done.len().to_string(),
                uid: None,
            };
            let admitted = course.admits(*turn);
            done.push(admitted);
            let outcome = if *well { Outcome::Done } else { Outcome::Failed("no".to_owned()) };
            let change = Change::new(target, Step(*turn));
            course = if admitted { course.after(&change, &outcome) } else { course.broken() };
        }
        (done, course)
    }

    #[test]
    fn of_several_the_rest_is_done_and_what_stands_behind_is_not() {
        use Turn::{Aside, Beside, Free, Next};

        let fine = [(Free, true), (Beside, true), (Aside, false), (Next, true)];
        assert_eq!(done(&fine), (vec![true; 4], Course::Fine));
        let dented =
            [(Free, true), (Beside, false), (Beside, false), (Aside, true), (Beside, true)];
        let why = Course::Broken("/1: no && /2: no".to_owned());
        assert_eq!(done(&dented), (vec![true, true, true, false, false], why));
        let broken = [(Free, false), (Beside, true), (Next, true)];
        let why = Course::Broken("/0: no".to_owned());
        assert_eq!(done(&broken), (vec![true, false, false], why));
    }
}
