use inferra::source::Language;

/// A folder of modules.
#[derive(Debug)]
pub(super) struct Package {
    /// The path from the root.
    pub(super) folder: String,
    /// Its `__init__.py` or `index.ts`.
    pub(super) barrel: Option<usize>,
    /// Whether the barrel gives on what the modules export.
    pub(super) reexports: bool,
    /// The modules that others may import.
    pub(super) members: Vec<usize>,
}

/// A source file.
#[derive(Debug)]
pub(super) struct Module {
    pub(super) path: String,
    /// What its exports are named after, such as `pending_invoice_12`; not always its file's name.
    pub(super) name: String,
    pub(super) package: usize,
    pub(super) role: Role,
    pub(super) imports: Vec<Import>,
    /// The clients and emitters that it calls.
    pub(super) uses: Vec<usize>,
    /// About how long the file is.
    pub(super) lines: usize,
    /// Whether it talks about directives without being one.
    pub(super) decoy: bool,
}

/// What a file is for.
#[derive(Debug)]
pub(super) enum Role {
    Plain,
    /// `__init__.py` or `index.ts`.
    Barrel,
    /// Makes the one application of the whole tree.
    Web {
        gateway: String,
    },
    /// Starts the one unit of the whole tree.
    Main {
        unit: String,
    },
    /// Declares routes on the application that another file makes.
    Routes {
        web: usize,
        prefix: String,
    },
    /// A whole service: unit, application, routes.
    Api {
        unit: String,
        gateway: String,
        prefix: String,
    },
    /// Makes a Redis client.
    Store {
        id: String,
    },
    /// Makes an emitter and handles its events, in a unit of its own.
    Emitter {
        unit: String,
        id: String,
        events: Vec<&'static str>,
    },
}

/// An import of another file of the tree.
#[derive(Debug, Clone, Copy)]
pub(super) struct Import {
    pub(super) target: usize,
    pub(super) form: Form,
}

/// How an import is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `from a.b import C`
    Names,
    /// The same, over several lines, one name renamed.
    Parenthesised,
    /// `from .b import C`
    Relative,
    /// `import a.b as b`, `import * as b`
    Module,
    /// `import type { C }`, or below `if TYPE_CHECKING`.
    Types,
    /// In a function.
    Lazy,
    /// For its side effects.
    Bare,
}

impl Form {
    /// The forms for imports between ordinary modules; how often each stands here is how often it is written.
    pub(super) const USUAL: [Self; 12] = [
        Self::Names,
        Self::Names,
        Self::Names,
        Self::Names,
        Self::Relative,
        Self::Relative,
        Self::Relative,
        Self::Parenthesised,
        Self::Parenthesised,
        Self::Module,
        Self::Types,
        Self::Lazy,
    ];
}

/// A route of a service: method and path as a gateway writes it.
pub(super) fn routes(prefix: &str) -> [(&'static str, String); 5] {
    let (all, one) = (format!("/{prefix}"), format!("/{prefix}/{{item_id}}"));
    [("GET", all.clone()), ("POST", all), ("GET", one.clone()), ("PUT", one.clone()), ("DELETE", one)]
}

impl Module {
    /// The file's name without its ending.
    pub(super) fn stem(&self) -> &str {
        let name = self.path.rsplit_once('/').map_or(self.path.as_str(), |(_, name)| name);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// The class that it exports.
    pub(super) fn class(&self) -> String {
        super::words::camel(&self.name)
    }

    /// The variable for its client, emitter or application.
    pub(super) fn object(&self, language: Language) -> String {
        match (&self.role, language) {
            (Role::Web { .. } | Role::Api { .. }, _) => "app".to_owned(),
            (_, Language::Python) => format!("{}_client", self.name),
            (_, Language::TypeScript) => format!("{}Bus", super::words::lower_camel(&self.name)),
        }
    }

    /// Whether it makes something that others call.
    pub(super) const fn makes_client(&self) -> bool {
        matches!(self.role, Role::Store { .. } | Role::Emitter { .. })
    }
}
