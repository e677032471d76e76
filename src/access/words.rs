//! The words of the commands `access`, `who-can` and `can-i`, and what is asked by them.

use crate::sheet::Subject;

use super::can_i::CanI;
use super::review::EVERY;
use super::rights::Rights;
use super::subjects::Subjects;
use super::who::Who;
use super::who_can::WhoCan;

/// What is asked about access. Namespaces that were not given are the person's to choose: [`Asked::subject`] is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Everybody to whom something is granted.
    Subjects {
        /// In this namespace; empty for all.
        namespace: String,
    },
    /// All that one may do.
    Rights {
        /// Who.
        who: Who,
        /// In this namespace; empty for all.
        namespace: String,
    },
    /// Who can do something.
    WhoCan {
        /// The verb.
        verb: String,
        /// A resource by any of its names, with `/SUBRESOURCE` or without, or a path.
        what: String,
        /// In this namespace; empty for any.
        namespace: String,
        /// To the object of this name; empty for any.
        name: String,
    },
    /// What the person may do.
    CanI {
        /// In these namespaces; empty for those in view.
        namespaces: Vec<String>,
    },
}

/// What is wrong with a command's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// What, in a sentence.
    pub message: String,
    /// Which word, counted from 0; the number of words where one is missing.
    pub word: usize,
}

/// The words of a command, taken apart: those that stand alone, with their places, and the namespaces.
struct Parts<'a> {
    alone: Vec<(usize, &'a str)>,
    namespaces: Vec<String>,
}

impl Asked {
    /// `access [SUBJECT] [-n NAMESPACE]`.
    ///
    /// # Errors
    /// [`Mistake`].
    pub fn access(words: &[&str]) -> Result<Self, Mistake> {
        let parts = parts(words)?;
        let namespace = one_namespace(&parts)?;
        match parts.alone.as_slice() {
            [] => Ok(Self::Subjects { namespace }),
            [(at, word)] => match Who::parse(word) {
                Some(who) => Ok(Self::Rights { who, namespace }),
                None => mistake(
                    *at,
                    format!("{word:?} is nobody: say user/NAME, group/NAME or sa/NAMESPACE/NAME"),
                ),
            },
            [_, (at, word), ..] => {
                mistake(*at, format!("one subject is enough; {word:?} is too much"))
            }
        }
    }

    /// `who-can VERB RESOURCE [NAME] [-n NAMESPACE]`.
    ///
    /// # Errors
    /// [`Mistake`].
    pub fn who_can(words: &[&str]) -> Result<Self, Mistake> {
        let parts = parts(words)?;
        let namespace = one_namespace(&parts)?;
        let (verb, what, name) = match parts.alone.as_slice() {
            [(_, verb), (_, what)] => (verb, what, ""),
            [(_, verb), (_, what), (at, name)] => {
                if what.starts_with('/') {
                    return mistake(*at, "a path has no objects: nothing can follow it".to_owned());
                }
                (verb, what, *name)
            }
            [_, _, _, (at, word), ..] => return mistake(*at, format!("{word:?} is too much")),
            _ => {
                let message =
                    "a verb and a resource must follow, as in: who-can get secrets -n shop";
                return mistake(words.len(), message.to_owned());
            }
        };
        let [verb, what, name] = [verb, what, name].map(str::to_owned);
        Ok(Self::WhoCan { verb, what, namespace, name })
    }

    /// `can-i [-n NAMESPACE,…|all]`.
    ///
    /// # Errors
    /// [`Mistake`].
    pub fn can_i(words: &[&str]) -> Result<Self, Mistake> {
        let Parts { alone, mut namespaces } = parts(words)?;
        namespaces.extend(alone.iter().flat_map(|(_, word)| split(word)));
        let all = |name: &str| matches!(name, "all" | EVERY);
        let every = words.iter().any(|word| matches!(*word, "-A" | "--all-namespaces"));
        if every || namespaces.iter().any(|name| all(name)) {
            namespaces.retain(|name| !all(name));
            namespaces.insert(0, EVERY.to_owned());
        }
        Ok(Self::CanI { namespaces })
    }

    /// The page that answers; `here` are the namespaces in view, for what is asked of those.
    pub fn subject(&self, here: &[String]) -> Box<dyn Subject> {
        match self {
            Self::Subjects { namespace } => Box::new(Subjects::new(namespace)),
            Self::Rights { who, namespace } => Box::new(Rights::new(who.clone(), namespace)),
            Self::WhoCan { verb, what, namespace, name } => {
                Box::new(WhoCan::new(verb, what, namespace, name))
            }
            Self::CanI { namespaces } if namespaces.is_empty() => {
                Box::new(CanI::new(here.to_vec()))
            }
            Self::CanI { namespaces } => Box::new(CanI::new(namespaces.clone())),
        }
    }
}

fn mistake<T>(word: usize, message: String) -> Result<T, Mistake> {
    Err(Mistake { message, word })
}

fn split(names: &str) -> impl Iterator<Item = String> + '_ {
    names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned)
}

fn parts<'a>(words: &[&'a str]) -> Result<Parts<'a>, Mistake> {
    let mut parts = Parts { alone: Vec::new(), namespaces: Vec::new() };
    let mut rest = words.iter().enumerate();
    while let Some((at, word)) = rest.next() {
        let inline = word.strip_prefix("--namespace=").or_else(|| {
            word.strip_prefix("-n")
                .filter(|rest| !rest.is_empty())
                .map(|rest| rest.trim_start_matches('='))
        });
        let names = match *word {
            "-n" | "--namespace" => rest.next().map(|(_, names)| *names),
            "-A" | "--all-namespaces" => continue,
            _ if inline.is_some() => inline,
            _ if word.starts_with('-') => {
                return mistake(at, format!("there is no flag {word}; there is -n NAMESPACE"));
            }
            _ => {
                parts.alone.push((at, word));
                continue;
            }
        };
        match names.map(|names| split(names).collect::<Vec<_>>()) {
            Some(names) if !names.is_empty() => parts.namespaces.extend(names),
            _ => return mistake(at, format!("a namespace must follow {word}")),
        }
    }
    Ok(parts)
}

fn one_namespace(parts: &Parts<'_>) -> Result<String, Mistake> {
    match parts.namespaces.as_slice() {
        [] => Ok(String::new()),
        [one] => Ok(one.clone()),
        [_, more, ..] => {
            mistake(0, format!("one namespace is enough, or none for all; {more:?} is too much"))
        }
    }
}
