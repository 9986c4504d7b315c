use std::fmt::Write as _;

use crate::app::Capability;

use super::support::table;
use super::{Catalog, Schema};

/// The reference documentation of every directive and the list of known libraries, in Markdown.
#[must_use]
pub fn reference(catalog: &Catalog) -> String {
    let mut page = String::from(
        "# Directives\n\nPrinted by `inferra reference` from `annotations/*.toml`.\n\nA directive is a comment: \
         `@klotho::<capability> { … }` above the code that it speaks of. Its body is TOML: either `key = value` pairs \
         separated by commas on one line, or one pair on each line. In a block comment (`/* … */`) the `*/` of a glob is \
         written `*\\/`, as in `include = \"web/**\\/*.js\"`; in `//` and `#` comments it is written as it is.\n",
    );
    for capability in Capability::ALL {
        directive(&mut page, capability, catalog.schema(capability));
    }
    page.push_str(
        "\n# Known libraries\n\nFor what is named in the last column a message says what to use instead. A symbol that ends in `[]` is \
         an item, one that ends in `=` a value that is given that name, `{}` a literal, and `import x` an import.\n\n",
    );
    page.push_str(&table(catalog));
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
