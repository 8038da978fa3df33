// Loaded on every page. Adds speed, never meaning: without it each page works with one more press.
const body = document.body;

// Errors first: the summary takes the focus, on load and after a partial swap.
function focusFirst(root = document) {
  root.querySelector("[data-focus-first].summary")?.focus();
}
focusFirst();
document.addEventListener("htmx:afterSwap", (event) => focusFirst(event.detail.elt));

// A form is sent once. The button says so; coming back to the page sets it free.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-submit-once]") || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  const button = event.submitter;
  if (!button) return;
  button.setAttribute("aria-disabled", "true");
  button.dataset.label = button.innerHTML;
  button.textContent = button.dataset.busy || form.dataset.busyLabel || body.dataset.busyLabel;
});
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.querySelectorAll("[data-sent]").forEach((form) => delete form.dataset.sent);
  document.querySelectorAll("[aria-disabled][data-label]").forEach((button) => {
    button.removeAttribute("aria-disabled");
    button.innerHTML = button.dataset.label;
  });
});

// Characters left: written at once, spoken only when the writer pauses.
function count(area) {
  const note = document.querySelector(`.count[for="${area.id}"]`);
  if (!note) return;
  const left = Number(area.dataset.countMax) - [...area.value].length;
  const text = left < 0 ? note.dataset.over : left === 1 ? note.dataset.one : note.dataset.many;
  note.textContent = text.replace("{n}", String(Math.abs(left)).replace(/\B(?=(\d{3})+$)/g, "’"));
  note.classList.toggle("count-over", left < 0);
}
for (const area of document.querySelectorAll("[data-count-max]")) {
  let pause;
  const note = document.querySelector(`.count[for="${area.id}"]`);
  note?.setAttribute("aria-live", "off");
  area.addEventListener("input", () => {
    count(area);
    clearTimeout(pause);
    pause = setTimeout(() => {
      note?.setAttribute("aria-live", "polite");
      count(area);
      setTimeout(() => note?.setAttribute("aria-live", "off"), 800);
    }, 1200);
  });
  count(area);
}

// Menus and facets: Escape closes and returns, a press elsewhere closes.
const popups = "details.menu[open], details.facet[open], details.popup[open]";
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll(popups).forEach((open) => {
    const inside = open.contains(document.activeElement);
    open.open = false;
    if (inside) open.querySelector("summary").focus();
  });
});
document.addEventListener("click", (event) => {
  document.querySelectorAll(popups).forEach((open) => {
    if (!open.contains(event.target)) open.open = false;
  });
});

// A row of tabs wider than the phone begins where the reader is.
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  const bar = tab.closest(".tabs");
  bar.scrollLeft += tab.getBoundingClientRect().right - bar.getBoundingClientRect().right;
}

// Appearance: changed in place, remembered by the server.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-theme-switch]") || !event.submitter) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  document.documentElement.dataset.theme = event.submitter.value;
  document.querySelectorAll("[data-theme-switch] button").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.value === event.submitter.value));
  });
  fetch(form.action, { method: "POST", body: data, redirect: "manual" }).catch(() => {});
});

// Copy, where the browser can.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.querySelector(button.dataset.copy);
    await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
    const label = button.querySelector("span") ?? button;
    const before = label.textContent;
    label.textContent = button.dataset.copied;
    setTimeout(() => (label.textContent = before), 2000);
  });
}

// Dates: the browser's picker fills the text field.
for (const button of document.querySelectorAll("[data-date-for]")) {
  const field = document.getElementById(button.dataset.dateFor);
  const picker = document.createElement("input");
  if (!field || !("showPicker" in picker)) continue;
  picker.type = "date";
  picker.className = "visually-hidden";
  picker.tabIndex = -1;
  picker.setAttribute("aria-hidden", "true");
  button.after(picker);
  button.hidden = false;
  button.addEventListener("click", () => picker.showPicker());
  picker.addEventListener("change", () => {
    field.value = picker.value.split("-").reverse().join(".");
    field.focus();
  });
}

// A chosen file shows its name and size.
document.addEventListener("change", (event) => {
  const note = event.target.matches?.("input[type=file]") && event.target.closest(".file-field")?.querySelector("[data-file-note]");
  const file = note && event.target.files[0];
  if (file && file.size > Number(note.dataset.most || Infinity) * 1e6) {
    event.target.value = ""; // the server would refuse it, and everything else that was typed with it
    note.textContent = note.dataset.tooLarge;
    note.setAttribute("role", "alert");
  } else if (file) note.textContent = `${file.name} · ${(file.size / 1e6).toFixed(1)} MB`;
});

// Dialogs: the link still leads to the page that does the same.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog?.showModal) {
    event.preventDefault();
    dialog.showModal();
  }
  event.target.closest("[data-dialog-close]")?.closest("dialog").close();
});

// No connection: say that nothing is lost, offer to try again. A form that saves by itself reports it by an event, since
// a module of its own would be one more request on every page.
function showOffline(retry) {
  const template = document.getElementById("offline-bar");
  if (!template || document.querySelector(".offline")) return;
  body.append(template.content.cloneNode(true));
  const bar = document.querySelector(".offline");
  bar.querySelector("button").addEventListener("click", () => {
    bar.remove();
    retry?.();
  });
}
const hideOffline = () => document.querySelector(".offline")?.remove();
document.addEventListener("htmx:sendError", (event) => {
  const { elt, requestConfig } = event.detail;
  showOffline(() => globalThis.htmx?.ajax(requestConfig.verb, requestConfig.path, { source: elt, values: requestConfig.parameters }));
});
document.addEventListener("connection:lost", (event) => showOffline(event.detail));
document.addEventListener("connection:back", hideOffline);
addEventListener("online", hideOffline);

// Keys of the staff's pages: single letters never fire in a field and can be switched off.
if (body.dataset.keys === "on") import("./keys.js");
if (document.querySelector("form[data-autosave]")) import("./autosave.js");
if (document.querySelector("[data-proof]")) import("./proof-of-work.js");
if (document.querySelector("form[data-passkey]")) import("./passkey.js");
