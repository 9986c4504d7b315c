//! The examples of the explanation pages do what the pages say: the wrong one provokes the code, the right one is fine.

use inferra::config::Target;
use inferra::diag::{Code, Diagnostic, Severity};

use crate::project::{compiled, compiled_for_all, is_of_environments, project};

/// Where an example stands in a scene.
const EXAMPLE: &str = "@@";

/// A project around an example. The manifests of both languages are added.
type Scene = &'static [(&'static str, &'static str)];

const APPLICATION: Scene =
    &[("main.py", "import redis\nfrom fastapi import FastAPI\n\n@@\n\n\n@app.get(\"/\")\ndef index(): ...\n")];

const STORE: Scene = &[
    (
        "main.py",
        "from fastapi import FastAPI\nimport store\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napp = FastAPI()\n\n\n@app.get(\"/\")\ndef index(): ...\n",
    ),
    ("store.py", "import redis\n\n@@\n"),
];

/// A Redis, and settings.
const REDIS_CONFIGURED: Scene = &[
    ("inferra.toml", "@@\n"),
    (
        "main.py",
        "import redis\nfrom fastapi import FastAPI\n\n# @klotho::persist { id = \"sessions\" }\nsessions = redis.Redis(host=\"localhost\", port=6379)\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napp = FastAPI()\n\n\n@app.get(\"/\")\ndef index(): ...\n",
    ),
];

/// Stores, and settings.
const ADOPTING: Scene = &[
    ("inferra.toml", "@@\n"),
    (
        "main.py",
        "import redis\nfrom fastapi import FastAPI\n\n# @klotho::persist { id = \"sessions\" }\nsessions = redis.Redis(host=\"localhost\", port=6379)\n\n# @klotho::persist { id = \"carts\" }\ncarts: dict[str, str] = {}\n\n# @klotho::persist { id = \"wishes\" }\nwishes: dict[str, str] = {}\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napp = FastAPI()\n\n\n@app.get(\"/\")\ndef index(): ...\n",
    ),
];

/// A database, and settings.
const DATABASE_CONFIGURED: Scene = &[
    ("inferra.toml", "@@\n"),
    (
        "main.py",
        "from fastapi import FastAPI\nfrom sqlalchemy import create_engine\n\n# @klotho::persist { id = \"orders\" }\norders = create_engine(\"postgresql://localhost/orders\")\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napp = FastAPI()\n\n\n@app.get(\"/\")\ndef index(): ...\n",
    ),
];

/// What connects to a database, or is told where one is.
const DATABASE: Scene = &[
    (
        "main.py",
        "from fastapi import FastAPI\nimport store\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napp = FastAPI()\n\n\n@app.get(\"/\")\ndef index(): ...\n",
    ),
    ("store.py", "import os\n\nimport redis\nfrom sqlalchemy import create_engine\n\n@@\n"),
];

/// A `Map` beside an application in TypeScript.
const MAP: Scene = &[(
    "server.ts",
    "import express from \"express\";\nimport { SessionStore } from \"sessions\";\n\n// @klotho::expose { id = \"api\", target = \"public\" }\nexport const app = express();\n\n@@\n\napp.get(\"/health\", (request, response) => response.end());\n",
)];

const ROUTES: Scene = &[(
    "main.py",
    "import os\nfrom fastapi import FastAPI\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napp = FastAPI()\n\n@@\n",
)];

const WORKER: Scene =
    &[("worker.py", "from fastapi import FastAPI\n\n@@\n\n\n@app.get(\"/\")\ndef index(): ...\n"), ROUTES_OF_ANOTHER];

const ROUTES_OF_ANOTHER: (&str, &str) = (
    "main.py",
    "# @klotho::execution_unit { id = \"web\" }\n\nfrom fastapi import FastAPI\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napp = FastAPI()\n\n\n@app.get(\"/\")\ndef index(): ...\n",
);

const PARTNERS: Scene =
    &[("partners.py", "from fastapi import FastAPI\n\n@@\n\n\n@partner_app.get(\"/\")\ndef index(): ...\n")];

const CONFIGURED: Scene = &[
    ("inferra.toml", "@@\n"),
    (
        "main.py",
        "# @klotho::execution_unit { id = \"worker\" }\n\nfrom fastapi import FastAPI\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napp = FastAPI()\n\n\n@app.get(\"/\")\ndef index(): ...\n",
    ),
];

