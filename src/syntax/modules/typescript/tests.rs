use pretty_assertions::assert_eq;

use crate::syntax::modules::tests::{reached, reaches};

#[test]
fn relative_names_of_every_kind() {
    let text = "import './a';\nimport b from './b.js';\nrequire('./c.cjs');\nexport * from './d.jsx';\nimport('./e');\nimport './f.mjs';\n\
                import './g';\nimport './types';\nimport { T } from './h.js';\nimport i = require('./i');\n";
    let files = [
        ("src/main.ts", text),
        ("src/a.tsx", ""),
        ("src/b.ts", ""),
        ("src/c.cts", ""),
        ("src/d.tsx", ""),
        ("src/e/index.mts", ""),
        ("src/f.mts", ""),
        ("src/g.json", ""),
        ("src/g.cjs", ""),
        ("src/types.d.ts", ""),
        ("src/h.d.ts", ""),
        ("src/i.jsx", ""),
        ("src/unused.ts", ""),
    ];
    let wanted =
        ["src/a.tsx", "src/b.ts", "src/c.cts", "src/d.tsx", "src/e/index.mts", "src/f.mts", "src/g.cjs", "src/i.jsx"];
    reaches(&files, "src/main.ts", &wanted);
}

#[test]
fn paths_of_a_configuration_and_those_that_it_extends() {
    let files = [
        (
            "tsconfig.base.json",
            "{ // base\n \"compilerOptions\": { \"paths\": { \"@app/*\": [\"./gone/*\", \"./apps/*\"], \"@app/x/*\": [\"./x/*\"], \"config\": [\"./config.ts\"], }, }, }",
        ),
        ("apps/api/tsconfig.json", "{ \"extends\": \"../../tsconfig.base\" }"),
        (
            "apps/api/src/main.ts",
            "import '@app/api/src/a';\nimport '@app/x/b.js';\nimport 'config';\nimport 'express';\n",
        ),
        ("apps/api/src/a.ts", ""),
        ("x/b.ts", ""),
        ("config.ts", ""),
    ];
    reaches(&files, "apps/api/src/main.ts", &["apps/api/src/a.ts", "config.ts", "x/b.ts"]);
}

#[test]
fn names_that_start_in_a_base() {
    let files = [
        (
            "tsconfig.json",
            "{ \"compilerOptions\": { \"baseUrl\": \"src\", \"paths\": { \"*\": [\"*\", \"vendor/*\"] } } }",
        ),
        ("src/main.js", "import 'lib/a';\nconst b = require('b');\nimport 'express';\nimport 'fs';\n"),
        ("src/lib/a.ts", ""),
        ("src/vendor/b.ts", ""),
    ];
    reaches(&files, "src/main.js", &["src/lib/a.ts", "src/vendor/b.ts"]);
}

#[test]
fn a_configuration_that_only_names_others() {
    let files = [
        (
            "tsconfig.json",
            "{ \"files\": [], \"references\": [{ \"path\": \"./tsconfig.spec.json\" }, { \"path\": \"./tsconfig.app.json\" }] }",
        ),
        ("tsconfig.spec.json", "{}"),
        ("tsconfig.app.json", "{ \"compilerOptions\": { \"paths\": { \"~/*\": [\"./src/*\"] } } }"),
        ("src/main.ts", "import '~/a';"),
        ("src/a.ts", ""),
    ];
    reaches(&files, "src/main.ts", &["src/a.ts"]);
}

#[test]
fn packages_of_a_workspace() {
    let shared = r#"{ "name": "@acme/shared", "exports": {
        ".": { "types": "./dist/index.d.ts", "import": "./dist/index.js" },
        "./money": "./src/money.ts",
        "./internal/*": null
    } }"#;
    let files = [
        ("package.json", "{ \"workspaces\": [\"packages/*\", \"!packages/old\"] }"),
        (
            "packages/api/package.json",
            "{ \"name\": \"api\", \"imports\": { \"#db\": { \"node\": \"./src/db.js\" }, \"#x/*\": \"./src/x/*.ts\", \"#log\": \"@acme/plain\" } }",
        ),
        (
            "packages/api/src/main.ts",
            "import '@acme/shared';\nimport '@acme/shared/money';\nimport '@acme/plain/deep';\nimport '#db';\nimport '#x/y';\nimport '#log';\nimport 'outside';\n",
        ),
        ("packages/api/src/db.js", ""),
        ("packages/api/src/x/y.ts", ""),
        ("packages/shared/package.json", shared),
        ("packages/shared/src/index.ts", "export * from './inner.js';"),
        ("packages/shared/src/inner.ts", ""),
        ("packages/shared/src/money.ts", ""),
        (
            "packages/plain/package.json",
            "{ \"name\": \"@acme/plain\", \"main\": \"./dist/main.js\", \"types\": \"dist/main.d.ts\" }",
        ),
        ("packages/plain/tsconfig.json", "{ \"compilerOptions\": { \"outDir\": \"dist\", \"rootDir\": \"source\" } }"),
        ("packages/plain/source/main.ts", ""),
        ("packages/plain/deep.js", ""),
        ("packages/outside/package.json", "{ \"name\": \"other\" }"),
        ("outside/package.json", "{ \"name\": \"outside\", \"main\": \"index.js\" }"),
        ("outside/index.js", ""),
    ];
    let wanted = [
        "packages/api/src/db.js",
        "packages/api/src/x/y.ts",
        "packages/plain/deep.js",
        "packages/plain/source/main.ts",
        "packages/shared/src/index.ts",
        "packages/shared/src/inner.ts",
        "packages/shared/src/money.ts",
    ];
    reaches(&files, "packages/api/src/main.ts", &wanted);
}

