// A challenge to sign lives five minutes, reading may take longer. Before it dies, the page asks for another;
// it gets one only while the record still says what the page shows.
const FRESH_MS = 4 * 60 * 1000;

export default function sign(panel) {
  const form = panel.closest("form");
  const told = panel.querySelector("[data-sign-told]");
  const held = panel.querySelector('[name="_signature.challenge"]');
  const shown = panel.querySelector('[name="_signature.shown"]');
  if (!form || !held || !panel.dataset.renewUrl) return;
  let since = Date.now();
  let asking = null;

  const tell = (sentence) => {
    told.textContent = sentence;
    told.hidden = !sentence;
  };

  const renew = async () => {
    const body = new FormData();
    body.set("csrf_token", form.elements.csrf_token.value);
    body.set("_signature.shown", shown.value);
    try {
      const answer = await fetch(panel.dataset.renewUrl, { method: "POST", body, headers: { Accept: "application/json" } });
      if (answer.status === 409) tell(panel.dataset.signChanged);
      if (!answer.ok) return;
      held.value = (await answer.json()).challenge;
      since = Date.now();
      tell("");
    } catch {
      // without the network the server says so when the form is sent
    } finally {
      asking = null;
    }
  };

  const keepFresh = () => {
    if (!asking && Date.now() - since > FRESH_MS) asking = renew();
  };
  panel.addEventListener("focusin", keepFresh);
  panel.addEventListener("input", keepFresh);
}
