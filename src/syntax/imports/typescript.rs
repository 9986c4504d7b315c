use memchr::memmem;

use super::tokens::{Token, Tokens};
use super::{Binding, Export, Import, Interface};

/// What a JavaScript or TypeScript file imports and exports, in every form of both module systems. Imports and exports of
/// types alone are left out: they are erased before the program runs.
pub(super) fn interface(text: &str) -> Interface {
    let mut scanner = Scanner { tokens: Tokens::new(text), found: Interface::default() };
    let mut before = None;
    let Some(last) = last_word(text) else { return scanner.found };
    while scanner.tokens.position() <= last
        && let Some(token) = scanner.tokens.next()
    {
        if let Token::Word(word) = token
            // `x.import` and `x.require` are properties of something else.
            && before != Some(Token::Mark(b'.'))
        {
            match word {
                "import" => scanner.import(),
                "export" => scanner.export(),
                "require" => scanner.require(Vec::new()),
                "const" | "let" | "var" => scanner.declaration(),
                "module" => scanner.module_exports(),
                "exports" => scanner.exports_property(),
                _ => {}
            }
        }
        before = Some(token);
    }
    scanner.found
}

/// Where the last word stands that this scanner could take for anything. Most files import at their start and export what they
/// declare, which needs no name: nothing after this word needs to be understood.
fn last_word(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let exports = memmem::find_iter(bytes, b"export").filter(|at| {
        let after = text[at + "export".len()..].trim_start();
        // `export {`, `export *`, a comment between, `exports`, `export =`, `export default`, `export type {`
        after.starts_with(['{', '*', '/', 's', '=']) || after.starts_with("default") || after.starts_with("type")
    });
    let imports = memmem::find_iter(bytes, b"import").chain(memmem::find_iter(bytes, b"require"));
    imports.chain(exports).max()
}

/// Words that start an expression and are no name.
const OPERATORS: [&str; 13] = [
    "async",
    "await",
    "class",
    "false",
    "function",
    "new",
    "null",
    "require",
    "this",
    "true",
    "typeof",
    "undefined",
    "void",
];

struct Scanner<'text> {
    tokens: Tokens<'text>,
    found: Interface,
}

