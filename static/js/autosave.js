// Saves a draft while it is written: a moment after the last change, and when the page is left.
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const note = form.querySelector("[data-saved]") ?? document.querySelector("[data-saved]");
  const address = form.dataset.autosave || form.action;
  let timer;
  let last = snapshot(form);

  const save = async () => {
    const now = snapshot(form);
    if (now === last) return;
    try {
      const answer = await fetch(address, {
        method: "POST",
        body: draft(form),
        headers: { "X-Autosave": "1", Accept: "application/json" },
      });
      if (!answer.ok) return; // The server has its reasons; the visible button will tell them.
      last = now;
      document.dispatchEvent(new CustomEvent("connection:back"));
      const { saved_text: text } = await answer.json();
      if (note && text) say(note, text);
    } catch {
      document.dispatchEvent(new CustomEvent("connection:lost", { detail: save }));
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, 1500);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
  addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && snapshot(form) !== last) navigator.sendBeacon(address, draft(form));
  });
}

function draft(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  data.set("autosave", "1");
  return data;
}

function snapshot(form) {
  return new URLSearchParams(draft(form)).toString();
}

function say(note, text) {
  const icon = note.querySelector("svg") ?? document.querySelector("template#saved-icon")?.content.firstElementChild?.cloneNode(true);
  note.replaceChildren(...(icon ? [icon] : []), text);
}
