// Builds the project of a unit with the package that the unit keeps whole. Started by `inferra build`, and by the build of an
// image, with the path of a JSON file:
//   unit   the copy of the unit, absolute and without links, whose packages are installed for this machine
//   kept   what the plan says of the package: its name, its folder in the unit, the program and its arguments, the environment
//          variables, and the folders that have to be there afterwards
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";

const { unit, kept } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const folder = join(unit, kept.folder);

// Where Node finds the package from the folder, not above the unit.
const find = () => {
  for (let at = folder; at.startsWith(unit); at = dirname(at)) {
    const root = join(at, "node_modules", ...kept.package.split("/"));
    if (existsSync(join(root, "package.json"))) return root;
  }
  console.error(`${kept.package} is not installed: add it to the dependencies in package.json`);
  process.exit(1);
};
const root = find();
const { bin } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const [program, ...words] = kept.build;
const script = join(root, typeof bin === "string" ? bin : bin[program]);

// The project's own checks are not for the shim, which they would find among its files. What the project's code imports of it
// stays in its place; tools look into no hidden folder.
const hidden = join(unit, ".inferra_runtime");
const shim = join(unit, "inferra_runtime");
const away = [...readdirSync(shim).filter((name) => name !== "bindings").map((name) => join("inferra_runtime", name)), "inferra_entry.mjs"];
mkdirSync(join(hidden, "inferra_runtime"), { recursive: true });
for (const name of away) renameSync(join(unit, name), join(hidden, name));
let status;
try {
  ({ status } = spawnSync(process.execPath, [script, ...words], {
    cwd: folder,
    env: { ...process.env, ...kept.environment },
    stdio: ["ignore", "inherit", "inherit"],
  }));
} finally {
  for (const name of away) renameSync(join(hidden, name), join(unit, name));
}
const missing = kept.makes.filter((made) => !existsSync(join(folder, made)));
if (status === 0 && missing.length > 0) {
  console.error(`\`${kept.build.join(" ")}\` did not make ${missing.join(", ")}, where a unit looks for it: leave its name as it is by default`);
  status = 1;
}
process.exit(status ?? 1);
