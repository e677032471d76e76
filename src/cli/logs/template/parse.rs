//! Reads a template.

use serde_json::{Value, json};

use super::{Command, FUNCTIONS, Node, Operand, Pipeline};

/// So deep may templates be within each other.
const DEEPEST: usize = 50;

/// A word or a sign within `{{ }}`.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// `.`, `.a.b`
    Field(Vec<String>),
    /// `$x`, `$x.a`
    Variable(String, Vec<String>),
    Word(String),
    Literal(Value),
    Pipe,
    Set,
    Open,
    Close,
}

/// What stands in a template: text, or the tokens of an action.
enum Piece {
    Text(String),
    Action(Vec<Token>),
}

/// How a list of nodes ended.
enum Ended {
    Text,
    Whole,
    Else(Vec<Token>),
}

pub(super) fn template(text: &str) -> Result<Vec<Node>, String> {
    let mut pieces = pieces(text)?.into_iter();
    let mut nodes = Vec::new();
    match list(&mut pieces, &mut nodes, 0)? {
        Ended::Text => Ok(nodes),
        Ended::Whole => Err("there is an {{end}} of nothing".to_owned()),
        Ended::Else(_) => Err("there is an {{else}} of nothing".to_owned()),
    }
}

fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut trim = false;
    while let Some((before, after)) = rest.split_once("{{") {
        let (action, next) = inside(after)?;
        let (action, trims) = match action.strip_prefix('-').filter(|it| it.starts_with(' ')) {
            Some(action) => (action, true),
            None => (action, false),
        };
        let before = if trim { before.trim_start() } else { before };
        let before = if trims { before.trim_end() } else { before };
        pieces.push(Piece::Text(before.to_owned()));
        let action = match action.strip_suffix('-').filter(|it| it.ends_with(' ')) {
            Some(action) => {
                trim = true;
                action
            }
            None => {
                trim = false;
                action
            }
        };
        let action = action.trim();
        if !(action.starts_with("/*") && action.ends_with("*/")) {
            pieces.push(Piece::Action(tokens(action)?));
        }
        rest = next;
    }
    let rest = if trim { rest.trim_start() } else { rest };
    pieces.push(Piece::Text(rest.to_owned()));
    Ok(pieces)
}

