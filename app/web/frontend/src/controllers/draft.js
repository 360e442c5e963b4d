// Saves a form while it is filled in. The draft is a convenience: the form is complete without it.
const PAUSE = 1200;

const isSecret = (name) => String(name).startsWith("_signature.");

export default function draft(form) {
  const state = form.querySelector("[data-draft-state]");
  let timer = 0;
  let turn = 0;
  let isUnsaved = false;

  const say = (text, kind) => {
    if (!state) return;
    state.querySelector("[data-draft-text]").textContent = text;
    state.dataset.draftState = kind;
  };

  const send = () => {
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File || isSecret(name)) body.delete(name);
    const headers = { Accept: "application/json", "X-Requested-With": "draft" };
    return fetch(form.dataset.draftUrl, { method: "POST", body, headers });
  };

  const save = async () => {
    const mine = (turn += 1);
    timer = 0;
    isUnsaved = true;
    try {
      let answer = await send();
      if (answer.status === 403 && (await renewToken())) answer = await send();
      if (mine !== turn) return; // a later save is on its way
      if (answer.status === 401) return say(form.dataset.draftSignedOut, "failed");
      if (!answer.ok) throw new Error(String(answer.status));
      const { version } = answer.status === 204 ? {} : await answer.json();
      // Typing takes an offered task, so the page must know the row as it stands since then.
      if (version && form.elements._version) form.elements._version.value = version;
      isUnsaved = false;
      say(form.dataset.draftSaved.replace("{time}", present()), "saved");
      form.dispatchEvent(new CustomEvent("keel:saved"));
    } catch {
      if (mine === turn) say(form.dataset.draftFailed, "failed");
    }
  };

  form.addEventListener("input", ({ target }) => {
    if (isSecret(target.name)) return; // a password is no answer, and is sent once only
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    timer = 0;
    turn += 1;
    isUnsaved = false;
  });
  // The task beside a list makes room for another one: what was typed last is saved first.
  form.addEventListener("keel:leave", () => {
    if (!timer) return;
    clearTimeout(timer);
    save();
  });
  // Who signs in again in another tab comes back here: what could not be saved meanwhile is saved then.
  addEventListener("focus", () => {
    if (isUnsaved) save();
  });
}

function present() {
  return new Date().toLocaleTimeString(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: document.body.dataset.zone || undefined,
  });
}

/** Take the form token of the present session: another sign-in makes the one of this page worthless. */
async function renewToken() {
  const page = await (await fetch(location.href)).text();
  const fresh = new DOMParser().parseFromString(page, "text/html").querySelector('meta[name="csrf-token"]');
  const meta = document.querySelector('meta[name="csrf-token"]');
  if (!fresh || !meta || fresh.content === meta.content) return false;
  meta.content = fresh.content;
  for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = fresh.content;
  return true;
}
