// Builds app/web/static/dist: hashed style sheet and scripts, manifest.json and the notices of third parties.
// Run after `npm ci --ignore-scripts`; needs no network.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { iconsInUse } from "./steps/icons.mjs";
import { purgedKit } from "./steps/kit.mjs";
import { notices } from "./steps/licences.mjs";
import { textBelow } from "./steps/sources.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const APP = join(HERE, "..", "..");
const CSS = join(HERE, "..", "static", "css");
const OUT = join(HERE, "..", "static", "dist");
const ICONS = join(HERE, "node_modules", "@tabler", "icons", "icons");
const ENTRIES = {
  app: join(HERE, "src", "app.js"),
  theme: join(HERE, "src", "theme.js"),
  style: join(CSS, "app.css"),
};

const templates = await textBelow(APP, [".html", ".js"]);
const python = await textBelow(APP, [".py"]);

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });
const result = await esbuild.build({
  entryPoints: ENTRIES,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022", "chrome111", "firefox115", "safari16.4"],
  entryNames: "[name]-[hash]",
  outdir: OUT,
  nodePaths: [join(HERE, "node_modules")],
  plugins: [purgedKit(templates), iconsInUse({ templates, python, iconFolder: ICONS })],
  metafile: true,
  logLevel: "warning",
});

const manifest = {};
for (const [path, facts] of Object.entries(result.metafile.outputs)) {
  const file = basename(path);
  if (facts.entryPoint) manifest[file.replace(/-[A-Z0-9]{8}(\.\w+)$/, "$1")] = file;
}
await writeFile(join(OUT, "manifest.json"), `${JSON.stringify(manifest, Object.keys(manifest).sort(), 2)}\n`);
await writeFile(join(OUT, "THIRD_PARTY_LICENSES.txt"), await notices(HERE));
for (const [path, facts] of Object.entries(result.metafile.outputs)) {
  console.log(`${basename(path).padEnd(28)} ${(facts.bytes / 1024).toFixed(1).padStart(7)} KiB`);
}
