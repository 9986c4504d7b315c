//! What installing and bundling a Node unit takes beside its sources: manifests, configurations, the lock file of a workspace.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{Context, kept};
use crate::app::{PackageManager, Packages};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{Language, Project, ProjectPath, Span};
use crate::syntax::{Layout, Manifest, PNPM_WORKSPACE, join};

/// Lock files and what writes them, the one first that decides where there are several. Yarn's tells its version by its text.
const LOCKS: [(&str, PackageManager); 4] = [
    ("pnpm-lock.yaml", PackageManager::Pnpm),
    ("yarn.lock", PackageManager::Yarn),
    ("npm-shrinkwrap.json", PackageManager::Npm),
    ("package-lock.json", PackageManager::Npm),
];

/// What decides nothing here.
const BUN: [&str; 2] = ["bun.lock", "bun.lockb"];

/// The files of a project that says how its packages are found without a folder of them:
/// <https://yarnpkg.com/features/pnp>.
const PLUG_AND_PLAY: [&str; 2] = [".pnp.cjs", ".pnp.js"];

/// The files of a unit that its sources are installed and compiled by, and how.
pub(super) struct Needs {
    pub(super) files: BTreeSet<ProjectPath>,
    pub(super) packages: Option<Packages>,
}

/// Looks at the folders that `included`, the unit's sources, lie in.
pub(super) fn needs(
    context: &Context<'_>,
    included: &BTreeSet<ProjectPath>,
    manifest: Option<&ProjectPath>,
    diagnostics: &mut Diagnostics,
) -> Needs {
    let layout = context.graph.layout();
    let sources = included.iter().filter(|file| Language::of(file) == Some(Language::TypeScript));
    let folders: BTreeSet<&str> = sources.clone().map(ProjectPath::parent).collect();
    let configs: BTreeSet<&ProjectPath> = folders.iter().flat_map(|folder| layout.config_files(folder)).collect();
    let configs: Vec<_> = configs.into_iter().collect();
    layout.problems(&configs).for_each(|problem| diagnostics.push(problem.clone()));
    let mut files: BTreeSet<ProjectPath> = configs.into_iter().cloned().collect();
    let packages: BTreeSet<&str> =
        folders.iter().filter_map(|folder| Some(layout.manifest(folder)?.folder.as_str())).collect();
    let of_packages = packages.iter().filter_map(|folder| context.project.path(&join(folder, "package.json")));
    files.extend(of_packages);
    let whole = kept::whole(context, included, diagnostics);
    files.extend(whole.iter().flat_map(|whole| &whole.files).cloned());
    let Some(manifest) = manifest else { return Needs { files, packages: None } };
    let root = layout.root(manifest.parent()).unwrap_or(manifest.parent());
    files.extend(of_root(context.project, layout, root));
    let installed = Packages {
        members: layout
            .members(root)
            .filter(|member| *member != root && packages.contains(member))
            .map(str::to_owned)
            .collect(),
        sources: stand_ins(context, layout, sources),
        kept: whole.map(|whole| whole.kept),
        ..manager(context.project, layout, root, diagnostics)
    };
    Needs { files, packages: (!installed.is_plain(manifest)).then_some(installed) }
}

/// What lies beside the manifest of a workspace's root, or of a package without one, and the manifests of its members: a lock file
/// holds for all of them.
fn of_root(project: &Project, layout: &Layout, root: &str) -> Vec<ProjectPath> {
    let beside = LOCKS.iter().map(|(lock, _)| *lock).chain(["package.json", PNPM_WORKSPACE, "nest-cli.json"]);
    let mut paths: Vec<_> = beside.map(|name| join(root, name)).collect();
    paths.extend(layout.members(root).map(|member| join(member, "package.json")));
    let patches = layout.package(root).and_then(|manifest| {
        let of_pnpm = manifest.value.get("pnpm").and_then(|pnpm| pnpm.get("patchedDependencies"));
        of_pnpm?.as_object()
    });
    // pnpm's own file has each as `package@1.2.3: patches/package.patch`.
    let listed = project.other_path(&join(root, PNPM_WORKSPACE)).and_then(|file| project.bytes(&file).ok());
    let listed = String::from_utf8_lossy(listed.as_deref().map_or(&[][..], Vec::as_slice)).into_owned();
    let of_lines =
        listed.lines().filter_map(|line| line.rsplit_once(": ")).map(|(_, path)| path.trim().trim_matches(['"', '\'']));
    let of_lines = of_lines.filter(|path| Path::new(path).extension().is_some_and(|extension| extension == "patch"));
    paths.extend(of_lines.filter_map(|path| Some(ProjectPath::join(root, path)?.to_string())));
    let patches = patches.into_iter().flat_map(serde_json::Map::values).filter_map(|path| path.as_str());
    paths.extend(patches.filter_map(|path| Some(ProjectPath::join(root, path)?.to_string())));
    paths.iter().filter_map(|path| project.path(path)).collect()
}

