//! A layered layout from left to right, in whole pixels, so that the same graph gives the same picture everywhere.
//!
//! Boxes stand in every other column; the columns between hold the arrows' labels. A long arrow passes each column on the
//! way at a place that is kept free for it. So boxes, labels and arrows never cover each other, and the order within the
//! columns is all that is left to choose: the one with few crossings, by the usual sweeps over neighbours' positions
//! (Sugiyama, Tagawa, Toda: Methods for visual understanding of hierarchical system structures, 1981).

mod order;
mod place;
mod rank;

/// Width and height.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Size {
    pub(super) width: i64,
    pub(super) height: i64,
}

/// A box to place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Demand {
    pub(super) size: Size,
    /// The column of boxes that it is never left of.
    pub(super) least_rank: usize,
    /// Whether it stays in that column: what points to it from further right leads back.
    pub(super) pinned: bool,
}

/// An arrow to place; `from` and `to` are positions among the boxes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Zero where there is no label.
    pub(super) label: Size,
}

/// A placed rectangle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rect {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) size: Size,
}

/// A placed arrow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Route {
    /// The start, entry and exit of each column that is passed, and the end; from left to right.
    pub(super) points: Vec<(i64, i64)>,
    /// Whether the arrow's head is at the first point: one of a cycle has to lead back.
    pub(super) backwards: bool,
    /// Where the label is.
    pub(super) label: Option<Rect>,
}

/// Everything placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) size: Size,
    pub(super) boxes: Vec<Rect>,
    pub(super) routes: Vec<Route>,
}

/// What stands in a column: a box, a label, or the passage of a long arrow.
#[derive(Debug, Clone)]
struct Item {
    column: usize,
    size: Size,
    /// Pixels above and below that nothing else may enter.
    margin: i64,
    /// The arrow that it is a part of; boxes have none.
    chain: Option<usize>,
    /// What it is joined to in the column before and in the column after.
    before: Vec<usize>,
    after: Vec<usize>,
}

/// Boxes and arrows as items in columns; the boxes come first, in their own order.
#[derive(Debug)]
struct Columns {
    items: Vec<Item>,
    /// The items of each column from top to bottom.
    order: Vec<Vec<usize>>,
    /// For each arrow the items between its boxes, from left to right.
    chains: Vec<Vec<usize>>,
}

const BOX_MARGIN: i64 = 16;
const LABEL_MARGIN: i64 = 6;
const PASSAGE: Size = Size { width: 0, height: 2 };
const PASSAGE_MARGIN: i64 = 8;

/// Places `boxes` and `links`.
pub(super) fn layout(boxes: &[Demand], links: &[Link]) -> Layout {
    let ranks = rank::ranks(boxes, links);
    let mut columns = columns(boxes, links, &ranks);
    order::untangle(&mut columns);
    place::place(&columns, links, &ranks)
}

fn columns(boxes: &[Demand], links: &[Link], ranks: &rank::Ranks) -> Columns {
    let mut items: Vec<Item> =
        boxes.iter().zip(&ranks.of).map(|(demand, rank)| item(2 * rank, demand.size, BOX_MARGIN, None)).collect();
    let mut chains = Vec::new();
    for (link, backwards) in links.iter().zip(&ranks.backwards) {
        let (left, right) = if *backwards { (link.to, link.from) } else { (link.from, link.to) };
        let mut chain = Vec::new();
        let mut last = left;
        for column in items[left].column + 1..items[right].column {
            let labelled = chain.is_empty() && link.label.height > 0;
            let (size, margin) = if labelled { (link.label, LABEL_MARGIN) } else { (PASSAGE, PASSAGE_MARGIN) };
            items.push(item(column, size, margin, Some(chains.len())));
            let this = items.len() - 1;
            join(&mut items, last, this);
            chain.push(this);
            last = this;
        }
        join(&mut items, last, right);
        chains.push(chain);
    }
    let count = items.iter().map(|item| item.column + 1).max().unwrap_or(0);
    let mut columns = vec![Vec::new(); count];
    for (at, item) in items.iter().enumerate() {
        columns[item.column].push(at);
    }
    Columns { items, order: columns, chains }
}

const fn item(column: usize, size: Size, margin: i64, chain: Option<usize>) -> Item {
    Item { column, size, margin, chain, before: Vec::new(), after: Vec::new() }
}

fn join(items: &mut [Item], left: usize, right: usize) {
    items[left].after.push(right);
    items[right].before.push(left);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Graphs of every density from a small generator of our own: the same ones on each run.
    fn graph(seed: u64) -> (Vec<Demand>, Vec<Link>) {
        let mut state = seed;
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from((state >> 33) % below).unwrap()
        };
        let count = 2 + next(12);
        let boxes = (0..count).map(|_| {
            let least_rank = next(3);
            let size = Size { width: 100, height: 60 + 10 * i64::try_from(next(8)).unwrap() };
            Demand { size, least_rank, pinned: least_rank == 1 && next(2) == 0 }
        });
        let boxes: Vec<Demand> = boxes.collect();
        let links = (0..next(30)).map(|_| {
            let (from, to) = (next(count as u64), next(count as u64));
            let height = [0, 20, 50][next(3)];
            Link { from, to, label: Size { width: height * 2, height } }
        });
        let links = links.filter(|link| link.from != link.to).collect();
        (boxes, links)
    }

    fn apart(a: &Rect, b: &Rect) -> bool {
        let beside = a.x + a.size.width <= b.x || b.x + b.size.width <= a.x;
        beside || a.y + a.size.height <= b.y || b.y + b.size.height <= a.y
    }

    fn inside(rect: &Rect, size: Size) -> bool {
        rect.x >= 0 && rect.y >= 0 && rect.x + rect.size.width <= size.width && rect.y + rect.size.height <= size.height
    }

    #[test]
    fn nothing_covers_anything_and_no_arrow_passes_through_a_box() {
        for seed in 0..300 {
            let (boxes, links) = graph(seed);
            let layout = layout(&boxes, &links);
            let labels = layout.routes.iter().filter_map(|route| route.label);
            let rects: Vec<Rect> = layout.boxes.iter().copied().chain(labels).collect();
            assert!(rects.iter().all(|rect| inside(rect, layout.size)), "{seed}");
            for (at, a) in rects.iter().enumerate() {
                assert!(rects[at + 1..].iter().all(|b| apart(a, b)), "{seed}: {a:?}");
            }
            for route in &layout.routes {
                for passage in route.points[1..route.points.len() - 1].chunks(2) {
                    let [(left, y), (right, _)] = passage else { panic!("{seed}: entry without exit") };
                    let line = Rect { x: *left, y: *y, size: Size { width: right - left, height: 1 } };
                    let others = rects.iter().filter(|rect| Some(**rect) != route.label);
                    assert!(others.into_iter().all(|rect| apart(&line, rect)), "{seed}: {line:?}");
                }
                assert!(route.points.is_sorted_by_key(|point| point.0), "{seed}: {route:?}");
            }
        }
    }
}
