use std::fmt::Write as _;

use super::{Edge, Node, Part, Picture, words};

/// The most characters of a line, and the most lines of an arrow's label.
const WIDTH: usize = 40;
const LINES: usize = 4;

/// The flowchart. Nodes are called `n0`, `n1` …: no text of the user's is ever a Mermaid identifier.
pub(super) fn draw(picture: &Picture) -> String {
    let mut text = String::from("flowchart LR\n");
    for (at, node) in picture.nodes.iter().enumerate() {
        for origin in &node.origins {
            line(&mut text, &format!("%% {}", comment(&origin.to_string())));
        }
        line(&mut text, &format!("n{at}{}", shape(node)));
    }
    for edge in &picture.edges {
        line(&mut text, &arrow(edge));
    }
    for (kind, style) in STYLES {
        let of_kind = picture.nodes.iter().enumerate().filter(|(_, node)| node.part.kind() == kind);
        let names: Vec<String> = of_kind.map(|(at, _)| format!("n{at}")).collect();
        if !names.is_empty() {
            line(&mut text, &format!("classDef {kind} {style}"));
            line(&mut text, &format!("class {} {kind}", names.join(",")));
        }
    }
    text
}

/// Fill, border and text together, so that a box is legible in light and in dark themes.
const STYLES: [(&str, &str); 5] = [
    ("gateway", "fill:#dbeafe,stroke:#3b82c4,color:#10243a"),
    ("unit", "fill:#f4f1ea,stroke:#8a7a55,color:#2b2618"),
    ("topic", "fill:#efe5fb,stroke:#9065c8,color:#2c1a45"),
    ("store", "fill:#d9f2e3,stroke:#2f9463,color:#0f2d1e"),
    ("config", "fill:#d9f2e3,stroke:#2f9463,color:#0f2d1e"),
];

fn line(text: &mut String, line: &str) {
    // Writing to a String cannot fail.
    _ = writeln!(text, "  {line}");
}

fn shape(node: &Node) -> String {
    let label = label(&[words::shorten(node.part.id().as_str(), WIDTH), words::shorten(&node.backing, WIDTH)]);
    match node.part {
        Part::Gateway(_) | Part::Schedule(_) | Part::Site(_) => format!("([{label}])"),
        Part::Unit(_) => format!("[{label}]"),
        Part::Topic(_) => format!("{{{{{label}}}}}"),
        Part::Store(_) | Part::Parameter(_) => format!("[({label})]"),
    }
}

fn arrow(edge: &Edge) -> String {
    let what: Vec<String> = edge.what.iter().map(|(what, _)| what.clone()).collect();
    let lines = words::lines(&what, LINES, WIDTH);
    if lines.is_empty() {
        return format!("n{} --> n{}", edge.from, edge.to);
    }
    format!("n{} -->|{}| n{}", edge.from, label(&lines), edge.to)
}

fn label(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| escape(line)).collect();
    format!("\"{}\"", lines.join("<br/>"))
}

/// Text inside quotes, <https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters>: every
/// character that could mean something to Mermaid, to its Markdown or to HTML is written as its number.
fn escape(text: &str) -> String {
    text.chars().map(words::printable).fold(String::new(), |mut escaped, character| {
        if character.is_alphanumeric() || " -.,/+…".contains(character) {
            escaped.push(character);
        } else {
            _ = write!(escaped, "#{};", u32::from(character));
        }
        escaped
    })
}

/// Text in a comment. Mermaid reads `%%{…}%%` as a directive wherever it stands, so no two `%` may meet.
fn comment(text: &str) -> String {
    text.chars().map(words::printable).collect::<String>().replace('%', "%25")
}
