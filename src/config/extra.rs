//! `[extra."ADDRESS"]`: arguments and nested blocks of a resource that no setting is for, as somebody wrote them.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::layer::{self, Element, Item, Leaf, Written};
use super::literal::{Literal, REFERENCE};
use super::setting::Origin;
use super::value::{Layer, wrong_type};
use crate::diag::{Code, Diagnostic, closest};
use crate::source::Span;
use crate::terraform::traversal;

/// The table of what no setting is for, whose keys are addresses of resources.
pub(super) const EXTRA: &str = "extra";
/// In it, what is written as `name = value`.
pub(super) const ARGUMENTS: &str = "arguments";
/// In it and in a block, nested blocks.
pub(super) const BLOCKS: &str = "blocks";

/// What Terraform reads before the provider does, and what runs programs: with these a resource is no longer the one that was
/// planned. <https://developer.hashicorp.com/terraform/language/meta-arguments/count>
const TERRAFORMS_OWN: [&str; 6] = ["connection", "count", "dynamic", "for_each", "provider", "provisioner"];

/// Where something was written, and by whom.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Who wrote it.
    pub origin: Origin,
    /// Where, if that is a file.
    pub span: Option<Span>,
    /// The number of who wrote it: a rule keeps what some of them say.
    pub(super) writer: usize,
}

/// What is written for a resource, or for a nested block.
#[derive(Debug, Clone, PartialEq)]
pub struct Extra {
    /// By name, what is set.
    pub arguments: BTreeMap<String, (Literal, Place)>,
    /// By name, what is nested in it.
    pub blocks: BTreeMap<String, Vec<Self>>,
    /// Where it begins.
    pub place: Place,
}

impl Extra {
    /// Takes what a stronger layer says: arguments are merged, of one name the blocks are replaced.
    pub(super) fn take(&mut self, stronger: Self) {
        for (name, (value, place)) in stronger.arguments {
            let value = match self.arguments.remove(&name) {
                Some((own, _)) => own.below(value),
                None => value,
            };
            self.arguments.insert(name, (value, place));
        }
        self.blocks.extend(stronger.blocks);
    }

    /// The place of everything in it.
    pub(super) fn places(&self) -> impl Iterator<Item = &Place> {
        let blocks = self.blocks.values().flatten().map(|block| &block.place);
        self.arguments.values().map(|(_, place)| place).chain(blocks)
    }

    /// As an inline table of TOML.
    pub(super) fn toml(&self) -> String {
        let arguments = self.arguments.iter().map(|(name, (value, _))| format!("{name} = {}", value.toml()));
        let blocks = self.blocks.iter().map(|(name, blocks)| format!("{BLOCKS}.{name} = {}", list_toml(blocks)));
        format!("{{ {} }}", arguments.chain(blocks).collect::<Vec<_>>().join(", "))
    }
}

/// Blocks of one name as a list of TOML.
pub(super) fn list_toml(blocks: &[Extra]) -> String {
    format!("[{}]", blocks.iter().map(Extra::toml).collect::<Vec<_>>().join(", "))
}

/// As in a file of settings.
impl Serialize for Extra {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, (value, _)) in &self.arguments {
            map.serialize_entry(name, value)?;
        }
        if !self.blocks.is_empty() {
            map.serialize_entry(BLOCKS, &self.blocks)?;
        }
        map.end()
    }
}

/// Reads what one layer says of one resource, or of a block in it. What is not accepted is reported and left out.
pub(super) struct Reader<'a> {
    pub layer: &'a Layer<'a>,
    pub writer: usize,
    pub problems: Vec<Diagnostic>,
}

/// The leaves below one key.
type Below<'a> = BTreeMap<&'a str, Vec<Leaf>>;

fn grouped(leaves: &[Leaf]) -> Below<'_> {
    let mut groups: Below<'_> = BTreeMap::new();
    for leaf in leaves {
        groups.entry(&leaf.path[0].0).or_default().push(leaf.clone());
    }
    groups
}