/// The emitter, with a subscription.
const RECEIVER: (&str, &str) = (
    "receiver.ts",
    "// @klotho::execution_unit { id = \"receiver\" }\n\nimport { EventEmitter } from \"node:events\";\n\n// @klotho::pubsub { id = \"greetings\" }\nexport const greetings = new EventEmitter();\n\ngreetings.on(\"hello\", async () => {});\ngreetings.on(\"report\", async () => {});\n",
);

const SENDER: Scene = &[
    RECEIVER,
    (
        "server.ts",
        "// @klotho::execution_unit { id = \"sender\" }\n\nimport express from \"express\";\nimport { greetings } from \"./receiver\";\n\n// @klotho::expose { id = \"api\", target = \"public\" }\nexport const app = express();\n\napp.get(\"/\", () => greetings.emit(\"hello\"));\ngreetings.emit(\"report\");\n\n@@\n",
    ),
];

/// Two units behind one REST API.
const DRIVE: Scene = &[
    ("inferra.toml", "[expose]\nbacking = \"rest_api\"\n"),
    (
        "files.py",
        "# @klotho::execution_unit { id = \"files\" }\n\nfrom fastapi import FastAPI\n\n# @klotho::expose { id = \"drive\", target = \"public\" }\napp = FastAPI()\n\n\n@app.get(\"/files/{path:path}\")\ndef file(path: str): ...\n",
    ),
    (
        "parts.py",
        "# @klotho::execution_unit { id = \"parts\" }\n\nfrom fastapi import FastAPI\n\n# @klotho::expose { id = \"drive\", target = \"public\" }\napp = FastAPI()\n\n\n@@\n",
    ),
];

/// Functions that run at certain times.
const JOBS: Scene = &[("jobs.py", "# @klotho::execution_unit { id = \"jobs\" }\n\n\n@@\n")];

/// Settings of a function that runs at certain times.
const SCHEDULED: Scene = &[
    ("inferra.toml", "@@\n"),
    (
        "jobs.py",
        "# @klotho::execution_unit { id = \"jobs\" }\n\n\n# @klotho::schedule { id = \"nightly\", cron = \"0 3 * * *\" }\ndef clean():\n    ...\n",
    ),
];

/// Signals, beside an application.
const SIGNALS: Scene = &[(
    "main.py",
    "from blinker import signal\nfrom fastapi import FastAPI\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napp = FastAPI()\n\n\n@app.get(\"/\")\ndef index(): ...\n\n\n@@\n\n\n@placed.connect\ndef price(sender, order): ...\n",
)];

/// A signal with a receiver.
const RECEIVERS: Scene = &[(
    "main.py",
    "from blinker import signal\nfrom fastapi import FastAPI\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napp = FastAPI()\n\n# @klotho::pubsub { id = \"orders\" }\nplaced = signal(\"placed\")\n\n\n@placed.connect\ndef price(sender, order): ...\n\n\n@app.get(\"/\")\ndef index(self):\n    @@\n",
)];

/// Both halves of an event in one unit.
const TALKS_TO_ITSELF: Scene = &[(
    "server.ts",
    "import { EventEmitter } from \"node:events\";\nimport express from \"express\";\n\n// @klotho::expose { id = \"api\", target = \"public\" }\nexport const app = express();\n\napp.get(\"/\", () => {});\n\n// @klotho::pubsub { id = \"greetings\" }\nexport const greetings = new EventEmitter();\n\n@@\n",
)];

/// A server of Node's own, and an exported site.
const SITE: Scene = &[
    ("server.ts", "import { createServer } from \"node:http\";\nimport { answer } from \"./answer\";\n@@\n"),
    ("answer.ts", "export const answer = (request, response) => response.end();\n"),
    ("out/index.html", "<p>Hello</p>\n"),
];

/// Next.js behind a server of one's own, but for one of its routes.
const NEXT: Scene = &[
    (
        "server.ts",
        "import { createServer } from \"node:http\";\nimport next from \"next\";\n\nconst handle = next({ dev: false }).getRequestHandler();\n\n// @klotho::expose { id = \"site\", target = \"public\" }\nexport const server = createServer((request, response) => handle(request, response));\n",
    ),
    ("app/api/votes/route.ts", "@@\n"),
    ("lib/votes.ts", "// @klotho::persist { id = \"votes\" }\nexport const votes = new Map<string, number>();\n"),
];

