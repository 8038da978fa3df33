// A form that asks the server how many its choice holds, a moment after the last change. Without script a button counts.
const form = document.querySelector("[data-live-count]");
const words = form?.querySelector("[data-count-words]");
let timer = 0;
let asked = 0;

async function count() {
  const mine = ++asked;
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (name !== "csrfmiddlewaretoken" && !name.startsWith("message_") && typeof value === "string") fields.append(name, value);
  }
  try {
    const answer = await fetch(`${form.dataset.liveCount}?${fields}`, { headers: { Accept: "application/json" } });
    const found = answer.ok ? await answer.json() : null;
    if (found && mine === asked) words.textContent = found.text;
  } catch {
    // The last count stays; the button still works.
  }
}

if (form && words) {
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(count, 400);
  });
}
