//! How grave a line is, as the program that wrote it says.

/// How grave a line is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// It does not say.
    #[default]
    Unknown,
    /// For those who look for a fault.
    Trace,
    /// For those who work on the program.
    Debug,
    /// It goes on as it should.
    Info,
    /// Something is not as it should be.
    Warning,
    /// Something failed.
    Error,
    /// The program cannot go on.
    Fatal,
}

/// Within so many bytes of its beginning a line says its level.
const WITHIN: usize = 512;

/// Keys that a level stands behind in JSON and logfmt.
const KEYS: [&[u8]; 5] = [b"level", b"lvl", b"severity", b"loglevel", b"log.level"];

impl Level {
    /// Every level that a line can say, the least grave first.
    pub const ALL: [Self; 6] =
        [Self::Trace, Self::Debug, Self::Info, Self::Warning, Self::Error, Self::Fatal];

    /// Its name, `error`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "none",
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Fatal => "fatal",
        }
    }

    /// The level of this word in any case of letters, `WARN`, `err`, `critical`.
    pub fn named(word: &[u8]) -> Option<Self> {
        let mut lower = [0; 13];
        let lower = lower.get_mut(..word.len())?;
        lower.copy_from_slice(word);
        lower.make_ascii_lowercase();
        Some(match &*lower {
            b"trace" | b"trc" | b"finest" => Self::Trace,
            b"debug" | b"dbg" | b"fine" => Self::Debug,
            b"info" | b"inf" | b"information" | b"informational" | b"notice" | b"log" => Self::Info,
            b"warn" | b"warning" | b"wrn" => Self::Warning,
            b"error" | b"err" | b"eror" | b"severe" => Self::Error,
            b"fatal" | b"ftl" | b"critical" | b"crit" | b"panic" | b"dpanic" | b"alert"
            | b"emerg" | b"emergency" => Self::Fatal,
            _ => return None,
        })
    }

    /// The level that a line says: behind a key of JSON or logfmt, as klog writes it, or as a word of its own near the line's beginning.
    pub fn of(line: &[u8]) -> Self {
        let line = line.get(..WITHIN).unwrap_or(line);
        // Programs colour their levels.
        if memchr::memchr(0x1b, line).is_some() {
            return Self::of_plain(super::ansi::plain(&String::from_utf8_lossy(line)).as_bytes());
        }
        Self::of_plain(line)
    }

    fn of_plain(line: &[u8]) -> Self {
        let is_json = line.trim_ascii_start().first() == Some(&b'{');
        behind_key(line, is_json)
            .or_else(|| if is_json { None } else { klog(line).or_else(|| word(line)) })
            .unwrap_or_default()
    }
}

/// The level behind a key, `level=warn`, `"severity":"ERROR"`, `"level":30` (as bunyan and pino count).
fn behind_key(line: &[u8], is_json: bool) -> Option<Level> {
    let sign = if is_json { b':' } else { b'=' };
    memchr::memchr_iter(sign, line).find_map(|at| {
        let key = line[..at].trim_ascii_end();
        let key = if is_json { key.strip_suffix(b"\"")? } else { key };
        let start = key.iter().rposition(|b| !(b.is_ascii_alphanumeric() || b"._@".contains(b)));
        let key = start.map_or(key, |before| &key[before + 1..]);
        let key = key.strip_prefix(b"@").unwrap_or(key);
        if !KEYS.iter().any(|known| key.eq_ignore_ascii_case(known)) {
            return None;
        }
        let value = line[at + 1..].trim_ascii_start();
        let value = value.strip_prefix(b"\"").unwrap_or(value);
        let end = value.iter().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(value.len());
        let value = &value[..end];
        Level::named(value).or(match value {
            b"10" => Some(Level::Trace),
            b"20" => Some(Level::Debug),
            b"30" => Some(Level::Info),
            b"40" => Some(Level::Warning),
            b"50" => Some(Level::Error),
            b"60" => Some(Level::Fatal),
            _ => None,
        })
    })
}