/// The same with a file of variables.
const NEXT_WITH_VARIABLES: Scene = &[NEXT[0], (".env.production", "@@\n")];

/// Emitters, beside an application.
const EMITTERS: Scene = &[(
    "server.ts",
    "import { EventEmitter } from \"node:events\";\nimport express from \"express\";\n\n// @klotho::expose { id = \"api\", target = \"public\" }\nexport const app = express();\n\napp.get(\"/\", () => {});\n\n@@\n",
)];

/// One topic of two languages.
const TWO_LANGUAGES: Scene = &[
    (
        "server.ts",
        "// @klotho::execution_unit { id = \"web\" }\n\nimport { EventEmitter } from \"node:events\";\nimport express from \"express\";\n\n// @klotho::expose { id = \"api\", target = \"public\" }\nexport const app = express();\n\n// @klotho::pubsub { id = \"orders\" }\nexport const orders = new EventEmitter();\n\napp.get(\"/\", () => orders.emit(\"placed\", { id: 1 }));\n",
    ),
    (
        "prices.py",
        "# @klotho::execution_unit { id = \"prices\" }\n\nfrom blinker import signal\nfrom pyee import EventEmitter\n\n@@\n",
    ),
];

/// An application with files that are no code.
const TEMPLATES: Scene = &[
    (
        "main.py",
        "@@\n\nfrom fastapi import FastAPI\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napp = FastAPI()\n\n\n@app.get(\"/\")\ndef index(): ...\n",
    ),
    ("templates/index.html", "<p>Hello</p>\n"),
    ("templates/css/site.css", "p { margin: 0 }\n"),
];

/// A unit that answers behind the same gateway.
const CATALOGUE: Scene = &[
    ("orders.py", "from fastapi import FastAPI\n\n@@\n"),
    (
        "catalogue.py",
        "# @klotho::execution_unit { id = \"catalogue\" }\n\nfrom fastapi import FastAPI\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napp = FastAPI()\n\n\n@app.get(\"/items\")\ndef items(): ...\n",
    ),
];

/// A module that keeps files, and the application that imports it.
const FILES: Scene = &[
    ("store.py", "@@\n"),
    (
        "app.py",
        "from fastapi import FastAPI\n\nimport store\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napp = FastAPI()\n\n\n@app.get(\"/\")\ndef index(): ...\n",
    ),
];

const PROGRAM: Scene = &[("worker.py", "@@\n"), ("inferra.toml", "[execution_unit]\ncompute = \"ecs\"\n")];

const LISTENER: Scene = &[
    ("server.ts", "import express from \"express\";\nimport { choosePort } from \"./port\";\n\n@@\n"),
    ("port.ts", "export const choosePort = () => Math.random();\n"),
    ("inferra.toml", "[execution_unit]\ncompute = \"ecs\"\n"),
];

const ON_KUBERNETES: Scene = &[
    ("inferra.toml", "@@\n\n[execution_unit.by_id.main]\ncompute = \"eks\"\n"),
    (
        "main.py",
        "from fastapi import FastAPI\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napp = FastAPI()\n\n\n@app.get(\"/\")\ndef index(): ...\n",
    ),
];

const SPLIT: Scene = &[
    ("greetings.ts", "export const greetings = [];\n"),
    (
        "server.ts",
        "import express from \"express\";\n@@\n\n// @klotho::expose { id = \"api\", target = \"public\" }\nexport const app = express();\n\napp.get(\"/\", () => {});\n",
    ),
];

/// A module that is imported by an alias.
const ALIASED: Scene =
    &[("tsconfig.json", "{ \"compilerOptions\": { \"paths\": { \"@app/*\": [\"./*\"] } } }\n"), SPLIT[0], SPLIT[1]];

/// An application but for how it is compiled.
const COMPILED: Scene = &[
    ("tsconfig.json", "@@\n"),
    (
        "server.ts",
        "import express from \"express\";\n\n// @klotho::expose { id = \"api\", target = \"public\" }\nexport const app = express();\n\napp.get(\"/\", () => {});\n",
    ),
];

