use std::borrow::Cow;
use std::ops::Range;

/// A line of a requirements file, put together from those that end with a backslash, without its comment.
#[derive(Debug)]
pub(super) struct Line<'t> {
    pub(super) text: Cow<'t, str>,
    /// Where its first part is, without the space around it.
    pub(super) at: Range<usize>,
}

/// What a line says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Statement<'l> {
    /// An option for the whole file.
    Option { name: &'l str, value: &'l str },
    /// Something to install.
    Requirement {
        text: &'l str,
        hashes: Vec<String>,
        /// An option other than a hash.
        other: Option<&'l str>,
    },
}

/// The lines that say something.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut found: Vec<Line<'_>> = Vec::new();
    let mut joins = false;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        let comment = comment(line);
        let said = &line[..comment.unwrap_or(line.len())];
        // A comment ends what was joined: https://github.com/pypa/pip/blob/25.0/src/pip/_internal/req/req_file.py#L450.
        let more = comment.is_none() && said.ends_with('\\');
        let said = said.strip_suffix('\\').filter(|_| more).unwrap_or(said);
        if let Some(last) = found.last_mut().filter(|_| joins) {
            last.text = Cow::Owned(format!("{} {}", last.text, said.trim()));
        } else {
            let from = at + (said.len() - said.trim_start().len());
            let trimmed = said.trim();
            found.push(Line { text: Cow::Borrowed(trimmed), at: from..from + trimmed.len() });
        }
        joins = more;
    }
    found.retain(|line| !line.text.trim().is_empty());
    found
}

/// Where a comment starts: at a `#` at the start or after space.
fn comment(line: &str) -> Option<usize> {
    line.match_indices('#').map(|(at, _)| at).find(|at| line[..*at].chars().next_back().is_none_or(char::is_whitespace))
}

impl Line<'_> {
    pub(super) fn statement(&self) -> Statement<'_> {
        let text = self.text.trim();
        if text.starts_with('-') {
            let (name, value) = split_option(text);
            return Statement::Option { name, value };
        }
        let options = text.find(" --").map_or(text.len(), |at| at);
        let (requirement, options) = text.split_at(options);
        let mut hashes = Vec::new();
        let mut other = None;
        let mut words = options.split_whitespace();
        while let Some(word) = words.next() {
            match word.strip_prefix("--hash") {
                Some(rest) => hashes.extend(rest.strip_prefix('=').or_else(|| words.next()).map(str::to_owned)),
                None => other = Some(word),
            }
        }
        Statement::Requirement { text: requirement.trim(), hashes, other }
    }
}

/// `-r base.txt`, `-rbase.txt`, `--requirement=base.txt`.
fn split_option(text: &str) -> (&str, &str) {
    let end = if text.starts_with("--") { text.find(|c: char| c == '=' || c.is_whitespace()) } else { Some(2) };
    let (name, value) =
        text.split_at(end.filter(|end| text.is_char_boundary(*end)).unwrap_or(text.len()).min(text.len()));
    (name, value.trim_start_matches('=').trim())
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn lines_are_joined_and_comments_left_out() {
        let text = "# head\nredis==5.0 \\\n    --hash=sha256:aa \\\n  --hash sha256:bb\n\n  fastapi >= 0.1 # why\r\n-r base.txt\n--index-url=https://x/#y\n-cpins.txt\nx --config-settings a=b\n";
        let found = lines(text);
        let said: Vec<_> = found.iter().map(Line::statement).collect();
        let requirement = |text, hashes: &[&str], other| Statement::Requirement {
            text,
            hashes: hashes.iter().map(|hash| (*hash).to_owned()).collect(),
            other,
        };
        let expected = [
            requirement("redis==5.0", &["sha256:aa", "sha256:bb"], None),
            requirement("fastapi >= 0.1", &[], None),
            Statement::Option { name: "-r", value: "base.txt" },
            Statement::Option { name: "--index-url", value: "https://x/#y" },
            Statement::Option { name: "-c", value: "pins.txt" },
            requirement("x", &[], Some("a=b")),
        ];
        assert_eq!(said, expected);
        assert_eq!(&text[found[0].at.clone()], "redis==5.0");
        assert_eq!(&text[found[1].at.clone()], "fastapi >= 0.1");
    }
}
