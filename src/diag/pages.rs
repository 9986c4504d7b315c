//! What holds for every explanation page.

use std::collections::BTreeSet;

use super::Code;

#[test]
fn a_page_has_its_title_and_a_wrong_and_a_right_example() {
    for code in Code::ALL {
        let page = code.page();
        let title = format!("# {}: ", code.id());
        assert!(page.starts_with(&title), "the first line of {}.md starts with `{title}`", code.id());
        for word in ["Wrong", "Right"] {
            assert!(has_example(page, word), "{}.md has `{word}:` with a fenced example below", code.id());
        }
        let fences = page.lines().filter(|line| line.starts_with("```")).count();
        assert!(fences.is_multiple_of(2), "{}.md closes what it opens", code.id());
        let last = page.lines().last().unwrap_or_default();
        assert!(last.ends_with('.'), "{}.md ends with the reason, not with code", code.id());
        assert!(page.lines().all(|line| line.chars().count() <= 124), "{}.md fits a terminal", code.id());
    }
}

fn has_example(page: &str, word: &str) -> bool {
    let mut lines = page.lines().skip_while(|line| !(line.starts_with(word) && line.ends_with(':'))).skip(1);
    lines.next() == Some("") && lines.next().is_some_and(|line| line.starts_with("```") && line.len() > 3)
}

#[test]
fn ids_differ_and_their_letter_is_the_severity() {
    let ids: BTreeSet<&str> = Code::ALL.iter().map(|code| code.id()).collect();
    assert_eq!(ids.len(), Code::ALL.len());
    for code in Code::ALL {
        let word = format!("{:?}", code.severity());
        assert!(code.id().starts_with(&word[..1]), "{}", code.id());
    }
}

#[test]
fn no_page_is_without_a_code() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/diag/pages");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(Code::ALL.iter().any(|code| name == format!("{}.md", code.id())), "{name}");
    }
}
