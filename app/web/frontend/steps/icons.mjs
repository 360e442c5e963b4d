// One mask rule per icon in use: a whole sprite would be megabytes, and one request per icon is slow.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

// In Python an icon is named by keyword or key: icon="home", "icon": "home". A template may also pass one by
// position, so there each quoted word that is the name of an icon counts.
const KEYWORD = /\bicon(?:_name)?["']?\s*[(:=]\s*["']([a-z][a-z0-9-]*)["']/g;
const QUOTED = /["']([a-z][a-z0-9]*(?:-[a-z0-9]+)*)["']/g;
const FILLED = "-filled";

/** An esbuild plug-in that adds the rule of each icon in use to the component's sheet. */
export function iconsInUse({ templates, python, iconFolder }) {
  return {
    name: "icons-in-use",
    setup(build) {
      build.onLoad({ filter: /[\\/]components[\\/]i\.css$/ }, async ({ path }) => {
        const names = new Set([...matches(KEYWORD, [...templates, ...python]), ...(await quoted(templates, iconFolder))]);
        const rules = await Promise.all([...names].sort().map((name) => iconRule(name, iconFolder)));
        return { contents: `${await readFile(path, "utf8")}${rules.join("\n")}\n`, loader: "css" };
      });
    },
  };
}

function matches(pattern, texts) {
  return texts.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1]));
}

async function quoted(templates, iconFolder) {
  const known = new Set(await readdir(join(iconFolder, "outline")));
  return matches(QUOTED, templates.flatMap(codeOf)).filter((word) => known.has(`${word}.svg`));
}

/** Return the parts of a template between its braces: words in the markup are no icons. */
function codeOf(template) {
  return template.match(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g) ?? [];
}

async function iconRule(name, iconFolder) {
  const filled = name.endsWith(FILLED);
  const file = filled ? `filled/${name.slice(0, -FILLED.length)}.svg` : `outline/${name}.svg`;
  const drawing = await readFile(join(iconFolder, file), "utf8").catch(() => {
    throw new Error(`No icon is called "${name}". Names are those of @tabler/icons; add -filled for a filled one.`);
  });
  return `.i-${name} { --i: url("data:image/svg+xml,${encoded(slim(drawing))}"); }`;
}

/** Drop what a mask does not need: comments, the invisible ground, class names, line breaks. */
function slim(drawing) {
  return drawing
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/g, "")
    .replace(/\sclass="[^"]*"/g, "")
    .replace(/\s(width|height)="24"/g, "")
    .replace(/currentColor/g, "black")
    .replace(/\s+/g, " ")
    .replace(/> </g, "><")
    .trim();
}

function encoded(drawing) {
  return drawing.replace(/"/g, "'").replace(/%/g, "%25").replace(/#/g, "%23").replace(/</g, "%3C").replace(/>/g, "%3E");
}