const MANAGED: Scene = &[
    ("package.json", "@@\n"),
    (
        "server.ts",
        "import express from \"express\";\n\n// @klotho::expose { id = \"api\", target = \"public\" }\nexport const app = express();\n\napp.get(\"/\", () => {});\n",
    ),
];

/// Two packages of a workspace.
const WORKSPACE: Scene = &[
    ("package.json", "{ \"workspaces\": [\"shared\"], \"dependencies\": { \"@acme/missing\": \"workspace:*\" } }\n"),
    ("shared/package.json", "{ \"name\": \"@acme/shared\", \"main\": \"dist/index.js\" }\n"),
    ("shared/src/index.ts", "export const greet = () => {};\n"),
    SPLIT[1],
];

/// An application of Prisma's client, but for what makes that.
const PRISMA: &str = "import { PrismaClient } from \"@prisma/client\";\nimport { PrismaLibSql } from \"@prisma/adapter-libsql\";\nimport express from \"express\";\n\n// @klotho::expose { id = \"api\", target = \"public\" }\nexport const app = express();\n\nconst adapter = new PrismaLibSql({ url: \"file:dev.db\" });\n\n@@\n\napp.get(\"/\", () => {});\n";

const SCHEMA: (&str, &str) = (
    "prisma/schema.prisma",
    "generator client {\n  provider = \"prisma-client-js\"\n}\n\ndatasource db {\n  provider = \"sqlite\"\n}\n",
);

const PRISMA_INSTALLED: (&str, &str) = ("package.json", "{ \"devDependencies\": { \"prisma\": \"^7.10.0\" } }\n");

const PRISMA_CLIENT: Scene = &[("server.ts", PRISMA), SCHEMA, PRISMA_INSTALLED];

/// The module that makes Prisma's client, and the application that imports it.
const PRISMA_MODULE: (&str, &str) = (
    "server.ts",
    "import { PrismaClient } from \"@prisma/client\";\nimport express from \"express\";\n\n// @klotho::expose { id = \"api\", target = \"public\" }\nexport const app = express();\n\n// @klotho::persist { id = \"shelf\" }\nexport const prisma = new PrismaClient();\n\napp.get(\"/\", () => {});\n",
);

const PRISMA_SCHEMA: Scene = &[("prisma/schema.prisma", "@@\n"), PRISMA_MODULE, PRISMA_INSTALLED];

const PRISMA_MANIFEST: Scene = &[("package.json", "@@\n"), PRISMA_MODULE, SCHEMA];

const PRISMA_PARTS: Scene = &[
    ("package.json", "@@\n"),
    ("prisma/models/book.prisma", "model Book {\n  id Int @id\n}\n"),
    PRISMA_MODULE,
    SCHEMA,
];

const INSTALLED: Scene = &[("requirements.txt", "@@\n"), INDEX];

const PROJECT: Scene = &[("api/pyproject.toml", "@@\n"), ("api/main.py", INDEX.1)];

const LOCKED: Scene = &[
    ("api/pyproject.toml", "@@\n"),
    (
        "api/uv.lock",
        "version = 1\n\n[[package]]\nname = \"redis\"\nversion = \"5.2.1\"\nsource = { registry = \"https://pypi.org/simple\" }\n",
    ),
    ("api/main.py", INDEX.1),
];

/// The smallest application that is exposed.
const INDEX: (&str, &str) = (
    "main.py",
    "from fastapi import FastAPI\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napp = FastAPI()\n\n\n@app.get(\"/\")\ndef index(): ...\n",
);

/// A Django project but for the file that starts it.
const STARTED_DJANGO: Scene = &[
    ("mysite/__init__.py", ""),
    ("mysite/wsgi.py", "@@\n"),
    ("mysite/settings.py", "ROOT_URLCONF = \"mysite.urls\"\n"),
    DJANGO_URLS,
];

/// A Django project but for its settings.
const DJANGO: Scene = &[
    ("mysite/__init__.py", ""),
    (
        "mysite/wsgi.py",
        "import os\n\nfrom django.core.wsgi import get_wsgi_application\n\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"mysite.settings\")\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napplication = get_wsgi_application()\n",
    ),
    ("mysite/settings.py", "@@\n"),
    DJANGO_URLS,
];

const DJANGO_URLS: (&str, &str) = (
    "mysite/urls.py",
    "from django.urls import path\n\n\ndef index(request): ...\n\n\nurlpatterns = [path(\"\", index)]\n",
);

