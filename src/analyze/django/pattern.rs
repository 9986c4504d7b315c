//! Django's URL patterns: paths with converters, put together from the parts that `include` makes of them.

use super::super::path::WrittenPath;
use crate::app::{RoutePath, RouteSegment};

/// A pattern as far as it is read. Parts are put together as text: Django knows no segments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text that matches itself.
    Literal(String),
    /// Text without a slash.
    Parameter(String),
    /// Any text.
    Rest(String),
    /// What no route of a gateway can say; nothing behind it counts.
    Unknown,
}

impl Pattern {
    /// The pattern of a path as `path()` takes it; `matched` says what a converter of that name makes of its part.
    pub(super) fn of_path(written: &str, matched: impl Fn(&str, &str) -> Piece) -> Self {
        let mut pieces = Vec::new();
        let mut rest = written;
        while let Some((before, (inside, behind))) =
            rest.split_once('<').and_then(|(before, after)| Some((before, after.split_once('>')?)))
        {
            let (converter, name) = inside.split_once(':').unwrap_or(("str", inside));
            pieces.extend((!before.is_empty()).then(|| Piece::Literal(before.to_owned())));
            pieces.push(matched(converter, name));
            rest = behind;
        }
        pieces.extend((!rest.is_empty()).then(|| Piece::Literal(rest.to_owned())));
        Self(pieces)
    }

    pub(super) const fn new(pieces: Vec<Piece>) -> Self {
        Self(pieces)
    }

    /// What matches this and then `other`.
    pub(super) fn then(&self, other: &Self) -> Self {
        Self(self.0.iter().chain(&other.0).cloned().collect())
    }

    /// The pattern with anything behind it.
    pub(super) fn and_more(mut self) -> Self {
        self.0.push(Piece::Unknown);
        self
    }

    /// The path that the whole pattern matches.
    pub(super) fn written(&self) -> WrittenPath {
        let mut read = Reader::default();
        let ended = self.0.iter().try_for_each(|piece| read.piece(piece));
        if ended.is_err() {
            return WrittenPath::KnownUpTo(RoutePath(read.done));
        }
        match read.open() {
            Some(RouteSegment::Literal(text)) if text.is_empty() && read.is_at_start() => {
                WrittenPath::Known(RoutePath(Vec::new()))
            }
            // A gateway's greedy parameter takes the slash at the end by itself.
            Some(RouteSegment::Literal(text)) if text.is_empty() && read.rest => {
                WrittenPath::Known(RoutePath(read.done))
            }
            Some(_) if read.rest => WrittenPath::KnownUpTo(read.without_rest()),
            Some(last) => {
                read.done.push(last);
                WrittenPath::Known(RoutePath(read.done))
            }
            None => WrittenPath::KnownUpTo(RoutePath(read.done)),
        }
    }

    /// The part of the path that everything behind this pattern surely starts with: up to its last slash.
    pub(super) fn prefix(&self) -> RoutePath {
        match self.clone().and_more().written() {
            WrittenPath::Known(path) | WrittenPath::KnownUpTo(path) => path,
        }
    }
}

/// The segments read so far.
#[derive(Default)]
struct Reader {
    done: Vec<RouteSegment>,
    /// The pieces of the segment that is not closed yet.
    pieces: Vec<Piece>,
    /// Whether the last closed segment takes everything.
    rest: bool,
}

/// Nothing behind can be said.
struct Stop;

impl Reader {
    fn piece(&mut self, piece: &Piece) -> Result<(), Stop> {
        match piece {
            Piece::Unknown => {
                if self.rest {
                    self.done.pop();
                }
                Err(Stop)
            }
            Piece::Parameter(_) | Piece::Rest(_) => {
                self.pieces.push(piece.clone());
                Ok(())
            }
            Piece::Literal(text) => {
                let mut parts = text.split('/');
                self.pieces
                    .extend(parts.next().filter(|part| !part.is_empty()).map(|part| Piece::Literal(part.into())));
                parts.try_for_each(|part| {
                    self.close()?;
                    self.pieces.extend((!part.is_empty()).then(|| Piece::Literal(part.to_owned())));
                    Ok(())
                })
            }
        }
    }

    fn close(&mut self) -> Result<(), Stop> {
        let segment = self.open().ok_or(Stop)?;
        if self.rest {
            self.done.pop();
            return Err(Stop);
        }
        // Two slashes in a row are no path that a gateway has.
        if matches!(&segment, RouteSegment::Literal(text) if text.is_empty()) {
            return Err(Stop);
        }
        self.rest = matches!(segment, RouteSegment::Rest(_));
        self.done.push(segment);
        self.pieces.clear();
        Ok(())
    }

    /// The segment that is not closed yet; `None` where it is no segment of a gateway's.
    fn open(&self) -> Option<RouteSegment> {
        match &self.pieces[..] {
            [Piece::Parameter(name)] => Some(RouteSegment::Parameter(name.clone())),
            [Piece::Rest(name)] => Some(RouteSegment::Rest(name.clone())),
            pieces => {
                let texts = pieces.iter().map(|piece| match piece {
                    Piece::Literal(text) => Some(text.as_str()),
                    Piece::Parameter(_) | Piece::Rest(_) | Piece::Unknown => None,
                });
                texts.collect::<Option<Vec<_>>>().map(|texts| RouteSegment::Literal(texts.concat()))
            }
        }
    }

    fn is_at_start(&self) -> bool {
        self.done.is_empty() && self.pieces.is_empty()
    }

    fn without_rest(&self) -> RoutePath {
        RoutePath(self.done[..self.done.len() - 1].to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(written: &str) -> Pattern {
        Pattern::of_path(written, |converter, name| match converter {
            "path" => Piece::Rest(name.to_owned()),
            "any" => Piece::Unknown,
            _ => Piece::Parameter(name.to_owned()),
        })
    }

    fn shown(pattern: &Pattern) -> String {
        match pattern.written() {
            WrittenPath::Known(path) => path.to_string(),
            WrittenPath::KnownUpTo(path) => format!("{path} and on"),
        }
    }

    #[test]
    fn paths() {
        for (written, expected) in [
            ("", "/"),
            ("books/", "/books/"),
            ("books/<slug:isbn>/loans", "/books/{isbn}/loans"),
            ("books/<isbn>/", "/books/{isbn}/"),
            ("files/<path:rest>", "/files/{rest+}"),
            ("files/<path:rest>/", "/files/{rest+}"),
            ("files/<path:rest>/history", "/files and on"),
            ("files/<name>.txt", "/files and on"),
            ("files/<path:rest>.txt", "/files and on"),
            ("years/<any:year>/", "/years and on"),
            ("a//b", "/a and on"),
        ] {
            assert_eq!(shown(&pattern(written)), expected, "{written}");
        }
    }

    #[test]
    fn parts_are_put_together_as_text() {
        let whole = |first: &str, second: &str| shown(&pattern(first).then(&pattern(second)));
        assert_eq!(whole("api/", "users/<int:pk>/"), "/api/users/{pk}/");
        assert_eq!(whole("api", "users/"), "/apiusers/");
        assert_eq!(whole("<slug:team>/", ""), "/{team}/");
        assert_eq!(whole("api/", ""), "/api/");
        assert_eq!(pattern("admin/").prefix().to_string(), "/admin");
        assert_eq!(pattern("admin").prefix().to_string(), "/");
        assert_eq!(pattern("x/<path:rest>").prefix().to_string(), "/x");
    }
}
