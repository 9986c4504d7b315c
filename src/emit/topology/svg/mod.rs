mod shape;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::layout::{Demand, Layout, Link, Rect, Route, Size, layout};
use super::{Edge, EdgeKind, Node, Part, Picture, words};

use shape::{CAP, colours, inset, outline};

const FONT: &str = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Helvetica, Arial, sans-serif";

/// The most characters of a line in a box and on an arrow, and the most lines on an arrow.
const BOX_WIDTH: usize = 30;
const LABEL_WIDTH: usize = 30;
const LABEL_LINES: usize = 4;

const LABEL_SIZE: i64 = 11;
const LABEL_LINE: i64 = 15;
/// What a port takes of a box's side.
const PORT: i64 = 12;

const fn line_colour(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Request => "#3b82c4",
        EdgeKind::Use => "#2f9463",
        EdgeKind::Event => "#9065c8",
    }
}

/// A line of text in a box: its size, its weight, whether it is faint, and the words.
struct Line {
    size: i64,
    weight: u16,
    faint: bool,
    words: String,
}

pub(super) fn draw(picture: &Picture) -> String {
    let texts: Vec<Vec<Line>> = picture.nodes.iter().map(lines).collect();
    let labels: Vec<Vec<String>> = picture.edges.iter().map(label).collect();
    let layout = arrange(picture, &texts, &labels);
    let Size { width, height } = layout.size;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} \
         {height}\" role=\"img\" font-family=\"{FONT}\">\n<title>{}</title>\n",
        escape(&picture.name)
    );
    for (edge, route) in picture.edges.iter().zip(&layout.routes) {
        arrow(&mut svg, picture, edge, &fitted(route, picture, edge, &layout.boxes));
    }
    for ((edge, route), lines) in picture.edges.iter().zip(&layout.routes).zip(&labels) {
        if let Some(rect) = route.label {
            pill(&mut svg, picture, edge, rect, lines);
        }
    }
    for ((node, rect), lines) in picture.nodes.iter().zip(&layout.boxes).zip(&texts) {
        block(&mut svg, node, *rect, lines);
    }
    svg.push_str("</svg>\n");
    svg
}

fn lines(node: &Node) -> Vec<Line> {
    let line = |size, weight, faint, words: &str| Line { size, weight, faint, words: words::shorten(words, BOX_WIDTH) };
    let place = node.origins.first().map(|origin| origin.at.to_string());
    vec![
        line(10, 600, true, &node.part.kind().to_uppercase()),
        line(15, 600, false, node.part.id().as_str()),
        line(12, 400, false, &node.backing),
        line(10, 400, true, &place.unwrap_or_default()),
    ]
}

fn label(edge: &Edge) -> Vec<String> {
    let what: Vec<String> = edge.what.iter().map(|(what, _)| what.clone()).collect();
    match edge.kind {
        // A few short words of our own fit one line.
        EdgeKind::Use => vec![what.join(", ")],
        EdgeKind::Request | EdgeKind::Event => words::lines(&what, LABEL_LINES, LABEL_WIDTH),
    }
}

fn arrange(picture: &Picture, texts: &[Vec<Line>], labels: &[Vec<String>]) -> Layout {
    let requests = picture.edges.iter().filter(|edge| edge.kind == EdgeKind::Request);
    let exposed: BTreeSet<usize> = requests.map(|edge| edge.to).collect();
    let boxes: Vec<Demand> = picture
        .nodes
        .iter()
        .zip(texts)
        .enumerate()
        .map(|(at, (node, lines))| {
            let ports = |end: fn(&Edge) -> usize| picture.edges.iter().filter(|edge| end(edge) == at).count();
            let ports = i64::try_from(ports(|edge| edge.from) + ports(|edge| edge.to)).unwrap_or(0);
            let text: i64 = lines.iter().map(|line| line.size + 5).sum();
            let width =
                lines.iter().map(|line| words::width(&line.words, line.size) * i64::from(line.weight.max(550)) / 550);
            let height = (text + 22).max(ports * PORT + 2 * PORT);
            let size = Size { width: (width.max().unwrap_or(0) + 40).max(120), height };
            Demand { size, least_rank: node.part.least_rank(), pinned: exposed.contains(&at) }
        })
        .collect();
    let links = picture.edges.iter().zip(labels).map(|(edge, lines)| {
        let width = lines.iter().map(|line| words::width(line, LABEL_SIZE)).max().unwrap_or(0) + 16;
        let height = i64::try_from(lines.len()).unwrap_or(0) * LABEL_LINE + 6;
        let label = if lines.is_empty() { Size::default() } else { Size { width, height } };
        Link { from: edge.from, to: edge.to, label }
    });
    layout(&boxes, &links.collect::<Vec<_>>())
}

