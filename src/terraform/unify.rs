//! Several modules as one: where their trees are the same and only literal values differ, one tree, in which somebody else puts
//! something into the place of each such value.

mod comment;
mod place;
mod value;

use std::collections::BTreeMap;

use hcl::Expression;

use super::block::Item;
use super::{Block, Body};

use comment::Commented;
pub use comment::listed;
use place::Takes;
pub use place::{Fork, Place};
pub use value::type_of;

/// What stands in the place of values that differ: they are literals of one type.
pub trait Fill {
    /// What stands at `place`; `None` where nothing can.
    fn fill(&mut self, place: &Place, values: &[&Expression]) -> Option<Expression>;

    /// Hears that the first of `values` stands where nothing but a literal can: a test has to hold the module to that one too.
    fn assume(&mut self, values: &[&Expression]);
}

/// The blocks of several modules as one list. `names` are what the modules are called, in the comments that not all of them have.
///
/// The order is that of the first module. Fails with every place where the trees differ in more than values.
pub fn unify(names: &[&str], modules: &[&[Block]], fill: &mut dyn Fill) -> Result<Vec<Block>, Vec<Fork>> {
    let mut unifier = Unifier { names, fill, forks: Vec::new() };
    let keyed: Vec<BTreeMap<(String, usize), &Block>> = modules.iter().map(|blocks| keyed(blocks.iter())).collect();
    let all: Vec<_> = keyed.iter().flat_map(BTreeMap::keys).collect();
    let mut blocks = Vec::new();
    for key in in_order(modules.first().into_iter().copied().flatten(), &all) {
        let found: Vec<_> = keyed.iter().map(|blocks| blocks.get(&key).copied()).collect();
        let place = Place::of(&key.0);
        if let Some(found) = unifier.everywhere(&place, &found) {
            blocks.extend(unifier.block(&place, &found));
        }
    }
    if unifier.forks.is_empty() { Ok(blocks) } else { Err(unifier.forks) }
}

/// Blocks by what they are called, and how many of that name came before.
fn keyed<'b>(blocks: impl Iterator<Item = &'b Block>) -> BTreeMap<(String, usize), &'b Block> {
    let mut counts = BTreeMap::new();
    let keyed = blocks.map(|block| {
        let count = counts.entry(title(block)).and_modify(|count| *count += 1).or_insert(0_usize);
        ((title(block), *count), block)
    });
    keyed.collect()
}

/// The keys of the first module in its order, then those that it does not have.
fn in_order<'b>(first: impl Iterator<Item = &'b Block>, all: &[&(String, usize)]) -> Vec<(String, usize)> {
    let mut counts = BTreeMap::new();
    let mut keys: Vec<_> = first
        .map(|block| {
            let count = counts.entry(title(block)).and_modify(|count| *count += 1).or_insert(0_usize);
            (title(block), *count)
        })
        .collect();
    for key in all {
        if !keys.contains(key) {
            keys.push((*key).clone());
        }
    }
    keys
}

/// What a block is called, as others refer to it: `aws_sns_topic.t`, `data.aws_region.current`, `provider.aws`.
fn title(block: &Block) -> String {
    let labels = block.labels.iter().map(String::as_str);
    match block.kind.as_ref() {
        "resource" => labels.collect::<Vec<_>>().join("."),
        kind => std::iter::once(kind).chain(labels).collect::<Vec<_>>().join("."),
    }
}

struct Unifier<'a> {
    names: &'a [&'a str],
    fill: &'a mut dyn Fill,
    forks: Vec<Fork>,
}

impl Unifier<'_> {
    /// All of `found`, where every module has it.
    fn everywhere<T: Copy>(&mut self, place: &Place, found: &[Option<T>]) -> Option<Vec<T>> {
        let all: Option<Vec<T>> = found.iter().copied().collect();
        if all.is_none() {
            let with = self.names.iter().zip(found).filter(|(_, one)| one.is_some());
            let with = with.map(|(name, _)| (*name).to_owned()).collect();
            self.forks.push(Fork::Only { place: place.clone(), with });
        }
        all
    }

    fn fork(&mut self, place: &Place) {
        self.forks.push(Fork::Other { place: place.clone() });
    }

    fn block(&mut self, place: &Place, blocks: &[&Block]) -> Option<Block> {
        let first = blocks.first()?;
        let bodies: Vec<_> = blocks.iter().map(|block| &block.body).collect();
        let comments: Vec<_> = blocks.iter().map(|block| block.comment.iter().map(String::as_str).collect()).collect();
        let comment = comment::merged(self.names, &comments);
        let body = self.body(place, &bodies);
        Some(Block { comment, kind: first.kind.clone(), labels: first.labels.clone(), body })
    }

    fn body(&mut self, place: &Place, bodies: &[&Body]) -> Body {
        let commented: Vec<_> = bodies.iter().map(|body| Commented::of(body)).collect();
        let all: Vec<_> = commented.iter().flat_map(Commented::keys).collect();
        let mut items = Vec::new();
        let mut done: Vec<&(String, usize)> = Vec::new();
        for key in all {
            if done.contains(&key) {
                continue;
            }
            done.push(key);
            let (name, number) = key;
            let inside = place.step(name, *number);
            let found: Vec<_> = commented.iter().map(|body| body.get(key)).collect();
            let Some(found) = self.everywhere(&inside, &found) else { continue };
            items.extend(comment::above(self.names, &found));
            items.extend(self.item(&inside, &found.iter().map(|one| one.item).collect::<Vec<_>>()));
        }
        Body { items }
    }

    fn item(&mut self, place: &Place, items: &[&Item]) -> Option<Item> {
        match items.first()? {
            Item::Attribute(name, _) => {
                let values: Vec<_> = items.iter().filter_map(|item| value_of(item)).collect();
                let value = self.value(place, &values)?;
                Some(Item::Attribute(name.clone(), value))
            }
            Item::Block(_) => {
                let blocks: Vec<_> = items.iter().filter_map(|item| block_of(item)).collect();
                self.block(place, &blocks).map(Item::Block)
            }
            Item::Comment(_) | Item::Gap => None,
        }
    }

    /// What stands for literals of one type that differ.
    fn leaf(&mut self, place: &Place, values: &[&Expression]) -> Option<Expression> {
        let filled = match place.takes() {
            Takes::Expression => self.fill.fill(place, values),
            Takes::FirstLiteral => {
                self.fill.assume(values);
                values.first().map(|first| (*first).clone())
            }
            Takes::Nothing => None,
        };
        if filled.is_none() {
            self.fork(place);
        }
        filled
    }
}

const fn value_of(item: &Item) -> Option<&Expression> {
    match item {
        Item::Attribute(_, value) => Some(value),
        Item::Block(_) | Item::Comment(_) | Item::Gap => None,
    }
}

const fn block_of(item: &Item) -> Option<&Block> {
    match item {
        Item::Block(block) => Some(block),
        Item::Attribute(..) | Item::Comment(_) | Item::Gap => None,
    }
}

#[cfg(test)]
mod tests;
