//! What somebody sets for a resource outside the model: merged with what inferra writes, as far as the plan's promises allow.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Graph, Plan, Provenance};
use crate::config::{Extra, Literal, Origin, Place, SettingUse, Settings};
use crate::diag::{Code, Diagnostic, Diagnostics, closest};
use crate::source::Span;
use crate::terraform::{Address, Block, Body, Expression, Mode, inline, is_literal, references};

/// What a resource is called, or is found by: other resources, the units' environment and the deployed data rely on it.
const NAMES: [&str; 19] = [
    "addon_name",
    "attribute_name",
    "bucket",
    "container_name",
    "db_name",
    "family",
    "fargate_profile_name",
    "function_name",
    "handler",
    "hash_key",
    "identifier",
    "name",
    "namespace",
    "node_group_name",
    "origin_id",
    "range_key",
    "replication_group_id",
    "statement_id",
    "target_origin_id",
];

/// Of which resources (empty for all) what decides who may do what. The plan has resources of their own for it, which these would
/// contradict: <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group>.
const RIGHTS: [(&str, &str); 6] = [
    ("", "assume_role_policy"),
    ("", "policy"),
    ("aws_iam_role", "inline_policy"),
    ("aws_iam_role", "managed_policy_arns"),
    ("aws_security_group", "egress"),
    ("aws_security_group", "ingress"),
];

/// A part of a resource that no setting decided.
#[derive(Debug, Clone, Serialize)]
pub struct OutsideTheModel {
    /// Where it is, such as `arguments.iops`.
    pub key: String,
    /// What is written there.
    pub value: Written,
    /// Who wrote it.
    pub origin: Origin,
    /// Where, if that is a file.
    #[serde(skip)]
    pub span: Option<Span>,
}

/// What was written for an argument, or for the blocks of one name.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Written {
    /// An argument's value.
    Argument(Literal),
    /// Blocks.
    Blocks(Vec<Extra>),
}

/// Merges what `settings` say outside the model into the plan's resources.
pub(super) fn merge(plan: &mut Plan, settings: &Settings, diagnostics: &mut Diagnostics) {
    if settings.extra.is_empty() {
        return;
    }
    let used = used(plan);
    for (written, extra) in &settings.extra {
        let found = plan.resources.iter().find(|(address, _)| is_named(address, written));
        let Some((address, planned)) = found.map(|(address, planned)| (address.clone(), planned)) else {
            diagnostics.push(unknown(&plan.resources, written, extra));
            continue;
        };
        let mut merging = Merging { address: &address, why: &planned.provenance, used: &used, diagnostics };
        let body = merging.body(planned.resource.body(), extra, true);
        plan.resources.put_outside(&address, body, listed(extra));
    }
}

fn is_named(address: &Address, written: &str) -> bool {
    address.mode() == Mode::Managed && address.to_string() == written
}

/// Every attribute of a resource that something else in the plan refers to.
fn used(plan: &Plan) -> BTreeSet<Vec<String>> {
    let resources = plan.resources.iter().flat_map(|(_, planned)| planned.resource.body().references());
    resources.chain(plan.outputs.values().flat_map(|output| references(&output.value))).collect()
}

fn unknown(resources: &Graph, written: &str, extra: &Extra) -> Diagnostic {
    let managed = resources.iter().map(|(address, _)| address).filter(|address| address.mode() == Mode::Managed);
    let known: Vec<_> = managed.map(ToString::to_string).collect();
    let problem = at(
        Diagnostic::new(Code::ExtraUnknownAddress, format!("no resource `{written}` is planned")),
        &extra.place,
        "extra values are for a resource of the plan",
    );
    // Of the same type first: names of one application are much alike.
    let kind = written.split('.').next().unwrap_or_default();
    let same: Vec<_> = known.iter().map(String::as_str).filter(|own| own.split('.').next() == Some(kind)).collect();
    let near = closest(written, same).or_else(|| closest(written, known.iter().map(String::as_str)));
    problem.help(match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "addresses are those of the output, as in `resources` of plan.json".to_owned(),
    })
}

fn at(problem: Diagnostic, place: &Place, label: &str) -> Diagnostic {
    match &place.span {
        Some(span) => problem.at(span.clone(), label),
        None => problem,
    }
}

fn listed(extra: &Extra) -> Vec<OutsideTheModel> {
    let arguments = extra.arguments.iter().map(|(name, (value, place))| OutsideTheModel {
        key: format!("arguments.{name}"),
        value: Written::Argument(value.clone()),
        origin: place.origin.clone(),
        span: place.span.clone(),
    });
    let blocks = extra.blocks.iter().filter_map(|(name, blocks)| {
        let place = &blocks.first()?.place;
        Some(OutsideTheModel {
            key: format!("blocks.{name}"),
            value: Written::Blocks(blocks.clone()),
            origin: place.origin.clone(),
            span: place.span.clone(),
        })
    });
    arguments.chain(blocks).collect()
}

struct Merging<'a> {
    address: &'a Address,
    why: &'a Provenance,
    used: &'a BTreeSet<Vec<String>>,
    diagnostics: &'a mut Diagnostics,
}