/// What installs the packages of a root: what its manifest names, else what wrote its lock file.
fn manager(project: &Project, layout: &Layout, root: &str, diagnostics: &mut Diagnostics) -> Packages {
    let locks: Vec<_> =
        LOCKS.iter().filter_map(|(name, by)| Some((project.other_path(&join(root, name))?, *by))).collect();
    let text = |file: &ProjectPath| {
        project.bytes(file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    };
    let written_by = |(lock, by): &(ProjectPath, PackageManager)| match by {
        PackageManager::Yarn if !text(lock).contains("__metadata:") => PackageManager::YarnClassic,
        PackageManager::Npm | PackageManager::Pnpm | PackageManager::YarnClassic | PackageManager::Yarn => *by,
    };
    let asked = layout.package(root).and_then(asked);
    let wanted = asked.as_ref().map(|asked| asked.manager);
    let lock = locks.iter().find(|lock| wanted.is_none_or(|wanted| written_by(lock) == wanted));
    let others = locks.iter().map(|(file, _)| file.clone()).filter(|file| lock.is_none_or(|(lock, _)| lock != file));
    let bun = BUN.iter().filter_map(|name| project.other_path(&join(root, name)));
    // npm's two are one and the same to it.
    let both = lock.is_some_and(|(_, by)| *by == PackageManager::Npm);
    for file in others.chain(bun).filter(|file| !(both && file.file_name() == "package-lock.json")) {
        let decides = lock.map_or_else(|| "no other lock file".to_owned(), |(lock, _)| format!("`{lock}`"));
        diagnostics.push(
            Diagnostic::new(Code::LockNotUsed, format!("`{file}` decides nothing: {decides} does"))
                .at(Span::new(&file, 0..0), "not read")
                .help("delete it, or name the package manager that wrote it as `packageManager` in `package.json`"),
        );
    }
    let manager = wanted.or_else(|| lock.map(written_by)).unwrap_or_default();
    if manager == PackageManager::Yarn && PLUG_AND_PLAY.iter().any(|name| project.has_hidden(&join(root, name))) {
        let at = ProjectPath::join(root, "package.json").unwrap_or_else(ProjectPath::root);
        diagnostics.push(
            Diagnostic::new(Code::PlugAndPlay, "Yarn's Plug'n'Play is not used where the unit is built".to_owned())
                .at(Span::new(&at, 0..0), "its packages are installed into `node_modules`, with the same versions")
                .help(
                    "`nodeLinker: node-modules` in `.yarnrc.yml` runs the application in the same way on your machine",
                ),
        );
    }
    let text = lock.map(|(file, _)| text(file)).unwrap_or_default();
    let usual = default_version(manager, &text);
    let (version, hash) = match asked {
        None => (usual, None),
        Some(Asked { version: Some(version), hash, .. }) => (Some(version), hash),
        Some(Asked { text, .. }) => {
            diagnostics.push(no_version(root, &text, manager, usual.as_deref()));
            (usual, None)
        }
    };
    Packages {
        manager,
        version,
        hash,
        compression: (manager == PackageManager::Yarn).then(|| compression(&text)).flatten().map(str::to_owned),
        folder: root.to_owned(),
        lock: lock.map(|(lock, _)| lock.to_string()),
        ..Packages::default()
    }
}

/// What `packageManager` says.
struct Asked {
    manager: PackageManager,
    /// Absent where it is no version: a tag means another one every day.
    version: Option<String>,
    /// What Corepack compares the program with.
    hash: Option<String>,
    /// All of it.
    text: String,
}

/// Reads `packageManager`: <https://nodejs.org/api/packages.html#packagemanager>.
fn asked(manifest: &Manifest) -> Option<Asked> {
    let text = manifest.value.get("packageManager")?.as_str()?;
    let (name, given) = text.split_once('@').unwrap_or((text, ""));
    let (version, hash) = given.split_once('+').map_or((given, None), |(version, hash)| (version, Some(hash)));
    let manager = match name {
        "npm" => PackageManager::Npm,
        "pnpm" => PackageManager::Pnpm,
        "yarn" if version.starts_with("1.") => PackageManager::YarnClassic,
        "yarn" => PackageManager::Yarn,
        // Not our enum: the open set of package managers.
        _ => return None,
    };
    let exact = is_version(version) && hash.is_none_or(is_hash);
    Some(Asked {
        manager,
        version: exact.then(|| version.to_owned()),
        hash: hash.filter(|_| exact).map(str::to_owned),
        text: text.to_owned(),
    })
}

/// Whether a text is one version: <https://semver.org/>.
fn is_version(text: &str) -> bool {
    let (numbers, more) = text.split_once('-').map_or((text, None), |(numbers, more)| (numbers, Some(more)));
    let is_number = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    let parts: Vec<_> = numbers.split('.').collect();
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    parts.len() == 3 && parts.into_iter().all(is_number) && more.is_none_or(|more| more.chars().all(plain))
}

/// Whether a text is a hash as Corepack writes it.
fn is_hash(text: &str) -> bool {
    let known = ["sha1", "sha224", "sha256", "sha384", "sha512"];
    text.split_once('.').is_some_and(|(algorithm, digest)| {
        known.contains(&algorithm) && !digest.is_empty() && digest.chars().all(|c| c.is_ascii_hexdigit())
    })
}

fn no_version(root: &str, text: &str, manager: PackageManager, version: Option<&str>) -> Diagnostic {
    let at = ProjectPath::join(root, "package.json").unwrap_or_else(ProjectPath::root);
    let version = version.unwrap_or("11.6.2");
    Diagnostic::new(Code::PackageManagerVersion, format!("`packageManager` names no version: `{text}`"))
        .at(Span::new(&at, 0..0), "a build of tomorrow would be made by another one")
        .help(format!("write one version: `\"packageManager\": \"{}@{version}\"`", manager.program()))
}

/// How Yarn compressed what the hashes in its lock file are of: its own head tells it.
fn compression(lock: &str) -> Option<&'static str> {
    let key = lock.lines().find_map(|line| line.trim().strip_prefix("cacheKey: "))?;
    match key.split_once('c') {
        Some((_, "0")) => Some("0"),
        None if key.trim_matches('"').parse::<u32>().is_ok_and(|key| key >= 10) => Some("mixed"),
        Some(_) | None => None,
    }
}

/// A version that reads and writes a lock file of this form, where the project names none.
fn default_version(manager: PackageManager, lock: &str) -> Option<String> {
    let has = |form: &str| lock.lines().take(12).any(|line| line.trim().starts_with(form));
    let version = match manager {
        PackageManager::Npm => return None,
        PackageManager::Pnpm if has("lockfileVersion: '6") || has("lockfileVersion: 6") => "8.15.9",
        PackageManager::Pnpm => "10.34.8",
        PackageManager::YarnClassic => "1.22.22",
        PackageManager::Yarn if has("version: 4") || has("version: 5") || has("version: 6") => "3.8.6",
        PackageManager::Yarn => "4.18.1",
    };
    Some(version.to_owned())
}

/// The modules that sources stand in for, by the package that imports them.
fn stand_ins<'f>(
    context: &Context<'_>,
    layout: &Layout,
    sources: impl Iterator<Item = &'f ProjectPath>,
) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut found: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for file in sources {
        for (module, source) in context.graph.stand_ins(file) {
            let package = layout.manifest(file.parent()).map_or("", |manifest| &manifest.folder);
            found.entry(package.to_owned()).or_default().insert(module.clone(), source.to_string());
        }
    }
    found
}
