// Compiles the TypeScript files of a unit of which the types are needed while it runs: esbuild erases them, so it cannot write
// what `emitDecoratorMetadata` asks for. TypeScript's compiler or swc does, whichever the project itself uses.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, extname, join, relative, sep } from "node:path";
import { spawnSync } from "node:child_process";

// JSON as `tsconfig.json` has it: with comments, and commas before closing brackets.
export const parseJson = (text) => {
  let json = "";
  for (const [piece] of text.replace(/^\uFEFF/, "").matchAll(/"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[\s\S]/g)) {
    if (piece.startsWith("//") || piece.startsWith("/*")) continue;
    if ((piece === "]" || piece === "}") && /,\s*$/.test(json)) json = json.replace(/,\s*$/, "");
    json += piece;
  }
  return JSON.parse(json);
};

const exists = (file) => (existsSync(file) ? file : undefined);

// Where Node finds a module, if that is in one of the folders: what lies above them is none of the project's.
const resolvedIn = (folders, from, name) => {
  const found = createRequire(from).resolve(name);
  const inside = folders.map((folder) => realpathSync(folder)).some((folder) => realpathSync(found).startsWith(folder + sep));
  if (!inside) throw new Error(`${name} is found in none of the project's folders`);
  return found;
};

// The file that `extends` names: https://www.typescriptlang.org/tsconfig/#extends.
const extended = (unit, name, from) => {
  if (/^\.{0,2}\//.test(name) || name === "..") {
    const path = join(dirname(from), name);
    if (!path.startsWith(unit + sep)) return undefined;
    return (path.endsWith(".json") && exists(path)) || exists(`${path}.json`) || exists(path);
  }
  for (const candidate of [name, `${name}.json`, `${name}/tsconfig.json`]) {
    try {
      return resolvedIn([unit], from, candidate);
    } catch {
      // The next form.
    }
  }
  return undefined;
};

// The compiler options that a `tsconfig.json` comes to, those that it extends first.
const read = (unit, file, seen = []) => {
  if (!file || seen.includes(file)) return {};
  const config = parseJson(readFileSync(file, "utf8"));
  const bases = [config.extends ?? []].flat().map((name) => read(unit, extended(unit, name, file), [...seen, file]));
  return Object.assign({}, ...bases, config.compilerOptions);
};

// A `tsconfig.json` that only names others speaks for no file itself: the first that is not for tests does.
const referenced = (file) => {
  const { files, include, references = [] } = parseJson(readFileSync(file, "utf8"));
  if (references.length === 0 || (files ?? include ?? ["all"]).length > 0) return file;
  const paths = references.map(({ path }) => join(dirname(file), path));
  const found = paths.map((path) => (path.endsWith(".json") ? path : join(path, "tsconfig.json"))).filter(existsSync);
  return found.find((path) => !/spec|test|e2e|node/.test(basename(path))) ?? file;
};

const sources = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return /^(\.|node_modules$|inferra_runtime$)/.test(entry.name) ? [] : sources(path);
    return /\.[cm]?tsx?$/.test(entry.name) && !/\.d\.[cm]?ts$/.test(entry.name) ? [path] : [];
  });