impl Scanner<'_> {
    fn add(&mut self, module: &str, at: usize, bindings: Vec<Binding>) {
        self.found.imports.push(Import { module: module.to_owned(), at, bindings });
    }

    fn import(&mut self) {
        let at = self.tokens.position() - "import".len();
        if let Some(module) = self.tokens.string() {
            return self.add(module, at, Vec::new());
        }
        // import("./x")
        if self.tokens.take_mark(b'(') {
            if let Some(module) = self.tokens.string() {
                self.add(module, at, Vec::new());
            }
            return;
        }
        let types_only = self.types_only();
        let mut bindings = Vec::new();
        if let Some(local) = self.tokens.word() {
            // import x = require("m")
            if self.tokens.take_mark(b'=') {
                if self.tokens.take_word("require") {
                    self.require(vec![Binding::Module { local: local.to_owned(), module: String::new() }]);
                }
                return;
            }
            bindings.push(Binding::Symbol { local: local.to_owned(), name: "default".to_owned() });
            self.tokens.take_mark(b',');
        }
        if self.tokens.take_mark(b'*') && self.tokens.take_word("as") {
            if let Some(local) = self.tokens.word() {
                bindings.push(Binding::Module { local: local.to_owned(), module: String::new() });
            }
        } else if self.tokens.take_mark(b'{') {
            for (name, local) in self.names("as") {
                bindings.push(Binding::Symbol { local, name });
            }
        }
        if self.tokens.take_word("from")
            && let Some(module) = self.tokens.string()
            && !types_only
        {
            self.add(module, at, named(bindings, module));
        }
    }

    fn export(&mut self) {
        let at = self.tokens.position() - "export".len();
        let types_only = self.types_only();
        if self.tokens.take_mark(b'*') {
            let exported = if self.tokens.take_word("as") { self.tokens.word() } else { None };
            let binding = exported.map_or(Binding::ReexportedStar, |exported| Binding::ReexportedModule {
                exported: exported.to_owned(),
            });
            if self.tokens.take_word("from")
                && let Some(module) = self.tokens.string()
                && !types_only
            {
                self.add(module, at, vec![binding]);
            }
        } else if self.tokens.take_mark(b'{') {
            let names = self.names("as");
            if types_only {
                return;
            }
            if self.tokens.take_word("from") {
                if let Some(module) = self.tokens.string() {
                    let bindings =
                        names.into_iter().map(|(name, exported)| Binding::ReexportedSymbol { exported, name });
                    self.add(module, at, bindings.collect());
                }
            } else {
                self.found.exports.extend(names.into_iter().map(|(local, exported)| Export { local, exported }));
            }
        } else if self.tokens.take_word("default") {
            self.by_default();
        } else if self.tokens.take_mark(b'=') {
            // export = app
            self.by_default();
        }
    }

    // export default app; export default async function createApp() {}
    fn by_default(&mut self) {
        let mut ahead = self.tokens.clone();
        ahead.take_word("abstract");
        ahead.take_word("async");
        let declares = ahead.take_word("function") || ahead.take_word("class");
        ahead.take_mark(b'*');
        let Some(local) = ahead.word().filter(|word| !OPERATORS.contains(word)) else { return };
        let whole = declares || matches!(ahead.next(), None | Some(Token::Mark(b';') | Token::Word(_)));
        if whole && !(declares && local == "extends") {
            self.found.exports.push(Export { local: local.to_owned(), exported: "default".to_owned() });
        }
    }

    // `import type { … }` but not `import type from "m"`.
    fn types_only(&mut self) -> bool {
        let mut ahead = self.tokens.clone();
        if !ahead.take_word("type") {
            return false;
        }
        let mut next = ahead.clone();
        let types_only = !next.take_word("from") && !next.take_mark(b',') && !next.take_mark(b'=');
        if types_only {
            self.tokens = ahead;
        }
        types_only
    }

    // The pairs of `{ a, b as c }` (or `{ a, b: c }`), up to and with the closing brace, without types.
    fn names(&mut self, separator: &str) -> Vec<(String, String)> {
        let mut names = Vec::new();
        while let Some(first) = self.tokens.word() {
            let types_only = first == "type" && self.tokens.clone().word().is_some_and(|word| word != "as");
            let name = if types_only { self.tokens.word().unwrap_or(first) } else { first };
            let renamed = if separator == "as" { self.tokens.take_word("as") } else { self.tokens.take_mark(b':') };
            let other = if renamed { self.tokens.word().unwrap_or(name) } else { name };
            if !types_only {
                names.push((name.to_owned(), other.to_owned()));
            }
            if !self.tokens.take_mark(b',') {
                break;
            }
        }
        self.tokens.take_mark(b'}');
        names
    }

    // After the word `require`.
    fn require(&mut self, bindings: Vec<Binding>) {
        let at = self.tokens.position();
        if self.tokens.take_mark(b'(')
            && let Some(module) = self.tokens.string()
        {
            self.add(module, at, named(bindings, module));
        }
    }

    // const x = require("m"); const { a: b } = require("m"); const x = require("m").y; const { a } = await import("m")
    fn declaration(&mut self) {
        let mut ahead = Scanner { tokens: self.tokens.clone(), found: Interface::default() };
        let bindings = if let Some(local) = ahead.tokens.word() {
            vec![Binding::Module { local: local.to_owned(), module: String::new() }]
        } else if ahead.tokens.take_mark(b'{') {
            let names = ahead.names(":").into_iter();
            names.map(|(name, local)| Binding::Symbol { local, name }).collect()
        } else {
            return;
        };
        if !ahead.tokens.take_mark(b'=') {
            return;
        }
        let awaited = ahead.tokens.take_word("await");
        let taken = ahead.tokens.take_word(if awaited { "import" } else { "require" });
        match (taken, awaited) {
            (true, _) => ahead.require(bindings),
            (false, false) => return self.exported_at_once(ahead.tokens, bindings),
            (false, true) => return,
        }
        let closed = ahead.tokens.take_mark(b')');
        if closed
            && ahead.tokens.take_mark(b'.')
            && let Some(property) = ahead.tokens.word()
        {
            for import in &mut ahead.found.imports {
                for binding in &mut import.bindings {
                    if let Binding::Module { local, .. } = binding {
                        *binding = Binding::Symbol { local: std::mem::take(local), name: property.to_owned() };
                    }
                }
            }
        }
        // What a function of the module gives is not the module: `require("express").Router()`, `require("./users")(db)`.
        if closed && ahead.tokens.clone().take_mark(b'(') {
            ahead.found.imports.iter_mut().for_each(|import| import.bindings.clear());
        }
        self.tokens = ahead.tokens;
        self.found.imports.append(&mut ahead.found.imports);
    }

    // const app = module.exports = express(); const start = exports.start = () => {};
    fn exported_at_once(&mut self, mut ahead: Tokens<'_>, bindings: Vec<Binding>) {
        let of_module = ahead.take_word("module") && ahead.take_mark(b'.');
        if !ahead.take_word("exports") {
            return;
        }
        let exported = if ahead.take_mark(b'.') { ahead.word() } else { of_module.then_some("default") };
        let Some(exported) = exported.filter(|_| ahead.take_mark(b'=')) else { return };
        for binding in bindings {
            if let Binding::Module { local, .. } = binding {
                self.found.exports.push(Export { local, exported: exported.to_owned() });
            }
        }
    }

    // module.exports = app; module.exports = { app, b: c }; module.exports.app = app
    fn module_exports(&mut self) {
        if self.tokens.take_mark(b'.') && self.tokens.take_word("exports") {
            if self.tokens.take_mark(b'.') {
                return self.property_of_exports();
            }
            let mut ahead = Scanner { tokens: self.tokens.clone(), found: Interface::default() };
            if !ahead.tokens.take_mark(b'=') {
                return;
            }
            if ahead.tokens.take_mark(b'{') {
                self.found.exports.extend(ahead.exported_object());
            } else if let Some(local) = ahead.tokens.word().filter(|word| !OPERATORS.contains(word))
                && matches!(ahead.tokens.next(), None | Some(Token::Mark(b';') | Token::Word(_)))
            {
                self.found.exports.push(Export { local: local.to_owned(), exported: "default".to_owned() });
            }
        }
    }

    // Of { app, create: createApp, listen() { … }, port: read("PORT") }, what is a name.
    fn exported_object(&mut self) -> Vec<Export> {
        let mut found = Vec::new();
        let mut depth = 1_usize;
        let mut starts = true;
        while let Some(token) = self.tokens.next() {
            match token {
                Token::Word(exported) if depth == 1 && starts => {
                    let mut ahead = self.tokens.clone();
                    let local = if ahead.take_mark(b':') { ahead.word() } else { Some(exported) };
                    if let Some(local) = local.filter(|word| !OPERATORS.contains(word))
                        && matches!(ahead.next(), Some(Token::Mark(b',' | b'}')))
                    {
                        found.push(Export { local: local.to_owned(), exported: exported.to_owned() });
                    }
                }
                Token::Mark(b'(' | b'[' | b'{') => depth += 1,
                Token::Mark(b')' | b']' | b'}') => depth -= 1,
                Token::Word(_) | Token::Text(_) | Token::Mark(_) => {}
            }
            if depth == 0 {
                break;
            }
            starts = token == Token::Mark(b',');
        }
        found
    }

    // exports.app = app
    fn exports_property(&mut self) {
        if self.tokens.take_mark(b'.') {
            self.property_of_exports();
        }
    }

    fn property_of_exports(&mut self) {
        let mut ahead = self.tokens.clone();
        if let Some(exported) = ahead.word()
            && ahead.take_mark(b'=')
            && let Some(local) = ahead.word()
            && matches!(ahead.next(), None | Some(Token::Mark(b';') | Token::Word(_)))
        {
            self.found.exports.push(Export { local: local.to_owned(), exported: exported.to_owned() });
        }
    }
}

