// Assembles what a unit's image holds, in the first stage of its Dockerfile, as `inferra build` assembles a zip: the bundle
// with its source map, the packages that cannot be bundled, and the unit's files that are neither source nor configuration.
//   node build_image.mjs <folder of package.json, relative to the unit> <target folder>
// It runs in the unit's folder, where all packages are installed.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { basename, extname, join, relative } from "node:path";

const unit = realpathSync(".");
const [packages, target] = [join(unit, process.argv[2]), process.argv[3]];
mkdirSync(target, { recursive: true });

const LEFT_BY_TOOLS = ["node_modules", "__pycache__", "venv", "site-packages", "inferra_runtime"];
const SOURCES = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".py"];
const CONFIGURATION = ["nest-cli.json", "package.json", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml",
  "pnpm-workspace.yaml", "Dockerfile"];

const isTsconfig = (name) => name.startsWith("tsconfig") && name.endsWith(".json");

const files = (folder) =>
  readdirSync(join(unit, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name.startsWith(".")) return [];
    if (entry.isDirectory()) return LEFT_BY_TOOLS.includes(entry.name) ? [] : files(path);
    return entry.isFile() ? [path] : [];
  });

const bundling = JSON.parse(readFileSync("inferra_runtime/bundling.json", "utf8"));
const { kept } = bundling;

// Whether a name in the image is one of what is of use to a build alone: `*` is a part of a name, `**` any number of them.
const globs = (kept?.without ?? []).map((glob) => {
  const parts = glob.split(/(\*\*\/|\*\*|\*)/).map((part) => ({ "**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*" })[part] ?? part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("")}$`);
});
const isLeftOut = (name) => {
  const inside = kept?.folder && name.startsWith(`${kept.folder}/`) ? name.slice(kept.folder.length + 1) : name;
  return globs.some((glob) => glob.test(name) || glob.test(inside));
};

// What is no use to a unit that runs, although it lies in the folder.
const LOCKS = ["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml"];
const isShipped = (path) => {
  const name = basename(path);
  if (kept) return !LOCKS.includes(name) && !["Dockerfile", "inferra_entry.mjs"].includes(path);
  return !SOURCES.includes(extname(name)) && !CONFIGURATION.includes(name) && !isTsconfig(name);
};

const all = files("");
// What directives add to the unit is read when it runs, whatever its name says.
const list = join(unit, "inferra_runtime", "assets.json");
const listed = new Set(existsSync(list) ? JSON.parse(readFileSync(list, "utf8")) : []);
const schemas = bundling.generated.flatMap(({ schema, parts = [] }) => [schema, ...parts]);
for (const path of all) {
  if (listed.has(path) || (!schemas.includes(path) && isShipped(path)))
    cpSync(join(unit, path), join(target, path), { preserveTimestamps: true });
}

// What an annotated import of the project's means, which other code than the bundle's imports, too.
const bindings = join("inferra_runtime", "bindings");
if (kept && existsSync(join(unit, bindings))) cpSync(join(unit, bindings), join(target, bindings), { recursive: true });

const [major] = process.versions.node.split(".");
const settings = {
  ...bundling,
  unit,
  packages,
  compilers: null,
  scratch: "/tmp/compiled",
  entry: "inferra_entry.mjs",
  target: `node${major}`,
  platform: `linux-${process.arch}`,
  result: "/tmp/result.json",
  code: join(target, "index.mjs"),
  map: join(target, "index.mjs.map"),
};
writeFileSync("/tmp/settings.json", JSON.stringify(settings));
process.argv[2] = "/tmp/settings.json";
await import("./bundle.mjs");

const result = JSON.parse(readFileSync(settings.result, "utf8"));
if (!result) throw new Error("the project's TypeScript compiler does not run in this image: choose another one by `typescript_compiler`");
const { folders, scripts } = result;
if (scripts.length > 0) console.error(`warning: install scripts were not run: ${scripts.join(", ")}`);
// Each package without those inside it, which are listed on their own.
for (const folder of folders) {
  const root = join(packages, folder);
  const filter = (source) =>
    source === root || basename(source) !== "node_modules" && !isLeftOut(join(folder, relative(root, source)));
  cpSync(root, join(target, folder), { recursive: true, dereference: true, filter });
}

// After the bundle, for what making that made beside it.
if (kept) {
  writeFileSync("/tmp/project.json", JSON.stringify({ unit, kept }));
  const { status } = spawnSync(process.execPath, ["inferra_runtime/project.mjs", "/tmp/project.json"], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
  for (const made of kept.makes) {
    const name = join(kept.folder, made);
    const filter = (source) => !isLeftOut(relative(unit, source));
    cpSync(join(unit, name), join(target, name), { recursive: true, dereference: true, filter });
  }
}

// Whatever the rights were where the image is built: its user reads everything and writes nothing.
const protect = (path) => {
  const stats = statSync(path);
  chmodSync(path, stats.isDirectory() || stats.mode & 0o100 ? 0o755 : 0o644);
  if (stats.isDirectory()) for (const name of readdirSync(path)) protect(join(path, name));
};
protect(target);
