//! The five fields of crontab(5): <https://man7.org/linux/man-pages/man5/crontab.5.html>.

use std::ops::Range;

use super::Invalid;
use super::rate::words;
use crate::app::{Cron, When};

/// A field: what it is called, its bounds, and names for its values.
struct Field {
    name: &'static str,
    least: u32,
    most: u32,
    names: &'static [&'static str],
}

const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const FIELDS: [Field; 5] = [
    Field { name: "minute", least: 0, most: 59, names: &[] },
    Field { name: "hour", least: 0, most: 23, names: &[] },
    Field { name: "day of the month", least: 1, most: 31, names: &[] },
    Field { name: "month", least: 1, most: 12, names: MONTHS },
    Field { name: "day of the week", least: 0, most: 7, names: DAYS },
];

const FORM: &str = "write five fields: minute, hour, day of the month, month, day of the week, such as `0 3 * * 1-5`";

/// The most days that each month can have.
const LONGEST: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

pub(super) fn parse(text: &str) -> Result<When, Invalid> {
    let found: Vec<_> = words(text).collect();
    if let Some((at, word)) = found.iter().find(|(_, word)| word.starts_with('@')) {
        let why = "shorthands are not the same everywhere".to_owned();
        return Err(Invalid { at: *at..at + word.len(), why, help: FORM.to_owned() });
    }
    let mut values = Vec::new();
    for (field, (at, word)) in FIELDS.iter().zip(&found) {
        values.push(field.values(word).map_err(|invalid| invalid.moved(*at))?);
    }
    match found.get(FIELDS.len()) {
        Some((at, word)) => {
            let why = "a sixth field".to_owned();
            return Err(Invalid { at: *at..at + word.len(), why, help: FORM.to_owned() });
        }
        None if found.len() < FIELDS.len() => {
            let why = format!("the {} is missing", FIELDS[found.len()].name);
            return Err(Invalid { at: text.len()..text.len(), why, help: FORM.to_owned() });
        }
        None => {}
    }
    let (day, month, weekday) = (found[2], found[3], found[4]);
    for values in &mut values {
        values.sort_unstable();
        values.dedup();
    }
    let Ok([minutes, hours, days, months, mut weekdays]) = <[Vec<u32>; 5]>::try_from(values) else {
        return Err(Invalid { at: 0..text.len(), why: "not five fields".to_owned(), help: FORM.to_owned() });
    };
    // Sunday has two numbers.
    for day in &mut weekdays {
        *day %= 7;
    }
    weekdays.sort_unstable();
    weekdays.dedup();
    if days.len() < 31 && weekdays.len() < 7 {
        return Err(Invalid {
            at: weekday.0..weekday.0 + weekday.1.len(),
            why: "in a crontab this adds to the days of the month, which EventBridge cannot do".to_owned(),
            help: "restrict one of the two, with `*` for the other; for both, write two functions that call a third"
                .to_owned(),
        });
    }
    if !months.iter().any(|month| days.iter().any(|day| *day <= LONGEST[*month as usize - 1])) {
        let why = "no such day in any of these months".to_owned();
        let at = day.0..month.0 + month.1.len();
        return Err(Invalid { at, why, help: "choose a day that there is".to_owned() });
    }
    let text = found.iter().map(|(_, word)| *word).collect::<Vec<_>>().join(" ");
    Ok(When::Cron(Cron { text, minutes, hours, days, months, weekdays }))
}

impl Invalid {
    fn moved(mut self, by: usize) -> Self {
        self.at = self.at.start + by..self.at.end + by;
        self
    }
}

impl Field {
    /// The values that a list of ranges stands for.
    fn values(&self, list: &str) -> Result<Vec<u32>, Invalid> {
        let mut values = Vec::new();
        let mut at = 0;
        for part in list.split(',') {
            values.extend(self.part(part).map_err(|invalid| invalid.moved(at))?);
            at += part.len() + 1;
        }
        Ok(values)
    }

