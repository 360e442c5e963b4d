// Everything the pages of Keel do in the browser beyond links and forms. Each page works without it.
import htmx from "htmx.org";
import bench from "./controllers/bench.js";
import copy from "./controllers/copy.js";
import dialog from "./controllers/dialog.js";
import draft from "./controllers/draft.js";
import firstError from "./controllers/first-error.js";
import guard from "./controllers/guard.js";
import keys from "./controllers/keys.js";
import list from "./controllers/list.js";
import menu from "./controllers/menu.js";
import minutes from "./controllers/minutes.js";
import palette from "./controllers/palette.js";
import rail from "./controllers/rail.js";
import recheck from "./controllers/recheck.js";
import rows from "./controllers/rows.js";
import sign from "./controllers/sign.js";
import split from "./controllers/split.js";
import submit from "./controllers/submit.js";
import theme from "./controllers/theme.js";
import { start } from "./registry.js";

const CONTROLLERS = {
  bench, copy, dialog, draft, "first-error": firstError, guard, keys, list, menu, minutes, palette, rail, recheck, rows, sign, split,
  submit, theme,
};

// The content security policy forbids eval and inline styles. A 422 is a redrawn form, so it is swapped in.
Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false,
  historyCacheSize: 0, // pages are `no-store`: nothing of them may stay in the browser
  selfRequestsOnly: true,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true },
    { code: "[45]..", swap: false, error: true },
  ],
});

document.addEventListener("htmx:configRequest", ({ detail }) => {
  const token = document.querySelector('meta[name="csrf-token"]');
  if (token) detail.headers["X-CSRFToken"] = token.content;
});
document.addEventListener("htmx:load", ({ detail }) => start(detail.elt, CONTROLLERS));
start(document, CONTROLLERS);
