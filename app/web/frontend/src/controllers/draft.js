// Saves a form while it is filled in. The draft is a convenience: the form is complete without it.
const PAUSE = 1200;

export default function draft(form) {
  const state = form.querySelector("[data-draft-state]");
  let timer = 0;
  let turn = 0;

  const say = (text, kind) => {
    if (!state) return;
    state.querySelector("[data-draft-text]").textContent = text;
    state.dataset.draftState = kind;
  };

  const save = async () => {
    const mine = (turn += 1);
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    try {
      const answer = await fetch(form.dataset.draftUrl, {
        method: "POST",
        body,
        headers: { Accept: "application/json", "X-Requested-With": "draft" },
      });
      if (mine !== turn) return; // a later save is on its way
      if (!answer.ok) throw new Error(String(answer.status));
      const { version } = answer.status === 204 ? {} : await answer.json();
      // Typing takes an offered task, so the page must know the row as it stands since then.
      if (version && form.elements._version) form.elements._version.value = version;
      const moment = new Date().toLocaleTimeString(document.documentElement.lang, {
        hour: "2-digit",
        minute: "2-digit",
        hourCycle: "h23",
        timeZone: document.body.dataset.zone || undefined,
      });
      say(form.dataset.draftSaved.replace("{time}", moment), "saved");
      form.dispatchEvent(new CustomEvent("keel:saved"));
    } catch {
      if (mine === turn) say(form.dataset.draftFailed, "failed");
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    turn += 1;
  });
}
