//! Values of several modules.

use hcl::expr::{BinaryOp, FuncCall, Object, ObjectKey, Operation, TemplateExpr, TraversalOperator};
use hcl::template::Element;
use hcl::{Expression, Template};

use super::super::{inline, is_literal};
use super::{Place, Unifier};

impl Unifier<'_> {
    // hcl-rs's enum is open to us; what is not here is the same everywhere, or a fork.
    #[allow(clippy::wildcard_enum_match_arm)]
    pub(super) fn value(&mut self, place: &Place, values: &[&Expression]) -> Option<Expression> {
        let first = *values.first()?;
        if values.iter().all(|value| *value == first) {
            return Some(first.clone());
        }
        match first {
            Expression::Object(_) => self.object(place, values),
            Expression::Array(_) => self.array(place, values),
            Expression::FuncCall(_) => self.call(place, values),
            Expression::TemplateExpr(_) => self.template(place, values),
            Expression::Operation(_) => self.operation(place, values),
            _ if of_one_type(values) => self.leaf(place, values),
            _ => {
                self.fork(place);
                None
            }
        }
    }

    fn array(&mut self, place: &Place, values: &[&Expression]) -> Option<Expression> {
        if of_one_type(values) {
            return self.leaf(place, values);
        }
        let arrays: Option<Vec<_>> = values.iter().map(|value| as_array(value)).collect();
        let arrays = arrays.filter(|arrays| arrays.iter().all(|items| items.len() == arrays[0].len()));
        let Some(arrays) = arrays else {
            self.fork(place);
            return None;
        };
        let items = (0..arrays[0].len()).map(|at| {
            let items: Vec<_> = arrays.iter().map(|items| &items[at]).collect();
            self.value(&place.step("item", at), &items)
        });
        items.collect::<Vec<_>>().into_iter().collect::<Option<Vec<_>>>().map(Expression::Array)
    }

    /// One key after the other where all have the same ones.
    fn object(&mut self, place: &Place, values: &[&Expression]) -> Option<Expression> {
        let objects: Option<Vec<_>> = values.iter().map(|value| as_object(value)).collect();
        let same = |objects: &Vec<&Object<ObjectKey, Expression>>| {
            objects.iter().all(|object| object.keys().eq(objects[0].keys()))
        };
        if let Some(objects) = objects.filter(same) {
            let entries: Vec<_> = (objects[0].iter())
                .map(|(key, _)| {
                    let values: Vec<_> = objects.iter().filter_map(|object| object.get(key)).collect();
                    Some((key.clone(), self.value(&place.step(&name_of(key), 0), &values)?))
                })
                .collect();
            let entries: Option<Vec<_>> = entries.into_iter().collect();
            return entries.map(|entries| Expression::Object(entries.into_iter().collect()));
        }
        if of_one_type(values) {
            return self.leaf(place, values);
        }
        self.fork(place);
        None
    }

    fn call(&mut self, place: &Place, values: &[&Expression]) -> Option<Expression> {
        let calls: Option<Vec<_>> = values.iter().map(|value| as_call(value)).collect();
        let same = |calls: &Vec<&FuncCall>| {
            calls.iter().all(|call| call.name == calls[0].name && call.args.len() == calls[0].args.len())
        };
        let Some(calls) = calls.filter(same) else {
            self.fork(place);
            return None;
        };
        let mut unified = calls[0].clone();
        for (at, argument) in unified.args.iter_mut().enumerate() {
            let arguments: Vec<_> = calls.iter().map(|call| &call.args[at]).collect();
            let inside = if at == 0 { place.clone() } else { place.step("argument", at) };
            *argument = self.value(&inside, &arguments)?;
        }
        Some(Expression::from(unified))
    }

    /// What is compared with an attribute of a resource is what the resource says there.
    fn operation(&mut self, place: &Place, values: &[&Expression]) -> Option<Expression> {
        let operations: Option<Vec<_>> = values.iter().map(|value| as_binary(value)).collect();
        let same = |all: &Vec<&BinaryOp>| all.iter().all(|one| one.operator == all[0].operator);
        let Some(operations) = operations.filter(same) else {
            self.fork(place);
            return None;
        };
        let left: Vec<_> = operations.iter().map(|one| &one.lhs_expr).collect();
        let right: Vec<_> = operations.iter().map(|one| &one.rhs_expr).collect();
        let place = attribute(left[0]).unwrap_or_else(|| place.clone());
        let (left, right) = (self.value(&place, &left)?, self.value(&place, &right)?);
        Some(Expression::Operation(Box::new(BinaryOp::new(left, operations[0].operator, right).into())))
    }

    fn template(&mut self, place: &Place, values: &[&Expression]) -> Option<Expression> {
        let templates: Option<Vec<_>> = values.iter().map(|value| as_template(value)).collect();
        let same = |all: &Vec<Template>| all.iter().all(|one| one.elements().len() == all[0].elements().len());
        let Some(templates) = templates.filter(same) else {
            self.fork(place);
            return None;
        };
        let mut quoted = String::new();
        for at in 0..templates[0].elements().len() {
            let elements: Vec<_> = templates.iter().map(|template| &template.elements()[at]).collect();
            let part = self.element(&place.step("part", at), &elements, quoted.ends_with(['$', '%']))?;
            quoted.push_str(&part);
        }
        Some(Expression::from(TemplateExpr::QuotedString(quoted)))
    }

    /// A part of a template, as it is written in one.
    fn element(&mut self, place: &Place, elements: &[&Element], after_marker: bool) -> Option<String> {
        let first = *elements.first()?;
        if elements.iter().all(|element| *element == first) {
            return Some(Template::new().add_element(first.clone()).to_string());
        }
        let texts: Option<Vec<_>> = elements.iter().map(|element| as_plain(element)).collect();
        let Some(texts) = texts.filter(|_| !after_marker) else {
            self.fork(place);
            return None;
        };
        let texts: Vec<_> = texts.into_iter().map(|text| Expression::String(text.to_owned())).collect();
        let filled = self.leaf(place, &texts.iter().collect::<Vec<_>>())?;
        if let Expression::TemplateExpr(template) = &filled {
            // What was filled in is a template of its own: it goes on in this one.
            return quoted_of(template).map(str::to_owned);
        }
        Some(format!("${{{}}}", inline(&filled)))
    }
}

