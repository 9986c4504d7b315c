use pretty_assertions::assert_eq;

use super::*;
use crate::app::PackageManager;

fn path(text: &str) -> ProjectPath {
    ProjectPath::join("", text).unwrap()
}

/// The Dockerfile of a unit with these files, the first of which is its manifest.
fn dockerfile(language: Language, files: &[&str], change: impl FnOnce(&mut Image<'_>)) -> String {
    with_packages(language, files, None, change)
}

fn with_packages(
    language: Language,
    files: &[&str],
    packages: Option<&Packages>,
    change: impl FnOnce(&mut Image<'_>),
) -> String {
    let files: Vec<_> = files.iter().map(|file| path(file)).collect();
    let mut image = Image {
        base: "python:3.13-slim",
        architecture: Architecture::Arm64,
        language,
        manifest: files.first(),
        packages,
        typescript_compiler: TypescriptCompiler::Project,
        files: &files,
        lists: vec!["inferra_requirements.txt"],
        runs: Command::Program,
        ports: [Some(8000), Some(8081)],
    };
    change(&mut image);
    image_files(&image).remove("Dockerfile").unwrap()
}

#[test]
fn a_python_image() {
    let text = dockerfile(Language::Python, &["requirements.txt", "requirements/base.txt", "app/main.py"], |_| {});
    assert_eq!(
        text,
        r#"# Made by inferra. To be built in this folder, for the processor that it runs on:
#   docker build --platform linux/arm64 --tag <repository>:<tag> .
FROM python:3.13-slim AS build
WORKDIR /app
# Another package index: docker build --build-arg PIP_INDEX_URL=https://...
ARG PIP_INDEX_URL
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
RUN ["python", "-m", "venv", "--without-pip", "/opt/venv"]
COPY ["inferra_requirements.txt", "./"]
RUN ["python", "-m", "pip", "--python", "/opt/venv/bin/python", "install", "--no-cache-dir", "--requirement", "inferra_requirements.txt"]
COPY . .
RUN ["chmod", "-R", "a+rX,go-w", "/app", "/opt/venv"]

FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
# Kept writable for everybody where the rest of the file system is read-only.
VOLUME ["/tmp"]
USER 10001:10001
EXPOSE 8000 8081
CMD ["python", "inferra_entry.py"]
"#
    );
}

#[test]
fn a_node_image() {
    let files = ["package.json", "package-lock.json", "tsconfig.json", "src/server.ts"];
    let text = dockerfile(Language::TypeScript, &files, |image| image.ports[0] = Some(3000));
    assert_eq!(
        text,
        r#"# Made by inferra. To be built in this folder, for the processor that it runs on:
#   docker build --platform linux/arm64 --tag <repository>:<tag> .
FROM python:3.13-slim AS build
WORKDIR /unit
# Another package registry: docker build --build-arg NPM_CONFIG_REGISTRY=https://...
ARG NPM_CONFIG_REGISTRY
COPY ["package.json", "package-lock.json", "./"]
RUN ["npm", "ci", "--prefix=./", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
COPY ["inferra_runtime/package-lock.json", "inferra_runtime/package.json", "inferra_runtime/"]
RUN ["npm", "ci", "--prefix=./inferra_runtime", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
COPY . .
RUN ["node", "inferra_runtime/build_image.mjs", "./", "/image"]

FROM python:3.13-slim
ENV NODE_ENV=production NODE_OPTIONS=--enable-source-maps HOME=/tmp
WORKDIR /app
COPY --from=build /image /app
# Kept writable for everybody where the rest of the file system is read-only.
VOLUME ["/tmp"]
USER 10001:10001
EXPOSE 3000 8081
CMD ["node", "index.mjs"]
"#
    );
}

#[test]
fn what_has_no_hashes_is_installed_after_what_has() {
    let lists = ["inferra_constraints.txt", "inferra_requirements.txt", "inferra_requirements_shim.txt"];
    let text = dockerfile(Language::Python, &["api/pyproject.toml", "api/main.py"], |image| {
        image.ports[0] = None;
        image.lists = lists.to_vec();
    });
    let steps: Vec<_> = text.lines().filter(|line| line.contains("COPY [") || line.contains("\"install\"")).collect();
    assert_eq!(
        steps,
        [
            r#"COPY ["inferra_requirements.txt", "./"]"#,
            r#"RUN ["python", "-m", "pip", "--python", "/opt/venv/bin/python", "install", "--no-cache-dir", "--requirement", "inferra_requirements.txt"]"#,
            r#"COPY ["inferra_constraints.txt", "inferra_requirements_shim.txt", "./"]"#,
            r#"RUN ["python", "-m", "pip", "--python", "/opt/venv/bin/python", "install", "--no-cache-dir", "--requirement", "inferra_requirements_shim.txt"]"#,
        ]
    );
    assert!(text.contains("\nEXPOSE 8081\n"));
}

#[test]
fn a_unit_without_dependencies_installs_nothing() {
    let none = |image: &mut Image<'_>| {
        image.manifest = None;
        image.lists = Vec::new();
    };
    let python = dockerfile(Language::Python, &["main.py"], none);
    assert!(!python.contains("\"install\""));
    let typescript = dockerfile(Language::TypeScript, &["main.ts"], none);
    assert_eq!(typescript.matches("\"npm\"").count(), 1);
}

#[test]
fn without_a_lock_npm_chooses_versions() {
    let text = dockerfile(Language::TypeScript, &["api/package.json", "package-lock.json", "api/a.ts"], |_| {});
    assert!(
        text.contains(r#"RUN ["npm", "install", "--no-package-lock", "--prefix=./api", "--include=dev""#),
        "{text}"
    );
    assert!(text.contains(r#"["node", "inferra_runtime/build_image.mjs", "./api", "/image"]"#), "{text}");
}

/// The lines that install the packages of a unit in a workspace, and the arguments that the image's builder may give.
fn installation(manager: PackageManager, lock: Option<&str>) -> Vec<String> {
    let packages = Packages {
        manager,
        version: Some("1.2.3".to_owned()),
        folder: "shop".to_owned(),
        lock: lock.map(str::to_owned),
        members: vec!["shop/api".to_owned()],
        ..Packages::default()
    };
    let text = with_packages(Language::TypeScript, &["shop/api/package.json"], Some(&packages), |image| {
        assert!(
            image_files(image)["inferra_runtime/bundling.json"].contains("\"manifest\": \"shop/api/package.json\"")
        );
    });
    let wanted =
        |line: &&str| !line.contains("--prefix=./inferra_runtime") && (line.contains("install") || line.contains("ci"));
    let lines = text.lines().filter(|line| wanted(line) || line.starts_with("ARG") || line.contains("build_image"));
    lines.filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

#[test]
fn packages_of_a_workspace_are_installed_by_its_own_manager() {
    const QUIET: &str = r#""--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier""#;
    const BUNDLE: &str = r#"RUN ["node", "inferra_runtime/build_image.mjs", "./shop", "/image"]"#;
    let manager = |package: &str| {
        format!(r#"RUN ["npm", "install", "--global", "--prefix=/opt/manager", {QUIET}, "{package}@1.2.3"]"#)
    };
    let npm = format!(
        r#"RUN ["npm", "ci", "--prefix=./shop", "--include=dev", {QUIET}, "--workspace=api", "--include-workspace-root"]"#
    );
    assert_eq!(
        installation(PackageManager::Npm, Some("shop/package-lock.json")),
        ["ARG NPM_CONFIG_REGISTRY", &npm, BUNDLE]
    );
    let pnpm = r#"RUN ["/opt/manager/bin/pnpm", "install", "--dir=./shop", "--no-lockfile", "--prod=false", "--ignore-scripts", "--reporter=append-only", "--config.node-linker=hoisted"]"#;
    assert_eq!(installation(PackageManager::Pnpm, None), ["ARG NPM_CONFIG_REGISTRY", &manager("pnpm"), pnpm, BUNDLE]);
    let classic = r#"RUN ["/opt/manager/bin/yarn", "install", "--cwd", "./shop", "--frozen-lockfile", "--production=false", "--ignore-scripts", "--ignore-engines", "--non-interactive", "--no-progress"]"#;
    assert_eq!(
        installation(PackageManager::YarnClassic, Some("shop/yarn.lock")),
        ["ARG NPM_CONFIG_REGISTRY", "ARG YARN_REGISTRY", &manager("yarn"), classic, BUNDLE]
    );
    let yarn = r#"RUN ["/opt/manager/bin/yarn", "--cwd", "./shop", "install", "--immutable", "--mode=skip-build"]"#;
    assert_eq!(
        installation(PackageManager::Yarn, Some("shop/yarn.lock")),
        ["ARG NPM_CONFIG_REGISTRY", "ARG YARN_NPM_REGISTRY_SERVER", &manager("@yarnpkg/cli-dist"), yarn, BUNDLE]
    );
}

#[test]
fn a_package_manager_with_a_hash_is_compared_with_it() {
    let packages = Packages {
        manager: PackageManager::Yarn,
        version: Some("4.18.1".to_owned()),
        hash: Some("sha224.00ff".to_owned()),
        compression: Some("0".to_owned()),
        ..Packages::default()
    };
    with_packages(Language::TypeScript, &["package.json"], Some(&packages), |image| {
        let files = image_files(image);
        let text = &files["Dockerfile"];
        let install =
            "RUN [\"node\", \"inferra_runtime/install_manager.mjs\", \"@yarnpkg/cli-dist@4.18.1\", \"sha224.00ff\"]\n";
        let copy = "COPY [\"inferra_runtime/install_manager.mjs\", \"inferra_runtime/\"]\n";
        assert!(text.contains(&format!("{copy}{install}")), "{text}");
        assert!(text.contains("YARN_ENABLE_GLOBAL_CACHE=true YARN_COMPRESSION_LEVEL=0\n"), "{text}");
        assert!(files.contains_key("inferra_runtime/install_manager.mjs"));
        // Or Yarn would look for a project's in the folders above.
        assert_eq!(files["yarn.lock"], "");
        assert!(text.contains("COPY [\"package.json\", \"yarn.lock\", \"./\"]"), "{text}");
    });
}

#[test]
fn a_path_cannot_become_anything_else() {
    for folder in ["a b", "$HOME", "${X}", "[a]", "*", "a\"b", "a'; rm -rf /; '", "a\\b", "a\nRUN b"] {
        {
            let text = dockerfile(Language::TypeScript, &[&format!("{folder}/package.json")], |_| {});
            let shown = serde_json::Value::from(folder).to_string();
            let inner = &shown[1..shown.len() - 1];
            for line in text.lines().filter(|line| line.contains(inner)) {
                assert!(line.starts_with("RUN [\""), "{line}");
                let words: Vec<String> = serde_json::from_str(line.strip_prefix("RUN ").unwrap()).unwrap();
                assert!(words.iter().any(|word| word.contains(folder)), "{line}");
            }
            assert!(!text.lines().any(|line| line.starts_with("RUN b")), "{text}");
        }
    }
}

#[test]
fn what_a_folder_may_hold_beside_the_unit_is_ignored() {
    let image = Image {
        base: "node:22-slim",
        architecture: Architecture::X86,
        language: Language::TypeScript,
        manifest: None,
        packages: None,
        typescript_compiler: TypescriptCompiler::Project,
        files: &[],
        lists: Vec::new(),
        runs: Command::Program,
        ports: [None, Some(8081)],
    };
    let files = image_files(&image);
    let names: Vec<_> = files.keys().map(String::as_str).collect();
    let scripts = ["build_image.mjs", "bundle.mjs", "bundling.json", "compiler.mjs"];
    let scripts = scripts.map(|name| format!("inferra_runtime/{name}"));
    let expected = [".dockerignore", "Dockerfile"].into_iter().chain(scripts.iter().map(String::as_str));
    assert_eq!(names, expected.collect::<Vec<_>>());
    assert!(files[".dockerignore"].lines().any(|line| line == "**/.*"));
    assert!(files["Dockerfile"].contains("\nEXPOSE 8081\n"));
    assert!(files["Dockerfile"].contains("--platform linux/amd64 "));
}

#[test]
fn a_function_is_started_by_lambdas_runtime_client() {
    let text = dockerfile(Language::Python, &["main.py"], |image| {
        image.runs = Command::Function("inferra_entry.handler");
        image.ports = [None; 2];
    });
    assert!(text.ends_with(
        "USER 10001:10001\nENTRYPOINT [\"python\", \"-m\", \"awslambdaric\"]\nCMD [\"inferra_entry.handler\"]\n"
    ));
}
