//! What is run in a container: a few lines of POSIX shell each, for the programs of GNU, busybox and toybox alike.
//!
//! Paths are given as arguments that hold nothing but ASCII ([`argument`]): container runtimes take only UTF-8, and names of files need not be that.
//! Nothing is told by exit codes alone, since some kubelets tell those in words: what went wrong stands in the errors.

/// Words among the errors that say that a program is not there, before its name.
pub const MISSING: &str = "kx: there is no ";

/// Words among the errors that say that something is neither a file nor a folder.
pub const NO_FILE: &str = "kx: it is no regular file";

/// Words among the errors that say that not all arrived.
pub const SHORT: &str = "kx: not all of it arrived";

/// Decodes the arguments that are paths: `$1` into `$p`.
const DECODE: &str = r#"LC_ALL=C; export LC_ALL
p=$(printf '%b.' "$1"); p=${p%.}
"#;

/// What each script needs, said where it is missing.
const NEEDS_TAR: &str = r#"command -v tar >/dev/null 2>&1 || { echo "kx: there is no tar" >&2; exit 1; }
"#;

/// Lists the folder `$1`. The names, each with a null byte; the links with where they lead; then what `stat` says of all, a line each, or where there
/// is none what the shell can tell. [`parse`](super::parse) reads it.
const LIST: &str = r#"cd "$p" || exit 1
[ -r . ] || { echo "kx: it may not be read" >&2; exit 1; }
set -- ./* ./.[!.]* ./..?*
printf '%s\0' "$@"
printf '\0'
for f; do
  [ -L "$f" ] || continue
  if [ -d "$f" ]; then t=d; else t=o; fi
  printf '%s\0%s' "$f" "$t"
  readlink "$f" 2>/dev/null
  printf '\0'
done
printf '\0'
if stat -c %f . >/dev/null 2>&1; then
  printf s
  s() { stat -c '%f %s %u %g %Y %U %G %n' "$@" 2>/dev/null; }
  while [ $# -ge 32 ]; do
    s "$1" "$2" "$3" "$4" "$5" "$6" "$7" "$8" "$9" "${10}" "${11}" "${12}" "${13}" "${14}" "${15}" "${16}" "${17}" "${18}" "${19}" "${20}" "${21}" "${22}" "${23}" "${24}" "${25}" "${26}" "${27}" "${28}" "${29}" "${30}" "${31}" "${32}"
    shift 32
  done
  [ $# -eq 0 ] || s "$@"
else
  printf t
  for f; do
    if [ -L "$f" ]; then k=l; elif [ -d "$f" ]; then k=d; elif [ -f "$f" ]; then k=f; elif [ -e "$f" ]; then k=o; else continue; fi
    printf '%s%s\0' "$k" "$f"
  done
fi
exit 0
"#;

/// Says what `$1` is, links followed: `d`, `f`, `o` or `n` for nothing; then size, time, mode where they are known.
const LOOK: &str = r#"if [ -d "$p" ]; then k=d; elif [ -f "$p" ]; then k=f; elif [ -e "$p" ]; then k=o; else k=n; fi
s=$(stat -L -c '%s %Y %a' "$p" 2>/dev/null)
[ -n "$s" ] || [ $k != f ] || s=$(wc -c < "$p" 2>/dev/null)
echo "$k $s"
"#;

/// Writes the file `$1` from the byte `$2` on, which is `$3` pieces of 64 KiB.
const READ: &str = r#"[ -f "$p" ] || { echo "kx: it is no regular file" >&2; exit 1; }
if [ "$2" = 0 ]; then exec cat < "$p"
elif command -v tail >/dev/null 2>&1; then exec tail -c "+$(($2 + 1))" < "$p"
else exec dd bs=65536 "skip=$3" < "$p" 2>/dev/null; fi
"#;

/// Writes the folder `$1` as an archive, from its byte `$2` on.
const PACK: &str = r#"cd "$p" || exit 1
if [ "$2" = 0 ]; then exec tar -cf - .; fi
tar -cf - . | tail -c "+$(($2 + 1))"
"#;

/// Writes what its input names of the folder `$1` as an archive, from its byte `$2` on: `$3` lines, each a path as an argument is one.
const PICK: &str = r#"cd "$p" || exit 1
from=$2 left=$3
set --
while [ "$left" -gt 0 ]; do
  read -r f || exit 1
  f=$(printf '%b.' "$f")
  set -- "$@" "${f%.}"
  left=$((left - 1))
done
if [ "$from" = 0 ]; then exec tar -cf - "$@"; fi
tar -cf - "$@" | tail -c "+$(($from + 1))"
"#;

/// Says the sizes of all files below the folder `$1`, a line each.
const SIZES: &str = r#"cd "$p" && exec find . -type f -exec stat -c %s {} + 2>/dev/null
"#;

/// Unpacks an archive of `$2` bytes in the folder `$1`, which is made. It is counted, since not every server tells that the input has ended, and
/// GNU tar waits for that.
const UNPACK: &str = r#"[ -d "$p" ] || mkdir "$p" || exit 1
cd "$p" || exit 1
if command -v head >/dev/null 2>&1; then head -c "$2" | tar -xf -; else exec tar -xf -; fi
"#;

/// Says how much of the file `$1` is there, and its checksum; where it is not, nothing.
const CHECK: &str = r#"[ -f "$p" ] && exec cksum < "$p"
exit 0
"#;

/// Takes `$3` bytes in, behind the first `$4` bytes of the file `$1`; once it has all of its `$5` bytes it becomes the file `$2`, with the mode `$6`
/// and the time `$7`.
const WRITE: &str = r#"q=$(printf '%b.' "$2"); q=${q%.}
umask 077
if [ "$4" = 0 ]; then : > "$p" || exit 1; fi
if command -v head >/dev/null 2>&1; then head -c "$3" >> "$p"; else cat >> "$p"; fi || exit 1
n=$(stat -c %s "$p" 2>/dev/null) || n=$(wc -c < "$p")
[ "$n" -eq "$5" ] || { echo "kx: not all of it arrived" >&2; exit 1; }
[ -z "$6" ] || chmod "$6" "$p"
touch -d "@$7" "$p" 2>/dev/null
mv -f "$p" "$q" 2>/dev/null && exit 0
cat "$p" > "$q" && rm -f "$p"
"#;

/// Removes the file `$1`.
const FORGET: &str = r#"rm -f "$p"
"#;

/// A path as an argument in which nothing stands but letters, digits and what no shell minds: everything else as octal, for `printf %b`.
pub fn argument(path: &[u8]) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' => {
                out.push(char::from(*byte));
            }
            byte => out.push_str(&format!("\\0{byte:03o}")),
        }
    }
    out
}

fn command(script: &str, path: &[u8], more: &[&str]) -> Vec<String> {
    let mut words = ["sh", "-c", &format!("{DECODE}{script}"), "kx"].map(str::to_owned).to_vec();
    words.push(argument(path));
    words.extend(more.iter().map(|word| (*word).to_owned()));
    words
}

/// Lists a folder.
pub fn list(folder: &[u8]) -> Vec<String> {
    command(LIST, folder, &[])
}

/// Says what a path is.
pub fn look(path: &[u8]) -> Vec<String> {
    command(LOOK, path, &[])
}

/// How many bytes an offset into a file must be a multiple of.
pub const PIECE: u64 = 1 << 16;

/// Reads a file from a byte on; that byte is a multiple of [`PIECE`].
pub fn read(file: &[u8], from: u64) -> Vec<String> {
    command(READ, file, &[&from.to_string(), &(from / PIECE).to_string()])
}

/// Packs a folder, and leaves out the first bytes of the archive.
pub fn pack(folder: &[u8], from: u64) -> Vec<String> {
    command(&format!("{NEEDS_TAR}{PACK}"), folder, &[&from.to_string()])
}

/// Packs some of a folder, paths that begin with `./`, and leaves out the first bytes of the archive; and what it reads.
pub fn pick(folder: &[u8], paths: &[Vec<u8>], from: u64) -> (Vec<String>, Vec<u8>) {
    let script = format!("{NEEDS_TAR}{PICK}");
    let lines: String = paths.iter().map(|path| argument(path) + "\n").collect();
    let numbers = [from.to_string(), paths.len().to_string()];
    (command(&script, folder, &[&numbers[0], &numbers[1]]), lines.into_bytes())
}

/// The paths that what [`pick`] reads names.
pub fn picked(lines: &[u8]) -> Vec<Vec<u8>> {
    String::from_utf8_lossy(lines).lines().map(decoded).collect()
}

/// Says the sizes of all files in a folder.
pub fn sizes(folder: &[u8]) -> Vec<String> {
    command(SIZES, folder, &[])
}

/// Unpacks an archive of so many bytes that comes into a folder.
pub fn unpack(folder: &[u8], size: u64) -> Vec<String> {
    command(&format!("{NEEDS_TAR}{UNPACK}"), folder, &[&size.to_string()])
}

/// Says the checksum and the size of a file.
pub fn check(file: &[u8]) -> Vec<String> {
    command(CHECK, file, &[])
}

/// Removes a file.
pub fn forget(file: &[u8]) -> Vec<String> {
    command(FORGET, file, &[])
}

/// What a file that is written becomes.
#[derive(Clone, Copy, Debug)]
pub struct Write<'a> {
    /// Where it is written meanwhile.
    pub part: &'a [u8],
    /// What it becomes.
    pub file: &'a [u8],
    /// How much of it is there.
    pub from: u64,
    /// Its size, in bytes.
    pub size: u64,
    /// Its permissions; `None` for what the container gives new files.
    pub mode: Option<u32>,
    /// When it changed last, seconds since the Unix epoch.
    pub modified: i64,
}

/// Writes what comes into a file.
pub fn write(write: Write<'_>) -> Vec<String> {
    let mode = write.mode.map_or_else(|| "644".to_owned(), |mode| format!("{:o}", mode & 0o777));
    let numbers = [write.size.saturating_sub(write.from), write.from, write.size];
    let [left, from, size] = numbers.map(|number| number.to_string());
    let modified = write.modified.to_string();
    let file = argument(write.file);
    command(WRITE, write.part, &[&file, &left, &from, &size, &mode, &modified])
}

/// What a command of this module is for, by its words: for whoever plays a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// See [`list`].
    List,
    /// See [`look`].
    Look,
    /// See [`read`], from this byte on.
    Read(u64),
    /// See [`pack`], from this byte on.
    Pack(u64),
    /// See [`pick`], from this byte on.
    Pick(u64),
    /// See [`sizes`].
    Sizes,
    /// See [`unpack`].
    Unpack,
    /// See [`check`].
    Check,
    /// See [`forget`].
    Forget,
    /// See [`write()`].
    Write {
        /// What the file becomes.
        file: Vec<u8>,
        /// How many bytes come.
        left: u64,
        /// How many are there.
        from: u64,
        /// How many it has in the end.
        size: u64,
        /// Its permissions.
        mode: u32,
        /// When it changed last.
        modified: i64,
    },
}

/// What these words mean, and the path that they are about; `None` where they are none of this module's.
pub fn meaning(words: &[String]) -> Option<(Meaning, Vec<u8>)> {
    let [sh, c, script, kx, path, more @ ..] = words else { return None };
    if [sh, c, kx].map(String::as_str) != ["sh", "-c", "kx"] {
        return None;
    }
    let script = script.strip_prefix(DECODE)?;
    let script = script.strip_prefix(NEEDS_TAR).unwrap_or(script);
    let number = |at: usize| more.get(at).and_then(|word| word.parse::<u64>().ok());
    let meaning = match script {
        LIST => Meaning::List,
        LOOK => Meaning::Look,
        READ => Meaning::Read(number(0)?),
        PACK => Meaning::Pack(number(0)?),
        PICK => Meaning::Pick(number(0)?),
        SIZES => Meaning::Sizes,
        UNPACK => Meaning::Unpack,
        CHECK => Meaning::Check,
        FORGET => Meaning::Forget,
        WRITE => Meaning::Write {
            file: decoded(more.first()?),
            left: number(1)?,
            from: number(2)?,
            size: number(3)?,
            mode: u32::from_str_radix(more.get(4)?, 8).ok()?,
            modified: more.get(5)?.parse().ok()?,
        },
        _ => return None,
    };
    Some((meaning, decoded(path)))
}

/// The path that an [`argument`] stands for.
fn decoded(argument: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(argument.len());
    let mut rest = argument.as_bytes();
    while let [first, more @ ..] = rest {
        let octal = more.get(1..4).filter(|_| *first == b'\\' && more[0] == b'0');
        let value = octal.and_then(|digits| std::str::from_utf8(digits).ok());
        match value.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(byte) => {
                out.push(byte);
                rest = &more[4..];
            }
            None => {
                out.push(*first);
                rest = more;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn commands_mean_what_they_were_made_for() {
        let odd = b"/a b/\xff\n-\"'\\";
        assert_eq!(meaning(&list(odd)), Some((Meaning::List, odd.to_vec())));
        assert_eq!(meaning(&read(odd, 65536)), Some((Meaning::Read(65536), odd.to_vec())));
        assert_eq!(meaning(&pack(odd, 7)), Some((Meaning::Pack(7), odd.to_vec())));
        let (words, lines) = pick(odd, &[odd.to_vec(), b"./x".to_vec()], 7);
        assert_eq!(meaning(&words), Some((Meaning::Pick(7), odd.to_vec())));
        assert_eq!(picked(&lines), [odd.to_vec(), b"./x".to_vec()]);
        let to_write =
            Write { part: b"/p", file: odd, from: 1, size: 3, mode: Some(0o100_640), modified: 9 };
        let (file, mode) = (odd.to_vec(), 0o640);
        let wanted = Meaning::Write { file, left: 2, from: 1, size: 3, mode, modified: 9 };
        assert_eq!(meaning(&write(to_write)), Some((wanted, b"/p".to_vec())));
        assert_eq!(meaning(&["sh", "-c", "ls", "kx", "/"].map(str::to_owned)), None);
    }

    proptest! {
        #[test]
        fn arguments_are_ascii_and_lead_back(path in prop::collection::vec(1u8.., 0..60)) {
            let argument = argument(&path);
            prop_assert!(argument.bytes().all(|b| b.is_ascii_graphic()));
            prop_assert_eq!(decoded(&argument), path);
        }
    }
}
