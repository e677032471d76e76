//! jq expressions over lines of logs: a thread for each page that has one, which asks the process that evaluates.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use tokio::sync::mpsc;

use crate::app::{Msg, ObjectId};
use crate::jq::Evaluator;
use crate::logs::{Expression, Made};

/// Which question it is, by which expression, about which lines.
type Question = (u64, Arc<Expression>, Vec<Vec<u8>>);

/// The expressions that are evaluated, by the logs.
#[derive(Debug, Default)]
pub(super) struct Expressions(HashMap<ObjectId, Sender<Question>>);

impl Expressions {
    /// Evaluates lines; what is made of them arrives as news.
    pub fn ask(&mut self, id: ObjectId, question: Question, news: &mpsc::Sender<Msg>) {
        let unsent = match self.0.get(&id) {
            Some(worker) => match worker.send(question) {
                Ok(()) => return,
                Err(unsent) => unsent.0,
            },
            None => question,
        };
        let (number, out) = (unsent.0, news.clone());
        let (worker, questions) = channel();
        // There is room for one.
        let _ = worker.send(unsent);
        let thread = std::thread::Builder::new().name("jq of logs".to_owned());
        match thread.spawn(move || work(id, &questions, &out)) {
            Ok(_) => {
                self.0.insert(id, worker);
            }
            Err(error) => {
                let news = news.clone();
                let why = format!("there is no thread to evaluate it: {error}");
                tokio::spawn(async move { news.send(Msg::Expressed(id, number, Err(why))).await });
            }
        }
    }

    /// The expression of these logs is evaluated no more.
    pub fn forget(&mut self, id: ObjectId) {
        self.0.remove(&id);
    }
}

/// Answers questions until nobody can ask any more.
fn work(id: ObjectId, questions: &Receiver<Question>, news: &mpsc::Sender<Msg>) {
    let mut evaluator: Option<Evaluator> = None;
    for (number, expression, lines) in questions {
        let made = made(&mut evaluator, &expression, &lines);
        if made.is_err() {
            evaluator = None;
        }
        if news.blocking_send(Msg::Expressed(id, number, made)).is_err() {
            return;
        }
    }
}

fn made(
    evaluator: &mut Option<Evaluator>,
    expression: &Expression,
    lines: &[Vec<u8>],
) -> Result<Vec<Made>, String> {
    let mut ready = match evaluator.take() {
        Some(ready) if ready.expression() == expression.text() => ready,
        _ => Evaluator::new(expression.text()).map_err(|failed| failed.to_string())?,
    };
    let made = ready.make(lines).map_err(|failed| failed.to_string())?;
    *evaluator = Some(ready);
    Ok(made)
}
