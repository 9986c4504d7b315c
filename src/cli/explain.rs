use std::io::{self, Write as _};

use super::Exit;
use crate::diag::{Code, closest};

pub(super) fn explain(written: &str) -> io::Result<Exit> {
    if let Some(code) = Code::ALL.iter().find(|code| code.id().eq_ignore_ascii_case(written)) {
        io::stdout().write_all(code.page().as_bytes())?;
        return Ok(Exit::Fine);
    }
    let suggestion = closest(written, Code::ALL.iter().map(|code| code.id()));
    let hint = suggestion.map_or_else(String::new, |id| format!("; did you mean {id}?"));
    writeln!(io::stderr(), "error: there is no code `{written}`{hint}")?;
    Ok(Exit::Environment)
}
