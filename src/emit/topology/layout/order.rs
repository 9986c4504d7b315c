use super::{Columns, Item};

/// Enough for pictures that a person can read; larger ones keep what was best so far.
const SWEEPS: usize = 24;

/// Reorders each column so that few arrows cross.
pub(super) fn untangle(columns: &mut Columns) {
    let mut best = columns.order.clone();
    let mut fewest = crossings(&columns.items, &best);
    for sweep in 0..SWEEPS {
        if fewest == 0 {
            break;
        }
        let forwards = sweep % 2 == 0;
        follow(&columns.items, &mut columns.order, forwards);
        swap(&columns.items, &mut columns.order);
        let now = crossings(&columns.items, &columns.order);
        if now < fewest {
            fewest = now;
            best.clone_from(&columns.order);
        }
    }
    columns.order = best;
}

/// The place of every item within its column.
fn positions(items: &[Item], columns: &[Vec<usize>]) -> Vec<usize> {
    let mut positions = vec![0; items.len()];
    for column in columns {
        for (place, item) in column.iter().enumerate() {
            positions[*item] = place;
        }
    }
    positions
}

/// Sorts each column by the average place of what its items are joined to in the column just sorted.
fn follow(items: &[Item], columns: &mut [Vec<usize>], forwards: bool) {
    let count = columns.len();
    for step in 1..count {
        let at = if forwards { step } else { count - 1 - step };
        let positions = positions(items, columns);
        columns[at].sort_by_key(|item| {
            let joined = if forwards { &items[*item].before } else { &items[*item].after };
            // In thousandths, so that averages between two places count.
            let sum: usize = joined.iter().map(|other| positions[*other] * 1000).sum();
            sum.checked_div(joined.len()).unwrap_or(positions[*item] * 1000)
        });
    }
}

/// Exchanges neighbours as long as that removes crossings.
fn swap(items: &[Item], columns: &mut [Vec<usize>]) {
    let mut positions = positions(items, columns);
    let mut improved = true;
    while improved {
        improved = false;
        for column in &mut *columns {
            for upper in 1..column.len() {
                let (a, b) = (&items[column[upper - 1]], &items[column[upper]]);
                let of = |x: &Item, y: &Item| {
                    inversions(&x.before, &y.before, &positions) + inversions(&x.after, &y.after, &positions)
                };
                if of(b, a) < of(a, b) {
                    column.swap(upper - 1, upper);
                    positions[column[upper - 1]] = upper - 1;
                    positions[column[upper]] = upper;
                    improved = true;
                }
            }
        }
    }
}

/// How many arrows of `upper` cross arrows of `lower`, towards one side.
fn inversions(upper: &[usize], lower: &[usize], positions: &[usize]) -> usize {
    upper.iter().map(|a| lower.iter().filter(|b| positions[**b] < positions[*a]).count()).sum()
}

fn crossings(items: &[Item], columns: &[Vec<usize>]) -> usize {
    let positions = positions(items, columns);
    let of_column = |column: &Vec<usize>| -> usize {
        let pairs = column.iter().enumerate().flat_map(|(at, a)| column[at + 1..].iter().map(move |b| (a, b)));
        pairs.map(|(a, b)| inversions(&items[*a].after, &items[*b].after, &positions)).sum()
    };
    columns.iter().map(of_column).sum()
}
