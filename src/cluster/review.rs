//! An edited object, held against what is there now and against what the server would store of it.

use std::sync::Arc;

use serde_json::Value;

use super::write::{dry_run, read};
use super::{Client, Error};
use crate::change::edit::{Aim, Edited, Review, Said, defines};
use crate::change::{Method, Patch, Target};

/// How often the server is asked again because somebody else was faster.
const TRIES: usize = 4;

/// Holds one object against what is there now and what the server would store.
///
/// # Errors
/// What prevents an answer, a sentence for people.
pub async fn review(client: &Client, aim: Aim, edited: Edited) -> Result<Review, String> {
    for _ in 0..TRIES {
        let path = edited.target.path("");
        let theirs = read(client, &path).await.map_err(|error| sentence(&error))?;
        let gone = theirs.is_none() && aim == Aim::Edit;
        let (theirs, edited) = (theirs.unwrap_or(Value::Null), edited.clone());
        let review = away(move || match aim {
            Aim::Edit if gone => Review::of_text(edited, theirs),
            Aim::Edit => Review::of_edit(edited, theirs),
            Aim::Apply | Aim::Create => Review::of_text(edited, theirs),
        })
        .await?;
        let other = review.edited.is_another(&review.theirs);
        let missing = missing(client, &review.edited.needs).await.map_err(|e| sentence(&e))?;
        let said = if !missing.is_empty() {
            Said::Later(missing, None)
        } else if gone {
            let why = format!("{} was deleted meanwhile", review.edited.target.long());
            Said::Refused(why, Vec::new())
        } else if let Some(why) = other {
            Said::Refused(why, Vec::new())
        } else {
            match ask(client, aim, &review).await {
                Ok(said) => said,
                // Somebody else was faster between the two.
                Err(Error::Conflict { .. }) if aim == Aim::Edit => continue,
                Err(error) => later(&review.edited, refused(&error)?),
            }
        };
        return away(move || review.said(said)).await;
    }
    Err(format!("{} keeps changing; try again", edited.target.long()))
}

/// Which of these are not there.
async fn missing(client: &Client, needs: &[Target]) -> Result<Vec<Target>, Error> {
    let mut missing = Vec::new();
    for target in needs {
        match read(client, &target.path("")).await {
            Ok(Some(_)) => {}
            Ok(None) => missing.push(target.clone()),
            // Whoever may not read it may be told by the dry run.
            Err(error) if error.status().is_some() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(missing)
}

/// What is refused by a definition as it is now may be taken by what an earlier document makes of it.
fn later(edited: &Edited, said: Said) -> Said {
    let defined: Vec<Target> =
        edited.needs.iter().filter(|target| defines(&target.resource)).cloned().collect();
    match said {
        Said::Refused(why, _) if !defined.is_empty() => Said::Later(defined, Some(why)),
        said => said,
    }
}

/// Asks what the server would store.
async fn ask(client: &Client, aim: Aim, review: &Review) -> Result<Said, Error> {
    let Some(call) = review.call(aim, false) else { return Ok(Said::Met) };
    let owned = match dry_run(client, &call).await {
        Ok(stored) => return Ok(Said::Stored(Arc::new(stored))),
        Err(Error::Conflict { status }) if call.method == Method::Patch(Patch::Apply) => status,
        Err(error) => return Err(error),
    };
    let Some(call) = review.call(aim, true) else { return Ok(Said::Met) };
    let stored = dry_run(client, &call).await?;
    Ok(Said::Owned(owned.line(), Arc::new(stored)))
}

/// What a refusal says; an error where there was no answer.
fn refused(error: &Error) -> Result<Said, String> {
    let Some(status) = error.status() else { return Err(sentence(error)) };
    if status.message.contains("does not support dry run") {
        return Ok(Said::Unsaid(status.line()));
    }
    let fixed = |message: &str| {
        let words = [
            "immutable",
            "may not change",
            "may not be changed",
            "cannot be changed",
            "updates to ",
        ];
        words.iter().any(|words| message.contains(words))
    };
    let causes = status.causes.iter().filter(|cause| fixed(&cause.message));
    let fields = causes.map(|cause| cause.field.clone()).filter(|field| !field.is_empty());
    Ok(Said::Refused(sentence(error), fields.collect()))
}

/// Much text takes its time to be compared, and nobody waits for it.
async fn away<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, String> {
    tokio::task::spawn_blocking(work).await.map_err(|error| format!("it cannot be read: {error}"))
}

fn sentence(error: &Error) -> String {
    match error.hint() {
        Some(hint) => format!("{error}; {hint}"),
        None => error.to_string(),
    }
}