/// What stands before the next `}}` that is not in quotes, and after it.
fn inside(text: &str) -> Result<(&str, &str), String> {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match quote {
            Some(sign) => {
                if c == sign && !escaped {
                    quote = None;
                }
                escaped = c == '\\' && !escaped && sign == '"';
            }
            None if c == '"' || c == '`' => quote = Some(c),
            None if text[at..].starts_with("}}") => return Ok((&text[..at], &text[at + 2..])),
            None => {}
        }
    }
    let near: String = text.chars().take(20).collect();
    let sign = if quote.is_some() { "\" or }}" } else { "}}" };
    Err(format!("{sign} is missing after {{{{{near}"))
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(c) = rest.chars().next() {
        let (token, after) = match c {
            '|' => (Token::Pipe, &rest[1..]),
            '(' => (Token::Open, &rest[1..]),
            ')' => (Token::Close, &rest[1..]),
            ':' if rest.starts_with(":=") => (Token::Set, &rest[2..]),
            '"' => string(rest)?,
            '`' => {
                let (text, after) = rest[1..].split_once('`').ok_or("a ` is missing")?;
                (Token::Literal(json!(text)), after)
            }
            '.' => {
                let (path, after) = path(rest);
                (Token::Field(path), after)
            }
            '$' => {
                let (name, after) = word(&rest[1..]);
                let (path, after) = path(after);
                (Token::Variable(name.to_owned(), path), after)
            }
            c if c.is_alphanumeric() || c == '-' => {
                let (word, after) = number_or_word(rest);
                let token = match word.parse::<serde_json::Number>() {
                    Ok(number) => Token::Literal(Value::Number(number)),
                    Err(_) => Token::Word(word.to_owned()),
                };
                (token, after)
            }
            c => return Err(format!("{c:?} means nothing in {{{{{text}}}}}")),
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

fn string(text: &str) -> Result<(Token, &str), String> {
    let mut ends = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    match ends.next() {
        Some(Ok(value)) => {
            let end = ends.byte_offset();
            Ok((Token::Literal(value), &text[end..]))
        }
        _ => Err(format!("{text:?} is no string in \"")),
    }
}

fn word(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    text.split_at(end)
}

fn number_or_word(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_alphanumeric() && !"_-.".contains(c));
    text.split_at(end.unwrap_or(text.len()))
}

/// `.a.b`, or the dot alone.
fn path(text: &str) -> (Vec<String>, &str) {
    let mut path = Vec::new();
    let mut rest = text;
    while let Some(after) = rest.strip_prefix('.') {
        let (name, after) = word(after);
        rest = after;
        if !name.is_empty() {
            path.push(name.to_owned());
        }
    }
    (path, rest)
}

fn list(
    pieces: &mut std::vec::IntoIter<Piece>,
    nodes: &mut Vec<Node>,
    depth: usize,
) -> Result<Ended, String> {
    if depth > DEEPEST {
        return Err("templates are too deep within each other".to_owned());
    }
    while let Some(piece) = pieces.next() {
        let tokens = match piece {
            Piece::Text(text) => {
                nodes.push(Node::Text(text));
                continue;
            }
            Piece::Action(tokens) => tokens,
        };
        match tokens.as_slice() {
            [] => return Err("{{}} is empty".to_owned()),
            [Token::Word(word)] if word == "end" => return Ok(Ended::Whole),
            [Token::Word(word), rest @ ..] if word == "else" => {
                return Ok(Ended::Else(rest.to_vec()));
            }
            [Token::Word(word), rest @ ..] if word == "if" || word == "with" => {
                nodes.push(either(word == "with", rest, pieces, depth)?);
            }
            [Token::Variable(name, path), Token::Set, rest @ ..] if path.is_empty() => {
                nodes.push(Node::Set(name.clone(), pipeline(rest, depth)?));
            }
            all => nodes.push(Node::Write(pipeline(all, depth)?)),
        }
    }
    Ok(Ended::Text)
}

fn either(
    with: bool,
    tokens: &[Token],
    pieces: &mut std::vec::IntoIter<Piece>,
    depth: usize,
) -> Result<Node, String> {
    let (variable, tokens) = match tokens {
        [Token::Variable(name, path), Token::Set, rest @ ..] if path.is_empty() => {
            (Some(name.clone()), rest)
        }
        all => (None, all),
    };
    let condition = pipeline(tokens, depth)?;
    let (mut then, mut otherwise) = (Vec::new(), Vec::new());
    let missing = || "an {{end}} is missing".to_owned();
    match list(pieces, &mut then, depth + 1)? {
        Ended::Whole => {}
        Ended::Text => return Err(missing()),
        Ended::Else(rest) => match rest.as_slice() {
            [] => match list(pieces, &mut otherwise, depth + 1)? {
                Ended::Whole => {}
                Ended::Text => return Err(missing()),
                Ended::Else(_) => return Err("there are two {{else}} of one".to_owned()),
            },
            // `else if` has no end of its own.
            [Token::Word(word), rest @ ..] if word == "if" || word == "with" => {
                otherwise.push(either(word == "with", rest, pieces, depth + 1)?);
            }
            _ => return Err("{{else}} is followed by if, with or nothing".to_owned()),
        },
    }
    Ok(Node::Either { with, variable, condition, then, otherwise })
}

fn pipeline(tokens: &[Token], depth: usize) -> Result<Pipeline, String> {
    if depth > DEEPEST {
        return Err("there are too many ( within each other".to_owned());
    }
    let mut commands = Vec::new();
    let mut operands: Vec<Operand> = Vec::new();
    let mut function: Option<String> = None;
    let mut rest = tokens;
    let mut finish = |operands: &mut Vec<Operand>, function: &mut Option<String>| {
        let command = match (function.take(), operands.len()) {
            (Some(name), _) => Command::Call(name, std::mem::take(operands)),
            (None, 1) => Command::Value(operands.remove(0)),
            (None, 0) => return Err("nothing stands beside a |".to_owned()),
            (None, _) => {
                return Err("a value cannot be given others: put a function first".to_owned());
            }
        };
        commands.push(command);
        Ok(())
    };
    while let Some((token, after)) = rest.split_first() {
        rest = after;
        match token {
            Token::Pipe => finish(&mut operands, &mut function)?,
            Token::Word(word) if word == "true" || word == "false" => {
                operands.push(Operand::Literal(json!(word == "true")));
            }
            Token::Word(word) => {
                if !FUNCTIONS.contains(&word.as_str()) {
                    return Err(format!("there is no function {word:?}: {}", FUNCTIONS.join(", ")));
                }
                if function.is_some() || !operands.is_empty() {
                    return Err(format!("{word} must stand first, or in ( )"));
                }
                function = Some(word.clone());
            }
            Token::Field(path) => operands.push(Operand::Field(path.clone())),
            Token::Variable(name, path) => {
                operands.push(Operand::Variable(name.clone(), path.clone()));
            }
            Token::Literal(value) => operands.push(Operand::Literal(value.clone())),
            Token::Open => {
                let mut open = 1;
                let close = rest.iter().position(|token| {
                    match token {
                        Token::Open => open += 1,
                        Token::Close => open -= 1,
                        _ => {}
                    }
                    open == 0
                });
                let close = close.ok_or("a ) is missing")?;
                let inner = pipeline(&rest[..close], depth + 1)?;
                rest = &rest[close + 1..];
                // Fields of what is in brackets.
                if let Some((Token::Field(path), after)) = rest.split_first()
                    && !path.is_empty()
                {
                    rest = after;
                    let keys = path.iter().map(|key| Operand::Literal(json!(key)));
                    let given = std::iter::once(Operand::Pipeline(inner)).chain(keys);
                    operands.push(Operand::Pipeline(vec![Command::Call(
                        "index".to_owned(),
                        given.collect(),
                    )]));
                } else {
                    operands.push(Operand::Pipeline(inner));
                }
            }
            Token::Close => return Err("a ) closes nothing".to_owned()),
            Token::Set => return Err(":= stands behind no variable".to_owned()),
        }
    }
    finish(&mut operands, &mut function)?;
    Ok(commands)
}
