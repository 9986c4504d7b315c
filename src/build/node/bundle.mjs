// Bundles one unit with the esbuild of its `inferra_runtime`. Started by `inferra build`, and by the build of an image, with
// the path of a JSON file:
//   unit       the copy of the unit, absolute and without links; every path in the output is relative to it
//   packages   the folder that packages are installed in: `unit` or a folder below it
//   manifest   the unit's package.json, relative to `unit`; null where it has none
//   compiler   what compiles TypeScript: "esbuild", "swc", "tsc", or "project" for what the project needs
//   compilers  where the packages of the unit are installed for this machine, laid out as in `unit`; null where they are not
//   kept       the package that is not bundled, and shipped with all that the project depends on, as the plan has it; null where
//              there is none
//   scratch    a folder for what is of no use afterwards
//   sources    the sources that stand in for what a build of the project would make, relative to `unit`: by the folder of the
//              importing package, then by the module's name
//   generated  code that tools of the application's own make from a schema before it is bundled: the `package` with the tool, the
//              `folder` that it runs in, relative to `unit`, its `arguments` and `environment`, variables for `programs` that it
//              does not use, its `schema`, relative to `unit`, the bytes of it that are `replaced` before, and `unused` packages,
//              by the package that loads them
//   entry      the entry point, relative to `unit`
//   target     esbuild's name of the oldest Node that has to run the bundle
//   platform   the platform that it runs on, as Node's addons name it: linux-arm64
//   result     where to write what the bundle needs beside it; `null` where `compilers` are needed and missing
//   code, map  where to write the bundle and its source map; the bundle names the map `index.mjs.map`
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, realpathSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { compiled } from "./compiler.mjs";

const settings = JSON.parse(readFileSync(process.argv[2], "utf8"));
const esbuild = createRequire(join(settings.unit, "inferra_runtime", "package.json"))("esbuild");

const readJson = (file) => {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return {};
    throw error;
  }
};

// The package that a file belongs to, by the last `node_modules` in its path; null for the unit's own files.
const packageOf = (file) => {
  const parts = file.split(sep);
  const at = parts.lastIndexOf("node_modules");
  if (at === -1) return null;
  const end = parts[at + 1]?.startsWith("@") ? at + 3 : at + 2;
  return { name: parts.slice(at + 1, end).join("/"), root: parts.slice(0, end).join(sep) };
};

// Where Node finds package `name` from `folder`: in the nearest `node_modules` upwards, not above the unit.
const installed = (name, folder) => {
  for (let at = folder; at.startsWith(settings.unit); at = dirname(at)) {
    const root = join(at, "node_modules", ...name.split("/"));
    if (existsSync(join(root, "package.json"))) return realpathSync(root);
  }
  return null;
};

const addonFiles = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : addonFiles(path);
    return entry.name.endsWith(".node") ? [path] : [];
  });

// Whether a package is for the platform. Some package managers cannot be told to leave out the others.
const fits = (root) => {
  const { os = [], cpu = [], libc = [] } = readJson(join(root, "package.json"));
  const [system, processor] = settings.platform.split("-");
  const allows = (list, name) => [list].flat().length === 0 || [list].flat().includes(name);
  return allows(os, system) && allows(cpu, processor) && allows(libc, "glibc");
};

// What a package has of machine code: "none"; "ready", an addon for the platform; "absent", it needs one and there is none.
// Packages publish addons in themselves (`prebuilds/<platform>/`), or in packages per platform that they list as optional
// dependencies and of which npm installed the one that fits.
const nativeness = new Map();
const nativenessOf = (root) => {
  if (!nativeness.has(root)) nativeness.set(root, inspect(root));
  return nativeness.get(root);
};
const inspect = (root) => {
  const manifest = readJson(join(root, "package.json"));
  const optional = Object.keys(manifest.optionalDependencies ?? {}).map((name) => installed(name, root)).filter((other) => other && fits(other));
  if (optional.some((other) => other && addonFiles(other).length > 0)) return "ready";
  const prebuilds = join(root, "prebuilds");
  if (existsSync(prebuilds)) {
    return readdirSync(prebuilds).some((name) => name.startsWith(settings.platform)) ? "ready" : "absent";
  }
  if (addonFiles(root).length > 0) return "ready";
  return existsSync(join(root, "binding.gyp")) ? "absent" : "none";
};