// In these languages a name for a module always means the import's own module.
fn named(mut bindings: Vec<Binding>, name: &str) -> Vec<Binding> {
    for binding in &mut bindings {
        if let Binding::Module { module, .. } = binding {
            name.clone_into(module);
        }
    }
    bindings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbol(local: &str, name: &str) -> Binding {
        Binding::Symbol { local: local.to_owned(), name: name.to_owned() }
    }

    fn module(local: &str, module: &str) -> Binding {
        Binding::Module { local: local.to_owned(), module: module.to_owned() }
    }

    #[test]
    fn every_form_of_import() {
        let text = r#"
import express, { Router as R, type Request } from "express";
import * as events from 'node:events';
import "./side-effect";
import type { T } from "./types";
import type from "./odd";
import old = require("old");
const fs = require("fs/promises"), other = 1;
const { a: b, c } = require("m");
const EventEmitter = require("events").EventEmitter;
const lazy = await import("./lazy");
const router = require("express").Router();
const users = require("./users")(db);
export * from "./all";
export * as ns from "./ns";
export { x as y } from "./x";
export type { Z } from "./z";
"#;
        let found: Vec<_> =
            interface(text).imports.into_iter().map(|import| (import.module, import.bindings)).collect();
        let expected = [
            ("express", vec![symbol("express", "default"), symbol("R", "Router")]),
            ("node:events", vec![module("events", "node:events")]),
            ("./side-effect", vec![]),
            ("./odd", vec![symbol("type", "default")]),
            ("old", vec![module("old", "old")]),
            ("fs/promises", vec![module("fs", "fs/promises")]),
            ("m", vec![symbol("b", "a"), symbol("c", "c")]),
            ("events", vec![symbol("EventEmitter", "EventEmitter")]),
            ("./lazy", vec![module("lazy", "./lazy")]),
            ("express", vec![]),
            ("./users", vec![]),
            ("./all", vec![Binding::ReexportedStar]),
            ("./ns", vec![Binding::ReexportedModule { exported: "ns".to_owned() }]),
            ("./x", vec![Binding::ReexportedSymbol { exported: "y".to_owned(), name: "x".to_owned() }]),
        ];
        assert_eq!(found, expected.map(|(name, bindings)| (name.to_owned(), bindings)));
    }

    #[test]
    fn exports_under_another_name() {
        let text = "export { app as web };\nexport default app;\nmodule.exports = { app, b: c };\nexports.d = e;\nmodule.exports.f = g;\nexport default function h() {}\nexport default async () => {};\nmodule.exports = express();\nmodule.exports = { i: j(), k() {}, l: m };\nexport = n;\nexport default class extends O {}\nconst p = module.exports = q();\nvar r = exports.s = t();\n";
        let found: Vec<_> = interface(text).exports.into_iter().map(|export| (export.local, export.exported)).collect();
        let expected = [
            ("app", "web"),
            ("app", "default"),
            ("app", "app"),
            ("c", "b"),
            ("e", "d"),
            ("g", "f"),
            ("h", "default"),
            ("m", "l"),
            ("n", "default"),
            ("p", "default"),
            ("r", "s"),
        ];
        assert_eq!(found, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }

    #[test]
    fn text_that_only_looks_like_an_import() {
        let text = "const s = `\nimport x from \"no\"\n`;\n// import \"no\"\n/* require(\"no\") */\nconst r = /import \"no\"/;\nx.require(\"no\");\nconst q = 4 / 2; import \"./yes\"; // '\nif (1) /`/.test(x);\n<p>don't import</p>\nrequire('./also');\n";
        let found: Vec<_> = interface(text).imports.into_iter().map(|import| import.module).collect();
        assert_eq!(found, ["./yes", "./also"]);
    }
}
