use std::fmt::Write as _;

use super::graph::{Form, Import, Module, Role, routes};
use super::plan::Plan;
use super::random::Random;
use super::words::{NOUNS, VERBS, camel, lower_camel, sentence};

/// The text of a TypeScript module.
pub(super) fn text(plan: &Plan, at: usize, random: &mut Random) -> String {
    let module = plan.module(at);
    let mut writer = Writer { plan, at, random, text: String::new(), names: Vec::new() };
    if let Role::Main { unit } | Role::Api { unit, .. } | Role::Emitter { unit, .. } = &module.role {
        _ = writeln!(writer.text, "// @klotho::execution_unit {{ id = \"{unit}\" }}\n");
    }
    writer.header();
    match &module.role {
        Role::Barrel => writer.barrel(),
        Role::Main { .. } => {
            writer.imports();
            writer
                .text
                .push_str("import { app } from \"./web.js\";\n\napp.listen(Number(process.env.PORT ?? 3000));\n");
        }
        Role::Plain => writer.body(),
        Role::Web { gateway } => {
            writer.application(gateway);
            writer.text.push_str(
                "\napp.get(\"/health\", (_request, response) => {\n  response.json({ status: \"ok\" });\n});\n",
            );
        }
        Role::Routes { prefix, .. } => {
            writer.body();
            writer.routes(prefix);
        }
        Role::Api { gateway, prefix, .. } => {
            writer.application(gateway);
            writer.body();
            writer.routes(prefix);
        }
        Role::Store { id } | Role::Emitter { id, .. } => {
            writer.emitter(id);
            writer.body();
        }
    }
    writer.text
}

struct Writer<'a> {
    plan: &'a Plan,
    at: usize,
    random: &'a mut Random,
    text: String,
    /// Imported names, for use in the body.
    names: Vec<String>,
}