/// The scene of a page's examples; `None` where they are commands, or say in which of several files they stand.
#[expect(clippy::too_many_lines, reason = "an arm for each code, and nothing else")]
fn scene(code: Code) -> Option<Scene> {
    match code {
        Code::NoAnnotation
        | Code::InvalidToml
        | Code::MissingKey
        | Code::ValueNotAllowed
        | Code::ApplicationUnreachable => Some(APPLICATION),
        Code::DuplicateId | Code::EmitterChanged => Some(EMITTERS),
        Code::SyntaxError
        | Code::UnclosedBody
        | Code::MalformedDirective
        | Code::UnknownCapability
        | Code::UnknownKey
        | Code::WrongType
        | Code::InvalidId
        | Code::AttachedToNothing
        | Code::AttachedToWrongShape
        | Code::AttachedTwice
        | Code::ClientNotRecognised
        | Code::ArgumentNotWirable
        | Code::ChangeNotKept
        | Code::NotAtModuleLevel
        | Code::GrantWiderThanUse
        | Code::NameCollision => Some(STORE),
        Code::VariableValueUnknown
        | Code::VariablesOfManyKinds
        | Code::VariableNameNotAllowed
        | Code::VariableNamedTwice
        | Code::DatabaseNotCovered
        | Code::TlsExpected
        | Code::SqliteOnly => Some(DATABASE),
        Code::SecretMisused | Code::NameGivenBack | Code::FileNotInStore => Some(FILES),
        Code::NotAwaited | Code::OutOfSight => Some(MAP),
        Code::InvalidGlob | Code::NothingMatches | Code::SiteEmpty | Code::IndexDocumentMissing => Some(TEMPLATES),
        Code::ScheduleInvalid | Code::JobNotCallable | Code::ScheduleAmbiguous => Some(JOBS),
        Code::SignalNamedElsewhere => Some(SIGNALS),
        Code::SenderNotText => Some(RECEIVERS),
        Code::CatchAllRoute | Code::RouteNotServable => Some(ROUTES),
        Code::NoRoute => Some(&[("main.py", "from fastapi import FastAPI\n\n@@\n")]),
        Code::UnitWithoutTrigger => Some(WORKER),
        Code::ManyGatewaysInUnit => Some(PARTNERS),
        Code::EventNameNotLiteral | Code::MethodNotCovered | Code::EmitterEscapes => Some(SENDER),
        Code::EventWithoutCounterpart => Some(TALKS_TO_ITSELF),
        Code::ArgumentsWithoutNames => Some(TWO_LANGUAGES),
        Code::UnresolvedImport => Some(SPLIT),
        Code::AliasTargetMissing => Some(ALIASED),
        Code::TsconfigIllegible => Some(COMPILED),
        Code::PackageManagerVersion => Some(MANAGED),
        Code::WorkspacePackageMissing => Some(WORKSPACE),
        Code::DjangoSettingsNotFound => Some(STARTED_DJANGO),
        Code::DjangoUrlsNotFound | Code::SettingsForLaptop | Code::StaticFilesNotServed => Some(DJANGO),
        Code::PathClaimedTwice | Code::FrameworkRouteYields => Some(CATALOGUE),
        Code::NoEntryPoint => Some(PROGRAM),
        Code::SchemaMissing | Code::VersionUnknown => Some(PRISMA_MANIFEST),
        Code::SchemaPartUnused => Some(PRISMA_PARTS),
        Code::ClientNotBundled => Some(PRISMA_SCHEMA),
        Code::TablesNotMade => Some(PRISMA_CLIENT),
        Code::PortUnknown => Some(LISTENER),
        Code::KeptPackage => Some(SITE),
        Code::UsedApart => Some(NEXT),
        Code::HiddenFileNotShipped => Some(NEXT_WITH_VARIABLES),
        Code::TargetCannotRun | Code::NetworkTooSmall => Some(ON_KUBERNETES),
        Code::ConfigInvalidToml
        | Code::ConfigUnknownKey
        | Code::ConfigWrongType
        | Code::ConfigOutOfBounds
        | Code::ConfigUnknownId
        | Code::RuleMalformed
        | Code::ExtraUnknownAddress
        | Code::ExtraBreaksPlan
        | Code::ExtraReference
        | Code::ExtraReplaces
        | Code::StateIncomplete
        | Code::StateShared
        | Code::StateUnsaid
        | Code::BalancerWithoutTls
        | Code::PlainHttp => Some(CONFIGURED),
        Code::RoutesNotTold => Some(DRIVE),
        Code::RootsApart | Code::ExistingMasterUser => Some(DATABASE_CONFIGURED),
        Code::SettingIdle | Code::KeysInSlots => Some(REDIS_CONFIGURED),
        Code::ExistingMalformed
        | Code::ExistingOfAll
        | Code::ExistingIncomplete
        | Code::ExistingSettingUnused
        | Code::ExistingOutsideRule
        | Code::ExistingTwice => Some(ADOPTING),
        Code::BackingNotServed => Some(SCHEDULED),
        Code::DependenciesIllegible | Code::DependencyNotInstallable | Code::RequirementConflict => Some(INSTALLED),
        Code::LockOutOfDate => Some(LOCKED),
        Code::PythonNotAccepted => Some(PROJECT),
        Code::ProjectUnreadable
        | Code::SettingLocked
        | Code::SettingOutsideRule
        | Code::SettingForbidden
        | Code::TagRequired
        | Code::EnvironmentUnknown
        | Code::ExtendsCycle
        | Code::SettingsUnreadable
        | Code::ClientsIllegible
        | Code::LockNotUsed
        | Code::PlugAndPlay
        | Code::KeptPackageUnready
        | Code::TestNotRead
        | Code::FileUnreadable
        | Code::FileNotUtf8
        | Code::HandlerOwnedByManyUnits
        | Code::GatewayUnitUnclear
        | Code::MixedLanguages
        | Code::ManifestMissing
        | Code::ConstructUnreachable
        | Code::ReservedName
        | Code::NoInternetEgress
        | Code::OutputNotOurs
        | Code::OutputUnwritable
        // The machine's Terraform decides.
        | Code::ExtraRefused
        | Code::TerraformNotAsked => None,
    }
}