// Whether a file may hold a decorator. One in a comment costs nothing but time.
const isDecorated = (file) => /(^|[\s(,;{}\])])@[\p{ID_Start}$_(]/mu.test(readFileSync(file, "utf8"));

// Both are looked for where the project has them; which of two is told by what the project itself builds with.
const chosen = (settings) => {
  const own = [...new Set([settings.packages, dirname(join(settings.unit, settings.manifest ?? "package.json"))])];
  const manifests = own.map((folder) => join(folder, "package.json")).filter(existsSync).map((file) => parseJson(readFileSync(file, "utf8")));
  const has = (name) => manifests.some((one) => name in { ...one.dependencies, ...one.devDependencies });
  if (has("@swc/core") && !has("typescript")) return "swc";
  const scripts = manifests.flatMap(({ scripts = {} }) => [scripts.build, scripts.start]);
  const nest = own.map((folder) => join(folder, "nest-cli.json")).filter(existsSync);
  const builders = nest.map((file) => parseJson(readFileSync(file, "utf8")).compilerOptions?.builder);
  const named = [...scripts, ...builders.map((builder) => builder?.type ?? builder)];
  return has("@swc/core") && named.some((text) => /\bswc\b/.test(text)) ? "swc" : "tsc";
};

const fail = (text) => {
  console.error(text);
  process.exit(1);
};

// Both may run machine code of their own, and what was installed in the unit is for the machine that the unit runs on.
const runsHere = (manifest) => {
  const { name, optionalDependencies = {} } = parseJson(readFileSync(manifest, "utf8"));
  const require = createRequire(manifest);
  if (name === "@swc/core") {
    try {
      return Boolean(require(name));
    } catch {
      return false;
    }
  }
  const own = `@typescript/typescript-${process.platform}-${process.arch}`;
  try {
    return !(own in optionalDependencies) || Boolean(require.resolve(`${own}/package.json`));
  } catch {
    return false;
  }
};

// The manifest of the project's compiler; `null` where only one for another machine is installed.
const tool = (folders, name, needed) => {
  let found = false;
  for (const folder of folders) {
    try {
      const manifest = resolvedIn(folders, join(folder, "package.json"), `${name}/package.json`);
      if (runsHere(manifest)) return manifest;
      found = true;
    } catch {
      // In the next folder.
    }
  }
  if (found) return null;
  return fail(`${needed}, and ${name} is not installed: add it to the devDependencies${name === "typescript" ? ", or @swc/core in its place" : ""}. `
    + 'With `execution_unit.typescript_compiler = "esbuild"` in inferra.toml, types have to be named in the decorators, as in `@Inject(Users)`');
};

// Whether Node would take what the project's own build makes of a file for CommonJS. What is decorated then has to stay so: in
// a cycle of imports a class that is not there yet is `undefined` in one kind of module, and an exception in the other.
const isCommonJs = (settings, file, options) => {
  if (/\.[cm]tsx?$/.test(file)) return /\.ctsx?$/.test(file);
  if (/^(es|preserve)/i.test(options.module ?? "")) return false;
  for (let at = dirname(file); at.startsWith(settings.unit); at = dirname(at)) {
    const manifest = join(at, "package.json");
    if (existsSync(manifest)) return parseJson(readFileSync(manifest, "utf8")).type !== "module";
  }
  return true;
};

const LOADERS = { ".ts": "js", ".mts": "js", ".cts": "js", ".tsx": "jsx" };

// A source map that names the file itself, which lies beside what is made of it.
const withMap = (code, file) =>
  code.replace(/(\/\/# sourceMappingURL=data:application\/json)(?:;charset=[^;]*)?;base64,(\S+)\s*$/, (_, start, map) => {
    const parsed = JSON.parse(Buffer.from(map, "base64").toString("utf8"));
    const named = { ...parsed, sourceRoot: "", sources: [basename(file)], sourcesContent: [readFileSync(file, "utf8")] };
    return `${start};base64,${Buffer.from(JSON.stringify(named)).toString("base64")}\n`;
  });

// What one run of `tsc` made of the files that one `tsconfig.json` speaks for.
const runTsc = (settings, manifest, { config, commonJs, files }) => {
  const { version, bin } = parseJson(readFileSync(manifest, "utf8"));
  const [major, minor] = version.split(".").map(Number);
  const knows = (since) => major > Math.trunc(since) || (major === Math.trunc(since) && minor >= Math.round((since % 1) * 10));
  // Not in the unit, whose files are listed afterwards.
  const out = mkdtempSync(join(settings.scratch, "tsc-"));
  const made = join(dirname(config), `inferra_${basename(out)}.json`);
  const compilerOptions = {
    noEmit: false, emitDeclarationOnly: false, declaration: false, declarationMap: false, composite: false, incremental: false,
    noEmitOnError: false, sourceMap: false, inlineSourceMap: true, inlineSources: false, mapRoot: null, sourceRoot: null,
    tsBuildInfoFile: null, skipLibCheck: true, outDir: out, rootDir: settings.unit, removeComments: false,
    module: commonJs ? "commonjs" : knows(5.4) ? "preserve" : "esnext",
    moduleResolution: knows(commonJs ? 6.0 : 5.4) ? "bundler" : "node",
    // Types are checked where the project is developed; here they are only written down.
    ...(knows(5.6) ? { noCheck: true } : {}),
    ...(knows(5.5) ? { isolatedDeclarations: false } : {}),
    ...(knows(5.7) ? { rewriteRelativeImportExtensions: false } : {}),
  };
  const text = { extends: `./${basename(config)}`, files, include: [], references: [], compilerOptions };
  writeFileSync(made, JSON.stringify(text));
  const script = join(dirname(manifest), typeof bin === "string" ? bin : bin.tsc);
  const done = spawnSync(process.execPath, [script, "-p", made], { cwd: settings.unit, encoding: "utf8" });
  rmSync(made);
  return files.map((file) => {
    const stem = join(out, relative(settings.unit, file).slice(0, -extname(file).length));
    const found = [".js", ".jsx", ".mjs", ".cjs"].map((ending) => stem + ending).find(existsSync);
    // It writes what it can; only what it could not write is a failure.
    if (!found) fail(`tsc made nothing of ${relative(settings.unit, file)}:\n${done.stdout}${done.stderr}`);
    return [file, { contents: withMap(readFileSync(found, "utf8"), file), loader: LOADERS[extname(file)] }];
  });
};

const runSwc = (manifest, file, { commonJs, options }) => {
  const swc = createRequire(manifest)("@swc/core");
  const { code } = swc.transformSync(readFileSync(file, "utf8"), {
    filename: file,
    sourceFileName: basename(file),
    sourceMaps: "inline",
    swcrc: false,
    configFile: false,
    isModule: "unknown",
    module: commonJs ? { type: "commonjs", noInterop: options.esModuleInterop === false, ignoreDynamic: true } : { type: "es6" },
    jsc: {
      target: "es2022",
      keepClassNames: true,
      parser: { syntax: "typescript", tsx: file.endsWith("x"), decorators: true },
      transform: {
        legacyDecorator: options.experimentalDecorators === true,
        decoratorMetadata: options.emitDecoratorMetadata === true,
        decoratorVersion: options.experimentalDecorators === true ? undefined : "2022-03",
        useDefineForClassFields: options.useDefineForClassFields ?? /^es(2022|2023|2024|2025|next)$/i.test(options.target ?? "es2022"),
        verbatimModuleSyntax: options.verbatimModuleSyntax === true,
        react: { runtime: "preserve" },
      },
    },
  });
  return { contents: withMap(code, file), loader: LOADERS[extname(file)] };
};

// The files that are not esbuild's to compile, each with what it became: absolute path -> { contents, loader }. `null` where the
// project's compiler does not run on this machine. The settings are as `bundle.mjs` documents them.
export const compiled = (settings) => {
  if (settings.compiler === "esbuild") return new Map();
  const configs = new Map(); // folder -> the tsconfig.json that speaks for its files
  const configOf = (folder) => {
    if (!configs.has(folder)) {
      const file = join(folder, "tsconfig.json");
      const above = folder === settings.unit || !folder.startsWith(settings.unit + sep) ? undefined : dirname(folder);
      configs.set(folder, existsSync(file) ? referenced(file) : above && configOf(above));
    }
    return configs.get(folder);
  };
  const options = new Map(); // tsconfig.json -> what it comes to
  const groups = new Map(); // files that are compiled alike
  for (const file of sources(settings.unit)) {
    const config = configOf(dirname(file));
    if (!config) continue;
    if (!options.has(config)) options.set(config, read(settings.unit, config));
    const its = options.get(config);
    if (settings.compiler === "project" && !(its.emitDecoratorMetadata === true && isDecorated(file))) continue;
    const commonJs = isCommonJs(settings, file, its);
    const key = `${commonJs} ${config}`;
    if (!groups.has(key)) groups.set(key, { config, options: its, commonJs, files: [] });
    groups.get(key).files.push(file);
  }
  if (groups.size === 0) return new Map();
  const compiler = settings.compiler === "project" ? chosen(settings) : settings.compiler;
  const [{ config }] = groups.values();
  const needed = settings.compiler === "project"
    ? `${relative(settings.unit, config)} sets \`emitDecoratorMetadata\`, which esbuild does not implement`
    : `\`typescript_compiler\` is ${compiler}`;
  const own = [settings.compilers, settings.packages, settings.unit].filter(Boolean);
  const folders = own.flatMap((folder) => [join(folder, dirname(settings.manifest ?? "package.json")), folder]);
  const manifest = tool(folders, compiler === "swc" ? "@swc/core" : "typescript", needed);
  if (!manifest) return null;
  mkdirSync(settings.scratch, { recursive: true });
  const results = [...groups.values()].flatMap((group) => compiler === "swc"
    ? group.files.map((file) => [file, runSwc(manifest, file, group)])
    : runTsc(settings, manifest, group));
  return new Map(results);
};
