// Tabler ships one sheet of 650 KB. Only the rules whose classes and tags stand in our pages are kept.
import { readFile } from "node:fs/promises";
import { PurgeCSS } from "purgecss";

/** An esbuild plug-in that purges the kit's sheet against the words in `texts`. */
export function purgedKit(texts) {
  return {
    name: "purged-kit",
    setup(build) {
      build.onLoad({ filter: /[\\/]tabler\.css$/ }, async ({ path }) => ({
        contents: await purge(await readFile(path, "utf8"), texts),
        loader: "css",
      }));
    },
  };
}

async function purge(sheet, texts) {
  const [result] = await new PurgeCSS().purge({
    css: [{ raw: sheet }],
    content: texts.map((raw) => ({ raw, extension: "html" })),
    extractors: [{ extensions: ["html"], extractor: namesIn }],
    variables: true,
    keyframes: true,
    fontFace: true,
  });
  return result.css;
}

/** Only what stands in a class attribute is a class: a word of a sentence must not keep a rule alive. */
function namesIn(template) {
  const attributes = [...template.matchAll(/\bclass="([^"]*)"/g)].map((match) => match[1]);
  const words = attributes.flatMap((value) => value.replace(/\{[{%][\s\S]*?[%}]\}/g, " ").split(/\s+/));
  return {
    classes: words.filter(Boolean),
    tags: [...new Set([...template.matchAll(/<([a-z][a-z0-9]*)/g)].map((match) => match[1]))],
    ids: [],
    attributes: { names: ["type", "data-bs-theme", "hidden", "disabled", "checked"], values: ["dark", "light", "checkbox", "radio", "file"] },
    undetermined: [],
  };
}