    /// `*`, `3`, `1-5`, each with or without `/2`.
    fn part(&self, part: &str) -> Result<Vec<u32>, Invalid> {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (part, None),
        };
        let (first, last) = match range.split_once('-') {
            _ if range == "*" => (self.least, self.last()),
            Some((first, last)) => {
                let (first_value, last_value) =
                    (self.value(first)?, self.value(last).map_err(|it| it.moved(first.len() + 1))?);
                if last_value < first_value {
                    return Err(self.invalid(0..range.len(), "ends before it begins"));
                }
                (first_value, last_value)
            }
            None => {
                let value = self.value(range)?;
                if let Some(step) = step {
                    let at = range.len() + 1..range.len() + 1 + step.len();
                    return Err(self.invalid(at, "a step needs a range or `*` before it"));
                }
                (value, value)
            }
        };
        let Some(step) = step else { return Ok((first..=last).collect()) };
        let at = range.len() + 1..part.len();
        match step.parse::<u32>() {
            Ok(step) if (1..=self.most).contains(&step) => Ok((first..=last).step_by(step as usize).collect()),
            Ok(_) | Err(_) => Err(self.invalid(at, &format!("a step is a number from 1 to {}", self.most))),
        }
    }

    fn value(&self, text: &str) -> Result<u32, Invalid> {
        let named = self.names.iter().position(|name| name.eq_ignore_ascii_case(text));
        let named = named.and_then(|place| u32::try_from(place).ok()).map(|place| place + self.least);
        let number = || text.parse().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
        let value = named.or_else(number).filter(|value| (self.least..=self.most).contains(value));
        value.ok_or_else(|| {
            let or_name = self.names.first().map_or_else(String::new, |name| format!(" or `{name}`…"));
            let why = match text.chars().find(|c| !(c.is_ascii_alphanumeric() || "-/*".contains(*c))) {
                Some(strange) => format!("`{strange}` is no part of a crontab"),
                None => format!("the {} is from {} to {}{or_name}", self.name, self.least, self.most),
            };
            self.invalid(0..text.len(), &why)
        })
    }

    /// The last value that is not another name of the first.
    const fn last(&self) -> u32 {
        if self.least == 0 && self.most == 7 { 6 } else { self.most }
    }

    fn invalid(&self, at: Range<usize>, why: &str) -> Invalid {
        let (name, least, most) = (self.name, self.least, self.most);
        let help = format!(
            "the {name} is `*`, a number from {least} to {most}, a range such as `{least}-{}`, a step such as `*/2`, or a list of \
             these",
            self.last()
        );
        Invalid { at, why: why.to_owned(), help }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_crontab_can_say() {
        for text in [
            "* * * * *",
            "*/5 * * * *",
            "0 3 * * 1-5",
            "0 3 * * MON-fri",
            "0,30 9-17/2 * jan,Jul *",
            "0 0 1,15 * *",
            "0 0 * * 7",
            "0 0 29 2 *",
            " 0  0 31 1-3 * ",
            "0 0 */1 * 1",
            "0 0 1 * 0-7",
        ] {
            assert!(parse(text).is_ok(), "{text}");
        }
        let Ok(When::Cron(cron)) = parse(" 0  3,1 * JAN,3-4 Mon,7,0") else { panic!("a crontab") };
        assert_eq!(cron.text, "0 3,1 * JAN,3-4 Mon,7,0");
        assert_eq!((cron.hours, cron.months, cron.weekdays), (vec![1, 3], vec![1, 3, 4], vec![0, 1]));
    }

    #[test]
    fn what_it_cannot_is_shown_at_its_character() {
        for (text, wrong) in [
            ("60 * * * *", "60"),
            ("0 24 * * *", "24"),
            ("0 0 0 * *", "0"),
            ("0 0 * 13 *", "13"),
            ("0 0 * * 8", "8"),
            ("0 0 * * mond", "mond"),
            ("0 5-3 * * *", "5-3"),
            ("0 1,x,3 * * *", "x"),
            ("0 1,,3 * * *", ""),
            ("0 1-x * * *", "x"),
            ("*/0 * * * *", "0"),
            ("*/x * * * *", "x"),
            ("5/10 * * * *", "10"),
            ("0 0 ? * *", "?"),
            ("0 0 L * *", "L"),
            ("0 0 * *", ""),
            ("", ""),
            ("0 0 * * * 2026", "2026"),
            ("@daily", "@daily"),
            ("0 0 1 * 1", "1"),
            ("0 0 */2 * 1", "1"),
            ("0 0 30 2 *", "30 2"),
            ("0 0 31 4,jun *", "31 4,jun"),
        ] {
            let invalid = parse(text).err().unwrap_or_else(|| panic!("{text} is wrong"));
            assert_eq!(&text[invalid.at.clone()], wrong, "{text}: {:?}", invalid.at);
        }
        assert_eq!(parse("0 0 1 * 1").err().map(|it| it.at), Some(8..9));
        assert_eq!(parse("0 0 * *").err().map(|it| it.at), Some(7..7));
    }
}
