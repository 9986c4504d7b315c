//! The JSON Schema of a file of settings, for editors: from the same table that settings are held against, with the words of
//! the built-in defaults. <https://json-schema.org/draft/2020-12>

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::DEFAULTS;
use super::document::{CLIENTS, ENVIRONMENTS, EXTENDS, RULES};
use super::extra::{ARGUMENTS, BLOCKS, EXTRA};
use super::layer::{self, Written};
use super::schema::{BY_ID, Kind, SECTIONS, TAGS};

/// The schema of `inferra.toml`, and of a platform team's file, which is of the same form.
#[must_use]
pub fn schema() -> Json {
    let texts = texts();
    let mut tables = Node::default();
    for section in SECTIONS {
        let mut places = vec![section.table.key(None, "")];
        places.extend(section.ids.map(|_| section.table.key(Some(ANY), "")));
        for place in places {
            let node = place[..place.len() - 1].iter().fold(&mut tables, |node, name| node.inside(name));
            for (key, kind) in section.keys {
                let of_all = layer::join(section.table.key(None, key).iter().map(String::as_str));
                node.settings.insert(key, of_kind(*kind, texts.get(&of_all)));
            }
        }
    }
    let mut settings = tables.schema(&mut Vec::new(), &texts);
    settings.insert(
        TAGS.to_owned(),
        json!({ "type": "object", "additionalProperties": { "type": "string", "maxLength": 256 },
        "description": "Tags on every resource." }),
    );
    settings.insert(EXTRA.to_owned(), extra());
    settings.insert(
        RULES.to_owned(),
        json!({ "type": "array", "items": { "$ref": "#/$defs/rule" },
        "description": "What whoever is stronger than this file has to keep to." }),
    );
    let mut root = settings.clone();
    root.insert(EXTENDS.to_owned(), json!({ "oneOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }],
        "description": "Files of settings that are weaker than this one, seen from it; of several, the later ones are stronger." }));
    root.insert(
        CLIENTS.to_owned(),
        json!({ "oneOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }],
        "description": "Files of a company's own libraries, seen from this one." }),
    );
    root.insert(
        ENVIRONMENTS.to_owned(),
        json!({ "type": "object", "propertyNames": { "pattern": "^[A-Za-z0-9_-]{1,32}$" }, "additionalProperties": { "$ref": "#/$defs/settings" },
        "description": "Settings that hold in one environment only, by its name: `--env NAME`." }),
    );
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of inferra",
        "type": "object",
        "properties": root,
        "additionalProperties": false,
        "$defs": {
            "settings": { "type": "object", "properties": settings, "additionalProperties": false },
            "rule": rule(),
            "block": block(),
        },
    })
}

/// What stands for any id in the tree of tables.
const ANY: &str = "*";

/// A table and what is in it.
#[derive(Default)]
struct Node {
    settings: BTreeMap<&'static str, Json>,
    tables: BTreeMap<String, Self>,
}

impl Node {
    fn inside(&mut self, name: &str) -> &mut Self {
        self.tables.entry(name.to_owned()).or_default()
    }

    fn schema(&self, path: &mut Vec<String>, texts: &BTreeMap<String, Text>) -> Map<String, Json> {
        let mut properties: Map<_, _> = self.settings.iter().map(|(key, of)| ((*key).to_owned(), of.clone())).collect();
        for (name, table) in &self.tables {
            path.push(name.clone());
            let mut object = Map::from_iter([("type".to_owned(), json!("object"))]);
            if let Some(text) = texts.get(&layer::join(path.iter().map(String::as_str))) {
                object.insert("description".to_owned(), json!(text.about));
            }
            if name == BY_ID {
                let one = table.tables.get(ANY).map(|one| one.schema(path, texts)).unwrap_or_default();
                let one = json!({ "type": "object", "properties": one, "additionalProperties": false });
                object.insert(
                    "description".to_owned(),
                    json!("Settings of one thing alone, by the id in its directive."),
                );
                object.insert("additionalProperties".to_owned(), one);
            } else {
                object.insert("properties".to_owned(), Json::Object(table.schema(path, texts)));
                object.insert("additionalProperties".to_owned(), json!(false));
            }
            path.pop();
            properties.insert(name.clone(), Json::Object(object));
        }
        properties
    }
}

fn of_kind(kind: Kind, text: Option<&Text>) -> Json {
    let mut schema = match kind {
        Kind::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Kind::Numbers(choices) => json!({ "type": "integer", "enum": choices }),
        Kind::Halves { min, max } => {
            json!({ "type": "number", "minimum": min, "maximum": max, "multipleOf": 0.5 })
        }
        Kind::Words(choices) => json!({ "type": "string", "enum": choices }),
        Kind::Form(_, form) => json!({ "type": "string", "$comment": form }),
    };
    if let (Some(text), Some(object)) = (text, schema.as_object_mut()) {
        object.insert("description".to_owned(), json!(text.about));
        object.extend(text.default.clone().map(|default| ("default".to_owned(), default)));
    }
    schema
}