impl<'a> Writer<'a> {
    fn module(&self) -> &'a Module {
        self.plan.module(self.at)
    }

    fn header(&mut self) {
        let (first, second) = (sentence(self.random), sentence(self.random));
        if self.module().decoy {
            let marker = "@klotho::persist { id = 'only-text' }";
            _ = writeln!(self.text, "// {first} See @klotho::expose in the handbook.\nconst EXAMPLE = \"{marker}\";");
            _ = writeln!(self.text, "const HELP = `\n  {marker}\n  ${{EXAMPLE}}\n`;\nvoid HELP;\n");
        } else {
            _ = writeln!(self.text, "/**\n * {first}\n * It's {second}\n */\n");
        }
    }

    fn barrel(&mut self) {
        let plan = self.plan;
        for import in &self.module().imports {
            let target = plan.module(import.target);
            let path = format!("./{}.js", target.stem());
            if self.random.chance(400) {
                _ = writeln!(self.text, "export * from \"{path}\";");
                continue;
            }
            let mut names = plan.exports(import.target);
            if target.makes_client() {
                names.push(target.object(plan.language));
            }
            _ = writeln!(self.text, "export {{ {} }} from \"{path}\";", names.join(", "));
        }
    }

    fn application(&mut self, gateway: &str) {
        let words = sentence(self.random);
        let text = format!(
            "import express from \"express\";\n\n/*\n * {words}\n *\n * @klotho::expose {{\n *   id = \"{gateway}\"\n *   target = \"public\"\n * }}\n */\nexport const app = express();\n\napp.use(express.json());\n"
        );
        self.text.push_str(&text);
    }

    fn emitter(&mut self, id: &str) {
        let name = self.module().object(self.plan.language);
        let (import, made) = match self.random.below(3) {
            0 => ("import * as events from \"events\";", "new events.EventEmitter({ captureRejections: true })"),
            1 => ("import { EventEmitter as Bus } from 'node:events';", "new Bus()"),
            _ => ("import EventEmitter from \"node:events\";", "new EventEmitter()"),
        };
        _ = write!(
            self.text,
            "{import}\n\n/*\n * @klotho::pubsub {{\n *   id = \"{id}\"\n * }}\n */\nexport const {name} = {made};\n\n"
        );
        let plan = self.plan;
        if let Role::Emitter { events, .. } = &plan.module(self.at).role {
            for event in events {
                _ = writeln!(
                    self.text,
                    "{name}.on(\"{event}\", async (id: string) => {{\n  console.log(`{event} ${{id}}`);\n}});"
                );
            }
        }
    }

    fn imports(&mut self) {
        self.text.push_str("import { readFile } from \"node:fs/promises\";\nimport * as path from \"node:path\";\n");
        let plan = self.plan;
        for import in &self.module().imports {
            self.import(*import);
        }
        for client in &self.module().uses {
            let (door, name) = (plan.door(self.at, *client), plan.module(*client).object(plan.language));
            let alias = if self.random.chance(300) { format!(" as {name}Again") } else { String::new() };
            let path = self.path(door, ".js");
            _ = writeln!(self.text, "import {{ {name}{alias} }} from \"{path}\";");
        }
    }

    fn import(&mut self, import: Import) {
        let (plan, names) = (self.plan, self.plan.exports(import.target));
        let path = self.path(import.target, ".js");
        let Some(name) = names.first() else {
            _ = writeln!(self.text, "import \"{path}\";");
            return;
        };
        let all = names.join(", ");
        let alias = lower_camel(&plan.module(import.target).name);
        match import.form {
            Form::Names => _ = writeln!(self.text, "import {{ {all} }} from \"{path}\";"),
            Form::Parenthesised => {
                _ = writeln!(
                    self.text,
                    "import {{\n  {name},\n  // renamed below\n  {name} as {name}Again,\n  type {name} as {name}Type,\n}} from '{path}';"
                );
            }
            Form::Relative => {
                let path = self.path(import.target, "");
                _ = writeln!(self.text, "import {{ {all} }} from \"{}\";", path.trim_end_matches("/index"));
            }
            Form::Module => {
                _ = writeln!(self.text, "import * as {alias}Module from \"{path}\";");
                return;
            }
            Form::Types => _ = writeln!(self.text, "import type {{ {name} }} from \"{path}\";"),
            Form::Lazy => {
                _ = writeln!(
                    self.text,
                    "export const late{} = () => import(\"{path}\");",
                    camel(&plan.module(import.target).name)
                );
                return;
            }
            Form::Bare => {
                _ = writeln!(self.text, "import \"{path}\";");
                return;
            }
        }
        if import.form != Form::Types {
            self.names.push(name.clone());
        }
    }

    /// The path of a module as seen from this one.
    fn path(&self, to: usize, ending: &str) -> String {
        let from: Vec<_> = self.module().path.split('/').collect();
        let to: Vec<_> = self.plan.module(to).path.trim_end_matches(".ts").split('/').collect();
        let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
        let up = from.len() - 1 - shared;
        let start = if up == 0 { "./".to_owned() } else { "../".repeat(up) };
        format!("{start}{}{ending}", to[shared..].join("/"))
    }

    fn body(&mut self) {
        self.imports();
        let name = self.module().name.clone();
        let (class, wanted) = (self.module().class(), self.module().lines);
        self.class(&class);
        self.function(&super::words::function(&name, self.plan.language));
        let uses = self.module().uses.clone();
        for client in uses {
            let target = self.plan.module(client);
            let bus = target.object(self.plan.language);
            let bus = if self.text.contains(&format!("{bus} as {bus}Again")) { format!("{bus}Again") } else { bus };
            _ = write!(self.text, "\nexport function tell{}(id: string): void {{\n", camel(&bus));
            if let Role::Emitter { events, .. } = &target.role {
                for event in events {
                    _ = writeln!(self.text, "  {bus}.emit(\"{event}\", id);");
                }
            }
            self.text.push_str("}\n");
        }
        let mut number = 0;
        while self.text.lines().count() < wanted {
            number += 1;
            match self.random.below(5) {
                0 => self.table(number),
                1 => self.class(&format!("{class}Part{number}")),
                _ => {
                    let name =
                        lower_camel(&format!("{}_{}_{number}", self.random.pick(&VERBS), self.random.pick(&NOUNS)));
                    self.function(&name);
                }
            }
        }
    }

    fn table(&mut self, number: usize) {
        _ = write!(self.text, "\nconst LIMITS_{number}: Record<string, number> = {{\n");
        for noun in &NOUNS[..self.random.between(4, 16)] {
            _ = writeln!(self.text, "  {noun}: {}, // it's {}", self.random.below(9000), self.random.pick(&VERBS));
        }
        _ = write!(self.text, "}};\nvoid (LIMITS_{number}.order / 2);\n");
    }

    fn class(&mut self, name: &str) {
        let (words, noun) = (sentence(self.random), self.random.pick(&NOUNS));
        _ = write!(self.text, "\n/** {words} */\nexport class {name} {{\n  private readonly tags: string[] = [];\n\n");
        for noun in &NOUNS[..self.random.between(3, 9)] {
            _ = writeln!(self.text, "  {noun}Id?: number;");
        }
        _ = write!(
            self.text,
            "\n  get {noun}Label(): string {{\n    return this.tags.length > 0 ? `{noun}-${{this.tags.map((tag) => `<${{tag}}>`).join()}}` : 'none';\n  }}\n}}\n"
        );
    }

    fn function(&mut self, name: &str) {
        let (words, comment) = (sentence(self.random), sentence(self.random));
        let (noun, verb, limit) = (self.random.pick(&NOUNS), self.random.pick(&VERBS), self.random.between(2, 900));
        let used = if self.names.is_empty() {
            "String".to_owned()
        } else {
            self.names[self.random.below(self.names.len())].clone()
        };
        _ = write!(
            self.text,
            "\n/** {words} */\nexport async function {name}({noun}s: Iterable<unknown> = [], limit = {limit}): Promise<unknown[]> {{\n  const found: unknown[] = [];\n  for (const {noun} of {noun}s) {{\n    // {comment}\n    if (found.length >= limit || {noun} === {used}) {{\n      console.debug(`{verb} stopped at ${{path.basename(String({noun}))}}`);\n      break;\n    }}\n    found.push({{ {noun}, text: String({noun}).replace(/[\"'`]\\/+/g, \"{verb}\") }});\n  }}\n  return found;\n}}\n"
        );
    }

    fn routes(&mut self, prefix: &str) {
        for (number, (method, path)) in routes(prefix).into_iter().enumerate() {
            let method = method.to_ascii_lowercase();
            let path = path.replace("{item_id}", ":item_id");
            let noun = self.random.pick(&NOUNS);
            _ = write!(
                self.text,
                "\napp.{method}(\"{path}\", async (request, response) => {{\n  response.json({{ {noun}: {number}, id: request.params }});\n}});\n"
            );
        }
    }
}
