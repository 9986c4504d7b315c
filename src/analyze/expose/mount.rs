//! What one declaration of a mount comes to.

use super::argument::Declaration;
use super::object::{Mounted, Object};
use super::walk::{Below, Walk, joined};
use crate::analyze::path::catch_all;
use crate::app::{Method, RoutePath, RouteSegment};
use crate::catalog::MountCall;
use crate::source::Span;

impl<'a> Walk<'_, '_, 'a> {
    /// A call that mounts something.
    pub(super) fn mount(
        &mut self,
        mount: &MountCall,
        declaration: &Declaration<'_>,
        span: &Span,
        below: &Below,
        object: &Object<'a>,
    ) {
        if mount.several {
            return self.several(declaration, span, below, object);
        }
        let outside = below.clone();
        let syntax = object.facts.path_syntax;
        let given = mount.prefix.as_ref();
        let given = given.map(|name| self.paths(declaration, &mount.parameters, name, syntax, &RoutePath::default()));
        let (below, replaced) = match given {
            Some(None) => (self.unknown(below, declaration, span), true),
            Some(Some(paths)) if !paths.is_empty() => {
                for path in paths {
                    let mut inner = Below { path: joined(&below.path, &path.path), ..below.clone() };
                    if !path.known {
                        inner = self.unknown(&inner, declaration, span);
                    }
                    if mount.called {
                        self.plugin(mount, declaration, span, [&inner, &outside], object);
                    } else {
                        self.mount_at(mount, declaration, span, &inner, object, mount.replaces);
                    }
                }
                return;
            }
            Some(Some(_)) | None => (below.clone(), false),
        };
        let below = if mount.anywhere { self.unknown(&below, declaration, span) } else { below };
        if mount.called {
            return self.plugin(mount, declaration, span, [&below, &outside], object);
        }
        self.mount_at(mount, declaration, span, &below, object, replaced && mount.replaces);
    }

    /// What is below everything that is caught now.
    pub(super) fn unknown(&mut self, below: &Below, declaration: &Declaration<'_>, span: &Span) -> Below {
        self.fall_back(below, declaration, span.clone());
        Below { known: false, ..below.clone() }
    }

    fn mount_at(
        &mut self,
        mount: &MountCall,
        declaration: &Declaration<'_>,
        span: &Span,
        below: &Below,
        object: &Object<'a>,
        replaced: bool,
    ) {
        // What is mounted brings the slash that its prefix may end with.
        let mut below = below.clone();
        below.path.0.pop_if(|last| matches!(last, RouteSegment::Literal(text) if text.is_empty()));
        let lists = mount.lists.as_ref().and_then(|name| declaration.argument(&mount.parameters, name));
        if let Some(list) = lists {
            self.list(object, &list.value, declaration.file, declaration.at, &below);
        }
        let Some(mounted) = declaration.argument(&mount.parameters, &mount.mounted) else {
            if lists.is_none() {
                self.fall_back(&below, declaration, span.clone());
            }
            return;
        };
        for mounted in self.made(declaration, &mounted.value) {
            self.mounted(&mounted, declaration, span, &below, !replaced);
        }
    }

    /// One thing that is mounted below a path, with its own prefix or without.
    pub(super) fn mounted(
        &mut self,
        mounted: &Mounted<'a>,
        declaration: &Declaration<'_>,
        span: &Span,
        below: &Below,
        own_prefix: bool,
    ) {
        match mounted {
            Mounted::Object(object) => self.object(object, below, own_prefix),
            Mounted::Files => {
                let at = self.line(declaration);
                for path in catch_all(RoutePath::default()) {
                    for method in [Method::Get, Method::Head] {
                        self.add(below, &path, method, false, &at);
                    }
                }
            }
            Mounted::Endpoint(..) | Mounted::Handler(_) | Mounted::Unknown => {
                self.fall_back(below, declaration, span.clone());
            }
        }
    }
}