#[test]
fn pnpms_workspace_and_packages_that_are_named_by_their_path() {
    let files = [
        ("pnpm-workspace.yaml", "packages:\n  - apps/*\n  - 'libs/**'\n"),
        ("package.json", "{}"),
        (
            "apps/api/package.json",
            "{ \"name\": \"api\", \"dependencies\": { \"lib\": \"workspace:*\", \"local\": \"file:../../local\" } }",
        ),
        ("apps/api/main.ts", "import 'lib';\nimport 'local';\nimport 'lib/extra';\n"),
        ("libs/deep/lib/package.json", "{ \"name\": \"lib\" }"),
        ("libs/deep/lib/src/index.ts", ""),
        ("libs/deep/lib/src/extra.ts", ""),
        ("local/package.json", "{ \"name\": \"local\", \"main\": \"main\" }"),
        ("local/main.cjs", ""),
    ];
    let wanted = ["libs/deep/lib/src/extra.ts", "libs/deep/lib/src/index.ts", "local/main.cjs"];
    reaches(&files, "apps/api/main.ts", &wanted);
}

#[test]
fn what_is_missing() {
    let files = [
        (
            "package.json",
            "{ \"name\": \"a\", \"exports\": \"./main.ts\", \"dependencies\": { \"@app/real\": \"1\", \"gone\": \"workspace:^\", \"lib\": \"file:lib\" } }",
        ),
        ("tsconfig.json", "{ \"compilerOptions\": { \"paths\": { \"@app/*\": [\"./src/*\"] } } }"),
        (
            "main.ts",
            "import '@app/real';\nimport '@app/none';\nimport 'gone/x';\nimport 'lib/nothing';\nimport 'a';\nimport '#none';\nimport 'left-pad';\n",
        ),
        ("lib/package.json", "{ \"name\": \"lib\" }"),
    ];
    let (found, missing) = reached(&files, "main.ts");
    assert_eq!(found, ["main.ts"]);
    assert_eq!(missing, ["@app/none", "gone/x", "lib/nothing", "#none"]);
}

#[test]
fn what_a_template_may_mean() {
    let files = [
        ("src/main.ts", "const l = await import(`./locale/${name}.js`);\nimport(`${other}`);\n"),
        ("src/locale/de.ts", ""),
        ("src/locale/fr.ts", ""),
        ("src/locale/types.d.ts", ""),
        ("src/locale/README.md", ""),
        ("src/other.ts", ""),
    ];
    reaches(&files, "src/main.ts", &["src/locale/de.ts", "src/locale/fr.ts"]);
}

#[test]
fn a_package_that_imports_itself() {
    for (exports, tsconfig) in [
        ("{ \".\": \"./src/main.ts\", \"./*\": \"./src/*.ts\" }", "{}"),
        ("{ \"./*\": \"./dist/*.js\" }", "{ \"compilerOptions\": { \"outDir\": \"dist\", \"rootDir\": \"src\" } }"),
    ] {
        let manifest = format!("{{ \"name\": \"@acme/shop\", \"exports\": {exports} }}");
        let main = "import '@acme/shop/routes';\nimport 'express';\n";
        let files = [
            ("package.json", manifest.as_str()),
            ("tsconfig.json", tsconfig),
            ("src/main.ts", main),
            ("src/routes.ts", ""),
        ];
        reaches(&files, "src/main.ts", &["src/routes.ts"]);
    }
}

#[test]
fn paths_that_point_to_an_installed_package() {
    let files = [
        (
            "tsconfig.json",
            "{ \"compilerOptions\": { \"paths\": { \"react\": [\"./node_modules/preact/compat/\"], \"@lib/*\": [\"./lib/*\", \"./node_modules/@acme/lib/*\"] } } }",
        ),
        ("main.ts", "import 'react';\nimport '@lib/a';\nimport '@lib/b';\n"),
        ("lib/a.ts", ""),
    ];
    reaches(&files, "main.ts", &["lib/a.ts"]);
}
