// Result lists: filters apply at once, the panel and the focus stay where they are, the count is spoken.
// Without this file each filter has its own "Apply" button and the phone's sheet opens by its address.
const root = document.documentElement;
root.classList.add("scripted");

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function prepare() {
  for (const box of document.querySelectorAll(".facet-search[hidden]")) box.hidden = false;
}
prepare();

// Search within a long filter; a field of the page, not of the request.
document.addEventListener("input", (event) => {
  const field = event.target.closest?.("[data-facet-search]");
  if (!field) return;
  const wanted = plain(field.value).split(/[^a-z0-9]+/).filter(Boolean);
  for (const option of field.closest("fieldset").querySelectorAll(".form-check")) {
    const text = plain(`${option.textContent} ${option.dataset.words ?? ""}`);
    option.hidden = !wanted.every((word) => text.includes(word));
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches?.("[data-facet-search]")) event.preventDefault();
});
// What happens in that field is no change of the list.
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-facet-search]")) event.stopPropagation();
}, true);

// Before a swap: which panels are open, how far each is scrolled, what its search holds.
let before = null;
document.addEventListener("htmx:beforeSwap", () => {
  const open = document.querySelector("#list .facet[open]");
  before = {
    open: [...document.querySelectorAll("#list .facet[open]")].map((one) => ({
      id: one.id,
      top: one.querySelector(".facet-panel").scrollTop,
      find: one.querySelector("[data-facet-search]")?.value ?? "",
    })),
    field: document.activeElement?.id,
    sheetTop: document.getElementById("filters")?.scrollTop ?? 0,
    hadPanel: Boolean(open),
  };
});
document.addEventListener("htmx:afterSwap", () => {
  prepare();
  for (const one of before?.open ?? []) {
    const facet = document.getElementById(one.id);
    if (!facet) continue;
    facet.open = true;
    const find = facet.querySelector("[data-facet-search]");
    if (find && one.find) {
      find.value = one.find;
      find.dispatchEvent(new Event("input", { bubbles: true }));
    }
    facet.querySelector(".facet-panel").scrollTop = one.top;
  }
  if (before?.field) document.getElementById(before.field)?.focus({ preventScroll: true });
  const sheet = document.getElementById("filters");
  if (sheet && root.classList.contains("sheet-open")) sheet.scrollTop = before?.sheetTop ?? 0;
  const status = document.getElementById("list-status");
  const count = document.getElementById("list-count");
  if (status && count) status.textContent = count.textContent;
  document.dispatchEvent(new CustomEvent("list:changed"));
});

// Chips, order, pages and places swap the list too, so that the map stays and nothing flashes.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#list :is(.chips, .sort-panel, .pages, .place-counts, .ways-on) a");
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !isPlain || !globalThis.htmx || new URL(link.href).pathname !== location.pathname) return;
  event.preventDefault();
  const isPage = Boolean(link.closest(".pages"));
  history.replaceState({ htmx: true }, "", location.href);
  history.pushState({ htmx: true }, "", link.href);
  htmx.ajax("GET", link.href, { source: "#list", target: "#list", select: "#list", swap: "outerHTML" }).then(() => {
    document.getElementById("list-count")?.focus({ preventScroll: true });
    if (isPage) scrollTo({ top: 0 });
  });
});

// The phone's sheet of filters.
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-sheet]");
  if (opener) {
    event.preventDefault();
    root.classList.add("sheet-open");
    document.getElementById(opener.dataset.sheet).focus();
    return;
  }
  if (event.target.closest?.("[data-sheet-close]") && root.classList.contains("sheet-open")) {
    event.preventDefault();
    root.classList.remove("sheet-open");
    document.querySelector("[data-sheet]")?.focus();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !root.classList.contains("sheet-open")) return;
  root.classList.remove("sheet-open");
  document.querySelector("[data-sheet]")?.focus();
});

// Suggestions while typing: a combobox over a plain search field, which works alone.
const WAIT = 120;

for (const box of document.querySelectorAll("[data-suggest]")) offer(box);
document.addEventListener("list:changed", () => {
  for (const box of document.querySelectorAll("[data-suggest]:not([data-ready])")) offer(box);
});

function offer(box) {
  box.dataset.ready = "1";
  const field = box.querySelector("input");
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = `${field.id}-suggestions`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.labels?.[0]?.textContent ?? field.placeholder);
  list.hidden = true;
  box.append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" })) {
    field.setAttribute(name, value);
  }
  let at = -1;
  let timer;
  let running;

  const options = () => [...list.children];
  const close = () => {
    list.hidden = true;
    at = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const mark = (next) => {
    options()[at]?.setAttribute("aria-selected", "false");
    at = next;
    const option = options()[at];
    if (!option) return field.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  };
  const show = (items) => {
    list.replaceChildren(...items.map((item, number) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${number}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.url = item.url;
      const text = document.createElement("span");
      text.textContent = item.text;
      const kind = document.createElement("small");
      kind.textContent = item.kind;
      option.append(text, kind);
      return option;
    }));
    at = -1;
    list.hidden = !items.length;
    field.setAttribute("aria-expanded", String(Boolean(items.length)));
  };
  const ask = async () => {
    running?.abort();
    const text = field.value.trim();
    if (!text) return close();
    running = new AbortController();
    try {
      const answer = await fetch(`${box.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal: running.signal });
      if (answer.ok && document.activeElement === field) show((await answer.json()).suggestions);
    } catch {
      close();
    }
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  field.addEventListener("keydown", (event) => {
    const count = options().length;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" && count && !list.hidden) {
      event.preventDefault();
      mark((at + 1) % count);
    } else if (event.key === "ArrowUp" && count && !list.hidden) {
      event.preventDefault();
      mark(at <= 0 ? count - 1 : at - 1);
    } else if (event.key === "Enter") {
      clearTimeout(timer);
      running?.abort();
      const url = options()[at]?.dataset.url;
      close();
      if (url) {
        event.preventDefault();
        location.assign(url);
      }
    }
  });
  field.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const url = event.target.closest("[role=option]")?.dataset.url;
    if (url) location.assign(url);
  });
}