#[test]
fn the_wrong_example_provokes_the_code_and_the_right_one_is_fine() {
    let mut problems = Vec::new();
    for &code in Code::ALL {
        let Some(scene) = scene(code) else { continue };
        for word in ["Wrong", "Right"] {
            let examples = examples(code.page(), word);
            assert!(!examples.is_empty(), "{}.md has no example under `{word}`", code.id());
            for found in examples.iter().map(|example| diagnostics(code, scene, example)) {
                if !answers(&found, code, word == "Wrong") {
                    let said: Vec<_> = found.iter().map(|problem| (problem.code.id(), &problem.message)).collect();
                    problems.push(format!("{}.md, {word}: {said:?}", code.id()));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Whether the problems of an example are those that its page promises.
fn answers(found: &[Diagnostic], code: Code, wrong: bool) -> bool {
    let provoked = found.iter().any(|problem| problem.code == code);
    let failed = found.iter().any(|problem| problem.code.severity() == Severity::Error);
    if wrong { provoked } else { !provoked && !failed }
}

fn diagnostics(code: Code, scene: Scene, example: &str) -> Vec<Diagnostic> {
    let filled: Vec<_> = scene.iter().map(|(path, text)| (*path, text.replace(EXAMPLE, example))).collect();
    let mut files: Vec<_> = filled.iter().map(|(path, text)| (*path, text.as_str())).collect();
    for (path, text) in [("requirements.txt", ""), ("package.json", "{}")] {
        if !files.iter().any(|(other, _)| *other == path) {
            files.push((path, text));
        }
    }
    let folder = project(&files);
    if is_of_environments(code.id()) {
        return compiled_for_all(Target::AwsLambda, folder.path(), &[]).diagnostics;
    }
    compiled(folder.path(), "app", &[]).diagnostics
}

/// The fenced blocks after a line that starts with `word`, up to the other word or the end.
fn examples(page: &str, word: &str) -> Vec<String> {
    let mut lines = page.lines().skip_while(|line| !(line.starts_with(word) && line.ends_with(':'))).skip(1);
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        if line.starts_with("Right") {
            break;
        }
        if line.starts_with("```") {
            let block: Vec<_> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
            found.push(block.join("\n"));
        }
    }
    found
}
