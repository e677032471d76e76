//! What a proposal asks of the person.

/// One thing that is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// What it is called, `replicas`.
    pub label: String,
    /// How it is answered.
    pub input: Input,
    /// What the person may want to know of it, a phrase.
    pub hint: String,
}

/// How a field is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// By typing; begins as this.
    Text(String),
    /// By choosing one of these; begins with this one, from 0.
    Choice(Vec<String>, usize),
    /// By yes or no; begins as this.
    Switch(bool),
}

impl Field {
    /// A field to type into.
    pub fn text(label: &str, value: impl Into<String>, hint: &str) -> Self {
        Self { label: label.to_owned(), input: Input::Text(value.into()), hint: hint.to_owned() }
    }

    /// A field to choose from; the first is chosen.
    pub fn choice(label: &str, options: &[&str], hint: &str) -> Self {
        let options = options.iter().map(|&option| option.to_owned()).collect();
        Self { label: label.to_owned(), input: Input::Choice(options, 0), hint: hint.to_owned() }
    }

    /// A field to switch on or off.
    pub fn switch(label: &str, on: bool, hint: &str) -> Self {
        Self { label: label.to_owned(), input: Input::Switch(on), hint: hint.to_owned() }
    }

    /// What it begins as: text, the chosen option, `true` or `false`.
    pub fn begins(&self) -> String {
        match &self.input {
            Input::Text(text) => text.clone(),
            Input::Choice(options, at) => options.get(*at).cloned().unwrap_or_default(),
            Input::Switch(on) => on.to_string(),
        }
    }
}

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// Which field, from 0; `None` where it is about the whole.
    pub field: Option<usize>,
    /// What is wrong, a sentence for people.
    pub message: String,
}

impl Complaint {
    /// About one field.
    pub fn of(field: usize, message: impl Into<String>) -> Self {
        Self { field: Some(field), message: message.into() }
    }
}

/// About the whole.
impl From<String> for Complaint {
    fn from(message: String) -> Self {
        Self { field: None, message }
    }
}
