//! Clients that Prisma makes from a schema, by the ways in which code imports and makes them.

use inferra::compile::Compilation;
use inferra::diag::Severity;

use crate::project::{compiled, project};

const MANIFEST: (&str, &str) = ("package.json", "{ \"devDependencies\": { \"prisma\": \"^7.10.0\" } }");

const SERVER: &str = "import express from \"express\";\n\n// @klotho::expose { id = \"api\", target = \"public\" }\nexport const app = express();\napp.get(\"/\", (q, r) => r.end());\n";

fn schema(generator: &str, database: &str) -> String {
    format!("generator client {{\n  {generator}\n}}\n\ndatasource db {{\n  provider = \"{database}\"\n}}\n")
}

const OUTPUT: &str = "provider = \"prisma-client\"\n  output = \"../src/generated/prisma\"";

/// What is compiled of these files, without an error.
#[track_caller]
fn fine(files: &[(&str, &str)]) -> Compilation {
    let compilation = compiled(project(files).path(), "app", &[]);
    let errors: Vec<_> =
        compilation.diagnostics.iter().filter(|problem| problem.code.severity() == Severity::Error).collect();
    assert!(errors.is_empty(), "{files:#?}: {errors:#?}");
    compilation
}

/// The text of a file of the unit.
fn text(compilation: &Compilation, path: &str) -> Option<String> {
    let files = compilation.files.as_ref().unwrap();
    files.get(&format!("units/main/{path}")).map(|bytes| String::from_utf8(bytes.to_vec()).unwrap())
}

#[test]
fn clients_by_every_import() {
    let json = "{ \"compilerOptions\": { \"paths\": { \"@/*\": [\"./src/*\"] } } }";
    for (generator, file, lines) in [
        (
            OUTPUT,
            "src/db.ts",
            "import { PrismaClient } from \"./generated/prisma/client.js\";\n@\nexport const db = new PrismaClient();",
        ),
        (
            OUTPUT,
            "src/db.ts",
            "import { PrismaClient as P } from \"./generated/prisma/client\";\n@\nexport const db = new P().$extends({});",
        ),
        (
            OUTPUT,
            "src/db.ts",
            "import * as prisma from \"@/generated/prisma/client\";\n@\nexport const db = new prisma.PrismaClient();",
        ),
        (
            OUTPUT,
            "src/db.ts",
            "import { PrismaClient } from \"./generated/prisma\";\nconst kept = globalThis as any;\n@\nexport const db: PrismaClient = kept.db ?? new PrismaClient({ log: [\"warn\"] });",
        ),
        (
            "provider = \"prisma-client-js\"",
            "src/db.mjs",
            "import { PrismaClient } from \"@prisma/client\";\n@\nexport default new PrismaClient();",
        ),
        (
            "provider = \"prisma-client-js\"",
            "src/db.mjs",
            "import prisma from \"@prisma/client\";\n@\nexport const db = new prisma.PrismaClient();",
        ),
        (
            "provider = \"prisma-client-js\"",
            "src/db.js",
            "const { PrismaClient } = require(\"@prisma/client\");\n@\nmodule.exports = new PrismaClient();",
        ),
        (
            "provider = \"prisma-client-js\"\n  output = \"../src/made\"",
            "src/db.js",
            "const { PrismaClient } = require(\"./made\");\n@\nmodule.exports = new PrismaClient();",
        ),
    ] {
        let client = lines.replace("\n@\n", "\n// @klotho::persist { id = \"shelf\" }\n");
        let server = format!("import \"./{file}\";\n{SERVER}");
        let schema = schema(generator, "sqlite");
        let files = [
            MANIFEST,
            ("tsconfig.json", json),
            ("server.ts", &*server),
            (file, &*client),
            ("prisma/schema.prisma", &*schema),
        ];
        let compilation = fine(&files);
        let wired = text(&compilation, file).unwrap();
        assert!(wired.contains(".prisma.client(own, \"INFERRA_PERSIST_SHELF\") ?? own)("), "{wired}");
        // Where nothing binds the unit, the client is made as the project has it.
        assert_eq!(text(&compilation, "prisma/schema.prisma").as_deref(), Some(&*schema));
        let [made] = &compilation.plan.units[0].packages.as_ref().unwrap().generated[..] else { panic!("{lines}") };
        let replaced = made.replaced.as_ref().unwrap();
        assert_eq!(&schema[replaced.start..replaced.end], "\"sqlite\"");
        assert_eq!(replaced.text, "\"postgresql\"");
    }
}