// The folder of the nearest package.json: of a package of the application, or of the application itself.
const scopeOf = (file) => {
  for (let at = dirname(file); at.startsWith(settings.unit + sep); at = dirname(at)) {
    if (existsSync(join(at, "package.json"))) return at;
  }
  return settings.unit;
};

// Whether the importing package can do without `name`, and so deals with its absence itself.
const isOptionalFor = (importer, name) => {
  const owner = packageOf(importer);
  const manifest = readJson(join(owner ? owner.root : scopeOf(importer), "package.json"));
  return name in (manifest.optionalDependencies ?? {}) || manifest.peerDependenciesMeta?.[name]?.optional === true;
};

// The drivers of the planned databases. There is one copy of each for the application, its libraries and the runtime, so that
// what the application sets of a driver holds: its own, or else the runtime's.
const runtime = join(settings.unit, "inferra_runtime");
const DRIVERS = JSON.parse(readFileSync(join(runtime, "drivers.json"), "utf8"));
const driverFolder = (name, importer, missing) => {
  if (!DRIVERS.includes(name)) return null;
  if (missing) return installed(name, runtime) && runtime;
  return importer.startsWith(runtime + sep) && installed(name, settings.packages) ? settings.packages : null;
};

// Whether nothing in the unit uses what `importer` loads by `name`: it is for another database than the planned one.
const isUnused = (importer, name) => {
  const owner = packageOf(importer)?.name;
  return settings.generated.some(({ unused }) => unused[owner]?.includes(name));
};

