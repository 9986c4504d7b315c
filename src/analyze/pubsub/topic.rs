//! The emitters of one id are one topic, also where each is of another language.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::super::calls::Call;
use super::super::method_span;
use super::Emitter;
use crate::app::{Id, Origin, SourceLine, Topic, TopicEmitter};
use crate::diag::{Code, Diagnostic, Diagnostics, closest};
use crate::source::Span;

/// Where an event is first emitted and first subscribed to.
#[derive(Clone)]
pub(super) struct EventUse<'a> {
    first: SourceLine,
    pub(super) published: Option<&'a Call>,
    pub(super) subscribed: Option<&'a Call>,
}

impl<'a> EventUse<'a> {
    pub(super) fn new(call: &Call) -> Self {
        Self { first: call.at.clone(), published: None, subscribed: None }
    }

    fn join(&mut self, other: &Self) {
        if other.first < self.first {
            self.first.clone_from(&other.first);
        }
        self.published = self.published.or(other.published);
        self.subscribed = self.subscribed.or(other.subscribed);
    }

    /// The only use, where the event has no other half.
    fn alone(&self) -> Option<Alone<'a>> {
        match (self.published, self.subscribed) {
            (Some(call), None) => Some(Alone::Published(call)),
            (None, Some(call)) => Some(Alone::Subscribed(call)),
            (Some(_), Some(_)) | (None, None) => None,
        }
    }
}

/// One half of an event.
#[derive(Clone, Copy)]
enum Alone<'a> {
    Published(&'a Call),
    Subscribed(&'a Call),
}

/// The topics of all emitters, sorted by id. Every language calls an event by the same name, and so may either half of it be
/// in any.
pub(in super::super) fn topics(emitters: Vec<Emitter<'_>>, diagnostics: &mut Diagnostics) -> IndexMap<Id, Topic> {
    let mut by_id: BTreeMap<Id, Vec<Emitter<'_>>> = BTreeMap::new();
    for emitter in emitters {
        by_id.entry(emitter.annotation.origin.id.clone()).or_default().push(emitter);
    }
    let joined = by_id.into_iter().filter_map(|(id, mut emitters)| {
        emitters.sort_by(|one, other| one.annotation.origin.at.cmp(&other.annotation.origin.at));
        Some((id, topic(emitters, diagnostics)?))
    });
    joined.collect()
}

fn topic(emitters: Vec<Emitter<'_>>, diagnostics: &mut Diagnostics) -> Option<Topic> {
    let origin = emitters.first()?.annotation.origin.clone();
    reject_unequal_signals(&emitters, diagnostics);
    let mut events: BTreeMap<String, EventUse<'_>> = BTreeMap::new();
    for (event, seen) in emitters.iter().flat_map(|emitter| &emitter.events) {
        events.entry(event.clone()).and_modify(|known| known.join(seen)).or_insert_with(|| seen.clone());
    }
    for (event, seen) in &events {
        if let Some(alone) = seen.alone() {
            diagnostics.push(without_counterpart(event, alone, &events, &origin));
        }
    }
    let of_code =
        |emitter: Emitter<'_>| TopicEmitter { origin: emitter.annotation.origin.clone(), client: emitter.client };
    Some(Topic {
        id: origin.id.clone(),
        origin,
        emitters: emitters.into_iter().map(of_code).collect(),
        events: events.into_iter().map(|(event, seen)| (event, seen.first)).collect(),
    })
}

/// The warning of an event with one half only: where that is, and where the other would be.
fn without_counterpart(
    event: &str,
    alone: Alone<'_>,
    events: &BTreeMap<String, EventUse<'_>>,
    made: &Origin,
) -> Diagnostic {
    let others = || events.iter().filter_map(|(name, seen)| Some((name.as_str(), seen.alone()?)));
    let (call, message, counterparts, help) = match alone {
        Alone::Published(call) => {
            let heard = others().filter_map(|(name, other)| match other {
                Alone::Subscribed(call) => Some((name, call)),
                Alone::Published(_) => None,
            });
            let counterparts: BTreeMap<_, _> = heard.collect();
            (call, format!("nobody subscribes to `{event}`"), counterparts, "subscribe to it, or drop the event")
        }
        Alone::Subscribed(call) => {
            let emitted = others().filter_map(|(name, other)| match other {
                Alone::Published(call) => Some((name, call)),
                Alone::Subscribed(_) => None,
            });
            (call, format!("nobody publishes `{event}`"), emitted.collect(), "publish it, or drop the handler")
        }
    };
    let diagnostic = Diagnostic::new(Code::EventWithoutCounterpart, message)
        .at(method_span(call), "no counterpart in the files of any unit");
    match closest(event, counterparts.keys().copied()).and_then(|near| Some((near, counterparts.get(near)?))) {
        Some((near, other)) => diagnostic
            .also(name_span(other), format!("`{near}` has none either"))
            .help(format!("write the same name in both places, if one event is meant; else {help}")),
        None => diagnostic.also(made.span.clone(), "of the emitter with this directive").help(help),
    }
}

/// The place of an event's name.
fn name_span(call: &Call) -> Span {
    let range = call.arguments.first().map_or_else(|| call.method_range.clone(), |argument| argument.range.clone());
    Span::new(&call.at.file, range)
}

/// Reports a signal that shares its topic with an emitter whose events would reach it: what a signal carries beside its
/// sender has names, which only another signal gives.
fn reject_unequal_signals(emitters: &[Emitter<'_>], diagnostics: &mut Diagnostics) {
    for signal in emitters.iter().filter(|emitter| emitter.is_signal) {
        let others = emitters.iter().filter(|emitter| !emitter.is_signal);
        for (event, seen) in &signal.events {
            let publishing = others.clone().find_map(|other| other.events.get(event)?.published);
            if let (Some(received), Some(call)) = (seen.subscribed, publishing) {
                diagnostics.push(
                    Diagnostic::new(
                        Code::ArgumentsWithoutNames,
                        format!("a receiver of the signal `{event}` cannot be called with what is emitted here"),
                    )
                    .at(method_span(call), "arguments without names")
                    .also(method_span(received), "called with a sender and with keywords")
                    .help("handle the event with an emitter on both sides, such as `pyee`'s in Python"),
                );
            }
        }
    }
}
