use super::{Code, Diagnostic};
use crate::source::{ProjectPath, ReadFailure, Span};

/// A source file whose bytes are not UTF-8. There is no text to show, so the message itself says where.
pub(crate) fn not_utf8(file: &ProjectPath, bytes: &[u8]) -> Diagnostic {
    let valid = std::str::from_utf8(bytes).err().map_or(bytes.len(), |error| error.valid_up_to());
    let line = memchr::memchr_iter(b'\n', &bytes[..valid]).count() + 1;
    Diagnostic::new(
        Code::FileNotUtf8,
        format!("`{file}` is not UTF-8: byte {} on line {line} does not belong", valid + 1),
    )
    .at(Span::new(file, valid..valid + 1), "the first byte that is not UTF-8")
    .help("save the file as UTF-8")
}

/// A source file that the operating system would not give.
pub(crate) fn unreadable(failure: &ReadFailure) -> Diagnostic {
    Diagnostic::new(Code::FileUnreadable, format!("`{}` cannot be read: {}", failure.path, failure.error))
        .at(Span::new(&failure.path, 0..0), "this file")
        .help("make it readable, or name it in `.gitignore` if it is no part of the application")
}
