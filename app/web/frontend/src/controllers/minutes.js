// The minutes of an audit: shows one line at a time and sends answers and photos as they are given. Without network
// they are kept on the device, in order, and sent later; each carries a key, so that sending twice keeps one.
import keptPhotos from "../kept-photos.js";

const PAUSE = 900;
const RETRY = 15_000;
const FIELDS = ["result", "evidence", "samples", "interviewee"];

const freshKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");

export default function minutes(root) {
  const store = `keel-minutes-${root.dataset.minutesKey}`;
  const photos = keptPhotos(root.dataset.minutesKey);
  const lines = [...root.querySelectorAll("[data-line]")];
  const state = root.querySelector("[data-minutes-state]");
  const find = (id) => lines.find((line) => line.dataset.line === id);
  let here = 0;
  const incomplete = new Set(); // lines whose last answer lacks something, which only the auditor can add
  let isSending = false;
  let isAsked = false;
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
  const itemOf = (line, key) => {
    const form = line.querySelector("form");
    return { line: line.dataset.line, key, version: form.elements.seen_version.value, answers: answersOf(form) };
  };
  const write = (line) => {
    if (!answersOf(line.querySelector("form")).result) return; // nothing is answered yet
    // What is not on its way is replaced by what was said last about the same line.
    const waiting = queue().filter((item) => item.line !== line.dataset.line || item.isOnItsWay);
    keep([...waiting, itemOf(line, freshKey())]);
    say(root.dataset.kept, "kept");
    count();
    flush();
  };

  const send = async (item, file) => {
    const form = find(item.line).querySelector("form");
    const body = new FormData();
    body.set("csrf_token", form.elements.csrf_token.value);
    body.set("client_key", item.key);
    body.set("seen_version", item.version);
    for (const [name, value] of Object.entries(item.answers)) body.set(name, value);
    if (file) body.append("photos", file);
    return fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" });
  };

  const arrived = (file) => {
    const row = document.createElement("li");
    const link = row.appendChild(document.createElement("a"));
    link.href = file.url;
    link.textContent = file.label;
    return row;
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
    line.querySelector("[data-files]").replaceChildren(...receipt.files.map(arrived));
  };

  const sayAllSent = () => {
    const time = new Date().toLocaleTimeString(document.documentElement.lang, {
      hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: document.body.dataset.zone || undefined,
    });
    say(root.dataset.sent.replace("{time}", time), "sent");
  };

  const next = () => queue().find((item) => !refused.has(item.key));
  const without = (key) => queue().filter((item) => item.key !== key);

  /** Show at each line which of its photos wait on this device; return all that wait. */
  const showWaiting = async () => {
    const waiting = await photos.all().catch(() => []);
    for (const line of lines) {
      const rows = waiting.filter((photo) => photo.line === line.dataset.line).map(waitingRow);
      line.querySelector("[data-waiting]").replaceChildren(...rows);
      line.querySelector("[data-waits]").hidden = !rows.length;
    }
    return waiting;
  };
  const waitingRow = ({ id, file }) => {
    const row = document.createElement("li");
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: root.dataset.remove });
    button.className = "btn btn--quiet btn--small";
    button.setAttribute("aria-label", `${root.dataset.remove}: ${file.name}`);
    button.addEventListener("click", () => photos.drop(id).then(showWaiting));
    row.append(file.name, " ", button);
    return row;
  };
  // A photo goes with what is answered, so it waits for an answer that the server has taken.
  const isAnswered = (line) => answersOf(line.querySelector("form")).result && !incomplete.has(line.dataset.line)
    && !queue().some((item) => item.line === line.dataset.line);

  /** Send one item with its file; tell what became of it: taken, refused, or nobody let us in. */
  const deliver = async (line, item, file) => {
    const answer = await send(item, file);
    if (answer.type === "opaqueredirect" || answer.status === 401) return "signed-out";
    if (!answer.headers.get("Content-Type")?.includes("json")) throw new Error(String(answer.status)); // later
    const told = await answer.json();
    problem(line, answer.ok ? "" : told.sentence);
    if (answer.ok) take(line, told);
    return answer.ok ? "taken" : answer.status === 422 ? "incomplete" : "refused";
  };

  /** Send the answers that are kept, the oldest first; return how many, or null when nobody is signed in. */
  const sendAnswers = async () => {
    let sent = 0;
    for (let item = next(); item; item = next()) {
      const line = find(item.line);
      const { key } = item;
      if (!line) { keep(without(key)); continue; } // the line was taken off
      keep(queue().map((one) => (one.key === key ? { ...one, isOnItsWay: true } : one)));
      const became = await deliver(line, item);
      if (became === "signed-out") return null;
      if (became === "refused") { refused.add(key); continue; }
      incomplete[became === "incomplete" ? "add" : "delete"](item.line);
      keep(without(key)); // one that is incomplete stays in its fields, and the line says what is missing
      sent += 1;
    }
    return sent;
  };

  /** Send the photos that are kept; one that is refused stays until somebody removes it, and its line says why. */
  const sendPhotos = async () => {
    let sent = 0;
    for (const { id, line: number, key, file } of await photos.all().catch(() => [])) {
      const line = find(number);
      if (!line || refused.has(key) || !isAnswered(line)) continue;
      const became = await deliver(line, itemOf(line, key), file);
      if (became === "signed-out") return null;
      if (became !== "taken") { refused.add(key); continue; }
      await photos.drop(id);
      sent += 1;
    }
    return sent;
  };

  /** Send all that is kept; without network the round ends where it is, and somebody who asked meanwhile goes on. */
  async function flush() {
    isAsked = true;
    if (isSending) return;
    isSending = true;
    let sent = 0;
    try {
      while (isAsked) {
        isAsked = false;
        for (const some of [sendAnswers, sendPhotos]) {
          const count = await some();
          if (count === null) { say(root.dataset.signIn, "kept"); return; }
          sent += count;
        }
      }
      if (queue().length || (await showWaiting()).length) say(root.dataset.kept, "kept");
      else if (sent) sayAllSent();
    } catch {
      say(root.dataset.kept, "kept"); // no network
    } finally {
      keep(queue().map((item) => ({ ...item, isOnItsWay: false })));
      isSending = false;
      await showWaiting();
    }
  }

  /** Keep chosen files on the device and send them; where the browser keeps nothing they need the network now. */
  const takePhotos = async (line, input) => {
    const chosen = [...input.files].map((file) => ({ key: freshKey(), file }));
    try {
      await photos.add(line.dataset.line, chosen);
    } catch {
      try {
        if (!isAnswered(line)) throw new Error("no answer to go with");
        for (const { key, file } of chosen) await deliver(line, itemOf(line, key), file);
      } catch {
        problem(line, root.dataset.photo);
        return;
      }
    }
    input.value = "";
    await showWaiting();
    flush();
  };

  for (const line of lines) {
    let timer = 0;
    const form = line.querySelector("form");
    form.addEventListener("input", ({ target }) => {
      clearTimeout(timer);
      if (target.type === "file") takePhotos(line, target);
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
  setInterval(flush, RETRY);
  say(root.dataset.ready, "ready");
  count();
  const asked = lines.findIndex((line) => `#${line.id}` === location.hash);
  const open = lines.findIndex((line) => !line.querySelector("input[name=result]:checked"));
  show(asked >= 0 ? asked : Math.max(open, 0), false);
  showWaiting().then(flush);
}
