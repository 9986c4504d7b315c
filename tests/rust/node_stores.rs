//! The ways in which JavaScript and TypeScript make clients of databases and of Redis.

use inferra::app::StoreKind;
use inferra::diag::Severity;

use crate::project::{compiled, project};

const APPLICATION: &str = "\n// @klotho::expose { id = \"api\", target = \"public\" }\nconst app = require(\"express\")();\napp.get(\"/\", (q, r) => r.end());\nexports.app = app;\n";

/// What is wired, in a file of this name with these lines, above whose last one is the directive.
#[track_caller]
fn wired(file: &str, lines: &[&str], kind: StoreKind) -> String {
    let (last, before) = lines.split_last().unwrap();
    let text = format!("{}\n// @klotho::persist {{ id = \"store\" }}\n{last}\n", before.join("\n"));
    let main = format!("const store = require(\"./{file}\");\n{APPLICATION}");
    let folder = project(&[("main.js", &main), (file, &text), ("package.json", "{}")]);
    let compilation = compiled(folder.path(), "app", &[]);
    let errors: Vec<_> =
        compilation.diagnostics.iter().filter(|problem| problem.code.severity() == Severity::Error).collect();
    assert!(errors.is_empty(), "{last}: {errors:#?}");
    let kinds: Vec<_> = compilation.application.stores.values().map(|store| store.kind).collect();
    assert_eq!(kinds, [kind], "{last}");
    let files = compilation.files.unwrap();
    let unit = String::from_utf8(files[&format!("units/main/{file}")].to_vec()).unwrap();
    unit.lines().last().unwrap().to_owned()
}

#[test]
fn classes_of_databases_by_every_import() {
    for (file, lines) in [
        ("a.ts", &["import { Pool } from \"pg\";", "export const pool = new Pool({ max: 3 });"][..]),
        ("a.ts", &["import pg from \"pg\";", "export const pool = new pg.Pool();"]),
        ("a.mjs", &["import pg from \"pg\";", "const { Pool } = pg;", "export const pool = new Pool();"]),
        ("a.mjs", &["import pg from \"pg\";", "const { Pool: P } = pg;", "export default new P();"]),
        ("a.js", &["const { Client } = require(\"pg\");", "const client = new Client();"]),
        ("a.js", &["const pg = require(\"pg\");", "module.exports = new pg.Client();"]),
        (
            "a.js",
            &["const { Sequelize } = require(\"sequelize\");", "exports.db = new Sequelize(\"sqlite::memory:\");"],
        ),
        (
            "a.cts",
            &["import sequelize = require(\"sequelize\");", "export = new sequelize.Sequelize(\"sqlite::memory:\");"],
        ),
        ("a.js", &["const Sequelize = require(\"sequelize\");", "const db = new Sequelize(\"a\", \"b\", \"c\", {});"]),
        (
            "a.ts",
            &[
                "import { DataSource } from \"typeorm\";",
                "export const db: DataSource = new DataSource({ type: \"sqlite\" });",
            ],
        ),
        ("a.js", &["const db = require(\"knex\")({ client: \"sqlite3\" });"]),
        ("a.ts", &["import knex from \"knex\";", "const db = knex({ client: \"pg\", connection: process.env.URL });"]),
        ("a.ts", &["import { knex as connect } from \"knex\";", "const db = connect(\"postgres://localhost/a\");"]),
    ] {
        let line = wired(file, lines, StoreKind::Orm);
        assert!(line.contains("inferra?.") && line.contains("\"INFERRA_PERSIST_STORE\") ?? own)("), "{line}");
    }
}

#[test]
fn clients_of_redis_by_every_import() {
    for (file, lines) in [
        (
            "a.mjs",
            &[
                "import { createClient } from \"redis\";",
                "const client = await createClient().on(\"error\", console.error).connect();",
            ][..],
        ),
        (
            "a.mjs",
            &[
                "import * as redis from \"redis\";",
                "export const pool = redis.createClientPool({ url: \"redis://localhost\" });",
            ],
        ),
        (
            "a.js",
            &[
                "const redis = require(\"redis\");",
                "exports.client = redis.createClient({ socket: { path: \"/tmp/a\" } });",
            ],
        ),
        ("a.ts", &["import Redis from \"ioredis\";", "export const client = new Redis();"]),
        (
            "a.ts",
            &[
                "import { Redis } from \"ioredis\";",
                "const client = new Redis(6379, \"localhost\", { db: 1 }) as Redis;",
            ],
        ),
        (
            "a.js",
            &[
                "const Redis = require(\"ioredis\");",
                "module.exports = { client: new Redis(\"redis://localhost/1\") };",
            ],
        ),
    ] {
        let line = wired(file, lines, StoreKind::RedisNode);
        assert!(line.contains("\"INFERRA_PERSIST_STORE\") ?? own)("), "{line}");
    }
    for (file, lines) in [
        ("a.ts", &["import { Cluster } from \"ioredis\";", "export const client = new Cluster([{ port: 7000 }]);"][..]),
        (
            "a.js",
            &[
                "const Redis = require(\"ioredis\");",
                "const client = new Redis.Cluster([7000], { redisOptions: { db: 0 } });",
            ],
        ),
        (
            "a.ts",
            &[
                "import { createCluster } from \"redis\";",
                "const client = createCluster({ rootNodes: [{ url: \"redis://localhost\" }] });",
            ],
        ),
    ] {
        let line = wired(file, lines, StoreKind::RedisCluster);
        assert!(line.contains("\"INFERRA_PERSIST_STORE\") ?? own)("), "{line}");
    }
}

#[test]
fn a_connection_string_is_set_before_the_application_is_loaded() {
    let text = "// @klotho::persist {\n//   id = \"orders\"\n//   [environment_variables]\n//   DATABASE_URL = \"orm.connection_string\"\n// }\nconst url = process.env.DATABASE_URL;\n";
    let folder = project(&[("main.js", &format!("{text}{APPLICATION}")), ("package.json", "{}")]);
    let compilation = compiled(folder.path(), "app", &[]);
    let files = compilation.files.unwrap();
    let entry = String::from_utf8(files["units/main/inferra_entry.mjs"].to_vec()).unwrap();
    let set = entry.find("await setConnectionStrings({ \"DATABASE_URL\": \"INFERRA_PERSIST_ORDERS\" });\n").unwrap();
    assert!(set < entry.find("export const handler").unwrap(), "{entry}");
    assert!(entry.contains("import { setConnectionStrings } from \"./inferra_runtime/src/environment.ts\";\n"));
}