/// Whether all are literals of one type that a variable can have.
fn of_one_type(values: &[&Expression]) -> bool {
    let types: Option<Vec<_>> = values.iter().map(|value| type_of(value)).collect();
    types.is_some_and(|types| {
        let known: Vec<_> = types.iter().filter(|one| !one.ends_with("()")).collect();
        let shape = |text: &str| text.split('(').next().unwrap_or_default().to_owned();
        types.iter().all(|one| shape(one) == shape(&types[0])) && known.iter().all(|one| *one == known[0])
    })
}

/// The type of a literal as Terraform writes it: `string`, `list(number)`; `list()` where it has nothing in it. `None` for what
/// is no literal, or has no simple type.
// hcl-rs's enum is open to us; whatever else there is has no type here.
#[allow(clippy::wildcard_enum_match_arm)]
#[must_use]
pub fn type_of(value: &Expression) -> Option<String> {
    let elements = |values: Vec<&Expression>| -> Option<String> {
        let types: Option<Vec<_>> = values.into_iter().map(type_of).collect();
        let types = types?;
        let first = types.first().cloned().unwrap_or_default();
        (types.iter().all(|one| *one == first) && !first.contains('(')).then_some(first)
    };
    match value {
        Expression::String(_) => Some("string".to_owned()),
        Expression::Number(_) => Some("number".to_owned()),
        Expression::Bool(_) => Some("bool".to_owned()),
        Expression::Array(items) => Some(format!("list({})", elements(items.iter().collect())?)),
        Expression::Object(entries) if is_literal(value) => {
            Some(format!("map({})", elements(entries.values().collect())?))
        }
        _ => None,
    }
}

/// The place of an attribute of a resource that is referred to.
fn attribute(value: &Expression) -> Option<Place> {
    let Expression::Traversal(traversal) = value else { return None };
    let Expression::Variable(kind) = &traversal.expr else { return None };
    let mut place = None::<Place>;
    let mut name = kind.as_str().to_owned();
    for operator in &traversal.operators {
        // The first of several is called without a number.
        if matches!(operator, TraversalOperator::Index(index) if inline(index) != "0") {
            return None;
        }
        if let TraversalOperator::GetAttr(step) = operator {
            match &mut place {
                None if name == "data" => name = format!("data.{step}"),
                None => place = Some(Place::of(&format!("{name}.{step}"))),
                Some(place) => place.steps.push(step.as_str().to_owned()),
            }
        }
    }
    place.filter(|place| !place.steps.is_empty())
}

fn name_of(key: &ObjectKey) -> String {
    if let ObjectKey::Expression(Expression::String(name)) = key {
        return name.clone();
    }
    key.to_string()
}

fn as_array(value: &Expression) -> Option<&Vec<Expression>> {
    let Expression::Array(items) = value else { return None };
    Some(items)
}

fn as_object(value: &Expression) -> Option<&Object<ObjectKey, Expression>> {
    let Expression::Object(entries) = value else { return None };
    Some(entries)
}

fn as_call(value: &Expression) -> Option<&FuncCall> {
    let Expression::FuncCall(call) = value else { return None };
    Some(call)
}

fn as_binary(value: &Expression) -> Option<&BinaryOp> {
    let Expression::Operation(operation) = value else { return None };
    match operation.as_ref() {
        Operation::Binary(binary) => Some(binary),
        Operation::Unary(_) => None,
    }
}

/// The parts of a template, where taking them apart loses nothing.
fn as_template(value: &Expression) -> Option<Template> {
    let Expression::TemplateExpr(template) = value else { return None };
    let quoted = quoted_of(template)?;
    Template::from_expr(template).ok().filter(|parts| parts.to_string() == quoted)
}

/// What stands between the quotes; no other template is made here.
fn quoted_of(template: &TemplateExpr) -> Option<&str> {
    match template {
        TemplateExpr::QuotedString(quoted) => Some(quoted),
        TemplateExpr::Heredoc(_) => None,
    }
}

/// The text of a part in which nothing is escaped.
fn as_plain(element: &Element) -> Option<&str> {
    match element {
        Element::Literal(text) => Some(text.as_str()).filter(|text| !text.contains(['\\', '$', '%', '"'])),
        Element::Interpolation(_) | Element::Directive(_) => None,
    }
}
