use super::rank::Ranks;
use super::{Columns, Item, Layout, Link, Rect, Route, Size};

/// Around everything.
const BORDER: i64 = 24;
/// Between two columns; arrows bend here.
const GAP: i64 = 34;
/// Between the ends of two arrows at one side of a box, where there is room.
const PORT: i64 = 16;
const SWEEPS: usize = 16;

/// Turns the order into coordinates.
pub(super) fn place(columns: &Columns, links: &[Link], ranks: &Ranks) -> Layout {
    let (spans, width) = horizontal(columns);
    let (middles, height) = vertical(columns);
    let count = ranks.of.len();
    let rect = |item: usize, width: i64| {
        let (left, right) = spans[columns.items[item].column];
        let size = Size { width, ..columns.items[item].size };
        Rect { x: left + (right - left - width) / 2, y: middles[item] - size.height / 2, size }
    };
    let boxes = (0..count).map(|item| {
        let (left, right) = spans[columns.items[item].column];
        rect(item, right - left)
    });
    let boxes: Vec<Rect> = boxes.collect();
    let routes = links.iter().zip(&ranks.backwards).zip(&columns.chains).map(|((link, backwards), chain)| {
        let (left, right) = if *backwards { (link.to, link.from) } else { (link.from, link.to) };
        let (first, last) = (chain.first().copied().unwrap_or(right), chain.last().copied().unwrap_or(left));
        let start = port(&middles, left, &columns.items[left].after, first, boxes[left].size.height);
        let end = port(&middles, right, &columns.items[right].before, last, boxes[right].size.height);
        let mut points = vec![(boxes[left].x + boxes[left].size.width, start)];
        for item in chain {
            let (left, right) = spans[columns.items[*item].column];
            points.extend([(left, middles[*item]), (right, middles[*item])]);
        }
        points.push((boxes[right].x, end));
        let label = chain.first().filter(|_| link.label.height > 0).map(|item| rect(*item, link.label.width));
        Route { points, backwards: *backwards, label }
    });
    Layout { size: Size { width, height }, routes: routes.collect(), boxes }
}

/// Where each column starts and ends, and the width of all.
fn horizontal(columns: &Columns) -> (Vec<(i64, i64)>, i64) {
    let mut x = BORDER;
    let spans: Vec<(i64, i64)> = columns
        .order
        .iter()
        .map(|column| {
            let width = column.iter().map(|item| columns.items[*item].size.width).max().unwrap_or(0);
            let span = (x, x + width);
            x += width + GAP;
            span
        })
        .collect();
    (spans, x - GAP.min(x - BORDER) + BORDER)
}

/// Where an arrow touches the side of a box: the ends are spread around the middle in the order of what they lead to.
fn port(middles: &[i64], item: usize, joined: &[usize], to: usize, height: i64) -> i64 {
    let mut order: Vec<usize> = joined.to_vec();
    order.sort_by_key(|other| middles[*other]);
    let count = i64::try_from(order.len()).unwrap_or(1);
    let step = PORT.min((height - PORT) / count.max(1));
    let at = order.iter().position(|other| *other == to).and_then(|at| i64::try_from(at).ok()).unwrap_or(0);
    middles[item] + (2 * at - (count - 1)) * step / 2
}

/// The middle of each item, and the height of all: everything as near to what it is joined to as the others allow.
fn vertical(columns: &Columns) -> (Vec<i64>, i64) {
    let mut middles = vec![0; columns.items.len()];
    for column in &columns.order {
        settle(&columns.items, column, &mut middles, |_, _| Some(0));
    }
    for sweep in 0..SWEEPS {
        let forwards = sweep % 2 == 0;
        let ordered: Vec<&Vec<usize>> =
            if forwards { columns.order.iter().collect() } else { columns.order.iter().rev().collect() };
        for column in ordered {
            settle(&columns.items, column, &mut middles, |item, middles| {
                average(if forwards { &item.before } else { &item.after }, middles)
            });
        }
    }
    // Last, a long arrow becomes straight, and a box stands between what leads to it and what it leads to.
    for _ in 0..SWEEPS {
        for column in &columns.order {
            settle(&columns.items, column, &mut middles, |item, middles| match item.chain {
                Some(chain) => average(&columns.chains[chain], middles),
                None => both_sides(item, middles),
            });
        }
    }
    let top = extreme(columns, &middles, |item, middle| item.size.height / 2 - middle);
    let bottom = extreme(columns, &middles, |item, middle| middle + item.size.height - item.size.height / 2);
    for middle in &mut middles {
        *middle += top + BORDER;
    }
    (middles, top + bottom + 2 * BORDER)
}

fn average(others: &[usize], middles: &[i64]) -> Option<i64> {
    let sum: i64 = others.iter().map(|other| middles[*other]).sum();
    i64::try_from(others.len()).ok().and_then(|count| sum.checked_div_euclid(count))
}

fn both_sides(item: &Item, middles: &[i64]) -> Option<i64> {
    let (before, after) = (average(&item.before, middles), average(&item.after, middles));
    before.zip(after).map(|(before, after)| i64::midpoint(before, after)).or(before).or(after)
}

fn extreme(columns: &Columns, middles: &[i64], of: impl Fn(&Item, i64) -> i64) -> i64 {
    columns.items.iter().zip(middles).map(|(item, middle)| of(item, *middle)).max().unwrap_or(0)
}

/// Puts the items of one column as near as possible to where they want to be, in order and without touching: least
/// squares under an order, solved by pooling neighbours that would overlap into one block.
fn settle(items: &[Item], column: &[usize], middles: &mut [i64], wish: impl Fn(&Item, &[i64]) -> Option<i64>) {
    let mut offset = 0;
    let mut previous: Option<&Item> = None;
    let mut offsets = Vec::new();
    // Sum of wishes, number of items.
    let mut blocks: Vec<(i64, i64)> = Vec::new();
    for at in column {
        let item = &items[*at];
        if let Some(previous) = previous {
            let halves = previous.size.height - previous.size.height / 2 + item.size.height / 2;
            offset += halves + previous.margin + item.margin;
        }
        previous = Some(item);
        offsets.push(offset);
        let mut block = (wish(item, middles).unwrap_or(middles[*at]) - offset, 1);
        while let Some(above) = blocks.last().filter(|above| above.0 * block.1 > block.0 * above.1) {
            block = (above.0 + block.0, above.1 + block.1);
            blocks.pop();
        }
        blocks.push(block);
    }
    let starts = blocks.iter().flat_map(|(sum, count)| (0..*count).map(|_| sum.div_euclid(*count)));
    for ((at, offset), start) in column.iter().zip(offsets).zip(starts) {
        middles[*at] = start + offset;
    }
}
