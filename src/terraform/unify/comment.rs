//! Comments of several modules: what all say stands once, the rest with who says it.

use std::collections::BTreeMap;

use super::super::Body;
use super::super::block::Item;

/// The arguments and blocks of a body, each with what stands above it.
pub(super) struct Commented<'b> {
    order: Vec<(String, usize)>,
    items: BTreeMap<(String, usize), One<'b>>,
}

/// One of them.
pub(super) struct One<'b> {
    comments: Vec<&'b str>,
    gap: bool,
    pub(super) item: &'b Item,
}

impl<'b> Commented<'b> {
    pub(super) fn of(body: &'b Body) -> Self {
        let mut found = Self { order: Vec::new(), items: BTreeMap::new() };
        let (mut comments, mut gap) = (Vec::new(), false);
        for item in &body.items {
            let name = match item {
                Item::Attribute(name, _) => name.to_string(),
                Item::Block(block) => super::title(block),
                Item::Comment(text) => {
                    comments.push(text.as_str());
                    continue;
                }
                Item::Gap => {
                    gap = true;
                    continue;
                }
            };
            let number = found.order.iter().filter(|(known, _)| *known == name).count();
            found.order.push((name.clone(), number));
            let one = One { comments: std::mem::take(&mut comments), gap: std::mem::take(&mut gap), item };
            found.items.insert((name, number), one);
        }
        found
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &(String, usize)> {
        self.order.iter()
    }

    pub(super) fn get(&self, key: &(String, usize)) -> Option<&One<'b>> {
        self.items.get(key)
    }
}

/// What stands above something that every module has.
pub(super) fn above(names: &[&str], found: &[&One<'_>]) -> Vec<Item> {
    let comments: Vec<_> = found.iter().map(|one| one.comments.clone()).collect();
    let gap = found.iter().any(|one| one.gap).then_some(Item::Gap);
    gap.into_iter().chain(merged(names, &comments).into_iter().map(Item::Comment)).collect()
}

/// The paragraphs that all have, in the order of the first; then those that only some have.
pub(super) fn merged(names: &[&str], comments: &[Vec<&str>]) -> Vec<String> {
    let mut who: Vec<(&str, Vec<String>)> = Vec::new();
    for (name, paragraphs) in names.iter().zip(comments) {
        for paragraph in paragraphs {
            match who.iter_mut().find(|(known, _)| known == paragraph) {
                Some((_, names)) if names.iter().any(|known| known == name) => {}
                Some((_, names)) => names.push((*name).to_owned()),
                None => who.push((paragraph, vec![(*name).to_owned()])),
            }
        }
    }
    let (common, others): (Vec<_>, Vec<_>) = who.into_iter().partition(|(_, who)| who.len() == names.len());
    let common = common.into_iter().map(|(paragraph, _)| paragraph.to_owned());
    common.chain(others.into_iter().map(|(paragraph, who)| format!("In {}: {paragraph}", listed(&who)))).collect()
}

/// `dev, staging and prod`.
#[must_use]
pub fn listed(names: &[impl AsRef<str>]) -> String {
    let names: Vec<_> = names.iter().map(AsRef::as_ref).collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
