// Tabler ships one sheet of 650 KB. Only the rules whose names stand in our pages are kept.
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
    variables: true,
    keyframes: true,
    fontFace: true,
  });
  return result.css;
}
