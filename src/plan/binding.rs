use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::app::{ConstructRef, Id};
use crate::terraform::{Expression, Key, Reference, call, inline, object, text};

/// What an environment variable speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The unit itself.
    Unit(Id),
    /// The gateway that the unit answers.
    Gateway(Id),
    /// A construct that the unit uses.
    #[serde(untagged)]
    Construct(ConstructRef),
}

/// An environment variable by which a unit finds a construct, or its own place.
#[derive(Debug, Clone, Serialize)]
pub struct Binding {
    /// What it speaks of.
    pub subject: Subject,
    /// What the variable tells of it, such as `host`.
    pub property: &'static str,
    /// What it is set from.
    pub value: BindingValue,
}

/// What an environment variable is set from.
#[derive(Debug, Clone, PartialEq)]
pub enum BindingValue {
    /// A text that is known now.
    Text(Cow<'static, str>),
    /// An attribute of a resource.
    Reference(Reference),
    /// An address with attributes of resources in it.
    Address(Expression),
    /// A JSON object of event names and the resources that carry them.
    Events(BTreeMap<String, Reference>),
}

impl Binding {
    /// The value as text, for places that convert no number by themselves, as the environment of a container.
    #[must_use]
    pub fn text(&self) -> Expression {
        match &self.value {
            BindingValue::Reference(reference) if self.property == "port" => call("tostring", reference.clone()),
            value @ (BindingValue::Text(_)
            | BindingValue::Reference(_)
            | BindingValue::Address(_)
            | BindingValue::Events(_)) => value.expression(),
        }
    }
}

impl BindingValue {
    /// The value as Terraform computes it.
    #[must_use]
    pub fn expression(&self) -> Expression {
        match self {
            Self::Text(value) => text(value.as_ref()),
            Self::Reference(reference) => reference.clone().into(),
            Self::Address(address) => address.clone(),
            Self::Events(events) => {
                let entries = events.iter().map(|(name, reference)| (Key::Text(name.clone()), reference.clone()));
                call("jsonencode", object(entries))
            }
        }
    }
}

impl Serialize for BindingValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(value) => serializer.serialize_str(value),
            Self::Reference(reference) => reference.serialize(serializer),
            Self::Address(address) => serializer.serialize_str(&inline(address)),
            Self::Events(events) => events.serialize(serializer),
        }
    }
}