fn rule() -> Json {
    let mut settings = vec!["target".to_owned(), TAGS.to_owned(), EXTRA.to_owned()];
    for section in SECTIONS {
        let keys = section.keys.iter().map(|(key, _)| section.table.key(None, key));
        settings.extend(keys.map(|path| layer::join(path.iter().map(String::as_str))));
    }
    let word = json!({ "type": ["string", "integer"] });
    let words = json!({ "oneOf": [word, { "type": "array", "items": word, "minItems": 1 }] });
    json!({
        "type": "object",
        "properties": {
            "setting": { "anyOf": [{ "enum": settings }, { "type": "string" }],
                "description": "A setting, a table of settings, `target`, `tags`, one tag such as `tags.owner`, or `extra`." },
            "reason": { "type": "string", "description": "Why: shown to whoever breaks the rule." },
            "lock": { "type": "boolean", "description": "The value stays as this file, or those that it extends, say." },
            "min": { "type": "number", "minimum": 0, "multipleOf": 0.5 },
            "max": { "type": "number", "minimum": 0, "multipleOf": 0.5 },
            "one_of": words,
            "forbid": words,
            "require": words,
        },
        "required": ["setting"],
        "additionalProperties": false,
    })
}

/// What is outside the model: the names in it are the provider's.
fn extra() -> Json {
    let blocks = json!({ "type": "object",
        "additionalProperties": { "type": "array", "items": { "$ref": "#/$defs/block" } },
        "description": "Nested blocks by their name, each a table of arguments." });
    let arguments = json!({ "type": "object",
        "description": "Arguments by their name: text, numbers, booleans, lists, maps, or `{ reference = \"aws_kms_key.own.arn\" }`." });
    let resource = json!({ "type": "object", "properties": { ARGUMENTS: arguments, BLOCKS: blocks }, "additionalProperties": false });
    json!({ "type": "object", "additionalProperties": resource,
        "description": "What inferra has no setting for, by a resource's address such as `aws_db_instance.orders`." })
}

/// A nested block: what is not below `blocks` is an argument.
fn block() -> Json {
    let items = json!({ "type": "array", "items": { "$ref": "#/$defs/block" } });
    json!({ "type": "object", "properties": { BLOCKS: { "type": "object", "additionalProperties": items } } })
}

/// What the built-in defaults say of a key or a table.
struct Text {
    about: String,
    default: Option<Json>,
}

/// The comments of the built-in defaults: behind a value and on the lines below it, and above a table.
fn texts() -> BTreeMap<String, Text> {
    let mut texts: BTreeMap<String, Text> = BTreeMap::new();
    let (mut table, mut last, mut above) = (String::new(), None::<String>, Vec::new());
    for line in DEFAULTS.lines() {
        // The one setting whose default is no text that could be written there.
        let shown = line.strip_prefix("# name").map(|rest| format!("name{rest}"));
        let line = shown.as_deref().unwrap_or(line);
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.clone_into(&mut table);
            texts.insert(table.clone(), Text { about: above.join(" "), default: None });
            (last, above) = (None, Vec::new());
        } else if let Some(comment) = line.strip_prefix('#') {
            above.push(comment.trim().to_owned());
            last = None;
        } else if let Some(more) = line.trim_start().strip_prefix('#').filter(|_| line.starts_with(' ')) {
            if let Some(text) = last.as_ref().and_then(|key| texts.get_mut(key)) {
                text.about = format!("{} {}", text.about, more.trim());
            }
        } else if let Some((key, rest)) = line.split_once(" = ") {
            let key = if table.is_empty() { key.to_owned() } else { format!("{table}.{key}") };
            let about = rest.rsplit_once(" # ").map_or("", |(_, about)| about).trim().to_owned();
            let default = shown.is_none().then(|| default(line)).flatten();
            texts.insert(key.clone(), Text { about, default });
            last = Some(key);
        } else {
            (last, above) = (None, Vec::new());
        }
    }
    texts
}

/// The value that a line of the defaults gives.
fn default(line: &str) -> Option<Json> {
    let value = layer::document(line).ok()?.pop()?.value;
    match value {
        Written::Text(text) => Some(json!(text)),
        Written::Integer(number) => Some(json!(number)),
        Written::Float(number) => number.parse::<f64>().ok().map(|number| json!(number)),
        Written::Boolean(_) | Written::List(_) | Written::Untyped(_) | Written::Other(_) | Written::Empty => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_have_their_bounds_and_words() {
        let schema = schema();
        let memory = &schema["properties"]["execution_unit"]["properties"]["memory_mb"];
        assert_eq!((&memory["minimum"], &memory["default"]), (&json!(128), &json!(512)));
        assert!(memory["description"].as_str().unwrap().contains("vCPU"));
        let by_id = &schema["properties"]["persist"]["properties"]["orm"]["properties"][BY_ID]["additionalProperties"];
        assert_eq!(by_id["properties"]["rds_postgres"]["properties"]["zones"]["enum"], json!(["multiple", "single"]));
        assert!(schema["$defs"]["settings"]["properties"].get(ENVIRONMENTS).is_none());
    }

    #[test]
    fn every_setting_is_described() {
        let texts = texts();
        for section in SECTIONS {
            for (key, _) in section.keys {
                let key = layer::join(section.table.key(None, key).iter().map(String::as_str));
                assert!(texts.contains_key(&key), "{key}");
            }
        }
    }
}