impl Reader<'_> {
    /// Of all leaves below [`EXTRA`] in one layer, by address.
    pub(super) fn addresses(&mut self, leaves: &[Leaf]) -> BTreeMap<String, Extra> {
        let mut found = BTreeMap::new();
        for leaf in leaves.iter().filter(|leaf| leaf.path.len() < 3 && leaf.value != Written::Empty) {
            let at = &leaf.value_at;
            self.problems.push(wrong_type(self.layer, leaf, "a table", leaf.value.kind(), at));
        }
        let below: Vec<_> = leaves.iter().filter(|leaf| leaf.path.len() > 2).map(|leaf| leaf.below(1)).collect();
        for (address, leaves) in grouped(&below) {
            let at = leaves[0].path[0].1.clone();
            let own: Vec<_> = leaves.iter().map(|leaf| leaf.below(1)).collect();
            let extra = self.resource(address, &at, &own);
            found.insert(address.to_owned(), extra);
        }
        found
    }

    fn place(&self, at: &Range<usize>) -> Place {
        Place { origin: self.layer.origin(at), span: self.layer.span(at), writer: self.writer }
    }

    fn problem(&mut self, code: Code, message: &str, at: &Range<usize>, label: &str, help: String) {
        let problem = self.layer.problem(code, message, at, label, EXTRA);
        self.problems.push(problem.help(help));
    }

    fn resource(&mut self, address: &str, at: &Range<usize>, leaves: &[Leaf]) -> Extra {
        let mut extra = Extra { arguments: BTreeMap::new(), blocks: BTreeMap::new(), place: self.place(at) };
        for (name, leaves) in grouped(leaves) {
            let at = leaves[0].path[0].1.clone();
            if name != ARGUMENTS && name != BLOCKS {
                let key = layer::join([EXTRA, address, name].into_iter());
                let help = closest(name, [ARGUMENTS, BLOCKS]).map_or_else(
                    || "one of: `arguments`, `blocks`".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                let message = format!("no such setting: `{key}`");
                self.problem(Code::ConfigUnknownKey, &message, &at, "inferra does not know this key", help);
                continue;
            }
            for leaf in leaves.iter().filter(|leaf| leaf.path.len() < 2 && leaf.value != Written::Empty) {
                self.problems.push(wrong_type(self.layer, leaf, "a table", leaf.value.kind(), &leaf.value_at));
            }
            let own: Vec<_> = leaves.iter().filter(|leaf| leaf.path.len() > 1).map(|leaf| leaf.below(1)).collect();
            if name == ARGUMENTS {
                extra.arguments = self.arguments(&own);
            } else {
                extra.blocks = self.blocks(&own);
            }
        }
        extra
    }

    fn arguments(&mut self, leaves: &[Leaf]) -> BTreeMap<String, (Literal, Place)> {
        let mut arguments = BTreeMap::new();
        for (name, leaves) in grouped(leaves) {
            let at = &leaves[0].path[0].1;
            let value = self.table(&leaves, false).remove(name);
            if let Some(value) = value.filter(|_| self.is_name(name, at)) {
                arguments.insert(name.to_owned(), (value, self.place(at)));
            }
        }
        arguments
    }

    fn blocks(&mut self, leaves: &[Leaf]) -> BTreeMap<String, Vec<Extra>> {
        let mut blocks = BTreeMap::new();
        for (name, leaves) in grouped(leaves) {
            let at = leaves[0].path[0].1.clone();
            let Some(items) = leaves[0].value.as_list().filter(|items| leaves[0].path.len() == 1 && !items.is_empty())
            else {
                let message = format!("the blocks `{name}` are a list of tables");
                let found = if leaves[0].path.len() > 1 { "a table" } else { leaves[0].value.kind() };
                let help = format!("write two brackets: `[[extra.\"…\".{BLOCKS}.{name}]]`");
                self.problem(Code::ConfigWrongType, &message, &at, &format!("this is {found}"), help);
                continue;
            };
            let own: Vec<_> = items.iter().filter_map(|item| self.block(item)).collect();
            if self.is_name(name, &at) {
                blocks.insert(name.to_owned(), own);
            }
        }
        blocks
    }

    /// In a block, what is not below [`BLOCKS`] is an argument.
    fn block(&mut self, item: &Item) -> Option<Extra> {
        let Element::Table(leaves) = &item.value else {
            let message = "a block is a table of arguments";
            let problem = self.layer.problem(Code::ConfigWrongType, message, &item.at, "this is none", EXTRA);
            self.problems.push(problem);
            return None;
        };
        let (nested, own): (Vec<_>, Vec<_>) = leaves.iter().cloned().partition(|leaf| leaf.path[0].0 == BLOCKS);
        let nested: Vec<_> = nested.iter().filter(|leaf| leaf.path.len() > 1).map(|leaf| leaf.below(1)).collect();
        let place = self.place(&item.at);
        Some(Extra { arguments: self.arguments(&own), blocks: self.blocks(&nested), place })
    }

    fn is_name(&mut self, name: &str, at: &Range<usize>) -> bool {
        if TERRAFORMS_OWN.contains(&name) {
            let message = format!("`{name}` cannot be set outside the model");
            let label = "Terraform reads this itself, and would make something else than was planned";
            let help = "set what the provider reads alone".to_owned();
            self.problem(Code::ExtraBreaksPlan, &message, at, label, help);
            return false;
        }
        let first = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
        let fits = first && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if !fits {
            let message = format!("`{name}` cannot be the name of an argument or block");
            let label = "expected lower-case letters, digits and `_`";
            self.problem(Code::ConfigOutOfBounds, &message, at, label, "name it as the provider does".to_owned());
        }
        fits
    }

    /// The values of a table. One that has the key [`REFERENCE`] alone is a reference; the `outermost` one is, where it is an
    /// element of a list.
    fn table(&mut self, leaves: &[Leaf], outermost: bool) -> BTreeMap<String, Literal> {
        let mut table = BTreeMap::new();
        for leaf in leaves {
            let path: Vec<_> = leaf.path.iter().map(|(name, _)| name.as_str()).collect();
            let (last, above) = path.split_last().unwrap_or((&"", &[]));
            let siblings = leaves.iter().filter(|other| {
                other.path.len() > above.len() && other.path.iter().zip(above).all(|((name, _), own)| name == own)
            });
            let alone = *last == REFERENCE && siblings.count() == 1 && (outermost || !above.is_empty());
            if let Some(text) = leaf.value.as_text().filter(|_| alone) {
                let reference = self.reference(text, &leaf.value_at);
                insert(&mut table, if above.is_empty() { &path } else { above }, reference);
            } else {
                let value = self.value(&leaf.value, &leaf.value_at);
                insert(&mut table, &path, value);
            }
        }
        table
    }

    fn reference(&mut self, text: &str, at: &Range<usize>) -> Option<Literal> {
        let found = traversal(text).map(|traversal| Literal::Reference(text.to_owned(), traversal));
        if found.is_none() {
            let help = "calls, conditions and templates belong into a Terraform file of your own".to_owned();
            let label = "expected names with dots between them, such as `aws_kms_key.own.arn` or `var.zones[0]`";
            self.problem(Code::ExtraReference, "this is no plain reference", at, label, help);
        }
        found
    }

    fn value(&mut self, written: &Written, at: &Range<usize>) -> Option<Literal> {
        match written {
            Written::Text(text) => Some(Literal::Text(text.clone())),
            Written::Integer(number) => Some(Literal::Integer(*number)),
            Written::Boolean(value) => Some(Literal::Boolean(*value)),
            Written::Float(number) => match number.replace('_', "").parse::<f64>().ok().filter(|it| it.is_finite()) {
                Some(number) => Some(Literal::Fraction(number)),
                None => self.no_literal(written.kind(), at),
            },
            Written::List(items) => {
                let items: Vec<_> = items.iter().filter_map(|item| self.element(item)).collect();
                Some(Literal::List(items))
            }
            // On the command line everything is text: what reads as another literal is one.
            Written::Untyped(text) => Some(match (text.as_str(), text.parse()) {
                ("true" | "false", _) => Literal::Boolean(text == "true"),
                (_, Ok(number)) => Literal::Integer(number),
                (_, Err(_)) => Literal::Text(text.clone()),
            }),
            Written::Other(kind) => self.no_literal(kind, at),
            Written::Empty => Some(Literal::Map(BTreeMap::new())),
        }
    }

    fn no_literal(&mut self, kind: &str, at: &Range<usize>) -> Option<Literal> {
        let message = "an extra value is text, a number, true or false, a list or a map";
        let label = format!("this is {kind}");
        let problem = self.layer.problem(Code::ConfigWrongType, message, at, &label, EXTRA);
        self.problems.push(problem);
        None
    }

    fn element(&mut self, item: &Item) -> Option<Literal> {
        match &item.value {
            Element::Value(value) => self.value(value, &item.at),
            Element::Table(leaves) => {
                let mut table = self.table(leaves, true);
                let is_reference = matches!(table.get(REFERENCE), Some(Literal::Reference(..)));
                if is_reference { table.remove(REFERENCE) } else { Some(Literal::Map(table)) }
            }
        }
    }
}

/// Puts `value` where `path` leads, with the maps that are on the way.
fn insert(table: &mut BTreeMap<String, Literal>, path: &[&str], value: Option<Literal>) {
    let (Some(value), Some((last, above))) = (value, path.split_last()) else { return };
    let mut table = table;
    for name in above {
        let next = table.entry((*name).to_owned()).or_insert_with(|| Literal::Map(BTreeMap::new()));
        let Literal::Map(next) = next else { return };
        table = next;
    }
    table.insert((*last).to_owned(), value);
}
