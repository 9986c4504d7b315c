use std::fmt::Write as _;

use super::graph::{Form, Import, Module, Role, routes};
use super::plan::Plan;
use super::random::Random;
use super::words::{NOUNS, VERBS, sentence};

/// The text of a Python module.
pub(super) fn text(plan: &Plan, at: usize, random: &mut Random) -> String {
    let module = plan.module(at);
    let mut writer = Writer { plan, at, random, text: String::new(), names: Vec::new() };
    if let Role::Main { unit } | Role::Api { unit, .. } = &module.role {
        _ = writeln!(writer.text, "# @klotho::execution_unit {{ id = \"{unit}\" }}");
    }
    writer.header();
    match &module.role {
        Role::Barrel => writer.barrel(),
        Role::Main { .. } => writer.imports(),
        Role::Plain => writer.body(),
        Role::Web { gateway } => {
            writer.application(gateway);
            writer.text.push_str(
                "\n\n@app.get(\"/health\")\ndef health() -> dict[str, str]:\n    return {\"status\": \"ok\"}\n",
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
        // No client library for events is known in Python.
        Role::Store { id } | Role::Emitter { id, .. } => {
            writer.client(id);
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
            let marker = "@klotho::persist { id = \"only-text\" }";
            _ = writeln!(self.text, "\"\"\"{first}\n\n{marker} goes above a client, see the handbook.\n\"\"\"\n");
            _ = writeln!(self.text, "# {second} See @klotho::expose in the handbook.\nEXAMPLE = '{marker}'\n");
        } else {
            _ = writeln!(self.text, "\"\"\"{first}\n\n{second}\n\"\"\"\n");
        }
    }

    fn barrel(&mut self) {
        let plan = self.plan;
        if !plan.package_of(self.at).reexports {
            return;
        }
        for import in &self.module().imports {
            let target = plan.module(import.target);
            let mut names = plan.exports(import.target);
            if target.makes_client() {
                names.push(target.object(plan.language));
            }
            _ = writeln!(self.text, "from .{} import {}", target.stem(), names.join(", "));
        }
    }

    fn application(&mut self, gateway: &str) {
        let title = sentence(self.random);
        let text = format!(
            "from fastapi import FastAPI\n\n# {title}\n#\n# @klotho::expose {{\n#   id = \"{gateway}\"\n#   target = \"public\"\n# }}\napp = FastAPI(title=\"{gateway}\")\n"
        );
        self.text.push_str(&text);
    }

    fn client(&mut self, id: &str) {
        let name = self.module().object(self.plan.language);
        let text = match self.random.below(3) {
            0 => format!(
                "import redis\n\n# @klotho::persist {{ id = \"{id}\" }}\n{name} = redis.Redis(host=\"localhost\", port=6379, db=0)\n"
            ),
            1 => format!(
                "from redis import Redis as Server\n\n# @klotho::persist {{\n#   id = \"{id}\"\n# }}\n{name} = Server(host=\"localhost\", port=6379)\n"
            ),
            _ => format!(
                "import redis as server\n\n# Kept in one place.\n# @klotho::persist {{ id = \"{id}\" }}\n{name}: server.Redis = server.Redis(\n    host=\"localhost\",\n    decode_responses=True,\n)\n"
            ),
        };
        self.text.push_str(&text);
    }

    fn imports(&mut self) {
        self.text.push_str("import logging\nfrom collections.abc import Iterable\nfrom dataclasses import dataclass, field\nfrom typing import TYPE_CHECKING, Any\n\n");
        let plan = self.plan;
        for import in &self.module().imports {
            self.import(*import);
        }
        for client in &self.module().uses {
            let (door, name) = (plan.door(self.at, *client), plan.module(*client).object(plan.language));
            let alias = if self.random.chance(300) { format!(" as {name}_again") } else { String::new() };
            _ = writeln!(self.text, "from {} import {name}{alias}", dotted(plan, door));
        }
        self.text.push_str("\nlogger = logging.getLogger(__name__)\n");
    }

    fn import(&mut self, import: Import) {
        let (plan, names) = (self.plan, self.plan.exports(import.target));
        let target = plan.module(import.target);
        let path = dotted(plan, import.target);
        let Some(name) = names.first() else {
            _ = writeln!(self.text, "import {path}");
            return;
        };
        match import.form {
            Form::Names => _ = writeln!(self.text, "from {path} import {}", names.join(", ")),
            Form::Parenthesised => {
                _ = writeln!(
                    self.text,
                    "from {path} import (\n    {name},  # renamed below\n    {name} as {name}Again,\n)"
                );
            }
            Form::Relative if target.package == self.module().package => {
                _ = writeln!(self.text, "from .{} import {}", target.stem(), names.join(", "));
            }
            Form::Relative if parent(target) == parent(self.module()) && !matches!(target.role, Role::Barrel) => {
                let folder = target.path.rsplit('/').nth(1).unwrap_or_default();
                _ = writeln!(self.text, "from ..{folder} import {} as {}_module", target.stem(), target.name);
                return;
            }
            Form::Relative => _ = writeln!(self.text, "from {path} import {name}"),
            Form::Module => {
                _ = writeln!(self.text, "import {path} as {}_module", target.name.trim_matches('_'));
                return;
            }
            Form::Types => _ = writeln!(self.text, "if TYPE_CHECKING:\n    from {path} import {name}"),
            Form::Lazy => {
                _ = writeln!(
                    self.text,
                    "\n\ndef late_{}() -> Any:\n    from {path} import {name}\n\n    return {name}\n\n",
                    target.name
                );
                return;
            }
            Form::Bare => {
                _ = writeln!(self.text, "import {path}");
                return;
            }
        }
        if import.form != Form::Types {
            self.names.push(name.clone());
        }
    }

    fn body(&mut self) {
        self.imports();
        let name = self.module().name.clone();
        let (class, wanted) = (self.module().class(), self.module().lines);
        self.class(&class);
        self.function(&super::words::function(&name, self.plan.language));
        let uses = self.module().uses.clone();
        for client in uses {
            let client = self.plan.module(client).object(self.plan.language);
            // It may have been imported under another name.
            let name = if self.text.contains(&format!("{client} as {client}_again")) {
                format!("{client}_again")
            } else {
                client
            };
            let verb = self.random.pick(&VERBS);
            _ = write!(
                self.text,
                "\n\ndef {verb}_{name}(key: str, value: str) -> str | None:\n    {name}.set(key, value, ex=60)\n    return {name}.get(key)\n"
            );
        }
        let mut number = 0;
        while self.text.lines().count() < wanted {
            number += 1;
            match self.random.below(5) {
                0 => self.table(number),
                1 => self.class(&format!("{class}Part{number}")),
                _ => {
                    let name = format!("{}_{}_{number}", self.random.pick(&VERBS), self.random.pick(&NOUNS));
                    self.function(&name);
                }
            }
        }
    }

    fn table(&mut self, number: usize) {
        _ = write!(self.text, "\n\nLIMITS_{number}: dict[str, int] = {{\n");
        for noun in &NOUNS[..self.random.between(4, 16)] {
            _ = writeln!(
                self.text,
                "    \"{noun}\": {},  # it's {}",
                self.random.below(9000),
                self.random.pick(&VERBS)
            );
        }
        self.text.push_str("}\n");
    }

    fn class(&mut self, name: &str) {
        let (words, noun) = (sentence(self.random), self.random.pick(&NOUNS));
        _ = write!(self.text, "\n\n@dataclass(slots=True)\nclass {name}:\n    \"\"\"{words}\"\"\"\n\n");
        for noun in &NOUNS[..self.random.between(3, 9)] {
            _ = writeln!(self.text, "    {noun}_id: int | None = None");
        }
        _ = write!(
            self.text,
            "    tags: list[str] = field(default_factory=list)\n\n    @property\n    def {noun}_label(self) -> str:\n        return f\"{noun}-{{len(self.tags)}}\" if self.tags else 'none'\n"
        );
    }

    fn function(&mut self, name: &str) {
        let (words, comment) = (sentence(self.random), sentence(self.random));
        let (noun, verb, limit) = (self.random.pick(&NOUNS), self.random.pick(&VERBS), self.random.between(2, 900));
        let used = if self.names.is_empty() {
            "str".to_owned()
        } else {
            self.names[self.random.below(self.names.len())].clone()
        };
        _ = write!(
            self.text,
            "\n\ndef {name}({noun}s: Iterable[Any] = (), *, limit: int = {limit}) -> list[Any]:\n    \"\"\"{words}\n\n    :param limit: the most that are kept.\n    \"\"\"\n    found: list[Any] = []\n    for {noun} in {noun}s:\n        # {comment}\n        if len(found) >= limit or {noun} is {used}:\n            logger.debug(\"{verb} stopped at %s\", {noun})\n            break\n        found.append(({noun}, \"{verb}\" * 2))\n    return found\n"
        );
    }

    fn routes(&mut self, prefix: &str) {
        for (number, (method, path)) in routes(prefix).into_iter().enumerate() {
            let (noun, method) = (self.random.pick(&NOUNS), method.to_ascii_lowercase());
            let parameter = if path.contains('{') { "item_id: str" } else { "" };
            _ = write!(
                self.text,
                "\n\n@app.{method}(\"{path}\", tags=[\"{prefix}\"])\nasync def {method}_{noun}_{number}({parameter}) -> dict[str, Any]:\n    return {{\"{noun}\": {number}}}\n"
            );
        }
    }
}

/// `app.orders.core.pending_invoice`.
fn dotted(plan: &Plan, at: usize) -> String {
    let path = plan.module(at).path.trim_end_matches(".py");
    path.strip_suffix("/__init__").unwrap_or(path).replace('/', ".")
}

/// The folder above a module's own.
fn parent(module: &Module) -> &str {
    module.path.rsplitn(3, '/').nth(2).unwrap_or_default()
}
