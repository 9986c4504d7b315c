use std::collections::BTreeSet;

use inferra::source::Language;

use super::graph::{Form, Import, Module, Package, Role};
use super::random::Random;
use super::words::{ADJECTIVES, DOMAINS, EVENTS, NOUNS, PACKAGES};
use super::{Shape, Spec};

/// Which files there are, what each is for, and what it imports. No text yet.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) language: Language,
    pub(super) packages: Vec<Package>,
    pub(super) modules: Vec<Module>,
}

/// Files per thousand that carry a directive.
const ANNOTATED: usize = 5;
/// Files per thousand that only talk about directives.
const DECOYS: usize = 2;
/// Files per thousand that nobody imports.
const ORPHANS: usize = 30;
/// Files per thousand of a domain that call each of its clients, besides the one that calls all of them.
const USERS: usize = 8;
/// Files per thousand, in services of their own, that import from another service's library.
const CROSSINGS: usize = 4;

impl Plan {
    pub(super) fn new(spec: Spec) -> Self {
        let plan = Self { language: spec.language, packages: Vec::new(), modules: Vec::new() };
        let mut planner = Planner {
            plan,
            random: Random::new(spec.seed),
            spec,
            popular: Vec::new(),
            libraries: Vec::new(),
            web: None,
        };
        planner.fill();
        planner.plan
    }

    /// The folders that hold modules.
    pub(super) fn folders(&self) -> impl Iterator<Item = &str> {
        self.packages.iter().map(|package| package.folder.as_str())
    }

    pub(super) fn module(&self, at: usize) -> &Module {
        &self.modules[at]
    }

    pub(super) fn package_of(&self, at: usize) -> &Package {
        &self.packages[self.modules[at].package]
    }

    /// The file that `user` imports the client of `client` from: its module, or sometimes the barrel that gives it on.
    pub(super) fn door(&self, user: usize, client: usize) -> usize {
        let package = self.package_of(client);
        let inside = self.modules[user].package == self.modules[client].package;
        match package.barrel {
            Some(barrel) if package.reexports && !inside && (user + client).is_multiple_of(3) => barrel,
            Some(_) | None => client,
        }
    }

    /// Names that others can import from a module.
    pub(super) fn exports(&self, at: usize) -> Vec<String> {
        let module = self.module(at);
        match module.role {
            Role::Web { .. } => vec!["app".to_owned()],
            Role::Barrel => {
                self.package_of(at).members.iter().take(2).map(|member| self.module(*member).class()).collect()
            }
            Role::Plain
            | Role::Main { .. }
            | Role::Routes { .. }
            | Role::Api { .. }
            | Role::Store { .. }
            | Role::Emitter { .. } => {
                vec![module.class(), super::words::function(&module.name, self.language)]
            }
        }
    }
}

struct Planner {
    plan: Plan,
    spec: Spec,
    random: Random,
    /// Shared modules, each as often as it is imported, so that the popular grow more popular.
    popular: Vec<usize>,
    /// Modules of the libraries, which every service may import.
    libraries: Vec<usize>,
    web: Option<usize>,
}

/// A domain that is being made.
struct Domain {
    name: String,
    packages: Vec<usize>,
    clients: Vec<usize>,
    shared: bool,
    service: bool,
}

impl Planner {
    fn fill(&mut self) {
        let files = self.spec.files;
        let annotated = (files * ANNOTATED / 1000).max(5);
        let domains = (annotated * 4 / 5).max(2) / 2 * 2;
        let root = self.package(self.root().to_owned(), false);
        let (own, services) = match self.spec.shape {
            Shape::One => (2, 0),
            Shape::Many => (0, domains / 2),
        };
        if self.spec.shape == Shape::One {
            let role = Role::Web { gateway: "public-gw".to_owned() };
            self.web = Some(self.module(root, "web", role));
        }
        let shared = files / 40;
        self.domain("shared".to_owned(), shared, 0, true, None);
        let constructs = annotated - own - services;
        let mut doors = Vec::new();
        for at in 0..domains {
            let left = files - self.plan.modules.len() - usize::from(self.web.is_some());
            let suffix = if at < DOMAINS.len() { String::new() } else { (at / DOMAINS.len() + 1).to_string() };
            let constructs = constructs / domains + usize::from(at < constructs % domains);
            // In a repository of many services, each has a library that comes before all services.
            let library = at.checked_sub(domains / 2).filter(|_| services > 0).map(|library| doors[library]);
            let name = format!("{}{suffix}", DOMAINS[at % DOMAINS.len()]);
            doors.extend(self.domain(name, left / (domains - at), constructs, false, library));
        }
        if self.web.is_some() {
            let main = self.module(root, "main", Role::Main { unit: "main".to_owned() });
            self.plan.modules[main].imports =
                doors.into_iter().map(|target| Import { target, form: Form::Bare }).collect();
        }
    }

