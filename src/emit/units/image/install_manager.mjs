// Installs the package manager of a project into /opt/manager, where it is the one whose hash the project names:
//   node install_manager.mjs <package>@<version> <algorithm>.<hexadecimal>
// The hash is Corepack's: of the archive in npm's registry, and of Yarn, from its second version on, of its one program.
// https://github.com/nodejs/corepack#when-authoring-packages
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const TARGET = "/opt/manager";
const [wanted, hash] = process.argv.slice(2);
const [algorithm, digest] = hash.split(".");
const folder = mkdtempSync(join(tmpdir(), "manager-"));
const npm = (...words) =>
  execFileSync("npm", [...words, "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"],
    { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });

const check = (file) => {
  const found = createHash(algorithm).update(readFileSync(file)).digest("hex");
  if (found === digest) return;
  console.error(`${wanted} has the ${algorithm} ${found}, and \`packageManager\` in package.json names ${digest}`);
  process.exit(1);
};

npm("pack", wanted);
const archive = join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz")));
const isOneProgram = wanted.startsWith("@yarnpkg/cli-dist@");
if (!isOneProgram) check(archive);
npm("install", "--global", `--prefix=${TARGET}`, archive);
if (isOneProgram) check(join(TARGET, "lib", "node_modules", "@yarnpkg", "cli-dist", "bin", "yarn.js"));
rmSync(folder, { recursive: true });
