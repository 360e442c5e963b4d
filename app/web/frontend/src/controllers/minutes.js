// The minutes of an audit: shows one line at a time and sends answers as they are given. Without network they are
// kept on the device, in order, and sent later; each carries a key, so that sending twice keeps one.
const PAUSE = 900;
const RETRY = 15_000;
const FIELDS = ["result", "evidence", "samples", "interviewee"];

const freshKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");

export default function minutes(root) {
  const store = `keel-minutes-${root.dataset.minutesKey}`;
  const lines = [...root.querySelectorAll("[data-line]")];
  const state = root.querySelector("[data-minutes-state]");
  const find = (id) => lines.find((line) => line.dataset.line === id);
  let here = 0;
  let isSending = false;
  const refused = new Set(); // keys the server would not take: they stay on the device, others go on

  const queue = () => JSON.parse(localStorage.getItem(store) || "[]");
  const keep = (items) => localStorage.setItem(store, JSON.stringify(items));
  const say = (words, kind) => {
    state.dataset.minutesState = kind;
    state.querySelector("[data-minutes-text]").textContent = words;
  };
  const problem = (line, words) => {
    const place = line.querySelector("[data-problem]");
    place.textContent = words;
    place.hidden = !words;
  };

  const show = (place, isAsked = true) => {
    here = Math.min(Math.max(place, 0), lines.length - 1);
    lines.forEach((line, number) => line.classList.toggle("minutes-line--here", number === here));
    root.querySelector("[data-minutes-place]").textContent = `${here + 1} / ${lines.length}`;
    root.querySelector("[data-back]").disabled = here === 0;
    root.querySelector("[data-next]").disabled = here === lines.length - 1;
    if (isAsked) lines[here].querySelector("input[name=result]:checked, input[name=result]").focus();
  };
  const count = () => {
    const done = lines.filter((line) => line.querySelector("input[name=result]:checked")).length;
    root.querySelector("[data-minutes-answered]").textContent = done;
    root.querySelector("progress").value = done;
  };

  const answersOf = (form) => Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value]));
  const write = (line) => {
    const form = line.querySelector("form");
    const answers = answersOf(form);
    if (!answers.result) return; // nothing is answered yet
    // What is not on its way is replaced by what was said last about the same line.
    const waiting = queue().filter((item) => item.line !== line.dataset.line || item.isOnItsWay);
    keep([...waiting, { line: line.dataset.line, key: freshKey(), version: form.elements.seen_version.value, answers }]);
    say(root.dataset.kept, "kept");
    count();
    flush();
  };

  const send = async (item, photos = []) => {
    const form = find(item.line).querySelector("form");
    const body = new FormData();
    body.set("csrf_token", form.elements.csrf_token.value);
    body.set("client_key", item.key);
    body.set("seen_version", item.version);
    for (const [name, value] of Object.entries(item.answers)) body.set(name, value);
    for (const photo of photos) body.append("photos", photo);
    return fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" });
  };

  const take = (line, receipt) => {
    const form = line.querySelector("form");
    form.elements.seen_version.value = receipt.version;
    keep(queue().map((item) => (item.line === line.dataset.line ? { ...item, version: receipt.version } : item)));
    const door = line.querySelector("[data-finding]");
    door.hidden = !receipt.finding;
    if (receipt.finding) {
      door.href = receipt.finding.url;
      door.querySelector("[data-label]").textContent = receipt.finding.label;
    }
    const files = receipt.files.map((file) => {
      const row = document.createElement("li");
      const link = row.appendChild(document.createElement("a"));
      link.href = file.url;
      link.textContent = file.label;
      return row;
    });
    line.querySelector("[data-files]").replaceChildren(...files);
  };

  const sayAllSent = () => {
    const time = new Date().toLocaleTimeString(document.documentElement.lang, {
      hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: document.body.dataset.zone || undefined,
    });
    say(root.dataset.sent.replace("{time}", time), "sent");
  };

  const next = () => queue().find((item) => !refused.has(item.key));
  const without = (key) => queue().filter((item) => item.key !== key);

  /** Send what is kept, the oldest first; without network the round ends where it is. */
  async function flush() {
    if (isSending) return;
    isSending = true;
    let sent = 0;
    try {
      for (let item = next(); item; item = next()) {
        const line = find(item.line);
        if (!line) { keep(without(item.key)); continue; } // the line was taken off
        const { key } = item;
        keep(queue().map((one) => (one.key === key ? { ...one, isOnItsWay: true } : one)));
        const answer = await send(item);
        if (answer.type === "opaqueredirect" || answer.status === 401) { say(root.dataset.signIn, "kept"); return; }
        if (answer.status === 422) {
          problem(line, (await answer.json()).sentence); // the line says what is missing; it stays in its fields
        } else if (answer.ok) {
          problem(line, "");
          take(line, await answer.json());
        } else if (answer.headers.get("Content-Type")?.includes("json")) {
          problem(line, (await answer.json()).sentence);
          refused.add(key);
          continue;
        } else throw new Error(String(answer.status)); // the server is not well; later
        keep(without(key));
        sent += 1;
      }
      if (queue().length) say(root.dataset.kept, "kept");
      else if (sent) sayAllSent();
    } catch {
      say(root.dataset.kept, "kept"); // no network
    } finally {
      keep(queue().map((item) => ({ ...item, isOnItsWay: false })));
      isSending = false;
    }
  }

  const sendPhotos = async (line, input) => {
    const form = line.querySelector("form");
    const answers = answersOf(form);
    if (!answers.result) return; // they go with the first answer
    const item = { line: line.dataset.line, key: freshKey(), version: form.elements.seen_version.value, answers };
    try {
      const answer = await send(item, [...input.files]);
      const told = await answer.json();
      if (!answer.ok) throw new Error(told.sentence);
      take(line, told);
      input.value = "";
      problem(line, "");
    } catch (error) {
      problem(line, navigator.onLine && error.message && !(error instanceof TypeError) ? error.message : root.dataset.photo);
    }
  };

  for (const line of lines) {
    let timer = 0;
    const form = line.querySelector("form");
    form.addEventListener("input", ({ target }) => {
      clearTimeout(timer);
      if (target.type === "file") sendPhotos(line, target);
      else timer = setTimeout(() => write(line), target.type === "radio" ? 0 : PAUSE);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(timer);
      write(line);
    });
  }
  for (const item of queue()) {
    const form = find(item.line)?.querySelector("form");
    if (form) for (const name of FIELDS) form.elements[name].value = item.answers[name];
  }
  root.classList.add("minutes--live");
  root.querySelector("[data-back]").addEventListener("click", () => show(here - 1));
  root.querySelector("[data-next]").addEventListener("click", () => show(here + 1));
  window.addEventListener("online", flush);
  setInterval(() => queue().length && flush(), RETRY);
  say(root.dataset.ready, "ready");
  count();
  const asked = lines.findIndex((line) => `#${line.id}` === location.hash);
  const open = lines.findIndex((line) => !line.querySelector("input[name=result]:checked"));
  show(asked >= 0 ? asked : Math.max(open, 0), false);
  flush();
}
