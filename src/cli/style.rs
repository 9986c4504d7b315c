use std::io::{self, IsTerminal as _};
use std::path::Path;

use super::args::Color;
use crate::build::quoted;
use crate::diag::render;

/// Whether what goes to standard error is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) color: bool,
}

impl Style {
    /// The flag, then `NO_COLOR` (<https://no-color.org>), then whether a person is looking.
    pub(crate) fn choose(color: Color) -> Self {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => !no_color && io::stderr().is_terminal(),
        };
        Self { color }
    }

    pub(crate) const fn of_diagnostics(self) -> render::Style {
        if self.color { render::Style::Coloured } else { render::Style::Plain }
    }
}

/// A path in a command that can be typed as it is shown.
pub(super) fn shown(path: &Path) -> String {
    quoted(&path.to_string_lossy())
}