#[test]
fn what_is_made_before_is_made_again() {
    let client = "import { PrismaClient } from \"./generated/prisma/client\";\n// @klotho::persist { id = \"shelf\" }\nexport const db = new PrismaClient();";
    let (server, schema) = (format!("import \"./src/db\";\n{SERVER}"), schema(OUTPUT, "postgresql"));
    let files = [MANIFEST, ("server.ts", &*server), ("src/db.ts", client), ("prisma/schema.prisma", &*schema)];
    let without = fine(&files);
    let made =
        [("src/generated/prisma/client.ts", "export * from \"./models\";"), ("src/generated/prisma/models.ts", "")];
    let with = fine(&[&files[..], &made].concat());
    assert_eq!(without.files, with.files);
    // The schema is for PostgreSQL already.
    assert_eq!(with.plan.units[0].packages.as_ref().unwrap().generated[0].replaced, None);
}

#[test]
fn a_package_of_a_workspace_has_its_own_schema() {
    let schema = schema("provider = \"prisma-client\"\n  output = \"./generated\"", "sqlite");
    let server = SERVER.replacen("import", "import { db } from \"@acme/db\";\nimport", 1) + "db.book;\n";
    let compilation = fine(&[
        ("package.json", "{ \"workspaces\": [\"db\", \"api\"], \"devDependencies\": { \"prisma\": \"7.10.0\" } }"),
        ("api/package.json", "{ \"dependencies\": { \"@acme/db\": \"*\" } }"),
        ("api/server.ts", &server),
        ("db/package.json", "{ \"name\": \"@acme/db\", \"main\": \"index.ts\" }"),
        (
            "db/index.ts",
            "import { PrismaClient } from \"./generated/client\";\n// @klotho::persist { id = \"shelf\" }\nexport const db = new PrismaClient();",
        ),
        ("db/schema.prisma", &schema),
    ]);
    let [made] = &compilation.plan.units[0].packages.as_ref().unwrap().generated[..] else { panic!() };
    assert_eq!((&*made.folder, &*made.schema), ("db", "db/schema.prisma"));
    assert_eq!(made.arguments[1], "--schema=schema.prisma");
}

#[test]
fn a_schema_of_several_files() {
    let (server, schema) = (format!("import \"./db\";\n{SERVER}"), schema("provider = \"prisma-client-js\"", "sqlite"));
    let client = "import { PrismaClient } from \"@prisma/client\";\n// @klotho::persist { id = \"shelf\" }\nexport const db = new PrismaClient();";
    let compilation = fine(&[
        MANIFEST,
        ("server.ts", &server),
        ("db.ts", client),
        ("prisma/schema/schema.prisma", &schema),
        ("prisma/schema/models/book.prisma", "model Book {\n  id Int @id\n}\n"),
    ]);
    let [made] = &compilation.plan.units[0].packages.as_ref().unwrap().generated[..] else { panic!() };
    assert_eq!((&*made.arguments[1], &*made.schema), ("--schema=prisma/schema", "prisma/schema/schema.prisma"));
    assert_eq!(made.parts, ["prisma/schema/models/book.prisma"]);
    assert!(text(&compilation, "prisma/schema/models/book.prisma").is_some());
}

#[test]
fn a_class_that_extends_the_client() {
    let before = "import { Injectable } from \"@nestjs/common\";\nimport { PrismaLibSql } from \"@prisma/adapter-libsql\";\nimport { PrismaClient } from \"@prisma/client\";\n";
    let (server, schema) =
        (format!("import \"./service\";\n{SERVER}"), schema("provider = \"prisma-client-js\"", "sqlite"));
    let body = "constructor() {\n    super({ adapter: new PrismaLibSql({ url: \"file:dev.db\" }) });\n  }";
    for head in [
        "@D@Injectable()\nexport class PrismaService extends PrismaClient implements OnModuleInit",
        "@Dclass PrismaService extends PrismaClient<Options, \"query\">",
        "@Dexport default class extends PrismaClient",
        "@Dexport const Service = class extends PrismaClient",
    ] {
        let head = head.replace("@D", "// @klotho::persist { id = \"shelf\" }\n");
        let service = format!("{before}{head} {{\n  private kept = new Map();\n  {body}\n}}\n");
        let files = [MANIFEST, ("server.ts", &*server), ("service.ts", &*service), ("prisma/schema.prisma", &*schema)];
        let wired = text(&fine(&files), "service.ts").unwrap();
        assert!(wired.contains(" extends (((own): typeof own => "), "{wired}");
        assert!(wired.contains(".prisma.client(own, \"INFERRA_PERSIST_SHELF\") ?? own)(PrismaClient))"), "{wired}");
        assert_eq!(wired.matches("inferra").count(), 1, "{wired}");
    }
}
