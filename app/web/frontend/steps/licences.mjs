// The notices of everything that travels to the browser, read from the lock and the installed packages.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const NOTICE = /^(licen[cs]e|notice|copying)/i;

/** Return the notices of all packages in the lock that are not only for building, sorted by name. */
export async function notices(frontendFolder) {
  const lock = JSON.parse(await readFile(join(frontendFolder, "package-lock.json"), "utf8"));
  const shipped = Object.entries(lock.packages).filter(([path, facts]) => path && !facts.dev && !facts.optional);
  const parts = await Promise.all(shipped.map(([path, facts]) => notice(join(frontendFolder, path), path, facts)));
  return `${parts.sort().join(`\n${"-".repeat(78)}\n\n`)}`;
}

async function notice(folder, path, { version, license }) {
  const name = path.replace(/^.*node_modules\//, "");
  const files = (await readdir(folder)).filter((file) => NOTICE.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  if (texts.length === 0) texts.push(await impliedNotice(folder, license));
  return `${name} ${version}\nLicence: ${license}\n\n${texts.map((text) => text.trim()).join("\n\n")}\n`;
}

/** Some packages name their licence and ship no text: state the author and the standard words. */
async function impliedNotice(folder, license) {
  if (license !== "MIT") throw new Error(`${folder} ships no text of its licence ${license}.`);
  const { author, homepage } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const words = await readFile(new URL("mit.txt", import.meta.url), "utf8");
  return `Copyright (c) ${author?.name ?? author} and contributors, ${homepage ?? ""}\n\n${words}`;
}
