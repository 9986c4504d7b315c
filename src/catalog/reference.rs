use std::fmt::Write as _;

use crate::app::Capability;
use crate::source::Language;

use super::{Catalog, Client, Schema};

/// The reference documentation of every directive and the list of known libraries, in Markdown.
#[must_use]
pub fn reference(catalog: &Catalog) -> String {
    let mut page = String::from(
        "# Directives\n\nPrinted by `inferra reference` from `annotations/*.toml`.\n\nA directive is a comment: \
         `@klotho::<capability> { … }` above the code that it speaks of. Its body is TOML: either `key = value` pairs \
         separated by commas on one line, or one pair on each line.\n",
    );
    for capability in Capability::ALL {
        directive(&mut page, capability, catalog.schema(capability));
    }
    page.push_str("\n# Known libraries\n\n| language | library | capability | what the directive stands above |\n|---|---|---|---|\n");
    for language in Language::ALL {
        let or_secret = |client: &&Client| client.is_for_secrets() && client.for_secrets().is_some();
        // What counts for secrets, too, is listed once.
        for client in catalog.clients(language).iter().filter(|client| !or_secret(client)) {
            let symbols: Vec<_> = client.symbols.iter().map(|symbol| format!("`{symbol}`")).collect();
            let capability = client.used_for.capability();
            let secret = match (client.is_for_secrets(), client.for_secrets().is_some()) {
                (true, _) => " with `secret = true`",
                (false, true) => ", also with `secret = true`",
                (false, false) => "",
            };
            _ = writeln!(
                page,
                "| {} | {} | `{capability}`{secret} | {} |",
                language.name(),
                client.library,
                symbols.join(", ")
            );
        }
    }
    page
}

fn directive(page: &mut String, capability: Capability, schema: &Schema) {
    _ = writeln!(page, "\n## `@klotho::{capability}`\n\n{}\n\n{}\n", schema.summary, schema.description.trim());
    page.push_str("| key | type | required | values | meaning |\n|---|---|---|---|---|\n");
    for (name, key) in &schema.keys {
        let values: Vec<_> = key.one_of.iter().map(|value| format!("`\"{value}\"`")).collect();
        let required = if key.required { "yes" } else { "no" };
        _ = writeln!(page, "| `{name}` | {} | {required} | {} | {} |", key.kind.name(), values.join(", "), key.doc);
    }
    for (language, example) in &schema.examples {
        _ = write!(page, "\n```{language}\n{}\n```\n", example.trim());
    }
}
