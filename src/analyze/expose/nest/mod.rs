//! `NestJS`: controllers of the modules that an application is made of, as decorators on classes say.
//!
//! <https://docs.nestjs.com/modules>, <https://docs.nestjs.com/controllers>

mod class;
mod controller;
mod module;
mod settings;

use super::argument::Declaration;
use super::object::Object;
use super::walk::{Below, Walk};
use crate::source::Span;

use module::Modules;

impl<'a> Walk<'_, '_, 'a> {
    /// What the modules of an application answer. Its own calls have been read.
    pub(super) fn nest(&mut self, object: &Object<'a>, below: &Below) {
        let made = object.made.declaration(object.library);
        let settings = self.nest_settings(object, below);
        let Some(root) = object.made.arguments.first() else {
            return self.fall_back(below, &made, Span::new(made.file, made.at..made.at + 1));
        };
        let mut modules = Modules::default();
        let place = Place { file: made.file, at: made.at, name: object.library, span: &root.range };
        self.nest_module(&place, &root.value, &mut modules, object, below);
        for (module, controller) in std::mem::take(&mut modules.controllers) {
            let prefixes = modules.prefixes.get(&module).cloned().unwrap_or_default();
            self.nest_controller(&controller, &prefixes, &settings, object);
        }
    }

    /// Lets everything through, because what is said at a place is not known.
    fn nest_unknown(&mut self, place: &Place<'_>, below: &Below) {
        let declaration = Declaration { file: place.file, at: place.at, line: None, name: place.name, arguments: &[] };
        self.fall_back(below, &declaration, Span::new(place.file, place.span.clone()));
    }
}

/// Where something is said, and how messages call it.
#[derive(Clone, Copy)]
struct Place<'p> {
    file: &'p crate::source::ProjectPath,
    at: usize,
    name: &'p str,
    span: &'p std::ops::Range<usize>,
}
