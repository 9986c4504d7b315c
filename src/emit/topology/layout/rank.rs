use std::collections::BTreeSet;

use super::{Demand, Link};

/// In which column of boxes each box stands, and which arrows lead back.
#[derive(Debug)]
pub(super) struct Ranks {
    pub(super) of: Vec<usize>,
    pub(super) backwards: Vec<bool>,
}

/// Every box right of all that point to it, as far left as that allows; no column is empty.
pub(super) fn ranks(boxes: &[Demand], links: &[Link]) -> Ranks {
    let backwards = backwards(boxes, links);
    let mut of: Vec<usize> = boxes.iter().map(|demand| demand.least_rank).collect();
    // Without cycles the longest way has fewer arrows than there are boxes.
    for _ in 0..boxes.len() {
        for (link, backwards) in links.iter().zip(&backwards) {
            let (left, right) = if *backwards { (link.to, link.from) } else { (link.from, link.to) };
            of[right] = of[right].max(of[left] + 1);
        }
    }
    let used: BTreeSet<usize> = of.iter().copied().collect();
    let of = of.into_iter().map(|rank| used.range(..rank).count()).collect();
    Ranks { of, backwards }
}

/// The arrows to pinned boxes from beside or right of them, and those that still close a cycle when the boxes are visited
/// depth first in their own order.
fn backwards(boxes: &[Demand], links: &[Link]) -> Vec<bool> {
    let back = |link: &Link| boxes[link.to].pinned && boxes[link.from].least_rank >= boxes[link.to].least_rank;
    let back: Vec<bool> = links.iter().map(back).collect();
    let turned = |(link, back): (&Link, &bool)| if *back { (link.to, link.from) } else { (link.from, link.to) };
    let arrows: Vec<(usize, usize)> = links.iter().zip(&back).map(turned).collect();
    let mut visit =
        Visit { closing: vec![false; arrows.len()], arrows: &arrows, states: vec![State::New; boxes.len()] };
    for at in 0..boxes.len() {
        visit.enter(at);
    }
    back.iter().zip(visit.closing).map(|(back, closing)| *back != closing).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

struct Visit<'a> {
    arrows: &'a [(usize, usize)],
    states: Vec<State>,
    /// Whether an arrow leads to a box that is still open, and so closes a cycle.
    closing: Vec<bool>,
}

impl Visit<'_> {
    fn enter(&mut self, at: usize) {
        if self.states[at] != State::New {
            return;
        }
        self.states[at] = State::Open;
        for (number, (_, to)) in self.arrows.iter().enumerate().filter(|(_, (from, _))| *from == at) {
            match self.states[*to] {
                State::New => self.enter(*to),
                State::Open => self.closing[number] = true,
                State::Done => {}
            }
        }
        self.states[at] = State::Done;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::topology::layout::Size;

    fn demand(least_rank: usize, pinned: bool) -> Demand {
        Demand { size: Size::default(), least_rank, pinned }
    }

    #[test]
    fn a_pinned_box_stays_and_what_comes_to_it_leads_back() {
        let boxes = [demand(0, false), demand(1, true), demand(1, false), demand(2, false)];
        let links = [(0, 1), (2, 3), (3, 1)].map(|(from, to)| Link { from, to, label: Size::default() });
        let ranks = ranks(&boxes, &links);
        assert_eq!(ranks.of, [0, 1, 1, 2]);
        assert_eq!(ranks.backwards, [false, false, true]);
    }

    #[test]
    fn a_cycle_is_cut_where_it_closes_and_columns_are_filled() {
        let boxes = [0, 1, 2, 5].map(|least_rank| demand(least_rank, false));
        let links = [(0, 1), (1, 2), (2, 1)].map(|(from, to)| Link { from, to, label: Size::default() });
        let ranks = ranks(&boxes, &links);
        assert_eq!(ranks.of, [0, 1, 2, 3]);
        assert_eq!(ranks.backwards, [false, false, true]);
    }
}
