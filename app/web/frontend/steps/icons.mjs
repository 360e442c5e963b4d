// One mask rule per icon in use: a whole sprite would be megabytes, and one request per icon is slow.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

// icon('home'), icon="home", 'icon': 'home': the forms in which templates and Python name an icon.
const USE = /\bicon["']?\s*[(:=]\s*["']([a-z][a-z0-9-]*)["']/g;
const FILLED = "-filled";

/** An esbuild plug-in that adds the rule of each icon named in `texts` to the component's sheet. */
export function iconsInUse(texts, iconFolder) {
  return {
    name: "icons-in-use",
    setup(build) {
      build.onLoad({ filter: /[\\/]components[\\/]i\.css$/ }, async ({ path }) => ({
        contents: (await readFile(path, "utf8")) + (await iconRules(iconsIn(texts), iconFolder)),
        loader: "css",
      }));
    },
  };
}

/** Return the icon names used in `texts`, sorted and unique. */
function iconsIn(texts) {
  const names = new Set();
  for (const text of texts) for (const match of text.matchAll(USE)) names.add(match[1]);
  return [...names].sort();
}

/** Return a style sheet with one rule per name; an icon that does not exist stops the build. */
async function iconRules(names, iconFolder) {
  const rules = await Promise.all(names.map((name) => iconRule(name, iconFolder)));
  return `${rules.join("\n")}\n`;
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