// Makes the code that the application's own tools make, in the copy of the unit.
const generate = ({ package: name, folder, arguments: words, environment, programs, schema, replaced }) => {
  if (replaced) {
    const file = join(settings.unit, schema);
    const [own, text] = [readFileSync(file), Buffer.from(replaced.text)];
    // This may be the second attempt, with compilers for this machine.
    const isDone = own.subarray(replaced.start).indexOf(text) === 0;
    if (!isDone) writeFileSync(file, Buffer.concat([own.subarray(0, replaced.start), text, own.subarray(replaced.end)]));
  }
  const at = join(settings.unit, folder);
  const root = installed(name, at);
  const { bin } = root ? readJson(join(root, "package.json")) : {};
  const program = typeof bin === "string" ? bin : bin?.[name];
  if (!program) {
    console.error(`"${name}" is not installed, and makes code of the application's: add it to the dependencies in package.json`);
    process.exit(1);
  }
  // A program that is there, in place of one that would be downloaded and is not used.
  const unneeded = Object.fromEntries(programs.map((variable) => [variable, process.execPath]));
  const env = { ...process.env, ...environment, ...unneeded };
  const done = spawnSync(process.execPath, [join(root, program), ...words], { cwd: at, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  if (done.status === 0) return;
  console.error(`${name} ${words.join(" ")}: ${done.error ?? ""}\n${done.stdout}${done.stderr}`);
  process.exit(1);
};
settings.generated.forEach(generate);

// The package of a module that is imported by name.
const packageName = (path) => path.split("/", path.startsWith("@") ? 2 : 1).join("/");

// What stands in for a package that nothing uses: each of its names is a function that says so.
const unusedModule = (name) => {
  const message = `"${name}" is not in this bundle: another database is planned`;
  return `const missing = () => { throw new Error(${JSON.stringify(message)}); };
module.exports = new Proxy(missing, { get: (own, key) => (key === "__esModule" ? undefined : own) });`;
};

// What is imported of the package that is kept whole, in place of it: without `exports` in its manifest, Node takes nothing but
// the names of its files.
const ofKept = (path, found) => {
  if (!settings.kept || packageName(path) !== settings.kept.package) return null;
  const { root } = packageOf(found.path) ?? {};
  if (path === settings.kept.package || !root || readJson(join(root, "package.json")).exports) return path;
  return `${settings.kept.package}/${relative(root, found.path).split(sep).join("/")}`;
};

const ASKED = Symbol("asked by this plugin");
const native = new Map(); // root -> name

const ready = compiled(settings); // absolute path -> what esbuild is given in its place
if (!ready) {
  writeFileSync(settings.result, "null");
  process.exit(0);
}

const plugin = {
  name: "inferra",
  setup(build) {
    build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, ({ path }) => {
      const made = ready.get(path);
      const contents = placed(path, made?.contents ?? readFileSync(path, "utf8"));
      return contents === undefined ? made : { ...made, contents, loader: made?.loader ?? loaderOf(path) };
    });
    build.onLoad({ filter: /.*/, namespace: "unused" }, ({ path }) => ({ contents: unusedModule(path), loader: "js" }));
    // Imports by name; the rest are paths inside a package or the unit.
    build.onResolve({ filter: /^[^./]/ }, async (args) => {
      if (args.pluginData === ASKED || args.kind === "entry-point") return undefined;
      const { importer, resolveDir, namespace, kind } = args;
      if (isUnused(importer, args.path)) return { path: args.path, namespace: "unused" };
      const source = packageOf(importer) ? undefined : settings.sources?.[relative(settings.unit, scopeOf(importer)).split(sep).join("/")]?.[args.path];
      if (source) return { path: join(settings.unit, source) };
      const resolve = (folder) =>
        build.resolve(args.path, { importer, resolveDir: folder, namespace, kind, with: args.with, pluginData: ASKED });
      let found = await resolve(driverFolder(args.path, importer, false) ?? resolveDir);
      const driver = found.errors.length > 0 ? driverFolder(args.path, importer, true) : null;
      if (driver) found = await resolve(driver);
      // Libraries that work with any of several packages ask for each of them where they need it: what is not there is missed
      // by whoever needs it, as it is without a bundle.
      const asked = kind === "require-call" || kind === "dynamic-import" || kind === "require-resolve";
      const able = packageOf(importer) !== null || isOptionalFor(importer, packageName(args.path));
      if (found.errors.length > 0 && asked && able) return { path: args.path, external: true };
      // An import that is not found is esbuild's to report: it knows which ones are in a `try`.
      if (found.errors.length > 0 || found.external || found.namespace !== "file") return undefined;
      if (!found.path.startsWith(settings.unit + sep)) {
        return { errors: [{ text: `"${args.path}" was found outside of the application: add it to the dependencies in package.json` }] };
      }
      const kept = ofKept(args.path, found);
      if (kept) return { path: kept, external: true };
      const owner = packageOf(found.path);
      if (!owner) return undefined;
      const state = nativenessOf(owner.root);
      if (state === "none") return DRIVERS.includes(args.path) ? found : undefined;
      if (state === "absent") {
        if (isOptionalFor(importer, owner.name)) return { path: args.path, external: true };
        return { errors: [{ text: `"${owner.name}" compiles machine code when it is installed and has none ready for ${settings.platform}: `
          + "replace it with a package that publishes its addon for that platform" }] };
      }
      if (owner.root !== join(settings.packages, "node_modules", ...owner.name.split("/"))) {
        return { errors: [{ text: `"${owner.name}" has machine code, so it cannot be bundled, and is installed more than once: `
          + "align the versions in package.json so that it is installed once, at the top" }] };
      }
      native.set(owner.root, owner.name);
      return { path: args.path, external: true };
    });
  },
};

// Packages and everything that they need at run time, as folders relative to `packages`. Those that a package can do without
// are what the project depends on for another reason, where `peers` says so.
const closure = (roots, peers) => {
  const all = new Set();
  const add = (root) => {
    if (all.has(root)) return;
    all.add(root);
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = readJson(join(root, "package.json"));
    const wanted = Object.keys(peerDependencies ?? {}).filter((name) => peers || !peerDependenciesMeta?.[name]?.optional);
    for (const name of [...Object.keys({ ...dependencies, ...optionalDependencies }), ...wanted]) {
      const other = installed(name, root);
      if (other && fits(other)) add(other);
    }
  };
  roots.forEach(add);
  // A package of the project itself is a part of the unit.
  return [...all].filter((root) => packageOf(root)).map((root) => relative(settings.packages, root).split(sep).join("/"));
};

// What the project depends on, where a package is kept whole that may ask for any of it.
const depended = () => {
  if (!settings.kept) return [];
  const folder = join(settings.unit, settings.kept.folder);
  const { dependencies, optionalDependencies } = readJson(join(folder, "package.json"));
  const names = new Set([settings.kept.package, ...Object.keys({ ...dependencies, ...optionalDependencies })]);
  return [...names].map((name) => installed(name, folder)).filter((root) => root && fits(root));
};

const SCRIPTS = ["preinstall", "install", "postinstall"];

// Packages in the bundle whose install scripts a package manager would have run, and the unit itself if it has any.
const withScripts = (inputs) => {
  const roots = new Set(inputs.map((input) => packageOf(join(settings.unit, input))?.root).filter(Boolean));
  const hasAny = (root) => SCRIPTS.some((name) => name in (readJson(join(root, "package.json")).scripts ?? {}));
  const found = [...roots].filter(hasAny).map((root) => packageOf(join(root, "package.json")).name);
  const { scripts = {} } = readJson(join(settings.packages, "package.json"));
  const own = SCRIPTS.filter((name) => name in scripts);
  return [...new Set([...found, ...own.map((name) => `the application's own ${name}`)])].sort();
};

// Modules in the CommonJS style use `require` (for Node's own modules), a name that esbuild never gives to anything else.
const banner = [
  'import { createRequire as inferra_createRequire } from "node:module";',
  'import { fileURLToPath as inferra_fileURLToPath } from "node:url";',
  "const require = inferra_createRequire(import.meta.url);",
  "const inferra_at = (path, from = import.meta.url) => new URL(path, from);",
].join(" ");

// What a module calls its own place, and the variable that stands for it in the module: an application's module may declare
// names like these itself, and those uses keep their meaning.
const OWN_PLACE = {
  "import.meta.url": "inferra_url",
  "import.meta.filename": "inferra_filename",
  "import.meta.dirname": "inferra_dirname",
  __filename: "inferra_filename",
  __dirname: "inferra_dirname",
};

// A module of the application finds what lies beside it where it was before it was bundled: the unit's other files keep their
// paths beside the bundle. Modules of packages and of the shim are where the bundle is.
const placed = (path, text) => {
  if (!/\b__(file|dir)name\b|\bimport\s*\.\s*meta\b/.test(text)) return undefined;
  const own = relative(settings.unit, path).split(sep);
  const bundled = own.includes("node_modules") || own[0] === "inferra_runtime";
  const at = bundled ? "index.mjs" : own.map(encodeURIComponent).join("/");
  // On the line of the module's first statement, so that line numbers hold, and behind what has to come first.
  const [start] = /^(#!.*\n|\s*(["'])use strict\2;?)?/.exec(text);
  const variables = [
    `inferra_url = inferra_at(${JSON.stringify(`./${at}`)}).href`,
    "inferra_filename = inferra_fileURLToPath(inferra_url)",
    'inferra_dirname = inferra_fileURLToPath(inferra_at(".", inferra_url)).slice(0, -1)',
  ];
  // `'use strict'` without a semicolon ends with its line.
  const end = /['"]$/.test(start) ? ";" : "";
  return `${start}${end}var ${variables.join(", ")};${text.slice(start.length)}`;
};

const loaderOf = (path) => {
  const [, kind, x] = /\.[cm]?([jt])s(x?)$/.exec(path);
  return `${kind}s${x}`;
};

const built = await esbuild
  .build({
    absWorkingDir: settings.unit,
    entryPoints: [settings.entry],
    // Where the zip has it, seen from the unit: source maps then name the application's files as the project does.
    outfile: "index.mjs",
    write: false,
    allowOverwrite: true,
    bundle: true,
    platform: "node",
    target: settings.target,
    format: "esm",
    sourcemap: "linked",
    sourcesContent: true,
    keepNames: true,
    legalComments: "none",
    banner: { js: banner },
    define: OWN_PLACE,
    metafile: true,
    logLevel: "warning",
    logLimit: 0,
    color: false,
    plugins: [plugin],
  })
  .catch((error) => {
    // esbuild has written its own report; anything else is a defect and needs its trace.
    if (!error.errors) console.error(error);
    process.exit(1);
  });

for (const file of built.outputFiles) writeFileSync(file.path.endsWith(".map") ? settings.map : settings.code, file.contents);
const folders = [...new Set([...closure([...native.keys()], true), ...closure(depended(), false)])].sort();
writeFileSync(settings.result, JSON.stringify({ folders, scripts: withScripts(Object.keys(built.metafile.inputs)) }));
