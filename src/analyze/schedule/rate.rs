//! How often: a number and a unit of time.

use super::Invalid;
use crate::app::When;

const UNITS: [(&str, &str, u32); 3] = [("minute", "minutes", 1), ("hour", "hours", 60), ("day", "days", 1440)];

const HELP: &str = "write a number and `minutes`, `hours` or `days`, such as `5 minutes`, `1 hour` or `2 days`";

/// A year: whoever means more means something else.
const LONGEST_MINUTES: u32 = 366 * 1440;

pub(super) fn parse(text: &str) -> Result<When, Invalid> {
    let invalid = |at, why: &str| Invalid { at, why: why.to_owned(), help: HELP.to_owned() };
    let mut words = words(text);
    let Some((at, number)) = words.next() else { return Err(invalid(0..text.len(), "empty")) };
    let number_at = at..at + number.len();
    let count = match number.parse::<u32>() {
        Ok(count) if count > 0 && number.bytes().all(|b| b.is_ascii_digit()) => count,
        Ok(_) | Err(_) => return Err(invalid(number_at, "no whole number from 1 on")),
    };
    let Some((at, word)) = words.next() else {
        return Err(invalid(text.len()..text.len(), "the unit of time is missing"));
    };
    let word_at = at..at + word.len();
    let Some((one, many, minutes)) = UNITS.into_iter().find(|(one, many, _)| [*one, *many].contains(&word)) else {
        return Err(invalid(word_at, "none of `minutes`, `hours`, `days`"));
    };
    let right = if count == 1 { one } else { many };
    // EventBridge itself refuses the other form:
    // https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#rate-based
    if word != right {
        let help = format!("write `{count} {right}`");
        return Err(Invalid { at: word_at, why: format!("of {count} it is `{right}`"), help });
    }
    if let Some((at, word)) = words.next() {
        return Err(invalid(at..at + word.len(), "nothing is expected here"));
    }
    match count.checked_mul(minutes).filter(|minutes| *minutes <= LONGEST_MINUTES) {
        Some(minutes) => Ok(When::EveryMinutes(minutes)),
        None => Err(invalid(number_at, "more than a year")),
    }
}

/// The words with their places.
pub(super) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split([' ', '\t'])
        .filter(|word| !word.is_empty())
        .map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates() {
        for (text, minutes) in [("1 minute", 1), ("5 minutes", 5), ("1 hour", 60), (" 2  days ", 2880)] {
            assert!(matches!(parse(text), Ok(When::EveryMinutes(found)) if found == minutes), "{text}");
        }
        for (text, at) in [
            ("", 0..0),
            ("0 hours", 0..1),
            ("-1 hours", 0..2),
            ("+1 hour", 0..2),
            ("five minutes", 0..4),
            ("5", 1..1),
            ("1 hours", 2..7),
            ("2 hour", 2..6),
            ("5 weeks", 2..7),
            ("5 minutes ago", 10..13),
            ("367 days", 0..3),
            ("99999999999 days", 0..11),
        ] {
            assert_eq!(parse(text).err().map(|invalid| invalid.at), Some(at), "{text}");
        }
    }
}
