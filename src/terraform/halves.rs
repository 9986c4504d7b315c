use std::fmt;

use hcl::{Expression, Number};

/// A number in steps of a half, such as 2.5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Halves(u64);

impl Halves {
    /// A whole number.
    #[must_use]
    pub fn of(whole: u32) -> Self {
        Self(2 * u64::from(whole))
    }

    /// The number that `text` is: decimal, in steps of a half and not negative.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let half = match part.trim_end_matches('0') {
            "" => 0,
            "5" => 1,
            _ => return None,
        };
        let whole = Some(whole).filter(|whole| digits(whole) && digits(part))?;
        Some(Self(Self::of(whole.parse().ok()?).0 + half))
    }

    /// Whether there is no half in it.
    #[must_use]
    pub fn is_whole(self) -> bool {
        self.0.is_multiple_of(2)
    }
}

impl fmt::Display for Halves {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let half = if self.is_whole() { "" } else { ".5" };
        write!(f, "{}{half}", self.0 / 2)
    }
}

impl From<Halves> for Expression {
    fn from(number: Halves) -> Self {
        let whole = number.0 / 2;
        if number.is_whole() {
            return Self::Number(whole.into());
        }
        let decimal = number.to_string().parse().ok().and_then(Number::from_f64);
        Self::Number(decimal.unwrap_or_else(|| whole.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::terraform::inline;

    #[test]
    fn halves_are_read_and_written() {
        assert_eq!(Halves::parse("0.5"), Some(Halves(1)));
        assert_eq!(Halves::parse("8"), Some(Halves::of(8)));
        assert_eq!(Halves::parse("2.50").map(|it| it.to_string()).as_deref(), Some("2.5"));
        assert_eq!(inline(&Halves(1).into()), "0.5");
        assert_eq!(inline(&Halves::of(256).into()), "256");
        for text in ["", "-1", "1.25", "1e1", ".5", "1.", "inf", "99999999999"] {
            assert_eq!(Halves::parse(text), None, "{text}");
        }
    }
}
