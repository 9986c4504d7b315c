use serde_json::{Map, Value as Json, json};

use super::{Architecture, Chart, Listens, Nodes, Peer, Unit, Value};

/// `values.schema.json`. Helm holds the merged values against it, so what Terraform fills in is required here to be there.
/// Patterns are in the syntax that Go's regular expressions and ECMAScript's share: no looking around.
pub(super) fn schema(chart: &Chart) -> String {
    let units = chart.units.iter().map(|(slug, one)| (slug.as_str(), unit(one, chart.nodes)));
    let mut schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": format!("What the chart of {} is installed with", chart.application),
    });
    let mut fields = vec![
        ("image", closed([("tag", reference("tag"))])),
        ("nodes", json!({ "const": chart.nodes.name() })),
        ("network", closed([("cidr", reference("cidr"))])),
        ("units", closed(units)),
    ];
    if !chart.files.is_empty() {
        let handle = closed([("volumeHandle", text("^fs-[0-9a-f]+::fsap-[0-9a-f]+$"))]);
        fields.push(("files", closed(chart.files.keys().map(|name| (name.as_str(), handle.clone())))));
    }
    merge(&mut schema, closed(fields));
    merge(&mut schema, json!({ "definitions": definitions() }));
    format!("{schema:#}\n")
}

fn unit(unit: &Unit, nodes: Nodes) -> Json {
    let mut fields = vec![
        ("name", json!({ "const": unit.name })),
        ("environmentPrefix", json!({ "const": unit.prefix })),
        ("image", closed([("repository", reference("repository"))])),
        ("architecture", architecture(nodes)),
        ("healthPort", reference("highPort")),
        ("replicas", replicas(unit)),
        ("resources", reference("resources")),
        ("graceSeconds", json!({ "type": "integer", "minimum": 0, "maximum": 3600 })),
        ("preStopSeconds", json!({ "type": "integer", "minimum": 0, "maximum": 300 })),
        ("env", environment(unit)),
        ("securityGroups", reference("securityGroups")),
        ("egress", json!({ "type": "array", "items": reference("egress"), "maxItems": 20 })),
        ("schedules", reference("schedules")),
        ("migration", reference("migration")),
    ];
    if unit.listens.port().is_some() {
        fields.push(("port", reference("port")));
    }
    if !unit.mounts.is_empty() {
        fields.push(("mounts", json!({ "type": "array", "items": mount(unit), "maxItems": unit.mounts.len() })));
    }
    match unit.listens {
        Listens::Gateway(_) => fields.push(("targetGroupArn", reference("targetGroupArn"))),
        Listens::Nowhere | Listens::Inside(_) => {}
    }
    match nodes {
        Nodes::Fargate => fields.push(("roleArn", reference("roleArn"))),
        Nodes::Managed => {}
    }
    closed(fields)
}

/// What it is told of its file systems holds for where it finds them.
fn mount(unit: &Unit) -> Json {
    let names: Vec<_> = unit.mounts.iter().map(|one| &one.files).collect();
    let paths: Vec<_> = unit.mounts.iter().map(|one| &one.path).collect();
    closed([
        ("files", json!({ "enum": names })),
        ("path", json!({ "enum": paths })),
        ("readOnly", json!({ "type": "boolean" })),
    ])
}

/// A unit that runs at certain times alone has no pods that stand.
fn replicas(unit: &Unit) -> Json {
    if unit.replicas.max > 0 {
        return reference("replicas");
    }
    let percent = json!({ "type": "integer" });
    closed([("min", json!({ "const": 0 })), ("max", json!({ "const": 0 })), ("cpuPercent", percent)])
}

fn architecture(nodes: Nodes) -> Json {
    match nodes {
        Nodes::Managed => json!({ "enum": [Architecture::Arm64.name(), Architecture::Amd64.name()] }),
        Nodes::Fargate => json!({ "const": Architecture::Amd64.name() }),
    }
}

/// Open to more variables. Those that Terraform fills in must be there.
fn environment(unit: &Unit) -> Json {
    let names: Vec<_> =
        unit.environment.iter().filter(|(_, value)| **value == Value::FromTerraform).map(|(name, _)| name).collect();
    let properties: Map<_, _> =
        names.iter().map(|name| ((*name).clone(), json!({ "type": "string", "minLength": 1 }))).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": names,
        "propertyNames": { "pattern": "^[A-Za-z_][A-Za-z0-9_]*$" },
        "additionalProperties": { "type": "string" },
    })
}

fn definitions() -> Json {
    let command = json!({ "type": "array", "items": { "type": "string" }, "minItems": 1 });
    let count = |maximum: u32| json!({ "type": "integer", "minimum": 1, "maximum": maximum });
    let schedule = closed([
        ("cron", reference("cron")),
        ("command", command.clone()),
        ("retries", json!({ "type": "integer", "minimum": 0, "maximum": 10 })),
        ("maxDelaySeconds", json!({ "type": "integer", "minimum": 60, "maximum": 86_400 })),
    ]);
    json!({
        "tag": {
            "description": "The tag that the images were pushed with: --set-string image.tag=<tag>.",
            "type": "string",
            "pattern": "^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$",
            "not": { "const": "latest" },
        },
        "repository": text("^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)+$"),
        "cidr": text("^[0-9]{1,3}(\\.[0-9]{1,3}){3}/[0-9]{1,2}$"),
        "port": count(65_535),
        "highPort": { "type": "integer", "minimum": 1024, "maximum": 65_535 },
        "replicas": closed([("min", count(1000)), ("max", count(1000)), ("cpuPercent", count(100))]),
        "resources": closed([
            ("cpu", text("^([1-9][0-9]*m?|[0-9]+\\.[0-9]{1,3})$")),
            ("memory", text("^[1-9][0-9]*(Mi|Gi)$")),
        ]),
        "securityGroups": { "type": "array", "items": text("^sg-[0-9a-z]+$"), "minItems": 1, "maxItems": 16 },
        "targetGroupArn": text("^arn:aws[a-z-]*:elasticloadbalancing:[^:]+:[^:]+:targetgroup/.+$"),
        "roleArn": text("^arn:aws[a-z-]*:iam::[^:]+:role/.+$"),
        "egress": closed([("port", reference("port")), ("to", json!({ "enum": Peer::ALL.map(Peer::name) }))]),
        "cron": text("^\\S+( +\\S+){4}$"),
        "schedules": {
            "type": "object",
            "propertyNames": { "pattern": "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$" },
            "additionalProperties": schedule,
        },
        "migration": { "type": "object", "additionalProperties": false, "properties": { "command": command } },
    })
}

fn text(pattern: &str) -> Json {
    json!({ "type": "string", "pattern": pattern })
}

fn reference(name: &str) -> Json {
    json!({ "$ref": format!("#/definitions/{name}") })
}

/// An object of exactly these fields.
fn closed(fields: impl IntoIterator<Item = (impl Into<String>, Json)>) -> Json {
    let fields: Map<_, _> = fields.into_iter().map(|(name, schema)| (name.into(), schema)).collect();
    let required: Vec<_> = fields.keys().cloned().collect();
    json!({ "type": "object", "required": required, "additionalProperties": false, "properties": fields })
}

fn merge(object: &mut Json, more: Json) {
    if let (Json::Object(object), Json::Object(more)) = (object, more) {
        object.extend(more);
    }
}