impl Merging<'_> {
    /// `own` with what is said of it; of nested blocks, `outermost` is false.
    fn body(&mut self, own: Body, extra: &Extra, outermost: bool) -> Body {
        let mut body = own;
        for (name, (value, place)) in &extra.arguments {
            if let Some(reason) = self.refusal(&body, name, outermost) {
                self.refuse(name, place, &reason);
                continue;
            }
            self.note(body.argument(name), name, place);
            body = body.with_argument(name, value.expression(), comment(place));
        }
        for (kind, blocks) in &extra.blocks {
            body = self.blocks(body, kind, blocks, outermost);
        }
        body
    }

    /// The first block is merged with the one that inferra writes, if that is one; the others come after it.
    fn blocks(&mut self, own: Body, kind: &str, blocks: &[Extra], outermost: bool) -> Body {
        let mut body = own;
        let single = body.count_blocks(kind) == 1;
        for (index, block) in blocks.iter().enumerate() {
            if let Some(reason) = self.right(kind, outermost) {
                self.refuse(kind, &block.place, &reason);
            } else if index == 0 && single {
                body = body.with_block(kind, |own| self.body(own, block, false));
            } else {
                body = body.nested(new_block(kind, block));
            }
        }
        body
    }

    /// Why `name` cannot be set.
    fn refusal(&self, body: &Body, name: &str, outermost: bool) -> Option<String> {
        if let Some(reason) = self.right(name, outermost) {
            return Some(reason);
        }
        if body.count_blocks(name) > 0 {
            return Some("inferra writes nested blocks of this name: set it below `blocks`".to_owned());
        }
        let was = body.argument(name)?;
        if !is_literal(was) {
            return Some(format!("inferra sets it to `{}`, which ties it to the rest of the plan", inline(was)));
        }
        let path = [self.address.kind(), self.address.name(), name];
        if outermost && self.used.iter().any(|used| *used == path) {
            return Some("something else in the plan refers to it".to_owned());
        }
        NAMES.contains(&name).then(|| "the application and its data are found by this name".to_owned())
    }

    /// Why `name`, which decides who may do what, cannot be set.
    fn right(&self, name: &str, outermost: bool) -> Option<String> {
        let is_right = |(kind, own): &(&str, &str)| *own == name && (kind.is_empty() || *kind == self.address.kind());
        let refused = outermost && RIGHTS.iter().any(is_right);
        refused.then(|| "it decides who may do what, which the plan says elsewhere".to_owned())
    }

    fn refuse(&mut self, name: &str, place: &Place, reason: &str) {
        let message = format!("`{name}` of `{}` cannot be set outside the model", self.address);
        let problem = Diagnostic::new(Code::ExtraBreaksPlan, message);
        self.diagnostics.push(at(problem, place, reason).help(match place.span {
            Some(_) => "delete it; what the plan relies on changes with the code and the settings alone".to_owned(),
            None => reason.to_owned(),
        }));
    }

    /// Says that a value of inferra's own is replaced, and which setting is for it.
    fn note(&mut self, was: Option<&Expression>, name: &str, place: &Place) {
        let Some(was) = was.map(inline) else { return };
        let message = format!("`{name}` of `{}` was `{was}`, and is replaced from outside the model", self.address);
        let problem = at(Diagnostic::new(Code::ExtraReplaces, message), place, "set here");
        self.diagnostics.push(match governing(&self.why.settings, name, &was) {
            Some(setting) => problem.help(format!("the setting `{}` decides it: set that one instead", setting.key)),
            None => problem,
        });
    }
}

/// The setting that decided an argument: the one of its value that shares a word with its name, or the only one of its value.
fn governing<'s>(settings: &'s [SettingUse], name: &str, was: &str) -> Option<&'s SettingUse> {
    let was = was.trim_matches('"');
    let is_value = |setting: &&SettingUse| match setting.value.as_str() {
        "on" => was == "true",
        "off" => was == "false",
        value => value == was,
    };
    let words = |key: &str| key.split(['_', '.']).map(str::to_owned).collect::<BTreeSet<_>>();
    let own = words(name);
    let last = |setting: &SettingUse| setting.key.rsplit('.').next().unwrap_or_default().to_owned();
    if let Some(same) = settings.iter().find(|setting| last(setting) == name) {
        return Some(same);
    }
    let fitting: Vec<_> = settings.iter().filter(is_value).collect();
    let akin = fitting.iter().find(|setting| !words(&last(setting)).is_disjoint(&own));
    match (akin, fitting.as_slice()) {
        (Some(setting), _) | (None, [setting]) => Some(setting),
        (None, _) => None,
    }
}

fn comment(place: &Place) -> String {
    format!("Set outside the model: {}", place.origin)
}

fn new_block(kind: &str, extra: &Extra) -> Block {
    Block::new(kind.to_owned(), &[], new_body(extra)).comment(comment(&extra.place))
}

fn new_body(extra: &Extra) -> Body {
    let arguments = extra.arguments.iter();
    let body = arguments.fold(Body::new(), |body, (name, (value, _))| body.attribute(name.clone(), value.expression()));
    let blocks = extra.blocks.iter().flat_map(|(kind, blocks)| blocks.iter().map(move |block| (kind, block)));
    blocks.fold(body, |body, (kind, block)| body.nested(Block::new(kind.clone(), &[], new_body(block))))
}
