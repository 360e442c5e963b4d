// Where the words of our pages stand: templates, and the Python that hands icons to them.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const SKIPPED = new Set(["node_modules", "__pycache__", "dist"]);

/** Return the paths of all files below `folder` whose name ends in one of `endings`, sorted. */
export async function filesBelow(folder, endings) {
  const found = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) found.push(...(await filesBelow(path, endings)));
    else if (entry.isFile() && endings.some((ending) => entry.name.endsWith(ending))) found.push(path);
  }
  return found.sort();
}

/** Return the text of all files below `folder` whose name ends in one of `endings`. */
export async function textBelow(folder, endings) {
  const paths = await filesBelow(folder, endings);
  return Promise.all(paths.map((path) => readFile(path, "utf8")));
}
