use crate::emit::topology::Part;
use crate::emit::topology::layout::{Rect, Size};

/// Fill, border, text and faint text of a box. Boxes and labels bring their own background, and lines are of a middle
/// brightness, so the image is legible on any page; a style sheet that follows the reader's colour scheme would not be,
/// because a page in an `<img>` cannot tell the image which one it uses.
pub(super) struct Colours {
    pub(super) fill: &'static str,
    pub(super) border: &'static str,
    pub(super) text: &'static str,
    pub(super) faint: &'static str,
}

pub(super) const fn colours(part: &Part) -> Colours {
    match part {
        Part::Gateway(_) | Part::Schedule(_) | Part::Site(_) => {
            Colours { fill: "#e3effc", border: "#3b82c4", text: "#10243a", faint: "#43617f" }
        }
        Part::Unit(_) => Colours { fill: "#f6f3ec", border: "#8f7f58", text: "#2b2618", faint: "#665b40" },
        Part::Topic(_) => Colours { fill: "#f1e9fb", border: "#9065c8", text: "#2c1a45", faint: "#684d8c" },
        Part::Store(_) | Part::Parameter(_) => {
            Colours { fill: "#e0f4e8", border: "#2f9463", text: "#0f2d1e", faint: "#3b6c54" }
        }
    }
}

/// Half the height of a cylinder's top.
pub(super) const CAP: i64 = 7;
/// How far a hexagon's points reach out.
const TIP: i64 = 14;

/// How far the outline at height `y` is inside the rectangle's side.
pub(super) fn inset(part: &Part, rect: Rect, y: i64) -> i64 {
    match part {
        Part::Gateway(_) | Part::Unit(_) | Part::Store(_) | Part::Parameter(_) | Part::Schedule(_) | Part::Site(_) => 0,
        Part::Topic(_) => {
            let half = rect.size.height / 2;
            TIP * (y - rect.y - half).abs() / half.max(1)
        }
    }
}

/// A kind's shape: round ends for gateways, a rectangle for units, a hexagon for topics, a cylinder for stores.
pub(super) fn outline(part: &Part, rect: Rect, colours: &Colours) -> String {
    let Rect { x, y, size: Size { width, height } } = rect;
    let paint = format!("fill=\"{}\" stroke=\"{}\" stroke-width=\"1.6\"", colours.fill, colours.border);
    let rounded = |radius: i64| {
        format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\" {paint}/>")
    };
    match part {
        Part::Gateway(_) | Part::Schedule(_) | Part::Site(_) => rounded(26),
        Part::Unit(_) => rounded(6),
        Part::Topic(_) => {
            let (tip, side) = (TIP, width - 2 * TIP);
            let half = height / 2;
            let lower = height - half;
            format!(
                "<path d=\"M{x} {} l{tip} -{half} h{side} l{tip} {half} l-{tip} {lower} h-{side} z\" {paint} \
                 stroke-linejoin=\"round\"/>",
                y + half
            )
        }
        Part::Store(_) | Part::Parameter(_) => {
            let (top, radius, side) = (y + CAP, width / 2, height - 2 * CAP);
            let across = radius * 2;
            format!(
                "<path d=\"M{x} {top} a{radius} {CAP} 0 0 1 {across} 0 v{side} a{radius} {CAP} 0 0 1 -{across} 0 z\" \
                 {paint}/><path d=\"M{x} {top} a{radius} {CAP} 0 0 0 {across} 0\" {paint}/>"
            )
        }
    }
}