/// The level of a line of klog, `E0115 11:59:00.123456       1 server.go:42] …`.
fn klog(line: &[u8]) -> Option<Level> {
    let (letter, rest) = line.split_first()?;
    let is_date = rest.get(..4)?.iter().all(u8::is_ascii_digit) && rest.get(4) == Some(&b' ');
    match letter {
        b'I' if is_date => Some(Level::Info),
        b'W' if is_date => Some(Level::Warning),
        b'E' if is_date => Some(Level::Error),
        b'F' if is_date => Some(Level::Fatal),
        _ => None,
    }
}

/// How many words at the beginning of a line may be its level: date, time, thread, logger often stand before it.
const WORDS: usize = 6;

/// The level as a word of its own: in brackets, before a colon, or in capitals.
fn word(line: &[u8]) -> Option<Level> {
    let is_letter = |b: &u8| b.is_ascii_alphabetic();
    let mut at = 0;
    for _ in 0..WORDS {
        let start = at + line.get(at..)?.iter().position(is_letter)?;
        let end =
            line[start..].iter().position(|b| !is_letter(b)).map_or(line.len(), |n| start + n);
        let word = &line[start..end];
        let before = start.checked_sub(1).and_then(|before| line.get(before));
        let after = line.get(end);
        let alone = before.is_none_or(|b| !b.is_ascii_alphanumeric() && !b"-_./".contains(b))
            && after.is_none_or(|b| !b.is_ascii_alphanumeric() && !b"-_./".contains(b));
        let marked = word.iter().all(u8::is_ascii_uppercase)
            || matches!((before, after), (Some(b'[' | b'<' | b'('), _) | (_, Some(b':' | b']')));
        if alone
            && marked
            && let Some(level) = Level::named(word)
        {
            return Some(level);
        }
        at = end;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_says_its_level_in_many_ways() {
        let cases = [
            (
                r#"{"ts":"2026-01-15T11:59:00Z","level":"warn","msg":"error in name only"}"#,
                Level::Warning,
            ),
            (r#"{"severity": "ERROR", "message": "x"}"#, Level::Error),
            (r#"{"level":50,"msg":"pino"}"#, Level::Error),
            (r#"{"@level":"debug"}"#, Level::Debug),
            (r#"{"msg":"an ERROR: here"}"#, Level::Unknown),
            ("time=2026-01-15T11:59:00Z level=info msg=\"no error\"", Level::Info),
            ("ts=1 lvl=eror msg=x", Level::Error),
            ("E0115 11:59:00.123456       1 server.go:42] it failed", Level::Error),
            ("I0115 11:59:00.123456       1 server.go:42] ERROR: not mine", Level::Info),
            ("2026-01-15 11:59:00.123  WARN 1 --- [main] c.e.App : slow", Level::Warning),
            ("[2026-01-15 11:59:00] [error] it failed", Level::Error),
            ("2026/01/15 11:59:00 [crit] 7#7: *1 it failed", Level::Fatal),
            ("panic: runtime error: index out of range", Level::Fatal),
            ("error: no such file", Level::Error),
            ("an error happened", Level::Unknown),
            ("GET /api/error HTTP/1.1", Level::Unknown),
            ("GET /ERROR HTTP/1.1", Level::Unknown),
            ("\x1b[31mERROR\x1b[0m it failed", Level::Error),
            ("", Level::Unknown),
        ];
        for (line, level) in cases {
            assert_eq!(Level::of(line.as_bytes()), level, "{line}");
        }
    }

    #[test]
    fn each_is_found_by_its_own_name() {
        for level in Level::ALL {
            assert_eq!(Level::named(level.name().as_bytes()), Some(level));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_have_a_level(bytes in prop::collection::vec(any::<u8>(), 0..600), text in "[{\"level:= \\[\\]EW0-9a-z]{0,80}") {
            let _ = (Level::of(&bytes), Level::of(text.as_bytes()));
        }
    }
}
