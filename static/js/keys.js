// Staff shortcuts: / search, g j my day, j and k rows, Enter opens, ? lists them. WCAG 2.1.4: can be switched off.
const FIELDS = "input, textarea, select, [contenteditable], dialog[open] *";
let pending = "";

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.target.matches(FIELDS)) return;
  const key = pending + event.key;
  pending = "";
  if (event.key === "g") pending = "g ";
  else if (key === "g j") location.assign(document.querySelector("[data-my-day]").href);
  else if (key === "/") act(event, () => document.querySelector("[data-search]")?.focus());
  else if (key === "j" || key === "k") act(event, () => step(key === "j" ? 1 : -1));
  else if (key === "?") document.getElementById("keys-help")?.showModal();
});

function act(event, what) {
  event.preventDefault();
  what();
}

function step(by) {
  const rows = [...document.querySelectorAll("[data-row] a:first-of-type, #result_list tbody th a")];
  const at = rows.indexOf(document.activeElement);
  rows[Math.min(Math.max(at + by, 0), rows.length - 1)]?.focus();
}

// A wide list that was moved sideways shows the whole of what has the focus (browsers leave it where a corner is seen).
document.addEventListener("focusin", ({ target }) => {
  if (target.closest("#result_list")) target.scrollIntoView({ block: "nearest", inline: "nearest" });
});
