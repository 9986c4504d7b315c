//! Functions that declare routes on an object of their own: `fastify.register(routes, { prefix: "/v1" })`.

use super::argument::Declaration;
use super::object::{Binding, Made, Mounted, Object};
use super::walk::{Below, Walk};
use crate::analyze::definitions::Meaning;
use crate::catalog::MountCall;
use crate::source::Span;

impl<'a> Walk<'_, '_, 'a> {
    /// A call that hands a function an object below the first of two places, or, where that is wrapped, below the second.
    pub(super) fn plugin(
        &mut self,
        mount: &MountCall,
        declaration: &Declaration<'_>,
        span: &Span,
        [below, outside]: [&Below; 2],
        object: &Object<'a>,
    ) {
        let facts = object.facts;
        let Some(given) = declaration.argument(&mount.parameters, &mount.mounted) else {
            return self.fall_back(below, declaration, span.clone());
        };
        self.preflights(facts, declaration, below);
        if let Some(name) = &given.name {
            if self.is_symbol_of(&facts.middleware, declaration, name) {
                return;
            }
            if self.is_symbol_of(&facts.files, declaration, name) {
                return self.mounted(&Mounted::Files, declaration, span, below, true);
            }
            if let Meaning::External(symbol) = self.definitions.meaning(declaration.file, name, declaration.at)
                && let Some(endpoint) = facts.endpoints.get(&symbol)
            {
                let arguments = declaration.arguments.to_vec();
                let made = Made { file: declaration.file.clone(), at: declaration.at, arguments };
                return self.endpoint(endpoint, &made, facts, below, false);
            }
        }
        for mounted in self.made(declaration, &given.value) {
            let below = if matches!(&mounted, Mounted::Handler(handler) if handler.wrapped) { outside } else { below };
            match &mounted {
                Mounted::Handler(handler) => match handler.parameters.first() {
                    Some(own) if own.properties.is_empty() => {
                        self.bound(object, &Binding::local(&handler.file, &own.name, &handler.range), below);
                    }
                    Some(_) => self.fall_back(below, declaration, span.clone()),
                    None => {}
                },
                Mounted::Object(_) | Mounted::Files | Mounted::Endpoint(..) | Mounted::Unknown => {
                    self.fall_back(below, declaration, span.clone());
                }
            }
        }
    }
}