/// The route with its ends on the outlines of its boxes.
fn fitted(route: &Route, picture: &Picture, edge: &Edge, boxes: &[Rect]) -> Route {
    let (left, right) = if route.backwards { (edge.to, edge.from) } else { (edge.from, edge.to) };
    let mut route = route.clone();
    let inset = |at: usize, y: i64| inset(&picture.nodes[at].part, boxes[at], y);
    if let Some((x, y)) = route.points.first_mut() {
        *x -= inset(left, *y);
    }
    if let Some((x, y)) = route.points.last_mut() {
        *x += inset(right, *y);
    }
    route
}

fn arrow(svg: &mut String, picture: &Picture, edge: &Edge, route: &Route) {
    let colour = line_colour(edge.kind);
    let (Some((x, y)), Some((end_x, end_y))) = (route.points.first(), route.points.last()) else { return };
    // The line stops inside the head, so that its square end does not show at the tip.
    let (start, end) = if route.backwards { (x + 6, *end_x) } else { (*x, end_x - 6) };
    let mut path = format!("M{start} {y}");
    let mut pen = (start, *y);
    let mut stops = route.points[1..].to_vec();
    if let Some(last) = stops.last_mut() {
        last.0 = end;
    }
    for (number, (x, y)) in stops.into_iter().enumerate() {
        let middle = i64::midpoint(pen.0, x);
        // Writing to a String cannot fail.
        _ = if number % 2 == 0 {
            write!(path, " C{middle} {} {middle} {y} {x} {y}", pen.1)
        } else {
            write!(path, " H{x}")
        };
        pen = (x, y);
    }
    let head = if route.backwards { format!("M{x} {y} l9 -5 v10 z") } else { format!("M{end_x} {end_y} l-9 -5 v10 z") };
    _ = writeln!(
        svg,
        "<g><title>{}</title><path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.6\"/><path \
         d=\"{head}\" fill=\"{colour}\"/></g>",
        escape(&told(picture, edge))
    );
}

/// An arrow in words: from where to where, and the lines of code behind it.
fn told(picture: &Picture, edge: &Edge) -> String {
    let name = |at: usize| format!("{} {}", picture.nodes[at].part.kind(), picture.nodes[at].part.id());
    edge.what.iter().fold(format!("{} → {}", name(edge.from), name(edge.to)), |mut told, (what, lines)| {
        let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
        _ = write!(told, "\n{what}: {}", lines.join(", "));
        told
    })
}

fn pill(svg: &mut String, picture: &Picture, edge: &Edge, rect: Rect, lines: &[String]) {
    let Rect { x, y, size: Size { width, height } } = rect;
    let colour = line_colour(edge.kind);
    _ = writeln!(
        svg,
        "<g><title>{}</title><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\" fill=\"#fdfdfd\" \
         stroke=\"{colour}\" stroke-width=\"0.8\"/>",
        escape(&told(picture, edge))
    );
    for (line, at) in lines.iter().zip(0i64..) {
        let (x, y) = (x + width / 2, y + 14 + at * LABEL_LINE);
        _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{LABEL_SIZE}\" fill=\"#26303b\" text-anchor=\"middle\">{}</text>",
            escape(line)
        );
    }
    svg.push_str("</g>\n");
}

fn block(svg: &mut String, node: &Node, rect: Rect, lines: &[Line]) {
    let colours = colours(&node.part);
    let origins: Vec<String> = node.origins.iter().map(ToString::to_string).collect();
    let title = format!("{} {}: {}\n{}", node.part.kind(), node.part.id(), node.backing, origins.join("\n"));
    _ = writeln!(svg, "<g><title>{}</title>{}", escape(&title), outline(&node.part, rect, &colours));
    let text: i64 = lines.iter().map(|line| line.size + 5).sum();
    let x = rect.x + rect.size.width / 2;
    let mut y = rect.y + (rect.size.height - text) / 2;
    if matches!(node.part, Part::Store(_) | Part::Parameter(_)) {
        y += CAP;
    }
    for line in lines {
        y += line.size + 5;
        let (colour, Line { size, weight, words, .. }) = (if line.faint { colours.faint } else { colours.text }, line);
        _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"{}\" font-size=\"{size}\" font-weight=\"{weight}\" fill=\"{colour}\" \
             text-anchor=\"middle\">{}</text>",
            y - 5,
            escape(words)
        );
    }
    svg.push_str("</g>\n");
}

/// Text between tags; also safe inside an attribute.
fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, character| {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // Ours: it separates the lines of a title.
            '\n' => escaped.push('\n'),
            // Not our enum: every other character.
            _ => escaped.push(words::printable(character)),
        }
        escaped
    })
}
