//! When, as the services write it.

use crate::app::{Cron, When};

/// The steps of a rate that a crontab can say evenly, in minutes: those that divide an hour, those that divide a day, a day and
/// a week.
const MINUTES: [u32; 11] = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30];
const HOURS: [u32; 7] = [1, 2, 3, 4, 6, 8, 12];
const DAY: u32 = 24 * 60;
const WEEK: u32 = 7 * DAY;

/// The rates that a crontab can say, for people.
pub(super) fn even_rates() -> String {
    let list = |numbers: &[u32]| numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    format!("{} minutes; {} hours; 1 or 7 days", list(&MINUTES), list(&HOURS))
}

/// As Kubernetes reads it; `None` for a rate that five fields cannot say.
pub(super) fn crontab(when: &When) -> Option<String> {
    match when {
        When::Cron(cron) => Some(format!(
            "{} {} {} {} {}",
            field(&cron.minutes, 0, 59),
            field(&cron.hours, 0, 23),
            field(&cron.days, 1, 31),
            field(&cron.months, 1, 12),
            field(&cron.weekdays, 0, 6)
        )),
        When::EveryMinutes(1) => Some("* * * * *".to_owned()),
        When::EveryMinutes(60) => Some("0 * * * *".to_owned()),
        When::EveryMinutes(minutes) if MINUTES.contains(minutes) => Some(format!("*/{minutes} * * * *")),
        When::EveryMinutes(minutes) if minutes % 60 == 0 && HOURS.contains(&(minutes / 60)) => {
            Some(format!("0 */{} * * *", minutes / 60))
        }
        When::EveryMinutes(DAY) => Some("0 0 * * *".to_owned()),
        When::EveryMinutes(WEEK) => Some("0 0 * * 0".to_owned()),
        When::EveryMinutes(_) => None,
    }
}

/// As `EventBridge` Scheduler reads it: <https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html>.
pub(super) fn expression(when: &When) -> String {
    match when {
        When::Cron(cron) => eventbridge(cron),
        When::EveryMinutes(minutes) => {
            let (count, unit) = match minutes {
                minutes if minutes % DAY == 0 => (minutes / DAY, "day"),
                minutes if minutes % 60 == 0 => (minutes / 60, "hour"),
                minutes => (*minutes, "minute"),
            };
            format!("rate({count} {unit}{})", if count == 1 { "" } else { "s" })
        }
    }
}

/// Six fields, the last of them the year. Days are numbered from Sunday, which is 1, and one of the two fields for days is `?`.
fn eventbridge(cron: &Cron) -> String {
    let weekdays: Vec<_> = cron.weekdays.iter().map(|day| day + 1).collect();
    let (day, weekday) = match weekdays.len() {
        7 => (field(&cron.days, 1, 31), "?".to_owned()),
        _ => ("?".to_owned(), field(&weekdays, 1, 7)),
    };
    let (minute, hour, month) = (field(&cron.minutes, 0, 59), field(&cron.hours, 0, 23), field(&cron.months, 1, 12));
    // A step starts from a number there.
    let stepped = |text: String, least: u32| text.replace("*/", &format!("{least}/"));
    format!("cron({} {} {} {} {weekday} *)", stepped(minute, 0), stepped(hour, 0), stepped(day, 1), stepped(month, 1))
}

/// The shortest way to write `values`, which are in order: `*`, `*/5`, or a list of numbers and ranges.
fn field(values: &[u32], least: u32, most: u32) -> String {
    let [first, .., end] = values else { return values.first().map_or("*".to_owned(), u32::to_string) };
    let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
    if count == most - least + 1 {
        return "*".to_owned();
    }
    let step = values[1] - first;
    let even = values.windows(2).all(|pair| pair[1] - pair[0] == step);
    if even && step > 1 && *first == least && end + step > most && count > 2 {
        return format!("*/{step}");
    }
    let mut parts: Vec<(u32, u32)> = Vec::new();
    for value in values {
        match parts.last_mut() {
            Some((_, upto)) if *upto + 1 == *value => *upto = *value,
            Some(_) | None => parts.push((*value, *value)),
        }
    }
    let parts = parts.into_iter().map(|(start, end)| match end - start {
        0 => start.to_string(),
        1 => format!("{start},{end}"),
        _ => format!("{start}-{end}"),
    });
    parts.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cron(minutes: &[u32], hours: &[u32], days: &[u32], months: &[u32], weekdays: &[u32]) -> When {
        let all =
            |values: &[u32], least, most| if values.is_empty() { (least..=most).collect() } else { values.to_vec() };
        When::Cron(Cron {
            text: String::new(),
            minutes: all(minutes, 0, 59),
            hours: all(hours, 0, 23),
            days: all(days, 1, 31),
            months: all(months, 1, 12),
            weekdays: all(weekdays, 0, 6),
        })
    }

    #[test]
    fn crontabs() {
        for (when, kubernetes, scheduler) in [
            (cron(&[], &[], &[], &[], &[]), "* * * * *", "cron(* * * * ? *)"),
            (cron(&[0], &[3], &[], &[], &[]), "0 3 * * *", "cron(0 3 * * ? *)"),
            (cron(&[0, 15, 30, 45], &[], &[], &[], &[]), "*/15 * * * *", "cron(0/15 * * * ? *)"),
            (
                cron(&[0, 30], &[9, 10, 11, 14], &[], &[], &[1, 2, 3, 4, 5]),
                "0,30 9-11,14 * * 1-5",
                "cron(0,30 9-11,14 ? * 2-6 *)",
            ),
            (cron(&[0], &[0], &[1, 15], &[1, 4, 7, 10], &[]), "0 0 1,15 */3 *", "cron(0 0 1,15 1/3 ? *)"),
            (cron(&[5], &[0], &[], &[], &[0]), "5 0 * * 0", "cron(5 0 ? * 1 *)"),
            (cron(&[0], &[0], &[], &[], &[0, 6]), "0 0 * * 0,6", "cron(0 0 ? * 1,7 *)"),
        ] {
            assert_eq!(crontab(&when).as_deref(), Some(kubernetes));
            assert_eq!(expression(&when), scheduler);
        }
    }

    #[test]
    fn rates() {
        for (minutes, kubernetes, scheduler) in [
            (1, Some("* * * * *"), "rate(1 minute)"),
            (5, Some("*/5 * * * *"), "rate(5 minutes)"),
            (7, None, "rate(7 minutes)"),
            (60, Some("0 * * * *"), "rate(1 hour)"),
            (90, None, "rate(90 minutes)"),
            (240, Some("0 */4 * * *"), "rate(4 hours)"),
            (300, None, "rate(5 hours)"),
            (1440, Some("0 0 * * *"), "rate(1 day)"),
            (2880, None, "rate(2 days)"),
            (10_080, Some("0 0 * * 0"), "rate(7 days)"),
        ] {
            let when = When::EveryMinutes(minutes);
            assert_eq!((crontab(&when).as_deref(), expression(&when).as_str()), (kubernetes, scheduler));
        }
    }
}