    const fn root(&self) -> &'static str {
        match self.spec.language {
            Language::Python => "app",
            Language::TypeScript => "src",
        }
    }

    /// Makes about `files` modules; returns the one through which all of them are reached.
    fn domain(
        &mut self,
        name: String,
        files: usize,
        constructs: usize,
        shared: bool,
        library: Option<usize>,
    ) -> Option<usize> {
        let end = self.plan.modules.len() + files;
        let routed = self.web.is_some() && !shared;
        let own = self.package(format!("{}/{name}", self.root()), false);
        let mut domain = Domain { name, packages: Vec::new(), clients: Vec::new(), shared, service: library.is_some() };
        let reserved = if shared { 0 } else { 1 + usize::from(routed || domain.service) };
        while self.plan.modules.len() + reserved < end {
            let size = self.random.between(8, 24).min(end - reserved - self.plan.modules.len());
            let with_construct = domain.packages.len() < constructs;
            self.fill_package(&mut domain, size, with_construct);
        }
        if shared {
            return None;
        }
        let setup = self.setup(&domain, own);
        let prefix = domain.name.clone();
        let door = match (self.web.filter(|_| routed), library) {
            (Some(web), _) => self.module(own, "routes", Role::Routes { web, prefix }),
            (None, Some(_)) => {
                let (unit, gateway) = (format!("{prefix}-api"), format!("{prefix}-gw"));
                self.module(own, "api", Role::Api { unit, gateway, prefix })
            }
            (None, None) => return Some(setup),
        };
        let imports =
            [setup].into_iter().chain(library).chain(self.web).map(|target| Import { target, form: Form::Names });
        self.plan.modules[door].imports.extend(imports);
        Some(door)
    }

    /// The module that brings a domain's packages together.
    fn setup(&mut self, domain: &Domain, own: usize) -> usize {
        let setup = self.module(own, "setup", Role::Plain);
        let mut imports = Vec::new();
        for package in &domain.packages {
            let package = &self.plan.packages[*package];
            match package.barrel.filter(|_| package.reexports) {
                Some(barrel) => imports.push(Import { target: barrel, form: Form::Names }),
                None => imports
                    .extend(package.members.iter().map(|member| Import { target: *member, form: Form::Parenthesised })),
            }
        }
        let module = &mut self.plan.modules[setup];
        module.imports = imports;
        module.uses.clone_from(&domain.clients);
        setup
    }

    fn fill_package(&mut self, domain: &mut Domain, size: usize, with_construct: bool) {
        let at = domain.packages.len();
        let suffix = if at < PACKAGES.len() { String::new() } else { (at / PACKAGES.len() + 1).to_string() };
        let folder = format!("{}/{}/{}{suffix}", self.root(), domain.name, PACKAGES[at % PACKAGES.len()]);
        let reexports = size > 3 && self.random.chance(700);
        let package = self.package(folder, reexports);
        let barrel_comes = reexports && self.spec.language == Language::TypeScript;
        let already = usize::from(self.plan.packages[package].barrel.is_some());
        for position in already..size - usize::from(barrel_comes) {
            let name =
                format!("{}_{}_{}", self.random.pick(&ADJECTIVES), self.random.pick(&NOUNS), self.plan.modules.len());
            let construct = with_construct && position == already;
            let role = if construct { self.construct(domain) } else { Role::Plain };
            let imports = self.imports(domain, package);
            let module = self.module(package, &name, role);
            let uses: Vec<_> = domain.clients.iter().copied().filter(|_| self.random.chance(USERS)).collect();
            self.plan.modules[module].imports = imports;
            self.plan.modules[module].uses = uses;
            if construct {
                domain.clients.push(module);
            } else if self.random.chance(ORPHANS) {
                continue;
            } else if self.random.chance(DECOYS) {
                self.plan.modules[module].decoy = true;
            }
            self.plan.packages[package].members.push(module);
            if domain.shared {
                self.popular.push(module);
            } else if !domain.service {
                self.libraries.push(module);
            }
        }
        if barrel_comes {
            let barrel = self.module(package, "index", Role::Barrel);
            self.plan.packages[package].barrel = Some(barrel);
        }
        if let Some(barrel) = self.plan.packages[package].barrel.filter(|_| reexports) {
            let members = self.plan.packages[package].members.iter();
            self.plan.modules[barrel].imports =
                members.map(|member| Import { target: *member, form: Form::Relative }).collect();
        }
        domain.packages.push(package);
    }

    fn construct(&mut self, domain: &Domain) -> Role {
        let id = format!("{}-{}-{}", domain.name, self.random.pick(&NOUNS), self.plan.modules.len());
        match self.spec.language {
            Language::Python => Role::Store { id },
            Language::TypeScript => {
                let unit = match self.spec.shape {
                    Shape::One => "worker".to_owned(),
                    Shape::Many => format!("{}-worker", domain.name),
                };
                let start = self.random.below(EVENTS.len());
                let events = (0..self.random.between(1, 3)).map(|offset| EVENTS[(start + offset) % EVENTS.len()]);
                Role::Emitter { unit, id, events: events.collect() }
            }
        }
    }

    /// What a new module of `package` imports: mostly neighbours, some of its domain, some of what everybody uses.
    fn imports(&mut self, domain: &Domain, package: usize) -> Vec<Import> {
        let mut targets = BTreeSet::new();
        for _ in 0..self.random.between(1, 4) {
            let roll = self.random.below(1000);
            let target = if roll < 550 {
                self.some(&self.plan.packages[package].members.clone())
            } else if roll < 800 || domain.shared {
                self.of_domain(domain)
            } else {
                self.some(&self.popular.clone()).inspect(|popular| self.popular.push(*popular))
            };
            targets.extend(target);
        }
        if domain.service && self.random.chance(CROSSINGS) {
            targets.extend(self.some(&self.libraries.clone()));
        }
        targets.into_iter().map(|target| Import { target, form: self.random.pick(&Form::USUAL) }).collect()
    }

    fn of_domain(&mut self, domain: &Domain) -> Option<usize> {
        let at = self.some(&domain.packages)?;
        let package = &self.plan.packages[at];
        match package.barrel.filter(|_| package.reexports) {
            Some(barrel) if self.random.chance(500) => Some(barrel),
            Some(_) | None => {
                let members = package.members.clone();
                self.some(&members)
            }
        }
    }

    fn some(&mut self, from: &[usize]) -> Option<usize> {
        (!from.is_empty()).then(|| self.random.pick(from))
    }

    fn package(&mut self, folder: String, reexports: bool) -> usize {
        let at = self.plan.packages.len();
        self.plan.packages.push(Package { folder, barrel: None, reexports, members: Vec::new() });
        if self.spec.language == Language::Python {
            let barrel = self.module(at, "__init__", Role::Barrel);
            self.plan.packages[at].barrel = Some(barrel);
        }
        at
    }

    fn module(&mut self, package: usize, name: &str, role: Role) -> usize {
        let ending = match self.spec.language {
            Language::Python => "py",
            Language::TypeScript => "ts",
        };
        let path = format!("{}/{name}.{ending}", self.plan.packages[package].folder);
        // Squared, so that most files are short and a few are long; 150 on average.
        let lines = 40 + self.random.below(575) * self.random.below(575) / 1000 * 4 / 3;
        // Names stay unique in the whole tree, also where files have the same name.
        let name = match role {
            Role::Plain if name == "setup" => format!("setup_{}", self.plan.modules.len()),
            Role::Plain
            | Role::Barrel
            | Role::Web { .. }
            | Role::Main { .. }
            | Role::Routes { .. }
            | Role::Api { .. }
            | Role::Store { .. }
            | Role::Emitter { .. } => name.to_owned(),
        };
        let module = Module { path, name, package, role, imports: Vec::new(), uses: Vec::new(), lines, decoy: false };
        self.plan.modules.push(module);
        self.plan.modules.len() - 1
    }
}
